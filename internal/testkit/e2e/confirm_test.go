package e2e_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// confirming is a browser whose session is to be confirmed at an identity provider.
type confirming struct {
	*federated
	session string // cookies
}

// stepUp is what /api/me says of it.
func (b confirming) stepUp(tb testing.TB) (valid bool, methods []any, address string) {
	tb.Helper()
	a, err := b.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": b.session}, "")
	if err != nil || a.Status != http.StatusOK {
		tb.Fatalf("%v %d %s", err, a.Status, a.Body)
	}
	said := a.JSON()["session"].(map[string]any)["step_up"].(map[string]any)
	valid, _ = said["valid"].(bool)
	methods, _ = said["methods"].([]any)
	if p, ok := said["identity_provider"].(map[string]any); ok {
		address, _ = p["address"].(string)
	}
	return valid, methods, address
}

// opened reports whether what is dangerous is open to the browser.
func (b confirming) opened(tb testing.TB) bool {
	tb.Helper()
	a, err := b.Request(http.MethodPost, "/api/me/factors/totp", map[string]string{"Cookie": b.session, "Sec-Fetch-Site": "same-origin"}, "")
	if code := a.JSON()["code"]; err != nil || a.Status != http.StatusForbidden || code != "step_up_required" && code != "local_sign_in_off" {
		tb.Fatalf("%v %d %s", err, a.Status, a.Body)
	}
	return a.JSON()["code"] == "local_sign_in_off" // which comes after the proof: she keeps no factor here
}

// leave goes to the provider to be confirmed.
func (b confirming) leave(tb testing.TB, address string) (to *url.URL, cookies string) {
	tb.Helper()
	a, err := b.Request(http.MethodGet, address, map[string]string{"Cookie": b.session, "Sec-Fetch-Site": "same-origin"}, "")
	if err != nil || a.Status != http.StatusSeeOther {
		tb.Fatalf("%v %d %s", err, a.Status, a.Body)
	}
	if to, err = url.Parse(a.Header.Get("Location")); err != nil {
		tb.Fatal(err)
	}
	return to, cookiesOf(a)
}

// requestOf reads the AuthnRequest of an address.
func requestOf(tb testing.TB, to *url.URL) (id, forced string) {
	tb.Helper()
	deflated, err := base64.StdEncoding.DecodeString(to.Query().Get("SAMLRequest"))
	if err != nil {
		tb.Fatal(err)
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(deflated)))
	if err != nil {
		tb.Fatal(err)
	}
	var request struct {
		ID         string `xml:",attr"`
		ForceAuthn string `xml:",attr"`
	}
	if err := xml.Unmarshal(text, &request); err != nil {
		tb.Fatal(err)
	}
	return request.ID, request.ForceAuthn
}

// TestAProviderConfirmsWhoeverHasNothingHere has somebody prove anew at a SAML provider who they are, and tries every answer that is no proof.
func TestAProviderConfirmsWhoeverHasNothingHere(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		answer := func(request, cookies, object string, at time.Time) testkit.Answer {
			t.Helper()
			m := f.aim(request).Message()
			m.Authenticated = samltest.At(at)
			for i, a := range m.Attributes {
				if object != "" && strings.HasSuffix(a.Name, "objectidentifier") {
					m.Attributes[i].Values = []string{object}
				}
			}
			return f.post(t, samltest.Post(samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned), ""), cookies)
		}
		request, cookies := f.begin(t)
		_, session := f.finish(t, answer(request, cookies, "", time.Now().Add(-time.Hour)), "")
		b := confirming{f, session}
		valid, methods, address := b.stepUp(t)
		if valid || len(methods) != 1 || methods[0] != "identity_provider" || address != "/sso/"+f.id+"/login?step_up=1" || b.opened(t) {
			t.Fatalf("an hour after the sign-in: %t %v %q", valid, methods, address)
		}
		before := f.people(t)
		ask := func() (request, cookies string) {
			t.Helper()
			to, cookies := b.leave(t, address)
			request, forced := requestOf(t, to)
			if forced != "true" {
				t.Errorf("ForceAuthn is %q", forced)
			}
			return request, cookies
		}

		for what, c := range map[string]struct {
			object string
			at     time.Time
			code   string
		}{
			"somebody unknown":                {"6b1f3c1e-0000-4000-8000-00000000abcd", time.Now(), "step_up_other"},
			"a sign-in of six minutes ago":    {"", time.Now().Add(-6 * time.Minute), "step_up_stale"},
			"one of exactly five minutes ago": {"", time.Now().Add(-5 * time.Minute), "step_up_stale"},
		} {
			request, cookies := ask()
			if a := answer(request, cookies, c.object, c.at); a.Status != http.StatusForbidden || !strings.Contains(string(a.Body), "Nothing was confirmed") || !strings.HasPrefix(f.lastAttempt(t), c.code) {
				t.Errorf("%s: %d %s, %s", what, a.Status, a.Body, f.lastAttempt(t))
			}
			if b.opened(t) {
				t.Fatalf("%s counts", what)
			}
			if a := answer(request, cookies, "", time.Now()); a.Status == http.StatusSeeOther && cookiesOf(a) != "" && strings.Contains(f.lastAttempt(t), "confirmed") {
				t.Errorf("%s: the request is answered twice", what)
			}
		}
		if f.people(t) != before {
			t.Error("a proof made somebody")
		}
		f.vouched(t, "zoe@a.example", "zoe@a.example") // somebody who is known
		request, cookies = ask()
		if a := answer(request, cookies, "object of zoe@a.example", time.Now()); a.Status != http.StatusForbidden || b.opened(t) {
			t.Errorf("somebody else who is known: %d", a.Status)
		}

		// What the provider sends by itself lets in, and opens nothing.
		_, cookies = ask()
		done, unasked := f.finish(t, answer("", cookies, "", time.Now()), b.session)
		if done.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", done.Status, done.Body)
		}
		if b.session = unasked; b.opened(t) {
			t.Error("a sign-in that the provider began is a proof")
		}

		// The proof, in another browser and in this one.
		request, cookies = ask()
		arrived := answer(request, cookies, "", time.Now())
		if arrived.Status != http.StatusSeeOther || !strings.HasPrefix(f.lastAttempt(t), "confirmed") {
			t.Fatalf("%d %s", arrived.Status, f.lastAttempt(t))
		}
		if done, _ := f.finish(t, arrived, ""); done.Status != http.StatusForbidden {
			t.Errorf("in a browser without the session: %d %s", done.Status, done.Body)
		}
		if post, _ := f.Request(http.MethodPost, "/sso/finish", map[string]string{"Cookie": cookiesOf(arrived), "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}, ""); post.Status != http.StatusForbidden || strings.Contains(cookiesOf(post), "sid=") {
			t.Errorf("a proof begins a session: %d %s", post.Status, post.Body)
		}
		old := b
		done, b.session = f.finish(t, arrived, b.session)
		if done.Status != http.StatusOK || !strings.Contains(string(done.Body), "goes on by itself") {
			t.Fatalf("%d %s", done.Status, done.Body)
		}
		if valid, _, _ := b.stepUp(t); !valid || !b.opened(t) {
			t.Error("the proof does not count")
		}
		if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": old.session}, ""); me.Status != http.StatusUnauthorized {
			t.Errorf("the session before lives on: %d", me.Status)
		}
		if again, _ := f.finish(t, arrived, b.session); again.Status < http.StatusBadRequest {
			t.Errorf("the same proof twice: %d", again.Status)
		}
		trail := f.Ask(t, http.MethodGet, "/api/admin/v1/audit?action=session.step_up", f.key, "")
		if !strings.Contains(string(trail.Body), "method:saml") || !strings.Contains(string(trail.Body), "identity_provider:"+f.id) {
			t.Errorf("the audit trail: %s", trail.Body)
		}

		// Who has a password uses that, and nobody is confirmed who is not signed in.
		ada := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows()[0]["RecId"].(string)
		f.admin(t, http.MethodPatch, "/people/"+ada, map[string]any{"password_sign_in": true}, http.StatusOK)
		link := f.admin(t, http.MethodPost, "/people/"+ada+"/setup-link", nil, http.StatusCreated)
		_, code, _ := strings.Cut(link["setup_link"].(string), "#")
		form := url.Values{"code": {code}, "password": {password}, "again": {password}}.Encode()
		if a, err := f.Request(http.MethodPost, "/set-password", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, form); err != nil || a.Status != http.StatusSeeOther {
			t.Fatalf("%v %d %s", err, a.Status, a.Body)
		}
		request, cookies = f.begin(t)
		_, b.session = f.finish(t, answer(request, cookies, "", time.Now().Add(-time.Hour)), "")
		if _, methods, offered := b.stepUp(t); len(methods) != 1 || methods[0] != "password" || offered != "" {
			t.Errorf("with a password: %v %q", methods, offered)
		}
		for what, cookie := range map[string]string{"nobody": "", "somebody who has a password": b.session} {
			a, err := f.Request(http.MethodGet, address, map[string]string{"Cookie": cookie}, "")
			if err != nil || a.Status < http.StatusBadRequest {
				t.Errorf("%s: %v %d %s", what, err, a.Status, a.Body)
			}
		}
	})
}

// TestAnOpenIDProviderConfirms does so with OpenID Connect, where a token may say nothing of when.
func TestAnOpenIDProviderConfirms(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		f.openID.claims["auth_time"] = nil // whoever sits there may have come in by what the provider remembers
		_, silent := f.finish(t, f.signIn(t), "")
		if unsaid := (confirming{f.federated, silent}); unsaid.opened(t) {
			t.Error("a sign-in of which nobody knows when it was proved opens what is dangerous")
		}
		f.openID.claims["auth_time"] = time.Now().Add(-time.Hour).Unix()
		_, session := f.finish(t, f.signIn(t), "")
		b := confirming{f.federated, session}
		_, methods, address := b.stepUp(t)
		if len(methods) != 1 || methods[0] != "identity_provider" || b.opened(t) {
			t.Fatalf("%v", methods)
		}
		prove := func() testkit.Answer {
			t.Helper()
			to, cookies := b.leave(t, address)
			if q := to.Query(); q.Get("prompt") != "login" || q.Get("max_age") != "0" {
				t.Errorf("%v", q)
			}
			return f.comeBack(t, f.visit(t, to.String()), cookies)
		}
		for what, c := range map[string]struct {
			name  string
			value any
			code  string
		}{
			"no auth_time":  {"auth_time", nil, "step_up_unsaid"},
			"an old one":    {"auth_time", time.Now().Add(-6 * time.Minute).Unix(), "step_up_stale"},
			"somebody else": {"sub", "subject of zoe", "step_up_other"},
		} {
			f.openID.honest()
			f.openID.claims[c.name] = c.value
			if a := prove(); a.Status != http.StatusForbidden || !strings.HasPrefix(f.lastAttempt(t), c.code) || b.opened(t) {
				t.Errorf("%s: %d %s", what, a.Status, f.lastAttempt(t))
			}
		}
		f.openID.honest()
		arrived := prove()
		var done testkit.Answer
		if done, b.session = f.finish(t, arrived, b.session); done.Status != http.StatusOK || !b.opened(t) {
			t.Errorf("the proof does not count: %d %s", done.Status, f.lastAttempt(t))
		}
	})
}
