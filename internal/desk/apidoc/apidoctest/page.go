package apidoctest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// empty are the elements of HTML that have no end tag.
var empty = []string{"meta", "link", "br", "img", "input", "hr"}

// CheckPage holds that a page is well-formed, loads nothing but its own style, runs nothing, and can be used by keyboard
// and screen reader: a language, a title, one main, one first heading, headings in order, tables with caption and scopes,
// links with a text, ids that are there once and where links lead.
func CheckPage(page []byte) error {
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, empty, xml.HTMLEntity
	c := &checker{ids: map[string]bool{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read the page: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			c.start(token)
		case xml.EndElement:
			c.end(token.Name.Local)
		case xml.CharData:
			for i := range c.open {
				c.open[i].text += strings.TrimSpace(string(token))
			}
		}
	}
	return c.whole()
}

type opened struct {
	name, text string
	attributes map[string]string
	children   []string
}

type checker struct {
	open     []opened
	ids      map[string]bool
	links    []string // fragments
	counts   [7]int   // of h1 to h6
	level    int
	main     int
	title    string
	problems []error
}

func (c *checker) complain(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf(format, args...))
}

func (c *checker) start(token xml.StartElement) {
	e := opened{name: strings.ToLower(token.Name.Local), attributes: map[string]string{}}
	for _, a := range token.Attr {
		name := strings.ToLower(a.Name.Local)
		e.attributes[name] = a.Value
		if strings.HasPrefix(name, "on") || name == "style" || name == "srcset" || name == "src" {
			c.complain("<%s> has %s", e.name, name)
		}
	}
	if len(c.open) > 0 {
		c.open[len(c.open)-1].children = append(c.open[len(c.open)-1].children, e.name)
	}
	switch e.name {
	case "script", "iframe", "object", "embed", "base", "form", "img", "style", "svg":
		c.complain("the page has <%s>", e.name)
	case "html":
		if e.attributes["lang"] == "" {
			c.complain("the page has no language")
		}
	case "main":
		c.main++
	case "link", "a":
		href, ok := e.attributes["href"]
		if !ok || strings.Contains(href, ":") || strings.HasPrefix(href, "//") || e.name == "link" && (e.attributes["rel"] != "stylesheet" || !strings.HasPrefix(href, "/")) {
			c.complain("<%s> leads to %q", e.name, href)
		}
		if fragment, ok := strings.CutPrefix(href, "#"); ok {
			c.links = append(c.links, fragment)
		}
	case "h1", "h2", "h3", "h4", "h5", "h6":
		n := int(e.name[1] - '0')
		if c.counts[n]++; n > c.level+1 {
			c.complain("<%s> follows <h%d>", e.name, c.level)
		}
		c.level = n
	case "th":
		if e.attributes["scope"] == "" {
			c.complain("<th> has no scope")
		}
	case "pre":
		if e.attributes["tabindex"] != "0" || e.attributes["aria-label"] == "" {
			c.complain("<pre> scrolls and cannot be reached by keyboard, or has no name")
		}
	}
	if id, ok := e.attributes["id"]; ok {
		if c.ids[id] {
			c.complain("the id %q is there twice", id)
		}
		c.ids[id] = true
	}
	if !slices.Contains(empty, e.name) {
		c.open = append(c.open, e)
	}
}

func (c *checker) end(name string) {
	name = strings.ToLower(name)
	if slices.Contains(empty, name) {
		return
	}
	if len(c.open) == 0 || c.open[len(c.open)-1].name != name {
		c.complain("</%s> ends something else", name)
		return
	}
	e := c.open[len(c.open)-1]
	c.open = c.open[:len(c.open)-1]
	switch name {
	case "title":
		c.title = e.text
	case "table":
		if len(e.children) == 0 || e.children[0] != "caption" {
			c.complain("a table has no caption")
		}
	case "a", "h1", "h2", "h3", "caption", "summary":
		if e.text == "" {
			c.complain("<%s> has no text", name)
		}
	}
}

func (c *checker) whole() error {
	for _, id := range c.links {
		if !c.ids[id] {
			c.complain("a link leads to #%s, which is not there", id)
		}
	}
	if c.main != 1 || c.counts[1] != 1 || c.title == "" || len(c.open) > 0 {
		c.complain("%d main, %d first headings, the title %q, %d elements without an end", c.main, c.counts[1], c.title, len(c.open))
	}
	return errors.Join(c.problems...)
}
