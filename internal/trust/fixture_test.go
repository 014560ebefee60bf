package trust

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// employeeStock is as much of the object Employee as this domain reads.
const employeeStock = `{"objects": [{"object": "Employee#", "title": "DisplayName", "fields": [
	{"name": "LoginID", "index": "unique"}, {"name": "DisplayName", "index": true},
	{"name": "Status", "index": true}, {"name": "Disabled", "type": "boolean", "default": "false"}]}]}`

// fixture is two tenants with an analyst who signs in with a password, and the built-in employee.
type fixture struct {
	t             *testing.T
	clock         *clock.Manual
	module        *Module
	one, two      *tenant.Handle
	ann, internal string // RecIds in tenant one
	ctx           context.Context
	registry      *tenant.Registry
}

const (
	password = "correct horse battery staple"
	home     = "192.0.2.7"
)

// people is their domain as far as sign-in needs it.
type people struct{ limited *bool }

func (d people) VerifyPassword(ctx context.Context, h *tenant.Handle, login, pass string, _ netip.Addr) (string, error) {
	if *d.limited {
		f := fault.New(fault.RateLimited, "sign_in_limited", "Too many failed sign-ins.")
		f.RetryAfter = 6 * time.Second
		return "", f
	}
	t, _ := h.Records.Type(ctx, "Employee")
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "LoginID", login)
	if err != nil {
		return "", err
	}
	if !found || pass != password {
		return "", fault.New(fault.Unauthenticated, "sign_in_refused", "No.")
	}
	return row.RecID, nil
}

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, newFixture(t, dsn, new(bool))) })
}

func newFixture(t testing.TB, dsn string, limited *bool) *fixture {
	t.Helper()
	f := &fixture{clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
	f.t, _ = t.(*testing.T)
	f.ctx = record.AsSystem(t.Context())
	fatal := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	keys, err := secret.Open(filepath.Join(dir, "keys.json"), true)
	fatal(err)
	control, err := db.Open(f.ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
	fatal(err)
	t.Cleanup(func() { _ = control.Close() })
	var catalogue record.Catalogue
	fatal(json.Unmarshal([]byte(employeeStock), &catalogue))
	f.registry, err = tenant.Open(f.ctx, tenant.Options{Control: control, ControlDSN: dsn, DataDir: dir, Keys: keys,
		Records: func(ctx context.Context, d *db.DB) (*record.Engine, error) {
			return record.Open(ctx, record.Options{DB: d, Clock: f.clock, Stock: []record.Stock{{Domain: "people", Catalogue: catalogue}}})
		}})
	fatal(err)
	f.module = New(Deps{People: people{limited}, Clock: f.clock})
	var release []func()
	t.Cleanup(func() {
		for _, r := range release {
			r()
		}
		ctx := record.AsSystem(context.Background())
		for _, info := range f.registry.List() {
			if err := f.registry.Delete(ctx, info.ID); err != nil {
				t.Errorf("delete tenant: %v", err)
			}
		}
		if err := f.registry.Close(ctx); err != nil {
			t.Errorf("close tenants: %v", err)
		}
	})
	for _, name := range []string{"one", "two"} {
		info, err := f.registry.Create(f.ctx, tenant.New{Name: name, Hosts: []string{name + ".example.com"}, BaseURL: "https://" + name + ".example.com"})
		fatal(err)
		h, free, err := f.registry.Acquire(f.ctx, info.ID)
		fatal(err)
		release = append(release, free)
		ann := addPerson(t, f.ctx, h, "ann", "Ann A. Lyst", "ServiceDeskAnalyst", "SelfService")
		internal := addPerson(t, f.ctx, h, BuiltInLogin, "Internal Services", "InternalServices")
		if name == "one" {
			f.one, f.ann, f.internal = h, ann, internal
		} else {
			f.two = h
		}
	}
	return f
}

// addPerson makes an active employee with these roles, the first one the default.
func addPerson(t testing.TB, ctx context.Context, h *tenant.Handle, login, name string, roles ...string) string {
	t.Helper()
	employee, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		t.Fatal("no object Employee")
	}
	row, err := h.Records.Create(ctx, employee, record.Input{{Name: "LoginID", Value: login}, {Name: "DisplayName", Value: name}, {Name: "Status", Value: "Active"}})
	if err != nil {
		t.Fatal(err)
	}
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		for i, r := range roles {
			if err := (role.Store{}).Grant(ctx, tx, row.RecID, r, i == 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return row.RecID
}

func (f *fixture) update(recID string, field string, value any) {
	f.t.Helper()
	employee, _ := f.one.Records.Type(f.ctx, "Employee")
	if _, err := f.one.Records.Update(f.ctx, employee, recID, record.Input{{Name: field, Value: value}}); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) key(s KeySpec) Issued {
	f.t.Helper()
	k, err := f.module.CreateKey(f.ctx, f.one, s)
	if err != nil {
		f.t.Fatal(err)
	}
	return k
}

// as makes a request with this Authorization header from an address and authenticates it.
func (f *fixture) as(h *tenant.Handle, address, header string) (*principal.Principal, error) {
	r := httptest.NewRequest(http.MethodGet, "/api/odata/businessobject/incidents", nil)
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(address), 4711).String()
	if header != "" {
		r.Header.Set("Authorization", header)
	}
	return f.ask(h, r)
}

func (f *fixture) ask(h *tenant.Handle, r *http.Request) (who *principal.Principal, err error) {
	web.Arrive(nil, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		who, err = f.module.Authenticate(r.Context(), r, h)
	})).ServeHTTP(httptest.NewRecorder(), r)
	return who, err
}

// refused fails the test unless the credential is refused with the one error.
func (f *fixture) refused(h *tenant.Handle, address, header string) {
	f.t.Helper()
	who, err := f.as(h, address, header)
	if !fault.Is(err, fault.Unauthenticated) || err.Error() != "Authentication required." {
		f.t.Errorf("got %+v, %v; want refused", who, err)
	}
}

func (f *fixture) accepted(h *tenant.Handle, address, header string) *principal.Principal {
	f.t.Helper()
	who, err := f.as(h, address, header)
	if err != nil {
		f.t.Fatalf("refused: %v", err)
	}
	return who
}

// post sends a request to the module's routes in tenant one.
func (f *fixture) post(path, contentType, body string, header ...string) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	f.module.Routes(mux)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.RemoteAddr = home + ":4711"
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	r = r.WithContext(tenant.With(r.Context(), f.one))
	w := httptest.NewRecorder()
	web.Arrive(nil, mux).ServeHTTP(w, r)
	return w
}

func infoOf(base string) func() tenant.Info {
	return func() tenant.Info { return tenant.Info{BaseURL: base} }
}

const loginPath = "/api/rest/authentication/login"
