package desk_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// mcpInPython is the MCP server "ivanti-itsm": httpx with JSON on every call, its quick actions without a body. It takes what is below 400, JSON or
// text, and finds fields in the metadata by expressions.
func mcpInPython() client {
	return client{name: "MCP server ivanti-itsm", header: keyed("Content-Type", "application/json", "Accept", "*/*"), steps: []testkit.Step{
		{Name: "create_business_object", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"mcp one","Priority":3}`, Fields: map[string]any{"Priority": "3"}, Keep: map[string]string{"rec": "RecId"}},
		{Name: "list_business_objects", Path: sets + "incidents?%24top=10&%24select=RecId%2CIncidentNumber%2CSubject%2CStatus%2CPriority%2CCategory%2CCreatedBy%2CCreatedDateTime", Rows: 10, Lacks: []string{"Symptom"}},
		{Name: "list with bracketed conditions", Path: sets + "incidents?%24top=25&%24filter=%28Subject%20eq%20%27mcp%20one%27%29%20and%20%28contains%28Subject%2C%20%27CP%27%29%29%20and%20%28startswith%28Subject%2C%20%27mcp%27%29%29%20and%20%28endswith%28Subject%2C%20%27one%27%29%29%20and%20%28Owner%20eq%20null%29%20and%20%28IsVIP%20eq%20false%29",
			Rows: 1, Fields: map[string]any{"RecId": "${rec}"}},
		{Name: "list with words", Path: sets + "incidents?%24top=10&%24search=mcp", Rows: 1},
		{Name: "get_business_object", Path: sets + "incidents('${rec}')", Fields: map[string]any{"Subject": "mcp one"}},
		{Name: "create_incident_simple: the person by an or-chain", Path: sets + "employees?%24filter=contains(DisplayName%2C%20%27maria%20b%27)%20or%20contains(PrimaryEmail%2C%20%27maria%20b%27)%20or%20contains(LoginID%2C%20%27maria%20b%27)&%24top=1&%24select=RecId%2CDisplayName%2CPrimaryEmail%2CLoginID%2CTeam%2CTeam_Valid",
			Rows: 1, Fields: map[string]any{"RecId": "${maria}", "Team": "IT Support"}},
		{Name: "create_incident_simple: fields of another tenant are named", Method: "POST", Path: sets + "incidents", Status: 400, Body: simpleIncident,
			Has: []string{"Field 'Customer' is not part of the business object 'incident'", "Field 'Team' is not part of the business object 'incident'", `"errors":[`}},
		{Name: "update_business_object", Method: "PATCH", Path: sets + "incidents('${rec}')", Body: `{"Symptom":"changed"}`, Fields: map[string]any{"Symptom": "changed"}},
		{Name: "run_saved_search without an id", Path: sets + "incidents/All_Incidents?ActionId=", Rows: -1},
		{Name: "get_metadata and list_fields", Path: "/api/odata/incidents/$metadata", Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			at := regexp.MustCompile(`(?i)<EntityType Name="incident">`).FindIndex(a.Body)
			if at == nil {
				tb.Fatal("no EntityType incident")
			}
			block, _, ok := strings.Cut(string(a.Body[at[0]:]), "</EntityType>")
			if fields := regexp.MustCompile(`<Property Name="([^"]+)" Type="([^"]+)"`).FindAllString(block, -1); !ok || len(fields) < 150 {
				tb.Errorf("%d fields", len(fields))
			}
		}},
		{Name: "get_related_objects", Path: sets + "incidents('${rec}')/IncidentContainsJournal", Has: noRows},
		{Name: "link_business_objects", Method: "PATCH", Path: sets + "incidents('${rec}')/IncidentAssociatesCI('${ci}')/$Ref", Has: linkWords},
		{Name: "find_user_info", Path: sets + "Frs_CompositeContract_Contacts?%24filter=NetworkUserName%20eq%20%27mbauer%27", Rows: 1, Fields: map[string]any{"RecId": "${maria}", "EmployeeLocation": "Head Office"}},
		{Name: "list_service_catalog_templates", Path: rest + "Template/${maria}/_All_", Has: []string{`"strName":"Borrow a Beamer"`}},
		{Name: "get_template_fields", Path: rest + "ServiceRequest/PackageData/${subscription}/Head%20Office", Fields: map[string]any{"strSubscriptionId": "${subscription}", "strRecId": "${offering}", "strName": "Borrow a Beamer", "strDescription": "for a day"},
			Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
				list, _ := a.JSON()["parameters"].([]any)
				if len(list) != 6 || !strings.Contains(string(a.Body), known["Kind"]) {
					tb.Errorf("%d parameters: %.300s", len(list), a.Body)
				}
			}},
		{Name: "get_field_valid_values", Path: rest + "ServiceRequest/${Kind}/ValidationList", Check: keepChoice},
		{Name: "create_service_request", Method: "POST", Path: rest + "ServiceRequest/new", Body: `{"attachmentsToDelete":[],"attachmentsToUpload":[],"parameters":{"par-${Kind}":"${choice}","par-${Kind}-recId":"${choiceId}"},"delayedFulfill":false,` +
			`"formName":"ServiceReq.ResponsiveAnalyst.DefaultLayout","saveReqState":false,"serviceReqData":{"Subject":"by mcp","Symptom":"s"},"strCustomerLocation":"Head Office","strUserId":"${maria}","subscriptionId":"${subscription}","localOffset":0}`,
			Has: []string{`"IsSuccess":true`}, Check: keepRequest},
		{Name: "upload_attachment, the type in the singular and a part File", Method: "POST", Path: rest + "Attachment", Header: multipartForm, Body: form(field("ObjectID", "${rec}"), field("ObjectType", "incident"), part{"File", "mcp.txt", everyByte}), Check: uploadedOne("file", "mcp.txt")},
		{Name: "run_quick_action without a body", Method: "POST", Path: sets + "incidents('${rec}')/Close_Incident", Fields: map[string]any{"Status": "Closed"}},
		{Name: "setting: open it", Method: "PATCH", Path: sets + "incidents('${rec}')", Body: `{"Status":"Logged"}`},
		{Name: "delete_business_object", Method: "DELETE", Path: sets + "incidents('${rec}')", Status: 204, Empty: true},
		{Name: "an error has its text", Path: sets + "incidents('${rec}')", Status: 400, Check: statusObject("ISM_4000")},
	}}
}

// simpleIncident is what create_incident_simple sends: Customer and Team are fields of its author's tenant.
const simpleIncident = `{"Subject":"s","Symptom":"d","Urgency":"Medium","Impact":"Medium","Status":"Logged","Category":"Service Desk","Service":"Service Desk","ProfileLink_RecID":"${maria}","ProfileLink_Category":"Employee",` +
	`"Customer":"Maria Bauer","OwnerTeam":"Service Desk","Owner":"Admin","Team":"IT Support","Source":"Phone"}`

// mcpStandalone is tyrunasj/ivanti-mcp-standalone, as far as it speaks OData and REST: it looks for CSDL under /HEAT first, reads the schema of eight
// sets, hangs uploads on their record itself and reads back what it ordered.
func mcpStandalone() client {
	csdl := map[string]string{"Accept": "application/xml"}
	var graphs []testkit.Step
	for _, set := range []string{"incidents", "employees", "changes", "tasks", "problems", "servicereqs", "journals", "cis"} {
		graphs = append(graphs, testkit.Step{Name: "schema of " + set, Path: "/HEAT/api/odata/" + set + "/$metadata", Header: csdl, Has: []string{"<edmx:Edmx", "<NavigationProperty "}})
	}
	return client{name: "MCP server ivanti-mcp-standalone", header: keyed("Accept", "application/json"), steps: join([]testkit.Step{
		{Name: "probe", Path: "/HEAT/api/odata/incidents/$metadata", Header: csdl, Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			if !regexp.MustCompile(`(?i)<(edmx:)?Edmx[\s>]`).Match(a.Body) {
				tb.Errorf("%.200s", a.Body)
			}
		}},
		{Name: "probe of the root", Path: "/api/odata/incidents/$metadata", Header: csdl, Has: []string{"<edmx:Edmx"}},
		{Name: "probe with a bad key", Path: "/HEAT/api/odata/incidents/$metadata", Header: map[string]string{"Authorization": "rest_api_key=wrong", "Accept": "application/xml"}, Status: 401, Check: statusObject("ISM_4001")},
		{Name: "probe of the service root", Path: "/HEAT/api/odata/$metadata", Header: csdl, Status: 404, Check: statusObject("ISM_4004", "No service")},
		{Name: "an object that is none has no schema", Path: "/HEAT/api/odata/Categories/$metadata", Header: csdl, Status: 404, Check: statusObject("ISM_4004")},
	}, graphs, []testkit.Step{
		{Name: "create", Method: "POST", Path: heat + "incidents", Status: 201, Body: `{"Subject":"standalone","ProfileLink_RecID":"${maria}","ProfileLink_Category":"Employee","CreatedBy":"mbauer"}`, Fields: map[string]any{"CreatedBy": "mbauer"}, Keep: map[string]string{"rec": "RecId"}},
		{Name: "the parent is there before bytes are sent", Path: heat + "incidents('${rec}')", Fields: map[string]any{"RecId": "${rec}"}},
		{Name: "a parent that is none", Path: heat + "incidents('" + nobody + "')", Status: 400, Check: statusObject("ISM_4000", "Invalid key")},
		{Name: "upload", Method: "POST", Path: "/HEAT" + rest + "Attachment", Header: multipartForm, Body: form(field("businessObjectId", "${rec}"), field("objectType", "Incident#"), file("note.txt", everyByte)), Check: uploadedOne("file", "note.txt")},
		{Name: "the tenant's spelling of the parent", Path: heat + "attachments?$filter=ParentLink_RecID eq '${rec}'&$top=1", Rows: 1, Fields: map[string]any{"ParentLink_Category": "Incident", "ATTACHNAME": "note.txt"}},
		{Name: "hang it on the record, in somebody's name", Method: "PATCH", Path: heat + "attachments('${file}')", Body: `{"ParentLink_RecID":"${rec}","ParentLink_Category":"Incident#","CreatedBy":"mbauer"}`, Fields: map[string]any{"ParentLink_RecID": "${rec}"}},
		{Name: "the other spelling", Method: "PATCH", Path: heat + "attachments('${file}')", Body: `{"ParentLink_RecID":"${rec}","ParentLink_Category":"Incident"}`, Fields: map[string]any{"ParentLink_Category": "Incident"}},
		{Name: "a type that is not taken is 300 and the array", Method: "POST", Path: "/HEAT" + rest + "Attachment", Header: multipartForm, Body: form(field("businessObjectId", "${rec}"), field("objectType", "Incident#"), file("a.yaml", "a: 1")), Status: 300, Check: refusedUpload},
		{Name: "the bytes", Path: "/HEAT" + rest + "Attachment?ID=${file}", Check: sameBytes(everyByte, "note.txt")},
		{Name: "the options of a combo", Path: "/HEAT" + rest + "ServiceRequest/${Kind}/ValidationList", Check: keepChoice},
		{Name: "order with all eleven members", Method: "POST", Path: "/HEAT" + rest + "ServiceRequest/new",
			Body: `{"attachmentsToDelete":[],"attachmentsToUpload":[],"parameters":{"par-${Kind}":"${choice}","par-${Kind}-recId":"${choiceId}","par-${Vip}":"true","par-${Day}":"2030-05-06T00:00:00Z","par-${At}":"2030-05-06T13:28:08Z","par-${Reason}":"why not"},"delayedFulfill":false,"saveReqState":false,` +
				`"formName":"ServiceReq.ResponsiveAnalyst.DefaultLayout","serviceReqData":{"Subject":"x"},"strCustomerLocation":"","strUserId":"${maria}","subscriptionId":"${subscription}","localOffset":-120}`,
			Has: []string{`"IsSuccess":true`}, Check: keepRequest},
		{Name: "what was stored, through the relationship", Path: heat + "servicereqs('${request}')/ServiceReqContainsServiceReqParam", Rows: -1, Check: answered},
		{Name: "a combo without its identifier", Method: "POST", Path: "/HEAT" + rest + "ServiceRequest/new", Body: strings.Replace(synConOrder(`"par-${Kind}":"Hardware"`), `"strUserId"`, `"localOffset":-120,"strCustomerLocation":"","strUserId"`, 1),
			Has: []string{`"IsSuccess":false`, `"ErrorText":"'Kind' validation list's value was submitted without it's identifier."`, `"ServiceRequests":[]`}},
		{Name: "a null filter in the product's words", Path: heat + "incidents?$filter=Owner eq '$NULL' and RecId eq '${rec}'&$top=1", Rows: 1},
		{Name: "the people's view", Path: heat + "Frs_CompositeContract_Contacts?$search=mbauer&$top=5&$select=RecId,DisplayName,NetworkUserName", Rows: 1, Fields: map[string]any{"RecId": "${maria}"}},
		{Name: "remove the file", Method: "DELETE", Path: "/HEAT" + rest + "Attachment?ID=${file}", Status: 204, Empty: true},
		{Name: "remove it again", Method: "DELETE", Path: "/HEAT" + rest + "Attachment?ID=${file}", Status: 204, Empty: true},
	})}
}
