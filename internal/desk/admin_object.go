package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Admin adds the operations on business objects and pick lists to the administration API.
func (m *Module) Admin(api *adminapi.API) {
	const whole = "All of a definition is checked before anything changes; errors[].field says where a problem is."
	api.Group("Business objects", "The kinds of records there are: fields, numbers, relationships, status flows, saved searches and quick actions, as data.",
		adminapi.Op("GET /objects", "list-objects", "List business objects", m.adminObjects, adminapi.Describe("In order of their names, on one page.")),
		adminapi.Op("POST /objects", "create-object", "Make a business object", m.adminCreateObject, adminapi.Status(http.StatusCreated), adminapi.Describe(whole)),
		adminapi.Op("POST /objects/validate", "validate-objects", "See what definitions would change, and what is wrong with them", m.adminValidate,
			adminapi.Describe("Takes what `provost object apply` takes. Nothing is changed.")),
		adminapi.Op("POST /objects/apply", "apply-objects", "Apply definitions of several objects and lists, all or nothing", m.adminApply,
			adminapi.Describe("Takes what `provost object apply` takes. With the tag of a validation in If-Match, it is refused where something else has changed since.")),
		adminapi.Op("GET /objects/{object}", "get-object", "Get the definition of a business object", m.adminObject),
		adminapi.Op("PUT /objects/{object}", "replace-object", "Change a business object by its whole definition", m.adminReplaceObject, adminapi.Describe(whole+
			" Fields that are left out are removed. Stock fields cannot be. Relationships, searches and actions stay where their keys are absent.")),
		adminapi.Op("PATCH /objects/{object}", "update-object", "Change single keys of a definition", m.adminUpdateObject, adminapi.Describe("What is absent stays.")),
		adminapi.Op("DELETE /objects/{object}", "delete-object", "Delete a business object of your own with all its records", m.adminDeleteObject, adminapi.StepUp(),
			adminapi.Describe("confirm is the object's name. Without it, the refusal says how many records would go.")),
		adminapi.Op("DELETE /objects/{object}/status", "delete-status-rule", "Remove the status rule", m.adminDeleteStatus, adminapi.StepUp()),
		adminapi.Op("DELETE /objects/{object}/priority", "delete-priority-rule", "Remove the priority matrix", m.adminDeletePriority, adminapi.StepUp()),
		adminapi.Op("POST /objects/{object}/fields", "create-field", "Add a field", m.adminCreateField, adminapi.Status(http.StatusCreated),
			adminapi.Describe("At the end. The way to add fields of your own to objects that came with the program too.")),
		adminapi.Op("PATCH /objects/{object}/fields/{field}", "update-field", "Change a field", m.adminUpdateField,
			adminapi.Describe("A JSON merge patch (RFC 7396) of the field: what is absent stays, null removes. Name and type stay as they are.")),
		adminapi.Op("DELETE /objects/{object}/fields/{field}", "delete-field", "Remove a field of your own", m.adminDeleteField, adminapi.StepUp(),
			adminapi.Describe("Its values are no longer shown, and its name stays bound to its type.")),
		adminapi.Op("PUT /objects/{object}/relationships/{name}", "put-relationship", "Add or change a relationship", m.adminPutRelationship),
		adminapi.Op("DELETE /objects/{object}/relationships/{name}", "delete-relationship", "Remove a relationship with its pairs", m.adminDeleteRelationship, adminapi.StepUp()),
		adminapi.Op("PUT /objects/{object}/searches/{name}", "put-search", "Add or change a saved search", m.adminPutSearch),
		adminapi.Op("DELETE /objects/{object}/searches/{name}", "delete-search", "Remove a saved search", m.adminDeleteSearch, adminapi.StepUp()),
		adminapi.Op("PUT /objects/{object}/actions/{name}", "put-action", "Add or change a quick action", m.adminPutAction),
		adminapi.Op("DELETE /objects/{object}/actions/{name}", "delete-action", "Remove a quick action", m.adminDeleteAction, adminapi.StepUp()),
		adminapi.Op("POST /objects/{object}/search-preview", "preview-search", "See what a search would find", m.adminPreviewSearch,
			adminapi.Describe("For whoever asks: '$Me' is the caller.")),
	)
	m.adminPickLists(api)
}

// ObjectSummary is a business object as lists show it.
type ObjectSummary struct {
	Object  string `json:"object" example:"Incident#"`
	Set     string `json:"set,omitempty" doc:"Where its records are on the OData API; absent where it has no set" example:"incidents"`
	Label   string `json:"label" example:"Incident"`
	Plural  string `json:"plural" example:"Incidents"`
	Owner   string `json:"owner" doc:"The domain whose rules its records follow" example:"desk"`
	Custom  bool   `json:"custom" doc:"Did not come with the program"`
	View    bool   `json:"view" doc:"Shows the records of other objects and has none itself"`
	Extends string `json:"extends,omitempty" doc:"Its base" example:"Task#"`
	Fields  int    `json:"fields" doc:"How many its records have, with those that every record has"`
	Added   int    `json:"added" doc:"How many of its fields did not come with the program"`
	Records int64  `json:"records" doc:"How many there are; those of its extensions count"`
}

// ObjectDetail is a business object with its definition.
type ObjectDetail struct {
	ObjectSummary
	Tag        string           `json:"tag" doc:"Of the definition as it is, for If-Match" example:"a1b2c3d4e5f60718"`
	Definition ObjectDefinition `json:"definition" doc:"As it was written; may be sent back changed"`
	Inherited  []ObjectField    `json:"inherited" doc:"Fields of its base"`
	Extensions []string         `json:"extensions" doc:"Objects that extend it"`
	Lists      []string         `json:"lists" doc:"Pick lists that its fields use"`
}

func (m *Module) adminObjects(ctx context.Context, _ *struct{}) (*adminapi.Page[ObjectSummary], error) {
	h := tenant.From(ctx)
	totals, err := h.Records.Totals(ctx)
	if err != nil {
		return nil, err
	}
	now, out := h.Records.InForce(ctx), &adminapi.Page[ObjectSummary]{Items: []ObjectSummary{}}
	for _, t := range h.Records.Types(ctx) {
		out.Items = append(out.Items, summaryOf(now, t, totals))
	}
	slices.SortFunc(out.Items, func(a, b ObjectSummary) int {
		return strings.Compare(strings.ToLower(a.Object), strings.ToLower(b.Object))
	})
	return out, nil
}

func summaryOf(now record.InForce, t *record.Type, totals map[string]int64) ObjectSummary {
	d, _ := now.Definition(t.Object)
	out := ObjectSummary{Object: t.ID(), Set: t.Set, Label: d.Label, Plural: d.Plural, Owner: t.Owner, Custom: !now.Stock(t.Object), View: d.View != nil,
		Fields: len(t.Fields), Records: totals[t.Object]}
	if d.Private {
		out.Set = ""
	}
	if out.Label == "" {
		out.Label = t.Object
	}
	if out.Plural == "" {
		out.Plural = out.Label
	}
	if t.Base != nil {
		out.Extends = t.Base.ID()
	}
	for _, f := range d.Fields {
		if !f.Stock {
			out.Added++
		}
	}
	return out
}

// ObjectPath names a business object.
type ObjectPath struct {
	Object string `path:"object" maxLength:"122" doc:"Technical name; a # in it is %23, one at its end may be left out" example:"Incident"`
}

func unknownObject(name string) error {
	return fault.New(fault.NotFound, "object_unknown", "There is no business object %q.", name)
}

func (m *Module) adminObject(ctx context.Context, in *ObjectPath) (*ObjectDetail, error) {
	h := tenant.From(ctx)
	t, ok := h.Records.Type(ctx, in.Object)
	if !ok {
		return nil, unknownObject(in.Object)
	}
	totals, err := h.Records.Totals(ctx)
	if err != nil {
		return nil, err
	}
	now := h.Records.InForce(ctx)
	d, _ := now.Definition(t.Object)
	out := &ObjectDetail{ObjectSummary: summaryOf(now, t, totals), Tag: now.Tag(t.Object), Definition: shownAs[ObjectDefinition](d),
		Inherited: []ObjectField{}, Extensions: []string{}, Lists: []string{}}
	out.Definition.Object = t.ID()
	if out.Definition.Fields == nil {
		out.Definition.Fields = []ObjectField{}
	}
	if t.Base != nil {
		base, _ := now.Definition(t.Base.Object)
		out.Inherited = append(out.Inherited, shownAs[[]ObjectField](base.Fields)...)
	}
	for _, x := range t.Extensions {
		out.Extensions = append(out.Extensions, x.ID())
	}
	for _, f := range append(slices.Clone(out.Inherited), out.Definition.Fields...) {
		if f.List != "" && !slices.Contains(out.Lists, f.List) {
			out.Lists = append(out.Lists, f.List)
		}
	}
	adminapi.ETag(ctx, `"`+out.Tag+`"`)
	return out, nil
}

func (m *Module) adminCreateObject(ctx context.Context, in *struct{ Body ObjectDefinition }) (*ObjectDetail, error) {
	h := tenant.From(ctx)
	c, err := DefinitionFile{Objects: []ObjectDefinition{in.Body}}.catalogue()
	if err == nil {
		c.Objects[0].Extend = false
		_, err = h.Records.Edit(ctx, false, func(now record.InForce) (record.Catalogue, error) {
			if _, taken := now.Definition(c.Objects[0].Object); taken {
				return c, fault.New(fault.Conflict, "object_exists", "There is a business object %s already.", c.Objects[0].Object).WithField("object", "is taken")
			}
			return c, nil
		})
	}
	if err != nil {
		return nil, atPart(err, "/objects/0")
	}
	adminapi.Location(ctx, "/objects/"+url.PathEscape(strings.TrimSuffix(c.Objects[0].Object, "#")))
	return m.adminObject(ctx, &ObjectPath{c.Objects[0].Object})
}

func (m *Module) adminReplaceObject(ctx context.Context, in *struct {
	ObjectPath
	Versioned
	Body ObjectDefinition
}) (*ObjectDetail, error) {
	c, err := DefinitionFile{Objects: []ObjectDefinition{in.Body}}.catalogue()
	if err != nil {
		return nil, atPart(err, "/objects/0")
	}
	if record.ObjectID(strings.TrimSuffix(in.Object, "#")) != c.Objects[0].Object {
		return nil, fault.New(fault.Invalid, "object_other", "The definition is of %s and the address of %s.", c.Objects[0].Object, in.Object).WithField("object", "is another than that of the address")
	}
	return m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		*d = c.Objects[0]
		return nil
	})
}

// change changes the definition of an object: it is read, changed and applied without anybody in between.
func (m *Module) change(ctx context.Context, in ObjectPath, v Versioned, edit func(d *record.Definition) error) (*ObjectDetail, error) {
	_, err := tenant.From(ctx).Records.Edit(ctx, false, func(now record.InForce) (record.Catalogue, error) {
		d, ok := now.Definition(in.Object)
		if !ok {
			return record.Catalogue{}, unknownObject(in.Object)
		}
		if err := record.CheckTag(v.tag(), now.Tag(in.Object)); err != nil {
			return record.Catalogue{}, err
		}
		d.Fields = slices.Clone(d.Fields)
		d.Relationships = append([]record.Relationship{}, d.Relationships...)
		d.Searches, d.Actions = append([]record.SavedSearch{}, d.Searches...), append([]record.QuickAction{}, d.Actions...)
		err := edit(&d)
		return record.Catalogue{Objects: []record.Definition{d}}, err
	})
	if err != nil {
		return nil, atPart(err, "/objects/0")
	}
	return m.adminObject(ctx, &in)
}

// ObjectChanges are single keys of a definition.
type ObjectChanges struct {
	Label    *string           `json:"label,omitempty" maxLength:"200" example:"Agency"`
	Plural   *string           `json:"plural,omitempty" maxLength:"200" example:"Agencies"`
	Title    *string           `json:"title,omitempty" maxLength:"80" doc:"The field that names a record to people"`
	Private  *bool             `json:"private,omitempty" doc:"Has no set on the OData API"`
	Number   *ObjectNumber     `json:"number,omitempty"`
	Status   *ObjectStatus     `json:"status,omitempty" doc:"Replaces the whole rule"`
	Priority *ObjectPriority   `json:"priority,omitempty"`
	Aliases  map[string]string `json:"aliases,omitzero" doc:"Replace all aliases"`
	Indexes  [][]string        `json:"indexes,omitzero" maxItems:"32" doc:"Replace all indexes over several fields"`
	Unique   [][]string        `json:"unique,omitzero" maxItems:"32" doc:"Replace all unique combinations"`
}

func (m *Module) adminUpdateObject(ctx context.Context, in *struct {
	ObjectPath
	Versioned
	Body ObjectChanges
}) (*ObjectDetail, error) {
	b := in.Body
	if err := adminapi.CheckTexts(adminapi.Text{Field: "label", Value: b.Label, Name: true}, adminapi.Text{Field: "plural", Value: b.Plural, Name: true}); err != nil {
		return nil, err
	}
	return m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		for to, from := range map[*string]*string{&d.Label: b.Label, &d.Plural: b.Plural, &d.Title: b.Title} {
			if from != nil {
				*to = *from
			}
		}
		if b.Private != nil {
			d.Private = *b.Private
		}
		if b.Number != nil {
			d.Number = &record.NumberRule{Field: b.Number.Field, Start: b.Number.Start}
		}
		if b.Status != nil {
			d.Status = shownAs[*record.StatusRule](b.Status)
		}
		if b.Priority != nil {
			d.Matrix = &record.MatrixRule{Field: b.Priority.Field, Impact: b.Priority.Impact, Urgency: b.Priority.Urgency}
		}
		if b.Aliases != nil {
			d.Aliases = b.Aliases
		}
		if b.Indexes != nil {
			d.Indexes = b.Indexes
		}
		if b.Unique != nil {
			d.Unique = b.Unique
		}
		return nil
	})
}

func (m *Module) adminDeleteStatus(ctx context.Context, in *struct {
	ObjectPath
	Versioned
}) (*ObjectDetail, error) {
	return m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		d.Status = nil
		return nil
	})
}

func (m *Module) adminDeletePriority(ctx context.Context, in *struct {
	ObjectPath
	Versioned
}) (*ObjectDetail, error) {
	return m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		d.Matrix = nil
		return nil
	})
}

func (m *Module) adminDeleteObject(ctx context.Context, in *struct {
	ObjectPath
	Confirm string `query:"confirm" maxLength:"122" doc:"The object's name, such as Agency or Agency#" example:"Agency"`
}) (*adminapi.None, error) {
	h := tenant.From(ctx)
	t, ok := h.Records.Type(ctx, in.Object)
	if !ok {
		return nil, unknownObject(in.Object)
	}
	if strings.TrimSuffix(in.Confirm, "#") != t.Object && !h.Records.InForce(ctx).Stock(t.Object) {
		totals, err := h.Records.Totals(ctx)
		if err != nil {
			return nil, err
		}
		return nil, fault.New(fault.Invalid, "not_confirmed", "This deletes %s with %s, for good. Repeat it with confirm=%s.", t.ID(), plural(totals[t.Object], "record"),
			url.QueryEscape(t.Object)).WithField("confirm", "is not the name of the object")
	}
	err := h.Records.Remove(ctx, t.Object)
	if f := fault.Of(err); err != nil && strings.HasPrefix(f.Code, "object_") && f.Kind == fault.Invalid {
		conflict := *f
		conflict.Kind = fault.Conflict
		return nil, &conflict
	}
	return nil, err
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
