package odata_test

import (
	"testing"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/desk/odata"
)

func TestPrefixBounds(t *testing.T) {
	for prefix, want := range map[string]string{
		"dis": "dit", "a\x7f": "a\u0080", "\uD7FF": "\uE000", "\uFFFF": "\U00010000", "a\U0010FFFF": "b", "\U0010FFFF": "", "\U0010FFFF\U0010FFFF": "",
	} {
		got, ok := odata.Successor(prefix)
		if got != want || ok != (want != "") || !utf8.ValidString(got) {
			t.Errorf("the text after all that start with %q is %q, %t; want %q", prefix, got, ok, want)
		}
	}
}
