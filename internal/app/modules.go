package app

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/provost-itsm/provost/internal/desk"
	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/live"
	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/password"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/sysadmin"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/sso/federation"
	"github.com/provost-itsm/provost/internal/sso/provision"
	"github.com/provost-itsm/provost/internal/trust"
	"github.com/provost-itsm/provost/internal/trust/dataapi"
	"github.com/provost-itsm/provost/internal/trust/issuer"
)

// Modules are the domains. A domain is added in this file alone: a field here, its construction in build, its stock
// and rules in records, its routes in routes, its fixed path beginnings in families.
type Modules struct {
	People *people.Module
	Trust  *trust.Module
	SSO    *sso.Module
	Desk   *desk.Module

	Federation *federation.Module // identity providers
	Provision  *provision.Module  // people and groups over SCIM

	Admins   *sysadmin.Store // those who run the server
	Platform *sso.Platform   // how they sign in

	live   *live.Hub
	stock  []record.Stock
	owners map[string]record.Owner
}

// build makes the domains and hands each what it needs of the others.
func (a *App) build(demo bool) error {
	passwords := password.NewJudge(secret.NewPasswords(secret.PasswordLimits{}), a.Clock)
	a.People = people.New(people.Deps{Passwords: passwords, Clock: a.Clock, Logger: a.Log})
	private, err := a.Config.PrivateOutbound()
	if err != nil {
		return err
	}
	outside := outbound.New(outbound.Options{Private: private})
	a.Trust = trust.New(trust.Deps{People: a.People, System: a.SystemKeys(), Clock: a.Clock, Logger: a.Log, Outbound: outside})
	a.Desk = desk.New(desk.Deps{Authenticator: a.Trust, Credentials: a.Trust, Administrators: a.People, Clock: a.Clock, Logger: a.Log, Outbound: outside})
	a.live = live.New(live.Options{Sight: a.Desk, Clock: a.Clock, Logger: a.Log})
	a.SSO = sso.New(sso.Deps{People: a.People, Trust: a.Trust, Live: a.live, Notices: []notice.Source{a.Trust, a.Desk, mailNotices{a.Clock}}, Outbound: outside,
		Clock: a.Clock, Logger: a.Log})
	a.Admins = sysadmin.New(sysadmin.Options{Control: a.Control, Keys: a.Keys, Passwords: passwords, Address: a.platformAddress, Clock: a.Clock, Logger: a.Log})
	a.Platform = a.SSO.SetPlatform(a.Admins, demo)
	a.Federation = federation.New(federation.Deps{SignIn: a.SSO, People: a.People, Outbound: outside, Keys: a.providerKeys(outside), Clock: a.Clock, Logger: a.Log})
	a.SSO.SetFederation(a.Federation)
	a.Provision = provision.New(provision.Deps{People: a.People, Refusals: a.SSO, Clock: a.Clock, Logger: a.Log})
	a.Trust.SetBrowser(a.SSO)
	a.Trust.SetProvisioning(a.Provision)
	a.People.SetSessions(allSessions{a.Trust, a.SSO})
	a.People.SetEntry(a.SSO)
	a.People.SetSight(a.Desk)
	a.People.SetSignIns(a.SSO)
	a.People.SetEmailSources(a.Federation, a.Provision)

	catalogue, err := desk.Stock()
	if err != nil {
		return fmt.Errorf("read the desk's stock objects: %w", err)
	}
	a.stock = []record.Stock{
		{Domain: "people", Catalogue: people.Stock()},
		{Domain: "desk", Catalogue: catalogue},
	}
	a.owners = make(map[string]record.Owner)
	maps.Copy(a.owners, a.People.Owners())
	maps.Copy(a.owners, desk.Owners())
	a.Provision.Follow(a.owners)
	return nil
}

// providerKeys makes the key sets of OpenID providers, throttled as those of issuers of tokens are.
func (a *App) providerKeys(outside *outbound.Client) func(string) federation.KeySet {
	return func(address string) federation.KeySet {
		return issuer.NewKeySet(issuer.Origin{KeysURI: address}, outside, a.Clock, a.Log)
	}
}

// allSessions are the kinds of sessions that end with a person's account or password.
type allSessions []people.Sessions

// EndSessions ends those of every kind.
func (all allSessions) EndSessions(ctx context.Context, tx *db.Tx, personID, why string) error {
	for _, one := range all {
		if err := one.EndSessions(ctx, tx, personID, why); err != nil {
			return err
		}
	}
	return nil
}

// records opens the record engine of a tenant with the stock and the rules of all domains.
func (a *App) records(ctx context.Context, d *db.DB) (*record.Engine, error) {
	return record.Open(ctx, record.Options{DB: d, Clock: a.Clock, Stock: a.stock, Owners: a.owners, Logger: a.Log, Inspect: desk.Inspect})
}

// opened lets the domains complete a tenant that has just been opened. It is harmless on one that is complete.
func (a *App) opened(ctx context.Context, h *tenant.Handle) error {
	a.Desk.Webhooks.Watch(h)
	if err := a.People.Prepare(ctx, h); err != nil {
		return fmt.Errorf("prepare people: %w", err)
	}
	if err := a.Desk.Prepare(ctx, h); err != nil {
		return fmt.Errorf("prepare the desk: %w", err)
	}
	return nil
}

// routes mounts what belongs to tenants.
func (a *App) routes(mux *http.ServeMux, api *adminapi.API) {
	a.People.Routes(mux)
	a.Trust.Routes(mux)
	a.SSO.Routes(mux)
	a.Federation.Routes(mux)
	a.Provision.Routes(mux)
	a.Desk.Routes(mux)
	mountAdmin(mux, api)
	dataapi.New(dataapi.Deps{Authenticator: a.Trust, Clock: a.Clock, Logger: a.Log}).Routes(mux)
}

// platformRoutes mounts what belongs to no tenant: how those who run the server sign in, and what they do.
func (a *App) platformRoutes(mux *http.ServeMux, api *adminapi.API) {
	people.SetupRoutes(mux, func(*http.Request) (people.SetupPlace, error) {
		return people.SetupPlace{Name: "Provost", Use: a.Admins.UseLink, Enter: a.Platform.Enter}, nil
	})
	a.SSO.Routes(mux)
	a.Provision.Routes(mux)
	mountAdmin(mux, api)
}

// pathFamilies are all fixed beginnings of paths that match in any case.
func pathFamilies() []string {
	return slices.Concat(families, trust.Families(), sso.Families(), federation.Families(), provision.Families(), desk.Families())
}

// families are those of the desk, as in the original.
var families = []string{
	"/api/rest/authentication/login", "/api/rest/authentication/logout", "/api/rest/search/fulltext", "/api/rest/search", "/api/rest/attachment",
	"/api/rest/Template", "/api/rest/ServiceRequest",
	"/api/rest", "/api/odata/businessobject", "/api/odata", adminapi.Base,
	"/api/apigatewaydataservices/v1/devices", "/api/apigatewaydataservices/v1/devicesMetadata", "/api/apigatewaydataservices/v1/people",
}
