package samltest

import (
	"crypto/x509"
	"encoding/base64"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// keys are messages signed by the wrong key, or by the right one at the wrong time, and records that cannot verify any.
func keys() []Attack {
	attacker := func(edit func(*Signing)) recipe {
		return recipe{message: func(m *Message) { m.NameID = Victim }, sign: func(s *Signing) {
			genuine := s.Key.Certificate
			s.Key = NewKeys().Attacker
			if edit != nil {
				edit(s)
			}
			if s.KeyInfo == "genuine" {
				s.KeyInfo = `<ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(genuine.Raw) + `</ds:X509Certificate></ds:X509Data>`
			}
		}}
	}
	keyInfo := func(xml string) func(*Signing) { return func(s *Signing) { s.KeyInfo = xml } }
	return []Attack{
		signed(13, "attacker's key with its own certificate", attacker(nil)),
		signed(13, "attacker's key without KeyInfo", attacker(func(s *Signing) { s.NoKeyInfo = true })),
		signed(13, "attacker's key, genuine certificate pasted", attacker(keyInfo("genuine"))),
		signed(13, "attacker's key as RSAKeyValue", attacker(keyInfo(`<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`))),
		signed(13, "key by RetrievalMethod", attacker(keyInfo(`<ds:RetrievalMethod URI="http://127.0.0.1:1/key"></ds:RetrievalMethod>`))),
		signed(13, "key by name", recipe{sign: keyInfo(`<ds:KeyName>key</ds:KeyName>`)}),
		signed(13, "no certificate in X509Data", recipe{sign: keyInfo(`<ds:X509Data></ds:X509Data>`)}),
		signed(13, "certificate by issuer and serial", recipe{sign: keyInfo(`<ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName></ds:X509Data>`)}),
		signed(13, "garbage for a certificate", recipe{sign: keyInfo(`<ds:X509Data><ds:X509Certificate>!</ds:X509Certificate></ds:X509Data>`)}),
		signed(13, "KeyInfo twice", recipe{sign: func(s *Signing) { s.Signature = replace("<ds:KeyInfo>", "<ds:KeyInfo></ds:KeyInfo><ds:KeyInfo>") }}),

		signed(14, "record without a certificate", recipe{}).recorded(func(r *saml.IdentityProvider) { r.Certificates = nil }),
		signed(14, "record without an entity ID", recipe{message: func(m *Message) { m.Issuer, m.ResponseIssuer = "", "" }}).
			recorded(func(r *saml.IdentityProvider) { r.EntityID = "" }),
		expiring("certificate has expired", -time.Hour),
		expiring("certificate is not valid yet", time.Hour),
	}
}

// expiring is a message signed when the certificate did not count.
func expiring(name string, by time.Duration) Attack {
	return Attack{
		Case: 14, Name: name, Layouts: Layouts,
		Record: func(r *saml.IdentityProvider) { r.Certificates = []*x509.Certificate{outOfDate(by)} },
		form: func(t Target, l Layout) saml.Form {
			return Post(t.genuine(recipe{sign: func(s *Signing) { s.NoKeyInfo = true }}, l), "")
		},
	}
}

// outOfDate is the genuine key's certificate for a time that is over (before now) or still to come.
func outOfDate(by time.Duration) *x509.Certificate {
	if by < 0 {
		return Certify(NewKeys().Genuine.Key, epoch.Add(-time.Hour), epoch)
	}
	return Certify(NewKeys().Genuine.Key, end.Add(-time.Hour), end)
}
