package federation

import (
	"context"
	"net/http"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Admin adds the operations of this package.
func (m *Module) Admin(api *adminapi.API) {
	grants, stepUp, made := adminapi.Grants(), adminapi.StepUp(), adminapi.Status(http.StatusCreated)
	api.Group("Single sign-on", "Identity providers that people sign in with: SAML and OpenID Connect.",
		adminapi.Op("GET /single-sign-on", "get-single-sign-on", "What identity providers need to know of this tenant", m.adminOurs),
		adminapi.Op("GET /single-sign-on/attempts", "list-stray-attempts", "List the last attempts that no identity provider of the tenant answers for", m.adminStray,
			adminapi.Describe("Messages that cannot be read, and those of an issuer that nobody here has: most often an identifier that was typed wrong.")),
		adminapi.Op("GET /identity-providers", "list-identity-providers", "List identity providers", m.adminList),
		adminapi.Op("POST /identity-providers", "create-identity-provider", "Add an identity provider", m.adminCreate, grants, stepUp, made,
			adminapi.Describe("The preset fills in what is usual for Microsoft Entra ID, AD FS, Okta or Google; settings that are given win.")),
		adminapi.Op("GET /identity-providers/{id}", "get-identity-provider", "Get an identity provider", m.adminGet),
		adminapi.Op("PUT /identity-providers/{id}", "replace-identity-provider", "Set everything that administrators decide about an identity provider", m.adminReplace, grants, stepUp),
		adminapi.Op("DELETE /identity-providers/{id}", "delete-identity-provider", "Delete an identity provider and whom it knows", m.adminDelete, stepUp,
			adminapi.Describe("The people stay; what its rules gave them goes.")),
		adminapi.Op("POST /identity-providers/{id}/certificates", "add-identity-provider-certificate", "Trust a certificate", m.adminAddCertificate, grants, stepUp, made),
		adminapi.Op("DELETE /identity-providers/{id}/certificates/{fingerprint}", "remove-identity-provider-certificate", "Trust a certificate no longer", m.adminRemoveCertificate, stepUp),
		adminapi.Op("POST /identity-providers/{id}/metadata", "import-identity-provider-metadata", "Take over addresses and certificates from metadata", m.adminImport, grants, stepUp),
		adminapi.Op("POST /identity-providers/{id}/metadata/refresh", "refresh-identity-provider-metadata", "Look at the metadata now", m.adminRefresh),
		adminapi.Op("GET /identity-providers/{id}/attempts", "list-sign-in-attempts", "List the last attempts to sign in with it, newest first", m.adminAttempts),
		adminapi.Op("GET /identity-providers/{id}/identities", "list-identities", "List whom it knows", m.adminIdentities),
		adminapi.Op("POST /identity-providers/{id}/identities", "register-identity", "Say whom one of its subjects is", m.adminRegister, grants, stepUp, made),
		adminapi.Op("POST /identity-providers/{id}/identities/removal", "remove-identity", "Forget whom one of its subjects is", m.adminForget, stepUp),
		adminapi.Op("GET /sso-domains", "list-sso-domains", "List e-mail domains", m.adminDomains),
		adminapi.Op("POST /sso-domains", "add-sso-domain", "Add an e-mail domain, to be verified", m.adminAddDomain, stepUp, made),
		adminapi.Op("PUT /sso-domains/{domain}", "assign-sso-domain", "Say which identity provider answers for a domain", m.adminAssignDomain, grants, stepUp),
		adminapi.Op("POST /sso-domains/{domain}/verification", "verify-sso-domain", "Look for the domain's TXT record", m.adminVerifyDomain),
		adminapi.Op("DELETE /sso-domains/{domain}", "remove-sso-domain", "Remove a domain", m.adminRemoveDomain, stepUp),
		adminapi.Op("POST /saml-keys", "rotate-saml-key", "Make a new key for our SAML messages", m.adminRotateKey, stepUp,
			adminapi.Describe("The old one stays in our metadata, and decrypts, until it is removed.")),
		adminapi.Op("DELETE /saml-keys/{id}", "remove-saml-key", "Remove an old SAML key", m.adminRemoveKey, stepUp),
	)
}

// Ours is what a tenant tells identity providers.
type Ours struct {
	Identifier  string    `json:"identifier" doc:"Identifier (Entity ID)" example:"https://desk.example.com/"`
	ReplyURL    string    `json:"reply_url" doc:"Reply URL (Assertion Consumer Service URL)" example:"https://desk.example.com/handlers/sso/SamlAssertionConsumerHandler.ashx"`
	SignOnURL   string    `json:"sign_on_url" doc:"Sign-on URL" example:"https://desk.example.com/"`
	LogoutURL   string    `json:"logout_url" doc:"Logout URL" example:"https://desk.example.com/sso/slo"`
	MetadataURL string    `json:"metadata_url" doc:"Our metadata"`
	RedirectURI string    `json:"redirect_uri" doc:"OpenID Connect: redirect URI"`
	SCIMURL     string    `json:"scim_url" doc:"SCIM: Tenant URL" example:"https://desk.example.com/scim/v2"`
	BreakGlass  bool      `json:"break_glass" doc:"Somebody can get in whatever is wrong with the identity providers"`
	Keys        []SAMLKey `json:"saml_keys" doc:"Our keys for SAML, the ones that count first"`
}

// SAMLKey is one of our keys, without its private half.
type SAMLKey struct {
	ID          string     `json:"id"`
	Purpose     string     `json:"purpose" enum:"signing,encryption"`
	Fingerprint string     `json:"fingerprint"`
	NotAfter    time.Time  `json:"not_after"`
	CreatedAt   time.Time  `json:"created_at"`
	RetiredAt   *time.Time `json:"retired_at,omitempty" doc:"Another one has taken its place"`
}

func (m *Module) adminOurs(ctx context.Context, _ *struct{}) (*Ours, error) {
	return m.Ours(ctx, tenant.From(ctx))
}

// Ours is what identity providers have to be told.
func (m *Module) Ours(ctx context.Context, h *tenant.Handle) (*Ours, error) {
	keys, err := m.Keys(ctx, h)
	if err != nil {
		return nil, err
	}
	glass, err := m.people.HasBreakGlass(ctx, h)
	if err != nil {
		return nil, err
	}
	b := base(h)
	return &Ours{BreakGlass: glass, Identifier: identifier(h), ReplyURL: b + acsPath, SignOnURL: identifier(h), LogoutURL: b + sloPath, MetadataURL: b + metadataPath, RedirectURI: b + callbackPath,
		SCIMURL: b + "/scim/v2", Keys: keys}, nil
}

// ByID names an identity provider.
type ByID struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the identity provider"`
}

func (m *Module) adminList(ctx context.Context, in *adminapi.Paging) (*adminapi.Page[Provider], error) {
	all, err := m.Providers(ctx, tenant.From(ctx))
	if err == nil {
		err = m.lastAttempts(ctx, tenant.From(ctx), all)
	}
	if err != nil {
		return nil, err
	}
	return adminapi.PageOf(*in, all, func(p Provider) string { return p.ID })
}

func (m *Module) adminGet(ctx context.Context, in *ByID) (*Provider, error) {
	p, err := m.Provider(ctx, tenant.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	adminapi.ETag(ctx, p.tag())
	return p, nil
}

// NewProvider is what an identity provider is made from.
type NewProvider struct {
	Kind   string `json:"kind,omitempty" enum:"saml,oidc" default:"saml"`
	Preset string `json:"preset,omitempty" enum:"entra,adfs,okta,google,other" default:"other"`
	Settings
	ClientSecret string `json:"client_secret,omitempty" maxLength:"1024" doc:"OpenID Connect: it is kept sealed and never shown"`
	Certificate  string `json:"certificate,omitempty" maxLength:"65536" doc:"PEM, or DER in base64"`
	Metadata     string `json:"metadata,omitempty" maxLength:"900000" doc:"Metadata as XML; what it says wins over nothing that is given"`
}

func (m *Module) adminCreate(ctx context.Context, in *struct{ Body NewProvider }) (*Provider, error) {
	p, err := m.Create(ctx, tenant.From(ctx), in.Body)
	if err != nil {
		return nil, err
	}
	adminapi.Location(ctx, "/identity-providers/"+p.ID)
	adminapi.ETag(ctx, p.tag())
	return p, nil
}

// ChangedProvider are the settings that replace those of a provider.
type ChangedProvider struct {
	Settings
	ClientSecret *string `json:"client_secret,omitempty" maxLength:"1024" doc:"OpenID Connect: left out, it stays; empty, there is none"`
}

func (m *Module) adminReplace(ctx context.Context, in *struct {
	ByID
	IfMatch string `header:"If-Match" maxLength:"200" doc:"Entity tag of the provider as it was read: another one is refused" example:"\"7\""`
	Body    ChangedProvider
}) (*Provider, error) {
	p, err := m.Replace(ctx, tenant.From(ctx), in.ID, in.IfMatch, in.Body)
	if err != nil {
		return nil, err
	}
	adminapi.ETag(ctx, p.tag())
	return p, nil
}

func (m *Module) adminDelete(ctx context.Context, in *ByID) (*adminapi.None, error) {
	return nil, m.Delete(ctx, tenant.From(ctx), in.ID)
}

func (m *Module) adminAddCertificate(ctx context.Context, in *struct {
	ByID
	Body struct {
		Certificate string `json:"certificate" minLength:"1" maxLength:"65536" doc:"PEM, or DER in base64: Certificate (Raw) and (Base64) of Entra ID"`
	}
}) (*Provider, error) {
	return m.AddCertificate(ctx, tenant.From(ctx), in.ID, []byte(in.Body.Certificate))
}

func (m *Module) adminRemoveCertificate(ctx context.Context, in *struct {
	ByID
	Fingerprint string `path:"fingerprint" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the certificate, hexadecimal"`
}) (*Provider, error) {
	return m.RemoveCertificate(ctx, tenant.From(ctx), in.ID, in.Fingerprint)
}

func (m *Module) adminImport(ctx context.Context, in *struct {
	ByID
	Body struct {
		Document string `json:"document,omitempty" maxLength:"900000" doc:"Metadata as XML"`
		URL      string `json:"url,omitempty" maxLength:"2048" doc:"Where it stands; looked at again every few hours from then on"`
		EntityID string `json:"entity_id,omitempty" maxLength:"1024" doc:"Which one, where it describes several"`
	}
}) (*Provider, error) {
	return m.ImportMetadata(ctx, tenant.From(ctx), in.ID, []byte(in.Body.Document), in.Body.URL, in.Body.EntityID)
}

func (m *Module) adminRefresh(ctx context.Context, in *ByID) (*Provider, error) {
	return m.Refresh(ctx, tenant.From(ctx), in.ID)
}

func (m *Module) adminAttempts(ctx context.Context, in *struct {
	ByID
	adminapi.Paging
}) (*adminapi.Page[Attempt], error) {
	all, err := m.Attempts(ctx, tenant.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return adminapi.PageOf(in.Paging, all, func(a Attempt) string { return a.ID })
}

func (m *Module) adminStray(ctx context.Context, in *adminapi.Paging) (*adminapi.Page[Attempt], error) {
	all, err := attempts(ctx, tenant.From(ctx), "")
	if err != nil {
		return nil, err
	}
	return adminapi.PageOf(*in, all, func(a Attempt) string { return a.ID })
}

// Identity says whom a subject of a provider is.
type Identity struct {
	SubjectKind string     `json:"subject_kind" doc:"How the provider names them. SAML: objectidentifier, or the format of a NameID. OpenID Connect: oid (DIRECTORY-ID/OBJECT-ID), sub or preferred_username" example:"objectidentifier"`
	Subject     string     `json:"subject"`
	Name        string     `json:"name" doc:"What the provider last called them"`
	PersonID    string     `json:"person_id"`
	Login       string     `json:"login"`
	CreatedAt   time.Time  `json:"created_at"`
	SeenAt      *time.Time `json:"seen_at,omitempty" doc:"Their last sign-in with it; left out: there was none"`
}

func (m *Module) adminIdentities(ctx context.Context, in *struct {
	ByID
	adminapi.Paging
}) (*adminapi.Page[Identity], error) {
	all, err := m.Identities(ctx, tenant.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return adminapi.PageOf(in.Paging, all, func(i Identity) string { return i.SubjectKind + "\x00" + i.Subject })
}

func (m *Module) adminRegister(ctx context.Context, in *struct {
	ByID
	Body struct {
		SubjectKind string `json:"subject_kind" minLength:"1" maxLength:"255" doc:"SAML: objectidentifier, or the format of a NameID. OpenID Connect: oid (DIRECTORY-ID/OBJECT-ID), sub or preferred_username" example:"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"`
		Subject     string `json:"subject" minLength:"1" maxLength:"1024"`
		Person      string `json:"person" minLength:"1" maxLength:"255" doc:"Login or RecId" example:"amiller"`
	}
}) (*Identity, error) {
	return m.Register(ctx, tenant.From(ctx), in.ID, in.Body.SubjectKind, in.Body.Subject, in.Body.Person)
}

func (m *Module) adminForget(ctx context.Context, in *struct {
	ByID
	Body struct {
		SubjectKind string `json:"subject_kind" minLength:"1" maxLength:"255"`
		Subject     string `json:"subject" minLength:"1" maxLength:"1024"`
	}
}) (*adminapi.None, error) {
	return nil, m.Forget(ctx, tenant.From(ctx), in.ID, in.Body.SubjectKind, in.Body.Subject)
}

// Domain is an e-mail domain of the tenant.
type Domain struct {
	Domain     string     `json:"domain" example:"example.com"`
	ProviderID string     `json:"identity_provider_id,omitempty" doc:"The identity provider that answers for it"`
	TXTName    string     `json:"txt_name" doc:"Name of the TXT record that proves it" example:"_provost.example.com"`
	TXTValue   string     `json:"txt_value" doc:"What the record has to say"`
	VerifiedAt *time.Time `json:"verified_at,omitempty"`
	CreatedAt  time.Time  `json:"created_at"`
}

func (m *Module) adminDomains(ctx context.Context, in *adminapi.Paging) (*adminapi.Page[Domain], error) {
	all, err := m.Domains(ctx, tenant.From(ctx))
	if err != nil {
		return nil, err
	}
	return adminapi.PageOf(*in, all, func(d Domain) string { return d.Domain })
}

func (m *Module) adminAddDomain(ctx context.Context, in *struct {
	Body struct {
		Domain string `json:"domain" minLength:"1" maxLength:"253" example:"example.com"`
	}
}) (*Domain, error) {
	return m.AddDomain(ctx, tenant.From(ctx), in.Body.Domain)
}

// ByDomain names a domain.
type ByDomain struct {
	Domain string `path:"domain" maxLength:"253" example:"example.com"`
}

func (m *Module) adminAssignDomain(ctx context.Context, in *struct {
	ByDomain
	Body struct {
		ProviderID string `json:"identity_provider_id" maxLength:"64" doc:"Empty: none"`
	}
}) (*Domain, error) {
	return m.AssignDomain(ctx, tenant.From(ctx), in.Domain, in.Body.ProviderID)
}

func (m *Module) adminVerifyDomain(ctx context.Context, in *ByDomain) (*Domain, error) {
	return m.VerifyDomain(ctx, tenant.From(ctx), in.Domain)
}

func (m *Module) adminRemoveDomain(ctx context.Context, in *ByDomain) (*adminapi.None, error) {
	return nil, m.RemoveDomain(ctx, tenant.From(ctx), in.Domain)
}

func (m *Module) adminRotateKey(ctx context.Context, in *struct {
	Body struct {
		Purpose string `json:"purpose" enum:"signing,encryption"`
	}
}) (*SAMLKey, error) {
	return m.RotateKey(ctx, tenant.From(ctx), in.Body.Purpose)
}

func (m *Module) adminRemoveKey(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the key"`
}) (*adminapi.None, error) {
	return nil, m.RemoveKey(ctx, tenant.From(ctx), in.ID)
}
