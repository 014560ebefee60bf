package odata

import (
	"github.com/provost-itsm/provost/internal/platform/expr"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// The codes of the refusals.
const (
	codeSyntax    = expr.CodeSyntax
	codeFunction  = expr.CodeFunction
	codeField     = "field_unknown"
	codeLiteral   = "literal_invalid"
	codeLimit     = expr.CodeLimit
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
	name = literal.Shown(name)
	return invalidField(name, codeField, "The field '%s' is not known.", name)
}

func badLiteral(c Column, l expr.Literal, why string) error {
	if why == "" {
		why = "the field is " + c.Kind.String()
	}
	return invalidField(c.Name, codeLiteral, "The field '%s' cannot be compared with the value '%s': %s.", c.Name, literal.Shown(l.Text), why)
}
