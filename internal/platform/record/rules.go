package record

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// fill applies what the caller sent and the rules of the definition, in the order of this function.
func (d *Draft) fill(in Input) error {
	d.apply(in)
	if err := d.refusal(); err != nil {
		return err // what was sent cannot be read: rules on top of it would only confuse
	}
	d.readWords()
	d.mirror()
	if d.Verb == Creating {
		d.defaults()
	}
	d.follow()
	d.matrix()
	d.stamp()
	if owner := d.engine.owners[d.Type.Root().Object]; owner != nil {
		if err := owner.Validate(d.ctx, d.reader, d); err != nil {
			return err
		}
	}
	if guard, ok := d.ctx.Value(guardKey{}).(Guard); ok && guard != nil {
		if err := guard(d.ctx, d.reader, d); err != nil {
			return err
		}
	}
	d.compute()
	d.require()
	d.flow()
	d.claimUnique()
	if d.err != nil {
		return d.err
	}
	return d.refusal()
}

// apply reads the sent values into the record. A field's own name beats an alias of it.
func (d *Draft) apply(in Input) {
	t := d.Type
	d.sent = make([]bool, len(t.Fields))
	for pass := range 2 {
		for _, f := range in {
			i, alias, ok := t.Lookup(f.Name)
			if !ok {
				if pass == 0 && f.Value != nil && !strings.HasPrefix(f.Name, "@odata.") && d.schema.setting("odata.unknown_fields") != "ignore" {
					d.Refuse(shown(f.Name), "Field '%s' is not part of the business object '%s'", shown(f.Name), t.Singular)
				}
				continue
			}
			if (alias != "") != (pass == 1) || pass == 1 && (d.sent[i] || d.sent[t.Fields[i].Main]) {
				continue
			}
			d.applyOne(i, f)
		}
	}
}

// The highest number a record may have, which clients that read numbers as floating point (exact up to 2^53) take, and the
// highest a caller may give one: the counter goes on above it.
const (
	maxNumber = 999_999_999_999_999
	maxGiven  = 999_999_999_999 // less, so that one that is sent does not use the others up
)

func (d *Draft) applyOne(i int, in InputField) {
	f := &d.Type.Fields[i]
	switch {
	case f.Part == Kept && !(i == FieldCreatedBy && d.Verb == Creating), f.Part == Twin, f.Part == CurrencyValid,
		f.Def != nil && f.Def.ReadOnly && !in.Own:
		return // kept by the server
	case f.Part == Plain && i == d.Type.number && d.Verb == Updating:
		return
	}
	if text, ok := in.Value.(string); ok && (f.Part == LinkRecID || f.Part == Plain && f.Def.Type == "link") {
		if key, ok := id.ParseRecID(strings.Trim(text, "{} ")); ok { // also as a GUID with dashes or braces
			in.Value = key
		}
	}
	v, err := f.read(in.Value)
	if err != nil {
		d.Refuse(f.Name, "The value of the field '%s' is not valid: %s", f.Name, err.Error())
		return
	}
	if f.Part == Plain && i == d.Type.number && v.Set && (v.Num < 1 || v.Num > maxGiven) {
		d.Refuse(f.Name, "The value of the field '%s' is not valid: a number lies between 1 and %d", f.Name, int64(maxGiven))
		return
	}
	if f.Part == LinkRecID { // L and L_RecID are one value; L_RecID beats L where both say something
		if d.sent[f.Main] && !v.Set {
			return
		}
		d.After[f.Main], d.sent[f.Main] = v, true
	} else if f.Def != nil && f.Def.Type == "link" && f.Part == Plain && d.sent[i] && d.After[i].Set {
		return // L_RecID came first
	}
	d.After[i], d.sent[i] = v, true
}

// readWords replaces sent words by what they mean ("Critical" by "1").
func (d *Draft) readWords() {
	for i := range d.Type.Fields {
		f := &d.Type.Fields[i]
		if f.Part != Plain || len(f.Def.Words) == 0 || !d.sent[i] {
			continue
		}
		for _, w := range f.Def.Words {
			if strings.EqualFold(w.Is, d.After[i].Text) {
				d.After[i] = TextValue(w.Means)
				break
			}
		}
	}
}

func (d *Draft) mirror() {
	for i := range d.Type.Fields {
		f := &d.Type.Fields[i]
		if f.Part != Plain || f.Def.Mirror == "" {
			continue
		}
		other := d.Type.Position(f.Def.Mirror)
		if d.sent[i] && d.After[i].Set && !d.sent[other] {
			d.After[other] = d.After[i]
		} else {
			d.After[i] = d.After[other]
		}
	}
}

func (d *Draft) defaults() {
	for i := range d.Type.Fields {
		f := &d.Type.Fields[i]
		if f.Part == Currency && d.After[f.Main].Set && !d.After[i].Set {
			d.After[i] = TextValue("USD")
		}
		if f.Part != Plain || f.Def.Default == "" || d.After[i].Set && (f.Kind != Bool || d.sent[i]) {
			continue
		}
		d.After[i] = d.constant(f, f.Def.Default)
	}
}

// constant reads a default or stamp.
func (d *Draft) constant(f *Field, text string) Value {
	switch text {
	case "$now":
		return NumValue(d.Now.Unix())
	case "$login":
		return TextValue(d.Actor.Login)
	case "$displayname":
		return TextValue(d.Actor.DisplayName)
	case "$null":
		return Value{Set: f.Kind == Bool}
	case "$true":
		return BoolValue(true)
	case "$false":
		return BoolValue(false)
	}
	v, err := f.readText(text)
	if err != nil {
		return Value{Set: f.Kind == Bool}
	}
	return v
}

// ranks order impact and urgency from the most to the least.
var ranks = map[string]int{"high": 0, "medium": 1, "low": 2}

// matrix computes the priority of impact and urgency where both are given.
func (d *Draft) matrix() {
	m := d.Type.Definition.Matrix
	if m == nil {
		return
	}
	impact, ok := ranks[literal.Fold(d.Text(m.Impact))]
	urgency, both := ranks[literal.Fold(d.Text(m.Urgency))]
	if ok && both {
		d.SetText(m.Field, strconv.Itoa(1+impact+urgency))
	}
}

func (d *Draft) statusChanged() (now string, changed bool) {
	s := d.Type.Definition.Status
	if s == nil || d.After == nil {
		return "", false
	}
	i := d.Type.Position(s.Field)
	return d.After[i].Text, d.Before == nil || d.Before[i] != d.After[i]
}

// stamp sets what entering a status sets, and ReadOnly.
func (d *Draft) stamp() {
	s := d.Type.Definition.Status
	now, changed := d.statusChanged()
	if s == nil || !changed {
		return
	}
	for status, stamps := range s.Stamp {
		if !strings.EqualFold(status, now) {
			continue
		}
		for field, text := range stamps {
			i := d.Type.Position(field)
			if !d.sent[i] {
				d.After[i] = d.constant(&d.Type.Fields[i], text)
			}
		}
	}
	d.After[FieldReadOnly] = BoolValue(s.isReadOnly(now))
}

func (s *StatusRule) isReadOnly(status string) bool {
	return slices.ContainsFunc(s.ReadOnly, func(name string) bool { return strings.EqualFold(name, status) })
}

// Expand puts values in place of the names that a text has in braces.
func Expand(text string, value func(name string) string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, rest, _ := strings.Cut(after, "}")
		b.WriteString(value(name))
		text = rest
	}
}

// textOf is a field of the record as it will be, as a text.
func (d *Draft) textOf(field string) string {
	i := d.Type.Position(field)
	v := d.now()[i]
	if !v.Set || d.Type.Fields[i].Kind == Text {
		return v.Text
	}
	return strings.Trim(string(appendValue(nil, d.Type.Fields[i].Kind, v)), `"`)
}

// compute fills the fields with a template. It runs again when the number has been drawn.
func (d *Draft) compute() {
	for _, i := range d.Type.computed {
		f := &d.Type.Fields[i]
		text := strings.TrimSpace(Expand(f.Def.Template, d.textOf))
		if utf8.RuneCountInString(text) > f.Max {
			text = clip(text, f.Max)
		}
		d.After[i] = TextValue(text)
	}
	for i := range d.Type.Fields {
		if f := &d.Type.Fields[i]; f.Part == Plain && f.Def.WriteOnly {
			d.After[i] = Value{Set: f.Kind == Bool}
		}
	}
}

// require complains of fields that need a value: all of them on creation and when the status changes, else those
// that lost theirs.
func (d *Draft) require() {
	now, changed := d.statusChanged()
	seen := map[int]bool{}
	if s := d.Type.Definition.Status; s != nil && d.Before != nil && d.Was(s.Field) != "" && now == "" {
		d.Refuse(s.Field, "Mandatory field \"%s\" value must be provided.", s.Field)
		return
	}
	for _, key := range []string{"*", literal.Fold(now)} {
		for _, i := range d.Type.required[key] {
			lost := d.Before != nil && d.Before[i].Set
			if d.After[i].Set || seen[i] || !(d.Before == nil || changed || lost) || key == "" {
				continue
			}
			seen[i] = true
			name := d.Type.Fields[i].Name
			d.Refuse(name, "Mandatory field \"%s\" value must be provided.", name)
		}
	}
}

// flow refuses a jump between states where the tenant enforces the flow.
func (d *Draft) flow() {
	s := d.Type.Definition.Status
	now, changed := d.statusChanged()
	if s == nil || !changed || d.Before == nil || len(s.Flow) == 0 || d.schema.setting("odata.transitions") != "enforce" {
		return
	}
	was := d.Was(s.Field)
	for from, to := range s.Flow {
		if !strings.EqualFold(from, was) {
			continue
		}
		for _, status := range to {
			if strings.EqualFold(status, now) {
				return
			}
		}
	}
	d.Refuse(s.Field, "The field '%s' cannot go from '%s' to '%s'", s.Field, was, now)
}

// claimUnique notes which values have to be free when the record is written.
func (d *Draft) claimUnique() {
	t := d.Type
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Part == Plain && (f.Def.Index == Unique || i == t.number) && d.After[i].Set && (d.Before == nil || d.Before[i] != d.After[i]) {
			d.unique = append(d.unique, uniqueness{[]int{i}})
		}
	}
	for of := t; of != nil; of = of.Base {
		for _, names := range of.Definition.Unique {
			u, all, changed := uniqueness{}, true, d.Before == nil
			for _, n := range names {
				i := t.Position(n)
				u.fields = append(u.fields, i)
				all = all && d.After[i].Set
				changed = changed || d.Before != nil && d.Before[i] != d.After[i]
			}
			if all && changed {
				d.unique = append(d.unique, u)
			}
		}
	}
}

// uniqueness is a combination of fields whose values may occur once.
type uniqueness struct{ fields []int }
