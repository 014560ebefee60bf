package demo

import (
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// sheet is an object type, ready to have records filled in.
type sheet struct {
	t       *record.Type
	fresh   record.Record
	at      map[string]int    // field → position
	copies  map[string][]copy // link → what is taken from the record it names
	pickers []picker          // pick lists whose values are records, in the order of the fields
}

type copy struct {
	to   int
	from string
}

type picker struct {
	at, twin      int
	object, field string // whose records are the list, and the field that is stored
	copies        []copy
}

func newSheet(t *record.Type) *sheet {
	s := &sheet{t: t, fresh: t.Fresh(), at: make(map[string]int, len(t.Fields)), copies: map[string][]copy{}}
	for i := range t.Fields {
		s.at[t.Fields[i].Name] = i
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Part != record.Plain {
			continue
		}
		var copies []copy
		for own, theirs := range f.Def.Copy {
			copies = append(copies, copy{t.Position(own), theirs})
		}
		switch {
		case f.Def.Type == "link":
			s.copies[f.Name] = copies
		case f.Def.From != nil:
			s.pickers = append(s.pickers, picker{i, t.Twin(i), strings.TrimSuffix(f.Def.From.Object, "#"), f.Def.From.Value, copies})
		}
	}
	return s
}

// entity is a record that others name.
type entity struct {
	s *sheet
	r record.Record
}

func (e entity) id() string { return e.r[record.FieldRecID].Text }

func (e entity) text(field string) string { return e.r[e.s.at[field]].Text }

// category is how links to the record call its object.
func (e entity) category() string { return strings.ReplaceAll(e.s.t.Object, "#", ".") }

// directory finds records by what pick lists store of them.
type directory map[[3]string]entity // object, field, folded value

func (d directory) add(e entity, fields ...string) {
	for _, f := range fields {
		d[[3]string{e.s.t.Object, f, literal.Fold(e.text(f))}] = e
	}
}

// form is a record being filled in, as the record engine would do it for somebody who sends the same values: what was
// given explicitly is never overwritten by a copy.
type form struct {
	entity
	directory directory
	given     []bool
}

// form begins a record.
func (s *sheet) form(d directory, recID string, created int64, by string) *form {
	f := &form{entity{s, append(record.Record(nil), s.fresh...)}, d, make([]bool, len(s.fresh))}
	f.r[record.FieldRecID] = record.TextValue(recID)
	f.r[record.FieldCreatedBy], f.r[record.FieldLastModBy] = record.TextValue(by), record.TextValue(by)
	f.r[record.FieldCreatedDateTime], f.r[record.FieldLastModDateTime] = record.NumValue(created), record.NumValue(created)
	return f
}

func (f *form) set(field string, v record.Value) {
	i, ok := f.s.at[field]
	if !ok {
		panic("demo: " + f.s.t.Object + " has no field " + field)
	}
	f.r[i], f.given[i] = v, true
}

// texts sets pairs of field and text; empty ones are left alone.
func (f *form) texts(pairs ...string) *form {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			f.set(pairs[i], record.TextValue(pairs[i+1]))
		}
	}
	return f
}

func (f *form) number(field string, n int64) *form {
	f.set(field, record.NumValue(n))
	return f
}

func (f *form) flag(field string, b bool) *form {
	f.set(field, record.BoolValue(b))
	return f
}

// money sets an amount of whole units with its currency.
func (f *form) money(field string, amount int64) *form {
	f.set(field, record.NumValue(amount*10_000))
	f.set(field+"_Currency", record.TextValue("EUR"))
	return f
}

// time sets a date where there is one.
func (f *form) time(field string, unix int64) *form {
	if unix > 0 {
		f.set(field, record.NumValue(unix))
	}
	return f
}

// changed says who wrote the record last, and when.
func (f *form) changed(at int64, by string) *form {
	f.r[record.FieldLastModDateTime], f.r[record.FieldLastModBy] = record.NumValue(at), record.TextValue(by)
	return f
}

// link names a record and takes over what the definition says.
func (f *form) link(field string, to entity) *form {
	f.set(field, record.TextValue(to.id()))
	f.set(field+"_RecID", record.TextValue(to.id()))
	f.set(field+"_Category", record.TextValue(to.category()))
	f.take(f.s.copies[field], to)
	return f
}

func (f *form) take(copies []copy, from entity) {
	for _, c := range copies {
		if f.given[c.to] {
			continue
		}
		i, ok := from.s.at[c.from]
		if !ok {
			continue
		}
		v := from.r[i]
		if field := &f.s.t.Fields[c.to]; field.Kind == record.Text && utf8.RuneCountInString(v.Text) > field.Max {
			v = record.TextValue(string([]rune(v.Text)[:field.Max]))
		}
		f.r[c.to] = v
	}
}

// done looks up what pick lists of records name, and returns the record.
func (f *form) done() entity {
	for i := range f.s.pickers {
		p := &f.s.pickers[i]
		if v := f.r[p.at]; v.Set {
			if e, ok := f.directory[[3]string{p.object, p.field, literal.Fold(v.Text)}]; ok {
				f.r[p.at], f.r[p.twin] = record.TextValue(e.text(p.field)), record.TextValue(e.id())
				f.take(p.copies, e)
			}
		}
	}
	return f.entity
}
