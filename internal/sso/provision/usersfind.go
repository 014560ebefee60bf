package provision

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// search is a search for provisioned records: conditions that all have to hold.
type search struct {
	t          *record.Type
	postgres   bool
	conditions []string
	args       []any
}

// search begins one for the records of a kind. The subselect is looked up for each record by its key.
func (d desk) search(t *record.Type, kind string) *search {
	s := &search{t: t, postgres: d.h.DB.Engine() == db.Postgres}
	s.add("EXISTS (SELECT 1 FROM scim_resource WHERE record = upper(rec_id) AND kind = " + s.arg(kind) + ")")
	return s
}

func (s *search) add(condition string) { s.conditions = append(s.conditions, condition) }

func (s *search) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

func (s *search) expr(field string) string { return s.t.Expr(s.t.Position(field), s.postgres) }

// key wants one record; an id that is not written as ours are is nobody's.
func (s *search) key(expr, value string) {
	if plain, ok := id.ParseRecID(value); !ok || plain != value {
		s.add("1 = 0")
		return
	}
	s.add(expr + " = " + s.arg(literal.Fold(value)))
}

func (s *search) external(kind, value string) {
	s.add("rec_id IN (SELECT lower(record) FROM scim_resource WHERE kind = " + s.arg(kind) + " AND external_id = " + s.arg(value) + " AND external_id <> '')") // which says that the index will do
}

// page reads the records of a page, in the order in which they came to be, and how many there are on all.
func (d desk) page(ctx context.Context, r db.Reader, s *search, q scim.Query, each func(record.Row)) (int, error) {
	total, err := d.h.Records.ListFrom(ctx, r, record.Query{Type: s.t, Where: strings.Join(s.conditions, " AND "), Args: s.args, Counts: len(s.args),
		Order: "ORDER BY rec_id", Limit: q.Count, Offset: q.Skip}, func(row record.Row) error {
		each(row)
		return nil
	})
	return int(total), err
}

// Find finds users.
func (s *users) Find(ctx context.Context, q scim.Query) (out scim.Found[scim.User], err error) {
	ctx = s.acting(ctx)
	t, err := s.object(ctx, "Employee")
	if err != nil {
		return out, err
	}
	err = s.h.DB.View(ctx, func(r db.Reader) error {
		f := s.search(t, kindUser)
		for _, term := range q.Filter {
			if err := s.where(ctx, r, f, term); err != nil {
				return err
			}
		}
		var ids []string
		var rows []facts
		if out.Total, err = s.page(ctx, r, f, q, func(row record.Row) {
			ids, rows = append(ids, row.RecID), append(rows, factsOf(row))
		}); err != nil {
			return err
		}
		kept, err := findResources(ctx, r, kindUser, ids)
		if err != nil {
			return err
		}
		names := map[string]*string{}
		out.Resources = make([]scim.User, len(ids))
		for i, recID := range ids {
			u, err := userOf(t, recID, rows[i], kept[recID])
			if err == nil {
				err = s.manage(ctx, r, t, &u, rows[i], names)
			}
			if err != nil {
				return err
			}
			out.Resources[i] = u
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("find users: %w", err)
	}
	return out, nil
}

// where adds a comparison.
func (s *users) where(ctx context.Context, r db.Reader, f *search, term scim.Term) error {
	switch term.Attribute {
	case scim.ID:
		f.key("rec_id", term.Value)
	case scim.ExternalID:
		f.external(kindUser, term.Value)
	case scim.UserName:
		f.add(f.expr("LoginID") + " = " + f.arg(literal.Fold(term.Value)))
	case scim.DisplayName:
		f.add(f.expr("DisplayName") + " = " + f.arg(literal.Fold(term.Value)))
	case scim.Active:
		may := fmt.Sprintf("(%s IN ('active', 'new', 'on leave') AND %s = 0)", f.expr("Status"), f.expr("Disabled"))
		if term.Value != "true" {
			may = fmt.Sprintf("(%s IS NULL OR NOT %s)", f.expr("Status"), may)
		}
		f.add(may)
	case scim.Emails:
		f.mail(term)
	case scim.EmployeeNumber:
		return s.numbered(ctx, r, f, term.Value)
	case scim.Manager:
		f.key(f.expr("ManagerLink"), term.Value)
	default:
		f.add("1 = 0")
	}
	return nil
}

// mail wants an address: the one of the record, which has the type it was sent with, or another that was sent.
func (s *search) mail(term scim.Term) {
	address := s.arg(literal.Fold(term.Value))
	first, other := s.expr("PrimaryEmail")+" = "+address, "SELECT lower(record) FROM scim_email WHERE address = "+address
	if term.Type != "" {
		kind := s.arg(term.Type)
		first += " AND EXISTS (SELECT 1 FROM scim_resource WHERE record = upper(rec_id) AND mail_type = " + kind + ")"
		other += " AND type = " + kind
	}
	s.add("(" + first + " OR rec_id IN (" + other + "))")
}

// maxNumbered is how many people are looked at who have a number but for the case of its letters.
const maxNumbered = 100

// numbered wants an employee number, letter by letter.
func (s *users) numbered(ctx context.Context, r db.Reader, f *search, number string) error {
	same := s.search(f.t, kindUser)
	same.add(same.expr("EmployeeNumber") + " = " + same.arg(literal.Fold(number)))
	var marks []string
	_, err := s.page(ctx, r, same, scim.Query{Count: maxNumbered}, func(row record.Row) {
		if row.Text("EmployeeNumber") == number {
			marks = append(marks, f.arg(literal.Fold(row.RecID)))
		}
	})
	if len(marks) == 0 {
		f.add("1 = 0")
		return err
	}
	f.add("rec_id IN (" + strings.Join(marks, ", ") + ")")
	return err
}
