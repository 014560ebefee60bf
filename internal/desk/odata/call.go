package odata

import "strings"

// call reads the arguments of a function whose name has been read; the opening bracket is at hand.
func (p *parser) call(name token) (*node, error) {
	function := strings.ToLower(name.text)
	want := 1
	switch function {
	case "contains", "startswith", "endswith":
		want = 2
	case "tolower", "toupper", "year", "month", "day":
	default:
		return nil, invalid(codeFunction, "The function '%s' is not known.", shown(name.text))
	}
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(args) != want {
		return nil, invalid(codeFunction, "The function '%s' takes %d argument(s).", function, want)
	}
	first := args[0]
	switch function {
	case "tolower", "toupper": // both sides are folded, so these change nothing
		if first.kind == nodeField && first.part == whole || first.kind == nodeLiteral {
			return first, nil
		}
		return nil, invalid(codeFunction, "The function '%s' takes a field or a value.", function)
	case "contains", "startswith", "endswith":
		if first.kind != nodeField || first.part != whole || args[1].kind != nodeLiteral {
			return nil, invalid(codeFunction, "The function '%s' takes a field and a value, in this order.", function)
		}
		if err := p.count(); err != nil {
			return nil, err
		}
		return &node{kind: nodeCall, call: function, field: first.field, literal: args[1].literal, at: name.at}, nil
	}
	if first.kind != nodeField || first.part != whole {
		return nil, invalid(codeFunction, "The function '%s' takes a field.", function)
	}
	of := yearPart
	for of.String() != function {
		of++
	}
	return &node{kind: nodeField, field: first.field, part: of, at: name.at}, nil
}

func (p *parser) arguments() ([]*node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	var args []*node
	for {
		if err := p.advance(); err != nil { // over the bracket or the comma
			return nil, err
		}
		if p.token.kind == tokenClose && len(args) == 0 {
			return nil, p.advance()
		}
		arg, err := p.operand()
		if err != nil {
			return nil, err
		}
		if args = append(args, arg); len(args) > 2 {
			return nil, p.syntax(arg.at, "too many arguments")
		}
		switch p.token.kind {
		case tokenComma:
		case tokenClose:
			return args, p.advance()
		default:
			return nil, p.unclosed()
		}
	}
}
