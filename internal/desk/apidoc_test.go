package desk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/desk/apidoc/apidoctest"
	"github.com/provost-itsm/provost/internal/testkit"
)

func TestTheAPIDescribesItself(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		s.Run(t, "user", "create", "sue", "--role", "SelfService")
		applied(t, s, garageFile)
		vars := map[string]string{"admin": s.Key(t, "Admin"), "self": s.Key(t, "SelfService", "--group", "s", "--on-behalf-of", "sue")}
		as := func(who string, accept ...string) map[string]string {
			h := map[string]string{"Authorization": "rest_api_key=${" + who + "}"}
			for _, a := range accept {
				h["Accept"] = a
			}
			return h
		}
		const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
		hostile := []string{"<script", "<b>more"}
		s.Scenario(t, vars, nil, []testkit.Step{
			{Name: "a service document", Path: "/api/odata", Header: as("admin"), Fields: map[string]any{"name": "incidents", "kind": "EntitySet", "url": s.Base + sets + "incidents", "title": "Incidents"},
				Has: []string{`"@odata.context":"` + s.Base + `/api/odata/$metadata"`, `"name":"garages"`}},
			{Name: "with a slash", Path: "/api/odata/", Header: as("admin"), Rows: -1},
			{Name: "below", Path: "/api/odata/businessobject", Header: as("admin"), Rows: -1},
			{Name: "below, with a slash, in another case, under /HEAT", Path: "/HEAT/API/OData/BusinessObject/", Header: as("admin"), Has: []string{s.Base + heat + "incidents"}},
			{Name: "only what the role reads", Path: "/api/odata", Header: as("self"), Has: []string{`"employees"`, `"incidents"`, `"ci__services"`}, Lacks: []string{"garages", `"cis"`, `"changes"`}},
			{Name: "a page", Path: "/api/odata", Header: as("admin", browser), Has: []string{"<!doctype html>", `<code>garages</code>`, "/api/odata/garages/$metadata", "/api/odata/openapi.json?set=garages", "&lt;script&gt;"}, Lacks: hostile},
			{Name: "a page of what the role reads", Path: "/api/odata", Header: as("self", browser), Has: []string{"<code>employees</code>"}, Lacks: []string{"garages"}},
			{Name: "JSON before HTML", Path: "/api/odata", Header: as("admin", "application/json, text/html"), Rows: -1},
			{Name: "links of /HEAT stay there", Path: "/HEAT/api/odata/docs", Header: as("admin"), Has: []string{`href="/HEAT/api/odata/docs?set=garages"`, `href="/HEAT/api/odata/docs/page.css"`}},
			{Name: "the description", Path: "/api/odata/docs", Header: as("admin"), Has: []string{"/api/rest/search/fulltext", "/api/rest/ServiceRequest/new", "ISM_4000"}, Lacks: hostile},
			{Name: "of one set", Path: "/api/odata/docs?set=Garages", Header: as("admin"), Has: []string{"<code>Colour_Valid</code>", "Gr&lt;ee&gt;n", "GarageContainsCar", "_2nd_hand_v_2?ActionId=", "Paint_It", "7a0c1f4e-2b6d-4c8e-9f10-a1b2c3d4e5f6", "<code>Signboard</code>"}, Lacks: hostile},
			{Name: "of none", Path: "/api/odata/docs?set=nosuchthings", Header: as("admin", browser), Status: 404, Has: []string{"<!doctype html>"}},
			{Name: "of what the role does not see", Path: "/api/odata/docs?set=garages", Header: as("self"), Status: 404, Has: []string{"ISM_4004"}},
			{Name: "its style", Path: "/api/odata/docs/page.css", Has: []string{":focus-visible"}},
			{Name: "to nobody, a page that says so", Path: "/api/odata/docs", Header: map[string]string{"Accept": browser}, Status: 401, Has: []string{"You are not signed in."}, Lacks: []string{"garage"}},
			{Name: "to nobody", Path: "/api/odata/openapi.json", Status: 401, Has: []string{"ISM_4001"}},
			{Name: "by another method", Method: "POST", Path: "/api/odata/openapi.json", Header: as("admin"), Status: 405, Has: []string{"ISM_4005"}},
		})
		for _, path := range []string{"/api/odata", "/api/odata/docs", "/api/odata/docs?set=incidents", "/api/odata/docs?set=garages"} {
			a, err := s.Request("GET", path, map[string]string{"Authorization": "rest_api_key=" + vars["admin"], "Accept": browser}, "")
			if err != nil || a.Status != http.StatusOK {
				t.Fatalf("%s: %d %v", path, a.Status, err)
			}
			if policy := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'self';") {
				t.Errorf("%s: the policy is %q", path, policy)
			}
			if err := apidoctest.CheckPage(a.Body); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
		openAPIOf := func(who, query string) *apidoctest.Document {
			t.Helper()
			a := s.Ask(t, "GET", "/api/odata/openapi.json"+query, "rest_api_key="+vars[who], "")
			d, err := apidoctest.Read(a.Body)
			if a.Status != http.StatusOK || err != nil {
				t.Fatalf("%s as %s: %d %v", query, who, a.Status, err)
			}
			return d
		}
		all, one, self := openAPIOf("admin", ""), openAPIOf("admin", "?set=garages"), openAPIOf("self", "")
		for _, d := range []*apidoctest.Document{all, one} {
			for path, methods := range map[string]string{
				sets + "garages": "get post", sets + "garages('{key}')": "delete get patch put", sets + "garages('{key}')/GarageContainsCar": "get post", sets + "garages('{key}')/GarageContainsCar('{other}')/$Ref": "delete patch",
				sets + "garages/All_Garages": "get", sets + "garages('{key}')/Paint_It": "post", "/api/odata/garages/$metadata": "get",
			} {
				if got := strings.Join(d.Operations[path], " "); got != methods {
					t.Errorf("%s: %q, want %q", path, got, methods)
				}
			}
		}
		for _, path := range []string{"/api/rest/authentication/login", "/api/rest/Attachment", "/api/rest/search/fulltext", "/api/rest/Search", "/api/rest/ServiceRequest/new"} {
			if all.Operations[path] == nil || one.Operations[path] != nil {
				t.Errorf("%s: %v with all, %v with one set", path, all.Operations[path], one.Operations[path])
			}
		}
		for path, methods := range map[string]string{sets + "incidents": "get post", sets + "incidents('{key}')": "get patch put", sets + "employees": "get", sets + "employees('{key}')": "get", sets + "garages": ""} {
			if got := strings.Join(self.Operations[path], " "); got != methods {
				t.Errorf("SelfService, %s: %q, want %q", path, got, methods)
			}
		}
		checkSchemas(t, all)
	})
}

// checkSchemas holds what is said of the fields of a garage and of an incident.
func checkSchemas(t *testing.T, d *apidoctest.Document) {
	t.Helper()
	for path, want := range map[string]string{
		"garage.properties.Colour.enum":            `["Red","Gr<ee>n & \"Co\"","Blue",null]`,
		"garage.properties.Maker.examples":         `["Acme"]`,
		"garage.properties.Maker.enum":             `null`,
		"garage.properties.Colour_Valid.readOnly":  `true`,
		"garage.properties.NewNotes.writeOnly":     `true`,
		"garage.properties.RecId.readOnly":         `true`,
		"garage.properties.GarageNumber.type":      `["integer","null"]`,
		"garage.properties.IsOpen.type":            `"boolean"`,
		"garage.properties.Name.maxLength":         `255`,
		"garage.create.required":                   `["Name"]`,
		"garage.create.properties.Signboard":       `{"description":"Stored as Name.","writeOnly":true}`,
		"incident.create.required":                 `["Subject"]`,
		"incident.properties.IncidentNumber.type":  `["integer","null"]`,
		"incident.properties.Urgency.enum":         `["Low","Medium","High",null]`,
		"incident.properties.CreatedDateTime.type": `["string","null"]`,
	} {
		b, err := json.Marshal(d.Schema(path))
		got := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b))
		if err != nil || got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
}
