package desk

import (
	"errors"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// The expressions of a parameter of the service catalogue say when it is required, shown or read-only:
// "$(true)", "$(Kind == 'Laptop' && !(Bag != true))". They compare answers of other parameters, named by their Name, with
// quoted texts, numbers and true or false, and join comparisons with &&, || and !. Texts compare without case. There is
// nothing else in them: no calls, no loops, so that an answer costs no more than its text is long.

const (
	maxExpression      = 2550 // bytes, as long as the field that holds it
	maxExpressionDepth = 50
)

var (
	errExpression     = errors.New("the expression cannot be understood")
	errExpressionName = errors.New("the expression names no parameter of the offering")
)

// answerOf gives the answer to a parameter by its name; false where the offering has none of this name.
type answerOf func(name string) (string, bool)

// expression is one made ready. Its value is a text; "true" is true.
type expression func(answerOf) (string, error)

// evaluate reads and computes an expression in one go. A blank one is what the caller says it is.
func evaluate(text string, blank bool, answers answerOf) (bool, error) {
	if strings.TrimSpace(text) == "" {
		return blank, nil
	}
	x, err := parseExpression(text)
	if err != nil {
		return false, err
	}
	value, err := x(answers)
	return truth(value), err
}

func truth(value string) bool { return strings.EqualFold(strings.TrimSpace(value), "true") }

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// parseExpression reads an expression with or without the $( ) around it.
func parseExpression(text string) (expression, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxExpression {
		return nil, errExpression
	}
	if inner, ok := strings.CutPrefix(text, "$("); ok {
		if inner, ok = strings.CutSuffix(inner, ")"); !ok {
			return nil, errExpression
		}
		text = inner
	}
	p := expressionParser{rest: text}
	x, err := p.either(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.rest != "" {
		return nil, errExpression
	}
	return x, nil
}

type expressionParser struct{ rest string }

func (p *expressionParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// take passes over one of the words, if one comes next.
func (p *expressionParser) take(words ...string) bool {
	p.space()
	for _, w := range words {
		if strings.HasPrefix(p.rest, w) {
			p.rest = p.rest[len(w):]
			return true
		}
	}
	return false
}

func (p *expressionParser) either(depth int) (expression, error) {
	return p.chain(depth, "||", p.both, true)
}

func (p *expressionParser) both(depth int) (expression, error) {
	return p.chain(depth, "&&", p.comparison, false)
}

// chain reads operands joined by one operator. The value that decides alone ends the computing, but not the look for
// names that do not exist: what a text means must not depend on the answers.
func (p *expressionParser) chain(depth int, operator string, operand func(int) (expression, error), decides bool) (expression, error) {
	first, err := operand(depth)
	if err != nil {
		return nil, err
	}
	all := []expression{first}
	for p.take(operator) {
		next, err := operand(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, next)
	}
	if len(all) == 1 {
		return first, nil
	}
	return func(answers answerOf) (string, error) {
		result := !decides
		for _, x := range all {
			value, err := x(answers)
			if err != nil {
				return "", err
			}
			if truth(value) == decides {
				result = decides
			}
		}
		return boolText(result), nil
	}, nil
}

func (p *expressionParser) comparison(depth int) (expression, error) {
	left, err := p.operand(depth)
	if err != nil {
		return nil, err
	}
	equal := p.take("==")
	if !equal && !p.take("!=") {
		return left, nil
	}
	right, err := p.operand(depth)
	if err != nil {
		return nil, err
	}
	return func(answers answerOf) (string, error) {
		a, err := left(answers)
		if err != nil {
			return "", err
		}
		b, err := right(answers)
		return boolText((literal.Fold(a) == literal.Fold(b)) == equal), err
	}, nil
}

func (p *expressionParser) operand(depth int) (expression, error) {
	if depth > maxExpressionDepth {
		return nil, errExpression
	}
	p.space()
	switch {
	case p.rest == "":
		return nil, errExpression
	case strings.HasPrefix(p.rest, "!") && !strings.HasPrefix(p.rest, "!="):
		p.rest = p.rest[1:]
		x, err := p.operand(depth + 1)
		if err != nil {
			return nil, err
		}
		return func(answers answerOf) (string, error) {
			value, err := x(answers)
			return boolText(!truth(value)), err
		}, nil
	case p.take("("):
		x, err := p.either(depth + 1)
		if err == nil && !p.take(")") {
			err = errExpression
		}
		return x, err
	case p.rest[0] == '\'' || p.rest[0] == '"':
		return p.quoted(p.rest[0])
	}
	return p.word()
}

// quoted reads a text in quotes; a quote inside it is written twice.
func (p *expressionParser) quoted(quote byte) (expression, error) {
	var text strings.Builder
	rest := p.rest[1:]
	for {
		i := strings.IndexByte(rest, quote)
		if i < 0 {
			return nil, errExpression
		}
		text.WriteString(rest[:i])
		rest = rest[i+1:]
		if rest == "" || rest[0] != quote {
			break
		}
		text.WriteByte(quote)
		rest = rest[1:]
	}
	p.rest = rest
	value := text.String()
	return func(answerOf) (string, error) { return value, nil }, nil
}

// word reads a number, true, false or a name; a name may stand in square brackets, with blanks in it.
func (p *expressionParser) word() (expression, error) {
	if strings.HasPrefix(p.rest, "[") {
		name, rest, ok := strings.Cut(p.rest[1:], "]")
		if !ok || name == "" {
			return nil, errExpression
		}
		p.rest = rest
		return answerTo(name), nil
	}
	end := strings.IndexFunc(p.rest, func(r rune) bool {
		return r != '_' && r != '.' && r != '-' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') && r < 0x80
	})
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	if word == "" {
		return nil, errExpression
	}
	p.rest = p.rest[end:]
	if strings.EqualFold(word, "true") || strings.EqualFold(word, "false") || literal.IsNumber(word) {
		return func(answerOf) (string, error) { return word, nil }, nil
	}
	return answerTo(word), nil
}

// answerTo is the answer to the parameter of a name.
func answerTo(name string) expression {
	return func(answers answerOf) (string, error) {
		value, ok := answers(name)
		if !ok {
			return "", errExpressionName
		}
		return value, nil
	}
}
