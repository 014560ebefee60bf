package trust

import (
	"context"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// mayGrant refuses to give a registration what the principal of the context does not have: nobody grants a scope they do not
// hold. The program itself and an administrator by key or session hold all scopes; a token with admin.write those it carries. A role
// must be within reach of the principal's own. Credentials count as grants too: who adds a secret can use it.
func (p *plane) mayGrant(ctx context.Context, scopes []string, in string) error {
	who := principal.From(ctx)
	switch {
	case who == nil:
	case who.Kind == principal.System:
		return nil
	case who.Scopes == nil && p.roles().Admin(who):
		return nil
	case slices.Contains(who.Scopes, principal.AdminWrite):
		for _, s := range scopes {
			if !slices.Contains(who.Scopes, s) {
				return fault.New(fault.Forbidden, "grant_refused", "Nobody grants a scope they do not hold: your token lacks %s.", s).
					WithField("scopes", "Your token lacks %s.", s)
			}
		}
		if in != "" && !p.roles().Admin(who) && !p.roles().Effective([]string{who.Role}, in) {
			return fault.New(fault.Forbidden, "grant_refused", "Nobody grants a role they do not hold: yours does not include %s.", in).
				WithField("role", "Your own role does not include it.")
		}
		return nil
	}
	return fault.New(fault.Forbidden, "grant_refused", "App registrations are for administrators.")
}

// defaultRole is the In Role of a registration for which none was named: all of an administrator's, else the principal's own.
func (p *plane) defaultRole(ctx context.Context, t RegistrationType) string {
	who := principal.From(ctx)
	switch {
	case t.Role != "":
		return t.Role
	case p.roles().Admin(who):
		return role.InternalServices
	case who != nil:
		return who.Role
	}
	return ""
}
