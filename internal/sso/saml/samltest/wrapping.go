package samltest

import "github.com/beevik/etree"

// wrapping are the signature wrapping attacks: the signature stays valid over the original, and a forged assertion is offered to
// a reader that looks elsewhere.
func wrapping() []Attack {
	return []Attack{
		tree(1, "XSW1: forged response, original inside its signature", func(root *etree.Element) {
			original := unsign(root.Copy())
			nearest(root).AddChild(original)
			root.CreateAttr("ID", "_forgedresponse")
			rename(assertionIn(root))
		}),
		tree(1, "XSW2: forged response, original before its signature", func(root *etree.Element) {
			original := unsign(root.Copy())
			root.InsertChildAt(0, original)
			root.CreateAttr("ID", "_forgedresponse")
			rename(assertionIn(root))
		}),
		tree(2, "XSW3: forged assertion before the original", func(root *etree.Element) {
			original := assertionIn(root)
			root.InsertChildAt(original.Index(), unsign(forge(original)))
		}),
		tree(2, "XSW4: original inside the forged assertion", func(root *etree.Element) {
			original := assertionIn(root)
			forged := unsign(forge(original))
			root.InsertChildAt(original.Index(), forged)
			forged.AddChild(original)
		}),
		tree(3, "XSW5: signature in the forged assertion, original at the end", func(root *etree.Element) {
			original := assertionIn(root)
			forged := forge(original)
			root.InsertChildAt(original.Index(), forged)
			root.AddChild(unsign(original))
		}),
		tree(3, "XSW6: original inside the forged assertion's signature", func(root *etree.Element) {
			original := assertionIn(root)
			at := original.Index()
			root.RemoveChild(original)
			root.InsertChildAt(at, forge(original))
			nearest(root).AddChild(unsign(original))
		}),
		tree(4, "XSW7: original in Extensions", func(root *etree.Element) {
			original := assertionIn(root)
			at := original.Index()
			root.RemoveChild(original)
			root.InsertChildAt(at, unsign(forge(original)))
			extensions := etree.NewElement("samlp:Extensions")
			extensions.AddChild(original)
			root.InsertChildAt(1, extensions)
		}),
		tree(4, "XSW8: original in ds:Object", func(root *etree.Element) {
			original := assertionIn(root)
			at := original.Index()
			root.RemoveChild(original)
			root.InsertChildAt(at, forge(original))
			nearest(root).CreateElement("ds:Object").AddChild(unsign(original))
		}),
		tree(5, "XSW9: unsigned copy behind the original", func(root *etree.Element) {
			root.AddChild(unsign(forge(assertionIn(root))))
		}),
		tree(5, "two assertions, both with the signature", func(root *etree.Element) {
			root.AddChild(forge(assertionIn(root)))
		}),
		tree(5, "an assertion inside another's attribute value", func(root *etree.Element) {
			original := assertionIn(root)
			forged := unsign(forge(original))
			at := original.Index()
			root.RemoveChild(original)
			root.InsertChildAt(at, forged)
			forged.CreateElement("AttributeStatement").CreateElement("Attribute").CreateElement("AttributeValue").AddChild(original)
		}),
		tree(4, "the only assertion in an element that nobody knows", func(root *etree.Element) {
			original := assertionIn(root)
			root.RemoveChild(original)
			root.CreateElement("samlp:Wrapper").AddChild(original)
		}),
		tree(5, "no assertion at all", func(root *etree.Element) { root.RemoveChild(assertionIn(root)) }),
		tree(6, "forged assertion with the ID of the original, first", func(root *etree.Element) {
			original := assertionIn(root)
			forged := unsign(forge(original))
			forged.CreateAttr("ID", original.SelectAttrValue("ID", ""))
			root.InsertChildAt(original.Index(), forged)
		}),
		tree(6, "response with the ID of the assertion", func(root *etree.Element) {
			root.CreateAttr("ID", assertionIn(root).SelectAttrValue("ID", ""))
		}),
		tree(6, "decoy attribute Id", func(root *etree.Element) { root.CreateAttr("Id", "_decoy") }),
		tree(6, "decoy attribute id", func(root *etree.Element) { root.CreateAttr("id", "_decoy") }),
		tree(6, "decoy attribute samlp:ID", func(root *etree.Element) { root.CreateAttr("samlp:ID", "_decoy") }),
		tree(6, "decoy attribute xml:id", func(root *etree.Element) { root.CreateAttr("xml:id", "_decoy") }),
		tree(6, "ID on an element of the signature", func(root *etree.Element) { nearest(root).ChildElements()[0].CreateAttr("Id", "_decoy") }),
		tree(6, "empty ID on the response", func(root *etree.Element) { root.CreateAttr("ID", "") }),
		tree(6, "ID with a space", func(root *etree.Element) { root.CreateAttr("ID", "_a b") }),
		signed(6, "signed elements without an ID", recipe{message: func(m *Message) { m.ResponseID, m.AssertionID = "", "" }}),
		signed(6, "signed assertion without an ID", recipe{message: func(m *Message) { m.AssertionID = "" }}),
	}
}
