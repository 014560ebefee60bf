package literal_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

func TestTime(t *testing.T) {
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
		"0000-01-01T00:00:00Z":             "range",
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
		"9999-12-31T23:59:59-14:00":        "range",
		"0001-01-01T00:00:01+14:00":        "range",
		"2026-01-31T10:20:30,5Z":           "2026-01-31T10:20:30Z",
		"2026-01-31T10:20:30,Z":            "refused",
		"0000-01-01":                       "range",
		"soon":                             "refused",
		"20260131":                         "refused",
		"２０２６-01-31":                       "refused",
		"2026-01-31T10:20:30." + zeros(80): "refused",
	} {
		t.Run(text, func(t *testing.T) {
			if got := outcome(literal.Time(text)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestUnboundedTimeTakesWhatAnOffsetCarriesOutOfTheYears(t *testing.T) {
	for text, want := range map[string]string{
		"9999-12-31T23:59:59-14:00": "10000-01-01T13:59:59Z",
		"0001-01-01T00:00:01+14:00": "0000-12-31T10:00:01Z",
		"0001-01-01T00:00:00+14:00": "null",
		"2026-01-31T10:20:30+02:00": "2026-01-31T08:20:30Z",
		"0000-01-01T00:00:00Z":      "range",
		"2026-02-31":                "refused",
		"":                          "refused",
	} {
		t.Run(text, func(t *testing.T) {
			if got := outcome(literal.UnboundedTime(text)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func outcome(unix int64, null bool, err error) string {
	switch {
	case errors.Is(err, literal.ErrRange):
		return "range"
	case err != nil:
		return "refused"
	case null:
		return "null"
	}
	return literal.FormatTime(unix)
}

func zeros(n int) string { return strings.Repeat("0", n) }

func TestTheBoundsAreTheFirstAndTheLastSecondOfFourDigitYears(t *testing.T) {
	for unix, want := range map[int64]string{literal.MinTime: "0001-01-01T00:00:00Z", literal.MaxTime: "9999-12-31T23:59:59Z"} {
		if got := literal.FormatTime(unix); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestStartsWithDate(t *testing.T) {
	for text, want := range map[string]bool{"2026-01-31": true, "2026-99-99T": true, "2026-01-3": false, "2026-1-31x": false, "-026-01-31": false, "": false} {
		if got := literal.StartsWithDate(text); got != want {
			t.Errorf("StartsWithDate(%q) = %t, want %t", text, got, want)
		}
	}
}

// FuzzTime: what is read lies in the years that can be written, reads back as it is written, and is what the
// standard library reads from RFC 3339.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"2026-01-31", "2026-01-31T10:20:30.999Z", "2026-01-31 10:20 02:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-31", "0000-01-01", "soon", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		unix, null, err := literal.Time(s)
		if err != nil || null {
			return
		}
		if unix < literal.MinTime || unix > literal.MaxTime {
			t.Fatalf("%q: %d", s, unix)
		}
		if at, err := time.Parse(time.RFC3339, s); err == nil && at.Unix() != unix {
			t.Fatalf("%q: %d, want %d", s, unix, at.Unix())
		}
		written := literal.FormatTime(unix)
		again, null, err := literal.Time(written)
		if err != nil || null != (unix == literal.MinTime) || !null && again != unix {
			t.Fatalf("%q is %s, which reads as %d, %t, %v", s, written, again, null, err)
		}
	})
}
