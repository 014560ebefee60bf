package desk_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

// insightConnect is Rapid7's plugin ivanti_service_manager. It takes 204 for {}, wants JSON of any other 2xx, exactly one hit of a search for
// a person or template, and checks what it hands on against its schemas.
func insightConnect() client {
	return client{name: "Rapid7 InsightConnect", header: keyed("Accept", "*/*"), steps: []testkit.Step{
		{Name: "connection test", Path: sets + "employees", Rows: -1},
		{Name: "a bad key is a key error", Path: sets + "employees", Header: map[string]string{"Authorization": "rest_api_key=0123456789ABCDEF0123456789ABCDEF"}, Status: 401, Check: statusObject("ISM_4001")},
		{Name: "the person by e-mail is exactly one, whoever has her as manager", Path: sets + "employees?$search=maria.bauer@corp.example", Rows: 1, Fields: map[string]any{"LoginID": "mbauer"}, Keep: map[string]string{"person": "RecId"}},
		{Name: "the person by login is exactly one", Path: sets + "employees?$search=mbauer", Rows: 1},
		{Name: "a login finds its person, not who is called like its beginning", Path: sets + "employees?$search=mari", Rows: 1, Fields: map[string]any{"LoginID": "mari"}},
		{Name: "nobody is an empty value, not an empty answer", Path: sets + "employees?$search=nobody@corp.example", Has: noRows},
		{Name: "the template by name is exactly one", Path: sets + "servicereqtemplates?$search=Borrow%20a%20Beamer", Rows: 1, Fields: map[string]any{"RecId": "${offering}"}},
		{Name: "the template by RecId is exactly one", Path: sets + "servicereqtemplates?$search=${offering}", Rows: 1, Fields: map[string]any{"Name": "Borrow a Beamer"}},
		{Name: "create service request", Method: "POST", Path: sets + "servicereqs", Status: 201, Body: `{"SvcReqTmplLink":"${offering}","ProfileLink":"${person}","Symptom":"please","Status":"Submitted","Urgency":"Medium"}`,
			Fields: map[string]any{"SvcReqTmplLink_RecID": "${offering}", "ProfileLink_RecID": "${person}", "Symptom": "please"}, Check: isNumber("ServiceReqNumber")},
		{Name: "create incident with a display name as owner", Method: "POST", Path: sets + "incidents", Status: 201,
			Body:   `{"Subject":"r7","Symptom":"s","Status":"Active","Category":"Hardware","Owner":"Maria Bauer","OwnerTeam":"IT Support","ProfileLink":"${person}","Urgency":"High","Impact":"High"}`,
			Fields: map[string]any{"Owner": "mbauer", "Owner_Valid": "${person}", "OwnerEmail": "maria.bauer@corp.example", "Priority": "1"},
			Keep:   map[string]string{"rec": "RecId", "number": "IncidentNumber"}, Check: schema},
		{Name: "get incident", Path: sets + "incidents?$filter=IncidentNumber eq ${number}", Rows: 1, Fields: map[string]any{"RecId": "${rec}"}, Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
			row, err := json.Marshal(a.Rows()[0])
			if err != nil {
				tb.Fatal(err)
			}
			known["as it was"] = string(row)
		}},
		{Name: "an unchanged record reads identically twice", Path: sets + "incidents?$filter=IncidentNumber eq ${number}", Rows: 1, Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
			var was map[string]any
			if err := json.Unmarshal([]byte(known["as it was"]), &was); err != nil {
				tb.Fatal(err)
			}
			if diff := cmp.Diff(was, a.Rows()[0]); diff != "" {
				tb.Error(diff)
			}
		}},
		{Name: "an incident number that is none", Path: sets + "incidents?$filter=IncidentNumber eq 99999999", Has: noRows},
		{Name: "update incident", Method: "PUT", Path: sets + "incidents('${rec}')", Body: `{"Status":"Resolved","CauseCode":"Other","Resolution":"done","ResolvedByIncidentNumber":"12"}`,
			Fields: map[string]any{"Status": "Resolved", "ResolvedDateTime": testkit.Present, "ResolvedByIncidentNumber": "12"}, Check: schema},
		{Name: "add note without the parent's category", Method: "POST", Path: sets + "journal__Notess", Status: 201, Body: `{"ParentLink_RecID":"${rec}","Category":"Memo","NotesBody":"text","Source":"Other","Subject":"note"}`,
			Fields: map[string]any{"ParentLink_Category": "Incident", "ParentLink": "${rec}", "JournalType": "Notes", "NotesBody": "text", "Source": "Other", "Category": "Memo"}, Keep: map[string]string{"note": "RecId"}},
		{Name: "the note among the journals", Path: sets + "journals?$filter=ParentLink_RecID eq '${rec}'", Rows: 1, Fields: map[string]any{"RecId": "${note}"}},
		{Name: "search incidents", Path: sets + "incidents?$search=r7", Rows: 1, Check: schema},
		{Name: "search without a hit", Path: sets + "incidents?$search=zzzzqqqq", Has: noRows},
		{Name: "poll of the trigger, the newest number first", Path: sets + "incidents?$orderby=IncidentNumber desc", Rows: -1, Fields: map[string]any{"RecId": "${rec}"}, Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			last := 1e18
			for _, row := range a.Rows() {
				n, ok := row["IncidentNumber"].(float64)
				if !ok || n >= last {
					tb.Fatalf("%v after %v", row["IncidentNumber"], last)
				}
				last = n
			}
		}},
		{Name: "an update of nothing shows the text", Method: "PUT", Path: sets + "incidents('" + nobody + "')", Status: 400, Body: `{"Subject":"x"}`, Check: statusObject("ISM_4000", "cannot be found")},
		{Name: "delete answers nothing at all", Method: "DELETE", Path: sets + "incidents('${rec}')", Status: 204, Empty: true},
		{Name: "a second delete shows the text", Method: "DELETE", Path: sets + "incidents('${rec}')", Status: 400, Check: statusObject("ISM_4000")},
	}}
}

func isNumber(field string) func(testing.TB, testkit.Answer, map[string]string) {
	return func(tb testing.TB, a testkit.Answer, _ map[string]string) {
		if _, ok := a.JSON()[field].(float64); !ok {
			tb.Errorf("%s is %T", field, a.JSON()[field])
		}
	}
}

// The fields of an incident that are not text, and some of those that are, as the plugin's schema has them. Null is left out before.
var (
	schemaNumbers  = []string{"IncidentNumber", "TotalTimeSpent", "ClosedDuration"}
	schemaBooleans = []string{"FirstCallResolution", "IsApprovalNeeded", "IsInFinalState", "IsMasterIncident", "IsNewRecord", "IsNotification", "IsReclassifiedForResolution", "IsRecommended", "IsReportedByAlternateContact",
		"IsResolvedByMaster", "IsUnRead", "IsVIP", "IsWorkAround", "ReadOnly", "SendSurveyNotification", "AddChatconversationtoActivityHistory", "IsDSMTaskExisted", "IsRelatedIncidentResolutionUpdate", "IsRelatedIncidentUpdate"}
	schemaTexts = []string{"RecId", "Subject", "Symptom", "Status", "Status_Valid", "Priority", "Priority_Valid", "Category", "Category_Valid", "CauseCode", "CauseCode_Valid", "Service", "Service_Valid", "Source", "Source_Valid", "Urgency", "Urgency_Valid",
		"Impact", "Impact_Valid", "Owner", "Owner_Valid", "OwnerTeam", "OwnerTeam_Valid", "OwnerType", "OwnerEmail", "OwnerTeamEmail", "OwnershipAssignmentEmail", "TeamManagerEmail", "CreatedBy", "CreatedByType", "CreatedDateTime", "LastModBy",
		"LastModDateTime", "ClosedBy", "ClosedDateTime", "ResolvedBy", "ResolvedByType", "ResolvedDateTime", "ResolvedByIncidentNumber", "RespondedBy", "RespondedDateTime", "Resolution", "Cost", "Cost_Currency", "Cost_CurrencyValid", "CostPerMinute",
		"CostPerMinute_Currency", "CostPerMinute_CurrencyValid", "ProfileLink", "ProfileLink_RecID", "ProfileLink_Category", "ProfileFullName", "AlternateContactLink", "AlternateContactLink_RecID", "AlternateContactLink_Category", "AlternateContactEmail",
		"AlternateContactPhone", "Email", "Phone", "LoginId", "IncidentNetworkUserName", "CustomerDepartment", "CustomerLocation", "CustomerLocation_Valid", "OrganizationUnitID", "OrgUnitLink", "OrgUnitLink_RecID", "OrgUnitLink_Category", "EntityLink",
		"EntityLink_RecID", "EntityLink_Category", "OwningOrgUnitId", "OwningOrgUnitId_Valid", "ReportingOrgUnitID", "ReportingOrgUnitID_Valid", "ReportedBy", "Approver", "Approver_Valid", "ApprovalStatus", "MasterIncidentLink", "MasterIncidentLink_RecID",
		"MasterIncidentLink_Category", "ProblemLink", "ProblemLink_RecID", "ProblemLink_Category", "ServiceReqLink", "ServiceReqLink_RecID", "ServiceReqLink_Category", "KnowledgeLink", "KnowledgeLink_RecID", "KnowledgeLink_Category", "HRCaseLink",
		"HRCaseLink_RecID", "HRCaseLink_Category", "SLA", "SLADisplayText", "SLALink", "SLALink_RecID", "SLALink_Category", "HoursOfOperation", "HoursOfOperation_Valid", "ProgressBarPosition", "SocialTextHeader", "NewNotes", "PreviousState", "TypeOfIncident",
		"ActualService", "ActualService_Valid", "ActualCategory", "ActualCategory_Valid", "ResponseEscLink", "ResponseEscLink_RecID", "ResolutionEscLink", "ResolutionEscLink_RecID", "WaitingEscLink", "WaitingEscLink_RecID", "ClosingEscLink", "ClosingEscLink_RecID"}
)

// schema wants every documented field of the first incident, null or of its type.
func schema(tb testing.TB, a testkit.Answer, _ map[string]string) {
	row := a.JSON()
	if rows := a.Rows(); len(rows) > 0 {
		row = rows[0]
	}
	check := func(names []string, want func(any) bool) {
		for _, name := range names {
			if v, ok := row[name]; !ok || v != nil && !want(v) {
				tb.Errorf("%s: %T %v, present %v", name, v, v, ok)
			}
		}
	}
	check(schemaNumbers, func(v any) bool { n, ok := v.(float64); return ok && n == float64(int64(n)) })
	check(schemaBooleans, func(v any) bool { _, ok := v.(bool); return ok })
	check(schemaTexts, func(v any) bool { _, ok := v.(string); return ok })
}

// xsoar is the integration IvantiHeat. It takes 200, 201 and 204 and nothing else.
func xsoar() client {
	file := func(parts ...part) string {
		return form(append([]part{field("ObjectID", "${rec}"), field("ObjectType", "incident#")}, parts...)...)
	}
	prompt := func(field, value string) string {
		return fmt.Sprintf(`{"__type":"DataLayer.PromptData","Label":"x","ActionId":"3492dbcc-e502-44fd-9790-e3e45cb26c45","ActionObjectId":"${rec}","PromptObjectId":"${rec}","ActionObjectType":"Incident#","PromptObjectType":"Incident#","Value":%s,"ValidList":"","FieldName":%q,"FieldLength":0,"Precision":0,"Password":false,"Required":false,"DefaultValue":null,"Hidden":false,"IsNewPrompt":true}`, value, field)
	}
	return client{name: "XSOAR IvantiHeat", header: keyed("Accept", "*/*"), steps: []testkit.Step{
		{Name: "connection test", Path: sets + "incidents", Has: []string{`"value":[`}},
		{Name: "create with a number for the priority", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"xsoar","Priority":1}`, Fields: map[string]any{"Priority": "1"}, Keep: map[string]string{"rec": "RecId"}},
		{Name: "create from the script, nulls where it has nothing", Method: "POST", Path: sets + "incidents", Status: 201,
			Body:   `{"Category":"Hardware","Service":null,"Owner":null,"OwnerTeam":"IT Support","Subject":"from the script","Symptom":"s","ProfileLink":"${maria}"}`,
			Fields: map[string]any{"Category": "Hardware", "Service": nil, "ProfileLink_RecID": "${maria}", "Status": "Logged"}},
		{Name: "create a problem from the script", Method: "POST", Path: sets + "problems", Status: 201, Body: `{"Category":"Hardware","Source":"Phone","Owner":"mbauer","Status":"Logged","Subject":"p","Description":"d"}`,
			Fields: map[string]any{"Status": "Logged", "Description": "d"}},
		{Name: "list by recId", Path: sets + "incidents?%24orderby=CreatedDateTime+desc&%24filter=recId+eq+%27${rec}%27", Rows: 1, Fields: map[string]any{"Priority": "1"}},
		{Name: "list from a day", Path: sets + "incidents?%24orderby=CreatedDateTime+desc&%24filter=CreatedDateTime+gt+2020-01-01&%24top=50&%24skip=0", Rows: -1},
		{Name: "list between", Path: sets + "incidents?%24orderby=CreatedDateTime+desc&%24filter=CreatedDateTime+gt+2020-01-01+and+CreatedDateTime+lt+2020-01-02T00%3A00%3A00Z", Has: noRows},
		{Name: "list by words", Path: sets + "incidents?%24orderby=CreatedDateTime+desc&%24search=xsoar", Rows: 1},
		{Name: "update", Method: "PUT", Path: sets + "incidents('${rec}')", Body: `{"Symptom":"changed","Priority":2}`, Fields: map[string]any{"Symptom": "changed", "Priority": "2"}},
		{Name: "attachment up", Method: "POST", Path: rest + "Attachment", Header: multipartForm, Body: file(part{"file", "evidence_1.txt", everyByte}), Check: uploadedOne("file", "evidence_1.txt")},
		{Name: "attachment down, byte for byte", Path: rest + "Attachment?ID=${file}", Check: sameBytes(everyByte, "evidence_1.txt")},
		{Name: "close with the script's prompts, one without a value", Method: "POST", Path: sets + "incidents('${rec}')/Close_Incident",
			Body: `{"ActionId":"3492dbcc-e502-44fd-9790-e3e45cb26c45","ShouldSave":true,"ActionParams":{"FormParams":{"actionId":"3492dbcc-e502-44fd-9790-e3e45cb26c45","actualObjectType":"Incident#","objectId":"${rec}"},"GridParams":null},` +
				`"PromptParams":[{"Value":"Closed","FieldName":"Status"},` + prompt("CauseCode", `"Documentation Request"`) + `,` + prompt("FirstCallResolution", "null") + `,` + prompt("Resolution", `"test"`) + `]}`,
			Fields: map[string]any{"Status": "Closed", "CauseCode": "Documentation Request", "Resolution": "test", "FirstCallResolution": testkit.Present}},
		{Name: "setting: another to fetch", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"to fetch"}`, Keep: map[string]string{"next": "RecId"}},
		{Name: "fetch, the oldest first", Path: sets + "incidents?%24orderby=CreatedDateTime+asc&%24filter=CreatedDateTime+gt+2020-01-01T00%3A00%3A00Z", Rows: -1, Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
			var last time.Time
			for _, row := range a.Rows() {
				text, _ := row["CreatedDateTime"].(string)
				at, err := time.Parse("2006-01-02T15:04:05Z", text) // whole seconds
				if err != nil || at.Before(last) {
					tb.Fatalf("%q after %s: %v", text, last, err)
				}
				last = at
			}
			known["fetched"] = last.Format("2006-01-02T15:04:05Z")
		}},
		{Name: "fetch from the last time sees nothing twice", Path: sets + "incidents?%24orderby=CreatedDateTime+asc&%24filter=CreatedDateTime+gt+${fetched}+and+CreatedDateTime+le+${fetched}", Has: noRows},
		{Name: "delete", Method: "DELETE", Path: sets + "incidents('${next}')", Status: 204, Empty: true},
	}}
}
