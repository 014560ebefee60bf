package e2e_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

// route is a request that needs a credential. pattern is how the route tables name it.
type route struct{ pattern, method, path, body string }

// routes is every route that asks who is there, about records of the tenant.
func routes(p *party) []route {
	const odata, rest, catalogue = "/api/odata/businessobject/", "/api/rest/authentication/", "/api/rest/"
	const data = "/api/apigatewaydataservices/v1/"
	one := incidents + "('" + p.incident + "')"
	return append(adminRoutes(p), []route{
		{odata, "GET", incidents, ""},
		{odata, "GET", "/HEAT" + incidents + "?$search=" + p.word, ""},
		{odata, "GET", "/heat/API/OData/BusinessObject/Incidents?$filter=Subject ne null", ""},
		{odata, "GET", employees + "?$filter=LoginID eq '" + p.word + "'", ""},
		{odata, "POST", incidents, `{"Subject":"intruder"}`},
		{odata, "GET", one, ""},
		{odata, "GET", incidents + "(" + p.number + ")", ""},
		{odata, "PUT", one, `{"Symptom":"intruder"}`},
		{odata, "PATCH", one, `{"Symptom":"intruder"}`},
		{odata, "DELETE", one, ""},
		{odata, "DELETE", employees + "('" + p.person + "')", ""},
		{odata, "GET", one + "/IncidentContainsJournal", ""},
		{odata, "POST", one + "/Resolve", `{}`},
		{odata, "PATCH", one + "/IncidentContainsJournal('" + p.incident + "')/$Ref", ""},
		{odata, "DELETE", one + "/IncidentContainsJournal('" + p.incident + "')/$Ref", ""},
		{odata, "GET", incidents + "/saved?ActionId=" + p.incident, ""},
		{odata, "OPTIONS", incidents, ""},
		{odata, "GET", odata + "nosuchthings", ""},
		{"/api/odata/", "GET", "/api/odata/$metadata", ""},
		{"/api/odata/", "GET", "/api/odata/incidents/$metadata", ""},
		{"/api/rest/attachment", "GET", "/api/rest/Attachment?ID=" + p.incident, ""},
		{"/api/rest/attachment", "POST", "/HEAT/api/rest/Attachment", ""},
		{"/api/rest/attachment", "DELETE", "/api/rest/Attachment?ID=" + p.incident, ""},
		{"/api/rest/attachment/", "GET", "/api/rest/attachment/" + p.incident, ""},
		{"/api/rest/attachment/", "DELETE", "/api/rest/attachment/" + p.incident, ""},
		{"/api/rest/", "GET", "/api/rest/nothing", ""},
		{"/api/odata/", "GET", "/HEAT/api/OData/Employees/%24Metadata", ""},
		{odata + "$metadata", "GET", odata + "$metadata", ""},
		{"/api/odata", "GET", "/api/odata", ""},
		{"/api/odata/", "GET", "/api/odata/", ""},
		{"/api/odata/businessobject", "GET", "/HEAT/api/odata/businessobject", ""},
		{odata, "GET", odata, ""},
		{"/api/odata/openapi.json", "GET", "/api/odata/openapi.json?set=incidents", ""},
		{"/api/odata/docs", "GET", "/api/odata/docs", ""},
		{"/api/rest/search", "POST", "/HEAT/api/rest/Search", `{"Text":"` + p.word + `"}`},
		{"/api/rest/search/{$}", "POST", "/api/rest/search/", `{"Text":"` + p.word + `"}`},
		{"/api/rest/search/fulltext", "POST", "/HEAT/api/rest/Search/FullText", `{"Text":"` + p.word + `","ObjectType":"incident"}`},
		{"/api/rest/search/fulltext/{$}", "POST", "/api/rest/search/fulltext/", `{"Text":"` + p.word + `","ObjectType":"employees"}`},
		{catalogue + "Template/", "GET", catalogue + "Template/" + p.person + "/_All_", ""},
		{catalogue + "Template/", "GET", "/HEAT/api/REST/template/" + p.person + "%7CHeadquarters/_all_", ""},
		{catalogue + "ServiceRequest/", "GET", catalogue + "ServiceRequest/" + p.question + "/ValidationList", ""},
		{catalogue + "ServiceRequest/", "POST", catalogue + "ServiceRequest/" + p.question + "/ValidationList", `{"query":""}`},
		{catalogue + "ServiceRequest/", "GET", catalogue + "ServiceRequest/PackageData/" + p.offering + "/Headquarters", ""},
		{catalogue + "ServiceRequest/", "POST", catalogue + "ServiceRequest/new", `{"subscriptionId":"` + p.offering + `","strUserId":"` + p.person + `"}`},
		{data + "devices", "GET", data + "devices", ""},
		{data + "devices", "POST", "/HEAT/API/ApiGatewayDataServices/V1/Devices", `{"DisplayName":"intruder"}`},
		{data + "devices/{$}", "GET", data + "devices/?$filter=contains(DisplayName,'" + p.word + "')", ""},
		{data + "people", "GET", data + "people?$filter=LoginName eq '" + p.word + "'", ""},
		{data + "people/{$}", "DELETE", data + "people/", ""},
		{data + "devicesMetadata", "GET", data + "DEVICESMETADATA", ""},
		{data + "devicesMetadata/{$}", "GET", data + "devicesMetadata/", ""},
		{"GET /api/me", "GET", "/api/me", ""},
		{"GET /api/me", "GET", "/HEAT/API/Me", ""},
		{"GET /api/me/notifications", "GET", "/api/me/notifications", ""},
		{"POST /api/me/notifications/seen", "POST", "/api/me/notifications/seen", `{}`},
		{"GET /api/me/events", "GET", "/api/me/events", ""},
		{"POST /api/me/role", "POST", "/api/me/role", `{"role":"Admin"}`},
		{"POST /api/me/password", "POST", "/api/me/password", `{"current":"` + password + `","new":"` + password + `x"}`},
		{"GET /api/me/sessions", "GET", "/api/me/sessions", ""},
		{"DELETE /api/me/sessions", "DELETE", "/api/me/sessions", ""},
		{"DELETE /api/me/sessions/{id}", "DELETE", "/api/me/sessions/" + p.incident, ""},
		{"POST /api/me/step-up", "POST", "/api/me/step-up", `{"password":"` + password + `"}`},
		{"POST /api/me/step-up/options", "POST", "/api/me/step-up/options", ""},
		{"GET /api/me/factors", "GET", "/api/me/factors", ""},
		{"POST /api/me/factors/totp", "POST", "/api/me/factors/totp", ""},
		{"POST /api/me/factors/totp/confirmation", "POST", "/api/me/factors/totp/confirmation", `{"code":"123456"}`},
		{"DELETE /api/me/factors/totp", "DELETE", "/api/me/factors/totp", ""},
		{"POST /api/me/factors/passkeys/options", "POST", "/api/me/factors/passkeys/options", ""},
		{"POST /api/me/factors/passkeys", "POST", "/api/me/factors/passkeys", `{}`},
		{"DELETE /api/me/factors/passkeys/{id}", "DELETE", "/api/me/factors/passkeys/" + p.incident, ""},
		{"POST /api/me/factors/recovery-codes", "POST", "/api/me/factors/recovery-codes", ""},
		{"GET /api/me/preferences", "GET", "/api/me/preferences", ""},
		{"PUT /api/me/preferences", "PUT", "/api/me/preferences", `{}`},
		{"GET /api/me/objects", "GET", "/HEAT/API/Me/Objects", ""},
		{"GET /api/me/objects/{object}", "GET", "/api/me/objects/incident", ""},
		{scimPath, "GET", scimPath + "Users?filter=userName eq \"" + p.word + "\"", ""},
		{scimPath, "POST", scimPath + "Users", `{"userName":"intruder"}`},
		{scimPath, "PATCH", "/HEAT/Scim/V2/Users/" + p.person, `{"Operations":[{"op":"replace","path":"active","value":false}]}`},
		{scimPath, "PUT", scimPath + "Groups/" + p.person, `{"displayName":"intruders"}`},
		{scimPath, "DELETE", scimPath + "Users/" + p.person, ""},
		{scimPath, "GET", scimPath + "Schemas", ""},
		{"/scim/v2", "GET", "/scim/v2", ""},
		{rest + "logout", "POST", rest + "logout", ""},
		{rest + "logout/{$}", "POST", rest + "logout/", ""},
	}...)
}

// scimPath is where provisioning stands, which a token of its own opens: everything else is no credential there.
const scimPath = "/scim/v2/"

// open are the routes that need no credential, as the route tables name them: each has checks of its own.
var open = []string{
	"/", "/api/rest/authentication/login", "/api/rest/authentication/login/{$}", "/trust/v1/leaks",
	"/api/odata/docs/page.css", "GET /set-password", "POST /set-password", "GET /set-password/page.css", "GET /set-password/page.js",
	"GET /login", "POST /login", "POST /login/realm", "GET /sso/finish", "POST /sso/finish", "GET /login/local", "POST /login/local", "GET /login/page.css", "GET /login/tenant.css", "POST /logout",
	"GET /login/reset", "POST /login/reset", "GET /login/passkey.js", "POST /login/passkey", "POST /login/passkey/options", "GET /login/factor", "POST /login/factor",
	"GET /login/enrol", "POST /login/enrol", "POST /login/enrol/options",
	"GET /handlers/sso/SamlAssertionConsumerHandler.ashx", "POST /handlers/sso/SamlAssertionConsumerHandler.ashx", "POST /sso/{idp}/acs", "GET /sso/{idp}/login", "GET /sso/{idp}/slo", "GET /sso/slo",
	"GET /sso/{idp}/metadata", "GET /sso/metadata", "GET /sso/oidc/callback",
	"/docs", "/docs/page.css", "/docs/page.js",
	"/{tenant}/connect/token", "/{tenant}/connect/introspect", "/{tenant}/connect/revocation", "/{tenant}/connect/authorize",
	"/{tenant}/.well-known/openid-configuration", "/{tenant}/v2.0/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/{tenant}",
	"/{tenant}/.well-known/jwks.json", "/api/apigatewaydataservices/v1/token", "/api/patch/content/v1/authentication", "/api/v1/patch/content/v1/authentication",
	"/trust/v1/leaks",
}

// unauthorized wants the one answer to a credential that does not count, with nothing of the tenant in it: a status object, or
// problem details with a challenge.
func unauthorized(tb testing.TB, what string, a testkit.Answer, secret string) {
	tb.Helper()
	m := a.JSON()
	says := m["code"] == "ISM_4001" && m["description"] == "Invalid session key or session timed out"
	if a.Header.Get("Content-Type") == "application/problem+json" {
		says = m["detail"] == "Authentication required." && strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer ")
	}
	if a.Header.Get("Content-Type") == "application/scim+json" {
		says = m["detail"] == "Authentication required." && m["status"] == "401" && strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer ")
	}
	if a.Status != http.StatusUnauthorized || !says || bytes.Contains(a.Body, []byte(secret)) {
		tb.Errorf("%s: %d %.300s, want 401 ISM_4001", what, a.Status, a.Body)
	}
}

// TestEveryRouteIsTried reads the route tables: who adds a route has to say here whether it needs a credential.
func TestEveryRouteIsTried(t *testing.T) {
	t.Parallel()
	tried := slices.Clone(open)
	for _, r := range routes(&party{}) {
		tried = append(tried, r.pattern)
	}
	methods := map[string]bool{}
	for _, r := range routes(&party{}) {
		methods[r.method] = true
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	inner, err := filepath.Glob(filepath.Join("..", "..", "trust", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	signIn, err := filepath.Glob(filepath.Join("..", "..", "sso", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(append(files, inner...), signIn...)
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(filepath.ToSlash(name), "/testkit/") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, pattern := range patterns(parsed) {
			found++
			if !slices.Contains(tried, pattern) {
				t.Errorf("%s has the route %q, which no test tries without a credential: add it to routes or open", name, pattern)
			}
		}
	}
	if found < len(open) {
		t.Errorf("%d routes found: the test looks in the wrong place", found)
	}
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if !methods[m] {
			t.Errorf("no route is tried with %s", m)
		}
	}
}

// patterns returns the patterns given to HandleFunc and Handle in a file, constants of the file resolved.
func patterns(file *ast.File) []string {
	constants := map[string]string{}
	literal := func(e ast.Expr) (string, bool) {
		switch e := e.(type) {
		case *ast.BasicLit:
			s, err := strconv.Unquote(e.Value)
			return s, err == nil
		case *ast.Ident:
			s, ok := constants[e.Name]
			return s, ok
		}
		return "", false
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			for i, name := range v.Names {
				if i < len(v.Values) {
					if s, ok := literal(v.Values[i]); ok {
						constants[name.Name] = s
					}
				}
			}
		}
		return true
	})
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || len(c.Args) != 2 {
			return true
		}
		if s, ok := c.Fun.(*ast.SelectorExpr); ok && (s.Sel.Name == "HandleFunc" || s.Sel.Name == "Handle") {
			if pattern, ok := literal(c.Args[0]); ok {
				out = append(out, pattern)
			} else {
				out = append(out, fmt.Sprintf("unreadable pattern %T", c.Args[0]))
			}
		}
		return true
	})
	return out
}

func TestNoRouteAnswersWithoutACredentialThatCounts(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		p := furnish(t, s, "default", "localhost", "quartz")
		dead := deadCredentials(t, s, p)
		s.Run(t, "user", "create", "weak", "--role", "SelfService")
		self := client{Server: s, host: p.host, key: s.Key(t, "SelfService", "--on-behalf-of", "weak")}
		before := p.contents(t)
		for what, header := range dead {
			for _, r := range routes(p) {
				unauthorized(t, what+": "+r.method+" "+r.path, send(t, s, p.host, r.method, r.path, header, r.body), p.word)
			}
		}
		weak(t, self, p)
		if diff := cmp.Diff(before, p.contents(t)); diff != "" {
			t.Errorf("somebody without a right has changed something:\n%s", diff)
		}
	})
}

// deadCredentials are credentials that do not count (any more).
func deadCredentials(t *testing.T, s *testkit.Server, p *party) map[string]http.Header {
	t.Helper()
	of := func(v string) http.Header { return http.Header{"Authorization": {v}} }
	made := func(args ...string) (id, key string) {
		m := s.Run(t, append([]string{"key", "create", "--role", "Admin"}, args...)...)
		return m["id"].(string), m["key"].(string)
	}
	_, expired := made("--expires", "500ms")
	_, elsewhere := made("--from", "192.0.2.0/24")
	disabledID, disabled := made()
	deletedID, deleted := made("--legacy")
	for _, key := range []string{disabled, deleted} { // used, so that somebody remembers them
		if a := send(t, s, p.host, http.MethodGet, incidents, of("REST "+key), ""); a.Status != http.StatusOK {
			t.Errorf("a new key: %d %.300s", a.Status, a.Body)
		}
	}
	s.Run(t, "key", "disable", disabledID)
	s.Run(t, "key", "delete", deletedID)
	a := login(t, s, p.host, p.host)
	ended := strings.Trim(string(a.Body), `"`)
	if a := send(t, s, p.host, http.MethodPost, "/api/rest/authentication/logout", of(ended), ""); a.Status != http.StatusNoContent {
		t.Errorf("sign out: %d %.300s", a.Status, a.Body)
	}
	s.Run(t, "user", "create", "leaver", "--role", "Admin")
	_, leaver := made("--on-behalf-of", "leaver")
	if a := send(t, s, p.host, http.MethodGet, incidents, of("REST "+leaver), ""); a.Status != http.StatusOK {
		t.Errorf("the key of a new person: %d %.300s", a.Status, a.Body)
	}
	s.Run(t, "user", "disable", "leaver")
	host, rest, _ := strings.Cut(p.session, "#")
	dead := map[string]http.Header{
		"no credential": nil, "an empty header": of(""), "an empty key": of("rest_api_key="), "a random key": of("REST 0123456789ABCDEF0123456789ABCDEF"),
		"a random word": of("letmein"), "Basic": of("Basic YWRtaW46YWRtaW4="), "a token of nobody": of("Bearer eyJhbGciOiJub25lIn0.e30."),
		"an expired key": of("REST " + expired), "a key from elsewhere": of("REST " + elsewhere),
		"the key of a person who has left": of("rest_api_key=" + leaver),
		"a disabled key":                   of("rest_api_key=" + disabled), "a deleted key": of("Bearer " + deleted),
		"an ended session": of(ended), "an ended session as a cookie": {"Cookie": {"SID=" + ended}},
		"a session with another number": of(host + "#" + rest + "9"), "a session in other letters": of(host + "#" + flip(rest)),
		"a key with one letter changed": of("REST " + flip(p.key)), "a good key twice": of("REST " + p.key + " " + p.key),
		"a good cookie beside a bad key": {"Cookie": {"SID=" + p.session}, "Authorization": {"REST nonsense"}},
	}
	for _, key := range []string{expired, leaver} {
		until(t, "a key expires", func() bool {
			return send(t, s, p.host, http.MethodGet, incidents+"?$top=1", of("REST "+key), "").Status == http.StatusUnauthorized
		})
	}
	return dead
}

// flip changes the case of the first letter there is.
func flip(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' })
	if i < 0 {
		return s + "x"
	}
	return s[:i] + strings.ToUpper(s[i:i+1]) + s[i+1:]
}

// until waits for a condition that time alone brings about.
func until(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	tick, limit := time.NewTicker(50*time.Millisecond), time.NewTimer(patience)
	defer tick.Stop()
	defer limit.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-limit.C:
			tb.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// weak asks with a key of a role that may read its own incidents only and change nothing of others.
func weak(t *testing.T, c client, p *party) {
	t.Helper()
	for _, r := range routes(p) {
		if r.method == http.MethodPost && r.path == incidents { // a right of everybody
			continue
		}
		a := c.ask(t, r.method, r.path, r.body)
		if strings.HasPrefix(scimPath, r.pattern) {
			unauthorized(t, "SelfService: "+r.method+" "+r.path, a, p.word)
			continue
		}
		if r.pattern == adminPath {
			problemOf(t, "SelfService: "+r.method+" "+r.path, a, http.StatusForbidden, "not_", "Secret "+p.word)
			continue
		}
		code, _ := a.JSON()["code"].(string)
		switch {
		case strings.Contains(strings.ToLower(r.path), "employees") && r.method == http.MethodGet: // everybody reads employees
		case strings.Contains(r.path, "/ValidationList"), strings.Contains(r.path, "/PackageData/"): // and what can be ordered
		case strings.HasSuffix(r.path, "/ServiceRequest/new") && a.Status == http.StatusOK && bytes.Contains(a.Body, []byte(`"IsSuccess":false`)): // but not for others
		case a.Status == http.StatusOK && r.method == http.MethodGet && bytes.Contains(a.Body, []byte(`"value":[]`)):
		case a.Status == http.StatusOK && strings.Contains(strings.ToLower(r.path), "/search"): // looked at below: employees are for everybody
		case a.Status == http.StatusOK && r.method == http.MethodGet && describes(r): // what everybody may use, and no record
		case a.Status == http.StatusOK && strings.Contains(r.pattern, "/people"): // as employees
		case a.Header.Get("Content-Type") == "application/problem+json" && (a.Status == http.StatusForbidden || a.Status == http.StatusMethodNotAllowed):
		case a.Status == http.StatusBadRequest && r.pattern == "GET /api/me/events": // for everybody who asks for a stream, see live_test.go
		case a.Status >= 400 && a.Status <= 499 && strings.HasPrefix(code, "ISM_"):
		default:
			t.Errorf("SelfService: %s %s: %d %.300s", r.method, r.path, a.Status, a.Body)
		}
		if bytes.Contains(a.Body, []byte("Secret "+p.word)) {
			t.Errorf("SelfService: %s %s shows an incident of somebody else: %.300s", r.method, r.path, a.Body)
		}
	}
}

// describes reports whether a route tells of the objects of a tenant, not of its records.
func describes(r route) bool {
	if strings.HasPrefix(r.pattern, "GET /api/me/objects") {
		return true
	}
	return strings.HasPrefix(r.pattern, "/api/odata") && (r.pattern != "/api/odata/businessobject/" || r.path == r.pattern)
}
