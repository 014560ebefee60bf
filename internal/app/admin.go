package app

import (
	"context"
	"net/http"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/systemkey"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// adminAPI makes the administration API. What stands in a domain is added by the domain; what the platform keeps, here.
func (a *App) adminAPI() *adminapi.API {
	api := adminapi.New(adminapi.Options{Authenticate: a.Trust.Authenticate, StepUp: a.SSO.StepUp, System: a.authenticateSystem, SystemStepUp: a.Platform.StepUp})
	a.People.Admin(api)
	a.adminRoles(api)
	a.Trust.Admin(api)
	a.SSO.Admin(api)
	a.Federation.Admin(api)
	a.Provision.Admin(api)
	a.adminAudit(api)
	a.adminTenant(api)
	a.adminTenants(api)
	a.adminSystemAdmins(api)
	a.adminSettings(api)
	a.Desk.Admin(api)
	a.Desk.MailAdmin(api)
	return api
}

// mountAdmin mounts the administration API and its documentation.
func mountAdmin(mux *http.ServeMux, api *adminapi.API) {
	mux.Handle("/api/admin/v1/", api)
	mux.HandleFunc("/docs", api.Docs)
	mux.HandleFunc("/docs/page.css", api.DocsStyle)
	mux.HandleFunc("/docs/page.js", api.DocsScript)
}

// SystemKeys are the keys of whoever runs the server.
func (a *App) SystemKeys() systemkey.Store {
	return systemkey.Store{Control: a.Control, Keys: a.Keys, Clock: a.Clock}
}

// authenticateSystem says who asks about all tenants: who shows a system key, or on the platform's host the session of a system
// administrator. A tenant's own credentials are told from none that counts, where the host names their tenant.
func (a *App) authenticateSystem(ctx context.Context, r *http.Request) (*principal.Principal, error) {
	headers := r.Header["Authorization"]
	if len(headers) == 1 {
		if scheme, value, _ := strings.Cut(headers[0], " "); strings.EqualFold(scheme, "Bearer") {
			k, ok, err := a.SystemKeys().Verify(ctx, strings.TrimSpace(value))
			if err != nil {
				return nil, err
			}
			if ok {
				return &principal.Principal{Kind: principal.SystemKey, CredentialID: k.ID, Login: "system-key:" + k.Description, DisplayName: k.Description,
					Address: web.ClientAddress(ctx).Unmap(), RequestID: web.RequestID(ctx)}, nil
			}
		}
	}
	if a.onPlatform(r) {
		if len(headers) == 0 {
			if who, found, err := a.Platform.Authenticate(ctx, r); found {
				return who, err
			}
		}
	} else if info, err := a.Tenants.Resolve(r.Host); err == nil {
		return nil, a.refuseTenants(ctx, r, info.ID)
	}
	switch {
	case len(headers) > 1:
		return nil, fault.New(fault.Invalid, "authorization_twice", "The request has more than one Authorization header.")
	case len(headers) == 0:
		return nil, fault.New(fault.Unauthenticated, "credential_missing", "Authentication required.")
	}
	return nil, fault.New(fault.Unauthenticated, "credential_refused", "Authentication required.")
}

// refuseTenants says why somebody without a system key may not ask about all tenants: with a credential of the tenant at this host,
// because it is not enough; without one, as everywhere.
func (a *App) refuseTenants(ctx context.Context, r *http.Request, id string) error {
	h, release, err := a.Tenants.Acquire(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	if _, err := a.Trust.Authenticate(ctx, r, h); err != nil {
		return err
	}
	return fault.New(fault.Forbidden, "not_system",
		"This is about all tenants and takes a system key (`provost system-key create`), or a system administrator on the platform's host. %s/tenant shows the one that you administer.", adminapi.Base)
}
