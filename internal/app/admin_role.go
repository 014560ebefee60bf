package app

import (
	"context"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// adminRoles adds the operations on roles.
func (a *App) adminRoles(api *adminapi.API) {
	api.Group("Roles", "Roles as data: what somebody who acts in one may do with the records of each object.",
		adminapi.Op("GET /roles", "list-roles", "List roles", a.listRoles, adminapi.Describe("In order of their names.")),
		adminapi.Op("GET /roles/{name}", "get-role", "Get a role with its rights", a.getRole),
		adminapi.Op("PUT /roles/{name}", "put-role", "Make a role, or replace its definition", a.putRole, adminapi.Grants(), adminapi.StepUp(),
			adminapi.Describe("Objects and fields have to exist. Admin and InternalServices cannot be changed.")),
		adminapi.Op("DELETE /roles/{name}", "delete-role", "Remove a role that nobody holds", a.deleteRole, adminapi.StepUp(),
			adminapi.Describe("Roles that came with the program stay.")),
	)
}

// RoleSummary is a role as lists show it.
type RoleSummary struct {
	Name        string   `json:"name" example:"ServiceDeskAnalyst"`
	Label       string   `json:"label,omitempty" example:"Service Desk Analyst"`
	Description string   `json:"description,omitempty"`
	Includes    []string `json:"includes" doc:"Roles whose rights this one has too; * stands for all"`
	Admin       bool     `json:"admin" doc:"Administers the tenant"`
	Builtin     bool     `json:"builtin" doc:"Came with the program"`
}

// RoleDetail is a role with its rights.
type RoleDetail struct {
	RoleSummary
	Rights map[string]RoleRight `json:"rights" doc:"By object; * stands for all that are not named"`
}

// RoleDefinition is what a role is made of.
type RoleDefinition struct {
	Label       string               `json:"label,omitempty" maxLength:"200" example:"Auditor"`
	Description string               `json:"description,omitempty" maxLength:"2000"`
	Includes    []string             `json:"includes,omitempty" maxItems:"200" doc:"Roles whose rights this one has too"`
	Rights      map[string]RoleRight `json:"rights,omitempty" doc:"By object, such as Incident or Task#Assignment; * stands for all that are not named"`
	Admin       bool                 `json:"admin,omitempty" doc:"Administers the tenant"`
}

// RoleRight is what a role may do with the records of an object.
type RoleRight struct {
	Read     string   `json:"read,omitempty" enum:"none,own,team,all" doc:"Which records may be read; updating and deleting extend to these" example:"team"`
	Create   bool     `json:"create,omitempty"`
	Update   bool     `json:"update,omitempty"`
	Delete   bool     `json:"delete,omitempty"`
	Hidden   []string `json:"hidden,omitempty" maxItems:"1000" doc:"Fields that are not there for the role"`
	ReadOnly []string `json:"read_only,omitempty" maxItems:"1000" doc:"Fields that are shown and not written"`
}

func roleSummary(r role.Role) RoleSummary {
	return RoleSummary{r.Name, r.Label, r.Description, append([]string{}, r.Includes...), r.Admin, r.Builtin}
}

func roleDetail(r role.Role) *RoleDetail {
	out := &RoleDetail{roleSummary(r), map[string]RoleRight{}}
	for object, right := range r.Rights {
		out.Rights[object] = RoleRight{right.Read.String(), right.Create, right.Update, right.Delete, right.Hidden, right.ReadOnly}
	}
	return out
}

func (d RoleDefinition) role(name string) (role.Role, error) {
	r := role.Role{Name: name, Label: d.Label, Description: d.Description, Includes: d.Includes, Admin: d.Admin, Rights: map[string]role.Right{}}
	for object, right := range d.Rights {
		var rows role.Rows
		if right.Read != "" {
			if err := rows.UnmarshalText([]byte(right.Read)); err != nil {
				return r, fault.New(fault.Invalid, "role_invalid", "The role cannot be stored.").WithField("rights."+object+".read", "%s", err.Error())
			}
		}
		r.Rights[object] = role.Right{Read: rows, Create: right.Create, Update: right.Update, Delete: right.Delete, Hidden: right.Hidden, ReadOnly: right.ReadOnly}
	}
	return r, nil
}

func (a *App) listRoles(ctx context.Context, in *struct{ adminapi.Paging }) (*adminapi.Page[RoleSummary], error) {
	all := []RoleSummary{}
	for _, r := range tenant.From(ctx).Roles().Roles() {
		all = append(all, roleSummary(r))
	}
	return adminapi.PageOf(in.Paging, all, func(r RoleSummary) string { return r.Name })
}

// RolePath names a role.
type RolePath struct {
	Name string `path:"name" maxLength:"64" doc:"Name of the role, in any case" example:"ServiceDeskAnalyst"`
}

func (a *App) getRole(ctx context.Context, in *RolePath) (*RoleDetail, error) {
	book := tenant.From(ctx).Roles()
	name, ok := book.Canonical(in.Name)
	if !ok {
		return nil, fault.New(fault.NotFound, "role_unknown", "There is no role %q.", in.Name)
	}
	r, _ := book.Role(name)
	return roleDetail(r), nil
}

func (a *App) putRole(ctx context.Context, in *struct {
	RolePath
	Body RoleDefinition
}) (*RoleDetail, error) {
	r, err := in.Body.role(in.Name)
	if err == nil {
		err = adminapi.CheckTexts(adminapi.Text{Field: "label", Value: &in.Body.Label, Name: true}, adminapi.Text{Field: "description", Value: &in.Body.Description, Lines: true})
	}
	if err != nil {
		return nil, err
	}
	if _, err := a.Desk.SaveRoles(ctx, tenant.From(ctx), []role.Role{r}); err != nil {
		return nil, err
	}
	return a.getRole(ctx, &in.RolePath)
}

func (a *App) deleteRole(ctx context.Context, in *RolePath) (*adminapi.None, error) {
	h := tenant.From(ctx)
	name, ok := h.Roles().Canonical(in.Name)
	if !ok {
		return nil, fault.New(fault.NotFound, "role_unknown", "There is no role %q.", in.Name)
	}
	return nil, a.Desk.RemoveRole(ctx, h, name)
}
