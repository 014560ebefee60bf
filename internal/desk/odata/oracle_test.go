package odata

import (
	"math/big"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Successor is what the tests outside the package look at.
var Successor = successor

// Oracle evaluates the tree as the client wrote it, by the words of spec section 5.4 and nothing of the binder: no
// normalisation, exact rationals for numbers, the standard library for dates.
func (f *Filter) Oracle(resolve Resolve, get func(field string) (string, int64, bool)) bool {
	return oracle(f.root, resolve, get)
}

func oracle(n *node, resolve Resolve, get func(field string) (string, int64, bool)) bool {
	switch n.kind {
	case nodeAnd:
		for _, k := range n.kids {
			if !oracle(k, resolve, get) {
				return false
			}
		}
		return true
	case nodeOr:
		for _, k := range n.kids {
			if oracle(k, resolve, get) {
				return true
			}
		}
		return false
	case nodeNot:
		return !oracle(n.kids[0], resolve, get)
	case nodeConst:
		return n.truth
	}
	c, _ := resolve(n.field)
	text, number, null := get(c.Name)
	null = null || c.Kind == Text && text == ""
	switch n.kind {
	case nodeTest:
		return !null && number == 1
	case nodeCall:
		value := literal.Fold(n.literal.text)
		if n.literal.kind == literalNull {
			value = ""
		}
		switch n.call {
		case "contains":
			return !null && strings.Contains(text, value)
		case "startswith":
			return !null && strings.HasPrefix(text, value)
		default:
			return !null && strings.HasSuffix(text, value)
		}
	}
	wantNull := n.literal.kind == literalNull || n.literal.text == "" || strings.ToUpper(n.literal.text) == "$NULL"
	if c.Kind == Time && n.part == whole && !wantNull {
		// The year-1 form is "not set" as a value, spec section 3, and in order the least instant there is.
		wantNull = oracleTime(n.literal.text).Equal(time.Time{}) && (n.op == opEq || n.op == opNe)
	}
	order := 0
	switch {
	case null || wantNull:
		same := null && wantNull
		if n.op == opEq || n.op == opNe {
			return same == (n.op == opEq)
		}
		return !null && c.Kind == Text && (n.op == opGt || n.op == opGe) // above the empty text
	case c.Kind == Text:
		order = strings.Compare(text, literal.Fold(n.literal.text))
	default:
		have := new(big.Rat).SetInt64(number)
		at := time.Unix(number, 0).UTC()
		switch {
		case c.Kind == Decimal:
			have.Quo(have, big.NewRat(10000, 1))
		case n.part == yearPart:
			have.SetInt64(int64(at.Year()))
		case n.part == monthPart:
			have.SetInt64(int64(at.Month()))
		case n.part == dayPart:
			have.SetInt64(int64(at.Day()))
		}
		order = have.Cmp(oracleNumber(n.literal.text))
	}
	switch n.op {
	case opEq:
		return order == 0
	case opNe:
		return order != 0
	case opLt:
		return order < 0
	case opLe:
		return order <= 0
	case opGt:
		return order > 0
	default:
		return order >= 0
	}
}

func oracleNumber(s string) *big.Rat {
	switch strings.ToLower(s) {
	case "true":
		return big.NewRat(1, 1)
	case "false":
		return new(big.Rat)
	}
	if r, ok := new(big.Rat).SetString(s); ok {
		return r
	}
	return new(big.Rat).SetInt64(oracleTime(s).Unix())
}

func oracleTime(s string) time.Time {
	s = strings.ToUpper(strings.Replace(s, " ", "T", 1))
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.Truncate(time.Second)
		}
	}
	panic("the oracle cannot read " + s)
}
