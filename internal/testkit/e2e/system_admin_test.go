package e2e_test

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pquerna/otp/totp"

	"github.com/provost-itsm/provost/internal/testkit"
)

const platformHost = "platform.test"

// operator is somebody with a browser: a system administrator on the platform's host, or a person on a tenant's.
type operator struct {
	*testkit.Server
	host    string
	cookies map[string]string
}

// send makes a request and keeps the cookies that come back.
func (o *operator) send(t *testing.T, method, path, body string) testkit.Answer {
	t.Helper()
	header := http.Header{"Accept": {"application/json"}}
	if body != "" {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		if body[0] == '{' {
			header.Set("Content-Type", "application/json")
		}
	}
	var pairs []string
	for name, value := range o.cookies {
		pairs = append(pairs, name+"="+value)
	}
	if len(pairs) > 0 {
		header.Set("Cookie", strings.Join(pairs, "; "))
	}
	a := send(t, o.Server, o.host, method, path, header, body)
	for _, line := range a.Header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatal(err)
		}
		if c.MaxAge < 0 {
			delete(o.cookies, c.Name)
		} else {
			o.cookies[c.Name] = c.Value
		}
	}
	return a
}

// want sends a request whose answer has to have a status and, for a refusal, a code.
func (o *operator) want(t *testing.T, method, path, body string, status int, code string) testkit.Answer {
	t.Helper()
	a := o.send(t, method, path, body)
	if got, _ := a.JSON()["code"].(string); a.Status != status || code != "" && got != code {
		t.Errorf("%s %s: %d %.300s, want %d %s", method, path, a.Status, a.Body, status, code)
	}
	return a
}

// code is the secret in a setup link, which has to lead to the platform's host.
func code(t *testing.T, made map[string]any) string {
	t.Helper()
	link, _ := made["setup_link"].(string)
	address, secret, found := strings.Cut(link, "#")
	if u, err := url.Parse(address); err != nil || u.Hostname() != platformHost || u.Path != "/set-password" || !found {
		t.Fatalf("the link %q", link)
	}
	return secret
}

var shownKey = regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`)

// operate signs a new system administrator in, who sets a password and a second factor on the way.
func operate(t *testing.T, s *testkit.Server, login string) (o *operator, key string) {
	t.Helper()
	o = &operator{s, platformHost, map[string]string{}}
	form := url.Values{"code": {code(t, s.Run(t, "system-admin", "create", login, "--name", "Olivia Operator", "--email", login+"@example.com"))},
		"password": {password}, "again": {password}}.Encode()
	if a := o.want(t, "POST", "/set-password", form, 303, ""); a.Header.Get("Location") != "/login/enrol" {
		t.Fatalf("after the password comes %s", a.Header.Get("Location"))
	}
	o.want(t, "POST", "/set-password", form, 400, "") // the link is used up
	o.want(t, "GET", "/api/me", "", 401, "credential_missing")
	shown := shownKey.FindSubmatch(o.want(t, "GET", "/login/enrol", "", 200, "").Body)
	if shown == nil {
		t.Fatal("no key for an authenticator app")
	}
	key = strings.ReplaceAll(html.UnescapeString(string(shown[1])), " ", "")
	o.want(t, "POST", "/login/enrol", "code=000000", 400, "")
	now, err := totp.GenerateCode(key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if a := o.want(t, "POST", "/login/enrol", "code="+now, 200, ""); !bytes.Contains(a.Body, []byte("recovery codes")) {
		t.Errorf("after the first code: %.300s", a.Body)
	}
	return o, key
}

// TestSystemAdministratorsRunTheServerAndNothingInside signs one in on the platform's host, with tenants on either engine.
func TestSystemAdministratorsRunTheServerAndNothingInside(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--platform-host", platformHost}})
		t.Cleanup(func() { erase(t, s) })
		p := furnish(t, s, "default", "localhost", "quartz")
		o, _ := operate(t, s, "olivia")
		me := o.want(t, "GET", "/api/me", "", 200, "").JSON()
		if me["kind"] != "system" || !cmp.Equal(me["areas"], []any{"tenants"}) || me["factors"].(map[string]any)["required"] != true {
			t.Errorf("who is signed in: %v", me)
		}
		if cookie := "__Host-sid"; o.cookies[cookie] == "" {
			t.Errorf("the cookies are %v, want %s", o.cookies, cookie)
		}
		t.Run("tenants", func(t *testing.T) { operateTenants(t, o) })
		t.Run("apart", func(t *testing.T) { hostsApart(t, o, p) })
		t.Run("administrators", func(t *testing.T) { operateAdministrators(t, o) })
		t.Run("trail", func(t *testing.T) { operatorsTrail(t, s) })
	})
}

func operateTenants(t *testing.T, o *operator) {
	o.want(t, "POST", adminPath+"tenants", `{"name":"acme","hosts":["`+platformHost+`"]}`, 409, "host_taken")
	o.want(t, "POST", adminPath+"tenants", `{"name":"acme","hosts":["acme.test"]}`, 201, "")
	o.want(t, "POST", adminPath+"tenants/acme/hosts", `{"host":"`+strings.ToUpper(platformHost)+`:443"}`, 409, "host_taken")
	o.want(t, "PATCH", adminPath+"tenants/acme", `{"status":"suspended"}`, 200, "")
	if a := o.want(t, "GET", adminPath+"tenants?search=ACM&status=suspended", "", 200, ""); len(items(a)) != 1 {
		t.Errorf("suspended ones: %s", a.Body)
	}
	o.want(t, "DELETE", adminPath+"tenants/acme?confirm=acme", "", 204, "")
	cross := http.Header{"Cookie": {"__Host-sid=" + o.cookies["__Host-sid"]}, "Sec-Fetch-Site": {"cross-site"}, "Content-Type": {"application/json"}}
	if a := send(t, o.Server, platformHost, "POST", adminPath+"tenants", cross, `{"name":"evil","hosts":["evil.test"]}`); a.Status != 403 || a.JSON()["code"] != "cross_origin" {
		t.Errorf("from another site: %d %.200s", a.Status, a.Body)
	}
}

// hostsApart shows what opens one host at the other: sessions of system administrators at a tenant, all of a tenant's credentials on the
// platform's host.
func hostsApart(t *testing.T, o *operator, p *party) {
	before := p.contents(t)
	mine := http.Header{"Cookie": {fmt.Sprintf("sid=%[1]s; __Host-sid=%[1]s", o.cookies["__Host-sid"])}}
	for _, r := range routes(p) {
		if a := send(t, o.Server, p.host, r.method, r.path, mine, r.body); a.Status != 401 && a.Status != 404 || bytes.Contains(a.Body, []byte(p.word)) {
			t.Errorf("a system administrator at a tenant: %s %s: %d %.200s", r.method, r.path, a.Status, a.Body)
		}
	}
	forms := p.authorizations()
	forms["no credential"] = nil
	for form, header := range forms {
		for _, r := range routes(p) {
			if strings.HasPrefix(r.pattern, "/api/apigatewaydataservices/") && header != nil { // where a token says which tenant it is of
				continue
			}
			if a := send(t, o.Server, platformHost, r.method, r.path, header, r.body); a.Status != 401 && a.Status != 404 || bytes.Contains(a.Body, []byte("Secret "+p.word)) {
				t.Errorf("%s on the platform's host: %s %s: %d %.200s", form, r.method, r.path, a.Status, a.Body)
			}
		}
	}
	// A browser session of the tenant's administrator.
	form := url.Values{"username": {"admin"}, "password": {password}}.Encode()
	a := send(t, o.Server, p.host, "POST", "/login", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form)
	c, err := http.ParseSetCookie(a.Header.Get("Set-Cookie"))
	if err != nil || a.Status != 303 {
		t.Fatalf("sign in at the tenant: %d %v", a.Status, err)
	}
	theirs := http.Header{"Cookie": {fmt.Sprintf("sid=%[1]s; __Host-sid=%[1]s", c.Value)}}
	for _, path := range []string{"/api/me", "/api/me/sessions", adminPath + "tenants", adminPath + "system-administrators"} {
		if a := send(t, o.Server, platformHost, "GET", path, theirs, ""); a.Status != 401 {
			t.Errorf("a tenant's session on the platform's host: %s: %d %.200s", path, a.Status, a.Body)
		}
	}
	for _, path := range []string{"tenants", "system-administrators"} {
		if a := send(t, o.Server, p.host, "GET", adminPath+path, theirs, ""); a.Status != 403 || a.JSON()["code"] != "not_system" {
			t.Errorf("a tenant's administrator asks for %s: %d %.200s", path, a.Status, a.Body)
		}
	}
	if a := send(t, o.Server, platformHost, "POST", "/login", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form); a.Status != 401 {
		t.Errorf("the tenant's administrator signs in on the platform's host: %d", a.Status)
	}
	for _, link := range []string{p.Run(t, "user", "setup-link", "admin")["setup_link"].(string)} {
		_, secret, _ := strings.Cut(link, "#")
		other := (&operator{o.Server, platformHost, map[string]string{}}).send(t, "POST", "/set-password", url.Values{"code": {secret}, "password": {password + "!"}, "again": {password + "!"}}.Encode())
		if other.Status != 400 {
			t.Errorf("a tenant's link on the platform's host: %d", other.Status)
		}
	}
	if diff := cmp.Diff(before, p.contents(t)); diff != "" {
		t.Errorf("the tenant has changed:\n%s", diff)
	}
}

func operateAdministrators(t *testing.T, o *operator) {
	const at = adminPath + "system-administrators"
	d := readDocument(t, o.Server)
	do := func(method, path, body string, status int, code string) testkit.Answer {
		t.Helper()
		a := o.want(t, method, at+path, body, status, code)
		d.check(t, method, at+path, a)
		if secrets.Match(a.Body) && status != http.StatusCreated {
			t.Errorf("%s %s shows a secret: %.300s", method, path, a.Body)
		}
		return a
	}
	olivia := items(do("GET", "", "", 200, ""))[0]
	if olivia["login"] != "olivia" || olivia["self"] != true || olivia["second_factor"] != true || olivia["has_password"] != true {
		t.Errorf("who there is: %v", olivia)
	}
	for body, code := range map[string]string{`{"login":"a b"}`: "system_admin_invalid", `{"login":"x\u202ey"}`: "system_admin_invalid", `{"login":"OLIVIA"}`: "login_taken",
		`{"login":"x","email":"nobody"}`: "system_admin_invalid", `{"login":""}`: "request_invalid"} {
		status := 400
		if code == "login_taken" {
			status = 409
		}
		do("POST", "", body, status, code)
	}
	made := do("POST", "", `{"login":"otto","name":"<b>Otto</b>"}`, 201, "").JSON()
	first := code(t, made)
	one := "/" + made["id"].(string)
	do("GET", one, "", 200, "")
	self := "/" + olivia["id"].(string)
	do("DELETE", self, "", 409, "system_admin_last") // otto was only invited
	do("PATCH", self, `{"active":false}`, 409, "system_admin_last")
	second := code(t, do("POST", one+"/setup-link", "", 201, "").JSON())
	otto := &operator{o.Server, platformHost, map[string]string{}}
	set := func(secret string) string {
		return url.Values{"code": {secret}, "password": {password}, "again": {password}}.Encode()
	}
	otto.want(t, "POST", "/set-password", set(first), 400, "") // replaced
	otto.want(t, "POST", "/set-password", url.Values{"code": {second}, "password": {"short"}, "again": {"short"}}.Encode(), 400, "")
	otto.want(t, "POST", "/set-password", set(second), 303, "")
	do("PATCH", one, `{"name":"Otto","active":false}`, 200, "")
	do("POST", one+"/setup-link", "", 409, "system_admin_inactive")
	if a := otto.send(t, "POST", "/login", url.Values{"username": {"otto"}, "password": {password}}.Encode()); a.Status != 401 {
		t.Errorf("somebody inactive signs in: %d", a.Status)
	}
	do("PATCH", one, `{"active":true}`, 200, "")
	do("DELETE", one+"/factors", "", 204, "")
	do("DELETE", one+"/sessions", "", 204, "")
	do("DELETE", one, "", 204, "")
	do("DELETE", one, "", 404, "system_admin_unknown")
	for name := range d.operations() {
		if _, path, _ := strings.Cut(name, " "); strings.HasPrefix(path, "/system-administrators") && !d.answered[name] {
			t.Errorf("no test calls %s", name)
		}
	}
	again, _ := operate(t, o.Server, "oskar")
	if id := items(do("GET", "", "", 200, ""))[1]["id"].(string); true {
		do("DELETE", "/"+id+"/sessions", "", 204, "")
	}
	again.want(t, "GET", "/api/me", "", 401, "credential_refused")
}

// operatorsTrail reads what the control database's audit trail says, by the command that checks it, and that secrets are nowhere.
func operatorsTrail(t *testing.T, s *testkit.Server) {
	code, out, _ := s.Try(t, "doctor", "--audit")
	if code != 0 {
		t.Errorf("doctor: %d %s", code, out)
	}
}

// TestTheLastWayInIsTheCommandLine holds that commands work while the server does not run, and where there is no platform's host.
func TestTheLastWayInIsTheCommandLine(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		if code, _, says := s.Try(t, "system-admin", "create", "olivia"); code != 1 || !strings.Contains(says, "--platform-host") {
			t.Errorf("without a platform's host: %d %s", code, says)
		}
		for _, path := range []string{"/api/admin/v1/tenants", "/login"} {
			if a := send(t, s, platformHost, "GET", path, nil, ""); a.Status == 404 { // the only tenant is served on any host
				t.Errorf("%s: %d", path, a.Status)
			}
		}
	})
}
