package literal

import (
	"strings"
	"time"
)

// The first and last instants that can be written with a year of four digits.
const (
	MinTime = -62135596800 // 0001-01-01T00:00:00Z
	MaxTime = 253402300799 // 9999-12-31T23:59:59Z
)

// timeLimit bounds the text of a date, in bytes: what is longer is none.
const timeLimit = 64

// Time reads an ISO 8601 date or date and time as Unix seconds: 2026-01-31, 2026-01-31T10:00, seconds and their
// fraction optional, then Z, an offset such as +02:00, +0200 or +02, or nothing, which is UTC. The T may be a space or
// lower case, and so may the plus sign of the offset be a space, as it is after a client did not escape it.
//
// A date alone is its midnight; a fraction is cut off, because records show whole seconds (spec/itsm-odata.md section
// 17.1). The blank text and the first instant of the year 1, whatever its offset, mean "not set" (null, section 3).
// The year 0 and what an offset carries out of the years 1 to 9999 are ErrRange.
func Time(s string) (unix int64, null bool, err error) {
	if strings.TrimSpace(s) == "" {
		return 0, true, nil
	}
	unix, null, err = UnboundedTime(s)
	if err != nil || null {
		return 0, null, err
	}
	if unix < MinTime || unix > MaxTime {
		return 0, false, ErrRange
	}
	return unix, false, nil
}

// UnboundedTime reads as Time does, but takes what an offset carries out of the years 1 to 9999: nothing is stored
// there, and a filter can still compare with it. The blank text is no date here. Of a null, unix means nothing.
func UnboundedTime(s string) (unix int64, null bool, err error) {
	s = strings.TrimSpace(s)
	if len(s) > timeLimit || !StartsWithDate(s) {
		return 0, false, errForm
	}
	year, month, day := digits(s[:4]), digits(s[5:7]), digits(s[8:10])
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Month() != time.Month(month) || date.Day() != day {
		return 0, false, errForm
	}
	seconds, offset := 0, 0
	if rest := s[len(time.DateOnly):]; rest != "" {
		var ok bool
		if seconds, rest, ok = readClock(rest); !ok {
			return 0, false, errForm
		}
		if offset, ok = readOffset(rest); !ok {
			return 0, false, errForm
		}
	}
	if year == 0 {
		return 0, false, ErrRange
	}
	local := date.Unix() + int64(seconds)
	return local - int64(offset), local == MinTime, nil
}

// StartsWithDate reports whether s starts with four digits, two and two, with hyphens between: the form of a date,
// which need not exist. A number never has it.
func StartsWithDate(s string) bool {
	if len(s) < len(time.DateOnly) {
		return false
	}
	for i := range len(time.DateOnly) {
		if i == 4 || i == 7 {
			if s[i] != '-' {
				return false
			}
		} else if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// readClock reads T10:20, T10:20:30 or T10:20:30.456 and returns the seconds of the day and what follows. ISO 8601
// has a comma or a point before the fraction.
func readClock(s string) (seconds int, rest string, ok bool) {
	if s[0] != 'T' && s[0] != 't' && s[0] != ' ' {
		return 0, "", false
	}
	hour, rest, ok := twoDigits(s[1:], 23)
	if !ok || !strings.HasPrefix(rest, ":") {
		return 0, "", false
	}
	minute, rest, ok := twoDigits(rest[1:], 59)
	if !ok {
		return 0, "", false
	}
	second := 0
	if strings.HasPrefix(rest, ":") {
		if second, rest, ok = twoDigits(rest[1:], 59); !ok {
			return 0, "", false
		}
		if strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ",") {
			if rest, ok = cutDigits(rest[1:]); !ok {
				return 0, "", false
			}
		}
	}
	return hour*3600 + minute*60 + second, rest, true
}

// readOffset reads what follows a clock and returns the seconds east of UTC.
func readOffset(s string) (seconds int, ok bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	sign := 1
	switch s[0] {
	case '+', ' ':
	case '-':
		sign = -1
	default:
		return 0, false
	}
	hour, rest, ok := twoDigits(s[1:], 23)
	if !ok {
		return 0, false
	}
	minute := 0
	if rest != "" {
		if minute, rest, ok = twoDigits(strings.TrimPrefix(rest, ":"), 59); !ok || rest != "" {
			return 0, false
		}
	}
	return sign * (hour*3600 + minute*60), true
}

func twoDigits(s string, most int) (n int, rest string, ok bool) {
	if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[1]) {
		return 0, "", false
	}
	n = digits(s[:2])
	return n, s[2:], n <= most
}

func digits(s string) (n int) {
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// FormatTime writes Unix seconds as ISO 8601 in UTC with whole seconds, "2026-01-02T03:04:05Z".
func FormatTime(unix int64) string { return string(AppendTime(nil, unix)) }

// AppendTime appends what FormatTime returns.
func AppendTime(b []byte, unix int64) []byte {
	return time.Unix(unix, 0).UTC().AppendFormat(b, "2006-01-02T15:04:05Z")
}
