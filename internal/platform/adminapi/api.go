package adminapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Base is where the API stands.
const Base = "/api/admin/v1"

// systemPaths are where the operations on all tenants stand, which no administrator of one may call.
var systemPaths = []string{Base + "/tenants", Base + "/system-administrators"}

const documentPath = Base + "/openapi.json"

// Options are what an API needs.
type Options struct {
	// Authenticate says who makes a request to a tenant; its refusals are faults.
	Authenticate func(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error)

	// StepUp refuses (fault.Forbidden, code step_up_required) whoever has to prove anew who they are before an operation that was
	// added with the option StepUp; nil: nobody has to.
	StepUp func(ctx context.Context, h *tenant.Handle, p *principal.Principal) error

	// System says who makes a request about all tenants. The request may have no tenant.
	System func(ctx context.Context, r *http.Request) (*principal.Principal, error)

	// SystemStepUp is StepUp for the operations on all tenants; nil: nobody has to.
	SystemStepUp func(ctx context.Context, p *principal.Principal) error
}

// API is the administration API. Operations are added before it serves; then it is safe for concurrent use.
type API struct {
	o        Options
	doc      *huma.OpenAPI
	mux      *http.ServeMux
	routed   http.Handler
	methods  map[string]map[string]http.HandlerFunc // path → method
	document func() ([]byte, error)
	page     func() ([]byte, error)
}

// New returns an API without operations.
func New(o Options) *API {
	a := &API{o: o, doc: describe(), mux: http.NewServeMux(), methods: map[string]map[string]http.HandlerFunc{}}
	a.routed = web.Mux(a.mux, http.HandlerFunc(missing))
	a.mux.HandleFunc("/", missing)
	a.document = sync.OnceValues(a.openapi)
	a.page = sync.OnceValues(a.docs)
	return a
}

// System reports whether a folded path is one of those that need no tenant: the operations on all of them.
func System(path string) bool {
	return slices.ContainsFunc(systemPaths, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") })
}

// ServeHTTP answers everything under Base. Who calls is asked first, but for the document, which tells nothing of a tenant.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == documentPath {
		a.serveDocument(w, r)
		return
	}
	ctx, err := a.enter(r)
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	a.routed.ServeHTTP(w, r.WithContext(ctx))
}

// enter finds out who makes a request, and refuses whoever may not make it.
func (a *API) enter(r *http.Request) (context.Context, error) {
	ctx := r.Context()
	if System(r.URL.Path) {
		p, err := a.o.System(ctx, r)
		if err != nil {
			return nil, err
		}
		return principal.With(ctx, p), nil
	}
	h := tenant.From(ctx)
	if h == nil {
		return nil, fault.New(fault.NotFound, "tenant_unknown", "No tenant is served under this host name.")
	}
	p, err := a.o.Authenticate(ctx, r, h)
	if err != nil {
		return nil, err
	}
	if err := mayAdminister(p, h, r.Method); err != nil {
		return nil, err
	}
	return principal.With(ctx, p), nil
}

// mayAdminister refuses a token without the scope, and everybody whose role does not administer. A registration has no
// other right to administer than its scope.
func mayAdminister(p *principal.Principal, h *tenant.Handle, method string) error {
	scope := principal.AdminWrite
	if method == http.MethodGet || method == http.MethodHead {
		scope = principal.AdminRead
	}
	if err := p.Require(scope); err != nil {
		return err
	}
	if p.Kind == principal.Registration && p.Scopes != nil || h.Roles().Admin(p) {
		return nil
	}
	return fault.New(fault.Forbidden, "not_administrator", "Only administrators may call this API; the role %s does not administer.", p.Role)
}

// mayGrant refuses a registration that would give others more than it has itself: what Grants marks is for those whose own role
// administers.
func mayGrant(ctx context.Context, op *huma.Operation) error {
	if op.Metadata[grants] == nil {
		return nil
	}
	p, h := principal.From(ctx), tenant.From(ctx)
	if p == nil || h == nil || p.Kind != principal.Registration || h.Roles().Admin(p) {
		return nil
	}
	return fault.New(fault.Forbidden, "grant_refused", "Nobody grants more than they hold: a registration needs a role that administers for this, besides the scope.")
}

func missing(w http.ResponseWriter, r *http.Request) {
	web.Problem(w, r, fault.New(fault.NotFound, "route_unknown", "There is nothing at this address. %s describes what there is.", documentPath))
}

// schemas are the types of the document.
func (a *API) schemas() huma.Registry { return a.doc.Components.Schemas }

// handle has an operation answer the requests to its path.
func (a *API) handle(op *huma.Operation, in *input, do operation) {
	path := Base + op.Path
	methods := a.methods[path]
	if methods == nil {
		methods = map[string]http.HandlerFunc{}
		a.methods[path] = methods
		a.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { dispatch(w, r, methods) })
	}
	methods[op.Method] = func(w http.ResponseWriter, r *http.Request) {
		if err := a.check(r.Context(), op); err != nil {
			web.Problem(w, r, err)
			return
		}
		a.serve(w, r, op, in, do)
	}
	if op.Method == http.MethodGet {
		methods[http.MethodHead] = methods[http.MethodGet]
	}
}

// check refuses whoever may not do what an operation is marked for.
func (a *API) check(ctx context.Context, op *huma.Operation) error {
	if err := mayGrant(ctx, op); err != nil {
		return err
	}
	return a.stepUp(ctx, op)
}

type apiKey struct{}

// sensitive is an operation that is marked with all there is.
var sensitive = &huma.Operation{Metadata: map[string]any{grants: true, stepUpKey: true}}

// Sensitive refuses, in the midst of an operation, whom Grants and StepUp would have refused: for operations of which a part alone is
// dangerous. It is to be asked before anything is changed.
func Sensitive(ctx context.Context) error {
	a, _ := ctx.Value(apiKey{}).(*API)
	if a == nil {
		return nil
	}
	return a.check(ctx, sensitive)
}

// stepUp refuses whoever has to prove anew who they are before an operation.
func (a *API) stepUp(ctx context.Context, op *huma.Operation) error {
	if op.Metadata[stepUpKey] == nil {
		return nil
	}
	if System(Base + op.Path) {
		if a.o.SystemStepUp == nil {
			return nil
		}
		return a.o.SystemStepUp(ctx, principal.From(ctx))
	}
	if h := tenant.From(ctx); a.o.StepUp != nil && h != nil {
		return a.o.StepUp(ctx, h, principal.From(ctx))
	}
	return nil
}

func dispatch(w http.ResponseWriter, r *http.Request, methods map[string]http.HandlerFunc) {
	if handle := methods[r.Method]; handle != nil {
		handle(w, r)
		return
	}
	allow := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
	w.Header().Set("Allow", allow)
	web.Problem(w, r, fault.New(fault.MethodNotAllowed, "method", "This address takes %s.", allow))
}
