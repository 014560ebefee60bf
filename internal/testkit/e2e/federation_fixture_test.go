package e2e_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

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
	return f.beginTo(tb, "/desk")
}

// beginTo does so in order to get somewhere afterwards.
func (f *federated) beginTo(tb testing.TB, to string) (id, cookies string) {
	tb.Helper()
	a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login?return="+url.QueryEscape(to), nil, "")
	if err != nil || a.Status != http.StatusSeeOther {
		tb.Fatalf("%v %d %s", err, a.Status, a.Body)
	}
	at, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		tb.Fatal(err)
	}
	id, _ = requestOf(tb, at)
	return id, cookiesOf(a)
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

// set changes settings of the provider.
func (f *federated) set(tb testing.TB, changes map[string]any) {
	tb.Helper()
	all := map[string]any{"name": "Microsoft Entra ID", "entity_id": f.provider.EntityID, "sso_url": "https://login.microsoftonline.com/6b1f/saml2", "enabled": true,
		"create_users": true, "allow_idp_initiated": true, "mapping": []map[string]string{{"field": "PrimaryEmail", "claim": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"}}}
	maps.Copy(all, changes)
	f.admin(tb, http.MethodPut, "/identity-providers/"+f.id, all, http.StatusOK)
}
