package cli

import (
	"context"
	"encoding/base64"
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
		all, err := c.Federation.Tried(ctx, h)
		if err != nil {
			return nil, err
		}
		p, err := n.pick(all)
		if err != nil {
			return nil, err
		}
		return do(ctx, h, p)
	})
}

// pick finds the one that is meant. Several can have one name that were made before names had to be different.
func (n idpNamed) pick(all []federation.Provider) (federation.Provider, error) {
	var found []federation.Provider
	var ids []string
	for _, p := range all {
		switch {
		case strings.EqualFold(p.ID, n.Name):
			return p, nil
		case strings.EqualFold(p.Name, n.Name):
			found, ids = append(found, p), append(ids, p.ID)
		}
	}
	switch len(found) {
	case 0:
		return federation.Provider{}, fault.New(fault.NotFound, "identity_provider_unknown", "There is no identity provider %s.", literal.Shown(n.Name))
	case 1:
		return found[0], nil
	}
	return federation.Provider{}, fault.New(fault.Conflict, "identity_provider_ambiguous", "There are %d identity providers with the name %s: say which by its id, %s.",
		len(found), literal.Shown(n.Name), strings.Join(ids, " or "))
}

type idpCreate struct {
	Name        string `arg:"" help:"What the sign-in page calls it."`
	Preset      string `default:"other" enum:"entra,adfs,okta,google,other" help:"What it is: entra, adfs, okta, google or other."`
	Kind        string `default:"saml" enum:"saml,oidc" help:"saml or oidc."`
	Certificate string `help:"File with its certificate: raw (DER), base64 or PEM." placeholder:"FILE" json:"-"`
	Metadata    string `help:"File with its metadata, in place of addresses and certificate." placeholder:"FILE" json:"-"`
	Disabled    bool   `help:"Make it switched off."`
	idpSettings

	Read struct{ Certificate, Metadata []byte } `kong:"-"`
}

func (i *idpCreate) prepare(t terminal) (err error) {
	if err := i.idpSettings.prepare(t); err != nil {
		return err
	}
	if i.Read.Certificate, err = t.filled("certificate", i.Certificate); err != nil {
		return err
	}
	i.Read.Metadata, err = t.filled("metadata", i.Metadata)
	return err
}

func (i *idpCreate) run(ctx context.Context, c *call) (any, error) {
	in := federation.NewProvider{Kind: i.Kind, Preset: i.Preset, ClientSecret: strings.TrimSpace(string(i.Secret)), Metadata: string(i.Read.Metadata),
		Settings: federation.Settings{Name: i.Name, Enabled: !i.Disabled, CreateUsers: true, IDPInitiated: true}}
	if err := i.idpSettings.apply(&in.Settings); err != nil {
		return nil, err
	}
	if len(i.Read.Certificate) > 0 {
		in.Certificate = base64.StdEncoding.EncodeToString(i.Read.Certificate)
	}
	return withFederation(ctx, c, func(ctx context.Context, h *tenant.Handle) (any, error) { return c.Federation.Create(ctx, h, in) })
}

type idpList struct{}

func (*idpList) run(ctx context.Context, c *call) (any, error) {
	return withFederation(ctx, c, func(ctx context.Context, h *tenant.Handle) (any, error) {
		all, err := c.Federation.Tried(ctx, h)
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
	Rename   string `help:"Another name." placeholder:"NAME"`
	Enable   bool   `help:"Switch it on." xor:"state"`
	Disable  bool   `help:"Switch it off." xor:"state"`
	NoSecret bool   `name:"no-client-secret" help:"OpenID Connect: forget the client secret." xor:"secret"`
	idpSettings
}

func (i *idpUpdate) run(ctx context.Context, c *call) (any, error) {
	return i.withProvider(ctx, c, func(ctx context.Context, h *tenant.Handle, p federation.Provider) (any, error) {
		in := federation.ChangedProvider{Settings: p.Settings}
		if i.Rename != "" {
			in.Name = i.Rename
		}
		if i.Enable || i.Disable {
			in.Enabled = i.Enable
		}
		if err := i.idpSettings.apply(&in.Settings); err != nil {
			return nil, err
		}
		if value := strings.TrimSpace(string(i.Secret)); value != "" || i.NoSecret {
			in.ClientSecret = &value
		}
		return c.Federation.Replace(ctx, h, p.ID, "", in)
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
	i.Read, err = t.filled("file", i.File)
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
	i.Read, err = t.filled("", i.File)
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
	Kind    string `default:"objectidentifier" help:"How the subject is named. SAML: objectidentifier, or the format of a NameID. OpenID Connect: oid (DIRECTORY-ID/OBJECT-ID), sub or preferred_username." placeholder:"KIND"`
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
