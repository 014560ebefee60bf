package trust

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func (m *Module) adminRegistrations(api *adminapi.API) {
	api.Group("App registrations", "Applications that get access tokens with credentials of their own.",
		adminapi.Op("GET /registration-types", "list-registration-types", "List what may be registered", m.adminTypes),
		adminapi.Op("GET /registrations", "list-registrations", "List app registrations", m.adminListRegistrations,
			adminapi.Describe("Newest first. No secret is in any list.")),
		adminapi.Op("POST /registrations", "create-registration", "Register an application", m.adminRegister, adminapi.StepUp(), adminapi.Status(http.StatusCreated),
			adminapi.Describe("The values to copy into the application are in panel, with their captions. The secret is in this answer alone.")),
		adminapi.Op("GET /registrations/{id}", "get-registration", "Get an app registration", m.adminGetRegistration),
		adminapi.Op("PATCH /registrations/{id}", "update-registration", "Change an app registration", m.adminChangeRegistration, adminapi.StepUp(),
			adminapi.Describe("Disabling it and taking scopes away end its tokens; other changes do not.")),
		adminapi.Op("DELETE /registrations/{id}", "delete-registration", "Delete an app registration for good", m.adminDropRegistration,
			adminapi.Describe("It authenticates nobody from then on, and its tokens end.")),
		adminapi.Op("POST /registrations/{id}/token-revocation", "revoke-registration-tokens", "End all tokens of an app registration", m.adminRevokeTokens,
			adminapi.Status(http.StatusNoContent)),
		adminapi.Op("POST /registrations/{id}/secrets", "add-registration-secret", "Add a client secret, or rotate", m.adminAddSecret, adminapi.StepUp(), adminapi.Status(http.StatusCreated),
			adminapi.Describe("With grace_seconds the new secret replaces another, which goes on for so long. The secret is in this answer alone.")),
		adminapi.Op("DELETE /registrations/{id}/secrets/{credential}", "revoke-registration-secret", "Revoke a client secret", m.adminRevokeCredential,
			adminapi.Describe("It gets no more tokens, and those it got are dead within five seconds. The last credential that works needs confirm.")),
		adminapi.Op("POST /registrations/{id}/keys", "add-registration-key", "Add public keys for private_key_jwt", m.adminAddKey, adminapi.StepUp(), adminapi.Status(http.StatusCreated)),
		adminapi.Op("DELETE /registrations/{id}/keys/{credential}", "revoke-registration-key", "Revoke a public key", m.adminRevokeCredential),
		adminapi.Op("PATCH /registrations/{id}/credentials/{credential}", "update-registration-credential", "Change label or end of a credential", m.adminChangeCredential),
	)
}

func (m *Module) adminTypes(context.Context, *struct{}) (*adminapi.Page[RegistrationType], error) {
	return &adminapi.Page[RegistrationType]{Items: RegistrationTypes()}, nil
}

type registrationsQuery struct {
	adminapi.Paging
	Type   string `query:"type" maxLength:"64" doc:"Only those of the type with this id" example:"csm"`
	Search string `query:"search" maxLength:"200" doc:"What application, description or client id contain, in any case"`
	Person string `query:"on_behalf_of" maxLength:"64" doc:"Only those that act for the person with this RecId"`
	Role   string `query:"role" maxLength:"64" doc:"Only those that act in this role, in any case"`
}

func (m *Module) adminListRegistrations(ctx context.Context, in *registrationsQuery) (*adminapi.Page[Registration], error) {
	all, err := m.Registrations(ctx, tenant.From(ctx))
	if err != nil {
		return nil, err
	}
	after, err := in.Position(1)
	if err != nil {
		return nil, err
	}
	wanted := strings.ToLower(in.Search)
	all = slices.DeleteFunc(all, func(r Registration) bool {
		return !actsAs(r.Person, r.Role, in.Person, in.Role) || in.Type != "" && r.Type != in.Type || after != nil && r.ID >= after[0] ||
			wanted != "" && !strings.Contains(strings.ToLower(r.Name+"\n"+r.Description+"\n"+r.ClientID), wanted)
	})
	out := &adminapi.Page[Registration]{Items: all[:min(len(all), in.Limit)]}
	if len(all) > in.Limit {
		out.Next = adminapi.Position(all[in.Limit-1].ID)
	}
	return out, nil
}

// NewRegistration is what an app registration is made from.
type NewRegistration struct {
	Type             string            `json:"type" minLength:"1" maxLength:"100" doc:"Id or caption of its type" example:"csm"`
	Application      string            `json:"application,omitempty" maxLength:"200" doc:"Name of the application; left out: the caption of the type"`
	Description      string            `json:"description,omitempty" maxLength:"2000" example:"CSM in Frankfurt"`
	Owner            string            `json:"owner,omitempty" maxLength:"255" doc:"Person or team: RecId, login or name; left out: who registers it"`
	Contact          string            `json:"contact,omitempty" maxLength:"1000" doc:"E-mail addresses for notices, separated by commas"`
	Environment      string            `json:"environment,omitempty" maxLength:"200" example:"production"`
	Scopes           []string          `json:"scopes,omitempty" maxItems:"50" doc:"Left out: those of the type" example:"[\"data.read\"]"`
	CIDRs            []string          `json:"cidrs,omitempty" maxItems:"100" doc:"Networks it may come from; none: from anywhere"`
	Role             string            `json:"role,omitempty" maxLength:"64" doc:"Role it acts in on the OData API"`
	OnBehalfOf       string            `json:"on_behalf_of,omitempty" maxLength:"255" doc:"Login or RecId of the employee it acts for there; a registration that asks can name its own alone"`
	TokenLifetime    int64             `json:"access_token_lifetime,omitempty" minimum:"300" maximum:"86400" doc:"Seconds; left out: 3600"`
	TokenAlg         string            `json:"access_token_alg,omitempty" enum:"ES256,EdDSA,RS256" doc:"Left out: ES256"`
	PlainToken       bool              `json:"plain_token_body,omitempty" doc:"The gateway route answers the bare token where the client says nothing"`
	EndpointAudience bool              `json:"token_endpoint_audience,omitempty" doc:"Client assertions may name the token endpoint as audience"`
	JWKSURI          string            `json:"jwks_uri,omitempty" maxLength:"2000" doc:"Address at which the client publishes its public keys"`
	JWKS             []json.RawMessage `json:"jwks,omitempty" maxItems:"10" doc:"Public keys, each a JSON Web Key or a set of them"`
	KeyOnly          bool              `json:"key_only,omitempty" doc:"No secret is made: it proves itself by its keys"`
	Label            string            `json:"label,omitempty" maxLength:"200" doc:"Of the first secret and keys"`
	Expires          *time.Time        `json:"expires_at,omitempty" doc:"Of the first secret and keys; left out: the tenant's standard"`
}

func (m *Module) adminRegister(ctx context.Context, in *struct{ Body NewRegistration }) (*IssuedRegistration, error) {
	b := in.Body
	s := RegistrationSpec{Type: b.Type, Name: b.Application, Description: b.Description, Owner: b.Owner, Contact: b.Contact, Environment: b.Environment,
		Scopes: b.Scopes, CIDRs: b.CIDRs, Role: b.Role, OnBehalfOf: b.OnBehalfOf, TokenSeconds: b.TokenLifetime, TokenAlg: b.TokenAlg, PlainToken: b.PlainToken,
		EndpointAudience: b.EndpointAudience, JWKSURI: b.JWKSURI, Keys: b.JWKS, KeyOnly: b.KeyOnly, Label: b.Label}
	if b.Expires != nil {
		s.Expires = *b.Expires
	}
	r, err := m.CreateRegistration(ctx, tenant.From(ctx), s)
	adminapi.Location(ctx, "/registrations/"+r.Registration.ID)
	return &r, err
}

func (m *Module) adminGetRegistration(ctx context.Context, in *ByID) (*Registration, error) {
	r, err := m.Registration(ctx, tenant.From(ctx), in.ID)
	return &r, err
}

func (m *Module) adminChangeRegistration(ctx context.Context, in *struct {
	ByID
	Body RegistrationChange
}) (*Registration, error) {
	r, err := m.UpdateRegistration(ctx, tenant.From(ctx), in.ID, in.Body)
	return &r, err
}

func (m *Module) adminDropRegistration(ctx context.Context, in *ByID) (*adminapi.None, error) {
	return nil, m.DeleteRegistration(ctx, tenant.From(ctx), in.ID)
}

func (m *Module) adminRevokeTokens(ctx context.Context, in *ByID) (*adminapi.None, error) {
	return nil, m.RevokeTokens(ctx, tenant.From(ctx), in.ID)
}

// NewSecret says what client secret to add.
type NewSecret struct {
	Label        string     `json:"label,omitempty" maxLength:"200"`
	NotBefore    *time.Time `json:"not_before,omitempty" doc:"Left out: at once"`
	Expires      *time.Time `json:"expires_at,omitempty" doc:"Left out: the tenant's standard"`
	GraceSeconds *int64     `json:"grace_seconds,omitempty" minimum:"0" maximum:"7776000" doc:"Given, the secret replaces another, which goes on for so long; 0: it ends at once"`
	Replaces     string     `json:"replaces,omitempty" maxLength:"64" doc:"Id of the secret to replace; left out: the one that nothing has replaced yet"`
}

func credentialSpec(label string, notBefore, expires *time.Time) CredentialSpec {
	s := CredentialSpec{Label: label}
	if notBefore != nil {
		s.NotBefore = *notBefore
	}
	if expires != nil {
		s.Expires = *expires
	}
	return s
}

func (m *Module) adminAddSecret(ctx context.Context, in *struct {
	ByID
	Body NewSecret
}) (*IssuedSecret, error) {
	b := in.Body
	s := credentialSpec(b.Label, b.NotBefore, b.Expires)
	if b.GraceSeconds == nil && b.Replaces == "" {
		out, err := m.AddSecret(ctx, tenant.From(ctx), in.ID, s)
		return &out, err
	}
	grace := StandardGrace
	if b.GraceSeconds != nil {
		grace = time.Duration(*b.GraceSeconds) * time.Second
	}
	out, err := m.RotateSecret(ctx, tenant.From(ctx), in.ID, Rotation{CredentialSpec: s, Credential: b.Replaces, Grace: grace})
	return &out, err
}

func (m *Module) adminAddKey(ctx context.Context, in *struct {
	ByID
	Body struct {
		JWK       json.RawMessage `json:"jwk" doc:"A public JSON Web Key or a set of them (RFC 7517)"`
		Label     string          `json:"label,omitempty" maxLength:"200"`
		NotBefore *time.Time      `json:"not_before,omitempty" doc:"Left out: at once"`
		Expires   *time.Time      `json:"expires_at,omitempty" doc:"Left out: never, unless the tenant limits the life of credentials"`
	}
}) (*adminapi.Page[Credential], error) {
	b := in.Body
	added, err := m.AddKey(ctx, tenant.From(ctx), in.ID, b.JWK, credentialSpec(b.Label, b.NotBefore, b.Expires))
	return &adminapi.Page[Credential]{Items: added}, err
}

// ByCredential names a credential of a registration in the path.
type ByCredential struct {
	ByID
	Credential string `path:"credential" maxLength:"64" doc:"Id of the credential"`
}

func (m *Module) adminRevokeCredential(ctx context.Context, in *struct {
	ByCredential
	Confirm string `query:"confirm" maxLength:"128" doc:"The client id, to revoke the last credential that works"`
}) (*Credential, error) {
	c, err := m.RevokeCredential(ctx, tenant.From(ctx), in.ID, in.Credential, in.Confirm)
	return &c, err
}

func (m *Module) adminChangeCredential(ctx context.Context, in *struct {
	ByCredential
	Body struct {
		Label   *string    `json:"label,omitempty" maxLength:"200"`
		Expires *time.Time `json:"expires_at,omitempty" doc:"When it ends"`
	}
}) (*Credential, error) {
	h := tenant.From(ctx)
	r, err := m.Registration(ctx, h, in.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(r.Credentials, func(c Credential) bool { return c.ID == in.Credential })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "credential_unknown", "The registration has no such credential.")
	}
	c := r.Credentials[i]
	if in.Body.Expires != nil {
		if c, err = m.SetExpiry(ctx, h, in.ID, in.Credential, in.Body.Expires); err != nil {
			return nil, err
		}
	}
	if in.Body.Label != nil {
		c, err = m.SetLabel(ctx, h, in.ID, in.Credential, *in.Body.Label)
	}
	return &c, err
}
