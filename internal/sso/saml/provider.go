package saml

import (
	"crypto"
	"crypto/x509"
	"time"
)

const (
	defaultSkew = 3 * time.Minute
	maxSkew     = 5 * time.Minute
)

// Binding says how a message travels: the URN of a binding of saml-bindings-2.0.
type Binding string

// The bindings that are spoken here.
const (
	BindingRedirect Binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	BindingPOST     Binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
)

// IdentityProvider is the record of one identity provider: what its administrator handed over and what ours decided.
type IdentityProvider struct {
	EntityID      string              // compared byte for byte with the Issuer of responses and assertions
	LogoutIssuers []string            // further issuers accepted in logout messages, and in nothing else
	Certificates  []*x509.Certificate // trusted for signing; each one is a pin, no chain is built, dates count
	SSOURL        string
	SSOBinding    Binding // empty: redirect
	SLOURL        string  // redirect binding; empty: no single logout
	SLOResponse   string  // where LogoutResponses go if not to SLOURL

	AllowIDPInitiated bool          // accept a response that answers no request
	SignRequests      bool          // sign AuthnRequests; logout messages are always signed
	RequireEncrypted  bool          // refuse an assertion that came in the clear
	AllowCBC          bool          // decrypt AES-CBC, and only if the Response is signed over the ciphertext
	Skew              time.Duration // allowance for clocks, up to 5 minutes; 0: 3 minutes
}

// skew is the allowance for clocks that holds.
func (p IdentityProvider) skew() time.Duration {
	if p.Skew <= 0 {
		return defaultSkew
	}
	return min(p.Skew, maxSkew)
}

// ServiceProvider is us as one tenant's identity providers know us.
type ServiceProvider struct {
	EntityID       string    // the Identifier, compared byte for byte with every Audience
	ACSURLs        []string  // the Reply URLs; a response names one of them as Destination and Recipient; the first is asked for
	SLOURL         string    // where logout messages reach us
	SigningKeys    []KeyPair // the first signs; all of them stand in the metadata
	SignsRequests  bool      // every AuthnRequest is signed, as the metadata then promises
	EncryptionKeys []KeyPair // RSA; tried in turn
}

// KeyPair is a private key with the certificate that carries its public half.
type KeyPair struct {
	Key         crypto.Signer // for encryption also a crypto.Decrypter, as *rsa.PrivateKey is
	Certificate *x509.Certificate
}

// NameID names a subject (saml-core 2.2.3). Two are the same if all that they say is the same, byte for byte.
type NameID struct {
	Value           string
	Format          string // empty: not said
	NameQualifier   string
	SPNameQualifier string
}

// Attribute is one attribute of a verified assertion, as sent.
type Attribute struct {
	Name         string
	NameFormat   string
	FriendlyName string
	Values       []string // those that are plain text
}

// SignIn is what a verified response says, and what the caller has to write before it counts.
type SignIn struct {
	ResponseID   string
	AssertionID  string
	Issuer       string
	NameID       NameID
	AuthnInstant time.Time
	AuthnContext string    // the AuthnContextClassRef; empty: not said
	SessionIndex string    // empty: not said
	SessionEnd   time.Time // SessionNotOnOrAfter; zero: not said
	Attributes   []Attribute

	RequestID string    // the pending request to consume, once; empty: the identity provider started
	ReplayKey [32]byte  // SHA-256 of the assertion's ID: a second insert for this provider is a replay
	KeepUntil time.Time // how long the replay key has to be remembered
}
