package record

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Definition is an object type as data: what an administrator writes, what the stock catalogue holds and what a
// tenant stores. Compile turns a set of them into Types. docs/business-objects.md describes the format for users.
type Definition struct {
	Object  string `json:"object"`            // technical id, "Incident#", "Task#Assignment"; a trailing # may be left out
	Label   string `json:"label,omitempty"`   // what people call one of them
	Plural  string `json:"plural,omitempty"`  // what people call several
	Group   bool   `json:"group,omitempty"`   // a base whose records are always of one of its extensions (Task#, Journal#)
	Title   string `json:"title,omitempty"`   // the field that names a record to people
	TypeTag string `json:"typeTag,omitempty"` // group: the field that holds the extension's name ("TaskType")
	Tag     string `json:"tag,omitempty"`     // extension: the value of that field for its records ("Assignment")

	Number        *NumberRule       `json:"number,omitempty"`
	Fields        []FieldDefinition `json:"fields"`
	Aliases       map[string]string `json:"aliases,omitempty"` // other name → field; a link's alias covers its triple
	Indexes       [][]string        `json:"indexes,omitempty"` // indexes over several fields
	Status        *StatusRule       `json:"status,omitempty"`
	Matrix        *MatrixRule       `json:"priority,omitempty"`
	Unique        [][]string        `json:"unique,omitempty"`  // combinations that may occur once; nulls do not count
	Private       bool              `json:"private,omitempty"` // no set on the OData surface
	View          *ViewRule         `json:"view,omitempty"`    // its records are those of other objects, seen under other names
	Relationships []Relationship    `json:"relationships,omitempty"`
	Searches      []SavedSearch     `json:"searches,omitempty"`
	Actions       []QuickAction     `json:"actions,omitempty"`

	Extend  bool           `json:"extend,omitempty"`  // in a file: adds to the object in force instead of describing it whole
	Retired []RetiredField `json:"retired,omitempty"` // kept by Apply, whatever a file says
}

// RetiredField is a field that was left out of a definition. Records may still hold its values, so its name stays
// bound to its type.
type RetiredField struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Max  int    `json:"max,omitempty"`
}

// ViewRule makes an object a view: it has no records of its own and cannot be written.
type ViewRule struct {
	Of []string `json:"of"` // the objects whose records it shows
}

// NumberRule gives records of an object (with its extensions) a number from one counter.
type NumberRule struct {
	Field string `json:"field"`
	Start int64  `json:"start"`
}

// StatusRule says what a record's status means: which fields it needs, what entering it stamps, where it may go.
type StatusRule struct {
	Field    string                       `json:"field"`
	Required map[string][]string          `json:"required,omitempty"` // status → fields that must have a value; "*" for every status
	Stamp    map[string]map[string]string `json:"stamp,omitempty"`    // on entering a status: field → "$now", "$login", "$null", "$true", "$false" or a text
	Flow     map[string][]string          `json:"flow,omitempty"`     // status → statuses it may go to; enforced where the tenant says so
	ReadOnly []string                     `json:"readOnly,omitempty"` // statuses in which ReadOnly is true and the record cannot be deleted
}

// MatrixRule computes a priority "1".."5" from impact and urgency ("High", "Medium", "Low") where both are given.
type MatrixRule struct {
	Field   string `json:"field"`
	Impact  string `json:"impact"`
	Urgency string `json:"urgency"`
}

// FieldDefinition is one field as written. Pick lists, links and money unfold into several stored fields.
type FieldDefinition struct {
	Name      string `json:"name"`
	Label     string `json:"label,omitempty"`
	Type      string `json:"type,omitempty"`      // text (default), number, decimal, money, boolean, datetime, link, picklist
	Max       int    `json:"max,omitempty"`       // text: most characters; default 255, at most 1,000,000
	Default   string `json:"default,omitempty"`   // value on creation when none was sent; "$now", "$login", "$displayname" or a literal
	Required  bool   `json:"required,omitempty"`  // must have a value in every status
	Index     Index  `json:"index,omitempty"`     // true, "sparse" (most records have no value) or "unique"
	Search    bool   `json:"search,omitempty"`    // its words are found by $search
	ReadOnly  bool   `json:"readOnly,omitempty"`  // set by the server; a sent value is not stored
	WriteOnly bool   `json:"writeOnly,omitempty"` // taken in bodies and acted on by the owner of the object; always null in documents

	List    string     `json:"list,omitempty"`    // picklist: a named list
	From    *ListFrom  `json:"from,omitempty"`    // picklist: the records of an object are the list
	Lenient bool       `json:"lenient,omitempty"` // picklist: an unknown value is stored, with an empty twin, and flagged in the audit trail
	Words   []WordRule `json:"words,omitempty"`   // values read as others before anything else ("Critical" as "1")

	Target  string   `json:"target,omitempty"`  // link: default object
	Targets []string `json:"targets,omitempty"` // link: further objects it may name; ["*"] for any
	Owned   bool     `json:"owned,omitempty"`   // link: the record goes when the one it names is deleted

	Copy    map[string]string `json:"copy,omitempty"`    // link or picklist from records: own field → field of the record named, copied when the value is set
	Source  string            `json:"source,omitempty"`  // in a view: the field it shows, of each object; default: the one of its own name
	Sources map[string]string `json:"sources,omitempty"` // in a view, instead: object → field; no value for records of other objects

	Template string `json:"template,omitempty"` // computed text: "Incident {IncidentNumber}: {Subject}"
	Stock    bool   `json:"stock,omitempty"`    // ships with the program: cannot be left out later
	Mirror   string `json:"mirror,omitempty"`   // holds the same value as that field, whichever of the two is sent
}

// WordRule maps one sent word to the stored one, compared without case.
type WordRule struct {
	Is    string `json:"is"`
	Means string `json:"means"`
}

// ListFrom names the records that serve as a pick list: Value is stored, any of Match finds the record.
type ListFrom struct {
	Object string   `json:"object"`
	Value  string   `json:"value"`
	Match  []string `json:"match,omitempty"` // default: Value alone

	// Within narrows the list by other fields of the record: own field → field of the record named. Where both have a
	// value they must be equal: a category of the service, a subcategory of the category.
	Within map[string]string `json:"within,omitempty"`
}

// Index says whether a field has a column and index of its own: NotIndexed, Indexed, Sparse or Unique.
type Index uint8

// The kinds of index.
const (
	NotIndexed Index = iota
	Indexed          // every record
	Sparse           // only records with a value
	Unique           // one record a value; nulls do not count
)

// UnmarshalJSON reads true, false, "sparse" or "unique".
func (x *Index) UnmarshalJSON(b []byte) error {
	switch string(bytes.TrimSpace(b)) {
	case "true":
		*x = Indexed
	case "false", "null":
		*x = NotIndexed
	case `"sparse"`:
		*x = Sparse
	case `"unique"`:
		*x = Unique
	default:
		return fmt.Errorf(`index is true, false, "sparse" or "unique", not %s`, b)
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (x Index) MarshalJSON() ([]byte, error) {
	switch x {
	case Indexed:
		return []byte("true"), nil
	case Sparse:
		return []byte(`"sparse"`), nil
	case Unique:
		return []byte(`"unique"`), nil
	}
	return []byte("false"), nil
}

// List is a pick list as data. A closed list refuses unknown values; an open one takes them and marks them for review.
type List struct {
	Name   string      `json:"name"`
	Open   bool        `json:"open,omitempty"`
	Values []ListValue `json:"values"`
}

// ListValue is one row of a pick list. In JSON a plain string stands for a value without anything else.
type ListValue struct {
	RecID   string   `json:"recId,omitempty"` // made from list and value when empty
	Value   string   `json:"value"`
	Label   string   `json:"label,omitempty"`
	Aliases []string `json:"aliases,omitempty"` // other spellings that are read as this value
	Review  bool     `json:"review,omitempty"`  // added by a caller, not yet looked at

	Inactive bool `json:"inactive,omitempty"` // not to be chosen any more; records that have it keep it
}

// What the column review of a value says.
const (
	valueInUse int64 = iota
	valueReview
	valueInactive
)

// UnmarshalJSON reads an object or a plain string.
func (v *ListValue) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*v = ListValue{}
		return json.Unmarshal(b, &v.Value)
	}
	type plain ListValue
	return json.Unmarshal(b, (*plain)(v))
}

// Catalogue is a set of definitions, lists and first records: the stock of a domain, or a file for `provost object apply`.
type Catalogue struct {
	Lists   []List                      `json:"lists,omitempty"`
	Objects []Definition                `json:"objects,omitempty"`
	Records map[string][]map[string]any `json:"records,omitempty"` // object → records a new tenant starts with
}
