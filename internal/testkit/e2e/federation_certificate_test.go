package e2e_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// certify makes a certificate of a key that signs itself.
func certify(tb testing.TB, key crypto.Signer, from, to time.Time) []byte {
	tb.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "login.example"}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	return der
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// TestACertificateThatDoesNotDoIsExplained uploads certificates that nobody should trust, and what is none, in each of the ways in which an
// administrator hands one over.
func TestACertificateThatDoesNotDoIsExplained(t *testing.T) {
	now := time.Now()
	good, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, good)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&good.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(good)
	if err != nil {
		t.Fatal(err)
	}
	year := 365 * 24 * time.Hour
	fine := certify(t, good, now.Add(-time.Hour), now.Add(year))
	expired := now.Add(-30 * 24 * time.Hour)
	cases := map[string]struct {
		data       string
		code, says string
	}{
		"expired":                     {inPEM("CERTIFICATE", certify(t, good, now.Add(-year), expired)), "certificate_expired", expired.UTC().Format("2006-01-02")},
		"not valid yet":               {inPEM("CERTIFICATE", certify(t, good, now.Add(year), now.Add(2*year))), "certificate_not_yet_valid", now.Add(year).UTC().Format("2006-01-02")},
		"RSA with 1024 bits":          {pemOf(samltest.NewKeys().Weak.Certificate), "certificate_weak", "1024 bits"},
		"a curve of 224 bits":         {inPEM("CERTIFICATE", certify(t, curve, now.Add(-time.Hour), now.Add(year))), "certificate_weak", "P-224"},
		"a key that signs no SAML":    {inPEM("CERTIFICATE", certify(t, edwards, now.Add(-time.Hour), now.Add(year))), "certificate_weak", "Ed25519"},
		"a private key":               {inPEM("PRIVATE KEY", private), "certificate_private_key", "disclosed"},
		"a certificate with its key":  {inPEM("CERTIFICATE", fine) + inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(good)), "certificate_private_key", "disclosed"},
		"a request for a certificate": {inPEM("CERTIFICATE REQUEST", request), "certificate_invalid", "CERTIFICATE REQUEST"},
		"a public key":                {inPEM("PUBLIC KEY", public), "certificate_invalid", "PUBLIC KEY"},
		"half of one":                 {inPEM("CERTIFICATE", fine[:len(fine)/2]), "certificate_invalid", "not an X.509 certificate"},
		"one that broke off":          {inPEM("CERTIFICATE", fine)[:400], "certificate_invalid", "without a whole block"},
		"two, of which one expired":   {inPEM("CERTIFICATE", fine) + inPEM("CERTIFICATE", certify(t, good, now.Add(-year), expired)), "certificate_expired", expired.UTC().Format("2006-01-02")},
		"metadata":                    {`<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>`, "certificate_invalid", "not an X.509 certificate"},
		"a document":                  {base64.StdEncoding.EncodeToString([]byte("%PDF-1.7 nothing of the kind")), "certificate_invalid", "not an X.509 certificate"},
		"an address":                  {"https://login.example.com/certificate.cer", "certificate_invalid", "not an X.509 certificate"},
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		trusted := func() int {
			return len(f.admin(t, http.MethodGet, "/identity-providers/"+f.id, nil, http.StatusOK)["certificates"].([]any))
		}
		for what, c := range cases {
			for _, way := range []struct {
				path string
				body map[string]any
			}{
				{"/identity-providers/" + f.id + "/certificates", map[string]any{"certificate": c.data}},
				{"/identity-providers", map[string]any{"name": "x", "entity_id": "https://x.example/", "sso_url": "https://x.example/sso", "certificate": c.data, "enabled": true}},
			} {
				a := f.Ask(t, http.MethodPost, "/api/admin/v1"+way.path, f.key, asJSON(t, way.body))
				if a.Status != http.StatusBadRequest || a.JSON()["code"] != c.code || !strings.Contains(string(a.Body), c.says) || !strings.Contains(string(a.Body), `"field":"certificate"`) {
					t.Errorf("%s, %s: %d %s", what, way.path, a.Status, a.Body)
				}
			}
		}
		if n := trusted(); n != 1 {
			t.Errorf("%d certificates are trusted", n)
		}
		if all := f.admin(t, http.MethodGet, "/identity-providers", nil, http.StatusOK)["items"].([]any); len(all) != 1 {
			t.Errorf("%d providers are there", len(all))
		}
		for what, c := range map[string]struct {
			certificate []byte
			code        string
		}{
			"expired": {certify(t, good, now.Add(-year), expired), "certificate_expired"}, "weak": {samltest.NewKeys().Weak.Certificate.Raw, "certificate_weak"},
			"none": {[]byte("x"), "certificate_invalid"}, "absent": {nil, "metadata_no_certificate"},
		} {
			a := f.Ask(t, http.MethodPost, "/api/admin/v1/identity-providers/"+f.id+"/metadata", f.key, asJSON(t, map[string]any{"document": metadataOf(f.provider.EntityID, "https://login.example.com/saml2", c.certificate)}))
			if a.Status != http.StatusBadRequest || a.JSON()["code"] != c.code {
				t.Errorf("metadata, %s: %d %s", what, a.Status, a.Body)
			}
		}
		for what, missing := range map[string]map[string]any{ // a record that could verify nothing, or anything
			"no certificate":     {"entity_id": "https://x.example/", "sso_url": "https://x.example/sso"},
			"no identifier":      {"sso_url": "https://x.example/sso", "certificate": inPEM("CERTIFICATE", fine)},
			"no sign-on address": {"entity_id": "https://x.example/", "certificate": inPEM("CERTIFICATE", fine)},
		} {
			missing["name"], missing["enabled"] = "x", true
			if a := f.Ask(t, http.MethodPost, "/api/admin/v1/identity-providers", f.key, asJSON(t, missing)); a.Status != http.StatusBadRequest {
				t.Errorf("enabled with %s: %d %s", what, a.Status, a.Body)
			}
		}
		only := f.admin(t, http.MethodGet, "/identity-providers/"+f.id, nil, http.StatusOK)["certificates"].([]any)[0].(map[string]any)["fingerprint"].(string)
		if a := f.Ask(t, http.MethodDelete, "/api/admin/v1/identity-providers/"+f.id+"/certificates/"+only, f.key, ""); a.Status != http.StatusConflict {
			t.Errorf("the last certificate goes: %d %s", a.Status, a.Body)
		}
		if a := f.post(t, samltest.Post(f.aim("").Genuine(samltest.AssertionSigned), ""), ""); a.Status != http.StatusSeeOther {
			t.Errorf("afterwards nobody signs in: %d %s", a.Status, f.lastAttempt(t))
		}
	})
}

// metadataOf is the metadata of a provider with a certificate; nil: with none.
func metadataOf(entityID, address string, certificate []byte) string {
	key := ""
	if certificate != nil {
		key = `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + base64.StdEncoding.EncodeToString(certificate) + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
	}
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + html.EscapeString(entityID) + `"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` + key +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + html.EscapeString(address) + `"/></IDPSSODescriptor></EntityDescriptor>`
}

// TestAWrongClockIsExplained has the provider's clock go wrong: nobody gets in, the page says no more than ever, and administrators read
// how far the clocks differ.
func TestAWrongClockIsExplained(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		for _, c := range []struct {
			by         time.Duration
			code, says string
		}{
			{3*time.Hour + 20*time.Minute, "not_yet_valid", "The provider's clock is 3 h 20 min ahead of this server's"},
			{-3 * time.Hour, "expired", "the provider's clock is 3 h 0 min behind"},
			{-20 * time.Minute, "confirmation_expired", "the provider's clock is 20 min behind"},
			{8 * time.Minute, "not_yet_valid", "The provider's clock is 8 min ahead"},
			{-50 * time.Hour, "expired", "the provider's clock is 2 d 2 h behind"},
			{365 * 24 * time.Hour, "not_yet_valid", "365 d 0 h ahead"},
		} {
			for _, layout := range samltest.Layouts {
				to := f.aim("")
				to.Now = to.Now.Add(c.by)
				a := f.post(t, samltest.Post(to.Genuine(layout), ""), "")
				if got := f.refusal(t, c.by.String(), a); got != c.code {
					t.Errorf("%s: refused for %s, want %s", c.by, got, c.code)
				}
				one := f.attempt(t, a)
				if text := fmt.Sprint(one["message"]); !strings.Contains(text, c.says) || !strings.Contains(text, "Compare the clocks") {
					t.Errorf("%s: administrators read %s", c.by, text)
				}
				if strings.Contains(string(a.Body), "clock") {
					t.Errorf("%s: everybody reads %s", c.by, a.Body)
				}
			}
		}
		for by, want := range map[time.Duration]bool{2 * time.Minute: true, -2 * time.Minute: true, -4 * time.Minute: true, 4 * time.Minute: false} {
			to := f.aim("")
			to.Now = to.Now.Add(by)
			if a := f.post(t, samltest.Post(to.Genuine(samltest.AssertionSigned), ""), ""); (a.Status == http.StatusSeeOther) != want {
				t.Errorf("%s: %d %s", by, a.Status, f.lastAttempt(t))
			}
		}
	})
}

// TestMetadataFromElsewhere imports metadata that lies, or leads elsewhere, as a document and from addresses: nothing of the record changes,
// and nobody inside is asked.
func TestMetadataFromElsewhere(t *testing.T) {
	inside := 0
	private := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { inside++; _, _ = io.WriteString(w, "<x/>") }))
	private.Start()
	defer private.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(private.URL, "http://"), ":")
	const entity, sso = "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/", "https://login.example.com/saml2"
	key := samltest.NewKeys().Genuine.Certificate.Raw
	genuine := metadataOf(entity, sso, key)
	pad := strings.Repeat(" ", 6<<20)
	documents := map[string]struct{ text, code string }{
		"XXE":                        {`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + strings.Replace(genuine, sso, sso+"?&e;", 1), "xml_directive"},
		"an entity of the network":   {`<!DOCTYPE x SYSTEM "` + private.URL + `/x.dtd">` + genuine, "xml_directive"},
		"growth":                     {`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + genuine, "xml_directive"},
		"another provider":           {metadataOf("https://evil.example/", sso, key), "metadata_entity_mismatch"},
		"an address of a script":     {metadataOf(entity, "javascript:alert(1)", key), "endpoint_invalid"},
		"an address without TLS":     {metadataOf(entity, "http://login.example.com/saml2", key), "endpoint_invalid"},
		"an address with a password": {metadataOf(entity, "https://a:b@login.example.com/saml2", key), "endpoint_invalid"},
		"markup in an address":       {metadataOf(entity, `https://login.example.com/"><script>`, key), "endpoint_invalid"},
		"a placeholder":              {metadataOf(entity, "https://login.example.com/{tenant}/saml2", key), "metadata_placeholder"},
		"several of one name":        {`<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">` + genuine + genuine + `</EntitiesDescriptor>`, "metadata_entity_ambiguous"},
		"several, none of ours":      {`<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">` + metadataOf("https://a.example/", sso, key) + metadataOf("https://b.example/", sso, key) + `</EntitiesDescriptor>`, "metadata_entity_mismatch"},
		"past its end":               {strings.Replace(genuine, "<EntityDescriptor", `<EntityDescriptor validUntil="2020-01-01T00:00:00Z"`, 1), "metadata_expired"},
		"no SAML":                    {"<html><body>Sign in</body></html>", "metadata_root"},
		"nothing that is XML":        {"not found", "not_xml"},
	}
	served := http.NewServeMux()
	served.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, genuine)
		for range 9 { // 54 MiB
			_, _ = io.WriteString(w, pad)
		}
	})
	for from, to := range map[string]string{"/inside": "http://127.0.0.2:" + port + "/x", "/linklocal": "http://169.254.169.254/latest/meta-data/", "/name": "http://localhost:" + port + "/x", "/file": "file:///etc/passwd", "/here": "/genuine"} {
		served.Handle(from, http.RedirectHandler(to, http.StatusFound))
	}
	served.HandleFunc("/genuine", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, genuine) })
	source := httptest.NewServer(served)
	defer source.Close()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn, "--allow-private-outbound", "127.0.0.1/32")
		record := func() string {
			one := f.admin(t, http.MethodGet, "/identity-providers/"+f.id, nil, http.StatusOK)
			delete(one, "last_attempt")
			return asJSON(t, one)
		}
		before := record()
		try := func(what string, body map[string]any, code string) {
			t.Helper()
			a := f.Ask(t, http.MethodPost, "/api/admin/v1/identity-providers/"+f.id+"/metadata", f.key, asJSON(t, body))
			if a.Status < 400 || a.Status > 499 || code != "" && a.JSON()["code"] != code {
				t.Errorf("%s: %d %.300s, want %s", what, a.Status, a.Body, code)
			}
			if now := record(); now != before {
				t.Errorf("%s: the record is now %s", what, now)
				before = now
			}
		}
		for what, c := range documents {
			try(what, map[string]any{"document": c.text}, c.code)
		}
		try("6 MiB", map[string]any{"document": genuine + pad}, "")
		for _, path := range []string{"/large", "/inside", "/linklocal", "/name", "/file", "/here"} {
			try("from "+path, map[string]any{"url": source.URL + path}, "")
		}
		for _, address := range []string{"http://127.0.0.2:" + port + "/x", "https://169.254.169.254/x", "https://[::ffff:169.254.169.254]/x", "https://[fd00::1]/x", "https://0.0.0.0/x", "https://2130706433/x", "https://10.1.2.3/x",
			"file:///etc/passwd", "gopher://127.0.0.1/x", "javascript:alert(1)", "https://user@login.example.com/", "http://login.example.com/x", "//login.example.com/x", ""} {
			try(address, map[string]any{"url": address}, "")
		}
		f.Stop(t)
		if inside > 0 {
			t.Errorf("somebody inside was asked %d times", inside)
		}
		plain := federate(t, "") // which may ask nobody inside: what a name leads to is looked at when it is connected to
		for _, address := range []string{source.URL + "/genuine", strings.Replace(source.URL, "127.0.0.1", "localhost", 1) + "/genuine", strings.Replace(source.URL, "http", "https", 1)} {
			if a := plain.Ask(t, http.MethodPost, "/api/admin/v1/identity-providers/"+plain.id+"/metadata", plain.key, asJSON(t, map[string]any{"url": address})); a.Status != http.StatusBadRequest {
				t.Errorf("%s: %d %s", address, a.Status, a.Body)
			}
		}
	})
}

// TestMarkupStaysText has a provider send markup wherever something is shown: in a failure, in names, in what people are called.
func TestMarkupStaysText(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		const markup = `<script>alert(1)</script><img src=x onerror=alert(2)>`
		harmless := func(what string, a testkit.Answer) {
			t.Helper()
			if a.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: browsers may guess what it is: %v", what, a.Header)
			}
			if strings.HasSuffix(a.Header.Get("Content-Type"), "json") {
				return // what is shown of it e2e/specs/sso-browser.spec.ts looks at
			}
			for _, tag := range []string{"<script>alert", "<img", "onerror=alert(2)>"} {
				if strings.Contains(string(a.Body), tag) {
					t.Errorf("%s: the answer holds %s: %s", what, tag, a.Body)
				}
			}
		}
		for _, layout := range []samltest.Layout{samltest.AssertionSigned, samltest.ResponseSigned} {
			m := f.aim("").Message()
			m.Status = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:&lt;b&gt;"/></samlp:StatusCode><samlp:StatusMessage>AADSTS75011: ` + html.EscapeString(markup) + `</samlp:StatusMessage>`
			a := f.post(t, samltest.Post(samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), layout), ""), "")
			if got := f.refusal(t, "a failure", a); got != "status_not_success" {
				t.Errorf("a failure is refused for %s", got)
			}
			harmless("the page of a failure", a)
			if strings.Contains(string(a.Body), "AADSTS") {
				t.Errorf("the page of a failure repeats what was sent: %s", a.Body)
			}
			shown := f.Ask(t, http.MethodGet, "/api/admin/v1/identity-providers/"+f.id+"/attempts", f.key, "")
			harmless("the attempts", shown)
			if text := fmt.Sprint(f.attempt(t, a)["message"]); !strings.Contains(text, "AADSTS75011") || strings.ContainsAny(text, "<>") {
				t.Errorf("administrators read %s", text)
			}
		}
		m := f.aim("").Message()
		m.Issuer, m.ResponseIssuer = "https://sts.windows.net/"+markup, "https://sts.windows.net/"+markup
		a := f.post(t, post(f, m), "")
		f.refusal(t, "an issuer", a)
		harmless("an unknown issuer", a)
		harmless("the stray attempts", f.Ask(t, http.MethodGet, "/api/admin/v1/single-sign-on/attempts", f.key, ""))

		enter := func(name string) testkit.Answer {
			t.Helper()
			to := f.aim("")
			to.NameID = name
			m := to.Message()
			said(&m, claimObjectID, objectOf(len(name)))
			said(&m, claimEmail)
			said(&m, "http://schemas.microsoft.com/identity/claims/displayname", samltest.Escape("Eve "+markup))
			return f.post(t, post(f, m), "")
		}
		arrived := enter("eve" + markup)
		f.set(t, map[string]any{"mapping": []map[string]string{{"field": "DisplayName", "claim": "http://schemas.microsoft.com/identity/claims/displayname"}}})
		if arrived.Status == http.StatusSeeOther { // a login may be anything without spaces
			arrived = enter("eve" + markup)
		}
		host := strings.TrimPrefix(f.Base, "http://")
		someone(t, f.Server, host, "sue", "SelfService")
		sue := browserOf(t, f.Server, host, "sue").Get("Cookie")
		if arrived.Status == http.StatusSeeOther {
			asked, _ := f.finish(t, arrived, sue)
			harmless("the page that asks", asked)
			if !strings.Contains(string(asked.Body), html.EscapeString("<script>")) {
				t.Errorf("the page that asks does not name her: %d %s", asked.Status, asked.Body)
			}
			_, session := f.finish(t, enter("eve"+markup), "")
			harmless("the home of who has such a name", f.browsing(t, http.MethodGet, "/", session, map[string]string{"Accept": "text/html"}, ""))
			harmless("what she is told of herself", f.browsing(t, http.MethodGet, "/api/me", session, nil, ""))
		} else {
			harmless("the refusal", arrived)
		}
		harmless("the attempts", f.Ask(t, http.MethodGet, "/api/admin/v1/identity-providers/"+f.id+"/attempts", f.key, ""))
		harmless("whom it knows", f.Ask(t, http.MethodGet, "/api/admin/v1/identity-providers/"+f.id+"/identities", f.key, ""))
		name := `"><script>alert(1)</script>`
		f.set(t, map[string]any{"name": name})
		harmless("the page to sign in", f.Ask(t, http.MethodGet, "/login/local", "", ""))
		f.Run(t, "setting", "set", "sign_in.redirect", "off", "--tenant", "default")
		page := f.Ask(t, http.MethodGet, "/login", "", "")
		harmless("the page to sign in", page)
		if !strings.Contains(string(page.Body), "&lt;script&gt;alert(1)") {
			t.Errorf("the page to sign in does not name the provider: %s", page.Body)
		}
	})
}
