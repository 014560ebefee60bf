package desk

import (
	"context"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Sees reports whether a record lies within what somebody who acts as the principal may have access to, as a request of theirs would
// find it. A record that is not there lies nowhere.
func (m *Module) Sees(ctx context.Context, h *tenant.Handle, p *principal.Principal, t *record.Type, access role.Access, recID string) (bool, error) {
	c := &call{Module: m, tenant: h, engine: h.Records, principal: p, typ: t}
	var args odata.Args
	where, err := c.visible(ctx, t, c.roles().Ask(p, access, t.Object), &args)
	if err != nil {
		return false, err
	}
	where = conjunction([]string{"rec_id = " + args.Add(literal.Fold(recID)), where})
	total, err := h.Records.List(ctx, record.Query{Type: t, Where: where, Args: args.Values, Counts: len(args.Values)}, nil)
	return total > 0, err
}
