package app

import (
	"context"
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// admin mounts the administration API and its documentation. What stands in a domain is added by the domain; what the
// platform keeps, here.
func (a *App) admin(mux *http.ServeMux) {
	api := adminapi.New(adminapi.Options{Authenticate: a.Trust.Authenticate, System: a.authenticateSystem})
	a.adminAudit(api)
	a.Trust.Admin(api)

	mux.Handle("/api/admin/v1/", api)
	mux.HandleFunc("/docs", api.Docs)
	mux.HandleFunc("/docs/page.css", api.DocsStyle)
}

// authenticateSystem says who asks about all tenants.
func (a *App) authenticateSystem(ctx context.Context, r *http.Request) (*principal.Principal, error) {
	h := tenant.From(ctx)
	if h == nil {
		return nil, fault.New(fault.Unauthenticated, "credential_missing", "Authentication required.")
	}
	if _, err := a.Trust.Authenticate(ctx, r, h); err != nil {
		return nil, err
	}
	return nil, fault.New(fault.Forbidden, "not_system", "This takes a system key: administrators of one tenant see theirs at %s/tenant.", adminapi.Base)
}
