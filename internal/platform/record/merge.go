package record

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// fresh is a definition of a new object without what only Apply may say.
func fresh(d Definition, stock bool) Definition {
	d.Retired, d.Extend = nil, false
	if !stock {
		d = d.shipped(false)
		d.Fields = slices.Clone(d.Fields)
		for i := range d.Fields {
			d.Fields[i].Stock = false
		}
	}
	return d
}

// merge joins a new definition with the one in force. A new stock definition keeps what an administrator added; an
// administrator's definition stands as it is, as far as it loses nothing, or says what to add (Extend).
func merge(old, now Definition, stock bool) (Definition, error) {
	if now.Extend && !stock {
		var err error
		if now, err = extend(old, now); err != nil {
			return now, err
		}
	}
	now.Fields = slices.Clone(now.Fields)
	var problems []string
	if (old.View == nil) != (now.View == nil) {
		problems = append(problems, "an object with records cannot become a view, nor a view one; delete the object")
	}
	for _, was := range old.Fields {
		f := now.field(was.Name)
		if f == nil {
			if !stock && was.Stock {
				problems = append(problems, "the stock field "+was.Name+" cannot be left out")
			}
			continue
		}
		if kind(f.Type) != kind(was.Type) {
			problems = append(problems, fmt.Sprintf("the type of %s cannot change from %s to %s", was.Name, kind(was.Type), kind(f.Type)))
		}
		if !stock && size(*f) < size(was) {
			problems = append(problems, fmt.Sprintf("the max of %s cannot shrink from %d to %d", was.Name, size(was), size(*f)))
		}
	}
	if !stock {
		problems = append(problems, now.retire(old)...)
	}
	if len(problems) > 0 {
		sort.Strings(problems)
		return now, refuseMerge("changed", now.Object, problems)
	}
	if stock {
		now.keep(old)
		return now, nil
	}
	if problems = now.unlike(old); len(problems) > 0 {
		return now, refuseMerge("changed", now.Object, problems)
	}
	for i := range now.Fields {
		was := old.field(now.Fields[i].Name)
		now.Fields[i].Stock = was != nil && was.Stock
	}
	now.compare(old)
	return now, nil
}

// refuseMerge refuses what would lose data.
func refuseMerge(how, object string, problems []string) error {
	all := make([]string, len(problems))
	for i, p := range problems {
		all[i] = objectName(object) + ": " + p
	}
	return refuseDefinition(object+" cannot be "+how+" like that: "+strings.Join(problems, "; "), all...)
}

// shipped marks relationships, searches and actions as the program's own, or as somebody else's.
func (d Definition) shipped(stock bool) Definition {
	d.Relationships, d.Searches, d.Actions = slices.Clone(d.Relationships), slices.Clone(d.Searches), slices.Clone(d.Actions)
	for i := range d.Relationships {
		d.Relationships[i].Stock = stock
	}
	for i := range d.Searches {
		d.Searches[i].Stock = stock
	}
	for i := range d.Actions {
		d.Actions[i].Stock = stock
	}
	return d
}

// unlike says which stock relationships a definition has otherwise than they are, but for their labels.
func (d *Definition) unlike(old Definition) []string {
	plain := func(r Relationship) string {
		r.Label, r.Stock = "", false
		return digest(r)
	}
	var problems []string
	for _, was := range old.Relationships {
		for _, r := range d.Relationships {
			if was.Stock && nameOfRelationship(r) == nameOfRelationship(was) && plain(r) != plain(was) {
				problems = append(problems, "the stock relationship "+was.Name+" stays as it is but for its label; give another one a name of its own")
			}
		}
	}
	return problems
}

// compare completes an administrator's definition by what is in force: lists it does not have stay, stock relationships
// cannot go, and searches and actions that are still as they shipped keep that mark.
func (d *Definition) compare(old Definition) {
	ours := d.shipped(false)
	if d.Relationships == nil {
		d.Relationships = old.Relationships
	} else {
		d.Relationships = ours.Relationships
		for _, was := range old.Relationships {
			i := slices.IndexFunc(d.Relationships, func(r Relationship) bool { return nameOfRelationship(r) == nameOfRelationship(was) })
			switch {
			case !was.Stock:
			case i < 0:
				d.Relationships = append(d.Relationships, was)
			default:
				d.Relationships[i].Stock = true
			}
		}
	}
	if d.Searches == nil {
		d.Searches = old.Searches
	} else {
		d.Searches = unchanged(ours.Searches, old.Searches, nameOfSearch, func(s *SavedSearch) *bool { return &s.Stock })
	}
	if d.Actions == nil {
		d.Actions = old.Actions
	} else {
		d.Actions = unchanged(ours.Actions, old.Actions, nameOfAction, func(a *QuickAction) *bool { return &a.Stock })
	}
}

func nameOfRelationship(r Relationship) string { return literal.Fold(r.Name) }
func nameOfSearch(s SavedSearch) string        { return literal.Fold(PathName(s.Name)) }
func nameOfAction(a QuickAction) string        { return literal.Fold(PathName(a.Name)) }

// unchanged marks as stock those entries of now that are as they shipped.
func unchanged[T any](now, old []T, name func(T) string, stock func(*T) *bool) []T {
	for _, was := range old {
		i := slices.IndexFunc(now, func(v T) bool { return name(v) == name(was) })
		if i >= 0 && *stock(&was) {
			*stock(&was) = false
			*stock(&now[i]) = digest(was) == digest(now[i])
		}
	}
	return now
}

// upserted returns old with the entries of add in place of those with the same names, and behind them.
func upserted[T any](old, add []T, name func(T) string) []T {
	out := slices.Clone(old)
	for _, v := range add {
		if i := slices.IndexFunc(out, func(was T) bool { return name(was) == name(v) }); i >= 0 {
			out[i] = v
		} else {
			out = append(out, v)
		}
	}
	return out
}

// kept returns the stock entries with those an administrator made or changed, which win.
func kept[T any](stock, old []T, name func(T) string, ours func(T) bool) []T {
	var changed []T
	for _, was := range old {
		if ours(was) {
			changed = append(changed, was)
		}
	}
	return upserted(stock, changed, name)
}

// field finds a field by its name in any case; nil where there is none.
func (d *Definition) field(name string) *FieldDefinition {
	for i := range d.Fields {
		if strings.EqualFold(d.Fields[i].Name, name) {
			return &d.Fields[i]
		}
	}
	return nil
}

// keep takes over from a stock object in force what an administrator added to it.
func (d *Definition) keep(old Definition) {
	d.Retired = nil
	for _, r := range old.Retired {
		if d.field(r.Name) == nil {
			d.Retired = append(d.Retired, r)
		}
	}
	for _, was := range old.Fields {
		f := d.field(was.Name)
		if f == nil {
			d.Fields = append(d.Fields, was)
			continue
		}
		if size(was) > size(*f) {
			f.Max = was.Max
		}
		if f.Index == NotIndexed {
			f.Index = was.Index
		}
		f.Search = f.Search || was.Search
	}
	aliases := maps.Clone(d.Aliases)
	for _, name := range sortedKeys(old.Aliases) {
		if d.field(name) == nil && !aliasNamed(d.Aliases, name) {
			if aliases == nil {
				aliases = map[string]string{}
			}
			aliases[name] = old.Aliases[name]
		}
	}
	d.Aliases = aliases
	d.Indexes, d.Unique = joined(d.Indexes, old.Indexes), joined(d.Unique, old.Unique)
	d.Relationships = kept(d.Relationships, old.Relationships, nameOfRelationship, func(r Relationship) bool { return !r.Stock })
	d.Searches = kept(d.Searches, old.Searches, nameOfSearch, func(s SavedSearch) bool { return !s.Stock })
	d.Actions = kept(d.Actions, old.Actions, nameOfAction, func(a QuickAction) bool { return !a.Stock })
}

// joined adds the combinations that are missing.
func joined(to, from [][]string) [][]string {
	out := slices.Clone(to)
	for _, fields := range from {
		if !slices.ContainsFunc(out, func(have []string) bool { return slices.EqualFunc(have, fields, strings.EqualFold) }) {
			out = append(out, fields)
		}
	}
	return out
}

// retire notes the fields that are left out and takes off the list those that come back. It says which come back as
// something else than they were: records may still hold their values.
func (d *Definition) retire(old Definition) []string {
	var problems []string
	d.Retired = nil
	for _, r := range old.Retired {
		f := d.field(r.Name)
		switch {
		case f == nil:
			d.Retired = append(d.Retired, r)
		case kind(f.Type) != r.Type:
			problems = append(problems, fmt.Sprintf("the name %s was used by a %s field; choose another name, or delete the object", f.Name, r.Type))
		case size(*f) < r.Max:
			problems = append(problems, fmt.Sprintf("the name %s was used by a field with max %d; give it that, choose another name, or delete the object", f.Name, r.Max))
		}
	}
	for _, was := range old.Fields {
		if d.field(was.Name) == nil {
			d.Retired = append(d.Retired, RetiredField{Name: was.Name, Type: kind(was.Type), Max: was.Max})
		}
	}
	return problems
}

// extend adds what a file says to the definition in force; what the file does not say stays.
func extend(old, add Definition) (Definition, error) {
	var problems []string
	if add.View != nil || add.Group || add.TypeTag != "" || add.Tag != "" || add.Private || add.Number != nil || add.Status != nil || add.Matrix != nil {
		problems = append(problems, "an extension says fields, aliases, indexes, unique, relationships, searches, actions, label, plural and title; for anything else apply the whole definition")
	}
	out := old
	out.Fields, out.Aliases = slices.Clone(old.Fields), maps.Clone(old.Aliases)
	seen := map[string]bool{}
	for _, f := range add.Fields {
		if key := literal.Fold(f.Name); seen[key] {
			problems = append(problems, "the field "+f.Name+" is there twice")
		} else {
			seen[key] = true
		}
		was := out.field(f.Name)
		if was == nil {
			out.Fields = append(out.Fields, f)
			continue
		}
		if problem := was.extend(f); problem != "" {
			problems = append(problems, problem)
		}
	}
	for _, name := range sortedKeys(add.Aliases) {
		if out.Aliases == nil {
			out.Aliases = map[string]string{}
		}
		for was := range out.Aliases {
			if strings.EqualFold(was, name) {
				delete(out.Aliases, was)
			}
		}
		out.Aliases[name] = add.Aliases[name]
	}
	out.Indexes, out.Unique = joined(old.Indexes, add.Indexes), joined(old.Unique, add.Unique)
	add = add.shipped(false)
	out.Relationships = upserted(old.Relationships, add.Relationships, nameOfRelationship)
	out.Searches = upserted(old.Searches, add.Searches, nameOfSearch)
	out.Actions = upserted(old.Actions, add.Actions, nameOfAction)
	for to, from := range map[*string]string{&out.Label: add.Label, &out.Plural: add.Plural, &out.Title: add.Title} {
		if from != "" {
			*to = from
		}
	}
	if len(problems) > 0 {
		return out, refuseMerge("extended", add.Object, problems)
	}
	return out, nil
}

// join adds what one domain's stock says of another's objects (Extend) to these.
func (a *application) join() error {
	var whole, more []applied
	for _, o := range a.objects {
		if o.Extend {
			more = append(more, o)
		} else {
			whole = append(whole, o)
		}
	}
	for _, o := range more {
		i := slices.IndexFunc(whole, func(w applied) bool { return strings.EqualFold(objectName(w.Object), objectName(o.Object)) })
		if i < 0 {
			return fmt.Errorf("the stock extends %s, which it does not have", o.Object)
		}
		d, err := extend(whole[i].Definition, o.Definition)
		if err != nil {
			return err
		}
		whole[i].Definition = d.shipped(true)
	}
	a.objects = whole
	return nil
}

// extend changes a field by what an extension says of it: label, max, index, search and default, where given. It
// returns what is wrong, "" where nothing is.
func (f *FieldDefinition) extend(add FieldDefinition) string {
	if add.Type != "" && kind(add.Type) != kind(f.Type) {
		return fmt.Sprintf("the type of %s cannot change from %s to %s", f.Name, kind(f.Type), kind(add.Type))
	}
	rest := add
	rest.Name, rest.Type, rest.Label, rest.Max, rest.Index, rest.Search, rest.Default, rest.Stock = "", "", "", 0, NotIndexed, false, "", false
	if digest(rest) != digest(FieldDefinition{}) {
		return "an extension can change label, max, index, search and default of the field " + f.Name + "; for anything else apply the whole definition"
	}
	if add.Label != "" {
		f.Label = add.Label
	}
	if add.Max != 0 {
		f.Max = add.Max
	}
	if add.Index != NotIndexed {
		f.Index = add.Index
	}
	if add.Default != "" {
		f.Default = add.Default
	}
	f.Search = f.Search || add.Search
	return ""
}

func kind(t string) string {
	if t == "" {
		return "text"
	}
	return t
}

func size(f FieldDefinition) int {
	if f.Max == 0 {
		return defaultText
	}
	return f.Max
}
