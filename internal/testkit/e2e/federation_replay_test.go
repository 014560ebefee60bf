package e2e_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// TestAMessageCountsOnceOnAllReplicas posts one response at two processes of one tenant, many times at once: one of all wins. Then it
// answers a request of one process at the other, and wraps an assertion that has counted anew.
func TestAMessageCountsOnceOnAllReplicas(t *testing.T) {
	dsn := pgtest.DSN(t)
	f := federate(t, dsn)
	other := *f
	other.Server = secondReplica(t, f.Server, dsn)
	at := []*federated{f, &other}

	for round := range 3 {
		form := samltest.Post(f.aim("").Genuine(samltest.Layouts[round%len(samltest.Layouts)]), "")
		const tries = 50
		answers := make(chan testkit.Answer, tries)
		for i := range tries {
			go func() {
				a, err := at[i%2].Request(http.MethodPost, acs, map[string]string{"Content-Type": form.ContentType}, string(form.Body))
				if err != nil {
					t.Error(err)
				}
				answers <- a
			}()
		}
		won := 0
		for range tries {
			if a := <-answers; a.Status == http.StatusSeeOther {
				won++
			} else if all := signsIn(a); a.Status != http.StatusForbidden || len(all) > 0 {
				t.Errorf("%d %v", a.Status, all)
			}
		}
		if won != 1 {
			t.Errorf("one message was taken %d times", won)
		}
		for _, s := range at {
			if got := f.refusal(t, "afterwards", s.post(t, form, "")); got != "replayed" {
				t.Errorf("afterwards it is refused for %s", got)
			}
		}
	}

	request, cookies := f.begin(t) // at the first
	m := f.aim(request).Message()
	form := post(f, m)
	if a := other.post(t, form, cookies); a.Status != http.StatusSeeOther {
		t.Errorf("the answer at the other replica: %d %s", a.Status, f.lastAttempt(t))
	}
	for _, s := range at {
		if got := f.refusal(t, "the request twice", s.post(t, post(f, f.aim(request).Message()), cookies)); got != "in_response_to_unknown" && got != "request_over" {
			t.Errorf("a request answered twice is refused for %s", got)
		}
	}
	m = f.aim("").Message()
	if a := f.post(t, post(f, m), ""); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, f.lastAttempt(t))
	}
	m.ResponseID = "_wrapped" // the same assertion, by its ID, in another response
	if got := f.refusal(t, "wrapped anew", other.post(t, post(f, m), "")); got != "replayed" {
		t.Errorf("an assertion that is wrapped anew is refused for %s", got)
	}
}

// post is a message as a form, its assertion signed.
func post(f *federated, m samltest.Message) saml.Form {
	return samltest.Post(samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned), "")
}

// TestAnAnswerIsForItsRequest answers requests that are not the browser's, not the provider's, or nobody's, with two cookie jars.
func TestAnAnswerIsForItsRequest(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		before := f.people(t)
		second := f.admin(t, http.MethodPost, "/identity-providers", map[string]any{"preset": "other", "name": "Second", "entity_id": "https://second.example/",
			"sso_url": "https://second.example/sso", "certificate": pemOf(f.provider.Certificate), "enabled": true, "create_users": true, "allow_idp_initiated": true}, http.StatusCreated)["id"].(string)
		mine, myCookies := f.begin(t)
		theirs, theirCookies := f.begin(t)
		elsewhere := *f
		elsewhere.id = second
		foreign, foreignCookies := elsewhere.begin(t)
		for what, c := range map[string]struct {
			request, cookies, want string
			edit                   func(m *samltest.Message)
		}{
			"no request ever":                    {"_" + strings.Repeat("0", 32), myCookies, "in_response_to_unknown", nil},
			"another browser's request":          {theirs, myCookies, "in_response_to_unknown", nil},
			"without any cookie":                 {mine, "", "in_response_to_unknown", nil},
			"another provider's request":         {foreign, foreignCookies, "in_response_to_unknown", nil},
			"a cookie of another request":        {mine, strings.ReplaceAll(theirCookies, theirs[1:9], mine[1:9]), "in_response_to_unknown", nil},
			"a cookie that was made up":          {mine, "sso-" + mine[1:9] + "=v.AAAA", "in_response_to_unknown", nil},
			"response and assertion disagree":    {mine, myCookies, "in_response_to_disagrees", func(m *samltest.Message) { m.ConfirmationTo = theirs }},
			"an assertion that answers nothing":  {mine, myCookies, "in_response_to_disagrees", func(m *samltest.Message) { m.ConfirmationTo = "" }},
			"a response that answers nothing":    {mine, myCookies, "in_response_to_disagrees", func(m *samltest.Message) { m.InResponseTo = "" }},
			"a request of a provider's own post": {"_own", "", "in_response_to_unknown", nil},
		} {
			m := f.aim(c.request).Message()
			if c.edit != nil {
				c.edit(&m)
			}
			if got := f.refusal(t, what, f.post(t, post(f, m), c.cookies)); got != c.want {
				t.Errorf("%s: refused for %s, want %s", what, got, c.want)
			}
		}
		if n := f.people(t) - before; n != 0 {
			t.Errorf("%d people came to be", n)
		}
		for request, cookies := range map[string]string{mine: myCookies, theirs: theirCookies} {
			if a := f.post(t, post(f, f.aim(request).Message()), cookies); a.Status != http.StatusSeeOther {
				t.Errorf("the browser's own, after all that: %d %s", a.Status, f.lastAttempt(t))
			}
		}
	})
}

// TestATenantIsNoOther posts a message that counts at one tenant's host at another's, whose provider is the same one, and forges hosts.
func TestATenantIsNoOther(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		f.Run(t, "tenant", "create", "beta", "--host", "beta.test")
		t.Cleanup(func() { erase(t, f.Server) })
		key := "REST " + f.Key(t, "Admin", "--tenant", "beta")
		at := func(host, method, path string, header map[string]string, body string) testkit.Answer {
			t.Helper()
			all := map[string]string{"Host": host}
			maps.Copy(all, header)
			a, err := f.Request(method, path, all, body)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		record := `{"preset":"entra","name":"The same","entity_id":"` + f.provider.EntityID + `","sso_url":"https://login.microsoftonline.com/6b1f/saml2","certificate":` +
			asJSON(t, pemOf(f.provider.Certificate)) + `,"enabled":true,"create_users":true,"allow_idp_initiated":true}`
		if a := at("beta.test", http.MethodPost, "/api/admin/v1/identity-providers", map[string]string{"Authorization": key, "Content-Type": "application/json"}, record); a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		here := at("beta.test", http.MethodGet, "/api/admin/v1/single-sign-on", map[string]string{"Authorization": key}, "").JSON()["reply_url"].(string)
		people := func() string {
			return string(at("beta.test", http.MethodGet, employees+"?$top=1&$select=RecId", map[string]string{"Authorization": key}, "").Body)
		}
		before := people()
		own := f.people(t)
		outcome := func() string {
			t.Helper()
			a := at("beta.test", http.MethodGet, "/api/admin/v1/identity-providers", map[string]string{"Authorization": key}, "").JSON()
			last, _ := a["items"].([]any)[0].(map[string]any)["last_attempt"].(map[string]any)
			if last == nil {
				return "none"
			}
			return last["outcome"].(string)
		}
		for what, c := range map[string]struct {
			edit func(m *samltest.Message)
			want string
		}{
			"the message of the other":                 {nil, "destination_mismatch"},
			"sent here, for the other":                 {func(m *samltest.Message) { m.Destination, m.Recipient = here, here }, "audience_mismatch"},
			"sent here, meant for the other's address": {func(m *samltest.Message) { m.Destination = here }, "recipient_mismatch"},
		} {
			m := f.aim("").Message()
			if c.edit != nil {
				c.edit(&m)
			}
			form := post(f, m)
			for _, forged := range []map[string]string{{}, {"X-Forwarded-Host": strings.TrimPrefix(f.Base, "http://")}, {"Forwarded": "host=localhost"}} {
				forged["Content-Type"] = form.ContentType
				a := at("beta.test", http.MethodPost, acs, forged, string(form.Body))
				if all := signsIn(a); a.Status != http.StatusForbidden || len(all) > 0 {
					t.Errorf("%s, %v: %d %v", what, forged, a.Status, all)
				}
				if got := outcome(); got != c.want {
					t.Errorf("%s, %v: refused for %s, want %s", what, forged, got, c.want)
				}
			}
		}
		m := f.aim("").Message()
		m.Issuer, m.ResponseIssuer = "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000002/", "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000002/"
		if got := f.refusal(t, "an issuer that only another tenant could have", f.post(t, post(f, m), "")); got != "issuer_unknown" {
			t.Errorf("refused for %s", got)
		}
		if now := people(); now != before || f.people(t) != own {
			t.Errorf("people came to be: %s", now)
		}
	})
}
