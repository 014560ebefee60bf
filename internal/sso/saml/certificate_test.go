package saml_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestCertificatesAreReadInEveryForm(t *testing.T) {
	first, second := samltest.NewKeys().Genuine.Certificate, samltest.NewKeys().Curve.Certificate
	text := base64.StdEncoding.EncodeToString(first.Raw)
	for name, c := range map[string]struct {
		data []byte
		want []*x509.Certificate
	}{
		"DER, as Entra's Certificate (Raw)": {first.Raw, []*x509.Certificate{first}},
		"PEM":                               {pemOf("CERTIFICATE", first.Raw), []*x509.Certificate{first}},
		"two in PEM, words between":         {slicesJoin(pemOf("CERTIFICATE", first.Raw), []byte("subject: x\n"), pemOf("CERTIFICATE", second.Raw)), []*x509.Certificate{first, second}},
		"the same twice":                    {slicesJoin(pemOf("CERTIFICATE", first.Raw), pemOf("CERTIFICATE", first.Raw)), []*x509.Certificate{first}},
		"PEM with the line ends of Windows": {bytes.ReplaceAll(pemOf("CERTIFICATE", first.Raw), []byte("\n"), []byte("\r\n")), []*x509.Certificate{first}},
		"bare base64":                       {[]byte(text), []*x509.Certificate{first}},
		"base64 in lines, byte order mark":  {[]byte("\xef\xbb\xbf  " + text[:64] + "\r\n\t" + text[64:] + "\n"), []*x509.Certificate{first}},
	} {
		got, err := saml.ImportCertificates(c.data, now)
		if err != nil || len(got) != len(c.want) {
			t.Errorf("%s: %d, %v", name, len(got), err)
			continue
		}
		for i := range got {
			if !got[i].Equal(c.want[i]) {
				t.Errorf("%s: another certificate", name)
			}
		}
	}
}

func slicesJoin(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestCertificatesThatCannotBeTrustedAreRefused(t *testing.T) {
	genuine := samltest.NewKeys().Genuine
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	far := now.AddDate(10, 0, 0)
	for name, c := range map[string]struct {
		data []byte
		want saml.Code
	}{
		"nothing":                       {nil, "certificate_invalid"},
		"spaces":                        {[]byte(" \n"), "certificate_invalid"},
		"not X.509":                     {[]byte("certificate"), "certificate_invalid"},
		"HTML of a login page":          {[]byte("<html></html>"), "certificate_invalid"},
		"base64 of something else":      {[]byte("aGVsbG8="), "certificate_invalid"},
		"DER cut short":                 {genuine.Certificate.Raw[:100], "certificate_invalid"},
		"PEM of a public key":           {pemOf("PUBLIC KEY", []byte("x")), "certificate_invalid"},
		"PEM that never ends":           {[]byte("-----BEGIN CERTIFICATE-----\nAAAA"), "certificate_invalid"},
		"a private key":                 {pemOf("PRIVATE KEY", []byte("x")), "certificate_private_key"},
		"a certificate with its key":    {slicesJoin(pemOf("CERTIFICATE", genuine.Certificate.Raw), pemOf("RSA PRIVATE KEY", []byte("x"))), "certificate_private_key"},
		"1 MiB":                         {bytes.Repeat([]byte("a"), 1<<20+1), "document_too_large"},
		"expired":                       {samltest.Certify(genuine.Key, now.Add(-2*time.Hour), now.Add(-time.Hour)).Raw, "certificate_expired"},
		"RSA with 1024 bits":            {samltest.NewKeys().Weak.Certificate.Raw, "certificate_weak"},
		"a small curve":                 {samltest.Certify(small, now, far).Raw, "certificate_weak"},
		"a key that no message can use": {samltest.Certify(edwards, now, far).Raw, "certificate_weak"},
		"one good, one expired":         {slicesJoin(pemOf("CERTIFICATE", genuine.Certificate.Raw), pemOf("CERTIFICATE", samltest.Certify(genuine.Key, now.Add(-2*time.Hour), now.Add(-time.Hour)).Raw)), "certificate_expired"},
	} {
		got, err := saml.ImportCertificates(c.data, now)
		if code := reason(t, err); code != c.want || got != nil {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if err != nil && strings.ContainsAny(err.Error(), "<>") {
			t.Errorf("%s: markup in %v", name, err)
		}
	}
}

// A new certificate is handed over before the old one ends. Until its beginning, nothing counts that it signs.
func TestACertificateIsTakenBeforeItCounts(t *testing.T) {
	genuine := samltest.NewKeys().Genuine
	early := samltest.Certify(genuine.Key, now.Add(time.Hour), now.AddDate(10, 0, 0))
	if got, err := saml.ImportCertificates(early.Raw, now); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	target := target()
	response, err := saml.ParseResponse([]byte(samltest.Signing{Key: saml.KeyPair{Key: genuine.Key, Certificate: early}}.Message(target.Message().XML(), samltest.AssertionSigned)))
	if err != nil {
		t.Fatal(err)
	}
	idp := target.Provider.Record()
	idp.Certificates = []*x509.Certificate{early}
	if _, err := response.Accept(idp, service(), target.Request, now); reason(t, err) != "certificate_not_yet_valid" {
		t.Errorf("it counts before its beginning: %v", err)
	}
	if _, err := response.Accept(idp, service(), target.Request, now.Add(2*time.Hour)); reason(t, err) == "certificate_not_yet_valid" {
		t.Error("it does not count after its beginning")
	}
}
