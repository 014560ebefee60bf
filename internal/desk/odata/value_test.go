package odata_test

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "abc": "abc", "aBC": "abc", "[Z]@`{": "[z]@`{", "Straße": "strasse", "ΣΊΣΥΦΟΣ": "σίσυφοσ", "İ": "i̇", "ﬁ": "fi", "É": "é", "ꭰᎠᏸ": "ᎠᎠᏰ",
	} {
		if got := odata.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	if n := testing.AllocsPerRun(100, func() { odata.Fold("host down, printer 12 on fire") }); n != 0 {
		t.Errorf("%v allocations for ASCII that does not change", n)
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		once := odata.Fold(string(r))
		if twice := odata.Fold(once); twice != once {
			t.Fatalf("folding %U again changes it: %q, %q", r, once, twice)
		}
		if other := unicode.SimpleFold(r); odata.Fold(string(other)) != once {
			t.Fatalf("%U and %U are one letter in two cases and fold differently", r, other)
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31":                       "2026-01-31T00:00:00Z",
		"2026-01-31T10:20":                 "2026-01-31T10:20:00Z",
		"2026-01-31T10:20:30":              "2026-01-31T10:20:30Z",
		"2026-01-31T10:20:30Z":             "2026-01-31T10:20:30Z",
		"2026-01-31t10:20:30z":             "2026-01-31T10:20:30Z",
		" 2026-01-31 10:20:30 ":            "2026-01-31T10:20:30Z",
		"2026-01-31T10:20:30.999Z":         "2026-01-31T10:20:30Z",
		"2026-01-31T10:20:30.1234567890Z":  "2026-01-31T10:20:30Z",
		"1969-12-31T23:59:58.9Z":           "1969-12-31T23:59:58Z",
		"2026-01-31T10:20:30+02:00":        "2026-01-31T08:20:30Z",
		"2026-01-31T10:20:30 02:00":        "2026-01-31T08:20:30Z",
		"2026-01-31T10:20:30-0530":         "2026-01-31T15:50:30Z",
		"2026-01-31T10:20:30.5+02":         "2026-01-31T08:20:30Z",
		"2024-02-29":                       "2024-02-29T00:00:00Z",
		"0001-01-01T00:00:01Z":             "0001-01-01T00:00:01Z",
		"9999-12-31T23:59:59Z":             "9999-12-31T23:59:59Z",
		"0001-01-01T00:00:00Z":             "null",
		"0001-01-01T00:00:00":              "null",
		"0001-01-01T00:00:00.000+14:00":    "null",
		"0001-01-01T00:00:00-08:00":        "null",
		"0001-01-01":                       "null",
		"":                                 "null",
		" ":                                "null",
		"0000-01-01T00:00:00Z":             "refused",
		"0000-00-00T00:00:00Z":             "refused",
		"2026-02-29":                       "refused",
		"2026-02-31T00:00:00Z":             "refused",
		"2026-13-01":                       "refused",
		"2026-00-10":                       "refused",
		"2026-01-31T24:00:00Z":             "refused",
		"2026-01-31T10:60:00Z":             "refused",
		"2026-01-31T10:20:60Z":             "refused",
		"2026-01-31T":                      "refused",
		"2026-01-31T10":                    "refused",
		"2026-01-31T10:20:30.Z":            "refused",
		"2026-01-31T10:20:30+2:00":         "refused",
		"2026-01-31T10:20:30+24:00":        "refused",
		"2026-01-31T10:20:30+02:00x":       "refused",
		"2026-01-31Z":                      "refused",
		"2026-1-31":                        "refused",
		"12026-01-31":                      "refused",
		"-2026-01-31":                      "refused",
		"2026-01-31T10:20:30\x00":          "refused",
		"9999-12-31T23:59:59-14:00":        "refused",
		"0001-01-01T00:00:01+14:00":        "refused",
		"soon":                             "refused",
		"20260131":                         "refused",
		"２０２６-01-31":                       "refused",
		"2026-01-31T10:20:30." + zeros(80): "refused",
	} {
		t.Run(text, func(t *testing.T) {
			unix, null, err := odata.ParseTime(text)
			got := time.Unix(unix, 0).UTC().Format(time.RFC3339)
			switch {
			case err != nil:
				got = "refused"
				refused(t, err, fault.Invalid, "literal_invalid", "")
			case null:
				got = "null"
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func zeros(n int) string { return strings.Repeat("0", n) }

func TestParseDecimal(t *testing.T) {
	const no = math.MinInt64
	for text, want := range map[string]int64{
		"0": 0, "1": 10_000, "-1": -10_000, "0.4": 4_000, "0.4000": 4_000, "12.3456": 123_456, "12.34560000": 123_456, " 7.5 ": 75_000, "-0.0001": -1,
		"1e2": 1_000_000, "25E-1": 25_000, "007": 70_000, "0e999": 0, "922337203685477.5807": math.MaxInt64,
		"922337203685477.5808": no, "1e400": no, "1e9999": no, "0.00001": no, "1.23456": no, "": no, ".5": no, "5.": no, "-": no, "1,5": no, "1_000": no,
		"0x10": no, "NaN": no, "Infinity": no, "1/2": no, "٣": no, zeros(65): no, "1e": no, "1e+": no,
	} {
		t.Run(text, func(t *testing.T) {
			got, err := odata.ParseDecimal(text)
			if want == no {
				refused(t, err, fault.Invalid, "literal_invalid", "")
			} else if err != nil || got != want {
				t.Errorf("got %d, %v; want %d", got, err, want)
			}
		})
	}
}

func TestPrefixBounds(t *testing.T) {
	for prefix, want := range map[string]string{
		"dis": "dit", "a\x7f": "a\u0080", "\uD7FF": "\uE000", "\uFFFF": "\U00010000", "a\U0010FFFF": "b", "\U0010FFFF": "", "\U0010FFFF\U0010FFFF": "",
	} {
		got, ok := odata.Successor(prefix)
		if got != want || ok != (want != "") || !utf8.ValidString(got) {
			t.Errorf("the text after all that start with %q is %q, %t; want %q", prefix, got, ok, want)
		}
	}
}
