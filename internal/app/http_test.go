package app

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// TestAnswersInTheDialectOfTheSurface asks what a mux, a host or a state of the tenant would answer in other words.
func TestAnswersInTheDialectOfTheSurface(t *testing.T) {
	a, err := Open(t.Context(), config.Config{Data: t.TempDir()}, Options{Create: true, CreateKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	ctx := principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "test"})
	for _, name := range []string{"a", "b", "asleep"} {
		info, err := a.Tenants.Create(ctx, tenant.New{Name: name, Hosts: []string{name + ".test"}})
		if err == nil && name == "asleep" {
			err = a.Tenants.Suspend(ctx, info.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	a.Config.MetricsListen = "off"
	stop, err := a.startTelemetry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(context.WithoutCancel(t.Context())) })
	h := a.handler(web.Listening{Insecure: true})
	const (
		wrongLogin = "Unhandled system exception: Tenant Not Found or wrong Password or OpenID not Configured Properly."
		login      = "/api/rest/authentication/login"
		sets       = "/api/odata/businessobject/"
	)
	for name, c := range map[string]struct {
		method, host, path string
		status             int
		code               string
		says               string
	}{
		"slashes before the API":             {"GET", "a.test", "//api/odata/businessobject/incidents", 401, "ISM_4001", ""},
		"slashes after HEAT":                 {"POST", "a.test", "/HEAT//api/odata/businessobject/incidents", 401, "ISM_4001", ""},
		"slashes at the end":                 {"POST", "a.test", sets + "incidents//", 401, "ISM_4001", ""},
		"dots":                               {"DELETE", "a.test", sets + "../x", 401, "ISM_4001", ""},
		"dots out of the API":                {"POST", "a.test", sets + "../../../set-password", 401, "ISM_4001", ""},
		"a set is missing":                   {"POST", "a.test", "/api/odata/businessobject", 401, "ISM_4001", ""},
		"slashes before what is not there":   {"POST", "a.test", "//nothing//here", 404, "route_unknown", ""},
		"dots before a page":                 {"GET", "a.test", "/x/../set-password", 404, "route_unknown", ""},
		"a login":                            {"POST", "a.test", login, 400, "ISM_4000", wrongLogin},
		"a login with a slash":               {"POST", "a.test", login + "/", 400, "ISM_4000", wrongLogin},
		"a login with slashes":               {"POST", "a.test", "/HEAT//API/Rest//Authentication/Login//", 400, "ISM_4000", wrongLogin},
		"a logout with a slash":              {"POST", "a.test", "/api/rest/authentication/logout/", 401, "ISM_4001", ""},
		"a login at a host of nobody":        {"POST", "nobody.test", login, 400, "ISM_4000", wrongLogin},
		"a login there, under HEAT":          {"POST", "nobody.test", "/HEAT" + login + "/", 400, "ISM_4000", wrongLogin},
		"a login there by GET":               {"GET", "nobody.test", login, 405, "ISM_4005", ""},
		"a logout at a host of nobody":       {"POST", "nobody.test", "/api/rest/authentication/logout", 404, "ISM_4004", ""},
		"a record at a host of nobody":       {"GET", "nobody.test", "//api//odata/businessobject/incidents", 404, "ISM_4004", ""},
		"a page at a host of nobody":         {"GET", "nobody.test", "/set-password", 404, "tenant_unknown", ""},
		"a record of a suspended tenant":     {"GET", "asleep.test", sets + "incidents", 503, "ISM_5003", "suspended"},
		"a login at a suspended tenant":      {"POST", "asleep.test", login, 503, "ISM_5003", "suspended"},
		"a page of a suspended tenant":       {"GET", "asleep.test", "/set-password", 503, "tenant_suspended", ""},
		"what is no path":                    {"OPTIONS", "a.test", "*", 404, "route_unknown", ""},
		"a compressed login is not taken as": {"POST gzip", "a.test", login, 400, "ISM_4000", "The body is compressed with 'gzip'; send it as it is."},
	} {
		method, coding, _ := strings.Cut(c.method, " ")
		r := httptest.NewRequest(method, "/", strings.NewReader(`{"tenant":"a.test","username":"x","password":"y"}`))
		if r.URL.Path = c.path; coding != "" {
			r.Header.Set("Content-Encoding", coding)
		}
		r.Host = c.host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var body struct{ Code string }
		err := json.Unmarshal(w.Body.Bytes(), &body)
		if w.Code != c.status || err != nil || body.Code != c.code || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s, want %d %s", name, w.Code, w.Body, c.status, c.code)
		}
		if retry := w.Header().Get("Retry-After"); (retry != "") != (c.status == http.StatusServiceUnavailable) {
			t.Errorf("%s: Retry-After %q", name, retry)
		}
	}
}

// TestTheRootIsAPageForBrowsersAlone asks for the root as browsers and as programs do, and with too many headers.
func TestTheRootIsAPageForBrowsersAlone(t *testing.T) {
	a, err := Open(t.Context(), config.Config{Data: t.TempDir(), MetricsListen: "off"}, Options{Create: true, CreateKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	if _, _, err := a.EnsureTenant(principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "test"}), "default", false); err != nil {
		t.Fatal(err)
	}
	stop, err := a.startTelemetry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(context.WithoutCancel(t.Context())) })
	a.site = nil // as where none was built
	h := a.handler(web.Listening{Insecure: true})
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for name, c := range map[string]struct {
		method, path, accept string
		padding, status      int
		kind, says           string
	}{
		"a browser":                {"GET", "/", browser, 0, 200, "text/html; charset=utf-8", `href="/api/odata/docs"`},
		"a browser under HEAT":     {"GET", "/HEAT/", browser, 0, 200, "text/html; charset=utf-8", "<title>Provost</title>"},
		"a program":                {"GET", "/", "*/*", 0, 404, "application/problem+json", "route_unknown"},
		"a program that is silent": {"GET", "/", "", 0, 404, "application/problem+json", "route_unknown"},
		"who wants no page":        {"GET", "/", "application/json, text/html;q=0", 0, 404, "application/problem+json", "route_unknown"},
		"a form":                   {"POST", "/", browser, 0, 404, "application/problem+json", "route_unknown"},
		"a page that is not there": {"GET", "/nowhere", browser, 0, 404, "text/html; charset=utf-8", "nothing at this address"},
		"too many headers":         {"GET", "/", browser, 300 << 10, 431, "application/problem+json", "headers_too_large"},
		"too many for the API":     {"GET", "/api/odata/businessobject/incidents", "", 300 << 10, 431, "application/json; charset=utf-8", `"ISM_4031"`},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("Accept", c.accept)
		r.Header.Set("X-Padding", strings.Repeat("x", c.padding))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || w.Header().Get("Content-Type") != c.kind || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s %s", name, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if c.status == 200 {
			policy := w.Header().Get("Content-Security-Policy")
			if !strings.HasPrefix(policy, "default-src 'none'; style-src 'self';") || w.Header().Get("X-Frame-Options") != "DENY" || strings.Contains(w.Body.String(), "<script") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %v", name, w.Header())
			}
		}
	}
}

func TestOnlyDataThatWasNeverUsedBecomesATenant(t *testing.T) {
	a, err := Open(t.Context(), config.Config{Data: t.TempDir(), Listen: "127.0.0.1:0"}, Options{Create: true, CreateKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	ctx := principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "test"})
	foreign := a.Config.Data + "/foreign.db"
	if err := os.WriteFile(foreign, []byte("not a database at all, and long enough to be seen as none"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Tenants.Create(ctx, tenant.New{Name: "x", Hosts: []string{"x.test"}, DSN: foreign}); err == nil {
		t.Fatal("a tenant is made in a file that is no database")
	}
	info, made, err := a.EnsureTenant(ctx, "default", false) // what failed before it was complete is no tenant
	if err != nil || !made {
		t.Fatalf("the first tenant: %v", err)
	}
	if _, made, err := a.EnsureTenant(ctx, "default", false); err != nil || made {
		t.Errorf("a second call: made %v, %v", made, err)
	}
	if err := a.Tenants.Delete(ctx, info.ID); err != nil {
		t.Fatal(err)
	}
	if _, made, err := a.EnsureTenant(ctx, "default", false); made || err != ErrAllDeleted { //nolint:errorlint // as it is
		t.Errorf("when all are deleted: made %v, %v", made, err)
	}
	if _, made, err := a.EnsureTenant(ctx, "demo", true); err != nil || !made {
		t.Errorf("a demo where all were deleted: made %v, %v", made, err)
	}
}

func TestVersionIsNeverEmpty(t *testing.T) {
	if v, _ := Version(); v == "" {
		t.Error("a build without a version has none to show")
	}
}
