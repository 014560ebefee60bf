package literal

import (
	"strings"
	"unicode/utf8"
)

// Shown is client text cut to what fits in a sentence, 64 characters, without control characters.
func Shown(s string) string {
	const most = 64
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	for i, n := 0, 0; i < len(s); n++ {
		if n == most {
			return s[:i] + "…"
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s
}
