package federation

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/pace"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
)

// People is what this package needs of the people's.
type People interface {
	// HasBreakGlass reports whether somebody can get in whatever is wrong with the identity providers.
	HasBreakGlass(ctx context.Context, h *tenant.Handle) (bool, error)
	// MayLose refuses, with a fault.Conflict, to take a role from somebody without whom nobody would administer the tenant, or whom it makes a
	// break-glass administrator.
	MayLose(ctx context.Context, r db.Reader, h *tenant.Handle, personID, role string) error
}

// Resolver looks up the TXT records of a domain.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// KeySet verifies signatures with the keys that an OpenID provider publishes, which it asks for seldom, whatever tokens arrive.
type KeySet interface {
	// VerifySignature returns the payload of a token that one of the keys has signed.
	VerifySignature(ctx context.Context, jwt string) (payload []byte, err error)
	// Close ends what is on its way.
	Close()
}

// Deps are what the module is made of.
type Deps struct {
	SignIn   *sso.Module // makes the sessions
	People   People
	Outbound *outbound.Client // fetches metadata and talks to OpenID providers
	// Keys makes the key set of an address where an OpenID provider publishes its keys; nil: nobody signs in with such a provider.
	Keys     func(address string) KeySet
	Resolver Resolver     // nil: the system's
	Clock    clock.Clock  // nil: the system's
	Logger   *slog.Logger // nil: none
}

// Module keeps the identity providers of all tenants of the process. Safe for concurrent use.
type Module struct {
	signIn    *sso.Module
	people    People
	outbound  *outbound.Client
	keys      func(address string) KeySet
	resolver  Resolver
	clock     clock.Clock
	log       *slog.Logger
	grants    role.Store
	strangers *pace.Limiter[string] // messages that were refused, by tenant and network
	verify    chan struct{}         // as many assertions are checked at once as it has room for
}

// maxChecks is how many assertions are checked at once; more wait.
const maxChecks = 8

// freeRefusals is how many responses from one network may be refused in a row before it has to wait. A whole office may be behind one address; one
// that is taken begins the count anew.
const freeRefusals = 1000

// New returns the module.
func New(d Deps) *Module {
	m := &Module{signIn: d.SignIn, people: d.People, outbound: d.Outbound, keys: d.Keys, resolver: d.Resolver, clock: d.Clock, log: d.Logger, verify: make(chan struct{}, maxChecks)}
	if m.clock == nil {
		m.clock = clock.System{}
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	if m.resolver == nil {
		m.resolver = net.DefaultResolver
	}
	m.grants = role.Store{Clock: d.Clock}
	m.strangers = pace.New[string](m.clock, pace.Limits{Free: freeRefusals, First: time.Second, Longest: time.Minute, Forget: 10 * time.Minute,
		Refusal: fault.New(fault.RateLimited, "sign_in_limited", "Too many sign-ins were refused. Wait a moment before you try again.")})
	return m
}

// The paths under which a tenant is known to identity providers.
const (
	acsPath      = "/handlers/sso/SamlAssertionConsumerHandler.ashx"
	metadataPath = "/sso/metadata"
	callbackPath = "/sso/oidc/callback"
	sloPath      = "/sso/slo"
)

// base is the address of a tenant without a slash at its end.
func base(h *tenant.Handle) string { return strings.TrimSuffix(h.BaseURL, "/") }

// identifier is the entityID of a tenant: its address with a slash at its end (spec/sso.md C3).
func identifier(h *tenant.Handle) string { return base(h) + "/" }

// asProvider returns a context in which a provider acts: what it causes is written in its name.
func asProvider(ctx context.Context, h *tenant.Handle, p *Provider, from netip.Addr) context.Context {
	return principal.With(tenant.With(ctx, h), &principal.Principal{Kind: principal.System, TenantID: h.ID, CredentialID: p.ID, Login: "sso:" + p.Name,
		DisplayName: p.Name, Address: from})
}
