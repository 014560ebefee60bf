package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

func TestMomentsAreKeptOrBroughtToUTC(t *testing.T) {
	const east, west = -120 * time.Minute, 300 * time.Minute // UTC+2 and UTC-5, as localOffset has them
	for _, c := range []struct {
		name, kind, text string
		offset           time.Duration
		want             string
	}{
		{"UTC is kept", "datetime", "2030-05-06T07:08:00Z", east, "2030-05-06T07:08:00Z"},
		{"milliseconds are kept", "datetime", "2030-05-06T07:08:09.123Z", east, "2030-05-06T07:08:09.123Z"},
		{"a date in UTC is kept", "date", "2030-05-06T00:00:00Z", east, "2030-05-06T00:00:00Z"},
		{"a date is no moment", "date", "2030-05-06", east, "2030-05-06T00:00:00Z"},
		{"the written day stays, east", "date", "2030-05-06T00:00:00+02:00", east, "2030-05-06T00:00:00Z"},
		{"the written day stays, west", "date", "2030-05-06T23:30:00", west, "2030-05-06T00:00:00Z"},
		{"local time at UTC+2", "datetime", "2030-05-06T09:08:00", east, "2030-05-06T07:08:00Z"},
		{"local time at UTC+2 in winter", "datetime", "2030-12-06T09:08:00", east, "2030-12-06T07:08:00Z"},
		{"local time at UTC-5", "datetime", "2030-05-06T22:00:00", west, "2030-05-07T03:00:00Z"},
		{"local time without an offset is UTC", "datetime", "2030-05-06T09:08:00", 0, "2030-05-06T09:08:00Z"},
		{"a local date is its local midnight", "datetime", "2030-05-06", east, "2030-05-05T22:00:00Z"},
		{"an offset that is written counts", "datetime", "2030-05-06T09:08:00+02:00", west, "2030-05-06T07:08:00Z"},
		{"also behind a minus", "datetime", "2030-05-06T09:08:00-0500", east, "2030-05-06T14:08:00Z"},
		{"a time with a day", "time", "2030-05-06T07:08:00Z", east, "2030-05-06T07:08:00Z"},
		{"a local time with a day", "time", "2030-05-06T09:08", east, "2030-05-06T07:08:00Z"},
		{"a time alone is kept", "time", "09:30", east, "09:30"},
		{"with seconds", "time", "23:59:59", east, "23:59:59"},
		{"the year 1 is not set", "datetime", "0001-01-01T00:00:00Z", east, ""},
		{"not set as a date", "date", "0001-01-01T00:00:00", west, ""},
	} {
		if got, ok := moment(c.kind, c.text, c.offset); !ok || got != c.want {
			t.Errorf("%s: %s %q with %v is %q %v, want %q", c.name, c.kind, c.text, c.offset, got, ok, c.want)
		}
	}
	for _, text := range []string{"tomorrow", "2030-02-30", "2030-13-01T00:00:00Z", "06.05.2030", "25:00", "9:5", "1900000000", "2030-05-06T24:30:00Z", "9999-12-31T23:00:00-05:00", strings.Repeat("2", 100)} {
		for _, kind := range []string{"date", "datetime", "time"} {
			if got, ok := moment(kind, text, west); ok && !(kind == "date" && strings.HasPrefix(text, "9999")) {
				t.Errorf("%s %q is %q", kind, text, got)
			}
		}
	}
}

func FuzzMoment(f *testing.F) {
	for _, seed := range []string{"2030-05-06T07:08:00Z", "2030-05-06", "09:30", "2030-05-06T09:08:00+02:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00"} {
		f.Add(seed, -120)
	}
	f.Fuzz(func(t *testing.T, text string, minutes int) {
		offset := time.Duration(minutes%841) * time.Minute
		for _, kind := range []string{"date", "datetime"} {
			got, ok := moment(kind, text, offset)
			if !ok || got == "" {
				continue
			}
			unix, null, err := literal.Time(got)
			if err != nil || null || !strings.HasSuffix(strings.ToUpper(got), "Z") {
				t.Fatalf("%s %q became %q, which is no date in UTC: %v", kind, text, got, err)
			}
			was, _, err := literal.Time(text)
			if diff := unix - was; err != nil || max(diff, -diff) > 24*3600 {
				t.Fatalf("%s %q became %q", kind, text, got)
			}
		}
	})
}

func TestLocalOffsetIsANumberOfMinutes(t *testing.T) {
	for text, want := range map[string]time.Duration{"-120": -2 * time.Hour, "300": 5 * time.Hour, `"-120"`: -2 * time.Hour, "0": 0, `""`: 0, "-840": -14 * time.Hour, "60.0": time.Hour} {
		kind := record.JSONNumber
		if text[0] == '"' {
			kind = record.JSONString
		}
		if got, ok := readOffset(kind, []byte(text)); !ok || got != want {
			t.Errorf("%s: %v %v", text, got, ok)
		}
	}
	for _, text := range []string{"841", "-1e9", "1e400", `"x"`, `"NaN"`, "[]"} {
		kind := record.JSONNumber
		switch text[0] {
		case '"':
			kind = record.JSONString
		case '[':
			kind = record.JSONNested
		}
		if got, ok := readOffset(kind, []byte(text)); ok {
			t.Errorf("%s: %v", text, got)
		}
	}
}
