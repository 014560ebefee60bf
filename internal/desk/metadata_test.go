package desk_test

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/desk/csdl/csdltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

const described = "/api/odata/"

// metadataOf reads the metadata of a set strictly.
func metadataOf(t *testing.T, s *testkit.Server, set, key string) (*csdltest.Model, string) {
	t.Helper()
	a := s.Ask(t, "GET", described+set+"/$metadata", "rest_api_key="+key, "")
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/xml") {
		t.Fatalf("$metadata of %s: %d %s %.300s", set, a.Status, a.Header.Get("Content-Type"), a.Body)
	}
	m, err := csdltest.Read(a.Body)
	if err != nil {
		t.Fatalf("$metadata of %s: %v", set, err)
	}
	return m, string(a.Body)
}

// applied makes what a file says, as an administrator does.
func applied(t *testing.T, s *testkit.Server, file string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "objects.json")
	if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Run(t, "object", "apply", "-f", name)
}

// TestMetadataNamesWhatTheServerReturns makes a record in every set there is and compares its members with what the
// metadata says, both ways.
func TestMetadataNamesWhatTheServerReturns(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		key := s.Key(t, "Admin")
		all := s.Ask(t, "GET", "/api/odata", "rest_api_key="+key, "").Rows()
		if len(all) < 50 {
			t.Fatalf("%d sets", len(all))
		}
		compared := map[string]bool{}
		for _, row := range all {
			set, _ := row["name"].(string)
			m, _ := metadataOf(t, s, set, key)
			if m.Order[0]+"s" != set {
				t.Errorf("%s begins with %s", set, m.Order[0])
			}
			properties := m.Types[m.Order[0]].Properties
			document := created(t, s, set, key)
			if document == nil {
				continue
			}
			compared[set] = true
			delete(document, "@odata.context")
			if diff := cmp.Diff(slices.Sorted(maps.Keys(properties)), slices.Sorted(maps.Keys(document))); diff != "" {
				t.Errorf("%s (-metadata +record)\n%s", set, diff)
			}
			for name, v := range document {
				if p := properties[name]; !fits(p, v) {
					t.Errorf("%s.%s is %#v, by the metadata %+v", set, name, v, p)
				}
			}
			for base := range groups {
				if _, rest, ok := strings.Cut(set, "__"); ok && rest != "" && strings.HasPrefix(set, base+"__") {
					readThroughBase(t, s, base+"s", document["RecId"].(string), key)
					compared[base+"s"] = true
				}
			}
		}
		for _, row := range all {
			if set, _ := row["name"].(string); !compared[set] {
				t.Errorf("no record could be made in %s", set)
			}
		}
	})
}

// groups are objects whose records are made in the sets of their extensions.
var groups = map[string]bool{"task": true, "journal": true, "ci": true, "frs_knowledge": true, "serviceagreement": true}

// created makes a record of a set, by what the refusals say that it needs; nil where the set is a group.
func created(t *testing.T, s *testkit.Server, set, key string) map[string]any {
	t.Helper()
	if groups[strings.TrimSuffix(set, "s")] {
		return nil
	}
	body := map[string]string{}
	if set == "attachments" { // with a file, or with an address
		body["URL"] = "https://files.example/a.txt"
	}
	var a testkit.Answer
	for range 5 {
		var members []string
		for name, v := range body {
			members = append(members, fmt.Sprintf("%q:%q", name, v))
		}
		if a = s.Ask(t, "POST", sets+set, "rest_api_key="+key, "{"+strings.Join(members, ",")+"}"); a.Status == http.StatusCreated {
			return a.JSON()
		}
		missing, _ := a.JSON()["errors"].([]any)
		if len(missing) == 0 { // nobody makes records of a view: one that is there
			break
		}
		for _, m := range missing {
			name, _ := m.(map[string]any)["field"].(string)
			if body[name] = "Sample"; name == "DisplayType" {
				body[name] = "text"
			}
		}
	}
	if rows := s.Ask(t, "GET", sets+set+"?$top=1", "rest_api_key="+key, "").Rows(); len(rows) > 0 {
		return rows[0]
	}
	t.Errorf("create in %s: %d %.400s", set, a.Status, a.Body)
	return nil
}

func readThroughBase(t *testing.T, s *testkit.Server, base, recID, key string) {
	t.Helper()
	m, _ := metadataOf(t, s, base, key)
	document := s.Ask(t, "GET", sets+base+"('"+recID+"')", "rest_api_key="+key, "").JSON()
	delete(document, "@odata.context")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(m.Types[m.Order[0]].Properties)), slices.Sorted(maps.Keys(document))); diff != "" {
		t.Errorf("%s (-metadata +record)\n%s", base, diff)
	}
}

// fits reports whether a JSON value is one of the property's type.
func fits(p csdltest.Property, v any) bool {
	if v == nil {
		return p.Nullable
	}
	switch v := v.(type) {
	case string:
		switch p.Type {
		case "Edm.String":
			return p.MaxLength == 0 || len([]rune(v)) <= p.MaxLength
		case "Edm.DateTimeOffset":
			return strings.HasSuffix(v, "Z")
		}
		return p.Type == "Edm.Decimal" && regexp.MustCompile(`^-?\d+\.\d{4}$`).MatchString(v)
	case float64:
		return p.Type == "Edm.Int64" && v == float64(int64(v))
	case bool:
		return p.Type == "Edm.Boolean"
	}
	return false
}

// garageFile is an object with one of everything; its labels try to break out of what they stand in.
const garageFile = `{"lists": [{"name": "Colour", "values": ["Red", "Gr<ee>n & \"Co\"", "Blue"]}, {"name": "Maker", "open": true, "values": ["Acme"]}], "objects": [
  {"object": "Garage#", "label": "Garage </title><script>alert(1)</script>", "plural": "Garages <script>alert(2)</script>", "title": "Name", "number": {"field": "GarageNumber", "start": 1},
   "fields": [{"name": "GarageNumber", "type": "number", "index": "unique"}, {"name": "Name", "required": true, "label": "\"/><Function Name=\"Evil\">"}, {"name": "BossLink", "type": "link", "target": "Employee#"},
     {"name": "Colour", "type": "picklist", "list": "Colour"}, {"name": "Maker", "type": "picklist", "list": "Maker", "label": "Maker {{.}} 🦊"}, {"name": "Rent", "type": "money"}, {"name": "IsOpen", "type": "boolean"},
     {"name": "NewNotes", "writeOnly": true}],
   "aliases": {"Signboard": "Name"},
   "relationships": [{"name": "GarageContainsCar", "label": "Cars & <b>more</b>", "target": "Car#", "child": "GarageLink"}, {"name": "GarageOwner", "target": "Employee#", "link": "BossLink"},
     {"name": "GarageAssociatesIncident", "target": "Incident#"}, {"name": "GarageAssociatesProblem", "target": "Problem#", "one": true}],
   "searches": [{"name": "All Garages"}, {"name": "2nd-hand.v 2"}],
   "actions": [{"name": "Paint It", "id": "7a0c1f4e-2b6d-4c8e-9f10-a1b2c3d4e5f6", "label": "00000000-0000-0000-0000-000000000000", "set": {"Colour": "Red"}, "prompts": [{"field": "Colour", "required": true}, {"field": "Maker"}]},
     {"name": "Sell", "label": "\" String=\"11111111-1111-1111-1111-111111111111\" />", "set": {"IsOpen": "false"}}]},
  {"object": "Car#", "label": "Car", "fields": [{"name": "Plate", "required": true}, {"name": "GarageLink", "type": "link", "target": "Garage#"}]}]}`

func TestMetadataIsSpelledForItsReaders(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		key := s.Key(t, "Admin")
		if a := s.Ask(t, "GET", described+"garages/$metadata", "rest_api_key="+key, ""); a.Status != http.StatusNotFound {
			t.Fatalf("garages are there already: %d", a.Status)
		}
		applied(t, s, garageFile)
		m, text := metadataOf(t, s, "garages", key)
		for _, want := range []string{
			`<edmx:Edmx Version="4.0"`, `<edmx:DataServices>`, `<Schema Namespace="MetaData"`, `<EntityType Name="garage">`, `<EntityType Name="car">`, `<EntityType Name="incident">`,
			`<Property Name="Name" Type="Edm.String" MaxLength="255" />`, `<Property Name="GarageNumber" Type="Edm.Int64" />`, `<Property Name="CreatedDateTime" Type="Edm.DateTimeOffset"`,
			`<Property Name="IsOpen" Type="Edm.Boolean"`, `<Property Name="Rent" Type="Edm.Decimal" Precision="19" Scale="4" />`, `<Property Name="Colour_Valid" Type="Edm.String" MaxLength="32" Unicode="false" />`,
			`<Property Name="BossLink_RecID" Type="Edm.String" MaxLength="32" Unicode="false" />`, `<Property Name="NewNotes" Type="Edm.String"`,
			`<NavigationProperty Name="GarageContainsCar" Type="Collection(MetaData.car)" />`, `<NavigationProperty Name="GarageOwner" Type="MetaData.employee" />`,
			`<NavigationProperty Name="GarageAssociatesProblem" Type="MetaData.problem" />`, `<Function Name="All_Garages">`, `<Function Name="_2nd_hand_v_2">`, `<Action Name="Paint_It">`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the document lacks %s", want)
			}
		}
		for _, never := range []string{`Nullable="true"`, `Name="Evil"`, `"Signboard"`, `Gr&lt;ee`, "<script"} {
			if strings.Contains(text, never) {
				t.Errorf("the document holds %s", never)
			}
		}
		for _, tag := range regexp.MustCompile(`<(?:Navigation)?Property [^>]*>`).FindAllString(text, -1) {
			if !regexp.MustCompile(`^<(Navigation)?Property Name="[^"]+" Type="[^"]+"`).MatchString(tag) {
				t.Errorf("a property is spelled %s", tag)
			}
		}
		if f := m.Types["garage"].Properties["Name"]; f.Label != `"/><Function Name="Evil">` {
			t.Errorf("the hostile label is %q", f.Label)
		}
		for name, e := range m.Types {
			if name != "garage" && len(e.Navigation) > 0 {
				t.Errorf("%s has relationships beside the root", name)
			}
		}
		actions := bySearching(text, "Action")
		if id := actions["Paint_It"]; id != "7a0c1f4e-2b6d-4c8e-9f10-a1b2c3d4e5f6" || len(actions) != 2 {
			t.Errorf("quick actions as the clients read them: %v", actions)
		}
		searches := bySearching(text, "Function")
		if len(searches) != 2 || searches["All_Garages"] == "" || searches["All_Garages"] != m.Functions["All_Garages"].ActionID {
			t.Errorf("saved searches as the clients read them: %v", searches)
		}
		byParameter := regexp.MustCompile(`<Function Name="([^"]+)">[\s\S]*?<Parameter Name="ActionId"[\s\S]*?<PropertyValue Property="DefaultValue" String="([^"]+)"`).FindAllStringSubmatch(text, -1)
		for _, found := range byParameter {
			if searches[found[1]] != found[2] {
				t.Errorf("by the parameter %s is %s, else %s", found[1], found[2], searches[found[1]])
			}
		}
		var byName struct { // as a client that walks Edmx.DataServices.Schema
			Schema struct {
				EntityType, Action, Function []struct {
					Name string `xml:",attr"`
				}
			} `xml:"DataServices>Schema"`
		}
		if err := xml.Unmarshal([]byte(text), &byName); err != nil || len(byName.Schema.EntityType) != len(m.Types) || len(byName.Schema.Action) != 2 || len(byName.Schema.Function) != 2 {
			t.Errorf("by names: %v %+v", err, byName)
		}
		if _, again := metadataOf(t, s, "garages", key); again != text {
			t.Error("the document is another the second time")
		}
	})
}

// bySearching reads functions or actions as the clients do: by the opening tag, then the first String="guid" />.
func bySearching(text, element string) map[string]string {
	out := map[string]string{}
	for _, found := range regexp.MustCompile(`<`+element+` Name="([^"]+)">([\s\S]*?)</`+element+`>`).FindAllStringSubmatch(text, -1) {
		id := regexp.MustCompile(`String="([0-9a-fA-F-]{32,36})" />`).FindStringSubmatch(found[2])
		out[found[1]] = ""
		if id != nil {
			out[found[1]] = id[1]
		}
	}
	return out
}

func TestMetadataFollowsThePathAndTheRole(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		for login, role := range map[string]string{"ann": "ServiceDeskAnalyst", "ben": "ServiceDeskAnalyst", "sue": "SelfService", "rex": "ReportManager"} {
			s.Run(t, "user", "create", login, "--role", role)
		}
		applied(t, s, garageFile)
		applied(t, s, `{"object": "Incident#", "extend": true, "fields": [], "searches": [{"name": "Of Ann", "owner": "Ann"}, {"name": "Of All"}], "actions": [{"name": "Only Admins", "roles": ["Admin"]}, {"name": "Everybody"}],
		  "relationships": [{"name": "IncidentFillsGarage", "target": "Garage#"}, {"name": "IncidentOf", "target": "Employee#"}]}`)
		vars := map[string]string{"admin": s.Key(t, "Admin"), "ann": s.Key(t, "ServiceDeskAnalyst", "--group", "a", "--on-behalf-of", "ann"),
			"ben": s.Key(t, "ServiceDeskAnalyst", "--group", "a", "--on-behalf-of", "ben"), "self": s.Key(t, "SelfService", "--group", "s", "--on-behalf-of", "sue"),
			"report": s.Key(t, "ReportManager", "--group", "r", "--on-behalf-of", "rex")}
		as := func(who string) map[string]string {
			return map[string]string{"Authorization": "rest_api_key=${" + who + "}"}
		}
		json := map[string]string{"Authorization": "rest_api_key=${admin}", "Accept": "application/json"}
		ours := []string{`Function Name="Of_Ann"`, `Action Name="Only_Admins"`, `"IncidentFillsGarage"`}
		s.Scenario(t, vars, nil, []testkit.Step{
			{Name: "JSON is asked for", Path: described + "incidents/$metadata", Header: json, Has: []string{`<?xml version="1.0" encoding="utf-8"?>`, `Name="Of_All"`, `"IncidentFillsGarage"`, `Action Name="Only_Admins"`, `Action Name="Everybody"`}},
			{Name: "under /HEAT", Path: "/HEAT/api/odata/incidents/$metadata", Header: as("admin"), Has: []string{`<EntityType Name="incident">`}},
			{Name: "in another case", Path: "/heat/API/OData/Incidents/$Metadata", Header: as("admin"), Has: []string{`<EntityType Name="incident">`}},
			{Name: "with the dollar escaped", Path: described + "incidents/%24metadata", Header: as("admin"), Has: []string{`<EntityType Name="incident">`}},
			{Name: "with a slash at the end", Path: described + "journal__Notess/$metadata/", Header: as("admin"), Has: []string{`<EntityType Name="journal__notes">`, `<EntityType Name="journal">`}},
			{Name: "a group brings its extensions", Path: described + "tasks/$metadata", Header: as("admin"), Has: []string{`<EntityType Name="task">`, `<EntityType Name="task__assignment">`}},
			{Name: "HEAD", Method: "HEAD", Path: described + "incidents/$metadata", Header: as("admin"), Empty: true},
			{Name: "of nothing", Path: "/api/odata/$metadata", Header: as("admin"), Status: 404, Has: []string{"ISM_4004", "No service"}},
			{Name: "of nothing, in another case", Path: "/api/odata/%24Metadata", Header: as("admin"), Status: 404, Has: []string{"ISM_4004", "No service"}},
			{Name: "of all records", Path: "/api/odata/businessobject/$metadata", Header: as("admin"), Status: 404, Has: []string{"ISM_4004", "No service"}},
			{Name: "of an unknown set", Path: described + "nosuchthings/$metadata", Header: as("admin"), Status: 404, Has: []string{"ISM_4004"}},
			{Name: "of a singular", Path: described + "incident/$metadata", Header: as("admin"), Status: 404, Has: []string{"ISM_4004"}},
			{Name: "of a record", Path: described + "incidents('1')/$metadata", Header: as("admin"), Status: 404, Has: []string{"ISM_4004"}},
			{Name: "a set without businessobject", Path: described + "incidents", Header: as("admin"), Status: 404, Has: []string{"ISM_4004"}},
			{Name: "of a broken path", Path: described + "inc%00idents/$metadata", Header: as("admin"), Status: 400, Has: []string{"ISM_4000"}},
			{Name: "by another method", Method: "POST", Path: described + "incidents/$metadata", Header: as("admin"), Status: 405, Has: []string{"ISM_4005"}},
			{Name: "without a credential", Path: described + "incidents/$metadata", Status: 401, Has: []string{"ISM_4001"}, Lacks: []string{"Edmx"}},
			{Name: "her own search, in any case; not what she may not read", Path: described + "incidents/$metadata", Header: as("ann"), Has: []string{`Name="Of_Ann"`, `Name="Of_All"`, `Action Name="Everybody"`, `<EntityType Name="garage">`, `"IncidentOf"`}, Lacks: []string{`"IncidentFillsGarage"`, `"Only_Admins"`, `EntitySet Name="garages"`}},
			{Name: "nobody else's", Path: described + "incidents/$metadata", Header: as("ben"), Has: []string{`Name="Of_All"`}, Lacks: ours},
			{Name: "of one's own incidents", Path: described + "incidents/$metadata", Header: as("self"), Has: []string{`<EntityType Name="incident">`}, Lacks: ours},
			{Name: "who only reads does nothing", Path: described + "incidents/$metadata", Header: as("report"), Has: []string{`"IncidentFillsGarage"`}, Lacks: []string{"<Action "}},
			{Name: "of what the role may not read", Path: described + "garages/$metadata", Header: as("ann"), Status: 400, Has: []string{"ISM_4000", "Role ServiceDeskAnalyst does not have rights to read object Garage#."}},
		})
		s.Run(t, "setting", "set", "odata.singular_paths", "on")
		if m, _ := metadataOf(t, s, "incident", vars["admin"]); m.Order[0] != "incident" {
			t.Errorf("singular paths: %s", m.Order[0])
		}
	})
}
