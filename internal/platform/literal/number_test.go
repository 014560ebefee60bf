package literal_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// What a table wants of a text that is refused: for its form, or with ErrRange.
const (
	noForm  = math.MinInt64 + 1
	noRange = math.MinInt64 + 2
)

func reads(t *testing.T, read func(string) (int64, error), text string, want int64) {
	t.Helper()
	got, err := read(text)
	switch {
	case errors.Is(err, literal.ErrRange):
		got = noRange
	case err != nil:
		got = noForm
	}
	if got != want {
		t.Errorf("got %d, %v; want %d", got, err, want)
	}
}

func TestDecimal(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1": 10_000, "-1": -10_000, "0.4": 4_000, "0.4000": 4_000, "12.3456": 123_456, "12.34560000": 123_456, " 7.5 ": 75_000, "-0.0001": -1, "-0": 0,
		"1e2": 1_000_000, "25E-1": 25_000, "007": 70_000, "0e999": 0, "922337203685477.5807": math.MaxInt64, "-922337203685477.5808": math.MinInt64,
		"+5": 50_000, ".5": 5_000, "-.5": -5_000, "+.5": 5_000,
		"922337203685477.5808": noRange, "-922337203685477.5809": noRange, "1e400": noRange, "-1e999": noRange, "0.00001e-400": noForm, "1e9999": noForm,
		"0.00001": noForm, "1.23456": noForm, "-0.00001": noForm, "": noForm, " ": noForm, "5.": noForm, ".": noForm, "-": noForm, "+": noForm, "+-5": noForm,
		"-+5": noForm, "--5": noForm, "- 5": noForm, "1,5": noForm, "1_000": noForm, "1.2.3": noForm, "0x10": noForm, "NaN": noForm, "Infinity": noForm, "1/2": noForm,
		"٣": noForm, zeros(65): noForm, zeros(63) + "7": 70_000, "1e": noForm, "1e+": noForm, ".e5": noForm, "e5": noForm, "1e2.5": noForm, "5\x00": noForm,
	} {
		t.Run(text, func(t *testing.T) { reads(t, literal.Decimal, text, want) })
	}
}

func TestInteger(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "20": 20, "-20": -20, "+20": 20, "007": 7, "20.0": 20, "20.000": 20, " 20 ": 20, "9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64,
		"9223372036854775808": noRange, "-9223372036854775809": noRange, strings.Repeat("9", 60): noRange,
		"1e3": noForm, "1E0": noForm, "20.5": noForm, "20.": noForm, "": noForm, "many": noForm, "1_000": noForm, "0x10": noForm, "++1": noForm,
	} {
		t.Run(text, func(t *testing.T) { reads(t, literal.Integer, text, want) })
	}
}

func TestScaledNumberRoundsDown(t *testing.T) {
	for text, c := range map[string]struct {
		places int
		floor  int64
		exact  bool
	}{
		"1.5":                    {0, 1, false},
		"-1.5":                   {0, -2, false},
		"-0.5":                   {0, -1, false},
		"3.0":                    {0, 3, true},
		"12e-1":                  {0, 1, false},
		"2e3":                    {0, 2_000, true},
		"0.40001":                {4, 4_000, false},
		"-0.00005":               {4, -1, false},
		"1e-999":                 {4, 0, false},
		"-1e-999":                {4, -1, false},
		"-0e-999":                {4, 0, true},
		"9223372036854775807.9":  {0, math.MaxInt64, false},
		"-9223372036854775807.9": {0, math.MinInt64, false},
	} {
		t.Run(text, func(t *testing.T) {
			floor, exact, err := literal.ScaledNumber(text, c.places)
			if err != nil || floor != c.floor || exact != c.exact {
				t.Errorf("got %d, %t, %v; want %d, %t", floor, exact, err, c.floor, c.exact)
			}
		})
	}
}

func TestDecimalsAndNumbersDoNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		if _, err := literal.Decimal("12.3400"); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAppendDecimal(t *testing.T) {
	for scaled, want := range map[int64]string{
		0: "0.0000", 4_000: "0.4000", -1: "-0.0001", 123_456: "12.3456", math.MaxInt64: "922337203685477.5807", math.MinInt64: "-922337203685477.5808",
	} {
		if got := string(literal.AppendDecimal([]byte("x"), scaled)); got != "x"+want {
			t.Errorf("got %s, want x%s", got, want)
		}
	}
}

func TestIsNumberIsAJSONNumberOrHasLeadingZeros(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "-12.50e+3": true, "007": true, zeros(64): true, "": false, "+1": false, ".5": false, "5.": false, " 1": false, "1e1000": false, "12ab": false,
		zeros(65): false, "2026-01-31": false,
	} {
		if got := literal.IsNumber(text); got != want {
			t.Errorf("IsNumber(%q) = %t, want %t", text, got, want)
		}
	}
}

func TestBool(t *testing.T) {
	for text, want := range map[string]string{
		"true": "true", "TRUE": "true", " True ": "true", "1": "true", "false": "false", "False": "false", "0": "false",
		"": "refused", "yes": "refused", "2": "refused", "01": "refused", "falſe": "refused",
	} {
		truth, err := literal.Bool(text)
		got := map[bool]string{true: "true", false: "false"}[truth]
		if err != nil {
			got = "refused"
		}
		if got != want {
			t.Errorf("Bool(%q): %s, want %s", text, got, want)
		}
	}
}

// FuzzScaledNumber compares with exact rationals: the floor is the greatest whole number not above, exact when it is
// the number itself, and only what does not fit in 64 bits is out of range.
func FuzzScaledNumber(f *testing.F) {
	for _, seed := range []string{"0", "-1.5", "12.3456", "1e2", "25E-1", "-1e-999", "9223372036854775807.9", "-922337203685477.5808", "+.5", "5.", "1e999", zeros(64), ""} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, s string, decimal bool) {
		places, scale := 0, int64(1)
		if decimal {
			places, scale = literal.DecimalPlaces, literal.DecimalScale
		}
		floor, exact, err := literal.ScaledNumber(s, places)
		if err != nil && !errors.Is(err, literal.ErrRange) {
			if literal.IsNumber(s) {
				t.Fatalf("%q is a number: %v", s, err)
			}
			return
		}
		want, ok := new(big.Rat).SetString(strings.TrimSpace(s))
		if !ok {
			t.Fatalf("%q is not a number: %d, %v", s, floor, err)
		}
		want.Mul(want, new(big.Rat).SetInt64(scale))
		wantFloor := new(big.Int).Div(want.Num(), want.Denom()) // Euclidean, of a positive divisor: rounds down
		switch {
		case err != nil:
			if wantFloor.IsInt64() {
				t.Fatalf("%q fits: %s", s, wantFloor)
			}
		case !wantFloor.IsInt64() || wantFloor.Int64() != floor || want.IsInt() != exact:
			t.Fatalf("%q: %d, %t; want %s", s, floor, exact, want.RatString())
		}
	})
}

// FuzzDecimal: what is read reads back as it is written.
func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"0", "0.4000", "-12.3456", "1e2", ".5", "1.23456", "922337203685477.5807", "-922337203685477.5808", "1e400", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		scaled, err := literal.Decimal(s)
		if err != nil {
			return
		}
		written := string(literal.AppendDecimal(nil, scaled))
		if again, err := literal.Decimal(written); err != nil || again != scaled {
			t.Fatalf("%q is %s, which reads as %d, %v", s, written, again, err)
		}
	})
}
