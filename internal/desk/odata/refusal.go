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

// invalidField refuses one field. The complaint about the field is the whole message, because the surfaces that list
// the complaints show them in its place.
func invalidField(field, code, format string, args ...any) error {
	e := invalid(code, format, args...)
	return e.WithField(field, "%s", e.Message)
}

func unknownField(name string) error {
	name = shown(name)
	return invalidField(name, codeField, "The field '%s' is not known.", name)
}

func badLiteral(c Column, l primitiveLiteral, why string) error {
	if why == "" {
		why = "the field is " + c.Kind.String()
	}
	return invalidField(c.Name, codeLiteral, "The field '%s' cannot be compared with the value '%s': %s.", c.Name, shown(l.text), why)
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
