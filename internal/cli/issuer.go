package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/trust/issuer"
)

type issuerCommands struct {
	Create  issuerCreate  `cmd:"" help:"Take tokens of Microsoft Entra ID or another OpenID Connect issuer."`
	List    issuerList    `cmd:"" help:"List issuers."`
	Show    issuerShow    `cmd:"" help:"Show one issuer and who is linked to its subjects."`
	Update  issuerUpdate  `cmd:"" help:"Change an issuer, or switch it on or off."`
	Delete  issuerDelete  `cmd:"" help:"Remove an issuer and its links: none of its tokens counts any more."`
	Link    issuerLink    `cmd:"" help:"Say which person a subject of an issuer is."`
	Unlink  issuerUnlink  `cmd:"" help:"Remove a link."`
	Inspect issuerInspect `cmd:"" help:"Show in ten steps why a token counts or does not; nothing is stored."`
	Refresh issuerRefresh `cmd:"" help:"Fetch the keys of an issuer now."`
}

type issuerCreate struct {
	Name      string   `arg:"" help:"Name of the issuer."`
	Kind      string   `default:"oidc" enum:"entra,oidc" help:"entra for Microsoft Entra ID, oidc for any other."`
	Issuer    string   `required:"" help:"What its tokens have as iss, https://…; of Entra the id (GUID) of the directory will do."`
	Audience  []string `required:"" help:"What tokens have to be for; of Entra the client id of the API." placeholder:"AUDIENCE"`
	Client    []string `help:"Clients that may bring tokens, by their ids (default: any)." placeholder:"CLIENT"`
	Directory []string `help:"Entra behind the address common or organizations: directories whose tokens count." placeholder:"GUID"` //nolint:misspell // as Entra spells it
	JWKSURI   string   `name:"jwks-uri" help:"Address of the keys (default: as the discovery document says)." placeholder:"URL"`
	Disabled  bool     `help:"Make it switched off."`
}

func (i *issuerCreate) run(ctx context.Context, c *call) (any, error) {
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) {
		return p.CreateIssuer(ctx, issuer.Spec{Name: i.Name, Kind: i.Kind, Issuer: i.Issuer, Directories: i.Directory, Audiences: i.Audience,
			Clients: i.Client, KeysURI: i.JWKSURI, Disabled: i.Disabled})
	})
}

// withIssuers runs something with the issuers of the tenant that the command is for.
func withIssuers(ctx context.Context, c *call, do func(context.Context, *issuer.Plane) (any, error)) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return do(ctx, c.Trust.Issuers(h))
}

type issuerList struct{}

func (*issuerList) run(ctx context.Context, c *call) (any, error) {
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) {
		all, err := p.Issuers(ctx)
		if err != nil {
			return nil, err
		}
		return struct {
			Issuers []issuer.Issuer `json:"issuers"`
		}{all}, nil
	})
}

// issuerNamed is a command about one issuer.
type issuerNamed struct {
	Name string `arg:"" help:"Name or id of the issuer."`
}

type issuerShow struct{ issuerNamed }

type shownIssuer struct {
	issuer.Issuer

	Links []issuer.Link `json:"links"`
}

func (i *issuerShow) run(ctx context.Context, c *call) (any, error) {
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) {
		found, err := p.Issuer(ctx, i.Name)
		if err != nil {
			return nil, err
		}
		links, err := p.Links(ctx, found.ID)
		if err != nil {
			return nil, err
		}
		for n := range links {
			if links[n], err = shownLink(ctx, c, links[n]); err != nil {
				return nil, err
			}
		}
		return shownIssuer{found, links}, nil
	})
}

// shownLink calls a person by login, as long as there is one.
func shownLink(ctx context.Context, c *call, l issuer.Link) (issuer.Link, error) {
	login, err := c.People.Login(ctx, tenant.From(ctx), l.Person)
	if login != "" {
		l.Person = login
	}
	return l, err
}

type issuerUpdate struct {
	issuerNamed
	Rename    string   `help:"Another name." placeholder:"NAME"`
	Audience  []string `help:"Other audiences, instead of those there are." placeholder:"AUDIENCE"`
	Client    []string `help:"Other clients, instead of those there are." placeholder:"CLIENT" xor:"clients"`
	AnyClient bool     `help:"Any client may bring tokens." xor:"clients"`
	Directory []string `help:"Other directories, instead of those there are." placeholder:"GUID"`
	JWKSURI   *string  `name:"jwks-uri" help:"Another address of the keys; empty: as the discovery document says." placeholder:"URL"`
	Enable    bool     `help:"Switch it on." xor:"state"`
	Disable   bool     `help:"Switch it off." xor:"state"`
}

func (i *issuerUpdate) run(ctx context.Context, c *call) (any, error) {
	change := issuer.Change{KeysURI: i.JWKSURI}
	if i.Rename != "" {
		change.Name = &i.Rename
	}
	for _, list := range []struct {
		given []string
		to    **[]string
	}{{i.Audience, &change.Audiences}, {i.Client, &change.Clients}, {i.Directory, &change.Directories}} {
		if len(list.given) > 0 {
			*list.to = &list.given
		}
	}
	if i.AnyClient {
		change.Clients = &[]string{}
	}
	if i.Enable || i.Disable {
		change.Enabled = &i.Enable
	}
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) { return p.UpdateIssuer(ctx, i.Name, change) })
}

// issuerState is what became of an issuer or of a link.
type issuerState struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	State string `json:"state"`
}

type issuerDelete struct{ issuerNamed }

func (i *issuerDelete) run(ctx context.Context, c *call) (any, error) {
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) {
		gone, err := p.DeleteIssuer(ctx, i.Name)
		return issuerState{gone.ID, gone.Name, "deleted"}, err
	})
}

type issuerLink struct {
	issuerNamed
	Person    string `required:"" help:"Employee whom the subject is, by login." placeholder:"LOGIN"`
	Sub       string `help:"Subject: what tokens have as sub." xor:"subject" placeholder:"SUBJECT"`
	OID       string `name:"oid" help:"Entra: object id (GUID) of the user or service principal." xor:"subject" placeholder:"GUID"`
	Directory string `help:"Directory of the subject, where the issuer has several." placeholder:"GUID"`
}

func (i *issuerLink) run(ctx context.Context, c *call) (any, error) {
	s := issuer.LinkSpec{Claim: issuer.BySubject, Subject: i.Sub, Directory: i.Directory, Person: i.Person}
	switch {
	case i.OID != "":
		s.Claim, s.Subject = issuer.ByObjectID, i.OID
	case i.Sub == "":
		return nil, fault.New(fault.Invalid, "link_invalid", "Give --sub or --oid.")
	}
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) {
		l, err := p.LinkPerson(ctx, i.Name, s)
		if err != nil {
			return nil, err
		}
		return shownLink(ctx, c, l)
	})
}

type issuerUnlink struct {
	ID string `arg:"" help:"Id of the link, as issuer show lists it."`
}

func (i *issuerUnlink) run(ctx context.Context, c *call) (any, error) {
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) {
		gone, err := p.UnlinkPerson(ctx, i.ID)
		return issuerState{gone.ID, gone.Issuer, "unlinked"}, err
	})
}

// issuerInspect takes the token from a file or standard input: what is an argument stands in the list of processes.
type issuerInspect struct {
	File  string `arg:"" optional:"" default:"-" help:"File with the token; - reads standard input." json:"-"`
	Token string `kong:"-"`
}

// maxInspected bounds what is read as a token, in bytes: more than counts, so that its length is what is complained about.
const maxInspected = 64 << 10

func (i *issuerInspect) prepare(t terminal) error {
	in := t.in
	if i.File != "-" {
		f, err := os.Open(i.File)
		if err != nil {
			return fmt.Errorf("read the token: %w", err)
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxInspected))
	if err != nil {
		return fmt.Errorf("read the token: %w", err)
	}
	i.Token = strings.TrimSpace(string(b))
	if scheme, rest, ok := strings.Cut(i.Token, " "); ok && strings.EqualFold(scheme, "Bearer") {
		i.Token = strings.TrimSpace(rest)
	}
	if i.Token == "" {
		return errors.New("there is no token")
	}
	return nil
}

// inspected are the steps of a token; one that failed is a failure.
type inspected struct {
	Steps []issuer.Step `json:"steps"`
}

func (i inspected) failure() string {
	for _, s := range i.Steps {
		if s.Result == issuer.Failed {
			return fmt.Sprintf("the token does not count: step %d, %s: %s", s.Number, s.Name, s.Detail)
		}
	}
	return ""
}

func (i *issuerInspect) run(ctx context.Context, c *call) (any, error) {
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) {
		steps, err := p.Inspect(ctx, i.Token)
		return inspected{steps}, err
	})
}

type issuerRefresh struct{ issuerNamed }

// refreshed is what came of asking for keys; where nothing came that is a failure.
type refreshed struct {
	Sources []issuer.Keys `json:"sources"`
}

func (r refreshed) failure() string {
	for _, s := range r.Sources {
		if s.Error != "" {
			return "the keys could not be fetched: " + s.Error
		}
	}
	return ""
}

func (i *issuerRefresh) run(ctx context.Context, c *call) (any, error) {
	return withIssuers(ctx, c, func(ctx context.Context, p *issuer.Plane) (any, error) {
		sources, err := p.Refresh(ctx, i.Name)
		return refreshed{sources}, err
	})
}
