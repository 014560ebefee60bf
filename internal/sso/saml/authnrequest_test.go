package saml_test

import (
	"compress/flate"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// message reads what an address carries.
func message(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	deflated, err := base64.StdEncoding.DecodeString(u.Query().Get("SAMLRequest"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(flate.NewReader(strings.NewReader(string(deflated))))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRequestsAskForNothingByDefault(t *testing.T) {
	r, err := saml.NewAuthnRequest(provider().Record(), service(), saml.AuthnOptions{RelayState: "handle"}, now)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^_[0-9a-f]{32}$`).MatchString(r.ID) || r.Action != "" || r.Fields != nil {
		t.Errorf("%+v", r)
	}
	want := `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="` + r.ID +
		`" Version="2.0" IssueInstant="2026-03-09T08:30:00.000Z" Destination="https://idp.example.com/sso" AssertionConsumerServiceURL="` + target().ACS +
		`" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer>https://a.example/</saml:Issuer></samlp:AuthnRequest>`
	if got := message(t, r.URL); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !strings.HasPrefix(r.URL, "https://idp.example.com/sso?SAMLRequest=") || !strings.HasSuffix(r.URL, "&RelayState=handle") {
		t.Error(r.URL)
	}
}

func TestRequestsSayWhatIsAsked(t *testing.T) {
	idp := provider().Record()
	idp.SSOURL = "https://idp.example.com/sso?a=b"
	r, err := saml.NewAuthnRequest(idp, service(), saml.AuthnOptions{
		NameIDFormat: "urn:f", AuthnContext: "urn:c", LoginHint: "a&b@x", ACSURL: "https://a.example/sso/entra/acs",
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(r.URL, "https://idp.example.com/sso?a=b&login_hint=a%26b%40x&SAMLRequest=") {
		t.Error(r.URL)
	}
	text := message(t, r.URL)
	for _, want := range []string{
		`ForceAuthn="true"`, `AssertionConsumerServiceURL="https://a.example/sso/entra/acs"`, `<samlp:NameIDPolicy Format="urn:f"/>`,
		`<samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef>urn:c</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

// The signature is over the octets as they are sent.
func TestRequestsBySignedRedirect(t *testing.T) {
	idp := provider().Record()
	idp.SignRequests = true
	r, err := saml.NewAuthnRequest(idp, service(), saml.AuthnOptions{RelayState: "a b/c"}, now)
	if err != nil {
		t.Fatal(err)
	}
	_, query, _ := strings.Cut(r.URL, "?")
	signed, value, found := strings.Cut(query, "&Signature=")
	text, err := url.QueryUnescape(value)
	if err != nil || !found {
		t.Fatal(r.URL)
	}
	signature, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(signed))
	if err := rsa.VerifyPKCS1v15(samltest.NewKeys().Service.Certificate.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature); err != nil {
		t.Error(err)
	}
	sp := service()
	sp.SigningKeys = nil
	if _, err := saml.NewAuthnRequest(idp, sp, saml.AuthnOptions{}, now); reason(t, err) != "signing_key_missing" {
		t.Error(err)
	}
	idp.SSOURL = ""
	if _, err := saml.NewAuthnRequest(idp, sp, saml.AuthnOptions{}, now); reason(t, err) != "provider_incomplete" {
		t.Error(err)
	}
}

func TestRequestsByForm(t *testing.T) {
	idp := provider().Record()
	idp.SSOBinding = saml.BindingPOST
	r, err := saml.NewAuthnRequest(idp, service(), saml.AuthnOptions{RelayState: "handle"}, now)
	if err != nil {
		t.Fatal(err)
	}
	if r.URL != "" || r.Action != idp.SSOURL || len(r.Fields) != 2 || r.Fields[1] != [2]string{"RelayState", "handle"} {
		t.Fatalf("%+v", r)
	}
	document, err := base64.StdEncoding.DecodeString(r.Fields[0][1])
	if err != nil {
		t.Fatal(err)
	}
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(document); err != nil {
		t.Fatal(err)
	}
	if second := tree.Root().ChildElements()[1]; second.Tag != "Signature" {
		t.Errorf("%s stands behind the issuer, where the schema wants the signature", second.Tag)
	}
	key := samltest.NewKeys().Service
	context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: certificates(key)})
	context.Clock = dsig.NewFakeClockAt(now)
	if covered, err := context.Validate(tree.Root()); err != nil || covered.SelectAttrValue("ID", "") != r.ID {
		t.Error(err)
	}
	sp := service()
	sp.SigningKeys = nil
	if r, err = saml.NewAuthnRequest(idp, sp, saml.AuthnOptions{}, now); err != nil || len(r.Fields) != 1 {
		t.Errorf("without a key: %+v, %v", r, err)
	}
}
