package desk

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Authenticator tells who sends a request, or refuses with fault.Unauthenticated.
type Authenticator interface {
	Authenticate(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error)
}

// Deps are what the desk needs of others.
type Deps struct {
	Authenticator Authenticator
	Clock         clock.Clock // nil: the system's
	Logger        *slog.Logger
}

// Module is the service desk.
type Module struct {
	auth  Authenticator
	clock clock.Clock
	log   *slog.Logger
	store role.Store
}

// New makes the module.
func New(d Deps) *Module {
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	return &Module{auth: d.Authenticator, clock: d.Clock, log: d.Logger, store: role.Store{Clock: d.Clock}}
}
