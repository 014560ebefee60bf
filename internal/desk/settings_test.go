package desk_test

import (
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestSettingsChangeTheSurface plays the settings of the surface, for clients that send fields of other tenants among them.
func TestSettingsChangeTheSurface(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		vars := map[string]string{"key": s.Key(t, "Admin")}
		header := map[string]string{"Authorization": "rest_api_key=${key}"}
		set := func(name, value string) { s.Run(t, "setting", "set", name, value) }
		set("odata.unknown_fields", "ignore")
		set("odata.singular_paths", "on")
		set("odata.transitions", "enforce")
		set("odata.default_page", "2")
		s.Scenario(t, vars, header, []testkit.Step{
			{Name: "unknown fields are dropped", Method: "POST", Path: sets + "incident", Status: 201, Body: `{"Subject":"one","Customer":"x"}`, Keep: map[string]string{"rec": "RecId"}},
			{Name: "setting: a customer", Method: "POST", Path: sets + "employees", Status: 201, Body: `{"FirstName":"Maria","LastName":"Bauer","LoginID":"mbauer"}`, Keep: map[string]string{"maria": "RecId"}},
			{Name: "a client's fields of another tenant are dropped", Method: "POST", Path: sets + "incidents", Status: 201, Body: strings.Replace(simpleIncident, `"Subject":"s"`, `"Subject":"two"`, 1), Fields: map[string]any{"ProfileLink_RecID": "${maria}", "Category": "Service Desk", "OwnerTeam": "Service Desk"}},
			{Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"three"}`},
			{Name: "a page is two rows", Path: sets + "incidents", Rows: 2, Has: []string{`"@odata.nextLink":"`}},
			{Name: "a jump between states is refused", Method: "PATCH", Path: sets + "incidents('${rec}')", Status: 400, Body: `{"Status":"Closed"}`, Has: []string{"Status", "Logged", "Closed"}},
		})
		set("odata.mode", "mimic")
		s.Scenario(t, vars, header, []testkit.Step{
			{Name: "mimic: an unknown order is silence", Path: sets + "incidents?$orderby=Nope", Status: 204, Empty: true},
			{Name: "mimic: a value outside its list", Method: "POST", Path: sets + "incidents", Status: 500, Body: `{"Subject":"x","Urgency":"Enormous"}`, Has: []string{`"ISM_5000"`, `"message":[]`}},
			{Name: "mimic: no rows is silence", Path: sets + "incidents?$filter=Subject eq 'none'", Status: 204, Empty: true},
			{Name: "mimic: right rows all the same", Path: sets + "incidents?$filter=not contains(Subject,'o') or Subject eq 'one'&$top=5", Rows: 2},
		})
	})
}
