package saml

import (
	"bytes"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"io"
	"time"

	"github.com/beevik/etree"
)

// DecodeFormWithout is DecodeForm with one check left out.
func DecodeFormWithout(off Code, f Form) (*Post, error) { return gate{off: off}.decodeForm(f) }

// ParseResponseWithout is ParseResponse, and then Accept, with one check left out.
func ParseResponseWithout(off Code, document []byte) (*Response, error) {
	return gate{off: off}.parseResponse(document)
}

// ParseResponseUnverified has signatures replaced by a verifier that believes everything.
func ParseResponseUnverified(document []byte) (*Response, error) {
	return gate{verify: func(el *etree.Element, _ []*x509.Certificate, _ time.Time) (*etree.Element, error) { return el, nil }}.parseResponse(document)
}

// ParseResponseCovering has signatures replaced by a verifier that says they cover another document.
func ParseResponseCovering(document []byte, covered string) (*Response, error) {
	return gate{verify: func(*etree.Element, []*x509.Certificate, time.Time) (*etree.Element, error) {
		other := etree.NewDocument()
		err := other.ReadFromString(covered)
		return other.Root(), err
	}}.parseResponse(document)
}

// ParseResponseAltering has the original tree altered as soon as it is verified.
func ParseResponseAltering(document []byte, alter func(*etree.Element)) (*Response, error) {
	return gate{verify: func(el *etree.Element, trusted []*x509.Certificate, now time.Time) (*etree.Element, error) {
		covered, err := gate{}.verifySignature(el, trusted, now)
		alter(el)
		for above := el.Parent(); above != nil; above = above.Parent() {
			alter(above)
		}
		return covered, err
	}}.parseResponse(document)
}

// ParseLogoutWithout is ParseLogout, and then Accept, with one check left out.
func ParseLogoutWithout(off Code, rawQuery string) (*LogoutMessage, error) {
	return gate{off: off}.parseLogout(rawQuery)
}

// Trustworthy tells why a certificate that was taken should not have been.
func Trustworthy(certificate *x509.Certificate, now time.Time) error {
	return first(checkKey(certificate), checkEnd(certificate, now))
}

// RoundTrips tells whether all tokens of a document are read, by a strict decoder, and what the first one is that would be read
// differently once written.
func RoundTrips(document []byte) (read bool, changed error) {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	for {
		token, err := decoder.RawToken()
		if err != nil {
			return errors.Is(err, io.EOF), changed
		}
		if changed == nil {
			changed = roundTrips(token)
		}
	}
}

// Trees returns a document that passes the checks on tokens as the signature library gets it, and as its own reader would read it.
func Trees(document []byte) (built, read *etree.Element, err error) {
	_, built, err = gate{}.parseBoth(document, messageLimits)
	if err != nil {
		return nil, nil, err
	}
	tree := etree.NewDocument()
	err = tree.ReadFromBytes(document)
	return built, tree.Root(), err
}

// Covered returns the text that a document's signatures cover, as nodes read it: the NameID of the verified assertion.
func Covered(document []byte, idp IdentityProvider, sp ServiceProvider, now time.Time) (nameID string, err error) {
	response, err := ParseResponse(document)
	if err != nil {
		return "", err
	}
	_, assertion, err := gate{}.verified(response, idp, sp, now)
	if err != nil {
		return "", err
	}
	return assertion.child(nsAssertion, "Subject").child(nsAssertion, "NameID").content(), nil
}
