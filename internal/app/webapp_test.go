package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// TestServesTheWebApp asks for the app's pages and files, and for what is neither.
func TestServesTheWebApp(t *testing.T) {
	h := served(t, fstest.MapFS{
		".keep":            {Data: []byte("not for anybody")},
		"index.html":       {Data: []byte(`<meta name="csp-nonce" content="@nonce@"><title>app</title>`)},
		"icon.svg":         {Data: []byte("<svg/>")},
		"assets/a-1.js":    {Data: []byte("plain")},
		"assets/a-1.js.gz": {Data: []byte("gzipped")},
		"assets/a-1.js.br": {Data: []byte("brotli")},
		"assets/b-1.woff2": {Data: []byte("font")},
		"assets/c-1.js.gz": {Data: zipped("unpacked")},
		"assets/c-1.js.br": {Data: []byte("brotli")},
	})
	const browser, script = "text/html,*/*;q=0.8", "text/javascript; charset=utf-8"
	for name, c := range map[string]struct {
		method, path, accept, encoding string
		status                         int
		kind, coding, says, cache      string
	}{
		"the root":                          {"GET", "/", browser, "", 200, "text/html; charset=utf-8", "", "<title>app", "no-store"},
		"a page":                            {"GET", "/admin/app-registrations/01A2", browser, "gzip", 200, "text/html; charset=utf-8", "", "<title>app", "no-store"},
		"an area":                           {"GET", "/settings", browser, "", 200, "text/html; charset=utf-8", "", "<title>app", "no-store"},
		"a page as a program asks":          {"GET", "/admin", "application/json", "", 404, "application/problem+json", "", "route_unknown", ""},
		"a page posted to":                  {"POST", "/admin", browser, "", 404, "application/problem+json", "", "route_unknown", ""},
		"what is no area":                   {"GET", "/nowhere", browser, "", 404, "text/html; charset=utf-8", "", "nothing at this address", "no-cache"},
		"an unknown path of the API":        {"GET", "/api/admin", browser, "", 404, "application/problem+json", "", "route_unknown", ""},
		"a script":                          {"GET", "/assets/a-1.js", "*/*", "", 200, script, "", "plain", "public, max-age=31536000, immutable"},
		"a script, compressed":              {"GET", "/assets/a-1.js", "*/*", "gzip, deflate", 200, script, "gzip", "gzipped", "public, max-age=31536000, immutable"},
		"a script, compressed best":         {"GET", "/assets/a-1.js", "*/*", "gzip, br;q=0.5", 200, script, "br", "brotli", "public, max-age=31536000, immutable"},
		"a script, by whom takes no brotli": {"GET", "/assets/a-1.js", "*/*", "br;q=0, gzip", 200, script, "gzip", "gzipped", "public, max-age=31536000, immutable"},
		"a font":                            {"GET", "/assets/b-1.woff2", "*/*", "gzip", 200, "font/woff2", "", "font", "public, max-age=31536000, immutable"},
		"the icon":                          {"GET", "/icon.svg", "image/*", "gzip", 200, "image/svg+xml", "", "<svg/>", "no-cache"},
		"a file that is not there":          {"GET", "/assets/a-2.js", "*/*", "", 404, "application/problem+json", "", "route_unknown", ""},
		"a compressed form by itself":       {"GET", "/assets/a-1.js.gz", "*/*", "", 404, "application/problem+json", "", "route_unknown", ""},
		"a file that is kept compressed":    {"GET", "/assets/c-1.js", "*/*", "br", 200, script, "br", "brotli", "public, max-age=31536000, immutable"},
		"the same as it is":                 {"GET", "/assets/c-1.js", "*/*", "identity", 200, script, "", "unpacked", "public, max-age=31536000, immutable"},
		"what keeps the folder":             {"GET", "/.keep", "*/*", "", 404, "application/problem+json", "", "route_unknown", ""},
		"a folder":                          {"GET", "/assets/", browser, "", 404, "text/html; charset=utf-8", "", "nothing at this address", "no-cache"},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("Accept", c.accept)
		r.Header.Set("Accept-Encoding", c.encoding)
		r.AddCookie(&http.Cookie{Name: "sid", Value: "somebody's"})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := w.Header()
		if w.Code != c.status || got.Get("Content-Type") != c.kind || got.Get("Content-Encoding") != c.coding || !strings.Contains(w.Body.String(), c.says) ||
			c.cache != "" && got.Get("Cache-Control") != c.cache {
			t.Errorf("%s: %d %v %s", name, w.Code, got, w.Body)
		}
	}
}

// TestABrowserWithoutASessionIsSentToSignIn asks for pages of the app without a cookie: they lead to the sign-in page and back.
func TestABrowserWithoutASessionIsSentToSignIn(t *testing.T) {
	h := served(t, fstest.MapFS{"index.html": {Data: []byte("@nonce@")}, "assets/a-1.js.gz": {Data: zipped("script")}})
	for path, c := range map[string]struct {
		accept, cookie string
		status         int
		to             string
	}{
		"/":                              {"text/html", "", 303, "/login?to=%2F"},
		"/desk/incidents?q=a%26b&x=%2F#": {"text/html", "", 303, "/login?to=%2Fdesk%2Fincidents%3Fq%3Da%2526b%26x%3D%252F"},
		"/admin":                         {"text/html", "sid=", 303, "/login?to=%2Fadmin"},
		"/portal":                        {"text/html", "other=1", 303, "/login?to=%2Fportal"},
		"//evil.example/":                {"text/html", "", 404, ""},
		"/nowhere":                       {"text/html", "", 404, ""},
		"/assets/a-1.js":                 {"text/html", "", 200, ""},
		"/settings":                      {"application/json", "", 404, ""},
		"/desk":                          {"text/html", "__Host-sid=whatever", 200, ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://example.com"+strings.TrimSuffix(path, "#"), nil)
		r.Header.Set("Accept", c.accept)
		if c.cookie != "" {
			r.Header.Set("Cookie", c.cookie)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != c.status || got != c.to || c.to != "" && w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}

// TestEveryPageHasANonceOfItsOwn reads the policy of two answers.
func TestEveryPageHasANonceOfItsOwn(t *testing.T) {
	h := served(t, fstest.MapFS{"index.html": {Data: []byte(`<meta name="csp-nonce" content="@nonce@">`)}})
	inPolicy := regexp.MustCompile(`style-src 'self' 'nonce-([A-Za-z0-9]{20,})'`)
	seen := map[string]bool{}
	for range 2 {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept", "text/html")
		r.AddCookie(&http.Cookie{Name: "__Host-sid", Value: "somebody's"})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		policy := w.Header().Get("Content-Security-Policy")
		found := inPolicy.FindStringSubmatch(policy)
		if found == nil || !strings.Contains(w.Body.String(), `content="`+found[1]+`"`) || seen[found[1]] {
			t.Fatalf("policy %q, page %q", policy, w.Body)
		}
		seen[found[1]] = true
		if !strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; ") || strings.Contains(policy, "unsafe") {
			t.Errorf("the policy is %q", policy)
		}
	}
}

// zipped is a text compressed by gzip.
func zipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text)) // into memory
	_ = z.Close()
	return b.Bytes()
}

func TestAFileThatCannotBeUnpackedIsRefused(t *testing.T) {
	if _, err := newWebApp(fstest.MapFS{"index.html": {Data: []byte("@nonce@")}, "assets/a.js.gz": {Data: []byte("no gzip")}}); err == nil {
		t.Error("it is served")
	}
}

func TestAnIndexWithoutAPlaceForTheNonceIsRefused(t *testing.T) {
	if _, err := newWebApp(fstest.MapFS{"index.html": {Data: []byte("<title>app</title>")}}); err == nil {
		t.Error("it is served")
	}
}

// served is everything the listener answers, with a web app.
func served(t *testing.T, files fstest.MapFS) http.Handler {
	t.Helper()
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
	if a.site, err = newWebApp(files); err != nil {
		t.Fatal(err)
	}
	return a.handler(web.Listening{Insecure: true})
}

// typesFile holds the web app's types of the administration API. Its first line says of which document they were made.
const typesFile = "../../web/src/api/schema.gen.ts"

// TestTheWebAppKnowsTheAPIAsItIs compares the document that is served with the one the types were made of. `make types` makes
// them anew: it names a file in PROVOST_OPENAPI, into which this test writes the document.
func TestTheWebAppKnowsTheAPIAsItIs(t *testing.T) {
	h := served(t, nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, adminapi.Base+"/openapi.json", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if file := os.Getenv("PROVOST_OPENAPI"); file != "" {
		if err := os.WriteFile(file, w.Body.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	sum := sha256.Sum256(w.Body.Bytes())
	types, err := os.ReadFile(typesFile)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(types), "\n")
	if want := "// Made of the document with SHA-256 " + hex.EncodeToString(sum[:]) + ". DO NOT EDIT."; first != want {
		t.Errorf("the web app's types are of another API: make types\n%s\n%s", first, want)
	}
}
