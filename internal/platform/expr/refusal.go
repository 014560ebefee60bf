package expr

import "github.com/provost-itsm/provost/internal/platform/fault"

// The codes of what Parse refuses.
const (
	CodeSyntax   = "filter_syntax"
	CodeFunction = "filter_function"
	CodeLimit    = "filter_limit"
)

func invalid(code, format string, args ...any) error {
	return fault.New(fault.Invalid, code, format, args...)
}
