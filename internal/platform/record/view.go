package record

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// source is an object whose records a view shows.
type source struct {
	of     *Type
	fields []int // position in the view → position in of, absent or objectOf
}

// What stands in source.fields where no field does.
const (
	absent   = -1 // no value
	objectOf = -2 // the object the record is of, as a link's category says it
)

// Sources are the objects whose records a view shows; nil where t is no view and has records of its own.
func (t *Type) Sources() []*Type {
	var out []*Type
	for _, s := range t.view {
		out = append(out, s.of)
	}
	return out
}

// SourceField is the position in a source's fields of what a view shows in a field; false where nothing of it.
func (t *Type) SourceField(source, position int) (int, bool) {
	i := t.view[source].fields[position]
	return i, i >= 0
}

// stored are the types whose records t reads: a view's sources, else t itself.
func (t *Type) stored() []*Type {
	if t.view == nil {
		return []*Type{t}
	}
	return t.Sources()
}

// views makes the types of the views, when all others are there.
func (c *compiler) views(definitions []Definition, types map[string]*Type, version int64) {
	for i := range definitions {
		if d := &definitions[i]; d.View != nil {
			if t := c.view(d, types); t != nil {
				t.Version = version
				types[literal.Fold(t.Object)] = t
			}
		}
	}
}

// view makes the type of a view: its fields are those of its sources, under names of its own.
func (c *compiler) view(d *Definition, types map[string]*Type) *Type {
	known, name := len(c.problems), objectName(d.Object)
	rest := *d
	rest.Object, rest.Label, rest.Plural, rest.Title, rest.TypeTag, rest.Private, rest.Aliases = "", "", "", "", "", false, nil
	rest.View, rest.Fields, rest.Retired = nil, nil, nil
	if digest(rest) != digest(Definition{}) || strings.Contains(name, "#") {
		c.problems.add("%s: a view has label, plural, title, typeTag, fields, aliases and private; it extends nothing, and rules, numbers and indexes are those of the objects it shows", name)
	}
	sources := c.sources(d, types)
	whole := *d
	whole.Fields, whole.Retired = nil, nil
	for _, f := range d.Fields {
		if made := c.viewed(d, f, sources); made != nil {
			whole.Fields = append(whole.Fields, *made)
		}
	}
	if len(c.problems) > known {
		return nil
	}
	t := c.compile(&whole, nil)
	t.view = sources
	tag := -1
	if d.TypeTag != "" {
		tag, _ = c.position(t, "typeTag", d.TypeTag)
	}
	for k := range sources {
		sources[k].fields = make([]int, len(t.Fields))
		for i := range t.Fields {
			f := &t.Fields[i]
			switch {
			case f.Part == Kept:
				sources[k].fields[i] = i
			case i == tag:
				sources[k].fields[i] = objectOf
			default:
				main := sources[k].field(d.field(t.Fields[f.Main].Name))
				if main >= 0 {
					main += i - f.Main // the parts of a field stand together
				}
				sources[k].fields[i] = main
			}
		}
	}
	t.columns, t.inX = nil, nil
	for i := range t.Fields {
		if f := &t.Fields[i]; i != FieldRecID {
			f.Column = viewColumn(t.Fields[i].Name)
			if f.Part == LinkRecID {
				f.Column = t.Fields[f.Main].Column
			}
		}
	}
	return t
}

// viewColumn keeps within what PostgreSQL takes for a name.
func viewColumn(field string) string {
	column := "c_" + strings.ToLower(field)
	if len(column) > 60 {
		column = column[:45] + "_" + shortHash(column)
	}
	return column
}

// sources finds what a view shows.
func (c *compiler) sources(d *Definition, types map[string]*Type) []source {
	name := objectName(d.Object)
	if len(d.View.Of) == 0 {
		c.problems.add("%s: a view is of at least one object", name)
	}
	var out []source
	for _, of := range d.View.Of {
		t := types[literal.Fold(objectName(of))]
		if t == nil || t.view != nil {
			what := "does not exist"
			if other := c.definitions[literal.Fold(objectName(of))]; other != nil && other.View != nil {
				what = "is a view itself"
			}
			c.problems.add("%s: the object %q of the view %s", name, of, what)
			continue
		}
		if slices.ContainsFunc(out, func(s source) bool { return s.of.Is(t) || t.Is(s.of) }) {
			c.problems.add("%s: the view has the records of %s twice", name, t.Object)
		}
		out = append(out, source{of: t})
	}
	return out
}

// field finds the field of the source that a field of the view shows; absent where there is none.
func (s *source) field(f *FieldDefinition) int {
	name := f.Source
	if name == "" {
		name = f.Name
	}
	if len(f.Sources) > 0 {
		name, _ = nameFor(f.Sources, s.of)
	}
	if i, _, ok := s.of.Lookup(name); ok && s.of.Fields[i].Part == Plain {
		return i
	}
	return absent
}

// viewed completes the definition of a view's field by what its sources say; nil where something is wrong with it.
func (c *compiler) viewed(d *Definition, f FieldDefinition, sources []source) *FieldDefinition {
	known, at := len(c.problems), objectName(d.Object)+"."+f.Name
	rest := f
	rest.Name, rest.Label, rest.Source, rest.Sources, rest.Stock = "", "", "", nil, false
	if digest(rest) != digest(FieldDefinition{}) {
		c.problems.add("%s: a field of a view has name, label, and source or sources; the rest is that of the field it shows", at)
	}
	if f.Source != "" && len(f.Sources) > 0 {
		c.problems.add("%s: a field of a view has either source or sources", at)
	}
	if strings.EqualFold(f.Name, d.TypeTag) {
		if f.Source != "" || len(f.Sources) > 0 {
			c.problems.add("%s: typeTag holds the object of each record and has no source", at)
		}
		return &FieldDefinition{Name: f.Name, Label: f.Label, Max: 120, ReadOnly: true, Stock: f.Stock}
	}
	for _, object := range sortedKeys(f.Sources) {
		if !slices.ContainsFunc(sources, func(s source) bool { return strings.EqualFold(objectName(object), s.of.Object) }) {
			c.problems.add("%s: sources names %q, which the view is not of", at, object)
		}
	}
	made := &FieldDefinition{Name: f.Name, Label: f.Label, ReadOnly: true, Stock: f.Stock}
	var first *source
	for k := range sources {
		s := &sources[k]
		i := s.field(&f)
		if i == absent {
			if _, named := nameFor(f.Sources, s.of); named || len(f.Sources) == 0 {
				c.problems.add("%s: %s has no field for it", at, s.of.Object)
			}
			continue
		}
		theirs := s.of.Fields[i].Def
		switch {
		case first == nil:
			first = s
			made.Type, made.List, made.From, made.Lenient, made.Target, made.Targets = theirs.Type, theirs.List, theirs.From, theirs.Lenient, theirs.Target, theirs.Targets
			if made.From != nil && made.From.Within != nil { // other fields of the source, which the view need not have
				from := *made.From
				from.Within, made.From = nil, &from
			}
			if made.Label == "" {
				made.Label = theirs.Label
			}
		case kind(theirs.Type) != kind(made.Type):
			c.problems.add("%s: it is of the type %s in %s and %s in %s", at, kind(made.Type), first.of.Object, kind(theirs.Type), s.of.Object)
		}
		made.Max, made.Search = max(made.Max, s.of.Fields[i].Max), made.Search || theirs.Search
	}
	if len(c.problems) > known {
		return nil
	}
	return made
}

func nameFor(sources map[string]string, t *Type) (string, bool) {
	for object, field := range sources {
		if strings.EqualFold(objectName(object), t.Object) {
			return field, true
		}
	}
	return "", false
}

// viewSQL is the SELECT behind a view. All of it can be pushed down: both engines then use the indexes of the sources.
// Every expression of one column has the same affinity and collation in each source, without which they do not.
func (t *Type) viewSQL(postgres bool) string {
	parts := make([]string, len(t.view))
	for k := range t.view {
		s := &t.view[k]
		columns := []string{"id", "rec_id", s.object(postgres) + " AS object", "rev", "ver"}
		for i := range t.Fields {
			if f := &t.Fields[i]; i != FieldRecID && f.Part != LinkRecID {
				columns = append(columns, s.expr(s.fields[i], f.Kind, postgres)+" AS "+f.Column)
			}
		}
		columns = append(columns, "doc")
		parts[k] = "SELECT " + strings.Join(columns, ", ") + " FROM " + s.of.table
		if s.of.Base != nil {
			parts[k] += " WHERE object = '" + s.of.Object + "'"
		}
	}
	return strings.Join(parts, " UNION ALL ")
}

// object is a constant where it can be, so that the planner leaves out the sources a condition is not about.
func (s *source) object(postgres bool) string {
	if len(s.of.Extensions) > 0 {
		return "object"
	}
	return cast("'"+s.of.Object+"'", Text, postgres)
}

func (s *source) expr(position int, k Kind, postgres bool) string {
	switch {
	case position == objectOf:
		return cast("lower(replace("+s.object(postgres)+", '#', '.'))", Text, postgres)
	case position != absent && s.of.Fields[position].Column != "":
		return s.of.Fields[position].Column
	case position != absent:
		return cast(s.of.Expr(position, postgres), k, postgres)
	case k == Bool:
		return cast("0", k, postgres)
	}
	return cast("NULL", k, postgres)
}

func cast(expr string, k Kind, postgres bool) string {
	switch {
	case k != Text && postgres:
		return "CAST(" + expr + " AS BIGINT)"
	case k != Text:
		return "CAST(" + expr + " AS INTEGER)"
	case postgres:
		return "(CAST(" + expr + ` AS TEXT) COLLATE "C")`
	}
	return "CAST(" + expr + " AS TEXT)"
}

// reviewed brings the SQL views from one schema to another. What has to go goes at once; the function it returns makes
// the new ones, when the tables are there.
func reviewed(tx *db.Tx, before, after *schema) (make func() error, err error) {
	postgres := tx.Engine() == db.Postgres
	texts := func(s *schema) map[string]string {
		out := map[string]string{}
		if s != nil {
			for _, t := range s.ordered {
				if t.view != nil {
					out[t.table] = t.viewSQL(postgres)
				}
			}
		}
		return out
	}
	old, now := texts(before), texts(after)
	for _, table := range sortedKeys(old) {
		if now[table] != old[table] {
			if _, err := tx.Exec("DROP VIEW " + table); err != nil {
				return nil, fmt.Errorf("drop view %s: %w", table, err)
			}
		}
	}
	return func() error {
		for _, table := range sortedKeys(now) {
			if now[table] != old[table] {
				if _, err := tx.Exec("CREATE VIEW " + table + " AS " + now[table]); err != nil {
					return fmt.Errorf("create view %s: %w", table, err)
				}
			}
		}
		return nil
	}, nil
}

// roots are the types with a table of their own.
func (s *schema) roots() []*Type {
	var out []*Type
	for _, t := range s.ordered {
		if t.Base == nil && t.view == nil {
			out = append(out, t)
		}
	}
	return out
}

// total is the number of records, which is kept.
func (t *Type) total(ctx context.Context, r db.Reader) (total int64, err error) {
	if t.view == nil {
		err = r.QueryRow(ctx, "SELECT coalesce((SELECT value FROM cell WHERE name = $1), 0)", "total/"+t.Object).Scan(&total)
		return total, err
	}
	names, args := make([]string, len(t.view)), make([]any, len(t.view))
	for k, s := range t.view {
		names[k], args[k] = fmt.Sprintf("$%d", k+1), "total/"+s.of.Object
	}
	err = r.QueryRow(ctx, "SELECT CAST(coalesce(sum(value), 0) AS BIGINT) FROM cell WHERE name IN ("+strings.Join(names, ", ")+")", args...).Scan(&total)
	return total, err
}

// matchesSources is Matches for a view: what a search finds in its sources.
func (t *Type) matchesSources(s Search, postgres bool, add func(any) string) string {
	parts := make([]string, len(t.view))
	for k, from := range t.view {
		parts[k] = "SELECT rec_id FROM " + from.of.table + " WHERE " + from.of.Matches(s, postgres, add)
	}
	return "rec_id IN (" + strings.Join(parts, " UNION ALL ") + ")"
}

// seen makes the row of a view from that of its source.
func (e *Engine) seen(ctx context.Context, t *Type, row Row, object string, version int64) (Row, error) {
	own, ok := e.now(ctx).types[literal.Fold(object)]
	at := slices.IndexFunc(t.view, func(s source) bool {
		return ok && (s.of.Object == own.Object || s.of.Object == own.Root().Object)
	})
	if at < 0 {
		return Row{}, fmt.Errorf("a record of the view %s is of the unknown object %q", t.Object, object)
	}
	whole, err := e.complete(ctx, own, row, object, version)
	if err != nil {
		return Row{}, err
	}
	row.Type = t
	row.Doc, err = t.show(&t.view[at], own, whole.Doc)
	if err != nil {
		return Row{}, fmt.Errorf("show a record of %s as %s: %w", own.Object, t.Object, err)
	}
	return row, nil
}

// show makes the document of a view from that of a source's record.
func (t *Type) show(s *source, own *Type, doc []byte) ([]byte, error) {
	raws := make([][]byte, len(s.of.Fields))
	next := 0
	err := ScanObject(doc, func(name string, _ JSONKind, raw []byte) error {
		i := next
		if i >= len(raws) || s.of.Fields[i].Name != name {
			var ok bool
			if i, ok = s.of.names[literal.Fold(name)]; !ok {
				return nil // of an extension
			}
		}
		next = i + 1
		raws[i] = raw
		return nil
	})
	b := append(make([]byte, 0, 64*len(t.Fields)), '{')
	for i := range t.Fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, t.Fields[i].key...)
		from := s.fields[i]
		switch {
		case from == objectOf:
			b = appendString(b, strings.ReplaceAll(own.Object, "#", "."))
		case from != absent && raws[from] != nil:
			b = append(b, raws[from]...)
		default:
			b = appendValue(b, t.Fields[i].Kind, Value{Set: t.Fields[i].Kind == Bool})
		}
	}
	return append(b, '}'), err
}

// refuseWrite is the refusal to write a record through a view.
func (t *Type) refuseWrite() error {
	names := make([]string, len(t.view))
	for k, s := range t.view {
		names[k] = s.of.ID()
	}
	return fault.New(fault.Invalid, "view_read_only", "The object %s is a view and has no records of its own: write %s instead.", t.ID(), strings.Join(names, " or "))
}
