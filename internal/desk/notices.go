package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	mostVotes    = 30                  // that are told of
	mostAssigned = 30                  // of an object
	assignedFor  = 14 * 24 * time.Hour // how long a record is new to whom it was given
)

// assignable are the objects whose owner works on them.
var assignable = []string{"Incident", "ServiceReq", "Change", "Problem", "Task"}

// over are the statuses in which there is nothing to do any more.
var over = []string{"Closed", "Resolved", "Cancelled", "Canceled", "Completed", "Rejected", "Denied", "Fulfilled"}

// Notices tells somebody of approvals that wait for their vote and of records that others gave to them.
func (m *Module) Notices(ctx context.Context, h *tenant.Handle, who *principal.Principal) ([]notice.Notice, error) {
	if who.Login == "" {
		return nil, nil
	}
	c := &call{Module: m, tenant: h, engine: h.Records, principal: who}
	out, err := c.votes(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for votes: %w", err)
	}
	for _, object := range assignable {
		more, err := c.assigned(ctx, object)
		if err != nil {
			return nil, fmt.Errorf("look for what was assigned: %w", err)
		}
		out = append(out, more...)
	}
	return out, nil
}

// mine reads records of a type that the principal owns, sees and that fit a further condition, the newest first.
func (c *call) mine(ctx context.Context, t *record.Type, most int, further func(*odata.Args) string, each func(record.Row)) error {
	rows := c.roles().Ask(c.principal, role.Read, t.Object)
	if rows == role.NoRows || !t.Has("Owner") || !t.Has("Status") {
		return nil
	}
	var args odata.Args
	where, err := c.visible(ctx, t, rows, &args)
	if err != nil {
		return err
	}
	where = conjunction([]string{c.expr(t, "Owner") + " = " + args.Add(literal.Fold(c.principal.Login)), further(&args), where})
	_, err = c.engine.List(ctx, record.Query{Type: t, Where: where, Args: args.Values, Counts: len(args.Values), Order: "ORDER BY rec_id DESC", Limit: most},
		func(row record.Row) error {
			each(row)
			return nil
		})
	return err
}

// votes are the approvals that wait for the principal.
func (c *call) votes(ctx context.Context) ([]notice.Notice, error) {
	t, ok := c.engine.Type(ctx, "FRS_ApprovalVoteTracking")
	if !ok {
		return nil, nil
	}
	var out []notice.Notice
	err := c.mine(ctx, t, mostVotes, func(args *odata.Args) string { return c.expr(t, "Status") + " = " + args.Add("pending") }, func(row record.Row) {
		n := notice.Notice{ID: notice.Approval + "/" + row.RecID, Kind: notice.Approval, Title: row.Text("PrimaryParentSubject"),
			Detail: row.Text("PrimaryParentNumber"), To: "/desk/" + t.Set + "/" + row.RecID, At: timeOf(row, "CreatedDateTime")}
		if of, known := c.engine.Type(ctx, row.Text("PrimaryParentObject")); known && row.Text("PrimaryParentID") != "" {
			n.Detail = of.Definition.Label + " " + n.Detail
			if recID, valid := id.ParseRecID(row.Text("PrimaryParentID")); valid {
				n.To = "/desk/" + of.Set + "/" + recID
			}
		}
		if due := timeOf(row, "DueDate"); !due.IsZero() {
			n.Ends = &due
		}
		out = append(out, n)
	})
	return out, err
}

// assigned are the records of an object that somebody else gave to the principal of late and that are not done.
func (c *call) assigned(ctx context.Context, object string) ([]notice.Notice, error) {
	t, ok := c.engine.Type(ctx, object)
	if !ok {
		return nil, nil
	}
	from := c.clock.Now().Add(-assignedFor)
	found := map[string]notice.Notice{}
	var ids []string
	hidden := c.hidden(t)
	err := c.mine(ctx, t, mostAssigned, func(args *odata.Args) string {
		return c.expr(t, "LastModDateTime") + " >= " + args.Add(from.Unix())
	}, func(row record.Row) {
		if is(row.Text("Status"), over...) {
			return
		}
		shown := func(i int) string {
			if i < 0 || hidden != nil && hidden[i] {
				return ""
			}
			return row.Text(t.Fields[i].Name)
		}
		found[row.RecID] = notice.Notice{ID: notice.Assigned + "/" + row.RecID, Kind: notice.Assigned, Title: shown(t.Position("Subject")),
			Detail: t.Definition.Label + " " + shown(t.NumberField()), To: "/desk/" + t.Set + "/" + row.RecID}
		ids = append(ids, row.RecID)
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	changes, err := audit.LastChanges(ctx, c.tenant.DB, ids, "Owner")
	if err != nil {
		return nil, err
	}
	var out []notice.Notice
	for _, recID := range ids {
		last, known := changes[recID]
		if !known || last.Actor == c.principal.PersonID || last.At.Before(from) {
			continue
		}
		n := found[recID]
		n.At = last.At
		out = append(out, n)
	}
	return out, nil
}

// timeOf reads a time of a record; zero for none.
func timeOf(row record.Row, field string) time.Time {
	at, err := time.Parse(time.RFC3339, row.Text(field))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
