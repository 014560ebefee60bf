package e2e_test

import (
	"bytes"
	"compress/flate"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

const acs = "/handlers/sso/SamlAssertionConsumerHandler.ashx"

// federated is a tenant with an identity provider whose messages the tests make.
type federated struct {
	*testkit.Server
	provider *samltest.Provider
	id       string // of its record
	key      string // of an administrator
	target   samltest.Target
	messages int
}

// federate starts a server and hands it a provider as the administrator of an Entra tenant does.
func federate(t *testing.T, dsn string, args ...string) *federated {
	t.Helper()
	f := &federated{Server: testkit.Start(t, testkit.Options{DSN: dsn, Args: args}), provider: &samltest.Provider{
		EntityID: "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/", KeyPair: samltest.NewKeys().Genuine}}
	f.key = "REST " + f.Key(t, "Admin")
	made := f.admin(t, http.MethodPost, "/identity-providers", map[string]any{
		"preset": "entra", "name": "Microsoft Entra ID", "entity_id": f.provider.EntityID, "sso_url": "https://login.microsoftonline.com/6b1f/saml2",
		"slo_url": "https://login.microsoftonline.com/6b1f/saml2", "certificate": base64.StdEncoding.EncodeToString(f.provider.Certificate.Raw), "enabled": true,
		"create_users": true, "allow_idp_initiated": true,
	}, http.StatusCreated)
	f.id = made["id"].(string)
	ours := f.admin(t, http.MethodGet, "/single-sign-on", nil, http.StatusOK)
	f.target = samltest.Target{Provider: f.provider, EntityID: ours["identifier"].(string), ACS: ours["reply_url"].(string), NameID: "ada@a.example",
		Service: saml.KeyPair{Certificate: f.encryption(t)}}
	return f
}

// admin asks the administration API and wants a status.
func (f *federated) admin(tb testing.TB, method, path string, body any, status int) map[string]any {
	tb.Helper()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			tb.Fatal(err)
		}
	}
	a := f.Ask(tb, method, "/api/admin/v1"+path, f.key, string(text))
	if a.Status != status {
		tb.Fatalf("%s %s: %d %s, want %d", method, path, a.Status, a.Body, status)
	}
	return a.JSON()
}

// encryption is the certificate that our metadata names for encryption.
func (f *federated) encryption(tb testing.TB) *x509.Certificate {
	tb.Helper()
	a := f.Ask(tb, http.MethodGet, "/sso/metadata", "", "")
	var document struct {
		Keys []struct {
			Use         string `xml:"use,attr"`
			Certificate string `xml:"KeyInfo>X509Data>X509Certificate"`
		} `xml:"SPSSODescriptor>KeyDescriptor"`
	}
	if err := xml.Unmarshal(a.Body, &document); err != nil {
		tb.Fatalf("%v in %s", err, a.Body)
	}
	for _, k := range document.Keys {
		if k.Use != "encryption" {
			continue
		}
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(k.Certificate), ""))
		if err != nil {
			tb.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			tb.Fatal(err)
		}
		return c
	}
	tb.Fatalf("no certificate for encryption in %s", a.Body)
	return nil
}

// begin goes to the provider as a browser does and returns the request's ID with the cookies that bind it.
func (f *federated) begin(tb testing.TB) (id, cookies string) {
	tb.Helper()
	a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login?return=/desk", nil, "")
	if err != nil || a.Status != http.StatusSeeOther {
		tb.Fatalf("%v %d %s", err, a.Status, a.Body)
	}
	to, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		tb.Fatal(err)
	}
	deflated, err := base64.StdEncoding.DecodeString(to.Query().Get("SAMLRequest"))
	if err != nil {
		tb.Fatal(err)
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(deflated)))
	if err != nil {
		tb.Fatal(err)
	}
	var request struct {
		ID string `xml:",attr"`
	}
	if err := xml.Unmarshal(text, &request); err != nil {
		tb.Fatal(err)
	}
	return request.ID, cookiesOf(a)
}

// cookiesOf are the cookies of an answer as a browser sends them back.
func cookiesOf(a testkit.Answer) string {
	var out []string
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.MaxAge >= 0 && c.Value != "" {
			out = append(out, c.Name+"="+c.Value)
		}
	}
	return strings.Join(out, "; ")
}

// post sends a form to the assertion consumer service.
func (f *federated) post(tb testing.TB, form saml.Form, cookies string) testkit.Answer {
	tb.Helper()
	header := map[string]string{"Content-Type": form.ContentType, "Origin": "https://login.microsoftonline.com", "Sec-Fetch-Site": "cross-site"}
	if cookies != "" {
		header["Cookie"] = cookies
	}
	if form.ContentEncoding != "" {
		header["Content-Encoding"] = form.ContentEncoding
	}
	path := acs
	if form.RawQuery != "" {
		path += "?" + form.RawQuery
	}
	a, err := f.Request(form.Method, path, header, string(form.Body))
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// aim is the target of one message more.
func (f *federated) aim(request string) samltest.Target {
	f.messages++
	t := f.target
	t.Request, t.Suffix, t.Now = request, fmt.Sprint("m", f.messages), time.Now()
	return t
}

// finish follows the browser to where the sign-in becomes a session and returns its cookies.
func (f *federated) finish(tb testing.TB, arrived testkit.Answer, more string) (testkit.Answer, string) {
	tb.Helper()
	if arrived.Status != http.StatusSeeOther || arrived.Header.Get("Location") != "/sso/finish" {
		tb.Fatalf("%d %v %s", arrived.Status, arrived.Header, arrived.Body)
	}
	cookies := cookiesOf(arrived)
	if strings.Contains(cookies, "sid=") {
		tb.Fatalf("the form of another site made a session: %s", cookies)
	}
	if more != "" {
		cookies += "; " + more
	}
	a, err := f.Request(http.MethodGet, "/sso/finish", map[string]string{"Cookie": cookies}, "")
	if err != nil {
		tb.Fatal(err)
	}
	return a, cookiesOf(a)
}

// people counts the employees.
func (f *federated) people(tb testing.TB) int {
	tb.Helper()
	a := f.Ask(tb, http.MethodGet, employees+"?$top=1", f.key, "")
	n, ok := a.JSON()["@odata.count"].(float64)
	if !ok {
		tb.Fatalf("%d %s", a.Status, a.Body)
	}
	return int(n)
}

// as tries a record of the provider that an attack or a variant needs; false: an administrator cannot make it so.
func (f *federated) as(tb testing.TB, change func(*saml.IdentityProvider)) bool {
	tb.Helper()
	record := f.provider.Record()
	record.AllowIDPInitiated = true
	if change != nil {
		change(&record)
	}
	if record.EntityID != f.provider.EntityID || len(record.Certificates) != 1 || !record.Certificates[0].Equal(f.provider.Certificate) {
		return false
	}
	f.admin(tb, http.MethodPut, "/identity-providers/"+f.id, map[string]any{"name": "Microsoft Entra ID", "entity_id": f.provider.EntityID,
		"sso_url": "https://login.microsoftonline.com/6b1f/saml2", "enabled": true, "create_users": true, "allow_idp_initiated": record.AllowIDPInitiated,
		"want_encrypted": record.RequireEncrypted, "allow_cbc": record.AllowCBC}, http.StatusOK)
	return true
}

// TestForgedResponsesSignNobodyIn posts the whole corpus to the running program: nobody gets in, nobody comes to be, and each refusal has
// its reason in the log and in the sums of the audit trail.
func TestForgedResponsesSignNobodyIn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		before := f.people(t)
		tried, special := 0, false
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
				if a.Status < 400 || a.Status > 499 || a.Header.Get("Location") != "" || strings.Contains(cookiesOf(a), "sid=") || strings.Contains(cookiesOf(a), "arrived=") {
					t.Errorf("%s: %d %v", attack.Key(layout), a.Status, a.Header)
				}
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
		f.Stop(t)
		f.Restart(t) // the sums are written when the program stops
		a := f.Ask(t, http.MethodGet, "/api/admin/v1/audit?action=sign_in.refused&limit=200", f.key, "")
		if !strings.Contains(string(a.Body), "signature") || !strings.Contains(string(a.Body), "assertion_count") {
			t.Errorf("the audit trail says %d %.2000s", a.Status, a.Body)
		}
	})
}

// TestAnEntraUserComesToBe signs somebody in by the provider's own post and by a request of ours, with the deep link, and looks for the
// person on every surface.
func TestAnEntraUserComesToBe(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		before := f.people(t)
		a := f.post(t, samltest.Post(f.aim("").Genuine(samltest.AssertionSigned), "whatever Entra was told"), "")
		done, session := f.finish(t, a, "")
		if done.Status != http.StatusSeeOther || done.Header.Get("Location") != "/" || !strings.Contains(session, "sid=") {
			t.Fatalf("%d %v %s", done.Status, done.Header, done.Body)
		}
		me, err := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, "")
		if err != nil || me.Status != http.StatusOK || !strings.Contains(string(me.Body), `"SelfService"`) {
			t.Fatalf("%v %d %s", err, me.Status, me.Body)
		}
		row := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows()
		if f.people(t) != before+1 || len(row) != 1 || row[0]["IsExternalAuth"] != true || row[0]["PrimaryEmail"] == nil {
			t.Fatalf("%v", row)
		}
		if page := f.Ask(t, http.MethodGet, "/api/admin/v1/people/"+row[0]["RecId"].(string), f.key, ""); !strings.Contains(string(page.Body), `"external_sign_in":true`) {
			t.Errorf("the people page says %s", page.Body)
		}
		trail := f.Ask(t, http.MethodGet, "/api/admin/v1/audit?target="+row[0]["RecId"].(string), f.key, "")
		for _, want := range []string{"employee.create", "role.grant", "identity.link", "sso:Microsoft Entra ID"} {
			if !strings.Contains(string(trail.Body), want) {
				t.Errorf("the audit trail lacks %s: %s", want, trail.Body)
			}
		}

		request, cookies := f.begin(t)
		again := f.post(t, samltest.Post(f.aim(request).Genuine(samltest.BothSigned), ""), cookies)
		done, second := f.finish(t, again, session)
		if done.Header.Get("Location") != "/desk" || f.people(t) != before+1 {
			t.Errorf("%v, %d people", done.Header, f.people(t)-before)
		}
		if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, ""); me.Status != http.StatusUnauthorized {
			t.Error("the session before lives on beside the new one")
		}
		if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": second}, ""); me.Status != http.StatusOK {
			t.Error("the new session does not live")
		}
		attempts := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/attempts", nil, http.StatusOK)["items"].([]any)
		if len(attempts) != 2 || attempts[1].(map[string]any)["how"] != "created" || attempts[0].(map[string]any)["flow"] != "sp" {
			t.Errorf("%v", attempts)
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

// TestGenuineResponsesSignIn posts what providers send in all their ways.
func TestGenuineResponsesSignIn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		for _, variant := range samltest.Variants() {
			if strings.HasPrefix(variant.Name, "encrypted") || variant.Name == "no issuer on the response" || !f.as(t, variant.Record) {
				continue // to another key, to the address of one provider alone, or by another certificate: these have tests of their own
			}
			for _, layout := range variant.Layouts {
				request, cookies := f.begin(t)
				to := f.aim(request)
				if a := f.post(t, variant.Form(to, layout), cookies); a.Status != http.StatusSeeOther {
					t.Errorf("%s, %s: %d %s", variant.Name, layout, a.Status, f.lastAttempt(t))
				}
			}
		}
		f.set(t, map[string]any{"want_encrypted": true})
		m := f.aim("").Message()
		m.Encrypt = &samltest.Encryption{To: f.target.Service.Certificate}
		text := m.Encrypt.Assertion(samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned))
		if a := f.post(t, samltest.Post(text, ""), ""); a.Status != http.StatusSeeOther {
			t.Errorf("encrypted to the key of our metadata: %d %s", a.Status, f.lastAttempt(t))
		}
		if a := f.post(t, samltest.Post(f.aim("").Genuine(samltest.AssertionSigned), ""), ""); a.Status != http.StatusForbidden {
			t.Errorf("in the clear, where that is not allowed: %d", a.Status)
		}
	})
}

// TestACertificateIsReplaced rolls a certificate over by metadata: both count, then the new one alone, and nobody is kept out.
func TestACertificateIsReplaced(t *testing.T) {
	var current atomic.Value // the metadata
	metadata := func(all ...*x509.Certificate) {
		var keys strings.Builder
		for _, c := range all {
			keys.WriteString(`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` +
				base64.StdEncoding.EncodeToString(c.Raw) + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`)
		}
		current.Store(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
			keys.String() + `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.example.com/saml2"/></IDPSSODescriptor></EntityDescriptor>`)
	}
	source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, current.Load().(string)) }))
	defer source.Close()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn, "--allow-private-outbound", "127.0.0.0/8")
		keys := samltest.NewKeys()
		works := func(pair saml.KeyPair) bool {
			t.Helper()
			text := samltest.Signing{Key: pair}.Message(f.aim("").Message().XML(), samltest.AssertionSigned)
			return f.post(t, samltest.Post(text, ""), "").Status == http.StatusSeeOther
		}
		refresh := func() {
			t.Helper()
			f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/metadata/refresh", nil, http.StatusOK)
		}
		metadata(keys.Genuine.Certificate)
		f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/metadata", map[string]any{"url": source.URL}, http.StatusOK)
		if !works(keys.Genuine) || works(keys.Second) {
			t.Error("before: the old one alone should count")
		}
		metadata(keys.Genuine.Certificate, keys.Second.Certificate)
		refresh()
		if !works(keys.Genuine) || !works(keys.Second) {
			t.Error("meanwhile: both should count")
		}
		metadata(keys.Second.Certificate)
		refresh()
		if !works(keys.Second) {
			t.Error("afterwards: the new one should count")
		}
		current.Store("<EntityDescriptor")
		f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/metadata/refresh", nil, http.StatusBadRequest)
		if !works(keys.Second) {
			t.Error("metadata that cannot be read took the certificate away")
		}
		shown := f.admin(t, http.MethodGet, "/identity-providers/"+f.id, nil, http.StatusOK)
		if shown["metadata"].(map[string]any)["error"] == nil {
			t.Errorf("nobody is told: %v", shown["metadata"])
		}
		for _, address := range []string{"http://169.254.169.254/x", "https://10.0.0.1/x", "http://example.com/x", "file:///etc/passwd", "https://user@example.com/"} {
			f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/metadata", map[string]any{"url": address}, http.StatusBadRequest)
		}
	})
}

// lastAttempt is what the diagnostics say of the last one.
func (f *federated) lastAttempt(tb testing.TB) string {
	tb.Helper()
	items := f.admin(tb, http.MethodGet, "/identity-providers/"+f.id+"/attempts?limit=1", nil, http.StatusOK)["items"].([]any)
	if len(items) == 0 {
		return "none"
	}
	one := items[0].(map[string]any)
	return fmt.Sprint(one["outcome"], " ", one["message"])
}

// TestRulesGiveAndTakeTheirOwn signs somebody in with different groups.
func TestRulesGiveAndTakeTheirOwn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		const groups = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
		settings := map[string]any{"name": "Microsoft Entra ID", "entity_id": f.provider.EntityID, "sso_url": "https://login.microsoftonline.com/6b1f/saml2", "enabled": true,
			"create_users": true, "allow_idp_initiated": true, "grantable_roles": []string{"ServiceDeskAnalyst"},
			"rules": []map[string]any{{"claim": groups, "operator": "equals", "values": []string{"analysts"}, "role": "ServiceDeskAnalyst", "team": "Service Desk"},
				{"claim": groups, "operator": "in_list", "values": []string{"Admin"}, "team": "Nobody"}}}
		f.admin(t, http.MethodPut, "/identity-providers/"+f.id, settings, http.StatusOK)
		person := ""
		sign := func(values ...string) []any {
			t.Helper()
			m := f.aim("").Message()
			m.Attributes = slices.DeleteFunc(m.Attributes, func(a samltest.Attribute) bool { return a.Name == groups })
			if len(values) > 0 && values[0] == "overage" {
				m.Attributes = append(m.Attributes, samltest.Attribute{Name: "http://schemas.microsoft.com/claims/groups.link", Values: []string{"https://graph.windows.net/x"}})
			} else if len(values) > 0 {
				m.Attributes = append(m.Attributes, samltest.Attribute{Name: groups, Values: values})
			}
			text := samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned)
			if a := f.post(t, samltest.Post(text, ""), ""); a.Status != http.StatusSeeOther {
				t.Fatalf("%v: %d %s", values, a.Status, f.lastAttempt(t))
			}
			if person == "" {
				person = f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows()[0]["RecId"].(string)
			}
			roles := []any{}
			for _, one := range f.admin(t, http.MethodGet, "/people/"+person+"/roles", nil, http.StatusOK)["items"].([]any) {
				roles = append(roles, one.(map[string]any)["name"])
			}
			return roles
		}
		has := func(roles []any, name string) bool { return strings.Contains(fmt.Sprint(roles), name) }
		if r := sign("strangers"); has(r, "Analyst") {
			t.Errorf("a group that no rule names gives %v", r)
		}
		if r := sign("analysts"); !has(r, "ServiceDeskAnalyst") || !has(r, "SelfService") {
			t.Errorf("the rule gives %v", r)
		}
		if r := sign("overage"); !has(r, "ServiceDeskAnalyst") {
			t.Errorf("too many groups to be named took away what was: %v", r)
		}
		if r := sign("Admin", "ServiceDeskAnalyst"); has(r, "Analyst") || has(r, "Admin") {
			t.Errorf("groups called like roles give %v", r)
		}
		f.admin(t, http.MethodPut, "/people/"+person+"/roles/ServiceDeskAnalyst", nil, http.StatusOK)
		if r := sign("analysts"); !has(r, "ServiceDeskAnalyst") {
			t.Errorf("%v", r)
		}
		if r := sign(); !has(r, "ServiceDeskAnalyst") {
			t.Errorf("what was given by hand is gone with the group: %v", r)
		}
		settings["rules"] = []map[string]any{{"claim": groups, "operator": "starts_with", "values": []string{"a"}, "role": "Admin"}}
		f.admin(t, http.MethodPut, "/identity-providers/"+f.id, settings, http.StatusBadRequest)
		settings["grantable_roles"] = []string{"Admin"}
		f.admin(t, http.MethodPut, "/identity-providers/"+f.id, settings, http.StatusBadRequest)
		settings["may_grant_admin"] = true
		f.admin(t, http.MethodPut, "/identity-providers/"+f.id, settings, http.StatusBadRequest) // not by the beginning of a name
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

// set changes settings of the provider.
func (f *federated) set(tb testing.TB, changes map[string]any) {
	tb.Helper()
	all := map[string]any{"name": "Microsoft Entra ID", "entity_id": f.provider.EntityID, "sso_url": "https://login.microsoftonline.com/6b1f/saml2", "enabled": true,
		"create_users": true, "allow_idp_initiated": true, "mapping": []map[string]string{{"field": "PrimaryEmail", "claim": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"}}}
	maps.Copy(all, changes)
	f.admin(tb, http.MethodPut, "/identity-providers/"+f.id, all, http.StatusOK)
}

// TestProvisionedAndVouchedForAreOne has one person come by SCIM and by SAML, in either order, and ends the session by SCIM.
func TestProvisionedAndVouchedForAreOne(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		token := "Bearer " + f.admin(t, http.MethodPost, "/scim/tokens", map[string]any{"label": "Entra ID"}, http.StatusCreated)["token"].(string)
		scim := func(method, path, body string, status int) map[string]any {
			t.Helper()
			a, err := f.Request(method, "/scim/v2/"+path, map[string]string{"Authorization": token, "Content-Type": "application/scim+json"}, body)
			if err != nil || a.Status != status {
				t.Fatalf("%s %s: %v %d %s, want %d", method, path, err, a.Status, a.Body, status)
			}
			return a.JSON()
		}
		before := f.people(t)
		for i, first := range []string{"scim", "saml"} {
			objectID, login := fmt.Sprintf("6b1f3c1e-0000-4000-8000-00000000010%d", i), fmt.Sprintf("one%d@a.example", i)
			user := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":%q,"userName":%q,"active":true,"name":{"givenName":"One","familyName":"Person"},"emails":[{"type":"work","value":%[2]q,"primary":true}]}`, objectID, login)
			sign := func() string {
				t.Helper()
				to := f.aim("")
				to.NameID = login
				m := to.Message()
				for j, a := range m.Attributes {
					switch {
					case strings.HasSuffix(a.Name, "objectidentifier"):
						m.Attributes[j].Values = []string{objectID}
					case strings.HasSuffix(a.Name, "/name"), strings.HasSuffix(a.Name, "/emailaddress"):
						m.Attributes[j].Values = []string{login}
					}
				}
				text := samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned)
				arrived := f.post(t, samltest.Post(text, ""), "")
				if arrived.Status != http.StatusSeeOther {
					t.Fatalf("%s first: %d %s", first, arrived.Status, f.lastAttempt(t))
				}
				_, session := f.finish(t, arrived, "")
				return session
			}
			id, session := "", ""
			if first == "scim" {
				id = scim(http.MethodPost, "Users", user, http.StatusCreated)["id"].(string)
				session = sign()
			} else {
				session = sign()
				id = scim(http.MethodPost, "Users", user, http.StatusCreated)["id"].(string)
			}
			rows := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq '"+login+"'", f.key, "").Rows()
			if f.people(t) != before+i+1 || len(rows) != 1 || rows[0]["RecId"] != id {
				t.Fatalf("%s first: %d people more, %v, want %s", first, f.people(t)-before, rows, id)
			}
			if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, ""); me.Status != http.StatusOK {
				t.Errorf("%s first: the session does not live: %d", first, me.Status)
			}
			scim(http.MethodPatch, "Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}`, http.StatusOK)
			if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, ""); me.Status != http.StatusUnauthorized {
				t.Errorf("%s first: the session lives on after the deactivation: %d", first, me.Status)
			}
		}
	})
}

// TestARuleLocksNobodyOut has a rule make the only administrator and stop saying so, and the provider be deleted.
func TestARuleLocksNobodyOut(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		const roles = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
		f.set(t, map[string]any{"grantable_roles": []string{"Admin", "ReportManager"}, "may_grant_admin": true, "rules": []map[string]any{
			{"claim": roles, "operator": "equals", "values": []string{"boss"}, "role": "Admin"}, {"claim": roles, "operator": "equals", "values": []string{"reports"}, "role": "ReportManager"}}})
		sign := func(values ...string) {
			t.Helper()
			m := f.aim("").Message()
			m.Attributes = slices.DeleteFunc(m.Attributes, func(a samltest.Attribute) bool { return a.Name == roles })
			if len(values) > 0 {
				m.Attributes = append(m.Attributes, samltest.Attribute{Name: roles, Values: values})
			}
			text := samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned)
			if a := f.post(t, samltest.Post(text, ""), ""); a.Status != http.StatusSeeOther {
				t.Fatalf("%v: %d %s", values, a.Status, f.lastAttempt(t))
			}
		}
		holds := func(person string) string {
			return fmt.Sprint(f.admin(t, http.MethodGet, "/people/"+person+"/roles", nil, http.StatusOK)["items"])
		}
		sign("boss", "reports")
		ada := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows()[0]["RecId"].(string)
		f.Run(t, "user", "disable", "admin")
		sign("reports")
		if got := holds(ada); !strings.Contains(got, "name:Admin") || !strings.Contains(got, "ReportManager") {
			t.Errorf("a rule took the last administrator's role: %s", got)
		}
		if trail := f.Ask(t, http.MethodGet, "/api/admin/v1/audit?action=role.keep", f.key, ""); !strings.Contains(string(trail.Body), "last_administrator") {
			t.Errorf("nobody is told: %s", trail.Body)
		}
		f.admin(t, http.MethodDelete, "/identity-providers/"+f.id, nil, http.StatusNoContent)
		if got := holds(ada); !strings.Contains(got, "name:Admin") || strings.Contains(got, "ReportManager") {
			t.Errorf("after the provider is gone: %s", got)
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
