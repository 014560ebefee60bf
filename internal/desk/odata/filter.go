package odata

import "github.com/provost-itsm/provost/internal/platform/expr"

// Limits of a filter.
const (
	MaxFilterBytes       = 32 << 10
	MaxFilterDepth       = 100 // brackets, not and function calls, inside one another
	MaxFilterComparisons = 256
)

// Filter is a parsed $filter. Its fields are not resolved and its values have no type yet.
type Filter struct{ *expr.Filter }

// ParseFilter parses the decoded text of $filter (package expr). What it refuses is fault.Invalid with the code filter_syntax,
// filter_function or filter_limit.
func ParseFilter(text string) (*Filter, error) {
	return parseFilter(text, expr.Grammar{Bytes: MaxFilterBytes, Depth: MaxFilterDepth, Comparisons: MaxFilterComparisons, DateParts: true})
}

func parseFilter(text string, grammar expr.Grammar) (*Filter, error) {
	f, err := expr.Parse(text, grammar)
	if err != nil {
		return nil, err
	}
	return &Filter{f}, nil
}
