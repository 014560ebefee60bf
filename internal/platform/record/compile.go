package record

import (
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// compileAll makes types of a whole set of definitions. What is wrong with them comes back as one refusal that
// lists every problem.
func compileAll(definitions []Definition, lists map[string]*list, version int64) (map[string]*Type, error) {
	c := compiler{definitions: map[string]*Definition{}, lists: lists}
	for i := range definitions {
		d := &definitions[i]
		key := literal.Fold(objectName(d.Object))
		if c.definitions[key] != nil {
			c.problems.add("%s is defined twice", d.Object)
			continue
		}
		c.definitions[key] = d
	}
	types := map[string]*Type{}
	for pass := range 2 { // bases first
		for i := range definitions {
			d := &definitions[i]
			baseName, _, extension := strings.Cut(objectName(d.Object), "#")
			if extension != (pass == 1) {
				continue
			}
			var base *Type
			if extension {
				if base = types[literal.Fold(baseName)]; base == nil {
					c.problems.add("%s: its base object %q does not exist", d.Object, baseName)
					continue
				}
			}
			t := c.compile(d, base)
			t.Version = version
			types[literal.Fold(t.Object)] = t
			if base != nil {
				base.Extensions = append(base.Extensions, t)
			}
		}
	}
	for _, t := range types {
		sets := 0
		for _, other := range types {
			if strings.EqualFold(other.Set, t.Set) {
				sets++
			}
		}
		if sets > 1 {
			c.problems.add("%s: another object has the set %q", t.Object, t.Set)
		}
	}
	if len(c.problems) > 0 {
		refusal := fault.New(fault.Invalid, "definition_invalid", "The definition has %d problem(s): %s", len(c.problems), strings.Join(c.problems, "; "))
		return nil, refusal
	}
	return types, nil
}

// rules resolves the names that the rules of a definition use.
func (c *compiler) rules(t *Type, d *Definition, base *Type) {
	position := func(where, name string) (int, bool) {
		i, ok := t.names[literal.Fold(name)]
		if !ok {
			c.problems.add("%s: %s names the field %q, which does not exist", t.Object, where, name)
		}
		return i, ok
	}
	if base != nil { // an extension inherits what it does not say itself
		if t.Definition.Number == nil {
			t.Definition.Number = base.Definition.Number
		}
		if t.Definition.Status == nil {
			t.Definition.Status = base.Definition.Status
		}
		if t.Definition.Matrix == nil {
			t.Definition.Matrix = base.Definition.Matrix
		}
		if t.Definition.Title == "" {
			t.Definition.Title = base.Definition.Title
		}
		for name, field := range base.Definition.Aliases {
			c.alias(t, name, field)
		}
	}
	if d.Group && base != nil {
		c.problems.add("%s: an extension cannot be a group", t.Object)
	}
	for name, field := range d.Aliases {
		c.alias(t, name, field)
	}
	if n := t.Definition.Number; n != nil {
		if i, ok := position("number", n.Field); ok {
			t.number = i
			if t.Fields[i].Kind != Number || t.Fields[i].Column == "" {
				c.problems.add("%s: the number field %q is an indexed number", t.Object, n.Field)
			}
		}
		owner := t
		if d.Number == nil && base != nil {
			owner = base
		}
		t.counter = "number/" + owner.Object
	}
	if t.Definition.Title != "" {
		t.Title, _ = position("title", t.Definition.Title)
	} else if t.number >= 0 {
		t.Title = t.number
	}
	if s := t.Definition.Status; s != nil {
		position("status", s.Field)
		for status, fields := range s.Required {
			for _, f := range fields {
				if i, ok := position("required", f); ok {
					key := literal.Fold(status)
					t.required[key] = append(t.required[key], i)
				}
			}
		}
		for _, stamps := range s.Stamp {
			for f := range stamps {
				position("stamp", f)
			}
		}
	}
	if m := t.Definition.Matrix; m != nil {
		position("priority", m.Field)
		position("priority", m.Impact)
		position("priority", m.Urgency)
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Def == nil || f.Part != Plain {
			continue
		}
		if f.Def.Required {
			t.required["*"] = append(t.required["*"], i)
		}
		if f.Def.Template != "" {
			t.computed = append(t.computed, i)
			for _, name := range templateNames(f.Def.Template) {
				position("the template of "+f.Name, name)
			}
		}
		if f.Def.Mirror != "" {
			position("mirror", f.Def.Mirror)
		}
		for own := range f.Def.Copy {
			position("copy", own)
		}
	}
	for _, fields := range append(append([][]string(nil), d.Indexes...), d.Unique...) {
		if len(fields) < 1 || len(fields) > 6 {
			c.problems.add("%s: an index is over one to six fields", t.Object)
		}
		for _, name := range fields {
			if i, ok := position("an index", name); ok && t.Fields[i].Column == "" {
				c.problems.add("%s: the field %q of an index over several needs an index of its own or \"index\": true", t.Object, name)
			}
		}
	}
	if n := len(t.Definition.Indexes) + len(t.Definition.Unique); n > 0 || d.Fields != nil {
		for i := range t.Fields {
			if t.Fields[i].Part == Plain && t.Fields[i].Column != "" {
				n++
			}
		}
		if n > maxIndexes {
			c.problems.add("%s: %d indexes, at most %d", t.Object, n, maxIndexes)
		}
	}
	if d.Group && d.TypeTag != "" {
		position("typeTag", d.TypeTag)
	}
}

// alias enters another name for a field, and for the parts it unfolds into.
func (c *compiler) alias(t *Type, name, field string) {
	main, ok := t.names[literal.Fold(field)]
	if !ok {
		c.problems.add("%s: the alias %q names the field %q, which does not exist", t.Object, name, field)
		return
	}
	for i := range t.Fields {
		if t.Fields[i].Main != main {
			continue
		}
		suffix := strings.TrimPrefix(t.Fields[i].Name, t.Fields[main].Name)
		key := literal.Fold(name + suffix)
		if _, taken := t.names[key]; !taken {
			t.names[key] = i
		}
	}
}

// arrange sorts the fields by how they are stored and prepares the SQL.
func (t *Type) arrange() {
	for i := range t.Fields {
		f := &t.Fields[i]
		switch {
		case i == FieldRecID || f.Part == LinkRecID:
		case f.Column != "":
			t.columns = append(t.columns, i)
		default:
			t.inX = append(t.inX, i)
		}
		if f.Search {
			t.searched = append(t.searched, i)
		}
	}
	t.sql = t.statements()
}

// Expr is the SQL expression of a field on an engine: its column, or its place in x. On PostgreSQL texts are
// collated by their bytes.
func (t *Type) Expr(position int, postgres bool) string {
	f := &t.Fields[position]
	if f.Column != "" {
		return f.Column
	}
	name := f.Name
	if f.Part == LinkRecID {
		name = t.Fields[f.Main].Name
	}
	var e string
	switch {
	case postgres && f.Kind == Text:
		e = fmt.Sprintf(`((x->>'%s') COLLATE "C")`, name)
	case postgres:
		e = fmt.Sprintf(`((x->>'%s')::bigint)`, name)
	default:
		e = fmt.Sprintf(`json_extract(x,'$.%s')`, name)
	}
	if f.Kind == Bool {
		e = "coalesce(" + e + ",0)"
	}
	return e
}

// templateNames lists the fields a template uses.
func templateNames(template string) []string {
	var names []string
	for {
		_, rest, ok := strings.Cut(template, "{")
		if !ok {
			return names
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return names
		}
		names = append(names, name)
		template = after
	}
}
