package desk

import (
	"context"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/db"
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
	if sources := t.Sources(); sources != nil {
		return c.visibleOf(ctx, sources, rows, args)
	}
	switch rows {
	case role.AllRows:
		return c.published(t, args), nil
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
			pt, ok := c.engine.Type(ctx, parent)
			if !ok {
				continue
			}
			hangs := fmt.Sprintf("%s IN (SELECT rec_id FROM %s WHERE %s = %s)", c.expr(t, "ParentLink"), pt.Table(),
				c.expr(pt, "ProfileLink"), args.Add(literal.Fold(p.PersonID)))
			if public := c.public(t); public != "" {
				hangs += " AND " + public
			}
			own = append(own, hangs)
		}
	}
	if rows == role.TeamRows {
		team, err := c.teams(ctx, t, args)
		if err != nil {
			return "", err
		}
		own = append(own, team...)
	}
	if len(own) == 0 {
		return "1 = 0", nil
	}
	return strings.Join(own, " OR "), nil
}

// visibleOf is the condition for the rows of a view: those of its sources that may be read there, as far as the right on
// the view itself goes.
func (c *call) visibleOf(ctx context.Context, sources []*record.Type, rows role.Rows, args *odata.Args) (string, error) {
	var parts []string
	all := true
	for _, of := range sources {
		within := min(rows, c.roles().Ask(c.principal, role.Read, of.Object))
		if within == role.NoRows {
			all = false
			continue
		}
		part, err := c.visible(ctx, of, within, args)
		if err != nil {
			return "", err
		}
		all = all && part == ""
		if of.Base != nil {
			part = conjunction([]string{"object = '" + of.Object + "'", part})
		}
		if part != "" {
			part = " WHERE " + part
		}
		if part == "" && len(of.Extensions) == 0 {
			parts = append(parts, "object = '"+of.Object+"'")
		} else {
			parts = append(parts, "rec_id IN (SELECT rec_id FROM "+of.Table()+part+")")
		}
	}
	switch {
	case all:
		return "", nil
	case parts == nil:
		return "1 = 0", nil
	}
	return strings.Join(parts, " OR "), nil
}

// public is the condition for what a customer may see of the journals and attachments of their records.
func (c *call) public(t *record.Type) string {
	for _, of := range append([]*record.Type{t}, t.Root().Extensions...) {
		if of.Has("PublishToWeb") {
			return c.expr(of, "PublishToWeb") + " = 1"
		}
	}
	return ""
}

// published limits knowledge to what is published for those who see no more than their own incidents.
func (c *call) published(t *record.Type, args *odata.Args) string {
	if t.Root().Object != "FRS_Knowledge" || c.roles().Ask(c.principal, role.Read, "Incident") == role.AllRows {
		return ""
	}
	return c.expr(t, "Status") + " = " + args.Add("published")
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
		if f == "CreatedBy" && strings.EqualFold(p.Login, role.InternalServices) {
			continue // the account of all keys that act for nobody in particular: what one made is not the others'
		}
		if t.Has(f) {
			own = append(own, c.expr(t, f)+" = "+args.Add(literal.Fold(p.Login)))
		}
	}
	return own
}

func (c *call) expr(t *record.Type, field string) string {
	return t.Expr(t.Position(field), c.postgres())
}

// teams are the conditions for the rows of the principal's team: its own, and what hangs on records of its own.
func (c *call) teams(ctx context.Context, t *record.Type, args *odata.Args) (conditions []string, err error) {
	team, err := c.team(ctx)
	if err != nil || team == "" {
		return nil, err
	}
	if t.Has("OwnerTeam") {
		conditions = append(conditions, c.expr(t, "OwnerTeam")+" = "+args.Add(literal.Fold(team)))
	}
	if !t.Has("ParentLink") {
		return conditions, nil
	}
	for _, parent := range []string{"Incident", "ServiceReq", "Change", "Problem", "Task"} {
		if pt, ok := c.engine.Type(ctx, parent); ok && pt.Root() != t.Root() {
			conditions = append(conditions, fmt.Sprintf("%s IN (SELECT rec_id FROM %s WHERE %s = %s)", c.expr(t, "ParentLink"), pt.Table(),
				c.expr(pt, "OwnerTeam"), args.Add(literal.Fold(team))))
		}
	}
	return conditions, nil
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

// guarded returns the context for a write by somebody who does not see all records: they link only what they see, do
// not write under another name and leave numbers to the server. It also holds the role to the fields it may write.
func (c *call) guarded(rows role.Rows) context.Context {
	if guard := c.guard(rows); guard != nil {
		return record.WithGuard(c.r.Context(), guard)
	}
	return c.r.Context()
}

// guard is what guarded asks of a write, nil where it asks nothing.
func (c *call) guard(rows role.Rows) record.Guard {
	limited := c.roles().Limited(c.principal)
	if rows == role.AllRows && !limited {
		return nil
	}
	return func(ctx context.Context, r db.Reader, d *record.Draft) error {
		if limited {
			c.refuseFields(d)
		}
		if rows == role.AllRows {
			return nil
		}
		if rows == role.OwnRows {
			if err := c.requestGuard(ctx, r, d); err != nil {
				return err
			}
		}
		if d.Verb == record.Creating {
			d.SetText("CreatedBy", c.principal.Login)
			if n := d.Type.NumberField(); n >= 0 && d.Sent(d.Type.Fields[n].Name) {
				name := d.Type.Fields[n].Name
				d.Refuse(name, "Role %s does not have rights to update following fields %s", c.principal.Role, name)
			}
		}
		for _, l := range d.Links() {
			seen, err := c.sees(ctx, l.To, l.RecID)
			if err != nil {
				return err
			}
			if !seen {
				d.RefuseLink(l)
			}
		}
		return nil
	}
}

// sees reports whether a record lies within what the principal may read.
func (c *call) sees(ctx context.Context, t *record.Type, recID string) (bool, error) {
	var args odata.Args
	where, err := c.visible(ctx, t, c.roles().Ask(c.principal, role.Read, t.Object), &args)
	if err != nil {
		return false, err
	}
	where = conjunction([]string{"rec_id = " + args.Add(strings.ToLower(recID)), where})
	total, err := c.engine.List(ctx, record.Query{Type: t, Where: where, Args: args.Values, Counts: len(args.Values)}, nil)
	return total > 0, err
}
