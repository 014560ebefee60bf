package odata

import (
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/expr"
)

// Predicate is a bound filter: what it asks of a record. Negation stands in the leaves only, and no leaf is ever
// unknown: every leaf but isNull and ne is false for a null (spec section 5.4). A nil Predicate is true.
type Predicate struct{ root *term }

type termKind uint8

const (
	isTrue termKind = iota + 1
	isFalse
	allOf // kids
	anyOf // kids
	isNull
	notNull
	isIn // one of values
	isNe // not values[0], or null
	isLt
	isLe
	isGt
	isGe
	hasText
	hasPrefix
	hasSuffix
	lacksText // of what is not null
	lacksPrefix
	lacksSuffix
)

type term struct {
	kind   termKind
	kids   []*term
	column Column
	part   expr.Part // expr.Month or expr.Day of column; expr.Whole otherwise
	values []Value
}

// Value is one stored value: Text for the kind Text, folded, Number for every other.
type Value struct {
	Text   string
	Number int64
	Null   bool
}

// isNull says whether the value of a column of the kind is null; the empty text is.
func (v Value) isNull(k Kind) bool { return v.Null || k == Text && v.Text == "" }

// compare orders two values that are not null.
func (v Value) compare(k Kind, w Value) int {
	switch {
	case k == Text:
		return strings.Compare(v.Text, w.Text)
	case v.Number < w.Number:
		return -1
	case v.Number > w.Number:
		return 1
	default:
		return 0
	}
}

// all and either simplify constants away and flatten.
func all(terms ...*term) *term    { return combine(allOf, isTrue, isFalse, terms) }
func either(terms ...*term) *term { return combine(anyOf, isFalse, isTrue, terms) }

func combine(kind, neutral, absorbing termKind, terms []*term) *term {
	out := &term{kind: kind}
	for _, t := range terms {
		switch t.kind {
		case neutral:
		case absorbing:
			return &term{kind: absorbing}
		case kind:
			out.kids = append(out.kids, t.kids...)
		default:
			out.kids = append(out.kids, t)
		}
	}
	if kind == anyOf {
		out.kids = mergeEqualities(out.kids)
	}
	switch len(out.kids) {
	case 0:
		return &term{kind: neutral}
	case 1:
		return out.kids[0]
	}
	return out
}

// mergeEqualities makes one IN of the equalities of one column, which an index serves better than a chain of OR, and
// one of repeated null tests.
func mergeEqualities(kids []*term) []*term {
	type target struct {
		kind  termKind
		field string
		part  expr.Part
	}
	first := map[target]*term{}
	out := kids[:0:0]
	for _, t := range kids {
		if t.kind != isIn && t.kind != isNull {
			out = append(out, t)
			continue
		}
		at := target{t.kind, t.column.Name, t.part}
		seen, ok := first[at]
		if !ok {
			merged := *t
			merged.values = nil
			seen = &merged
			first[at] = seen
			out = append(out, seen)
		}
		for _, v := range t.values {
			if !seen.holds(v) {
				seen.values = append(seen.values, v)
			}
		}
	}
	return out
}

func (t *term) holds(v Value) bool { return slices.Contains(t.values, v) }

var opposites = map[termKind]termKind{
	isLt: isGe, isGe: isLt, isGt: isLe, isLe: isGt,
	hasText: lacksText, hasPrefix: lacksPrefix, hasSuffix: lacksSuffix,
	lacksText: hasText, lacksPrefix: hasPrefix, lacksSuffix: hasSuffix,
}

// negate returns the term that is true exactly where t is false.
func negate(t *term) *term {
	switch t.kind {
	case isTrue:
		return &term{kind: isFalse}
	case isFalse:
		return &term{kind: isTrue}
	case allOf, anyOf:
		kids := make([]*term, len(t.kids))
		for i, kid := range t.kids {
			kids[i] = negate(kid)
		}
		if t.kind == allOf {
			return either(kids...)
		}
		return all(kids...)
	case isNull:
		return &term{kind: notNull, column: t.column}
	case notNull:
		return nullTest(t.column)
	case isIn:
		kids := make([]*term, len(t.values))
		for i, v := range t.values {
			kids[i] = &term{kind: isNe, column: t.column, part: t.part, values: []Value{v}}
		}
		return all(kids...)
	case isNe:
		return &term{kind: isIn, column: t.column, part: t.part, values: t.values}
	default:
		other := *t
		other.kind = opposites[t.kind]
		return either(nullTest(t.column), &other)
	}
}

func nullTest(c Column) *term {
	if c.NotNull {
		return &term{kind: isFalse}
	}
	return &term{kind: isNull, column: c}
}

// And is the conjunction of the predicates that are not nil, and nil where there is none.
func And(ps ...*Predicate) *Predicate {
	var terms []*term
	for _, p := range ps {
		if p != nil {
			terms = append(terms, p.root)
		}
	}
	if terms == nil {
		return nil
	}
	return &Predicate{all(terms...)}
}

// Equals tells the canonical field and the folded value when the expr.Whole predicate is one text equality, such as
// RecId eq '..', so that a caller can read by key.
func (p *Predicate) Equals() (field, value string, ok bool) {
	if p == nil || p.root.kind != isIn || len(p.root.values) != 1 || p.root.column.Kind != Text {
		return "", "", false
	}
	return p.root.column.Name, p.root.values[0].Text, true
}

// Match evaluates the predicate over one record. get returns the stored value of a canonical field: folded text for
// the kind Text, the number for every other.
func (p *Predicate) Match(get func(field string) (text string, number int64, null bool)) bool {
	return p == nil || p.root.match(get)
}

func (t *term) match(get func(field string) (string, int64, bool)) bool {
	switch t.kind {
	case isTrue:
		return true
	case isFalse:
		return false
	case allOf, anyOf:
		for _, kid := range t.kids {
			if kid.match(get) != (t.kind == allOf) {
				return t.kind == anyOf
			}
		}
		return t.kind == allOf
	}
	var v Value
	v.Text, v.Number, v.Null = get(t.column.Name)
	if v.isNull(t.column.Kind) {
		return t.kind == isNull || t.kind == isNe
	}
	if t.part != expr.Whole {
		v.Number = partOf(v.Number, t.part)
	}
	return t.matchValue(v)
}

func (t *term) matchValue(v Value) bool {
	var want Value
	if len(t.values) > 0 {
		want = t.values[0]
	}
	order := v.compare(t.column.Kind, want)
	switch t.kind {
	case notNull:
		return true
	case isIn:
		for _, w := range t.values {
			if v.compare(t.column.Kind, w) == 0 {
				return true
			}
		}
		return false
	case isNe:
		return order != 0
	case isLt:
		return order < 0
	case isLe:
		return order <= 0
	case isGt:
		return order > 0
	case isGe:
		return order >= 0
	case hasText:
		return strings.Contains(v.Text, want.Text)
	case hasPrefix:
		return strings.HasPrefix(v.Text, want.Text)
	case hasSuffix:
		return strings.HasSuffix(v.Text, want.Text)
	case lacksText:
		return !strings.Contains(v.Text, want.Text)
	case lacksPrefix:
		return !strings.HasPrefix(v.Text, want.Text)
	case lacksSuffix:
		return !strings.HasSuffix(v.Text, want.Text)
	default: // isNull
		return false
	}
}

// partOf takes a part out of a time in Unix seconds.
func partOf(unix int64, p expr.Part) int64 {
	t := time.Unix(unix, 0).UTC()
	switch p {
	case expr.Year:
		return int64(t.Year())
	case expr.Month:
		return int64(t.Month())
	case expr.Day:
		return int64(t.Day())
	default:
		return unix
	}
}

// Bounds names the columns that every row of the predicate is bounded by: exact with an equality or a choice of
// values, ranged with an order comparison or a beginning. It is what an index can serve.
func (p *Predicate) Bounds() (exact, ranged []Column) {
	if p == nil {
		return nil, nil
	}
	terms := []*term{p.root}
	if p.root.kind == allOf {
		terms = p.root.kids
	}
	for _, t := range terms {
		if t.part != expr.Whole {
			continue
		}
		switch t.kind {
		case isIn, isNull:
			exact = append(exact, t.column)
		case isLt, isLe, isGt, isGe, hasPrefix:
			ranged = append(ranged, t.column)
		}
	}
	return exact, ranged
}

// Unindexed is the order under which SQLite chooses its index by the condition alone: a unary plus hides a column from
// the planner (https://sqlite.org/optoverview.html section 3.1).
func (o Order) Unindexed(recID Column) (Order, Column) {
	out := make(Order, len(o))
	for i, t := range o {
		t.Column.SQL = "+" + t.Column.SQL
		out[i] = t
	}
	recID.SQL = "+" + recID.SQL
	return out, recID
}
