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

// mayActFor refuses a registration that would let others act for somebody else than it acts for itself. Administrators by key or session
// and the program itself may name anybody.
func mayActFor(ctx context.Context, person string) error {
	who := principal.From(ctx)
	if who == nil || who.Kind != principal.Registration || person == "" || person == who.PersonID {
		return nil
	}
	return fault.New(fault.Forbidden, "grant_refused", "A registration lets others act only for the person it acts for itself.").
		WithField("on_behalf_of", "Your own registration acts for somebody else, or for nobody.")
}

// mayGive refuses a new credential of a registration to whom may not grant what it opens: who adds a secret can use it.
func (p *plane) mayGive(ctx context.Context, r *Registration) error {
	if err := p.mayGrant(ctx, r.Scopes, r.Role); err != nil {
		return err
	}
	return mayActFor(ctx, r.Person)
}

// noRole refuses a registration for which no role was named by a principal that has none to give.
func (p *plane) noRole(ctx context.Context, scopes []string) error {
	if err := p.mayGrant(ctx, scopes, ""); err != nil {
		return err
	}
	return fault.New(fault.Forbidden, "grant_refused", "These scopes need a role, and nobody grants a role they do not hold: your own registration has none.").
		WithField("role", "Your own registration has none.")
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
