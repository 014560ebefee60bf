package literal

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// Fold is the Unicode full case folding (CaseFolding.txt, C and F) that text is stored and compared in, by its bytes.
// It does not normalise. Text that does not change is returned as it is, without allocation when it is ASCII.
// Bytes that are not UTF-8 stay as they are.
func Fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return foldUnicode(s)
		}
		if isCapital(s[i]) {
			return foldFrom(s, i)
		}
	}
	return s
}

// foldFrom folds a text whose first i bytes stay as they are. A short one takes one allocation as it would by
// strings.ToLower, which is slower: every text that is stored comes through here.
func foldFrom(s string, i int) string {
	var short [128]byte
	b := append(short[:0], s...)
	for ; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			return foldUnicode(s)
		}
		if isCapital(b[i]) {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

func isCapital(c byte) bool { return c-'A' < 26 }

func foldUnicode(s string) string {
	s = cases.Fold().String(s)
	if strings.IndexFunc(s, smallCherokee) < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for len(s) > 0 { // not by strings.Map, which would change bytes that are not UTF-8
		r, size := utf8.DecodeRuneInString(s)
		if smallCherokee(r) {
			b = utf8.AppendRune(b, foldCherokee(r))
		} else {
			b = append(b, s[:size]...)
		}
		s = s[size:]
	}
	return string(b)
}

func smallCherokee(r rune) bool { return foldCherokee(r) != r }

// foldCherokee folds the small letters of Cherokee to the capitals, as CaseFolding.txt does; the cases package
// exchanges the two.
func foldCherokee(r rune) rune {
	switch {
	case 0xAB70 <= r && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	case 0x13F8 <= r && r <= 0x13FD:
		return r - 8
	default:
		return r
	}
}

// Valid reports whether s may be stored: valid UTF-8 without NUL, which PostgreSQL cannot hold.
func Valid(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}
