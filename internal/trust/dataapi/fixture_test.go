package dataapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/desk"
	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// fixture is two tenants with the stock of the program, and callers who need no credential but a name.
type fixture struct {
	tb       testing.TB
	ctx      context.Context
	clock    *clock.Manual
	one, two *tenant.Handle
	mux      http.Handler
	callers  callers
}

// callers stands for the trust plane: the Authorization header names a principal.
type callers map[string]principal.Principal

func (c callers) Authenticate(_ context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error) {
	p, ok := c[r.Header.Get("Authorization")]
	if r.Header.Get("Authorization") == "" {
		return nil, fault.New(fault.Unauthenticated, "credential_missing", "Authentication required.")
	}
	if !ok {
		return nil, fault.New(fault.Unauthenticated, "credential_refused", "Authentication required.")
	}
	p.TenantID = h.ID
	return &p, nil
}

const base = "/api/apigatewaydataservices/v1/"

func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, newFixture(t, dsn)) })
}

func newFixture(tb testing.TB, dsn string) *fixture {
	tb.Helper()
	f := &fixture{tb: tb, ctx: record.AsSystem(context.Background()), clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
	fatal := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	dir := tb.TempDir()
	keys, err := secret.Open(filepath.Join(dir, "keys.json"), true)
	fatal(err)
	control, err := db.Open(f.ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
	fatal(err)
	tb.Cleanup(func() { _ = control.Close() })
	catalogue, err := desk.Stock()
	fatal(err)
	stock := []record.Stock{{Domain: "people", Catalogue: people.Stock()}, {Domain: "desk", Catalogue: catalogue}}
	registry, err := tenant.Open(f.ctx, tenant.Options{Control: control, ControlDSN: dsn, DataDir: dir, Keys: keys,
		Records: func(ctx context.Context, d *db.DB) (*record.Engine, error) {
			return record.Open(ctx, record.Options{DB: d, Clock: f.clock, Stock: stock})
		}})
	fatal(err)
	var release []func()
	tb.Cleanup(func() {
		for _, r := range release {
			r()
		}
		for _, info := range registry.List() {
			if err := registry.Delete(f.ctx, info.ID); err != nil {
				tb.Errorf("delete tenant: %v", err)
			}
		}
		if err := registry.Close(f.ctx); err != nil {
			tb.Errorf("close tenants: %v", err)
		}
	})
	for name, address := range map[string]string{"one": "https://one.example.com", "two": "https://two.example.com:8443"} {
		info, err := registry.Create(f.ctx, tenant.New{Name: name, Hosts: []string{name + ".example.com"}, BaseURL: address})
		fatal(err)
		h, free, err := registry.Acquire(f.ctx, info.ID)
		fatal(err)
		release = append(release, free)
		if name == "one" {
			f.one = h
		} else {
			f.two = h
		}
	}
	token := func(client string, scopes ...string) principal.Principal {
		return principal.Principal{Kind: principal.Registration, ClientID: client, Scopes: append([]string{}, scopes...)}
	}
	elsewhere := token("AppReg_custom_b", principal.DataRead)
	elsewhere.APIs = []string{principal.ODataAPI}
	f.callers = callers{
		"csm": token("AppReg_csm_a", principal.DataRead), "other": token("AppReg_csm_b", principal.DataRead),
		"noscope": token("AppReg_custom_a", principal.ODataRead), "elsewhere": elsewhere,
		"admin":   {Kind: principal.Key, CredentialID: "k1", Role: "Admin"},
		"analyst": {Kind: principal.Key, CredentialID: "k2", Role: "ServiceDeskAnalyst"},
		"self":    {Kind: principal.Session, CredentialID: "s1", Role: "SelfService"},
	}
	mux := http.NewServeMux()
	New(Deps{Authenticator: f.callers, Clock: f.clock}).Routes(mux)
	f.mux = web.Arrive(nil, mux)
	return f
}

// send makes a request to a tenant.
func (f *fixture) send(h *tenant.Handle, method, caller, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://somewhere.example.org/", http.NoBody)
	path, query, _ := strings.Cut(target, "?")
	r.URL.Path, r.URL.RawQuery = path, query
	if caller != "" {
		r.Header.Set("Authorization", caller)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, r.WithContext(tenant.With(r.Context(), h)))
	return w
}

// page is an answer.
type page struct {
	Status int              `json:"-"`
	Count  *int64           `json:"@odata.count"`
	Value  []map[string]any `json:"value"`
	Next   string           `json:"@odata.nextLink"`
	Code   string           `json:"code"`
	Detail string           `json:"detail"`
	header http.Header
	body   []byte
}

func (f *fixture) get(caller, target string) page {
	f.tb.Helper()
	w := f.send(f.one, http.MethodGet, caller, target)
	p, err := parsePage(w.Body.Bytes())
	if err != nil {
		f.tb.Fatalf("%s: %v in %.300s", target, err, p.body)
	}
	p.Status, p.header = w.Code, w.Header()
	return p
}

func parsePage(body []byte) (page, error) {
	var p page
	err := json.Unmarshal(body, &p)
	p.body = bytes.Clone(body)
	return p, err
}

// options makes a query string of pairs.
func options(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return "?" + v.Encode()
}

// follow is the path and query of a next link.
func (f *fixture) follow(link string) string {
	f.tb.Helper()
	u, err := url.Parse(link)
	if err != nil {
		f.tb.Fatal(err)
	}
	return u.Path + "?" + u.RawQuery
}

func (f *fixture) create(h *tenant.Handle, object string, pairs ...any) record.Row {
	f.tb.Helper()
	t, ok := h.Records.Type(f.ctx, object)
	if !ok {
		f.tb.Fatalf("no object %s", object)
	}
	var in record.Input
	for i := 0; i+1 < len(pairs); i += 2 {
		in = append(in, record.InputField{Name: fmt.Sprint(pairs[i]), Value: pairs[i+1]})
	}
	row, err := h.Records.Create(f.ctx, t, in)
	if err != nil {
		f.tb.Fatal(err)
	}
	return row
}

// fill imports n computers, named pc-00000 and so on, every tenth one without an operating system.
func (f *fixture) fill(n int) {
	f.tb.Helper()
	t, _ := f.one.Records.Type(f.ctx, "CI#Computer")
	set := func(r record.Record, field string, v record.Value) { r[t.Position(field)] = v }
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	err := f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error {
		_, err := f.one.Records.Import(f.ctx, tx, t, func(yield func(record.Record) bool) {
			for i := range n {
				r := t.Fresh()
				at := begin.Add(time.Duration(i) * time.Second)
				name := fmt.Sprintf("pc-%05d", i)
				r[record.FieldRecID] = record.TextValue(fmt.Sprintf("%012X7000%016X", at.UnixMilli(), uint64(0x8000000000000000)+uint64(i)))
				r[record.FieldCreatedBy], r[record.FieldLastModBy] = record.TextValue("import"), record.TextValue("import")
				r[record.FieldCreatedDateTime], r[record.FieldLastModDateTime] = record.NumValue(at.Unix()), record.NumValue(at.Unix())
				set(r, "Name", record.TextValue(name))
				set(r, "HostName", record.TextValue(name))
				set(r, "Status", record.TextValue("Production"))
				set(r, "IPAddress", record.TextValue(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)))
				set(r, "SerialNumber", record.TextValue(fmt.Sprintf("5CD%07d", i)))
				set(r, "Model", record.TextValue([]string{"Latitude 5450", "EliteBook 840"}[i%2]))
				set(r, "MemoryMB", record.NumValue(int64(8192<<(i%3))))
				if i%10 != 0 {
					set(r, "AssignedOS", record.TextValue([]string{"Windows 11 Enterprise", "Debian 12"}[i/10%2]))
					set(r, "OSVersion", record.TextValue("10.0.22631"))
				}
				if !yield(r) {
					return
				}
			}
		})
		return err
	})
	if err != nil {
		f.tb.Fatal(err)
	}
}
