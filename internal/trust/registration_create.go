package trust

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// RegistrationSpec says what app registration to make. Only the type is needed.
type RegistrationSpec struct {
	Type        string // id or caption in the catalogue, in whatever case
	Name        string // of the application; empty: the type's caption
	Description string
	Owner       string // person or team: RecId, login or name; empty: the person who makes it, if it is one
	Contact     string // e-mail addresses for notices, separated by commas
	Environment string
	Scopes      []string // empty: the type's
	CIDRs       []string // empty: from anywhere
	Role        string   // In Role on the OData API; empty: the type's, or InternalServices where an administrator asks
	OnBehalfOf  string   // LoginID or RecId of the employee; empty: BuiltInLogin, where a role is needed

	TokenSeconds     int64  // 300 to 86,400; 0: 3600
	TokenAlg         string // empty: ES256
	PlainToken       bool
	EndpointAudience bool

	JWKSURI string            // https address where the client publishes its keys
	Keys    []json.RawMessage // public keys, each a JWK or a set of them (RFC 7517)
	KeyOnly bool              // no secret; there must be a key or an address of keys

	Label        string    // of the first secret and keys
	Expires      time.Time // of the first secret and keys; zero: the tenant's standard for secrets, none for keys
	NeverExpires bool      // the first secret does not expire

	ClientID string `json:"-"` // given by the program itself only
	Secret   string `json:"-"` // likewise: a well-formed client secret
}

// IssuedRegistration is a new registration with what has to be copied into the application. The secrets in it are shown
// this once.
type IssuedRegistration struct {
	AuthURL       string         `json:"auth_url"`
	ClientID      string         `json:"client_id"`
	ClientSecret  string         `json:"client_secret,omitempty"`
	SecretExpires int64          `json:"client_secret_expires_at"` // Unix seconds, 0: never (RFC 7591 section 3.2.1)
	APIKey        string         `json:"api_key,omitempty"`        // REST API key of types that have one
	Panel         []PanelField   `json:"panel"`                    // with their captions
	Snippets      []PanelSnippet `json:"snippets,omitempty"`
	Registration  Registration   `json:"registration"`
}

// CreateRegistration makes an app registration with a client secret, or with public keys alone. The principal of the
// context must hold what it grants (fault.Forbidden, grant_refused) and stands in the audit trail.
func (m *Module) CreateRegistration(ctx context.Context, h *tenant.Handle, s RegistrationSpec) (IssuedRegistration, error) {
	return m.plane(h).createRegistration(ctx, s)
}

// registrationDraft is a registration on its way into the database.
type registrationDraft struct {
	Registration
	kind   RegistrationType
	spec   RegistrationSpec
	secret string // plain
	key    *keyDraft
}

func (p *plane) createRegistration(ctx context.Context, s RegistrationSpec) (IssuedRegistration, error) {
	d, err := p.draftRegistration(ctx, s)
	if err != nil {
		return IssuedRegistration{}, err
	}
	err = p.db.Write(ctx, func(tx *db.Tx) error { return p.checkRegistration(ctx, tx, d) }, func(tx *db.Tx) error { return p.applyRegistration(ctx, tx, d) })
	if err != nil {
		return IssuedRegistration{}, fmt.Errorf("create app registration: %w", err)
	}
	p.changed()
	p.publishFor(ctx, d.TokenAlg)
	out := IssuedRegistration{AuthURL: p.authURL(), ClientID: d.ClientID, ClientSecret: d.secret, Registration: d.Registration}
	for _, c := range d.Credentials {
		if c.Kind == kindSecret && c.Expires != nil {
			out.SecretExpires = c.Expires.Unix()
		}
	}
	if d.key != nil {
		out.APIKey = d.key.value
	}
	base, _ := url.Parse(p.baseURL())
	if base == nil {
		base = &url.URL{}
	}
	out.Panel, out.Snippets = d.kind.fill(map[string]string{
		"auth_url": out.AuthURL, "client_id": out.ClientID, "client_secret": out.ClientSecret, "api_key": out.APIKey,
		"address": base.Host, "protocol": base.Scheme, "tenant_host": base.Hostname(), "scopes": strings.Join(d.Scopes, " "),
	})
	if err := p.nameCreators(ctx, &out.Registration); err != nil {
		return IssuedRegistration{}, err
	}
	return out, nil
}

func registrationInvalid() *fault.Error {
	return fault.New(fault.Invalid, "registration_invalid", "The app registration cannot be stored.")
}

// draftRegistration checks all of a registration that can be checked without the database.
func (p *plane) draftRegistration(ctx context.Context, s RegistrationSpec) (*registrationDraft, error) {
	now := p.moment()
	kind, err := typeNamed(s.Type)
	if err != nil {
		return nil, err
	}
	d := &registrationDraft{kind: kind, spec: s, Registration: Registration{
		ID: id.RecID(), ClientID: s.ClientID, Type: kind.ID, Name: strings.TrimSpace(s.Name), Description: s.Description, Contact: strings.TrimSpace(s.Contact),
		Environment: strings.TrimSpace(s.Environment), Enabled: true, TokenSeconds: s.TokenSeconds, TokenAlg: s.TokenAlg, PlainToken: s.PlainToken,
		EndpointAudience: s.EndpointAudience, JWKSURI: s.JWKSURI, CreatedBy: actor(ctx), Created: now, Credentials: []Credential{}, epoch: 1,
	}}
	r := &d.Registration
	if r.ClientID == "" {
		r.ClientID = kind.newClientID()
	}
	if r.Name == "" {
		r.Name = kind.Caption
	}
	if r.TokenSeconds == 0 {
		r.TokenSeconds = int64(standardTokenLife / time.Second)
	}
	if r.TokenAlg == "" {
		r.TokenAlg = string(jose.ES256)
	}
	f := checkRegistrationTexts(registrationInvalid(), r)
	if len(r.ClientID) > maxClientID || !strings.HasPrefix(r.ClientID, clientIDPrefix) {
		f = f.WithField("client_id", "It begins with %s and has at most %d characters.", clientIDPrefix, maxClientID)
	}
	var complaint string
	if r.Scopes, complaint = kind.choose(s.Scopes); complaint != "" {
		f = f.WithField("scopes", "%s", complaint)
	}
	if r.CIDRs, complaint = readCIDRs(s.CIDRs); complaint != "" {
		f = f.WithField("cidrs", "%s", complaint)
	}
	f = p.draftCredentials(ctx, f, d, now)
	if len(f.Fields) > 0 {
		return nil, f
	}
	if s.Role != "" || s.OnBehalfOf != "" || needsRole(r.Scopes) {
		name := s.Role
		if name == "" {
			if name = p.defaultRole(ctx, kind); name == "" {
				return nil, p.noRole(ctx, r.Scopes)
			}
		}
		canonical, ok := p.roles().Canonical(name)
		if r.Role = canonical; !ok {
			return nil, f.WithField("role", "There is no role %q.", name)
		}
	}
	if err := p.mayGrant(ctx, r.Scopes, r.Role); err != nil {
		return nil, err
	}
	if kind.APIKey != nil {
		spec := KeySpec{Group: kind.APIKey.Group, Description: keyDescription(r), OnBehalfOf: s.OnBehalfOf, Role: r.Role, CIDRs: s.CIDRs}
		if end, complaint := p.policy(ctx).end(now, time.Time{}, true, false); complaint == "" && end != nil {
			spec.Expires = *end
		}
		if d.key, err = p.draftKey(ctx, spec); err != nil {
			return nil, err
		}
		d.key.fallback = Group{Name: kind.APIKey.Group, Description: kind.APIKey.Description, Roles: []string{r.Role}}
		r.APIKey = d.key.key.ID
	}
	return d, nil
}

// keyDescription names the registration in the list of keys.
func keyDescription(r *Registration) string {
	text := []rune(r.Name)
	if r.Description != "" {
		text = []rune(r.Name + ": " + r.Description)
	}
	return string(text[:min(len(text), maxCaption)])
}

// needsRole reports whether one of the scopes opens records, which only a role does, or may hand out rights, of which nobody gives more
// than their own role has.
func needsRole(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool {
		return s == principal.ODataRead || s == principal.ODataWrite || s == principal.AdminWrite
	})
}

// checkRegistration reads what the registration depends on.
func (p *plane) checkRegistration(ctx context.Context, tx *db.Tx, d *registrationDraft) (err error) {
	r := &d.Registration
	if err := tx.Claim("trust.registrations"); err != nil {
		return err
	}
	var there int64
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM trust_registration WHERE deleted_at IS NULL`).Scan(&there); err != nil {
		return err
	}
	if there >= maxRegistrations {
		return fault.New(fault.Conflict, "registrations_full", "There are %d app registrations already; delete some that nobody uses.", there)
	}
	taken, err := exists(tx.QueryRow(ctx, `SELECT 1 FROM trust_registration WHERE client_id = $1`, r.ClientID))
	if err == nil && taken {
		err = fault.New(fault.Conflict, "registration_exists", "There is an app registration with this client id already.")
	}
	if err != nil {
		return err
	}
	if r.Owner, err = p.ownerNamed(ctx, tx, d.spec.Owner); err != nil {
		return err
	}
	if who := principal.From(ctx); r.Owner == "" && who != nil {
		r.Owner = who.PersonID
	}
	if r.Role != "" {
		if r.Person, err = p.actingPerson(ctx, tx, d.spec.OnBehalfOf, r.Role, registrationInvalid()); err != nil {
			return err
		}
		if err := mayActFor(ctx, r.Person); err != nil {
			return err
		}
	}
	if d.key != nil {
		return d.key.check(ctx, tx)
	}
	return nil
}

// applyRegistration stores the registration with its credentials.
func (p *plane) applyRegistration(ctx context.Context, tx *db.Tx, d *registrationDraft) error {
	if d.key != nil {
		if err := d.key.apply(ctx, tx); err != nil {
			return err
		}
	}
	if err := saveRegistration(tx, d.Registration); err != nil {
		return err
	}
	if err := p.audit(ctx, tx, objectRegistration, "create", d.ID, d.ClientID, nil, d.Registration); err != nil {
		return err
	}
	for _, c := range d.Credentials {
		if err := p.storeCredential(ctx, tx, &d.Registration, "create", nil, &c); err != nil {
			return err
		}
	}
	return nil
}

// checkRegistrationTexts adds complaints about what can be read of a registration and about its tokens.
func checkRegistrationTexts(f *fault.Error, r *Registration) *fault.Error {
	f = checkPlain(f, "application", r.Name, maxCaption, true)
	f = checkPlain(f, "description", r.Description, maxDescription, false)
	f = checkPlain(f, "environment", r.Environment, maxWord, false)
	f = checkPlain(f, "contact", r.Contact, maxDescription, false)
	if addresses, err := mail.Addresses(r.Contact); err != nil || len(addresses) > maxContacts {
		f = f.WithField("contact", "Up to %d e-mail addresses, separated by commas.", maxContacts)
	}
	if r.TokenSeconds < int64(minTokenLife/time.Second) || r.TokenSeconds > int64(maxTokenLife/time.Second) {
		f = f.WithField("access_token_lifetime", "Tokens live between %d and %d seconds.", int64(minTokenLife/time.Second), int64(maxTokenLife/time.Second))
	}
	if !slices.Contains(signingAlgs, r.TokenAlg) {
		f = f.WithField("access_token_alg", "Tokens are signed with %s.", strings.Join(signingAlgs, ", "))
	}
	if r.JWKSURI != "" {
		u, err := url.Parse(r.JWKSURI)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || len(r.JWKSURI) > 2000 || strings.ContainsFunc(r.JWKSURI, unicode.IsControl) {
			f = f.WithField("jwks_uri", "Keys are fetched from an https address.")
		}
	}
	return f
}

// checkPlain adds a complaint about a text that people read: it may hold markup, which stays text, but nothing that changes
// how what stands around it is read.
func checkPlain(f *fault.Error, field, s string, most int, required bool) *fault.Error {
	switch {
	case required && strings.TrimSpace(s) == "":
		return f.WithField(field, "It must not be empty.")
	case utf8.RuneCountInString(s) > most:
		return f.WithField(field, "It has at most %d characters.", most)
	case !literal.Plain(s, false):
		return f.WithField(field, "It must not have control characters or marks that turn the direction of writing.")
	}
	return f
}
