package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

const requestIDHeader = "X-Request-Id"

// ISM is a refusal in the exact words of the Ivanti-compatible surfaces (spec/itsm-odata.md sections 2.3, 3 and 8),
// for a handler that has to say a certain text. WriteISM finds it by errors.As.
type ISM struct {
	Status      int      // HTTP status
	Code        string   // "ISM_4000"
	Description string   // "Bad Request"
	Message     []string // one sentence each
}

// Error gives code, description and messages.
func (e *ISM) Error() string {
	return e.Code + " " + e.Description + ": " + strings.Join(e.Message, "; ")
}

// ismStatus is the status object as it stands on the wire. The first four are the original's, errors is ours.
type ismStatus struct {
	Code        string        `json:"code"`
	Description string        `json:"description"`
	Message     []string      `json:"message"`
	Help        string        `json:"help"`
	Errors      []fault.Field `json:"errors,omitempty"`
}

// WriteISM answers with the status object of the Ivanti-compatible surfaces: an ISM inside err as it is, a fault.Error by its
// kind, anything else as 500 with a reference. What is our own fault is logged with its cause under that reference,
// which also stands in the header X-Request-Id. A missing right is 400, as in the original; only a token
// without the scope (code scope_missing) and a cookie from another site (cross_origin) are 403.
func WriteISM(w http.ResponseWriter, r *http.Request, err error) {
	ref := reference(w)
	status, body := ismOf(err, ref)
	var said *ISM
	if !errors.As(err, &said) { // what a handler says in its own words is an answer, not a failure
		logFailure(r, status, ref, err)
	}
	var retry *fault.Error
	if errors.As(err, &retry) {
		RetryAfter(w, retry)
		Challenge(w, retry)
	}
	writeJSON(w, status, "application/json; charset=utf-8", body)
}

// ismOf chooses the status object for an error.
func ismOf(err error, reference string) (int, ismStatus) {
	var exact *ISM
	if errors.As(err, &exact) {
		body := ismStatus{Code: exact.Code, Description: exact.Description, Message: exact.Message}
		if body.Message == nil {
			body.Message = []string{}
		}
		var f *fault.Error
		if errors.As(err, &f) {
			body.Errors = f.Fields
		}
		return exact.Status, body
	}
	f := fault.Of(err)
	if f == nil {
		f = &fault.Error{}
	}
	body := ismStatus{Message: []string{f.Message}, Errors: f.Fields}
	if len(f.Fields) > 0 {
		body.Message = body.Message[:0]
		for _, c := range f.Fields {
			body.Message = append(body.Message, c.Message)
		}
	}
	status := f.Kind.Status()
	switch f.Kind {
	case fault.Invalid:
		body.Code, body.Description = "ISM_4000", "Invalid Request Payload"
	case fault.Unauthenticated: // one text for all reasons
		body = ismStatus{Code: "ISM_4001", Description: "Invalid session key or session timed out", Message: []string{"Authentication required"}}
	case fault.Forbidden:
		if f.Code == "scope_missing" || f.Code == "cross_origin" {
			body.Code, body.Description = "ISM_4003", "Forbidden"
		} else {
			status, body.Code, body.Description = http.StatusBadRequest, "ISM_4000", "Invalid Request Payload"
		}
	case fault.NotFound:
		body.Code, body.Description, body.Message = "ISM_4004", "Not Found", []string{"Requested resource not found"}
	case fault.MethodNotAllowed:
		body.Code, body.Description = "ISM_4005", "Method Not Allowed"
	case fault.Conflict:
		body.Code, body.Description = "ISM_4009", "Conflict"
	case fault.PreconditionFailed:
		body.Code, body.Description = "ISM_4012", "Precondition Failed"
	case fault.TooLarge:
		body.Code, body.Description = "ISM_4013", "Payload Too Large"
	case fault.HeaderTooLarge:
		body.Code, body.Description = "ISM_4031", "Request Header Fields Too Large"
	case fault.RateLimited:
		body.Code, body.Description = "ISM_4029", "Too Many Requests"
	case fault.Unavailable:
		body.Code, body.Description = "ISM_5003", "Service Unavailable"
	default:
		body = ismStatus{Code: "ISM_5000", Description: "Internal server error",
			Message: []string{"The server could not complete the request. Reference " + reference}}
	}
	return status, body
}
