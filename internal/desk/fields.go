package desk

import (
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// hidden marks the fields of a type that are not there for the principal, by position; nil for none. What an extension
// hides is hidden in its base too, and what a source hides, in its views: a record has more than one set to be read from.
func (c *call) hidden(t *record.Type) []bool {
	if !c.roles().Limited(c.principal) {
		return nil
	}
	if marks, ok := c.marks[t]; ok {
		return marks
	}
	names, _ := c.roles().Withheld(c.principal, t.Object)
	marks := t.Withheld(names)
	for _, of := range t.Extensions {
		for i, hidden := range c.hidden(of)[:len(marks)] {
			marks[i] = marks[i] || hidden
		}
	}
	for k, of := range t.Sources() {
		theirs := c.hidden(of)
		for i := range marks {
			from, ok := t.SourceField(k, i)
			marks[i] = marks[i] || ok && theirs[from]
		}
	}
	if c.marks == nil {
		c.marks = map[*record.Type][]bool{}
	}
	c.marks[t] = marks
	return marks
}

// resolve finds columns for the principal: a hidden field is as unknown as one that does not exist.
func (c *call) resolve(t *record.Type) odata.Resolve {
	all, hidden := resolver(t, c.postgres()), c.hidden(t)
	if hidden == nil {
		return all
	}
	return func(name string) (odata.Column, bool) {
		if i, _, ok := t.Lookup(name); ok && hidden[i] {
			return odata.Column{}, false
		}
		return all(name)
	}
}

// hidesWords reports whether a search of a type would find words of hidden fields.
func (c *call) hidesWords(t *record.Type) bool {
	for _, of := range slices.Concat([]*record.Type{t}, t.Extensions, t.Sources()) {
		for i, hidden := range c.hidden(of) {
			if hidden && of.Fields[i].Search {
				return true
			}
		}
	}
	return false
}

// marksOf gives the hidden fields to a search that has to look past them; nil where it need not.
func (c *call) marksOf(t *record.Type) func(*record.Type) []bool {
	if !c.hidesWords(t) {
		return nil
	}
	return c.hidden
}

// refuseFields complains of what the caller wants to change and may not. What was sent and is so already is no change:
// a record can be put back as it was read.
func (c *call) refuseFields(d *record.Draft) {
	_, names := c.roles().Withheld(c.principal, d.Type.Object)
	var through []bool // of the base that the record is written through
	if d.Type.Base != nil && d.Type.Base.Object == c.typ.Object {
		_, more := c.roles().Withheld(c.principal, c.typ.Object)
		names, through = slices.Concat(names, more), c.hidden(c.typ)
	}
	kept, hidden := d.Type.Withheld(names), c.hidden(d.Type)
	for i := range through[:min(len(through), len(kept))] {
		kept[i] = kept[i] || through[i]
	}
	var fresh record.Record
	if d.Verb == record.Creating {
		fresh = d.Type.Fresh()
	}
	var refused []string
	for i, f := range d.Type.Fields {
		if !kept[i] && !hidden[i] || !d.Sent(f.Name) || !d.Changed(f.Name) || fresh != nil && d.After[i] == fresh[i] {
			continue
		}
		if name := d.Type.Fields[f.Main].Name; !slices.Contains(refused, name) {
			refused = append(refused, name)
		}
	}
	if len(refused) > 0 {
		d.Refuse(refused[0], "Role %s does not have rights to update following fields %s", c.principal.Role, strings.Join(refused, ", "))
	}
}
