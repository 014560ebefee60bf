package dataapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Authenticator tells who sends a request, or refuses with fault.Unauthenticated.
type Authenticator interface {
	Authenticate(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error)
}

// Deps are what the API needs of others.
type Deps struct {
	Authenticator Authenticator
	Clock         clock.Clock  // nil: the system's
	Logger        *slog.Logger // nil: none
}

// Module is the platform data API of all tenants. It keeps nothing between requests.
type Module struct {
	auth  Authenticator
	clock clock.Clock
	log   *slog.Logger
}

// New makes the module.
func New(d Deps) *Module {
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	return &Module{auth: d.Authenticator, clock: d.Clock, log: d.Logger}
}

// Prefix is where the API lies. The same stands under /HEAT and in any case: web.Fold brings both to this form.
const Prefix = "/api/apigatewaydataservices/v1"

// Routes adds the API to the mux.
func (m *Module) Routes(mux *http.ServeMux) {
	mux.HandleFunc("/api/apigatewaydataservices/v1/devices", m.rows(devices))
	mux.HandleFunc("/api/apigatewaydataservices/v1/devices/{$}", m.rows(devices))
	mux.HandleFunc("/api/apigatewaydataservices/v1/people", m.rows(persons))
	mux.HandleFunc("/api/apigatewaydataservices/v1/people/{$}", m.rows(persons))
	mux.HandleFunc("/api/apigatewaydataservices/v1/devicesMetadata", m.asked(m.metadata))
	mux.HandleFunc("/api/apigatewaydataservices/v1/devicesMetadata/{$}", m.asked(m.metadata))
}

// call is one request of somebody who may use the API.
type call struct {
	w         http.ResponseWriter
	r         *http.Request
	tenant    *tenant.Handle
	principal *principal.Principal
	book      *role.Book // the tenant's roles as they were when the request came
}

func (m *Module) rows(s *set) http.HandlerFunc {
	return m.asked(func(c *call) error { return m.list(c, s) })
}

// asked finds the tenant and who asks, and answers errors as problem+json.
func (m *Module) asked(answer func(*call) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := m.begin(w, r)
		if err == nil {
			err = answer(c)
		}
		if err != nil {
			web.Problem(w, r, err)
		}
	}
}

func (m *Module) begin(w http.ResponseWriter, r *http.Request) (*call, error) {
	h := tenant.From(r.Context())
	if h == nil {
		return nil, fault.New(fault.NotFound, "route_unknown", "There is nothing at this address.")
	}
	p, err := m.auth.Authenticate(r.Context(), r, h)
	if err != nil {
		return nil, err
	}
	if err := p.Require(principal.DataRead); err != nil {
		return nil, err
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return nil, fault.New(fault.MethodNotAllowed, "method", "The data API is read with GET.")
	}
	return &call{w, r.WithContext(principal.With(r.Context(), p)), h, p, h.Roles()}, nil
}

// may refuses somebody without scopes whose role does not read all rows of an object. Own rows and those of a team are
// no inventory.
func (c *call) may(object string) error {
	if c.principal.Scopes != nil || c.book.Ask(c.principal, role.Read, object) == role.AllRows {
		return nil
	}
	return fault.New(fault.Forbidden, "role_missing", "The role %s does not read all records of %s, which the data API answers.", c.principal.Role, object)
}
