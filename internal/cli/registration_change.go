package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/trust"
)

// registrationNamed is a command about one registration.
type registrationNamed struct {
	Registration string `arg:"" help:"Client id or id of the registration."`
}

type registrationState struct {
	ID       string `json:"id"`
	ClientID string `json:"client_id"`
	State    string `json:"state"`
}

// with runs a piece of work on the registration that is named.
func (r registrationNamed) with(ctx context.Context, c *call, work func(context.Context, *tenant.Handle, trust.Registration) (any, error)) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	found, err := c.Trust.Registration(ctx, h, r.Registration)
	if err != nil {
		return nil, err
	}
	return work(ctx, h, found)
}

type registrationShow struct{ registrationNamed }

func (r *registrationShow) run(ctx context.Context, c *call) (any, error) {
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		login, err := c.People.Login(ctx, h, found.Person)
		if login != "" {
			found.Person = login
		}
		return found, err
	})
}

// print shows where it may be used from in the words of the flags.
func (*registrationShow) print(t terminal, result json.RawMessage) error {
	return printRegistration(t, result)
}

func (*registrationUpdate) print(t terminal, result json.RawMessage) error {
	return printRegistration(t, result)
}

func printRegistration(t terminal, result json.RawMessage) error {
	v, err := decode(json.NewDecoder(bytes.NewReader(result)))
	if err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	object, _ := v.([]member)
	for i, m := range object {
		if m.name != "cidrs" {
			continue
		}
		object[i].name = "networks"
		if list, _ := m.value.([]any); len(list) == 0 {
			object[i].value = "anywhere"
		}
	}
	return text(t.out, v)
}

type registrationUpdate struct {
	registrationNamed

	Name        *string   `help:"Name of the application."`
	Description *string   `help:"What it is for."`
	Owner       *string   `help:"Person or team that answers for it; empty for none." placeholder:"LOGIN"`
	Contact     *string   `help:"E-mail addresses for notices, separated by commas." placeholder:"ADDRESS"`
	Environment *string   `help:"Such as production or test."`
	Scope       *[]string `help:"Scopes to grant, all of them. Taking one away ends the tokens." placeholder:"SCOPE"`
	Role        *string   `help:"Role on the OData API."`
	OnBehalfOf  *string   `name:"on-behalf-of" help:"Employee it acts for there." placeholder:"LOGIN"`
	From        *[]string `help:"Networks it may be used from, all of them." placeholder:"CIDR"`
	Anywhere    bool      `help:"It may be used from anywhere."`
	Lifetime    *span     `help:"Life of its tokens, 5m to 24h." placeholder:"DURATION"`
	Alg         *string   `help:"How its tokens are signed: ES256, EdDSA or RS256."`
	PlainToken  *bool     `name:"plain-token" negatable:"" help:"The gateway route answers the bare token."`
	Endpoint    *bool     `name:"endpoint-audience" negatable:"" help:"Its assertions may name the token endpoint as audience."`
	JWKSURI     *string   `name:"jwks-uri" help:"https address where the application publishes its keys; empty for none." placeholder:"URL"`
}

// prepare refuses lists with nothing in them: whoever empties --from may mean that it comes from nowhere or from anywhere.
func (r *registrationUpdate) prepare(terminal) error {
	if r.From != nil && strings.Trim(strings.Join(*r.From, ""), " ") == "" {
		return fault.New(fault.Invalid, "from_invalid", "--from names networks such as 192.0.2.0/24; --anywhere lets it be used from all.")
	}
	if r.From != nil && r.Anywhere {
		return fault.New(fault.Invalid, "from_invalid", "--from and --anywhere contradict each other.")
	}
	if r.Scope != nil && strings.Trim(strings.Join(*r.Scope, ""), " ") == "" {
		return fault.New(fault.Invalid, "scope_invalid", "--scope names scopes such as data.read, one at least; `provost registration disable` takes everything away. (Networks are given by --from or --anywhere.)")
	}
	return nil
}

func (r *registrationUpdate) run(ctx context.Context, c *call) (any, error) {
	change := trust.RegistrationChange{Name: r.Name, Description: r.Description, Owner: r.Owner, Contact: r.Contact, Environment: r.Environment,
		Scopes: r.Scope, CIDRs: r.From, Role: r.Role, OnBehalfOf: r.OnBehalfOf, TokenAlg: r.Alg, PlainToken: r.PlainToken,
		EndpointAudience: r.Endpoint, JWKSURI: r.JWKSURI}
	if r.Anywhere {
		change.CIDRs = &[]string{}
	}
	if r.Lifetime != nil {
		seconds := int64(time.Duration(*r.Lifetime) / time.Second)
		change.TokenSeconds = &seconds
	}
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		after, err := c.Trust.UpdateRegistration(ctx, h, found.ID, change)
		return after, err
	})
}

type registrationEnable struct{ registrationNamed }

func (r *registrationEnable) run(ctx context.Context, c *call) (any, error) {
	return r.enable(ctx, c, true)
}

type registrationDisable struct{ registrationNamed }

func (r *registrationDisable) run(ctx context.Context, c *call) (any, error) {
	return r.enable(ctx, c, false)
}

func (r registrationNamed) enable(ctx context.Context, c *call, on bool) (any, error) {
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		if _, err := c.Trust.EnableRegistration(ctx, h, found.ID, on); err != nil {
			return nil, err
		}
		return registrationState{found.ID, found.ClientID, map[bool]string{true: "enabled", false: "disabled"}[on]}, nil
	})
}

type registrationRevokeTokens struct{ registrationNamed }

func (r *registrationRevokeTokens) run(ctx context.Context, c *call) (any, error) {
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		return registrationState{found.ID, found.ClientID, "tokens revoked"}, c.Trust.RevokeTokens(ctx, h, found.ID)
	})
}

type registrationDelete struct{ registrationNamed }

func (r *registrationDelete) run(ctx context.Context, c *call) (any, error) {
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		return registrationState{found.ID, found.ClientID, "deleted"}, c.Trust.DeleteRegistration(ctx, h, found.ID)
	})
}

type registrationRotate struct {
	registrationNamed
	credentialFlags

	Credential string `help:"Secret to replace, where several are in use." placeholder:"ID"`
	Grace      *span  `help:"How long the old secret goes on; 0s ends it at once (default: 7d)." placeholder:"DURATION"`
}

func (r *registrationRotate) run(ctx context.Context, c *call) (any, error) {
	s, err := r.spec(c.Clock.Now())
	if err != nil {
		return nil, err
	}
	grace := trust.StandardGrace
	if r.Grace != nil {
		grace = time.Duration(*r.Grace)
	}
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		out, err := c.Trust.RotateSecret(ctx, h, found.ID, trust.Rotation{CredentialSpec: s, Credential: r.Credential, Grace: grace})
		if f := fault.Of(err); err != nil && f.Code == trust.CodeSecretUnclear {
			return nil, fault.New(f.Kind, f.Code, "%s has several secrets in use: say which one to replace with --credential ID; `provost registration show %s` lists them.", found.Name, found.ClientID)
		}
		return out, err
	})
}

type registrationAddSecret struct {
	registrationNamed
	credentialFlags
}

func (r *registrationAddSecret) run(ctx context.Context, c *call) (any, error) {
	s, err := r.spec(c.Clock.Now())
	if err != nil {
		return nil, err
	}
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		return c.Trust.AddSecret(ctx, h, found.ID, s)
	})
}

type registrationAddKey struct {
	registrationNamed
	credentialFlags

	File string          `arg:"" help:"File with the public key as JSON Web Key, or a set of them; - is standard input." placeholder:"FILE"`
	JWK  json.RawMessage `kong:"-"`
}

func (r *registrationAddKey) prepare(t terminal) (err error) {
	r.JWK, err = readKeyFile(t, r.File)
	return err
}

func (r *registrationAddKey) run(ctx context.Context, c *call) (any, error) {
	s, err := r.spec(c.Clock.Now())
	if err != nil {
		return nil, err
	}
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		added, err := c.Trust.AddKey(ctx, h, found.ID, r.JWK, s)
		if err != nil {
			return nil, err
		}
		return struct {
			Keys []trust.Credential `json:"keys"`
		}{added}, nil
	})
}

// credentialNamed is a command about one secret or key of a registration.
type credentialNamed struct {
	registrationNamed

	Credential string `arg:"" help:"Id of the secret or key, as registration show tells it."`
}

type registrationRevoke struct {
	credentialNamed

	Confirm string `help:"The client id, to revoke the last working credential." placeholder:"CLIENT-ID"`
}

func (r *registrationRevoke) run(ctx context.Context, c *call) (any, error) {
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		after, err := c.Trust.RevokeCredential(ctx, h, found.ID, r.Credential, r.Confirm)
		return after, err
	})
}

type registrationExpire struct {
	credentialNamed

	In span `required:"" help:"End from now on, such as 30d, or never." placeholder:"DURATION"`
}

func (r *registrationExpire) run(ctx context.Context, c *call) (any, error) {
	var end *time.Time
	switch {
	case r.In == spanNever:
	case r.In <= 0:
		return nil, fault.New(fault.Invalid, "expires_invalid", "--in says in how long the credential is to end; `provost registration revoke` ends it at once.")
	default:
		at := c.Clock.Now().Add(time.Duration(r.In))
		end = &at
	}
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		after, err := c.Trust.SetExpiry(ctx, h, found.ID, r.Credential, end)
		return after, err
	})
}

type registrationLabel struct {
	credentialNamed

	Text string `arg:"" help:"The label."`
}

func (r *registrationLabel) run(ctx context.Context, c *call) (any, error) {
	return r.with(ctx, c, func(ctx context.Context, h *tenant.Handle, found trust.Registration) (any, error) {
		after, err := c.Trust.SetLabel(ctx, h, found.ID, r.Credential, r.Text)
		return after, err
	})
}
