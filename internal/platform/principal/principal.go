// Package principal says who acts in a request. A Principal is made in one place, when the credential is checked,
// and travels in the context; nothing else in the program decides who somebody is.
package principal

import (
	"context"
	"net/netip"
)

// Kind is the sort of credential that was shown.
type Kind string

// The kinds of principals.
const (
	Key          Kind = "api_key"      // a REST API key, acting on behalf of an employee
	Session      Kind = "session"      // a session key or a browser session
	Registration Kind = "registration" // a token of an app registration
	Issuer       Kind = "issuer"       // a token of a configured external issuer, acting as the person it is linked to
	SystemKey    Kind = "system_key"   // a system key: all tenants from outside, none from inside

	SystemSession Kind = "system_session" // the browser session of a system administrator: likewise

	System Kind = "system" // the program itself: jobs, imports, the command line
)

// Principal is whoever acts.
type Principal struct {
	Kind         Kind
	TenantID     string // GUID of the tenant; empty for the control database and what is about all tenants
	CredentialID string // the id of key, session or client credential, never its secret
	ClientID     string // of the app registration, or the client of an external token; empty for the other kinds
	PersonID     string // RecId of the employee acted for; empty for System
	Login        string // LoginID of that employee, or the system's own name
	DisplayName  string
	Role         string     // the one effective role of this credential (In Role)
	Scopes       []string   // of a token, not nil; nil for keys and sessions, which have the rights of their role
	APIs         []string   // of a token: the APIs it is for (DataAPI, …); nil: all of the tenant's
	Address      netip.Addr // where the request came from
	RequestID    string
}

type contextKey struct{}

// With returns a context in which p acts.
func With(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, contextKey{}, p)
}

// From returns who acts, or nil.
func From(ctx context.Context) *Principal {
	p, _ := ctx.Value(contextKey{}).(*Principal)
	return p
}
