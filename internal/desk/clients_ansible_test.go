package desk_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// ansibleCollection is mlowcher61.ivanti_itsm: it signs in or has a token, sends it as Bearer, and judges by the status alone.
func ansibleCollection() client {
	session := func(tb testing.TB, a testkit.Answer, known map[string]string) {
		var s string
		if n := len(a.Body); n < 40 || a.Body[0] != '"' || a.Body[n-1] != '"' {
			tb.Fatalf("not one JSON string: %s", a.Body)
		} else {
			s = string(a.Body[1 : n-1])
		}
		known["session"] = s
	}
	bearer := func(what string) map[string]string {
		return map[string]string{"Authorization": "Bearer ${" + what + "}"}
	}
	steps := []testkit.Step{
		{Name: "sign in without a role", Method: "POST", Path: rest + "authentication/login", Bare: true, Body: `{"UserName":"api_user","Password":"` + password + `","tenant":"${host}"}`, Check: session},
		{Name: "sign in with a wrong password", Method: "POST", Path: rest + "authentication/login", Bare: true, Body: `{"UserName":"api_user","Password":"wrong","tenant":"${host}"}`, Status: 400, Check: statusObject("ISM_4000", "wrong Password")},
		{Name: "query with the session", Path: sets + "incidents?$top=1", Header: bearer("session"), Has: []string{`"value":[`}},
		{Name: "create with words", Method: "POST", Path: sets + "incidents", Status: 201,
			Body:   `{"Subject":"Network drift detected","Description":"AAP detected NTP drift on rtr1","Priority":"High","Category":"Network","Source":"Ansible Automation Platform"}`,
			Fields: map[string]any{"Priority": "2", "Symptom": "AAP detected NTP drift on rtr1", "Category": "Network", "Source": "Ansible Automation Platform"}, Keep: map[string]string{"rec": "RecId"}},
		{Name: "an open list learned the source", Method: "PATCH", Path: sets + "incidents('${rec}')", Body: `{"Source":"ansible automation platform"}`, Fields: map[string]any{"Source": "Ansible Automation Platform"}},
		{Name: "query in OData's own words", Path: sets + "incidents?$filter=Status eq 'Logged' and Subject eq 'Network drift detected'&$top=10", Rows: 1, Fields: map[string]any{"RecId": "${rec}"}},
		{Name: "query of nothing is 200", Path: sets + "incidents?$filter=Status%20eq%20'Active'%20and%20Subject%20eq%20'none'", Has: noRows},
		{Name: "query of one", Path: sets + "incidents('${rec}')", Fields: map[string]any{"RecId": "${rec}"}},
		{Name: "update", Method: "PATCH", Path: sets + "incidents('${rec}')", Body: `{"Status":"Active","Owner":"api_user","OwnerTeam":"IT Support"}`, Fields: map[string]any{"Status": "Active", "Owner": "api_user"}},
		{Name: "note through the relationship", Method: "POST", Path: sets + "incidents('${rec}')/IncidentContainsJournal", Status: 201, Body: `{"Body":"Host: rtr1\nResult: Success\n","Subject":"AAP Approval Completed","Category":"Memo"}`,
			Fields: map[string]any{"NotesBody": "Host: rtr1\nResult: Success\n", "ParentLink_RecID": "${rec}", "ParentLink_Category": "Incident", "JournalType": "Notes"}, Keep: map[string]string{"note": "RecId"}},
		{Name: "note with the text alone", Method: "POST", Path: sets + "incidents('${rec}')/IncidentContainsJournal", Status: 201, Body: `{"Body":"done"}`, Fields: map[string]any{"NotesBody": "done", "Category": "Memo"}},
		{Name: "note with the session", Method: "POST", Path: sets + "incidents('${rec}')/IncidentContainsJournal", Status: 201, Header: bearer("session"), Body: `{"Body":"by a person"}`, Fields: map[string]any{"CreatedBy": "api_user"}},
		{Name: "the notes of the ticket", Path: sets + "incidents('${rec}')/IncidentContainsJournal", Rows: 3},
		{Name: "setting: a change", Method: "POST", Path: sets + "changes", Status: 201, Body: `{"Subject":"c","Description":"d","Category":"Hardware","TypeOfChange":"Minor","Status":"Logged","RequestorLink_RecID":"${maria}","Owner":"mbauer","OwnerTeam":"IT Support"}`, Keep: map[string]string{"change": "RecId"}},
		{Name: "note of a change", Method: "POST", Path: sets + "changes('${change}')/ChangeContainsJournal", Status: 201, Body: `{"Body":"implemented","Subject":"Change Implemented"}`, Fields: map[string]any{"ParentLink_Category": "Change"}},
		{Name: "resolved", Method: "POST", Path: sets + "incidents('${rec}')/QuickAction.Resolve", Body: `{"Resolution":"by AAP","CauseCode":"Other"}`, Fields: map[string]any{"Status": "Resolved", "Resolution": "by AAP"}},
		{Name: "closed", Method: "POST", Path: sets + "incidents('${rec}')/QuickAction.Close", Body: `{"Resolution":"Resolved by Ansible Automation Platform"}`, Fields: map[string]any{"Status": "Closed", "Resolution": "Resolved by Ansible Automation Platform"}},
		{Name: "setting: another", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"to delete"}`, Keep: map[string]string{"gone": "RecId"}},
		{Name: "closed without fields", Method: "POST", Path: sets + "incidents('${gone}')/QuickAction.Close", Body: `{}`, Fields: map[string]any{"Status": "Closed"}},
		{Name: "setting: a third", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"to delete"}`, Keep: map[string]string{"gone": "RecId"}},
		{Name: "absent", Method: "DELETE", Path: sets + "incidents('${gone}')", Status: 204, Empty: true},
		{Name: "any object by its set", Path: sets + "employees?$filter=LoginID eq 'mbauer'&$select=RecId", Rows: 1},
		{Name: "a failure has the reason", Method: "PATCH", Path: sets + "incidents('${gone}')", Status: 400, Body: `{"Subject":"x"}`, Check: statusObject("ISM_4000")},
	}
	return client{name: "Ansible collection", header: map[string]string{"Authorization": "Bearer ${key}", "Accept": "application/json", "Content-Type": "application/json"}, steps: steps}
}
