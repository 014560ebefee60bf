package app

import (
	"context"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func (a *App) rightsOfRole(ctx context.Context, in *RolePath) (*people.RightsOfRole, error) {
	h := tenant.From(ctx)
	book := h.Roles()
	r, err := in.known(book)
	if err != nil {
		return nil, err
	}
	return shownRights(ctx, h, book, r), nil
}

func (a *App) previewRole(ctx context.Context, in *struct {
	RolePath
	Body RoleDefinition
}) (*people.RightsOfRole, error) {
	r, err := in.Body.role(in.Name)
	if err == nil {
		err = in.Body.check()
	}
	if err != nil {
		return nil, err
	}
	h := tenant.From(ctx)
	book, err := a.Desk.PreviewRole(ctx, h, r)
	if err != nil {
		return nil, err
	}
	return shownRights(ctx, h, book, r), nil
}

func shownRights(ctx context.Context, h *tenant.Handle, book *role.Book, r role.Role) *people.RightsOfRole {
	out := people.Rights(ctx, h, book, people.HeldRole{Name: r.Name, Label: r.Label})
	return &out
}

// RoleObject is an object that rights may name.
type RoleObject struct {
	Object  string `json:"object" example:"Task#Assignment"`
	Label   string `json:"label,omitempty" example:"Assignment"`
	Extends string `json:"extends,omitempty" doc:"The object it is an extension of: its rights count where this one has no entry" example:"Task"`
	View    bool   `json:"view" doc:"Shows the records of other objects; nothing is written through it"`
}

// RoleObjectFields are the fields of an object.
type RoleObjectFields struct {
	RoleObject
	Fields []RoleField `json:"fields" doc:"By name"`
}

// RoleField is a field that a role may hide or keep from writing.
type RoleField struct {
	Name  string `json:"name" example:"Priority"`
	Label string `json:"label,omitempty" example:"Priority"`
}

func roleObject(t *record.Type) RoleObject {
	out := RoleObject{Object: t.Object, Label: t.Definition.Label, View: t.Sources() != nil}
	if t.Base != nil {
		out.Extends = t.Base.Object
	}
	return out
}

func (a *App) roleObjects(ctx context.Context, in *struct{ adminapi.Paging }) (*adminapi.Page[RoleObject], error) {
	all := []RoleObject{}
	for _, t := range tenant.From(ctx).Records.Types(ctx) {
		all = append(all, roleObject(t))
	}
	slices.SortFunc(all, func(x, y RoleObject) int { return strings.Compare(x.Object, y.Object) })
	return adminapi.PageOf(in.Paging, all, func(o RoleObject) string { return o.Object })
}

func (a *App) roleObject(ctx context.Context, in *struct {
	Object string `path:"object" maxLength:"201" doc:"Name of the object, in any case" example:"Incident"`
}) (*RoleObjectFields, error) {
	t, ok := tenant.From(ctx).Records.Type(ctx, strings.TrimSuffix(in.Object, "#"))
	if !ok {
		return nil, fault.New(fault.NotFound, "object_unknown", "There is no business object %s.", in.Object)
	}
	out := &RoleObjectFields{RoleObject: roleObject(t), Fields: []RoleField{}}
	for _, f := range t.Fields {
		switch {
		case f.Part == record.Plain && f.Def != nil:
			out.Fields = append(out.Fields, RoleField{f.Name, f.Def.Label})
		case f.Part == record.Kept && f.Name != "RecId":
			out.Fields = append(out.Fields, RoleField{Name: f.Name})
		}
	}
	slices.SortFunc(out.Fields, func(x, y RoleField) int { return strings.Compare(x.Name, y.Name) })
	return out, nil
}
