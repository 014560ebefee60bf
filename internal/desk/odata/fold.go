package odata

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// Fold is the Unicode full case folding (CaseFolding.txt, C and F) that text is stored and compared in. It does not
// normalise. Text that does not change is returned as it is, without allocation when it is ASCII.
func Fold(s string) string {
	upper := -1
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return strings.Map(cherokee, cases.Fold().String(s))
		}
		if upper < 0 && 'A' <= c && c <= 'Z' {
			upper = i
		}
	}
	if upper < 0 {
		return s
	}
	b := []byte(s)
	for i := upper; i < len(b); i++ {
		if 'A' <= b[i] && b[i] <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

// cherokee folds its small letters to the capitals, as CaseFolding.txt does; the cases package exchanges the two.
func cherokee(r rune) rune {
	switch {
	case 0xAB70 <= r && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	case 0x13F8 <= r && r <= 0x13FD:
		return r - 8
	default:
		return r
	}
}
