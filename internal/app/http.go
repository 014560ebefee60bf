package app

import (
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/trust"
)

// maxInFlight is how many requests are worked on at once; more are asked to come again in a second.
const maxInFlight = 2048

// readiness says whether requests should be sent here.
type readiness struct{ atomic.Bool }

// handler is everything the listener answers, the outermost layer first.
func (a *App) handler(l web.Listening) http.Handler {
	tenants, platform, api := http.NewServeMux(), http.NewServeMux(), a.adminAPI()
	a.routes(tenants, api)
	a.platformRoutes(platform, api)
	missing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.site.serve(w, r) {
			return
		}
		if r.URL.Path == "/" && wantsPage(r) {
			static(w, http.StatusOK, frontPage)
			return
		}
		if wantsPage(r) && !strings.HasPrefix(r.URL.Path, "/api/") {
			static(w, http.StatusNotFound, nothingPage)
			return
		}
		answer(w, r, fault.New(fault.NotFound, "route_unknown", "There is nothing at this address."))
	})
	tenants.Handle("/", missing)
	elsewhere := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.site.serve(w, r) {
			answer(w, r, fault.New(fault.NotFound, "tenant_unknown", "There is no such tenant here.")) // nor anything else
		}
	})
	platform.Handle("/", elsewhere)

	limited := web.InFlight(maxInFlight, answer, web.Room(web.Headers(web.Fold(pathFamilies(), a.withTenant(web.Mux(tenants, missing), web.Mux(platform, elsewhere))))))
	return web.Arrive(l.Trusted, a.observed(web.Recover(answer, web.SmallHeaders(answer, l.Guard(answer, a.health(limited))))))
}

// health answers for the process itself, whatever the host and however many requests there are.
func (a *App) health(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			a.healthz(w, r)
		case "/readyz":
			a.readyz(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// withTenant finds the tenant of a request by its host and holds its handle until the request is answered. Only a
// login and the administration of all tenants come through without one; what names no tenant on the platform's host is for platform.
func (a *App) withTenant(next, platform http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.onPlatform(r) && trust.TenantNamed(r) == "" && !trust.IsLogin(r.URL.Path) {
			platform.ServeHTTP(w, r.WithContext(sso.WithPlatform(r.Context())))
			return
		}
		info, err := a.resolve(r)
		if fault.Is(err, fault.NotFound) && trust.IsLogin(r.URL.Path) || // which has an answer of its own to that
			adminapi.System(r.URL.Path) { // which may suspend or delete this one
			next.ServeHTTP(w, r)
			return
		}
		if err != nil {
			answer(w, r, err)
			return
		}
		h, release, err := a.Tenants.Acquire(r.Context(), info.ID)
		if err != nil {
			answer(w, r, err)
			return
		}
		defer release()
		a.ensureJobs(h)
		next.ServeHTTP(w, r.WithContext(tenant.With(r.Context(), h)))
	})
}

// resolve finds the tenant of a request by its host or, on the platform's own host, by the id that the request names.
func (a *App) resolve(r *http.Request) (tenant.Info, error) {
	if !a.onPlatform(r) {
		return a.Tenants.Resolve(r.Host)
	}
	return a.Tenants.ByID(trust.TenantNamed(r))
}

// onPlatform reports whether a request is to the platform's own host, which belongs to no tenant.
func (a *App) onPlatform(r *http.Request) bool {
	return a.platform != "" && tenant.NormaliseHost(r.Host) == a.platform
}

// answer writes an error in the dialect of the surface that a path belongs to.
func answer(w http.ResponseWriter, r *http.Request, err error) {
	switch surface(r) {
	case "odata", "rest":
		web.WriteISM(w, r, err)
	default:
		web.Problem(w, r, err)
	}
}

// healthz says that the process lives.
func (a *App) healthz(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") }

// readyz says that requests may be sent here: not before everything is open, not while stopping.
func (a *App) readyz(w http.ResponseWriter, _ *http.Request) {
	if !a.ready.Load() {
		plain(w, http.StatusServiceUnavailable, "not ready")
		return
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
