package odatatest

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Document is one record: values by canonical field name, texts as a client would write them, not folded yet.
type Document map[string]odata.Value

// Stored is the value of a field as storage keeps it: text folded, the empty text null.
func (d Document) Stored(field string) odata.Value {
	v, ok := d[field]
	if !ok {
		return odata.Value{Null: true}
	}
	v.Text = literal.Fold(v.Text)
	return v
}

// Get gives Stored in the form that Predicate.Match asks for.
func (d Document) Get(field string) (text string, number int64, null bool) {
	v := d.Stored(field)
	return v.Text, v.Number, v.Null
}

// JSON is the document as a request body writes it.
func (d Document) JSON(columns []odata.Column) map[string]any {
	body := map[string]any{}
	for _, c := range columns {
		v, ok := d[c.Name]
		switch {
		case !ok:
		case v.Null:
			body[c.Name] = nil
		case c.Kind == odata.Text:
			body[c.Name] = v.Text
		case c.Kind == odata.Bool:
			body[c.Name] = v.Number == 1
		case c.Kind == odata.Number:
			body[c.Name] = v.Number
		default:
			body[c.Name] = written(c.Kind, v.Number)
		}
	}
	return body
}

// Resolve finds a column by its name in any case.
func Resolve(columns []odata.Column) odata.Resolve {
	return func(name string) (odata.Column, bool) {
		for _, c := range columns {
			if strings.EqualFold(c.Name, name) {
				return c, true
			}
		}
		return odata.Column{}, false
	}
}

// The stock of values. The texts fold in every way there is (length kept, grown, a letter of two code points), hold
// the wildcards and quotes of SQL, and end where a prefix has no simple successor.
var (
	pieces = []string{"a", "A", "b", "ab", "ß", "SS", "ﬁ", "İ", "Σ", "ς", "é", "e\u0301", "'", "''", "%", "_", "\\", " ", "1", "$NULL",
		"null", "true", "2026-01-01", "\u007f", "\uD7FF", "\uE000", "\U0010FFFF", "\U0010FFFFa", "x' OR 1=1 --", "\t"}
	numbers  = []int64{-1 << 63, -3, -1, 0, 1, 2, 3, 10, 12, 2026, 1<<63 - 1}
	decimals = []int64{-20_000, -5_000, -1, 0, 1, 4_000, 10_000, 15_000, 20_000, 1<<63 - 1}
	times    = []string{"0001-01-01T00:00:01Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2024-02-29T12:00:00Z", "2025-12-31T23:59:59Z",
		"2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-31T10:20:30Z", "2026-03-01T00:00:00Z", "9999-12-31T23:59:59Z"}
)

// DrawDocument draws a record with a value or null for every column; columns that are NotNull get a value.
func DrawDocument(t *rapid.T, columns []odata.Column) Document {
	d := Document{}
	for _, c := range columns {
		if !c.NotNull && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
			d[c.Name] = odata.Value{Null: true}
			continue
		}
		v := odata.Value{}
		if c.Kind == odata.Text {
			v.Text = drawText(t)
			if v.Text == "" {
				v = odata.Value{Text: pick(c.NotNull, "a", ""), Null: !c.NotNull}
			}
		} else {
			v.Number = drawNumber(t, c.Kind)
		}
		d[c.Name] = v
	}
	return d
}

func drawText(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 3).Draw(t, "text"), "")
}

func drawNumber(t *rapid.T, k odata.Kind) int64 {
	switch k {
	case odata.Bool:
		return int64(rapid.IntRange(0, 1).Draw(t, "bool"))
	case odata.Decimal:
		return rapid.SampledFrom(decimals).Draw(t, "decimal")
	case odata.Time:
		at, err := time.Parse(time.RFC3339, rapid.SampledFrom(times).Draw(t, "time"))
		if err != nil {
			t.Fatal(err)
		}
		return at.Unix()
	default:
		return rapid.SampledFrom(numbers).Draw(t, "number")
	}
}

// written is a stored number as a client writes it.
func written(k odata.Kind, n int64) string {
	switch k {
	case odata.Bool:
		return pick(n == 1, "true", "false")
	case odata.Decimal:
		sign, magnitude := "", uint64(n)
		if n < 0 {
			sign, magnitude = "-", -uint64(n)
		}
		return fmt.Sprintf("%s%d.%04d", sign, magnitude/10_000, magnitude%10_000)
	case odata.Time:
		return time.Unix(n, 0).UTC().Format(time.RFC3339)
	default:
		return fmt.Sprint(n)
	}
}

func pick[T any](condition bool, yes, no T) T {
	if condition {
		return yes
	}
	return no
}
