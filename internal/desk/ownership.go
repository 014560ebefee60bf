package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// customerLink names the person a record is for.
const customerLink = "ProfileLink"

// servesSelf reports whether the caller is a person who sees their own records only. Machines act as the built-in employee.
func (c *call) servesSelf(rows role.Rows) bool {
	return rows == role.OwnRows && c.principal.PersonID != "" && !strings.EqualFold(c.principal.Login, byProgram)
}

// forSelf makes an incident that names nobody one for who serves themselves.
func (c *call) forSelf(rows role.Rows, t *record.Type, in record.Input) record.Input {
	if !c.servesSelf(rows) || t.Object != "Incident" {
		return in
	}
	link := t.Position(customerLink)
	for _, f := range in {
		if i, _, ok := t.Lookup(f.Name); ok && t.Fields[i].Main == link {
			return in
		}
	}
	return append(in, record.InputField{Name: customerLink + "_RecID", Value: c.principal.PersonID}, record.InputField{Name: customerLink + "_Category", Value: "Employee"})
}

// ownIncident refuses an incident in another's name, by who serves themselves.
func (c *call) ownIncident(d *record.Draft) {
	if d.Changed(customerLink) && !strings.EqualFold(d.Text(customerLink), c.principal.PersonID) {
		c.refuseField(d, customerLink)
	}
}

// requestGuard is what somebody who sees their own records only may not do to service requests and what hangs on
// them, beyond what is asked of all records: decide on them, order for others, or change what was ordered.
func (c *call) requestGuard(ctx context.Context, r db.Reader, d *record.Draft) error {
	switch d.Type.Object {
	case "Incident":
		if c.servesSelf(role.OwnRows) && d.Verb != record.Deleting {
			c.ownIncident(d)
		}
	case "ServiceReq":
		return c.ownRequest(ctx, r, d)
	case "ServiceReqParam":
		if d.Verb != record.Creating || d.Text("ParentLink") == "" {
			return nil
		}
		t, ok := c.engine.Type(ctx, "ServiceReq")
		if !ok {
			return nil
		}
		row, err := c.engine.GetFrom(ctx, r, t, d.Text("ParentLink"))
		if err == nil && !strings.EqualFold(row.Text("Status"), "Draft") {
			d.Refuse("ParentLink_RecID", "The service request is submitted: its parameters cannot be changed")
		}
		if fault.Is(err, fault.NotFound) {
			return nil // refused as an unknown link
		}
		return err
	case "FRS_ApprovalVoteTracking":
		if d.Verb != record.Updating {
			return nil
		}
		if !strings.EqualFold(d.Was("Owner"), c.principal.Login) {
			return errRight(c.principal.Role, role.Update, d.Type)
		}
		for i := range d.Type.Fields {
			f := &d.Type.Fields[i]
			if f.Part == record.Plain && d.Sent(f.Name) && d.Changed(f.Name) && !slices.Contains([]string{"Status", "Comments", "VotedBy", "VotedDateTime"}, f.Name) {
				c.refuseField(d, f.Name)
			}
		}
	}
	return nil
}

func (c *call) refuseField(d *record.Draft, field string) {
	d.Refuse(field, "Role %s does not have rights to update following fields %s", c.principal.Role, field)
}

// keptFields are fields of a request that its customer does not set.
var keptFields = []string{"Owner", "OwnerTeam", "ApprovalStatus", "DefaultApprover", "Price", "Cancelable", "TemplateCancelable", "ForceNotCancelable", "FulfillmentStartedDateTime", "FormValues", "TemplateName"}

// ownRequest guards a request against its customer.
func (c *call) ownRequest(ctx context.Context, r db.Reader, d *record.Draft) error {
	if d.Verb == record.Updating && strings.EqualFold(d.Was("Owner"), c.principal.Login) {
		return nil // who works on it
	}
	for _, field := range keptFields {
		if d.Sent(field) && d.Changed(field) {
			c.refuseField(d, field)
		}
	}
	was, now := literal.Fold(d.Was("Status")), literal.Fold(d.Text("Status"))
	cancelable := d.Before != nil && (was == "draft" || d.Before[d.Type.Position("Cancelable")].Num != 0)
	switch {
	case d.Verb == record.Creating && (now == "draft" || now == "submitted"), was == now, was == "draft" && now == "submitted", now == "canceled" && cancelable:
	default:
		c.refuseField(d, "Status")
	}
	if d.Verb == record.Updating {
		for _, field := range []string{"SvcReqTmplLink", "ProfileLink"} {
			if d.Changed(field) {
				c.refuseField(d, field)
			}
		}
		return nil
	}
	switch person := d.Text("ProfileLink"); {
	case person == "" && d.Text("SvcReqTmplLink") != "":
		d.Refuse("ProfileLink", `Mandatory field "ProfileLink" value must be provided.`)
	case person != "" && !strings.EqualFold(person, c.principal.PersonID):
		d.Refuse("ProfileLink_RecID", "Role %s does not have rights to request services for other people.", c.principal.Role)
	case d.Text("SvcReqTmplLink") != "":
		return c.offered(ctx, r, d)
	}
	return nil
}

// offered refuses a plain request for an offering that its customer could not order.
func (c *call) offered(ctx context.Context, r db.Reader, d *record.Draft) error {
	o, err := templateOf(ctx, r, d)
	if err != nil || o == nil {
		return err
	}
	location := d.Text("CustomerLocation")
	people, ok := c.engine.Type(ctx, "Employee")
	if !ok {
		return nil
	}
	person, err := c.engine.GetFrom(ctx, r, people, c.principal.PersonID)
	if err != nil {
		return err
	}
	held, _, err := role.Store{}.Held(ctx, r, person.RecID)
	if err != nil {
		return err
	}
	who := &customer{row: person, self: true, location: cmp.Or(location, person.Text("EmployeeLocation")), roles: append([]string{role.SelfService, c.principal.Role}, held...)}
	if !o.published() || o.refuses(c.roles(), who) != "" {
		d.Refuse("SvcReqTmplLink_RecID", "Record '%s' cannot be found in the business object '%s'", o.recID, o.row.Type.Singular)
	}
	return nil
}
