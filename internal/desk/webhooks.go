package desk

import (
	"context"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/desk/webhook"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Sight lends webhooks the desk's eyes: they see what a request of the same role and person would.
func (m *Module) Sight() webhook.Sight {
	return webhook.Sight{
		Columns: resolver,
		Visible: func(ctx context.Context, h *tenant.Handle, p *principal.Principal, t *record.Type, rows role.Rows, args *odata.Args) (string, error) {
			c := &call{Module: m, tenant: h, engine: h.Records, principal: p, typ: t}
			return c.visible(ctx, t, rows, args)
		},
		Hidden: func(h *tenant.Handle, p *principal.Principal, t *record.Type) []bool {
			return (&call{Module: m, tenant: h, engine: h.Records, principal: p, typ: t}).hidden(t)
		},
	}
}
