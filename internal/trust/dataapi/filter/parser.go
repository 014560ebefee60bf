package filter

import (
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Limits of a filter.
const (
	MaxBytes       = 8 << 10
	MaxDepth       = 64 // brackets, not and calls, inside one another
	MaxComparisons = 128
)

type nodeKind uint8

const (
	nodeAnd     nodeKind = iota + 1 // kids, two or more
	nodeOr                          // kids, two or more
	nodeNot                         // one kid
	nodeTruth                       // truth
	nodeTest                        // path, true or false by itself
	nodeCompare                     // path op value
	nodeCall                        // op(path, value)
)

// node is one condition of a filter. Paths are not resolved and values have no type yet.
type node struct {
	kind  nodeKind
	kids  []*node
	truth bool
	op    string // eq, ne, …, contains, …
	path  string
	value value
	at    int // byte offset
}

type valueKind uint8

const (
	valueNull valueKind = iota + 1
	valueBool
	valueText
	valueWord // a bare number, date or GUID
)

type value struct {
	kind valueKind
	text string
	at   int
}

// flipped are the operators of comparison, each with what it is when its sides are exchanged.
var flipped = map[string]string{"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}

// Filter is a parsed $filter.
type Filter struct {
	root *node
	text string
}

// Parse reads the decoded text of $filter, which is not blank. Operators, functions and the words null, true and false
// are taken in any case. What it refuses is fault.Invalid with the code filter_syntax or filter_limit.
func Parse(text string) (*Filter, error) {
	if len(text) > MaxBytes {
		return nil, limit("The filter is longer than %d bytes.", MaxBytes)
	}
	if !literal.Valid(text) {
		return nil, syntax("", 0, "there is a zero byte or invalid UTF-8")
	}
	p := &parser{lexer: lexer{text: text}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	root, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.token.kind != tokenEnd {
		return nil, p.unexpected()
	}
	return &Filter{root, text}, nil
}

// parser is one recursive descent; depth counts every way down, so that it cannot exhaust the stack.
type parser struct {
	lexer       lexer
	token       token
	depth       int
	comparisons int
}

func (p *parser) advance() (err error) {
	p.token, err = p.lexer.next()
	return err
}

func (p *parser) fail(at int, format string, args ...any) error {
	return syntax(p.lexer.text, at, format, args...)
}

func (p *parser) unexpected() error {
	if p.token.kind == tokenEnd {
		return p.fail(p.token.at, "the text ends too early")
	}
	return p.fail(p.token.at, "unexpected '%s'", shown(p.token.text))
}

func (p *parser) enter() error {
	if p.depth++; p.depth > MaxDepth {
		return limit("The filter is nested more than %d deep.", MaxDepth)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

func (p *parser) leaf(n *node) (*node, error) {
	if p.comparisons++; p.comparisons > MaxComparisons {
		return nil, limit("The filter has more than %d comparisons.", MaxComparisons)
	}
	return n, nil
}

func (p *parser) word() string {
	if p.token.kind != tokenName {
		return ""
	}
	return strings.ToLower(p.token.text)
}

func (p *parser) or() (*node, error)  { return p.chain("or", nodeOr, p.and) }
func (p *parser) and() (*node, error) { return p.chain("and", nodeAnd, p.not) }

func (p *parser) chain(word string, kind nodeKind, part func() (*node, error)) (*node, error) {
	first, err := part()
	if err != nil || p.word() != word {
		return first, err
	}
	n := &node{kind: kind, kids: []*node{first}, at: first.at}
	for p.word() == word {
		if err := p.advance(); err != nil {
			return nil, err
		}
		kid, err := part()
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, kid)
	}
	return n, nil
}

// not binds less than a comparison: not A eq 'x' is not (A eq 'x').
func (p *parser) not() (*node, error) {
	if p.word() != "not" {
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
	return &node{kind: nodeNot, kids: []*node{kid}, at: at}, nil
}

// operand is one side of a comparison: exactly one of condition, path and value.
type operand struct {
	condition *node
	path      string
	value     value
	at        int
}

func (p *parser) comparison() (*node, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	op := p.word()
	if flipped[op] == "" {
		return p.condition(left)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	if left.value.kind != 0 {
		left, op, right = right, flipped[op], left
	}
	switch {
	case right.value.kind == 0 || left.value.kind != 0:
		return nil, p.fail(right.at, "a comparison has a path on one side and a value on the other; text stands in single quotes")
	case left.path != "":
		return p.leaf(&node{kind: nodeCompare, op: op, path: left.path, value: right.value, at: left.at})
	case right.value.kind != valueBool || op != "eq" && op != "ne":
		return nil, p.fail(right.at, "a condition can only be equal to true or false")
	case (right.value.text == "true") == (op == "eq"):
		return left.condition, nil
	}
	return &node{kind: nodeNot, kids: []*node{left.condition}, at: left.at}, nil
}

// condition makes a condition of an operand that stands alone.
func (p *parser) condition(o operand) (*node, error) {
	switch {
	case o.condition != nil:
		return o.condition, nil
	case o.path != "":
		return p.leaf(&node{kind: nodeTest, path: o.path, at: o.at})
	case o.value.kind == valueBool:
		return &node{kind: nodeTruth, truth: o.value.text == "true", at: o.at}, nil
	}
	return nil, p.fail(o.at, "a value alone is not a condition")
}

func (p *parser) operand() (operand, error) {
	t := p.token
	o := operand{at: t.at}
	switch t.kind {
	case tokenText:
		o.value = value{valueText, t.text, t.at}
		return o, p.advance()
	case tokenWord:
		o.value = value{valueWord, t.text, t.at}
		return o, p.advance()
	case tokenOpen:
		return p.bracket()
	case tokenName:
	default:
		return o, p.unexpected()
	}
	word := p.word()
	if word == "and" || word == "or" || word == "not" || flipped[word] != "" {
		return o, p.unexpected()
	}
	if err := p.advance(); err != nil {
		return o, err
	}
	switch {
	case p.token.kind == tokenOpen:
		return p.call(t)
	case word == "null":
		o.value = value{valueNull, word, t.at}
	case word == "true", word == "false":
		o.value = value{valueBool, word, t.at}
	default:
		o.path = t.text
	}
	return o, nil
}

func (p *parser) bracket() (operand, error) {
	o := operand{at: p.token.at}
	if err := p.enter(); err != nil {
		return o, err
	}
	defer p.leave()
	if err := p.advance(); err != nil {
		return o, err
	}
	var err error
	if o.condition, err = p.or(); err != nil {
		return o, err
	}
	return o, p.end()
}

func (p *parser) end() error {
	if p.token.kind == tokenEnd {
		return p.fail(p.token.at, "a bracket is not closed")
	}
	if p.token.kind != tokenClose {
		return p.unexpected()
	}
	return p.advance()
}

// call reads the arguments of a function; its opening bracket is at hand. tolower and toupper change nothing, because
// case does not count.
func (p *parser) call(name token) (operand, error) {
	o := operand{at: name.at}
	if err := p.enter(); err != nil {
		return o, err
	}
	defer p.leave()
	function := strings.ToLower(name.text)
	if err := p.advance(); err != nil {
		return o, err
	}
	first, err := p.operand()
	if err != nil {
		return o, err
	}
	switch function {
	case "tolower", "toupper":
		if first.condition != nil {
			return o, p.fail(first.at, "%s takes a path or a value", function)
		}
		return first, p.end()
	case "contains", "startswith", "endswith":
	default:
		return o, p.fail(name.at, "the function '%s' is not known", shown(name.text))
	}
	if p.token.kind != tokenComma {
		return o, p.unexpected()
	}
	if err := p.advance(); err != nil {
		return o, err
	}
	second, err := p.operand()
	if err != nil {
		return o, err
	}
	if first.path == "" || second.value.kind == 0 || second.value.kind == valueNull {
		return o, p.fail(name.at, "%s takes a path and a value, in this order", function)
	}
	if o.condition, err = p.leaf(&node{kind: nodeCall, op: function, path: first.path, value: second.value, at: name.at}); err != nil {
		return o, err
	}
	return o, p.end()
}
