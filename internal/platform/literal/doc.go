// Package literal says how values are written and compared: texts under Unicode case folding, dates at whole
// seconds in UTC, decimals with four places. Stored columns, documents and filter literals all go through it, so
// that both database engines see the same values. It is pure: no database, no HTTP.
package literal

import "errors"

// ErrRange says that a value is of the right form and too large or too small. Every other error of this package says
// that the text is not of the expected form.
var ErrRange = errors.New("the value is out of range")

var errForm = errors.New("the value is not of the expected form")

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// cutDigits cuts the digits from the front of s; ok says that there was one at least.
func cutDigits(s string) (rest string, ok bool) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return s[i:], i > 0
}
