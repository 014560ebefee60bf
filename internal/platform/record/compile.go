package record

import (
	"fmt"
	"maps"
	"slices"
	"strings"

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
			if extension != (pass == 1) || d.View != nil {
				continue
			}
			var base *Type
			if extension {
				if base = types[literal.Fold(baseName)]; base == nil {
					what := "does not exist"
					if of := c.definitions[literal.Fold(baseName)]; of != nil && of.View != nil {
						what = "is a view"
					}
					c.problems.add("%s: its base object %q %s", d.Object, baseName, what)
					continue
				}
			}
			known := len(c.problems)
			t := c.compile(d, base)
			if base != nil {
				c.inherited(known, t, base)
			}
			t.Version = version
			types[literal.Fold(t.Object)] = t
			if base != nil {
				base.Extensions = append(base.Extensions, t)
			}
		}
	}
	c.views(definitions, types, version)
	for _, d := range definitions {
		t := types[literal.Fold(objectName(d.Object))]
		if t == nil {
			continue
		}
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
	for _, d := range definitions {
		if t := types[literal.Fold(objectName(d.Object))]; t != nil && len(t.Extensions) > 0 {
			c.shared(t)
		}
	}
	for pass := range 2 { // bases first; whose fields have problems already is left alone
		for _, d := range definitions {
			t := types[literal.Fold(objectName(d.Object))]
			if t != nil && (t.Base != nil) == (pass == 1) && t.sql.get != "" {
				c.relate(t, types)
				c.save(t)
			}
		}
	}
	if len(c.problems) > 0 {
		return nil, refuseDefinition(fmt.Sprintf("The definition has %d problem(s): %s", len(c.problems), strings.Join(c.problems, "; ")), c.problems...)
	}
	return types, nil
}

// inherited drops the problems of an extension, those from known on, that its base has too.
func (c *compiler) inherited(known int, t, base *Type) {
	of := c.problems[known:]
	c.problems = c.problems[:known:known]
	for _, p := range of {
		if rest, ok := strings.CutPrefix(p, t.Object); !ok || !slices.Contains(c.problems, base.Object+rest) {
			c.problems = append(c.problems, p)
		}
	}
}

// shared complains of extensions of one base that want the same column for different things.
func (c *compiler) shared(base *Type) {
	type use struct {
		of    *Type
		field *Field
	}
	seen := map[string]use{}
	for _, t := range base.Extensions {
		for _, i := range t.columns {
			f := &t.Fields[i]
			was, ok := seen[f.Column]
			if !ok {
				seen[f.Column] = use{t, f}
			} else if was.field.Kind != f.Kind || f.Def != nil && (was.field.Def.Index == Unique) != (f.Def.Index == Unique) {
				c.problems.add("%s: the indexed field %q has another type or kind of index in %s, which has the same base", t.Object, f.Name, was.of.Object)
			}
		}
	}
}

// rules resolves the names that the rules of a definition use.
func (c *compiler) rules(t *Type, d *Definition, base *Type) {
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
		c.aliases(t, base.Definition.Aliases)
	} else if len(d.Fields) == 0 {
		c.problems.add("%s has no fields", t.Object)
	}
	if d.Group && base != nil {
		c.problems.add("%s: an extension cannot be a group", t.Object)
	}
	c.aliases(t, d.Aliases)
	if n := t.Definition.Number; n != nil {
		if i, ok := c.position(t, "number", n.Field); ok {
			t.number = i
			if t.Fields[i].Kind != Number || t.Fields[i].Column == "" {
				c.problems.add(`%s: the number field %q must be of the type "number" and have an index`, t.Object, n.Field)
			}
		}
		if n.Start < 1 || n.Start > maxNumber {
			c.problems.add("%s: the first number (number.start) lies between 1 and %d", t.Object, int64(maxNumber))
		}
		owner := t
		if d.Number == nil && base != nil {
			owner = base
		}
		t.counter = "number/" + owner.Object
	}
	if t.Definition.Title != "" {
		t.Title, _ = c.position(t, "title", t.Definition.Title)
	} else if t.number >= 0 {
		t.Title = t.number
	}
	c.status(t)
	c.matrix(t)
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
		}
		if f.Def.Default != "" {
			c.fits(t, f, f.Def.Default, "the default", "$now", "$login", "$displayname")
		}
		c.template(t, f)
		c.mirror(t, f)
		if f.Def.From != nil {
			for _, own := range sortedKeys(f.Def.From.Within) {
				c.position(t, "within", own)
			}
		}
		for _, own := range sortedKeys(f.Def.Copy) {
			c.position(t, "copy", own)
		}
	}
	c.indexes(t, d)
	if d.Group && d.TypeTag != "" {
		if i, ok := c.position(t, "typeTag", d.TypeTag); ok && t.Fields[i].Kind != Text {
			c.problems.add("%s: the field %q of typeTag must be a text", t.Object, d.TypeTag)
		}
	}
	c.retired(t, d, base)
}

// position finds a field that a rule names.
func (c *compiler) position(t *Type, where, name string) (int, bool) {
	i, ok := t.names[literal.Fold(name)]
	if !ok {
		c.problems.add("%s: %s names the field %q, which does not exist", t.Object, where, name)
	}
	return i, ok
}

func (c *compiler) indexes(t *Type, d *Definition) {
	for _, fields := range append(append([][]string(nil), d.Indexes...), d.Unique...) {
		if len(fields) < 1 || len(fields) > 6 {
			c.problems.add("%s: an entry of indexes or unique names one to six fields", t.Object)
		}
		seen := map[int]bool{}
		for _, name := range fields {
			i, ok := c.position(t, "an index", name)
			switch {
			case !ok:
			case t.Fields[i].Column == "":
				c.problems.add(`%s: the field %q is in an entry of indexes or unique and needs an "index" of its own`, t.Object, name)
			case seen[i]:
				c.problems.add("%s: an entry of indexes or unique names the field %q twice", t.Object, name)
			}
			seen[i] = true
		}
	}
	n := len(t.Definition.Indexes) + len(t.Definition.Unique)
	if n == 0 && d.Fields == nil {
		return
	}
	for i := range t.Fields {
		if t.Fields[i].Part == Plain && t.Fields[i].Column != "" {
			n++
		}
	}
	if n > maxIndexes {
		c.problems.add("%s: %d indexes, at most %d", t.Object, n, maxIndexes)
	}
}

// aliases enters other names for fields, and for the parts these unfold into. Each names a field by its own name,
// so that the order of the entries, which JSON does not keep, says nothing.
func (c *compiler) aliases(t *Type, aliases map[string]string) {
	own := map[string]int{}
	for i := range t.Fields {
		own[literal.Fold(t.Fields[i].Name)] = i
	}
	for _, name := range sortedKeys(aliases) {
		field := aliases[name]
		if !fieldPattern.MatchString(name) || reserved[literal.Fold(name)] {
			c.problems.add("%s: %q is not a name for an alias", t.Object, name)
			continue
		}
		main, ok := own[literal.Fold(field)]
		switch _, alias := t.names[literal.Fold(field)]; {
		case !ok && (alias || aliasNamed(aliases, field)):
			c.problems.add("%s: the alias %q names %q, which is an alias too: name the field itself", t.Object, name, field)
			continue
		case !ok:
			c.problems.add("%s: the alias %q names the field %q, which does not exist", t.Object, name, field)
			continue
		case t.Fields[main].Main != main:
			c.problems.add("%s: the alias %q names %q, which is a part of the field %q: name that", t.Object, name, field, t.Fields[t.Fields[main].Main].Name)
			continue
		}
		for i := range t.Fields {
			if t.Fields[i].Main != main {
				continue
			}
			full := name + strings.TrimPrefix(t.Fields[i].Name, t.Fields[main].Name)
			if _, taken := t.names[literal.Fold(full)]; taken {
				c.problems.add("%s: the alias %q cannot be had: the name %q is taken", t.Object, name, full)
				continue
			}
			t.names[literal.Fold(full)] = i
		}
	}
}

func aliasNamed(aliases map[string]string, name string) bool {
	for alias := range aliases {
		if strings.EqualFold(alias, name) {
			return true
		}
	}
	return false
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

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
