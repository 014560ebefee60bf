package role

import (
	"maps"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/principal"
)

// Book is all roles of a tenant, compiled for answering. It never changes and is safe for concurrent use.
type Book struct {
	Version int64 // of the cell role.version it was loaded at
	roles   map[string]Role
	folded  map[string]string // lower case → name
	answers map[string]*answer
}

// answer is what a role and all it includes may do together.
type answer struct {
	closure map[string]bool
	admin   bool
	objects map[string]extents // every type that any role of the closure names
	other   extents            // all types that none of them names
	fields  map[string]fields  // entry → what is kept of its fields, for those where something is
}

// fields are those of an object type that are kept from somebody.
type fields struct{ hidden, readOnly withheld }

// withheld are the fields that every role which grants an access holds back from it.
type withheld struct {
	names   []string
	granted bool
}

func (w *withheld) join(names []string) {
	if !w.granted {
		w.names, w.granted = names, true
		return
	}
	w.names = slices.DeleteFunc(slices.Clone(w.names), func(name string) bool {
		return !slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(name, other) })
	})
}

func (f *fields) join(r Right) {
	if r.Read != NoRows {
		f.hidden.join(r.Hidden)
	}
	if r.Create || r.Update {
		f.readOnly.join(r.ReadOnly)
	}
}

// extents are the rows for each kind of access.
type extents struct{ read, create, update, delete Rows }

func (e extents) of(a Access) Rows {
	switch a {
	case Read:
		return e.read
	case Create:
		return e.create
	case Update:
		return e.update
	case Delete:
		return e.delete
	default:
		return NoRows
	}
}

// join adds what a right gives.
func (e *extents) join(r Right) {
	e.read = max(e.read, r.rows(Read))
	e.create = max(e.create, r.rows(Create))
	e.update = max(e.update, r.rows(Update))
	e.delete = max(e.delete, r.rows(Delete))
}

// NewBook compiles roles. Names included but not there give nothing; circles are harmless.
func NewBook(version int64, roles []Role) *Book {
	b := &Book{Version: version, roles: make(map[string]Role, len(roles)), folded: make(map[string]string, len(roles)),
		answers: make(map[string]*answer, len(roles))}
	for _, r := range roles {
		b.roles[r.Name] = r
		b.folded[strings.ToLower(r.Name)] = r.Name
	}
	for name := range b.roles {
		b.answers[name] = b.compile(name)
	}
	return b
}

func (b *Book) compile(name string) *answer {
	a := &answer{closure: map[string]bool{}, objects: map[string]extents{}}
	order := b.reach(name, a.closure, nil) // the first to name a field says how it is spelled
	for _, member := range order {
		r := b.roles[member]
		a.admin = a.admin || r.Admin
		a.other.join(r.Rights[Any])
		for object := range r.Rights {
			a.objects[object] = extents{}
		}
	}
	for object := range a.objects {
		var e extents
		for member := range a.closure {
			r := b.roles[member]
			e.join(r.right(object))
		}
		a.objects[object] = e
	}
	for _, entry := range append(slices.Collect(maps.Keys(a.objects)), Any) {
		var f fields
		for _, member := range order {
			r := b.roles[member]
			f.join(r.right(entry))
		}
		if len(f.hidden.names)+len(f.readOnly.names) > 0 {
			if a.fields == nil {
				a.fields = map[string]fields{}
			}
			a.fields[entry] = f
		}
	}
	return a
}

// entry is the name under which the answers for an object type stand: its own, its base's, or that for every type.
func (a *answer) entry(object string) string {
	object = bare(object)
	if _, ok := a.objects[object]; ok {
		return object
	}
	if parent, extension := base(object); extension {
		if _, ok := a.objects[parent]; ok {
			return parent
		}
	}
	return Any
}

// Limited reports whether any fields at all are kept from the principal: the question to ask first.
func (b *Book) Limited(p *principal.Principal) bool {
	if p == nil || p.Kind == principal.System {
		return false
	}
	answer := b.answers[p.Role]
	return answer != nil && answer.fields != nil
}

// Withheld names the fields of an object type that the principal does not see, and those that they see and do not
// write. Where several included roles grant an access, what one of them gives is given.
func (b *Book) Withheld(p *principal.Principal, object string) (hidden, readOnly []string) {
	if !b.Limited(p) {
		return nil, nil
	}
	answer := b.answers[p.Role]
	f := answer.fields[answer.entry(object)]
	return f.hidden.names, f.readOnly.names
}

// reach adds a role and all it includes, directly or not, in the order in which they are named.
func (b *Book) reach(name string, seen map[string]bool, order []string) []string {
	r, ok := b.roles[name]
	if !ok || seen[name] {
		return order
	}
	seen[name], order = true, append(order, name)
	for _, included := range r.Includes {
		if included == Any {
			for _, other := range slices.Sorted(maps.Keys(b.roles)) {
				order = b.reach(other, seen, order)
			}
			continue
		}
		order = b.reach(included, seen, order)
	}
	return order
}

// Circle is the way from a role over what it includes back to itself, as names that begin and end with its own; nil where
// there is none. That InternalServices includes every role is no circle.
func (b *Book) Circle(name string) []string {
	seen := map[string]bool{}
	var walk func(at string, way []string) []string
	walk = func(at string, way []string) []string {
		for _, next := range b.roles[at].Includes {
			if next == name {
				return append(way, next)
			}
			if _, ok := b.roles[next]; !ok || seen[next] {
				continue
			}
			seen[next] = true
			if found := walk(next, append(slices.Clone(way), next)); found != nil {
				return found
			}
		}
		return nil
	}
	if _, ok := b.roles[name]; !ok {
		return nil
	}
	return walk(name, []string{name})
}

// Ask answers the one question of authorisation: to which rows of an object type does the principal's right to this
// access extend? NoRows is a refusal. The object is a technical name, "Incident" or "Task#Assignment"; a trailing
// "#" may be there. An extension has the rights of its base where a role says nothing about it. Nobody, no role
// and an unknown role get NoRows; the program itself gets AllRows.
func (b *Book) Ask(p *principal.Principal, a Access, object string) Rows {
	if p == nil {
		return NoRows
	}
	if p.Kind == principal.System {
		return AllRows
	}
	answer := b.answers[p.Role]
	if answer == nil {
		return NoRows
	}
	object = bare(object)
	e, ok := answer.objects[object]
	if !ok {
		if parent, extension := base(object); extension {
			e, ok = answer.objects[parent]
		}
		if !ok {
			e = answer.other
		}
	}
	return e.of(a)
}

// Admin reports whether the principal may administer the tenant.
func (b *Book) Admin(p *principal.Principal) bool {
	if p == nil {
		return false
	}
	if p.Kind == principal.System {
		return true
	}
	answer := b.answers[p.Role]
	return answer != nil && answer.admin
}

// Has reports whether there is a role of exactly this name.
func (b *Book) Has(name string) bool {
	_, ok := b.roles[name]
	return ok
}

// Canonical returns the name of a role as it is stored for one in whatever case.
func (b *Book) Canonical(name string) (string, bool) {
	if b.Has(name) {
		return name, true
	}
	canonical, ok := b.folded[strings.ToLower(name)]
	return canonical, ok
}

// Role returns one role as data.
func (b *Book) Role(name string) (Role, bool) {
	r, ok := b.roles[name]
	return r, ok
}

// Roles returns all roles by name.
func (b *Book) Roles() []Role {
	out := make([]Role, 0, len(b.roles))
	for _, name := range slices.Sorted(maps.Keys(b.roles)) {
		out = append(out, b.roles[name])
	}
	return out
}

// Closure returns the role and all it includes, by name; nil for an unknown one.
func (b *Book) Closure(name string) []string {
	answer := b.answers[name]
	if answer == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(answer.closure))
}

// Effective reports whether somebody who holds these roles may act in that one: it is one of them or included.
func (b *Book) Effective(held []string, in string) bool {
	for _, name := range held {
		if answer := b.answers[name]; answer != nil && answer.closure[in] {
			return true
		}
	}
	return false
}
