package expr

import (
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// call reads the arguments of a function whose name has been read; the opening bracket is at hand.
func (p *parser) call(name token) (*Node, error) {
	function := strings.ToLower(name.text)
	want := 1
	switch function {
	case "contains", "startswith", "endswith":
		want = 2
	case "tolower", "toupper":
	case "year", "month", "day":
		if !p.grammar.DateParts {
			return nil, unknownFunction(name.text)
		}
	default:
		return nil, unknownFunction(name.text)
	}
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(args) != want {
		return nil, invalid(CodeFunction, "The function '%s' takes %d argument(s).", function, want)
	}
	first := args[0]
	switch function {
	case "tolower", "toupper": // both sides are folded, so these change nothing
		if first.Kind == nodeField && first.Part == Whole || first.Kind == nodeLiteral {
			return first, nil
		}
		return nil, invalid(CodeFunction, "The function '%s' takes a field or a value.", function)
	case "contains", "startswith", "endswith":
		if first.Kind != nodeField || first.Part != Whole || args[1].Kind != nodeLiteral {
			return nil, invalid(CodeFunction, "The function '%s' takes a field and a value, in this order.", function)
		}
		if err := p.count(); err != nil {
			return nil, err
		}
		return &Node{Kind: Call, Call: function, Field: first.Field, Literal: args[1].Literal, At: name.at}, nil
	}
	if first.Kind != nodeField || first.Part != Whole {
		return nil, invalid(CodeFunction, "The function '%s' takes a field.", function)
	}
	of := Year
	for of.String() != function {
		of++
	}
	return &Node{Kind: nodeField, Field: first.Field, Part: of, At: name.at}, nil
}

func unknownFunction(name string) error {
	return invalid(CodeFunction, "The function '%s' is not known.", literal.Shown(name))
}

func (p *parser) arguments() ([]*Node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	var args []*Node
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
			return nil, p.syntax(arg.At, "too many arguments")
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
