package app

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// adminTenant adds the operations on the tenant itself and on the program that serves it.
func (a *App) adminTenant(api *adminapi.API) {
	api.Group("Tenant", "The tenant that you administer, and the program that serves it.",
		adminapi.Op("GET /tenant", "get-own-tenant", "Get the tenant", a.ownTenant),
		adminapi.Op("GET /system", "get-system", "Get what serves the tenant, and how much it holds", a.systemInfo),
	)
}

// adminTenants adds the operations on all tenants.
func (a *App) adminTenants(api *adminapi.API) {
	api.Group("Tenants", "All tenants of the server, for whoever runs it. These take a system key on any host, or a system administrator's session on the platform's.",
		adminapi.Op("GET /tenants", "list-tenants", "List tenants", a.listTenants, adminapi.Describe("In order of their names.")),
		adminapi.Op("POST /tenants", "create-tenant", "Make a tenant with a database of its own", a.createTenant, adminapi.StepUp(), adminapi.Status(http.StatusCreated),
			adminapi.Describe("The link by which its first administrator sets a password is in this answer and nowhere else.")),
		adminapi.Op("GET /tenants/{id}", "get-tenant", "Get a tenant", a.getTenant),
		adminapi.Op("PATCH /tenants/{id}", "update-tenant", "Rename a tenant, suspend it, or serve it again", a.updateTenant, adminapi.StepUp(), adminapi.Describe("Its data stays.")),
		adminapi.Op("DELETE /tenants/{id}", "delete-tenant", "Erase a tenant and its database for good", a.deleteTenant, adminapi.StepUp()),
		adminapi.Op("GET /tenants/{id}/usage", "get-tenant-usage", "Get how much a tenant holds", a.tenantUsage, adminapi.Describe("Opens its database, which may take a moment.")),
		adminapi.Op("POST /tenants/{id}/hosts", "add-tenant-host", "Serve a tenant under one more host name", a.addTenantHost, adminapi.StepUp(), adminapi.Status(http.StatusCreated)),
		adminapi.Op("DELETE /tenants/{id}/hosts/{host}", "remove-tenant-host", "Serve a tenant under a host name no longer", a.removeTenantHost, adminapi.StepUp(),
			adminapi.Describe("The canonical one stays until another is.")),
		adminapi.Op("PUT /tenants/{id}/canonical-host", "set-canonical-host", "Choose the host name that every link names", a.setCanonicalHost, adminapi.StepUp(),
			adminapi.Describe("Passkeys belong to the canonical host: those of the one before are lost. Issuers of tokens and links change with it.")),
		adminapi.Op("POST /tenants/{id}/setup-link", "create-tenant-setup-link", "Make a new link for an administrator of a tenant to set a password", a.tenantSetupLink, adminapi.StepUp(),
			adminapi.Status(http.StatusCreated), adminapi.Describe("For one use within 24 hours, in place of earlier ones; shown once. The tenant's own audit trail tells of it.")),
	)
}

// Tenant is a tenant as the API shows it.
type Tenant struct {
	ID        string    `json:"id" format:"uuid" example:"0198a6a2-7d3e-7a51-9d57-0b1d3c5f7a90"`
	Name      string    `json:"name" example:"acme"`
	Status    string    `json:"status" enum:"active,suspended"`
	Hosts     []string  `json:"hosts" doc:"Host names under which it is reached; the first is the canonical one" example:"desk.example.com"`
	BaseURL   string    `json:"base_url" doc:"Stands before every link" example:"https://desk.example.com"`
	Engine    string    `json:"engine" enum:"sqlite,postgres" doc:"Where its data is"`
	Demo      bool      `json:"demo" doc:"Holds made-up data, with credentials that were printed"`
	CreatedAt time.Time `json:"created_at"`
}

func (a *App) shownTenant(i tenant.Info) *Tenant {
	out := &Tenant{i.ID, i.Name, i.Status, append([]string{}, i.Hosts...), i.BaseURL, engineName(db.SQLite), i.Demo, i.Created}
	if dsn, err := a.Tenants.DSN(i.ID); err == nil { // it may have been deleted meanwhile
		out.Engine = engineName(db.EngineOf(dsn))
	}
	return out
}

// engineName is an engine as the API calls it.
func engineName(e db.Engine) string {
	if e == db.Postgres {
		return "postgres"
	}
	return "sqlite"
}

func (a *App) ownTenant(ctx context.Context, _ *struct{}) (*Tenant, error) {
	return a.shownTenant(tenant.From(ctx).Info), nil
}

// SystemInfo is what serves a tenant.
type SystemInfo struct {
	Version string       `json:"version" doc:"Version of the program" example:"0.2.0"`
	Commit  string       `json:"commit,omitempty" doc:"What it was built from"`
	Go      string       `json:"go" doc:"Version of Go it was built with" example:"go1.26.0"`
	Engine  string       `json:"engine" enum:"sqlite,postgres" doc:"Where the tenant's data is"`
	Now     time.Time    `json:"now" doc:"The server's clock"`
	Started time.Time    `json:"started_at"`
	Uptime  int64        `json:"uptime_seconds" example:"86400"`
	Counts  SystemCounts `json:"counts"`
}

// SystemCounts is how much a tenant holds.
type SystemCounts struct {
	Objects      int   `json:"objects" doc:"Business objects"`
	Roles        int   `json:"roles"`
	People       int64 `json:"people"`
	Teams        int64 `json:"teams"`
	AuditEntries int64 `json:"audit_entries"`
}

func (a *App) systemInfo(ctx context.Context, _ *struct{}) (*SystemInfo, error) {
	h := tenant.From(ctx)
	version, commit := Version()
	now := a.Clock.Now().UTC()
	out := &SystemInfo{Version: version, Commit: commit, Go: runtime.Version(), Engine: engineName(h.DB.Engine()), Now: now, Started: a.started.UTC(),
		Uptime: int64(now.Sub(a.started).Seconds())}
	out.Counts.Objects, out.Counts.Roles = len(h.Records.Types(ctx)), len(h.Roles().Roles())
	var err error
	if out.Counts.People, out.Counts.Teams, err = a.People.Counts(ctx, h); err != nil {
		return nil, err
	}
	out.Counts.AuditEntries, err = audit.Count(ctx, h.DB)
	return out, err
}

type tenantsQuery struct {
	adminapi.Paging
	Search string `query:"search" maxLength:"200" doc:"What the name or a host name contains, in any case" example:"acme"`
	Status string `query:"status" enum:"active,suspended" doc:"Only those"`
}

// wants reports whether a tenant fits.
func (q *tenantsQuery) wants(i tenant.Info) bool {
	text := literal.Fold(q.Search)
	found := strings.Contains(literal.Fold(i.Name), text) || slices.ContainsFunc(i.Hosts, func(h string) bool { return strings.Contains(h, text) })
	return found && (q.Status == "" || q.Status == i.Status)
}

func (a *App) listTenants(_ context.Context, in *tenantsQuery) (*adminapi.Page[Tenant], error) {
	all := []Tenant{}
	for _, i := range a.Tenants.List() {
		if in.wants(i) {
			all = append(all, *a.shownTenant(i))
		}
	}
	return adminapi.PageOf(in.Paging, all, func(t Tenant) string { return strings.ToLower(t.Name) })
}

// TenantPath names a tenant.
type TenantPath struct {
	ID string `path:"id" maxLength:"63" doc:"Id or name of the tenant" example:"acme"`
}

func (a *App) tenantOf(path TenantPath) (tenant.Info, error) {
	info, err := a.Tenants.ByName(path.ID)
	if err != nil {
		return info, fault.New(fault.NotFound, "tenant_unknown", "There is no tenant %q.", path.ID)
	}
	return info, nil
}

func (a *App) getTenant(_ context.Context, in *TenantPath) (*Tenant, error) {
	info, err := a.tenantOf(*in)
	if err != nil {
		return nil, err
	}
	return a.shownTenant(info), nil
}

// NewTenant is a tenant to make. Its database lies beside the control database.
type NewTenant struct {
	Name    string   `json:"name" minLength:"1" maxLength:"63" doc:"Letters, digits, dots, dashes and underscores" example:"acme"`
	Hosts   []string `json:"hosts" minItems:"1" maxItems:"50" doc:"Host names under which it is reached; the first is the canonical one" example:"desk.example.com"`
	BaseURL string   `json:"base_url,omitempty" maxLength:"300" pattern:"^https?://[^/?#\\s]+/?$" doc:"Made of the first host where none is given" example:"https://desk.example.com"`
}

// CreatedTenant is a new tenant with the link of its first administrator.
type CreatedTenant struct {
	Tenant
	SetupLink string `json:"setup_link" format:"uri" doc:"By which the first administrator, admin, sets a password; for one use within 24 hours; shown once"`
}

func (a *App) createTenant(ctx context.Context, in *struct{ Body NewTenant }) (*CreatedTenant, error) {
	info, err := a.Tenants.Create(ctx, tenant.New{Name: in.Body.Name, Hosts: in.Body.Hosts, BaseURL: in.Body.BaseURL})
	if err != nil {
		return nil, err
	}
	link, err := a.FirstAdministrator(ctx, info)
	if err != nil {
		return nil, err
	}
	adminapi.Location(ctx, "/tenants/"+info.ID)
	return &CreatedTenant{*a.shownTenant(info), link}, nil
}

func (a *App) deleteTenant(ctx context.Context, in *struct {
	TenantPath
	Confirm string `query:"confirm" required:"true" maxLength:"63" doc:"Name of the tenant, once more: there is no way back but a backup" example:"acme"`
}) (*adminapi.None, error) {
	info, err := a.tenantOf(in.TenantPath)
	if err != nil {
		return nil, err
	}
	if in.Confirm != info.Name {
		return nil, fault.New(fault.Invalid, "not_confirmed", "The tenant was not erased: confirm does not say its name.").
			WithField("confirm", "has to be the tenant's name")
	}
	return nil, a.Tenants.Delete(ctx, info.ID)
}
