package filter

import (
	"fmt"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// columns are what the tests filter by.
func columns(path string) (Column, bool) {
	c, ok := map[string]Column{"name": {Text, "c_name"}, "id": {GUID, "rec_id"}, "os/version": {Text, "c_os"}, "n": {Number, "c_n"}, "price": {Decimal, "c_price"},
		"on": {Bool, "c_on"}, "at": {Time, "c_at"}}[strings.ToLower(path)]
	return c, ok
}

func write(text string, postgres bool) (sql string, args []any, err error) {
	f, err := Parse(text)
	if err != nil {
		return "", nil, err
	}
	sql, err = f.SQL(Target{Resolve: columns, Postgres: postgres, Add: func(v any) string {
		args = append(args, v)
		return fmt.Sprint("$", len(args))
	}})
	return sql, args, err
}

func TestSQL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, sql string
		args      []any
	}{
		{"Name eq 'O''Neill'", "(c_name = $1)", []any{"o'neill"}},
		{"OS/Version ne '10'", "(c_os IS DISTINCT FROM $1)", []any{"10"}},
		{"a/b eq null", "", nil},
		{"Name eq null", "(c_name IS NULL)", nil},
		{"not Name eq 'x'", "((c_name = $1) IS NOT TRUE)", []any{"x"}},
		{"on and N lt 5 or true", "(((c_on = 1) AND (c_n < $1)) OR (TRUE))", []any{int64(5)}},
		{"5 le n", "(c_n >= $1)", []any{int64(5)}},
		{"n ge 4.5", "(c_n > $1)", []any{int64(4)}},
		{"n eq 4.5", "(FALSE)", nil},
		{"price eq 4.5", "(c_price = $1)", []any{int64(45000)}},
		{"at gt 2026-01-01T00:00:00Z", "(c_at > $1)", []any{int64(1767225600)}},
		{"id eq 0198a3f2-b4c5-7d8e-9f00-112233445566", "(rec_id = $1)", []any{"0198a3f2b4c57d8e9f00112233445566"}},
		{"id eq a198a3f2-b4c5-7d8e-9f00-112233445566", "(rec_id = $1)", []any{"a198a3f2b4c57d8e9f00112233445566"}},
		{"id ne 'x'", "(TRUE)", nil},
		{"contains(name,'x')", "(instr(c_name, $1) > 0)", []any{"x"}},
		{"startswith(name,'ab')", "(c_name >= $1 AND c_name < $2 AND substr(c_name, 1, length($1)) = $1)", []any{"ab", "ac"}},
		{"startswith(name,'é')", "(c_name >= $1 AND substr(c_name, 1, length($1)) = $1)", []any{"é"}},
		{"endswith(name,'x') ne true", "((substr(c_name, -length($1)) = $1) IS NOT TRUE)", []any{"x"}},
	} {
		sql, args, err := write(c.text, false)
		if c.sql == "" {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", c.text, err)
			}
			continue
		}
		if err != nil || sql != c.sql || fmt.Sprint(args...) != fmt.Sprint(c.args...) {
			t.Errorf("%s: %s %v, %v; want %s %v", c.text, sql, args, err, c.sql, c.args)
		}
	}
}

func TestARefusalNamesThePlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Name eq":                   "character 8: the text ends too early",
		"Name eq 'é' and Name 'x'":  "character 22: unexpected 'x'",
		"(Name eq 'x'":              "character 13: a bracket is not closed",
		"Name eq 'x":                "character 9: a quote is not closed",
		"Name eq ;":                 "character 9: unexpected ';'",
		"indexof(Name,'x') eq 1":    "The function 'indexof' is not known",
		"Name eq 'x' and Nope eq 1": "character 17: there is no 'Nope' to filter by",
		"year(at) eq 2026":          "The function 'year' is not known",
		"n eq 'five'":               "character 6: 'five' is not a number in range",
	} {
		if _, _, err := write(text, false); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// FuzzParse holds that no filter breaks the reader, and that nothing a client writes reaches the SQL text but through arguments.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"Name eq 'x'", "contains(OS/Version, 'Windows')", "not (n gt 5 or on) and at le 2026-01-01", "id eq 0198a3f2-b4c5-7d8e-9f00-112233445566", "((((", "'", "price lt -1e3",
		"startswith(tolower(name),'ab') eq false", "at gt 2026-01-01T10:00:00 02:00", "Name eq '\u0130'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, postgres := range []bool{false, true} {
			sql, args, err := write(text, postgres)
			if err != nil {
				if !fault.Is(err, fault.Invalid) || strings.ContainsAny(err.Error(), "\x00\r\n") {
					t.Errorf("%q: %v", text, err)
				}
				continue
			}
			if strings.Count(sql, "(") != strings.Count(sql, ")") || len(args) > 3*MaxComparisons {
				t.Errorf("%q becomes %q", text, sql)
			}
			rest := strings.NewReplacer("c_name", "", "c_os", "", "c_n", "", "c_price", "", "c_on", "", "c_at", "", "rec_id", "", "IS NOT NULL", "", "IS NULL", "", "IS NOT TRUE", "",
				"IS DISTINCT FROM", "", "TRUE", "", "FALSE", "", "AND", "", "OR", "", "instr", "", "strpos", "", "substr", "", "left", "", "right", "", "length", "", "::text", "", "COLLATE", "", `"C"`, "", "'-'", "").Replace(sql)
			if strings.Trim(rest, " ()$0123456789,=<>|-") != "" {
				t.Errorf("%q reaches the SQL: %q leaves %q", text, sql, rest)
			}
		}
	})
}
