package trust

import (
	"context"

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
			Own: func(host string) bool {
				_, own := p.hostOf(host)
				return own
			}})
	}).(*issuer.Plane)
}

// named finds an employee by LoginID or RecId and returns the RecId; empty where there is none.
func (p *plane) named(ctx context.Context, r db.Reader, named string) (string, error) {
	who, err := p.byLogin(ctx, r, named)
	if recID, isID := id.ParseRecID(named); err == nil && who.ID == "" && isID {
		who, err = p.person(ctx, recID)
	}
	return who.ID, err
}
