package provision_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/sso/provision"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
	"github.com/provost-itsm/provost/internal/trust"
)

const password = "correct horse battery staple"

// fixture is two tenants as the program makes them, served at one.example.com and two.example.com.
type fixture struct {
	t        *testing.T
	ctx      context.Context
	clock    *clock.Manual
	one, two *tenant.Handle
	people   *people.Module
	module   *provision.Module
	mux      http.Handler
	token    string // for provisioning tenant one
	cookies  map[string]*http.Cookie
}

type sessions []people.Sessions

func (all sessions) EndSessions(ctx context.Context, tx *db.Tx, personID, why string) error {
	for _, one := range all {
		if err := one.EndSessions(ctx, tx, personID, why); err != nil {
			return err
		}
	}
	return nil
}

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, newFixture(t, dsn)) })
}

func newFixture(t *testing.T, dsn string) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: clock.NewManual(time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC)), cookies: map[string]*http.Cookie{}}
	f.ctx = record.AsSystem(t.Context())
	dir := t.TempDir()
	keys, err := secret.Open(filepath.Join(dir, "keys.json"), true)
	f.must(err)
	control, err := db.Open(f.ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
	f.must(err)
	t.Cleanup(func() { _ = control.Close() })

	f.people = people.New(people.Deps{Clock: f.clock})
	tokens := trust.New(trust.Deps{People: f.people, Clock: f.clock})
	signIn := sso.New(sso.Deps{People: f.people, Trust: tokens, Clock: f.clock})
	tokens.SetBrowser(signIn)
	f.people.SetSessions(sessions{tokens, signIn})
	f.people.SetEntry(signIn)
	f.people.SetSignIns(signIn)
	f.module = provision.New(provision.Deps{People: f.people, Refusals: signIn, Clock: f.clock})
	owners := f.people.Owners()
	f.module.Follow(owners)
	mux := http.NewServeMux()
	f.people.Routes(mux)
	tokens.Routes(mux)
	signIn.Routes(mux)
	f.module.Routes(mux)
	api := adminapi.New(adminapi.Options{Authenticate: tokens.Authenticate, StepUp: signIn.StepUp})
	f.people.Admin(api)
	tokens.Admin(api)
	f.module.Admin(api)
	mux.Handle("/api/admin/v1/", api)
	f.mux = web.Arrive(nil, web.Fold(provision.Families(), web.Headers(mux)))

	registry, err := tenant.Open(f.ctx, tenant.Options{Control: control, ControlDSN: dsn, DataDir: dir, Keys: keys, Opened: f.people.Prepare,
		Records: func(ctx context.Context, d *db.DB) (*record.Engine, error) {
			return record.Open(ctx, record.Options{DB: d, Clock: f.clock, Stock: []record.Stock{{Domain: "people", Catalogue: people.Stock()}}, Owners: owners})
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
	for name, h := range map[string]**tenant.Handle{"one": &f.one, "two": &f.two} {
		info, err := registry.Create(f.ctx, tenant.New{Name: name, Hosts: []string{name + ".example.com"}, BaseURL: "https://" + name + ".example.com"})
		f.must(err)
		var free func()
		*h, free, err = registry.Acquire(f.ctx, info.ID)
		f.must(err)
		release = append(release, free)
		f.must((*h).Records.SetSetting(f.ctx, "sign_in.second_factor", "off"))
	}
	made, err := f.module.CreateToken(f.ctx, f.one, "Entra ID", 0)
	f.must(err)
	f.token = made.Secret
	return f
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// person makes somebody with a password in tenant one.
func (f *fixture) person(login, role string) string {
	f.t.Helper()
	made, err := f.people.CreatePerson(tenant.With(f.ctx, f.one), f.one, people.NewPerson{Login: login, Role: role, LastName: login, Email: login + "@example.com"})
	f.must(err)
	f.must(f.people.SetPassword(tenant.With(f.ctx, f.one), f.one, made.RecID, password))
	return made.RecID
}

// send makes a request at a tenant.
func (f *fixture) send(h *tenant.Handle, method, target, body string, header http.Header) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequest(method, "https://"+h.Hosts[0]+strings.ReplaceAll(target, " ", "%20"), strings.NewReader(body))
	r.RemoteAddr = "192.0.2.7:4711"
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, r.WithContext(tenant.With(r.Context(), h)))
	return w
}

// scim sends a request "GET /Users" with the token and wants a status.
func (f *fixture) scim(request, body string, status int) map[string]any {
	f.t.Helper()
	method, target, _ := strings.Cut(request, " ")
	w := f.send(f.one, method, "/scim/v2"+target, body, http.Header{"Authorization": {"Bearer " + f.token}, "Content-Type": {"application/scim+json; charset=utf-8"}})
	if w.Code != status {
		f.t.Fatalf("%s %.300s: %d %.600s, want %d", request, body, w.Code, w.Body, status)
	}
	if kind := w.Header().Get("Content-Type"); kind != "application/scim+json" {
		f.t.Errorf("%s: Content-Type %q", request, kind)
	}
	var out map[string]any
	if w.Body.Len() > 0 {
		f.must(json.Unmarshal(w.Body.Bytes(), &out))
	}
	return out
}

// refused sends a request and wants a SCIM error.
func (f *fixture) refused(request, body string, status int, scimType, word string) {
	f.t.Helper()
	out := f.scim(request, body, status)
	kind, _ := out["scimType"].(string)
	if detail, _ := out["detail"].(string); kind != scimType || !strings.Contains(detail, word) {
		f.t.Errorf("%s %.300s: %v, want %s and %q", request, body, out, scimType, word)
	}
}

// found are the ids of the resources that a filter finds.
func (f *fixture) found(list, filter string) []string {
	f.t.Helper()
	out := f.scim("GET "+list+"?filter="+url.QueryEscape(filter), "", 200)
	ids := []string{}
	for _, r := range out["Resources"].([]any) {
		ids = append(ids, r.(map[string]any)["id"].(string))
	}
	if out["totalResults"] != float64(len(ids)) {
		f.t.Errorf("%s: %v of %d", filter, out["totalResults"], len(ids))
	}
	return ids
}

func (f *fixture) finds(list, filter string, want ...string) {
	f.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), f.found(list, filter)); diff != "" {
		f.t.Errorf("%s (-want +got):\n%s", filter, diff)
	}
}

// row is the record of an employee.
func (f *fixture) row(recID string) record.Row {
	f.t.Helper()
	t, _ := f.one.Records.Type(f.ctx, "Employee")
	row, err := f.one.Records.Get(f.ctx, t, recID)
	f.must(err)
	return row
}

// update changes an employee as the administration API would.
func (f *fixture) update(recID string, pairs ...any) {
	f.t.Helper()
	var in record.Input
	for i := 0; i+1 < len(pairs); i += 2 {
		in = append(in, record.InputField{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	t, _ := f.one.Records.Type(f.ctx, "Employee")
	_, err := f.one.Records.Update(tenant.With(f.ctx, f.one), t, recID, in)
	f.must(err)
}

// roles are those of a person, the one by default first.
func (f *fixture) roles(recID string) []string {
	f.t.Helper()
	held, _, err := role.Store{}.Held(f.ctx, f.one.DB, recID)
	f.must(err)
	return held
}

func (f *fixture) holds(recID string, want ...string) {
	f.t.Helper()
	if diff := cmp.Diff(want, f.roles(recID)); diff != "" {
		f.t.Errorf("roles of %s (-want +got):\n%s", recID, diff)
	}
}

// exec changes a table of tenant one.
func (f *fixture) exec(query string, args ...any) {
	f.t.Helper()
	f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	}))
}

func (f *fixture) count(query string, args ...any) int64 {
	f.t.Helper()
	var n int64
	f.must(f.one.DB.QueryRow(f.ctx, query, args...).Scan(&n))
	return n
}

// trail is the audit trail, newest first.
func (f *fixture) trail(filter audit.Filter) []audit.Record {
	f.t.Helper()
	filter.Limit = 100
	all, err := audit.List(f.ctx, f.one.DB, filter)
	f.must(err)
	return all
}

// signedIn is a browser's cookies after a sign-in with a password.
func (f *fixture) signIn(login string) http.Header {
	f.t.Helper()
	w := f.send(f.one, "POST", "/login", url.Values{"username": {login}, "password": {password}}.Encode(), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	if w.Code != http.StatusSeeOther {
		f.t.Fatalf("sign in as %s: %d %.300s", login, w.Code, w.Body)
	}
	var cookies []string
	for _, c := range w.Result().Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	return http.Header{"Cookie": {strings.Join(cookies, "; ")}}
}

func (f *fixture) alive(cookies http.Header) bool {
	f.t.Helper()
	w := f.send(f.one, "GET", "/api/me", "", cookies)
	if w.Code != 200 && w.Code != 401 {
		f.t.Fatalf("GET /api/me: %d %.300s", w.Code, w.Body)
	}
	return w.Code == 200
}

// ops is the body of a PATCH.
func ops(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

// user is the body of a new user.
func user(login, external string, more ...string) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":%q,"externalId":%q,"active":true`, login, external)
	for _, m := range more {
		b.WriteString("," + m)
	}
	return b.String() + "}"
}

func idOf(o map[string]any) string { return o["id"].(string) }
