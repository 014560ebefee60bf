package desk

import (
	"context"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Seen returns which of these records of a type the principal may read now, by RecId in upper case.
func (m *Module) Seen(ctx context.Context, h *tenant.Handle, p *principal.Principal, t *record.Type, recIDs []string) (map[string]bool, error) {
	c := &call{Module: m, tenant: h, engine: h.Records, principal: p, typ: t}
	var args odata.Args
	where, err := c.visible(ctx, t, c.roles().Ask(p, role.Read, t.Object), &args)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(recIDs))
	if where == "" {
		for _, recID := range recIDs {
			seen[recID] = true
		}
		return seen, nil
	}
	places := make([]string, len(recIDs))
	for i, recID := range recIDs {
		places[i] = args.Add(strings.ToLower(recID))
	}
	where = conjunction([]string{"rec_id IN (" + strings.Join(places, ", ") + ")", where})
	_, err = h.Records.List(ctx, record.Query{Type: t, Where: where, Args: args.Values, Counts: len(args.Values), Limit: len(recIDs)}, func(row record.Row) error {
		seen[strings.ToUpper(row.RecID)] = true
		return nil
	})
	return seen, err
}
