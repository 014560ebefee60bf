package odata

import (
	"strings"
	"time"
)

// timeLimit bounds the text of a date: what is longer is none.
const timeLimit = 64

// ParseTime reads an ISO 8601 date or date and time: 2026-01-31, 2026-01-31T10:00, seconds and their fraction
// optional, then Z, an offset such as +02:00, +0200 or +02, or nothing, which is UTC. The T may be a space or lower
// case, and so may the plus sign of the offset be a space, as it is after a client did not escape it.
//
// The answer is in Unix seconds; a fraction is cut off, because records show whole seconds (spec section 17.1). The
// blank text and the first instant of the year 1, whatever its offset, are null (section 3). A result outside the
// years 1 to 9999 and a day that does not exist are refused with literal_invalid.
func ParseTime(s string) (unix int64, null bool, err error) {
	if strings.TrimSpace(s) == "" {
		return 0, true, nil
	}
	unix, null, ok := readTime(s)
	if !ok || !null && (unix < firstSecond || unix > lastSecond) {
		return 0, false, invalid(codeLiteral, "'%s' is not a date and time in the years 1 to 9999.", shown(s))
	}
	return unix, null, nil
}

// The first and the last second of the years that a record can hold.
var (
	firstSecond = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	lastSecond  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
)

// readTime is ParseTime before the range check: an offset may carry the result out of the years 1 to 9999, which a
// filter can still compare with.
func readTime(s string) (unix int64, null, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) > timeLimit || !looksLikeDate(s) {
		return 0, false, false
	}
	year, month, day := digits(s[:4]), digits(s[5:7]), digits(s[8:10])
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1 || date.Month() != time.Month(month) || date.Day() != day {
		return 0, false, false
	}
	seconds, offset := 0, 0
	if rest := s[10:]; rest != "" {
		if seconds, rest, ok = readClock(rest); !ok {
			return 0, false, false
		}
		if offset, ok = readOffset(rest); !ok {
			return 0, false, false
		}
	}
	local := date.Unix() + int64(seconds)
	return local - int64(offset), local == firstSecond, true
}

// readClock reads T10:20, T10:20:30 or T10:20:30.456 and returns the seconds of the day and what follows.
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
		if strings.HasPrefix(rest, ".") {
			if rest = cutDigits(rest[1:], timeLimit); rest == noDigits {
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
