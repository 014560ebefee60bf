package people

import (
	"context"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// MayAnswer says whether a person may do something.
type MayAnswer struct {
	Allowed bool      `json:"allowed" doc:"In one of their roles at least, and they are active"`
	Active  bool      `json:"active" doc:"Somebody who is not active may do nothing"`
	Object  string    `json:"object" doc:"The object, as it is spelled" example:"Incident"`
	Record  string    `json:"record,omitempty" doc:"RecId of the record that was asked about"`
	Title   string    `json:"title,omitempty" doc:"What the record is called"`
	Roles   []MayRole `json:"roles" doc:"The answer in each role they hold, the default one first"`
}

// MayRole is the answer for somebody who acts in one role.
type MayRole struct {
	HeldRole
	Allowed  bool        `json:"allowed"`
	Reason   string      `json:"reason" enum:"allowed,no_right,record_outside,record_unknown" doc:"no_right: the role has none to this; record_outside: it has, and the record is not among those it extends to"`
	Rows     string      `json:"rows" enum:"none,own,team,all" doc:"To which records the right extends"`
	Gives    []MaySource `json:"gives" doc:"Which roles give the right, widest first: the role itself or those it includes"`
	Hidden   []string    `json:"hidden,omitempty" doc:"Fields of the object that are not there for the role"`
	ReadOnly []string    `json:"read_only,omitempty" doc:"Fields that are shown and not written"`
}

// MaySource is a role that gives a right.
type MaySource struct {
	Role  string `json:"role" example:"ServiceDeskAnalyst"`
	Entry string `json:"entry" doc:"The entry of its rights that counts: the object, its base, or * for all that are not named" example:"Incident"`
	Rows  string `json:"rows" enum:"own,team,all"`
}

type mayQuery struct {
	PersonPath
	Object string `query:"object" required:"true" minLength:"1" maxLength:"201" doc:"Name of the object, or of its set, in any case" example:"Incident"`
	Act    string `query:"act" required:"true" enum:"read,create,update,delete"`
	Record string `query:"record" maxLength:"64" doc:"RecId or number of a record; left out: about the object at large" example:"10023"`
}

func (m *Module) adminMay(ctx context.Context, in *mayQuery) (*MayAnswer, error) {
	h := tenant.From(ctx)
	_, person, err := m.employee(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	invalid := fault.New(fault.Invalid, "request_invalid", "The request is not valid.")
	t, known := h.Records.Type(ctx, strings.TrimSuffix(in.Object, "#"))
	if !known {
		t, known = h.Records.Set(ctx, in.Object)
	}
	if !known {
		return nil, invalid.WithField("object", "There is no business object %s.", in.Object)
	}
	access := role.Access(in.Act)
	if access == role.Create && in.Record != "" {
		return nil, invalid.WithField("record", "What is to be made is no record yet.")
	}
	held, err := m.heldRoles(ctx, h, person.RecID)
	if err != nil {
		return nil, err
	}
	out := &MayAnswer{Active: active(person.Text("Status"), person.Bool("Disabled")), Object: t.Object, Roles: []MayRole{}}
	found := false
	if in.Record != "" {
		row, there, err := recordOf(ctx, h, t, in.Record)
		if err != nil {
			return nil, err
		}
		if found = there; there {
			out.Record, out.Title = row.RecID, row.Text(row.Type.Fields[row.Type.Title].Name)
		}
	}
	for _, one := range held {
		answer, err := m.mayIn(ctx, h, one, person, t, access, out.Record)
		if err != nil {
			return nil, err
		}
		if answer.Allowed && in.Record != "" && !found {
			answer.Allowed, answer.Reason = false, "record_unknown"
		}
		out.Allowed = out.Allowed || out.Active && answer.Allowed
		out.Roles = append(out.Roles, answer)
	}
	return out, nil
}

// mayIn answers for somebody who acts in one role; about a record only where one is named.
func (m *Module) mayIn(ctx context.Context, h *tenant.Handle, one HeldRole, person record.Row, t *record.Type, access role.Access, recID string) (MayRole, error) {
	book := h.Roles()
	who := &principal.Principal{Kind: principal.Session, Role: one.Name, PersonID: person.RecID, Login: person.Text("LoginID")}
	rows := book.Ask(who, access, t.Object)
	out := MayRole{HeldRole: one, Allowed: rows != role.NoRows, Reason: "allowed", Rows: rows.String(), Gives: []MaySource{}}
	for _, s := range book.Sources(one.Name, access, t.Object) {
		out.Gives = append(out.Gives, MaySource{s.Role, s.Entry, s.Rows.String()})
	}
	if !out.Allowed {
		out.Reason = "no_right"
		return out, nil
	}
	out.Hidden, out.ReadOnly = withheld(book, who, t.Object)
	if recID == "" || m.sight == nil {
		return out, nil
	}
	seen, err := m.sight.Sees(ctx, h, who, t, access, recID)
	if err == nil && !seen {
		out.Allowed, out.Reason = false, "record_outside"
	}
	return out, err
}

// withheld names what is kept of an object's fields from somebody, in order.
func withheld(book *role.Book, who *principal.Principal, object string) (hidden, readOnly []string) {
	hidden, readOnly = book.Withheld(who, object)
	hidden, readOnly = slices.Clone(hidden), slices.Clone(readOnly)
	slices.Sort(hidden)
	slices.Sort(readOnly)
	return hidden, readOnly
}

// recordOf finds a record by its RecId or its number.
func recordOf(ctx context.Context, h *tenant.Handle, t *record.Type, key string) (record.Row, bool, error) {
	if recID, ok := id.ParseRecID(key); ok {
		row, err := h.Records.Get(ctx, t, recID)
		if fault.Is(err, fault.NotFound) {
			return row, false, nil
		}
		return row, err == nil, err
	}
	n := t.NumberField()
	if n < 0 {
		return record.Row{}, false, nil
	}
	return h.Records.FindOne(ctx, h.DB, t, t.Fields[n].Name, key)
}
