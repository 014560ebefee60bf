package trust

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// RegistrationChange says what to change of a registration; what is nil stays as it is.
type RegistrationChange struct {
	Name             *string   `json:"application,omitempty"`
	Description      *string   `json:"description,omitempty"`
	Owner            *string   `json:"owner,omitempty"`
	Contact          *string   `json:"contact,omitempty"`
	Environment      *string   `json:"environment,omitempty"`
	Enabled          *bool     `json:"enabled,omitempty"`
	Scopes           *[]string `json:"scopes,omitempty"`
	CIDRs            *[]string `json:"cidrs,omitempty"`
	Role             *string   `json:"role,omitempty"`
	OnBehalfOf       *string   `json:"on_behalf_of,omitempty"`
	TokenSeconds     *int64    `json:"access_token_lifetime,omitempty"`
	TokenAlg         *string   `json:"access_token_alg,omitempty"`
	PlainToken       *bool     `json:"plain_token_body,omitempty"`
	EndpointAudience *bool     `json:"token_endpoint_audience,omitempty"`
	JWKSURI          *string   `json:"jwks_uri,omitempty"`
}

// UpdateRegistration changes what is named. Disabling it, taking scopes away and taking its address of keys away end its
// tokens; the other changes do not. Scopes that are added must be held by the principal of the context.
func (m *Module) UpdateRegistration(ctx context.Context, h *tenant.Handle, registration string, c RegistrationChange) (Registration, error) {
	return m.plane(h).updateRegistration(ctx, registration, c)
}

// EnableRegistration switches a registration on or off, with the REST API key that was made with it. Switching off ends its tokens.
func (m *Module) EnableRegistration(ctx context.Context, h *tenant.Handle, registration string, on bool) (Registration, error) {
	return m.plane(h).updateRegistration(ctx, registration, RegistrationChange{Enabled: &on})
}

// RevokeTokens ends all tokens of a registration; it can get new ones.
func (m *Module) RevokeTokens(ctx context.Context, h *tenant.Handle, registration string) error {
	p := m.plane(h)
	_, err := p.change(ctx, registration, "revoke tokens", nil, func(tx *db.Tx, _, after *Registration) error {
		after.epoch++
		if err := saveRegistration(tx, *after); err != nil {
			return err
		}
		return p.audit(ctx, tx, objectRegistration, "revoke_tokens", after.ID, after.ClientID, nil, nil, fmt.Sprintf("epoch:%d", after.epoch))
	})
	return err
}

// DeleteRegistration removes a registration for good, with its credentials and the REST API key made with it. It
// authenticates nobody from then on, and its tokens end.
func (m *Module) DeleteRegistration(ctx context.Context, h *tenant.Handle, registration string) error {
	p := m.plane(h)
	var keys []Key
	_, err := p.change(ctx, registration, "delete app registration", func(tx *db.Tx, r *Registration) (err error) {
		keys, err = keysOf(ctx, tx, r.APIKey)
		return err
	}, func(tx *db.Tx, before, _ *Registration) error {
		for _, k := range keys {
			if err := deleteKey(tx, k.ID); err != nil {
				return err
			}
			if err := p.audit(ctx, tx, objectKey, "delete", k.ID, k.Description, k, nil, "registration:"+before.ID); err != nil {
				return err
			}
		}
		for _, c := range before.Credentials {
			if c.Revoked == nil {
				if err := p.audit(ctx, tx, c.object(), "delete", c.ID, before.ClientID, c, nil, "registration:"+before.ID); err != nil {
					return err
				}
			}
		}
		if err := dropRegistration(tx, before.ID, p.clock.Now().UnixMicro()); err != nil {
			return err
		}
		return p.audit(ctx, tx, objectRegistration, "delete", before.ID, before.ClientID, *before, nil)
	})
	return err
}

// Registrations lists all app registrations, newest first. Uses are up to date.
func (m *Module) Registrations(ctx context.Context, h *tenant.Handle) ([]Registration, error) {
	p := m.plane(h)
	p.flushQuietly(ctx)
	rows, err := registrationsWhere(ctx, p.db, `r.deleted_at IS NULL`)
	if err != nil {
		return nil, fmt.Errorf("list app registrations: %w", err)
	}
	out := make([]Registration, len(rows))
	all := make([]*Registration, len(rows))
	for i := range rows {
		out[i] = rows[i].Registration
		all[i] = &out[i]
	}
	return out, p.nameCreators(ctx, all...)
}

// Registration returns one by its id or client id; fault.NotFound for none.
func (m *Module) Registration(ctx context.Context, h *tenant.Handle, registration string) (Registration, error) {
	p := m.plane(h)
	p.flushQuietly(ctx)
	r, err := registrationByID(ctx, p.db, registration)
	if err != nil {
		return Registration{}, fmt.Errorf("read app registration: %w", err)
	}
	return r, p.nameCreators(ctx, &r)
}

// flushQuietly writes what is in memory of uses; a list is worth more than none where that fails.
func (p *plane) flushQuietly(ctx context.Context) {
	if err := p.flushUses(ctx); err != nil {
		p.log.WarnContext(ctx, "the uses of credentials could not be recorded", "error", err)
	}
}

// nameCreators fills in who made registrations, by the name people know.
func (p *plane) nameCreators(ctx context.Context, all ...*Registration) error {
	names := map[string]string{}
	for _, r := range all {
		name, known := names[r.CreatedBy]
		if !known {
			who, err := p.byLogin(ctx, p.db, r.CreatedBy)
			if err != nil {
				return fmt.Errorf("find who made the app registration: %w", err)
			}
			if name = who.Name; name == "" {
				name = r.CreatedBy
			}
			names[r.CreatedBy] = name
		}
		r.CreatedByName = name
	}
	return nil
}

// change runs a change of one registration: check reads and refuses, apply writes. Either is nil where there is nothing
// to do. The registration as it is afterwards is what apply leaves in after.
func (p *plane) change(ctx context.Context, registration, what string, check func(*db.Tx, *Registration) error,
	apply func(tx *db.Tx, before, after *Registration) error,
) (Registration, error) {
	var before, after Registration
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		if err := tx.Claim("trust.registrations"); err != nil {
			return err
		}
		if before, err = registrationByID(ctx, tx, registration); err != nil || check == nil {
			return err
		}
		return check(tx, &before)
	}, func(tx *db.Tx) error {
		after = before
		after.Credentials = slices.Clone(before.Credentials)
		return apply(tx, &before, &after)
	})
	if err != nil {
		return Registration{}, fmt.Errorf("%s: %w", what, err)
	}
	p.changed()
	return after, nil
}

func (p *plane) updateRegistration(ctx context.Context, registration string, c RegistrationChange) (Registration, error) {
	var wanted Registration
	var keys []Key
	after, err := p.change(ctx, registration, "change app registration", func(tx *db.Tx, before *Registration) (err error) {
		if wanted, err = p.changedBy(ctx, tx, *before, c); err != nil {
			return err
		}
		if wanted.Enabled != before.Enabled {
			keys, err = keysOf(ctx, tx, before.APIKey)
		}
		return err
	}, func(tx *db.Tx, before, after *Registration) error {
		*after = wanted
		if err := p.enableKeys(ctx, tx, keys, after); err != nil {
			return err
		}
		if err := saveRegistration(tx, *after); err != nil {
			return err
		}
		return p.audit(ctx, tx, objectRegistration, verbOf(before, after), after.ID, after.ClientID, *before, *after)
	})
	if err != nil {
		return Registration{}, err
	}
	p.publishFor(ctx, after.TokenAlg)
	return after, p.nameCreators(ctx, &after)
}

func verbOf(before, after *Registration) string {
	switch {
	case before.Enabled && !after.Enabled:
		return "disable"
	case !before.Enabled && after.Enabled:
		return "enable"
	}
	return "update"
}

// enableKeys has the REST API keys of a registration follow it.
func (p *plane) enableKeys(ctx context.Context, tx *db.Tx, keys []Key, r *Registration) error {
	for _, k := range keys {
		if k.Enabled == r.Enabled {
			continue
		}
		after := k
		after.Enabled = r.Enabled
		if err := enableKey(tx, k.ID, r.Enabled); err != nil {
			return err
		}
		verb := map[bool]string{true: "enable", false: "disable"}[r.Enabled]
		if err := p.audit(ctx, tx, objectKey, verb, k.ID, k.Description, k, after, "registration:"+r.ID); err != nil {
			return err
		}
	}
	return nil
}

// changedBy returns a registration as a change leaves it, or refuses.
func (p *plane) changedBy(ctx context.Context, r db.Reader, before Registration, c RegistrationChange) (Registration, error) {
	after := before
	set(&after.Name, c.Name)
	set(&after.Description, c.Description)
	set(&after.Contact, c.Contact)
	set(&after.Environment, c.Environment)
	set(&after.Enabled, c.Enabled)
	set(&after.TokenSeconds, c.TokenSeconds)
	set(&after.TokenAlg, c.TokenAlg)
	set(&after.PlainToken, c.PlainToken)
	set(&after.EndpointAudience, c.EndpointAudience)
	set(&after.JWKSURI, c.JWKSURI)
	after.Name, after.Environment, after.Contact = strings.TrimSpace(after.Name), strings.TrimSpace(after.Environment), strings.TrimSpace(after.Contact)
	f := checkRegistrationTexts(registrationInvalid(), &after)
	kind, known := RegistrationTypeNamed(before.Type)
	if !known { // of a catalogue that had it
		kind = RegistrationType{ID: before.Type, Caption: before.Name, Scopes: before.Scopes}
	}
	var complaint string
	if c.Scopes != nil {
		if len(*c.Scopes) == 0 {
			return Registration{}, f.WithField("scopes", "A registration has one scope at least; to take everything away, disable it.")
		}
		if after.Scopes, complaint = kind.choose(*c.Scopes); complaint != "" {
			f = f.WithField("scopes", "%s", complaint)
		}
	}
	if c.CIDRs != nil {
		if after.CIDRs, complaint = readCIDRs(*c.CIDRs); complaint != "" {
			f = f.WithField("cidrs", "%s", complaint)
		}
	}
	if c.Role != nil && known && kind.Role != "" && foldedName(*c.Role) != foldedName(before.Role) {
		f = f.WithField("role", "The role of %s is %s and cannot be changed.", kind.Caption, before.Role)
	}
	if before.JWKSURI != "" && after.JWKSURI == "" && !hasWorking(&before, p.moment(), "") {
		f = f.WithField("jwks_uri", "It is the only way in which the application proves itself: add a secret or a key first.")
	}
	if len(f.Fields) > 0 {
		return Registration{}, f
	}
	if err := p.changeRole(ctx, r, kind, &after, c); err != nil {
		return Registration{}, err
	}
	if c.Owner != nil {
		var err error
		if after.Owner, err = p.ownerNamed(ctx, r, *c.Owner); err != nil {
			return Registration{}, err
		}
	}
	added := without(after.Scopes, before.Scopes)
	if len(added) > 0 || after.Role != before.Role || after.JWKSURI != before.JWKSURI {
		granted, in := added, ""
		if after.Role != before.Role {
			in = after.Role
		}
		if after.JWKSURI != before.JWKSURI { // whoever has its keys gets all of its scopes
			granted, in = after.Scopes, after.Role
		}
		if err := p.mayGrant(ctx, granted, in); err != nil {
			return Registration{}, err
		}
	}
	if len(added) > 0 || after.Role != before.Role || after.Person != before.Person || after.JWKSURI != before.JWKSURI {
		if err := mayActFor(ctx, after.Person); err != nil {
			return Registration{}, err
		}
	}
	if before.Enabled && !after.Enabled || len(without(before.Scopes, after.Scopes)) > 0 || before.JWKSURI != "" && after.JWKSURI != before.JWKSURI {
		after.epoch++
	}
	return after, nil
}

// changeRole settles In Role and On Behalf Of after a change.
func (p *plane) changeRole(ctx context.Context, r db.Reader, kind RegistrationType, after *Registration, c RegistrationChange) error {
	if c.Role == nil && c.OnBehalfOf == nil && after.Person != "" {
		return nil // nothing was asked of it, so that whatever became of the role does not keep a registration from being disabled
	}
	set(&after.Role, c.Role)
	if after.Role == "" && !needsRole(after.Scopes) {
		after.Person = ""
		return nil
	}
	if after.Role == "" {
		if after.Role = p.defaultRole(ctx, kind); after.Role == "" {
			return p.noRole(ctx, after.Scopes)
		}
	}
	canonical, ok := p.roles().Canonical(after.Role)
	if !ok {
		return registrationInvalid().WithField("role", "There is no role %q.", after.Role)
	}
	named := after.Person
	if c.OnBehalfOf != nil {
		named = *c.OnBehalfOf
	}
	after.Role = canonical
	var err error
	after.Person, err = p.actingPerson(ctx, r, named, after.Role, registrationInvalid())
	return err
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// without returns what is in a list and not in the other.
func without(list, other []string) (out []string) {
	for _, s := range list {
		if !slices.Contains(other, s) {
			out = append(out, s)
		}
	}
	return out
}

// ownerNamed returns the RecId of the person or team that is called so by RecId, login or name; nobody named is nobody.
func (p *plane) ownerNamed(ctx context.Context, r db.Reader, named string) (string, error) {
	o, err := p.owner(ctx, r, named)
	if err == nil && o.ID == "" && named != "" {
		err = registrationInvalid().WithField("owner", "There is no person or team %q.", named)
	}
	return o.ID, err
}
