package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
)

// Answer writes an error in the dialect of a surface: Problem, WriteISM or one of the surface's own.
type Answer func(w http.ResponseWriter, r *http.Request, err error)

// problem is the body of RFC 9457 with our own members.
type problem struct {
	Type      string        `json:"type"`
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Detail    string        `json:"detail,omitempty"`
	Code      string        `json:"code"`       // stable, for programs
	RequestID string        `json:"request_id"` // to be quoted to whoever runs the server
	Errors    []fault.Field `json:"errors,omitempty"`
}

// Problem answers with application/problem+json (RFC 9457). What is our own fault is logged with its cause and told
// without it; the request's id connects the two.
func Problem(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.Of(err)
	if f == nil {
		f = fault.Of(errors.New("an answer for an error without one"))
	}
	status := f.Kind.Status()
	body := problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: f.Message, Code: f.Code,
		RequestID: reference(w), Errors: f.Fields,
	}
	logFailure(r, status, body.RequestID, err)
	RetryAfter(w, f)
	Challenge(w, f)
	writeJSON(w, status, "application/problem+json", body)
}

// Challenge tells by WWW-Authenticate what a bearer token would have to be (RFC 6750 section 3): nothing but the scheme where no
// credential was shown (code credential_missing), invalid_token where one was refused, insufficient_scope where a token
// lacks a scope. Refusals of other kinds, and challenges that are set already, stay as they are.
func Challenge(w http.ResponseWriter, f *fault.Error) {
	const name, realm = "WWW-Authenticate", `Bearer realm="provost"`
	switch {
	case w.Header().Get(name) != "":
	case f.Kind == fault.Unauthenticated && f.Code == "credential_missing":
		w.Header().Set(name, realm)
	case f.Kind == fault.Unauthenticated:
		w.Header().Set(name, realm+`, error="invalid_token", error_description="The access token does not count"`)
	case f.Kind == fault.Forbidden && f.Scope != "":
		w.Header().Set(name, realm+`, error="insufficient_scope", scope="`+f.Scope+`"`)
	}
}

// reference returns the id that the answer carries; a request that did not come through Arrive gets one now.
func reference(w http.ResponseWriter) string {
	ref := w.Header().Get(requestIDHeader)
	if ref == "" {
		ref = id.GUID()
		w.Header().Set(requestIDHeader, ref)
	}
	return ref
}

// logFailure logs what is the server's fault.
func logFailure(r *http.Request, status int, reference string, err error) {
	if status < 500 {
		return
	}
	level := slog.LevelError
	switch {
	case r.Context().Err() != nil: // the client left; what broke is most likely that
		level = slog.LevelDebug
	case status == http.StatusServiceUnavailable:
		level = slog.LevelWarn
	}
	slog.Log(r.Context(), level, "request failed", "method", r.Method, "path", r.URL.Path, "status", status,
		"reference", reference, "error", err)
}

// RetryAfter sets the header that tells when to try again, in whole seconds, rounded up.
func RetryAfter(w http.ResponseWriter, f *fault.Error) {
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
}

// writeJSON answers with an error body, which nobody may keep.
func writeJSON(w http.ResponseWriter, status int, contentType string, body any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic("web: the body of an error cannot be encoded: " + err.Error()) // texts only: cannot happen
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	h.Del("ETag")
	h.Del("Last-Modified")
	h.Del("Content-Encoding")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes())
}
