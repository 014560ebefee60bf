package people

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// listing is a list of records under way: conditions that all have to hold.
type listing struct {
	h          *tenant.Handle
	t          *record.Type
	conditions []string
	args       []any
}

func newListing(h *tenant.Handle, t *record.Type) *listing { return &listing{h: h, t: t} }

func (l *listing) expr(field string) string {
	return l.t.Expr(l.t.Position(field), l.h.DB.Engine() == db.Postgres)
}

func (l *listing) arg(v any) string {
	l.args = append(l.args, v)
	return "$" + strconv.Itoa(len(l.args))
}

// equal wants a text, in any case; "" wants nothing.
func (l *listing) equal(field, value string) {
	if value != "" {
		l.conditions = append(l.conditions, l.expr(field)+" = "+l.arg(literal.Fold(value)))
	}
}

// isTrue wants a boolean.
func (l *listing) isTrue(field string, value bool) {
	n := int64(0)
	if value {
		n = 1
	}
	l.conditions = append(l.conditions, l.expr(field)+" = "+l.arg(n))
}

// signIn wants people who may sign in, as active has it, or the others.
func (l *listing) signIn(may bool) {
	status := l.expr("Status")
	condition := fmt.Sprintf("(%s IN ('active', 'new', 'on leave') AND %s = 0)", status, l.expr("Disabled"))
	if !may {
		condition = fmt.Sprintf("(%s IS NULL OR NOT %s)", status, condition)
	}
	l.conditions = append(l.conditions, condition)
}

// holds wants people who were given a role.
func (l *listing) holds(h *tenant.Handle, name string) {
	if canonical, ok := h.Roles().Canonical(name); ok {
		name = canonical
	}
	l.conditions = append(l.conditions, "rec_id IN (SELECT lower(person) FROM role_member WHERE role = "+l.arg(name)+")")
}

// breakGlass wants break-glass administrators, or the others.
func (l *listing) breakGlass(are bool) {
	in := "IN"
	if !are {
		in = "NOT IN"
	}
	l.conditions = append(l.conditions, "rec_id "+in+" (SELECT lower(person) FROM people_break_glass)")
}

var recIDPattern = regexp.MustCompile(`^[0-9a-f]{32}$`)

// list reads a page in order of creation.
func list[T any](ctx context.Context, l *listing, p adminapi.Paging, search string, item func(record.Row) T) (*adminapi.Page[T], error) {
	position, err := p.Position(1)
	if err != nil {
		return nil, err
	}
	q := record.Query{Type: l.t, Order: "ORDER BY rec_id", Limit: p.Limit + 1}
	q.Where, q.Counts = strings.Join(l.conditions, " AND "), len(l.args)
	if search != "" {
		words, err := record.ParseSearch(search)
		if err != nil {
			return nil, err
		}
		q.Search = &words
	}
	if position != nil {
		if !recIDPattern.MatchString(position[0]) {
			return nil, adminapi.BadCursor()
		}
		q.After = "rec_id > " + l.arg(position[0])
	}
	q.Args = l.args
	out := &adminapi.Page[T]{Items: []T{}}
	last := ""
	_, err = l.h.Records.List(ctx, q, func(row record.Row) error {
		if len(out.Items) == p.Limit {
			out.Next = adminapi.Position(last)
			return nil
		}
		last = literal.Fold(row.RecID)
		out.Items = append(out.Items, item(row))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", l.t.Set, err)
	}
	return out, nil
}

// Counts returns how many people and teams there are.
func (m *Module) Counts(ctx context.Context, h *tenant.Handle) (people, teams int64, err error) {
	for object, into := range map[string]*int64{"Employee": &people, "StandardUserTeam": &teams} {
		t, ok := h.Records.Type(ctx, object)
		if !ok {
			continue
		}
		if *into, err = h.Records.List(ctx, record.Query{Type: t}, nil); err != nil {
			return 0, 0, fmt.Errorf("count %s: %w", t.Set, err)
		}
	}
	return people, teams, nil
}
