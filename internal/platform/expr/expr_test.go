package expr

import (
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

var grammar = Grammar{Bytes: 1000, Depth: 5, Comparisons: 3}

func TestCanonicalText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"5 LT (n)":                                  "n gt 5",
		"a or b and not (c or d eq 'it''s')":        "", // one comparison too many
		"a or not (c or d eq 'it''s')":              "a or not (c or d eq 'it''s')",
		"ToLower(Name) eq 'x' eq false":             "",
		"contains(tolower(Name),'x') ne true":       "not contains(Name,'x')",
		"((((((a))))))":                             "", // too deep
		"a eq 0198a3f2-b4c5-7d8e-9f00-112233445566": "",
		"year(at) eq 2026":                          "",
	} {
		f, err := Parse(text, grammar)
		switch {
		case want == "":
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v, want a refusal", text, err)
			}
		case err != nil:
			t.Errorf("%s: %v", text, err)
		case f.String() != want:
			t.Errorf("%s becomes %s, want %s", text, f, want)
		}
	}
}

func TestWhatAGrammarAdds(t *testing.T) {
	t.Parallel()
	more := grammar
	more.GUIDs, more.DateParts = true, true
	for _, text := range []string{"a eq 0198a3f2-b4c5-7d8e-9f00-112233445566", "a eq b198a3f2-b4c5-7d8e-9f00-112233445566", "year(at) eq 2026"} {
		if f, err := Parse(text, more); err != nil || f.String() != text {
			t.Errorf("%s: %v, %v", text, f, err)
		}
	}
	if _, err := Parse("a eq b198a3f2-b4c5-7d8e-9f00-11223344556", more); !fault.Is(err, fault.Invalid) {
		t.Errorf("a GUID that lacks a digit: %v", err)
	}
	if _, err := Parse(strings.Repeat("x", 1001), more); !fault.Is(err, fault.Invalid) {
		t.Errorf("a text that is too long: %v", err)
	}
}
