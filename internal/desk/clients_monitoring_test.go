package desk_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// centreon is the provider Ivanti of Centreon's open tickets, as it is shipped, and the payload of its published page. It takes what is below 400
// and reads RecId; its default path stands under /HEAT.
func centreon() client {
	page := map[string]string{"Authorization": "REST ${key}", "Content-Type": "application/json"}
	return client{name: "Centreon open-tickets provider", header: keyed("Content-Type", "application/json", "Accept", "*/*"), steps: []testkit.Step{
		{Name: "test of the connection", Path: heat + "incidents?$top=1", Has: []string{`"value":[`}},
		{Name: "test with a bad key", Path: heat + "incidents?$top=1", Header: map[string]string{"Authorization": "rest_api_key=wrong"}, Status: 401, Check: statusObject("ISM_4001")},
		{Name: "test under another path", Path: sets + "incidents?$top=1", Has: []string{`"value":[`}},
		{Name: "categories", Path: heat + "Categorys", Rows: -1, Check: everyRow("RecId", "Category")},
		{Name: "people", Path: heat + "Employees", Rows: -1, Check: everyRow("RecId")},
		{Name: "their names", Path: heat + "Employees?$filter=LoginID eq 'mbauer'", Rows: 1, Check: everyRow("RecId", "FirstName", "LastName")},
		{Name: "teams", Path: heat + "standarduserteams", Rows: -1, Check: everyRow("RecId", "Team")},
		{Name: "opens a ticket with the stock rule: a placeholder of a custom field is null", Method: "POST", Path: heat + "incidents", Status: 201,
			Body:   `{"Symptom":"Host: server01\nState: DOWN","Subject":"Issue server01","Status":"Logged","Source":"Network Monitor","Category":"Hardware","Impact":"High","Urgency":"Medium","OwnerTeam":"IT Support","ProfileLink":"${maria}","xxxxxxxxxx":null}`,
			Fields: map[string]any{"Priority": "2", "Source": "Network Monitor", "ProfileLink_RecID": "${maria}", "ProfileLink_Category": "Employee", "ProfileFullName": "Maria Bauer", "OwnerTeam": "IT Support"},
			Keep:   map[string]string{"rec": "RecId"}},
		{Name: "opens a ticket with what is always sent", Method: "POST", Path: heat + "incidents", Status: 201, Body: `{"Symptom":null,"Subject":"Service CRITICAL","Status":"Logged"}`, Keep: map[string]string{"other": "RecId"}},
		{Name: "an alternate contact", Method: "POST", Path: heat + "incidents", Status: 201, Body: `{"Symptom":"s","Subject":"S","Status":"Logged","ProfileLink":"${maria}","AlternateContactLink":"${ed}"}`, Fields: map[string]any{"AlternateContactLink_RecID": "${ed}"}},
		{Name: "closes without quotes", Method: "PATCH", Path: heat + "incidents(${rec})", Body: `{"Status":"Closed"}`, Fields: map[string]any{"Status": "Closed", "ReadOnly": true, "ClosedBy": testkit.Present, "RecId": "${rec}"}},
		{Name: "closes a ticket that is closed", Method: "PATCH", Path: heat + "incidents(${rec})", Body: `{"Status":"Closed"}`, Fields: map[string]any{"Status": "Closed"}},
		{Name: "a ticket that is none has a reason", Method: "PATCH", Path: heat + "incidents(" + nobody + ")", Status: 400, Body: `{"Status":"Closed"}`, Check: statusObject("ISM_4000", "cannot be found")},
		{Name: "the page: the requester", Path: sets + "employees?$filter=NetworkUserName eq 'mbauer'", Header: page, Rows: 1, Keep: map[string]string{"person": "RecId"}},
		{Name: "the page: its payload", Method: "POST", Path: sets + "incidents", Status: 201, Header: page,
			Body: `{"Category":"Hardware","Description":"Ticket opened automatically by Centreon monitoring","Subject":"Host DOWN - server01.example.com","Status":"Logged","Owner":"JDoe","OwnerTeam":"IT Support","RequestorLink_RecID":"${person}"}`,
			Fields: map[string]any{"Symptom": "Ticket opened automatically by Centreon monitoring", "ProfileLink_RecID": "${person}", "ProfileLink_Category": "Employee",
				"ProfileFullName": "Maria Bauer", "Email": "maria.bauer@corp.example", "Owner": "JDoe", "Owner_Valid": nil, "OwnerTeam": "IT Support", "Priority": "3"}, Lacks: []string{`"Description"`, `"RequestorLink`}},
		{Name: "the page: a mandatory field missing", Method: "POST", Path: sets + "incidents", Status: 400, Header: page, Body: `{"Category":"Hardware"}`, Check: statusObject("ISM_4000", "Subject")},
		{Name: "the page: changes", Method: "POST", Path: sets + "changes", Status: 201, Header: page,
			Body: `{"Category":"Hardware","Description":"d","Subject":"Failover","Status":"Logged","Owner":"JDoe","OwnerTeam":"IT Support","RequestorLink_RecID":"${person}","TypeOfChange":"Minor"}`, Fields: map[string]any{"ChangeNumber": testkit.Present}},
	}}
}

// everyRow wants these members in every row, as text.
func everyRow(members ...string) func(testing.TB, testkit.Answer, map[string]string) {
	return func(tb testing.TB, a testkit.Answer, _ map[string]string) {
		for _, row := range a.Rows() {
			for _, m := range members {
				if text, ok := row[m].(string); !ok || text == "" {
					tb.Fatalf("%s is %v in %v", m, row[m], row["RecId"])
				}
			}
		}
	}
}

// ticketPlugins are Netskope's ticket orchestrator and Sumo Logic's actions, of which only the documentation is public: subject, symptom,
// status and new notes; incidents, problems and changes; a close by quick action.
func ticketPlugins() client {
	states := []testkit.Step{}
	for _, status := range []string{"Logged", "Cancelled", "Closed"} {
		states = append(states, testkit.Step{Name: "create as " + status, Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"alert","Symptom":"s","Status":"` + status + `"}`, Fields: map[string]any{"Status": status}})
	}
	for _, status := range []string{"Waiting for Customer", "Waiting for 3rd Party", "Waiting for Resolution", "Active"} {
		states = append(states, testkit.Step{Name: "update to " + status, Method: "PUT", Path: sets + "incidents('${rec}')", Body: `{"Status":"` + status + `","Category":"Hardware","Owner":"mbauer"}`, Fields: map[string]any{"Status": status}})
	}
	return client{name: "Netskope and Sumo Logic", header: keyed("Content-Type", "application/json"), steps: join([]testkit.Step{
		{Name: "connection test", Path: sets + "incidents?$top=1", Rows: -1},
		{Name: "create a ticket", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"Netskope alert","Symptom":"DLP","Status":"Logged","NewNotes":"first note"}`, Fields: map[string]any{"Status": "Logged", "NewNotes": nil}, Keep: map[string]string{"rec": "RecId"}},
		{Name: "its note", Path: sets + "incidents('${rec}')/IncidentContainsJournal", Rows: 1, Has: []string{"first note"}},
		{Name: "update with a note, the field in lower case", Method: "PUT", Path: sets + "incidents('${rec}')", Body: `{"newnotes":"second note","symptom":"more"}`, Fields: map[string]any{"Symptom": "more", "NewNotes": nil}},
		{Name: "both notes", Path: sets + "journals?$filter=ParentLink_RecID eq '${rec}'", Rows: 2, Has: []string{"second note"}},
		{Name: "create a problem", Method: "POST", Path: sets + "problems", Status: 201, Body: `{"Subject":"p","Description":"d","Category":"Hardware","Status":"Logged","TypeOfProblem":"Problem"}`, Fields: map[string]any{"ProblemNumber": testkit.Present}},
		{Name: "create a change", Method: "POST", Path: sets + "changes", Status: 201, Body: `{"Subject":"c","Description":"d","Category":"Hardware","Status":"Logged","TypeOfChange":"Minor","RequestorLink_RecID":"${maria}","Owner":"mbauer","OwnerTeam":"IT Support"}`, Fields: map[string]any{"ChangeNumber": testkit.Present}},
	}, states, []testkit.Step{
		{Name: "close by quick action", Method: "POST", Path: sets + "incidents('${rec}')/Close_Incident", Body: `{"ActionId":"3492dbcc-e502-44fd-9790-e3e45cb26c45","ShouldSave":true,"PromptParams":[{"FieldName":"Resolution","Value":"fixed"}]}`,
			Fields: map[string]any{"Status": "Closed", "Resolution": "fixed"}},
	})}
}
