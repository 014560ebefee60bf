package role

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Source is a role that gives an access: the one asked about, or one it includes.
type Source struct {
	Role  string
	Entry string // of its rights: the object type's own, its base's, or Any
	Rows  Rows
}

// Sources says which roles give an access to an object type to those who act in a role, widest first; nobody for what is refused.
func (b *Book) Sources(name string, a Access, object string) []Source {
	var out []Source
	for _, member := range b.Closure(name) {
		r := b.roles[member]
		entry := r.entry(bare(object))
		if rows := r.Rights[entry].rows(a); rows != NoRows {
			out = append(out, Source{Role: member, Entry: entry, Rows: rows})
		}
	}
	slices.SortStableFunc(out, func(x, y Source) int {
		return cmp.Or(cmp.Compare(y.Rows, x.Rows), own(name, y)-own(name, x))
	})
	return out
}

// own is 1 for what a role gives by itself.
func own(name string, s Source) int {
	if s.Role == name {
		return 1
	}
	return 0
}

// With returns a book in which a role is defined so: what would be if it were stored.
func (b *Book) With(r Role) *Book {
	all := slices.DeleteFunc(b.Roles(), func(other Role) bool { return other.Name == r.Name })
	return NewBook(b.Version, append(all, r))
}

// Includers lists the roles that name this one in what they include, by name. A role that includes every one is not among them.
func (b *Book) Includers(name string) []string {
	var out []string
	for _, other := range b.Roles() {
		if slices.Contains(other.Includes, name) {
			out = append(out, other.Name)
		}
	}
	return out
}

// Fixed reports whether a role cannot be changed: the program counts on it as it is.
func (r *Role) Fixed() bool { return changeable(r) != nil }

// Check refuses a definition that cannot be stored, as Save does: fault.Invalid. It brings the names of objects into their form.
func (r *Role) Check() error { return r.check() }

// Tag names the definition: another one has another tag.
func (r *Role) Tag() string {
	text, err := json.Marshal(r)
	if err != nil {
		panic("role: a definition does not encode: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}
