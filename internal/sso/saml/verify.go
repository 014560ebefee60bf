package saml

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// verifier returns a new tree, parsed from the bytes that the element's own signature covers.
type verifier func(el *etree.Element, trusted []*x509.Certificate, now time.Time) (*etree.Element, error)

// verified returns what the signatures of a response cover: of the envelope only what may refuse, and the assertion.
func (g gate) verified(r *Response, idp IdentityProvider, sp ServiceProvider, now time.Time) (envelope, *node, error) {
	response, outer := r.tree, r.root
	responseSigned := signatureOf(response) != nil
	if responseSigned {
		var err error
		if response, err = g.signed(response, idp.Certificates, now, "Response", nsProtocol); err != nil {
			return envelope{}, nil, err
		}
		outer = fromTree(response)
	}
	front, err := g.envelope(outer)
	if err != nil {
		return envelope{}, nil, err
	}
	assertion, err := g.assertionOf(response, outer, idp, sp, responseSigned)
	if err != nil {
		return envelope{}, nil, err
	}
	if assertion, err = detach(assertion); err != nil {
		return envelope{}, nil, malformed("", err)
	}
	if signatureOf(assertion) != nil {
		if assertion, err = g.signed(assertion, idp.Certificates, now, "Assertion", nsAssertion); err != nil {
			return envelope{}, nil, err
		}
	} else if !responseSigned {
		if err := g.refuse("signature_missing", ""); err != nil {
			return envelope{}, nil, err
		}
	}
	return front, fromTree(assertion), nil
}

// assertionOf returns the one assertion of a response, decrypted if need be.
func (g gate) assertionOf(response *etree.Element, outer *node, idp IdentityProvider, sp ServiceProvider, responseSigned bool) (*etree.Element, error) {
	plain, encrypted := outer.all(nsAssertion, "Assertion"), outer.all(nsAssertion, "EncryptedAssertion")
	switch {
	case len(plain) == 1 && len(encrypted) == 0:
		if err := g.require(!idp.RequireEncrypted, "encryption_required", ""); err != nil {
			return nil, err
		}
		for _, c := range response.ChildElements() {
			if c.Tag == "Assertion" && c.NamespaceURI() == nsAssertion {
				return c, nil
			}
		}
	case len(plain) == 0 && len(encrypted) == 1:
		document, err := g.decrypt(encrypted[0], sp.EncryptionKeys, idp.AllowCBC && responseSigned)
		if err != nil {
			return nil, err
		}
		inner, tree, err := g.parseBoth(document, messageLimits)
		if err != nil {
			return nil, err
		}
		if err := g.assertionShape(inner); err != nil {
			return nil, err
		}
		return tree, nil
	}
	return nil, g.refuseAlways("signed_content")
}

// signed verifies the element's own signature and makes sure that what it covers is of the kind that is wanted.
func (g gate) signed(el *etree.Element, trusted []*x509.Certificate, now time.Time, local, space string) (*etree.Element, error) {
	verify := g.verify
	if verify == nil {
		verify = g.verifySignature
	}
	covered, err := verify(el, trusted, now)
	if err != nil {
		return nil, err
	}
	if covered == nil || covered.Tag != local || covered.NamespaceURI() != space {
		return nil, g.refuseAlways("signed_kind")
	}
	return covered, nil
}

// verifySignature tries each trusted certificate by itself: with several in one store the library refuses a signature that
// names none.
func (g gate) verifySignature(el *etree.Element, trusted []*x509.Certificate, now time.Time) (*etree.Element, error) {
	el = el.Copy()
	signature := signatureOf(el)
	read := convert(signature, declared(el, map[string]string{"xml": nsXML}))
	if err := normaliseValue(signature, read); err != nil {
		return nil, gate{}.because("signature_invalid", "", err)
	}
	named := namedCertificate(read)
	for _, c := range signature.ChildElements() { // the library gets the one certificate that counts, and nothing to choose from
		if c.Tag == "KeyInfo" {
			signature.RemoveChild(c)
		}
	}
	code, cause := Code("certificate_unknown"), error(nil)
	for _, certificate := range trusted {
		if named != nil && !bytes.Equal(named, certificate.Raw) {
			continue
		}
		if err := checkKey(certificate); err != nil {
			return nil, err
		}
		if now.Before(certificate.NotBefore) {
			code = worse(code, "certificate_not_yet_valid")
			continue
		}
		if now.After(certificate.NotAfter) {
			code = worse(code, "certificate_expired")
			continue
		}
		context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{certificate}})
		context.Clock = dsig.NewFakeClockAt(now)
		covered, err := context.Validate(el)
		if err == nil {
			return covered, nil
		}
		failed := Code("signature_invalid")
		if err.Error() == "Signature could not be verified" { // the library's words for a digest that differs
			failed = "digest_mismatch"
		}
		if next := worse(code, failed); next != code {
			code, cause = next, err
		}
	}
	return nil, gate{}.because(code, "", cause)
}

// worse returns the reason that explains more, when several certificates were tried.
func worse(a, b Code) Code {
	rank := map[Code]int{"certificate_unknown": 0, "signature_invalid": 1, "certificate_not_yet_valid": 2, "certificate_expired": 3, "digest_mismatch": 4}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// namedCertificate returns the first certificate that a signature's KeyInfo carries; nil: none.
func namedCertificate(signature *node) []byte {
	certificate, err := base64Text(signature.child(nsSignature, "KeyInfo").child(nsSignature, "X509Data").child(nsSignature, "X509Certificate"))
	if err != nil || len(certificate) == 0 {
		return nil
	}
	return certificate
}

// detach copies an element with the namespaces that it inherits: a prefix is often declared on the Response.
func detach(el *etree.Element) (*etree.Element, error) {
	context, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		return nil, err
	}
	return etreeutils.NSDetatch(context, el)
}

// signatureOf returns the signature that is a direct child, or nil.
func signatureOf(el *etree.Element) *etree.Element {
	for _, c := range el.ChildElements() {
		if c.Tag == "Signature" && c.NamespaceURI() == nsSignature {
			return c
		}
	}
	return nil
}

// normaliseValue rewrites a SignatureValue, which no signature covers, the way the library reads it: without white space, and
// ECDSA in ASN.1 where XML has the two numbers side by side (xmldsig-core1 6.4.3). read is the signature as nodes.
func normaliseValue(signature *etree.Element, read *node) error {
	value, err := base64Text(read.child(nsSignature, "SignatureValue"))
	if err != nil {
		return err
	}
	method := read.child(nsSignature, "SignedInfo").child(nsSignature, "SignatureMethod").attr("Algorithm")
	if strings.HasPrefix(method, more+"ecdsa-") {
		if value, err = ecdsaASN1(value); err != nil {
			return err
		}
	}
	for _, c := range signature.ChildElements() {
		if c.Tag == "SignatureValue" {
			c.SetText(base64.StdEncoding.EncodeToString(value))
		}
	}
	return nil
}
