package sso

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/sysadmin"
)

// SystemRole is the one role of whoever runs the server.
const SystemRole = "SystemAdministrator"

// platformName is what the pages of the platform's host call it.
const platformName = "Provost"

// Platform is how those who run the server sign in, on the platform's own host: with the same pages, second factors and sessions as
// everybody else, kept in the control database.
type Platform struct {
	m      *Module
	admins *sysadmin.Store
	demo   bool
	seen   *memory
}

// SetPlatform names those who run the server, and returns how they sign in. demo says that their passwords are printed anyway. It is
// called once, before requests come.
func (m *Module) SetPlatform(admins *sysadmin.Store, demo bool) *Platform {
	m.platform = &Platform{m, admins, demo, &memory{seen: map[string]sight{}}}
	admins.SetSignIns(m.platform)
	return m.platform
}

type platformKey struct{}

// WithPlatform returns a context of a request to the platform's own host that names no tenant.
func WithPlatform(ctx context.Context) context.Context {
	return context.WithValue(ctx, platformKey{}, true)
}

func onPlatform(ctx context.Context) bool { return ctx.Value(platformKey{}) != nil }

// realm is the server as one.
func (p *Platform) realm() *realm {
	return &realm{Name: platformName, BaseURL: p.admins.Address(), Demo: p.demo, DB: p.admins.Control(), Keys: p.admins.Keys(),
		kind: principal.SystemSession, object: sysadmin.Object, seen: p.seen, directory: operators{p}}
}

// Authenticate says which system administrator the session cookie of a request to the platform's host belongs to, and whether there is
// one at all. Refusals are those of Module.Authenticate.
func (p *Platform) Authenticate(ctx context.Context, r *http.Request) (*principal.Principal, bool, error) {
	return p.m.authenticate(ctx, r, p.realm())
}

// Enter goes on with the sign-in of somebody who has just set a password with a link, and returns where the browser goes.
func (p *Platform) Enter(w http.ResponseWriter, r *http.Request, adminID string) (string, error) {
	return p.m.enter(r.Context(), w, r, p.realm(), adminID)
}

// EndSessions ends all sessions of an account, in the caller's transaction.
func (p *Platform) EndSessions(ctx context.Context, tx *db.Tx, adminID, why string) error {
	_, err := p.m.endAll(ctx, tx, sysadmin.Object, adminID, "", why)
	return err
}

// Forget removes all that is kept of an account that is deleted, in the caller's transaction.
func (p *Platform) Forget(_ context.Context, tx *db.Tx, adminID string) error {
	if _, err := tx.Exec(`DELETE FROM sso_preference WHERE person = $1`, adminID); err != nil {
		return err
	}
	return forgetFactors(tx, adminID)
}

// Sessions lists the sessions of an account that have not ended, or with an empty id of all, newest first.
func (p *Platform) Sessions(ctx context.Context, adminID string) ([]BrowserSession, error) {
	return p.m.sessions(ctx, p.realm(), adminID)
}

// EndSessionsOf ends the sessions of an account in the name of the context's principal, and counts them.
func (p *Platform) EndSessionsOf(ctx context.Context, adminID string) (n int64, err error) {
	err = p.admins.Control().Write(ctx, nil, func(tx *db.Tx) (err error) {
		n, err = p.m.endAll(ctx, tx, sysadmin.Object, adminID, "", whyAdministrator)
		return err
	})
	return n, err
}

// SecondFactor reports whether an account has one.
func (p *Platform) SecondFactor(ctx context.Context, adminID string) (bool, error) {
	f, err := factorsOf(ctx, p.admins.Control(), adminID)
	return f.any(), err
}

// ResetFactors removes the second factors of an account and ends its sessions, for whoever lost them.
func (p *Platform) ResetFactors(ctx context.Context, a sysadmin.Admin) error {
	return p.m.resetFactors(ctx, p.realm(), person{ID: a.ID, Login: a.Login})
}

// StepUp refuses a session as Module.StepUp does.
func (p *Platform) StepUp(ctx context.Context, who *principal.Principal) error {
	return p.m.stepUpIn(ctx, p.realm(), who)
}

// Sweep removes what is over.
func (p *Platform) Sweep(ctx context.Context) error { return p.m.sweep(ctx, p.realm()) }

// LastSignIn is when an account last signed in, as far as sessions are still known; nil for never.
func (p *Platform) LastSignIn(ctx context.Context, adminID string) (*time.Time, error) {
	var micros int64
	err := p.admins.Control().QueryRow(ctx, `SELECT COALESCE(MAX(began_at), 0) FROM sso_session WHERE person = $1`, adminID).Scan(&micros)
	if err != nil || micros == 0 {
		return nil, err
	}
	at := instant(micros)
	return &at, nil
}

// operators are those who run the server.
type operators struct{ p *Platform }

func operator(a sysadmin.Admin, found bool) person {
	if !found {
		return person{}
	}
	name := a.Name
	if name == "" {
		name = a.Login
	}
	return person{ID: a.ID, Login: a.Login, Name: name, Email: a.Email, Active: a.Active, Local: true}
}

func (o operators) person(ctx context.Context, id string) (person, error) {
	a, found, err := o.p.admins.ByID(ctx, id)
	return operator(a, found), err
}

func (o operators) verifyPassword(ctx context.Context, login, password string, from netip.Addr) (string, error) {
	return o.p.admins.VerifyPassword(ctx, login, password, from)
}

func (o operators) setPassword(ctx context.Context, id, password string) error {
	return o.p.admins.SetPassword(ctx, id, password)
}

func (operators) held(context.Context, string) ([]string, string, error) {
	return []string{SystemRole}, SystemRole, nil
}

func (operators) effective(_ []string, name string) bool { return name == SystemRole }

// setting is the standard: who runs the server needs a second factor, but in a demo.
func (operators) setting(_ context.Context, name string) string {
	if name == "sign_in.second_factor" {
		return "auto"
	}
	return ""
}

func (o operators) authenticate(ctx context.Context, r *http.Request) (*principal.Principal, error) {
	if r.Header["Authorization"] != nil { // which beats a cookie, and opens nothing here
		return nil, refused()
	}
	who, found, err := o.p.Authenticate(ctx, r)
	if err == nil && !found {
		err = fault.New(fault.Unauthenticated, "credential_missing", "Authentication required.")
	}
	return who, err
}

func (o operators) refused(object, credential string, from netip.Addr, reason string) {
	o.p.admins.Refused(object, credential, from, reason)
}

func (operators) describe(_ context.Context, _ *principal.Principal, out *Me) {
	out.Kind, out.Areas, out.Objects = "system", []string{"tenants"}, map[string]MeRights{}
}

func (operators) role(string) (string, Class) { return "System administrator", Administrator }

var _ sysadmin.SignIns = (*Platform)(nil)
