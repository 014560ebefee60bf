package filter

import (
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/expr"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Kind says what the values behind a path are and how they are stored.
type Kind uint8

// The kinds.
const (
	Text    Kind = iota + 1 // folded by literal.Fold; the empty text is stored as NULL
	GUID                    // 32 lower-case hex digits, shown with dashes
	Number                  // an integer
	Decimal                 // times literal.DecimalScale
	Bool                    // 0 or 1, never NULL
	Time                    // Unix seconds, UTC
)

// Column is where the values behind a path are stored. SQL is an expression for the engine at hand, collated by bytes; it
// never comes from a client.
type Column struct {
	Kind Kind
	SQL  string
}

// Target is what a filter is written for.
type Target struct {
	Resolve  func(path string) (Column, bool) // a path as the client wrote it; its case is the resolver's business
	Postgres bool                             // else SQLite 3.39 or later
	Add      func(v any) string               // takes an argument, a string or an int64, and returns its placeholder
}

// Limits of a filter.
const (
	MaxBytes       = 8 << 10
	MaxDepth       = 64 // brackets, not and calls, inside one another
	MaxComparisons = 128
)

// Filter is a parsed $filter. Its paths are not resolved and its values have no type yet.
type Filter struct{ *expr.Filter }

// Parse reads the decoded text of $filter (package expr). What it refuses is fault.Invalid with the code filter_syntax,
// filter_function or filter_limit.
func Parse(text string) (*Filter, error) {
	f, err := expr.Parse(text, expr.Grammar{Bytes: MaxBytes, Depth: MaxDepth, Comparisons: MaxComparisons, GUIDs: true})
	if err != nil {
		return nil, err
	}
	return &Filter{f}, nil
}

// SQL returns the filter as boolean SQL text, true for the rows that it picks, false or null for the others. A path that is
// not known is fault.Invalid with the code filter_path, a value that is none of its path's with filter_value.
func (f *Filter) SQL(t Target) (string, error) {
	w := writer{Target: t, text: f.Text}
	if err := w.write(f.Root); err != nil {
		return "", err
	}
	return w.b.String(), nil
}

type writer struct {
	Target
	text string
	b    strings.Builder
}

func (w *writer) fail(code string, at int, format string, args ...any) error {
	args = append([]any{utf8.RuneCountInString(w.text[:at]) + 1}, args...)
	return fault.New(fault.Invalid, code, "The filter is wrong at character %d: "+format+".", args...)
}

func (w *writer) write(n *expr.Node) error {
	w.b.WriteByte('(')
	defer w.b.WriteByte(')')
	switch n.Kind {
	case expr.And, expr.Or:
		for i, kid := range n.Kids {
			if i > 0 {
				w.b.WriteString(map[expr.NodeKind]string{expr.And: " AND ", expr.Or: " OR "}[n.Kind])
			}
			if err := w.write(kid); err != nil {
				return err
			}
		}
		return nil
	case expr.Not: // what is null counts as false, so NOT would leave it out
		if err := w.write(n.Kids[0]); err != nil {
			return err
		}
		w.b.WriteString(" IS NOT TRUE")
		return nil
	case expr.Const:
		w.truth(n.Truth)
		return nil
	}
	c, ok := w.Resolve(n.Field)
	if !ok {
		return w.fail("filter_path", n.At, "there is no '%s' to filter by", literal.Shown(n.Field))
	}
	switch n.Kind {
	case expr.Test:
		if c.Kind != Bool {
			return w.fail("filter_value", n.At, "'%s' is not true or false by itself, so it needs a comparison", literal.Shown(n.Field))
		}
		w.b.WriteString(c.SQL + " = 1")
		return nil
	case expr.Call:
		return w.call(n, c)
	default:
		return w.compare(n, c)
	}
}

func (w *writer) truth(truth bool) {
	if truth {
		w.b.WriteString("TRUE")
	} else {
		w.b.WriteString("FALSE")
	}
}

func (w *writer) call(n *expr.Node, c Column) error {
	if c.Kind != Text && c.Kind != GUID {
		return w.fail("filter_value", n.At, "%s takes a text, and '%s' is none", n.Call, literal.Shown(n.Field))
	}
	text, column := literal.Fold(n.Literal.Text), w.dashed(c)
	if text == "" { // stands in every text
		w.b.WriteString(column + " IS NOT NULL")
		return nil
	}
	v := w.Add(text)
	switch {
	case n.Call == "contains" && w.Postgres:
		w.b.WriteString("strpos(" + column + ", " + v + ") > 0")
	case n.Call == "contains":
		w.b.WriteString("instr(" + column + ", " + v + ") > 0")
	case n.Call == "endswith" && w.Postgres:
		w.b.WriteString("right(" + column + ", length(" + v + "::text)) = " + v)
	case n.Call == "endswith":
		w.b.WriteString("substr(" + column + ", -length(" + v + ")) = " + v)
	case w.Postgres:
		w.b.WriteString(w.from(column, text, v) + "left(" + column + ", length(" + v + "::text)) = " + v)
	default:
		w.b.WriteString(w.from(column, text, v) + "substr(" + column + ", 1, length(" + v + ")) = " + v)
	}
	return nil
}

// from bounds a column to where texts with a beginning lie, which an index can serve.
func (w *writer) from(column, text, v string) string {
	bounds := column + " >= " + v + " AND "
	last, size := utf8.DecodeLastRuneInString(text)
	if last < utf8.RuneSelf-1 { // the next character is one of ASCII, and sorts right behind
		bounds += column + " < " + w.Add(text[:len(text)-size]+string(last+1)) + " AND "
	}
	return bounds
}

// dashed is the expression for a GUID as it is shown; of every other kind it is the column.
func (w *writer) dashed(c Column) string {
	if c.Kind != GUID {
		return c.SQL
	}
	part := func(from, length string) string { return "substr(" + c.SQL + ", " + from + ", " + length + ")" }
	e := "(" + strings.Join([]string{part("1", "8"), part("9", "4"), part("13", "4"), part("17", "4"), part("21", "12")}, " || '-' || ") + ")"
	if w.Postgres {
		e = "(" + e + ` COLLATE "C")`
	}
	return e
}

var signs = [...]string{expr.Eq: " = ", expr.Ne: " IS DISTINCT FROM ", expr.Gt: " > ", expr.Ge: " >= ", expr.Lt: " < ", expr.Le: " <= "}

func (w *writer) compare(n *expr.Node, c Column) error {
	equality := n.Op == expr.Eq || n.Op == expr.Ne
	if n.Literal.Kind == expr.Null || n.Literal.Kind == expr.Text && n.Literal.Text == "" && (equality || c.Kind != Text) {
		if !equality {
			return w.fail("filter_value", n.Literal.At, "nothing is above or below null")
		}
		w.presence(c, n.Op == expr.Ne)
		return nil
	}
	var v any
	switch c.Kind {
	case Text:
		v = literal.Fold(n.Literal.Text)
	case GUID:
		hex, ok := hexOf(n.Literal.Text)
		switch {
		case ok:
			v = hex
		case equality: // no GUID is that
			w.truth(n.Op == expr.Ne)
			return nil
		default:
			c.SQL, v = w.dashed(c), literal.Fold(n.Literal.Text)
		}
	case Bool:
		truth, err := literal.Bool(n.Literal.Text)
		if err != nil || !equality {
			return w.fail("filter_value", n.Literal.At, "'%s' can only be equal to true or false", literal.Shown(n.Field))
		}
		v = int64(0)
		if truth {
			v = int64(1)
		}
	case Time:
		unix, null, err := literal.UnboundedTime(n.Literal.Text)
		if err != nil {
			return w.fail("filter_value", n.Literal.At, "'%s' is not a date such as 2026-01-31T10:00:00Z", literal.Shown(n.Literal.Text))
		}
		if null && equality {
			w.presence(c, n.Op == expr.Ne)
			return nil
		}
		v = max(unix, literal.MinTime)
	default:
		return w.number(n, c)
	}
	w.b.WriteString(c.SQL + signs[n.Op] + w.Add(v))
	return nil
}

// presence tests for null. What is never null still is one's lack of a value: no boolean is.
func (w *writer) presence(c Column, there bool) {
	if there {
		w.b.WriteString(c.SQL + " IS NOT NULL")
	} else {
		w.b.WriteString(c.SQL + " IS NULL")
	}
}

// number compares with a number; one between two that can be stored lies above floor, and equals none.
func (w *writer) number(n *expr.Node, c Column) error {
	places := 0
	if c.Kind == Decimal {
		places = literal.DecimalPlaces
	}
	floor, exact, err := literal.ScaledNumber(n.Literal.Text, places)
	if err != nil {
		return w.fail("filter_value", n.Literal.At, "'%s' is not a number in range", literal.Shown(n.Literal.Text))
	}
	op := n.Op
	if !exact {
		switch op {
		case expr.Eq, expr.Ne:
			w.truth(op == expr.Ne)
			return nil
		case expr.Ge:
			op = expr.Gt
		case expr.Lt:
			op = expr.Le
		}
	}
	w.b.WriteString(c.SQL + signs[op] + w.Add(floor))
	return nil
}

// hexOf returns the 32 lower-case digits of a GUID, dashed or not.
func hexOf(s string) (string, bool) {
	if len(s) == len("00000000-0000-0000-0000-000000000000") {
		if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
			return "", false
		}
		s = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	const digits = "0123456789abcdef"
	s = strings.ToLower(s)
	return s, len(s) == 32 && strings.Trim(s, digits) == ""
}
