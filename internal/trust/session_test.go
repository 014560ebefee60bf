package trust

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const (
	formType = "application/x-www-form-urlencoded"
)

func loginJSON(change ...string) string {
	body := map[string]any{"tenant": "one.example.com", "username": "ann", "password": password, "role": "SelfService"}
	for i := 0; i+1 < len(change); i += 2 {
		if body[change[i]] = change[i+1]; change[i+1] == "" {
			delete(body, change[i])
		}
	}
	b, _ := json.Marshal(body)
	return string(b)
}

// signIn logs in and returns the session key.
func (f *fixture) signIn(change ...string) string {
	f.t.Helper()
	w := f.post(loginPath, "application/json", loginJSON(change...))
	var key string
	if err := json.Unmarshal(w.Body.Bytes(), &key); err != nil || w.Code != 200 {
		f.t.Fatalf("login answers %d %s", w.Code, w.Body)
	}
	return key
}

func TestLogin(t *testing.T) {
	shape := regexp.MustCompile(`^"one\.example\.com#[0-9A-Za-z]{32}#\d+"$`)
	form := url.Values{"tenant": {"one.example.com"}, "username": {"ann"}, "password": {password}, "role": {"SelfService"}}.Encode()
	each(t, func(t *testing.T, f *fixture) {
		for name, c := range map[string]struct{ kind, body, role string }{
			"JSON":                             {"application/json", loginJSON(), "SelfService"},
			"JSON with a charset":              {"application/json; charset=utf-8", loginJSON(), "SelfService"},
			"JSON under a form's type":         {formType, loginJSON(), "SelfService"},
			"JSON without a type":              {"", loginJSON(), "SelfService"},
			"a form":                           {formType, form, "SelfService"},
			"without a role":                   {"application/json", loginJSON("role", ""), "ServiceDeskAnalyst"},
			"with role null":                   {"application/json", strings.Replace(loginJSON(), `"SelfService"`, "null", 1), "ServiceDeskAnalyst"},
			"UserName and Password":            {"application/json", fmt.Sprintf(`{"tenant":"one.example.com","UserName":"ann","Password":%q}`, password), "ServiceDeskAnalyst"},
			"form UserName and Password":       {formType, url.Values{"Tenant": {"one.example.com"}, "UserName": {"ann"}, "Password": {password}}.Encode(), "ServiceDeskAnalyst"},
			"tenant and login in another case": {"application/json", loginJSON("tenant", "ONE.Example.com", "username", "ANN"), "SelfService"},
			"tenant with a port":               {"application/json", loginJSON("tenant", "one.example.com:443"), "SelfService"},
			"role in another case":             {"application/json", loginJSON("role", "selfservice"), "SelfService"},
			"further fields":                   {"application/json", loginJSON("client", "x"), "SelfService"},
		} {
			t.Run(name, func(t *testing.T) {
				w := f.post(loginPath, c.kind, c.body)
				if w.Code != 200 || !shape.MatchString(w.Body.String()) || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
					t.Fatalf("%d %s %s", w.Code, w.Header().Get("Content-Type"), w.Body)
				}
				key := strings.Trim(w.Body.String(), `"`)
				if got := w.Header().Get("Set-Cookie"); got != "SID="+key+"; Path=/; HttpOnly; Secure; SameSite=Lax" {
					t.Errorf("cookie %q", got)
				}
				for _, header := range []string{key, "Bearer " + key, "bearer " + key, `"` + key + `"`} {
					who, err := f.as(f.one, home, header)
					if err != nil || who.Kind != principal.Session || who.PersonID != f.ann || who.Role != c.role {
						t.Errorf("%+v, %v", who, err)
					}
				}
			})
		}
	})
}

func TestLoginIsRefused(t *testing.T) {
	const answer = `{"code":"ISM_4000","description":"Bad Request","message":["Unhandled system exception: Tenant Not Found or wrong Password or OpenID not Configured Properly."],"help":""}`
	each(t, func(t *testing.T, f *fixture) {
		f.update(addPerson(t, f.ctx, f.one, "gone", "Gone", "SelfService"), "Status", "Terminated")
		addPerson(t, f.ctx, f.one, "norole", "No Role")
		for name, c := range map[string]struct{ kind, body string }{
			"wrong password":              {"application/json", loginJSON("password", "no")},
			"unknown user":                {"application/json", loginJSON("username", "nobody")},
			"unknown tenant":              {"application/json", loginJSON("tenant", "other.example")},
			"the host of another tenant":  {"application/json", loginJSON("tenant", "two.example.com")},
			"no tenant":                   {"application/json", loginJSON("tenant", "")},
			"unknown role":                {"application/json", loginJSON("role", "NoSuchRole")},
			"a role the person lacks":     {"application/json", loginJSON("role", "Admin")},
			"somebody who left":           {"application/json", loginJSON("username", "gone")},
			"somebody without a role":     {"application/json", loginJSON("username", "norole", "role", "")},
			"an array":                    {"application/json", `[1,2]`},
			"a text":                      {"application/json", `"x"`},
			"nothing":                     {"application/json", ``},
			"broken JSON":                 {"application/json", `{"tenant":`},
			"words after it":              {"application/json", loginJSON() + " x"},
			"a name twice":                {"application/json", strings.Replace(loginJSON(), `"tenant"`, `"TENANT":"x","tenant"`, 1)},
			"a number for the name":       {"application/json", strings.Replace(loginJSON(), `"ann"`, `7`, 1)},
			"NUL":                         {"application/json", loginJSON("username", "a\x00")},
			"NUL in the password":         {"application/json", loginJSON("password", "a\x00")},
			"invalid UTF-8":               {"application/json", strings.Replace(loginJSON(), "ann", "\xff", 1)},
			"nested without end":          {"application/json", strings.Repeat(`{"a":`, 10000)},
			"a form with a field twice":   {formType, "tenant=one.example.com&username=ann&username=bob&password=x"},
			"a form with broken escapes":  {formType, "tenant=%zz"},
			"a form of another type":      {"text/plain", "tenant=one.example.com&username=ann&password=x"},
			"a form with escaped garbage": {formType, "tenant=one.example.com&username=%ff&password=x"},
		} {
			t.Run(name, func(t *testing.T) {
				w := f.post(loginPath, c.kind, c.body)
				if w.Code != 400 || strings.TrimSpace(w.Body.String()) != answer || w.Header().Get("Set-Cookie") != "" {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		if w := f.post(loginPath, "application/json", `{"password":"`+strings.Repeat("x", 70<<10)+`"}`); w.Code != 413 || !strings.Contains(w.Body.String(), "ISM_4013") {
			t.Errorf("a large body: %d %s", w.Code, w.Body)
		}
		if all, err := f.module.Sessions(f.ctx, f.one, ""); err != nil || len(all) != 0 {
			t.Errorf("%d sessions, %v", len(all), err)
		}
	})
}

func TestLoginOfTooManyFailuresIs429(t *testing.T) {
	limited := true
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", &limited)
	w := f.post(loginPath, "application/json", loginJSON())
	if w.Code != 429 || !strings.Contains(w.Body.String(), "ISM_4029") || w.Header().Get("Retry-After") != "6" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestLoginTakesPost(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	mux := http.NewServeMux()
	f.module.Routes(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, loginPath, nil))
	if w.Code != 405 || w.Header().Get("Allow") != "POST" || !strings.Contains(w.Body.String(), "ISM_4005") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestCookieIsSecureExceptOnPlainLoopback(t *testing.T) {
	for base, want := range map[string]bool{"https://desk.example.com": true, "http://localhost:8080": false, "http://127.0.0.1:8080": false,
		"http://[::1]:8080": false, "http://desk.example.com": true, "https://localhost": true, "http://localhost.example.com": true} {
		p := &plane{}
		p.info = infoOf(base)
		if got := p.secureCookies(); got != want {
			t.Errorf("%s: %v", base, got)
		}
	}
}

func TestSessionIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for name, spoil := range map[string]func(key string) string{
			"with another random part": func(key string) string { return key[:len("one.example.com#")] + legacyKey + key[len(key)-2:] },
			"with another number":      func(key string) string { return key + "0" },
			"with another host":        func(key string) string { return "two" + key[3:] },
			"after 30 idle minutes": func(key string) string {
				f.clock.Advance(30 * time.Minute)
				return key
			},
			"after logout": func(key string) string {
				if w := f.post("/api/rest/authentication/logout", "", "", "Authorization", key); w.Code != 204 {
					t.Errorf("logout: %d %s", w.Code, w.Body)
				}
				return key
			},
			"ended by an administrator": func(key string) string {
				who := f.accepted(f.one, home, key)
				f.must(f.module.EndSession(f.ctx, f.one, who.CredentialID, "administrator"))
				return key
			},
			"when all of the person's end": func(key string) string {
				f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error { return f.module.EndSessions(f.ctx, tx, f.ann, "account deactivated") }))
				f.clock.Advance(cacheFresh)
				return key
			},
			"when the role is lost": func(key string) string {
				f.roles(func(tx *db.Tx) error { return (role.Store{}).Revoke(f.ctx, tx, f.ann, "SelfService") })
				f.t.Cleanup(func() {
					f.roles(func(tx *db.Tx) error { return (role.Store{}).Grant(f.ctx, tx, f.ann, "SelfService", false) })
				})
				return key
			},
			"when the person is disabled": func(key string) string {
				f.update(f.ann, "Disabled", true)
				f.clock.Advance(cacheFresh)
				f.t.Cleanup(func() { f.update(f.ann, "Disabled", false) })
				return key
			},
		} {
			t.Run(name, func(t *testing.T) {
				defer func(outer *testing.T) { f.t = outer }(f.t)
				f.t = t
				key := f.signIn()
				f.accepted(f.one, home, key)
				f.refused(f.two, home, key)
				spoiled := spoil(key)
				f.refused(f.one, home, spoiled)
				f.refused(f.one, home, "Bearer "+spoiled)
			})
		}
	})
}

func TestSessionLivesWhileUsedAndTwelveHours(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		key := f.signIn()
		for f.clock.Now().Before(time.Date(2026, 3, 1, 23, 50, 0, 0, time.UTC)) {
			f.accepted(f.one, home, key)
			f.clock.Advance(25 * time.Minute)
		}
		f.clock.Advance(15 * time.Minute)
		f.refused(f.one, home, key)

		key = f.signIn()
		f.must(f.one.Records.SetSetting(f.ctx, "session.idle_minutes", "5"))
		f.clock.Advance(4 * time.Minute)
		f.accepted(f.one, home, key)
		f.clock.Advance(5 * time.Minute)
		f.refused(f.one, home, key)
	})
}

// Another replica knows of uses what this one has written, at most once a minute.
func TestSessionIsSeenByOtherReplicas(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		key := f.signIn()
		writes := 0
		for range 40 {
			f.clock.Advance(30 * time.Second)
			f.accepted(f.one, home, key)
			before := f.seen()
			f.must(f.module.Flush(f.ctx, f.one))
			if f.seen() != before {
				writes++
			}
		}
		if writes != 20 {
			t.Errorf("%d writes in 20 minutes", writes)
		}
		other := &fixture{t: t, clock: f.clock, one: f.one, module: New(Deps{People: f.module.deps.People, Clock: f.clock}), ctx: f.ctx}
		f.clock.Advance(20 * time.Minute)
		other.accepted(f.one, home, key)
	})
}

func (f *fixture) seen() time.Time {
	f.t.Helper()
	all, err := f.module.Sessions(f.ctx, f.one, f.ann)
	f.must(err)
	if len(all) != 1 {
		f.t.Fatalf("%d sessions", len(all))
	}
	return all[0].Seen
}

func TestCookie(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		key := f.signIn()
		good := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
		for name, c := range map[string]struct {
			method, cookie string
			header         http.Header
			kind           fault.Kind // Internal: accepted
		}{
			"SID alone reads": {method: "GET", cookie: "other=1; SID=" + key},
			"SID alone writes where no browser says no": {method: "POST", cookie: "SID=" + key},
			"SID from the same site writes":             {method: "POST", cookie: "SID=" + key, header: http.Header{"Sec-Fetch-Site": {"same-origin"}}},
			"SID from another site is refused":          {method: "POST", cookie: "SID=" + key, header: http.Header{"Sec-Fetch-Site": {"cross-site"}}, kind: fault.Forbidden},
			"SID from another origin is refused":        {method: "DELETE", cookie: "SID=" + key, header: http.Header{"Origin": {"https://evil.example"}}, kind: fault.Forbidden},
			"a random SID is refused":                   {method: "GET", cookie: "SID=one.example.com#" + legacyKey + "#2", kind: fault.Unauthenticated},
			"a key as SID is refused":                   {method: "GET", cookie: "SID=" + good.Secret, kind: fault.Unauthenticated},
			"an empty SID is refused":                   {method: "GET", cookie: "SID=", kind: fault.Unauthenticated},
			"a bad header beats a good SID":             {method: "GET", cookie: "SID=" + key, header: http.Header{"Authorization": {"REST nothing"}}, kind: fault.Unauthenticated},
			"an empty header beats a good SID":          {method: "GET", cookie: "SID=" + key, header: http.Header{"Authorization": {""}}, kind: fault.Unauthenticated},
			"a good header beats a bad SID":             {method: "GET", cookie: "SID=x", header: http.Header{"Authorization": {"REST " + good.Secret}}},
			"two headers are a mistake":                 {method: "GET", header: http.Header{"Authorization": {"REST " + good.Secret, "REST " + good.Secret}}, kind: fault.Invalid},
		} {
			t.Run(name, func(t *testing.T) {
				r := httptest.NewRequest(c.method, "https://one.example.com/api/odata/businessobject/incidents", nil)
				maps.Copy(r.Header, c.header)
				if c.cookie != "" {
					r.Header.Set("Cookie", c.cookie)
				}
				who, err := f.ask(f.one, r)
				if c.kind == fault.Internal {
					if err != nil || who.PersonID != f.ann {
						t.Errorf("%+v, %v", who, err)
					}
				} else if !fault.Is(err, c.kind) {
					t.Errorf("%+v, %v", who, err)
				}
			})
		}
	})
}

func TestSignInAndEndAreAudited(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		f := newFixture(t, dsn, new(bool))
		key := f.signIn()
		who := f.accepted(f.one, home, key)
		random := strings.Split(key, "#")[1]
		f.post("/api/rest/authentication/logout", "", "", "Authorization", key)
		records, err := audit.List(f.ctx, f.one.DB, audit.Filter{Target: who.CredentialID})
		f.must(err)
		if len(records) != 2 || records[0].Action != "session.end" || records[1].Action != "session.create" || records[1].Login != "ann" ||
			records[1].Address != home || records[1].Credential != who.CredentialID {
			t.Errorf("%+v", records)
		}
		var found int64
		f.must(f.one.DB.QueryRow(f.ctx, `SELECT COUNT(*) FROM audit WHERE payload LIKE $1`, "%"+random+"%").Scan(&found))
		if found != 0 {
			t.Error("the audit trail holds the session key")
		}
	})
}

func TestLogoutOfAKeyIsRefused(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
	if w := f.post("/api/rest/authentication/logout", "", "", "Authorization", "REST "+k.Secret); w.Code != 400 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := f.post("/api/rest/authentication/logout", "", ""); w.Code != 401 || !strings.Contains(w.Body.String(), `["Authentication required"]`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestCutKeepsWholeCharacters(t *testing.T) {
	if got := cut("Mozilla\r\n5.0 äöü", 14); got != "Mozilla5.0 ä" {
		t.Errorf("%q", got)
	}
}

func FuzzReadSignIn(f *testing.F) {
	f.Add("application/json", loginJSON())
	f.Add(formType, "tenant=a&username=b&password=c")
	f.Add("", "[1,2]")
	f.Add("application/json", `{"tenant":"a\u0000"}`)
	f.Fuzz(func(t *testing.T, kind, body string) {
		in, ok := readSignIn(kind, []byte(body))
		if ok && (in.Tenant == "" || in.UserName == "" || in.Password == "" || strings.ContainsAny(in.UserName+in.Tenant+in.Role+in.Password, "\x00")) {
			t.Errorf("%q gives %+v", body, in)
		}
	})
}
