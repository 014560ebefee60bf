package odata

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Limits of the query string.
const (
	MaxTop          = 100
	maxQueryBytes   = 128 << 10 // a filter of MaxFilterBytes with every byte escaped, and room for the rest
	maxSelectFields = 1000
)

// Query holds the options of a collection read. Texts are decoded, with '+' and %20 for a space.
type Query struct {
	Filter, OrderBy, Search, SkipToken string
	HasFilter, HasOrderBy, HasSearch   bool     // a blank $filter is none; a blank $orderby or $search is there
	Select                             []string // as written, trimmed; nil: all fields, as for a blank list or one with *
	Top, Skip                          int      // rows
	HasTop, HasSkip                    bool
	ActionID                           string
}

// ParseQuery reads the raw, still escaped query string. Names match in any case, as $filter or %24filter; unknown
// parameters, and so the names without the dollar sign, are ignored. It refuses with query_invalid: a broken escape,
// a zero byte or invalid UTF-8 in a value that is read, an option given twice, $top outside 0 to 100 and $skip
// outside 0 to 2147483647.
func ParseQuery(raw string) (Query, error) {
	if len(raw) > maxQueryBytes {
		return Query{}, invalid(codeQuery, "The query string is longer than %d bytes.", maxQueryBytes)
	}
	var q Query
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			continue // no name that is known
		}
		name = strings.ToLower(name)
		switch name {
		case "$filter", "$orderby", "$search", "$skiptoken", "$select", "$top", "$skip":
			if seen[name] {
				return Query{}, invalid(codeQuery, "The parameter '%s' is given twice.", name)
			}
		case "actionid":
			if seen[name] {
				continue
			}
		default:
			continue
		}
		seen[name] = true
		if value, err = url.QueryUnescape(value); err != nil {
			return Query{}, invalid(codeQuery, "The parameter '%s' has a broken escape.", name)
		}
		if !literal.Valid(value) {
			return Query{}, invalid(codeQuery, "The parameter '%s' holds a zero byte or is not valid UTF-8.", name)
		}
		if err := q.set(name, value); err != nil {
			return Query{}, err
		}
	}
	return q, nil
}

func (q *Query) set(name, value string) (err error) {
	switch name {
	case "$filter":
		q.Filter = strings.TrimSpace(value)
		q.HasFilter = q.Filter != ""
	case "$orderby":
		q.OrderBy, q.HasOrderBy = strings.TrimSpace(value), true
	case "$search":
		q.Search, q.HasSearch = value, true
	case "$skiptoken":
		q.SkipToken = value
	case "$select":
		q.Select, err = fieldList(value)
	case "$top":
		q.HasTop = true
		q.Top, err = count(name, value, MaxTop)
	case "$skip":
		q.HasSkip = true
		q.Skip, err = count(name, value, 1<<31-1)
	case "actionid":
		q.ActionID = strings.TrimSpace(value)
	}
	return err
}

func fieldList(value string) ([]string, error) {
	var fields []string
	for item := range strings.SplitSeq(value, ",") {
		switch item = strings.TrimSpace(item); item {
		case "":
		case "*":
			return nil, nil
		default:
			if fields = append(fields, item); len(fields) > maxSelectFields {
				return nil, invalid(codeQuery, "$select names more than %d fields.", maxSelectFields)
			}
		}
	}
	return fields, nil
}

func count(name, value string, most int64) (int, error) {
	value = strings.TrimSpace(value)
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil || int64(n) > most {
		return 0, invalid(codeQuery, "'%s' is not a value for %s, which is a whole number from 0 to %d.", literal.Shown(value), name, most)
	}
	return int(n), nil
}
