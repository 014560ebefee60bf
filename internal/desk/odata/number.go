package odata

import (
	"math/big"
	"strconv"
	"strings"
)

// decimalPlaces is the number of decimals of money, spec section 3: "0.0000".
const decimalPlaces = 4

// numberLimit bounds the text of a number, so that no work is spent on what cannot be in range.
const numberLimit = 64

// ParseDecimal reads a decimal number and scales it by 10^4. Decimals beyond the fourth are refused unless they are
// zero, and so is what does not fit in 64 bits then; both are literal_invalid.
func ParseDecimal(s string) (scaled int64, err error) {
	scaled, exact, why := scaleNumber(strings.TrimSpace(s), decimalPlaces)
	if why == "" && !exact {
		why = "it has more than 4 decimals"
	}
	if why != "" {
		return 0, invalid(codeLiteral, "'%s' cannot be taken for a decimal number: %s.", shown(s), why)
	}
	return scaled, nil
}

// scaleNumber reads s, times 10^places, rounded down; exact says that nothing was lost by that. why tells in words
// what is wrong with s.
func scaleNumber(s string, places int) (floor int64, exact bool, why string) {
	if !isNumber(s) {
		return 0, false, "it is not a number"
	}
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		exponent, _ = strconv.Atoi(s[i+1:]) // three digits at the most
		mantissa = s[:i]
	}
	if i := strings.IndexByte(mantissa, '.'); i >= 0 {
		exponent -= len(mantissa) - i - 1
		mantissa = mantissa[:i] + mantissa[i+1:]
	}
	n, _ := new(big.Int).SetString(mantissa, 10)
	exponent += places
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(exponent, -exponent))), nil)
	exact = true
	if exponent >= 0 {
		n.Mul(n, power)
	} else {
		var rest big.Int
		n.DivMod(n, power, &rest) // Euclidean: the rest is not negative, so this rounds down
		exact = rest.Sign() == 0
	}
	if !n.IsInt64() {
		return 0, false, "it is out of range"
	}
	return n.Int64(), exact, ""
}

// isNumber reports whether s is a JSON number (RFC 8259 section 6) of bounded length, leading zeros allowed.
func isNumber(s string) bool {
	if len(s) > numberLimit {
		return false
	}
	s = strings.TrimPrefix(s, "-")
	if s = cutDigits(s, numberLimit); s == noDigits {
		return false
	}
	if strings.HasPrefix(s, ".") {
		if s = cutDigits(s[1:], numberLimit); s == noDigits {
			return false
		}
	}
	if s != "" && s[0]|0x20 == 'e' {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		s = cutDigits(s, 3)
	}
	return s == ""
}

const noDigits = "x"

// cutDigits cuts one to most digits from the front of s; it returns noDigits where there are none.
func cutDigits(s string, most int) string {
	i := 0
	for i < len(s) && i < most && isDigit(s[i]) {
		i++
	}
	if i == 0 {
		return noDigits
	}
	return s[i:]
}

// parseBool reads true and false in any case, quoted or bare, and 1 and 0.
func parseBool(l literal) (truth, ok bool) {
	switch strings.ToLower(strings.TrimSpace(l.text)) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	default:
		return false, false
	}
}
