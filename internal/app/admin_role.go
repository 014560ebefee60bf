package app

import (
	"context"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// adminRoles adds the operations on roles.
func (a *App) adminRoles(api *adminapi.API) {
	api.Group("Roles", "Roles as data: what somebody who acts in one may do with the records of each object.",
		adminapi.Op("GET /roles", "list-roles", "List roles", a.listRoles, adminapi.Describe("In order of their names.")),
		adminapi.Op("GET /roles/{name}", "get-role", "Get a role with its rights", a.getRole),
		adminapi.Op("GET /roles/{name}/rights", "get-rights-of-role", "See what a role allows, with all it includes", a.rightsOfRole),
		adminapi.Op("POST /roles/{name}/preview", "preview-role", "See what a role would allow if it were defined so", a.previewRole,
			adminapi.Describe("Nothing is stored. What put-role would refuse of the definition is refused.")),
		adminapi.Op("GET /role-objects", "list-role-objects", "List the objects that rights may name", a.roleObjects),
		adminapi.Op("GET /role-objects/{object}", "get-role-object", "List the fields of an object that a role may hide or keep from writing", a.roleObject),
		adminapi.Op("PUT /roles/{name}", "put-role", "Make a role, or replace its definition", a.putRole, adminapi.Grants(), adminapi.StepUp(),
			adminapi.Describe("Objects and fields have to exist. Admin and InternalServices cannot be changed. With If-None-Match: * a role is made and none replaced. "+
				"What would leave nobody to administer the tenant is refused.")),
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
	Administers bool     `json:"administers" doc:"Administers the tenant, by itself or by a role that it includes"`
	Builtin     bool     `json:"builtin" doc:"Came with the program"`
	Fixed       bool     `json:"fixed" doc:"Cannot be changed"`
	People      int64    `json:"people" doc:"How many people were given it"`
}

// RoleDetail is a role with its rights.
type RoleDetail struct {
	RoleSummary
	Rights        map[string]RoleRight `json:"rights" doc:"By object; * stands for all that are not named"`
	Closure       []string             `json:"closure" doc:"The role and all it includes, directly or not"`
	IncludedBy    []string             `json:"included_by" doc:"Roles that name this one in what they include"`
	Keys          int64                `json:"keys" doc:"How many REST API keys act in it"`
	Registrations int64                `json:"registrations" doc:"How many app registrations act in it"`
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

func roleSummary(book *role.Book, r role.Role, people int64) RoleSummary {
	administers := book.Admin(&principal.Principal{Role: r.Name})
	return RoleSummary{r.Name, r.Label, r.Description, append([]string{}, r.Includes...), r.Admin, administers, r.Builtin, r.Fixed(), people}
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
	h := tenant.From(ctx)
	people, err := role.Store{}.Counts(ctx, h.DB)
	if err != nil {
		return nil, err
	}
	all := []RoleSummary{}
	for _, r := range h.Roles().Roles() {
		all = append(all, roleSummary(h.Roles(), r, people[r.Name]))
	}
	return adminapi.PageOf(in.Paging, all, func(r RoleSummary) string { return r.Name })
}

// RolePath names a role.
type RolePath struct {
	Name string `path:"name" maxLength:"64" doc:"Name of the role, in any case" example:"ServiceDeskAnalyst"`
}

// known finds the role of a path.
func (in *RolePath) known(book *role.Book) (role.Role, error) {
	name, ok := book.Canonical(in.Name)
	if !ok {
		return role.Role{}, fault.New(fault.NotFound, "role_unknown", "There is no role %q.", in.Name)
	}
	r, _ := book.Role(name)
	return r, nil
}

func (a *App) getRole(ctx context.Context, in *RolePath) (*RoleDetail, error) {
	h := tenant.From(ctx)
	book := h.Roles()
	r, err := in.known(book)
	if err != nil {
		return nil, err
	}
	people, err := role.Store{}.Counts(ctx, h.DB)
	if err != nil {
		return nil, err
	}
	out := &RoleDetail{
		RoleSummary: roleSummary(book, r, people[r.Name]), Rights: map[string]RoleRight{}, Closure: append([]string{}, book.Closure(r.Name)...),
		IncludedBy: append([]string{}, book.Includers(r.Name)...),
	}
	for object, right := range r.Rights {
		out.Rights[object] = RoleRight{right.Read.String(), right.Create, right.Update, right.Delete, right.Hidden, right.ReadOnly}
	}
	out.Keys, out.Registrations, err = a.Desk.RoleUse(ctx, h.DB, r.Name)
	adminapi.ETag(ctx, `"`+r.Tag()+`"`)
	return out, err
}

// only says which definition a role has to have for a change, or that there has to be none.
type only struct{ match, noneMatch string }

// refuse refuses a role that is not the one expected; nil is none.
func (o only) refuse(stored *role.Role) error {
	if o.noneMatch != "" && stored != nil {
		return fault.New(fault.PreconditionFailed, "role_exists", "There is a role %s already.", stored.Name).WithField("name", "There is a role %s already.", stored.Name)
	}
	if o.match == "" || stored != nil && (o.match == "*" || strings.Contains(o.match, `"`+stored.Tag()+`"`)) {
		return nil
	}
	return fault.New(fault.PreconditionFailed, "role_changed", "The role has been changed since it was read.")
}

func (a *App) putRole(ctx context.Context, in *struct {
	RolePath
	IfMatch     string `header:"If-Match" maxLength:"200" doc:"Entity tag of the role as it was read: another one is refused"`
	IfNoneMatch string `header:"If-None-Match" enum:"*" doc:"Make the role, and replace none"`
	Body        RoleDefinition
}) (*RoleDetail, error) {
	r, err := in.Body.role(in.Name)
	if err == nil {
		err = in.Body.check()
	}
	if err == nil {
		err = a.Desk.SaveRole(ctx, tenant.From(ctx), r, only{in.IfMatch, in.IfNoneMatch}.refuse)
	}
	if err != nil {
		return nil, err
	}
	return a.getRole(ctx, &in.RolePath)
}

// check refuses texts of a role that mislead who reads them.
func (d RoleDefinition) check() error {
	return adminapi.CheckTexts(adminapi.Text{Field: "label", Value: &d.Label, Name: true}, adminapi.Text{Field: "description", Value: &d.Description, Lines: true})
}

func (a *App) deleteRole(ctx context.Context, in *RolePath) (*adminapi.None, error) {
	h := tenant.From(ctx)
	r, err := in.known(h.Roles())
	if err != nil {
		return nil, err
	}
	return nil, a.Desk.RemoveRole(ctx, h, r.Name)
}
