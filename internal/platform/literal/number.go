package literal

import (
	"math"
	"strconv"
	"strings"
)

// DecimalPlaces is the number of decimals of money, "0.0000", and DecimalScale what that multiplies a decimal by in
// storage (spec/itsm-odata.md section 3).
const (
	DecimalPlaces = 4
	DecimalScale  = 10_000
)

// numberLimit bounds the text of a number, in bytes, so that no work is spent on what cannot be in range.
const numberLimit = 64

// Decimal reads a decimal number as its value times DecimalScale. Places beyond the fourth are refused unless they
// are zero; what does not fit in 64 bits then is ErrRange.
func Decimal(s string) (scaled int64, err error) {
	scaled, exact, err := ScaledNumber(s, DecimalPlaces)
	if err == nil && !exact {
		return 0, errForm
	}
	return scaled, err
}

// Integer reads a whole number; a fraction of zeros is allowed, an exponent is not. What does not fit in 64 bits is
// ErrRange.
func Integer(s string) (int64, error) {
	if strings.ContainsAny(s, "eE") {
		return 0, errForm
	}
	n, exact, err := ScaledNumber(s, 0)
	if err == nil && !exact {
		return 0, errForm
	}
	return n, err
}

// ScaledNumber reads a number, times 10^places, rounded down; exact says that nothing was lost by that, so of what is
// not exact the value lies between floor and its successor. It takes what IsNumber does and also, as people type,
// space around it, a plus sign, and no digit before the point. What does not fit in 64 bits is ErrRange.
func ScaledNumber(s string, places int) (floor int64, exact bool, err error) {
	s = strings.TrimSpace(s)
	if len(s) > numberLimit {
		return 0, false, errForm
	}
	s, negative := cutSign(s)
	if !isUnsigned(s, true) {
		return 0, false, errForm
	}
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		exponent, _ = strconv.Atoi(s[i+1:]) // three digits at the most
		mantissa = s[:i]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	n, exact, ok := scale(whole, fraction, exponent+places)
	if negative && !exact && ok { // down is away from zero
		n++
		ok = n != 0
	}
	switch {
	case !ok || n > math.MaxInt64+1 || n == math.MaxInt64+1 && !negative:
		return 0, false, ErrRange
	case negative:
		return -int64(n), exact, nil // -(-1<<63) is itself
	}
	return int64(n), exact, nil
}

// scale gives whole.fraction times 10^power without what lies behind the point then; exact says that those are
// zeros, ok that the result fits.
func scale(whole, fraction string, power int) (n uint64, exact, ok bool) {
	point, exact := len(whole)+power, true
	for i := range len(whole) + len(fraction) {
		digit := uint64(0)
		if i < len(whole) {
			digit = uint64(whole[i] - '0')
		} else {
			digit = uint64(fraction[i-len(whole)] - '0')
		}
		if i >= point {
			exact = exact && digit == 0
			continue
		}
		if n, ok = shift(n, digit); !ok {
			return 0, true, false
		}
	}
	for i := len(whole) + len(fraction); i < point && n > 0; i++ {
		if n, ok = shift(n, 0); !ok {
			return 0, true, false
		}
	}
	return n, exact, true
}

// shift writes one more digit behind n.
func shift(n, digit uint64) (uint64, bool) {
	if n > (math.MaxUint64-digit)/10 {
		return 0, false
	}
	return n*10 + digit, true
}

func cutSign(s string) (rest string, negative bool) {
	if rest, negative = strings.CutPrefix(s, "-"); negative {
		return rest, true
	}
	return strings.TrimPrefix(s, "+"), false
}

// IsNumber reports whether s is a JSON number (RFC 8259 section 6) of at most 64 bytes, leading zeros allowed, its
// exponent of at most three digits.
func IsNumber(s string) bool {
	return len(s) <= numberLimit && isUnsigned(strings.TrimPrefix(s, "-"), false)
}

// isUnsigned reports whether s is digits, a fraction and an exponent; bare allows the fraction to stand alone.
func isUnsigned(s string, bare bool) bool {
	s, ok := cutDigits(s)
	if !ok && !bare {
		return false
	}
	if strings.HasPrefix(s, ".") {
		s, ok = cutDigits(s[1:])
	}
	if !ok {
		return false
	}
	if s == "" {
		return true
	}
	if s[0]|0x20 != 'e' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	rest, ok := cutDigits(s)
	return ok && rest == "" && len(s) <= 3
}

// AppendDecimal appends a scaled decimal with its four places, "0.4000".
func AppendDecimal(b []byte, scaled int64) []byte {
	n := uint64(scaled)
	if scaled < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendUint(b, n/DecimalScale, 10)
	rest := n % DecimalScale
	return append(b, '.', byte('0'+rest/1000), byte('0'+rest/100%10), byte('0'+rest/10%10), byte('0'+rest%10))
}

// Bool reads true and false in any case, and 1 and 0.
func Bool(s string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errForm
}
