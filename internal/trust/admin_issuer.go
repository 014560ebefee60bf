package trust

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/trust/issuer"
)

func (m *Module) adminIssuers(api *adminapi.API) {
	api.Group("Token issuers", "Issuers such as Microsoft Entra ID whose tokens count here as the persons they are linked to.",
		adminapi.Op("GET /issuers", "list-issuers", "List token issuers", m.adminListIssuers),
		adminapi.Op("POST /issuers", "create-issuer", "Add a token issuer", m.adminCreateIssuer, adminapi.Grants(), adminapi.StepUp(), adminapi.Status(http.StatusCreated)),
		adminapi.Op("GET /issuers/{id}", "get-issuer", "Get a token issuer", m.adminGetIssuer),
		adminapi.Op("PATCH /issuers/{id}", "update-issuer", "Change a token issuer", m.adminUpdateIssuer, adminapi.Grants(), adminapi.StepUp()),
		adminapi.Op("DELETE /issuers/{id}", "delete-issuer", "Delete a token issuer and its links", m.adminDeleteIssuer, adminapi.StepUp()),
		adminapi.Op("POST /issuers/{id}/refresh", "refresh-issuer", "Fetch the keys of an issuer now", m.adminRefreshIssuer),
		adminapi.Op("GET /issuers/{id}/links", "list-issuer-links", "List who is linked", m.adminLinks),
		adminapi.Op("POST /issuers/{id}/links", "link-person", "Link a subject of the issuer to a person", m.adminLink, adminapi.Grants(), adminapi.StepUp(), adminapi.Status(http.StatusCreated)),
		adminapi.Op("DELETE /issuer-links/{id}", "unlink-person", "Remove a link", m.adminUnlink),
		adminapi.Op("POST /token-inspection", "inspect-token", "See at which of the ten steps a token fails", m.adminInspect,
			adminapi.Describe("Nothing of the token is stored.")),
	)
}

func (m *Module) adminListIssuers(ctx context.Context, in *adminapi.Paging) (*adminapi.Page[issuer.Issuer], error) {
	all, err := m.Issuers(tenant.From(ctx)).Issuers(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b issuer.Issuer) int { return strings.Compare(a.ID, b.ID) })
	return adminapi.PageOf(*in, all, func(i issuer.Issuer) string { return i.ID })
}

// NewIssuer is what a token issuer is made from.
type NewIssuer struct {
	Name        string   `json:"name" minLength:"1" maxLength:"200" example:"Entra ID"`
	Kind        string   `json:"kind" enum:"entra,oidc" doc:"entra: Microsoft Entra ID, both versions of its tokens; oidc: any issuer with a discovery document"`
	Issuer      string   `json:"issuer" minLength:"1" maxLength:"2000" doc:"Its address as in the claim iss; of Entra ID the id of the directory will do" example:"https://login.example.com"`
	Directories []string `json:"directories,omitempty" maxItems:"100" doc:"Entra ID behind a common address: ids of the directories whose tokens count"`
	Audiences   []string `json:"audiences" minItems:"1" maxItems:"100" doc:"The claim aud has to be one of these" example:"[\"api://provost\"]"`
	Clients     []string `json:"clients,omitempty" maxItems:"100" doc:"Client ids that may get tokens for us; none: any"`
	JWKSURI     string   `json:"jwks_uri,omitempty" maxLength:"2000" doc:"Address of its keys; left out: as its discovery document says"`
	Enabled     *bool    `json:"enabled,omitempty" doc:"Left out: on"`
}

func (m *Module) adminCreateIssuer(ctx context.Context, in *struct{ Body NewIssuer }) (*issuer.Issuer, error) {
	b := in.Body
	i, err := m.Issuers(tenant.From(ctx)).CreateIssuer(ctx, issuer.Spec{Name: b.Name, Kind: b.Kind, Issuer: b.Issuer, Directories: b.Directories,
		Audiences: b.Audiences, Clients: b.Clients, KeysURI: b.JWKSURI, Disabled: b.Enabled != nil && !*b.Enabled})
	adminapi.Location(ctx, "/issuers/"+i.ID)
	return &i, err
}

func (m *Module) adminGetIssuer(ctx context.Context, in *ByID) (*issuer.Issuer, error) {
	i, err := m.Issuers(tenant.From(ctx)).Issuer(ctx, in.ID)
	return &i, err
}

// IssuerChange says what to change of a token issuer; what is left out stays.
type IssuerChange struct {
	Name        *string   `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Directories *[]string `json:"directories,omitempty" maxItems:"100"`
	Audiences   *[]string `json:"audiences,omitempty" minItems:"1" maxItems:"100"`
	Clients     *[]string `json:"clients,omitempty" maxItems:"100"`
	JWKSURI     *string   `json:"jwks_uri,omitempty" maxLength:"2000"`
	Enabled     *bool     `json:"enabled,omitempty"`
}

func (m *Module) adminUpdateIssuer(ctx context.Context, in *struct {
	ByID
	Body IssuerChange
}) (*issuer.Issuer, error) {
	b := in.Body
	i, err := m.Issuers(tenant.From(ctx)).UpdateIssuer(ctx, in.ID, issuer.Change{Name: b.Name, Directories: b.Directories, Audiences: b.Audiences,
		Clients: b.Clients, KeysURI: b.JWKSURI, Enabled: b.Enabled})
	return &i, err
}

func (m *Module) adminDeleteIssuer(ctx context.Context, in *ByID) (*adminapi.None, error) {
	_, err := m.Issuers(tenant.From(ctx)).DeleteIssuer(ctx, in.ID)
	return nil, err
}

func (m *Module) adminRefreshIssuer(ctx context.Context, in *ByID) (*adminapi.Page[issuer.Keys], error) {
	keys, err := m.Issuers(tenant.From(ctx)).Refresh(ctx, in.ID)
	return &adminapi.Page[issuer.Keys]{Items: keys}, err
}

func (m *Module) adminLinks(ctx context.Context, in *struct {
	ByID
	adminapi.Paging
}) (*adminapi.Page[issuer.Link], error) {
	all, err := m.Issuers(tenant.From(ctx)).Links(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b issuer.Link) int { return strings.Compare(a.ID, b.ID) })
	return adminapi.PageOf(in.Paging, all, func(l issuer.Link) string { return l.ID })
}

// NewLink is what links a subject of an issuer to a person.
type NewLink struct {
	Claim     string `json:"claim" enum:"sub,oid" doc:"Which claim names the subject"`
	Subject   string `json:"subject" minLength:"1" maxLength:"255" doc:"Its value"`
	Directory string `json:"directory,omitempty" maxLength:"64" doc:"Id of the directory, where the issuer has several"`
	Person    string `json:"person" minLength:"1" maxLength:"255" doc:"Login or RecId of the employee" example:"amiller"`
}

func (m *Module) adminLink(ctx context.Context, in *struct {
	ByID
	Body NewLink
}) (*issuer.Link, error) {
	b := in.Body
	l, err := m.Issuers(tenant.From(ctx)).LinkPerson(ctx, in.ID, issuer.LinkSpec{Claim: b.Claim, Subject: b.Subject, Directory: b.Directory, Person: b.Person})
	return &l, err
}

func (m *Module) adminUnlink(ctx context.Context, in *ByID) (*adminapi.None, error) {
	_, err := m.Issuers(tenant.From(ctx)).UnlinkPerson(ctx, in.ID)
	return nil, err
}

func (m *Module) adminInspect(ctx context.Context, in *struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"16384" doc:"The token, without the word Bearer"`
	}
}) (*adminapi.Page[issuer.Step], error) {
	steps, err := m.Issuers(tenant.From(ctx)).Inspect(ctx, in.Body.Token)
	return &adminapi.Page[issuer.Step]{Items: steps}, err
}
