package odata

import (
	"math/big"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/expr"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Successor is what the tests outside the package look at.
var Successor = successor

// Oracle evaluates the tree as the client wrote it, by the words of spec section 5.4 and nothing of the binder: no
// normalisation, exact rationals for numbers, the standard library for dates.
func (f *Filter) Oracle(resolve Resolve, get func(field string) (string, int64, bool)) bool {
	return oracle(f.Root, resolve, get)
}

func oracle(n *expr.Node, resolve Resolve, get func(field string) (string, int64, bool)) bool {
	switch n.Kind {
	case expr.And:
		for _, k := range n.Kids {
			if !oracle(k, resolve, get) {
				return false
			}
		}
		return true
	case expr.Or:
		for _, k := range n.Kids {
			if oracle(k, resolve, get) {
				return true
			}
		}
		return false
	case expr.Not:
		return !oracle(n.Kids[0], resolve, get)
	case expr.Const:
		return n.Truth
	}
	c, _ := resolve(n.Field)
	text, number, null := get(c.Name)
	null = null || c.Kind == Text && text == ""
	switch n.Kind {
	case expr.Test:
		return !null && number == 1
	case expr.Call:
		value := literal.Fold(n.Literal.Text)
		if n.Literal.Kind == expr.Null {
			value = ""
		}
		switch n.Call {
		case "contains":
			return !null && strings.Contains(text, value)
		case "startswith":
			return !null && strings.HasPrefix(text, value)
		default:
			return !null && strings.HasSuffix(text, value)
		}
	}
	wantNull := n.Literal.Kind == expr.Null || n.Literal.Text == "" || strings.ToUpper(n.Literal.Text) == "$NULL"
	if c.Kind == Time && n.Part == expr.Whole && !wantNull {
		// The year-1 form is "not set" as a value, spec section 3, and in order the least instant there is.
		wantNull = oracleTime(n.Literal.Text).Equal(time.Time{}) && (n.Op == expr.Eq || n.Op == expr.Ne)
	}
	order := 0
	switch {
	case null || wantNull:
		same := null && wantNull
		if n.Op == expr.Eq || n.Op == expr.Ne {
			return same == (n.Op == expr.Eq)
		}
		return !null && c.Kind == Text && (n.Op == expr.Gt || n.Op == expr.Ge) // above the empty text
	case c.Kind == Text:
		order = strings.Compare(text, literal.Fold(n.Literal.Text))
	default:
		have := new(big.Rat).SetInt64(number)
		at := time.Unix(number, 0).UTC()
		switch {
		case c.Kind == Decimal:
			have.Quo(have, big.NewRat(10000, 1))
		case n.Part == expr.Year:
			have.SetInt64(int64(at.Year()))
		case n.Part == expr.Month:
			have.SetInt64(int64(at.Month()))
		case n.Part == expr.Day:
			have.SetInt64(int64(at.Day()))
		}
		order = have.Cmp(oracleNumber(n.Literal.Text))
	}
	switch n.Op {
	case expr.Eq:
		return order == 0
	case expr.Ne:
		return order != 0
	case expr.Lt:
		return order < 0
	case expr.Le:
		return order <= 0
	case expr.Gt:
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
