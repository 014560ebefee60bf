package trust

import (
	"context"
	"net"
	"net/url"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/trust/issuer"
)

type issuersKey struct{ m *Module }

// Issuers returns the foreign issuers of a tenant, whose tokens count as the persons they are linked to.
func (m *Module) Issuers(h *tenant.Handle) *issuer.Plane {
	return h.Value(issuersKey{m}, func() any {
		p := m.plane(h)
		return issuer.New(issuer.Deps{DB: h.DB, Clock: m.deps.Clock, Logger: m.deps.Logger, Client: m.deps.Outbound, Person: p.named, Changed: p.changed,
			Own: p.reachedAt, Itself: func(iss string) bool { return iss == p.issuer() }})
	}).(*issuer.Plane)
}

// reachedAt reports whether an address of https at this host, with its port, is the tenant's own. Another port of the same machine may well
// be another issuer.
func (p *plane) reachedAt(host string) bool {
	name, own := p.hostOf(host)
	base, err := url.Parse(p.baseURL())
	if !own || err != nil || name == "" {
		return false
	}
	port := func(host string) string {
		if _, port, err := net.SplitHostPort(host); err == nil {
			return port
		}
		return "443"
	}
	return port(host) == port(base.Host)
}

// named finds an employee by LoginID or RecId and returns the RecId; empty where there is none.
func (p *plane) named(ctx context.Context, r db.Reader, named string) (string, error) {
	who, err := p.byLogin(ctx, r, named)
	if recID, isID := id.ParseRecID(named); err == nil && who.ID == "" && isID {
		who, err = p.person(ctx, recID)
	}
	return who.ID, err
}
