package federation_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/sso/federation"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
	"github.com/provost-itsm/provost/internal/trust"
)

// fixture is a tenant whose people sign in by way of others, with a name service of its own.
type fixture struct {
	t          *testing.T
	ctx        context.Context
	clock      *clock.Manual
	h          *tenant.Handle
	federation *federation.Module
	people     *people.Module
	mux        http.Handler
	txt        map[string][]string // records by name
}

// LookupTXT is the name service.
func (f *fixture) LookupTXT(_ context.Context, name string) ([]string, error) {
	if found, ok := f.txt[name]; ok {
		return found, nil
	}
	return nil, errors.New("no such name")
}

// each runs a test on both engines. The deps are completed.
func each(t *testing.T, deps federation.Deps, test func(t *testing.T, f *fixture)) {
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, newFixture(t, dsn, deps)) })
}

func newFixture(t *testing.T, dsn string, deps federation.Deps) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), txt: map[string][]string{}, ctx: record.AsSystem(t.Context())}
	dir := t.TempDir()
	keys, err := secret.Open(filepath.Join(dir, "keys.json"), true)
	f.must(err)
	control, err := db.Open(f.ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
	f.must(err)
	t.Cleanup(func() { _ = control.Close() })

	persons := people.New(people.Deps{Clock: f.clock})
	plane := trust.New(trust.Deps{People: persons, Clock: f.clock})
	signIn := sso.New(sso.Deps{People: persons, Trust: plane, Clock: f.clock})
	deps.SignIn, deps.People, deps.Resolver, deps.Clock = signIn, persons, f, f.clock
	f.federation, f.people = federation.New(deps), persons
	signIn.SetFederation(f.federation)
	plane.SetBrowser(signIn)
	mux := http.NewServeMux()
	signIn.Routes(mux)
	f.federation.Routes(mux)
	f.mux = web.Arrive(nil, web.Headers(mux))

	registry, err := tenant.Open(f.ctx, tenant.Options{Control: control, ControlDSN: dsn, DataDir: dir, Keys: keys, Opened: persons.Prepare,
		Records: func(ctx context.Context, d *db.DB) (*record.Engine, error) {
			return record.Open(ctx, record.Options{DB: d, Clock: f.clock, Stock: []record.Stock{{Domain: "people", Catalogue: people.Stock()}}, Owners: persons.Owners()})
		}})
	f.must(err)
	info, err := registry.Create(f.ctx, tenant.New{Name: "one", Hosts: []string{"one.example.com"}, BaseURL: "https://one.example.com"})
	f.must(err)
	h, free, err := registry.Acquire(f.ctx, info.ID)
	f.must(err)
	t.Cleanup(func() {
		free()
		ctx := record.AsSystem(context.Background())
		if err := errors.Join(registry.Delete(ctx, info.ID), registry.Close(ctx)); err != nil {
			t.Errorf("delete the tenant: %v", err)
		}
	})
	f.h, f.ctx = h, tenant.With(f.ctx, h)
	return f
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// provider adds an OpenID provider.
func (f *fixture) provider(name, issuer string) *federation.Provider {
	f.t.Helper()
	p, err := f.federation.Create(f.ctx, f.h, federation.NewProvider{Kind: federation.KindOIDC, Preset: "other",
		Settings: federation.Settings{Name: name, Enabled: true, EntityID: issuer, ClientID: "provost"}})
	f.must(err)
	return p
}

// domain adds an e-mail domain, and proves it if asked to.
func (f *fixture) domain(name, provider string, proven bool) {
	f.t.Helper()
	d, err := f.federation.AddDomain(f.ctx, f.h, name)
	f.must(err)
	_, err = f.federation.AssignDomain(f.ctx, f.h, d.Domain, provider)
	f.must(err)
	if proven {
		f.txt[d.TXTName] = []string{d.TXTValue}
		_, err = f.federation.VerifyDomain(f.ctx, f.h, d.Domain)
		f.must(err)
	}
}

// send makes a request of a browser with cookies: "name=value".
func (f *fixture) send(method, path, form string, cookies ...string) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequest(method, "https://one.example.com"+path, strings.NewReader(form))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range cookies {
		r.Header.Add("Cookie", c)
	}
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, r.WithContext(tenant.With(r.Context(), f.h)))
	return w
}

// person makes somebody who has never signed in.
func (f *fixture) person(login string) string {
	f.t.Helper()
	made, err := f.people.CreatePerson(f.ctx, f.h, people.NewPerson{Login: login, Role: "SelfService", LastName: login})
	f.must(err)
	return made.RecID
}
