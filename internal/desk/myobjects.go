package desk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Families are the fixed beginnings of paths of this package that match in any case, beside those of the original.
func Families() []string { return []string{"/api/me/objects"} }

// MyObject is an object whose records the caller may read, as the web app lists it.
type MyObject struct {
	Object  string   `json:"object"` // "Incident", "Task#Assignment"
	Set     string   `json:"set"`
	Label   string   `json:"label"`
	Plural  string   `json:"plural"`
	Title   string   `json:"title"`   // field that names a record; "" where none does
	Number  string   `json:"number"`  // field of its number; "" where it has none
	Extends string   `json:"extends"` // object it is a kind of
	Group   bool     `json:"group"`   // its records are made as one of its kinds
	Custom  bool     `json:"custom"`  // the tenant's own
	View    bool     `json:"view"`    // shows records of others and cannot be written
	Rights  MyRights `json:"rights"`
}

// MyRights says what the caller may do to records of an object; to which of them, the answer to each request says.
type MyRights struct {
	Create bool `json:"create"`
	Update bool `json:"update"`
	Delete bool `json:"delete"`
}

// MyObjectDetail is an object as the web app needs it to list, show and edit its records. What the caller does not see
// is not in it.
type MyObjectDetail struct {
	MyObject

	Kinds         []MyObject       `json:"kinds"` // extensions, of those that may be read or made
	Fields        []MyField        `json:"fields"`
	Status        *MyStatus        `json:"status,omitempty"`
	Relationships []MyRelationship `json:"relationships"`
	Actions       []MyAction       `json:"actions"`
	Searches      []MySearch       `json:"searches"`
	ListColumns   []string         `json:"list_columns"` // fields a list shows first
}

// MyStatus says what the status of a record asks for.
type MyStatus struct {
	Field    string              `json:"field"`
	Required map[string][]string `json:"required"` // status → fields that must have a value; "*" for every status
	Flow     map[string][]string `json:"flow"`     // status → where it may go
	Enforced bool                `json:"enforced"` // the tenant refuses other ways
	ReadOnly []string            `json:"read_only"`
}

// MyRelationship leads from a record to others that the caller may read.
type MyRelationship struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Object  string `json:"object"`
	Set     string `json:"set"`
	Many    bool   `json:"many"`
	Field   string `json:"field,omitempty"`  // own field that says it
	Child   string `json:"child,omitempty"`  // field of the other end that says it
	Owned   bool   `json:"owned,omitempty"`  // they are deleted with the record
	Creates string `json:"create,omitempty"` // set of the records made through it; "" where the caller may not
}

// MyAction is a quick action that the caller may do.
type MyAction struct {
	Name    string              `json:"name"`
	Path    string              `json:"path"` // as it stands in addresses
	ID      string              `json:"id"`
	Label   string              `json:"label"`
	When    map[string][]string `json:"when,omitempty"` // only on records whose fields have one of the values
	Closed  bool                `json:"closed"`         // also on read-only records
	Prompts []MyPrompt          `json:"prompts"`
}

// MyPrompt is what the caller of an action is asked for.
type MyPrompt struct {
	Field    string `json:"field"`
	Label    string `json:"label"`
	Default  string `json:"default,omitempty"`
	Required bool   `json:"required"`
}

// MySearch is a saved search of everybody's or the caller's own.
type MySearch struct {
	Name  string `json:"name"`
	Path  string `json:"path"` // as it stands in addresses
	ID    string `json:"id"`
	Label string `json:"label"`
	Own   bool   `json:"own"`
}

// myObjects answers GET /api/me/objects.
func (m *Module) myObjects(w http.ResponseWriter, r *http.Request) {
	m.tell(w, r, func(c *call) (any, error) {
		items := []MyObject{}
		for _, t := range c.engine.Types(c.r.Context()) {
			if !t.Definition.Private && c.reads(t) {
				items = append(items, c.myObject(t))
			}
		}
		slices.SortStableFunc(items, func(a, b MyObject) int {
			return cmp.Or(strings.Compare(literal.Fold(a.Plural), literal.Fold(b.Plural)), strings.Compare(a.Set, b.Set))
		})
		return struct {
			Items []MyObject `json:"items"`
		}{items}, nil
	})
}

// myObjectDetail answers GET /api/me/objects/{object}. What the caller may not read is not there.
func (m *Module) myObjectDetail(w http.ResponseWriter, r *http.Request) {
	m.tell(w, r, func(c *call) (any, error) {
		name := r.PathValue("object")
		t, ok := c.objectNamed(name)
		if !ok || !c.reads(t) {
			return nil, fault.New(fault.NotFound, "object_unknown", "There is no object %.80q, or your role may not read it.", name)
		}
		c.typ = t
		return c.myDetail(t)
	})
}

// tell answers with what a function says about the caller's objects. The entity tag is of the answer itself: it depends
// on the schema, on lists, on the role and on who asks.
func (m *Module) tell(w http.ResponseWriter, r *http.Request, say func(*call) (any, error)) {
	c, err := m.begin(w, r)
	var body []byte
	if err == nil {
		var said any
		if said, err = say(c); err == nil {
			body, err = json.Marshal(said)
		}
	}
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Add("Vary", "Authorization, Cookie")
	if slices.ContainsFunc(r.Header.Values("If-None-Match"), func(line string) bool { return strings.Contains(line, etag) }) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // an error is the client's going away
}

func (c *call) myObject(t *record.Type) MyObject {
	d := &t.Definition
	hidden := c.hidden(t)
	name := func(i int) string {
		if i < 0 || hidden != nil && hidden[i] {
			return ""
		}
		return t.Fields[i].Name
	}
	o := MyObject{Object: t.Object, Set: t.Set, Label: cmp.Or(d.Label, t.Object), Title: name(t.Title), Number: name(t.NumberField()),
		Group: d.Group, Custom: !c.engine.Stock(c.r.Context(), t), View: d.View != nil}
	o.Plural = cmp.Or(d.Plural, o.Label)
	if t.Base != nil {
		o.Extends = t.Base.Object
	}
	if !o.View {
		o.Rights = MyRights{Create: !d.Group && c.writes(role.Create, t), Update: c.writes(role.Update, t), Delete: c.writes(role.Delete, t)}
	}
	return o
}

// writes is may for those whose credential may write at all.
func (c *call) writes(access role.Access, t *record.Type) bool {
	return c.may(access, t) && c.scope(access) == nil
}

func (c *call) myDetail(t *record.Type) (*MyObjectDetail, error) {
	o := &MyObjectDetail{MyObject: c.myObject(t), Kinds: []MyObject{}, Relationships: []MyRelationship{}, Actions: []MyAction{}, Searches: []MySearch{}}
	for _, x := range t.Extensions {
		if !x.Definition.Private && (c.reads(x) || c.writes(role.Create, x)) {
			o.Kinds = append(o.Kinds, c.myObject(x))
		}
	}
	var err error
	if o.Fields, err = c.myFields(t, !o.View && (o.Rights.Create || o.Rights.Update || t.Definition.Group)); err != nil {
		return nil, fmt.Errorf("describe the fields of %s: %w", t.Object, err)
	}
	shown := map[string]bool{}
	for _, f := range o.Fields {
		shown[literal.Fold(f.Name)] = true
	}
	o.Status = c.myStatus(t, shown)
	o.ListColumns = listColumns(t, o.Fields)
	for _, r := range c.relations(t) {
		if c.hides(t, r) {
			continue
		}
		one := MyRelationship{Name: r.Name, Label: cmp.Or(r.Label, r.To.Definition.Plural, r.Name), Object: r.To.Object, Set: r.To.Set, Many: r.Many}
		if i, ok := r.OwnField(); ok {
			one.Field = t.Fields[i].Name
		}
		if i, ok := r.ChildField(); ok {
			one.Child, one.Owned = r.To.Fields[i].Name, r.To.Fields[i].Def.Owned
		}
		if made := r.CreateType(); !made.Definition.Group && made.Definition.View == nil && c.writes(role.Create, made) {
			one.Creates = made.Set
		}
		o.Relationships = append(o.Relationships, one)
	}
	if c.scope(role.Update) == nil {
		for _, a := range c.actions(t) {
			one := MyAction{Name: a.Name, Path: record.PathName(a.Name), ID: a.ID, Label: cmp.Or(a.Label, a.Name), When: a.When, Closed: a.Closed, Prompts: []MyPrompt{}}
			for _, p := range a.Prompts {
				one.Prompts = append(one.Prompts, MyPrompt{Field: p.Field, Label: cmp.Or(p.Label, p.Field), Default: literalDefault(p.Default), Required: p.Required})
			}
			o.Actions = append(o.Actions, one)
		}
	}
	for _, s := range c.searches(t) {
		o.Searches = append(o.Searches, MySearch{Name: s.Name, Path: record.PathName(s.Name), ID: s.ID, Label: s.Name, Own: s.Owner != ""})
	}
	return o, nil
}

// myStatus is the status rule as far as it speaks of fields that are shown; nil where there is none.
func (c *call) myStatus(t *record.Type, shown map[string]bool) *MyStatus {
	rule := statusRule(t)
	if rule == nil || !shown[literal.Fold(rule.Field)] {
		return nil
	}
	s := &MyStatus{Field: rule.Field, Required: map[string][]string{}, Flow: map[string][]string{}, ReadOnly: []string{},
		Enforced: len(rule.Flow) > 0 && c.engine.Setting(c.r.Context(), "odata.transitions") == "enforce"}
	for status, names := range rule.Required {
		s.Required[status] = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !shown[literal.Fold(name)] })
	}
	maps.Copy(s.Flow, rule.Flow)
	s.ReadOnly = append(s.ReadOnly, rule.ReadOnly...)
	return s
}

// statusRule is the rule for the status of a type's records: its own or its base's; nil for none.
func statusRule(t *record.Type) *record.StatusRule {
	if t.Definition.Status != nil {
		return t.Definition.Status
	}
	return t.Root().Definition.Status
}

// literalDefault is a default that a form can show: those that only the server can tell are left to it.
func literalDefault(text string) string {
	if strings.HasPrefix(text, "$") {
		return ""
	}
	return text
}
