package e2e_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// elsewhere are addresses that a browser, or a proxy before the program, could take for another host's.
var elsewhere = []string{
	"https://evil.example", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, `/\/evil.example`, "javascript:alert(1)", "JaVaScRiPt:alert(1)",
	"/%2f%2fevil.example", "/%2fevil.example", "/%5cevil.example", "/%255cevil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example",
	"http:evil.example", "https:/evil.example", "https://localhost@evil.example", "//localhost@evil.example", "https://evil.example\\@localhost",
	"/desk\r\nLocation: https://evil.example", "/%0d%0aSet-Cookie:evil=1", "/" + strings.Repeat("evil/", 2048), "data:text/html,evil", "evil.example", "", "/login?to=//evil.example", "\u202e/evil",
}

// TestNobodyIsSentElsewhere asks for other hosts with everything that says where a browser goes next: the return of a request, the
// RelayState of an answer and of the provider's own post.
func TestNobodyIsSentElsewhere(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		check := func(what, to string, arrived testkit.Answer) {
			t.Helper()
			done, session := f.finish(t, arrived, "")
			if got := done.Header.Get("Location"); done.Status != http.StatusSeeOther || got != "/" || !strings.Contains(session, "sid=") {
				t.Errorf("%s %.60q: %d, the browser goes to %.60q", what, to, done.Status, got)
			}
			for _, a := range []testkit.Answer{arrived, done} {
				if text := strings.Join(a.Header.Values("Set-Cookie"), "\n"); strings.Contains(text, "evil") {
					t.Errorf("%s %.60q: %s", what, to, text)
				}
			}
		}
		for _, to := range elsewhere {
			request, cookies := f.beginTo(t, to)
			check("return", to, f.post(t, post(f, f.aim(request).Message()), cookies))
			form := samltest.Post(f.aim("").Genuine(samltest.AssertionSigned), to)
			if len(to) > 1<<10 {
				if got := f.refusal(t, "a RelayState of 10 KiB", f.post(t, form, "")); got != "relay_state_too_long" {
					t.Errorf("a RelayState of 10 KiB is refused for %s", got)
				}
				continue
			}
			check("RelayState", to, f.post(t, form, ""))
			request, cookies = f.beginTo(t, "/")
			check("RelayState of an answer", to, f.post(t, samltest.Post(f.aim(request).Genuine(samltest.BothSigned), to), cookies))
		}
		request, cookies := f.beginTo(t, "/portal/requests?of=me&page=2")
		if done, _ := f.finish(t, f.post(t, post(f, f.aim(request).Message()), cookies), ""); done.Header.Get("Location") != "/portal/requests?of=me&page=2" {
			t.Errorf("a path of our own leads to %q", done.Header.Get("Location"))
		}
	})
}

// browsing asks as the browser of somebody.
func (f *federated) browsing(tb testing.TB, method, path, cookies string, header map[string]string, body string) testkit.Answer {
	tb.Helper()
	all := map[string]string{"Cookie": cookies, "Sec-Fetch-Site": "same-origin", "Origin": f.Base}
	if body != "" {
		all["Content-Type"] = "application/x-www-form-urlencoded"
	}
	if strings.HasPrefix(body, "{") {
		all["Content-Type"] = "application/json"
	}
	maps.Copy(all, header)
	a, err := f.Request(method, path, all, body)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// login is whose session a cookie holds; "" for none.
func (f *federated) login(tb testing.TB, session string) string {
	tb.Helper()
	a := f.browsing(tb, http.MethodGet, "/api/me", session, nil, "")
	if a.Status != http.StatusOK {
		return ""
	}
	person, _ := a.JSON()["person"].(map[string]any)
	name, _ := person["login"].(string)
	return name
}

// TestNobodyIsSignedInAsAnother has an attacker send a browser to where it would be signed in as the attacker (login CSRF).
func TestNobodyIsSignedInAsAnother(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		host := strings.TrimPrefix(f.Base, "http://")
		someone(t, f.Server, host, "sue", "SelfService")
		victim := browserOf(t, f.Server, host, "sue").Get("Cookie")

		request, _ := f.begin(t) // in the attacker's browser
		form := post(f, f.aim(request).Message())
		for what, cookies := range map[string]string{"nobody": "", "somebody": victim} {
			if got := f.refusal(t, what, f.post(t, form, cookies)); got != "in_response_to_unknown" {
				t.Errorf("an answer to the attacker's request, in the browser of %s, is refused for %s", what, got)
			}
		}
		if got := f.login(t, victim); got != "sue" {
			t.Errorf("the victim is %q", got)
		}

		arrived := f.post(t, post(f, f.aim("").Message()), "") // what a provider sends of itself is bound to no browser
		asked, cookies := f.finish(t, arrived, victim)
		if asked.Status != http.StatusOK || len(signsIn(asked)) > 0 || !strings.Contains(string(asked.Body), "sue is signed in in this browser") || !strings.Contains(string(asked.Body), "ada@a.example") {
			t.Fatalf("the browser is not asked: %d %q %s", asked.Status, cookies, asked.Body)
		}
		held := victim + "; " + cookiesOf(arrived)
		for what, header := range map[string]map[string]string{
			"from another site":             {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
			"from a sibling host":           {"Sec-Fetch-Site": "same-site", "Origin": "https://evil.localhost"},
			"from another origin, no fetch": {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
			"from nowhere that is said":     {"Sec-Fetch-Site": "", "Origin": "null"},
		} {
			if a := f.browsing(t, http.MethodPost, "/sso/finish", held, header, "x=1"); a.Status != http.StatusForbidden || len(signsIn(a)) > 0 {
				t.Errorf("confirmed %s: %d %v", what, a.Status, a.Header)
			}
		}
		for range 2 { // looking does not do it, however often
			if a := f.browsing(t, http.MethodGet, "/sso/finish", held, map[string]string{"Sec-Fetch-Site": "cross-site"}, ""); a.Status != http.StatusOK || len(signsIn(a)) > 0 {
				t.Errorf("looked at: %d %v", a.Status, a.Header)
			}
		}
		if got := f.login(t, victim); got != "sue" {
			t.Errorf("before anything is confirmed the browser is %q", got)
		}
		if a := f.browsing(t, http.MethodPost, "/sso/finish", victim, nil, "x=1"); a.Status != http.StatusBadRequest || len(signsIn(a)) > 0 {
			t.Errorf("confirmed without what has arrived: %d", a.Status)
		}
		done := f.browsing(t, http.MethodPost, "/sso/finish", held, nil, "x=1")
		if got := f.login(t, cookiesOf(done)); done.Status != http.StatusSeeOther || got != "ada@a.example" {
			t.Errorf("confirmed: %d, the browser is %q", done.Status, got)
		}
		if got := f.login(t, victim); got != "" {
			t.Errorf("the session that was replaced still is %q", got)
		}
		if a := f.browsing(t, http.MethodPost, "/sso/finish", held, nil, "x=1"); a.Status != http.StatusBadRequest || len(signsIn(a)) > 0 {
			t.Errorf("confirmed twice: %d", a.Status)
		}

		victim = browserOf(t, f.Server, host, "sue").Get("Cookie")
		arrived = f.post(t, post(f, f.aim("").Message()), "")
		held = victim + "; " + cookiesOf(arrived)
		if a := f.browsing(t, http.MethodPost, "/sso/finish", held, nil, "keep=1"); a.Status != http.StatusSeeOther || len(signsIn(a)) > 0 || f.login(t, victim) != "sue" {
			t.Errorf("to stay: %d %v", a.Status, a.Header)
		}
		if a := f.browsing(t, http.MethodGet, "/sso/finish", cookiesOf(arrived), nil, ""); a.Status != http.StatusBadRequest || len(signsIn(a)) > 0 {
			t.Errorf("what was given up still counts: %d", a.Status)
		}
	})
}

// TestASessionIsNeverGiven signs in with cookies that somebody else has put into the browser (session fixation), and changes what a
// session may do: its id is another one each time, and the old one is dead.
func TestASessionIsNeverGiven(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		host := strings.TrimPrefix(f.Base, "http://")
		f.Run(t, "setting", "set", "sign_in.second_factor", "off", "--tenant", "default")
		f.set(t, map[string]any{"grantable_roles": []string{"ServiceDeskAnalyst"}, "rules": []map[string]any{{"claim": "http://schemas.microsoft.com/identity/claims/displayname",
			"operator": "equals", "values": []string{"Ada Example"}, "role": "ServiceDeskAnalyst"}}})
		value := func(session string) string {
			for one := range strings.SplitSeq(session, "; ") {
				if id, ok := strings.CutPrefix(one, "sid="); ok {
					return id
				}
			}
			return ""
		}
		planted := "sid=" + strings.Repeat("A", 43)
		arrived := f.post(t, post(f, f.aim("").Message()), planted)
		_, session := f.finish(t, arrived, planted)
		if got := f.login(t, session); got != "ada@a.example" || value(session) == value(planted) || f.login(t, planted) != "" {
			t.Errorf("with a cookie that is nobody's: %q, %q; the planted one is %q", got, session, f.login(t, planted))
		}
		changes := func(what, old string, a testkit.Answer) string {
			t.Helper()
			fresh := cookiesOf(a)
			if a.Status != http.StatusOK && a.Status != http.StatusSeeOther || value(fresh) == "" || value(fresh) == value(old) {
				t.Errorf("%s: %d, %q after %q: %.300s", what, a.Status, fresh, old, a.Body)
			}
			if f.login(t, old) != "" || f.login(t, fresh) == "" {
				t.Errorf("%s: the old session is %q, the new one %q", what, f.login(t, old), f.login(t, fresh))
			}
			return fresh
		}
		arrived = f.post(t, post(f, f.aim("").Message()), "")
		done, _ := f.finish(t, arrived, session)
		session = changes("signed in again", session, done)
		session = changes("another role", session, f.browsing(t, http.MethodPost, "/api/me/role", session, nil, `{"role":"ServiceDeskAnalyst"}`))
		session = changes("back", session, f.browsing(t, http.MethodPost, "/api/me/role", session, nil, `{"role":"SelfService"}`))

		someone(t, f.Server, host, "sue", "SelfService")
		own := browserOf(t, f.Server, host, "sue").Get("Cookie")
		own = changes("step-up", own, f.browsing(t, http.MethodPost, "/api/me/step-up", own, nil, asJSON(t, map[string]string{"password": password})))
		own = changes("another password", own, f.browsing(t, http.MethodPost, "/api/me/password", own, nil, asJSON(t, map[string]string{"current": password, "new": "another " + password})))

		arrived = f.post(t, post(f, f.aim("").Message()), "") // an attacker, sue, has put her own session into ada's browser
		asked, _ := f.finish(t, arrived, own)
		if asked.Status != http.StatusOK {
			t.Fatalf("%d %s", asked.Status, asked.Body)
		}
		fresh := changes("signed in in place of another", own, f.browsing(t, http.MethodPost, "/sso/finish", own+"; "+cookiesOf(arrived), nil, "x=1"))
		if got := f.login(t, fresh); got != "ada@a.example" || f.login(t, session) == "" {
			t.Errorf("it is %q; ada's session in another browser is %q", got, f.login(t, session))
		}
		out := f.browsing(t, http.MethodPost, "/logout", fresh, nil, "x=1")
		if f.login(t, fresh) != "" || len(signsIn(out)) > 0 {
			t.Errorf("after signing out: %d %v", out.Status, out.Header)
		}
		if a := f.browsing(t, http.MethodGet, "/login?sid="+url.QueryEscape(value(fresh)), "", nil, ""); len(signsIn(a)) > 0 {
			t.Errorf("a session in the address is taken: %v", a.Header)
		}
	})
}
