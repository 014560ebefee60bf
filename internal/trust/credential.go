package trust

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// CredentialSpec says what secret or key to add to a registration.
type CredentialSpec struct {
	Label     string
	NotBefore time.Time // zero: at once
	Expires   time.Time // zero: the tenant's standard for secrets, none for keys
	Never     bool      // it does not expire
}

// IssuedSecret is a new client secret, which is shown this once, and what became of the others.
type IssuedSecret struct {
	ClientID     string       `json:"client_id"`
	ClientSecret string       `json:"client_secret"`
	Expires      int64        `json:"client_secret_expires_at"` // Unix seconds, 0: never (RFC 7591 section 3.2.1)
	Credential   Credential   `json:"credential"`
	Replaced     *Credential  `json:"replaced,omitempty"` // of a rotation: the old secret, when and from where it was last used, when it ends
	Ended        []Credential `json:"ended,omitempty"`    // of a rotation: secrets that had been replaced before and ended now
}

// object is what a credential is in the audit trail.
func (c *Credential) object() string {
	if c.Kind == kindJWK {
		return objectClientKey
	}
	return objectSecret
}

// live reports whether the credential counts now or will, without anybody doing anything.
func (c *Credential) live(now time.Time) bool {
	return c.Revoked == nil && (c.Expires == nil || now.Before(*c.Expires))
}

// rotated reports whether a rotation has set the credential's end.
func (c *Credential) rotated() bool { return c.RevokedWhy == whyRotated }

// liveSecrets returns the secrets of a registration that count or will, oldest first.
func liveSecrets(r *Registration, now time.Time) (out []Credential) {
	for _, c := range r.Credentials {
		if c.Kind == kindSecret && c.live(now) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Credential) int { return a.Created.Compare(b.Created) })
	return out
}

// hasWorking reports whether a registration can prove itself with another credential than the one named, its address of
// keys aside. What a rotation is about to end is not counted on.
func hasWorking(r *Registration, now time.Time, but string) bool {
	return slices.ContainsFunc(r.Credentials, func(c Credential) bool { return c.ID != but && c.counts(now) && !c.rotated() })
}

// newSecretCredential makes a client secret, or takes one that the program itself gives.
func (p *plane) newSecretCredential(ctx context.Context, given string, now time.Time) (Credential, string) {
	value := given
	if value == "" {
		value = secret.New(secret.KindClient)
	}
	c := Credential{ID: id.RecID(), Kind: kindSecret, Hint: secret.Hint(value), NotBefore: now, CreatedBy: actor(ctx), Created: now}
	c.pepper, c.mac = p.keys.MAC(value)
	return c, value
}

func newKeyCredential(ctx context.Context, k clientKey, now time.Time) Credential {
	return Credential{ID: id.RecID(), Kind: kindJWK, Hint: k.kid, JWK: k.jwk, NotBefore: now, CreatedBy: actor(ctx), Created: now}
}

// storeCredential stores a credential, audited with its registration.
func (p *plane) storeCredential(ctx context.Context, tx *db.Tx, r *Registration, verb string, before, after *Credential, flags ...string) error {
	if err := saveCredential(tx, r.ID, *after); err != nil {
		return err
	}
	return p.audit(ctx, tx, after.object(), verb, after.ID, r.ClientID, before, after, append(flags, "registration:"+r.ID)...)
}

// draftCredentials gives a new registration its first credentials.
func (p *plane) draftCredentials(ctx context.Context, f *fault.Error, d *registrationDraft, now time.Time) *fault.Error {
	s, rules := d.spec, p.policy(ctx)
	f = checkPlain(f, "label", s.Label, maxWord, false)
	if !s.Expires.IsZero() && !s.Expires.After(now) {
		return f.WithField("expires_at", "The credential would have expired already.")
	}
	var keys []clientKey
	for _, text := range s.Keys {
		some, complaint := readClientKeys(text)
		for i := 0; complaint == "" && i < len(some); i++ {
			for _, other := range keys {
				if complaint = some[i].clashes(other); complaint != "" {
					break
				}
			}
			keys = append(keys, some[i])
		}
		if complaint != "" {
			return f.WithField("jwks", "%s", complaint)
		}
	}
	if len(keys) > maxClientKey {
		return f.WithField("jwks", "There may be %d keys at most.", maxClientKey)
	}
	if s.KeyOnly && len(keys) == 0 && s.JWKSURI == "" {
		return f.WithField("jwks", "Without a secret there must be a key.")
	}
	for _, k := range keys {
		c := newKeyCredential(ctx, k, now)
		c.Label = s.Label
		var complaint string
		if c.Expires, complaint = rules.end(now, s.Expires, false, false); complaint != "" {
			return f.WithField("expires_at", "%s", complaint)
		}
		d.Credentials = append(d.Credentials, c)
	}
	if s.KeyOnly {
		return f
	}
	if complaint := rules.secretsAllowed(d.Type, now); complaint != "" {
		return f.WithField("jwks", "%s", complaint)
	}
	if kind, ok := secret.Kind(s.Secret); s.Secret != "" && (!ok || kind != secret.KindClient) {
		return f.WithField("client_secret", "It is not of the form that Provost makes.")
	}
	var c Credential
	c, d.secret = p.newSecretCredential(ctx, s.Secret, now)
	c.Label = s.Label
	var complaint string
	if c.Expires, complaint = rules.end(now, s.Expires, s.NeverExpires, true); complaint != "" {
		return f.WithField("expires_at", "%s", complaint)
	}
	d.Credentials = append(d.Credentials, c)
	return f
}

// settle gives a new credential of a registration label and times.
func (s CredentialSpec) settle(c *Credential, rules policy) error {
	f := checkPlain(fault.New(fault.Invalid, "credential_invalid", "The credential cannot be stored."), "label", s.Label, maxWord, false)
	c.Label = s.Label
	if s.NotBefore.After(c.Created) {
		c.NotBefore = s.NotBefore.UTC().Truncate(time.Microsecond)
	}
	var complaint string
	if c.Expires, complaint = rules.end(c.Created, s.Expires, s.Never, c.Kind == kindSecret); complaint != "" {
		f = f.WithField("expires_at", "%s", complaint)
	}
	if c.Expires != nil && !c.Expires.After(c.NotBefore) {
		f = f.WithField("expires_at", "The credential would never count.")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// AddSecret adds a client secret beside those there are, as far as the setting trust.live_secrets allows (else
// fault.Conflict, secrets_full).
func (m *Module) AddSecret(ctx context.Context, h *tenant.Handle, registration string, s CredentialSpec) (IssuedSecret, error) {
	p := m.plane(h)
	rules := p.policy(ctx)
	c, value := p.newSecretCredential(ctx, "", p.moment())
	if err := s.settle(&c, rules); err != nil {
		return IssuedSecret{}, err
	}
	after, err := p.change(ctx, registration, "add client secret", func(_ *db.Tx, r *Registration) error {
		if err := p.mayAdd(ctx, r, rules, c.Created); err != nil {
			return err
		}
		if n := len(liveSecrets(r, c.Created)); n >= rules.live {
			return fault.New(fault.Conflict, "secrets_full", "The registration has %d live secrets, which is as many as the setting %s allows: revoke one, or rotate.", n, settingLiveSecrets)
		}
		return nil
	}, func(tx *db.Tx, r, after *Registration) error {
		after.Credentials = append(after.Credentials, c)
		return p.storeCredential(ctx, tx, r, "create", nil, &c)
	})
	if err != nil {
		return IssuedSecret{}, err
	}
	return issued(after.ClientID, value, c), nil
}

func issued(clientID, value string, c Credential) IssuedSecret {
	out := IssuedSecret{ClientID: clientID, ClientSecret: value, Credential: c}
	if c.Expires != nil {
		out.Expires = c.Expires.Unix()
	}
	return out
}

// mayAdd refuses a secret that the tenant's rules forbid, or that gives its maker more than they hold.
func (p *plane) mayAdd(ctx context.Context, r *Registration, rules policy, created time.Time) error {
	if err := p.mayGive(ctx, r); err != nil {
		return err
	}
	if complaint := rules.secretsAllowed(r.Type, created); complaint != "" {
		return fault.New(fault.Forbidden, "secrets_forbidden", "%s", complaint)
	}
	return nil
}

// AddKey adds public keys: a JSON Web Key or a set of them (RFC 7517), EC with P-256, RSA of 2048 bits or more, or OKP
// with Ed25519. A kid counts once in a registration; a key without one gets its thumbprint (RFC 7638).
func (m *Module) AddKey(ctx context.Context, h *tenant.Handle, registration string, jwk json.RawMessage, s CredentialSpec) ([]Credential, error) {
	p := m.plane(h)
	now := p.moment()
	refusal := fault.New(fault.Invalid, "key_invalid", "The key cannot be added.")
	keys, complaint := readClientKeys(jwk)
	if complaint != "" {
		return nil, refusal.WithField("jwk", "%s", complaint)
	}
	added := make([]Credential, len(keys))
	for i, k := range keys {
		added[i] = newKeyCredential(ctx, k, now)
		if err := s.settle(&added[i], p.policy(ctx)); err != nil {
			return nil, err
		}
	}
	_, err := p.change(ctx, registration, "add key", func(_ *db.Tx, r *Registration) error {
		if err := p.mayGive(ctx, r); err != nil {
			return err
		}
		live := 0
		for i := range r.Credentials {
			c := &r.Credentials[i]
			if c.Kind != kindJWK || !c.live(now) {
				continue
			}
			live++
			for _, k := range keys {
				if complaint := k.clashes(storedKey(c)); complaint != "" {
					return refusal.WithField("jwk", "%s", complaint)
				}
			}
		}
		if live+len(keys) > maxClientKey {
			return fault.New(fault.Conflict, "keys_full", "The registration would have more than %d keys: revoke some.", maxClientKey)
		}
		return nil
	}, func(tx *db.Tx, r, _ *Registration) error {
		for i := range added {
			if err := p.storeCredential(ctx, tx, r, "create", nil, &added[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return added, nil
}

// RevokeCredential ends a secret or key at once; tokens got with it end too. The last working one of a registration is
// revoked only where confirm is the client id (else fault.Conflict, last_credential).
func (m *Module) RevokeCredential(ctx context.Context, h *tenant.Handle, registration, credential, confirm string) (Credential, error) {
	p := m.plane(h)
	return p.changeCredential(ctx, registration, credential, "revoke", func(r *Registration, c *Credential, now time.Time) error {
		if c.Revoked != nil {
			return fault.New(fault.Conflict, "credential_revoked", "The credential has been revoked already.")
		}
		if c.live(now) && r.JWKSURI == "" && !hasWorking(r, now, c.ID) && confirm != r.ClientID {
			return fault.New(fault.Conflict, "last_credential",
				"This is the last working credential of %s: without it the application cannot authenticate. Confirm with the client id %s, or add another first.", r.Name, r.ClientID)
		}
		c.Revoked, c.RevokedBy, c.RevokedWhy = &now, actor(ctx), ""
		return nil
	})
}

// SetExpiry moves the end of a credential to a time to come, within the tenant's longest life; nil is never.
func (m *Module) SetExpiry(ctx context.Context, h *tenant.Handle, registration, credential string, end *time.Time) (Credential, error) {
	p := m.plane(h)
	return p.changeCredential(ctx, registration, credential, "update", func(r *Registration, c *Credential, now time.Time) error {
		f := fault.New(fault.Invalid, "credential_invalid", "The end cannot be set.")
		switch {
		case c.Revoked != nil:
			return fault.New(fault.Conflict, "credential_revoked", "The credential has been revoked.")
		case !c.live(now): // giving it a longer life is giving it again
			return fault.New(fault.Conflict, "credential_expired", "The credential has expired: add another.")
		case end != nil && !end.After(now):
			return f.WithField("expires_at", "It lies in the past; revoke the credential to end it at once.")
		}
		if end == nil || c.Expires != nil && end.After(*c.Expires) {
			if err := p.mayGive(ctx, r); err != nil {
				return err
			}
			c.RevokedWhy = "" // what a rotation was about to end stays
		}
		var asked time.Time
		if end != nil {
			asked = *end
		}
		// Of a credential made before the tenant's rules counted, those do not count now either.
		settled, complaint := p.policy(ctx).end(c.Created, asked, true, true)
		if complaint != "" {
			return f.WithField("expires_at", "%s", complaint)
		}
		c.Expires = settled
		return nil
	})
}

// SetLabel changes the label of a credential.
func (m *Module) SetLabel(ctx context.Context, h *tenant.Handle, registration, credential, label string) (Credential, error) {
	return m.plane(h).changeCredential(ctx, registration, credential, "update", func(_ *Registration, c *Credential, _ time.Time) error {
		c.Label = label
		if f := checkPlain(fault.New(fault.Invalid, "credential_invalid", "The label cannot be stored."), "label", label, maxWord, false); len(f.Fields) > 0 {
			return f
		}
		return nil
	})
}

// changeCredential runs a change of one credential.
func (p *plane) changeCredential(ctx context.Context, registration, credential, verb string, change func(*Registration, *Credential, time.Time) error) (Credential, error) {
	p.flushQuietly(ctx)
	now := p.moment()
	var before, after Credential
	_, err := p.change(ctx, registration, verb+" credential", func(_ *db.Tx, r *Registration) error {
		i := slices.IndexFunc(r.Credentials, func(c Credential) bool { return c.ID == credential })
		if i < 0 {
			return fault.New(fault.NotFound, "credential_unknown", "The registration has no such credential.")
		}
		before = r.Credentials[i]
		after = before
		return change(r, &after, now)
	}, func(tx *db.Tx, r, _ *Registration) error { return p.storeCredential(ctx, tx, r, verb, &before, &after) })
	return after, err
}
