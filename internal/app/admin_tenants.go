package app

import (
	"context"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// TenantChanges are changes of a tenant.
type TenantChanges struct {
	Name   string `json:"name,omitempty" maxLength:"63" doc:"Letters, digits, dots, dashes and underscores" example:"acme"`
	Status string `json:"status,omitempty" enum:"active,suspended" doc:"A suspended tenant is not served"`
}

func (a *App) updateTenant(ctx context.Context, in *struct {
	TenantPath
	Body TenantChanges
}) (*Tenant, error) {
	info, err := a.tenantOf(in.TenantPath)
	if err == nil && in.Body.Name != "" && in.Body.Name != info.Name {
		err = a.Tenants.Rename(ctx, info.ID, in.Body.Name)
	}
	if err != nil {
		return nil, err
	}
	switch in.Body.Status {
	case tenant.Suspended:
		err = a.Tenants.Suspend(ctx, info.ID)
	case tenant.Active:
		err = a.Tenants.Resume(ctx, info.ID)
	}
	if err != nil {
		return nil, err
	}
	return a.getTenant(ctx, &TenantPath{info.ID})
}

// TenantHost is a host name to be given to a tenant.
type TenantHost struct {
	Host string `json:"host" minLength:"1" maxLength:"253" doc:"Host name without scheme and port" example:"help.example.com"`
}

func (a *App) addTenantHost(ctx context.Context, in *struct {
	TenantPath
	Body TenantHost
}) (*Tenant, error) {
	return a.changeHosts(ctx, in.TenantPath, in.Body.Host, a.Tenants.AddHost)
}

func (a *App) removeTenantHost(ctx context.Context, in *struct {
	TenantPath
	Host string `path:"host" maxLength:"253" doc:"Host name" example:"help.example.com"`
}) (*Tenant, error) {
	return a.changeHosts(ctx, in.TenantPath, in.Host, a.Tenants.RemoveHost)
}

func (a *App) setCanonicalHost(ctx context.Context, in *struct {
	TenantPath
	Body TenantHost
}) (*Tenant, error) {
	return a.changeHosts(ctx, in.TenantPath, in.Body.Host, a.Tenants.SetCanonical)
}

func (a *App) changeHosts(ctx context.Context, path TenantPath, host string, change func(ctx context.Context, id, host string) error) (*Tenant, error) {
	info, err := a.tenantOf(path)
	if err == nil {
		err = change(ctx, info.ID, host)
	}
	if err != nil {
		return nil, err
	}
	return a.getTenant(ctx, &TenantPath{info.ID})
}

// TenantUsage is how much a tenant holds.
type TenantUsage struct {
	Bytes        int64      `json:"database_bytes" doc:"What its database takes on disk, without attachments" example:"48234496"`
	People       int64      `json:"people"`
	Records      int64      `json:"records" doc:"Of all business objects"`
	AuditEntries int64      `json:"audit_entries"`
	LastActivity *time.Time `json:"last_activity_at,omitempty" doc:"Of the newest entry of its audit trail; absent: none"`
}

func (a *App) tenantUsage(ctx context.Context, in *TenantPath) (*TenantUsage, error) {
	info, err := a.tenantOf(*in)
	if err != nil {
		return nil, err
	}
	h, release, err := a.Tenants.Acquire(ctx, info.ID)
	if err != nil {
		return nil, err
	}
	defer release()
	out := &TenantUsage{}
	if out.Bytes, err = h.DB.Size(ctx); err != nil {
		return nil, err
	}
	if out.People, _, err = a.People.Counts(ctx, h); err != nil {
		return nil, err
	}
	if out.Records, err = h.Records.Total(ctx); err != nil {
		return nil, err
	}
	if out.AuditEntries, err = audit.Count(ctx, h.DB); err != nil {
		return nil, err
	}
	last, err := audit.List(ctx, h.DB, audit.Filter{Limit: 1})
	if err == nil && len(last) > 0 {
		out.LastActivity = &last[0].At
	}
	return out, err
}

// TenantLink asks for a link.
type TenantLink struct {
	Login string `json:"login,omitempty" maxLength:"255" doc:"Login of an administrator of the tenant" default:"admin" example:"admin"`
}

// TenantSetup is a link to set a password.
type TenantSetup struct {
	Login     string `json:"login"`
	SetupLink string `json:"setup_link" format:"uri" doc:"For one use within 24 hours; shown once"`
}

// tenantSetupLink is for administrators alone: whoever runs the server is nobody else in a tenant.
func (a *App) tenantSetupLink(ctx context.Context, in *struct {
	TenantPath
	Body TenantLink
}) (*TenantSetup, error) {
	info, err := a.tenantOf(in.TenantPath)
	if err != nil {
		return nil, err
	}
	h, release, err := a.Tenants.Acquire(ctx, info.ID)
	if err != nil {
		return nil, err
	}
	defer release()
	person, err := a.SSO.PersonNamed(ctx, h, in.Body.Login)
	if err != nil {
		return nil, err
	}
	held, _, err := role.Store{}.Held(ctx, h.DB, person)
	if err != nil {
		return nil, err
	}
	administers := false
	for _, name := range held {
		administers = administers || h.Roles().Admin(&principal.Principal{Kind: principal.Session, Role: name})
	}
	if !administers {
		return nil, fault.New(fault.Conflict, "not_administrator", "%s does not administer the tenant %s; its administrators make links for others.", in.Body.Login, info.Name)
	}
	made, err := a.People.RenewSetupLink(ctx, h, in.Body.Login)
	if err != nil {
		return nil, err
	}
	return &TenantSetup{made.Login, made.SetupLink}, nil
}
