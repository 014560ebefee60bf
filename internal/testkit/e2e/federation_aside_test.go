package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

const claimGivenName = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"

// TestWhatDoesNotFitIsLeftAside has somebody who is known come with an address that somebody else has, and with texts that their record does not
// take: they are let in as they were.
func TestWhatDoesNotFitIsLeftAside(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		f.set(t, map[string]any{"mapping": []map[string]string{{"field": "PrimaryEmail", "claim": claimEmail}, {"field": "FirstName", "claim": claimGivenName}}})
		if a := f.Ask(t, http.MethodPost, employees, f.key, `{"LoginID":"boss","LastName":"Boss","PrimaryEmail":"boss@a.example"}`); a.Status != http.StatusCreated {
			t.Fatal(string(a.Body))
		}
		come := func(address, given string) map[string]any {
			t.Helper()
			to := f.aim("")
			to.NameID = "ada@a.example"
			m := to.Message()
			said(&m, claimEmail, address)
			said(&m, claimGivenName, given)
			a := f.post(t, post(f, m), "")
			if a.Status != http.StatusSeeOther {
				t.Fatalf("%s %s: %s", address, given, f.refusal(t, address, a))
			}
			if _, session := f.finish(t, a, ""); f.login(t, session) != "ada@a.example" {
				t.Errorf("%s %s: signed in as %s", address, given, f.login(t, session))
			}
			return f.attempt(t, a)
		}
		come("ada@a.example", "Ada")
		for _, c := range []struct{ address, given, skipped string }{
			{"BOSS@a.example", "Ada", "PrimaryEmail"},
			{"no address", "Ada", "PrimaryEmail"},
			{"ada@a.example", strings.Repeat("x", 300), "FirstName"},
			{"ada@a.example", "ad\U000E0061a", "FirstName"},
		} {
			if one := come(c.address, c.given); fmt.Sprint(one["skipped"]) != "["+c.skipped+"]" || one["changed"] != nil {
				t.Errorf("%s %.20s: %v", c.address, c.given, one)
			}
		}
		ada := f.Ask(t, http.MethodGet, employees+"('"+f.person(t, "ada@a.example")+"')", f.key, "").JSON()
		if ada["PrimaryEmail"] != "ada@a.example" || ada["FirstName"] != "Ada" {
			t.Errorf("the record says %v and %v", ada["PrimaryEmail"], ada["FirstName"])
		}
		if one := come("ada@new.example", "Augusta"); !slices.Equal([]any{"PrimaryEmail", "FirstName"}, one["changed"].([]any)) || one["skipped"] != nil {
			t.Errorf("what fits: %v", one)
		}
	})
}

// TestNamesCanBeSeen tries names in which something is that nobody sees.
func TestNamesCanBeSeen(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		before := f.people(t)
		for name, want := range map[string]string{
			"adm\u200bin": "nameid_invalid", "ad\u00admin": "nameid_invalid", "\u2060admin": "nameid_invalid", " ": "nameid_invalid", "\u00a0": "nameid_invalid", "admin\U000E0041": "nameid_invalid",
		} {
			to := f.aim("")
			to.NameID = name
			m := to.Message()
			said(&m, claimObjectID, objectOf(1))
			if got := f.refusal(t, name, f.post(t, post(f, m), "")); got != want {
				t.Errorf("%q: %s, want %s", name, got, want)
			}
		}
		f.set(t, map[string]any{"mapping": []map[string]string{{"field": "LoginID", "claim": claimGivenName}}})
		for _, login := range []string{"adm\u200bin", "ad\u00admin", "adm\ufe0fin", "\u3164"} {
			to := f.aim("")
			m := to.Message()
			said(&m, claimObjectID, objectOf(2))
			said(&m, claimGivenName, login)
			if got := f.refusal(t, login, f.post(t, post(f, m), "")); got != "person_refused" {
				t.Errorf("a login %q: %s", login, got)
			}
		}
		directory := &provisioner{f.Server, "localhost", f.Run(t, "scim", "token", "create", "--label", "Entra ID")["token"].(string)}
		for _, body := range []string{
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a\u202eb@a.example"}`,
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"admin\u200b"}`,
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"seen@a.example","displayName":"x\u202ey"}`,
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"seen@a.example","title":"x\ny"}`,
		} {
			directory.scim(t, "POST Users", body, http.StatusBadRequest)
		}
		if a := f.Ask(t, http.MethodPost, employees, f.key, `{"LoginID":"admin\u200b","LastName":"x"}`); a.Status != http.StatusBadRequest {
			t.Errorf("by OData: %d %s", a.Status, a.Body)
		}
		if n := f.people(t) - before; n != 0 {
			t.Errorf("%d people came to be", n)
		}
		if a := f.Ask(t, http.MethodPost, "/api/admin/v1/identity-providers", f.key, `{"name":"\u200b"}`); a.Status != http.StatusBadRequest {
			t.Errorf("a provider without a name: %d %s", a.Status, a.Body)
		}
	})
}

// TestStrangersPushNothingOut sends what anybody can send after what the provider has signed, until nothing else would be left of it.
func TestStrangersPushNothingOut(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		to := f.aim("")
		to.EntityID = "https://somewhere.else/"
		refused := f.post(t, post(f, to.Message()), "")
		if got := f.refusal(t, "meant for somebody else", refused); got != "audience_mismatch" {
			t.Fatal(got)
		}
		for range 150 {
			to := f.aim("")
			f.post(t, samltest.Post(to.Message().XML(), ""), "")
		}
		all := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/attempts?limit=200", nil, http.StatusOK)["items"].([]any)
		reference := refused.Header.Get("X-Request-Id")
		at := slices.IndexFunc(all, func(one any) bool { return one.(map[string]any)["request_id"] == reference })
		if at < 0 || all[at].(map[string]any)["proven"] != true {
			t.Fatalf("it is gone: %d others", len(all))
		}
		if first := all[0].(map[string]any); first["outcome"] != "signature_missing" || first["proven"] != false || len(all) > 80 {
			t.Errorf("%d attempts, the first %v", len(all), first)
		}
	})
}

// TestWhatAProviderVouchedForEndsWithIt switches a provider off while somebody is signed in, and somebody is on the way.
func TestWhatAProviderVouchedForEndsWithIt(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		sign := func(n int) testkit.Answer {
			t.Helper()
			to := f.aim("")
			to.NameID = fmt.Sprintf("p%d@a.example", n)
			m := to.Message()
			said(&m, claimObjectID, objectOf(n))
			said(&m, claimEmail, to.NameID)
			return f.post(t, post(f, m), "")
		}
		_, session := f.finish(t, sign(1), "")
		if f.login(t, session) != "p1@a.example" {
			t.Fatal("nobody is signed in")
		}
		f.set(t, nil)
		if f.login(t, session) != "p1@a.example" {
			t.Error("a change of a setting ends a session")
		}
		onTheWay := sign(2)
		f.set(t, map[string]any{"enabled": false})
		if who := f.login(t, session); who != "" {
			t.Errorf("%s is signed in although the provider is switched off", who)
		}
		if done, cookies := f.finish(t, onTheWay, ""); strings.Contains(cookies, "sid=") || done.Status < 400 {
			t.Errorf("a sign-in that was on the way: %d %s", done.Status, cookies)
		}
		if got := f.refusal(t, "afterwards", sign(3)); got != "provider_disabled" {
			t.Error(got)
		}
	})
}

// TestASessionEndsWhenItsProviderWants switches roles in a session that the provider wants to end in an hour.
func TestASessionEndsWhenItsProviderWants(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		sign := func() string {
			t.Helper()
			to := f.aim("")
			m := to.Message()
			m.SessionEnd = samltest.At(to.Now.Add(time.Hour))
			_, session := f.finish(t, f.post(t, post(f, m), ""), "")
			return session
		}
		sign()
		f.admin(t, http.MethodPut, "/people/"+f.person(t, "ada@a.example")+"/roles/ServiceDeskAnalyst", nil, http.StatusOK)
		session := sign()
		ends := func() time.Time {
			t.Helper()
			at, err := time.Parse(time.RFC3339, f.browsing(t, http.MethodGet, "/api/me", session, nil, "").JSON()["session"].(map[string]any)["ends_at"].(string))
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		before := ends()
		if left := time.Until(before); left > time.Hour || left < 50*time.Minute {
			t.Fatalf("it ends in %s", left)
		}
		a := f.browsing(t, http.MethodPost, "/api/me/role", session, map[string]string{"Content-Type": "application/json"}, `{"role":"ServiceDeskAnalyst"}`)
		if a.Status != http.StatusOK {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if session = cookiesOf(a); !ends().Equal(before) {
			t.Errorf("in another role it ends at %s, and at %s before", ends(), before)
		}
	})
}
