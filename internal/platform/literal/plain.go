package literal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain reports whether people read a text as it is stored: valid UTF-8 without control characters, and without marks that turn the
// direction of writing (Unicode's Bidi_Control) or end a line, which change how what stands around the text is read. Texts of several
// lines may have tabs and line ends.
func Plain(s string, lines bool) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		if lines && (r == '\t' || r == '\n' || r == '\r') {
			return false
		}
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	})
}
