package sso

import (
	"encoding/json"
	"html"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	passwords "github.com/provost-itsm/provost/internal/platform/password"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/sysadmin"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// platformFixture is a control database with a system administrator, and two replicas that serve the platform's host.
type platformFixture struct {
	fixture
	control  *db.DB
	admins   [2]*sysadmin.Store
	platform [2]*Platform
	olivia   sysadmin.Admin
}

// eachPlatform runs a test on both engines.
func eachPlatform(t *testing.T, test func(t *testing.T, f *platformFixture)) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		f := &platformFixture{fixture: fixture{t: t, clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), ctx: record.AsSystem(t.Context())}}
		keys, err := secret.Open(filepath.Join(t.TempDir(), "keys.json"), true)
		f.must(err)
		f.control, err = db.Open(f.ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
		f.must(err)
		t.Cleanup(func() { _ = f.control.Close() })
		for i := range f.platform {
			m := New(Deps{Clock: f.clock})
			f.admins[i] = sysadmin.New(sysadmin.Options{Control: f.control, Keys: keys, Clock: f.clock, Address: func() string { return "https://platform.example.com" },
				Passwords: passwords.NewJudge(secret.NewPasswords(secret.PasswordLimits{}), f.clock)})
			f.platform[i] = m.SetPlatform(f.admins[i], false)
			mux := http.NewServeMux()
			m.Routes(mux)
			people.SetupRoutes(mux, func(*http.Request) (people.SetupPlace, error) {
				return people.SetupPlace{Name: "Provost", Use: f.admins[i].UseLink, Enter: f.platform[i].Enter}, nil
			})
			f.replicas[i] = &replica{sso: m, mux: web.Arrive(nil, web.Headers(mux))}
		}
		f.olivia = f.admin("olivia")
		test(t, f)
	})
}

// admin makes a system administrator with a password.
func (f *platformFixture) admin(login string) sysadmin.Admin {
	f.t.Helper()
	made, _, err := f.admins[0].Create(f.ctx, sysadmin.NewAdmin{Login: login, Name: "The " + login})
	f.must(err)
	f.must(f.admins[0].SetPassword(f.ctx, made.ID, password))
	return made
}

func (f *platformFixture) at() *browser {
	b := f.browser()
	b.h = nil
	return b
}

var shownSecret = regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`)

// enter signs somebody in who sets an authenticator app up on the way.
func (f *platformFixture) enter(login string) (b *browser, plain string) {
	f.t.Helper()
	b = f.at()
	f.goes(b.signIn(login, password), enrolPath)
	shown := shownSecret.FindStringSubmatch(b.want(http.StatusOK, http.MethodGet, enrolPath, "").Body.String())
	plain = strings.ReplaceAll(html.UnescapeString(shown[1]), " ", "")
	b.want(http.StatusOK, http.MethodPost, enrolPath, fields("code", f.code(plain)))
	return b, plain
}

func TestWhoRunsTheServerSignsInAsOthersDo(t *testing.T) {
	eachPlatform(t, func(t *testing.T, f *platformFixture) {
		if w := f.at().signIn("olivia", "wrong"); w.Code != http.StatusUnauthorized {
			t.Errorf("a wrong password: %d", w.Code)
		}
		b, plain := f.enter("Olivia")
		me := b.me()
		if me.Kind != "system" || !slices.Equal(me.Areas, []string{"tenants"}) || me.Person.Name != "The olivia" || !me.Factors.Required || me.Session.IdleAfter != 1800 {
			t.Errorf("who is signed in: %+v", me)
		}
		b.want(http.StatusOK, http.MethodPut, "/api/me/preferences", `{"dense":true}`)
		b.replica = f.replicas[1]
		if got := b.want(http.StatusOK, http.MethodGet, "/api/me/preferences", "").Body.String(); !strings.Contains(got, `"dense":true`) {
			t.Errorf("preferences: %s", got)
		}
		b.want(http.StatusConflict, http.MethodDelete, "/api/me/factors/totp", "")
		b.want(http.StatusOK, http.MethodPost, "/api/me/role", `{"role":"SystemAdministrator"}`)
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/role", `{"role":"Admin"}`)

		// The second sign-in asks for the app; a recovery code stands in, once.
		f.clock.Advance(time.Minute)
		second := f.at()
		f.goes(second.signIn("olivia", password), factorPath)
		second.want(http.StatusBadRequest, http.MethodPost, factorPath, fields("code", "000000"))
		f.goes(second.want(http.StatusSeeOther, http.MethodPost, factorPath, fields("code", f.code(plain))), "/")
		if list, err := f.platform[1].Sessions(f.ctx, f.olivia.ID); err != nil || len(list) != 2 {
			t.Errorf("her sessions: %+v, %v", list, err)
		}

		// The proof of a sign-in lasts five minutes.
		who := &principal.Principal{Kind: principal.SystemSession, CredentialID: second.me().Session.ID}
		f.must(f.platform[1].StepUp(f.ctx, who))
		f.clock.Advance(StepUpLife)
		if err := f.platform[1].StepUp(f.ctx, who); !fault.Is(err, fault.Forbidden) {
			t.Errorf("an old proof: %v", err)
		}
		f.must(f.platform[1].StepUp(f.ctx, &principal.Principal{Kind: principal.SystemKey}))
		second.want(http.StatusBadRequest, http.MethodPost, "/api/me/step-up", `{"password":"`+password+`"}`)
		second.want(http.StatusOK, http.MethodPost, "/api/me/step-up", `{"password":"`+password+`","code":"`+f.code(plain)+`"}`)

		// A new password ends the other session; being idle this one.
		f.clock.Advance(time.Minute)
		second.want(http.StatusOK, http.MethodPost, "/api/me/password", `{"current":"`+password+`","new":"another good password"}`)
		if b.alive() || !second.alive() {
			t.Error("the other session lives, or this one does not")
		}
		f.clock.Advance(30 * time.Minute)
		if second.alive() {
			t.Error("an idle session lives")
		}
	})
}

func TestPasskeysOfThePlatform(t *testing.T) {
	eachPlatform(t, func(t *testing.T, f *platformFixture) {
		b, _ := f.enter("olivia")
		a := newAuthenticator(t)
		a.origin, a.rpID = "https://platform.example.com", "platform.example.com"
		made := a.create(b.options("/api/me/factors/passkeys/options"))
		b.want(http.StatusOK, http.MethodPost, "/api/me/factors/passkeys", `{"name":"laptop","credential":`+made+`}`)
		again := f.at()
		again.replica = f.replicas[1]
		f.goes(again.want(http.StatusSeeOther, http.MethodPost, "/login/passkey", fields("credential", a.get(again.options("/login/passkey/options")))), "/")
		if me := again.me(); me.Person.ID != f.olivia.ID || me.Session.Method != byPasskey {
			t.Errorf("who is signed in: %+v", me)
		}
		f.must(f.platform[0].ResetFactors(f.ctx, f.olivia))
		if again.alive() || b.alive() {
			t.Error("sessions live on after the factors were removed")
		}
		f.goes(f.at().signIn("olivia", password), enrolPath)
	})
}

func TestWhoIsOutIsOutAtOnce(t *testing.T) {
	eachPlatform(t, func(t *testing.T, f *platformFixture) {
		otto := f.admin("otto")
		no, name := false, "Otto"
		for what, do := range map[string]func() error{
			"deactivated": func() error {
				_, err := f.admins[0].Change(f.ctx, otto.ID, sysadmin.Changes{Name: &name, Active: &no})
				return err
			},
			"ended": func() error { _, err := f.platform[0].EndSessionsOf(f.ctx, otto.ID); return err },
		} {
			yes := true
			_, err := f.admins[0].Change(f.ctx, otto.ID, sysadmin.Changes{Active: &yes})
			f.must(err)
			f.must(f.platform[0].ResetFactors(f.ctx, otto))
			b, _ := f.enter("otto")
			b.replica = f.replicas[1]
			f.must(do())
			if b.alive() {
				t.Errorf("%s: the session lives", what)
			}
		}
		yes := true
		_, err := f.admins[0].Change(f.ctx, otto.ID, sysadmin.Changes{Active: &yes})
		f.must(err)
		f.must(f.platform[0].ResetFactors(f.ctx, otto))
		b, _ := f.enter("otto")
		b.want(http.StatusOK, http.MethodPut, "/api/me/preferences", `{"x":1}`)
		f.must(f.admins[1].Delete(f.ctx, otto.ID, false))
		if b.alive() {
			t.Error("whoever was deleted is signed in")
		}
		for _, table := range []string{"sso_totp", "sso_recovery", "sso_preference", "sso_challenge"} {
			var n int64
			f.must(f.control.QueryRow(f.ctx, `SELECT count(*) FROM `+table+` WHERE person = $1`, otto.ID).Scan(&n))
			if n > 0 {
				t.Errorf("%s still has %d rows of somebody deleted", table, n)
			}
		}
		if err := f.admins[1].Delete(f.ctx, f.olivia.ID, false); !fault.Is(err, fault.Conflict) {
			t.Errorf("the last one: %v", err)
		}
		f.clock.Advance(40 * 24 * time.Hour)
		f.must(f.platform[0].Sweep(f.ctx))
		var n int64
		f.must(f.control.QueryRow(f.ctx, `SELECT count(*) FROM sso_session`).Scan(&n))
		if n != 0 {
			t.Errorf("%d sessions are left after forty days", n)
		}
	})
}

// What is done to system administrators, and what was refused, stands in the control database's trail, without a secret.
func TestTheTrailOfThePlatform(t *testing.T) {
	eachPlatform(t, func(t *testing.T, f *platformFixture) {
		b, plain := f.enter("olivia")
		_, link, err := f.admins[0].NewLink(f.ctx, f.olivia.ID)
		f.must(err)
		_, value, _ := strings.Cut(link, "#")
		if _, err := f.admins[1].UseLink(f.ctx, value, "yet another password", netip.MustParseAddr("192.0.2.9")); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			b.want(http.StatusUnauthorized, http.MethodGet, "/api/me", "")
			f.at().signIn("olivia", "wrong")
		}
		f.must(f.admins[0].Close())
		entries, err := audit.List(f.ctx, f.control, audit.Filter{})
		f.must(err)
		all, err := json.Marshal(entries)
		f.must(err)
		for _, action := range []string{"system_admin.create", "password.set", "factor.add", "session.create", "password.link", "session.end_all", "browser_session.refused", "sign_in.refused"} {
			if !slices.ContainsFunc(entries, func(r audit.Record) bool { return r.Action == action }) {
				t.Errorf("no entry %s in %s", action, all)
			}
		}
		for _, secret := range []string{password, "yet another", plain, value, url.QueryEscape(value)} {
			if strings.Contains(string(all), secret) {
				t.Errorf("the trail holds %q", secret)
			}
		}
		if i := slices.IndexFunc(entries, func(r audit.Record) bool { return r.Action == "sign_in.refused" }); i >= 0 && !slices.Contains(entries[i].Flags, "name or password:3") {
			t.Errorf("refused sign-ins: %v", entries[i].Flags)
		}
		if r, err := audit.Verify(f.ctx, f.control, nil); err != nil || !r.OK() {
			t.Errorf("the chain: %+v, %v", r, err)
		}
	})
}
