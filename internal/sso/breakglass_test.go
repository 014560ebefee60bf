package sso

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const elsewhere = "203.0.113.9"

// glass makes root a break-glass administrator with an authenticator app, beside eve, who administers too.
func (f *fixture) glass() (app string, codes []string) {
	f.t.Helper()
	f.person("eve", "Admin")
	f.policy("admins")
	_, app, codes = f.enrolTOTP("root")
	f.policy("off")
	f.must(f.replicas[0].people.SetBreakGlass(f.ctx, f.one, "root", true))
	return app, codes
}

// local signs in at /login/local, with an app where there is one.
func (b *browser) local(login, pass, app string) int {
	b.f.t.Helper()
	w := b.send(http.MethodPost, "/login/local", fields("username", login, "password", pass))
	if app == "" || w.Header().Get("Location") != factorPath {
		return w.Code
	}
	b.f.clock.Advance(totpPeriod * time.Second)
	return b.send(http.MethodPost, factorPath, fields("code", b.f.code(app))).Code
}

// bell is what waits for somebody, of the kinds about break-glass administrators.
func (b *browser) bell() (out []notice.Notice) {
	b.f.t.Helper()
	var page struct{ Items []notice.Notice }
	b.f.must(json.Unmarshal(b.want(http.StatusOK, http.MethodGet, "/api/me/notifications", "").Body.Bytes(), &page))
	for _, n := range page.Items {
		if strings.HasPrefix(n.Kind, notice.BreakGlass) {
			out = append(out, n)
		}
	}
	return out
}

// told returns the entries of the audit trail with an action.
func (f *fixture) told(action string) []audit.Record {
	f.t.Helper()
	entries, err := audit.List(f.ctx, f.one.DB, audit.Filter{Action: action})
	f.must(err)
	return entries
}

func TestASignInOfABreakGlassAdministratorIsTold(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		s, run := f.post()
		app, _ := f.glass()
		eve, ann := f.enter("eve"), f.enter("ann")
		b := f.browser()
		if code := b.local("root", password, app); code != http.StatusSeeOther {
			t.Fatalf("signed in with %d", code)
		}
		run()
		if len(s.Got) != 1 {
			t.Fatalf("%d e-mails", len(s.Got))
		}
		if m := <-s.Got; len(m.To) != 1 || !strings.Contains(m.To[0], "eve@example.com") || !strings.Contains(m.Data, "has signed in at one as break-glass") || !strings.Contains(m.Data, "192.0.2.7") {
			t.Errorf("the e-mail to %v: %s", m.To, m.Data)
		}
		bell := eve.bell()
		if len(bell) != 1 || bell[0].Kind != notice.BreakGlass || bell[0].Title != "root" || bell[0].Detail != "192.0.2.7" || !bell[0].Unread || bell[0].To != "/admin/people/"+f.ids["root"] {
			t.Errorf("eve's bell: %+v", bell)
		}
		if len(ann.bell()) != 0 || len(b.bell()) != 0 {
			t.Error("the bell of an agent, or of who signed in, rings")
		}
		var flags []string
		for _, e := range f.told("session.create") {
			if e.Label == "root" && slices.Contains(e.Flags, flagBreakGlass) {
				flags = append(flags, e.Flags...)
			}
		}
		if !slices.Contains(flags, "break_glass") || !slices.Contains(flags, "method:password+totp") {
			t.Errorf("the session is flagged %v", flags)
		}
		if e := f.told("break_glass.sign_in"); len(e) != 1 || e[0].Target != f.ids["root"] || e[0].Address != "192.0.2.7" || !slices.Contains(e[0].Flags, flagBreakGlass) {
			t.Errorf("told: %+v", e)
		}

		// What continues a session is no sign-in, and what an ordinary administrator does tells nobody.
		f.clock.Advance(totpPeriod * time.Second)
		b.want(http.StatusOK, http.MethodPost, "/api/me/step-up", `{"password":"`+password+`","code":"`+f.code(app)+`"}`)
		if code := f.browser().local("eve", password, ""); code != http.StatusSeeOther {
			t.Errorf("eve signs in with %d", code)
		}
		if code := f.browser().local("root", "wrong", app); code != http.StatusUnauthorized {
			t.Errorf("a wrong password: %d", code)
		}
		run()
		if len(s.Got) != 0 || len(eve.bell()) != 1 {
			t.Errorf("%d e-mails, %d notices more", len(s.Got), len(eve.bell())-1)
		}
		f.clock.Advance(glassTold)
		f.must(f.replicas[0].sso.Sweep(f.ctx, f.one))
		if again := f.enter("eve").bell(); len(again) != 0 {
			t.Errorf("the bell still rings: %+v", again)
		}
		f.clock.Advance(kept)
		f.must(f.replicas[0].sso.Sweep(f.ctx, f.one))
		var left int64
		f.must(f.one.DB.QueryRow(f.ctx, `SELECT count(*) FROM sso_break_glass`).Scan(&left))
		if left != 0 {
			t.Errorf("%d rows are left", left)
		}
	})
}

func TestBreakGlassNetworks(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		s, run := f.post()
		app, _ := f.glass()
		key := newAuthenticator(t)
		inside := f.browser()
		if code := inside.local("root", password, app); code != http.StatusSeeOther {
			t.Fatalf("anywhere: %d", code)
		}
		made := key.create(inside.options("/api/me/factors/passkeys/options"))
		inside.want(http.StatusOK, http.MethodPost, "/api/me/factors/passkeys", `{"name":"key","credential":`+made+`}`)
		f.must(f.one.Records.SetSetting(f.ctx, breakGlassNetworks, "192.0.2.0/24,2001:db8::/32"))
		eve := f.enter("eve")
		if code := f.browser().local("root", password, app); code != http.StatusSeeOther {
			t.Errorf("from a network that is named: %d", code)
		}
		run()
		for len(s.Got) > 0 {
			<-s.Got
		}
		before := len(eve.bell())
		f.clock.Advance(time.Second)

		outside := func() *browser {
			b := f.browser()
			b.from = elsewhere
			return b
		}
		for _, path := range []string{"/login/local", "/login"} {
			form := func(pass string) string { return fields("username", "root", "password", pass) }
			right, wrong := outside().send(http.MethodPost, path, form(password)), outside().send(http.MethodPost, path, form("wrong"))
			if right.Code != http.StatusUnauthorized || right.Body.String() != wrong.Body.String() || len(right.Result().Cookies()) > 0 {
				t.Errorf("%s: the right password is answered %d %s, a wrong one %d %s", path, right.Code, right.Body, wrong.Code, wrong.Body)
			}
		}
		b := outside()
		spoilt := b.send(http.MethodPost, "/login/passkey", fields("credential", "{}"))
		w := b.send(http.MethodPost, "/login/passkey", fields("credential", key.get(b.options("/login/passkey/options")), "local", "1"))
		if w.Code != spoilt.Code || w.Body.String() != spoilt.Body.String() || b.sid() != "" {
			t.Errorf("a passkey from elsewhere: %d %s", w.Code, w.Body)
		}
		if _, err := f.replicas[0].people.VerifyPassword(f.ctx, f.one, "root", password, netip.MustParseAddr(elsewhere)); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the password counts on another surface: %v", err)
		}
		run()
		if len(s.Got) != 4 {
			t.Errorf("%d e-mails, want one a refusal", len(s.Got))
		}
		if m := <-s.Got; !strings.Contains(m.Data, "was refused") || !strings.Contains(m.Data, elsewhere) {
			t.Errorf("the e-mail: %s", m.Data)
		}
		bell := eve.bell()
		if len(bell) != before+4 || bell[0].Kind != notice.BreakGlassRefused || bell[0].Detail != elsewhere {
			t.Errorf("eve's bell: %+v", bell)
		}
		refusals := f.told("break_glass.refuse")
		if len(refusals) != 4 || !slices.Contains(refusals[0].Flags, "reason:address") || refusals[0].Address != elsewhere || refusals[0].Target != f.ids["root"] {
			t.Errorf("audit: %+v", refusals)
		}

		// The right password is paced as a wrong one, so that the wait does not tell them apart.
		codes := map[int]int{}
		for range 10 {
			codes[outside().local("root", password, app)]++
		}
		if codes[http.StatusTooManyRequests] == 0 || codes[http.StatusSeeOther] != 0 {
			t.Errorf("the right password from elsewhere: %v", codes)
		}
		if code := outside().local("eve", password, ""); code != http.StatusSeeOther {
			t.Errorf("an ordinary administrator is kept to the networks: %d", code)
		}
		// A sign-in that began inside cannot end outside.
		f.clock.Advance(time.Hour)
		b = f.browser()
		f.goes(b.send(http.MethodPost, "/login/local", fields("username", "root", "password", password)), factorPath)
		b.from = elsewhere
		if w := b.send(http.MethodPost, factorPath, fields("code", f.code(app))); w.Code == http.StatusSeeOther || b.sid() != "" {
			t.Errorf("the second step from elsewhere: %d", w.Code)
		}
	})
}

func TestNetworks(t *testing.T) {
	for _, c := range []struct {
		networks, address string
		want              bool
	}{
		{"", "203.0.113.9", true},
		{"192.0.2.0/24", "192.0.2.255", true},
		{"192.0.2.0/24", "192.0.3.0", false},
		{"192.0.2.0/24", "::ffff:192.0.2.1", true},
		{"198.51.100.1,2001:db8::/32", "2001:db8::1", true},
		{"198.51.100.1,2001:db8::/32", "198.51.100.1", true},
		{"198.51.100.1", "198.51.100.2", false},
		{"fe80::/10", "fe80::1%eth0", true},
	} {
		if got := within(c.networks, netip.MustParseAddr(c.address)); got != c.want {
			t.Errorf("%s in %q: %t", c.address, c.networks, got)
		}
	}
	if within("192.0.2.0/24", netip.Addr{}) {
		t.Error("no address is within a network")
	}
}

func TestABreakGlassAdministratorKeepsASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		app, _ := f.glass()
		const admin = "/api/admin/v1/people/"
		b := f.browser()
		b.local("root", password, app)
		kept := func(w string, err error) {
			t.Helper()
			if err != nil && (!fault.Is(err, fault.Conflict) || fault.Of(err).Code != "break_glass_kept") || err == nil && !strings.Contains(w, "break_glass_kept") {
				t.Errorf("not refused: %s, %v", w, err)
			}
		}
		kept(b.want(http.StatusConflict, http.MethodDelete, "/api/me/factors/totp", "").Body.String(), nil)
		eve := f.enter("eve")
		kept(eve.want(http.StatusConflict, http.MethodDelete, admin+f.ids["root"]+"/factors", "").Body.String(), nil)
		kept("", f.replicas[0].sso.ResetFactors(tenant.With(f.ctx, f.one), f.one, "root"))
		if !b.alive() {
			t.Error("a refused reset ends sessions")
		}
		made := newAuthenticator(t).create(b.options("/api/me/factors/passkeys/options"))
		b.want(http.StatusOK, http.MethodPost, "/api/me/factors/passkeys", `{"name":"key","credential":`+made+`}`)
		b.want(http.StatusNoContent, http.MethodDelete, "/api/me/factors/totp", "") // it is not the last one

		for _, request := range [][3]string{
			{http.MethodPost, f.ids["root"] + "/deactivate", ""}, {http.MethodDelete, f.ids["root"], ""}, {http.MethodDelete, f.ids["root"] + "/roles/Admin", ""},
			{http.MethodPatch, f.ids["root"], `{"password_sign_in":false}`}, {http.MethodPatch, f.ids["root"], `{"status":"Terminated"}`},
		} {
			kept(eve.want(http.StatusConflict, request[0], admin+request[1], request[2]).Body.String(), nil)
		}
		if w := eve.want(http.StatusConflict, http.MethodPut, admin+f.ids["eve"]+"/break-glass", ""); !strings.Contains(w.Body.String(), "break_glass_unfit") || !strings.Contains(w.Body.String(), "a passkey or an authenticator app") {
			t.Errorf("eve has no second factor: %s", w.Body)
		}
		f.enter("ann").want(http.StatusForbidden, http.MethodPut, admin+f.ids["root"]+"/break-glass", "")
		f.clock.Advance(StepUpLife)
		if w := eve.want(http.StatusForbidden, http.MethodDelete, admin+f.ids["root"]+"/break-glass", ""); !strings.Contains(w.Body.String(), "step_up_required") {
			t.Errorf("removing the mark takes no proof: %s", w.Body)
		}
		eve.want(http.StatusOK, http.MethodPost, "/api/me/step-up", `{"password":"`+password+`"}`)
		if w := eve.want(http.StatusOK, http.MethodDelete, admin+f.ids["root"]+"/break-glass", ""); !strings.Contains(w.Body.String(), `"break_glass":false`) {
			t.Errorf("after the mark was removed: %s", w.Body)
		}
		w := eve.want(http.StatusOK, http.MethodPut, admin+f.ids["root"]+"/break-glass", "")
		if !strings.Contains(w.Body.String(), `"break_glass":true`) || !strings.Contains(w.Body.String(), `"login":"eve"`) {
			t.Errorf("after it was set again: %s", w.Body)
		}
		eve.want(http.StatusOK, http.MethodDelete, admin+f.ids["root"]+"/break-glass", "")
		eve.want(http.StatusNoContent, http.MethodDelete, admin+f.ids["root"]+"/factors", "")
	})
}
