package scim

import (
	"net/url"
	"slices"
	"strings"
)

const maxNames = 100 // of attributes that are asked for, or not wanted

// parameters are those of a query string that mean something here, by their names in small letters.
type parameters map[string]string

// parameters reads the query string. What cannot be read is refused: a filter that gets lost would find everybody. Parameters of
// other names, such as Entra's flags, are passed over.
func (c *call) parameters() (parameters, error) {
	all, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, refuse(CodeInvalidSyntax, "The query string cannot be read; percent-encode what stands in it.").WithCause(err)
	}
	out := parameters{}
	for name, values := range all {
		name = strings.ToLower(name)
		if !slices.Contains([]string{"filter", "startindex", "count", "attributes", "excludedattributes"}, name) {
			continue
		}
		if _, twice := out[name]; twice || len(values) > 1 {
			return nil, refuse(CodeInvalidValue, "The parameter '%s' stands twice in the query string.", name)
		}
		out[name] = values[0]
	}
	return out, nil
}

// selection reads which attributes are asked for.
func (p parameters) selection() (selection, error) {
	return selectionOf(listed(p["attributes"]), listed(p["excludedattributes"]))
}

// chosen reads which attributes the query string asks for.
func (c *call) chosen() (selection, error) {
	p, err := c.parameters()
	if err != nil {
		return selection{}, err
	}
	return p.selection()
}
