package dataapi

import (
	"strings"
	"sync"

	"github.com/provost-itsm/provost/internal/trust/dataapi/filter"
)

// metadata answers what devices and people have, as an OData CSDL document (OData 4.01 CSDL XML).
func (m *Module) metadata(c *call) error {
	if err := c.may(devices.object); err != nil {
		return err
	}
	if _, err := parseQuery(c.r.URL.RawQuery); err != nil {
		return err
	}
	c.send("application/xml; charset=utf-8", document())
	return nil
}

// edm are the types of OData, with their facets.
var edm = map[filter.Kind]string{
	filter.Text: `"Edm.String"`, filter.GUID: `"Edm.Guid"`, filter.Number: `"Edm.Int64"`, filter.Decimal: `"Edm.Decimal" Precision="19" Scale="4"`,
	filter.Bool: `"Edm.Boolean"`, filter.Time: `"Edm.DateTimeOffset"`,
}

const namespace = "Provost.Data"

// document is the metadata. Its names are those of the table, which are letters alone: nothing has to be escaped.
var document = sync.OnceValue(func() []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices>
<Schema Namespace="` + namespace + `" xmlns="http://docs.oasis-open.org/odata/ns/edm">
`)
	sets := []*set{devices, persons}
	for _, s := range sets {
		s.describe(&b, s.tree, s.typeName)
	}
	b.WriteString(`<EntityContainer Name="Container">` + "\n")
	for _, s := range sets {
		b.WriteString(`  <EntitySet Name="` + s.name + `" EntityType="` + namespace + "." + s.typeName + `" />` + "\n")
	}
	b.WriteString("</EntityContainer>\n</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n")
	return []byte(b.String())
})

// describe writes a node of the document as a type, the types of the nodes within before it.
func (s *set) describe(b *strings.Builder, node *branch, name string) {
	for _, kid := range node.kids {
		if kid.leaf < 0 {
			s.describe(b, kid, name+"_"+kid.name)
		}
	}
	element := "ComplexType"
	if node == s.tree {
		element = "EntityType"
	}
	b.WriteString("<" + element + ` Name="` + name + `">` + "\n")
	if node == s.tree {
		b.WriteString(`  <Key><PropertyRef Name="` + s.key + `" /></Key>` + "\n")
	}
	for _, kid := range node.kids {
		kind := `"` + namespace + "." + name + "_" + kid.name + `"`
		if kid.leaf >= 0 {
			kind = edm[s.fields[kid.leaf].kind]
		}
		b.WriteString(`  <Property Name="` + kid.name + `" Type=` + kind)
		if kid.leaf >= 0 && s.fields[kid.leaf].path == s.key {
			b.WriteString(` Nullable="false"`)
		}
		b.WriteString(" />\n")
	}
	b.WriteString("</" + element + ">\n")
}
