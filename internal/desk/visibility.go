package desk

import (
	"context"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// ownLinks are the fields that make a record one's own when they name the person; ownTexts when they hold the login.
var (
	ownLinks = []string{"ProfileLink", "RequestorLink", "AlternateContactLink"}
	ownTexts = []string{"Owner", "CreatedBy"}
)

// visible is the SQL condition for the rows of a type that lie within rows; "" is all of them, "1 = 0" none.
func (c *call) visible(ctx context.Context, t *record.Type, rows role.Rows, args *odata.Args) (string, error) {
	switch rows {
	case role.AllRows:
		return "", nil
	case role.OwnRows, role.TeamRows:
	default:
		return "1 = 0", nil
	}
	p := c.principal
	if p.PersonID == "" {
		return "1 = 0", nil
	}
	own := c.own(t, p, args)
	if t.Has("ParentLink") { // what hangs on one's own record is one's own
		for _, parent := range []string{"Incident", "ServiceReq"} {
			if pt, ok := c.engine.Type(ctx, parent); ok {
				own = append(own, fmt.Sprintf("%s IN (SELECT rec_id FROM %s WHERE %s = %s)", c.expr(t, "ParentLink"), pt.Table(),
					c.expr(pt, "ProfileLink"), args.Add(literal.Fold(p.PersonID))))
			}
		}
	}
	if rows == role.TeamRows && t.Has("OwnerTeam") {
		team, err := c.team(ctx)
		if err != nil {
			return "", err
		}
		if team != "" {
			own = append(own, c.expr(t, "OwnerTeam")+" = "+args.Add(literal.Fold(team)))
		}
	}
	if len(own) == 0 {
		return "1 = 0", nil
	}
	return strings.Join(own, " OR "), nil
}

func (c *call) own(t *record.Type, p *principal.Principal, args *odata.Args) []string {
	var own []string
	if t.Object == "Employee" {
		own = append(own, "rec_id = "+args.Add(literal.Fold(p.PersonID)))
	}
	for _, f := range ownLinks {
		if t.Has(f) {
			own = append(own, c.expr(t, f)+" = "+args.Add(literal.Fold(p.PersonID)))
		}
	}
	for _, f := range ownTexts {
		if t.Has(f) {
			own = append(own, c.expr(t, f)+" = "+args.Add(literal.Fold(p.Login)))
		}
	}
	return own
}

func (c *call) expr(t *record.Type, field string) string {
	return t.Expr(t.Position(field), c.postgres())
}

// team is the team of the person who acts.
func (c *call) team(ctx context.Context) (string, error) {
	employee, ok := c.engine.Type(ctx, "Employee")
	if !ok {
		return "", nil
	}
	row, err := c.engine.Get(ctx, employee, c.principal.PersonID)
	if err != nil {
		return "", err
	}
	return row.Text("Team"), nil
}
