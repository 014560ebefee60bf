package scim

import (
	"maps"
	"slices"
)

// set changes what a target leads to. The target is not readOnly.
func (t *resource) set(in object, op string, to target, value any) error {
	if to.extended {
		more, _ := in[t.extension.urn].(object)
		if more == nil {
			more = object{}
			in[t.extension.urn] = more // an empty one is taken away in the end
		}
		if to.whole {
			return t.setExtension(in, op, to, value)
		}
		in = more
	}
	a := to.attribute
	switch {
	case a == membersAttribute:
		return in[a.name].(*memberSet).set(op, to, value)
	case a.many:
		return a.setEntries(in, op, to, value)
	case a.kind == complexly:
		return a.setComplex(in, op, to, value)
	case to.sub != nil || to.filter != nil:
		return refuse(CodeInvalidPath, "'%s' is a single value.", a.name)
	}
	if op == opRemove {
		value = nil
	}
	read, err := a.read(a.name, value)
	if err != nil {
		return err
	}
	if read == nil && (a.required || a.kind == boolean) {
		return refuse(CodeMutability, "'%s' cannot be taken away.", a.name)
	}
	assign(in, a.name, read)
	return nil
}

// assign sets a value, or takes it away where there is none.
func assign(in object, name string, value any) {
	if value == nil {
		delete(in, name)
		return
	}
	in[name] = value
}

// setExtension changes the attributes of the extension that an object names, or takes all away.
func (t *resource) setExtension(in object, op string, to target, value any) error {
	if op == opRemove || none(value) {
		delete(in, t.extension.urn)
		return nil
	}
	given, ok := value.(object)
	if !ok {
		return refuse(CodeInvalidValue, "'%s' is not an object.", t.extension.urn)
	}
	paths := make(object, len(given))
	for name, v := range given {
		paths[t.extension.urn+":"+name] = v
	}
	return t.applyAll(in, op, paths, to.lenient)
}

// setComplex changes an attribute that has parts: the parts that are given, or the one that the target leads to.
func (a *attribute) setComplex(in object, op string, to target, value any) error {
	had, _ := in[a.name].(object)
	if to.filter != nil && !holds(to.filter, had) { // manager[value eq "…"], which Entra sends to take one away
		if op == opRemove {
			return nil
		}
		return refuse(CodeNoTarget, "'%s' has another value.", a.name)
	}
	if to.sub == nil && (op == opRemove || none(value)) {
		delete(in, a.name)
		return nil
	}
	now := maps.Clone(had)
	if now == nil {
		now = object{}
	}
	if to.sub != nil {
		if op == opRemove {
			value = nil
		}
		read, err := to.sub.read(to.name(), value)
		if err != nil {
			return err
		}
		assign(now, to.sub.name, read)
	} else {
		read, err := a.read(a.name, value)
		if err != nil {
			return err
		}
		parts, _ := read.(object)
		for name, v := range parts {
			assign(now, name, v)
		}
	}
	if a.sub("value") != nil && now["value"] == nil || len(now) == 0 { // a reference to nobody
		delete(in, a.name)
		return nil
	}
	if a.sub("value") != nil && now["value"] != had["value"] { // what was said of the one before
		now = object{"value": now["value"]}
	}
	in[a.name] = now
	return nil
}

// setEntries changes an attribute that has several values.
func (a *attribute) setEntries(in object, op string, to target, value any) error {
	had, _ := in[a.name].([]object)
	var now []object
	var err error
	switch {
	case op == opRemove || to.filter != nil && to.sub == nil && none(value):
		now, err = a.without(had, to, value)
	case to.filter == nil && to.sub == nil:
		var given []object
		if given, err = a.readEntries(a.name, value); err != nil {
			return err
		}
		if now = given; op == opAdd {
			now = merge(had, given)
		}
	default:
		now, err = a.changed(had, to, value)
	}
	if err != nil {
		return err
	}
	in[a.name] = now
	if len(now) > 2*maxEntries { // a PATCH may be over the limit on its way, within reason
		return refuse(CodeTooMany, "'%s' has more than %d entries.", a.name, maxEntries)
	}
	return nil
}

// merge adds entries: one of a type that is there, or without a type and with a value that is there so, changes that entry.
func merge(had, given []object) []object {
	now := slices.Clone(had)
	for _, g := range given {
		i := slices.IndexFunc(now, func(e object) bool {
			if kind, ok := g["type"].(string); ok {
				other, _ := e["type"].(string)
				return fold(kind) == fold(other)
			}
			value, ok := g["value"]
			return ok && e["type"] == nil && e["value"] == value
		})
		if i < 0 {
			now, i = append(now, object{}), len(now)
		}
		now = put(now, i, g)
	}
	return now
}

// put sets parts of one of the entries; where that becomes primary, the others are so no more.
func put(entries []object, i int, parts object) []object {
	entry := maps.Clone(entries[i])
	for name, v := range parts {
		assign(entry, name, v)
	}
	entries[i] = entry
	if parts["primary"] == true {
		for j := range entries {
			if j != i && entries[j]["primary"] == true {
				entries[j] = maps.Clone(entries[j])
				delete(entries[j], "primary")
			}
		}
	}
	return entries
}

// changed sets parts of the entries that a filter selects, or of the only one. Where there is none, one is made of which the filter
// is true, as Entra expects of emails[type eq "work"].value.
func (a *attribute) changed(had []object, to target, value any) ([]object, error) {
	parts := object{}
	if to.sub != nil {
		read, err := to.sub.read(to.name(), value)
		if err != nil {
			return nil, err
		}
		parts[to.sub.name] = read
	} else {
		read, err := a.read(a.name, value)
		if err != nil {
			return nil, err
		}
		parts, _ = read.(object)
	}
	now := slices.Clone(had)
	found := false
	for i := range now {
		if holds(to.filter, now[i]) {
			if found && to.filter == nil {
				return nil, refuse(CodeInvalidPath, "'%s' has several values: say which by a filter, such as %s[type eq \"work\"].", a.name, a.name)
			}
			found = true
			now = put(now, i, parts)
		}
	}
	if found {
		return now, nil
	}
	entry := object{}
	for _, c := range to.filter {
		if c.sub.name != "type" && c.sub.name != "primary" {
			return nil, refuse(CodeNoTarget, "'%s' has no entry that the filter selects.", a.name)
		}
		if c.value == "" || c.value == false {
			continue
		}
		if s, ok := c.value.(string); ok {
			if err := sound(to.attribute.name+"."+c.sub.name, s); err != nil {
				return nil, err
			}
		}
		entry[c.sub.name] = c.value
	}
	maps.Copy(entry, present(parts))
	return put(append(now, object{}), len(now), entry), nil
}

// without takes entries away, or a part of them: those that a filter selects, else those that the value lists, else all.
func (a *attribute) without(had []object, to target, value any) ([]object, error) {
	if to.sub != nil {
		now := slices.Clone(had)
		for i := range now {
			if holds(to.filter, now[i]) {
				now = put(now, i, object{to.sub.name: nil})
			}
		}
		return now, nil
	}
	if to.filter != nil {
		return slices.DeleteFunc(slices.Clone(had), func(e object) bool { return holds(to.filter, e) }), nil
	}
	if value == nil {
		return nil, nil
	}
	given, err := a.readEntries(a.name, value)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(had), func(e object) bool {
		return slices.ContainsFunc(given, func(g object) bool {
			for name, v := range g {
				if name != "display" && !a.sub(name).same(e[name], v) {
					return false
				}
			}
			return len(g) > 0
		})
	}), nil
}
