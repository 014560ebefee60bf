package filter

import (
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenComma
	tokenName // a path, an operator, a function or a word such as null
	tokenText // a value in quotes, these undone
	tokenWord // a bare number, date or GUID
)

type token struct {
	kind tokenKind
	text string
	at   int // byte offset of its first character
}

// lexer cuts the text of a filter, which is valid UTF-8 without NUL.
type lexer struct {
	text string
	pos  int
}

func (x *lexer) next() (token, error) {
	for x.pos < len(x.text) && strings.IndexByte(" \t\r\n", x.text[x.pos]) >= 0 {
		x.pos++
	}
	at := x.pos
	if at == len(x.text) {
		return token{tokenEnd, "", at}, nil
	}
	single := map[byte]tokenKind{'(': tokenOpen, ')': tokenClose, ',': tokenComma}
	c := x.text[at]
	switch kind, ok := single[c]; {
	case ok:
		x.pos++
		return token{kind, string(c), at}, nil
	case c == '\'':
		return x.quoted()
	case isGUID(x.text[at:]):
		x.pos += guidLength
		return token{tokenWord, x.text[at:x.pos], at}, nil
	case isDigit(c) || c == '-':
		return x.word()
	case isLetter(c):
		for x.pos < len(x.text) && (isLetter(x.text[x.pos]) || isDigit(x.text[x.pos]) || x.text[x.pos] == '/') {
			x.pos++
		}
		return token{tokenName, x.text[at:x.pos], at}, nil
	}
	_, size := utf8.DecodeRuneInString(x.text[at:])
	return token{}, syntax(x.text, at, "unexpected '%s'", shown(x.text[at:at+size]))
}

// quoted reads a text; a quote in it is doubled.
func (x *lexer) quoted() (token, error) {
	at := x.pos
	var b strings.Builder
	for rest := x.text[at+1:]; ; {
		before, after, closed := strings.Cut(rest, "'")
		if !closed {
			return token{}, syntax(x.text, at, "a quote is not closed")
		}
		b.WriteString(before)
		if !strings.HasPrefix(after, "'") {
			x.pos = len(x.text) - len(after)
			return token{tokenText, b.String(), at}, nil
		}
		b.WriteByte('\'')
		rest = after[1:]
	}
}

// word reads a bare number or date. The plus sign of a date's offset may be a space: it is one when the client did not
// escape it.
func (x *lexer) word() (token, error) {
	at := x.pos
	x.skipWord()
	if text := x.text[at:x.pos]; literal.StartsWithDate(text) {
		if rest := x.text[x.pos:]; strings.Contains(text, ":") && isOffset(rest) {
			x.pos += len(" 00:00")
		}
		return token{tokenWord, x.text[at:x.pos], at}, nil
	} else if !literal.IsNumber(text) {
		return token{}, syntax(x.text, at, "'%s' is neither a number nor a date; text stands in single quotes", shown(text))
	}
	return token{tokenWord, x.text[at:x.pos], at}, nil
}

func (x *lexer) skipWord() {
	for x.pos < len(x.text) && isWordByte(x.text[x.pos]) {
		x.pos++
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }

func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) || strings.IndexByte(":.+-", c) >= 0 }

// isOffset reports whether s starts with a space and an offset such as 02:00, and with nothing more of a word.
func isOffset(s string) bool {
	return len(s) >= 6 && s[0] == ' ' && isDigit(s[1]) && isDigit(s[2]) && s[3] == ':' && isDigit(s[4]) && isDigit(s[5]) &&
		(len(s) == 6 || !isWordByte(s[6]))
}

const guidLength = len("00000000-0000-0000-0000-000000000000")

// isGUID reports whether s starts with a GUID in its dashed form, and with nothing more of a word.
func isGUID(s string) bool {
	if len(s) < guidLength || len(s) > guidLength && isWordByte(s[guidLength]) {
		return false
	}
	_, ok := hexOf(s[:guidLength])
	return ok
}

// hexOf returns the 32 lower-case digits of a GUID, dashed or not.
func hexOf(s string) (string, bool) {
	if len(s) == guidLength {
		if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
			return "", false
		}
		s = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	const digits = "0123456789abcdef"
	s = strings.ToLower(s)
	return s, len(s) == 32 && strings.Trim(s, digits) == ""
}

// syntax says what is wrong at a byte offset, which it tells as a character counted from one.
func syntax(text string, at int, format string, args ...any) error {
	args = append([]any{utf8.RuneCountInString(text[:at]) + 1}, args...)
	return fault.New(fault.Invalid, "filter_syntax", "The filter cannot be read at character %d: "+format+".", args...)
}

func limit(format string, args ...any) error {
	return fault.New(fault.Invalid, "filter_limit", format, args...)
}

// shown shortens what a client wrote, for a message.
func shown(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return '?'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
