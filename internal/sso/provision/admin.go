package provision

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Admin adds the operations of this package.
func (m *Module) Admin(api *adminapi.API) {
	grants, stepUp := adminapi.Grants(), adminapi.StepUp()
	api.Group("Provisioning", "People and groups that an identity provider keeps over SCIM 2.0: its tokens, and the roles that its groups give.",
		adminapi.Op("GET /scim", "get-scim", "Show where SCIM is served, and how many it keeps", m.adminSummary),
		adminapi.Op("GET /scim/tokens", "list-scim-tokens", "List the tokens for provisioning", m.adminTokens),
		adminapi.Op("POST /scim/tokens", "create-scim-token", "Make a token for provisioning", m.adminCreateToken, grants, stepUp, adminapi.Status(http.StatusCreated),
			adminapi.Describe("The token is in this answer and nowhere else. It opens /scim/v2 and nothing more. Two count at once, so that one can take the place of the other.")),
		adminapi.Op("DELETE /scim/tokens/{id}", "delete-scim-token", "Delete a token for provisioning", m.adminDeleteToken, stepUp),
		adminapi.Op("GET /scim/policy", "get-scim-policy", "What becomes of people whom an identity provider removes, and with whom they sign in", m.adminPolicy),
		adminapi.Op("PUT /scim/policy", "set-scim-policy", "Say what becomes of people whom an identity provider removes, and with whom they sign in", m.adminSetPolicy, grants, stepUp,
			adminapi.Describe("It counts from the next removal and sign-in on. What was erased does not come back.")),
		adminapi.Op("GET /scim/groups", "list-scim-groups", "List provisioned groups and the roles they give", m.adminGroups),
		adminapi.Op("PUT /scim/groups/{id}/role", "set-scim-group-role", "Set the role that the members of a group get", m.adminSetRole, grants, stepUp,
			adminapi.Describe("Those who are in it get it at once; who leaves loses it, unless it was given in another way too. A role that administers needs may_grant_admin.")),
		adminapi.Op("DELETE /scim/groups/{id}/role", "clear-scim-group-role", "Let a group give no role any more", m.adminClearRole, stepUp,
			adminapi.Describe("What it gave is taken back.")),
	)
}

func (m *Module) adminSummary(ctx context.Context, _ *adminapi.None) (*Summary, error) {
	out, err := m.Summary(ctx, tenant.From(ctx))
	return &out, err
}

func (m *Module) adminTokens(ctx context.Context, in *adminapi.Paging) (*adminapi.Page[Token], error) {
	all, err := m.Tokens(ctx, tenant.From(ctx))
	if err != nil {
		return nil, err
	}
	return adminapi.PageOf(*in, all, func(t Token) string { return t.ID })
}

func (m *Module) adminCreateToken(ctx context.Context, in *struct {
	Body struct {
		Label     string `json:"label" minLength:"1" maxLength:"100" doc:"What it is for" example:"Entra ID"`
		ExpiresIn int    `json:"expires_in_days,omitempty" minimum:"1" maximum:"1830" doc:"It does not count any more after so many days; left out, it does not expire" example:"365"`
	}
}) (*NewToken, error) {
	made, err := m.CreateToken(ctx, tenant.From(ctx), in.Body.Label, time.Duration(in.Body.ExpiresIn)*24*time.Hour)
	if err != nil {
		return nil, err
	}
	adminapi.Location(ctx, "/scim/tokens/"+made.ID)
	return &made, nil
}

func (m *Module) adminDeleteToken(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the token"`
}) (*adminapi.None, error) {
	return nil, m.DeleteToken(ctx, tenant.From(ctx), in.ID)
}

func (m *Module) adminPolicy(ctx context.Context, _ *struct{}) (*Policy, error) {
	p := m.Policy(ctx, tenant.From(ctx))
	return &p, nil
}

func (m *Module) adminSetPolicy(ctx context.Context, in *struct{ Body Policy }) (*Policy, error) {
	if err := m.SetPolicy(ctx, tenant.From(ctx), in.Body); err != nil {
		return nil, err
	}
	return m.adminPolicy(ctx, nil)
}

func (m *Module) adminGroups(ctx context.Context, in *adminapi.Paging) (*adminapi.Page[GroupWithRole], error) {
	all, err := m.GroupsWithRoles(ctx, tenant.From(ctx))
	if err != nil {
		return nil, err
	}
	return adminapi.PageOf(*in, all, func(g GroupWithRole) string { return g.ID })
}

// GroupPath names a provisioned group.
type GroupPath struct {
	ID string `path:"id" pattern:"^[0-9A-Fa-f]{32}$" doc:"RecId of the group" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
}

func (m *Module) adminSetRole(ctx context.Context, in *struct {
	GroupPath
	Body struct {
		Role          string `json:"role" minLength:"1" maxLength:"64" doc:"In any case" example:"ServiceDeskAnalyst"`
		MayGrantAdmin bool   `json:"may_grant_admin,omitempty" doc:"The role may be one that administers"`
	}
}) (*GroupWithRole, error) {
	out, err := m.SetGroupRole(ctx, tenant.From(ctx), strings.ToUpper(in.ID), in.Body.Role, in.Body.MayGrantAdmin)
	return &out, err
}

func (m *Module) adminClearRole(ctx context.Context, in *GroupPath) (*GroupWithRole, error) {
	out, err := m.SetGroupRole(ctx, tenant.From(ctx), strings.ToUpper(in.ID), "", false)
	return &out, err
}
