package odata

import "strings"

type nodeKind uint8

const (
	nodeAnd     nodeKind = iota + 1 // kids, two or more, none of them nodeAnd
	nodeOr                          // kids, two or more, none of them nodeOr
	nodeNot                         // one kid
	nodeConst                       // truth
	nodeTest                        // field, a bare boolean
	nodeCompare                     // part(field) op literal
	nodeCall                        // call(field, literal)
	nodeField                       // part(field), while parsing only
	nodeLiteral                     // literal, while parsing only
)

// node is one knot of the tree as the client wrote it: brackets gone, the field on the left, tolower and toupper
// dropped because both sides are folded anyway.
type node struct {
	kind    nodeKind
	kids    []*node
	truth   bool
	op      compareOp
	call    string // contains, startswith, endswith
	field   string // as the client wrote it
	part    part
	literal primitiveLiteral
	at      int
}

type compareOp uint8

const (
	opEq compareOp = iota + 1
	opNe
	opLt
	opLe
	opGt
	opGe
)

var opNames = [...]string{opEq: "eq", opNe: "ne", opLt: "lt", opLe: "le", opGt: "gt", opGe: "ge"}

func (o compareOp) String() string { return opNames[o] }

// flipped is the operator with its sides exchanged: 5 lt x is x gt 5.
func (o compareOp) flipped() compareOp {
	return [...]compareOp{opEq: opEq, opNe: opNe, opLt: opGt, opLe: opGe, opGt: opLt, opGe: opLe}[o]
}

// part is what a function takes out of a date.
type part uint8

const (
	whole part = iota
	yearPart
	monthPart
	dayPart
)

var partNames = [...]string{whole: "", yearPart: "year", monthPart: "month", dayPart: "day"}

func (p part) String() string { return partNames[p] }

type literalKind uint8

const (
	literalNull literalKind = iota + 1
	literalBool
	literalText
	literalWord // a bare number or date
)

// primitiveLiteral is a value as the client wrote it, the primitiveLiteral of the grammar of OData (4.01 ABNF).
type primitiveLiteral struct {
	kind literalKind
	text string // true and false in lower case; everything else as written, quotes undone
}

func (l primitiveLiteral) String() string {
	if l.kind == literalText {
		return "'" + strings.ReplaceAll(l.text, "'", "''") + "'"
	}
	return l.text
}

// Filter is a parsed $filter. Its fields are not resolved and its values have no type yet.
type Filter struct{ root *node }

// String is the canonical text: it parses to the same tree.
func (f *Filter) String() string {
	var b strings.Builder
	f.root.write(&b)
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	switch n.kind {
	case nodeAnd, nodeOr:
		word := " and "
		if n.kind == nodeOr {
			word = " or "
		}
		for i, kid := range n.kids {
			if i > 0 {
				b.WriteString(word)
			}
			kid.writeInside(b, n.kind == nodeAnd && kid.kind == nodeOr)
		}
	case nodeNot:
		b.WriteString("not ")
		kid := n.kids[0]
		kid.writeInside(b, kid.kind == nodeAnd || kid.kind == nodeOr)
	case nodeConst:
		if n.truth {
			b.WriteString("true")
		} else {
			b.WriteString("false")
		}
	case nodeTest:
		b.WriteString(n.field)
	case nodeCompare:
		if n.part == whole {
			b.WriteString(n.field)
		} else {
			b.WriteString(n.part.String() + "(" + n.field + ")")
		}
		b.WriteString(" " + n.op.String() + " " + n.literal.String())
	case nodeCall:
		b.WriteString(n.call + "(" + n.field + "," + n.literal.String() + ")")
	}
}

func (n *node) writeInside(b *strings.Builder, brackets bool) {
	if brackets {
		b.WriteByte('(')
	}
	n.write(b)
	if brackets {
		b.WriteByte(')')
	}
}

// Replace has fn look at every text the filter compares with, and puts what it returns with true in its place.
func (f *Filter) Replace(fn func(text string) (string, bool)) { f.root.replace(fn) }

func (n *node) replace(fn func(string) (string, bool)) {
	if n.literal.kind == literalText {
		if text, ok := fn(n.literal.text); ok {
			n.literal.text = text
		}
	}
	for _, kid := range n.kids {
		kid.replace(fn)
	}
}

// join makes an and or an or of two kids and flattens it.
func join(kind nodeKind, left, right *node) *node {
	joined := &node{kind: kind, at: left.at}
	for _, n := range []*node{left, right} {
		if n.kind == kind {
			joined.kids = append(joined.kids, n.kids...)
		} else {
			joined.kids = append(joined.kids, n)
		}
	}
	return joined
}
