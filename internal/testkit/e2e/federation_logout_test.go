package e2e_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

const (
	rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	rsaSHA1   = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
)

// logoutRequest is the parameter SAMLRequest by which the provider ends the sessions of a name; edits are pairs of what is replaced.
func (f *federated) logoutRequest(tb testing.TB, name string, edits ...string) string {
	tb.Helper()
	f.messages++
	ours := f.admin(tb, http.MethodGet, "/single-sign-on", nil, http.StatusOK)["logout_url"].(string)
	text := fmt.Sprintf(`<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_l%d" Version="2.0" IssueInstant="%s" Destination="%s"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">%s</Issuer>`+
		`<NameID xmlns="urn:oasis:names:tc:SAML:2.0:assertion">%s</NameID></samlp:LogoutRequest>`, f.messages, samltest.At(time.Now()), ours, f.provider.EntityID, samltest.Escape(name))
	return "SAMLRequest=" + deflated(tb, strings.NewReplacer(edits...).Replace(text))
}

// deflated is a message as the redirect binding has it in a query.
func deflated(tb testing.TB, text string) string {
	tb.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return url.QueryEscape(base64.StdEncoding.EncodeToString(b.Bytes()))
}

// signedQuery signs a query as the redirect binding says.
func signedQuery(tb testing.TB, query, algorithm string, key crypto.Signer) string {
	tb.Helper()
	query += "&SigAlg=" + url.QueryEscape(algorithm)
	whole := sha256.Sum256([]byte(query))
	digest, hash := whole[:], crypto.SHA256
	if algorithm == rsaSHA1 {
		weak := sha1.Sum([]byte(query))
		digest, hash = weak[:], crypto.SHA1
	}
	value, err := key.Sign(rand.Reader, digest, hash)
	if err != nil {
		tb.Fatal(err)
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value))
}

// slo brings a logout message to the program, in a browser with cookies or without.
func (f *federated) slo(tb testing.TB, query, cookies string) testkit.Answer {
	tb.Helper()
	a, err := f.Request(http.MethodGet, "/sso/slo?"+query, map[string]string{"Cookie": cookies, "Sec-Fetch-Site": "cross-site"}, "")
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// TestOnlyTheProviderEndsSessions forges logout messages: nobody is signed out but by the provider, and no browser is led elsewhere.
func TestOnlyTheProviderEndsSessions(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		enter := func(n int, name string) string {
			t.Helper()
			to := f.aim("")
			to.NameID = name
			m := to.Message()
			said(&m, claimObjectID, objectOf(n))
			_, session := f.finish(t, f.post(t, post(f, m), ""), "")
			if f.login(t, session) == "" {
				t.Fatalf("%s is not signed in", name)
			}
			return session
		}
		ada, adaToo, grace := enter(1, "ada@a.example"), enter(1, "ada@a.example"), enter(2, "grace@a.example")
		here, attacker := f.provider.Key, samltest.NewKeys().Attacker.Key
		all := func(what string) {
			t.Helper()
			for session, login := range map[string]string{ada: "ada@a.example", adaToo: "ada@a.example", grace: "grace@a.example"} {
				if got := f.login(t, session); got != login {
					t.Fatalf("%s has ended the session of %s", what, login)
				}
			}
		}
		signed := func(edits ...string) string {
			return signedQuery(t, f.logoutRequest(t, "ada@a.example", edits...), rsaSHA256, here)
		}
		whole := signed()
		message, rest, _ := strings.Cut(whole, "&")
		_, signature, _ := strings.Cut(rest, "&")
		for what, c := range map[string]struct{ query, want string }{
			"another key":                       {signedQuery(t, f.logoutRequest(t, "ada@a.example"), rsaSHA256, attacker), "signature_invalid"},
			"SHA-1":                             {signedQuery(t, f.logoutRequest(t, "ada@a.example"), rsaSHA1, here), "algorithm_forbidden"},
			"another message, that signature":   {f.logoutRequest(t, "ada@a.example") + "&" + rest, "signature_invalid"},
			"a RelayState that was not signed":  {message + "&RelayState=x&" + rest, "signature_invalid"},
			"another encoding of the algorithm": {strings.Replace(whole, "SigAlg=http%3A", "SigAlg=http:", 1), "signature_invalid"},
			"no signature, yet an algorithm":    {strings.TrimSuffix(whole, "&"+signature), "logout_query"},
			"the message twice":                 {message + "&" + whole, "logout_query"},
			"another issuer":                    {signed(f.provider.EntityID, "https://sts.windows.net/x/"), "issuer_unknown"},
			"for another address":               {signed(`Destination="http`, `Destination="https://evil.example/http`), "destination_mismatch"},
			"of yesterday":                      {signed(samltest.At(time.Now())[:10], samltest.At(time.Now().Add(-24 * time.Hour))[:10]), "issued_too_long_ago"},
			"a document type":                   {signed("<samlp:LogoutRequest", "<!DOCTYPE x><samlp:LogoutRequest"), "xml_directive"},
			"an assertion consumer's message":   {strings.Replace(whole, "SAMLRequest", "SAMLResponse", 1), "logout_kind"},
			"a DEFLATE bomb":                    {"SAMLRequest=" + deflated(t, strings.Repeat(" ", 32<<20)), "logout_encoding"},
		} {
			a := f.slo(t, c.query, ada)
			if got := f.refusal(t, what, a); got != c.want {
				t.Errorf("%s: refused for %s, want %s", what, got, c.want)
			}
			all(what)
		}
		for what, c := range map[string]struct{ query, cookies string }{ // without a signature nobody is anybody
			"nobody's browser":             {f.logoutRequest(t, "ada@a.example"), ""},
			"another person's browser":     {f.logoutRequest(t, "ada@a.example"), grace},
			"another name in the browser":  {f.logoutRequest(t, "grace@a.example"), ada},
			"the name in another spelling": {f.logoutRequest(t, "ADA@a.example"), ada},
		} {
			if a := f.slo(t, c.query, c.cookies); a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "https://login.microsoftonline.com/") {
				t.Errorf("unsigned, %s: %d %v", what, a.Status, a.Header)
			}
			all("an unsigned request, " + what)
		}
		if f.slo(t, f.logoutRequest(t, "ada@a.example"), ada); f.login(t, ada) != "" || f.login(t, adaToo) == "" {
			t.Errorf("unsigned, her own browser: %q there, %q elsewhere", f.login(t, ada), f.login(t, adaToo))
		}

		ada = enter(1, "ada@a.example")
		query := signedQuery(t, f.logoutRequest(t, "ada@a.example")+"&RelayState="+url.QueryEscape("https://evil.example/"), rsaSHA256, here)
		a := f.slo(t, query, "")
		to, err := url.Parse(a.Header.Get("Location"))
		if err != nil || a.Status != http.StatusSeeOther || to.Host != "login.microsoftonline.com" || to.Query().Get("RelayState") != "https://evil.example/" || to.Query().Get("Signature") == "" {
			t.Errorf("signed: %v %d %v", err, a.Status, a.Header)
		}
		if f.login(t, ada) != "" || f.login(t, adaToo) != "" || f.login(t, grace) == "" {
			t.Errorf("signed: ada is %q and %q, grace %q", f.login(t, ada), f.login(t, adaToo), f.login(t, grace))
		}
		ada = enter(1, "ada@a.example")
		if got := f.refusal(t, "replayed", f.slo(t, query, ada)); got != "replayed" || f.login(t, ada) == "" {
			t.Errorf("a request that was taken is refused for %s, and she is %q", got, f.login(t, ada))
		}
		ours := f.admin(t, http.MethodGet, "/single-sign-on", nil, http.StatusOK)["logout_url"].(string)
		answer := fmt.Sprintf(`<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_lr" Version="2.0" IssueInstant="%s" Destination="%s"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">%s</Issuer>`+
			`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`, samltest.At(time.Now()), ours, f.provider.EntityID)
		for _, relay := range elsewhere[:8] {
			a := f.slo(t, "SAMLResponse="+deflated(t, answer)+"&RelayState="+url.QueryEscape(relay), ada)
			if a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/login?signed_out=1" || f.login(t, ada) == "" {
				t.Errorf("an answer with RelayState %q: %d %v", relay, a.Status, a.Header)
			}
		}
	})
}

// TestOurLogoutNamesThePersonAsTheAssertionDid signs out here, and reads what the provider is told.
func TestOurLogoutNamesThePersonAsTheAssertionDid(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		for n, format := range []string{"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", ""} {
			to := f.aim("")
			to.NameID = fmt.Sprintf("p%d@a.example", n)
			m := to.Message()
			m.Format = format
			said(&m, claimObjectID, objectOf(n))
			said(&m, claimEmail, to.NameID)
			_, session := f.finish(t, f.post(t, post(f, m), ""), "")
			renewed := f.browsing(t, http.MethodPost, "/api/me/role", session, nil, `{"role":"SelfService"}`)
			out := f.browsing(t, http.MethodPost, "/logout", cookiesOf(renewed), nil, "x=1")
			at, err := url.Parse(out.Header.Get("Location"))
			if err != nil || at.Host != "login.microsoftonline.com" {
				t.Fatalf("%v %d %v", err, out.Status, out.Header)
			}
			packed, err := base64.StdEncoding.DecodeString(at.Query().Get("SAMLRequest"))
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
			if err != nil {
				t.Fatal(err)
			}
			var request struct {
				NameID struct {
					Format string `xml:",attr"`
					Value  string `xml:",chardata"`
				}
				SessionIndex string
			}
			if err := xml.Unmarshal(text, &request); err != nil || request.NameID.Format != format || request.NameID.Value != to.NameID || request.SessionIndex != m.SessionIndex {
				t.Errorf("%q: %v %s", format, err, text)
			}
			if bytes.Contains(text, []byte("Format=")) != (format != "") {
				t.Errorf("%q: %s", format, text)
			}
		}
	})
}
