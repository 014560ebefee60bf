package scim

import (
	"slices"
	"strings"
)

// selection says which attributes are answered (RFC 7644 section 3.9).
type selection struct {
	only    []path // nil: the usual ones
	without []path
}

// selectionOf reads lists of attributes. Names that cannot be read are passed over, as unknown ones are.
func selectionOf(only, without []string) (selection, error) {
	var s selection
	if len(only) > maxNames || len(without) > maxNames {
		return s, refuse(CodeTooMany, "More than %d attributes are named.", maxNames)
	}
	for _, name := range only {
		if s.only == nil {
			s.only = []path{}
		}
		if p, err := parsePath(strings.TrimSpace(name)); err == nil {
			s.only = append(s.only, p)
		}
	}
	for _, name := range without {
		if p, err := parsePath(strings.TrimSpace(name)); err == nil {
			s.without = append(s.without, p)
		}
	}
	return s, nil
}

// listed splits a parameter of names with commas between them.
func listed(parameter string) []string {
	if strings.TrimSpace(parameter) == "" {
		return nil
	}
	return strings.Split(parameter, ",")
}

// wants reports whether any of an attribute of the core schema is answered.
func (s selection) wants(a *attribute) bool {
	is := func(p path) bool { return equalNames(p.name, a.name) }
	if s.only != nil && !slices.ContainsFunc(s.only, is) {
		return false
	}
	return !slices.ContainsFunc(s.without, func(p path) bool { return is(p) && p.sub == "" })
}

// cut takes out of a rendered resource what is not answered. What is always answered stays.
func (s selection) cut(t *resource, o object) {
	if s.only != nil {
		wanted := object{}
		for _, p := range s.only {
			s.take(t, o, wanted, p)
		}
		for name := range o {
			if a, _ := t.attribute(name); a != nil && a.always {
				continue
			}
			if v, ok := wanted[name]; ok {
				o[name] = v
			} else {
				delete(o, name)
			}
		}
	}
	for _, p := range s.without {
		to, err := t.resolve(p, CodeInvalidValue)
		switch {
		case err != nil:
		case to.whole:
			delete(o, t.extension.urn)
		case to.attribute.always:
		default:
			of := o
			if to.extended {
				of, _ = o[t.extension.urn].(object)
			}
			if to.sub == nil {
				delete(of, to.attribute.name)
				continue
			}
			for _, part := range parts(of[to.attribute.name]) {
				delete(part, to.sub.name)
			}
		}
	}
}

// take copies what a path leads to.
func (s selection) take(t *resource, from, into object, p path) {
	to, err := t.resolve(p, CodeInvalidValue)
	if err != nil {
		return
	}
	if to.extended {
		urn := t.extension.urn
		more, ok := from[urn].(object)
		if !ok {
			return
		}
		if to.whole {
			into[urn] = more
			return
		}
		under, ok := into[urn].(object)
		if !ok {
			under = object{}
			into[urn] = under
		}
		from, into = more, under
	}
	name := to.attribute.name
	v, ok := from[name]
	if !ok {
		return
	}
	if to.sub == nil {
		into[name] = v
		return
	}
	whole := parts(v)
	taken := parts(into[name])
	if taken == nil {
		taken = make([]object, len(whole))
		for i := range taken {
			taken[i] = object{}
		}
	}
	for i, part := range whole {
		if value, ok := part[to.sub.name]; ok {
			taken[i][to.sub.name] = value
		}
	}
	if _, one := v.(object); one {
		into[name] = taken[0]
		return
	}
	into[name] = taken
}

// parts are the objects that a value is or lists.
func parts(v any) []object {
	switch v := v.(type) {
	case object:
		return []object{v}
	case []object:
		return v
	}
	return nil
}
