package sso

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// realm is where people sign in: a tenant or, for those who run the server, the server itself. Sessions, second factors and challenges
// stand in the same tables in both, each in the realm's own database, so that what opens one is unknown in every other.
type realm struct {
	ID      string // of the tenant; empty for the server itself
	Name    string
	BaseURL string // without a slash at the end
	Demo    bool
	DB      *db.DB
	Keys    *secret.Keys

	kind   principal.Kind // of who acts in its sessions
	object string         // what the audit trail calls its people
	mail   bool           // links to set a password can be sent
	seen   *memory
	directory
}

// directory is who there is in a realm, and what they may be and do there.
type directory interface {
	// person finds somebody by id; a zero one where there is nobody.
	person(ctx context.Context, id string) (person, error)

	// verifyPassword and setPassword are those of People.
	verifyPassword(ctx context.Context, login, password string, from netip.Addr) (id string, err error)
	setPassword(ctx context.Context, id, password string) error

	// held are the roles of somebody, with the one of a sign-in that names none; effective whether one of them makes name count.
	held(ctx context.Context, id string) (roles []string, standard string, err error)
	effective(held []string, name string) bool
	setting(ctx context.Context, name string) string

	// authenticate says who makes a request, whatever the credential is; refused sums what did not count.
	authenticate(ctx context.Context, r *http.Request) (*principal.Principal, error)
	refused(object, credential string, from netip.Addr, reason string)

	// describe completes what the web app needs to know; role says what people call a role, and which class it is of.
	describe(ctx context.Context, who *principal.Principal, out *Me)
	role(name string) (label string, class Class)
}

// class is that of a role.
func (r *realm) class(role string) Class {
	_, class := r.role(role)
	return class
}

type realmKey struct{ m *Module }

// realm is a tenant as one.
func (m *Module) realm(h *tenant.Handle) *realm {
	return h.Value(realmKey{m}, func() any {
		return &realm{ID: h.ID, Name: h.Name, BaseURL: h.BaseURL, Demo: h.Demo, DB: h.DB, Keys: h.Keys, kind: principal.Session, object: employeeObject, mail: true,
			seen: &memory{seen: map[string]sight{}}, directory: employees{m, h}}
	}).(*realm)
}

// at is the realm of a request: its tenant's, or on the platform's own host the server's.
func (m *Module) at(ctx context.Context) (*realm, error) {
	if h := tenant.From(ctx); h != nil {
		return m.realm(h), nil
	}
	if m.platform != nil && onPlatform(ctx) {
		return m.platform.realm(), nil
	}
	return nil, fault.New(fault.NotFound, "tenant_unknown", "No tenant is served under this host name.")
}

// employees are the people of a tenant.
type employees struct {
	m *Module
	h *tenant.Handle
}

func (e employees) person(ctx context.Context, id string) (person, error) {
	return personByID(ctx, e.h, id)
}

func (e employees) verifyPassword(ctx context.Context, login, password string, from netip.Addr) (string, error) {
	return e.m.people.VerifyPassword(ctx, e.h, login, password, from)
}

func (e employees) setPassword(ctx context.Context, id, password string) error {
	return e.m.people.SetPassword(ctx, e.h, id, password)
}

func (e employees) held(ctx context.Context, id string) ([]string, string, error) {
	return e.m.grants.Held(ctx, e.h.DB, id)
}

func (e employees) effective(held []string, name string) bool {
	return e.h.Roles().Has(name) && e.h.Roles().Effective(held, name)
}

func (e employees) setting(ctx context.Context, name string) string {
	return e.h.Records.Setting(ctx, name)
}

func (e employees) authenticate(ctx context.Context, r *http.Request) (*principal.Principal, error) {
	return e.m.trust.Authenticate(ctx, r, e.h)
}

func (e employees) refused(object, credential string, from netip.Addr, reason string) {
	e.m.trust.Refused(e.h, object, credential, from, reason)
}

func (e employees) describe(ctx context.Context, who *principal.Principal, out *Me) {
	out.Kind, out.Areas, out.Objects = "tenant", areas(e.h, who.Role), rights(ctx, e.h, who)
}

func (e employees) role(name string) (string, Class) {
	label := name
	if r, ok := e.h.Roles().Role(name); ok && r.Label != "" {
		label = r.Label
	}
	return label, classOf(e.h, name)
}
