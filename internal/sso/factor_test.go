package sso

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

var (
	secretOf = regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`)
	codesOf  = regexp.MustCompile(`<li>([a-z0-9]{5}-[a-z0-9]{5})</li>`)
)

// code is what an authenticator app shows.
func (f *fixture) code(plain string) string {
	f.t.Helper()
	c, err := totp.GenerateCode(plain, f.clock.Now())
	f.must(err)
	return c
}

// policy sets who needs a second factor.
func (f *fixture) policy(value string) {
	f.t.Helper()
	f.must(f.one.Records.SetSetting(f.ctx, "sign_in.second_factor", value))
}

// enrolTOTP signs somebody in who needs a second factor and has none, and sets an app up.
func (f *fixture) enrolTOTP(login string) (b *browser, plain string, codes []string) {
	f.t.Helper()
	b = f.browser()
	f.goes(b.signIn(login, password), "/login/enrol")
	page := b.want(http.StatusOK, http.MethodGet, "/login/enrol", "").Body.String()
	m := secretOf.FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, `src="data:image/png;base64,`) {
		f.t.Fatalf("no secret on the page: %s", page)
	}
	plain = strings.ReplaceAll(m[1], " ", "")
	page = b.want(http.StatusOK, http.MethodPost, "/login/enrol", fields("code", f.code(plain))).Body.String()
	for _, m := range codesOf.FindAllStringSubmatch(page, -1) {
		codes = append(codes, m[1])
	}
	if len(codes) != 10 {
		f.t.Fatalf("%d recovery codes: %s", len(codes), page)
	}
	return b, plain, codes
}

func (f *fixture) goes(w *httptest.ResponseRecorder, to string) {
	f.t.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
		f.t.Fatalf("%d to %q %.300s, want %q", w.Code, w.Header().Get("Location"), w.Body, to)
	}
}

func TestWhoNeedsASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for policy, needs := range map[string]map[string]bool{"off": {}, "auto": {"root": true}, "admins": {"root": true}, "all": {"root": true, "ann": true, "sue": true}} {
			f.policy(policy)
			for _, login := range []string{"root", "ann", "sue"} {
				b := f.browser()
				w := b.signIn(login, password)
				if got := w.Header().Get("Location") == "/login/enrol"; got != needs[login] || got == (b.sid() != "") {
					t.Errorf("%s: %s goes to %q", policy, login, w.Header().Get("Location"))
				}
			}
		}
	})
}

func TestAuthenticatorApp(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.policy("admins")
		b, plain, codes := f.enrolTOTP("root")
		if me := b.me(); me.Session.Method != "password+totp" {
			t.Errorf("the method is %s", me.Session.Method)
		}
		used := f.code(plain)
		b = f.browser()
		f.goes(b.signIn("root", password), "/login/factor")
		if b.alive() {
			t.Fatal("a password alone signs in")
		}
		b.want(http.StatusOK, http.MethodGet, "/login/factor", "")
		b.want(http.StatusBadRequest, http.MethodPost, "/login/factor", fields("code", used)) // the step it was set up with
		f.clock.Advance(30 * time.Second)
		fresh := f.code(plain)
		other := f.browser()
		f.goes(other.signIn("root", password), "/login/factor")
		f.goes(b.want(http.StatusSeeOther, http.MethodPost, "/login/factor", fields("code", fresh[:3]+" "+fresh[3:])), "/")
		if !b.alive() || b.cookies["__Host-signin"] != nil {
			t.Error("not signed in, or the cookie of the sign-in is left")
		}
		other.want(http.StatusBadRequest, http.MethodPost, "/login/factor", fields("code", fresh)) // a step counts once
		f.goes(other.want(http.StatusSeeOther, http.MethodPost, "/login/factor", fields("code", strings.ToUpper(codes[0]))), "/")
		if me := other.me(); me.Session.Method != "password+recovery" {
			t.Errorf("the method is %s", me.Session.Method)
		}
		third := f.browser()
		third.signIn("root", password)
		third.want(http.StatusBadRequest, http.MethodPost, "/login/factor", fields("code", codes[0])) // and a recovery code too
		f.clock.Advance(2 * time.Minute)
		late := f.code(plain)
		f.clock.Advance(61 * time.Second)
		third.want(http.StatusBadRequest, http.MethodPost, "/login/factor", fields("code", late))
	})
}

func TestGuessingCodesIsSlowAndEndsTheSignIn(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", "https://one.example.com")
	f.policy("admins")
	f.enrolTOTP("root")
	b := f.browser()
	b.signIn("root", password)
	for range maxWrong {
		b.want(http.StatusBadRequest, http.MethodPost, "/login/factor", fields("code", "000000"))
	}
	f.clock.Advance(time.Minute)
	if w := b.want(http.StatusBadRequest, http.MethodPost, "/login/factor", fields("code", "000000")); !strings.Contains(w.Body.String(), "Begin again") {
		t.Errorf("the sign-in goes on: %s", w.Body)
	}
	b.signIn("root", password)
	b.want(http.StatusBadRequest, http.MethodPost, "/login/factor", fields("code", "000000"))
	b.want(http.StatusTooManyRequests, http.MethodPost, "/login/factor", fields("code", "000000"))
	stale := f.browser()
	stale.signIn("root", password)
	f.clock.Advance(challengeLife)
	stale.want(http.StatusBadRequest, http.MethodPost, "/login/factor", fields("code", "000000"))
	f.goes(stale.want(http.StatusSeeOther, http.MethodGet, "/login/factor", ""), "/login")
}

func TestPasskeys(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.policy("admins")
		b := f.browser()
		f.goes(b.signIn("root", password), "/login/enrol")
		key := newAuthenticator(t)
		made := key.create(b.options("/login/enrol/options"))
		page := b.want(http.StatusOK, http.MethodPost, "/login/enrol", fields("credential", made)).Body.String()
		if len(codesOf.FindAllString(page, -1)) != 10 || b.me().Session.Method != "passkey" {
			t.Errorf("after the passkey was made: %s", page)
		}
		b.want(http.StatusBadRequest, http.MethodPost, "/login/enrol", fields("credential", made)) // replayed

		b = f.browser()
		answer := key.get(b.options("/login/passkey/options"))
		f.goes(b.want(http.StatusSeeOther, http.MethodPost, "/login/passkey", fields("credential", answer, "to", "/desk")), "/desk")
		if me := b.me(); me.Person.Login != "root" || me.Session.Method != "passkey" {
			t.Errorf("signed in as %+v", me)
		}
		if w := f.browser().want(http.StatusBadRequest, http.MethodPost, "/login/passkey", fields("credential", answer)); len(w.Result().Cookies()) > 0 {
			t.Error("a challenge counts twice")
		}
		for name, spoil := range map[string]func(a *authenticator){
			"another origin":     func(a *authenticator) { a.origin = "https://evil.example" },
			"another party":      func(a *authenticator) { a.rpID = "evil.example" },
			"nobody verified":    func(a *authenticator) { a.flags = 1 },
			"an old counter":     func(a *authenticator) { a.count = 0 },
			"another key":        func(a *authenticator) { a.key = newAuthenticator(t).key },
			"another credential": func(a *authenticator) { a.id = newAuthenticator(t).id },
			"another person":     func(a *authenticator) { a.handle = passkeyUser{person: person{ID: f.ids["ann"]}}.WebAuthnID() },
			"no person":          func(a *authenticator) { a.handle = nil },
		} {
			spoilt := *key
			spoil(&spoilt)
			o := f.browser()
			if w := o.send(http.MethodPost, "/login/passkey", fields("credential", spoilt.get(o.options("/login/passkey/options")))); w.Code != http.StatusBadRequest || o.sid() != "" {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		o := f.browser()
		late := key.get(o.options("/login/passkey/options"))
		f.clock.Advance(challengeLife)
		o.want(http.StatusBadRequest, http.MethodPost, "/login/passkey", fields("credential", late))
		o.h = f.two
		o.want(http.StatusBadRequest, http.MethodPost, "/login/passkey", fields("credential", key.get(o.options("/login/passkey/options"))))
		o.h = f.one
		o.want(http.StatusForbidden, http.MethodPost, "/login/passkey", fields("credential", "{}"), "Sec-Fetch-Site", "cross-site")
		o.want(http.StatusForbidden, http.MethodPost, "/login/passkey/options", "", "Origin", "https://evil.example")
		f.must(f.replicas[0].people.SetActive(tenant.With(f.ctx, f.one), f.one, "root", false, true))
		o.want(http.StatusBadRequest, http.MethodPost, "/login/passkey", fields("credential", key.get(o.options("/login/passkey/options"))))
	})
}

// TestWhoComesFromOutsideHasNoWayIn: whom an identity provider alone signs in makes no factor here, and a passkey from before does not let them in.
func TestWhoComesFromOutsideHasNoWayIn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.policy("off")
		b := f.enter("ann")
		key := newAuthenticator(t)
		b.want(http.StatusOK, http.MethodPost, "/api/me/factors/passkeys", `{"name":"Laptop","credential":`+key.create(b.options("/api/me/factors/passkeys/options"))+`}`)
		employee, _ := f.one.Records.Type(f.ctx, "Employee")
		_, err := f.one.Records.Update(f.ctx, employee, f.ids["ann"], record.Input{{Name: "IsExternalAuth", Value: true}, {Name: "IsInternalAuth", Value: false}})
		f.must(err)
		o := f.browser()
		w := o.want(http.StatusForbidden, http.MethodPost, "/login/passkey", fields("credential", key.get(o.options("/login/passkey/options"))))
		if o.sid() != "" || !strings.Contains(w.Body.String(), "identity provider") {
			t.Errorf("a passkey from before: %v %s", w.Result().Cookies(), w.Body)
		}
		for _, path := range []string{"/api/me/factors/passkeys/options", "/api/me/factors/totp"} {
			if w := b.send(http.MethodPost, path, ""); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "local_sign_in_off") {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	})
}

// TestFirstAdministrator goes from the link that the first start prints to a session with a second factor.
func TestFirstAdministrator(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.policy("auto")
		made, err := f.replicas[0].people.CreatePerson(tenant.With(f.ctx, f.one), f.one, people.NewPerson{Login: "first", Role: "Admin", LastName: "First"})
		f.must(err)
		_, link, _ := strings.Cut(made.SetupLink, "#")
		b := f.browser()
		f.goes(b.send(http.MethodPost, "/set-password", fields("code", link, "password", password, "again", password)), "/login/enrol")
		m := secretOf.FindStringSubmatch(b.want(http.StatusOK, http.MethodGet, "/login/enrol", "").Body.String())
		b.want(http.StatusOK, http.MethodPost, "/login/enrol", fields("code", f.code(strings.ReplaceAll(m[1], " ", ""))))
		if me := b.me(); me.Person.Login != "first" || me.Role.Class != Administrator {
			t.Errorf("signed in as %+v", me)
		}
		if w := f.browser().send(http.MethodPost, "/set-password", fields("code", link, "password", password, "again", password)); w.Code != http.StatusBadRequest || len(w.Result().Cookies()) > 0 {
			t.Errorf("the link counts twice: %d", w.Code)
		}
	})
}

// TestALinkDoesNotPassTheSecondFactor: whoever can read somebody's mail is not that person yet.
func TestALinkDoesNotPassTheSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.policy("admins")
		f.enrolTOTP("root")
		link, err := f.replicas[0].people.RenewSetupLink(tenant.With(f.ctx, f.one), f.one, "root")
		f.must(err)
		_, value, _ := strings.Cut(link.SetupLink, "#")
		b := f.browser()
		f.goes(b.send(http.MethodPost, "/set-password", fields("code", value, "password", password, "again", password)), "/login/factor")
		if b.alive() {
			t.Error("the link signs in")
		}
	})
}

func TestTheLoginOfTheAPIRefusesWhoNeedsASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		login := func(name string) int {
			w := f.browser().send(http.MethodPost, "/api/rest/authentication/login", `{"tenant":"one.example.com","username":"`+name+`","password":"`+password+`"}`)
			if w.Code != http.StatusOK && !strings.Contains(w.Body.String(), "Use a REST API key instead.") {
				t.Errorf("%s is told nothing: %s", name, w.Body)
			}
			return w.Code
		}
		f.policy("admins")
		if got := login("ann"); got != http.StatusOK {
			t.Errorf("somebody without: %d", got)
		}
		if got := login("root"); got != http.StatusBadRequest {
			t.Errorf("somebody who has to have one: %d", got)
		}
		f.enrolTOTP("root")
		f.policy("off")
		if got := login("root"); got != http.StatusBadRequest {
			t.Errorf("somebody who has one: %d", got)
		}
		f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error {
			return f.replicas[0].sso.endFactors(f.ctx, tx, f.replicas[0].sso.realm(f.one), f.ids["root"], "root")
		}))
		if got := login("root"); got != http.StatusOK {
			t.Errorf("after a reset: %d", got)
		}
	})
}
