package samltest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // for crypto.SHA256
	_ "crypto/sha512" // for the larger ones
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// Layout says what is signed.
type Layout string

// The layouts that identity providers can be set to.
const (
	AssertionSigned Layout = "assertion signed"
	ResponseSigned  Layout = "response signed"
	BothSigned      Layout = "both signed"
)

// Layouts are the three.
var Layouts = []Layout{AssertionSigned, ResponseSigned, BothSigned}

// Algorithms by their identifiers.
const (
	RSASHA1     = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
	RSASHA256   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	RSASHA512   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
	ECDSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	SHA1        = "http://www.w3.org/2000/09/xmldsig#sha1"
	SHA256      = "http://www.w3.org/2001/04/xmlenc#sha256"
	SHA512      = "http://www.w3.org/2001/04/xmlenc#sha512"
	ExcC14N     = "http://www.w3.org/2001/10/xml-exc-c14n#"
	Enveloped   = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	nsSignature = "http://www.w3.org/2000/09/xmldsig#"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
)

var hashes = map[string]crypto.Hash{RSASHA1: crypto.SHA1, RSASHA256: crypto.SHA256, RSASHA512: crypto.SHA512, ECDSASHA256: crypto.SHA256, SHA1: crypto.SHA1, SHA256: crypto.SHA256, SHA512: crypto.SHA512}

// Signing says how to sign. Its zero value with a key is how Entra ID signs.
type Signing struct {
	Key            saml.KeyPair
	Method, Digest string // empty: RSA (or ECDSA) with SHA-256, SHA-256
	C14N           string // of the transform; empty: exclusive
	NoKeyInfo      bool
	KeyInfo        string                         // XML inside KeyInfo; empty: the certificate
	Bare           bool                           // no prefix: the default namespace changes, as Entra ID does it
	Prefixes       string                         // of InclusiveNamespaces
	SignedInfo     func(string) string            // edits the SignedInfo before it is signed
	Signature      func(string) string            // edits the finished Signature
	Sign           func(signedInfo []byte) []byte // instead of the key
}

// Message adds the signatures of a layout to the text of a message.
func (s Signing) Message(text string, layout Layout) string {
	document := etree.NewDocument()
	if err := document.ReadFromString(text); err != nil {
		panic(fmt.Errorf("samltest: %w in %s", err, text))
	}
	root := document.Root()
	if layout != ResponseSigned {
		s.Element(assertionIn(root))
	}
	if layout != AssertionSigned {
		s.Element(root)
	}
	return write(document)
}

func write(document *etree.Document) string {
	document.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	out, err := document.WriteToString()
	if err != nil {
		panic(err)
	}
	return out
}

// assertionIn returns the first assertion among the children.
func assertionIn(root *etree.Element) *etree.Element {
	for _, c := range root.ChildElements() {
		if c.Tag == "Assertion" {
			return c
		}
	}
	panic("samltest: no assertion to sign")
}

// Element signs an element where it stands, behind its Issuer.
func (s Signing) Element(el *etree.Element) {
	signature := parse(s.signature(el))
	at := 0
	for _, c := range el.ChildElements() {
		if c.Tag == "Issuer" {
			at = c.Index() + 1
			break
		}
	}
	el.InsertChildAt(at, signature)
}

func parse(text string) *etree.Element {
	document := etree.NewDocument()
	if err := document.ReadFromString(text); err != nil {
		panic(fmt.Errorf("samltest: %w in %s", err, text))
	}
	return document.Root()
}

func canonicalizer(algorithm, prefixes string) dsig.Canonicalizer {
	switch algorithm {
	case ExcC14N + "WithComments":
		return dsig.MakeC14N10ExclusiveWithCommentsCanonicalizerWithPrefixList(prefixes)
	case "http://www.w3.org/TR/2001/REC-xml-c14n-20010315":
		return dsig.MakeC14N10RecCanonicalizer()
	case "http://www.w3.org/2006/12/xml-c14n11":
		return dsig.MakeC14N11Canonicalizer()
	}
	return dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes)
}

// bare takes the prefix away.
var bare = strings.NewReplacer("<ds:", "<", "</ds:", "</", "xmlns:ds=", "xmlns=")

func (s Signing) signature(el *etree.Element) string {
	method, digest, c14n := s.Method, s.Digest, s.C14N
	if method == "" {
		method = RSASHA256
		if _, curve := s.Key.Key.(*ecdsa.PrivateKey); curve {
			method = ECDSASHA256
		}
	}
	if digest == "" {
		digest = SHA256
	}
	if c14n == "" {
		c14n = ExcC14N
	}
	context, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		panic(err)
	}
	detached, err := etreeutils.NSDetatch(context, el)
	if err != nil {
		panic(err)
	}
	covered, err := canonicalizer(c14n, s.Prefixes).Canonicalize(detached)
	if err != nil {
		panic(err)
	}
	inclusive := ""
	if s.Prefixes != "" {
		inclusive = `<ec:InclusiveNamespaces xmlns:ec="` + ExcC14N + `" PrefixList="` + s.Prefixes + `"></ec:InclusiveNamespaces>`
	}
	info := `<ds:SignedInfo xmlns:ds="` + nsSignature + `"><ds:CanonicalizationMethod Algorithm="` + ExcC14N + `"></ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="` + method + `"></ds:SignatureMethod>` +
		`<ds:Reference URI="#` + el.SelectAttrValue("ID", "") + `"><ds:Transforms><ds:Transform Algorithm="` + Enveloped + `"></ds:Transform>` +
		`<ds:Transform Algorithm="` + c14n + `">` + inclusive + `</ds:Transform></ds:Transforms>` +
		`<ds:DigestMethod Algorithm="` + digest + `"></ds:DigestMethod><ds:DigestValue>` + base64.StdEncoding.EncodeToString(sum(digest, covered)) + `</ds:DigestValue></ds:Reference></ds:SignedInfo>`
	if s.SignedInfo != nil {
		info = s.SignedInfo(info)
	}
	if s.Bare {
		info = bare.Replace(info)
	}
	canonical, err := canonicalizer(ExcC14N, "").Canonicalize(parse(info))
	if err != nil {
		panic(err)
	}
	value := s.value(method, canonical)
	keyInfo := s.KeyInfo
	if keyInfo == "" {
		keyInfo = `<ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(s.Key.Certificate.Raw) + `</ds:X509Certificate></ds:X509Data>`
	}
	if keyInfo = `<ds:KeyInfo>` + keyInfo + `</ds:KeyInfo>`; s.NoKeyInfo {
		keyInfo = ""
	}
	info = strings.NewReplacer(` xmlns:ds="`+nsSignature+`"`, "", ` xmlns="`+nsSignature+`"`, "").Replace(info)
	signature := `<ds:Signature xmlns:ds="` + nsSignature + `">` + info +
		`<ds:SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue>` + keyInfo + `</ds:Signature>`
	if s.Signature != nil {
		signature = s.Signature(signature)
	}
	if s.Bare {
		signature = bare.Replace(signature)
	}
	return signature
}

func sum(algorithm string, data []byte) []byte {
	hash, known := hashes[algorithm]
	if !known {
		hash = crypto.SHA256
	}
	h := hash.New()
	h.Write(data)
	return h.Sum(nil)
}

func (s Signing) value(method string, canonical []byte) []byte {
	if s.Sign != nil {
		return s.Sign(canonical)
	}
	hash, known := hashes[method]
	if !known {
		hash = crypto.SHA256
	}
	digest := sum(method, canonical)
	if key, ok := s.Key.Key.(*rsa.PrivateKey); ok {
		value, err := rsa.SignPKCS1v15(rand.Reader, key, hash, digest)
		if err != nil {
			panic(err)
		}
		return value
	}
	value, err := s.Key.Key.Sign(rand.Reader, digest, hash)
	if err != nil {
		panic(err)
	}
	return sideBySide(value, (s.Key.Key.Public().(*ecdsa.PublicKey).Params().BitSize+7)/8)
}

// sideBySide is an ECDSA signature as XML wants it.
func sideBySide(value []byte, size int) []byte {
	var both struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(value, &both); err != nil {
		panic(err)
	}
	out := make([]byte, 2*size)
	both.R.FillBytes(out[:size])
	both.S.FillBytes(out[size:])
	return out
}

func asText(root *etree.Element) string {
	document := etree.NewDocument()
	document.SetRoot(root)
	return write(document)
}
