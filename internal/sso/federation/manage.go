package federation

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
)

const objectProvider = "identity_provider"

// The limits of a tenant.
const (
	maxProviders    = 50
	maxCertificates = 10 // of a provider
)

// tag is the entity tag of a provider.
func (p *Provider) tag() string { return `"` + strconv.FormatInt(p.Version, 10) + `"` }

// Providers returns the identity providers of a tenant.
func (m *Module) Providers(ctx context.Context, h *tenant.Handle) ([]Provider, error) {
	all, err := listProviders(ctx, h.DB)
	if err != nil {
		return nil, fmt.Errorf("list identity providers: %w", err)
	}
	out := make([]Provider, 0, len(all))
	for _, p := range all {
		p.look(m.clock.Now())
		out = append(out, *p)
	}
	return out, nil
}

// Tried returns the identity providers of a tenant, each with what became of the last try with it.
func (m *Module) Tried(ctx context.Context, h *tenant.Handle) ([]Provider, error) {
	all, err := m.Providers(ctx, h)
	if err == nil {
		err = m.lastAttempts(ctx, h, all)
	}
	return all, err
}

// Provider returns one; fault.NotFound for none.
func (m *Module) Provider(ctx context.Context, h *tenant.Handle, id string) (*Provider, error) {
	p, err := m.provider(ctx, h.DB, id)
	if err != nil {
		return nil, err
	}
	p.look(m.clock.Now())
	return p, nil
}

func (m *Module) provider(ctx context.Context, r db.Reader, id string) (*Provider, error) {
	p, err := findProvider(ctx, r, id)
	if err != nil {
		return nil, fmt.Errorf("read an identity provider: %w", err)
	}
	if p == nil {
		return nil, fault.New(fault.NotFound, "identity_provider_unknown", "There is no such identity provider.")
	}
	return p, nil
}

// grantable returns what a tenant says of a role.
func grantable(h *tenant.Handle) func(string) (string, bool, bool) {
	return func(asked string) (string, bool, bool) {
		book := h.Roles()
		name, ok := book.Canonical(asked)
		return name, ok && book.Admin(&principal.Principal{Role: name}), ok
	}
}

// check refuses settings that are wrong for the tenant, and tidies them.
func (m *Module) check(ctx context.Context, h *tenant.Handle, p *Provider) error {
	if err := p.check(grantable(h)); err != nil {
		return err
	}
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return errors.New("the tenant has no object Employee")
	}
	return p.checkMapping(t)
}

// Create adds a provider. The preset fills in what is not said.
func (m *Module) Create(ctx context.Context, h *tenant.Handle, in NewProvider) (*Provider, error) {
	now := m.clock.Now()
	p := &Provider{ID: id.RecID(), Kind: in.Kind, Preset: in.Preset, Version: 1, Settings: in.Settings, Certificates: []Certificate{}, CreatedAt: now, ChangedAt: now}
	preset(p)
	if in.Metadata == "" && in.MetadataURL != "" && in.SSOURL == "" && in.Kind == KindSAML {
		document, err := m.fetch(ctx, in.MetadataURL)
		if err != nil {
			return nil, err
		}
		in.Metadata, p.Metadata.At = string(document), &now
	}
	if in.Metadata != "" {
		if err := m.take(p, []byte(in.Metadata), p.EntityID); err != nil {
			return nil, err
		}
	}
	if in.Certificate != "" {
		if err := m.trust(p, []byte(in.Certificate), "upload"); err != nil {
			return nil, err
		}
	}
	if err := m.check(ctx, h, p); err != nil {
		return nil, err
	}
	if err := p.checkIssuer(); err != nil {
		return nil, err
	}
	if err := p.usable(); err != nil {
		return nil, err
	}
	m.seal(h, p, in.ClientSecret)
	err := m.write(ctx, h, p, nil, func(tx *db.Tx) error {
		var n int64
		err := tx.QueryRow(ctx, `SELECT count(*) FROM sso_idp`).Scan(&n)
		if err == nil && n >= maxProviders {
			err = fault.New(fault.Conflict, "too_many_identity_providers", "There are %d identity providers already.", n)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.look(now)
	return p, nil
}

// seal keeps a client secret; an empty one is none.
func (m *Module) seal(h *tenant.Handle, p *Provider, value string) {
	p.sealed, p.SecretSet = nil, value != ""
	if value != "" {
		p.sealed = h.Keys.Seal([]byte(value), []byte("sso_idp/"+p.ID))
	}
}

// clientSecret opens the client secret of an OpenID provider; empty: there is none.
func clientSecret(h *tenant.Handle, p *Provider) (string, error) {
	if p.sealed == nil {
		return "", nil
	}
	plain, err := h.Keys.Open(p.sealed, []byte("sso_idp/"+p.ID))
	if err != nil {
		return "", fmt.Errorf("open a client secret: %w", err)
	}
	return string(plain), nil
}

// Replace sets the settings of a provider. Where it switches it off, the sessions that it vouched for end. ifMatch, where it is not empty, is the entity tag it has to have.
func (m *Module) Replace(ctx context.Context, h *tenant.Handle, id, ifMatch string, in ChangedProvider) (*Provider, error) {
	off := false
	p, err := m.change(ctx, h, id, func(p *Provider) error {
		off = !in.Enabled // also where it was off before: the end of its sessions may have failed then
		if ifMatch != "" && subtle.ConstantTimeCompare([]byte(ifMatch), []byte(p.tag())) == 0 {
			return fault.New(fault.PreconditionFailed, "changed_meanwhile", "The identity provider has been changed since it was read.")
		}
		p.Settings = in.Settings
		p.Version++ // also where nothing is different: who saves again has an OpenID provider's discovery document read again
		if in.ClientSecret != nil {
			m.seal(h, p, *in.ClientSecret)
		}
		if err := m.check(ctx, h, p); err != nil {
			return err
		}
		if err := p.checkIssuer(); err != nil {
			return err
		}
		return p.usable()
	})
	if err != nil || !off {
		return p, err
	}
	_, err = m.signIn.EndVouched(ctx, h, id, "", "")
	return p, err
}

// change reads a provider, changes it and writes it, in one transaction.
func (m *Module) change(ctx context.Context, h *tenant.Handle, id string, do func(p *Provider) error) (*Provider, error) {
	for tries := 3; ; tries-- {
		p, err := m.changeOnce(ctx, h, id, do)
		if tries > 1 && err != nil && fault.Of(err) == errRaced {
			continue // what was changed meanwhile is read again: that metadata was looked at is no reason to refuse an administrator
		}
		return p, err
	}
}

// errRaced refuses a change of what somebody else has just changed.
var errRaced = fault.New(fault.Conflict, "changed_meanwhile", "The identity provider was changed at the same moment. Try again.")

func (m *Module) changeOnce(ctx context.Context, h *tenant.Handle, id string, do func(p *Provider) error) (*Provider, error) {
	before, err := m.provider(ctx, h.DB, id)
	if err != nil {
		return nil, err
	}
	p, err := m.provider(ctx, h.DB, id)
	if err != nil {
		return nil, err
	}
	if err := do(p); err != nil {
		return nil, err
	}
	if err := m.write(ctx, h, p, before, nil); err != nil {
		return nil, err
	}
	p.look(m.clock.Now())
	return p, nil
}

// write puts a provider in place of what it was, nil for a new one, unless that has been changed meanwhile.
func (m *Module) write(ctx context.Context, h *tenant.Handle, p, before *Provider, check func(tx *db.Tx) error) error {
	if err := m.checkMetadataURL(p, before); err != nil {
		return err
	}
	action := "identity_provider.create"
	if before != nil {
		action = "identity_provider.update"
	}
	changes, err := difference(before, p)
	if err != nil {
		return err
	}
	looked := before != nil && changes == nil && p.Version == before.Version // at the metadata, which said nothing new: no version for that, and nothing to tell the audit trail
	if before != nil && !looked {
		p.Version, p.ChangedAt = before.Version+1, m.clock.Now()
	}
	err = h.DB.Write(ctx, func(tx *db.Tx) error {
		if check != nil {
			if err := check(tx); err != nil {
				return err
			}
		}
		if before != nil {
			now, err := m.provider(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			if now.Version != before.Version {
				return errRaced
			}
		}
		other, err := providerByEntity(ctx, tx, p.EntityID)
		if err == nil && other != nil && other.ID != p.ID {
			err = fault.New(fault.Conflict, "entity_id_taken", "%s has this identifier already.", other.Name).WithField("entity_id", "another identity provider has it")
		}
		if err != nil || before != nil && literal.Fold(before.Name) == literal.Fold(p.Name) {
			return err
		}
		return nameFree(ctx, tx, p)
	}, func(tx *db.Tx) error {
		if err := p.put(tx); err != nil || looked {
			return err
		}
		return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: action, Object: objectProvider, Target: p.ID, Label: p.Name, Changes: changes})
	})
	if err != nil {
		return fmt.Errorf("write an identity provider: %w", err)
	}
	return nil
}

// nameFree refuses the name of another provider: people choose among them by it, and so do administrators.
func nameFree(ctx context.Context, r db.Reader, p *Provider) error {
	all, err := listProviders(ctx, r)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != p.ID && literal.Fold(other.Name) == literal.Fold(p.Name) {
			text := "There is an identity provider with the name " + literal.Shown(other.Name) + " already."
			return fault.New(fault.Conflict, "name_taken", "%s", text).WithField("name", "%s", text)
		}
	}
	return nil
}

// Delete removes a provider, whom it knows, and what its rules gave. Sessions that it vouched for end.
func (m *Module) Delete(ctx context.Context, h *tenant.Handle, id string) error {
	p, err := m.provider(ctx, h.DB, id)
	if err != nil {
		return err
	}
	changes, err := difference(p, nil)
	if err != nil {
		return err
	}
	ctx = tenant.With(ctx, h)
	if _, err := m.signIn.EndVouched(ctx, h, id, "", ""); err != nil { // first: who tries again finds no provider any more
		return err
	}
	if h.Records.Setting(ctx, sso.SettingProvisioning) == id {
		if err := h.Records.SetSetting(ctx, sso.SettingProvisioning, ""); err != nil {
			return err
		}
	}
	err = h.DB.Alone(ctx, func(tx *db.Tx) error {
		given, err := givenBy(ctx, tx, originOf(p.ID))
		if err != nil {
			return err
		}
		for _, person := range given {
			if err := m.withdraw(ctx, tx, h, person, originOf(p.ID)); err != nil {
				return err
			}
		}
		if err := removeProvider(tx, id); err != nil {
			return err
		}
		return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "identity_provider.delete", Object: objectProvider, Target: id, Label: p.Name, Changes: changes})
	})
	if err != nil {
		return fmt.Errorf("delete an identity provider: %w", err)
	}
	_, err = m.signIn.EndVouched(ctx, h, id, "", "")
	return err
}

// difference is what has changed, for the audit trail; nil stands for nothing.
func difference(before, after *Provider) (json.RawMessage, error) {
	flat := func(p *Provider) (map[string]any, error) {
		out := map[string]any{}
		if p == nil {
			return out, nil
		}
		text, err := json.Marshal(p.Settings)
		if err == nil {
			err = json.Unmarshal(text, &out)
		}
		var trusted []any
		for _, c := range p.Certificates {
			trusted = append(trusted, c.Fingerprint)
		}
		if trusted != nil {
			out["certificates"] = trusted
		}
		if p.sealed != nil {
			out["client_secret_set"] = true
		}
		out["kind"] = p.Kind
		return out, err
	}
	was, err := flat(before)
	if err != nil {
		return nil, fmt.Errorf("compare identity providers: %w", err)
	}
	is, err := flat(after)
	if err != nil {
		return nil, fmt.Errorf("compare identity providers: %w", err)
	}
	out := map[string][2]any{}
	for name := range is {
		if fmt.Sprint(was[name]) != fmt.Sprint(is[name]) {
			out[name] = [2]any{was[name], is[name]}
		}
	}
	for name := range was {
		if _, stays := is[name]; !stays {
			out[name] = [2]any{was[name], nil}
		}
	}
	if before != nil && after != nil && string(before.sealed) != string(after.sealed) {
		out["client_secret"] = [2]any{nil, "changed"}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return json.Marshal(out)
}
