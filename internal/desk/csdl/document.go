package csdl

import (
	"fmt"
	"io"
)

// Namespace is that of the schema in every document.
const Namespace = "MetaData"

// Type is a primitive type of OData.
type Type string

// The types that fields have.
const (
	String         Type = "Edm.String"
	Int64          Type = "Edm.Int64"
	Decimal        Type = "Edm.Decimal" // with four decimal places
	Boolean        Type = "Edm.Boolean"
	DateTimeOffset Type = "Edm.DateTimeOffset"
)

// Document describes an object type and the types around it.
type Document struct {
	Types     []EntityType // the first is the root
	Functions []Operation  // saved searches of the root
	Actions   []Operation  // quick actions of the root
}

// EntityType is an object type.
type EntityType struct {
	Name       string // "incident"
	Set        string // "incidents"; "" where it has none, or none that the reader may use
	Label      string
	Properties []Property
	Navigation []Navigation // of the root alone
}

// Property is a field.
type Property struct {
	Name      string
	Type      Type
	NotNull   bool
	MaxLength int  // String: in characters
	ASCII     bool // String: holds an id
	Label     string
	Computed  bool // set by the server, whatever is sent
	WriteOnly bool // never answered with a value
}

// Navigation is a relationship.
type Navigation struct {
	Name   string
	Target string // name of an EntityType
	Many   bool
	Label  string
}

// Operation is a saved search or a quick action.
type Operation struct {
	Name  string // as it stands in paths
	ID    string // GUID
	Label string
}

// WriteTo writes the document, in pieces of some kilobytes.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	p := &printer{out: w, b: make([]byte, 0, flushAt+1024)}
	p.document(d)
	p.flush()
	if p.err != nil {
		return p.written, fmt.Errorf("write the metadata document: %w", p.err)
	}
	return p.written, nil
}

const core = "Org.OData.Core.V1."

func (p *printer) document(d *Document) {
	p.text("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
	p.text(`<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">` + "\n")
	p.text(`<edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.xml">` +
		`<edmx:Include Namespace="Org.OData.Core.V1" /></edmx:Reference>` + "\n")
	p.text("<edmx:DataServices>\n")
	p.text(`<Schema Namespace="` + Namespace + `" xmlns="http://docs.oasis-open.org/odata/ns/edm">` + "\n")
	for i := range d.Types {
		p.entityType(&d.Types[i], i == 0)
	}
	if len(d.Types) > 0 {
		d.operations(p)
	}
	p.container(d.Types)
	if len(d.Types) > 0 {
		p.annotations(&d.Types[0])
	}
	p.text("</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n")
}

func (p *printer) entityType(t *EntityType, root bool) {
	p.open("EntityType").attribute("Name", t.Name).begin()
	p.text("  <Key><PropertyRef Name=\"RecId\" /></Key>\n")
	taken := make(map[string]bool, len(t.Properties))
	for i := range t.Properties {
		p.property(&t.Properties[i])
		taken[t.Properties[i].Name] = true
	}
	if root {
		for i := range t.Navigation {
			if n := &t.Navigation[i]; !taken[n.Name] { // the names of a type's properties are unique
				taken[n.Name] = true
				to := Namespace + "." + n.Target
				if n.Many {
					to = "Collection(" + to + ")"
				}
				p.text("  ")
				p.open("NavigationProperty").attribute("Name", n.Name).attribute("Type", to).empty()
			}
		}
	}
	p.text("</EntityType>\n")
}

func (p *printer) property(f *Property) {
	p.text("  ")
	p.open("Property").attribute("Name", f.Name).attribute("Type", string(f.Type))
	if f.NotNull {
		p.text(` Nullable="false"`)
	}
	switch f.Type {
	case String:
		if f.MaxLength > 0 {
			p.text(` MaxLength="`)
			p.number(f.MaxLength)
			p.text(`"`)
		}
		if f.ASCII {
			p.text(` Unicode="false"`)
		}
	case Decimal:
		p.text(` Precision="19" Scale="4"`)
	}
	p.empty()
}

// operations writes functions and actions. Schema children share one space of names, in which types and functions come
// first; an action whose name is taken there gets underscores, and is still found by its id.
func (d *Document) operations(p *printer) {
	root := Namespace + "." + d.Types[0].Name
	taken := map[string]bool{container: true}
	for i := range d.Types {
		taken[d.Types[i].Name] = true
	}
	free := func(name string) string {
		for taken[name] {
			name += "_"
		}
		taken[name] = true
		return name
	}
	for i := range d.Functions {
		p.operation("Function", free(d.Functions[i].Name), &d.Functions[i], "Collection("+root+")")
	}
	for i := range d.Actions {
		p.operation("Action", free(d.Actions[i].Name), &d.Actions[i], root)
	}
}

func (p *printer) operation(element, name string, o *Operation, returns string) {
	p.open(element).attribute("Name", name).begin()
	p.text("  ")
	p.open("Parameter").attribute("Name", "ActionId").attribute("Type", string(String)).begin()
	p.text("    ")
	p.open("Annotation").attribute("Term", core+"OptionalParameter").begin()
	p.text("      <Record>\n        ")
	p.open("PropertyValue").attribute("Property", "DefaultValue").attribute("String", o.ID).empty()
	p.text("      </Record>\n    </Annotation>\n  </Parameter>\n  ")
	p.open("ReturnType").attribute("Type", returns).empty()
	if o.Label != "" {
		p.text("  ")
		p.open("Annotation").attribute("Term", core+"Description").attribute("String", o.Label).empty()
	}
	p.text("</" + element + ">\n")
}

const container = "Container"

func (p *printer) container(types []EntityType) {
	p.text(`<EntityContainer Name="` + container + `">` + "\n")
	for i := range types {
		if t := &types[i]; t.Set != "" {
			p.text("  ")
			p.open("EntitySet").attribute("Name", t.Set).attribute("EntityType", Namespace+"."+t.Name).empty()
		}
	}
	p.text("</EntityContainer>\n")
}

// annotations writes what is known of the root type beyond its structure.
func (p *printer) annotations(t *EntityType) {
	self := Namespace + "." + t.Name
	if t.Label != "" {
		p.annotate(self, t.Label, false, false)
	}
	for i := range t.Properties {
		if f := &t.Properties[i]; f.Label != "" || f.Computed || f.WriteOnly {
			p.annotate(self+"/"+f.Name, f.Label, f.Computed, f.WriteOnly)
		}
	}
	taken := make(map[string]bool, len(t.Properties))
	for i := range t.Properties {
		taken[t.Properties[i].Name] = true
	}
	for i := range t.Navigation {
		if n := &t.Navigation[i]; n.Label != "" && !taken[n.Name] {
			taken[n.Name] = true
			p.annotate(self+"/"+n.Name, n.Label, false, false)
		}
	}
}

func (p *printer) annotate(target, label string, computed, writeOnly bool) {
	p.open("Annotations").attribute("Target", target).begin()
	if label != "" {
		p.text("  ")
		p.open("Annotation").attribute("Term", core+"Description").attribute("String", label).empty()
	}
	if computed {
		p.text("  ")
		p.open("Annotation").attribute("Term", core+"Computed").attribute("Bool", "true").empty()
	}
	if writeOnly {
		p.text("  ")
		p.open("Annotation").attribute("Term", core+"Permissions").attribute("EnumMember", core+"Permission/Write").empty()
	}
	p.text("</Annotations>\n")
}
