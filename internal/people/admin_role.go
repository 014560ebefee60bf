package people

import (
	"context"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// heldRoles lists the roles of a person, the default one first.
func (m *Module) heldRoles(ctx context.Context, h *tenant.Handle, person string) ([]HeldRole, error) {
	held, def, err := m.grants.Held(ctx, h.DB, person)
	if err != nil {
		return nil, err
	}
	out := make([]HeldRole, 0, len(held))
	for _, name := range held {
		r, _ := h.Roles().Role(name)
		out = append(out, HeldRole{Name: name, Label: r.Label, Default: name == def})
	}
	return out, nil
}

func (m *Module) adminHeld(ctx context.Context, in *PersonPath) (*adminapi.Page[HeldRole], error) {
	h := tenant.From(ctx)
	_, row, err := m.employee(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	roles, err := m.heldRoles(ctx, h, row.RecID)
	return &adminapi.Page[HeldRole]{Items: roles}, err
}

// RolePath names a role of a person.
type RolePath struct {
	PersonPath
	Role string `path:"role" maxLength:"64" doc:"Name of the role, in any case" example:"ServiceDeskAnalyst"`
}

// GrantBody says how a role is given.
type GrantBody struct {
	Default bool `json:"default,omitempty" doc:"Make it the role of a sign-in that names none"`
}

func (m *Module) adminGrant(ctx context.Context, in *struct {
	RolePath
	Body *GrantBody
}) (*adminapi.Page[HeldRole], error) {
	h := tenant.From(ctx)
	login, err := m.login(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, known := h.Roles().Canonical(in.Role); !known {
		return nil, fault.New(fault.NotFound, "role_unknown", "There is no role %q.", in.Role)
	}
	if _, err := m.Grant(ctx, h, login, in.Role, in.Body != nil && in.Body.Default); err != nil {
		return nil, err
	}
	return m.adminHeld(ctx, &in.PersonPath)
}

func (m *Module) adminRevoke(ctx context.Context, in *RolePath) (*adminapi.Page[HeldRole], error) {
	login, err := m.login(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := m.Revoke(ctx, tenant.From(ctx), login, in.Role, false); err != nil {
		return nil, err
	}
	return m.adminHeld(ctx, &in.PersonPath)
}

// RightsOfPerson is what a person may do. A session or key acts in one of the roles.
type RightsOfPerson struct {
	Active bool           `json:"active" doc:"Somebody who is not active may do nothing, whatever stands here"`
	Roles  []RightsOfRole `json:"roles" doc:"The default role first"`
}

// RightsOfRole is what a role allows, together with all it includes.
type RightsOfRole struct {
	Role     string           `json:"role" example:"ServiceDeskAnalyst"`
	Default  bool             `json:"default" doc:"The role of a sign-in that names none"`
	Admin    bool             `json:"admin" doc:"Administers the tenant"`
	Includes []string         `json:"includes" doc:"The role and all it includes, directly or not"`
	Objects  []RightsOnObject `json:"objects" doc:"Objects on which there is a right"`
}

// RightsOnObject is what may be done with the records of an object.
type RightsOnObject struct {
	Object   string   `json:"object" example:"Incident"`
	Read     string   `json:"read" enum:"none,own,team,all" doc:"Which records may be read"`
	Create   string   `json:"create" enum:"none,own,team,all"`
	Update   string   `json:"update" enum:"none,own,team,all"`
	Delete   string   `json:"delete" enum:"none,own,team,all"`
	Hidden   []string `json:"hidden,omitempty" doc:"Fields that are not there for the role"`
	ReadOnly []string `json:"read_only,omitempty" doc:"Fields that are shown and not written"`
}

func (m *Module) adminRights(ctx context.Context, in *PersonPath) (*RightsOfPerson, error) {
	h := tenant.From(ctx)
	_, row, err := m.employee(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	held, err := m.heldRoles(ctx, h, row.RecID)
	if err != nil {
		return nil, err
	}
	out := &RightsOfPerson{Active: active(row.Text("Status"), row.Bool("Disabled")), Roles: []RightsOfRole{}}
	for _, one := range held {
		out.Roles = append(out.Roles, Rights(ctx, h, h.Roles(), one))
	}
	return out, nil
}

// Rights are what a role of the book allows with each object of the tenant.
func Rights(ctx context.Context, h *tenant.Handle, book *role.Book, one HeldRole) RightsOfRole {
	who := &principal.Principal{Kind: principal.Session, Role: one.Name}
	out := RightsOfRole{Role: one.Name, Default: one.Default, Admin: book.Admin(who), Includes: append([]string{}, book.Closure(one.Name)...), Objects: []RightsOnObject{}}
	for _, t := range h.Records.Types(ctx) {
		r := RightsOnObject{Object: t.Object}
		any := false
		for access, into := range map[role.Access]*string{role.Read: &r.Read, role.Create: &r.Create, role.Update: &r.Update, role.Delete: &r.Delete} {
			rows := book.Ask(who, access, t.Object)
			*into, any = rows.String(), any || rows != role.NoRows
		}
		if any {
			r.Hidden, r.ReadOnly = withheld(book, who, t.Object)
			out.Objects = append(out.Objects, r)
		}
	}
	return out
}
