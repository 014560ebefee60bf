package web

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestWriteISM(t *testing.T) {
	busy := fault.New(fault.Unavailable, "busy", "Too many at once.")
	busy.RetryAfter = 1500 * time.Millisecond
	const payload = `"description":"Invalid Request Payload"`
	for name, c := range map[string]struct {
		err    error
		status int
		has    []string
		hasNot string
		retry  string
	}{
		"a broken rule is 400 with the sentence": {err: fault.New(fault.Invalid, "body_empty", "Message body cannot be empty."),
			status: 400, has: []string{`{"code":"ISM_4000",` + payload + `,"message":["Message body cannot be empty."],"help":""}`}},
		"complaints about fields are one message each, and errors": {
			err: fault.New(fault.Invalid, "record_invalid", "No.").WithField("Category", `Mandatory field "Category" value must be provided.`).
				WithField("Owner", `Mandatory field "Owner" value must be provided.`),
			status: 400, hasNot: "No.", has: []string{`"message":["Mandatory field \"Category\" value must be provided.","Mandatory field \"Owner\" value must be provided."]`,
				`"errors":[{"field":"Category","message":`}},
		"a bad credential has one text for all reasons": {err: fault.New(fault.Unauthenticated, "key_expired", "The key expired."), status: 401, hasNot: "expired",
			has: []string{`{"code":"ISM_4001","description":"Invalid session key or session timed out","message":["Authentication required"],"help":""}`}},
		"a missing right is 400":       {err: fault.New(fault.Forbidden, "role", "Role SelfService does not have rights to delete object Incident#."), status: 400, has: []string{"ISM_4000", payload, "Incident#"}},
		"a missing scope is 403":       {err: fault.New(fault.Forbidden, "scope_missing", "The token lacks the scope."), status: 403, has: []string{"ISM_4003"}},
		"a cookie from elsewhere: 403": {err: fault.New(fault.Forbidden, "cross_origin", "No."), status: 403, has: []string{"ISM_4003"}},
		"nothing there is 404":         {err: fault.New(fault.NotFound, "set_unknown", "x"), status: 404, has: []string{"ISM_4004", `"Not Found"`, "Requested resource not found"}},
		"a wrong method is 405":        {err: fault.New(fault.MethodNotAllowed, "method", "x"), status: 405, has: []string{"ISM_4005"}},
		"a conflict is 409":            {err: fault.New(fault.Conflict, "number_taken", "x"), status: 409, has: []string{"ISM_4009"}},
		"a failed condition is 412":    {err: fault.New(fault.PreconditionFailed, "etag", "x"), status: 412, has: []string{"ISM_4012"}},
		"too large is 413":             {err: fault.New(fault.TooLarge, "body", "x"), status: 413, has: []string{"ISM_4013"}},
		"too many is 429":              {err: fault.New(fault.RateLimited, "rate", "x"), status: 429, has: []string{"ISM_4029"}},
		"busy is 503 with Retry-After": {err: busy, status: 503, has: []string{"ISM_5003"}, retry: "2"},
		"exact words win": {err: fmt.Errorf("login: %w", &ISM{Status: 400, Code: "ISM_4000", Description: "Bad Request", Message: []string{"<Exactly> this."}}),
			status: 400, has: []string{`{"code":"ISM_4000","description":"Bad Request","message":["<Exactly> this."],"help":""}`}},
		"exact words without a message have an empty array": {err: &ISM{Status: 400, Code: "ISM_4000"}, status: 400, has: []string{`"message":[]`}},
		"what is our fault hides its cause": {err: errors.New("no such column: x"), status: 500, hasNot: "column",
			has: []string{"ISM_5000", `"Internal server error"`, "The server could not complete the request. Reference req-1"}},
		"a cause behind a fault is hidden": {err: fault.New(fault.Invalid, "x", "Plain.").WithCause(errors.New("secret cause")), status: 400, has: []string{"Plain."}, hasNot: "secret"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			w.Header().Set("X-Request-Id", "req-1")
			WriteISM(w, httptest.NewRequest("GET", "/api/odata/businessobject/incidents", nil), c.err)
			body := w.Body.String()
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			for _, want := range c.has {
				if !strings.Contains(body, want) {
					t.Errorf("body lacks %s\n%s", want, body)
				}
			}
			if c.hasNot != "" && strings.Contains(body, c.hasNot) {
				t.Errorf("body shows %s\n%s", c.hasNot, body)
			}
			if got := w.Header().Get("Retry-After"); got != c.retry {
				t.Errorf("Retry-After %q, want %q", got, c.retry)
			}
			if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
				t.Errorf("Content-Type %q", got)
			}
		})
	}
}

func TestWriteISMMakesAReferenceWhereThereIsNone(t *testing.T) {
	w := httptest.NewRecorder()
	WriteISM(w, httptest.NewRequest("GET", "/", nil), errors.New("x"))
	reference := w.Header().Get("X-Request-Id")
	if len(reference) != 36 || !strings.Contains(w.Body.String(), reference) {
		t.Errorf("reference %q, body %s", reference, w.Body)
	}
}
