package csdltest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

const (
	edmx = "http://docs.oasis-open.org/odata/ns/edmx"
	edm  = "http://docs.oasis-open.org/odata/ns/edm"
)

// Model is what a document says.
type Model struct {
	Types     map[string]*EntityType // by name without the namespace
	Order     []string               // their names in the order of the document
	Functions map[string]Operation
	Actions   map[string]Operation
	Sets      map[string]string // set → entity type
}

// EntityType is an entity type of a document.
type EntityType struct {
	Key        []string
	Properties map[string]Property
	Navigation map[string]string // name → type as it is written: "Collection(MetaData.task)"
	Label      string
}

// Property is a structural property.
type Property struct {
	Type      string
	Nullable  bool
	MaxLength int
	Label     string
	Computed  bool
	WriteOnly bool
}

// Operation is an unbound function or action; ActionID is the default value of its parameter ActionId.
type Operation struct {
	ActionID string
	Returns  string
	Label    string
}

// node is an element of the document.
type node struct {
	space, name string
	attributes  map[string]string
	children    []*node
}

// element says how an element may look: its attributes, true for those it must have, and its children.
type element struct {
	space      string
	attributes map[string]bool
	children   string // names, separated by spaces
}

var grammar = map[string]element{
	"Edmx":               {edmx, map[string]bool{"Version": true}, "Reference DataServices"},
	"Reference":          {edmx, map[string]bool{"Uri": true}, "Include"},
	"Include":            {edmx, map[string]bool{"Namespace": true, "Alias": false}, ""},
	"DataServices":       {edmx, nil, "Schema"},
	"Schema":             {edm, map[string]bool{"Namespace": true, "Alias": false}, "EntityType Function Action EntityContainer Annotations"},
	"EntityType":         {edm, map[string]bool{"Name": true, "BaseType": false}, "Key Property NavigationProperty Annotation"},
	"Key":                {edm, nil, "PropertyRef"},
	"PropertyRef":        {edm, map[string]bool{"Name": true, "Alias": false}, ""},
	"Property":           {edm, map[string]bool{"Name": true, "Type": true, "Nullable": false, "MaxLength": false, "Unicode": false, "Precision": false, "Scale": false, "DefaultValue": false}, "Annotation"},
	"NavigationProperty": {edm, map[string]bool{"Name": true, "Type": true, "Nullable": false, "Partner": false, "ContainsTarget": false}, "Annotation"},
	"Function":           {edm, map[string]bool{"Name": true, "IsBound": false, "IsComposable": false}, "Parameter ReturnType Annotation"},
	"Action":             {edm, map[string]bool{"Name": true, "IsBound": false}, "Parameter ReturnType Annotation"},
	"Parameter":          {edm, map[string]bool{"Name": true, "Type": true, "Nullable": false, "MaxLength": false, "Unicode": false}, "Annotation"},
	"ReturnType":         {edm, map[string]bool{"Type": true, "Nullable": false}, ""},
	"EntityContainer":    {edm, map[string]bool{"Name": true}, "EntitySet"},
	"EntitySet":          {edm, map[string]bool{"Name": true, "EntityType": true}, ""},
	"Annotations":        {edm, map[string]bool{"Target": true}, "Annotation"},
	"Annotation":         {edm, map[string]bool{"Term": true, "String": false, "Bool": false, "EnumMember": false}, "Record"},
	"Record":             {edm, map[string]bool{"Type": false}, "PropertyValue"},
	"PropertyValue":      {edm, map[string]bool{"Property": true, "String": false}, ""},
}

// parse reads well-formed XML whose elements and attributes are those of the grammar.
func parse(document []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	d.Strict = true
	var root *node
	var open []*node
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			n, err := start(token)
			if err != nil {
				return nil, err
			}
			if len(open) == 0 {
				if root != nil || n.name != "Edmx" {
					return nil, fmt.Errorf("the root is %s, or there are two", n.name)
				}
				root = n
			} else {
				parent := open[len(open)-1]
				if !strings.Contains(" "+grammar[parent.name].children+" ", " "+n.name+" ") {
					return nil, fmt.Errorf("%s stands in %s", n.name, parent.name)
				}
				parent.children = append(parent.children, n)
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if strings.TrimSpace(string(token)) != "" {
				return nil, fmt.Errorf("text between elements: %q", token)
			}
		case xml.Directive:
			return nil, errors.New("the document has a document type")
		}
	}
	if root == nil {
		return nil, errors.New("no element")
	}
	return root, nil
}

func start(token xml.StartElement) (*node, error) {
	rule, ok := grammar[token.Name.Local]
	if !ok || rule.space != token.Name.Space {
		return nil, fmt.Errorf("unknown element %s in %q", token.Name.Local, token.Name.Space)
	}
	n := &node{token.Name.Space, token.Name.Local, map[string]string{}, nil}
	for _, a := range token.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			continue
		}
		if _, known := rule.attributes[a.Name.Local]; !known || a.Name.Space != "" {
			return nil, fmt.Errorf("%s has the attribute %s", n.name, a.Name.Local)
		}
		if _, twice := n.attributes[a.Name.Local]; twice {
			return nil, fmt.Errorf("%s has %s twice", n.name, a.Name.Local)
		}
		n.attributes[a.Name.Local] = a.Value
	}
	for name, must := range rule.attributes {
		if _, has := n.attributes[name]; must && !has {
			return nil, fmt.Errorf("%s lacks %s", n.name, name)
		}
	}
	return n, nil
}

func (n *node) all(name string) (out []*node) {
	for _, c := range n.children {
		if c.name == name {
			out = append(out, c)
		}
	}
	return out
}

// reader checks what the grammar cannot say.
type reader struct {
	Model
	namespace string
	included  map[string]bool   // namespaces whose terms may be used
	annotated map[string]bool   // target and term
	sorts     map[string]string // child of the schema → element
}

// Read reads a document of one schema. The error says which rule it breaks.
func Read(document []byte) (*Model, error) {
	root, err := parse(document)
	if err != nil {
		return nil, err
	}
	r := &reader{Model: Model{map[string]*EntityType{}, nil, map[string]Operation{}, map[string]Operation{}, map[string]string{}},
		included: map[string]bool{}, annotated: map[string]bool{}, sorts: map[string]string{}}
	if v := root.attributes["Version"]; v != "4.0" && v != "4.01" {
		return nil, fmt.Errorf("version %q", v)
	}
	for _, reference := range root.all("Reference") {
		includes := reference.all("Include")
		if len(includes) == 0 {
			return nil, errors.New("a Reference includes nothing")
		}
		for _, include := range includes {
			r.included[include.attributes["Namespace"]] = true
		}
	}
	services := root.all("DataServices")
	if len(services) != 1 || root.children[len(root.children)-1] != services[0] || len(services[0].children) != 1 {
		return nil, errors.New("one DataServices with one Schema ends a document")
	}
	return &r.Model, r.schema(services[0].children[0])
}

func (r *reader) schema(schema *node) error {
	r.namespace = schema.attributes["Namespace"]
	for part := range strings.SplitSeq(r.namespace, ".") {
		if err := identifier(part); err != nil {
			return err
		}
	}
	for _, c := range schema.children {
		name, named := c.attributes["Name"]
		if !named {
			continue
		}
		if err := identifier(name); err != nil {
			return err
		}
		if other, taken := r.sorts[name]; taken {
			return fmt.Errorf("%s %s: the name is that of the %s too", c.name, name, other)
		}
		r.sorts[name] = c.name
	}
	steps := []struct {
		element string
		read    func(*node) error
	}{{"EntityType", r.entityType}, {"Function", r.function}, {"Action", r.action}, {"EntityContainer", r.container}, {"Annotations", r.annotations}}
	for _, step := range steps {
		all := schema.all(step.element)
		if step.element == "EntityContainer" && len(all) > 1 {
			return errors.New("more than one EntityContainer")
		}
		for _, n := range all {
			if err := step.read(n); err != nil {
				return fmt.Errorf("%s %s: %w", n.name, n.attributes["Name"], err)
			}
		}
	}
	return r.navigation()
}

var identifierPattern = regexp.MustCompile(`^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}$`)

func identifier(name string) error {
	if !identifierPattern.MatchString(name) {
		return fmt.Errorf("%q is not a SimpleIdentifier", name)
	}
	return nil
}

func boolean(n *node, name string, otherwise bool) (bool, error) {
	switch v, ok := n.attributes[name]; {
	case !ok:
		return otherwise, nil
	case v == "true" || v == "false":
		return v == "true", nil
	default:
		return false, fmt.Errorf("%s=%q is no boolean", name, v)
	}
}

func number(n *node, name string) (int, error) {
	v, ok := n.attributes[name]
	if !ok {
		return 0, nil
	}
	i, err := strconv.Atoi(v)
	if err != nil || i < 0 {
		return 0, fmt.Errorf("%s=%q is no number", name, v)
	}
	return i, nil
}
