package samltest

import (
	"crypto/hmac"
	"crypto/sha256"
	"regexp"
	"strings"

	"github.com/beevik/etree"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// info is an attack in which the provider's own key signs another SignedInfo.
func info(number int, name, old, replacement string) Attack {
	return signed(number, name, recipe{sign: func(s *Signing) { s.SignedInfo = replace(old, replacement) }})
}

// bent is an attack that edits the finished signature.
func bent(name, old, replacement string) Attack {
	return signed(10, name, recipe{sign: func(s *Signing) { s.Signature = replace(old, replacement) }})
}

var (
	valuePattern  = regexp.MustCompile(`<ds:SignatureValue>[^<]*</ds:SignatureValue>`)
	digestPattern = regexp.MustCompile(`<ds:DigestValue>[^<]*</ds:DigestValue>`)
	infoPattern   = regexp.MustCompile(`(?s)<ds:SignedInfo.*</ds:SignedInfo>`)
	refPattern    = regexp.MustCompile(`(?s)<ds:Reference.*</ds:Reference>`)
)

// twice repeats what a pattern finds.
func twice(pattern *regexp.Regexp) func(string) string {
	return func(text string) string { return pattern.ReplaceAllString(text, "$0$0") }
}

// foreign puts a reference to another element beside the right one.
func foreign(first bool) func(string) string {
	return func(text string) string {
		right := refPattern.FindString(text)
		other := regexp.MustCompile(`URI="#[^"]*"`).ReplaceAllString(right, `URI="#_other"`)
		if first {
			return strings.Replace(text, right, other+right, 1)
		}
		return strings.Replace(text, right, right+other, 1)
	}
}

// signatures are those that are broken, or that sign something else than they seem to.
func signatures() []Attack {
	const enveloped = `<ds:Transform Algorithm="` + Enveloped + `"></ds:Transform>`
	const exclusive = `<ds:Transform Algorithm="` + ExcC14N + `"></ds:Transform>`
	method := func(algorithm string) func(*Signing) { return func(s *Signing) { s.Method = algorithm } }
	return []Attack{
		tree(9, "signatures stripped", func(root *etree.Element) {
			unsign(root)
			unsign(assertionIn(root))
		}),
		signed(9, "signatures stripped, NameID changed", recipe{after: func(text string) string {
			root := parse(text)
			unsign(root)
			rename(unsign(assertionIn(root)))
			return asText(root)
		}}),
		tree(9, "NameID changed", func(root *etree.Element) { rename(root) }),
		signed(9, "empty SignatureValue", recipe{sign: func(s *Signing) {
			s.Signature = func(text string) string {
				return valuePattern.ReplaceAllString(text, "<ds:SignatureValue></ds:SignatureValue>")
			}
		}}),
		signed(9, "no SignatureValue", recipe{sign: func(s *Signing) {
			s.Signature = func(text string) string { return valuePattern.ReplaceAllString(text, "") }
		}}),
		signed(9, "no SignedInfo", recipe{sign: func(s *Signing) {
			s.Signature = func(text string) string { return infoPattern.ReplaceAllString(text, "") }
		}}),
		signed(9, "SignatureValue of zeros", recipe{sign: func(s *Signing) {
			s.Sign = func([]byte) []byte { return make([]byte, 256) }
		}}),
		signed(9, "no Reference", recipe{sign: func(s *Signing) {
			s.SignedInfo = func(text string) string { return refPattern.ReplaceAllString(text, "") }
		}}),
		info(9, "empty URI", `URI="#`, `URI="" x="#`),
		info(9, "URI of a lone number sign", `URI="#`, `URI="#" x="#`),
		info(9, "no URI", `URI="#`, `x="#`),
		info(9, "URI of another element", `URI="#`, `URI="#_`),
		info(9, "URI by XPointer", `URI="#`, `URI="#xpointer(id('x'))" x="`),
		signed(9, "two references", recipe{sign: func(s *Signing) { s.SignedInfo = twice(refPattern) }}),
		signed(9, "foreign reference first", recipe{sign: func(s *Signing) { s.SignedInfo = foreign(true) }}),
		signed(9, "foreign reference second", recipe{sign: func(s *Signing) { s.SignedInfo = foreign(false) }}),
		tree(9, "the signature twice", func(root *etree.Element) {
			s := nearest(root)
			s.Parent().AddChild(s.Copy())
		}),
		tree(9, "the signature in Status", func(root *etree.Element) {
			s := nearest(root)
			s.Parent().RemoveChild(s)
			root.SelectElement("Status").AddChild(s)
		}),
		tree(9, "three signatures", func(root *etree.Element) {
			s := nearest(root)
			for range 2 {
				root.AddChild(s.Copy())
			}
		}),
		bent("comment inside DigestValue", "</ds:DigestValue>", "<!--x--></ds:DigestValue>"),
		bent("comment inside SignatureValue", "</ds:SignatureValue>", "<!--x--></ds:SignatureValue>"),
		signed(10, "two DigestValue", recipe{sign: func(s *Signing) { s.SignedInfo = twice(digestPattern) }}),
		signed(10, "two SignedInfo", recipe{sign: func(s *Signing) { s.Signature = twice(infoPattern) }}),
		signed(10, "two SignatureValue", recipe{sign: func(s *Signing) { s.Signature = twice(valuePattern) }}),
		bent("element inside SignatureValue", "</ds:SignatureValue>", "<x/></ds:SignatureValue>"),
		bent("text inside Signature", "<ds:SignatureValue>", "text<ds:SignatureValue>"),
		info(10, "unknown element in SignedInfo", "</ds:SignedInfo>", "<ds:Nothing/></ds:SignedInfo>"),
		info(10, "unknown element in Reference", "</ds:Reference>", "<ds:Nothing/></ds:Reference>"),
		info(10, "truncated HMAC length", "</ds:SignatureMethod>", "<ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>"),
		info(11, "XPath transform", exclusive, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>self::x</ds:XPath></ds:Transform>`+exclusive),
		info(11, "XSLT transform", exclusive, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></ds:Transform>`+exclusive),
		info(11, "base64 transform", exclusive, `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"></ds:Transform>`+exclusive),
		info(11, "enveloped transform missing", enveloped, ""),
		info(11, "canonicalization missing", exclusive, ""),
		info(11, "transforms in the wrong order", enveloped+exclusive, exclusive+enveloped),
		info(11, "no transforms", enveloped+exclusive, ""),
		info(11, "strange prefix list", exclusive, `<ds:Transform Algorithm="`+ExcC14N+`"><ec:InclusiveNamespaces xmlns:ec="`+ExcC14N+`" PrefixList="a:b"></ec:InclusiveNamespaces></ds:Transform>`),
		signed(11, "canonicalization with comments", recipe{sign: func(s *Signing) { s.C14N = ExcC14N + "WithComments" }}),
		signed(11, "inclusive canonicalization", recipe{sign: func(s *Signing) { s.C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" }}),
		info(11, "SignedInfo canonicalized with comments", `<ds:CanonicalizationMethod Algorithm="`+ExcC14N+`"`, `<ds:CanonicalizationMethod Algorithm="`+ExcC14N+`WithComments"`),
		info(11, "SignedInfo canonicalized inclusively", `<ds:CanonicalizationMethod Algorithm="`+ExcC14N+`"`, `<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11"`),
		signed(12, "RSA with SHA-1", recipe{sign: func(s *Signing) { s.Method, s.Digest = RSASHA1, SHA1 }}),
		signed(12, "digest of SHA-1", recipe{sign: func(s *Signing) { s.Digest = SHA1 }}),
		signed(12, "HMAC keyed with the certificate", recipe{sign: func(s *Signing) {
			s.Method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
			key := s.Key.Certificate.Raw
			s.Sign = func(text []byte) []byte {
				mac := hmac.New(sha256.New, key)
				mac.Write(text)
				return mac.Sum(nil)
			}
		}}),
		signed(12, "algorithm none", recipe{sign: method("none")}),
		signed(12, "no algorithm", recipe{sign: func(s *Signing) { s.SignedInfo = replace(` Algorithm="`+RSASHA256+`"`, "") }}),
		signed(12, "RSA with MD5", recipe{sign: method("http://www.w3.org/2001/04/xmldsig-more#rsa-md5")}),
		signed(12, "digest of MD5", recipe{sign: func(s *Signing) { s.Digest = "http://www.w3.org/2001/04/xmldsig-more#md5" }}),
		signed(12, "ECDSA named, RSA used", recipe{sign: func(s *Signing) {
			s.SignedInfo = replace(RSASHA256, ECDSASHA256)
		}}),
		signed(12, "certificate with RSA of 1024 bits", recipe{sign: func(s *Signing) { s.Key = NewKeys().Weak }}).
			recorded(func(r *saml.IdentityProvider) { r.Certificates = append(r.Certificates, NewKeys().Weak.Certificate) }),
	}
}

// recorded says what the provider's record has to be for the attack.
func (a Attack) recorded(edit func(*saml.IdentityProvider)) Attack {
	a.Record = edit
	return a
}
