package sso

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/live"
	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// People is what this domain needs of the people's.
type People interface {
	// VerifyPassword returns the RecId of the active employee with this login and password. Anything wrong is one
	// fault.Unauthenticated that takes as long; too many failures are fault.RateLimited, a busy machine fault.Unavailable.
	VerifyPassword(ctx context.Context, h *tenant.Handle, login, password string, from netip.Addr) (personID string, err error)

	// SetPassword gives a person a password in the name of the context's principal, and ends the person's sessions.
	SetPassword(ctx context.Context, h *tenant.Handle, personID, password string) error

	// HasPassword reports whether a person could sign in with a password.
	HasPassword(ctx context.Context, h *tenant.Handle, personID string) (bool, error)

	// SetupLink makes the address at which the active employee with this login may set a password, once, within a day. Earlier
	// ones stop working. Somebody who may not sign in with a password is fault.Invalid.
	SetupLink(ctx context.Context, h *tenant.Handle, login string) (address string, err error)

	// BreakGlass reports whether a person is a break-glass administrator.
	BreakGlass(ctx context.Context, r db.Reader, personID string) (bool, error)
}

// Trust is what this domain needs of the trust plane.
type Trust interface {
	// Authenticate says who makes a request, whatever the credential is.
	Authenticate(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error)

	// Refused adds a refusal to the sums that the audit trail gets every minute.
	Refused(h *tenant.Handle, object, credential string, from netip.Addr, reason string)
}

// Choice is another way to sign in, for the sign-in page.
type Choice struct {
	ID      string // of the provider
	Address string // a path, to which ?return= is added
	Name    string
	Last    bool // this browser has last signed in with it
}

// Federation is what this domain needs of the one that keeps identity providers.
type Federation interface {
	// Choices are the providers that people may sign in with.
	Choices(ctx context.Context, h *tenant.Handle) ([]Choice, error)

	// Realms are the ids of the providers that people may sign in with by the e-mail domains, verified and in ASCII, for which they answer.
	Realms(ctx context.Context, h *tenant.Handle) (map[string]string, error)

	// Names are what the providers of a tenant are called, by id, whether people may sign in with them or not.
	Names(ctx context.Context, h *tenant.Handle) (map[string]string, error)

	// LogoutAddress is where a browser goes on with signing out after its session has ended; "" for nowhere.
	LogoutAddress(r *http.Request, h *tenant.Handle, ended Proven) (string, error)
}

// Deps are what the module is made of.
type Deps struct {
	People People
	Trust  Trust
	Live   *live.Hub // nil: pages are not told of changes

	Outbound *outbound.Client // reaches mail servers that tenants name; nil: public addresses alone
	// Notices are who else knows what waits for somebody.
	Notices []notice.Source
	Clock   clock.Clock  // nil: the system's
	Logger  *slog.Logger // nil: none
}

// Module signs people of all tenants of the process in. Safe for concurrent use.
type Module struct {
	people People
	trust  Trust
	live   *live.Hub
	clock  clock.Clock
	log    *slog.Logger
	grants role.Store
	paces  paces

	federation Federation // nil: there are no identity providers

	platform *Platform // nil: nobody signs in on the platform's host
	outbound *outbound.Client
	sources  []notice.Source
}

// New returns the module.
func New(d Deps) *Module {
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	return &Module{people: d.People, trust: d.Trust, live: d.Live, sources: d.Notices, clock: d.Clock, log: d.Logger, paces: newPaces(d.Clock), outbound: d.Outbound}
}

// SetFederation names who keeps identity providers. It is called once, before requests come: the two need each other.
func (m *Module) SetFederation(f Federation) { m.federation = f }

// memory is what the process remembers of the sessions of one open tenant: nothing that another replica needs.
type memory struct {
	mu   sync.Mutex
	seen map[string]sight // by id of the session
}

// plainCookies reports whether cookies go without the Secure flag: exactly where the realm is reached at http://localhost, or a name
// below it, since not every browser takes a secure cookie there.
func plainCookies(h *realm) bool {
	u, err := url.Parse(h.BaseURL)
	return err == nil && u.Scheme == "http" && (u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".localhost"))
}

// refused is the one answer to a session that does not count.
func refused() error {
	return fault.New(fault.Unauthenticated, "credential_refused", "Authentication required.")
}
