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
	"math/big"
	"net/http"
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
		early := f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/certificates", map[string]any{"certificate": inPEM("CERTIFICATE", certify(t, good, now.Add(year), now.Add(2*year)))}, http.StatusCreated)
		second := early["certificates"].([]any)[1].(map[string]any)
		if from := second["not_before"].(string); !strings.HasPrefix(from, now.Add(year).UTC().Format("2006-01-02")) {
			t.Errorf("a certificate that counts in a year is said to count from %s", from)
		}
		counting := early["certificates"].([]any)[0].(map[string]any)["fingerprint"].(string)
		if a := f.Ask(t, http.MethodDelete, "/api/admin/v1/identity-providers/"+f.id+"/certificates/"+counting, f.key, ""); a.Status != http.StatusConflict {
			t.Errorf("the last certificate that counts goes: %d %s", a.Status, a.Body)
		}
		f.admin(t, http.MethodDelete, "/identity-providers/"+f.id+"/certificates/"+second["fingerprint"].(string), nil, http.StatusOK)
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
