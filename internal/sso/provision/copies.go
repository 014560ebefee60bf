package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	employee  = "Employee"
	jobForget = "provision.forget" // has the records that name somebody forget who they were
)

// forgotten is the payload of such a job. It holds nothing of who it was.
type forgotten struct {
	Person string `json:"person"` // RecId
}

type runnerKey struct{ m *Module }

// Jobs registers what is done for a tenant in the background.
func (m *Module) Jobs(r *job.Runner, h *tenant.Handle) {
	r.Register(jobForget, func(ctx context.Context, payload json.RawMessage) error {
		var f forgotten
		if err := json.Unmarshal(payload, &f); err != nil {
			return fmt.Errorf("read whom to forget: %w", err)
		}
		return m.forgetCopies(tenant.With(record.AsSystem(ctx), h), h, f.Person)
	})
	h.Value(runnerKey{m}, func() any { return r })
}

// wake has the jobs looked for at once.
func (m *Module) wake(h *tenant.Handle) {
	if r, ok := h.Value(runnerKey{m}, func() any { return nil }).(*job.Runner); ok {
		r.Wake()
	}
}

// copies are the fields in which records of a type repeat who somebody is.
type copies struct {
	t     *record.Type
	field string            // that names the person
	by    int               // position of the one that holds their RecId
	of    map[string]string // field of the record → field of the person
}

// copiesOf finds them in all objects of a tenant.
func copiesOf(ctx context.Context, h *tenant.Handle) []copies {
	var out []copies
	for _, t := range h.Records.Types(ctx) {
		for i := range t.Fields {
			f := &t.Fields[i]
			if f.Def == nil || f.Part != record.Plain || f.Def.ReadOnly {
				continue
			}
			one := copies{t: t, field: f.Name, by: i, of: map[string]string{}}
			for own, theirs := range f.Def.Copy {
				if !slices.Contains(keptFields, theirs) {
					one.of[own] = theirs
				}
			}
			switch {
			case f.Def.Type == "link" && toPeople(append([]string{f.Def.Target}, f.Def.Targets...)):
			case f.Def.From != nil && toPeople([]string{f.Def.From.Object}):
				one.by, one.of[f.Name] = t.Twin(i), f.Def.From.Value
			default:
				continue
			}
			if one.by >= 0 && len(one.of) > 0 {
				out = append(out, one)
			}
		}
	}
	return out
}

// toPeople reports whether what a field names may be an employee.
func toPeople(targets []string) bool {
	return slices.Contains(targets, employee+"#") || slices.Contains(targets, employee)
}

// forgetCopies has the records that name somebody repeat who they are now, and not who they were. A record whose rules refuse that is left as
// it is.
func (m *Module) forgetCopies(ctx context.Context, h *tenant.Handle, recID string) error {
	t, ok := h.Records.Type(ctx, employee)
	if !ok {
		return nil
	}
	person, err := h.Records.Get(ctx, t, recID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find whom to forget: %w", err)
	}
	for _, c := range copiesOf(ctx, h) {
		for after, more := "", true; more; {
			q := record.Query{Type: c.t, Where: c.t.Expr(c.by, h.DB.Engine() == db.Postgres) + " = $1", After: "rec_id > $2", Args: []any{literal.Fold(person.RecID), after}, Counts: 1,
				Limit: piece, Order: "ORDER BY rec_id"}
			var some []record.Row
			_, err := h.Records.List(ctx, q, func(row record.Row) error {
				some = append(some, row)
				return nil
			})
			if err != nil {
				return fmt.Errorf("find what names a person: %w", err)
			}
			for _, row := range some {
				after = literal.Fold(row.RecID)
				if err := m.forgetIn(ctx, h, c, row, person); err != nil {
					return err
				}
			}
			more = len(some) == piece
		}
	}
	return nil
}

func (m *Module) forgetIn(ctx context.Context, h *tenant.Handle, c copies, row, person record.Row) error {
	in := c.anew(row, person)
	if len(in) == 0 {
		return nil
	}
	_, err := h.Records.Update(record.Erasing(ctx), row.Type, row.RecID, in)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		m.log.WarnContext(ctx, "a record goes on saying who somebody was that is removed", "object", c.t.Object, "record", row.RecID, "error", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("forget a person: %w", err)
	}
	return nil
}

// anew is what a record gets: for each copy what the person has now, and their login where they have nothing that names them.
func (c copies) anew(row, person record.Row) record.Input {
	var in record.Input
	for own, theirs := range c.of {
		if row.Text(own) == "" {
			continue
		}
		value := person.Text(theirs)
		if own == c.field && value == "" {
			value = person.Text("LoginID")
		}
		if row.Text(own) == value {
			continue
		}
		one := record.InputField{Name: own, Value: value, Own: true}
		if value == "" {
			one.Value = nil
		}
		in = append(in, one)
	}
	return in
}
