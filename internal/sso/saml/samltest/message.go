package samltest

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Message is what a response says. The zero value of a field leaves it out.
type Message struct {
	ResponseID, AssertionID string
	Issuer, ResponseIssuer  string
	Destination, Recipient  string
	Audiences               []string // one AudienceRestriction each
	InResponseTo            string   // of the Response
	ConfirmationTo          string   // of the SubjectConfirmationData
	NameID, Format          string
	SessionIndex            string
	Issued, Authenticated   string // times as written
	NotBefore, NotOnOrAfter string
	ConfirmationNotBefore   string
	ConfirmationEnd         string
	SessionEnd              string
	Status                  string // what stands inside samlp:Status
	Version                 string
	Attributes              []Attribute
	Extra                   string // XML at the end of the assertion
	Conditions              string // XML at the end of Conditions
	Statements              int    // how many AuthnStatements
	Prefixed                bool   // saml: and xs: declared on the Response, as most but Entra ID do
	Encrypt                 *Encryption
}

// Attribute is one attribute. Values are XML.
type Attribute struct {
	Name   string
	Values []string
}

// Status codes as they stand in samlp:Status.
const (
	Success = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>`
	Failure = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext"/></samlp:StatusCode>` +
		`<samlp:StatusMessage>AADSTS75011: &lt;script&gt;alert(1)&lt;/script&gt; Trace ID: 1</samlp:StatusMessage>`
)

// At writes a time as SAML does.
func At(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// Message is the response that Entra ID would send to the target now.
func (t Target) Message() Message {
	claims := "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
	return Message{
		ResponseID: "_r" + t.Suffix, AssertionID: "_a" + t.Suffix, Issuer: t.Provider.EntityID, ResponseIssuer: t.Provider.EntityID,
		Destination: t.ACS, Recipient: t.ACS, Audiences: []string{t.EntityID}, InResponseTo: t.Request, ConfirmationTo: t.Request,
		NameID: t.NameID, Format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", SessionIndex: "_a" + t.Suffix,
		Issued: At(t.Now), Authenticated: At(t.Now.Add(-time.Hour)), NotBefore: At(t.Now.Add(-time.Second)), NotOnOrAfter: At(t.Now.Add(70 * time.Minute)),
		ConfirmationEnd: At(t.Now.Add(5 * time.Minute)), Status: Success, Version: "2.0", Statements: 1,
		Attributes: []Attribute{
			{"http://schemas.microsoft.com/identity/claims/tenantid", []string{"6b1f3c1e-0000-4000-8000-000000000001"}},
			{"http://schemas.microsoft.com/identity/claims/objectidentifier", []string{"6b1f3c1e-0000-4000-8000-0000000000" + "42"}},
			{"http://schemas.microsoft.com/identity/claims/displayname", []string{"Ada Example"}},
			{claims + "givenname", []string{"Ada"}},
			{claims + "surname", []string{"Example"}},
			{claims + "emailaddress", []string{t.NameID}},
			{"http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", []string{"11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"}},
		},
	}
}

// XML is the message without signatures.
func (m Message) XML() string {
	var b strings.Builder
	b.WriteString(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"`)
	p, assertionNS := "", ` xmlns="urn:oasis:names:tc:SAML:2.0:assertion"`
	if m.Prefixed {
		p, assertionNS = "saml:", ""
		b.WriteString(` xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema"`)
	}
	b.WriteString(pairs("ID", m.ResponseID, "Version", m.Version, "IssueInstant", m.Issued, "Destination", m.Destination, "InResponseTo", m.InResponseTo) + ">")
	if m.ResponseIssuer != "" {
		fmt.Fprintf(&b, `<%sIssuer%s>%s</%sIssuer>`, p, assertionNS, Escape(m.ResponseIssuer), p)
	}
	if m.Status != "" {
		fmt.Fprintf(&b, `<samlp:Status>%s</samlp:Status>`, m.Status)
	}
	b.WriteString(strings.NewReplacer("<~", "<"+p, "</~", "</"+p).Replace(m.assertion(assertionNS)))
	return b.String() + `</samlp:Response>`
}

func (m Message) assertion(namespace string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<~Assertion%s%s><~Issuer>%s</~Issuer>`, pairs("ID", m.AssertionID, "IssueInstant", m.Issued, "Version", m.Version), namespace, Escape(m.Issuer))
	fmt.Fprintf(&b, `<~Subject><~NameID%s>%s</~NameID>`, pairs("Format", m.Format), Escape(m.NameID))
	fmt.Fprintf(&b, `<~SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><~SubjectConfirmationData%s/></~SubjectConfirmation></~Subject>`,
		pairs("InResponseTo", m.ConfirmationTo, "NotBefore", m.ConfirmationNotBefore, "NotOnOrAfter", m.ConfirmationEnd, "Recipient", m.Recipient))
	fmt.Fprintf(&b, `<~Conditions%s>`, pairs("NotBefore", m.NotBefore, "NotOnOrAfter", m.NotOnOrAfter))
	for _, audience := range m.Audiences {
		fmt.Fprintf(&b, `<~AudienceRestriction><~Audience>%s</~Audience></~AudienceRestriction>`, Escape(audience))
	}
	b.WriteString(m.Conditions + `</~Conditions>`)
	if len(m.Attributes) > 0 {
		b.WriteString(`<~AttributeStatement>`)
		for _, a := range m.Attributes {
			fmt.Fprintf(&b, `<~Attribute Name="%s">`, Escape(a.Name))
			for _, value := range a.Values {
				fmt.Fprintf(&b, `<~AttributeValue>%s</~AttributeValue>`, value)
			}
			b.WriteString(`</~Attribute>`)
		}
		b.WriteString(`</~AttributeStatement>`)
	}
	for range m.Statements {
		fmt.Fprintf(&b, `<~AuthnStatement%s><~AuthnContext><~AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</~AuthnContextClassRef></~AuthnContext></~AuthnStatement>`,
			pairs("AuthnInstant", m.Authenticated, "SessionIndex", m.SessionIndex, "SessionNotOnOrAfter", m.SessionEnd))
	}
	return b.String() + m.Extra + `</~Assertion>`
}

// pairs writes attributes, those without a value left out.
func pairs(all ...string) string {
	var b strings.Builder
	for i := 0; i < len(all); i += 2 {
		if all[i+1] != "" {
			fmt.Fprintf(&b, ` %s="%s"`, all[i], Escape(all[i+1]))
		}
	}
	return b.String()
}

// Escape makes text safe inside XML.
func Escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}
