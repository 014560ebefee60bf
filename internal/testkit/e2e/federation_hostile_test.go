package e2e_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// TestForgedResponsesSignNobodyIn posts the whole corpus to the running program: nobody gets in, nobody comes to be, and each refusal has
// its own reason in the diagnostics, under the reference that the page names, and in the sums of the audit trail.
func TestForgedResponsesSignNobodyIn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		before := f.people(t)
		tried, special, reasons := 0, false, map[string]int{}
		request, cookies := f.begin(t) // which nothing here answers, so that it stays open
		for _, attack := range samltest.Corpus() {
			if attack.Record != nil || special {
				if !f.as(t, attack.Record) {
					continue // such a record cannot be made: the administration API refuses it
				}
				special = attack.Record != nil
			}
			if strings.HasSuffix(attack.Name, " by http") {
				continue // as is this server
			}
			for _, layout := range attack.Layouts {
				a := f.post(t, attack.Form(f.aim(request), layout), cookies)
				tried++
				got := f.refusal(t, attack.Key(layout), a)
				if want := string(attack.Want(layout)); got != want && !(got == "issuer_unknown" && strings.Contains(want, "issuer")) { // which no provider has
					t.Errorf("%s: refused for %s, want %s", attack.Key(layout), got, want)
				}
				reasons[got]++
				if strings.Contains(string(a.Body), samltest.Victim) || strings.Contains(string(a.Body), "<x>") {
					t.Errorf("%s: the page repeats what was sent: %s", attack.Key(layout), a.Body)
				}
			}
		}
		if now := f.people(t); now != before {
			t.Errorf("%d people came to be", now-before)
		}
		known := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/identities", nil, http.StatusOK)
		if items := known["items"].([]any); len(items) > 0 {
			t.Errorf("identities came to be: %v", items)
		}
		t.Logf("%d messages", tried)
		if diff := cmp.Diff(reasons, f.refusals(t)); diff != "" {
			t.Errorf("the audit trail sums up otherwise (- posted, + written): %s", diff)
		}
	})
}

// TestAMessageCountsOnce posts one response many times at once, after a restart, and with the request of another browser.
func TestAMessageCountsOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		form := samltest.Post(f.aim("").Genuine(samltest.ResponseSigned), "")
		results := make(chan int, 50)
		for range cap(results) {
			go func() {
				a, err := f.Request(http.MethodPost, acs, map[string]string{"Content-Type": form.ContentType}, string(form.Body))
				if err != nil {
					t.Error(err)
				}
				results <- a.Status
			}()
		}
		won := 0
		for range cap(results) {
			if status := <-results; status == http.StatusSeeOther {
				won++
			} else if status < 400 || status > 499 {
				t.Errorf("%d", status)
			}
		}
		if won != 1 {
			t.Errorf("one message was taken %d times", won)
		}
		f.Stop(t)
		f.Restart(t)
		if a := f.post(t, form, ""); a.Status != http.StatusForbidden {
			t.Errorf("after a restart: %d", a.Status)
		}

		request, cookies := f.begin(t)
		_, others := f.begin(t)
		genuine := samltest.Post(f.aim(request).Genuine(samltest.AssertionSigned), "")
		for what, cookie := range map[string]string{"no cookie": "", "another browser's": others} {
			if a := f.post(t, genuine, cookie); a.Status != http.StatusForbidden {
				t.Errorf("%s: %d", what, a.Status)
			}
		}
		if a := f.post(t, genuine, cookies); a.Status != http.StatusSeeOther {
			t.Errorf("the browser's own: %d %s", a.Status, a.Body)
		}
		if a := f.post(t, samltest.Post(f.aim(request).Genuine(samltest.AssertionSigned), ""), cookies); a.Status != http.StatusForbidden {
			t.Errorf("a request answered twice: %d", a.Status)
		}
	})
}

// TestNobodyIsTakenForSomebodyElse tries to become people that are there.
func TestNobodyIsTakenForSomebodyElse(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		made := f.Ask(t, http.MethodPost, employees, f.key, `{"LoginID":"local","LastName":"Local","PrimaryEmail":"Ada@A.example"}`)
		if made.Status != http.StatusCreated {
			t.Fatal(string(made.Body))
		}
		sign := func(edit func(m *samltest.Message)) string {
			m := f.aim("").Message()
			if edit != nil {
				edit(&m)
			}
			text := samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned)
			if a := f.post(t, samltest.Post(text, ""), ""); a.Status == http.StatusSeeOther {
				return "in"
			}
			return strings.Fields(f.lastAttempt(t))[0]
		}
		if got := sign(nil); got != "email_conflict" {
			t.Errorf("the address of somebody who is there: %s", got)
		}
		f.set(t, map[string]any{"link_by_email": true})
		if got := sign(nil); got != "domain_not_verified" {
			t.Errorf("a domain that nobody has proved: %s", got)
		}
		f.set(t, map[string]any{"create_users": false, "mapping": []map[string]string{{"field": "FirstName", "claim": "none"}}})
		if got := sign(nil); got != "jit_off" {
			t.Errorf("where nobody is made: %s", got)
		}
		f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/identities", map[string]any{"subject_kind": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
			"subject": "ada@a.example", "person": "local"}, http.StatusCreated)
		if got := sign(nil); got != "in" {
			t.Errorf("who was registered by hand: %s", got)
		}
		another := func(m *samltest.Message) {
			for i, a := range m.Attributes {
				if strings.HasSuffix(a.Name, "objectidentifier") {
					m.Attributes[i].Values = []string{"6b1f3c1e-0000-4000-8000-000000000099"}
				}
			}
		}
		if got := sign(another); got != "jit_off" {
			t.Errorf("the name of somebody known, under another object id: %s", got)
		}
		if a := f.Ask(t, http.MethodPatch, employees+"('"+made.JSON()["RecId"].(string)+"')", f.key, `{"Status":"Terminated"}`); a.Status != http.StatusOK {
			t.Fatal(string(a.Body))
		}
		if got := sign(nil); got != "user_disabled" {
			t.Errorf("somebody who has left: %s", got)
		}
	})
}

// TestStrangersAreBounded posts junk: of that no more is kept than is shown, and after a while the network has to wait.
func TestStrangersAreBounded(t *testing.T) {
	f := federate(t, "")
	form := saml.Form{Method: http.MethodPost, ContentType: "application/x-www-form-urlencoded", Body: []byte("SAMLResponse=PGE%2BPC9hPg%3D%3D")}
	refused, waits := 0, 0
	for range 1100 {
		switch a := f.post(t, form, ""); {
		case a.Status == http.StatusForbidden:
			refused++
		case a.Status == http.StatusTooManyRequests && a.Header.Get("Retry-After") != "":
			waits++
		default:
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	if refused < 1000 || waits < 50 {
		t.Errorf("%d were looked at, %d had to wait", refused, waits)
	}
	f.Stop(t)
	files, _ := filepath.Glob(filepath.Join(f.Data, "tenants", "*.db"))
	if len(files) != 1 {
		t.Fatal(files)
	}
	d, err := db.Open(t.Context(), "sqlite:"+files[0], db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	var kept int
	if err := d.QueryRow(t.Context(), `SELECT count(*) FROM sso_attempt`).Scan(&kept); err != nil || kept != 100 {
		t.Errorf("%d attempts are kept, %v", kept, err)
	}
}
