package scim

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

const (
	usualCount = 100
	maxCount   = 200 // resources on a page; also what ServiceProviderConfig says
	maxGroups  = 20  // groups on a page with their members
)

// page is a list of resources (RFC 7644 section 3.4.2).
type page struct {
	Schemas   []string `json:"schemas"`
	Total     int      `json:"totalResults"`
	Start     int      `json:"startIndex"`
	Count     int      `json:"itemsPerPage"`
	Resources []object `json:"Resources"`
}

// wish is what a search asks for, by query string or by body.
type wish struct {
	filter       string
	start, count int
	selection    selection
}

func list[R User | Group](e endpoint[R]) func(*call) error {
	return func(c *call) error {
		p, err := c.parameters()
		if err != nil {
			return err
		}
		of := wish{filter: p["filter"], start: 1, count: usualCount}
		if of.selection, err = p.selection(); err != nil {
			return err
		}
		for name, into := range map[string]*int{"startIndex": &of.start, "count": &of.count} {
			if text := strings.TrimSpace(p[strings.ToLower(name)]); text != "" {
				if err := number(name, text, into); err != nil {
					return err
				}
			}
		}
		return find(c, e, of)
	}
}

// number reads a whole number. One too large for us is as good as the largest.
func number(name, text string, into *int) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return refuse(CodeInvalidValue, "'%s' is not a whole number.", name)
	}
	*into = int(min(max(n, 0), 1<<31-1))
	return nil
}

// search reads a search from a body (RFC 7644 section 3.4.3).
func search[R User | Group](e endpoint[R]) func(*call) error {
	return func(c *call) error {
		body, err := c.body()
		if err != nil {
			return err
		}
		given, err := decode(body)
		if err != nil {
			return err
		}
		if err := claims(given, searchURN); err != nil {
			return err
		}
		of := wish{start: 1, count: usualCount}
		lists := map[string][]string{"attributes": nil, "excludedAttributes": nil}
		for name := range lists {
			v, _ := member(given, name)
			names, ok := v.([]any)
			if v != nil && !ok {
				return refuse(CodeInvalidValue, "'%s' is not a list.", name)
			}
			for _, n := range names {
				s, _ := n.(string)
				lists[name] = append(lists[name], s)
			}
		}
		if of.selection, err = selectionOf(lists["attributes"], lists["excludedAttributes"]); err != nil {
			return err
		}
		for name, into := range map[string]*int{"startIndex": &of.start, "count": &of.count} {
			switch v, _ := member(given, name); v := v.(type) {
			case nil:
			case json.Number:
				if err := number(name, v.String(), into); err != nil {
					return err
				}
			default:
				return refuse(CodeInvalidValue, "'%s' is not a whole number.", name)
			}
		}
		v, _ := member(given, "filter")
		text, ok := v.(string)
		if v != nil && !ok {
			return refuse(CodeInvalidFilter, "'filter' is not a text.")
		}
		of.filter = text
		return find(c, e, of)
	}
}

// find answers with a page.
func find[R User | Group](c *call, e endpoint[R], of wish) error {
	filter, none, err := e.terms(of.filter)
	if err != nil {
		return err
	}
	withMembers := e.resource == groupType && of.selection.wants(membersAttribute)
	most := maxCount
	if withMembers {
		most = maxGroups
	}
	of.start = max(of.start, 1)
	out := page{Schemas: []string{listURN}, Start: of.start, Resources: []object{}}
	var found Found[R]
	if !none {
		found, err = e.store(c.directory).Find(c.r.Context(), Query{
			Filter: filter, Skip: of.start - 1, Count: min(max(of.count, 0), most), WithoutMembers: !withMembers,
		})
	}
	if err != nil {
		return err
	}
	for _, one := range found.Resources {
		o, err := e.render(e.kept(one), c.directory.Base, of.selection)
		if err != nil {
			return err
		}
		out.Resources = append(out.Resources, o)
	}
	out.Total, out.Count = found.Total, len(out.Resources)
	write(c.w, http.StatusOK, out)
	return nil
}
