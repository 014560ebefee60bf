package literal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hidden reports whether nothing is seen of a character where it stands: Unicode's formats, fillers and variation selectors. Names that differ
// in such characters alone look the same.
func Hidden(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Blank reports whether nothing is seen of a text.
func Blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsControl(r) && !Hidden(r) })
}

// Plain reports whether people read a text as it is stored: valid UTF-8 without control characters, and without marks that turn the
// direction of writing (Unicode's Bidi_Control) or end a line, which change how what stands around the text is read, and without tags, which
// nobody sees. Texts of several lines may have tabs and line ends.
func Plain(s string, lines bool) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		if lines && (r == '\t' || r == '\n' || r == '\r') {
			return false
		}
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r >= 0xe0000 && r <= 0xe007f
	})
}
