package issuer

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// claims are the members of a JSON object by their exact names: unlike fields of a structure they do not match in another case.
type claims map[string]json.RawMessage

// has reports whether there is a value other than null.
func (c claims) has(name string) bool {
	v, there := c[name]
	return there && !bytes.Equal(v, []byte("null"))
}

// text returns a text; empty where there is none, or something else.
func (c claims) text(name string) string {
	var s string
	if json.Unmarshal(c[name], &s) != nil {
		return ""
	}
	return s
}

// texts returns a list of texts, or the one text that stands instead of it; nil where there is something else.
func (c claims) texts(name string) []string {
	if s := c.text(name); s != "" {
		return []string{s}
	}
	var list []string
	if json.Unmarshal(c[name], &list) != nil {
		return nil
	}
	return list
}

// words returns a list of texts, or the words of one text.
func (c claims) words(name string) []string {
	if s := c.text(name); s != "" {
		return strings.Fields(s)
	}
	return c.texts(name)
}

// instant returns a NumericDate (RFC 7519 section 2). There is none and it is fine, or it is not one and it is not.
func (c claims) instant(name string) (at time.Time, fine bool) {
	if !c.has(name) {
		return time.Time{}, true
	}
	var seconds float64
	if json.Unmarshal(c[name], &seconds) != nil || seconds < 1 || seconds > 1<<40 {
		return time.Time{}, false
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)).UTC(), true
}
