package desk

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const payload = "Invalid Request Payload"

// The refusals whose words clients know (the vendor's "REST API" pages, 2019.1 and later).
var (
	errBlankReadKey  = refusal(http.StatusBadRequest, "ISM_4000", payload, "Key value cannot be empty")
	errBlankKey      = refusal(http.StatusBadRequest, "ISM_4000", payload, "Invalid Business Object Key")
	errKey           = refusal(http.StatusBadRequest, "ISM_4000", payload, "Invalid key")
	errEmptyUpdate   = refusal(http.StatusBadRequest, "ISM_4000", payload, "Message body cannot be empty")
	errEmptyOrderBy  = refusal(http.StatusInternalServerError, "ISM_5000", "Invalid Request", "The parameter 'orderby' cannot be empty. Please provide a valid orderby parameter and try again")
	errMimicPickList = &web.ISM{Status: http.StatusInternalServerError, Code: "ISM_5000", Description: "Internal server error", Message: []string{}}
	errNothingHere   = fault.New(fault.NotFound, "path_unknown", "Requested resource not found")
	errNoService     = refusal(http.StatusNotFound, "ISM_4004", "Not Found", "No service for the resource is registered.")
	errNoModel       = refusal(http.StatusNotFound, "ISM_4004", "Bad Request", "No service for type 'Microsoft.OData.Edm.IEdmModel' has been registered.")
	errMethod        = fault.New(fault.MethodNotAllowed, "method_not_allowed", "The method is not allowed here")
)

func refusal(status int, code, description string, message ...string) *web.ISM {
	return &web.ISM{Status: status, Code: code, Description: description, Message: message}
}

// errUnrelated is the answer to a key at the other end of a relationship that no record has.
func errUnrelated(key string, t *record.Type) error {
	return refusal(http.StatusBadRequest, "ISM_4000", "Invalid Request",
		fmt.Sprintf("Record '%.100s' cannot be found in the related business object '%s'", key, t.ID()))
}

// errRight is the answer to a role that lacks a right on an object: 400 with these words, never 403.
func errRight(roleName string, access role.Access, t *record.Type) error {
	if roleName == "" {
		roleName = "(none)"
	}
	return refusal(http.StatusBadRequest, "ISM_4000", payload, fmt.Sprintf("Role %s does not have rights to %s object %s.", roleName, access, t.ID()))
}

// inWords gives a refusal of the record engine or of package odata the words of this surface.
func (c *call) inWords(err error) error {
	var exact *web.ISM
	var f *fault.Error
	if errors.As(err, &exact) || !errors.As(err, &f) {
		return err
	}
	switch f.Code {
	case "record_unknown":
		if c.r.Method == http.MethodGet {
			return errKey
		}
		return refusal(http.StatusBadRequest, "ISM_4000", payload, f.Message)
	case "search_blank":
		return refusal(http.StatusBadRequest, "ISM_4000", "Bad Request", f.Message)
	case "record_invalid":
		if c.mimic() && pickList(f) {
			return errMimicPickList
		}
	case "field_unknown", "literal_invalid":
		return &worded{refusal(http.StatusBadRequest, "ISM_4000", payload, f.Message), f}
	}
	return err
}

// worded is a refusal in exact words that still names its fields.
type worded struct {
	*web.ISM
	fault *fault.Error
}

// Unwrap gives both: the words for the answer, the fields beside them.
func (w *worded) Unwrap() []error { return []error{w.ISM, w.fault} }

// pickList reports whether all that is wrong are values outside of pick lists.
func pickList(f *fault.Error) bool {
	for _, field := range f.Fields {
		if field.Code != record.CodeNotInList {
			return false
		}
	}
	return len(f.Fields) > 0
}
