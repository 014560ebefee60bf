package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenComma
	tokenName
	tokenText // a quoted value, quotes undone
	tokenWord // an unquoted number, date or GUID
)

type token struct {
	kind tokenKind
	text string
	at   int // byte offset of its first character
}

// lexer cuts the text of a filter, which is valid UTF-8 without NUL.
type lexer struct {
	text  string
	guids bool // bare ones are words
	pos   int
}

func (x *lexer) next() (token, error) {
	for x.pos < len(x.text) && strings.IndexByte(" \t\r\n", x.text[x.pos]) >= 0 {
		x.pos++
	}
	if x.pos == len(x.text) {
		return token{kind: tokenEnd, at: x.pos}, nil
	}
	at := x.pos
	switch c := x.text[at]; {
	case c == '(':
		x.pos++
		return token{tokenOpen, "(", at}, nil
	case c == ')':
		x.pos++
		return token{tokenClose, ")", at}, nil
	case c == ',':
		x.pos++
		return token{tokenComma, ",", at}, nil
	case c == '\'':
		return x.quoted()
	case x.guids && startsWithGUID(x.text[at:]):
		x.pos += guidLength
		return token{tokenWord, x.text[at:x.pos], at}, nil
	case isDigit(c) || c == '-':
		return x.word()
	}
	if r, _ := utf8.DecodeRuneInString(x.text[at:]); r == '_' || unicode.IsLetter(r) {
		return x.name()
	}
	return token{}, syntaxAt(x.text, at, "unexpected '%s'", literal.Shown(string([]rune(x.text[at:min(len(x.text), at+utf8.UTFMax)])[:1])))
}

func (x *lexer) quoted() (token, error) {
	at := x.pos
	var b strings.Builder
	for i := at + 1; ; {
		n := strings.IndexByte(x.text[i:], '\'')
		if n < 0 {
			return token{}, syntaxAt(x.text, at, "a quote is not closed")
		}
		b.WriteString(x.text[i : i+n])
		i += n + 1
		if i == len(x.text) || x.text[i] != '\'' {
			x.pos = i
			return token{tokenText, b.String(), at}, nil
		}
		b.WriteByte('\'')
		i++
	}
}

func (x *lexer) name() (token, error) {
	at := x.pos
	for x.pos < len(x.text) {
		r, size := utf8.DecodeRuneInString(x.text[x.pos:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_./#@$", r) {
			break
		}
		x.pos += size
	}
	name := x.text[at:x.pos]
	if x.pos < len(x.text) && x.text[x.pos] == '\'' {
		return token{}, syntaxAt(x.text, at, "values of the form %s'..' are not supported; write the value bare or in quotes", literal.Shown(name))
	}
	return token{tokenName, name, at}, nil
}

// word reads an unquoted number or date. A date may have a space for its T, and a space for the plus sign of its
// offset, because a plus that the client did not escape arrives as one.
func (x *lexer) word() (token, error) {
	at := x.pos
	x.skipWord()
	if x.pos-at == len("2006-01-02") && isClock(x.text[x.pos:]) {
		x.pos++
		x.skipWord()
	}
	text := x.text[at:x.pos]
	if literal.StartsWithDate(text) {
		if rest := x.text[x.pos:]; strings.Contains(text, ":") && isClock(rest) && (len(rest) == 6 || !isWordByte(rest[6])) {
			x.pos += 6
			text = x.text[at:x.pos]
		}
	} else if !literal.IsNumber(text) {
		return token{}, syntaxAt(x.text, at, "'%s' is neither a number nor a date; text stands in single quotes", literal.Shown(text))
	}
	return token{tokenWord, text, at}, nil
}

func (x *lexer) skipWord() {
	for x.pos < len(x.text) && isWordByte(x.text[x.pos]) {
		x.pos++
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWordByte(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte(":.+-_", c) >= 0
}

// isClock reports whether s starts with a space, two digits, a colon and two digits.
func isClock(s string) bool {
	return len(s) >= 6 && s[0] == ' ' && isDigit(s[1]) && isDigit(s[2]) && s[3] == ':' && isDigit(s[4]) && isDigit(s[5])
}

// syntaxAt says what is wrong at a byte offset, which it tells as a character counted from one.
func syntaxAt(text string, at int, format string, args ...any) error {
	args = append([]any{utf8.RuneCountInString(text[:at]) + 1}, args...)
	return invalid(CodeSyntax, "The filter cannot be read at character %d: "+format+".", args...)
}

const guidLength = len("00000000-0000-0000-0000-000000000000")

// startsWithGUID reports whether s starts with a GUID in its dashed form, and with nothing more of a word.
func startsWithGUID(s string) bool {
	if len(s) < guidLength || len(s) > guidLength && isWordByte(s[guidLength]) {
		return false
	}
	for i := range guidLength {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !isDigit(s[i]) && !('a' <= s[i]|0x20 && s[i]|0x20 <= 'f') {
			return false
		}
	}
	return true
}
