package expr

import "strings"

// NodeKind says what a node is.
type NodeKind uint8

// The kinds of nodes.
const (
	And         NodeKind = iota + 1 // kids, two or more, none of them And
	Or                              // kids, two or more, none of them Or
	Not                             // one kid
	Const                           // truth
	Test                            // field, a bare boolean
	Compare                         // part(field) op literal
	Call                            // call(field, literal)
	nodeField                       // part(field), while parsing only
	nodeLiteral                     // literal, while parsing only
)

// Node is one knot of the tree as the client wrote it: brackets gone, the field on the left, tolower and toupper
// dropped because both sides are folded anyway.
type Node struct {
	Kind    NodeKind
	Kids    []*Node
	Truth   bool
	Op      Op
	Call    string // contains, startswith, endswith
	Field   string // as the client wrote it
	Part    Part
	Literal Literal
	At      int // byte offset in the text
}

// Op is an operator of comparison.
type Op uint8

// The operators.
const (
	Eq Op = iota + 1
	Ne
	Lt
	Le
	Gt
	Ge
)

var opNames = [...]string{Eq: "eq", Ne: "ne", Lt: "lt", Le: "le", Gt: "gt", Ge: "ge"}

func (o Op) String() string { return opNames[o] }

// flipped is the operator with its sides exchanged: 5 lt x is x gt 5.
func (o Op) flipped() Op {
	return [...]Op{Eq: Eq, Ne: Ne, Lt: Gt, Le: Ge, Gt: Lt, Ge: Le}[o]
}

// Part is what a function takes out of a date.
type Part uint8

// The parts.
const (
	Whole Part = iota
	Year
	Month
	Day
)

var partNames = [...]string{Whole: "", Year: "year", Month: "month", Day: "day"}

func (p Part) String() string { return partNames[p] }

// LiteralKind says how a literal was written.
type LiteralKind uint8

// The kinds of literals.
const (
	Null LiteralKind = iota + 1
	Bool
	Text
	Word // a bare number, date or GUID
)

// Literal is a value as the client wrote it, the primitiveLiteral of the grammar of OData (4.01 ABNF).
type Literal struct {
	Kind LiteralKind
	Text string // true and false in lower case; everything else as written, quotes undone
	At   int    // byte offset in the text
}

func (l Literal) String() string {
	if l.Kind == Text {
		return "'" + strings.ReplaceAll(l.Text, "'", "''") + "'"
	}
	return l.Text
}

// Filter is a parsed $filter. Its fields are not resolved and its values have no type yet.
type Filter struct {
	Root *Node
	Text string
}

// String is the canonical text: it parses to the same tree.
func (f *Filter) String() string {
	var b strings.Builder
	f.Root.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	switch n.Kind {
	case And, Or:
		word := " and "
		if n.Kind == Or {
			word = " or "
		}
		for i, kid := range n.Kids {
			if i > 0 {
				b.WriteString(word)
			}
			kid.writeInside(b, n.Kind == And && kid.Kind == Or)
		}
	case Not:
		b.WriteString("not ")
		kid := n.Kids[0]
		kid.writeInside(b, kid.Kind == And || kid.Kind == Or)
	case Const:
		if n.Truth {
			b.WriteString("true")
		} else {
			b.WriteString("false")
		}
	case Test:
		b.WriteString(n.Field)
	case Compare:
		if n.Part == Whole {
			b.WriteString(n.Field)
		} else {
			b.WriteString(n.Part.String() + "(" + n.Field + ")")
		}
		b.WriteString(" " + n.Op.String() + " " + n.Literal.String())
	case Call:
		b.WriteString(n.Call + "(" + n.Field + "," + n.Literal.String() + ")")
	}
}

func (n *Node) writeInside(b *strings.Builder, brackets bool) {
	if brackets {
		b.WriteByte('(')
	}
	n.write(b)
	if brackets {
		b.WriteByte(')')
	}
}

// Replace has fn look at every text the filter compares with, and puts what it returns with true in its place.
func (f *Filter) Replace(fn func(text string) (string, bool)) { f.Root.replace(fn) }

func (n *Node) replace(fn func(string) (string, bool)) {
	if n.Literal.Kind == Text {
		if text, ok := fn(n.Literal.Text); ok {
			n.Literal.Text = text
		}
	}
	for _, kid := range n.Kids {
		kid.replace(fn)
	}
}

// join makes an and or an or of two kids and flattens it.
func join(kind NodeKind, left, right *Node) *Node {
	joined := &Node{Kind: kind, At: left.At}
	for _, n := range []*Node{left, right} {
		if n.Kind == kind {
			joined.Kids = append(joined.Kids, n.Kids...)
		} else {
			joined.Kids = append(joined.Kids, n)
		}
	}
	return joined
}
