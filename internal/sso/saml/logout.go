package saml

import (
	"time"
)

// LogoutSession is what a LogoutRequest of ours ends at the identity provider.
type LogoutSession struct {
	NameID       NameID
	SessionIndex string // empty: all of them
}

// LogoutRedirect is a logout message ready to be sent by the person's browser.
type LogoutRedirect struct {
	ID  string // what an answer has to refer to
	URL string
}

// NewLogoutRequest builds the signed message that asks the identity provider to end its session. relayState is a handle.
func NewLogoutRequest(idp IdentityProvider, sp ServiceProvider, session LogoutSession, relayState string, now time.Time) (*LogoutRedirect, error) {
	key, err := logoutKey(idp, sp)
	if err != nil {
		return nil, err
	}
	message, id := newMessage("LogoutRequest", idp.SLOURL, sp.EntityID, now)
	set(message, "NotOnOrAfter", wireTime(now.Add(maxSkew)))
	name := message.CreateElement("saml:NameID")
	set(name, "NameQualifier", session.NameID.NameQualifier, "SPNameQualifier", session.NameID.SPNameQualifier, "Format", session.NameID.Format)
	name.SetText(session.NameID.Value)
	if session.SessionIndex != "" {
		message.CreateElement("samlp:SessionIndex").SetText(session.SessionIndex)
	}
	to, err := redirect(idp.SLOURL, "SAMLRequest", message, relayState, key)
	if err != nil {
		return nil, err
	}
	return &LogoutRedirect{ID: id, URL: to}, nil
}

// NewLogoutResponse builds the signed answer to a LogoutRequest. done says whether the session is ended; relayState is the
// request's, given back unread.
func NewLogoutResponse(idp IdentityProvider, sp ServiceProvider, inResponseTo, relayState string, done bool, now time.Time) (*LogoutRedirect, error) {
	key, err := logoutKey(idp, sp)
	if err != nil {
		return nil, err
	}
	address := idp.SLOResponse
	if address == "" {
		address = idp.SLOURL
	}
	message, id := newMessage("LogoutResponse", address, sp.EntityID, now)
	set(message, "InResponseTo", inResponseTo)
	status := "urn:oasis:names:tc:SAML:2.0:status:Responder"
	if done {
		status = statusSuccess
	}
	set(message.CreateElement("samlp:Status").CreateElement("samlp:StatusCode"), "Value", status)
	to, err := redirect(address, "SAMLResponse", message, relayState, key)
	if err != nil {
		return nil, err
	}
	return &LogoutRedirect{ID: id, URL: to}, nil
}

func logoutKey(idp IdentityProvider, sp ServiceProvider) (*KeyPair, error) {
	if err := (gate{}).require(idp.SLOURL != "" && sp.EntityID != "", "provider_incomplete", "no address for logout"); err != nil {
		return nil, err
	}
	return sp.signingKey()
}
