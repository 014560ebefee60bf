package trust

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Admin adds the operations on credentials to the administration API.
func (m *Module) Admin(api *adminapi.API) {
	m.adminRegistrations(api)
	m.adminIssuers(api)
	api.Group("API keys", "REST API keys with which programs act on behalf of an employee, and the groups that say in which roles and from where.",
		adminapi.Op("GET /key-groups", "list-key-groups", "List key groups", m.adminGroups),
		adminapi.Op("POST /key-groups", "create-key-group", "Create a key group", m.adminCreateGroup, adminapi.Grants(), adminapi.StepUp(), adminapi.Status(http.StatusCreated)),
		adminapi.Op("GET /key-groups/{id}", "get-key-group", "Get a key group", m.adminGroup),
		adminapi.Op("PUT /key-groups/{id}", "replace-key-group", "Change a key group", m.adminReplaceGroup, adminapi.Grants(), adminapi.StepUp(),
			adminapi.Describe("Its keys follow within two seconds.")),
		adminapi.Op("DELETE /key-groups/{id}", "delete-key-group", "Delete a key group that has no keys", m.adminDeleteGroup),
		adminapi.Op("GET /keys", "list-keys", "List REST API keys", m.adminKeys),
		adminapi.Op("POST /keys", "create-key", "Create a REST API key", m.adminCreateKey, adminapi.StepUp(), adminapi.Status(http.StatusCreated),
			adminapi.Describe("The key itself, which guides call the Reference ID, is in this answer alone.")),
		adminapi.Op("GET /keys/{id}", "get-key", "Get a REST API key", m.adminKey),
		adminapi.Op("PATCH /keys/{id}", "update-key", "Switch a REST API key on or off", m.adminUpdateKey, adminapi.StepUp(),
			adminapi.Describe("That of a disabled app registration stays off.")),
		adminapi.Op("DELETE /keys/{id}", "delete-key", "Delete a REST API key", m.adminDeleteKey),
		adminapi.Op("POST /keys/{id}/rotation", "rotate-key", "Replace a REST API key", m.adminRotateKey, adminapi.StepUp(), adminapi.Status(http.StatusCreated),
			adminapi.Describe("The new key has the settings of the old one, which goes on for the grace, and is as enabled. The new key is in this answer alone. One that has expired has no successor.")),
	)
	api.Group("Sessions", "Session keys of people who signed in with their own credentials.",
		adminapi.Op("GET /sessions", "list-sessions", "List sessions that have not ended", m.adminSessions),
		adminapi.Op("DELETE /sessions/{id}", "end-session", "End a session", m.adminEndSession),
	)
	api.Group("Signing keys", "The keys with which access tokens are signed.",
		adminapi.Op("GET /signing-keys", "list-signing-keys", "List signing keys", m.adminSigningKeys),
		adminapi.Op("POST /signing-keys", "rotate-signing-key", "Make the next signing key", m.adminRotateSigningKey, adminapi.Status(http.StatusNoContent),
			adminapi.Describe("It is published at once and signs from a day on, or with now from this moment.")),
		adminapi.Op("DELETE /signing-keys/{kid}", "drop-signing-key", "Drop a signing key that somebody else may have", m.adminDropSigningKey,
			adminapi.Describe("Whatever it signed is dead within five seconds. Another one signs from now on.")),
		adminapi.Op("GET /scopes", "list-scopes", "List the scopes of tokens", m.adminScopes),
	)
}

// KeyGroupSpec is what a key group may be.
type KeyGroupSpec struct {
	Name        string   `json:"name" minLength:"1" maxLength:"200" doc:"Name, once in the tenant" example:"Monitoring"`
	Description string   `json:"description,omitempty" maxLength:"200"`
	Roles       []string `json:"roles" minItems:"1" maxItems:"200" doc:"Roles its keys may act in; * is every role" example:"[\"ServiceDeskAnalyst\"]"`
	CIDRs       []string `json:"cidrs,omitempty" maxItems:"100" doc:"Networks its keys may be used from; none: from anywhere" example:"[\"192.0.2.0/24\"]"`
	Enabled     *bool    `json:"enabled,omitempty" doc:"Off: none of its keys counts; left out: as it is, and on for a new one"`
}

func (m *Module) adminGroups(ctx context.Context, in *adminapi.Paging) (*adminapi.Page[Group], error) {
	groups, err := m.Groups(ctx, tenant.From(ctx))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(groups, func(a, b Group) int { return strings.Compare(a.ID, b.ID) })
	return adminapi.PageOf(*in, groups, func(g Group) string { return g.ID })
}

// ByID names one in the path.
type ByID struct {
	ID string `path:"id" maxLength:"128" doc:"Its id"`
}

func (m *Module) adminGroup(ctx context.Context, in *ByID) (*Group, error) {
	g, err := groupByID(ctx, tenant.From(ctx).DB, in.ID)
	return &g, err
}

func (m *Module) adminCreateGroup(ctx context.Context, in *struct{ Body KeyGroupSpec }) (*Group, error) {
	b := in.Body
	h := tenant.From(ctx)
	g, err := m.CreateGroup(ctx, h, Group{Name: b.Name, Description: b.Description, Roles: b.Roles, CIDRs: b.CIDRs})
	if err == nil && b.Enabled != nil && !*b.Enabled {
		g.Enabled = false
		g, err = m.UpdateGroup(ctx, h, g)
	}
	adminapi.Location(ctx, "/key-groups/"+g.ID)
	return &g, err
}

func (m *Module) adminReplaceGroup(ctx context.Context, in *struct {
	ByID
	Body KeyGroupSpec
}) (*Group, error) {
	h := tenant.From(ctx)
	g, err := groupByID(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if g.Name, g.Description, g.Roles, g.CIDRs = b.Name, b.Description, b.Roles, b.CIDRs; b.Enabled != nil {
		g.Enabled = *b.Enabled
	}
	g, err = m.UpdateGroup(ctx, h, g)
	return &g, err
}

func (m *Module) adminDeleteGroup(ctx context.Context, in *ByID) (*adminapi.None, error) {
	return nil, m.DeleteGroup(ctx, tenant.From(ctx), in.ID)
}

type keysQuery struct {
	adminapi.Paging
	Group  string `query:"group" maxLength:"200" doc:"Only those of the group of this name"`
	Person string `query:"on_behalf_of" maxLength:"64" doc:"Only those that act for the person with this RecId"`
	Role   string `query:"role" maxLength:"64" doc:"Only those that act in this role, in any case"`
}

func (m *Module) adminKeys(ctx context.Context, in *keysQuery) (*adminapi.Page[Key], error) {
	keys, err := m.Keys(ctx, tenant.From(ctx))
	if err != nil {
		return nil, err
	}
	if in.Group != "" {
		keys = slices.DeleteFunc(keys, func(k Key) bool { return !strings.EqualFold(k.Group, in.Group) })
	}
	keys = slices.DeleteFunc(keys, func(k Key) bool { return !actsAs(k.Person, k.Role, in.Person, in.Role) })
	slices.SortFunc(keys, func(a, b Key) int { return strings.Compare(a.ID, b.ID) })
	return adminapi.PageOf(in.Paging, keys, func(k Key) string { return k.ID })
}

// actsAs reports whether what acts for a person in a role is among those wanted; "" wants any.
func actsAs(person, role, wantedPerson, wantedRole string) bool {
	return (wantedPerson == "" || strings.EqualFold(person, wantedPerson)) && (wantedRole == "" || strings.EqualFold(role, wantedRole))
}

func (m *Module) adminKey(ctx context.Context, in *ByID) (*Key, error) {
	k, err := keyByID(ctx, tenant.From(ctx).DB, in.ID)
	return &k, err
}

// NewKey is what a REST API key is made from.
type NewKey struct {
	Group       string     `json:"group,omitempty" maxLength:"200" doc:"Name of its group; left out: Default"`
	Description string     `json:"description,omitempty" maxLength:"200" doc:"What it is for" example:"Centreon, Frankfurt"`
	OnBehalfOf  string     `json:"on_behalf_of,omitempty" maxLength:"255" doc:"Login or RecId of the employee it acts for; left out: the one a registration that asks acts for, else the built-in one"`
	Role        string     `json:"role" minLength:"1" maxLength:"64" doc:"The one role it acts in" example:"ServiceDeskAnalyst"`
	CIDRs       []string   `json:"cidrs,omitempty" maxItems:"100" doc:"Networks it may be used from, besides those of its group"`
	Expires     *time.Time `json:"expires_at,omitempty" doc:"Left out: never"`
	Legacy      bool       `json:"legacy,omitempty" doc:"32 hex digits, for tools that check the length"`
	Key         string     `json:"key,omitempty" maxLength:"100" doc:"An existing key to take over, once, while moving from another product"`
}

func (m *Module) adminCreateKey(ctx context.Context, in *struct{ Body NewKey }) (*Issued, error) {
	b := in.Body
	s := KeySpec{Group: b.Group, Description: b.Description, OnBehalfOf: b.OnBehalfOf, Role: b.Role, CIDRs: b.CIDRs, Legacy: b.Legacy, Secret: b.Key}
	if b.Expires != nil {
		s.Expires = *b.Expires
	}
	h := tenant.From(ctx)
	if err := m.plane(h).mayGrant(ctx, nil, b.Role); err != nil {
		return nil, err
	}
	k, err := m.CreateKey(ctx, h, s)
	adminapi.Location(ctx, "/keys/"+k.ID)
	return &k, err
}

func (m *Module) adminUpdateKey(ctx context.Context, in *struct {
	ByID
	Body struct {
		Enabled bool `json:"enabled" doc:"Whether it counts"`
	}
}) (*Key, error) {
	h := tenant.From(ctx)
	if err := m.EnableKey(ctx, h, in.ID, in.Body.Enabled); err != nil {
		return nil, err
	}
	return m.adminKey(ctx, &in.ByID)
}

func (m *Module) adminDeleteKey(ctx context.Context, in *ByID) (*adminapi.None, error) {
	return nil, m.DeleteKey(ctx, tenant.From(ctx), in.ID)
}

// Grace says how long what is replaced goes on.
type Grace struct {
	GraceSeconds int64 `json:"grace_seconds" minimum:"0" maximum:"7776000" default:"604800" doc:"For how long the old one goes on; 0: it ends at once"`
}

func (g Grace) duration() time.Duration { return time.Duration(g.GraceSeconds) * time.Second }

func (m *Module) adminRotateKey(ctx context.Context, in *struct {
	ByID
	Body Grace
}) (*Issued, error) {
	h := tenant.From(ctx)
	old, err := keyByID(ctx, h.DB, in.ID)
	if err == nil {
		err = m.plane(h).mayGrant(ctx, nil, old.Role) // who gets the key can use it
	}
	if err != nil {
		return nil, err
	}
	k, err := m.RotateKey(ctx, h, in.ID, in.Body.duration())
	adminapi.Location(ctx, "/keys/"+k.ID)
	return &k, err
}

type sessionsQuery struct {
	adminapi.Paging
	Person string `query:"person" maxLength:"64" doc:"Only those of the person with this RecId"`
}

func (m *Module) adminSessions(ctx context.Context, in *sessionsQuery) (*adminapi.Page[Session], error) {
	sessions, err := m.Sessions(ctx, tenant.From(ctx), in.Person)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(sessions, func(a, b Session) int { return strings.Compare(a.ID, b.ID) })
	return adminapi.PageOf(in.Paging, sessions, func(s Session) string { return s.ID })
}

func (m *Module) adminEndSession(ctx context.Context, in *ByID) (*adminapi.None, error) {
	return nil, m.EndSession(ctx, tenant.From(ctx), in.ID, "administrator")
}

func (m *Module) adminSigningKeys(ctx context.Context, _ *struct{}) (*adminapi.Page[SigningKey], error) {
	keys, err := m.SigningKeys(ctx, tenant.From(ctx))
	return &adminapi.Page[SigningKey]{Items: keys}, err
}

func (m *Module) adminRotateSigningKey(ctx context.Context, in *struct {
	Body struct {
		Alg string `json:"alg" enum:"ES256,EdDSA,RS256" default:"ES256" doc:"Algorithm it signs with"`
		Now bool   `json:"now,omitempty" doc:"It signs from this moment, without the day in which others learn of it"`
	}
}) (*adminapi.None, error) {
	return nil, m.RotateSigningKey(ctx, tenant.From(ctx), in.Body.Alg, in.Body.Now)
}

func (m *Module) adminDropSigningKey(ctx context.Context, in *struct {
	KID string `path:"kid" maxLength:"128" doc:"Thumbprint of the key"`
}) (*adminapi.None, error) {
	return nil, m.DropSigningKey(ctx, tenant.From(ctx), in.KID)
}

func (m *Module) adminScopes(context.Context, *struct{}) (*adminapi.Page[principal.Scope], error) {
	return &adminapi.Page[principal.Scope]{Items: principal.Scopes()}, nil
}
