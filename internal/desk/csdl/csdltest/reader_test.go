package csdltest_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/provost-itsm/provost/internal/desk/csdl/csdltest"
)

// TestTheReaderRefuses holds that the reader sees each rule broken that a document could break.
func TestTheReaderRefuses(t *testing.T) {
	a, err := txtar.ParseFile("../testdata/incident.txtar")
	if err != nil {
		t.Fatal(err)
	}
	good := string(a.Files[1].Data)
	m, err := csdltest.Read([]byte(good))
	if err != nil || len(m.Types["incident"].Properties) != 9 || m.Sets["incidents"] != "incident" || m.Types["incident"].Properties["Subject"].Label != `Summary <"&">` {
		t.Fatalf("the good document: %v %+v", err, m)
	}
	for what, change := range map[string][2]string{
		"XML that is not well-formed":   {"</Schema>", ""},
		"an unknown element":            {"<Key>", "<Keys>"},
		"an element in a wrong place":   {"<Key><PropertyRef Name=\"RecId\" /></Key>", "<PropertyRef Name=\"RecId\" />"},
		"another namespace":             {"odata/ns/edm\"", "odata/ns/edx\""},
		"another version":               {`Version="4.0"`, `Version="3.0"`},
		"an unknown attribute":          {`MaxLength="32"`, `MaximumLength="32"`},
		"a missing attribute":           {`<Property Name="Cost" Type="Edm.Decimal"`, `<Property Name="Cost"`},
		"an unknown type":               {"Edm.Boolean", "Edm.Bool"},
		"a facet of another type":       {`Type="Edm.Int64"`, `Type="Edm.Int64" MaxLength="1"`},
		"a scale beyond the precision":  {`Scale="4"`, `Scale="20"`},
		"no key":                        {`<Key><PropertyRef Name="RecId" /></Key>`, ""},
		"a key that may be null":        {`Type="Edm.String" Nullable="false"`, `Type="Edm.String"`},
		"a key that is not there":       {`PropertyRef Name="RecId"`, `PropertyRef Name="ID"`},
		"a property twice":              {`Property Name="Cost" Type="Edm.Decimal" Precision="19" Scale="4"`, `Property Name="Subject" Type="Edm.String"`},
		"a name that is none":           {`Name="My_Active"`, `Name="My Active"`},
		"a name twice":                  {`Action Name="Take"`, `Action Name="My_Active"`},
		"a relationship to nothing":     {`Collection(MetaData.task)`, `Collection(MetaData.tasks)`},
		"a relationship named as field": {`NavigationProperty Name="IncidentContainsTask"`, `NavigationProperty Name="Subject"`},
		"a function without a result":   {`  <ReturnType Type="Collection(MetaData.incident)" />`, ""},
		"a set of nothing":              {`EntityType="MetaData.incident"`, `EntityType="MetaData.accident"`},
		"notes on nothing":              {`Target="MetaData.incident/Subject"`, `Target="MetaData.incident/Object"`},
		"a note twice":                  {`Target="MetaData.incident/Subject"`, `Target="MetaData.incident/IncidentNumber"`},
		"a term without a reference":    {`<edmx:Include Namespace="Org.OData.Core.V1" />`, `<edmx:Include Namespace="Org.OData.Other.V1" />`},
		"a value of another form":       {`Bool="true"`, `String="true"`},
		"text between elements":         {"<EntityType", "text <EntityType"},
		"a document type":               {"<edmx:Edmx", "<!DOCTYPE x><edmx:Edmx"},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Errorf("%s: %q is not in the document", what, change[0])
		}
		if _, err := csdltest.Read([]byte(bad)); err == nil {
			t.Errorf("%s passes", what)
		}
	}
}
