package odata

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/expr"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// anyField resolves a name to a column whose kind its last letter chooses, so that fuzzing reaches every kind.
func anyField(name string) (Column, bool) {
	if name == "" || len(name) > 64 || strings.HasPrefix(name, "No") {
		return Column{}, false
	}
	kind := Kind(name[len(name)-1]%5) + 1
	return Column{Name: strings.ToLower(name), Kind: kind, SQL: "c", NotNull: len(name)%2 == 0}, true
}

// sound checks a refusal: known, of this package, short and showable.
func sound(t *testing.T, err error, kinds ...fault.Kind) {
	t.Helper()
	f := fault.Of(err)
	for _, k := range kinds {
		if f.Kind == k && len(f.Message) < 1_000 && utf8.ValidString(f.Message) {
			return
		}
	}
	t.Fatalf("%d %s %q", f.Kind, f.Code, f.Message)
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{
		"Subject eq 'O''Brien' and not contains(tolower(Owner),'50%')", "(A eq 1 or B lt -2.5e3) and (C ge 2026-01-01T00:00:00.5+02:00)",
		"year(CreatedDateTime) eq 2026 or month(X) ne 2 and 5 gt day(Y)", "Owner eq '$NULL' or Owner eq null or Owner ne ''", "ReadOnly", "not not true",
		"((contains(A,'b')) eq false) ne 'true'", "A gt 2026-01-01 10:20:30 02:00", "datetime'2026'", "substringof('a',B)", "NoSuch eq 1",
		"startswith(A,'\U0010FFFF') or endswith(B,'é')", strings.Repeat("(", 200), strings.Repeat("not ", 200), strings.Repeat("a eq 1 or ", 300), "'", "a eq 'x' 'y'",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := ParseFilter(text)
		if err != nil {
			sound(t, err, fault.Invalid)
			return
		}
		canonical := filter.String()
		// Brackets that "eq false" did without may be needed in the canonical text, and commas and spaces are added.
		again, err := parseFilter(canonical, expr.Grammar{Bytes: 4 * MaxFilterBytes, Depth: 4 * MaxFilterDepth, Comparisons: MaxFilterComparisons, DateParts: true})
		if err != nil {
			t.Fatalf("%q: %v", canonical, err)
		}
		if again.String() != canonical {
			t.Fatalf("%q reads as %q", canonical, again.String())
		}
		p, err := filter.Bind(anyField)
		if err != nil {
			sound(t, err, fault.Invalid)
			return
		}
		opposite, err := (&Filter{&expr.Filter{Root: &expr.Node{Kind: expr.Not, Kids: []*expr.Node{filter.Root}}}}).Bind(anyField)
		if err != nil {
			t.Fatal(err)
		}
		for _, null := range []bool{false, true} {
			get := func(field string) (string, int64, bool) {
				c, _ := anyField(field)
				return "a", 1, null && !c.NotNull
			}
			if p.Match(get) == opposite.Match(get) {
				t.Fatalf("%q and its negation agree, nulls: %t", text, null)
			}
		}
		for _, d := range []Dialect{SQLite, Postgres} {
			var args Args
			sql := p.SQL(d, &args)
			if len(args.Values) > 2*MaxFilterComparisons || len(sql) > 64<<10 {
				t.Fatalf("%d arguments, %d bytes", len(args.Values), len(sql))
			}
			for _, v := range args.Values {
				if s, ok := v.(string); ok && !literal.Valid(s) {
					t.Fatalf("argument %q", s)
				}
			}
		}
	})
}

func FuzzParseOrderBy(f *testing.F) {
	for _, seed := range []string{"Subject", "priority DESC,incidentnumber ASC", "a sideways", "a,,b", "", "Subject;drop table x", strings.Repeat("a,", 50)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		terms, err := ParseOrderBy(text)
		if err != nil {
			sound(t, err, fault.Invalid)
			return
		}
		order, err := BindOrder(terms, anyField)
		if err != nil {
			sound(t, err, fault.Invalid)
			return
		}
		if len(order) == 0 || len(order) > MaxOrderTerms || !strings.HasPrefix(order.SQL(SQLite, Column{Name: "RecId", SQL: "r"}), "ORDER BY c ") {
			t.Fatalf("%q: %v", text, order)
		}
	})
}

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{"incidents", "incidents%20('a''b')/Rel+('c')/$Ref", "incidents(%27a%27)", "incidents('a/b')", "incidents(ab)/", "a('%00')", "a('%ff')", "a(%", "("} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, escaped string) {
		p, err := ParsePath(escaped)
		if err != nil {
			sound(t, err, fault.Invalid, fault.NotFound)
			return
		}
		for _, s := range append(p.Rest, Segment{p.Set, p.HasKey, p.Key}) {
			if s.Name == "" || len(p.Rest) >= maxPathSegments || !literal.Valid(s.Name) || !literal.Valid(s.Key) || s.Key != "" && !s.HasKey {
				t.Fatalf("%q: %+v", escaped, p)
			}
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"$filter=a+eq%20'b'&$top=5&$skip=10&$orderby=a+desc&$select=a,+b&_t=1", "%24filter=%zz", "$top=101", "$search=%ff", "ActionId=x&$skiptoken=AAA", "&&=&"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := ParseQuery(raw)
		if err != nil {
			sound(t, err, fault.Invalid)
			return
		}
		if q.Top < 0 || q.Top > MaxTop || q.Skip < 0 || !literal.Valid(q.Filter+q.OrderBy+q.Search+q.SkipToken+q.ActionID) || q.HasFilter != (q.Filter != "") {
			t.Fatalf("%q: %+v", raw, q)
		}
	})
}

func FuzzParseToken(f *testing.F) {
	order := Order{{Column{Name: "Owner", Kind: Text, SQL: "o"}, false}, {Column{Name: "Cost", Kind: Decimal, SQL: "c"}, true}}
	for _, p := range []Position{
		{[]Value{{Text: "j.doe"}, {Number: -4_000}}, "0123456789abcdef0123456789abcdef"}, {[]Value{{Null: true}, {Null: true}}, "a"}, {[]Value{{Text: "é"}, {Number: 1 << 62}}, "b"},
	} {
		token := order.Token(p, "q")
		raw, _ := tokenEncoding.DecodeString(token)
		f.Add(token, raw[1+digestBytes:])
	}
	f.Fuzz(func(t *testing.T, token string, body []byte) {
		// The text as it comes, and a body behind the right head, which the text alone would hardly find.
		head := append([]byte{tokenVersion}, order.digest("q")...)
		for _, token := range []string{token, tokenEncoding.EncodeToString(append(head, body...))} {
			p, err := order.ParseToken(token, "q")
			if err != nil {
				sound(t, err, fault.Invalid)
				continue
			}
			var args Args
			if order.Token(p, "q") != token || order.After(SQLite, Column{Name: "RecId", Kind: Text, SQL: "r"}, p, &args) == "" || len(p.RecID) > maxRecIDBytes {
				t.Fatalf("%q: %+v", token, p)
			}
		}
	})
}
