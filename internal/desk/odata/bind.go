package odata

import (
	"errors"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Bind resolves the fields, types the literals and pushes negation to the leaves. The refusals are field_unknown,
// literal_invalid, filter_function and filter_syntax; the first two carry the field.
func (f *Filter) Bind(resolve Resolve) (*Predicate, error) {
	root, err := binder{resolve}.bind(f.root, false)
	if err != nil {
		return nil, err
	}
	return &Predicate{root}, nil
}

type binder struct{ resolve Resolve }

func (b binder) bind(n *node, negated bool) (*term, error) {
	var (
		t   *term
		err error
	)
	switch n.kind {
	case nodeNot:
		return b.bind(n.kids[0], !negated)
	case nodeAnd, nodeOr:
		kids := make([]*term, len(n.kids))
		for i, kid := range n.kids {
			if kids[i], err = b.bind(kid, negated); err != nil {
				return nil, err
			}
		}
		if (n.kind == nodeAnd) != negated {
			return all(kids...), nil
		}
		return either(kids...), nil
	case nodeTest:
		t, err = b.test(n)
	case nodeCompare:
		op := n.op
		if negated && (op == opEq || op == opNe) { // each the exact opposite of the other
			op, negated = opEq+opNe-op, false
		}
		t, err = b.compare(n, op)
	case nodeCall:
		t, err = b.call(n)
	default: // nodeConst
		t = constant(n.truth)
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

func (b binder) test(n *node) (*term, error) {
	c, err := b.column(n.field)
	if err != nil {
		return nil, err
	}
	if c.Kind != Bool {
		return nil, invalidField(c.Name, codeSyntax, "The field '%s' is not true or false, so it needs a comparison.", c.Name)
	}
	return &term{kind: isIn, column: c, values: []Value{{Number: 1}}}, nil
}

func (b binder) call(n *node) (*term, error) {
	c, err := b.column(n.field)
	if err != nil {
		return nil, err
	}
	if c.Kind != Text {
		return nil, invalidField(c.Name, codeFunction, "The function '%s' takes a text field, and '%s' is %s.", n.call, c.Name, c.Kind)
	}
	value := n.literal.text
	if n.literal.kind == literalNull {
		value = ""
	}
	if value = literal.Fold(value); value == "" { // every text has the empty text in it
		return presence(c), nil
	}
	kind := map[string]termKind{"contains": hasText, "startswith": hasPrefix, "endswith": hasSuffix}[n.call]
	return &term{kind: kind, column: c, values: []Value{{Text: value}}}, nil
}

// presence is true for what is not null.
func presence(c Column) *term {
	if c.NotNull {
		return &term{kind: isTrue}
	}
	return &term{kind: notNull, column: c}
}

var termOf = [...]termKind{opEq: isIn, opNe: isNe, opLt: isLt, opLe: isLe, opGt: isGt, opGe: isGe}

func (b binder) compare(n *node, op compareOp) (*term, error) {
	c, err := b.column(n.field)
	if err != nil {
		return nil, err
	}
	if n.part != whole && c.Kind != Time {
		return nil, invalidField(c.Name, codeFunction, "The function '%s' takes a date field, and '%s' is %s.", n.part, c.Name, c.Kind)
	}
	value, exact, err := typed(c, n.part, n.literal)
	if err != nil {
		return nil, err
	}
	if value.Null && c.Kind == Time && n.part == whole && n.literal.kind != literalNull && op != opEq && op != opNe {
		if _, null, err := literal.UnboundedTime(n.literal.text); err == nil && null {
			value = Value{Number: literal.MinTime} // the first instant is "not set" as a value, and the least one in order
		}
	}
	switch {
	case value.isNull(c.Kind):
		return compareNull(c, op), nil
	case n.part == yearPart:
		return compareYear(c, op, value.Number, exact), nil
	}
	return compareValue(c, n.part, op, value, exact), nil
}

// compareValue compares with a value; one that is not exact lies between value and its successor, where nothing
// stored can be.
func compareValue(c Column, p part, op compareOp, value Value, exact bool) *term {
	if !exact {
		switch op {
		case opEq:
			return constant(false)
		case opNe:
			return constant(true)
		case opGe:
			op = opGt
		case opLt:
			op = opLe
		}
	}
	return &term{kind: termOf[op], column: c, part: p, values: []Value{value}}
}

// compareNull compares with null. In order, a text compares with the empty text; nothing else is below or above null.
func compareNull(c Column, op compareOp) *term {
	switch {
	case op == opEq:
		return nullTest(c)
	case op == opNe, c.Kind == Text && (op == opGt || op == opGe):
		return presence(c)
	default:
		return constant(false)
	}
}

// compareYear compares the time itself with the borders of a year, which an index on it can serve.
func compareYear(c Column, op compareOp, year int64, exact bool) *term {
	start := func(year int64) Value {
		year = min(max(year, -1), 10_001) // beyond these nothing changes
		return Value{Number: time.Date(int(year), 1, 1, 0, 0, 0, 0, time.UTC).Unix()}
	}
	at := func(kind termKind, year int64) *term {
		return &term{kind: kind, column: c, values: []Value{start(year)}}
	}
	next := min(year, 10_001) + 1
	switch {
	case !exact && op == opEq:
		return constant(false)
	case !exact && op == opNe:
		return constant(true)
	case op == opEq:
		return all(at(isGe, year), at(isLt, next))
	case op == opNe:
		return either(nullTest(c), at(isLt, year), at(isGe, next))
	case op == opLt && exact:
		return at(isLt, year)
	case op == opLt, op == opLe:
		return at(isLt, next)
	case op == opGe && exact:
		return at(isGe, year)
	default: // gt, and ge of what lies between two years
		return at(isGe, next)
	}
}

// typed reads a literal as a value of the column, or of a part of it. Not exact: the value was rounded down.
func typed(c Column, p part, l primitiveLiteral) (value Value, exact bool, err error) {
	if l.kind == literalNull || l.kind == literalText && (strings.TrimSpace(l.text) == "" && c.Kind != Text || strings.EqualFold(l.text, "$NULL")) {
		return Value{Null: true}, true, nil
	}
	switch {
	case c.Kind == Text:
		return Value{Text: literal.Fold(l.text)}, true, nil
	case p == whole && c.Kind == Time:
		unix, null, err := literal.UnboundedTime(l.text)
		if err != nil {
			return Value{}, false, badLiteral(c, l, "")
		}
		return Value{Number: unix, Null: null}, true, nil
	case c.Kind == Bool:
		truth, err := literal.Bool(l.text)
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
	number, exact, err := literal.ScaledNumber(l.text, places)
	switch {
	case errors.Is(err, literal.ErrRange):
		return Value{}, false, badLiteral(c, l, "it is out of range")
	case err != nil && p != whole:
		return Value{}, false, badLiteral(c, l, "it is not a number")
	case err != nil:
		return Value{}, false, badLiteral(c, l, "")
	}
	return Value{Number: number}, exact, nil
}
