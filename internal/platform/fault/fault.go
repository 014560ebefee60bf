// Package fault is the one vocabulary of refusals: what went wrong (Kind), a stable code for programs, a
// sentence that is safe to show to a caller, and the cause, which is only ever logged. Each surface renders its
// own body from it: problem+json, the ISM_ status object, OAuth errors and so on.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says whose fault it is and, with that, which HTTP status a surface answers.
type Kind uint8

// The kinds, each with the status most surfaces answer.
const (
	Internal           Kind = iota // 500: ours; the message is generic, the cause is logged
	Invalid                        // 400: the request cannot be understood or breaks a rule
	Unauthenticated                // 401: no credential, or one that does not count
	Forbidden                      // 403: known caller, no right
	NotFound                       // 404
	MethodNotAllowed               // 405
	Conflict                       // 409
	PreconditionFailed             // 412
	TooLarge                       // 413
	HeaderTooLarge                 // 431 (RFC 6585 section 5)
	RateLimited                    // 429
	Unavailable                    // 503: try again later
)

// Status returns the HTTP status of the kind.
func (k Kind) Status() int {
	switch k {
	case Invalid:
		return 400
	case Unauthenticated:
		return 401
	case Forbidden:
		return 403
	case NotFound:
		return 404
	case MethodNotAllowed:
		return 405
	case Conflict:
		return 409
	case PreconditionFailed:
		return 412
	case TooLarge:
		return 413
	case HeaderTooLarge:
		return 431
	case RateLimited:
		return 429
	case Unavailable:
		return 503
	default:
		return 500
	}
}

// Field is a complaint about one field of the input.
type Field struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Code    string `json:"code,omitempty"` // stable, snake_case, where programs tell complaints apart
}

// Error is a refusal. Message and Fields are safe to show; Cause is not.
type Error struct {
	Kind       Kind
	Code       string // stable, snake_case, for programs: "key_unknown"
	Message    string
	Fields     []Field
	Cause      error
	RetryAfter time.Duration // for RateLimited and Unavailable; 0: not said
	Scope      string        // for Forbidden with code scope_missing: the scopes one of which a token would need, separated by spaces
}

// New makes a refusal with a formatted, showable message.
func New(kind Kind, code, format string, args ...any) *Error {
	message := format
	if len(args) > 0 {
		message = fmt.Sprintf(format, args...)
	}
	return &Error{Kind: kind, Code: code, Message: message}
}

// WithCause returns a copy that carries what lies behind it, for the log.
func (e *Error) WithCause(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// WithField returns a copy with one more complaint about a field.
func (e *Error) WithField(field, format string, args ...any) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), Field{Field: field, Message: fmt.Sprintf(format, args...)})
	return &c
}

// Error gives the message and the cause: it is for logs, not for callers.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Of returns the refusal inside err, or one of Kind Internal around it. It returns nil for nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: "internal", Message: "The server could not complete the request.", Cause: err}
}

// Is reports whether err is a refusal of the given kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}
