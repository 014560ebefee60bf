package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestSurface holds what users of the original expect beyond the requests of known clients.
func TestSurface(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		vars := map[string]string{"key": s.Key(t, "Admin")}
		s.Scenario(t, vars, map[string]string{"Authorization": "rest_api_key=${key}"}, []testkit.Step{
			{Name: "a person", Method: "POST", Path: sets + "employees", Status: 201, Body: `{"FirstName":"Gone","LastName":"Soon","LoginID":"gone"}`, Keep: map[string]string{"person": "RecId"}},
			{Name: "their incident", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"put back","ProfileLink":"${person}","Status":"Active","Category":"Hardware","Owner":"gone","OwnerTeam":"IT Support"}`,
				Keep: map[string]string{"rec": "RecId"}},
			{Name: "the person goes", Method: "DELETE", Path: sets + "employees('${person}')", Status: 204, Empty: true},
			{Name: "what is stored may be sent again", Method: "PUT", Path: sets + "incidents('${rec}')", Fields: map[string]any{"Symptom": "more", "ProfileLink_RecID": "${person}"},
				Body: `{"Symptom":"more","ProfileLink":"${person}","ProfileLink_RecID":"${person}","ProfileLink_Category":"Employee#","Category":"Hardware","Owner":"gone","Status":"Active"}`},
			{Name: "a new link to who has gone is refused", Method: "POST", Path: sets + "incidents", Status: 400, Body: `{"Subject":"x","ProfileLink":"${person}"}`, Has: []string{"cannot be found in the business object 'employee'"}},
			{Name: "a status cannot be emptied", Method: "PATCH", Path: sets + "incidents('${rec}')", Status: 400, Body: `{"Status":null}`, Has: []string{`Mandatory field \"Status\" value must be provided.`}},
			{Name: "the status it leaves is remembered", Method: "PATCH", Path: sets + "incidents('${rec}')", Body: `{"Status":"Waiting for Customer"}`, Fields: map[string]any{"PreviousState": "Active"}},
			{Name: "IsInFinalState stays false", Method: "PATCH", Path: sets + "incidents('${rec}')", Body: `{"IsInFinalState":true,"Symptom":"y"}`, Fields: map[string]any{"IsInFinalState": false}},
			{Name: "urgency alone decides against a sent priority", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"u","Urgency":"Low","Priority":"1"}`, Fields: map[string]any{"Priority": "5"}},
			{Name: "a key with dashes links", Method: "POST", Path: sets + "journal__notess", Status: 201, Body: `{"Subject":"n","NotesBody":"b","ParentLink_RecID":"{${rec}}"}`, Fields: map[string]any{"ParentLink": "${rec}"}},
			{Name: "search by RecId finds the record", Path: sets + "incidents?$search=${rec}", Rows: 1, Fields: map[string]any{"RecId": "${rec}"}},
			{Name: "pollers begin in the year 1", Path: sets + "incidents?$filter=CreatedDateTime gt 0001-01-01T00:00:00Z&$top=1", Rows: 1},
			{Name: "a field sent twice is named", Method: "POST", Path: sets + "incidents", Status: 400, Body: `{"Subject":"a","subject":"b"}`, Has: []string{"Field 'subject' is sent twice"}},
			{Name: "links of /HEAT stay there", Path: heat + "incidents?$top=1", Has: []string{s.Base + "/HEAT/api/odata/$metadata#incidents", `"@odata.nextLink":"` + s.Base + "/HEAT/api/odata/businessobject/incidents?"}},
			{Name: "a category of another service is refused", Method: "POST", Path: sets + "incidents", Status: 400, Body: `{"Subject":"x","Service":"Network Service","Category":"Hardware"}`, Has: []string{"'Hardware' is not in the pick list of the field 'Category'"}},
			{Name: "one of its own is taken", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"x","Service":"Desktop Service","Category":"Hardware"}`},
			{Name: "a category of the same name in that service", Method: "POST", Path: sets + "categorys", Status: 201, Body: `{"Category":"Hardware","Service":"Network Service"}`, Keep: map[string]string{"category": "RecId"}},
			{Name: "is found there", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"x","Service":"Network Service","Category":"hardware"}`, Fields: map[string]any{"Category": "Hardware", "Category_Valid": "${category}"}},
			{Name: "the only administrator", Path: sets + "employees?$filter=LoginID eq 'admin'", Rows: 1, Keep: map[string]string{"admin": "RecId"}},
			{Name: "is not disabled", Method: "PATCH", Path: sets + "employees('${admin}')", Status: 409, Body: `{"Disabled":true}`, Has: []string{"ISM_4009", "last administrator"}},
			{Name: "nor terminated", Method: "PATCH", Path: sets + "employees('${admin}')", Status: 409, Body: `{"Status":"Terminated"}`, Has: []string{"last administrator"}},
			{Name: "nor deleted", Method: "DELETE", Path: sets + "employees('${admin}')", Status: 409, Has: []string{"last administrator"}},
			{Name: "an unknown object is no link", Method: "PATCH", Path: sets + "incidents('${rec}')", Status: 400, Body: `{"ProfileLink":"${rec}","ProfileLink_Category":"Incident"}`, Has: []string{"ProfileLink_Category"}},
		})
		auth := map[string]string{"Authorization": "rest_api_key=" + vars["key"]}
		if a, err := s.Request("HEAD", sets+"incidents", auth, ""); err != nil || a.Status != 200 || len(a.Body) > 0 {
			t.Errorf("HEAD: %d %v", a.Status, err)
		}
		if a, err := s.Request("PUT", sets+"incidents", auth, "{}"); err != nil || a.Status != http.StatusMethodNotAllowed || !strings.Contains(a.Header.Get("Allow"), "POST") {
			t.Errorf("PUT on a set: %d %v %v", a.Status, a.Header, err)
		}
	})
}
