package adminapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Problem is the body of every error (RFC 9457), for the document: web.Problem writes it.
type Problem struct {
	Type      string         `json:"type" doc:"about:blank: the code says more" example:"about:blank"`
	Title     string         `json:"title" doc:"The status in words" example:"Bad Request"`
	Status    int            `json:"status" doc:"The status of the answer" example:"400"`
	Detail    string         `json:"detail,omitempty" doc:"What is wrong, for people" example:"The request is not valid: limit: expected number <= 200."`
	Code      string         `json:"code" doc:"What is wrong, for programs; stays the same" example:"request_invalid"`
	RequestID string         `json:"request_id" doc:"Names the request in the server's log" example:"0198a6a2-7d3e-7a51-9d57-0b1d3c5f7a90"`
	Errors    []ProblemField `json:"errors,omitempty" doc:"Complaints about single fields"`
}

// ProblemField is a complaint about one field.
type ProblemField struct {
	Field   string `json:"field" doc:"Name of the field or parameter, with dots into objects" example:"limit"`
	Message string `json:"message" doc:"What is wrong with it, for people" example:"expected number <= 200"`
	Code    string `json:"code,omitempty" doc:"What is wrong with it, for programs"`
}

const expectedTime = "expected a date and a time as in 2026-01-31T09:00:00Z"

// refusal brings what the check of a request found into the form of our errors; nil: nothing. Values stay out of it: they may be secrets.
func refusal(found []error) error {
	if len(found) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "request_invalid", "")
	for _, one := range found {
		detail := (*huma.ErrorDetail)(nil)
		if !errors.As(one, &detail) {
			return fmt.Errorf("check a request: %w", one)
		}
		f = f.WithField(fieldName(detail.Location), "%s", detail.Message)
	}
	first := f.Fields[0]
	f.Message = "The request is not valid: " + first.Field + ": " + first.Message + "."
	return f
}

// fieldName is the name of a field without the part of the request it stands in: limit of query.limit. The body as a whole is "body".
func fieldName(location string) string {
	_, name, found := strings.Cut(location, ".")
	if !found {
		return location
	}
	return name
}
