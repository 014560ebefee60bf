package record

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// FuzzParseInput compares the reader of bodies with the standard library's: what it takes, that takes too, and both
// read the same values. What it refuses is fault.Invalid.
func FuzzParseInput(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"b":"x\u00e9\n","c":null,"d":true,"e":[1,{"f":"]"}]}`, `{"a":"\ud83d\ude00"}`, `{"a":"\ud83d"}`, "{\"a\":\"\xff\"}",
		`{"a":1e400}`, `{"a":01}`, `{"a":-}`, `[`, `{"a":1,"A":2}`, `{"a":[{"value":"x"}]}`, `{"a":"\u0000"}`, ` {"a" : 1 } `, `{"a":1} x`, `{"a":[[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := ParseInput(body)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		nested := false
		for _, m := range in {
			_, n := m.Value.(Nested)
			nested = nested || n
		}
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var want map[string]any
		if err := decoder.Decode(&want); err != nil {
			if nested {
				return // nested values are refused later without being read
			}
			t.Fatalf("taken, but not JSON: %v", err)
		}
		for _, m := range in {
			switch v := m.Value.(type) {
			case Nested:
			case string:
				if s, ok := want[m.Name].(string); ok && s != v {
					t.Fatalf("%q read as %q, want %q", m.Name, v, s)
				}
				if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
					t.Fatalf("%q holds what cannot be stored", v)
				}
			default:
				if want[m.Name] != m.Value {
					t.Fatalf("%q read as %v, want %v", m.Name, m.Value, want[m.Name])
				}
			}
		}
	})
}

// FuzzParseSearch makes sure that what reaches the search engines is only words.
func FuzzParseSearch(f *testing.F) {
	for _, seed := range []string{"printer", `"ada@x.example"`, "a or b", "or or or", "'; drop", "*", "\\", "ﬁ straße", "a.b.c-d", "@@", "a\x00b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSearch(text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		for _, all := range s.any {
			for _, term := range all {
				for _, r := range term.word {
					if !isWord(r) && !joins(r) {
						t.Fatalf("the word %q holds %q", term.word, r)
					}
				}
			}
		}
	})
}

// TestADocumentReadsBackAsItWasWritten is the round trip of the codec for any values.
func TestADocumentReadsBackAsItWasWritten(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
	order := typ(t, e, "Order")
	rapid.Check(t, func(t *rapid.T) {
		r := order.NewRecord()
		for i := range r {
			switch order.Fields[i].Kind {
			case Text:
				r[i] = TextValue(strings.ReplaceAll(rapid.String().Draw(t, "text"), "\x00", ""))
			case Bool:
				r[i] = BoolValue(rapid.Bool().Draw(t, "bool"))
			case Decimal:
				if rapid.Bool().Draw(t, "set") {
					r[i] = NumValue(rapid.Int64Range(-1e17, 1e17).Draw(t, "decimal"))
				}
			case Time:
				r[i] = NumValue(rapid.Int64Range(-62135596799, 253402300799).Draw(t, "time"))
			default:
				r[i] = NumValue(rapid.Int64().Draw(t, "number"))
			}
		}
		doc := order.Encode(nil, r)
		if !json.Valid(doc) {
			t.Fatalf("not JSON: %s", doc)
		}
		back, err := order.Decode(doc)
		if err != nil {
			t.Fatal(err)
		}
		for i := range r {
			if r[i] != back[i] {
				t.Fatalf("%s: %+v came back as %+v", order.Fields[i].Name, r[i], back[i])
			}
		}
	})
}

// TestSearchFindsARecordByEachOfItsWords holds from the moment the create is answered, on both engines.
func TestSearchFindsARecordByEachOfItsWords(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order := typ(t, e, "Order")
		words := rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ019äßéЖ漢'\"\\*:&|()@.-_+!% ")), 1, 30, -1)
		rapid.Check(t, func(t *rapid.T) {
			text := words.Draw(t, "subject")
			row, err := e.Create(ctx, order, input("Subject", "s", "Details", text))
			if err != nil {
				t.Fatal(err)
			}
			v := vocabulary{seen: map[string]struct{}{}}
			v.add(text)
			for _, w := range v.words {
				s, err := ParseSearch(w)
				if err != nil {
					t.Fatal(err)
				}
				found := false
				if _, err := e.List(ctx, searched(e, order, s, "ORDER BY rec_id DESC", 5), func(r Row) error {
					found = found || r.RecID == row.RecID
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				if !found {
					t.Fatalf("%q does not find the record with %q", w, text)
				}
			}
		})
	})
}

// TestNestedInputIsPassedOverInConstantSpace keeps a body of brackets from costing stack or time.
func TestNestedInputIsPassedOverInConstantSpace(t *testing.T) {
	deep := `{"Subject":` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + `}`
	in, err := ParseInput([]byte(deep))
	if err != nil || len(in) != 1 {
		t.Fatal(err)
	}
	if _, err := ParseInput([]byte(strings.Repeat("[", 100_000))); !errors.Is(err, ErrBody) {
		t.Errorf("open brackets: %v", err)
	}
}
