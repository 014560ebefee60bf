// Package principal says who acts in a request. A Principal is made in one place, when the credential is checked,
// and travels in the context; nothing else in the program decides who somebody is.
package principal

import (
	"context"
	"net/netip"
	"slices"
)

// Kind is the sort of credential that was shown.
type Kind string

// The kinds of principals.
const (
	Key     Kind = "api_key" // a REST API key, acting on behalf of an employee
	Session Kind = "session" // a session key or a browser session
	System  Kind = "system"  // the program itself: jobs, imports, the command line
)

// Principal is whoever acts.
type Principal struct {
	Kind         Kind
	TenantID     string // GUID of the tenant; empty only for the control database
	CredentialID string // the key's or session's id, never its secret
	PersonID     string // RecId of the employee acted for; empty for System
	Login        string // LoginID of that employee, or the system's own name
	DisplayName  string
	Role         string     // the one effective role of this credential (In Role)
	Scopes       []string   // for tokens; empty for keys and sessions, which have the rights of their role
	Address      netip.Addr // where the request came from
	RequestID    string
}

// HasScope reports whether a token carries the scope; a principal without scopes is not limited by them.
func (p *Principal) HasScope(scope string) bool {
	return p.Scopes == nil || slices.Contains(p.Scopes, scope)
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
