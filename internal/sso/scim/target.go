package scim

import (
	"strconv"
	"strings"
)

// target is what a path leads to in a type of resource.
type target struct {
	extended  bool // in the extension
	whole     bool // all of the extension; attribute is nil
	attribute *attribute
	filter    []condition // nil: none was given
	sub       *attribute
	lenient   bool // what the value has in it that is not known is passed over
	ignored   bool // it is not kept, and not refused; attribute is nil
}

// condition holds for an entry whose sub-attribute has the value.
type condition struct {
	sub   *attribute
	value any // a string or a bool
}

// name writes the target as messages name it.
func (t target) name() string {
	switch {
	case t.ignored:
		return "what is not kept"
	case t.whole:
		return enterpriseURN
	case t.sub != nil:
		return t.attribute.name + "." + t.sub.name
	}
	return t.attribute.name
}

// resolve finds out what a path leads to. code is that of refusals.
func (t *resource) resolve(p path, code string) (target, error) {
	unknown := func() (target, error) {
		return target{}, refuse(code, "'%.100s' names no attribute of a %s that is known here.", p.String(), t.name)
	}
	out := target{}
	switch {
	case p.urn == "":
		out.attribute, out.extended = t.attribute(p.name)
	case p.urn == t.core.urn && p.name != "":
		if a, extended := t.attribute(p.name); !extended {
			out.attribute = a
		}
	case t.extension != nil && p.urn == t.extension.urn:
		out.extended, out.whole = true, p.name == ""
		out.attribute = named(t.extension.attributes, p.name)
	}
	if out.whole {
		return out, nil
	}
	a := out.attribute
	if a == nil && code == CodeInvalidPath && t.passesOver(p) {
		return target{ignored: true}, nil
	}
	if a == nil {
		return unknown()
	}
	for _, c := range p.filter {
		of, err := a.condition(c, code)
		if err != nil {
			return target{}, err
		}
		out.filter = append(out.filter, of)
	}
	if p.sub != "" {
		if out.sub = a.sub(p.sub); out.sub == nil {
			return unknown()
		}
	}
	return out, nil
}

// condition finds out what a comparison in brackets says of an entry.
func (a *attribute) condition(c comparison, code string) (condition, error) {
	sub := a.sub(c.path.name)
	if a.kind != complexly || sub == nil || c.path.urn != "" || c.path.sub != "" {
		return condition{}, refuse(code, "'%.100s' cannot be compared in '%s[…]'.", c.path.String(), a.name)
	}
	value, ok := sub.comparable(c.value)
	if !ok {
		return condition{}, refuse(CodeInvalidFilter, "'%s.%s' is compared with a value of another type.", a.name, sub.name)
	}
	return condition{sub, value}, nil
}

// comparable reads the value of a comparison.
func (a *attribute) comparable(v any) (any, bool) {
	if a.kind == boolean {
		return truth(v)
	}
	s, ok := v.(string)
	return s, ok && a.kind != complexly
}

// truth reads a boolean, which Entra writes as a text in any case.
func truth(v any) (value any, ok bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		if equalNames(v, "true") {
			return true, true
		}
		return false, equalNames(v, "false")
	}
	return nil, false
}

// holds reports whether an entry is one that all conditions hold for.
func holds(conditions []condition, entry object) bool {
	for _, c := range conditions {
		if !c.sub.same(entry[c.sub.name], c.value) {
			return false
		}
	}
	return true
}

// same compares two values of an attribute; a boolean that is not said is false.
func (a *attribute) same(x, y any) bool {
	if a.kind == boolean {
		b, _ := x.(bool)
		c, _ := y.(bool)
		return b == c
	}
	s, ok := x.(string)
	u, _ := y.(string)
	return ok && (s == u || !a.exact && fold(s) == fold(u))
}

// terms reads a filter over resources of this type. none says that nothing can match, since a value is empty.
func (t *resource) terms(text string) (all Filter, none bool, err error) {
	if strings.TrimSpace(text) == "" {
		return nil, false, nil
	}
	comparisons, err := parseFilter(text)
	if err != nil {
		return nil, false, err
	}
	for _, c := range comparisons {
		term, err := t.term(c)
		if err != nil {
			return nil, false, err
		}
		none = none || term.Value == ""
		all = append(all, term)
	}
	return all, none, nil
}

// term reads one comparison.
func (t *resource) term(c comparison) (Term, error) {
	at, err := t.resolve(c.path, CodeInvalidFilter)
	if err != nil {
		return Term{}, err
	}
	value, last := c.value, at.attribute
	if at.whole {
		return Term{}, refuse(CodeInvalidFilter, "'%.100s' cannot be compared.", c.path.String())
	}
	if at.sub != nil {
		last = at.sub
	}
	var term Term
	for _, of := range at.filter { // emails[type eq "work"].value, emails[type eq "work" and value eq "…"]
		switch {
		case of.sub.name == "type" && term.Type == "" && of.value != "":
			term.Type = fold(of.value.(string))
		case of.sub.name == "value" && c.bare && value == nil:
			value, last = of.value, of.sub
		default:
			return Term{}, refuse(CodeInvalidFilter, "'%.100s' cannot be compared: in brackets, type is, and value once.", c.path.String())
		}
	}
	known := false
	if term.Attribute, known = t.filters[strings.ToLower(at.name())]; !known || term.Type != "" && term.Attribute != Emails {
		return Term{}, refuse(CodeInvalidFilter, "'%.100s' cannot be compared here; %s can.", c.path.String(), t.comparables())
	}
	if last.kind == complexly { // its value
		last = last.sub("value")
	}
	read, ok := last.comparable(value)
	if !ok && c.bare {
		return Term{}, refuse(CodeInvalidFilter, "'%.100s' does not say which value is wanted.", c.path.String())
	}
	if !ok {
		return Term{}, refuse(CodeInvalidFilter, "'%.100s' is compared with a value of another type.", c.path.String())
	}
	switch read := read.(type) {
	case bool:
		term.Value = strconv.FormatBool(read)
	case string:
		term.Value = read
	}
	return term, nil
}

// comparables lists what a filter can compare, for a message.
func (t *resource) comparables() string {
	if t == groupType {
		return "id, externalId, displayName and members"
	}
	return `id, externalId, userName, displayName, active, emails, emails[type eq "…"].value, employeeNumber and manager`
}
