package odata

import (
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// MaxOrderTerms and MaxOrderBytes are the limits of $orderby.
const (
	MaxOrderTerms = 16
	MaxOrderBytes = 4 << 10
)

// OrderTerm is one field of $orderby as the client wrote it.
type OrderTerm struct {
	Name string
	Desc bool
}

// ParseOrderBy parses the decoded text of $orderby, which is not blank: fields separated by commas, each with asc or
// desc in any case. A bad direction is refused with orderby_direction and named; everything else that cannot be read
// with query_invalid.
func ParseOrderBy(text string) ([]OrderTerm, error) {
	if len(text) > MaxOrderBytes {
		return nil, invalid(codeLimit, "$orderby is longer than %d bytes.", MaxOrderBytes)
	}
	if !literal.Valid(text) {
		return nil, invalid(codeQuery, "$orderby holds a zero byte or is not valid UTF-8.")
	}
	items := strings.Split(text, ",")
	if len(items) > MaxOrderTerms {
		return nil, invalid(codeLimit, "$orderby has more than %d fields.", MaxOrderTerms)
	}
	terms := make([]OrderTerm, len(items))
	for i, item := range items {
		words := strings.Fields(item)
		if len(words) == 0 {
			return nil, invalid(codeQuery, "A field of $orderby is missing.")
		}
		terms[i].Name = words[0]
		if direction := strings.Join(words[1:], " "); direction != "" {
			terms[i].Desc = strings.EqualFold(direction, "desc")
			if !terms[i].Desc && !strings.EqualFold(direction, "asc") {
				name := literal.Shown(words[0])
				return nil, invalidField(name, codeDirection, "'%s' is not a direction for the field '%s'; use asc or desc.", literal.Shown(direction), name)
			}
		}
	}
	return terms, nil
}

// Order is a bound $orderby. Nulls come first ascending and last descending; ties are broken by RecId descending,
// and so is the empty Order (spec section 5.4); after CreatedDateTime ascending, by RecId ascending.
type Order []BoundOrder

// BoundOrder is one column of an Order.
type BoundOrder struct {
	Column Column
	Desc   bool
}

// BindOrder resolves the fields; an unknown one is refused with field_unknown. Of a field named twice the first
// counts.
func BindOrder(terms []OrderTerm, resolve Resolve) (Order, error) {
	order := make(Order, 0, len(terms))
	seen := map[string]bool{}
	for _, t := range terms {
		c, ok := resolve(t.Name)
		if !ok {
			return nil, unknownField(t.Name)
		}
		if !seen[c.Name] {
			seen[c.Name] = true
			order = append(order, BoundOrder{c, t.Desc})
		}
	}
	return order, nil
}

// made is the field that says when a record was made. RecIds say the same, more finely.
const made = "CreatedDateTime"

// newestFirst reports whether ties are broken by RecId descending, as they are but where the order ends with what is made
// first: there a new record has to come last, also within one second, or who pages by $skip meets a record twice.
func (o Order) newestFirst() bool {
	return len(o) == 0 || o[len(o)-1].Column.Name != made || o[len(o)-1].Desc
}

// total is the order made strict: it ends with recID, and what would come after that is gone.
func (o Order) total(recID Column) Order {
	for i, t := range o {
		if t.Column.Name == recID.Name {
			return o[:i+1]
		}
	}
	return append(append(make(Order, 0, len(o)+1), o...), BoundOrder{recID, o.newestFirst()})
}

// SQL returns the ORDER BY clause. On SQLite null is the least value; on PostgreSQL it says so.
func (o Order) SQL(d Dialect, recID Column) string {
	var b strings.Builder
	for i, t := range o.total(recID) {
		b.WriteString(pick(i == 0, "ORDER BY ", ", "))
		b.WriteString(t.Column.SQL)
		b.WriteString(pick(t.Desc, " DESC", " ASC"))
		if d == Postgres && !t.Column.NotNull {
			b.WriteString(pick(t.Desc, " NULLS LAST", " NULLS FIRST"))
		}
	}
	return b.String()
}

// Position is where a row stands in an Order: its values, one per term of the Order, and its RecId as stored.
type Position struct {
	Values []Value
	RecID  string
}

// After returns boolean SQL text, fit to stand on either side of an AND, for the rows strictly after p, and adds the
// values to args. p has one value per term of o. Columns that are all not null and all go the same way compare as one
// row, which an index serves expr.Whole; else the first column alone bounds the rows.
func (o Order) After(d Dialect, recID Column, p Position, args *Args) string {
	full := o.total(recID)
	values := append(append(make([]Value, 0, len(full)), p.Values[:min(len(p.Values), len(o))]...), Value{Text: p.RecID})[:len(full)]
	if len(full) > 1 && full.uniform() {
		columns, marks := make([]string, len(full)), make([]string, len(full))
		for i, t := range full {
			columns[i], marks[i] = t.Column.SQL, addValue(args, t.Column.Kind, values[i])
		}
		return "(" + strings.Join(columns, ", ") + ")" + pick(full[0].Desc, " < ", " > ") + "(" + strings.Join(marks, ", ") + ")"
	}
	return afterNested(full, values, args)
}

func (o Order) uniform() bool {
	for _, t := range o {
		if !t.Column.NotNull || t.Desc != o[0].Desc {
			return false
		}
	}
	return true
}

// afterNested is: not before in the first column, and after in it or, being equal in it, after in the rest.
func afterNested(o Order, values []Value, args *Args) string {
	c, last := o[0].Column.SQL, len(o) == 1
	rest := func() string { return afterNested(o[1:], values[1:], args) }
	if values[0].isNull(o[0].Column.Kind) {
		switch {
		case last:
			return pick(o[0].Desc, "FALSE", c+" IS NOT NULL")
		case o[0].Desc:
			return c + " IS NULL AND " + rest()
		default:
			return "(" + c + " IS NOT NULL OR " + rest() + ")"
		}
	}
	mark := addValue(args, o[0].Column.Kind, values[0])
	nulls := ""
	if o[0].Desc && !o[0].Column.NotNull {
		nulls = " OR " + c + " IS NULL"
	}
	beyond := c + pick(o[0].Desc, " < ", " > ") + mark + nulls
	if last {
		return pick(nulls == "", beyond, "("+beyond+")")
	}
	within := c + pick(o[0].Desc, " <= ", " >= ") + mark + nulls
	if nulls != "" {
		within = "(" + within + ")"
	}
	return within + " AND (" + beyond + " OR " + rest() + ")"
}

func addValue(args *Args, k Kind, v Value) string {
	if k == Text {
		return args.Add(v.Text)
	}
	return args.Add(v.Number)
}

// Naive compares two positions as the ORDER BY clause does: negative when a comes before b.
func (o Order) Naive(a, b Position) int {
	for i, t := range o {
		if n := compareNullsFirst(t.Column.Kind, a.Values[i], b.Values[i]); n != 0 {
			if t.Desc {
				return -n
			}
			return n
		}
	}
	if !o.newestFirst() {
		return strings.Compare(a.RecID, b.RecID)
	}
	return strings.Compare(b.RecID, a.RecID)
}

func compareNullsFirst(k Kind, a, b Value) int {
	switch an, bn := a.isNull(k), b.isNull(k); {
	case an && bn:
		return 0
	case an:
		return -1
	case bn:
		return 1
	default:
		return a.compare(k, b)
	}
}
