package samltest

import (
	"strings"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// sealed is an attack by an encrypted assertion.
func sealed(name string, edit func(*Encryption), r recipe) Attack {
	return Attack{Case: 27, Name: "encrypted: " + name, Layouts: Layouts, form: func(t Target, l Layout) saml.Form {
		message := r.message
		r.message = func(m *Message) {
			if message != nil {
				message(m)
			}
			m.Encrypt = &Encryption{To: t.Service.Certificate}
			edit(m.Encrypt)
		}
		text := t.genuine(r, l)
		r.message = message
		return Post(text, "")
	}}
}

// encrypted are attacks by encryption, which proves nothing about who sent it.
func encrypted() []Attack {
	xml := func(old, replacement string) func(*Encryption) {
		return func(e *Encryption) { e.XML = replace(old, replacement) }
	}
	cut := func(n int) func(*Encryption) {
		return func(e *Encryption) { e.Sealed = func(b []byte) []byte { return b[:n] } }
	}
	const closing = "</saml:EncryptedAssertion>"
	attacks := []Attack{
		sealed("RSA 1.5", func(e *Encryption) { e.RSA15 = true }, recipe{}),
		sealed("CBC", func(e *Encryption) { e.Content = "aes256-cbc" }, recipe{}),
		sealed("CBC with a bit changed", func(e *Encryption) {
			e.Content = "aes128-cbc"
			e.Sealed = func(b []byte) []byte { b[20] ^= 1; return b }
		}, recipe{}),
		sealed("triple DES", xml(enc11+"aes256-gcm", enc+"tripledes-cbc"), recipe{}),
		sealed("empty ciphertext", cut(0), recipe{}),
		sealed("initialisation vector only", cut(12), recipe{}),
		sealed("no more than the tag", cut(28), recipe{}),
		sealed("tag cut short", func(e *Encryption) { e.Sealed = func(b []byte) []byte { return b[:len(b)-4] } }, recipe{}),
		sealed("a bit changed", func(e *Encryption) { e.Sealed = func(b []byte) []byte { b[40] ^= 1; return b } }, recipe{}),
		sealed("to somebody else", func(e *Encryption) { e.To = NewKeys().Attacker.Certificate }, recipe{}),
		sealed("two keys", xml("<xenc:EncryptedKey>", "<xenc:EncryptedKey></xenc:EncryptedKey><xenc:EncryptedKey>"), recipe{}),
		sealed("key by RetrievalMethod", xml(`<xenc:EncryptedKey>`, `<ds:RetrievalMethod URI="http://127.0.0.1:1/"></ds:RetrievalMethod><xenc:EncryptedKey>`), recipe{}),
		sealed("data by CipherReference", xml("</xenc:EncryptedData>", `<xenc:CipherReference URI="http://127.0.0.1:1/"></xenc:CipherReference></xenc:EncryptedData>`), recipe{}),
		sealed("two EncryptedData", xml(closing, "<xenc:EncryptedData></xenc:EncryptedData>"+closing), recipe{}),
		sealed("nothing inside", func(e *Encryption) {
			e.XML = func(string) string {
				return `<saml:EncryptedAssertion xmlns:saml="` + nsAssertion + `"></saml:EncryptedAssertion>`
			}
		}, recipe{}),
		sealed("a comment in the plaintext", func(e *Encryption) { e.Plain = replace("@", "<!-- -->@") }, recipe{}),
		sealed("a prefix bound twice in the plaintext", func(e *Encryption) { e.Plain = replace("<Subject>", `<Subject xmlns:x="urn:a"><x:a xmlns:x="urn:b"/>`) }, recipe{}),
		sealed("not an assertion in the plaintext", func(e *Encryption) { e.Plain = func(string) string { return "<a/>" } }, recipe{}),
		sealed("no XML in the plaintext", func(e *Encryption) { e.Plain = func(string) string { return "text" } }, recipe{}),
		sealed("two assertions in the plaintext", func(e *Encryption) {
			e.Plain = replace("</Assertion>", `<Assertion ID="_x"></Assertion></Assertion>`)
		}, recipe{}),
		sealed("signed by the attacker", func(*Encryption) {}, recipe{
			message: func(m *Message) { m.NameID = Victim }, sign: func(s *Signing) { s.Key = NewKeys().Attacker },
		}),
		sealed("other audience", func(*Encryption) {}, recipe{message: func(m *Message) { m.Audiences = []string{"https://other.example/"} }}),
		{Case: 27, Name: "encrypted, nothing signed", Layouts: []Layout{AssertionSigned}, form: func(t Target, _ Layout) saml.Form {
			m := t.Message()
			m.NameID = Victim
			return Post(Encryption{To: t.Service.Certificate}.Assertion(m.XML()), "")
		}},
		{Case: 27, Name: "encrypted assertion beside the signed one", Layouts: Layouts, form: func(t Target, l Layout) saml.Form {
			m := t.Message()
			m.NameID = Victim
			hidden := Encryption{To: t.Service.Certificate}.Assertion(m.XML())
			at, to := strings.Index(hidden, "<saml:EncryptedAssertion"), strings.Index(hidden, closing)+len(closing)
			return Post(strings.Replace(t.Genuine(l), "</samlp:Response>", hidden[at:to]+"</samlp:Response>", 1), "")
		}},
		signed(27, "in the clear, which the record does not allow", recipe{}).recorded(func(r *saml.IdentityProvider) { r.RequireEncrypted = true }),
	}
	cbc := attacks[1]
	cbc.Name = "encrypted: CBC where it is allowed, but the response is not signed"
	cbc.Layouts = []Layout{AssertionSigned}
	return append(attacks, cbc.recorded(func(r *saml.IdentityProvider) { r.AllowCBC = true }))
}
