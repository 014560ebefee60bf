package saml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// limits bound a document.
type limits struct {
	bytes      int
	elements   int
	attributes int      // of one element
	defaults   []string // the namespaces that may be the default one; nil: any
	published  bool     // comments may stand between elements, where they split no text, and the prefix xml may be declared as what it is
}

const maxDepth = 32

var (
	// A message carries up to 150 groups; the signature library walks at most 1000 nodes.
	messageLimits  = limits{bytes: 512 << 10, elements: 900, attributes: 64, defaults: []string{nsAssertion, nsProtocol, nsSignature, nsEnc}}
	metadataLimits = limits{bytes: 5 << 20, elements: 100_000, attributes: 64, published: true}
)

var errCharset = errors.New("an encoding other than UTF-8 is declared")

// scan reads a document strictly, token by token, and refuses whatever two XML parsers might take for different things.
type scan struct {
	gate
	limits

	root     *node
	here     *node
	tree     *etree.Element    // where the same tokens go for the signature library, below which the root will be; nil: nowhere
	text     [][]byte          // one for every open element
	remarks  []bool            // likewise: a comment stands directly inside
	scopes   []scope           // likewise
	bound    map[string]string // every prefix ever declared
	elements int
}

// scope is what an element declares, and the namespace that elements without a prefix have inside.
type scope struct {
	declared []string
	fallback string
}

// parse returns the root of a document that passes the checks on tokens (5.2 item 3) and on namespaces (item 7).
func (g gate) parse(document []byte, l limits) (*node, error) {
	return g.scan(document, &scan{gate: g, limits: l, bound: map[string]string{}})
}

// parseBoth is parse that makes of the same tokens a tree for the signature library, too: what is checked and what is verified cannot be two
// readings of one document.
func (g gate) parseBoth(document []byte, l limits) (*node, *etree.Element, error) {
	above := &etree.NewDocument().Element
	root, err := g.scan(document, &scan{gate: g, limits: l, bound: map[string]string{}, tree: above})
	if err != nil {
		return nil, nil, err
	}
	return root, above.ChildElements()[0], nil
}

func (g gate) scan(document []byte, s *scan) (*node, error) {
	l := s.limits
	if err := first(
		g.require(len(document) <= l.bytes, "document_too_large", ""),
		g.require(utf8.Valid(document), "encoding_not_utf8", ""),
	); err != nil {
		return nil, err
	}
	if err := g.require(!bytes.Contains(document, []byte("<![CDATA[")), "xml_cdata", ""); err != nil {
		return nil, err
	}
	decoder := xml.NewDecoder(bytes.NewReader(document))
	decoder.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errCharset }
	var changed error // the first token that does not round-trip, which is said only where nothing else is wrong
	for {
		start := decoder.InputOffset()
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if errors.Is(err, errCharset) || strings.Contains(err.Error(), errCharset.Error()) {
				return nil, g.orMalformed("encoding_not_utf8", err)
			}
			return nil, s.malformed(err)
		}
		if err := s.token(token, start); err != nil {
			return nil, err
		}
		if !written(token, document[start:decoder.InputOffset()]) {
			return nil, malformed("a tag or declaration that only a lenient parser reads", nil)
		}
		if changed == nil {
			changed = roundTrips(token)
		}
	}
	if s.root == nil || s.here != nil {
		return nil, s.malformed(io.ErrUnexpectedEOF)
	}
	if changed != nil {
		if err := g.because("xml_round_trip", "", changed); err != nil {
			return nil, err
		}
	}
	return s.root, nil
}

// malformed refuses what is no XML at all, which no switch allows: there would be nothing to go on with.
func (s *scan) malformed(cause error) error { return malformed("", cause) }

func malformed(detail string, cause error) error {
	return &Error{Code: "xml_malformed", Message: sentences["xml_malformed"], Detail: plain(detail), Cause: cause}
}

// orMalformed refuses with the code where that check is on, else as malformed.
func (g gate) orMalformed(code Code, cause error) error {
	if err := g.because(code, "", cause); err != nil {
		return err
	}
	return malformed("", cause)
}

// declarationPattern is the XML declaration as XML 1.0 has it.
var declarationPattern = regexp.MustCompile(`^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*["']1\.0["']([ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*["'][A-Za-z0-9._-]+["'])?([ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*["'](yes|no)["'])?[ \t\r\n]*\?>$`)

// written tells whether a token is written as XML wants it where the decoder does not care: with space between attributes, and
// with a proper declaration.
func written(token xml.Token, raw []byte) bool {
	switch token.(type) {
	case xml.ProcInst:
		return !bytes.HasPrefix(raw, []byte("<?xml")) || declarationPattern.Match(raw)
	case xml.StartElement:
		quote := byte(0)
		for i, c := range raw {
			switch {
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			case c == quote && quote != 0:
				quote = 0
				if next := raw[min(i+1, len(raw)-1)]; !strings.ContainsRune(" \t\r\n/>", rune(next)) {
					return false
				}
			}
		}
	}
	return true
}

func (s *scan) token(token xml.Token, start int64) error {
	switch token := token.(type) {
	case xml.StartElement:
		return s.open(token)
	case xml.EndElement:
		return s.close(token)
	case xml.CharData:
		if s.here != nil {
			last := len(s.text) - 1
			s.text[last] = append(s.text[last], token...)
			if s.tree != nil {
				s.tree.CreateText(string(token))
			}
			return nil
		}
		return s.require(len(bytes.Trim(token, " \t\r\n")) == 0, "xml_root", "text outside the root element")
	case xml.Comment:
		if s.tree != nil {
			s.tree.CreateComment(string(token))
		}
		if !s.published {
			return s.refuse("xml_comment", "")
		}
		if s.here != nil {
			s.remarks[len(s.remarks)-1] = true
		}
	case xml.Directive:
		return s.refuse("xml_directive", "")
	case xml.ProcInst:
		return s.require(token.Target == "xml" && start == 0, "xml_processing_instruction", token.Target)
	}
	return nil
}

func (s *scan) open(token xml.StartElement) error {
	s.elements++
	if err := first(
		s.require(len(s.scopes) < maxDepth, "xml_too_deep", ""),
		s.require(s.elements <= s.limits.elements, "xml_too_many_elements", ""),
		s.require(len(token.Attr) <= s.attributes, "xml_too_many_attributes", token.Name.Local),
		s.require(s.here != nil || s.root == nil, "xml_root", "a second root element"),
		s.name(token.Name),
	); err != nil {
		return err
	}
	if s.here == nil && s.root != nil {
		return malformed("a second root element", nil) // there is nowhere to put it
	}
	if err := s.declare(token); err != nil {
		return err
	}
	n := &node{prefix: token.Name.Space, local: token.Name.Local, parent: s.here}
	var err error
	if n.space, err = s.resolve(token.Name.Space); err != nil {
		return err
	}
	if n.attrs, err = s.attrs(token); err != nil {
		return err
	}
	if s.here == nil {
		s.root = n
	} else {
		s.here.children = append(s.here.children, n)
	}
	s.here = n
	s.text, s.remarks = append(s.text, nil), append(s.remarks, false)
	if s.tree != nil {
		s.grow(token)
	}
	return nil
}

// grow enters an element into the tree, as the library's own reader does.
func (s *scan) grow(token xml.StartElement) {
	el := &etree.Element{Space: token.Name.Space, Tag: token.Name.Local}
	el.Attr = make([]etree.Attr, 0, len(token.Attr))
	for _, a := range token.Attr {
		key := a.Name.Local
		if a.Name.Space != "" {
			key = a.Name.Space + ":" + key
		}
		el.CreateAttr(key, a.Value)
	}
	s.tree.AddChild(el)
	s.tree = el
}

func (s *scan) close(token xml.EndElement) error {
	if s.here == nil || s.here.prefix != token.Name.Space || s.here.local != token.Name.Local {
		return malformed("an end tag without its start tag", nil)
	}
	last := len(s.scopes) - 1
	s.here.text = string(s.text[last])
	if s.tree != nil {
		s.tree = s.tree.Parent()
	}
	split := s.remarks[last] && strings.TrimSpace(s.here.text) != ""
	s.here, s.text, s.remarks, s.scopes = s.here.parent, s.text[:last], s.remarks[:last], s.scopes[:last]
	return s.require(!split, "xml_comment", token.Name.Local)
}

// declare enters what an element declares.
func (s *scan) declare(token xml.StartElement) error {
	inner := scope{}
	if len(s.scopes) > 0 {
		inner.fallback = s.scopes[len(s.scopes)-1].fallback
	}
	for _, a := range token.Attr {
		prefix, declares := declaration(a.Name.Space, a.Name.Local)
		if !declares {
			continue
		}
		if s.published && prefix == "xml" && a.Value == nsXML {
			continue
		}
		u, err := url.Parse(a.Value)
		absolute := err == nil && u.IsAbs() && !strings.ContainsAny(a.Value, " \t\r\n")
		known, again := s.bound[prefix]
		if err := first(
			s.require(absolute && prefix != "xml" && prefix != "xmlns" && a.Value != nsXML && a.Value != nsXMLNS, "namespace_invalid", prefix+"="+a.Value),
			s.require(prefix == "" || !again || known == a.Value, "namespace_rebound", prefix),
			s.require(prefix != "" || s.defaults == nil || slices.Contains(s.defaults, a.Value), "namespace_default", a.Value),
		); err != nil {
			return err
		}
		if prefix == "" {
			inner.fallback = a.Value
		} else {
			s.bound[prefix] = a.Value
			inner.declared = append(inner.declared, prefix)
		}
	}
	s.scopes = append(s.scopes, inner)
	return nil
}

// resolve returns the namespace of an element's prefix.
func (s *scan) resolve(prefix string) (string, error) {
	switch prefix {
	case "":
		return s.scopes[len(s.scopes)-1].fallback, nil
	case "xml":
		return nsXML, nil
	}
	for _, open := range s.scopes {
		if slices.Contains(open.declared, prefix) {
			return s.bound[prefix], nil
		}
	}
	return "", s.refuse("prefix_undeclared", prefix)
}

func (s *scan) attrs(token xml.StartElement) ([]attr, error) {
	var attrs []attr
	for i, a := range token.Attr {
		if err := s.name(a.Name); err != nil {
			return nil, err
		}
		for _, other := range token.Attr[:i] {
			if other.Name == a.Name {
				if err := s.refuse("attribute_duplicate", a.Name.Local); err != nil {
					return nil, err
				}
			}
		}
		if _, declares := declaration(a.Name.Space, a.Name.Local); declares {
			continue
		}
		space := ""
		if a.Name.Space != "" {
			var err error
			if space, err = s.resolve(a.Name.Space); err != nil {
				return nil, err
			}
		}
		for _, other := range attrs {
			if other.local == a.Name.Local && other.space == space && space != "" {
				if err := s.refuse("attribute_duplicate", a.Name.Local); err != nil {
					return nil, err
				}
			}
		}
		attrs = append(attrs, attr{a.Name.Space, space, a.Name.Local, a.Value})
	}
	return attrs, nil
}

// name refuses a name that is not one or two NCNames. The decoder leaves a colon at the beginning or end in the local part.
func (s *scan) name(name xml.Name) error {
	ok := isNCName(name.Local) && (name.Space == "" || isNCName(name.Space))
	return s.require(ok, "xml_name", name.Space+":"+name.Local)
}

// isNCName tells whether a name has no colon and is one of XML (Namespaces in XML 1.0, section 3).
func isNCName(name string) bool {
	for i, r := range name {
		start := r == '_' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= 0xc0 && r != 0xd7 && r != 0xf7 && r != utf8.RuneError
		if !start && (i == 0 || r != '-' && r != '.' && r != 0xb7 && (r < '0' || r > '9')) {
			return false
		}
	}
	return name != ""
}
