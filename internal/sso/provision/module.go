package provision

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// People is what this package needs of their domain.
type People interface {
	// BreakGlass reports whether a person is a break-glass administrator.
	BreakGlass(ctx context.Context, r db.Reader, personID string) (bool, error)
	// Forget takes what a removed person had: sessions, password, links and roles.
	Forget(ctx context.Context, tx *db.Tx, personID string) error
	// Administered reports whether somebody who may sign in would administer the tenant by the roles of the book.
	Administered(ctx context.Context, r db.Reader, h *tenant.Handle, book *role.Book) (bool, error)
}

// Refusals adds a refusal to the sums of the audit trail.
type Refusals interface {
	Refused(ctx context.Context, h *tenant.Handle, object, credential, reason string)
}

// Deps are what the module is made of.
type Deps struct {
	People   People
	Refusals Refusals
	Clock    clock.Clock  // nil: the system's
	Logger   *slog.Logger // nil: none
}

// Module provisions all tenants of the process. Safe for concurrent use.
type Module struct {
	people   People
	refusals Refusals
	clock    clock.Clock
	log      *slog.Logger
	grants   role.Store
}

// New returns the module.
func New(d Deps) *Module {
	m := &Module{people: d.People, refusals: d.Refusals, clock: d.Clock, log: d.Logger, grants: role.Store{Clock: d.Clock}}
	if m.clock == nil {
		m.clock = clock.System{}
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	return m
}

// prefix is where SCIM is served.
const prefix = "/scim/v2"

// Routes mounts what identity providers come to.
func (m *Module) Routes(mux *http.ServeMux) {
	serve := scim.Handler(prefix, m.open)
	mux.Handle("/scim/v2", serve)
	mux.Handle("/scim/v2/", serve)
}

// Address is where SCIM is served for a tenant: what Entra ID calls the Tenant URL.
func Address(h *tenant.Handle) string { return strings.TrimSuffix(h.BaseURL, "/") + prefix }

// Families are the fixed beginnings of paths that match in any case.
func Families() []string { return []string{prefix} }

// open finds out who asks and what they work on.
func (m *Module) open(_ http.ResponseWriter, r *http.Request) (*scim.Directory, error) {
	h := tenant.From(r.Context())
	if h == nil {
		return nil, fault.New(fault.NotFound, "tenant_unknown", "No tenant is served under this host name.")
	}
	who, err := m.authenticate(r.Context(), r, h)
	if err != nil {
		return nil, err
	}
	d := desk{m: m, h: h, who: who}
	return &scim.Directory{Base: Address(h), Users: &users{d}, Groups: &groups{d}}, nil
}

// Follow lets the module know when people and groups are removed, on whatever surface, so that what SCIM knew of them goes too. It is
// called once, with the owners of all objects.
func (m *Module) Follow(owners map[string]record.Owner) {
	owners["Employee"] = follower{owners["Employee"], m.forgetUser}
	owners["ContactGroup"] = follower{owners["ContactGroup"], m.forgetGroup}
}

// follower is the owner of an object, and what happens when a record of it is removed.
type follower struct {
	owner record.Owner
	after func(ctx context.Context, tx *db.Tx, recID string) error
}

// Validate is the owner's.
func (f follower) Validate(ctx context.Context, r db.Reader, d *record.Draft) error {
	if f.owner != nil {
		if err := f.owner.Validate(ctx, r, d); err != nil {
			return err
		}
	}
	if recID := d.RecID(); d.Verb == record.Deleting {
		d.Then(func(ctx context.Context, tx *db.Tx) error { return f.after(ctx, tx, recID) })
	}
	return nil
}
