package desk

import (
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/apidoc"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// api is what the caller may use of the tenant: the sets they may read, and unless only these are wanted, those they may
// write too.
func (c *call) api(readable bool) *apidoc.API {
	a := &apidoc.API{Tenant: c.tenant.Name, Base: c.base()}
	for _, t := range c.engine.Types(c.r.Context()) {
		reads := c.reads(t)
		creates := !t.Definition.Group && c.may(role.Create, t)
		if t.Definition.Private || !reads && (readable || !creates) {
			continue
		}
		a.Sets = append(a.Sets, c.set(t, reads, creates))
	}
	return a
}

func (c *call) set(t *record.Type, reads, creates bool) apidoc.Set {
	d := &t.Definition
	s := apidoc.Set{Name: t.Set, Object: t.ID(), Singular: t.Singular, Label: d.Label, Plural: d.Plural, Group: d.Group,
		Read: reads, Create: creates, Update: c.may(role.Update, t), Delete: c.may(role.Delete, t)}
	if t.Title >= 0 {
		s.Title = t.Fields[t.Title].Name
	}
	required := requiredFields(t)
	for i := range t.Fields {
		s.Fields = append(s.Fields, c.field(t, i, required))
	}
	for name, field := range d.Aliases {
		s.Aliases = append(s.Aliases, apidoc.Alias{Name: name, Field: field})
	}
	slices.SortFunc(s.Aliases, func(a, b apidoc.Alias) int { return strings.Compare(a.Name, b.Name) })
	for _, r := range c.relations(t) {
		made := r.CreateType()
		s.Relations = append(s.Relations, apidoc.Relation{Name: r.Name, Label: r.Label, Target: r.To.Singular, Set: r.To.Set, Many: r.Many,
			Creates: !made.Definition.Group && c.may(role.Create, made), Creating: made.Singular})
	}
	for _, q := range c.searches(t) {
		s.Searches = append(s.Searches, apidoc.Search{Name: q.Name, Path: record.PathName(q.Name), ID: q.ID})
	}
	for _, q := range c.actions(t) {
		action := apidoc.Action{Name: q.Name, Path: record.PathName(q.Name), ID: q.ID, Label: q.Label}
		for _, p := range q.Prompts {
			action.Prompts = append(action.Prompts, apidoc.Prompt{Field: p.Field, Label: p.Label, Default: p.Default, Required: p.Required})
		}
		s.Actions = append(s.Actions, action)
	}
	return s
}

// requiredFields are the folded names of what a create has to bring: what is required in every status and in the one a
// record begins with, unless it has a default.
func requiredFields(t *record.Type) map[string]bool {
	required := map[string]bool{}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Part == record.Plain && f.Def.Required {
			required[literal.Fold(f.Name)] = true
		}
	}
	rule := t.Definition.Status
	if rule == nil {
		rule = t.Root().Definition.Status
	}
	if rule != nil {
		statuses := []string{"*"}
		if i, _, ok := t.Lookup(rule.Field); ok && t.Fields[i].Def != nil {
			statuses = append(statuses, t.Fields[i].Def.Default)
		}
		for _, status := range statuses {
			for _, name := range rule.Required[status] {
				required[literal.Fold(name)] = true
			}
		}
	}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Def != nil && f.Part == record.Plain && (f.Def.Default != "" || f.Def.Template != "") {
			delete(required, literal.Fold(f.Name))
		}
	}
	return required
}

var apiKinds = [...]apidoc.Kind{record.Text: apidoc.Text, record.Number: apidoc.Number, record.Decimal: apidoc.Decimal, record.Bool: apidoc.Boolean, record.Time: apidoc.Time}

func (c *call) field(t *record.Type, i int, required map[string]bool) apidoc.Field {
	f := &t.Fields[i]
	p := property(t, i)
	out := apidoc.Field{Name: f.Name, Label: p.Label, Kind: apiKinds[f.Kind], Max: f.Max, ID: p.ASCII, ReadOnly: p.Computed, WriteOnly: p.WriteOnly}
	main := t.Fields[f.Main].Name
	switch f.Part {
	case record.Twin:
		out.ReadOnly, out.Note = true, "RecId of the value of "+main+" in its list."
	case record.LinkRecID:
		out.Note = "The same as " + main + "."
	case record.LinkCategory:
		out.Note = "The object that " + main + " names."
	case record.Currency:
		out.Note = "The currency of " + main + "."
	case record.CurrencyValid:
		out.Note = "RecId of the currency of " + main + "."
	case record.Plain:
		out.Required = required[literal.Fold(f.Name)]
		if d := f.Def.Default; !strings.HasPrefix(d, "$") {
			out.Default = d
		}
		c.describeField(t, f, &out)
	}
	return out
}

// describeField says what a field names or is made of.
func (c *call) describeField(t *record.Type, f *record.Field, out *apidoc.Field) {
	var notes []string
	d := f.Def
	switch {
	case d.WriteOnly:
		notes = append(notes, "Taken and acted on, never answered.")
	case d.Mirror != "":
		notes = append(notes, "The same as "+d.Mirror+".")
	case d.Template != "":
		notes = append(notes, "Made of "+d.Template+".")
	}
	switch {
	case d.List != "":
		list, _ := c.engine.PickList(c.r.Context(), d.List)
		out.Open = list.Open || d.Lenient
		for _, v := range list.Values {
			if !v.Review && !v.Inactive {
				out.Values = append(out.Values, v.Value)
			}
		}
	case d.From != nil:
		out.Open = d.Lenient
		of := strings.TrimSuffix(d.From.Object, "#")
		if from, ok := c.engine.Type(c.r.Context(), of); ok && !from.Definition.Private {
			of = from.Set
		}
		note := "Names a record of " + of + " by its " + d.From.Value
		if d.Lenient {
			note += "; another text is stored too"
		}
		notes = append(notes, note+".")
	case d.Type == "link":
		to := slices.DeleteFunc(append([]string{d.Target}, d.Targets...), func(s string) bool { return s == "" })
		for i := range to {
			if to[i] = strings.TrimSuffix(to[i], "#"); to[i] == "*" {
				to[i] = "any object"
			}
		}
		notes = append(notes, "Link: RecId of a record of "+strings.Join(to, " or ")+".")
	}
	if t.NumberField() >= 0 && t.Fields[t.NumberField()].Name == f.Name {
		notes = append(notes, "Given by the server where none is sent.")
		out.Required = false
	}
	out.Note = strings.Join(notes, " ")
}
