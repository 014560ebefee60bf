package record

import (
	"context"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const till = `{"objects": [
 {"object": "Sale#", "fields": [
   {"name": "Name", "index": true, "search": true}, {"name": "Title", "mirror": "Name"},
   {"name": "Price", "type": "money"}, {"name": "Buyer", "type": "link", "target": "Sale#"},
   {"name": "Code", "type": "number", "search": true}, {"name": "Secret", "search": true, "max": 3000},
   {"name": "Line", "template": "{Name} ({Secret})"}, {"name": "Label", "template": "No. {Code}"}],
  "aliases": {"Customer": "Buyer"}},
 {"object": "Sale#Big", "fields": [{"name": "Hall", "search": true}]}]}`

func TestWithheldFields(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/t.db", stock(t, till))
	sale := typ(t, e, "Sale")
	for names, want := range map[string]string{
		"":                         "",
		"Nothing":                  "",
		"RecId":                    "",
		"createdby":                "CreatedBy",
		"Price":                    "Price Price_Currency Price_CurrencyValid",
		"price_currency":           "Price Price_Currency Price_CurrencyValid",
		"Customer_RecID":           "Buyer Buyer_RecID Buyer_Category",
		"Name":                     "Name Title Line",
		"Title":                    "Name Title Line",
		"Code Secret Price RecId ": "Price Price_Currency Price_CurrencyValid Code Secret Line Label",
	} {
		var got []string
		for i, hidden := range sale.Withheld(strings.Fields(names)) {
			if hidden {
				got = append(got, sale.Fields[i].Name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q withholds %q, want %q", names, got, want)
		}
	}
}

// TestASearchInVisibleFields compares what it finds with what the full text does where nothing is hidden.
func TestASearchInVisibleFields(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, till))
		ctx := AsSystem(context.Background())
		sale, big := typ(t, e, "Sale"), typ(t, e, "Sale#Big")
		one := must(t)(e.Create(ctx, sale, input("Name", "Straße, Ångström [x]*", "Code", int64(4711), "Secret", "alpha")))
		must(t)(e.Create(ctx, sale, input("Name", "ann@shop.example host-7.shop.example", "Secret", "strasse beta")))
		must(t)(e.Create(ctx, big, input("Name", "alphabet", "Hall", "beta 4712")))
		find := func(text string, hidden ...string) int64 {
			t.Helper()
			s, err := ParseSearch(text)
			if err != nil {
				t.Fatal(err)
			}
			var args []any
			add := func(v any) string { args = append(args, v); return "$" + string(rune('0'+len(args))) }
			where := sale.Matches(s, e.postgres, add)
			if hidden != nil {
				args = nil
				where = sale.MatchesVisible(s, func(of *Type) []bool { return of.Withheld(hidden) }, e.postgres, add)
			}
			total, err := e.List(ctx, Query{Type: sale, Where: where, Args: args, Counts: len(args)}, nil)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			return total
		}
		for _, text := range []string{"strasse", "STRASS", "trasse", "ångström", "angstrom", "4711", "471", "711", "ann@shop.example", "nn@shop.example", "shop.example", "host-7.shop", "[x]", "x", "*", "?",
			"alpha beta", "alpha or 4711", "beta or alphabet", "hall", one.RecID} {
			if all, looked := find(text), find(text, "Nothing"); all != looked {
				t.Errorf("%q: %d by the full text, %d by looking", text, all, looked)
			}
		}
		for text, want := range map[string]int64{"alpha": 1, "beta": 1, "strasse": 1, "strasse beta": 0, "4712": 1} {
			if got := find(text, "Secret"); got != want {
				t.Errorf("%q without Secret: %d, want %d", text, got, want)
			}
		}
		if got := find("beta", "Secret", "Hall"); got != 0 {
			t.Errorf("an extension's hidden field is searched: %d", got)
		}
		if got := find("alpha", "Secret", "Name", "Code", "Hall"); got != 0 {
			t.Errorf("nothing is left to search, found %d", got)
		}
	})
}
