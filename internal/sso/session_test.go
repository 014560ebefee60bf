package sso

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func TestSignInAndOut(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.browser()
		if page := b.want(http.StatusOK, http.MethodGet, "/login?to=/desk/1", "").Body.String(); !strings.Contains(page, `value="/desk/1"`) {
			t.Errorf("the page forgets where to go:\n%s", page)
		}
		w := b.want(http.StatusSeeOther, http.MethodPost, "/login", url.Values{"username": {"ANN"}, "password": {password}, "to": {"/desk/1?x=2#y"}}.Encode())
		if got := w.Header().Get("Location"); got != "/desk/1?x=2#y" {
			t.Errorf("goes to %q", got)
		}
		c := b.cookies["__Host-sid"]
		if c == nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 0 || len(c.Value) != 43 {
			t.Fatalf("the cookie is %+v", c)
		}
		me := b.me()
		if me.Person.Login != "ann" || me.Role.Name != "ServiceDeskAnalyst" || len(me.Roles) != 2 || me.Role.Class != Agent || me.Tenant.Title != "one" || me.Session.Method != "password" {
			t.Errorf("me is %+v", me)
		}
		if me.Objects["Employee"].Read.String() != "all" || me.Objects["Employee"].Delete.String() != "none" {
			t.Errorf("rights are %+v", me.Objects)
		}
		if w := b.want(http.StatusSeeOther, http.MethodGet, "/login?to=/x", ""); w.Header().Get("Location") != "/x" {
			t.Errorf("the sign-in page sends somebody who is signed in to %q", w.Header().Get("Location"))
		}
		stolen := b.sid()
		b.want(http.StatusSeeOther, http.MethodPost, "/logout", "")
		if b.sid() != "" {
			t.Error("the cookie is still there")
		}
		b.cookies["__Host-sid"] = &http.Cookie{Name: "__Host-sid", Value: stolen}
		if b.alive() {
			t.Error("the session lives on after signing out")
		}
		b.want(http.StatusOK, http.MethodPost, "/logout", "", "Accept", "application/json")
	})
}

func TestNeutralErrors(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.person("gone", "SelfService")
		f.must(f.replicas[0].people.SetActive(tenant.With(f.ctx, f.one), f.one, "gone", false, false))
		var first string
		for name, pair := range map[string][2]string{
			"a wrong password": {"ann", "wrong"}, "nobody": {"nobody", password}, "somebody who has left": {"gone", password},
			"nothing": {"", ""}, "no text": {"ann\xff", password}, "a very long name": {strings.Repeat("a", 300), password},
		} {
			b := f.browser()
			w := b.signIn(pair[0], pair[1])
			text := strings.ReplaceAll(w.Body.String(), `value="`+pair[0]+`"`, "")
			if w.Code != http.StatusUnauthorized || !strings.Contains(text, "The name or the password is wrong.") || b.sid() != "" {
				t.Errorf("%s: %d %s", name, w.Code, text)
			}
			if first == "" {
				first = w.Header().Get("Location")
			}
		}
	})
}

func TestSessionFixation(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.browser()
		planted := strings.Repeat("a", 43)
		b.cookies["__Host-sid"] = &http.Cookie{Name: "__Host-sid", Value: planted}
		b.signIn("ann", password)
		first := b.sid()
		if first == planted || first == "" {
			t.Fatalf("the cookie is %q", first)
		}
		old := func(value string) *browser {
			o := f.browser()
			o.cookies["__Host-sid"] = &http.Cookie{Name: "__Host-sid", Value: value}
			return o
		}
		b.signIn("root", password) // another person in the same browser: the first session ends
		if old(first).alive() {
			t.Error("signing in again leaves the old session")
		}
		b.signIn("ann", password)
		first = b.sid()
		began := b.me().Session.Began
		f.clock.Advance(time.Minute)
		w := b.want(http.StatusOK, http.MethodPost, "/api/me/role", `{"role":"selfservice"}`)
		var me Me
		f.must(json.Unmarshal(w.Body.Bytes(), &me))
		if me.Role.Name != "SelfService" || me.Role.Class != SelfService || !me.Session.Began.Equal(began) {
			t.Errorf("after the switch: %+v", me)
		}
		if old(first).alive() || b.sid() == first || !b.alive() {
			t.Error("a role switch leaves the old session, or no new one")
		}
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/role", `{"role":"Admin"}`)
		first = b.sid()
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/password", `{"current":"wrong","new":"another good long password"}`)
		if w := b.want(http.StatusBadRequest, http.MethodPost, "/api/me/password", `{"current":"`+password+`","new":"short"}`); !strings.Contains(w.Body.String(), `"field":"new"`) {
			t.Errorf("the complaint is not at the field: %s", w.Body)
		}
		other := f.enter("ann")
		b.want(http.StatusOK, http.MethodPost, "/api/me/password", `{"current":"`+password+`","new":"another good long password"}`)
		if old(first).alive() || other.alive() || !b.alive() {
			t.Error("a change of the password leaves old sessions, or no new one")
		}
	})
}

func TestAnotherTenantsCookie(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.enter("root")
		b.h = f.two
		if b.alive() {
			t.Error("the cookie of one tenant opens another")
		}
		b.want(http.StatusSeeOther, http.MethodPost, "/logout", "")
		b.h = f.one
	})
}

func TestForgedRequests(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.enter("ann")
		for name, header := range map[string][]string{
			"another site": {"Sec-Fetch-Site", "cross-site"}, "a sibling host": {"Sec-Fetch-Site", "same-site"}, "another origin": {"Origin", "https://evil.example"},
			"an opaque origin": {"Origin", "null"},
		} {
			for _, path := range []string{"/login", "/login/local", "/logout"} {
				b.want(http.StatusForbidden, http.MethodPost, path, "username=ann&password=x", header...)
			}
			b.want(http.StatusForbidden, http.MethodPost, "/api/me/role", `{"role":"SelfService"}`, header...)
			b.want(http.StatusForbidden, http.MethodDelete, "/api/me/sessions", "", header...)
			b.want(http.StatusForbidden, http.MethodPut, "/api/me/preferences", `{}`, header...)
			if w := f.browser().send(http.MethodPost, "/login", url.Values{"username": {"ann"}, "password": {password}}.Encode(), header...); w.Code != http.StatusForbidden || len(w.Result().Cookies()) > 0 {
				t.Errorf("%s signs a browser in: %d", name, w.Code)
			}
		}
		if !b.alive("Sec-Fetch-Site", "same-origin") {
			t.Error("a forged request ended the session")
		}
		b.want(http.StatusOK, http.MethodPut, "/api/me/preferences", `{}`, "Sec-Fetch-Site", "same-origin")
	})
}

func TestSessionsEndByThemselves(t *testing.T) {
	for _, c := range []struct {
		name, login    string
		idle, absolute time.Duration
	}{
		{"an administrator", "root", 30 * time.Minute, 8 * time.Hour},
		{"an agent", "ann", 30 * time.Minute, 12 * time.Hour},
		{"self service", "sue", 8 * time.Hour, 12 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, f *fixture) {
				b := f.enter(c.login)
				f.clock.Advance(c.idle - time.Second)
				if !b.alive("X-Provost-Background", "1") || !b.alive("Accept", "text/event-stream") {
					t.Fatal("ends before it is idle")
				}
				f.clock.Advance(time.Second)
				if b.alive() {
					t.Fatal("background requests keep it alive")
				}
				b = f.enter(c.login)
				f.clock.Advance(c.idle / 4)
				b.me()
				f.clock.Advance(c.idle - time.Second)
				if !b.alive() {
					t.Fatal("use does not keep it alive")
				}
				b = f.enter(c.login)
				for left := c.absolute; left > 0; left -= c.idle / 2 {
					if !b.alive() {
						t.Fatalf("ends %s early", left)
					}
					f.clock.Advance(min(left, c.idle/2))
				}
				if b.alive() {
					t.Error("use keeps it alive beyond the absolute end")
				}
			})
		})
	}
}

func TestAClassesLimitsAreSettings(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.enter("root")
		f.must(f.one.Records.SetSetting(f.ctx, "session.admin_idle_minutes", "5"))
		f.clock.Advance(5 * time.Minute)
		if b.alive() {
			t.Error("the setting does not count for sessions there are")
		}
		if err := f.one.Records.SetSetting(f.ctx, "session.admin_max_hours", "25"); err == nil {
			t.Error("there is no ceiling")
		}
	})
}

// TestEndsOnEveryReplica: what changes on one replica counts for the next request of another.
func TestEndsOnEveryReplica(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ctx := tenant.With(f.ctx, f.one)
		p := f.replicas[0].people
		for name, change := range map[string]func(login string){
			"deactivation": func(login string) { f.must(p.SetActive(ctx, f.one, login, false, false)) },
			"a new password": func(login string) {
				f.must(p.SetPassword(ctx, f.one, f.ids[login], "another good long password"))
			},
			"the role is taken": func(login string) {
				_, err := p.Revoke(ctx, f.one, login, "ServiceDeskAnalyst", false)
				f.must(err)
			},
			"removal": func(login string) { f.must(p.DeletePerson(ctx, f.one, login, false)) },
		} {
			login := strings.ReplaceAll(name, " ", "-")
			f.person(login, "ServiceDeskAnalyst", "SelfService")
			b := f.enter(login)
			b.replica = f.replicas[1]
			if !b.alive() {
				t.Fatalf("%s: another replica does not know the session", name)
			}
			change(login)
			if b.alive() {
				t.Errorf("%s: the session lives on", name)
			}
		}
	})
}

func TestOwnSessions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b, other, root := f.enter("ann"), f.enter("ann"), f.enter("root")
		list := func(b *browser) (out struct{ Items []BrowserSession }) {
			f.must(json.Unmarshal(b.want(http.StatusOK, http.MethodGet, "/api/me/sessions", "").Body.Bytes(), &out))
			return out
		}
		all := list(b).Items
		if len(all) != 2 || all[0].Current || !all[1].Current || all[0].Address != "192.0.2.7" {
			t.Fatalf("sessions are %+v", all)
		}
		b.want(http.StatusNotFound, http.MethodDelete, "/api/me/sessions/"+list(root).Items[0].ID, "")
		if !root.alive() {
			t.Error("somebody else's session was ended")
		}
		b.want(http.StatusNoContent, http.MethodDelete, "/api/me/sessions/"+all[0].ID, "")
		if other.alive() || !b.alive() {
			t.Error("the wrong session was ended")
		}
		third := f.enter("ann")
		b.want(http.StatusOK, http.MethodDelete, "/api/me/sessions", "")
		if third.alive() || !b.alive() {
			t.Error("the others live on, or the own one ended")
		}
	})
}

func TestPreferences(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.enter("ann")
		if got := b.want(http.StatusOK, http.MethodGet, "/api/me/preferences", "").Body.String(); got != "{}\n" {
			t.Errorf("at first: %q", got)
		}
		b.want(http.StatusOK, http.MethodPut, "/api/me/preferences", `{"theme":"dark","views":[1,{"a":"<b>"}]}`)
		if got := b.want(http.StatusOK, http.MethodGet, "/api/me/preferences", "").Body.String(); !strings.Contains(got, `"theme":"dark"`) {
			t.Errorf("kept: %q", got)
		}
		b.want(http.StatusOK, http.MethodPut, "/api/me/preferences", `{"theme":"dark","views":[1,{"a":"<b>"}]}`) // which changes nothing
		entries, err := audit.List(f.ctx, f.one.DB, audit.Filter{Action: "preferences.update"})
		if err != nil || len(entries) != 1 || !strings.Contains(string(entries[0].Changes), `"theme":[null,"dark"]`) || entries[0].Actor == "" {
			t.Errorf("audit trail: %+v, %v", entries, err)
		}
		if got := f.enter("root").want(http.StatusOK, http.MethodGet, "/api/me/preferences", "").Body.String(); got != "{}\n" {
			t.Errorf("somebody else sees %q", got)
		}
		for _, body := range []string{`[]`, `null`, `{"a":1}{}`, `{"a":`} {
			b.want(http.StatusBadRequest, http.MethodPut, "/api/me/preferences", body)
		}
		b.want(http.StatusRequestEntityTooLarge, http.MethodPut, "/api/me/preferences", `{"a":"`+strings.Repeat("x", 64<<10)+`"}`)
	})
}

func TestOnlyBrowserSessionsAskAboutThemselves(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.browser()
		w := b.want(http.StatusOK, http.MethodPost, "/api/rest/authentication/login", `{"tenant":"one.example.com","username":"ann","password":"`+password+`"}`)
		key := strings.Trim(w.Body.String(), `"`)
		b.want(http.StatusForbidden, http.MethodGet, "/api/me", "", "Authorization", key)
		b.cookies = map[string]*http.Cookie{}
		b.want(http.StatusUnauthorized, http.MethodGet, "/api/me", "")
		b = f.enter("ann")
		b.want(http.StatusUnauthorized, http.MethodGet, "/api/me", "", "Authorization", "REST nonsense") // a header beats a cookie
	})
}

func TestCookiesOnLocalhost(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", "http://localhost:8080")
	b := f.enter("ann")
	if c := b.cookies["sid"]; c == nil || c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || !b.alive() {
		t.Errorf("cookies are %+v", b.cookies)
	}
	b.cookies["__Host-sid"], b.cookies["sid"] = b.cookies["sid"], nil
	delete(b.cookies, "sid")
	b.cookies["__Host-sid"].Name = "__Host-sid"
	if b.alive() {
		t.Error("the other name counts too")
	}
}

func TestRepeatedWrongPasswordsAreSlowedDown(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", "https://one.example.com")
	b := f.browser()
	limited := 0
	for range 12 {
		if w := b.signIn("ann", "wrong"); w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "" {
			limited++
		}
	}
	if limited == 0 {
		t.Error("nobody slows a guesser down")
	}
	f.clock.Advance(time.Hour)
	f.enter("ann")
}

func TestReturnPath(t *testing.T) {
	for asked, want := range map[string]string{
		"": "/", "/": "/", "/desk/incidents?view=1#top": "/desk/incidents?view=1#top", "/a/b//c": "/a/b//c",
		"https://evil": "/", "//evil": "/", `/\evil`: "/", `\\evil`: "/", "javascript:alert(1)": "/", "/%2f%2fevil": "/", "/%2Fevil": "/", "/%5cevil": "/",
		"/\tevil": "/", "/\nevil": "/", "/a\r\nSet-Cookie: x=y": "/", "https://one.example.com@evil/": "/", "http:/evil": "/", "evil": "/", "/%252f%252fevil": "/", "/%0d%0a": "/",
		"/" + strings.Repeat("a", 10<<10): "/", "/login": "/", "/LOGIN/local": "/", "/logout": "/", "///evil": "/", "/.//evil": "/.//evil",
	} {
		if got := returnPath(asked); got != want {
			t.Errorf("%.60q goes to %q, want %q", asked, got, want)
		}
	}
}

func FuzzReturnPath(f *testing.F) {
	for _, seed := range []string{"/desk", "//evil", `/\evil`, "/%2f%2fevil", "https://evil", "/a?b=//c#d"} {
		f.Add(seed)
	}
	base, _ := url.Parse("https://one.example.com/login")
	f.Fuzz(func(t *testing.T, asked string) {
		got := returnPath(asked)
		u, err := base.Parse(got)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || got[0] != '/' || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("%q goes to %q", asked, got)
		}
	})
}

// busy is a people's domain whose machine has too many passwords to check.
type busy struct{ People }

func (busy) VerifyPassword(context.Context, *tenant.Handle, string, string, netip.Addr) (string, error) {
	f := fault.New(fault.Unavailable, "sign_in_busy", "Too many sign-ins at once.")
	f.RetryAfter = 5 * time.Second
	return "", f
}

func TestABusyMachineSaysSo(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", "https://one.example.com")
	b := f.browser()
	b.replica.sso.people = busy{b.replica.people}
	if w := b.signIn("ann", password); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || b.sid() != "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// TestADemoNeedsNoSecondFactor: its passwords are printed and documented.
func TestADemoNeedsNoSecondFactor(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", "https://one.example.com")
	f.policy("auto")
	f.one.Demo = true
	f.enter("root")
}

func TestTheCookieOpensTheOtherSurfaces(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.enter("root")
		b.want(http.StatusOK, http.MethodGet, "/api/admin/v1/people", "")
		b.want(http.StatusForbidden, http.MethodDelete, "/api/admin/v1/people/"+f.ids["sue"], "", "Sec-Fetch-Site", "cross-site")
		b.cookies["__Host-sid"].Value = strings.Repeat("x", 43)
		b.want(http.StatusUnauthorized, http.MethodGet, "/api/admin/v1/people", "")
	})
}
