package saml

import "testing"

// The nodes of both ways of reading have the same namespaces.
func TestNamespacesAreResolvedAlike(t *testing.T) {
	const text = `<a xmlns="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:q="urn:q"><b xmlns="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:p="urn:p" q:x="1" p:y="2" z="3"><p:c/><d/></b><e/><q:f/></a>`
	scanned, tree, err := gate{}.parseBoth([]byte(text), messageLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{nsProtocol + " a", nsAssertion + " b", "urn:p c", nsAssertion + " d", nsProtocol + " e", "urn:q f"}
	for name, root := range map[string]*node{"scanned": scanned, "converted": fromTree(tree)} {
		var got []string
		_ = root.walk(func(n *node) error {
			got = append(got, n.space+" "+n.local)
			return nil
		})
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Errorf("%s: %q, want %q", name, got, want)
				break
			}
		}
		b := root.children[0]
		if len(b.attrs) != 3 || b.attrs[0].space != "urn:q" || b.attrs[1].space != "urn:p" || b.attrs[2].space != "" || b.attr("z") != "3" || b.attr("x") != "" {
			t.Errorf("%s: attributes %+v", name, b.attrs)
		}
	}
}

// What was read stays as it is, whatever happens to the tree afterwards.
func TestNothingOfTheTreeIsShared(t *testing.T) {
	_, tree, err := gate{}.parseBoth([]byte(`<a x="1"><b>text</b></a>`), messageLimits)
	if err != nil {
		t.Fatal(err)
	}
	n := fromTree(tree)
	tree.ChildElements()[0].SetText("forged")
	tree.CreateAttr("x", "2")
	if n.children[0].content() != "text" || n.attr("x") != "1" {
		t.Error("a change of the tree shows in what was read")
	}
}
