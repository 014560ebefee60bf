// Package literal says how values are written and compared: texts under Unicode case folding, dates at whole
// seconds in UTC, decimals with four places. Stored columns, documents and filter literals all go through it, so
// that both database engines see the same values. It is pure: no database, no HTTP.
package literal

import (
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// Fold returns s under full Unicode case folding, the form in which texts are compared by their bytes. Text that
// is already folded is returned as it is, without allocation.
func Fold(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf {
			return cases.Fold().String(s)
		} else if c >= 'A' && c <= 'Z' {
			return foldFrom(s, i)
		}
	}
	return s
}

func foldFrom(s string, i int) string {
	b := make([]byte, len(s))
	copy(b, s)
	for ; i < len(b); i++ {
		c := b[i]
		if c >= utf8.RuneSelf {
			return cases.Fold().String(s)
		}
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

// Valid reports whether s may be stored: valid UTF-8 without NUL.
func Valid(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// ErrRange says that a value is of the right form and too large or too small.
var ErrRange = errors.New("the value is out of range")

var errForm = errors.New("the value is not of the expected form")

// The first and last instants that can be written with a year of four digits.
const (
	MinTime = -62135596800 // 0001-01-01T00:00:00Z
	MaxTime = 253402300799 // 9999-12-31T23:59:59Z
)

// Time reads an ISO 8601 date or date-time as Unix seconds. A date alone is its midnight UTC; seconds and the
// offset may be missing (UTC); fractions of a second are cut off; a space may stand for the T. The first day of
// year 1 means "not set" (null). Years outside 1 to 9999, before or after the offset is applied, are ErrRange.
func Time(s string) (unix int64, null bool, err error) {
	p := parser{s: s}
	year, month, day := p.digits(4), p.byte('-').digits(2), p.byte('-').digits(2)
	var hour, minute, second, offset int
	if p.ok() && len(p.s) > 0 {
		if c := p.s[0]; c != 'T' && c != 't' && c != ' ' {
			return 0, false, errForm
		}
		p.s = p.s[1:]
		hour, minute = p.digits(2), p.byte(':').digits(2)
		if p.ok() && len(p.s) > 0 && p.s[0] == ':' {
			second = p.byte(':').digits(2)
			p.fraction()
		}
		offset = p.offset()
	}
	if !p.ok() || len(p.s) > 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60 {
		return 0, false, errForm
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day || hour == 24 && (minute > 0 || second > 0) {
		return 0, false, errForm
	}
	if year == 0 {
		return 0, false, ErrRange
	}
	unix = t.Unix() + int64(hour)*3600 + int64(minute)*60 + int64(second)
	if year == 1 && month == 1 && day == 1 && hour == 0 && minute == 0 && second == 0 {
		return 0, true, nil
	}
	if unix -= int64(offset); unix < MinTime || unix > MaxTime {
		return 0, false, ErrRange
	}
	return unix, false, nil
}

// FormatTime writes Unix seconds as ISO 8601 in UTC with whole seconds, "2026-01-02T03:04:05Z".
func FormatTime(unix int64) string { return string(AppendTime(nil, unix)) }

// AppendTime appends what FormatTime returns.
func AppendTime(b []byte, unix int64) []byte {
	return time.Unix(unix, 0).UTC().AppendFormat(b, "2006-01-02T15:04:05Z")
}

type parser struct {
	s   string
	bad bool
}

func (p *parser) ok() bool { return !p.bad }

func (p *parser) byte(c byte) *parser {
	if len(p.s) == 0 || p.s[0] != c {
		p.bad = true
		return p
	}
	p.s = p.s[1:]
	return p
}

func (p *parser) digits(n int) int {
	if p.bad || len(p.s) < n {
		p.bad = true
		return 0
	}
	v := 0
	for i := 0; i < n; i++ {
		c := p.s[i]
		if c < '0' || c > '9' {
			p.bad = true
			return 0
		}
		v = v*10 + int(c-'0')
	}
	p.s = p.s[n:]
	return v
}

func (p *parser) fraction() {
	if p.bad || len(p.s) == 0 || p.s[0] != '.' && p.s[0] != ',' {
		return
	}
	i := 1
	for i < len(p.s) && p.s[i] >= '0' && p.s[i] <= '9' {
		i++
	}
	if i == 1 || i > 13 {
		p.bad = true
		return
	}
	p.s = p.s[i:]
}

// offset reads Z, +hh:mm, +hhmm, +hh or nothing, in seconds east of UTC.
func (p *parser) offset() int {
	if p.bad || len(p.s) == 0 {
		return 0
	}
	sign := 1
	switch p.s[0] {
	case 'Z', 'z':
		p.s = p.s[1:]
		return 0
	case '-':
		sign = -1
	case '+', ' ': // a plus that a form decoder took for a space
	default:
		p.bad = true
		return 0
	}
	p.s = p.s[1:]
	hours, minutes := p.digits(2), 0
	if p.ok() && len(p.s) > 0 {
		if p.s[0] == ':' {
			p.s = p.s[1:]
		}
		minutes = p.digits(2)
	}
	if hours > 15 || minutes > 59 {
		p.bad = true
	}
	return sign * (hours*3600 + minutes*60)
}

// DecimalScale is what a decimal is multiplied by in storage: four places.
const DecimalScale = 10000

// Decimal reads a decimal number with up to four places (further ones must be zero) as its value times 10,000.
func Decimal(s string) (scaled int64, err error) {
	whole, places, _ := strings.Cut(s, ".")
	negative := strings.HasPrefix(whole, "-")
	digits := strings.TrimLeft(whole, "+-")
	if len(whole)-len(digits) > 1 || digits == "" && places == "" || strings.HasSuffix(s, ".") {
		return 0, errForm
	}
	for _, c := range digits + places {
		if c < '0' || c > '9' {
			return 0, errForm
		}
	}
	if len(places) > 4 {
		if strings.Trim(places[4:], "0") != "" {
			return 0, errForm
		}
		places = places[:4]
	}
	digits = strings.TrimLeft(digits, "0") + places + "0000"[len(places):]
	if len(digits) > 18 {
		return 0, ErrRange
	}
	scaled, err = strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, errForm
	}
	if negative {
		scaled = -scaled
	}
	return scaled, nil
}

// AppendDecimal appends a scaled decimal with its four places, "0.4000".
func AppendDecimal(b []byte, scaled int64) []byte {
	if scaled < 0 {
		b, scaled = append(b, '-'), -scaled
	}
	b = strconv.AppendInt(b, scaled/DecimalScale, 10)
	rest := scaled % DecimalScale
	return append(b, '.', byte('0'+rest/1000), byte('0'+rest/100%10), byte('0'+rest/10%10), byte('0'+rest%10))
}

// Integer reads a whole number; a fraction of zeros is allowed.
func Integer(s string) (int64, error) {
	if whole, places, ok := strings.Cut(s, "."); ok && places != "" && strings.Trim(places, "0") == "" {
		s = whole
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return 0, ErrRange
	}
	if err != nil {
		return 0, errForm
	}
	return n, nil
}

// Bool reads true and false in any case, and 1 and 0.
func Bool(s string) (bool, error) {
	switch Fold(s) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errForm
}
