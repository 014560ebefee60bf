package csdltest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// facets are the facets each primitive type may have, of those the grammar knows.
var facets = map[string][]string{
	"Edm.String": {"MaxLength", "Unicode"}, "Edm.Int32": nil, "Edm.Int64": nil, "Edm.Boolean": nil, "Edm.Guid": nil,
	"Edm.Decimal": {"Precision", "Scale"}, "Edm.DateTimeOffset": {"Precision"},
}

func (r *reader) entityType(n *node) error {
	t := &EntityType{Properties: map[string]Property{}, Navigation: map[string]string{}}
	for _, c := range n.all("Property") {
		p, err := property(c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.attributes["Name"], err)
		}
		if _, twice := t.Properties[c.attributes["Name"]]; twice {
			return fmt.Errorf("%s is there twice", c.attributes["Name"])
		}
		t.Properties[c.attributes["Name"]] = p
	}
	keys := n.all("Key")
	if len(keys) != 1 || len(keys[0].children) == 0 {
		return errors.New("an entity type without a base has one Key")
	}
	for _, ref := range keys[0].children {
		p, ok := t.Properties[ref.attributes["Name"]]
		if !ok || p.Nullable || !slices.Contains([]string{"Edm.String", "Edm.Int32", "Edm.Int64", "Edm.Guid", "Edm.Boolean", "Edm.Decimal", "Edm.DateTimeOffset"}, p.Type) {
			return fmt.Errorf("the key %q is no property, or may be null", ref.attributes["Name"])
		}
		t.Key = append(t.Key, ref.attributes["Name"])
	}
	for _, c := range n.all("NavigationProperty") {
		name := c.attributes["Name"]
		_, taken := t.Properties[name]
		_, twice := t.Navigation[name]
		if err := identifier(name); err != nil || taken || twice {
			return fmt.Errorf("the name of the navigation property %q is none, or taken", name)
		}
		if _, has := c.attributes["Nullable"]; has && strings.HasPrefix(c.attributes["Type"], "Collection(") {
			return fmt.Errorf("%s: a collection has no Nullable", name)
		}
		t.Navigation[name] = c.attributes["Type"]
	}
	r.Types[n.attributes["Name"]] = t
	r.Order = append(r.Order, n.attributes["Name"])
	return nil
}

func property(n *node) (Property, error) {
	p := Property{Type: n.attributes["Type"]}
	allowed, known := facets[p.Type]
	if !known {
		return p, fmt.Errorf("the type %q is unknown", p.Type)
	}
	for _, facet := range []string{"MaxLength", "Unicode", "Precision", "Scale"} {
		if _, has := n.attributes[facet]; has && !slices.Contains(allowed, facet) {
			return p, fmt.Errorf("%s has no facet %s", p.Type, facet)
		}
	}
	var problems [5]error
	var precision, scale int
	p.Nullable, problems[0] = boolean(n, "Nullable", true)
	_, problems[1] = boolean(n, "Unicode", true)
	precision, problems[2] = number(n, "Precision")
	scale, problems[3] = number(n, "Scale")
	p.MaxLength, problems[4] = number(n, "MaxLength")
	if err := errors.Join(problems[:]...); err != nil {
		return p, err
	}
	if scale > precision {
		return p, fmt.Errorf("scale %d, precision %d", scale, precision)
	}
	return p, identifier(n.attributes["Name"])
}

// resolved checks that a type is primitive or one of the document.
func (r *reader) resolved(name string) error {
	if inner, ok := strings.CutPrefix(name, "Collection("); ok {
		if name, ok = strings.CutSuffix(inner, ")"); !ok {
			return fmt.Errorf("the type %q", inner)
		}
	}
	if _, primitive := facets[name]; primitive {
		return nil
	}
	own, ok := strings.CutPrefix(name, r.namespace+".")
	if !ok || r.Types[own] == nil {
		return fmt.Errorf("the type %q is not there", name)
	}
	return nil
}

func (r *reader) navigation() error {
	for name, t := range r.Types {
		for relation, to := range t.Navigation {
			if err := r.resolved(to); err != nil || strings.Contains(to, "Edm.") {
				return fmt.Errorf("%s.%s leads to %q", name, relation, to)
			}
		}
	}
	return nil
}

func (r *reader) function(n *node) error {
	if len(n.all("ReturnType")) != 1 {
		return errors.New("a function returns one thing")
	}
	o, err := r.operation(n)
	r.Functions[n.attributes["Name"]] = o
	return err
}

func (r *reader) action(n *node) error {
	if len(n.all("ReturnType")) > 1 {
		return errors.New("an action returns one thing or nothing")
	}
	o, err := r.operation(n)
	r.Actions[n.attributes["Name"]] = o
	return err
}

func (r *reader) operation(n *node) (o Operation, err error) {
	for _, returns := range n.all("ReturnType") {
		o.Returns = returns.attributes["Type"]
		if err := r.resolved(o.Returns); err != nil {
			return o, err
		}
	}
	parameters := map[string]bool{}
	for _, p := range n.all("Parameter") {
		name := p.attributes["Name"]
		if err := errors.Join(identifier(name), r.resolved(p.attributes["Type"])); err != nil || parameters[name] {
			return o, fmt.Errorf("the parameter %q: %w", name, err)
		}
		parameters[name] = true
		for _, a := range p.all("Annotation") {
			v, err := r.annotation(n.attributes["Name"]+"/"+name, a)
			if err != nil {
				return o, err
			}
			if name == "ActionId" && a.attributes["Term"] == "Org.OData.Core.V1.OptionalParameter" {
				o.ActionID = v
			}
		}
	}
	for _, a := range n.all("Annotation") {
		if o.Label, err = r.annotation(n.attributes["Name"], a); err != nil {
			return o, err
		}
	}
	return o, nil
}

func (r *reader) container(n *node) error {
	for _, set := range n.children {
		name, of := set.attributes["Name"], set.attributes["EntityType"]
		own, ok := strings.CutPrefix(of, r.namespace+".")
		if _, twice := r.Sets[name]; identifier(name) != nil || twice || !ok || r.Types[own] == nil {
			return fmt.Errorf("the set %q of %q", name, of)
		}
		r.Sets[name] = own
	}
	return nil
}

// annotations applies annotations from outside to what they name.
func (r *reader) annotations(n *node) error {
	target := n.attributes["Target"]
	own, ok := strings.CutPrefix(target, r.namespace+".")
	name, member, inner := strings.Cut(own, "/")
	t := r.Types[name]
	if !ok || t == nil || len(n.children) == 0 {
		return fmt.Errorf("the target %q is not there, or nothing is said of it", target)
	}
	p, isProperty := t.Properties[member]
	if _, isNavigation := t.Navigation[member]; inner && !isProperty && !isNavigation {
		return fmt.Errorf("the target %q is not there", target)
	}
	for _, a := range n.children {
		v, err := r.annotation(target, a)
		if err != nil {
			return err
		}
		switch a.attributes["Term"] {
		case "Org.OData.Core.V1.Description":
			p.Label = v
			if !inner {
				t.Label = v
			}
		case "Org.OData.Core.V1.Computed":
			p.Computed = v == "true"
		case "Org.OData.Core.V1.Permissions":
			p.WriteOnly = v == "Org.OData.Core.V1.Permission/Write"
		}
	}
	if isProperty {
		t.Properties[member] = p
	}
	return nil
}

// annotation reads one annotation; of a record, the one string in it.
func (r *reader) annotation(target string, n *node) (string, error) {
	term := n.attributes["Term"]
	i := strings.LastIndexByte(term, '.')
	if i < 0 || !r.included[term[:i]] {
		return "", fmt.Errorf("the term %q is not referenced", term)
	}
	if key := target + "\x00" + term; r.annotated[key] {
		return "", fmt.Errorf("%s is annotated twice with %s", target, term)
	}
	r.annotated[target+"\x00"+term] = true
	form := map[string]string{"Description": "String", "Computed": "Bool", "Permissions": "EnumMember"}[term[i+1:]]
	if form != "" {
		v, ok := n.attributes[form]
		if _, err := boolean(n, "Bool", false); !ok || len(n.attributes) != 2 || len(n.children) > 0 || err != nil {
			return "", fmt.Errorf("%s of %s has not the form %s", term, target, form)
		}
		return v, nil
	}
	if term[i+1:] != "OptionalParameter" || len(n.attributes) != 1 || len(n.children) != 1 || len(n.children[0].children) != 1 {
		return "", fmt.Errorf("%s of %s is unknown, or has not its form", term, target)
	}
	value := n.children[0].children[0]
	if value.attributes["Property"] != "DefaultValue" {
		return "", fmt.Errorf("an OptionalParameter has no %s", value.attributes["Property"])
	}
	return value.attributes["String"], nil
}
