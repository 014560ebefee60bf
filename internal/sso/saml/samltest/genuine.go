package samltest

import (
	"crypto/x509"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// Genuine is a message that has to be accepted.
type Genuine struct {
	Name    string
	Layouts []Layout
	Record  func(*saml.IdentityProvider) // what is special about the record; nil: nothing

	recipe recipe
}

// Form makes the message.
func (g Genuine) Form(t Target, l Layout) saml.Form { return Post(t.genuine(g.recipe, l), "handle") }

// Variants are the ways in which identity providers differ and are right.
func Variants() []Genuine {
	prefixed := func(m *Message) { m.Prefixed = true }
	encrypt := func(edit func(*Encryption)) recipe {
		return recipe{message: func(m *Message) {
			m.Encrypt = &Encryption{To: NewKeys().Service.Certificate}
			edit(m.Encrypt)
		}}
	}
	pem := func(s *Signing) {
		text := base64.StdEncoding.EncodeToString(s.Key.Certificate.Raw)
		s.KeyInfo = "<ds:X509Data><ds:X509Certificate>\n" + text[:64] + "\n  " + text[64:] + "\n</ds:X509Certificate></ds:X509Data>"
	}
	both := func(r *saml.IdentityProvider) {
		r.Certificates = []*x509.Certificate{NewKeys().Second.Certificate, r.Certificates[0]}
	}
	all := []Genuine{
		{Name: "as Entra ID sends it", recipe: recipe{sign: func(s *Signing) { s.Bare = true }}},
		{Name: "signature with a prefix"},
		{Name: "prefixes declared on the response", recipe: recipe{message: prefixed}},
		{Name: "without KeyInfo", recipe: recipe{sign: func(s *Signing) { s.NoKeyInfo = true }}},
		{Name: "KeyInfo broken into lines", recipe: recipe{sign: pem}},
		{Name: "two trusted certificates", Record: both},
		{Name: "two trusted certificates, no KeyInfo", Record: both, recipe: recipe{sign: func(s *Signing) { s.NoKeyInfo = true }}},
		{Name: "two trusted certificates, the other one signs", Record: both, recipe: recipe{sign: func(s *Signing) { s.Key = NewKeys().Second }}},
		{Name: "two trusted certificates, the other one signs, no KeyInfo", Record: both, recipe: recipe{sign: func(s *Signing) { s.Key, s.NoKeyInfo = NewKeys().Second, true }}},
		{Name: "SHA-512", recipe: recipe{sign: func(s *Signing) { s.Method, s.Digest = RSASHA512, SHA512 }}},
		{
			Name: "ECDSA", recipe: recipe{sign: func(s *Signing) { s.Key = NewKeys().Curve }},
			Record: func(r *saml.IdentityProvider) { r.Certificates = []*x509.Certificate{NewKeys().Curve.Certificate} },
		},
		{Name: "prefix list", recipe: recipe{message: func(m *Message) { m.Prefixed = true }, sign: func(s *Signing) { s.Prefixes = "saml" }}},
		{Name: "Id on the signature", recipe: recipe{sign: func(s *Signing) { s.Signature = replace("<ds:Signature ", `<ds:Signature Id="_s" `) }}, Layouts: []Layout{AssertionSigned, ResponseSigned}},
		{Name: "XML declaration", recipe: recipe{after: replace("<samlp:Response", `<?xml version="1.0" encoding="utf-8"?>`+"\n<samlp:Response")}},
		{Name: "byte order mark", recipe: recipe{after: replace("<samlp:Response", "\ufeff<samlp:Response")}},
		{Name: "space around the root", recipe: recipe{after: func(text string) string { return "\n " + text + "\n\n" }}},
		{Name: "indented before it is signed", recipe: recipe{before: func(text string) string {
			return strings.ReplaceAll(strings.ReplaceAll(text, "><", ">\r\n  <"), "@", "&#x40;")
		}}},
		{Name: "a prefix declared again", recipe: recipe{after: replace("<samlp:Status>", `<samlp:Status xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">`)}, Layouts: []Layout{AssertionSigned}},
		{Name: "answers no request", recipe: recipe{message: func(m *Message) { m.InResponseTo, m.ConfirmationTo = "", "" }}, Record: func(r *saml.IdentityProvider) { r.AllowIDPInitiated = true }},
		{Name: "no issuer on the response", recipe: recipe{message: func(m *Message) { m.ResponseIssuer = "" }}},
		{Name: "150 groups", recipe: recipe{message: func(m *Message) {
			for i := range 150 {
				m.Attributes[6].Values = append(m.Attributes[6].Values, "22222222-0000-4000-8000-"+strconv.Itoa(100_000_000_000+i))
			}
		}}},
		{Name: "audience beside another of the same restriction", recipe: recipe{before: func(text string) string {
			return strings.Replace(text, "<Audience>", "<Audience>https://other.example/</Audience><Audience>", 1)
		}}},
		{Name: "an attribute that holds elements", recipe: recipe{message: func(m *Message) {
			m.Attributes = append(m.Attributes, Attribute{"urn:oid:1.3.6.1.4.1.5923.1.1.1.10", []string{"<~NameID>x</~NameID>"}})
		}}},
		{Name: "attributes that name types", recipe: recipe{before: func(text string) string {
			return strings.ReplaceAll(text, "<AttributeValue>", `<AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string">`)
		}}},
		{Name: "text of the whole world", recipe: recipe{message: func(m *Message) {
			m.Attributes[2].Values = []string{"Ada \u00c9xample \u5f20 \U0001f600 &amp; &#xD;&#10;&lt;b&gt;"}
		}}},
		{Name: "encrypted", recipe: encrypt(func(*Encryption) {})},
		{Name: "encrypted with AES-128 and SHA-256", recipe: encrypt(func(e *Encryption) { e.Content, e.SHA256 = "aes128-gcm", true })},
		{Name: "encrypted, key beside the data", recipe: encrypt(func(e *Encryption) { e.Sibling = true })},
		{Name: "encrypted, as the record requires", recipe: encrypt(func(*Encryption) {}), Record: func(r *saml.IdentityProvider) { r.RequireEncrypted = true }},
		{
			Name: "encrypted with CBC where it is allowed", recipe: encrypt(func(e *Encryption) { e.Content = "aes256-cbc" }), Layouts: []Layout{ResponseSigned, BothSigned},
			Record: func(r *saml.IdentityProvider) { r.AllowCBC = true },
		},
	}
	for i := range all {
		if all[i].Layouts == nil {
			all[i].Layouts = Layouts
		}
	}
	return all
}
