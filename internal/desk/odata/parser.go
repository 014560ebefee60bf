package odata

import (
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Limits of a filter.
const (
	MaxFilterBytes       = 32 << 10
	MaxFilterDepth       = 100 // brackets, not and function calls, inside one another
	MaxFilterComparisons = 256
)

type limits struct{ bytes, depth, comparisons int }

// ParseFilter parses the decoded text of $filter: OData 4.01 part 2 section 5.1.1 as far as the operators eq, ne, lt,
// le, gt, ge, and, or, not and the functions contains, startswith, endswith, tolower, toupper, year, month and day.
// Unlike there, a comparison binds tighter than not. Operators and functions are taken in any case.
func ParseFilter(text string) (*Filter, error) {
	return parseFilter(text, limits{MaxFilterBytes, MaxFilterDepth, MaxFilterComparisons})
}

func parseFilter(text string, most limits) (*Filter, error) {
	if len(text) > most.bytes {
		return nil, invalid(codeLimit, "The filter is longer than %d bytes.", most.bytes)
	}
	if !literal.Valid(text) {
		return nil, invalid(codeSyntax, "The filter holds a zero byte or is not valid UTF-8.")
	}
	p := &parser{lexer: lexer{text: text}, most: most}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.kind == tokenEnd {
		return nil, invalid(codeSyntax, "The filter is empty.")
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
	return &Filter{root}, nil
}

// parser is one recursive descent; depth counts every way down, so that it cannot exhaust the stack.
type parser struct {
	lexer       lexer
	token       token
	most        limits
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
	return p.syntax(p.token.at, "unexpected '%s'", shown(p.token.text))
}

func (p *parser) enter() error {
	if p.depth++; p.depth > p.most.depth {
		return invalid(codeLimit, "The filter is nested more than %d deep.", p.most.depth)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

func (p *parser) count() error {
	if p.comparisons++; p.comparisons > p.most.comparisons {
		return invalid(codeLimit, "The filter has more than %d comparisons.", p.most.comparisons)
	}
	return nil
}

func (p *parser) isWord(word string) bool {
	return p.token.kind == tokenName && strings.EqualFold(p.token.text, word)
}

func (p *parser) or() (*node, error)  { return p.chain("or", nodeOr, p.and) }
func (p *parser) and() (*node, error) { return p.chain("and", nodeAnd, p.not) }

func (p *parser) chain(word string, kind nodeKind, operand func() (*node, error)) (*node, error) {
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

func (p *parser) not() (*node, error) {
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
	return &node{kind: nodeNot, kids: []*node{kid}, at: at}, nil
}

func (p *parser) comparison() (*node, error) {
	left, err := p.operand()
	if err != nil || p.token.kind != tokenName {
		return left, err
	}
	op := compareOp(0)
	for o := opEq; o <= opGe; o++ {
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

func (p *parser) compare(left *node, op compareOp, right *node) (*node, error) {
	at := left.at
	if left.kind == nodeLiteral {
		left, op, right = right, op.flipped(), left
	}
	switch {
	case right.kind != nodeLiteral && right.kind == nodeField && left.kind == nodeField:
		return nil, p.syntax(right.at, "'%s' is not a value; text stands in single quotes", shown(right.field))
	case right.kind != nodeLiteral:
		return nil, p.syntax(right.at, "a condition cannot be compared with a field or another condition")
	case left.kind == nodeLiteral:
		return nil, p.syntax(at, "a comparison needs a field")
	case left.kind == nodeField:
		if err := p.count(); err != nil {
			return nil, err
		}
		return &node{kind: nodeCompare, op: op, field: left.field, part: left.part, literal: right.literal, at: at}, nil
	}
	// A condition compared with true or false, as in contains(..) eq true.
	truth, err := literal.Bool(right.literal.text)
	if err != nil || op != opEq && op != opNe {
		return nil, p.syntax(right.at, "a condition can only be equal to true or false")
	}
	if truth == (op == opEq) {
		return left, nil
	}
	return &node{kind: nodeNot, kids: []*node{left}, at: at}, nil
}

// boolean makes a condition of what may still be a bare field or a bare literal.
func (p *parser) boolean(n *node) (*node, error) {
	switch n.kind {
	case nodeField:
		if n.part != whole {
			return nil, p.syntax(n.at, "%s needs a comparison", n.part)
		}
		if err := p.count(); err != nil {
			return nil, err
		}
		return &node{kind: nodeTest, field: n.field, at: n.at}, nil
	case nodeLiteral:
		if n.literal.kind != literalBool {
			return nil, p.syntax(n.at, "a value alone is not a condition")
		}
		return &node{kind: nodeConst, truth: n.literal.text == "true", at: n.at}, nil
	default:
		return n, nil
	}
}

// operand reads a literal, a field, a function call or a bracket.
func (p *parser) operand() (*node, error) {
	t := p.token
	switch t.kind {
	case tokenText, tokenWord:
		kind := literalText
		if t.kind == tokenWord {
			kind = literalWord
		}
		return &node{kind: nodeLiteral, literal: primitiveLiteral{kind, t.text}, at: t.at}, p.advance()
	case tokenOpen:
		return p.bracket()
	case tokenName:
	default:
		return nil, p.unexpected()
	}
	switch word := strings.ToLower(t.text); word {
	case "null":
		return &node{kind: nodeLiteral, literal: primitiveLiteral{literalNull, word}, at: t.at}, p.advance()
	case "true", "false":
		return &node{kind: nodeLiteral, literal: primitiveLiteral{literalBool, word}, at: t.at}, p.advance()
	case "and", "or", "not":
		return nil, p.unexpected()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.kind == tokenOpen {
		return p.call(t)
	}
	return &node{kind: nodeField, field: t.text, at: t.at}, nil
}

func (p *parser) bracket() (*node, error) {
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
