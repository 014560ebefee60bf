package desk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// nodeOfSynCon is n8n-nodes-ivanti-neurons-for-itsm on its switch "on premises": every path stands under /HEAT, spaces are +, and what is
// sent has no JSON label. It reads any 2xx; its lists need value to be an array.
func nodeOfSynCon() client {
	return client{name: "n8n node of syn-con", header: keyed(), steps: join(
		[]testkit.Step{
			{Name: "credential test reads ReadOnly of the first row", Path: heat + "N8N_AuthTypes", Rows: 1, Fields: map[string]any{"ReadOnly": false}},
			{Name: "credential test with a key that is no administrator's", Path: heat + "N8N_AuthTypes", Header: map[string]string{"Authorization": "rest_api_key=${analyst}"}, Rows: 1, Fields: map[string]any{"ReadOnly": false}},
			{Name: "credential test in the cloud", Path: sets + "N8N_AuthTypes", Rows: 1, Fields: map[string]any{"ReadOnly": false}},
		}, synConRecords(), synConLinks(), synConFiles(), synConSearches(), synConOrders(),
		[]testkit.Step{
			{Name: "an automation transaction", Method: "POST", Path: heat + "IVNT_Automation_Transactionss", Status: 201, Body: `{}`, Keep: map[string]string{"transaction": "RecId"}},
			{Name: "its result", Method: "PUT", Path: heat + "IVNT_Automation_Transactionss('${transaction}')", Body: `{"Status":"Completed","JobResult":"ok","ReturnPayload":"{\"a\":1}"}`,
				Fields: map[string]any{"JobResult": "ok", "Status": "Completed", "ReturnPayload": `{"a":1}`}},
			{Name: "delete", Method: "DELETE", Path: heat + "Incidents('${rec}')", Status: 204, Empty: true},
			{Name: "a record that is gone has a reason to show", Path: heat + "Incidents('${rec}')", Status: 400, Check: statusObject("ISM_4000", "Invalid key")},
		})}
}

func synConRecords() []testkit.Step {
	return []testkit.Step{
		{Name: "create under a form label", Method: "POST", Path: heat + "Incidents", Status: 201, Header: formLabel, Body: `{"Subject":"syn-con one","IsVIP":"true","TotalTimeSpent":"7"}`,
			Fields: map[string]any{"IsVIP": true, "TotalTimeSpent": 7}, Keep: map[string]string{"rec": "RecId"}, Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
				if id, _ := a.JSON()["RecId"].(string); !hexID.MatchString(id) {
					tb.Errorf("RecId %q", id)
				}
			}},
		{Name: "create, Subject from the link editor", Method: "POST", Path: heat + "Incidents", Status: 201, Body: `{"Subject":[{"value":"from the editor"}]}`, Fields: map[string]any{"Subject": "from the editor"}},
		{Name: "any other array is refused", Method: "POST", Path: heat + "Incidents", Status: 400, Body: `{"Subject":["a","b"]}`, Check: statusObject("ISM_4000", "Subject")},
		{Name: "update by PUT", Method: "PUT", Path: heat + "Incidents('${rec}')", Body: `{"Symptom":"by PUT"}`, Fields: map[string]any{"Symptom": "by PUT"}},
		{Name: "get by RecId", Path: heat + "Incidents('${rec}')", Fields: map[string]any{"RecId": "${rec}"}},
		{Name: "get many, one page", Path: heat + "Incidents?$top=100", Rows: -1},
		{Name: "get many, conditions of every type", Path: heat + "Incidents?$select=RecId,Subject,IsVIP&$filter=Subject+eq+'syn-con+one'+and+IsVIP+eq+true+and+TotalTimeSpent+ge+7+and+CreatedDateTime+gt+2020-01-01T00:00:00.000Z+and+Owner+eq+null+and+Subject+ne+null&$orderby=CreatedDateTime+desc&$top=100&$skip=0",
			Rows: 1, Fields: map[string]any{"RecId": "${rec}", "IsVIP": true}, Lacks: []string{`"Symptom"`}},
		{Name: "an apostrophe is doubled", Path: heat + "Incidents?$filter=Subject+eq+'O''Brien'&$top=100&$skip=0", Has: noRows},
		{Name: "get all ends on a short page", Path: heat + "Incidents?$filter=Subject+eq+'syn-con+one'&$top=100&$skip=100", Has: []string{`"value":[]`}},
		{Name: "search by keyword", Path: heat + "Incidents?$search=syn-con&$top=100", Rows: 1, Fields: map[string]any{"RecId": "${rec}"}},
	}
}

func synConLinks() []testkit.Step {
	path := heat + "Incidents('${rec}')/IncidentAssociatesCI"
	return []testkit.Step{
		{Name: "link with a form label and no body", Method: "PATCH", Path: path + "('${ci}')/$Ref", Header: formLabel, Has: linkWords},
		{Name: "link without any label", Method: "PATCH", Path: path + "('${ci}')/$Ref", Has: linkWords},
		{Name: "related with a selection", Path: path + "?$select=RecId,Name", Rows: 1, Fields: map[string]any{"Name": "router-1"}, Lacks: []string{"IPAddress"}},
		{Name: "unlink tells its success by the code in the body", Method: "DELETE", Path: path + "('${ci}')/$Ref", Has: unlinkWords},
		{Name: "nothing related is an array", Path: path + "?$select=RecId", Has: noRows},
		{Name: "a refused link has another code", Method: "PATCH", Path: path + "('" + nobody + "')/$Ref", Status: 400, Check: statusObject("ISM_4000")},
		{Name: "quick action", Method: "POST", Path: heat + "Incidents('${rec}')/Cancel_Incident",
			Body:   `{"ActionId":"","ShouldSave":true,"ActionParams":{"GridParams":null,"FormParams":{"actionId":"","objectId":"${rec}","actualObjectType":"Incident#"}},"promptParams":null}`,
			Fields: map[string]any{"RecId": "${rec}", "Status": "Cancelled"}},
		{Name: "quick action by its id", Method: "POST", Path: heat + "Incidents('${rec}')/Close_Incident",
			Body:   `{"ActionId":"3492dbcc-e502-44fd-9790-e3e45cb26c45","ShouldSave":true,"ActionParams":{"GridParams":null,"FormParams":{"actionId":"3492dbcc-e502-44fd-9790-e3e45cb26c45","objectId":"${rec}","actualObjectType":"Incident#"}},"promptParams":null}`,
			Fields: map[string]any{"RecId": "${rec}", "Status": "Closed"}},
		{Name: "setting: open it again", Method: "PUT", Path: heat + "Incidents('${rec}')", Body: `{"Status":"Logged"}`, Fields: map[string]any{"Status": "Logged"}},
	}
}

func synConFiles() []testkit.Step {
	send := func(name, content string) string {
		return form(field("businessObjectId", "${rec}"), field("objectType", "Incident#"), file(name, content))
	}
	return []testkit.Step{
		{Name: "upload", Method: "POST", Path: "/HEAT" + rest + "Attachment", Header: multipartForm, Body: send("syn con.txt", everyByte), Check: uploadedOne("file", "syn con.txt")},
		{Name: "read", Path: "/HEAT" + rest + "Attachment?ID=${file}", Check: sameBytes(everyByte, "syn con.txt")},
		{Name: "a file of digits is no number", Method: "POST", Path: "/HEAT" + rest + "Attachment", Header: multipartForm, Body: send("digits.txt", "12345"), Check: uploadedOne("digits", "digits.txt")},
		{Name: "and comes back so", Path: "/HEAT" + rest + "Attachment?ID=${digits}", Check: sameBytes("12345", "digits.txt")},
		{Name: "a refused type", Method: "POST", Path: "/HEAT" + rest + "Attachment", Header: multipartForm, Body: send("x.log", "x"), Status: 300, Check: refusedUpload},
		{Name: "delete", Method: "DELETE", Path: "/HEAT" + rest + "Attachment?ID=${file}", Status: 204, Empty: true},
	}
}

func synConSearches() []testkit.Step {
	text := func(top, skip int) string {
		return fmt.Sprintf(`{"Text":"syn-con","ObjectType":"Incidents","$top":%d,"$skip":%d}`, top, skip)
	}
	var twice []testkit.Step
	for i := range 27 {
		twice = append(twice, testkit.Step{Name: fmt.Sprintf("setting: %d", i), Method: "POST", Path: heat + "Incidents", Status: 201, Body: `{"Subject":"syn-con many"}`})
	}
	return append(twice,
		testkit.Step{Name: "full text in one object, whose set it names", Method: "POST", Path: "/HEAT" + rest + "search/fulltext", Header: formLabel, Body: text(25, 0), Check: found(25, 28)},
		testkit.Step{Name: "full text, the batch after", Method: "POST", Path: "/HEAT" + rest + "search/fulltext", Body: text(25, 25), Check: found(3, 28)},
		testkit.Step{Name: "full text, a limit", Method: "POST", Path: "/HEAT" + rest + "search/fulltext", Body: text(4, 0), Check: found(4, 28)},
		testkit.Step{Name: "full text over all objects is an array", Method: "POST", Path: "/HEAT" + rest + "Search", Body: `{"Text":"syn-con"}`, Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			if all := bareList[map[string]any](tb, a); len(all) == 0 || !hexID.MatchString(all[0]["RecId"].(string)) {
				tb.Errorf("%.300s", a.Body)
			}
		}},
		testkit.Step{Name: "setting: the id of a saved search", Path: "/HEAT/api/odata/Incidents/$metadata", Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
			if _, tail, ok := strings.Cut(string(a.Body), `<Function Name="Unassigned_Incidents">`); ok {
				_, tail, _ = strings.Cut(tail, `String="`)
				known["saved"], _, _ = strings.Cut(tail, `"`)
			}
			if known["saved"] == "" {
				tb.Error("no saved search Unassigned_Incidents")
			}
		}},
		testkit.Step{Name: "saved search with the id in the body of a GET", Path: heat + "Incidents/Unassigned_Incidents", Header: map[string]string{"Content-Type": "application/json"}, Body: `{"ActionId":"${saved}"}`, Rows: -1},
		testkit.Step{Name: "saved search with the id in the query", Path: heat + "Incidents/Unassigned_Incidents?ActionId=${saved}", Rows: -1},
		testkit.Step{Name: "saved search under a form label", Path: heat + "Incidents/Unassigned_Incidents", Header: formLabel, Body: `ActionId=${saved}`, Rows: -1},
		testkit.Step{Name: "saved search that finds nothing", Path: heat + "Incidents/Master_Incidents", Has: noRows},
	)
}

func synConOrders() []testkit.Step {
	return []testkit.Step{
		{Name: "published templates", Path: heat + "ServiceReqTemplates?$filter=Status+eq+'Published+(Automatic)'&$select=RecId,Name&$top=100&$skip=0", Rows: 1, Fields: map[string]any{"RecId": "${offering}", "Name": "Borrow a Beamer"}},
		{Name: "its parameters have a type in words", Path: heat + "ServiceReqTemplateParams?$filter=ParentLink_RecID+eq+'${offering}'&$select=RecId,DisplayName,DisplayType,Name,ConfigOptions,RequiredExpression&$top=100&$skip=0", Rows: 6,
			Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
				for _, row := range a.Rows() {
					if _, ok := row["DisplayType"].(string); !ok {
						tb.Errorf("%v", row)
					}
					var config map[string]any
					if text, ok := row["ConfigOptions"].(string); ok && text != "" && json.Unmarshal([]byte(text), &config) != nil {
						tb.Errorf("ConfigOptions %q is no JSON", text)
					}
				}
			}},
		{Name: "person by login", Path: heat + "Employees?$filter=LoginID+eq+'mbauer'", Rows: 1, Fields: map[string]any{"RecId": "${maria}"}},
		{Name: "offerings of the person", Path: "/HEAT" + rest + "Template/${maria}/_All_", Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
			for _, o := range bareList[map[string]any](tb, a) {
				if o["strRecId"] == known["offering"] && o["strSubscriptionId"] == known["subscription"] {
					return
				}
			}
			tb.Errorf("%.300s", a.Body)
		}},
		{Name: "choices by GET", Path: "/HEAT" + rest + "ServiceRequest/${Kind}/ValidationList", Check: keepChoice},
		{Name: "choices of a plain parameter", Path: "/HEAT" + rest + "ServiceRequest/${Reason}/ValidationList", Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			if len(bareList[any](tb, a)) != 0 {
				tb.Errorf("%s", a.Body)
			}
		}},
		{Name: "a refusal is shown by its Message", Method: "POST", Path: "/HEAT" + rest + "ServiceRequest/new", Header: formLabel, Body: synConOrder(`"par-${Kind}":"${choice}"`),
			Has: []string{`"IsSuccess":false`, `"Message":"'Kind' validation list's value was submitted without it's identifier."`}},
		{Name: "order", Method: "POST", Path: "/HEAT" + rest + "ServiceRequest/new", Header: formLabel,
			Body: synConOrder(`"par-${Kind}":"${choice}","par-${Kind}-recId":"${choiceId}","par-${Vip}":"true","par-${Day}":"2030-05-06T00:00:00Z","par-${At}":"2030-05-06T13:28:08Z","par-${Reason}":"why not"`),
			Has:  []string{`"IsSuccess":true`}, Check: keepRequest},
		{Name: "answers of the request", Path: heat + "ServiceReqParams?$filter=ParentLink_RecID+eq+'${request}'&$top=100&$skip=0", Rows: -1, Check: answered},
	}
}

// synConOrder sends an empty Subject and Symptom where none is given.
func synConOrder(parameters string) string {
	return `{"attachmentsToDelete":[],"attachmentsToUpload":[],"delayedFulfill":false,"formName":"ServiceReq.ResponsiveAnalyst.DefaultLayout","saveReqState":false,` +
		`"serviceReqData":{"ProfileLink_RecID":"${maria}","ProfileLink_Category":"Employee","Subject":"","Symptom":""},"subscriptionId":"${subscription}","strUserId":"${maria}","parameters":{` + parameters + `}}`
}
