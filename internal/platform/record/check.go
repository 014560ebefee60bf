package record

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

var word = regexp.MustCompile(`^\$[A-Za-z]+$`)

// fits checks a value that a definition gives a field: one of the words that are known here, or a value the field takes.
func (c *compiler) fits(t *Type, f *Field, text, what string, words ...string) {
	wrong := ""
	switch {
	case word.MatchString(text):
		switch {
		case !slices.Contains(words, text):
			wrong = "is not known; there are " + strings.Join(words, ", ")
		case text == "$now" && f.Kind != Time:
			wrong = `is for fields with "type": "datetime"`
		case (text == "$login" || text == "$displayname") && (f.Kind != Text || f.Def != nil && f.Def.Type == "link"):
			wrong = "is for texts"
		case (text == "$true" || text == "$false") && f.Kind != Bool:
			wrong = `is for fields with "type": "boolean"`
		}
	case !literal.Valid(text):
		wrong = "is not valid text"
	default:
		wrong = c.unfit(f, text)
	}
	if wrong != "" {
		c.problems.add("%s.%s: %s %q %s", t.Object, f.Name, what, shown(text), wrong)
	}
}

// unfit says what is wrong with a literal value for a field, "" where nothing is.
func (c *compiler) unfit(f *Field, text string) string {
	if _, err := f.readText(text); err != nil {
		return "does not fit: " + err.Error()
	}
	if f.Def == nil || f.Part != Plain {
		return ""
	}
	switch f.Def.Type {
	case "link":
		if _, ok := id.ParseRecID(text); !ok {
			return "is not the RecId of a record"
		}
	case "picklist":
		if l := c.lists[literal.Fold(f.Def.List)]; f.Def.List != "" && l != nil && !l.Open && !f.Def.Lenient {
			if v, ok := l.find(text); !ok {
				return "is not in the list " + l.Name
			} else if v.Inactive {
				return "is inactive in the list " + l.Name
			}
		}
	}
	return ""
}

// template checks a computed text. It reads stored fields only, so that the order of computing says nothing.
func (c *compiler) template(t *Type, f *Field) {
	if f.Def.Template == "" {
		return
	}
	at := t.Object + "." + f.Name
	if f.Kind != Text || f.Def.Type == "link" || f.Def.Type == "picklist" {
		c.problems.add("%s: only a text can have a template", at)
	}
	names, err := templateNames(f.Def.Template)
	if err != nil {
		c.problems.add("%s: the template %q %s", at, shown(f.Def.Template), err)
		return
	}
	for _, name := range names {
		i, ok := c.position(t, "the template of "+f.Name, name)
		if !ok {
			continue
		}
		if other := t.Fields[i]; other.Name == f.Name {
			c.problems.add("%s: the template names the field itself", at)
		} else if other.Part == Plain && other.Def.Template != "" {
			c.problems.add("%s: the template names %q, which has a template too", at, other.Name)
		}
	}
}

// templateNames lists the fields a template uses.
func templateNames(template string) ([]string, error) {
	var names []string
	for {
		text, rest, open := strings.Cut(template, "{")
		if strings.Contains(text, "}") {
			return nil, errors.New(`has a "}" without a "{" before it`)
		}
		if !open {
			return names, nil
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok || strings.Contains(name, "{") {
			return nil, errors.New(`has a "{" without a "}" after it`)
		}
		if name == "" {
			return nil, errors.New("has empty braces")
		}
		names = append(names, name)
		template = after
	}
}

func (c *compiler) mirror(t *Type, f *Field) {
	if f.Def.Mirror == "" {
		return
	}
	i, ok := c.position(t, "mirror", f.Def.Mirror)
	if !ok {
		return
	}
	at := t.Object + "." + f.Name
	switch other := &t.Fields[i]; {
	case other.Name == f.Name:
		c.problems.add("%s: a field cannot mirror itself", at)
	case other.Part != Plain:
		c.problems.add("%s: %q cannot be mirrored: it belongs to every record or is a part of another field", at, other.Name)
	case other.Def.Mirror != "":
		c.problems.add("%s: mirrors %q, which is a mirror itself", at, other.Name)
	case kind(other.Def.Type) != kind(f.Def.Type):
		c.problems.add("%s: mirrors %q, which is of the type %s and not %s", at, other.Name, kind(other.Def.Type), kind(f.Def.Type))
	case other.Max != f.Max:
		c.problems.add("%s: mirrors %q, which has the max %d and not %d", at, other.Name, other.Max, f.Max)
	}
}

func (c *compiler) matrix(t *Type) {
	m := t.Definition.Matrix
	if m == nil {
		return
	}
	for _, name := range []string{m.Field, m.Impact, m.Urgency} {
		if i, ok := c.position(t, "priority", name); ok && (t.Fields[i].Part != Plain || t.Fields[i].Kind != Text || t.Fields[i].Def.Type == "link") {
			c.problems.add("%s: the field %q of priority must be a pick list or a text", t.Object, name)
		}
	}
}

// status checks the status rule and puts a copy of it in force that has every status in the spelling of its list.
func (c *compiler) status(t *Type) {
	s := t.Definition.Status
	if s == nil {
		return
	}
	var l *list
	if i, ok := c.position(t, "status", s.Field); ok {
		if t.Fields[i].Part != Plain || t.Fields[i].Kind != Text {
			c.problems.add("%s: the status field %q must be a pick list or a text", t.Object, s.Field)
		} else if d := t.Fields[i].Def; d.List != "" && !d.Lenient {
			if l = c.lists[literal.Fold(d.List)]; l != nil && l.Open {
				l = nil
			}
		}
	}
	spelled := func(where, status string) string {
		if l == nil || status == "*" && where == "required" {
			return status
		}
		row, ok := l.find(status)
		if !ok {
			c.problems.add("%s: status.%s names %q, which is not in the list %s", t.Object, where, shown(status), l.Name)
			return status
		}
		return row.Value
	}
	inForce := &StatusRule{Field: s.Field, Required: map[string][]string{}, Stamp: map[string]map[string]string{}, Flow: map[string][]string{}}
	twice := func(where, status string, taken bool) {
		if taken {
			c.problems.add("%s: status.%s has %q twice", t.Object, where, shown(status))
		}
	}
	for _, written := range sortedKeys(s.Required) {
		status := spelled("required", written)
		_, taken := inForce.Required[status]
		twice("required", status, taken)
		inForce.Required[status] = s.Required[written]
		for _, f := range s.Required[written] {
			if i, ok := c.position(t, "status.required", f); ok {
				key := literal.Fold(status)
				t.required[key] = append(t.required[key], i)
			}
		}
	}
	for _, written := range sortedKeys(s.Stamp) {
		status := spelled("stamp", written)
		_, taken := inForce.Stamp[status]
		twice("stamp", status, taken)
		inForce.Stamp[status] = s.Stamp[written]
		for _, name := range sortedKeys(s.Stamp[written]) {
			i, ok := c.position(t, "status.stamp", name)
			if !ok {
				continue
			}
			if f := &t.Fields[i]; f.Part == Kept || f.Part == Twin {
				c.problems.add("%s: status.stamp cannot set %q, which Provost keeps itself", t.Object, f.Name)
			} else {
				c.fits(t, f, s.Stamp[written][name], "the stamp", "$now", "$login", "$null", "$true", "$false")
			}
		}
	}
	for _, written := range sortedKeys(s.Flow) {
		status := spelled("flow", written)
		_, taken := inForce.Flow[status]
		twice("flow", status, taken)
		to := make([]string, 0, len(s.Flow[written]))
		for _, next := range s.Flow[written] {
			to = append(to, spelled("flow", next))
		}
		inForce.Flow[status] = to
	}
	for _, status := range s.ReadOnly {
		inForce.ReadOnly = append(inForce.ReadOnly, spelled("readOnly", status))
	}
	t.Definition.Status = inForce
}

// retired refuses a field under the name of one that was removed and was of another type: records may still hold
// values of the old one.
func (c *compiler) retired(t *Type, d *Definition, base *Type) {
	type use struct {
		RetiredField
		part int
	}
	retired, fields := d.Retired, d.Fields
	if base != nil { // both fill the same documents
		retired = append(slices.Clone(retired), base.Definition.Retired...)
		fields = append(slices.Clone(fields), base.Definition.Fields...)
	}
	gone := map[string]use{}
	for _, r := range retired {
		for part, name := range unfold(r.Name, r.Type) {
			gone[literal.Fold(name)] = use{r, part}
		}
	}
	for i := range fields {
		f := &fields[i]
		for part, name := range unfold(f.Name, f.Type) {
			if was, ok := gone[literal.Fold(name)]; ok && (part != was.part || kind(f.Type) != was.Type) {
				c.problems.add("%s: the name %s was used by a %s field; choose another name, or delete the object", t.Object, name, was.Type)
			}
		}
	}
}
