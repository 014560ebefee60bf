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
	b.reach(name, a.closure)
	for member := range a.closure {
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
	return a
}

// reach adds a role and all it includes, directly or not.
func (b *Book) reach(name string, seen map[string]bool) {
	r, ok := b.roles[name]
	if !ok || seen[name] {
		return
	}
	seen[name] = true
	for _, included := range r.Includes {
		if included == Any {
			for other := range b.roles {
				b.reach(other, seen)
			}
			continue
		}
		b.reach(included, seen)
	}
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
