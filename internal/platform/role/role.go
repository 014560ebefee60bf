package role

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Access is what somebody wants to do to records of an object type.
type Access string

// The kinds of access.
const (
	Read   Access = "read"
	Create Access = "create"
	Update Access = "update"
	Delete Access = "delete"
)

// Rows says to which records an answer extends; a higher value covers all that a lower one does.
type Rows uint8

// The extents, least first.
const (
	NoRows   Rows = iota // refused
	OwnRows              // records of the person acted for
	TeamRows             // those, and the ones of the person's teams
	AllRows
)

var rowNames = [...]string{"none", "own", "team", "all"}

// String gives the name used in definitions: none, own, team, all.
func (r Rows) String() string {
	if int(r) < len(rowNames) {
		return rowNames[r]
	}
	return fmt.Sprintf("Rows(%d)", r)
}

// MarshalText writes the name.
func (r Rows) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the name.
func (r *Rows) UnmarshalText(b []byte) error {
	i := slices.Index(rowNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("%q is not one of none, own, team, all", b)
	}
	*r = Rows(i)
	return nil
}

// Any stands for every object type in Rights, and for every role in Includes.
const Any = "*"

// Right is what a role may do with records of one object type. Updating and deleting extend to the rows that may be
// read; so does creating, where the role reads at all: whoever reads only their own creates only their own.
type Right struct {
	Read   Rows `json:"read,omitzero"`
	Create bool `json:"create,omitzero"`
	Update bool `json:"update,omitzero"`
	Delete bool `json:"delete,omitzero"`

	Hidden   []string `json:"hidden,omitempty"`   // fields that are not there for the role: not shown, not searched, not written
	ReadOnly []string `json:"readOnly,omitempty"` // fields that are shown but not written
}

// rows gives the extent of one kind of access.
func (r Right) rows(a Access) Rows {
	switch a {
	case Read:
		return r.Read
	case Create:
		switch {
		case !r.Create:
			return NoRows
		case r.Read == NoRows:
			return AllRows
		}
		return r.Read
	case Update:
		if r.Update {
			return r.Read
		}
	case Delete:
		if r.Delete {
			return r.Read
		}
	}
	return NoRows
}

// Role is one role as data.
type Role struct {
	Name        string           `json:"name"`            // internal name, by which machines ask for it: "ServiceDeskAnalyst"
	Label       string           `json:"label,omitempty"` // what people see
	Description string           `json:"description,omitempty"`
	Includes    []string         `json:"includes,omitempty"`
	Rights      map[string]Right `json:"rights,omitempty"` // by object type; an extension without an entry has its base's, and without that the one of "*"
	Admin       bool             `json:"admin,omitempty"`  // may administer the tenant
	Builtin     bool             `json:"builtin,omitempty"`
}

var (
	validName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,63}$`)
	validField  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,99}$`)
	validObject = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,99}(#[A-Za-z][A-Za-z0-9_]{0,99})?$`)
)

// check returns a fault of kind Invalid that names every field in need of correction, or nil. It brings object
// names into their form without a trailing "#".
func (r *Role) check() error {
	f := fault.New(fault.Invalid, "role_invalid", "The role cannot be stored.")
	if !validName.MatchString(r.Name) {
		f = f.WithField("name", "A role's name begins with a letter and has at most 64 letters, digits, '_', '-' and '.'.")
	}
	if len(r.Label) > 200 {
		f = f.WithField("label", "A label has at most 200 bytes.")
	}
	if len(r.Description) > 2000 {
		f = f.WithField("description", "A description has at most 2000 bytes.")
	}
	rights := make(map[string]Right, len(r.Rights))
	for _, written := range slices.Sorted(maps.Keys(r.Rights)) {
		right, object := r.Rights[written], bare(written)
		if object != Any && !validObject.MatchString(object) {
			f = f.WithField("rights", "%q is not the name of an object type.", written)
		}
		if (right.Update || right.Delete) && right.Read == NoRows {
			f = f.WithField("rights", "%s: what may be updated or deleted must be readable too.", object)
		}
		for _, name := range slices.Concat(right.Hidden, right.ReadOnly) {
			if !validField.MatchString(name) {
				f = f.WithField("rights", "%s: %q is not the name of a field.", object, name)
			} else if strings.EqualFold(name, "RecId") {
				f = f.WithField("rights", "%s: RecId is nobody's to hide or write.", object)
			}
		}
		if _, twice := rights[object]; twice {
			f = f.WithField("rights", "%s is there twice.", object)
		}
		rights[object] = right
	}
	if f.Fields != nil {
		return f
	}
	r.Rights = rights
	return nil
}

// bare returns the name of an object type without the "#" that ends the name of a base in payloads.
func bare(object string) string { return strings.TrimSuffix(object, "#") }

// base returns the type that an extension extends: Task of Task#Assignment.
func base(object string) (string, bool) {
	b, _, ok := strings.Cut(object, "#")
	return b, ok
}

// right finds the entry that counts for an object type: its own, its base's, or that for every type.
func (r *Role) right(object string) Right { return r.Rights[r.entry(object)] }

// entry is the name of that entry.
func (r *Role) entry(object string) string {
	if _, ok := r.Rights[object]; ok {
		return object
	}
	if b, ok := base(object); ok {
		if _, ok := r.Rights[b]; ok {
			return b
		}
	}
	return Any
}

// decode reads a stored definition.
func decode(text string) (Role, error) {
	var r Role
	err := json.Unmarshal([]byte(text), &r)
	return r, err
}
