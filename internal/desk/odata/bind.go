package odata

import (
	"errors"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/expr"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Bind resolves the fields, types the literals and pushes negation to the leaves. The refusals are field_unknown,
// literal_invalid, filter_function and filter_syntax; the first two carry the field.
func (f *Filter) Bind(resolve Resolve) (*Predicate, error) {
	root, err := binder{resolve}.bind(f.Root, false)
	if err != nil {
		return nil, err
	}
	return &Predicate{root}, nil
}

type binder struct{ resolve Resolve }

func (b binder) bind(n *expr.Node, negated bool) (*term, error) {
	var (
		t   *term
		err error
	)
	switch n.Kind {
	case expr.Not:
		return b.bind(n.Kids[0], !negated)
	case expr.And, expr.Or:
		kids := make([]*term, len(n.Kids))
		for i, kid := range n.Kids {
			if kids[i], err = b.bind(kid, negated); err != nil {
				return nil, err
			}
		}
		if (n.Kind == expr.And) != negated {
			return all(kids...), nil
		}
		return either(kids...), nil
	case expr.Test:
		t, err = b.test(n)
	case expr.Compare:
		op := n.Op
		if negated && (op == expr.Eq || op == expr.Ne) { // each the exact opposite of the other
			op, negated = expr.Eq+expr.Ne-op, false
		}
		t, err = b.compare(n, op)
	case expr.Call:
		t, err = b.call(n)
	default: // expr.Const
		t = constant(n.Truth)
	}
	if err == nil && negated {
		t = negate(t)
	}
	return t, err
}

func constant(truth bool) *term {
	if truth {
		return &term{kind: isTrue}
	}
	return &term{kind: isFalse}
}

func (b binder) column(name string) (Column, error) {
	c, ok := b.resolve(name)
	if !ok {
		return Column{}, unknownField(name)
	}
	return c, nil
}

func (b binder) test(n *expr.Node) (*term, error) {
	c, err := b.column(n.Field)
	if err != nil {
		return nil, err
	}
	if c.Kind != Bool {
		return nil, invalidField(c.Name, codeSyntax, "The field '%s' is not true or false, so it needs a comparison.", c.Name)
	}
	return &term{kind: isIn, column: c, values: []Value{{Number: 1}}}, nil
}

func (b binder) call(n *expr.Node) (*term, error) {
	c, err := b.column(n.Field)
	if err != nil {
		return nil, err
	}
	if c.Kind != Text {
		return nil, invalidField(c.Name, codeFunction, "The function '%s' takes a text field, and '%s' is %s.", n.Call, c.Name, c.Kind)
	}
	value := n.Literal.Text
	if n.Literal.Kind == expr.Null {
		value = ""
	}
	if value = literal.Fold(value); value == "" { // every text has the empty text in it
		return presence(c), nil
	}
	kind := map[string]termKind{"contains": hasText, "startswith": hasPrefix, "endswith": hasSuffix}[n.Call]
	return &term{kind: kind, column: c, values: []Value{{Text: value}}}, nil
}

// presence is true for what is not null.
func presence(c Column) *term {
	if c.NotNull {
		return &term{kind: isTrue}
	}
	return &term{kind: notNull, column: c}
}

var termOf = [...]termKind{expr.Eq: isIn, expr.Ne: isNe, expr.Lt: isLt, expr.Le: isLe, expr.Gt: isGt, expr.Ge: isGe}

func (b binder) compare(n *expr.Node, op expr.Op) (*term, error) {
	c, err := b.column(n.Field)
	if err != nil {
		return nil, err
	}
	if n.Part != expr.Whole && c.Kind != Time {
		return nil, invalidField(c.Name, codeFunction, "The function '%s' takes a date field, and '%s' is %s.", n.Part, c.Name, c.Kind)
	}
	value, exact, err := typed(c, n.Part, n.Literal)
	if err != nil {
		return nil, err
	}
	if value.Null && c.Kind == Time && n.Part == expr.Whole && n.Literal.Kind != expr.Null && op != expr.Eq && op != expr.Ne {
		if _, null, err := literal.UnboundedTime(n.Literal.Text); err == nil && null {
			value = Value{Number: literal.MinTime} // the first instant is "not set" as a value, and the least one in order
		}
	}
	switch {
	case value.isNull(c.Kind):
		return compareNull(c, op), nil
	case n.Part == expr.Year:
		return compareYear(c, op, value.Number, exact), nil
	}
	return compareValue(c, n.Part, op, value, exact), nil
}

// compareValue compares with a value; one that is not exact lies between value and its successor, where nothing
// stored can be.
func compareValue(c Column, p expr.Part, op expr.Op, value Value, exact bool) *term {
	if !exact {
		switch op {
		case expr.Eq:
			return constant(false)
		case expr.Ne:
			return constant(true)
		case expr.Ge:
			op = expr.Gt
		case expr.Lt:
			op = expr.Le
		}
	}
	return &term{kind: termOf[op], column: c, part: p, values: []Value{value}}
}

// compareNull compares with null. In order, a text compares with the empty text; nothing else is below or above null.
func compareNull(c Column, op expr.Op) *term {
	switch {
	case op == expr.Eq:
		return nullTest(c)
	case op == expr.Ne, c.Kind == Text && (op == expr.Gt || op == expr.Ge):
		return presence(c)
	default:
		return constant(false)
	}
}

// compareYear compares the time itself with the borders of a year, which an index on it can serve.
func compareYear(c Column, op expr.Op, year int64, exact bool) *term {
	start := func(year int64) Value {
		year = min(max(year, -1), 10_001) // beyond these nothing changes
		return Value{Number: time.Date(int(year), 1, 1, 0, 0, 0, 0, time.UTC).Unix()}
	}
	at := func(kind termKind, year int64) *term {
		return &term{kind: kind, column: c, values: []Value{start(year)}}
	}
	next := min(year, 10_001) + 1
	switch {
	case !exact && op == expr.Eq:
		return constant(false)
	case !exact && op == expr.Ne:
		return constant(true)
	case op == expr.Eq:
		return all(at(isGe, year), at(isLt, next))
	case op == expr.Ne:
		return either(nullTest(c), at(isLt, year), at(isGe, next))
	case op == expr.Lt && exact:
		return at(isLt, year)
	case op == expr.Lt, op == expr.Le:
		return at(isLt, next)
	case op == expr.Ge && exact:
		return at(isGe, year)
	default: // gt, and ge of what lies between two years
		return at(isGe, next)
	}
}

// typed reads a literal as a value of the column, or of a part of it. Not exact: the value was rounded down.
func typed(c Column, p expr.Part, l expr.Literal) (value Value, exact bool, err error) {
	if l.Kind == expr.Null || l.Kind == expr.Text && (strings.TrimSpace(l.Text) == "" && c.Kind != Text || strings.EqualFold(l.Text, "$NULL")) {
		return Value{Null: true}, true, nil
	}
	switch {
	case c.Kind == Text:
		return Value{Text: literal.Fold(l.Text)}, true, nil
	case p == expr.Whole && c.Kind == Time:
		unix, null, err := literal.UnboundedTime(l.Text)
		if err != nil {
			return Value{}, false, badLiteral(c, l, "")
		}
		return Value{Number: unix, Null: null}, true, nil
	case c.Kind == Bool:
		truth, err := literal.Bool(l.Text)
		if err != nil {
			return Value{}, false, badLiteral(c, l, "")
		}
		if truth {
			value.Number = 1
		}
		return value, true, nil
	}
	places := 0
	if c.Kind == Decimal {
		places = literal.DecimalPlaces
	}
	number, exact, err := literal.ScaledNumber(l.Text, places)
	switch {
	case errors.Is(err, literal.ErrRange):
		return Value{}, false, badLiteral(c, l, "it is out of range")
	case err != nil && p != expr.Whole:
		return Value{}, false, badLiteral(c, l, "it is not a number")
	case err != nil:
		return Value{}, false, badLiteral(c, l, "")
	}
	return Value{Number: number}, exact, nil
}
