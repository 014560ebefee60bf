package desk_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// clients plays the requests of the clients in the compatibility matrix, as far as they concern records.
func TestClients(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		vars := map[string]string{"key": s.Key(t, "Admin"), "host": "localhost"}
		system := map[string]string{"Authorization": "rest_api_key=${key}"}
		s.Scenario(t, vars, system, []testkit.Step{
			{Name: "setting: a requester", Method: "POST", Path: "/api/odata/businessobject/employees", Status: 201,
				Body:   `{"FirstName":"Maria","LastName":"Bauer","LoginID":"mbauer","PrimaryEmail":"maria.bauer@corp.example","Team":"IT Support"}`,
				Fields: map[string]any{"DisplayName": "Maria Bauer", "NetworkUserName": "mbauer"}},
			{Name: "setting: who has her as manager", Method: "POST", Path: "/api/odata/businessobject/employees", Status: 201,
				Body: `{"FirstName":"Ed","LastName":"Low","LoginID":"elow","PrimaryEmail":"ed@corp.example","ManagerEmail":"maria.bauer@corp.example"}`},
		})
		for _, c := range clients {
			t.Run(c.name, func(t *testing.T) {
				header := c.header
				if header == nil {
					header = system
				}
				s.Scenario(t, vars, header, c.steps)
			})
		}
	})
}

const (
	sets = "/api/odata/businessobject/"
	heat = "/HEAT/api/odata/businessobject/"
)

var clients = []struct {
	name   string
	header map[string]string
	steps  []testkit.Step
}{
	{name: "Centreon open-tickets provider", header: map[string]string{"Authorization": "REST ${key}", "Content-Type": "application/json"}, steps: []testkit.Step{
		{Name: "test of the connection", Path: heat + "incidents?$top=1"},
		{Name: "categories", Path: heat + "Categorys", Rows: -1, Fields: map[string]any{"RecId": testkit.Present, "Category": testkit.Present}},
		{Name: "people", Path: heat + "Employees", Rows: -1, Fields: map[string]any{"FirstName": testkit.Present, "LastName": testkit.Present}},
		{Name: "teams", Path: heat + "standarduserteams", Rows: -1, Fields: map[string]any{"Team": testkit.Present}},
		{Name: "the requester", Path: sets + "employees?$filter=NetworkUserName eq 'mbauer'", Rows: 1, Keep: map[string]string{"person": "RecId"}},
		{Name: "the published payload", Method: "POST", Path: sets + "incidents", Status: 201,
			Body: `{"Category":"Hardware","Description":"Ticket opened automatically by Centreon monitoring","Subject":"Host DOWN - server01.example.com","Status":"Logged","Owner":"JDoe","OwnerTeam":"IT Support","RequestorLink_RecID":"${person}"}`,
			Fields: map[string]any{"Symptom": "Ticket opened automatically by Centreon monitoring", "ProfileLink_RecID": "${person}", "ProfileLink_Category": "Employee",
				"ProfileFullName": "Maria Bauer", "Email": "maria.bauer@corp.example", "Owner": "JDoe", "Owner_Valid": nil, "OwnerTeam": "IT Support", "Priority": "3"},
			Keep: map[string]string{"rec": "RecId"}},
		{Name: "a placeholder custom field with null", Method: "POST", Path: heat + "incidents", Status: 201,
			Body: `{"Subject":"Service CRITICAL","Symptom":"disk","Status":"Logged","CustomFieldX":null}`},
		{Name: "closes without quotes", Method: "PATCH", Path: heat + "incidents(${rec})", Body: `{"Status":"Closed"}`,
			Fields: map[string]any{"Status": "Closed", "ReadOnly": true, "ClosedBy": testkit.Present, "RecId": "${rec}"}},
	}},
	{name: "n8n node of Rugiagialia", steps: []testkit.Step{
		{Name: "credential test", Path: sets + "incidents?$top=1"},
		{Name: "create", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"n8n one","TotalTimeSpent":"20","IsVIP":"true","RespondedDateTime":"2026-01-02T03:04:05.123+02:00"}`,
			Fields: map[string]any{"TotalTimeSpent": 20, "IsVIP": true, "RespondedDateTime": "2026-01-02T01:04:05Z"}, Keep: map[string]string{"rec": "RecId", "number": "IncidentNumber", "at": "CreatedDateTime"}},
		{Name: "update by PUT", Method: "PUT", Path: sets + "incidents('${rec}')", Body: `{"Symptom":"changed"}`, Fields: map[string]any{"Symptom": "changed", "Subject": "n8n one"}},
		{Name: "get with select", Path: sets + "incidents?%24filter=RecId%20eq%20'${rec}'&%24select=RecId,Subject", Rows: 1, Fields: map[string]any{"Subject": "n8n one"}, Lacks: []string{"Symptom"}},
		{Name: "a page", Path: sets + "incidents?$skip=0&$top=100&$filter=Subject eq 'n8n one'&$select=RecId, Subject&$orderby=CreatedDateTime desc", Rows: 1},
		{Name: "search", Path: sets + "incidents?$search=n8n", Rows: 1},
		{Name: "poll trigger sees nothing at its last time", Path: sets + "incidents?$filter=CreatedDateTime gt ${at} and RecId eq '${rec}'&$orderby=CreatedDateTime asc", Has: []string{`"value":[]`}},
		{Name: "poll trigger with milliseconds", Path: sets + "incidents?$filter=CreatedDateTime gt 2020-01-01T00:00:00.123Z and RecId eq '${rec}'&$orderby=LastModDateTime asc", Rows: 1},
		{Name: "contacts", Path: sets + "employees?$select=RecId,DisplayName&$top=20&$search=mbauer", Rows: 1},
		{Name: "JSON under a form label", Method: "PUT", Path: sets + "incidents('${rec}')", Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, Body: `{"Symptom":"labelled"}`, Fields: map[string]any{"Symptom": "labelled"}},
		{Name: "an unknown record throws", Path: sets + "incidents('00000000000000000000000000000001')", Status: 400, Has: []string{"Invalid key", "ISM_4000"}},
		{Name: "delete", Method: "DELETE", Path: sets + "incidents('${rec}')", Status: 204, Empty: true},
	}},
	{name: "n8n node of syn-con", steps: []testkit.Step{
		{Name: "credential test wants ReadOnly of the first row", Path: sets + "N8N_AuthTypes", Rows: 1, Fields: map[string]any{"ReadOnly": false}},
		{Name: "spaces as plus", Path: sets + "Employees?$filter=LoginID+eq+'mbauer'", Rows: 1},
		{Name: "get many", Path: sets + "incidents?$top=100"},
		{Name: "a subject from the link editor", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":[{"value":"from the editor"}]}`, Fields: map[string]any{"Subject": "from the editor"}},
		{Name: "an automation transaction", Method: "POST", Path: sets + "IVNT_Automation_Transactionss", Status: 201, Body: `{}`, Keep: map[string]string{"transaction": "RecId"}},
		{Name: "its result", Method: "PUT", Path: sets + "IVNT_Automation_Transactionss('${transaction}')", Body: `{"Status":"Completed","JobResult":"ok","ReturnPayload":"{}"}`, Fields: map[string]any{"JobResult": "ok"}},
		{Name: "published templates", Path: sets + "ServiceReqTemplates?$filter=Status eq 'Published (Automatic)'", Has: []string{`"value":[`}},
	}},
	{name: "Rapid7 InsightConnect", steps: []testkit.Step{
		{Name: "the person by e-mail is exactly one", Path: sets + "employees?$search=maria.bauer@corp.example", Rows: 1, Fields: map[string]any{"LoginID": "mbauer"}, Keep: map[string]string{"person": "RecId"}},
		{Name: "the person by login is exactly one", Path: sets + "employees?$search=mbauer", Rows: 1},
		{Name: "create with a display name as owner", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"r7","Symptom":"s","Status":"Active","Category":"Hardware","Owner":"Maria Bauer","OwnerTeam":"IT Support","ProfileLink":"${person}"}`,
			Fields: map[string]any{"Owner": "mbauer", "Owner_Valid": "${person}", "OwnerEmail": "maria.bauer@corp.example"}, Keep: map[string]string{"rec": "RecId", "number": "IncidentNumber"}},
		{Name: "by number", Path: sets + "incidents?$filter=IncidentNumber eq ${number}", Rows: 1, Fields: map[string]any{"RecId": "${rec}", "ResolvedByIncidentNumber": testkit.Present}},
		{Name: "a note without the parent's category", Method: "POST", Path: sets + "journal__Notess", Status: 201, Body: `{"ParentLink_RecID":"${rec}","Category":"Memo","NotesBody":"text","Source":"Other","Subject":"note"}`,
			Fields: map[string]any{"ParentLink_Category": "Incident", "ParentLink": "${rec}", "JournalType": "Notes"}, Keep: map[string]string{"note": "RecId"}},
		{Name: "the note among the journals", Path: sets + "journals?$filter=ParentLink_RecID eq '${rec}'", Rows: 1, Fields: map[string]any{"RecId": "${note}"}},
		{Name: "a service request as a plain record", Method: "POST", Path: sets + "servicereqs", Status: 201, Body: `{"ProfileLink":"${person}","Symptom":"please","Status":"Submitted"}`, Fields: map[string]any{"ServiceReqNumber": testkit.Present}},
		{Name: "poll", Path: sets + "incidents?$orderby=IncidentNumber desc", Rows: -1},
		{Name: "update", Method: "PUT", Path: sets + "incidents('${rec}')", Body: `{"Status":"Resolved","CauseCode":"Other","Resolution":"done"}`, Fields: map[string]any{"Status": "Resolved", "ResolvedDateTime": testkit.Present}},
		{Name: "delete", Method: "DELETE", Path: sets + "incidents('${rec}')", Status: 204, Empty: true},
		{Name: "a bad key is a key error", Path: sets + "incidents", Header: map[string]string{"Authorization": "rest_api_key=0123456789ABCDEF0123456789ABCDEF"}, Status: 401, Has: []string{"ISM_4001"}},
	}},
	{name: "XSOAR IvantiHeat", steps: []testkit.Step{
		{Name: "create with a number for the priority", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"xsoar","Priority":1}`, Fields: map[string]any{"Priority": "1"}, Keep: map[string]string{"rec": "RecId"}},
		{Name: "by recId", Path: sets + "incidents?$filter=recId eq '${rec}'", Rows: 1},
		{Name: "fetch", Path: sets + "incidents?$orderby=CreatedDateTime asc&$filter=CreatedDateTime gt 2020-01-01&$top=50&$skip=0", Rows: -1},
		{Name: "search", Path: sets + "incidents?$search=xsoar", Rows: 1},
		{Name: "delete", Method: "DELETE", Path: sets + "incidents('${rec}')", Status: 204, Empty: true},
	}},
	{name: "IvantiPS", header: map[string]string{"Authorization": "rest_api_key={${key}}"}, steps: []testkit.Step{
		{Name: "pages by the count", Path: sets + "employees?$top=100&$skip=0", Rows: -1, Has: []string{`"@odata.count":`}},
		{Name: "one by id", Path: sets + "employees?$filter=LoginID eq 'mbauer'&$select=RecId, LoginID, DisplayName", Rows: 1, Keep: map[string]string{"person": "RecId"}},
		{Name: "entity", Path: sets + "employees('${person}')", Fields: map[string]any{"LoginID": "mbauer"}},
	}},
	{name: "Ansible collection", header: map[string]string{"Authorization": "Bearer ${key}"}, steps: []testkit.Step{
		{Name: "create with words", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"ansible","Description":"d","Priority":"High","Category":"Network","Source":"Ansible Automation Platform"}`,
			Fields: map[string]any{"Priority": "2", "Symptom": "d", "Category": "Network", "Source": "Ansible Automation Platform"}, Keep: map[string]string{"rec": "RecId"}},
		{Name: "an open list learned the source", Method: "PATCH", Path: sets + "incidents('${rec}')", Body: `{"Source":"ansible automation platform"}`, Fields: map[string]any{"Source": "Ansible Automation Platform"}},
		{Name: "delete", Method: "DELETE", Path: sets + "incidents('${rec}')", Status: 204},
	}},
	{name: "kanban app of Dainis", steps: []testkit.Step{
		{Name: "counts and a cache buster", Path: "/api/odata/businessObject/standarduserteams?$count=true&_t=1700000000000", Rows: -1},
		{Name: "contains of tolower", Path: "/api/odata/businessObject/employees?$filter=contains(tolower(DisplayName),'bauer') or contains(tolower(PrimaryEmail),'nobody')&$orderby=LastName asc,FirstName asc", Rows: 1},
		{Name: "projects", Path: "/api/odata/businessObject/frs_projects?$top=1", Has: []string{`"value":[`}},
		{Name: "phases", Path: "/api/odata/businessObject/frs_prj_phases?$top=1", Has: []string{`"value":[`}},
		{Name: "a task", Method: "POST", Path: sets + "task__assignments", Status: 201, Body: `{"Subject":"card"}`, Keep: map[string]string{"task": "RecId"}, Fields: map[string]any{"TaskType": "Assignment"}},
		{Name: "moves", Method: "PATCH", Path: sets + "task__assignments('${task}')", Body: `{"Status":"Accepted"}`, Fields: map[string]any{"Status": "Accepted"}},
	}},
	{name: "asset import of Dainis", steps: []testkit.Step{
		{Name: "queue", Method: "POST", Path: sets + "Frs_ops_integration_queues", Status: 201, Keep: map[string]string{"queue": "RecId"},
			Body: `{"IntegrationObjectRecId":"","Status":"Queued","HandlerName":"AssetProcessor","ManagedByMessageQueue":true,"IsPayloadCompressed":true,"Payload":"{}"}`},
		{Name: "log", Method: "POST", Path: sets + "frs_data_integration_logs", Status: 201, Body: `{"StartTime":"2026-01-01T00:00:00Z","LogType":"InProgress","Message":"begun","TotalProcessed":0}`, Keep: map[string]string{"log": "RecId"}},
		{Name: "log goes on", Method: "PUT", Path: sets + "frs_data_integration_logs('${log}')", Body: `{"LogType":"Stats","TotalProcessed":5,"FailedCount":0}`, Fields: map[string]any{"TotalProcessed": 5}},
	}},
	{name: "MCP server ivanti-itsm", steps: []testkit.Step{
		{Name: "an or-chain of contains", Path: sets + "incidents?$filter=contains(Subject,'zzz') or contains(Symptom,'zzz') or contains(Resolution,'zzz')", Has: []string{`"@odata.count":0`, `"value":[]`}},
		{Name: "unknown fields are named", Method: "POST", Path: sets + "incidents", Status: 400, Body: `{"Subject":"mcp","Customer":"x","Team":"y"}`,
			Has: []string{"Field 'Customer' is not part of the business object 'incident'", "Field 'Team' is not part of the business object 'incident'", `"errors":[`}},
	}},
}

// TestUnknownFieldsMayBeIgnored is the setting for clients that send fields of other tenants.
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
			{Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"two"}`},
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
