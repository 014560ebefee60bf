package odata_test

import (
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/desk/odata/odatatest"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// refused checks that err is a refusal of the kind and code whose message names the words, and the field if there is one.
func refused(t *testing.T, err error, kind fault.Kind, code, field string, naming ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %s", code)
	}
	f := fault.Of(err)
	if f.Kind != kind || f.Code != code {
		t.Errorf("kind %d code %s (%v); want %d %s", f.Kind, f.Code, err, kind, code)
	}
	for _, word := range naming {
		if !strings.Contains(f.Message, word) {
			t.Errorf("message %q does not name %q", f.Message, word)
		}
	}
	if field != "" && (len(f.Fields) != 1 || f.Fields[0].Field != field) {
		t.Errorf("fields %v; want %s", f.Fields, field)
	}
	for _, complaint := range f.Fields {
		if complaint.Message != f.Message {
			t.Errorf("the complaint about %s is %q; want the whole message %q", complaint.Field, complaint.Message, f.Message)
		}
	}
	if len(f.Message) > 500 || strings.Contains(f.Message, "c_") {
		t.Errorf("message is not fit to show: %q", f.Message)
	}
}

func TestFilterRefusals(t *testing.T) {
	long := strings.Repeat("9", 23)
	for name, c := range map[string]struct {
		text, code, field string
		naming            []string
	}{
		"blank":                         {" ", "filter_syntax", "", nil},
		"no value":                      {"Subject eq", "filter_syntax", "", []string{"character 11"}},
		"open bracket":                  {"(Subject eq 'x'", "filter_syntax", "", []string{"bracket"}},
		"closing bracket too many":      {"Subject eq 'x')", "filter_syntax", "", nil},
		"open quote":                    {"Subject eq 'x", "filter_syntax", "", []string{"quote"}},
		"open quote after a doubled":    {"Subject eq 'x''", "filter_syntax", "", []string{"quote"}},
		"two values":                    {"Subject eq 'x' 'y'", "filter_syntax", "", []string{"y"}},
		"unknown operator":              {"Subject like 'x'", "filter_syntax", "", []string{"like"}},
		"datetime literal":              {"CreatedDateTime gt datetime'2026-01-01T00:00:00'", "filter_syntax", "", []string{"datetime"}},
		"field against field":           {"Subject eq Owner", "filter_syntax", "", []string{"Owner"}},
		"two literals":                  {"1 eq 1", "filter_syntax", "", nil},
		"a value alone":                 {"'x'", "filter_syntax", "", nil},
		"no operand before and":         {"and Subject eq 'x'", "filter_syntax", "", nil},
		"a text field alone":            {"not Subject", "filter_syntax", "Subject", []string{"Subject"}},
		"a condition against a number":  {"contains(Subject,'x') eq 5", "filter_syntax", "", nil},
		"a condition above true":        {"contains(Subject,'x') gt true", "filter_syntax", "", nil},
		"chained comparison":            {"Subject eq 'x' eq true", "filter_syntax", "", nil},
		"semicolon":                     {"Subject eq 'x';drop table x", "filter_syntax", "", []string{";"}},
		"zero byte":                     {"Subject eq 'a\x00b'", "filter_syntax", "", nil},
		"invalid UTF-8":                 {"Subject eq '\xff\xfe'", "filter_syntax", "", nil},
		"a number with letters":         {"IncidentNumber eq 12ab", "filter_syntax", "", []string{"12ab"}},
		"year alone":                    {"year(CreatedDateTime)", "filter_syntax", "", []string{"year"}},
		"substringof":                   {"substringof('a',Subject)", "filter_function", "", []string{"substringof"}},
		"unknown function":              {"soundex(Subject) eq 'x'", "filter_function", "", []string{"soundex"}},
		"arguments turned round":        {"contains('x',Subject)", "filter_function", "", []string{"contains"}},
		"one argument":                  {"contains(Subject)", "filter_function", "", []string{"2"}},
		"no argument":                   {"tolower() eq 'a'", "filter_function", "", nil},
		"three arguments":               {"contains(Subject,'a','b')", "filter_syntax", "", nil},
		"contains of a number":          {"contains(IncidentNumber,'1')", "filter_function", "IncidentNumber", []string{"IncidentNumber"}},
		"year of a text":                {"year(Subject) eq 2026", "filter_function", "Subject", []string{"Subject"}},
		"unknown field":                 {"NoSuchField eq 'x'", "field_unknown", "NoSuchField", []string{"NoSuchField"}},
		"unknown field in a function":   {"contains(Nope,'x')", "field_unknown", "Nope", []string{"Nope"}},
		"path to a field":               {"Owner/Name eq 'x'", "field_unknown", "Owner/Name", nil},
		"number out of range":           {"IncidentNumber eq " + long, "literal_invalid", "IncidentNumber", []string{"IncidentNumber", long}},
		"exponent out of range":         {"IncidentNumber eq 1e400", "literal_invalid", "IncidentNumber", []string{"range"}},
		"text for a number":             {"incidentnumber eq 'abc'", "literal_invalid", "IncidentNumber", []string{"IncidentNumber", "abc"}},
		"text for a boolean":            {"ReadOnly eq 'yes'", "literal_invalid", "ReadOnly", []string{"yes"}},
		"text for a date":               {"CreatedDateTime gt 'soon'", "literal_invalid", "CreatedDateTime", []string{"soon"}},
		"number for a date":             {"CreatedDateTime gt 5", "literal_invalid", "CreatedDateTime", nil},
		"a day that does not exist":     {"CreatedDateTime gt 2026-02-31", "literal_invalid", "CreatedDateTime", nil},
		"year 0":                        {"CreatedDateTime gt 0000-00-00T00:00:00Z", "literal_invalid", "CreatedDateTime", nil},
		"text for a year":               {"year(CreatedDateTime) eq 'x'", "literal_invalid", "CreatedDateTime", nil},
		"more than 32 KiB":              {"Subject eq '" + strings.Repeat("x", 32<<10) + "'", "filter_limit", "", nil},
		"257 comparisons":               {strings.Repeat("Subject eq 'a' or ", 256) + "ReadOnly", "filter_limit", "", []string{"256"}},
		"brackets 10,000 deep":          {strings.Repeat("(", 10_000) + "Subject eq 'a'" + strings.Repeat(")", 10_000), "filter_limit", "", []string{"100"}},
		"not 8,000 deep":                {strings.Repeat("not ", 8_000) + "(Subject eq 'a')", "filter_limit", "", nil},
		"calls 4,000 deep":              {strings.Repeat("tolower(", 4_000), "filter_limit", "", nil},
		"101 deep":                      {strings.Repeat("(", 101) + "ReadOnly" + strings.Repeat(")", 101), "filter_limit", "", nil},
		"a long unknown name is cut":    {strings.Repeat("x", 5_000) + " eq 1", "field_unknown", "", []string{"…"}},
		"a function across an operator": {"year(contains(Subject,'x')) eq 1", "filter_function", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := odata.ParseFilter(c.text)
			if err == nil {
				_, err = f.Bind(odatatest.Resolve(stock))
			}
			refused(t, err, fault.Invalid, c.code, c.field, c.naming...)
		})
	}
}

func TestFilterLimitsAreReachable(t *testing.T) {
	for name, text := range map[string]string{
		"100 deep":        strings.Repeat("(", 100) + "ReadOnly" + strings.Repeat(")", 100),
		"256 comparisons": strings.Repeat("Subject eq 'a' or ", 255) + "ReadOnly",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := odata.ParseFilter(text); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestEquals(t *testing.T) {
	for text, want := range map[string]string{
		"RecId eq 'ABC'":                     "RecId=abc",
		"recid eq 'ABC'":                     "RecId=abc",
		"(not (RecID ne 'a'))":               "RecId=a",
		"RecId eq 'a' or RecId eq 'A'":       "RecId=a",
		"RecId eq 'a' or RecId eq 'b'":       "",
		"RecId eq 'a' and Subject eq 'b'":    "",
		"IncidentNumber eq 5":                "",
		"RecId ne 'a'":                       "",
		"RecId eq ''":                        "",
		"startswith(RecId,'a')":              "",
		"RecId eq 'a' or recId eq ''":        "RecId=a",
		"RecId eq 'a' and RecId ne null":     "RecId=a",
		"tolower(RecId) eq tolower('ABCDE')": "RecId=abcde",
	} {
		t.Run(text, func(t *testing.T) {
			f, err := odata.ParseFilter(text)
			if err != nil {
				if want != "" {
					t.Fatal(err)
				}
				return
			}
			p, err := f.Bind(odatatest.Resolve(stock))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if field, value, ok := p.Equals(); ok {
				got = field + "=" + value
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestAnd(t *testing.T) {
	bind := func(text string) *odata.Predicate {
		f, err := odata.ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.Bind(odatatest.Resolve(columnsOf(odata.SQLite)))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := odata.And(nil, nil); p != nil {
		t.Error("the conjunction of nothing is not nil")
	}
	var none *odata.Predicate
	if !none.Match(nil) || none.SQL(odata.SQLite, &odata.Args{}) != "TRUE" {
		t.Error("nil is not true")
	}
	args := odata.Args{Values: []any{"first"}}
	got := odata.And(nil, bind("Owner eq 'a' or ReadOnly"), bind("Label eq 'c'")).SQL(odata.SQLite, &args)
	if want := "(c_owner = $2 OR c_readonly = $3) AND c_label = $4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := odata.And(bind("Owner eq 'a'"), bind("false")).SQL(odata.SQLite, &args); got != "FALSE" {
		t.Errorf("got %s, want FALSE", got)
	}
}
