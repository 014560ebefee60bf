package cli

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso/federation"
)

type idpCommands struct {
	Create   idpCreate   `cmd:"" help:"Let people sign in with Microsoft Entra ID, another SAML identity provider or an OpenID provider."`
	List     idpList     `cmd:"" help:"List identity providers."`
	Show     idpShow     `cmd:"" help:"Show one identity provider, its certificates and what stands against signing in."`
	Update   idpUpdate   `cmd:"" help:"Change an identity provider, or switch it on or off."`
	Delete   idpDelete   `cmd:"" help:"Remove an identity provider; people stay, what its rules gave them goes."`
	Metadata idpMetadata `cmd:"" help:"Take over addresses and certificates from metadata: a file, or an address that is looked at from then on."`
	Refresh  idpRefresh  `cmd:"" help:"Look at the metadata now."`
	Trust    idpTrust    `cmd:"" help:"Trust a certificate for its signatures."`
	Distrust idpDistrust `cmd:"" help:"Trust a certificate no longer."`
	Link     idpLink     `cmd:"" help:"Say which person a subject of an identity provider is, before their first sign-in."`
	Attempts idpAttempts `cmd:"" help:"Show the last attempts to sign in with it, and why they failed."`
	Ours     idpOurs     `cmd:"" help:"Show what identity providers have to be told: identifier, reply URL and so on."`
}

// withFederation runs something with the tenant that the command is for.
func withFederation(ctx context.Context, c *call, do func(context.Context, *tenant.Handle) (any, error)) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return do(ctx, h)
}

// idpNamed is a command about one identity provider.
type idpNamed struct {
	Name string `arg:"" help:"Name or id of the identity provider."`
}

// withProvider runs something with the identity provider of a name, in any case, or of an id.
func (n idpNamed) withProvider(ctx context.Context, c *call, do func(context.Context, *tenant.Handle, federation.Provider) (any, error)) (any, error) {
	return withFederation(ctx, c, func(ctx context.Context, h *tenant.Handle) (any, error) {
		all, err := c.Federation.Providers(ctx, h)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(p federation.Provider) bool {
			return strings.EqualFold(p.Name, n.Name) || strings.EqualFold(p.ID, n.Name)
		})
		if i < 0 {
			return nil, fault.New(fault.NotFound, "identity_provider_unknown", "There is no identity provider %s.", literal.Shown(n.Name))
		}
		return do(ctx, h, all[i])
	})
}

type idpCreate struct {
	Name         string `arg:"" help:"What the sign-in page calls it."`
	Preset       string `default:"other" enum:"entra,adfs,okta,google,other" help:"What it is: entra, adfs, okta, google or other."`
	Kind         string `default:"saml" enum:"saml,oidc" help:"saml or oidc."`
	EntityID     string `name:"entity-id" help:"Microsoft Entra Identifier, entityID; of an OpenID provider its issuer." placeholder:"ID"`
	SSOURL       string `name:"sso-url" help:"Login URL." placeholder:"URL"`
	SLOURL       string `name:"slo-url" help:"Logout URL." placeholder:"URL"`
	Certificate  string `help:"File with its certificate: raw (DER), base64 or PEM." placeholder:"FILE" json:"-"`
	Metadata     string `help:"File with its metadata, in place of addresses and certificate." placeholder:"FILE" json:"-"`
	ClientID     string `name:"client-id" help:"OpenID Connect: our client id there." placeholder:"ID"`
	ClientSecret string `name:"client-secret-file" help:"OpenID Connect: file with the client secret; - reads standard input." placeholder:"FILE" json:"-"`
	CreateUsers  bool   `name:"create-users" default:"true" negatable:"" help:"Who signs in for the first time becomes a person here."`
	IDPInitiated bool   `name:"idp-initiated" default:"true" negatable:"" help:"It may begin a sign-in by itself."`
	LinkByEmail  bool   `name:"link-by-email" help:"Who signs in for the first time is the person with their address, where its domain is verified."`
	Disabled     bool   `help:"Make it switched off."`

	Read struct{ Certificate, Metadata, Secret []byte } `kong:"-"`
}

func (i *idpCreate) prepare(t terminal) error {
	for _, one := range []struct {
		path string
		into *[]byte
	}{{i.Certificate, &i.Read.Certificate}, {i.Metadata, &i.Read.Metadata}, {i.ClientSecret, &i.Read.Secret}} {
		if one.path == "" {
			continue
		}
		b, _, err := t.file(one.path)
		if err != nil {
			return err
		}
		*one.into = b
	}
	return nil
}

func (i *idpCreate) run(ctx context.Context, c *call) (any, error) {
	in := federation.NewProvider{Kind: i.Kind, Preset: i.Preset, ClientSecret: strings.TrimSpace(string(i.Read.Secret)), Metadata: string(i.Read.Metadata),
		Settings: federation.Settings{Name: i.Name, Enabled: !i.Disabled, EntityID: i.EntityID, SSOURL: i.SSOURL, SLOURL: i.SLOURL, ClientID: i.ClientID,
			CreateUsers: i.CreateUsers, IDPInitiated: i.IDPInitiated, LinkByEmail: i.LinkByEmail}}
	if len(i.Read.Certificate) > 0 {
		in.Certificate = base64.StdEncoding.EncodeToString(i.Read.Certificate)
	}
	return withFederation(ctx, c, func(ctx context.Context, h *tenant.Handle) (any, error) { return c.Federation.Create(ctx, h, in) })
}

type idpList struct{}

func (*idpList) run(ctx context.Context, c *call) (any, error) {
	return withFederation(ctx, c, func(ctx context.Context, h *tenant.Handle) (any, error) {
		all, err := c.Federation.Providers(ctx, h)
		return struct {
			Providers []federation.Provider `json:"identity_providers"`
		}{all}, err
	})
}

type idpShow struct{ idpNamed }

func (i *idpShow) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(_ context.Context, _ *tenant.Handle, p federation.Provider) (any, error) { return p, nil })
}

type idpUpdate struct {
	idpNamed
	Rename       string  `help:"Another name." placeholder:"NAME"`
	EntityID     *string `name:"entity-id" help:"Another identifier." placeholder:"ID"`
	SSOURL       *string `name:"sso-url" help:"Another login URL." placeholder:"URL"`
	SLOURL       *string `name:"slo-url" help:"Another logout URL." placeholder:"URL"`
	DefaultRole  *string `name:"default-role" help:"What new people get; empty: SelfService." placeholder:"ROLE"`
	Enable       bool    `help:"Switch it on." xor:"state"`
	Disable      bool    `help:"Switch it off." xor:"state"`
	CreateUsers  *bool   `name:"create-users" negatable:"" help:"Who signs in for the first time becomes a person here."`
	IDPInitiated *bool   `name:"idp-initiated" negatable:"" help:"It may begin a sign-in by itself."`
	LinkByEmail  *bool   `name:"link-by-email" negatable:"" help:"Who signs in for the first time is the person with their address, where its domain is verified."`
	SignRequests *bool   `name:"sign-requests" negatable:"" help:"Sign what we ask it."`
}

func (i *idpUpdate) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		s := p.Settings
		if i.Rename != "" {
			s.Name = i.Rename
		}
		if i.Enable || i.Disable {
			s.Enabled = i.Enable
		}
		for _, text := range []struct {
			given *string
			to    *string
		}{{i.EntityID, &s.EntityID}, {i.SSOURL, &s.SSOURL}, {i.SLOURL, &s.SLOURL}, {i.DefaultRole, &s.DefaultRole}} {
			if text.given != nil {
				*text.to = *text.given
			}
		}
		for _, flag := range []struct {
			given *bool
			to    *bool
		}{{i.CreateUsers, &s.CreateUsers}, {i.IDPInitiated, &s.IDPInitiated}, {i.LinkByEmail, &s.LinkByEmail}, {i.SignRequests, &s.SignRequests}} {
			if flag.given != nil {
				*flag.to = *flag.given
			}
		}
		return c.Federation.Replace(ctx, h, p.ID, "", federation.ChangedProvider{Settings: s})
	})
}

// idpState is what became of an identity provider.
type idpState struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	State string `json:"state"`
}

type idpDelete struct{ idpNamed }

func (i *idpDelete) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		return idpState{p.ID, p.Name, "deleted"}, c.Federation.Delete(ctx, h, p.ID)
	})
}

type idpMetadata struct {
	idpNamed
	File     string `help:"File with the metadata; - reads standard input." placeholder:"FILE" xor:"from" json:"-"`
	URL      string `help:"Address of the metadata." placeholder:"URL" xor:"from"`
	EntityID string `name:"entity-id" help:"Which one, where it describes several." placeholder:"ID"`

	Read []byte `kong:"-"`
}

func (i *idpMetadata) prepare(t terminal) (err error) {
	if i.File != "" {
		i.Read, _, err = t.file(i.File)
	}
	return err
}

func (i *idpMetadata) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		return c.Federation.ImportMetadata(ctx, h, p.ID, i.Read, i.URL, i.EntityID)
	})
}

type idpRefresh struct{ idpNamed }

func (i *idpRefresh) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		return c.Federation.Refresh(ctx, h, p.ID)
	})
}

type idpTrust struct {
	idpNamed
	File string `arg:"" help:"File with the certificate: raw (DER), base64 or PEM; - reads standard input." json:"-"`
	Read []byte `kong:"-"`
}

func (i *idpTrust) prepare(t terminal) (err error) {
	i.Read, _, err = t.file(i.File)
	return err
}

func (i *idpTrust) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		return c.Federation.AddCertificate(ctx, h, p.ID, []byte(base64.StdEncoding.EncodeToString(i.Read)))
	})
}

type idpDistrust struct {
	idpNamed
	Fingerprint string `arg:"" help:"SHA-256 of the certificate, as idp show lists it."`
}

func (i *idpDistrust) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		return c.Federation.RemoveCertificate(ctx, h, p.ID, strings.ToLower(i.Fingerprint))
	})
}

type idpLink struct {
	idpNamed
	Person  string `required:"" help:"Employee whom the subject is, by login." placeholder:"LOGIN"`
	Subject string `required:"" help:"What the provider calls them: object id, or the NameID." placeholder:"SUBJECT"`
	Kind    string `default:"objectidentifier" help:"How the subject is named: objectidentifier, sub, or the format of a NameID." placeholder:"KIND"`
}

func (i *idpLink) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		return c.Federation.Register(ctx, h, p.ID, i.Kind, i.Subject, i.Person)
	})
}

type idpAttempts struct{ idpNamed }

func (i *idpAttempts) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		all, err := c.Federation.Attempts(ctx, h, p.ID)
		return struct {
			Attempts []federation.Attempt `json:"attempts"`
		}{all}, err
	})
}

type idpOurs struct{}

func (*idpOurs) run(ctx context.Context, c *call) (any, error) {
	return withFederation(ctx, c, func(ctx context.Context, h *tenant.Handle) (any, error) { return c.Federation.Ours(ctx, h) })
}
