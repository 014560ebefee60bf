package odata_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestQueryReads(t *testing.T) {
	for name, c := range map[string]struct {
		raw  string
		want odata.Query
	}{
		"nothing":                         {"", odata.Query{}},
		"plus and %20 are spaces":         {"$filter=Subject+eq%20'a'", odata.Query{Filter: "Subject eq 'a'", HasFilter: true}},
		"names escaped and in any case":   {"%24Filter=a&%24TOP=5", odata.Query{Filter: "a", HasFilter: true, Top: 5, HasTop: true}},
		"an escaped plus and ampersand":   {"$filter=a%2Bb%26c=d", odata.Query{Filter: "a+b&c=d", HasFilter: true}},
		"a blank filter is none":          {"$filter=+", odata.Query{}},
		"a blank orderby is there":        {"$orderby=", odata.Query{HasOrderBy: true}},
		"a blank search is there":         {"$search", odata.Query{HasSearch: true}},
		"unknown parameters are ignored":  {"_t=1700000000000&_t=2&$count=true&$expand=%zz&%zz=1&$format=%00", odata.Query{}},
		"bare names are unknown":          {"filter=a&top=500&skip=x", odata.Query{}},
		"select as written, trimmed":      {"$select=RecId,+Subject,,noSuch%20", odata.Query{Select: []string{"RecId", "Subject", "noSuch"}}},
		"select everything":               {"$select=Subject,*", odata.Query{}},
		"a blank select is none":          {"$select=,", odata.Query{}},
		"top 0":                           {"$top=0&$skip=0", odata.Query{HasTop: true, HasSkip: true}},
		"largest top and skip":            {"$top=100&$skip=2147483647", odata.Query{Top: 100, HasTop: true, Skip: 2147483647, HasSkip: true}},
		"action id, the first one counts": {"ActionId=a-b&actionid=c", odata.Query{ActionID: "a-b"}},
		"token":                           {"$skiptoken=AbC_-", odata.Query{SkipToken: "AbC_-"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := odata.ParseQuery(c.raw)
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestQueryRefusals(t *testing.T) {
	for name, c := range map[string]struct{ raw, naming string }{
		"top above 100":           {"$top=101", "100"},
		"top out of range":        {"$top=99999999999999999999999", "$top"},
		"negative top":            {"$top=-1", "$top"},
		"top that is no number":   {"$top=ten", "ten"},
		"blank top":               {"$top=", "$top"},
		"skip out of range":       {"$skip=2147483648", "$skip"},
		"negative skip":           {"$skip=-1", "$skip"},
		"broken escape":           {"$filter=Subject%20eq%20'%zz'", "escape"},
		"zero byte":               {"$filter=Subject%20eq%20'a%00b'", "zero byte"},
		"invalid UTF-8":           {"$search=%ff%fe", "UTF-8"},
		"an option given twice":   {"$filter=a&%24FILTER=b", "$filter"},
		"a very long query":       {strings.Repeat("a", 1<<18), "longer"},
		"very many select fields": {"$select=" + strings.Repeat("a,", 2_000), "1000"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := odata.ParseQuery(c.raw)
			refused(t, err, fault.Invalid, "query_invalid", "", c.naming)
		})
	}
}

func TestPathReads(t *testing.T) {
	key := func(set, key string, rest ...odata.Segment) odata.Path {
		return odata.Path{Set: set, HasKey: true, Key: key, Rest: rest}
	}
	for escaped, want := range map[string]odata.Path{
		"incidents":                          {Set: "incidents"},
		"journal__Notess/":                   {Set: "journal__Notess"},
		"incidents('AB12')":                  key("incidents", "AB12"),
		"incidents(AB12)":                    key("incidents", "AB12"),
		"incidents%20('AB12')":               key("incidents", "AB12"),
		"incidents+('AB12')":                 key("incidents", "AB12"),
		"incidents(%27AB12%27)":              key("incidents", "AB12"),
		"incidents%28AB12%29":                key("incidents", "AB12"),
		"incidents('O''Brien')":              key("incidents", "O'Brien"),
		"incidents('''')":                    key("incidents", "'"),
		"incidents('a/b')":                   key("incidents", "a/b"),
		"incidents('a%2Fb+(c)')":             key("incidents", "a/b+(c)"),
		"incidents('')":                      key("incidents", ""),
		"incidents()":                        key("incidents", ""),
		"incidents('a')/$Ref":                key("incidents", "a", odata.Segment{Name: "$Ref"}),
		"incidents/$metadata":                {Set: "incidents", Rest: []odata.Segment{{Name: "$metadata"}}},
		"incidents/My_Active":                {Set: "incidents", Rest: []odata.Segment{{Name: "My_Active"}}},
		"is('a')/QuickAction.Close/":         key("is", "a", odata.Segment{Name: "QuickAction.Close"}),
		"incidents%20('a')/Rel%20('b')/$Ref": key("incidents", "a", odata.Segment{Name: "Rel", HasKey: true, Key: "b"}, odata.Segment{Name: "$Ref"}),
		"incidents('x''%20OR%20''1''=''1')":  key("incidents", "x' OR '1'='1"),
		"incidents/one/two/three":            {Set: "incidents", Rest: []odata.Segment{{Name: "one"}, {Name: "two"}, {Name: "three"}}},
	} {
		t.Run(escaped, func(t *testing.T) {
			got, err := odata.ParsePath(escaped)
			if got.Rest != nil && len(got.Rest) == 0 {
				got.Rest = nil
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestPathRefusals(t *testing.T) {
	for escaped, kind := range map[string]fault.Kind{
		"":                         fault.NotFound,
		"/incidents":               fault.NotFound,
		"incidents//a":             fault.NotFound,
		"('a')":                    fault.NotFound,
		"incidents('a'":            fault.NotFound,
		"incidents('a)":            fault.NotFound,
		"incidents('a''":           fault.NotFound,
		"incidents('a'b')":         fault.NotFound,
		"incidents(')":             fault.NotFound,
		"incidents('a')x":          fault.NotFound,
		"incidents(a'b)":           fault.NotFound,
		"incidents((a))":           fault.NotFound,
		"inci'dents":               fault.NotFound,
		"a/b/c/d/e":                fault.NotFound,
		"inci%0Adents":             fault.NotFound,
		strings.Repeat("a", 3_000): fault.NotFound,
		"incidents('%00')":         fault.Invalid,
		"inci%00dents":             fault.Invalid,
		"incidents('%ff')":         fault.Invalid,
		"incidents('%zz')":         fault.Invalid,
		"incidents%":               fault.Invalid,
	} {
		t.Run(escaped[:min(len(escaped), 30)], func(t *testing.T) {
			_, err := odata.ParsePath(escaped)
			refused(t, err, kind, "path_invalid", "")
		})
	}
}
