package saml_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
	validator "github.com/mattermost/xml-roundtrip-validator"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// fixed is a provider with the same key in every process, for the workers of a fuzzer share what they find. The certificate is
// made anew in each, so messages do not carry it.
func fixed(tb testing.TB) *samltest.Provider {
	tb.Helper()
	secret := sha256.Sum256([]byte("a key for fuzzing"))
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), secret[:])
	if err != nil {
		tb.Fatal(err)
	}
	return &samltest.Provider{EntityID: provider().EntityID, KeyPair: saml.KeyPair{Key: key, Certificate: samltest.Certify(key, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))}}
}

// The fixed key has signed one assertion only: whatever is accepted has to say what that one says.
func FuzzResponse(f *testing.F) {
	target := target()
	target.Provider = fixed(f)
	signing := samltest.Signing{Key: target.Provider.KeyPair, NoKeyInfo: true}
	for _, prefixed := range []bool{false, true} {
		for _, l := range samltest.Layouts {
			m := target.Message()
			m.Prefixed = prefixed
			f.Add([]byte(signing.Message(m.XML(), l)))
		}
	}
	sealed := target.Message()
	sealed.Encrypt = &samltest.Encryption{To: target.Service.Certificate}
	f.Add([]byte(sealed.Encrypt.Assertion(signing.Message(sealed.XML(), samltest.AssertionSigned))))
	for _, a := range samltest.Corpus() {
		if a.Case <= 11 || a.Case == 24 || a.Case == 25 || a.Case == 26 {
			if post, err := saml.DecodeForm(a.Form(target, a.Layouts[0])); err == nil {
				f.Add(post.Document)
			}
		}
	}
	want, idp, sp := target.Message(), target.Provider.Record(), service()
	f.Fuzz(func(t *testing.T, document []byte) {
		response, err := saml.ParseResponse(document)
		if err != nil {
			_ = reason(t, err)
			return
		}
		got, err := response.Accept(idp, sp, target.Request, now)
		if err != nil {
			_ = reason(t, err)
			return
		}
		said := map[string][]string{}
		for _, a := range got.Attributes {
			said[a.Name] = a.Values
		}
		meant := map[string][]string{}
		for _, a := range want.Attributes {
			meant[a.Name] = a.Values
		}
		if got.NameID.Value != want.NameID || got.AssertionID != want.AssertionID || !cmp.Equal(said, meant) {
			t.Fatalf("accepted %+v, which nobody signed", got)
		}
	})
}

// What the shortcut says of a document is what the validator says that reads it a second time.
func FuzzRoundTrip(f *testing.F) {
	for _, a := range samltest.Corpus() {
		for _, l := range a.Layouts {
			if post, err := saml.DecodeForm(a.Form(target(), l)); err == nil && len(post.Document) < 1<<14 {
				f.Add(post.Document)
			}
		}
	}
	for _, g := range samltest.Variants() {
		if post, err := saml.DecodeForm(g.Form(target(), g.Layouts[0])); err == nil {
			f.Add(post.Document)
		}
	}
	for _, text := range []string{
		`<a:b xmlns:a="u" xmlns="v" c="&#13;&#10;&#9;&quot;&apos;&lt;&gt;&amp;"/>`, `<a:b a:c="d" c="e" xmlns:c="f"></a:b>`, `<a><![CDATA[]]></a>`, `<:a/>`, `<a:/>`, `<a :b="c"/>`,
		`<a b:="c"/>`, `<a xmlns:="c"/>`, `<xmlns:a xmlns="b"/>`, `<a xmlns:xmlns="b" xmlns:a="xmlns"/>`, "<a>\ufffd\U0010ffff&#xfffd;&#xd800;</a>", `<a 1="b"/>`, `<a:1/>`, "<\u00e9/>",
		`<!--a-->`, `<?a b?>`, `<!a>`, `<?xml version="1.0"?>` + "\r\n<a>\r</a>", `<xml:xml xml:xml="xml"/>`, `<x::y/>`, `<a>]]&gt;</a>`, `<a b="1" b="2"/>`, "<a>\ufffe</a>",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		read, changed := saml.RoundTrips(document)
		if !read {
			return
		}
		if want := validator.Validate(bytes.NewReader(document)); (changed == nil) != (want == nil) {
			t.Fatalf("%q: %v, the validator says %v", document, changed, want)
		}
	})
}

// The tree of our own reading is the one that the signature library would read.
func FuzzTree(f *testing.F) {
	for _, a := range samltest.Corpus() {
		if post, err := saml.DecodeForm(a.Form(target(), a.Layouts[0])); err == nil && len(post.Document) < 1<<14 {
			f.Add(post.Document)
		}
	}
	for _, g := range samltest.Variants() {
		if post, err := saml.DecodeForm(g.Form(target(), g.Layouts[0])); err == nil {
			f.Add(post.Document)
		}
	}
	f.Add([]byte("<?xml version=\"1.0\"?>\n<a xmlns:b='urn:b' b:c='&quot;' d=\"'\">\r\n <b:e>&lt;&#13;</b:e>\t<f/></a>\n"))
	f.Fuzz(func(t *testing.T, document []byte) {
		built, read, err := saml.Trees(document)
		if err != nil {
			_ = reason(t, err)
			return
		}
		if a, b := drawn(built), drawn(read); a != b {
			t.Fatalf("%q is built as\n%s\nand read as\n%s", document, a, b)
		}
	})
}

// drawn is a tree, token by token.
func drawn(el *etree.Element) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<%q %q", el.Space, el.Tag)
	for i := range el.Attr {
		fmt.Fprintf(&b, " %q:%q=%q (%s)", el.Attr[i].Space, el.Attr[i].Key, el.Attr[i].Value, el.Attr[i].NamespaceURI())
	}
	for _, token := range el.Child {
		switch token := token.(type) {
		case *etree.Element:
			b.WriteString(drawn(token))
		case *etree.CharData:
			fmt.Fprintf(&b, " %q", token.Data)
		default:
			fmt.Fprintf(&b, " %T", token)
		}
	}
	return b.String() + ">"
}

func FuzzForm(f *testing.F) {
	for _, a := range samltest.Corpus() {
		if a.Case == 37 {
			f.Add(a.Form(target(), samltest.AssertionSigned).Body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		post, err := saml.DecodeForm(saml.Form{Method: "POST", ContentType: "application/x-www-form-urlencoded", Body: body})
		if err != nil {
			_ = reason(t, err)
			return
		}
		values, err := url.ParseQuery(string(body))
		if err != nil || len(values["SAMLResponse"]) != 1 || !bytes.Contains(post.Document, []byte("<")) || post.RelayState != values.Get("RelayState") {
			t.Fatalf("%q is read as %q", body, post.Document)
		}
	})
}

func FuzzMetadata(f *testing.F) {
	f.Add([]byte(federation()))
	f.Add([]byte(several("", strings.TrimPrefix(federation(), `<?xml version="1.0" encoding="utf-8"?>`))))
	own, err := saml.ExportMetadata(service())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Fuzz(func(t *testing.T, document []byte) {
		m, err := saml.ImportMetadata(document, "", now)
		if err != nil {
			_ = reason(t, err)
			return
		}
		if m.EntityID == "" || len(m.Certificates) == 0 || saml.CheckEndpoint(m.SSOURL) != nil || m.SLOURL != "" && saml.CheckEndpoint(m.SLOURL) != nil {
			t.Fatalf("%+v", m)
		}
		for _, c := range m.Certificates {
			if err := saml.Trustworthy(c, now); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The fixed key has signed one request only.
func FuzzLogout(f *testing.F) {
	const ecdsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	signer := fixed(f)
	query := "SAMLRequest=" + deflated(logoutXML()) + "&RelayState=x&SigAlg=" + url.QueryEscape(ecdsaSHA256)
	digest := sha256.Sum256([]byte(query))
	r, s, err := ecdsa.Sign(rand.Reader, signer.Key.(*ecdsa.PrivateKey), digest[:])
	if err != nil {
		f.Fatal(err)
	}
	value := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	f.Add(query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value)))
	f.Add("SAMLRequest=" + deflated(logoutXML()))
	f.Add("SAMLResponse=" + deflated(logoutXML("LogoutRequest", "LogoutResponse")))
	idp := signer.Record()
	f.Fuzz(func(t *testing.T, query string) {
		m, err := saml.ParseLogout(query)
		if err != nil {
			_ = reason(t, err)
			return
		}
		got, err := m.Accept(idp, service(), now)
		if err != nil {
			_ = reason(t, err)
			return
		}
		if got.Signed && (got.NameID.Value != "ada@a.example" || got.ID != "_l1" || got.Answer || m.RelayState != "x") {
			t.Fatalf("accepted %+v with %q, which nobody signed", got, m.RelayState)
		}
	})
}

func FuzzCertificates(f *testing.F) {
	genuine := samltest.NewKeys().Curve.Certificate.Raw
	f.Add(genuine)
	f.Add(pemOf("CERTIFICATE", genuine))
	f.Add([]byte(base64.StdEncoding.EncodeToString(genuine)))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := saml.ImportCertificates(data, now)
		if err != nil {
			_ = reason(t, err)
			return
		}
		if len(found) == 0 {
			t.Fatal("neither certificates nor an error")
		}
		for _, c := range found {
			if err := saml.Trustworthy(c, now); err != nil {
				t.Fatal(err)
			}
		}
	})
}
