package expr

import (
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Grammar is what a surface takes beyond the common grammar, and how much of it.
type Grammar struct {
	Bytes       int  // of the text
	Depth       int  // brackets, not and function calls, inside one another
	Comparisons int  // with what counts as one: a function, a bare field
	GUIDs       bool // bare ones are values
	DateParts   bool // the functions year, month and day
}

// Parse parses the decoded text of $filter: OData 4.01 part 2 section 5.1.1 as far as the operators eq, ne, lt, le, gt, ge, and,
// or, not and the functions contains, startswith, endswith, tolower, toupper, year, month and day. Unlike there, a comparison
// binds tighter than not. Operators and functions are taken in any case. What it refuses is fault.Invalid with one of the codes
// of this package.
func Parse(text string, grammar Grammar) (*Filter, error) {
	if len(text) > grammar.Bytes {
		return nil, invalid(CodeLimit, "The filter is longer than %d bytes.", grammar.Bytes)
	}
	if !literal.Valid(text) {
		return nil, invalid(CodeSyntax, "The filter holds a zero byte or is not valid UTF-8.")
	}
	p := &parser{lexer: lexer{text: text, guids: grammar.GUIDs}, grammar: grammar}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.kind == tokenEnd {
		return nil, invalid(CodeSyntax, "The filter is empty.")
	}
	root, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.token.kind != tokenEnd {
		return nil, p.unexpected()
	}
	if root, err = p.boolean(root); err != nil {
		return nil, err
	}
	return &Filter{root, text}, nil
}

// parser is one recursive descent; depth counts every way down, so that it cannot exhaust the stack.
type parser struct {
	lexer       lexer
	token       token
	grammar     Grammar
	depth       int
	comparisons int
}

func (p *parser) advance() (err error) {
	p.token, err = p.lexer.next()
	return err
}

func (p *parser) syntax(at int, format string, args ...any) error {
	return syntaxAt(p.lexer.text, at, format, args...)
}

func (p *parser) unexpected() error {
	if p.token.kind == tokenEnd {
		return p.syntax(p.token.at, "the text ends too early")
	}
	return p.syntax(p.token.at, "unexpected '%s'", literal.Shown(p.token.text))
}

func (p *parser) enter() error {
	if p.depth++; p.depth > p.grammar.Depth {
		return invalid(CodeLimit, "The filter is nested more than %d deep.", p.grammar.Depth)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

func (p *parser) count() error {
	if p.comparisons++; p.comparisons > p.grammar.Comparisons {
		return invalid(CodeLimit, "The filter has more than %d comparisons.", p.grammar.Comparisons)
	}
	return nil
}

func (p *parser) isWord(word string) bool {
	return p.token.kind == tokenName && strings.EqualFold(p.token.text, word)
}

func (p *parser) or() (*Node, error)  { return p.chain("or", Or, p.and) }
func (p *parser) and() (*Node, error) { return p.chain("and", And, p.not) }

func (p *parser) chain(word string, kind NodeKind, operand func() (*Node, error)) (*Node, error) {
	left, err := operand()
	if err != nil || !p.isWord(word) {
		return left, err
	}
	if left, err = p.boolean(left); err != nil {
		return nil, err
	}
	for p.isWord(word) {
		if err := p.advance(); err != nil {
			return nil, err
		}
		right, err := operand()
		if err != nil {
			return nil, err
		}
		if right, err = p.boolean(right); err != nil {
			return nil, err
		}
		left = join(kind, left, right)
	}
	return left, nil
}

func (p *parser) not() (*Node, error) {
	if !p.isWord("not") {
		return p.comparison()
	}
	at := p.token.at
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if err := p.advance(); err != nil {
		return nil, err
	}
	kid, err := p.not()
	if err != nil {
		return nil, err
	}
	if kid, err = p.boolean(kid); err != nil {
		return nil, err
	}
	return &Node{Kind: Not, Kids: []*Node{kid}, At: at}, nil
}

func (p *parser) comparison() (*Node, error) {
	left, err := p.operand()
	if err != nil || p.token.kind != tokenName {
		return left, err
	}
	op := Op(0)
	for o := Eq; o <= Ge; o++ {
		if p.isWord(o.String()) {
			op = o
		}
	}
	if op == 0 {
		return left, nil // and, or, or what the caller refuses
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	return p.compare(left, op, right)
}

func (p *parser) compare(left *Node, op Op, right *Node) (*Node, error) {
	at := left.At
	if left.Kind == nodeLiteral {
		left, op, right = right, op.flipped(), left
	}
	switch {
	case right.Kind != nodeLiteral && right.Kind == nodeField && left.Kind == nodeField:
		return nil, p.syntax(right.At, "'%s' is not a value; text stands in single quotes", literal.Shown(right.Field))
	case right.Kind != nodeLiteral:
		return nil, p.syntax(right.At, "a condition cannot be compared with a field or another condition")
	case left.Kind == nodeLiteral:
		return nil, p.syntax(at, "a comparison needs a field")
	case left.Kind == nodeField:
		if err := p.count(); err != nil {
			return nil, err
		}
		return &Node{Kind: Compare, Op: op, Field: left.Field, Part: left.Part, Literal: right.Literal, At: at}, nil
	}
	// A condition compared with true or false, as in contains(..) eq true.
	truth, err := literal.Bool(right.Literal.Text)
	if err != nil || op != Eq && op != Ne {
		return nil, p.syntax(right.At, "a condition can only be equal to true or false")
	}
	if truth == (op == Eq) {
		return left, nil
	}
	return &Node{Kind: Not, Kids: []*Node{left}, At: at}, nil
}

// boolean makes a condition of what may still be a bare field or a bare literal.
func (p *parser) boolean(n *Node) (*Node, error) {
	switch n.Kind {
	case nodeField:
		if n.Part != Whole {
			return nil, p.syntax(n.At, "%s needs a comparison", n.Part)
		}
		if err := p.count(); err != nil {
			return nil, err
		}
		return &Node{Kind: Test, Field: n.Field, At: n.At}, nil
	case nodeLiteral:
		if n.Literal.Kind != Bool {
			return nil, p.syntax(n.At, "a value alone is not a condition")
		}
		return &Node{Kind: Const, Truth: n.Literal.Text == "true", At: n.At}, nil
	default:
		return n, nil
	}
}

// operand reads a literal, a field, a function call or a bracket.
func (p *parser) operand() (*Node, error) {
	t := p.token
	switch t.kind {
	case tokenText, tokenWord:
		kind := Text
		if t.kind == tokenWord {
			kind = Word
		}
		return &Node{Kind: nodeLiteral, Literal: Literal{kind, t.text, t.at}, At: t.at}, p.advance()
	case tokenOpen:
		return p.bracket()
	case tokenName:
	default:
		return nil, p.unexpected()
	}
	switch word := strings.ToLower(t.text); word {
	case "null":
		return &Node{Kind: nodeLiteral, Literal: Literal{Null, word, t.at}, At: t.at}, p.advance()
	case "true", "false":
		return &Node{Kind: nodeLiteral, Literal: Literal{Bool, word, t.at}, At: t.at}, p.advance()
	case "and", "or", "not":
		return nil, p.unexpected()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.kind == tokenOpen {
		return p.call(t)
	}
	return &Node{Kind: nodeField, Field: t.text, At: t.at}, nil
}

func (p *parser) bracket() (*Node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if err := p.advance(); err != nil {
		return nil, err
	}
	inner, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.token.kind != tokenClose {
		return nil, p.unclosed()
	}
	return inner, p.advance()
}

func (p *parser) unclosed() error {
	if p.token.kind == tokenEnd {
		return p.syntax(p.token.at, "a bracket is not closed")
	}
	return p.unexpected()
}
