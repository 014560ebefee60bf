// Package samltest is an identity provider for tests and a corpus of attacks. Its messages are written here and not by the
// package under test; the signatures share a library with it, so agreement with other programs is tested elsewhere.
package samltest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// Provider is an identity provider, or whoever pretends to be one.
type Provider struct {
	EntityID string
	saml.KeyPair
}

// Record is the provider as the service provider's administrator entered it.
func (p *Provider) Record() saml.IdentityProvider {
	return saml.IdentityProvider{
		EntityID: p.EntityID, Certificates: []*x509.Certificate{p.Certificate},
		SSOURL: "https://idp.example.com/sso", SLOURL: "https://idp.example.com/slo",
	}
}

// epoch is before every clock of a test, end after it: dates are what Certify is for.
var (
	epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	end   = time.Date(2120, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Certify makes a self-signed certificate.
func Certify(key crypto.Signer, notBefore, notAfter time.Time) *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(notAfter.Unix()), Subject: pkix.Name{CommonName: "Test signing certificate"}, NotBefore: notBefore, NotAfter: notAfter,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err) // a fault of the test
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return certificate
}

// Keys are made once for a test program: RSA keys take their time.
type Keys struct {
	Genuine, Attacker, Service, Second, Weak saml.KeyPair // RSA; Weak has 1024 bits
	Curve                                    saml.KeyPair // ECDSA on P-256
}

// NewKeys returns the keys of this test program.
var NewKeys = sync.OnceValue(func() *Keys {
	pair := func(bits int) saml.KeyPair {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return saml.KeyPair{Key: key, Certificate: Certify(key, epoch, end)}
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return &Keys{
		Genuine: pair(2048), Attacker: pair(2048), Service: pair(2048), Second: pair(2048), Weak: pair(1024),
		Curve: saml.KeyPair{Key: curve, Certificate: Certify(curve, epoch, end)},
	}
})
