package adminapi

import (
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Text is a text of a request that people read later.
type Text struct {
	Field string
	Value *string // nil: nothing was said
	Name  bool    // blanks alone are no name
	Lines bool    // it may have several
}

// CheckTexts refuses texts that change how what stands around them is read (literal.Plain), field by field.
func CheckTexts(all ...Text) error {
	f := fault.New(fault.Invalid, "text_invalid", "The request is not valid.")
	for _, t := range all {
		switch {
		case t.Value == nil:
		case !literal.Plain(*t.Value, t.Lines):
			f = f.WithField(t.Field, "It must not have control characters or marks that turn the direction of writing.")
		case t.Name && *t.Value != "" && literal.Blank(*t.Value):
			f = f.WithField(t.Field, "It must not consist of blanks alone.")
		}
	}
	if len(f.Fields) == 0 {
		return nil
	}
	f.Message = "The request is not valid: " + f.Fields[0].Field + ": " + f.Fields[0].Message
	return f
}
