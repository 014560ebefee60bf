package saml

import (
	"bytes"
	"errors"
	"time"

	"github.com/beevik/etree"
)

// Response is a message that passed gate A. Nothing about it is verified: its fields serve to find the identity provider's
// record and the pending request, and then to refuse.
type Response struct {
	ID           string
	Issuer       string // exact bytes; empty: not said. Look it up among the tenant's own enabled providers only
	Destination  string
	InResponseTo string // empty: the identity provider started, or says so
	Encrypted    bool   // its assertion is: without our keys it is refused

	gate gate
	root *node
	tree *etree.Element // of the same tokens, for the signature library
}

// ParseResponse lets a document through gate A (5.2 items 2 to 7).
func ParseResponse(document []byte) (*Response, error) { return gate{}.parseResponse(document) }

func (g gate) parseResponse(document []byte) (*Response, error) {
	document = bytes.TrimPrefix(document, byteOrderMark)
	if err := g.require(looksLikeXML(document), "not_xml", ""); err != nil {
		return nil, err
	}
	root, tree, err := g.parseBoth(document, messageLimits)
	if err != nil {
		return nil, err
	}
	if err := g.responseShape(root); err != nil {
		if refusal := (*Error)(nil); errors.As(err, &refusal) {
			refusal.Issuer = root.child(nsAssertion, "Issuer").content()
		}
		return nil, err
	}
	return &Response{
		ID: root.attr("ID"), Issuer: root.child(nsAssertion, "Issuer").content(), Destination: root.attr("Destination"), InResponseTo: root.attr("InResponseTo"),
		Encrypted: root.child(nsAssertion, "EncryptedAssertion") != nil,
		gate:      g, root: root, tree: tree,
	}, nil
}

// Accept verifies a response of this identity provider and holds it against the policy. pending is the ID of the request that
// this browser started with this provider and that is still unanswered, empty if there is none. A result is a sign-in only
// after the caller has consumed RequestID and inserted ReplayKey, both in one transaction.
func (r *Response) Accept(idp IdentityProvider, sp ServiceProvider, pending string, now time.Time) (*SignIn, error) {
	g := r.gate
	if err := first(
		g.require(idp.EntityID != "" && len(idp.Certificates) > 0, "provider_incomplete", "the identity provider's record"),
		g.require(sp.EntityID != "" && len(sp.ACSURLs) > 0, "provider_incomplete", "our own record"),
	); err != nil {
		return nil, err
	}
	envelope, assertion, err := g.verified(r, idp, sp, now)
	if err != nil {
		return nil, err
	}
	claims, err := g.read(assertion)
	if err != nil {
		return nil, verified(err)
	}
	p := policy{gate: g, idp: idp, sp: sp, pending: pending, now: now}
	accepted, err := p.judge(envelope, claims)
	return accepted, verified(err)
}

// verified marks the refusal of a message whose signature counts.
func verified(err error) error {
	if refusal := (*Error)(nil); errors.As(err, &refusal) {
		refusal.Verified = true
	}
	return err
}
