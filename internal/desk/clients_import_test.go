package desk_test

import (
	"encoding/json"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// assetImport is Dainis-2018/ivanti-asset-import-service: it reads its configuration from objects of the tenant's own, queues
// compressed assets and keeps a log. It takes 200 with value for lists, 200 or 201 for creates, 200 or 204 for updates.
func assetImport() client {
	return client{name: "asset import of Dainis", header: keyed("Content-Type", "application/json", "Accept", "application/json, text/plain, */*"), steps: []testkit.Step{
		{Name: "setting: a configuration", Method: "POST", Path: sets + "xsc_assetintegration_configs", Status: 201, Body: `{"IntegrationName":"Main","IntegrationSourceType":"vmware","IsActive":true}`, Keep: map[string]string{"config": "RecId"}},
		{Name: "setting: one that is off", Method: "POST", Path: sets + "xsc_assetintegration_configs", Status: 201, Body: `{"IntegrationName":"Old","IntegrationSourceType":"vmware","IsActive":false}`},
		{Name: "setting: a type", Method: "POST", Path: sets + "xsc_assetintegration_citypes", Status: 201, Body: `{"CIType":"VirtualServer","IsActive":true,"ParentLink_RecID":"${config}","ParentLink_Category":"xsc_assetintegration_config"}`, Keep: map[string]string{"type": "RecId"}},
		{Name: "setting: a mapping", Method: "POST", Path: sets + "xsc_assetintegration_mappings", Status: 201, Body: `{"TargetField":"Name","SortOrder":20,"IsActive":true,"ParentLink_RecID":"${type}"}`},
		{Name: "setting: a mapping before it", Method: "POST", Path: sets + "xsc_assetintegration_mappings", Status: 201, Body: `{"TargetField":"SerialNumber","SortOrder":3,"IsActive":true,"ParentLink_RecID":"${type}"}`},
		{Name: "the configuration of a source", Path: sets + "xsc_assetintegration_configs?$filter=IntegrationSourceType eq 'vmware' and IsActive eq true&$top=1", Rows: 1, Fields: map[string]any{"IntegrationName": "Main", "EncryptedConfig": nil}},
		{Name: "all that are on", Path: sets + "xsc_assetintegration_configs?$filter=IsActive%20eq%20true", Rows: 1},
		{Name: "the types of a configuration", Path: sets + "xsc_assetintegration_citypes?$filter=ParentLink_RecID eq '${config}' and IsActive eq true", Rows: 1, Fields: map[string]any{"CIType": "VirtualServer"}},
		{Name: "the mappings by number", Path: sets + "xsc_assetintegration_mappings?$filter=ParentLink_RecID eq '${type}' and IsActive eq true&$orderby=SortOrder asc", Rows: 2, Fields: map[string]any{"TargetField": "SerialNumber"}},
		{Name: "no integration of the name yet", Path: sets + "frs_def_integrations?$filter=Name eq 'vmware-Main'&$top=1", Has: noRows},
		{Name: "make it", Method: "POST", Path: sets + "frs_def_integrations", Status: 201, Body: `{"Name":"vmware-Main","ReadOnly":false}`, Keep: map[string]string{"integration": "RecId"}},
		{Name: "now it is there", Path: sets + "frs_def_integrations?$filter=Name eq 'vmware-Main'&$top=1", Rows: 1, Fields: map[string]any{"RecId": "${integration}"}},
		{Name: "log begins", Method: "POST", Path: sets + "frs_data_integration_logs", Status: 201,
			Body:   `{"ReadOnly":false,"StartTime":"2026-01-01T00:00:00.123Z","LogType":"InProgress","Message":"begun","ParentLink_RecID":"${integration}","ParentLink_Category":"Frs_def_integration"}`,
			Fields: map[string]any{"StartTime": "2026-01-01T00:00:00Z", "ParentLink_RecID": "${integration}", "LogType": "InProgress"}, Keep: map[string]string{"log": "RecId"}},
		{Name: "queue", Method: "POST", Path: sets + "Frs_ops_integration_queues", Status: 201, Keep: map[string]string{"queue": "RecId"}, Body: queueEntry(), Fields: map[string]any{"HandlerName": "AssetProcessor", "ManagedByMessageQueue": true, "IsPayloadCompressed": true, "Status": "Queued"},
			Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
				var payload struct{ MessageType, MessageSubType, SequenceNumber, CompressedMessageBody string }
				text, _ := a.JSON()["Payload"].(string)
				if err := json.Unmarshal([]byte(text), &payload); err != nil || payload.MessageType != "ASSET" || payload.MessageSubType != "Full" || payload.SequenceNumber != "1" || len(payload.CompressedMessageBody) != 200_000 {
					tb.Errorf("%v: the payload does not come back as it went: %.200s", err, text)
				}
			}},
		{Name: "log ends", Method: "PUT", Path: sets + "frs_data_integration_logs('${log}')",
			Body:   `{"ReadOnly":true,"TotalProcessed":5,"FailedCount":1,"Message":"Integration completed. Processed: 5\nLast Error: None","EndTime":"2026-01-01T00:05:00.999Z","LogType":"Stats","TotalExecutionTime":300}`,
			Fields: map[string]any{"TotalProcessed": 5, "FailedCount": 1, "LogType": "Stats", "EndTime": "2026-01-01T00:05:00Z"}},
		{Name: "log of an error", Method: "PUT", Path: sets + "frs_data_integration_logs('${log}')", Body: `{"ReadOnly":true,"LogType":"Error","TotalExecutionTime":12.5}`, Fields: map[string]any{"LogType": "Error"}},
		{Name: "the entry can be read and removed", Path: sets + "frs_ops_integration_queues('${queue}')", Fields: map[string]any{"RecId": "${queue}"}},
		{Name: "remove it", Method: "DELETE", Path: sets + "Frs_ops_integration_queues('${queue}')", Status: 204, Empty: true},
	}}
}

// queueEntry has a payload of the size of a page of assets.
func queueEntry() string {
	body := make([]byte, 200_000)
	for i := range body {
		body[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ+/"[i%28]
	}
	payload, _ := json.Marshal(map[string]string{"ClientAuthenticationKey": "k", "CompressedMessageBody": string(body), "MessageSubType": "Full", "MessageType": "ASSET",
		"SequenceNumber": "1", "SequenceNumberFirst": "0", "SequenceNumberLast": "1", "TenantId": "t"})
	entry, _ := json.Marshal(map[string]any{"IntegrationObjectRecId": "", "Status": "Queued", "HandlerName": "AssetProcessor", "ManagedByMessageQueue": true, "IsPayloadCompressed": true, "Payload": string(payload)})
	return string(entry)
}

// kanbanApp is Dainis-2018/ivanti-kanban-app: a page in the browser with a session, which adds _t to every call and names the set of links
// by the object in lower case.
func kanbanApp() client {
	odata := "/api/odata/businessObject/"
	return client{name: "kanban app of Dainis", header: map[string]string{"Authorization": "${session}", "Accept": "application/json", "Content-Type": "application/json"}, steps: []testkit.Step{
		{Name: "setting: a session", Method: "POST", Path: rest + "authentication/login", Bare: true, Body: `{"tenant":"localhost","username":"api_user","password":"` + password + `","role":"Admin"}`, Check: func(_ testing.TB, a testkit.Answer, known map[string]string) {
			known["session"] = string(a.Body[1 : len(a.Body)-1])
		}},
		{Name: "create a project", Method: "POST", Path: odata + "frs_projects", Status: 201, Body: `{"ProjectName":"Move House","Status":"Active","Priority":"2","Summary":"s","ProjectStartDate":"2026-01-05T00:00:00.000Z","ProjectEndDate":"2026-02-05","CompletionPercent":10}`,
			Fields: map[string]any{"ProjectName": "Move House", "PlannedStartDate": "2026-01-05T00:00:00Z", "PercentComplete": 10, "ProjectNumber": testkit.Present}, Keep: map[string]string{"project": "RecId"}},
		{Name: "projects", Path: odata + "frs_projects?$select=RecId%2CProjectNumber%2CProjectName%2CStatus%2CPriority%2COwner%2CCompletionPercent%2CProjectStartDate%2CProjectEndDate%2CSummary&$orderby=ProjectName+asc&_t=1700000000000", Rows: 1,
			Fields: map[string]any{"Summary": "s", "CompletionPercent": 10, "Priority": "2", "ProjectStartDate": "2026-01-05T00:00:00Z"}},
		{Name: "projects by a word, tolower on both sides", Path: odata + "frs_projects?$select=RecId,ProjectName&$filter=contains(tolower(ProjectName),+tolower('HOUSE'))&$orderby=ProjectName+asc&_t=1", Rows: 1},
		{Name: "projects of a status and an owner", Path: odata + "frs_projects?$filter=Status eq 'Active' and Owner eq 'nobody'&$orderby=ProjectName asc&_t=1", Has: noRows},
		{Name: "create a milestone", Method: "POST", Path: odata + "frs_prj_phases", Status: 201, Body: `{"PhaseTitle":"Pack","Status":"Active","PlannedStartDate":"2026-01-06T00:00:00Z","ProjectLink_RecID":"${project}","ProjectLink_Category":"frs_project"}`, Keep: map[string]string{"phase": "RecId"}},
		{Name: "milestones of the project", Path: odata + "frs_prj_phases?$select=RecId,PhaseNumber,PhaseTitle,Status,PlannedStartDate,PlannedEndDate,ProjectLink_RecID&$filter=ProjectLink_RecID eq '${project}' and ProjectLink_Category eq 'frs_project'&$orderby=PlannedStartDate asc&_t=2", Rows: 1,
			Fields: map[string]any{"RecId": "${phase}", "PhaseTitle": "Pack", "PhaseNumber": testkit.Present}},
		{Name: "create a card", Method: "POST", Path: odata + "task__assignments", Status: 201, Body: `{"Subject":"Boxes","Priority":"2","ParentLink_RecID":"${phase}","ParentLink_Category":"frs_prj_phase","ProjectLink_RecID":"${project}","ProjectLink_Category":"frs_project"}`,
			Fields: map[string]any{"TaskType": "Assignment", "Status": "Logged"}, Keep: map[string]string{"task": "RecId"}},
		{Name: "cards of the milestone, by two fields", Path: odata + "task__assignments?$select=RecId,AssignmentID,Subject,Status,Priority,Owner,OwnerTeam,Details,PlannedStartDate,PlannedEndDate,ParentLink_RecID&$filter=ParentLink_RecID eq '${phase}' and ParentLink_Category eq 'frs_prj_phase'&$orderby=Priority desc, PlannedStartDate asc&_t=3", Rows: 1,
			Fields: map[string]any{"RecId": "${task}", "Subject": "Boxes"}},
		{Name: "cards of the project", Path: odata + "task__assignments?$filter=ProjectLink_RecID eq '${project}' and ProjectLink_Category eq 'frs_project'&$orderby=Priority desc, PlannedStartDate asc&$count=true&_t=4", Rows: 1},
		{Name: "a card moves", Method: "PATCH", Path: odata + "task__assignments('${task}')?_t=5", Body: `{"Status":"Accepted"}`, Fields: map[string]any{"Status": "Accepted"}},
		{Name: "by RecId", Path: odata + "task__assignments?$filter=RecId eq '${task}'&$top=1&_t=6", Rows: 1, Fields: map[string]any{"Status": "Accepted"}},
		{Name: "teams with a count", Path: odata + "standarduserteams?$count=true&_t=1700000000000", Rows: -1, Has: []string{`"@odata.count":`}},
		{Name: "people by part of a name or address", Path: odata + "employees?$filter=contains(tolower(DisplayName),'a bauer') or contains(tolower(PrimaryEmail),'nobody')&$orderby=LastName asc,FirstName asc&_t=7", Rows: 1, Fields: map[string]any{"RecId": "${maria}"}},
		{Name: "a filter that finds nothing has a value", Path: odata + "frs_prj_phases?$filter=ProjectLink_RecID eq '" + nobody + "' and ProjectLink_Category eq 'frs_project'&_t=8", Has: noRows},
		{Name: "the session as a cookie", Path: odata + "frs_projects('${project}')?_t=9", Bare: true, Header: map[string]string{"Cookie": "SID=${session}", "Sec-Fetch-Site": "same-origin"}, Fields: map[string]any{"ProjectName": "Move House"}},
		{Name: "a card goes", Method: "DELETE", Path: odata + "task__assignments('${task}')?_t=10", Header: map[string]string{"Authorization": "rest_api_key=${key}"}, Status: 204, Empty: true},
	}}
}
