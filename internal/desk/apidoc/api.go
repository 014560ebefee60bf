package apidoc

import (
	"strconv"
	"strings"
)

// API is what a caller can use of a tenant.
type API struct {
	Tenant string // name
	Base   string // absolute address in front of "/api/…", without a slash at the end: "https://desk.example.com/HEAT"
	Sets   []Set
}

// Set is a set of records on the OData surface.
type Set struct {
	Name     string // "incidents"
	Object   string // "Incident#"
	Singular string // "incident", its name in metadata
	Label    string // "Incident"
	Plural   string // "Incidents"
	Group    bool   // its records are of one of its extensions
	Title    string // field that names a record
	Status   string // field of the status, "" for none
	Aliases  []Alias

	Read, Create, Update, Delete bool // what the caller may

	Fields    []Field
	Relations []Relation
	Searches  []Search
	Actions   []Action
}

// Alias is another name under which a field is taken.
type Alias struct{ Name, Field string }

// Kind is the sort of a field's values.
type Kind string

// The kinds.
const (
	Text    Kind = "text"
	Number  Kind = "number"
	Decimal Kind = "decimal" // a text with four places
	Boolean Kind = "boolean"
	Time    Kind = "date and time"
)

// Field is a field of a set.
type Field struct {
	Name      string
	Label     string
	Kind      Kind
	Max       int // Text: in characters
	ID        bool
	Required  bool // on creation
	ReadOnly  bool
	WriteOnly bool
	Default   string
	Values    []string // of a closed pick list
	Open      bool     // others than Values are taken too
	Note      string   // one or two sentences
}

// Relation is a relationship of a set.
type Relation struct {
	Name     string
	Label    string
	Target   string // Singular of the set at the other end
	Set      string // and its name
	Many     bool
	Creates  bool   // records can be made through it
	Creating string // Singular of what is made
}

// Search is a saved search.
type Search struct{ Name, Path, ID string }

// Action is a quick action.
type Action struct {
	Name, Path, ID, Label string
	Prompts               []Prompt
}

// Prompt is what a quick action asks for.
type Prompt struct {
	Field, Label, Default string
	Required              bool
}

// Type says in words what a field's values are.
func (f Field) Type() string {
	switch {
	case f.ID:
		return "RecId"
	case f.Kind == Text && f.Max > 0:
		return "text, up to " + strconv.Itoa(f.Max)
	case f.Kind == Number:
		return "whole number"
	case f.Kind == Decimal:
		return "decimal, as text"
	}
	return string(f.Kind)
}

// Find returns a set by its name, in any case.
func (a *API) Find(set string) (*Set, bool) {
	for i := range a.Sets {
		if strings.EqualFold(a.Sets[i].Name, set) {
			return &a.Sets[i], true
		}
	}
	return nil, false
}

// Path is the set's path.
func (s *Set) Path() string { return "/api/odata/businessobject/" + s.Name }

// Name the set to people.
func (s *Set) heading() string {
	if s.Plural != "" {
		return s.Plural
	}
	return s.name()
}

func (s *Set) name() string {
	if s.Label != "" {
		return s.Label
	}
	return s.Object
}

// sample is a body with which a record can be made: the required fields, or the one that names it.
func (s *Set) sample() map[string]any {
	body := map[string]any{}
	for _, f := range s.Fields {
		if f.Required {
			body[f.Name] = f.example()
		}
	}
	if len(body) == 0 && s.Title != "" {
		body[s.Title] = "Example"
	}
	return body
}

func (f Field) example() any {
	switch {
	case len(f.Values) > 0:
		return f.Values[0]
	case f.Kind == Number:
		return 1
	case f.Kind == Boolean:
		return true
	case f.Kind == Time:
		return "2026-01-31T09:00:00Z"
	case f.Kind == Decimal:
		return "12.5000"
	case f.ID:
		return exampleID
	}
	return "Example"
}

const exampleID = "01A2B3C4D5E6F708192A3B4C5D6E7F80"
