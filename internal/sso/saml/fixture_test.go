package saml_test

import (
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

var now = time.Date(2026, 3, 9, 8, 30, 0, 0, time.UTC)

// provider is the genuine one, named as Entra ID names itself.
func provider() *samltest.Provider {
	return &samltest.Provider{EntityID: "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/", KeyPair: samltest.NewKeys().Genuine}
}

func target() samltest.Target {
	return samltest.Target{
		Provider: provider(), EntityID: "https://a.example/", ACS: "https://a.example/handlers/sso/SamlAssertionConsumerHandler.ashx",
		Request: "_0123456789abcdef0123456789abcdef", NameID: "ada@a.example", Suffix: "1", Now: now, Service: samltest.NewKeys().Service,
	}
}

func service() saml.ServiceProvider {
	return saml.ServiceProvider{
		EntityID: "https://a.example/", ACSURLs: []string{target().ACS, "https://a.example/sso/entra/acs"}, SLOURL: "https://a.example/sso/entra/slo",
		SigningKeys: []saml.KeyPair{samltest.NewKeys().Service}, EncryptionKeys: []saml.KeyPair{samltest.NewKeys().Service},
	}
}

// signIn sends a form through everything, with one check left out if off names it.
func signIn(f saml.Form, idp saml.IdentityProvider, off saml.Code) (*saml.SignIn, error) {
	post, err := saml.DecodeFormWithout(off, f)
	if err != nil {
		return nil, err
	}
	response, err := saml.ParseResponseWithout(off, post.Document)
	if err != nil {
		return nil, err
	}
	return response.Accept(idp, service(), target().Request, now)
}

// reason returns the code of a refusal.
func reason(t *testing.T, err error) saml.Code {
	t.Helper()
	if err == nil {
		return ""
	}
	var refusal *saml.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("%v is no *saml.Error", err)
	}
	return refusal.Code
}

func certificates(pairs ...saml.KeyPair) []*x509.Certificate {
	var all []*x509.Certificate
	for _, p := range pairs {
		all = append(all, p.Certificate)
	}
	return all
}
