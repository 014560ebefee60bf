package secret

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestChecksumVectors(t *testing.T) {
	for text, want := range map[string]string{
		"123456789":                      "3jZRME", // CRC32 0xCBF43926, the check value of CRC-32/ISO-HDLC
		"zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ": "0mLq17", // left-padded with 0
	} {
		if got := checksum(text); got != want {
			t.Errorf("checksum(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestNewHasTheDocumentedShape(t *testing.T) {
	for _, kind := range []byte{KindClient, KindKey, KindSession, KindSCIM} {
		s := New(kind)
		if len(s) != Length || !strings.HasPrefix(s, "pvs_"+string(kind)+"_") {
			t.Errorf("New(%c) = %q: wrong length or prefix", kind, s)
		}
		if strings.Trim(s, alphabet+"_") != "" {
			t.Errorf("New(%c) = %q: characters outside [A-Za-z0-9_] read differently when form-encoded", kind, s)
		}
		if got, ok := Kind(s); !ok || got != kind {
			t.Errorf("Kind(%q) = %c, %v", s, got, ok)
		}
		if s == New(kind) {
			t.Errorf("New(%c) gave the same secret twice", kind)
		}
	}
}

func TestValidRefusesEveryChangedCharacter(t *testing.T) {
	s := New(KindKey)
	for i := range len(s) {
		for _, c := range []byte("0aZ_-") {
			if s[i] == c {
				continue
			}
			changed := s[:i] + string(c) + s[i+1:]
			if Valid(changed) {
				t.Errorf("%q with %q at %d counts as well-formed", s, c, i)
			}
		}
	}
	for _, junk := range []string{"", "pvs_k_", s[:len(s)-1], s + "0", " " + s[1:], strings.Repeat("0", Length), "pvs_x_" + s[6:]} {
		if Valid(junk) {
			t.Errorf("%q counts as well-formed", junk)
		}
	}
}

func TestLegacyKeys(t *testing.T) {
	const want = "0123456789ABCDEF0123456789ABCDEF"
	for name, tc := range map[string]struct {
		in string
		ok bool
	}{
		"as made":               {want, true},
		"lower case":            {strings.ToLower(want), true},
		"rendered as a GUID":    {"01234567-89ab-cdef-0123-456789abcdef", true},
		"a digit short":         {want[1:], false},
		"a digit too many":      {want + "0", false},
		"not hex":               {"G" + want[1:], false},
		"a space inside":        {want[:16] + " " + want[16:], false},
		"dashes without end":    {strings.Repeat("-", 1<<20) + want, false},
		"empty":                 {"", false},
		"nothing but dashes":    {strings.Repeat("-", 40), false},
		"full-width digits":     {"\uff10" + want[1:], false},
		"GUID inside of braces": {"{01234567-89ab-cdef-0123-456789abcdef}", false},
	} {
		got, ok := NormaliseLegacy(tc.in)
		if ok != tc.ok || ok && got != want || !ok && got != "" {
			t.Errorf("%s: NormaliseLegacy = %q, %v, want %v", name, got, ok, tc.ok)
		}
	}
	made := NewLegacy()
	if got, ok := NormaliseLegacy(made); !ok || got != made {
		t.Errorf("NewLegacy() = %q is not in canonical form", made)
	}
}

func TestHintNeverShowsMuch(t *testing.T) {
	s := New(KindClient)
	if got := Hint(s); got != s[:10] {
		t.Errorf("Hint(%q) = %q, want prefix, kind and four characters", s, got)
	}
	if got := Hint("0123456789ABCDEF0123456789ABCDEF"); got != "0123" {
		t.Errorf("Hint of a legacy key = %q, want 0123", got)
	}
	for _, short := range []string{"", "abc", "abcdefghijk", "pvs_k_0123"} {
		if got := Hint(short); got != "" {
			t.Errorf("Hint(%q) = %q, want nothing", short, got)
		}
	}
}

func TestRandomAlnumUsesTheWholeAlphabet(t *testing.T) {
	if RandomAlnum(0) != "" || len(RandomAlnum(1)) != 1 || len(RandomAlnum(100)) != 100 {
		t.Error("RandomAlnum gives another length than asked for")
	}
	long := RandomAlnum(62 * 100)
	for _, c := range alphabet {
		if !strings.ContainsRune(long, c) { // missing by chance: e^-100
			t.Errorf("%q never occurs", c)
		}
	}
}

func TestNormaliseLegacyIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9A-Fa-f-]{0,40}`).Draw(t, "key")
		if once, ok := NormaliseLegacy(s); ok {
			if twice, ok := NormaliseLegacy(once); !ok || twice != once {
				t.Fatalf("%q → %q → %q", s, once, twice)
			}
		}
	})
}

func FuzzValid(f *testing.F) {
	f.Add(New(KindKey))
	f.Add("pvs_k_")
	f.Add("pvs_c_0000000000000000000000000000000000000000000000000")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if !Valid(s) {
			return
		}
		if len(s) != Length || s[Length-sumLength:] != checksum(s[:Length-sumLength]) {
			t.Errorf("%q counts as well-formed", s)
		}
	})
}

func FuzzNormaliseLegacy(f *testing.F) {
	f.Add("01234567-89ab-cdef-0123-456789abcdef")
	f.Add(NewLegacy())
	f.Add("--------------------------------")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := NormaliseLegacy(s)
		if ok && (len(got) != LegacyLength || got != strings.ToUpper(strings.ReplaceAll(s, "-", ""))) {
			t.Errorf("NormaliseLegacy(%q) = %q", s, got)
		}
	})
}

func TestADerivedSecretIsTheSameEachTime(t *testing.T) {
	key := []byte("seed")
	s := Derive(KindClient, key, "one")
	if kind, ok := Kind(s); !ok || kind != KindClient {
		t.Errorf("%q is not well-formed", s)
	}
	for what, other := range map[string]string{"another use": Derive(KindClient, key, "two"), "another key": Derive(KindClient, []byte("seeds"), "one"), "another kind": Derive(KindKey, key, "one")} {
		if other == s || what != "another kind" && other[headLength:headLength+20] == s[headLength:headLength+20] {
			t.Errorf("%s gives the same secret", what)
		}
	}
	if Derive(KindClient, key, "one") != s {
		t.Error("it is another one the second time")
	}
	long := DeriveAlnum(key, "long", 62*100)
	for _, c := range alphabet {
		if !strings.ContainsRune(long, c) {
			t.Errorf("%q never occurs", c)
		}
	}
	if DeriveAlnum(key, "long", 10) != long[:10] || DeriveAlnum(key, "long", 0) != "" {
		t.Error("a shorter one is not the beginning of a longer one")
	}
}
