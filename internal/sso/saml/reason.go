package saml

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Code names a reason for refusing, in snake case. Codes are stable: logs, audit events and documentation use them.
type Code string

// Error is a refusal. Message and Detail are plain text without markup, whatever the message refused contained.
type Error struct {
	Code    Code
	Message string // a sentence for the administrator, the same for every refusal with this code
	Detail  string // what was found, shortened and without markup; empty: nothing to add
	Cause   error  // for the log; nil: none
	Issuer  string // who a response that was not let through says it is from, exact and unproven, for diagnostics alone; empty: not known

	// Verified tells that the message is the provider's, whose signature counts; it is refused for what it says.
	Verified bool

	// Issued is when a verified assertion says that it was made, where it is refused for its times; zero otherwise. With it the clocks can be compared.
	Issued time.Time
}

// Error is the text for logs.
func (e *Error) Error() string {
	text := "saml: " + string(e.Code) + ": " + e.Message
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

const maxDetail = 200 // bytes of what was found that a refusal repeats

// plain makes foreign text safe to show anywhere: printable ASCII without the characters that begin markup, and short.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		if b.Len() >= maxDetail {
			b.WriteString("...")
			break
		}
		if r < ' ' || r > '~' || r == utf8.RuneError || strings.ContainsRune("<>&\"'`", r) {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}
