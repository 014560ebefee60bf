package odata_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/desk/odata/odatatest"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestOrderByReads(t *testing.T) {
	for text, want := range map[string][]odata.OrderTerm{
		"Priority":                             {{Name: "Priority"}},
		" priority  DESC ,incidentnumber\tAsc": {{Name: "priority", Desc: true}, {Name: "incidentnumber"}},
		strings.Repeat("a,", 15) + "a":         slicesOf(odata.OrderTerm{Name: "a"}, 16),
	} {
		got, err := odata.ParseOrderBy(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
}

func slicesOf[T any](v T, n int) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = v
	}
	return all
}

func TestOrderByRefusals(t *testing.T) {
	for name, c := range map[string]struct{ text, code, field, naming string }{
		"bad direction":       {"Subject sideways", "orderby_direction", "Subject", "sideways"},
		"two directions":      {"Subject asc desc", "orderby_direction", "Subject", "asc desc"},
		"SQL":                 {"Subject;drop table x", "orderby_direction", "", "table x"},
		"unknown field":       {"Subject,NoSuchField desc", "field_unknown", "NoSuchField", "NoSuchField"},
		"function":            {"tolower(Subject)", "field_unknown", "", "tolower"},
		"17 fields":           {strings.Repeat("Subject,", 16) + "Subject", "filter_limit", "", "16"},
		"blank":               {"", "query_invalid", "", ""},
		"comma at the end":    {"Subject,", "query_invalid", "", ""},
		"zero byte":           {"Sub\x00ject", "query_invalid", "", ""},
		"invalid UTF-8":       {"\xff", "query_invalid", "", ""},
		"longer than allowed": {strings.Repeat("x", 5_000), "filter_limit", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			terms, err := odata.ParseOrderBy(c.text)
			if err == nil {
				_, err = odata.BindOrder(terms, odatatest.Resolve(stock))
			}
			refused(t, err, fault.Invalid, c.code, c.field, c.naming)
		})
	}
}

// orderOf binds a text over the columns of the engine; "" is the default order.
func orderOf(t *testing.T, d odata.Dialect, text string) odata.Order {
	t.Helper()
	if text == "" {
		return nil
	}
	terms, err := odata.ParseOrderBy(text)
	if err != nil {
		t.Fatal(err)
	}
	order, err := odata.BindOrder(terms, odatatest.Resolve(columnsOf(d)))
	if err != nil {
		t.Fatal(err)
	}
	return order
}

func TestOrderSQL(t *testing.T) {
	for text, want := range map[string][2]string{
		"":                      {"ORDER BY c_recid DESC", `ORDER BY c_recid COLLATE "C" DESC`},
		"ReadOnly":              {"ORDER BY c_readonly ASC, c_recid DESC", `ORDER BY c_readonly ASC NULLS FIRST, c_recid COLLATE "C" DESC`},
		"ReadOnly desc":         {"ORDER BY c_readonly DESC, c_recid DESC", `ORDER BY c_readonly DESC NULLS LAST, c_recid COLLATE "C" DESC`},
		"IncidentNumber":        {"ORDER BY c_incidentnumber ASC, c_recid DESC", `ORDER BY c_incidentnumber ASC, c_recid COLLATE "C" DESC`},
		"recid":                 {"ORDER BY c_recid ASC", `ORDER BY c_recid COLLATE "C" ASC`},
		"Cost,RecId desc,Owner": {"ORDER BY c_cost ASC, c_recid DESC", `ORDER BY c_cost ASC NULLS FIRST, c_recid COLLATE "C" DESC`},
		"Cost,COST desc":        {"ORDER BY c_cost ASC, c_recid DESC", `ORDER BY c_cost ASC NULLS FIRST, c_recid COLLATE "C" DESC`},
	} {
		t.Run(text, func(t *testing.T) {
			for i, d := range []odata.Dialect{odata.SQLite, odata.Postgres} {
				if got := orderOf(t, d, text).SQL(d, columnsOf(d)[0]); got != want[i] {
					t.Errorf("got  %s\nwant %s", got, want[i])
				}
			}
		})
	}
}

func TestAfterSQL(t *testing.T) {
	number, null := odata.Value{Number: 7}, odata.Value{Null: true}
	for name, c := range map[string]struct {
		order  string
		values []odata.Value
		want   string
	}{
		"the key alone":              {"", nil, "c_recid < $1"},
		"the key ascending":          {"RecId", []odata.Value{{Text: "b"}}, "c_recid > $1"},
		"never null, one way":        {"IncidentNumber desc", []odata.Value{number}, "(c_incidentnumber, c_recid) < ($1, $2)"},
		"never null, both ways":      {"IncidentNumber", []odata.Value{number}, "c_incidentnumber >= $1 AND (c_incidentnumber > $1 OR c_recid < $2)"},
		"nullable ascending":         {"Cost", []odata.Value{number}, "c_cost >= $1 AND (c_cost > $1 OR c_recid < $2)"},
		"nullable descending":        {"Cost desc", []odata.Value{number}, "(c_cost <= $1 OR c_cost IS NULL) AND (c_cost < $1 OR c_cost IS NULL OR c_recid < $2)"},
		"at a null ascending":        {"Cost", []odata.Value{null}, "(c_cost IS NOT NULL OR c_recid < $1)"},
		"at a null descending":       {"Cost desc", []odata.Value{null}, "c_cost IS NULL AND c_recid < $1"},
		"at an empty text ascending": {"Owner", []odata.Value{{}}, "(c_owner IS NOT NULL OR c_recid < $1)"},
	} {
		t.Run(name, func(t *testing.T) {
			var args odata.Args
			got := orderOf(t, odata.SQLite, c.order).After(odata.SQLite, columnsOf(odata.SQLite)[0], odata.Position{Values: c.values, RecID: "a"}, &args)
			if got != c.want || strings.Count(got, "$") < len(args.Values) {
				t.Errorf("got  %s %v\nwant %s", got, args.Values, c.want)
			}
		})
	}
}

func TestToken(t *testing.T) {
	order := orderOf(t, odata.SQLite, "Owner,Cost desc")
	p := odata.Position{Values: []odata.Value{{Text: "j.doe é"}, {Number: -4_000}}, RecID: "0123456789abcdef0123456789abcdef"}
	token := order.Token(p, "incidents")
	t.Run("reads back, URL-safe", func(t *testing.T) {
		got, err := order.ParseToken(token, "incidents")
		if diff := cmp.Diff(p, got); err != nil || diff != "" || strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			t.Errorf("%q: %v\n%s", token, err, diff)
		}
	})
	t.Run("is none for a text too long for a link", func(t *testing.T) {
		if got := order.Token(odata.Position{Values: []odata.Value{{Text: strings.Repeat("x", 10_000)}, {}}, RecID: "a"}, ""); got != "" {
			t.Errorf("%d characters", len(got))
		}
	})
	other := orderOf(t, odata.SQLite, "Owner,Cost")
	for name, c := range map[string]struct {
		order         odata.Order
		token, digest string
	}{
		"of another filter":  {order, token, "incidents ReadOnly"},
		"of another order":   {other, token, "incidents"},
		"cut":                {order, token[:len(token)-2], "incidents"},
		"lengthened":         {order, token + "AAAA", "incidents"},
		"blank":              {order, "", "incidents"},
		"not base64":         {order, "!!", "incidents"},
		"with a line break":  {order, token + "\n", "incidents"},
		"longer than a link": {order, strings.Repeat("A", 100_000), "incidents"},
	} {
		t.Run("refused "+name, func(t *testing.T) {
			_, err := c.order.ParseToken(c.token, c.digest)
			refused(t, err, fault.Invalid, "token_invalid", "")
		})
	}
}
