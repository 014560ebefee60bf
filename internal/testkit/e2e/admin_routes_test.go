package e2e_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// adminPath is where the administration API stands: one pattern of the mux, with a table of its own behind it.
const adminPath = "/api/admin/v1/"

// adminRoutes are operations of the administration API, on what the tenant has. TestEveryOperationAsksWhoIsThere tries all that there are.
func adminRoutes(p *party) []route {
	var out []route
	for _, try := range [][3]string{
		{"GET", "people", ""}, {"GET", "people/" + p.person, ""}, {"PATCH", "people/" + p.person, `{"title":"intruder"}`},
		{"DELETE", "people/" + p.person, ""}, {"POST", "people", `{"login":"intruder","role":"Admin"}`}, {"PUT", "people/" + p.person + "/roles/Admin", ""},
		{"PUT", "people/" + p.person + "/break-glass", ""}, {"DELETE", "people/" + p.person + "/break-glass", ""},
		{"GET", "audit?text=" + p.word, ""}, {"GET", "audit/1", ""}, {"GET", "tenant", ""}, {"GET", "tenants", ""},
	} {
		out = append(out, route{adminPath, try[0], adminPath + try[1], try[2]})
	}
	return append(out, route{adminPath, "GET", adminPath + "nothing", ""}, route{adminPath, "GET", "/HEAT/API/Admin/V1/audit", ""})
}

// problemOf wants a refusal of the administration API, with nothing of the tenant in it.
func problemOf(tb testing.TB, what string, a testkit.Answer, status int, code, secret string) {
	tb.Helper()
	got, _ := a.JSON()["code"].(string)
	if a.Status != status || !strings.HasPrefix(got, code) || a.Header.Get("Content-Type") != "application/problem+json" || bytes.Contains(a.Body, []byte(secret)) {
		tb.Errorf("%s: %d %.300s, want %d %s…", what, a.Status, a.Body, status, code)
	}
}

// filled puts something into the parameters of a path that is of the right form for each.
func filled(template string) string {
	path := template
	for _, known := range [][2]string{{"{seq}", "1"}, {"{role}", "Admin"}, {"{name}", "Admin"}} {
		path = strings.ReplaceAll(path, known[0], known[1])
	}
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + "0198A6A27D3E7A519D570B1D3C5F7A90" + after
	}
	return path
}

// TestEveryOperationAsksWhoIsThere reads the document, so that no operation is forgotten, and tries each without a right to it.
func TestEveryOperationAsksWhoIsThere(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		s.Run(t, "tenant", "create", "beta", "--host", "beta.test")
		d := readDocument(t, s)
		of := func(value string) http.Header { return http.Header{"Authorization": {value}} }
		bearer := func(tenant, role string, args ...string) http.Header {
			return of("Bearer " + s.Key(t, role, append(args, "--tenant", tenant)...))
		}
		admin, system := bearer("default", "Admin"), of("Bearer "+s.Run(t, "system-key", "create")["key"].(string))
		foreign, weak, expired := bearer("beta", "Admin"), bearer("default", "SelfService"), bearer("default", "Admin", "--expires", "300ms")
		until(t, "a key expires", func() bool {
			return send(t, s, "localhost", http.MethodGet, adminPath+"tenant", expired, "").Status == http.StatusUnauthorized
		})
		session := signIn(t, s, "default", "localhost")
		elsewhere := http.Header{"Cookie": {"SID=" + session}, "Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.test"}}
		before := send(t, s, "localhost", http.MethodGet, adminPath+"audit/verification", admin, "").JSON()["entries"]
		for name := range d.operations() {
			method, template, _ := strings.Cut(name, " ")
			path := strings.TrimSuffix(adminPath, "/") + filled(template)
			try := func(what string, header http.Header, status int, code string) {
				a := send(t, s, "localhost", method, path, header, "")
				problemOf(t, what+": "+method+" "+path, a, status, code, "InternalServices")
				d.check(t, method, path, a)
			}
			try("nobody", nil, 401, "credential_missing")
			try("another tenant's administrator", foreign, 401, "credential_refused")
			try("an expired key", expired, 401, "credential_refused")
			if method != http.MethodGet {
				try("another site", elsewhere, 403, "cross_origin")
			}
			good := admin
			if strings.HasPrefix(template, "/tenants") || strings.HasPrefix(template, "/system-administrators") {
				good = system
				try("an administrator of one tenant", admin, 403, "not_system")
			} else {
				try("a user", weak, 403, "not_administrator")
				try("a system key", system, 401, "credential_refused")
			}
			path += "?nosuchparameter=1"
			try("an unknown parameter", good, 400, "request_invalid")
		}
		if after := send(t, s, "localhost", http.MethodGet, adminPath+"audit/verification", admin, "").JSON()["entries"]; after.(float64) > before.(float64)+20 {
			t.Errorf("the trail had %v entries and has %v after nothing was done", before, after) // sums of refusals, first uses
		}
		page := s.Ask(t, http.MethodGet, "/docs", "", "")
		if page.Status != http.StatusOK || !strings.Contains(page.Header.Get("Content-Security-Policy"), "default-src 'none'") || bytes.Contains(page.Body, []byte("<script>")) {
			t.Errorf("the page: %d %v", page.Status, page.Header)
		}
		if outside := regexp.MustCompile(`(?:href|src)="(?:https?:)?//[^"]*"`).Find(page.Body); outside != nil {
			t.Errorf("the page asks others: %s", outside)
		}
	})
}
