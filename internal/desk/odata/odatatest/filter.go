package odatatest

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/desk/odata"
)

// DrawFilter draws the text of a filter over the columns: valid, at most four deep, in the spellings clients use.
func DrawFilter(t *rapid.T, columns []odata.Column) string {
	return condition(t, columns, 4)
}

func condition(t *rapid.T, columns []odata.Column, depth int) string {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
		return leaf(t, columns)
	}
	inner := func() string { return condition(t, columns, depth-1) }
	switch rapid.IntRange(0, 5).Draw(t, "shape") {
	case 0:
		return sample(t, "not ", "NOT ", "not  ") + inner()
	case 1:
		return "(" + inner() + ")"
	case 2:
		return "(" + inner() + ")" + sample(t, " eq true", " ne true", " eq false", " ne 'True'")
	case 3:
		return "not (" + inner() + ")"
	default:
		parts := []string{inner()}
		for range rapid.IntRange(1, 2).Draw(t, "more") {
			parts = append(parts, sample(t, " and ", " or ", " AND ", " or\t"), inner())
		}
		return strings.Join(parts, "")
	}
}

func leaf(t *rapid.T, columns []odata.Column) string {
	c := rapid.SampledFrom(columns).Draw(t, "column")
	name := sample(t, c.Name, strings.ToLower(c.Name), strings.ToUpper(c.Name), "("+c.Name+")")
	switch {
	case c.Kind == odata.Text && rapid.Bool().Draw(t, "function"):
		call := sample(t, "contains", "startswith", "endswith", "Contains") + "(" +
			sample(t, name, "tolower("+name+")", "toupper( "+name+" )") + sample(t, ",", " , ") + quote(drawText(t)) + ")"
		return call + sample(t, "", "", " eq true", " eq false", " ne true")
	case c.Kind == odata.Text:
		name = sample(t, name, name, "tolower("+name+")")
	case c.Kind == odata.Bool && rapid.Bool().Draw(t, "bare"):
		return c.Name
	case c.Kind == odata.Time && rapid.Bool().Draw(t, "part"):
		part := sample(t, "year", "month", "day")
		return part + "(" + name + ") " + operator(t) + " " + sample(t, "1", "2", "3", "12", "29", "31", "2025", "2026", "9999", "0", "-1",
			"'2026'", "2025.5", "10000", "9223372036854775807", "null")
	}
	value := sample(t, "null", "'$NULL'", "''", "NULL")
	if rapid.IntRange(0, 6).Draw(t, "value") > 0 {
		value = drawLiteral(t, c.Kind)
	}
	if rapid.IntRange(0, 4).Draw(t, "swap") == 0 {
		return value + " " + operator(t) + " " + name
	}
	return name + " " + operator(t) + " " + value
}

func drawLiteral(t *rapid.T, k odata.Kind) string {
	if k == odata.Text {
		return sample(t, quote(drawText(t)), quote(drawText(t)), quote(drawText(t)), "1", "true", "2026-01-01", "1.50")
	}
	n := drawNumber(t, k)
	text := written(k, n)
	switch k {
	case odata.Number:
		text = sample(t, text, text, "1.5", "-0.5", "3.0", "2e0", "12e-1")
	case odata.Decimal:
		text = sample(t, text, text, "0.40001", "-0.00005", "1", "15e-1")
	case odata.Bool:
		text = sample(t, text, strings.ToUpper(text), "1", "0")
		if len(text) > 1 && text[0] < 'a' {
			return quote(text)
		}
	case odata.Time:
		at := time.Unix(n, 0).UTC()
		text = sample(t, text, at.Format("2006-01-02T15:04:05.000Z"), at.Format("2006-01-02T15:04:05")+".999999z", at.Format("2006-01-02 15:04:05"),
			at.Format("2006-01-02"), at.Format("2006-01-02T15:04Z"), "9999-12-31T23:59:59-14:00")
		if at.Year() > 1 && at.Year() < 9999 {
			text = sample(t, text, at.In(time.FixedZone("", 5*3600+30*60)).Format(time.RFC3339), at.In(time.FixedZone("", -8*3600)).Format("2006-01-02T15:04:05-0700"))
		}
	}
	return sample(t, text, quote(text))
}

func operator(t *rapid.T) string {
	return sample(t, "eq", "ne", "lt", "le", "gt", "ge", "eq", "ne", "EQ")
}

func sample(t *rapid.T, from ...string) string {
	return rapid.SampledFrom(from).Draw(t, "spelling")
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
