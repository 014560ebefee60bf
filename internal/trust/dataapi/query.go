package dataapi

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Limits of a request (spec/trust.md section 15.3).
const (
	standardTop    = 20 // rows of a page
	maxTop         = 500
	maxSelectPaths = 200
	maxSelectBytes = 8 << 10
	maxQueryBytes  = 64 << 10 // all of the query string, escaped
)

// query are the options of a request, decoded.
type query struct {
	filter, sel, scroll string
	top                 int
	hasTop              bool
}

func invalid(format string, args ...any) error {
	return fault.New(fault.Invalid, "query_invalid", format, args...)
}

// parseQuery reads the raw query string. Names match in any case, as $filter or %24filter. $count and $format are passed over:
// a page always has its count and is JSON. Every other option with a dollar sign is refused, because an answer that passes over
// $skip or $orderby would be a wrong one; parameters without it are none of the API's.
func parseQuery(raw string) (query, error) {
	q := query{top: standardTop}
	if len(raw) > maxQueryBytes {
		return q, invalid("The query string is longer than %d bytes.", maxQueryBytes)
	}
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, text, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || !strings.HasPrefix(name, "$") {
			continue
		}
		name = strings.ToLower(name)
		if text, err = url.QueryUnescape(text); err != nil || !literal.Valid(text) {
			return q, invalid("A parameter has a broken escape, a zero byte or invalid UTF-8.")
		}
		if seen[name] {
			return q, invalid("The parameter %s is given twice.", printable(name))
		}
		seen[name] = true
		switch name {
		case "$filter":
			q.filter = text
		case "$select":
			q.sel = text
		case "$scrollid":
			q.scroll = text
		case "$top":
			n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
			if err != nil || n < 1 || n > maxTop {
				return q, invalid("$top is a whole number from 1 to %d.", maxTop)
			}
			q.top, q.hasTop = int(n), true
		case "$count", "$format":
		default:
			return q, invalid("The parameter %s is not one of the data API, which knows $filter, $select, $top and $scrollID.", printable(name))
		}
	}
	return q, nil
}

// selection reads $select: which fields of the set are shown, and which paths there are not. An inner path, such as OS, chooses
// all below it, and * everything.
func (s *set) selection(text string) (chosen []bool, unknown []string, err error) {
	if len(text) > maxSelectBytes {
		return nil, nil, invalid("$select is longer than %d bytes.", maxSelectBytes)
	}
	chosen = make([]bool, len(s.fields))
	paths := 0
	for path := range strings.SplitSeq(text, ",") {
		path = strings.TrimSpace(path)
		if path == "" {
			continue
		}
		if paths++; paths > maxSelectPaths {
			return nil, nil, invalid("$select names more than %d paths.", maxSelectPaths)
		}
		if path == "*" {
			for i := range chosen {
				chosen[i] = true
			}
		} else if !s.under(path, chosen) {
			unknown = append(unknown, path)
		}
	}
	if paths == 0 {
		for _, path := range s.standard {
			s.under(path, chosen)
		}
	}
	return chosen, unknown, nil
}

// unknownSelect is the header that names the paths of $select which there are not.
const unknownSelect = "X-Provost-Unknown-Select"

// reported lists paths for a header: separated by commas, every byte escaped (%2C) that is not a letter, digit or one of
// /._- , and cut where it gets long.
func reported(paths []string) string {
	const most, hex = 1 << 10, "0123456789ABCDEF"
	var b strings.Builder
	for i, path := range paths {
		if b.Len() > most {
			b.WriteString(", ...")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		for k := range min(len(path), 200) {
			switch c := path[k]; {
			case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', strings.IndexByte("/._-", c) >= 0:
				b.WriteByte(c)
			default:
				b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			}
		}
	}
	return b.String()
}

// printable shortens a name for a message.
func printable(option string) string {
	return "$" + reported([]string{strings.TrimPrefix(option[:min(len(option), 40)], "$")})
}
