package saml

import (
	"encoding/base64"
	"slices"
	"strings"
)

const (
	envelopedSignature = nsSignature + "enveloped-signature"
	exclusiveC14N      = nsExcC14N
	more               = "http://www.w3.org/2001/04/xmldsig-more#"
	rsaSHA256          = more + "rsa-sha256"
)

// signatureMethods and digestMethods are those that count: no SHA-1, no MAC, nothing unknown.
var (
	signatureMethods = []string{
		rsaSHA256, more + "rsa-sha384", more + "rsa-sha512",
		more + "ecdsa-sha256", more + "ecdsa-sha384", more + "ecdsa-sha512",
	}
	digestMethods = []string{nsEnc + "sha256", more + "sha384", nsEnc + "sha512"}
)

// signatureShape holds a ds:Signature against the one shape that is accepted (5.2 item 6). The signature library is laxer.
func (g gate) signatureShape(s *node) error {
	info := s.child(nsSignature, "SignedInfo")
	value, keyInfo := s.all(nsSignature, "SignatureValue"), s.all(nsSignature, "KeyInfo")
	if err := first(
		g.require(only(s, "SignedInfo", "SignatureValue", "KeyInfo"), "signature_shape", "Signature"),
		g.require(len(s.all(nsSignature, "SignedInfo")) == 1 && len(value) == 1 && len(keyInfo) <= 1, "signature_shape", "Signature"),
		g.require(only(info, "CanonicalizationMethod", "SignatureMethod", "Reference"), "signature_shape", "SignedInfo"),
	); err != nil {
		return err
	}
	for _, v := range value {
		if err := g.require(isBase64(v), "signature_shape", "SignatureValue"); err != nil {
			return err
		}
	}
	method, err := g.single(info, "SignatureMethod", "signature_shape")
	if err != nil {
		return err
	}
	canonical, err := g.single(info, "CanonicalizationMethod", "signature_shape")
	if err != nil {
		return err
	}
	reference, err := g.single(info, "Reference", "reference_count")
	if err != nil {
		return err
	}
	if err := first(
		g.require(slices.Contains(signatureMethods, method.attr("Algorithm")), "algorithm_forbidden", method.attr("Algorithm")),
		g.require(len(method.children) == 0, "signature_shape", "SignatureMethod"),
		g.require(canonical.attr("Algorithm") == exclusiveC14N && len(canonical.children) == 0, "signature_canonicalization", canonical.attr("Algorithm")),
		g.reference(reference, s.parent),
	); err != nil {
		return err
	}
	for _, k := range keyInfo {
		if err := g.keyInfo(k); err != nil {
			return err
		}
	}
	return nil
}

// reference checks that the one Reference names the parent of the signature and transforms it in the one accepted way.
func (g gate) reference(reference, signed *node) error {
	method, err := g.single(reference, "DigestMethod", "signature_shape")
	if err != nil {
		return err
	}
	value, err := g.single(reference, "DigestValue", "signature_shape")
	if err != nil {
		return err
	}
	transforms, err := g.single(reference, "Transforms", "transforms")
	if err != nil {
		return err
	}
	return first(
		g.require(only(reference, "Transforms", "DigestMethod", "DigestValue"), "signature_shape", "Reference"),
		g.require(signed.attr("ID") != "" && reference.attr("URI") == "#"+signed.attr("ID"), "reference_uri", reference.attr("URI")),
		g.require(slices.Contains(digestMethods, method.attr("Algorithm")), "digest_forbidden", method.attr("Algorithm")),
		g.require(len(method.children) == 0 && isBase64(value), "signature_shape", "DigestValue"),
		g.require(transformsFine(transforms), "transforms", ""),
	)
}

// transformsFine tells whether these are the enveloped signature and exclusive canonicalisation, in this order, and no more.
func transformsFine(transforms *node) bool {
	t := transforms.all(nsSignature, "Transform")
	if len(t) != 2 || !only(transforms, "Transform") ||
		t[0].attr("Algorithm") != envelopedSignature || len(t[0].children) > 0 || t[1].attr("Algorithm") != exclusiveC14N || len(t[1].children) > 1 {
		return false
	}
	for _, prefixes := range t[1].children {
		if !prefixes.is(nsExcC14N, "InclusiveNamespaces") || len(prefixes.children) > 0 ||
			slices.ContainsFunc(strings.Fields(prefixes.attr("PrefixList")), func(p string) bool { return !isNCName(p) }) {
			return false
		}
	}
	return true
}

// keyInfo allows certificates and nothing else: no bare keys, no addresses to fetch something from.
func (g gate) keyInfo(k *node) error {
	ok := only(k, "X509Data") && len(k.children) == 1
	for _, data := range k.children {
		ok = ok && only(data, "X509Certificate") && len(data.children) > 0
		for _, certificate := range data.children {
			ok = ok && isBase64(certificate)
		}
	}
	return g.require(ok, "key_info", "")
}

// single returns the one child with this name.
func (g gate) single(n *node, local string, code Code) (*node, error) {
	all := n.all(nsSignature, local)
	if err := g.require(len(all) == 1, code, local); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, g.refuseAlways(code)
	}
	return all[0], nil
}

// only tells whether an element has children with these names of XML signatures alone, and no text between.
func only(n *node, locals ...string) bool {
	if n == nil || strings.TrimSpace(n.text) != "" && len(n.children) > 0 {
		return false
	}
	return !slices.ContainsFunc(n.children, func(c *node) bool { return c.space != nsSignature || !slices.Contains(locals, c.local) })
}

// isBase64 tells whether an element holds standard base64 and something at all.
func isBase64(n *node) bool {
	decoded, err := base64Text(n)
	return err == nil && len(decoded) > 0
}

// base64Text decodes the base64 of an element, in which XML allows any white space.
func base64Text(n *node) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.content()), ""))
}
