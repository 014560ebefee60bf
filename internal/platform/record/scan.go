package record

import (
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// JSONKind is the kind of a JSON value as it was written.
type JSONKind uint8

// The kinds of JSON values.
const (
	JSONNull JSONKind = iota
	JSONBool
	JSONNumber
	JSONString
	JSONNested // an object or an array
)

var (
	errJSON     = errors.New("not a JSON object")
	errJSONText = errors.New("a text is not valid UTF-8 or holds a NUL")
)

// ScanObject walks the members of one flat JSON object (RFC 8259) and calls member with each name, the kind of its
// value and the value as written. It uses constant memory and no recursion whatever the nesting; nested values are
// passed over as raw bytes. Texts must be valid UTF-8 without NUL and without lone surrogates. Anything after the
// object but white space is an error.
func ScanObject(b []byte, member func(name string, kind JSONKind, raw []byte) error) error {
	s := scanner{b: b}
	s.space()
	if !s.take('{') {
		return errJSON
	}
	s.space()
	if !s.take('}') {
		for {
			s.space()
			rawName, ok := s.text()
			if !ok {
				return errJSON
			}
			name, err := unquote(rawName)
			if err != nil {
				return err
			}
			s.space()
			if !s.take(':') {
				return errJSON
			}
			s.space()
			kind, raw, ok := s.value()
			if !ok {
				return errJSON
			}
			if err := member(name, kind, raw); err != nil {
				return err
			}
			s.space()
			if s.take(',') {
				continue
			}
			if s.take('}') {
				break
			}
			return errJSON
		}
	}
	s.space()
	if s.i != len(s.b) {
		return errJSON
	}
	return nil
}

type scanner struct {
	b []byte
	i int
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return
		}
	}
}

func (s *scanner) take(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// text takes a quoted text with its quotes.
func (s *scanner) text() ([]byte, bool) {
	start := s.i
	if !s.take('"') {
		return nil, false
	}
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[start:s.i], true
		case c == '\\':
			s.i += 2
		case c < ' ':
			return nil, false
		default:
			s.i++
		}
	}
	return nil, false
}

func (s *scanner) value() (JSONKind, []byte, bool) {
	if s.i >= len(s.b) {
		return 0, nil, false
	}
	start := s.i
	switch c := s.b[s.i]; {
	case c == '"':
		raw, ok := s.text()
		return JSONString, raw, ok
	case c == '{' || c == '[':
		ok := s.nested()
		return JSONNested, s.b[start:s.i], ok
	case c == 't':
		return JSONBool, []byte("true"), s.word("true")
	case c == 'f':
		return JSONBool, []byte("false"), s.word("false")
	case c == 'n':
		return JSONNull, nil, s.word("null")
	case c == '-' || c >= '0' && c <= '9':
		ok := s.number()
		return JSONNumber, s.b[start:s.i], ok
	}
	return 0, nil, false
}

func (s *scanner) word(w string) bool {
	if len(s.b)-s.i < len(w) || string(s.b[s.i:s.i+len(w)]) != w {
		return false
	}
	s.i += len(w)
	return true
}

func (s *scanner) digits() bool {
	start := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > start
}

func (s *scanner) number() bool {
	s.take('-')
	if !s.take('0') && !s.digits() {
		return false
	}
	if s.take('.') && !s.digits() {
		return false
	}
	if s.take('e') || s.take('E') {
		if !s.take('+') {
			s.take('-')
		}
		return s.digits()
	}
	return true
}

// nested passes over an object or array by counting brackets; what it holds is refused by whoever reads it.
func (s *scanner) nested() bool {
	depth := 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			if _, ok := s.text(); !ok {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				s.i++
				return true
			}
		}
		s.i++
	}
	return false
}

// Unquote reads a text that ScanObject passed on as written. One that is not valid is refused.
func Unquote(raw []byte) (string, error) { return unquote(raw) }

// unquote reads a quoted JSON text.
func unquote(raw []byte) (string, error) {
	in := raw[1 : len(raw)-1]
	plain := true
	for _, c := range in {
		if c == '\\' || c >= utf8.RuneSelf || c == 0 {
			plain = false
			break
		}
	}
	if plain {
		return string(in), nil
	}
	if !utf8.Valid(in) {
		return "", errJSONText
	}
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); i++ {
		c := in[i]
		if c != '\\' {
			out = append(out, c)
			continue
		}
		i++
		if i >= len(in) {
			return "", errJSON
		}
		switch in[i] {
		case '"', '\\', '/':
			out = append(out, in[i])
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r, ok := hex4(in, i+1)
			if !ok {
				return "", errJSON
			}
			i += 4
			if utf16.IsSurrogate(r) {
				low, ok := rune(0), false
				if i+2 < len(in) && in[i+1] == '\\' && in[i+2] == 'u' {
					low, ok = hex4(in, i+3)
				}
				if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
					return "", errJSONText
				}
				i += 6
			}
			if r == 0 {
				return "", errJSONText
			}
			out = utf8.AppendRune(out, r)
		default:
			return "", errJSON
		}
	}
	return string(out), nil
}

func hex4(b []byte, i int) (rune, bool) {
	if i+4 > len(b) {
		return 0, false
	}
	var r rune
	for _, c := range b[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
