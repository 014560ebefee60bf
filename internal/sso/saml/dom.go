package saml

import (
	"maps"
	"strings"

	"github.com/beevik/etree"
)

// Namespaces by URI. Elements are known by these and their local names, never by prefixes.
const (
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	nsSignature = "http://www.w3.org/2000/09/xmldsig#"
	nsEnc       = "http://www.w3.org/2001/04/xmlenc#"
	nsEnc11     = "http://www.w3.org/2009/xmlenc11#"
	nsExcC14N   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	nsXML       = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS     = "http://www.w3.org/2000/xmlns/"
)

// node is an element with its namespace resolved.
type node struct {
	prefix, space, local string
	attrs                []attr // without namespace declarations
	children             []*node
	text                 string // the character data directly inside, unchanged
	parent               *node
}

type attr struct{ prefix, space, local, value string }

// is tells whether the element has this namespace and local name.
func (n *node) is(space, local string) bool { return n != nil && n.space == space && n.local == local }

// attr returns an attribute without a namespace.
func (n *node) attr(local string) string {
	value, _ := n.lookup(local)
	return value
}

// lookup is attr that tells absent from empty.
func (n *node) lookup(local string) (value string, present bool) {
	if n == nil {
		return "", false
	}
	for _, a := range n.attrs {
		if a.prefix == "" && a.local == local {
			return a.value, true
		}
	}
	return "", false
}

// all returns the children with this name.
func (n *node) all(space, local string) []*node {
	var found []*node
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.is(space, local) {
			found = append(found, c)
		}
	}
	return found
}

// child returns the first child with this name, or nil.
func (n *node) child(space, local string) *node {
	if all := n.all(space, local); len(all) > 0 {
		return all[0]
	}
	return nil
}

// content is the text of an element that has no child elements, else nothing.
func (n *node) content() string {
	if n == nil || len(n.children) > 0 {
		return ""
	}
	return n.text
}

// elements returns the elements inside; none of nil.
func (n *node) elements() []*node {
	if n == nil {
		return nil
	}
	return n.children
}

// walk visits the element and all below it, parents first.
func (n *node) walk(visit func(*node) error) error {
	if err := visit(n); err != nil {
		return err
	}
	for _, c := range n.children {
		if err := c.walk(visit); err != nil {
			return err
		}
	}
	return nil
}

// fromTree copies a tree of the signature library into nodes, so that nothing of it is shared.
func fromTree(el *etree.Element) *node { return convert(el, map[string]string{"xml": nsXML}) }

// declared are the namespaces that count inside an element, of those outside and those it declares itself.
func declared(el *etree.Element, outer map[string]string) map[string]string {
	scope, own := outer, false
	for _, a := range el.Attr {
		prefix, declares := declaration(a.Space, a.Key)
		if !declares {
			continue
		}
		if !own {
			scope, own = maps.Clone(outer), true
		}
		scope[prefix] = a.Value
	}
	return scope
}

func convert(el *etree.Element, outer map[string]string) *node {
	scope := declared(el, outer)
	n := &node{prefix: el.Space, space: scope[el.Space], local: el.Tag}
	for _, a := range el.Attr {
		if _, declares := declaration(a.Space, a.Key); declares {
			continue
		}
		space := ""
		if a.Space != "" {
			space = scope[a.Space]
		}
		n.attrs = append(n.attrs, attr{a.Space, space, a.Key, a.Value})
	}
	var text strings.Builder
	for _, token := range el.Child {
		switch token := token.(type) {
		case *etree.Element:
			c := convert(token, scope)
			c.parent = n
			n.children = append(n.children, c)
		case *etree.CharData:
			text.WriteString(token.Data)
		}
	}
	n.text = text.String()
	return n
}

// declaration tells whether an attribute declares a namespace, and for which prefix; "" is the default.
func declaration(prefix, local string) (declared string, declares bool) {
	switch {
	case prefix == "xmlns":
		return local, true
	case prefix == "" && local == "xmlns":
		return "", true
	}
	return "", false
}
