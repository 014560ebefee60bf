package saml

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// AuthnOptions is what one request asks beyond the ordinary. Its zero value is what Entra ID wants: nothing.
type AuthnOptions struct {
	RelayState   string // a handle, at most 80 bytes by the binding
	ForceAuthn   bool   // the person has to authenticate anew
	NameIDFormat string // overrides what the provider's administrator chose
	AuthnContext string // the one AuthnContextClassRef to insist on; it forces a new authentication
	LoginHint    string // whom the provider may expect; sent beside the message, not in it
	ACSURL       string // where to answer to; empty: the first of ours
}

// AuthnRequest is a request ready to be sent by the person's browser.
type AuthnRequest struct {
	ID     string // what the response has to answer
	URL    string // to redirect to; empty if the request travels in a form
	Action string // where the form goes; empty if the request travels in a redirect
	Fields [][2]string
}

// NewAuthnRequest builds a request (5.8): by redirect with a detached signature, or, where the provider takes nothing else, by
// a form with the signature inside.
func NewAuthnRequest(idp IdentityProvider, sp ServiceProvider, o AuthnOptions, now time.Time) (*AuthnRequest, error) {
	g := gate{}
	acs := o.ACSURL
	if acs == "" && len(sp.ACSURLs) > 0 {
		acs = sp.ACSURLs[0]
	}
	if err := g.require(idp.SSOURL != "" && sp.EntityID != "" && acs != "", "provider_incomplete", "an address or our entity ID is missing"); err != nil {
		return nil, err
	}
	var key *KeyPair
	if idp.SignRequests || idp.SSOBinding == BindingPOST && len(sp.SigningKeys) > 0 {
		var err error
		if key, err = sp.signingKey(); err != nil {
			return nil, err
		}
	}
	message, id := newMessage("AuthnRequest", idp.SSOURL, sp.EntityID, now)
	set(message, "AssertionConsumerServiceURL", acs, "ProtocolBinding", string(BindingPOST))
	if o.ForceAuthn || o.AuthnContext != "" {
		set(message, "ForceAuthn", "true")
	}
	if o.NameIDFormat != "" {
		set(message.CreateElement("samlp:NameIDPolicy"), "Format", o.NameIDFormat)
	}
	if o.AuthnContext != "" {
		context := message.CreateElement("samlp:RequestedAuthnContext")
		set(context, "Comparison", "exact")
		context.CreateElement("saml:AuthnContextClassRef").SetText(o.AuthnContext)
	}
	address := idp.SSOURL
	if o.LoginHint != "" {
		address = withParameter(address, "login_hint", o.LoginHint)
	}
	if idp.SSOBinding == BindingPOST {
		return postRequest(message, id, address, o.RelayState, key)
	}
	to, err := redirect(address, "SAMLRequest", message, o.RelayState, key)
	if err != nil {
		return nil, err
	}
	return &AuthnRequest{ID: id, URL: to}, nil
}

func postRequest(message *etree.Element, id, address, relayState string, key *KeyPair) (*AuthnRequest, error) {
	if key != nil {
		if err := signEnveloped(message, key); err != nil {
			return nil, err
		}
	}
	document, err := serialise(message)
	if err != nil {
		return nil, fmt.Errorf("write AuthnRequest: %w", err)
	}
	fields := [][2]string{{"SAMLRequest", base64.StdEncoding.EncodeToString(document)}}
	if relayState != "" {
		fields = append(fields, [2]string{"RelayState", relayState})
	}
	return &AuthnRequest{ID: id, Action: address, Fields: fields}, nil
}

func withParameter(address, name, value string) string {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + name + "=" + url.QueryEscape(value)
}
