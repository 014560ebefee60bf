package samltest

import (
	"encoding/base64"
	"net/url"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// Target is the service provider that messages are made for, and the moment. The corpus takes its provider for the one whose key
// is NewKeys().Genuine, and assertions are encrypted to Service.
type Target struct {
	Provider *Provider
	EntityID string // ours
	ACS      string
	Request  string // the pending request; empty: the provider starts
	NameID   string
	Suffix   string // of the IDs: another for every message
	Now      time.Time
	Service  saml.KeyPair // that assertions are encrypted to
}

// Genuine is the whole message in a layout, signed by the provider.
func (t Target) Genuine(layout Layout) string { return t.genuine(recipe{}, layout) }

// Post is the form of a browser that carries a response.
func Post(document, relayState string) saml.Form {
	values := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(document))}}
	if relayState != "" {
		values.Set("RelayState", relayState)
	}
	return saml.Form{Method: "POST", ContentType: "application/x-www-form-urlencoded", Body: []byte(values.Encode())}
}

// recipe says how a message differs from the genuine one, at each step of its making.
type recipe struct {
	message func(*Message)
	before  func(string) string // edits the text before it is signed
	sign    func(*Signing)
	after   func(string) string // edits what is signed
}

func (t Target) genuine(r recipe, layout Layout) string {
	m := t.Message()
	if r.message != nil {
		r.message(&m)
	}
	text := m.XML()
	if r.before != nil {
		text = r.before(text)
	}
	s := Signing{Key: t.Provider.KeyPair}
	if r.sign != nil {
		r.sign(&s)
	}
	switch {
	case m.Encrypt == nil:
		text = s.Message(text, layout)
	case layout == ResponseSigned:
		text = s.root(m.Encrypt.Assertion(text))
	case layout == AssertionSigned:
		text = m.Encrypt.Assertion(s.Message(text, AssertionSigned))
	default:
		text = s.root(m.Encrypt.Assertion(s.Message(text, AssertionSigned)))
	}
	if r.after != nil {
		text = r.after(text)
	}
	return text
}

// root signs the root of a message whose assertion is finished.
func (s Signing) root(text string) string {
	root := parse(text)
	s.Element(root)
	return asText(root)
}
