package desk

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/provost-itsm/provost/internal/desk/webhook"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Authenticator tells who sends a request, or refuses with fault.Unauthenticated.
type Authenticator interface {
	Authenticate(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error)
}

// Credentials says which credentials act in a role, so that it is not taken from under them.
type Credentials interface {
	// InRole counts the REST API keys and app registrations that act in a role.
	InRole(ctx context.Context, r db.Reader, role string) (keys, registrations int64, err error)
}

// Administrators says who administers, so that no change of roles locks everybody out.
type Administrators interface {
	// Administered reports whether somebody who may sign in would administer the tenant if the roles were those of the book.
	Administered(ctx context.Context, r db.Reader, h *tenant.Handle, book *role.Book) (bool, error)

	// KeepBreakGlass refuses roles by which a break-glass administrator would not administer the tenant any more.
	KeepBreakGlass(ctx context.Context, r db.Reader, h *tenant.Handle, book *role.Book) error
}

// Deps are what the desk needs of others.
type Deps struct {
	Authenticator  Authenticator
	Credentials    Credentials    // nil: there are none
	Administrators Administrators // nil: nobody asks
	Clock          clock.Clock    // nil: the system's
	Logger         *slog.Logger
	Outbound       *outbound.Client // nil: one that asks public addresses only
}

// Module is the service desk.
type Module struct {
	auth   Authenticator
	creds  Credentials
	admins Administrators
	clock  clock.Clock
	log    *slog.Logger
	store  role.Store

	outbound *outbound.Client

	Webhooks *webhook.Module
}

// New makes the module.
func New(d Deps) *Module {
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	m := &Module{auth: d.Authenticator, creds: d.Credentials, admins: d.Administrators, clock: d.Clock, log: d.Logger, store: role.Store{Clock: d.Clock},
		outbound: d.Outbound}
	m.Webhooks = webhook.New(webhook.Deps{Client: d.Outbound, Sight: m.Sight(), Clock: d.Clock, Logger: d.Logger})
	return m
}
