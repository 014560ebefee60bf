package odata

import (
	"net/url"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Limits of a path below /api/odata/businessobject/.
const (
	maxPathBytes    = 2 << 10
	maxPathSegments = 4
)

// Path is what stands below /api/odata/businessobject/. Names are as the client wrote them; they match in any case.
type Path struct {
	Set    string
	HasKey bool
	Key    string    // "" with HasKey: a blank key, ('') or ()
	Rest   []Segment // relationship, action, saved search, $Ref, $metadata
}

// Segment is one part of a Path after its set.
type Segment struct {
	Name   string
	HasKey bool
	Key    string
}

// ParsePath reads the path, still escaped and without a slash in front: Set, Set('KEY') or Set(KEY), with quotes
// doubled inside quotes, %27 for a quote, spaces (%20 or +) before the bracket, and further segments of the same
// form. A trailing slash is tolerated, and a slash inside quotes is part of the key.
//
// The code is path_invalid: kind Invalid for a broken escape, a zero byte and invalid UTF-8, kind NotFound for every
// other form and for more than 2 KiB or four segments.
func ParsePath(escaped string) (Path, error) {
	if len(escaped) > maxPathBytes {
		return Path{}, noSuchPath()
	}
	escaped = strings.TrimSuffix(escaped, "/")
	var segments []Segment
	for more := true; more; {
		var one string
		if one, escaped, more = cutSegment(escaped); len(segments) == maxPathSegments {
			return Path{}, noSuchPath()
		}
		s, err := parseSegment(one)
		if err != nil {
			return Path{}, err
		}
		segments = append(segments, s)
	}
	return Path{Set: segments[0].Name, HasKey: segments[0].HasKey, Key: segments[0].Key, Rest: segments[1:]}, nil
}

func noSuchPath() error {
	return fault.New(fault.NotFound, codePath, "There is nothing at this path.")
}

// cutSegment cuts at the first slash outside quotes.
func cutSegment(escaped string) (one, rest string, more bool) {
	quoted := false
	for i := range len(escaped) {
		switch {
		case escaped[i] == '\'' || strings.HasPrefix(escaped[i:], "%27"):
			quoted = !quoted
		case escaped[i] == '/' && !quoted:
			return escaped[:i], escaped[i+1:], true
		}
	}
	return escaped, "", false
}

func parseSegment(escaped string) (Segment, error) {
	text, err := url.PathUnescape(escaped)
	if err != nil || !literal.Valid(text) {
		return Segment{}, invalid(codePath, "The path has a broken escape, a zero byte or invalid UTF-8.")
	}
	name, key, hasKey := strings.Cut(text, "(")
	if hasKey {
		name = strings.TrimRight(name, " +")
	}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune("')/\\", r) }) {
		return Segment{}, noSuchPath()
	}
	s := Segment{Name: name, HasKey: hasKey}
	if !hasKey {
		return s, nil
	}
	key, closed := strings.CutSuffix(key, ")")
	if !closed {
		return Segment{}, noSuchPath()
	}
	inner, quoted := strings.CutPrefix(key, "'")
	if !quoted {
		s.Key = strings.TrimSpace(key)
		if strings.ContainsAny(s.Key, "'()") {
			return Segment{}, noSuchPath()
		}
		return s, nil
	}
	inner, closed = strings.CutSuffix(inner, "'")
	s.Key = strings.ReplaceAll(inner, "''", "'")
	if !closed || strings.Count(inner, "'") != 2*strings.Count(inner, "''") {
		return Segment{}, noSuchPath()
	}
	return s, nil
}
