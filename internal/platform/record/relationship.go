package record

import (
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Relationship joins records of its object to records of Target. How they are joined is said by at most one of Child,
// Link, Inverse and Pairs; a relationship with none of them keeps pairs of its own, many to many.
type Relationship struct {
	Name    string              `json:"name"` // "IncidentContainsTask"
	Label   string              `json:"label,omitempty"`
	Target  string              `json:"target"`            // object at the other end
	Child   string              `json:"child,omitempty"`   // link, or pick list from records, of the target that names the record here: a view of that field
	Link    string              `json:"link,omitempty"`    // link, or pick list from records, of this object: a view of that field, one record at most
	Inverse string              `json:"inverse,omitempty"` // the other side of that relationship of the target
	Pairs   string              `json:"pairs,omitempty"`   // the pairs of that relationship of this object, under a name of its own
	One     bool                `json:"one,omitempty"`     // at most one record at the other end, where Child or pairs would allow many
	Where   map[string][]string `json:"where,omitempty"`   // shows only records whose field has one of the values
	Create  string              `json:"create,omitempty"`  // the extension that is made through it, where Target is a group
	Stock   bool                `json:"stock,omitempty"`   // ships with the program: cannot be left out later
}

// keepsPairs reports whether a relationship has pairs of its own.
func (r *Relationship) keepsPairs() bool {
	return r.Child == "" && r.Link == "" && r.Inverse == "" && r.Pairs == ""
}

// Relation is a compiled relationship.
type Relation struct {
	Relationship
	To   *Type
	Many bool // more than one record may be at the other end

	kind  relationKind
	field int    // position of the link: of To for a view of its link, of the object itself for one of its own
	pairs string // name under which pairs are kept, folded
	where []within
}

type relationKind uint8

const (
	byPairs   relationKind = iota
	byInverse              // pairs, from the side of the target
	byChild
	byLink
)

// within is a condition on a field: one of these folded values.
type within struct {
	field  int
	values []string
}

// OwnField is the position of the object's own field behind a relation, and whether there is one.
func (r *Relation) OwnField() (int, bool) { return r.field, r.kind == byLink }

// ChildField is the position of the target's field behind a relation, and whether there is one.
func (r *Relation) ChildField() (int, bool) { return r.field, r.kind == byChild }

// Relation finds a relationship by its name, in any case.
func (t *Type) Relation(name string) (*Relation, bool) {
	r, ok := t.relations[literal.Fold(name)]
	return r, ok
}

// Relations lists the relationships in the order of the definition, those of the base first.
func (t *Type) Relations() []*Relation { return t.related }

// CreateType is the type of records made through the relation.
func (r *Relation) CreateType() *Type {
	for _, x := range r.To.Extensions {
		if r.Create != "" && strings.EqualFold(x.Object, objectName(r.Create)) {
			return x
		}
	}
	return r.To
}

// NamedBy is the field by whose value records of To name a record through a pick list; false where they do not.
func (r *Relation) NamedBy() (field string, ok bool) {
	if r.kind != byChild || r.To.Fields[r.field].Def.From == nil {
		return "", false
	}
	return r.To.Fields[r.field].Def.From.Value, true
}

// Condition is the SQL condition for the records of To that are related to a record; add takes an argument and returns
// its placeholder. former are values that the field of NamedBy had before: what was named so keeps the name and is found by it.
func (r *Relation) Condition(of Row, postgres bool, add func(any) string, former ...string) string {
	recID := literal.Fold(of.RecID)
	condition := ""
	switch r.kind {
	case byChild:
		f := &r.To.Fields[r.field]
		if f.Def.From == nil {
			condition = r.To.Expr(r.field, postgres) + " = " + add(recID)
			break
		}
		var names []string
		for _, value := range append([]string{of.Text(f.Def.From.Value)}, former...) {
			if value != "" {
				names = append(names, add(literal.Fold(clip(value, f.Max))))
			}
		}
		if names == nil {
			return "1 = 0"
		}
		// By the value, for which there may be an index, and by the key: a name may stand for several records.
		condition = r.To.Expr(r.field, postgres) + " IN (" + strings.Join(names, ", ") + ") AND " + r.To.Expr(r.To.twins[r.field], postgres) + " = " + add(recID)
	case byLink:
		key := of.Text(of.Type.Fields[linkedBy(of.Type, r.field)].Name)
		if key == "" {
			return "1 = 0"
		}
		condition = "rec_id = " + add(literal.Fold(key))
	case byInverse:
		condition = fmt.Sprintf("rec_id IN (SELECT source FROM record_link WHERE target = %s AND relation = %s)", add(recID), add(r.pairs))
	default:
		condition = fmt.Sprintf("rec_id IN (SELECT target FROM record_link WHERE source = %s AND relation = %s)", add(recID), add(r.pairs))
	}
	for _, w := range r.where {
		marks := make([]string, len(w.values))
		for i, v := range w.values {
			marks[i] = add(v)
		}
		condition += " AND " + r.To.Expr(w.field, postgres) + " IN (" + strings.Join(marks, ", ") + ")"
	}
	return condition
}

// BackCondition is the SQL condition for the records that are related to one of To by a relation that keeps pairs: what Condition says
// from the other end, where no relationship of To says it.
func (r *Relation) BackCondition(to Row, add func(any) string) string {
	if r.kind != byPairs {
		return "1 = 0"
	}
	return fmt.Sprintf("rec_id IN (SELECT source FROM record_link WHERE target = %s AND relation = %s)", add(literal.Fold(to.RecID)), add(r.pairs))
}

// linkedBy is the position of the RecId that a field names a record by: a link's own, a pick list's twin.
func linkedBy(t *Type, field int) int {
	if twin := t.twins[field]; twin >= 0 {
		return twin
	}
	return field
}

const maxRelationships = 200

// relate compiles the relationships of a type. All types are there by now; bases come before their extensions.
func (c *compiler) relate(t *Type, types map[string]*Type) {
	t.relations = map[string]*Relation{}
	if t.Base != nil {
		for _, r := range t.Base.related {
			t.relations[literal.Fold(r.Name)] = r
			t.related = append(t.related, r)
		}
		t.sole = append(t.sole, t.Base.sole...)
	}
	if len(t.Definition.Relationships) > maxRelationships {
		c.problems.add("%s: %d relationships, at most %d", t.Object, len(t.Definition.Relationships), maxRelationships)
		return
	}
	for _, d := range t.Definition.Relationships {
		at := t.Object + "." + d.Name
		switch {
		case !fieldPattern.MatchString(d.Name):
			c.problems.add("%s: %q is not a name for a relationship", t.Object, d.Name)
			continue
		case t.relations[literal.Fold(d.Name)] != nil:
			c.problems.add("%s: the relationship is there twice", at)
			continue
		}
		to := types[literal.Fold(objectName(d.Target))]
		if to == nil {
			c.problems.add("%s: the target object %q does not exist", at, d.Target)
			continue
		}
		r := &Relation{Relationship: d, To: to, Many: !d.One}
		c.joint(t, r, at, types)
		if d.Create != "" && (!to.Definition.Group || r.CreateType() == to) {
			c.problems.add("%s: create names an extension of the target, which %q is not", at, d.Create)
		}
		for _, name := range sortedKeys(d.Where) {
			i, ok := to.names[literal.Fold(name)]
			if !ok || to.Fields[i].Kind != Text || len(d.Where[name]) == 0 {
				c.problems.add("%s: where needs a text field of %s with one value or more, not %q", at, to.Object, name)
				continue
			}
			w := within{field: i}
			for _, v := range d.Where[name] {
				w.values = append(w.values, literal.Fold(v))
			}
			r.where = append(r.where, w)
		}
		t.relations[literal.Fold(d.Name)] = r
		t.related = append(t.related, r)
		if r.One {
			t.sole = append(t.sole, r)
		}
	}
}

// joint finds what joins the two ends of a relationship.
func (c *compiler) joint(t *Type, r *Relation, at string, types map[string]*Type) {
	said := 0
	for _, s := range []string{r.Child, r.Link, r.Inverse, r.Pairs} {
		if s != "" {
			said++
		}
	}
	if said > 1 {
		c.problems.add("%s: a relationship has one of child, link, inverse and pairs, or none", at)
		return
	}
	switch {
	case r.Child != "":
		r.kind = byChild
		i, ok := r.To.names[literal.Fold(r.Child)]
		if !ok || !namesRecords(&r.To.Fields[i], t) {
			c.problems.add("%s: child names a link of %s, or a pick list of its from records of %s, which %q is not", at, r.To.Object, t.Object, r.Child)
			return
		}
		r.field = i
	case r.Link != "":
		r.kind, r.Many = byLink, false
		i, ok := t.names[literal.Fold(r.Link)]
		if !ok || t.Fields[i].Part != Plain || t.Fields[i].Def == nil || t.Fields[i].Def.Type != "link" && t.Fields[i].Def.From == nil {
			c.problems.add("%s: link names a link of %s, or a pick list of its with from, which %q is not", at, t.Object, r.Link)
			return
		}
		r.field = i
	case r.Inverse != "":
		r.kind, r.pairs = byInverse, literal.Fold(r.Inverse)
		if !c.keepsPairs(r.To, r.Inverse, t) {
			c.problems.add("%s: inverse names a relationship of %s to %s with pairs of its own, which %q is not", at, r.To.Object, t.Object, r.Inverse)
		}
	case r.Pairs != "":
		r.pairs = literal.Fold(r.Pairs)
		if !c.keepsPairs(t, r.Pairs, r.To) {
			c.problems.add("%s: pairs names a relationship of %s to %s with pairs of its own, which %q is not", at, t.Object, r.To.Object, r.Pairs)
		}
	default:
		r.pairs = literal.Fold(r.Name)
		for _, other := range types {
			for _, o := range other.Definition.Relationships {
				if other != t && strings.EqualFold(o.Name, r.Name) && o.keepsPairs() {
					c.problems.add("%s: %s keeps pairs under the same name", at, other.Object)
				}
			}
		}
	}
}

// namesRecords reports whether a field names records: a link, or a pick list from the records of t or its base.
func namesRecords(f *Field, t *Type) bool {
	if f.Def == nil || f.Part != Plain {
		return false
	}
	if f.Def.From == nil {
		return f.Def.Type == "link"
	}
	from := literal.Fold(objectName(f.Def.From.Object))
	return from == literal.Fold(t.Object) || from == literal.Fold(t.Root().Object)
}

// keepsPairs reports whether a type, or its base, defines a relationship to t that keeps pairs.
func (c *compiler) keepsPairs(of *Type, name string, t *Type) bool {
	for ; of != nil; of = of.Base {
		for _, o := range of.Definition.Relationships {
			to := literal.Fold(objectName(o.Target))
			if strings.EqualFold(o.Name, name) && o.keepsPairs() && (to == literal.Fold(t.Object) || to == literal.Fold(t.Root().Object)) {
				return true
			}
		}
	}
	return false
}
