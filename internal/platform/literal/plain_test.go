package literal_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string][2]bool{ // on one line, on several
		"":                 {true, true},
		"Ärzte & <b>Co":    {true, true},
		"עברית":            {true, true},
		"two\nlines":       {false, true},
		"a\tb\r\n":         {false, true},
		"a\x00b":           {false, false},
		"a\x1b[2J":         {false, false},
		"a\u0085b":         {false, false},
		"gnp.\u202etoor":   {false, false},
		"a\u200fb":         {false, false},
		"a\u2066b\u2069":   {false, false},
		"a\u2028b":         {false, false},
		"a\xffb":           {false, false},
		"zero\u200dwidth…": {true, true}, // joins the letters of some scripts
	} {
		if got := [2]bool{literal.Plain(in, false), literal.Plain(in, true)}; got != want {
			t.Errorf("Plain(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestRepeated(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}`: "",
		`{"a":1,"A":1}`:                     "",
		`{"a":1,"b":1,"a":1}`:               "a",
		`{"a":1,"\u0061":1}`:                "a",
		`{"b":{"a":1,"a":2}}`:               "b.a",
		`{"b":[{},{"c":{"x":1,"x":null}}]}`: "b[1].c.x",
		`[[{"x":1,"x":1}]]`:                 "[0][0].x",
		`{"a":1,"a":1`:                      "a",
		`{"a":`:                             "",
		`7`:                                 "",
		``:                                  "",
	} {
		if got, found := literal.Repeated([]byte(in)); got != want || found != (want != "") {
			t.Errorf("Repeated(%s) = %q, %t, want %q", in, got, found, want)
		}
	}
	if got, found := literal.Repeated([]byte(`{"":1,"":2}`)); got != "" || !found {
		t.Errorf("a name without letters: %q, %t", got, found)
	}
}
