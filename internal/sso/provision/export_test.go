package provision

import (
	"context"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// Lookup is the SQL by which a comparison finds users or groups.
func Lookup(ctx context.Context, m *Module, h *tenant.Handle, object string, term scim.Term) (string, []any, error) {
	d := desk{m: m, h: h, who: &principal.Principal{Kind: principal.System}}
	t, err := d.object(ctx, object)
	if err != nil {
		return "", nil, err
	}
	var f *search
	if object == "Employee" {
		f = d.search(t, kindUser)
		err = (&users{d}).where(ctx, h.DB, f, term)
	} else {
		f = d.search(t, kindGroup)
		(&groups{d}).where(f, term)
	}
	return strings.Join(f.conditions, " AND "), f.args, err
}
