package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/trust"
)

type registrationCommands struct {
	Create       registrationCreate       `cmd:"" help:"Register an application; its secret is shown this once."`
	List         registrationList         `cmd:"" help:"List app registrations, without their secrets."`
	Show         registrationShow         `cmd:"" help:"Show one with its credentials."`
	Update       registrationUpdate       `cmd:"" help:"Change what is named."`
	Enable       registrationEnable       `cmd:"" help:"Switch one on."`
	Disable      registrationDisable      `cmd:"" help:"Switch one off; its tokens end."`
	Rotate       registrationRotate       `cmd:"" help:"Make a new secret; the old one goes on for a while."`
	AddSecret    registrationAddSecret    `cmd:"" name:"add-secret" help:"Add a secret beside those there are."`
	AddKey       registrationAddKey       `cmd:"" name:"add-key" help:"Add a public key, or a set of them."`
	Revoke       registrationRevoke       `cmd:"" help:"End one secret or key at once."`
	Expire       registrationExpire       `cmd:"" help:"Move the end of a secret or key."`
	Label        registrationLabel        `cmd:"" help:"Label a secret or key."`
	RevokeTokens registrationRevokeTokens `cmd:"" name:"revoke-tokens" help:"End all tokens; new ones can be got."`
	Delete       registrationDelete       `cmd:"" help:"Remove one for good."`
	Types        registrationTypes        `cmd:"" help:"List what can be registered."`
}

type registrationCreate struct {
	Type        string   `required:"" help:"What to register: an id or caption of registration types." placeholder:"TYPE"`
	Name        string   `help:"Name of the application (default: the type's caption)."`
	Description string   `help:"What it is for."`
	Owner       string   `help:"Person or team that answers for it." placeholder:"LOGIN"`
	Contact     string   `help:"E-mail addresses for notices, separated by commas." placeholder:"ADDRESS"`
	Environment string   `help:"Such as production or test."`
	Scope       []string `help:"Scopes to grant, where the type lets you choose (default: data.read)." placeholder:"SCOPE"`
	Role        string   `help:"Role on the OData API (default: the type's, or InternalServices)."`
	OnBehalfOf  string   `name:"on-behalf-of" help:"Employee it acts for there (default: the built-in one)." placeholder:"LOGIN"`
	From        []string `help:"Networks it may be used from." placeholder:"CIDR"`
	Lifetime    span     `help:"Life of its tokens, 5m to 24h (default: 1h)." placeholder:"DURATION"`
	Alg         string   `help:"How its tokens are signed: ES256, EdDSA or RS256 (default: ES256)."`
	PlainToken  bool     `name:"plain-token" help:"The gateway route answers the bare token."`
	JWKSURI     string   `name:"jwks-uri" help:"https address where the application publishes its keys." placeholder:"URL"`
	Key         []string `help:"File with a public key as JSON Web Key; then there is no secret." placeholder:"FILE"`
	WithSecret  bool     `name:"with-secret" help:"A secret beside the keys."`
	credentialFlags

	Keys []json.RawMessage `kong:"-"`
}

// credentialFlags say what a new credential is like.
type credentialFlags struct {
	Label   string `help:"What the credential is for."`
	Expires *span  `help:"End of the credential from now on, such as 180d, or never (default: as the tenant's setting says)." placeholder:"DURATION"`
}

func (f credentialFlags) spec(now time.Time) (trust.CredentialSpec, error) {
	s := trust.CredentialSpec{Label: f.Label}
	switch {
	case f.Expires == nil:
	case *f.Expires == spanNever:
		s.Never = true
	case *f.Expires <= 0:
		return s, fault.New(fault.Invalid, "expires_invalid", "--expires says how long the credential is to live, such as 180d, or never.")
	default:
		s.Expires = now.Add(time.Duration(*f.Expires))
	}
	return s, nil
}

// prepare reads the keys where the files are.
func (r *registrationCreate) prepare(t terminal) error {
	for _, name := range r.Key {
		text, err := readKeyFile(t, name)
		if err != nil {
			return err
		}
		r.Keys = append(r.Keys, text)
	}
	return nil
}

// maxKeyFile is how many bytes a file with public keys may have.
const maxKeyFile = 64 << 10

// readKeyFile reads a file with a public key; - is standard input.
func readKeyFile(t terminal, name string) (json.RawMessage, error) {
	in := t.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read the key: %w", err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxKeyFile))
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	if !json.Valid(text) {
		return nil, fmt.Errorf("%s holds no JSON Web Key: it is not JSON", name)
	}
	return text, nil
}

type createdRegistration struct {
	AuthURL       string             `json:"auth_url"`
	ClientID      string             `json:"client_id"`
	ClientSecret  string             `json:"client_secret,omitempty"`
	SecretExpires int64              `json:"client_secret_expires_at"`
	APIKey        string             `json:"api_key,omitempty"`
	ID            string             `json:"id"`
	Type          string             `json:"type"`
	Application   string             `json:"application"`
	Scopes        []string           `json:"scopes"`
	Panel         []trust.PanelField `json:"panel"`

	Snippets []trust.PanelSnippet `json:"snippets,omitempty"`
}

func (r *registrationCreate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	credential, err := r.spec(c.Clock.Now())
	if err != nil {
		return nil, err
	}
	made, err := c.Trust.CreateRegistration(ctx, h, trust.RegistrationSpec{
		Type: r.Type, Name: r.Name, Description: r.Description, Owner: r.Owner, Contact: r.Contact, Environment: r.Environment,
		Scopes: r.Scope, CIDRs: r.From, Role: r.Role, OnBehalfOf: r.OnBehalfOf, TokenSeconds: int64(time.Duration(r.Lifetime) / time.Second), TokenAlg: r.Alg,
		PlainToken: r.PlainToken, JWKSURI: r.JWKSURI, Keys: r.Keys, KeyOnly: !r.WithSecret && (len(r.Keys) > 0 || r.JWKSURI != ""),
		Label: credential.Label, Expires: credential.Expires, NeverExpires: credential.Never,
	})
	if err != nil {
		return nil, err
	}
	return createdRegistration{made.AuthURL, made.ClientID, made.ClientSecret, made.SecretExpires, made.APIKey, made.Registration.ID, made.Registration.Type,
		made.Registration.Name, made.Registration.Scopes, made.Panel, made.Snippets}, nil
}

// print shows the panel that the application's own guide speaks of.
func (*registrationCreate) print(t terminal, result json.RawMessage) error {
	var made createdRegistration
	if err := json.Unmarshal(result, &made); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	fmt.Fprintf(t.out, "Complete this registration: %s\n\n", made.Application)
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, f := range made.Panel {
		fmt.Fprintf(w, "  %s\t%s\n", f.Caption, f.Value)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	for _, s := range made.Snippets {
		fmt.Fprintf(t.out, "\n%s:\n  %s\n", s.Caption, strings.Join(s.Lines, "\n  "))
	}
	if made.ClientSecret != "" {
		fmt.Fprint(t.out, "\nCopy these values now: the secret cannot be shown again.\n")
		if made.SecretExpires != 0 {
			fmt.Fprintf(t.out, "It expires on %s.\n", time.Unix(made.SecretExpires, 0).UTC().Format(time.DateOnly))
		}
	}
	return nil
}

type registrationList struct{}

// listedRegistration is a row of the table of app registrations.
type listedRegistration struct {
	Application       string     `json:"application"`
	Description       string     `json:"description"`
	LastAuthenticated *time.Time `json:"last_authenticated"`
	CreatedBy         string     `json:"created_by"`
	Created           time.Time  `json:"created_at"`
	ClientID          string     `json:"client_id"`
	ID                string     `json:"id"`
	Type              string     `json:"type"`
	Enabled           bool       `json:"enabled"`
	Scopes            []string   `json:"scopes"`
}

func (*registrationList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	all, err := c.Trust.Registrations(ctx, h)
	if err != nil {
		return nil, err
	}
	out := make([]listedRegistration, len(all))
	for i, r := range all {
		out[i] = listedRegistration{r.Name, r.Description, r.LastAuthenticated, r.CreatedByName, r.Created, r.ClientID, r.ID, r.Type, r.Enabled, r.Scopes}
	}
	return struct {
		Registrations []listedRegistration `json:"registrations"`
	}{out}, nil
}

type registrationTypes struct{}

func (*registrationTypes) run(context.Context, *call) (any, error) {
	type listed struct {
		ID      string   `json:"id"`
		Caption string   `json:"caption"`
		Scopes  []string `json:"scopes"`
		Choice  bool     `json:"scopes_editable"`
		Opens   string   `json:"description"`
		Help    string   `json:"help"`
	}
	out := []listed{}
	for _, t := range trust.RegistrationTypes() {
		out = append(out, listed{t.ID, t.Caption, t.Scopes, t.Editable, t.Description, t.Help})
	}
	return struct {
		Types []listed `json:"types"`
	}{out}, nil
}

// span is a duration in which days count too: 180d, 1h30m; never is without end.
type span time.Duration

const spanNever span = -1

// UnmarshalText reads a span.
func (s *span) UnmarshalText(text []byte) error {
	t := strings.TrimSpace(string(text))
	if t == "" || t == "0s" {
		*s = 0
		return nil
	}
	if t == "never" {
		*s = spanNever
		return nil
	}
	var days time.Duration
	if before, after, ok := strings.Cut(t, "d"); ok {
		var n int64
		if _, err := fmt.Sscanf(before+"\n", "%d\n", &n); err != nil || n < 0 || n > 36500 || strings.Trim(before, "0123456789") != "" {
			return fmt.Errorf("%q is no span of time such as 180d or 12h", t)
		}
		if days, t = time.Duration(n)*24*time.Hour, after; t == "" {
			*s = span(days)
			return nil
		}
	}
	d, err := time.ParseDuration(t)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is no span of time such as 180d or 12h", string(text))
	}
	*s = span(days + d)
	return nil
}

// MarshalText writes a span as it is read.
func (s span) MarshalText() ([]byte, error) {
	if s == spanNever {
		return []byte("never"), nil
	}
	return []byte(time.Duration(s).String()), nil
}
