package samltest

import (
	"strconv"
	"strings"
)

// content are documents that parsers read differently: comments, processing instructions, entities, names, namespaces.
func content() []Attack {
	return []Attack{
		before(7, "provider signs a NameID with a comment", "@", "<!---->@"),
		after(7, "comment put into the NameID", "@", "<!-- -->@"),
		after(8, "processing instruction in the NameID", "@", "<?p not-?>@"),
		before(8, "provider signs a processing instruction", "@", "<?p not-?>@"),
		after(8, "CDATA in the NameID", "@", "<![CDATA[@]]>"),
		after(8, "a style sheet before the root", "<samlp:Response", `<?xml-stylesheet href="https://evil.example/x.xsl"?><samlp:Response`),
		after(8, "XML declaration behind a line", "<samlp:Response", "\n<?xml version=\"1.0\"?><samlp:Response"),

		after(22, "external entity of a file", "<samlp:Response", `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><samlp:Response`),
		after(22, "external entity over http", "<samlp:Response", `<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]><samlp:Response`),
		after(22, "parameter entity", "<samlp:Response", `<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:1/"> %x;]><samlp:Response`),
		after(22, "expansion, ten levels", "<samlp:Response", expansion()+"<samlp:Response"),
		after(22, "document type only", "<samlp:Response", `<!DOCTYPE samlp:Response><samlp:Response`),
		after(22, "entity without a declaration", "@", "&x;@"),
		signed(22, "UTF-16", recipe{after: utf16}),
		after(22, "UTF-7 label", "<samlp:Response", `<?xml version="1.0" encoding="UTF-7"?><samlp:Response`),
		after(22, "bytes that are not UTF-8", "@", "\xff@"),
		after(22, "Latin-1 label", "<samlp:Response", `<?xml version="1.0" encoding="ISO-8859-1"?><samlp:Response`),

		signed(23, "10 MiB", recipe{after: func(text string) string { return text + strings.Repeat(" ", 10<<20) }}),
		signed(23, "400 KiB of space over the limit of the document", recipe{after: func(text string) string {
			return strings.Repeat(" ", 380<<10) + text[:len(text)-1] + strings.Repeat(" ", 1<<10)
		}}),
		after(23, "attribute of 1 MiB", "<samlp:Status", `<samlp:Status x="`+strings.Repeat("a", 1<<20)+`"`),
		after(23, "attribute of 300 KiB", "<Subject", `<Subject x="`+strings.Repeat("a", 300<<10)+`"`),
		after(23, "100,000 elements", "<samlp:Status>", strings.Repeat("<a/>", 100_000)+"<samlp:Status>"),
		after(23, "20,000 elements", "<samlp:Status>", strings.Repeat("<a/>", 20_000)+"<samlp:Status>"),
		after(23, "10,000 deep", "<samlp:Status>", strings.Repeat("<a>", 10_000)+strings.Repeat("</a>", 10_000)+"<samlp:Status>"),
		after(23, "10,000 attributes", "<samlp:Status>", "<samlp:Status"+many(10_000, ` a%="b"`)+">"),
		after(23, "10,000 namespaces", "<samlp:Status>", "<samlp:Status"+many(10_000, ` xmlns:n%="u:%"`)+">"),

		after(24, "name with two colons", "<samlp:Status>", "<x::a/><samlp:Status>"),
		after(24, "attribute that begins with a colon", "<samlp:Status>", `<samlp:Status :a="b">`),
		after(24, "element that begins with a colon", "<samlp:Status>", `<:a></:a><samlp:Status>`),
		after(24, "end tag that begins with a colon", "</samlp:Status>", `</:samlp:Status>`),
		after(24, "name that begins with a digit behind its prefix", "<samlp:Status>", `<samlp:1a/><samlp:Status>`),
		after(24, "samlp bound anew inside", "<samlp:Status>", `<samlp:Status xmlns:samlp="urn:evil">`),
		after(24, "ds bound anew inside", "<ds:SignatureValue>", `<ds:SignatureValue xmlns:ds="urn:evil">`),
		after(24, "prefix bound to two namespaces beside each other", "<samlp:Status>", `<x:a xmlns:x="urn:a"/><x:a xmlns:x="urn:b"/><samlp:Status>`),
		after(24, "default namespace swapped inside the assertion", "<Subject>", `<Subject xmlns="urn:evil">`),
		after(24, "the same attribute twice", `Version="2.0"`, `Version="2.0" Version="2.0"`),
		after(24, "the same attribute by two prefixes", "<samlp:Status>", `<samlp:Status xmlns:x="urn:x" xmlns:y="urn:x" x:a="1" y:a="2">`),
		after(24, "no space between attributes", ` Version="2.0"`, `Version="2.0"`),
		after(24, "declaration in the wrong order", "<samlp:Response", `<?xml encoding="UTF-8" version="1.0"?><samlp:Response`),
		after(24, "a second root element", "</samlp:Response>", "</samlp:Response><samlp:Response/>"),
		after(24, "text behind the root", "</samlp:Response>", "</samlp:Response>x"),
		after(24, "root never closed", "</samlp:Response>", ""),
		after(24, "elements closed in the wrong order", "</samlp:Status>", "</samlp:StatusCode>"),

		after(25, "relative namespace", "<samlp:Status>", `<samlp:Status xmlns:x="1">`),
		after(25, "relative default namespace", "<samlp:Status>", `<a xmlns="../1"/><samlp:Status>`),
		after(25, "empty namespace on a prefix", "<samlp:Status>", `<samlp:Status xmlns:x="">`),
		after(25, "empty default namespace", "<samlp:Status>", `<a xmlns=""/><samlp:Status>`),
		after(25, "xml bound anew", "<samlp:Status>", `<samlp:Status xmlns:xml="urn:evil">`),
		after(25, "xmlns bound", "<samlp:Status>", `<samlp:Status xmlns:xmlns="urn:evil">`),
		after(25, "undeclared prefix on an element", "<samlp:Status>", `<x:a/><samlp:Status>`),
		after(25, "undeclared prefix on an attribute", "<samlp:Status>", `<samlp:Status x:a="b">`),
		signed(25, "digest of nothing", recipe{
			sign: func(s *Signing) {
				s.SignedInfo = func(info string) string {
					return digestPattern.ReplaceAllString(info, "<ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ds:DigestValue>")
				}
			},
		}),
	}
}

func expansion() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE r [<!ENTITY a0 "aaaaaaaaaa">`)
	for i := range 10 {
		from, to := string(rune('0'+i)), string(rune('1'+i))
		b.WriteString(`<!ENTITY a` + to + ` "` + strings.Repeat("&a"+from+";", 10) + `">`)
	}
	return b.String() + "]>"
}

// many repeats a pattern with the numbers from 0 on in place of %.
func many(n int, pattern string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(pattern, "%", strconv.Itoa(i)))
	}
	return b.String()
}

func utf16(text string) string {
	b := []byte{0xff, 0xfe}
	for _, c := range []byte(text) {
		b = append(b, c, 0)
	}
	return string(b)
}
