package sso

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
	"github.com/provost-itsm/provost/internal/trust"
)

const password = "correct horse battery staple"

// fixture is two tenants as the program makes them of people, trust and sso, and two replicas that serve them.
type fixture struct {
	t        *testing.T
	clock    *clock.Manual
	ctx      context.Context
	one, two *tenant.Handle
	replicas [2]*replica
	ids      map[string]string // RecId by login, in tenant one
}

// replica is the modules of one process.
type replica struct {
	people *people.Module
	trust  *trust.Module
	sso    *Module
	mux    http.Handler
}

type bothSessions []people.Sessions

func (all bothSessions) EndSessions(ctx context.Context, tx *db.Tx, personID, why string) error {
	for _, one := range all {
		if err := one.EndSessions(ctx, tx, personID, why); err != nil {
			return err
		}
	}
	return nil
}

func newReplica(c clock.Clock) *replica {
	r := &replica{people: people.New(people.Deps{Clock: c})}
	r.trust = trust.New(trust.Deps{People: r.people, Clock: c})
	r.sso = New(Deps{People: r.people, Trust: r.trust, Clock: c})
	r.trust.SetBrowser(r.sso)
	r.people.SetSessions(bothSessions{r.trust, r.sso})
	r.people.SetEntry(r.sso)
	r.people.SetSignIns(r.sso)
	mux := http.NewServeMux()
	r.people.Routes(mux)
	r.trust.Routes(mux)
	r.sso.Routes(mux)
	api := adminapi.New(adminapi.Options{Authenticate: r.trust.Authenticate, StepUp: r.sso.StepUp})
	r.people.Admin(api)
	r.sso.Admin(api)
	mux.Handle("/api/admin/v1/", api)
	r.mux = web.Arrive(nil, web.Headers(mux))
	return r
}

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, newFixture(t, dsn, "https://one.example.com")) })
}

func newFixture(t *testing.T, dsn, base string) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), ids: map[string]string{}}
	f.ctx = record.AsSystem(t.Context())
	dir := t.TempDir()
	keys, err := secret.Open(filepath.Join(dir, "keys.json"), true)
	f.must(err)
	control, err := db.Open(f.ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
	f.must(err)
	t.Cleanup(func() { _ = control.Close() })
	f.replicas = [2]*replica{newReplica(f.clock), newReplica(f.clock)}
	owner := f.replicas[0].people
	registry, err := tenant.Open(f.ctx, tenant.Options{Control: control, ControlDSN: dsn, DataDir: dir, Keys: keys, Opened: owner.Prepare,
		Records: func(ctx context.Context, d *db.DB) (*record.Engine, error) {
			return record.Open(ctx, record.Options{DB: d, Clock: f.clock, Stock: []record.Stock{{Domain: "people", Catalogue: people.Stock()}}, Owners: owner.Owners()})
		}})
	f.must(err)
	var release []func()
	t.Cleanup(func() {
		for _, r := range release {
			r()
		}
		ctx := record.AsSystem(context.Background())
		for _, info := range registry.List() {
			if err := registry.Delete(ctx, info.ID); err != nil {
				t.Errorf("delete tenant: %v", err)
			}
		}
		if err := registry.Close(ctx); err != nil {
			t.Errorf("close tenants: %v", err)
		}
	})
	for i, h := range []**tenant.Handle{&f.one, &f.two} {
		name := []string{"one", "two"}[i]
		b := base
		if i == 1 {
			b = "https://two.example.com"
		}
		info, err := registry.Create(f.ctx, tenant.New{Name: name, Hosts: []string{name + ".example.com"}, BaseURL: b})
		f.must(err)
		var free func()
		*h, free, err = registry.Acquire(f.ctx, info.ID)
		f.must(err)
		release = append(release, free)
		f.must((*h).Records.SetSetting(f.ctx, "sign_in.second_factor", "off"))
	}
	f.person("ann", "ServiceDeskAnalyst", "SelfService")
	f.person("root", "Admin")
	f.person("sue", "SelfService")
	return f
}

// person makes somebody with a password in tenant one, and in tenant two.
func (f *fixture) person(login string, roles ...string) {
	f.t.Helper()
	p := f.replicas[0].people
	for _, h := range []*tenant.Handle{f.one, f.two} {
		ctx := tenant.With(f.ctx, h)
		made, err := p.CreatePerson(ctx, h, people.NewPerson{Login: login, Role: roles[0], LastName: login, Email: login + "@example.com"})
		f.must(err)
		for _, role := range roles[1:] {
			_, err := p.Grant(ctx, h, login, role, false)
			f.must(err)
		}
		f.must(p.SetPassword(ctx, h, made.RecID, password))
		if h == f.one {
			f.ids[login] = made.RecID
		}
	}
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// browser keeps cookies as a browser does.
type browser struct {
	f       *fixture
	h       *tenant.Handle // nil: the platform's host
	replica *replica
	cookies map[string]*http.Cookie
	header  map[string]string // sent with each request
	from    string            // address; empty: 192.0.2.7
}

func (f *fixture) browser() *browser {
	return &browser{f: f, h: f.one, replica: f.replicas[0], cookies: map[string]*http.Cookie{}, header: map[string]string{}}
}

// send makes a request: a body that begins with { is JSON, another a form.
func (b *browser) send(method, path, body string, header ...string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	host, within := "platform.example.com", WithPlatform
	if b.h != nil {
		host, within = b.h.Hosts[0], func(ctx context.Context) context.Context { return tenant.With(ctx, b.h) }
	}
	r := httptest.NewRequest(method, "https://"+host+path, strings.NewReader(body))
	r.RemoteAddr = "192.0.2.7:4711"
	if b.from != "" {
		r.RemoteAddr = b.from + ":4711"
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if body[0] == '{' || body[0] == '[' {
			r.Header.Set("Content-Type", "application/json")
		}
	}
	for _, c := range b.cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	for k, v := range b.header {
		r.Header.Set(k, v)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.replica.mux.ServeHTTP(w, r.WithContext(within(r.Context())))
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	return w
}

// want sends a request whose answer has to have a status.
func (b *browser) want(status int, method, path, body string, header ...string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	w := b.send(method, path, body, header...)
	if w.Code != status {
		b.f.t.Fatalf("%s %s: %d %.300s, want %d", method, path, w.Code, w.Body, status)
	}
	return w
}

// signIn posts the sign-in page's form.
func (b *browser) signIn(login, pass string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	return b.send(http.MethodPost, "/login", url.Values{"username": {login}, "password": {pass}}.Encode())
}

// enter signs in and has to succeed.
func (f *fixture) enter(login string) *browser {
	f.t.Helper()
	b := f.browser()
	if w := b.signIn(login, password); w.Code != http.StatusSeeOther {
		f.t.Fatalf("sign in as %s: %d %.400s", login, w.Code, w.Body)
	}
	return b
}

// me asks who is signed in.
func (b *browser) me() Me {
	b.f.t.Helper()
	var out Me
	b.f.must(json.Unmarshal(b.want(http.StatusOK, http.MethodGet, "/api/me", "").Body.Bytes(), &out))
	return out
}

// alive reports whether the browser is signed in.
func (b *browser) alive(header ...string) bool {
	b.f.t.Helper()
	w := b.send(http.MethodGet, "/api/me", "", header...)
	if w.Code != http.StatusOK && w.Code != http.StatusUnauthorized {
		b.f.t.Fatalf("GET /api/me: %d %.300s", w.Code, w.Body)
	}
	return w.Code == http.StatusOK
}

// sid is the value of the session cookie.
func (b *browser) sid() string {
	for _, name := range []string{"__Host-sid", "sid"} {
		if c := b.cookies[name]; c != nil {
			return c.Value
		}
	}
	return ""
}
