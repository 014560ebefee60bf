package trust

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/trust/issuer"
)

// People is what the trust plane needs of the people's domain.
type People interface {
	// VerifyPassword returns the RecId of the active employee with this login and password. Anything wrong is one
	// fault.Unauthenticated; too many failures for the account from that address are fault.RateLimited.
	VerifyPassword(ctx context.Context, h *tenant.Handle, login, password string, from netip.Addr) (personID string, err error)
}

// SystemKeys are the keys for what is about all tenants, of which somebody may report one as leaked here.
type SystemKeys interface {
	// Leaked ends a system key that somebody else may have, and reports whether the value is one.
	Leaked(ctx context.Context, value string) (bool, error)
}

// Browser is what the trust plane needs of the domain that keeps browser sessions.
type Browser interface {
	// Authenticate says who the session cookie of a request belongs to, and whether there is one at all. A session that does
	// not count is fault.Unauthenticated, a request that another site sent fault.Forbidden.
	Authenticate(ctx context.Context, r *http.Request, h *tenant.Handle) (who *principal.Principal, found bool, err error)

	// SecondFactor reports whether a password alone does not sign a person in.
	SecondFactor(ctx context.Context, h *tenant.Handle, personID string) (bool, error)
}

// Provisioning keeps tokens of a kind of its own, of which somebody may report one as leaked here.
type Provisioning interface {
	// Leaked ends a token that somebody else may have, and reports whether the value is one.
	Leaked(ctx context.Context, h *tenant.Handle, value string) (bool, error)
}

// Deps are what the module is made of.
type Deps struct {
	System   SystemKeys // nil: there are none
	People   People
	Clock    clock.Clock      // nil: the system's
	Logger   *slog.Logger     // nil: none
	Outbound *outbound.Client // nil: one that asks public addresses only
}

// Module is the trust plane of all tenants of the process. Safe for concurrent use.
type Module struct {
	deps    Deps
	browser Browser

	provisioning Provisioning // nil: there is none

	mu   sync.Mutex
	open map[*plane]struct{} // of the tenants that are open
}

// New returns the module.
func New(d Deps) *Module {
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	if d.Outbound == nil {
		d.Outbound = outbound.New(outbound.Options{})
	}
	return &Module{deps: d, browser: noBrowser{}}
}

// SetBrowser names who keeps browser sessions. It is called once, before requests come: the two domains need each other.
func (m *Module) SetBrowser(b Browser) { m.browser = b }

// SetProvisioning names who keeps the tokens for provisioning. It is called once, before requests come.
func (m *Module) SetProvisioning(p Provisioning) { m.provisioning = p }

type noBrowser struct{}

func (noBrowser) Authenticate(context.Context, *http.Request, *tenant.Handle) (*principal.Principal, bool, error) {
	return nil, false, nil
}

func (noBrowser) SecondFactor(context.Context, *tenant.Handle, string) (bool, error) {
	return false, nil
}

// Refused adds a refusal that another domain decided to the sums of the minute: object is what was shown ("sign_in", "session"),
// credential its id where it is known.
func (m *Module) Refused(h *tenant.Handle, object, credential string, from netip.Addr, reason string) {
	m.plane(h).refuse(refusal{object: object, credential: credential, address: from, reason: reason})
}

// plane is the trust plane of one open tenant. It is closed with the tenant.
type plane struct {
	tenantID string
	db       *db.DB
	keys     *secret.Keys
	system   SystemKeys
	outbound *outbound.Client // nil: nothing is fetched
	issuers  func() *issuer.Plane
	clock    clock.Clock
	log      *slog.Logger
	info     func() tenant.Info
	roles    func() *role.Book
	held     func(ctx context.Context, r db.Reader, person string) (roles []string, standard string, err error)
	person   func(ctx context.Context, recID string) (person, error)              // a zero person where there is none
	byLogin  func(ctx context.Context, r db.Reader, login string) (person, error) // likewise
	setting  func(ctx context.Context, name string) string
	records  *record.Engine

	generation atomic.Uint64 // counts local changes: what was verified before the last one is asked again
	cache      memory[grant]
	tokens     memory[verifiedToken]
	directory  directory
	failures   failures
	uses       uses
	refusals   refusals
	flushes    flushes
	leaks      leaks
	left       func() // tells the module
}

// person is what counts of an employee.
type person struct {
	ID, Login, Name string
	Active          bool // may act: status Active, New or On Leave, and not disabled
}

type planeKey struct{ m *Module }

// plane returns the trust plane of a tenant, made at first use.
func (m *Module) plane(h *tenant.Handle) *plane {
	return h.Value(planeKey{m}, func() any {
		p := &plane{
			tenantID: h.ID, db: h.DB, keys: h.Keys, system: m.deps.System, outbound: m.deps.Outbound, issuers: func() *issuer.Plane { return m.Issuers(h) }, clock: m.deps.Clock, log: m.deps.Logger,
			info: func() tenant.Info { return h.Info }, roles: h.Roles, held: role.Store{}.Held, setting: h.Records.Setting, records: h.Records,
			flushes: flushes{log: m.deps.Logger}, cache: memory[grant]{size: cacheSize}, tokens: memory[verifiedToken]{size: tokensSize},
		}
		p.person, p.byLogin = employees(h.Records)
		p.left = func() { m.left(p) }
		m.entered(p)
		return p
	}).(*plane)
}

// changed makes every credential be looked up again: something about credentials, or who may use them, changed.
func (p *plane) changed() {
	p.generation.Add(1)
	p.directory.checked.Store(0)
}

// hostOf reports whether a name given at login is one of the tenant's, and returns it in the form it is compared in.
func (p *plane) hostOf(name string) (string, bool) {
	host, info := tenant.NormaliseHost(name), p.info()
	if host == "" || len(host) > 253 {
		return "", false
	}
	return host, slices.Contains(info.Hosts, host) || host == hostOfURL(info.BaseURL)
}

func hostOfURL(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return tenant.NormaliseHost(u.Host)
}

// secureCookies reports whether cookies carry the Secure flag: always, except on plain http on loopback, where a
// browser would not send them back (DESIGN, TLS).
func (p *plane) secureCookies() bool {
	u, err := url.Parse(p.info().BaseURL)
	if err != nil || u.Scheme != "http" {
		return true
	}
	address, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !address.IsLoopback())
}

// limit reads a setting that is a number of units within bounds; what is no such number counts as the standard.
func (p *plane) limit(ctx context.Context, name string, standard, most int64, unit time.Duration) time.Duration {
	n, err := strconv.ParseInt(p.setting(ctx, name), 10, 64)
	if err != nil || n < 1 || n > most {
		n = standard
	}
	return time.Duration(n) * unit
}

// refused is the one answer to a credential that does not count; the reason goes to the audit trail, not to the caller.
func refused() error {
	return fault.New(fault.Unauthenticated, "credential_refused", "Authentication required.")
}

// keysKnow looks a secret up under every pepper of the keys file, the newest first, until find reports success.
func (p *plane) keysKnow(value string, find func(version int64, mac []byte) (bool, error)) (bool, error) {
	for _, version := range p.keys.Versions() {
		found, err := find(version, p.keys.MACWith(version, value))
		if err != nil || found {
			return found, err
		}
	}
	return false, nil
}
