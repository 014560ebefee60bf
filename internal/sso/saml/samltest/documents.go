package samltest

import (
	"strings"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// documents are genuine documents of the wrong kind, or assertions that do not say what they have to.
func documents() []Attack {
	whole := func(name, xml string) Attack {
		return Attack{Case: 26, Name: name, Layouts: []Layout{ResponseSigned}, form: func(t Target, _ Layout) saml.Form {
			text := strings.NewReplacer("{issuer}", t.Provider.EntityID, "{now}", At(t.Now), "{acs}", t.ACS).Replace(xml)
			return Post(Signing{Key: t.Provider.KeyPair}.root(text), "")
		}}
	}
	const head = ` xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_m1" Version="2.0" IssueInstant="{now}" Destination="{acs}"><Issuer xmlns="` + nsAssertion + `">{issuer}</Issuer>`
	return []Attack{
		whole("signed LogoutResponse", `<samlp:LogoutResponse`+head+`<samlp:Status>`+Success+`</samlp:Status></samlp:LogoutResponse>`),
		whole("signed LogoutRequest", `<samlp:LogoutRequest`+head+`<NameID xmlns="`+nsAssertion+`">`+Victim+`</NameID></samlp:LogoutRequest>`),
		whole("signed AuthnRequest", `<samlp:AuthnRequest`+head+`</samlp:AuthnRequest>`),
		whole("signed metadata", `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" ID="_m1" entityID="{issuer}"></EntityDescriptor>`),
		whole("signed metadata with a prefix", `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_m1" entityID="{issuer}"></md:EntityDescriptor>`),
		whole("error response", `<samlp:Response`+head+`<samlp:Status>`+Failure+`</samlp:Status></samlp:Response>`),
		whole("SAML 1.1 response", `<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol" ID="_m1"></Response>`),
		message(26, "failure with an assertion", func(m *Message) { m.Status = Failure }),
		message(26, "no status", func(m *Message) { m.Status = "" }),
		message(26, "two status codes", func(m *Message) { m.Status = Success + Success }),
		before(26, "two statuses", "</samlp:Status>", "</samlp:Status><samlp:Status>"+Success+"</samlp:Status>"),
		message(26, "version 1.1", func(m *Message) { m.Version = "1.1" }),
		message(26, "no AuthnStatement", func(m *Message) { m.Statements = 0 }),
		message(26, "two AuthnStatements", func(m *Message) { m.Statements = 2 }),
		before(26, "holder of key", "cm:bearer", "cm:holder-of-key"),
		before(26, "two bearer confirmations", "</Subject>", `<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"></SubjectConfirmation></Subject>`),
		signed(26, "no confirmation data", recipe{before: func(text string) string {
			return strings.ReplaceAll(text, "SubjectConfirmationData", "SubjectConfirmationNothing")
		}}),
		before(26, "advice", "</Assertion>", "<Advice></Advice></Assertion>"),
		signed(26, "no subject", recipe{before: func(text string) string {
			return strings.NewReplacer("<Subject>", "<NoSubject>", "</Subject>", "</NoSubject>").Replace(text)
		}}),
		reused("signature over metadata reused", `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" ID="_forged" entityID="{issuer}"></EntityDescriptor>`),
		reused("signature over a LogoutRequest reused", `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_forged"></samlp:LogoutRequest>`),
	}
}

// reused takes the provider's signature over another document for a forged assertion with the same ID.
func reused(name, xml string) Attack {
	return Attack{Case: 25, Name: name, Layouts: []Layout{AssertionSigned}, form: func(t Target, _ Layout) saml.Form {
		other := parse(strings.ReplaceAll(xml, "{issuer}", t.Provider.EntityID))
		Signing{Key: t.Provider.KeyPair}.Element(other)
		root := parse(t.Message().XML())
		forged := assertionIn(root)
		forged.CreateAttr("ID", "_forged")
		rename(forged)
		forged.InsertChildAt(1, signatureIn(other).Copy())
		return Post(asText(root), "")
	}}
}
