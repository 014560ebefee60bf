package saml

import (
	"slices"
	"strings"
)

// forbidden are elements in which the attacks hide a signed original, or that carry what is never read here.
var forbidden = []struct{ space, local string }{
	{nsProtocol, "Extensions"},
	{nsAssertion, "Advice"},
	{nsSignature, "Object"},
	{nsSignature, "Manifest"},
	{nsAssertion, "EncryptedID"},
	{nsAssertion, "EncryptedAttribute"},
}

// responseShape checks where assertions and signatures stand in a Response (5.2 item 4), its IDs (5) and its signatures (6).
func (g gate) responseShape(root *node) error {
	if err := g.require(root.is(nsProtocol, "Response"), "root_not_response", root.local); err != nil {
		return err
	}
	if err := g.status(root); err != nil { // an answer without an assertion says why
		return err
	}
	var assertions []*node
	encrypted := false
	_ = root.walk(func(n *node) error {
		if n.is(nsAssertion, "Assertion") || n.is(nsAssertion, "EncryptedAssertion") {
			assertions = append(assertions, n)
			encrypted = encrypted || n.local == "EncryptedAssertion"
		}
		return nil
	})
	if err := first(
		g.require(len(assertions) == 1, "assertion_count", ""),
		g.require(!slices.ContainsFunc(assertions, func(n *node) bool { return n.parent != root }), "assertion_place", ""),
		g.elements(root),
		g.ids(root),
	); err != nil {
		return err
	}
	return g.signatures(root, encrypted)
}

// assertionShape is responseShape for an assertion by itself, as it comes out of decryption.
func (g gate) assertionShape(root *node) error {
	if !root.is(nsAssertion, "Assertion") {
		return g.refuseAlways("decryption_failed")
	}
	nested := 0
	_ = root.walk(func(n *node) error {
		if n.is(nsAssertion, "Assertion") || n.is(nsAssertion, "EncryptedAssertion") {
			nested++
		}
		return nil
	})
	return first(
		g.require(nested == 1, "assertion_count", ""),
		g.elements(root),
		g.ids(root),
		g.signatures(root, true),
	)
}

// refuseAlways is for what has no meaning to go on with, in tests neither.
func (g gate) refuseAlways(code Code) error { return gate{}.refuse(code, "") }

func (g gate) elements(root *node) error {
	return root.walk(func(n *node) error {
		for _, f := range forbidden {
			if n.is(f.space, f.local) {
				return g.refuse("element_forbidden", n.local)
			}
		}
		return nil
	})
}

// ids checks whatever a careless reader might take for an identifier.
func (g gate) ids(root *node) error {
	seen := map[string]bool{}
	return root.walk(func(n *node) error {
		for _, a := range n.attrs {
			if !strings.EqualFold(a.local, "id") {
				continue
			}
			saml := n.space == nsAssertion || n.space == nsProtocol || n.space == nsMetadata
			other := n.space == nsEnc || n.is(nsSignature, "Signature")
			if err := first(
				g.require(a.prefix == "" && (saml && a.local == "ID" || other && a.local == "Id"), "id_attribute", n.local+" "+a.local),
				g.require(isNCName(a.value), "id_invalid", a.value),
				g.require(!seen[a.value], "id_duplicate", a.value),
			); err != nil {
				return err
			}
			seen[a.value] = true
		}
		return nil
	})
}

// signatures checks how many there are and where, and each of them. None is needed where an assertion is encrypted: whether
// it is signed shows after decryption.
func (g gate) signatures(root *node, noneIsFine bool) error {
	var all []*node
	_ = root.walk(func(n *node) error {
		if n.is(nsSignature, "Signature") {
			all = append(all, n)
		}
		return nil
	})
	if err := first(
		g.require(noneIsFine || len(all) > 0, "signature_missing", ""),
		g.require(len(all) <= 2, "signature_count", ""),
	); err != nil {
		return err
	}
	parents := map[*node]bool{}
	for _, s := range all {
		place := s.parent.is(nsProtocol, "Response") && s.parent == root || s.parent.is(nsAssertion, "Assertion")
		if err := first(
			g.require(place, "signature_place", ""),
			g.require(!parents[s.parent], "signature_count", ""),
		); err != nil {
			return err
		}
		parents[s.parent] = true
		if err := g.signatureShape(s); err != nil {
			return err
		}
	}
	return nil
}
