package odata

import (
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// The codes of the refusals.
const (
	codeSyntax    = "filter_syntax"
	codeFunction  = "filter_function"
	codeField     = "field_unknown"
	codeLiteral   = "literal_invalid"
	codeLimit     = "filter_limit"
	codeDirection = "orderby_direction"
	codeQuery     = "query_invalid"
	codePath      = "path_invalid"
	codeToken     = "token_invalid"
)

func invalid(code, format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, code, format, args...)
}

func unknownField(name string) error {
	name = shown(name)
	return invalid(codeField, "The field '%s' is not known.", name).WithField(name, "unknown field")
}

func badLiteral(c Column, l literal, why string) error {
	value := shown(l.text)
	if why == "" {
		why = "the field is " + c.Kind.String()
	}
	return invalid(codeLiteral, "The field '%s' cannot be compared with the value '%s': %s.", c.Name, value, why).
		WithField(c.Name, "cannot be compared with '%s': %s", value, why)
}

// shown is client text cut to what fits in a sentence, without control characters.
func shown(s string) string {
	const most = 64
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	for i, n := 0, 0; i < len(s); n++ {
		if n == most {
			return s[:i] + "…"
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s
}

// cleanText reports whether s may be read at all: valid UTF-8 without NUL, which PostgreSQL cannot hold.
func cleanText(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}
