package scim

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// scimTypes are the words of RFC 7644 section 3.12 for our codes.
var scimTypes = map[string]string{
	CodeUniqueness: "uniqueness", CodeInvalidFilter: "invalidFilter", CodeInvalidPath: "invalidPath", CodeInvalidValue: "invalidValue",
	CodeInvalidSyntax: "invalidSyntax", CodeMutability: "mutability", CodeNoTarget: "noTarget", CodeTooMany: "tooMany",
}

// refuse makes a refusal of the caller's fault.
func refuse(code, format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, code, format, args...)
}

// failure is the body of an error (RFC 7644 section 3.12).
type failure struct {
	Schemas []string `json:"schemas"`
	Status  string   `json:"status"`
	Type    string   `json:"scimType,omitempty"`
	Detail  string   `json:"detail,omitempty"`
}

// WriteError answers with an error in the words of SCIM. What is our own fault is logged with its cause and told without it.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.Of(err)
	if f == nil {
		f = &fault.Error{Message: "The server could not complete the request."}
	}
	status := f.Kind.Status()
	if status >= http.StatusInternalServerError {
		level := slog.LevelError
		if r.Context().Err() != nil { // the client left; what broke is most likely that
			level = slog.LevelDebug
		}
		slog.Log(r.Context(), level, "request failed", "method", r.Method, "path", r.URL.Path, "status", status, "error", err)
	}
	body := failure{Schemas: []string{errorURN}, Status: strconv.Itoa(status), Type: scimTypes[f.Code], Detail: detail(f)}
	if body.Type == "" {
		switch f.Kind {
		case fault.Conflict:
			body.Type = scimTypes[CodeUniqueness]
		case fault.Invalid:
			body.Type = scimTypes[CodeInvalidValue]
		}
	}
	web.RetryAfter(w, f)
	web.Challenge(w, f)
	write(w, status, body)
}

// detail is the message with what is said of single fields, unless the message is made of that.
func detail(f *fault.Error) string {
	parts := []string{f.Message}
	for _, field := range f.Fields {
		if strings.Contains(f.Message, field.Message) {
			continue
		}
		parts = append(parts, field.Field+": "+field.Message)
	}
	return strings.Join(parts, " ")
}
