package record

import (
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// follow resolves pick lists and links whose values are new.
func (d *Draft) follow() {
	for i := range d.Type.Fields {
		f := &d.Type.Fields[i]
		if f.Part != Plain {
			continue
		}
		switch f.Def.Type {
		case "picklist":
			if d.Before == nil || d.Before[i] != d.After[i] {
				d.pick(i)
			}
		case "link":
			if d.sameLink(i) {
				copy(d.After[i:i+3], d.Before[i:i+3])
			} else {
				d.link(i)
			}
		}
	}
}

// sameLink reports that a link is what it was, however its object is spelled: it stays even where what it names has
// gone, so that a record can be put back as it was read.
func (d *Draft) sameLink(i int) bool {
	if d.Before == nil || d.Before[i] != d.After[i] {
		return false
	}
	was, now := d.Before[i+2].Text, d.After[i+2].Text
	return now == "" && !d.sent[i+2] || literal.Fold(objectSpelling(was)) == literal.Fold(objectSpelling(now))
}

// objectSpelling reads the ways an object is written in a category: "Task.Assignment", "Task#Assignment", "Incident#".
func objectSpelling(s string) string { return strings.ReplaceAll(objectName(s), ".", "#") }

// maxOpenValues is how far an open list grows by itself: every new value makes all replicas load the lists anew.
const maxOpenValues = 1000

// pick finds the list row of a pick list value, stores its spelling and its RecId, and copies from records.
func (d *Draft) pick(i int) {
	f := &d.Type.Fields[i]
	twin := d.Type.twins[i]
	value := d.After[i]
	if !value.Set {
		d.After[twin] = Value{}
		d.copyFrom(f, nil)
		return
	}
	if f.Def.From != nil {
		d.pickRecord(i, f, twin)
		return
	}
	l := d.schema.lists[literal.Fold(f.Def.List)]
	row, ok := l.find(value.Text)
	switch {
	case ok && row.Inactive && d.respelt(i):
	case ok && row.Inactive && !f.Def.Lenient:
		d.refuseValue(f, value.Text)
	case ok && !row.Inactive:
		d.After[i], d.After[twin] = TextValue(row.Value), TextValue(row.RecID)
	case !ok && l.Open && len(l.Values) < maxOpenValues:
		row = ListValue{Value: value.Text, RecID: NamedRecID(l.Name, value.Text), Review: true}
		d.additions, d.addedTo = append(d.additions, row), append(d.addedTo, l.Name)
		d.After[twin] = TextValue(row.RecID)
	case d.respelt(i):
	case f.Def.Lenient, l.Open:
		d.After[twin] = Value{}
		d.Flag(f.Name + " unknown: " + shown(value.Text))
	default:
		d.refuseValue(f, value.Text)
	}
}

func (d *Draft) pickRecord(i int, f *Field, twin int) {
	from := d.schema.types[literal.Fold(objectName(f.Def.From.Object))]
	match := f.Def.From.Match
	if len(match) == 0 {
		match = []string{f.Def.From.Value}
	}
	for _, field := range match {
		row, ok, err := d.engine.findCached(d.ctx, d.reader, from, field, d.After[i].Text)
		if err == nil && ok && !d.within(f, row) { // the name may stand in several groups
			row, ok, err = d.engine.findWhere(d.ctx, d.reader, from, field, d.After[i].Text, func(r Row) bool { return d.within(f, r) })
		}
		if err != nil {
			d.fail(err)
			return
		}
		if ok {
			if v := row.Text(f.Def.From.Value); v != "" {
				d.After[i] = TextValue(clip(v, f.Max))
			}
			d.After[twin] = TextValue(row.RecID)
			d.copyFrom(f, &row)
			d.replace(i, row)
			return
		}
	}
	if d.respelt(i) {
		return
	}
	d.After[twin] = Value{}
	if f.Def.Lenient {
		d.Flag(f.Name + " unknown: " + shown(d.After[i].Text))
		d.copyFrom(f, nil)
		return
	}
	d.refuseValue(f, d.After[i].Text)
}

// respelt puts a value that is not in the list any more back to what it was, where it differs in case alone.
func (d *Draft) respelt(i int) bool {
	if d.Before == nil || !d.Before[i].Set || literal.Fold(d.Before[i].Text) != literal.Fold(d.After[i].Text) {
		return false
	}
	d.After[i], d.After[d.Type.twins[i]] = d.Before[i], d.Before[d.Type.twins[i]]
	return true
}

// within reports whether a record belongs to what the other fields of the draft say.
func (d *Draft) within(f *Field, row Row) bool {
	for own, theirs := range f.Def.From.Within {
		mine, its := d.Text(own), row.Text(theirs)
		if mine != "" && its != "" && literal.Fold(mine) != literal.Fold(its) {
			return false
		}
	}
	return true
}

// fail ends the draft with an error that is not the caller's.
func (d *Draft) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// link checks that what a link names exists, completes its triple and copies from it.
func (d *Draft) link(i int) {
	f := &d.Type.Fields[i]
	recID, category := i+1, i+2
	if !d.After[i].Set {
		d.After[recID], d.After[category] = Value{}, Value{}
		d.copyFrom(f, nil)
		return
	}
	key, ok := id.ParseRecID(d.After[i].Text)
	if key == zeroRecID {
		d.After[i], d.After[recID], d.After[category] = Value{}, Value{}, Value{}
		return
	}
	targets := d.targets(f, d.After[category].Text)
	if len(targets) == 0 && d.After[category].Set {
		d.Refuse(d.Type.Fields[category].Name, "The value '%s' of the field '%s' is not an object that can be linked here",
			shown(d.After[category].Text), d.Type.Fields[category].Name)
		return
	}
	for _, to := range targets {
		if !ok {
			break
		}
		row, err := d.engine.getCached(d.ctx, d.reader, to, key)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			d.fail(err)
			return
		}
		if own, err := d.ownAncestor(d.reader, f, row); err != nil {
			d.fail(err)
			return
		} else if own {
			d.refuseAncestor(f, key)
			return
		}
		d.After[i], d.After[recID] = TextValue(key), TextValue(key)
		d.After[category] = TextValue(strings.ReplaceAll(row.Type.Object, "#", "."))
		d.links = append(d.links, Link{Field: f.Name, To: to, RecID: key})
		d.copyFrom(f, &row)
		d.replace(i, row)
		return
	}
	object := objectName(f.Def.Target)
	if len(targets) > 0 {
		object = targets[0].Singular
	}
	d.Refuse(d.Type.Fields[recID].Name, "Record '%s' cannot be found in the business object '%s'", shown(d.After[i].Text), strings.ToLower(object))
}

const zeroRecID = "00000000000000000000000000000000"

// targets lists the objects a link may name: the one of its category, else its default and further targets.
func (d *Draft) targets(f *Field, category string) []*Type {
	any := len(f.Def.Targets) == 1 && f.Def.Targets[0] == "*"
	var named []*Type // a view stands for its sources: what is linked is a record
	for _, name := range append([]string{f.Def.Target}, f.Def.Targets...) {
		if t := d.schema.types[literal.Fold(objectName(name))]; t != nil {
			named = append(named, t.stored()...)
		}
	}
	if category != "" {
		name := literal.Fold(objectSpelling(category))
		t := d.schema.types[name]
		if t == nil {
			return nil
		}
		return slices.DeleteFunc(t.stored(), func(to *Type) bool {
			return !any && !slices.ContainsFunc(named, to.Is)
		})
	}
	if any {
		named = append(named, d.schema.roots()...)
	}
	return named
}

// copyFrom takes a snapshot of the record that was named: the copied values stay when that record changes. Fields
// the caller sent are left alone.
func (d *Draft) copyFrom(f *Field, row *Row) {
	for own, theirs := range f.Def.Copy {
		i := d.Type.Position(own)
		if d.sent[i] {
			continue
		}
		if row == nil {
			d.After[i] = Value{Set: d.Type.Fields[i].Kind == Bool}
			continue
		}
		if v, err := d.Type.Fields[i].readText(row.Text(theirs)); err == nil {
			d.After[i] = v
		} else {
			d.After[i] = TextValue(clip(row.Text(theirs), d.Type.Fields[i].Max))
		}
	}
}
