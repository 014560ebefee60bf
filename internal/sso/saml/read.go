package saml

import (
	"regexp"
	"time"
)

// claims is a verified assertion as plain values. Nothing in it points into a tree.
type claims struct {
	id, version, issuer string
	issued              time.Time
	subject             NameID
	confirmation        confirmation
	notBefore, notAfter time.Time // of Conditions; zero: not said
	audiences           [][]string
	statement           statement
	attributes          []Attribute
}

// confirmation is the bearer SubjectConfirmation.
type confirmation struct {
	recipient, inResponseTo string
	notAfter                time.Time
}

// statement is the AuthnStatement.
type statement struct {
	instant, end time.Time
	index, class string
}

// read turns a verified assertion into plain values: the only place that reads it.
func (g gate) read(a *node) (*claims, error) {
	c := &claims{id: a.attr("ID"), version: a.attr("Version"), issuer: a.child(nsAssertion, "Issuer").content()}
	var err error
	if c.issued, err = g.instant(a, "IssueInstant", true); err != nil {
		return nil, err
	}
	for _, once := range []string{"Issuer", "Subject", "Conditions"} {
		if err := g.require(len(a.all(nsAssertion, once)) <= 1, "element_repeated", once); err != nil {
			return nil, err
		}
	}
	if err := g.readSubject(a.child(nsAssertion, "Subject"), c); err != nil {
		return nil, err
	}
	if err := g.readConditions(a.child(nsAssertion, "Conditions"), c); err != nil {
		return nil, err
	}
	if err := g.readStatement(a.all(nsAssertion, "AuthnStatement"), c); err != nil {
		return nil, err
	}
	for _, s := range a.all(nsAssertion, "AttributeStatement") {
		for _, attribute := range s.all(nsAssertion, "Attribute") {
			c.attributes = append(c.attributes, readAttribute(attribute))
		}
	}
	return c, nil
}

func (g gate) readSubject(s *node, c *claims) error {
	ids := s.all(nsAssertion, "NameID")
	if err := first(
		g.require(len(ids) == 1, "nameid_missing", ""),
		g.require(len(s.child(nsAssertion, "NameID").elements()) == 0, "nameid_invalid", "elements inside"),
	); err != nil {
		return err
	}
	c.subject = readNameID(s.child(nsAssertion, "NameID"))
	var bearers []*node
	for _, confirmation := range s.all(nsAssertion, "SubjectConfirmation") {
		if confirmation.attr("Method") == "urn:oasis:names:tc:SAML:2.0:cm:bearer" {
			bearers = append(bearers, confirmation)
		}
	}
	if err := g.require(len(bearers) == 1, "confirmation_count", ""); err != nil || len(bearers) == 0 {
		return err
	}
	data := bearers[0].all(nsAssertion, "SubjectConfirmationData")
	if err := g.require(len(data) == 1, "confirmation_count", "SubjectConfirmationData"); err != nil || len(data) == 0 {
		return err
	}
	_, notBefore := data[0].lookup("NotBefore")
	if err := g.require(!notBefore, "confirmation_not_before", ""); err != nil {
		return err
	}
	_, expires := data[0].lookup("NotOnOrAfter")
	if err := g.require(expires, "confirmation_expiry_missing", ""); err != nil {
		return err
	}
	var err error
	c.confirmation.recipient, c.confirmation.inResponseTo = data[0].attr("Recipient"), data[0].attr("InResponseTo")
	c.confirmation.notAfter, err = g.instant(data[0], "NotOnOrAfter", false)
	return err
}

func readNameID(n *node) NameID {
	return NameID{Value: n.content(), Format: n.attr("Format"), NameQualifier: n.attr("NameQualifier"), SPNameQualifier: n.attr("SPNameQualifier")}
}

func (g gate) readConditions(n *node, c *claims) error {
	if n == nil {
		return nil // without an audience, which the policy refuses
	}
	var err error
	if c.notBefore, err = g.instant(n, "NotBefore", false); err != nil {
		return err
	}
	if c.notAfter, err = g.instant(n, "NotOnOrAfter", false); err != nil {
		return err
	}
	for _, condition := range n.children {
		switch {
		case condition.is(nsAssertion, "AudienceRestriction"):
			var names []string
			for _, audience := range condition.all(nsAssertion, "Audience") {
				names = append(names, audience.content())
			}
			c.audiences = append(c.audiences, names)
		case condition.is(nsAssertion, "OneTimeUse"), condition.is(nsAssertion, "ProxyRestriction"):
			// Every assertion is used once here, and none is passed on.
		default: // one that is not understood makes the assertion invalid (saml-core 2.5.1.1)
			if err := g.refuse("condition_unknown", condition.local); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g gate) readStatement(all []*node, c *claims) error {
	if err := g.require(len(all) == 1, "authn_statement_count", ""); err != nil || len(all) == 0 {
		return err
	}
	var err error
	if c.statement.instant, err = g.instant(all[0], "AuthnInstant", true); err != nil {
		return err
	}
	if c.statement.end, err = g.instant(all[0], "SessionNotOnOrAfter", false); err != nil {
		return err
	}
	c.statement.index = all[0].attr("SessionIndex")
	c.statement.class = all[0].child(nsAssertion, "AuthnContext").child(nsAssertion, "AuthnContextClassRef").content()
	return nil
}

func readAttribute(n *node) Attribute {
	a := Attribute{Name: n.attr("Name"), NameFormat: n.attr("NameFormat"), FriendlyName: n.attr("FriendlyName")}
	for _, value := range n.all(nsAssertion, "AttributeValue") {
		if len(value.children) == 0 { // one with elements inside is no plain text: it is left out, never glued together
			a.Values = append(a.Values, value.text)
		}
	}
	return a
}

// utc is the one form of time that is accepted: years of four digits, in UTC, written with a Z (saml-core 1.3.3).
var utc = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$`)

// instant reads a time; one that is absent is zero, or refused if it is required.
func (g gate) instant(n *node, local string, required bool) (time.Time, error) {
	value, said := n.lookup(local)
	if !said && !required {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, value)
	if err != nil || !utc.MatchString(value) {
		return t, g.because("time_format", local+" "+value, err)
	}
	return t, nil
}
