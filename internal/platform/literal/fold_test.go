package literal_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "abc": "abc", "aBC": "abc", "[Z]@`{": "[z]@`{", "Straße": "strasse", "ΣΊΣΥΦΟΣ": "σίσυφοσ", "İ": "i̇", "ﬁ": "fi", "É": "é", "ꭰᎠᏸ": "ᎠᎠᏰ",
		"A\xffÉ\xc3": "a\xffé\xc3", "ꭰ\xe1": "Ꭰ\xe1",
	} {
		if got := literal.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldDoesNotAllocateForASCIIThatDoesNotChange(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { literal.Fold("host down, printer 12 on fire") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestFoldMakesEveryLetterInItsCasesOne(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		once := literal.Fold(string(r))
		if twice := literal.Fold(once); twice != once {
			t.Fatalf("folding %U again changes it: %q, %q", r, once, twice)
		}
		if other := unicode.SimpleFold(r); literal.Fold(string(other)) != once {
			t.Fatalf("%U and %U are one letter in two cases and fold differently", r, other)
		}
	}
}

func TestValid(t *testing.T) {
	for in, want := range map[string]bool{"": true, "é\t\U0010FFFF": true, "a\x00b": false, "\xff": false, "\xed\xa0\x80": false} {
		if got := literal.Valid(in); got != want {
			t.Errorf("Valid(%q) = %t, want %t", in, got, want)
		}
	}
}

// FuzzFold: text folds to text that stays as it is, and what may be stored still may be.
func FuzzFold(f *testing.F) {
	for _, seed := range []string{"", "aBC", "Straße", "İ", "ꭰᎠᏸ", "ΣΊΣΥΦΟΣ", "a\xff\u13a0", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := literal.Fold(s)
		if twice := literal.Fold(once); twice != once {
			t.Fatalf("folding %q again changes it: %q, %q", s, once, twice)
		}
		if literal.Valid(s) && !literal.Valid(once) {
			t.Fatalf("%q folds to %q", s, once)
		}
	})
}
