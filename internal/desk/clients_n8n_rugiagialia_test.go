package desk_test

import (
	"fmt"
	"maps"
	"regexp"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

// nodeOfRugiagialia is n8n-nodes-ivanti-neurons-itsm. Its queries arrive with %24 or with $, spaces as + or %20, by the version of
// n8n below it.
func nodeOfRugiagialia() client {
	return client{name: "n8n node of Rugiagialia", header: keyed("Accept", "application/json"), steps: join(
		[]testkit.Step{{Name: "credential test", Path: sets + "incidents?%24top=1"}}, nodeRecords(), nodePages(), nodeLinks(), nodeFiles(), nodeSearches(), nodeOrders(), nodeTrigger(),
		[]testkit.Step{{Name: "delete", Method: "DELETE", Path: sets + "Incidents('${rec}')", Status: 204, Empty: true}})}
}

func join(parts ...[]testkit.Step) (all []testkit.Step) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func nodeRecords() []testkit.Step {
	return []testkit.Step{
		{Name: "create: a form editor sends every value as text, dates with offset and milliseconds", Method: "POST", Path: sets + "Incidents", Status: 201,
			Body:   `{"Subject":"n8n one","TotalTimeSpent":"20","IsVIP":"true","RespondedDateTime":"2026-01-02T03:04:05.123+02:00"}`,
			Fields: map[string]any{"TotalTimeSpent": 20, "IsVIP": true, "RespondedDateTime": "2026-01-02T01:04:05Z", "Priority": "3", "Status": "Logged"},
			Keep:   map[string]string{"rec": "RecId", "number": "IncidentNumber", "at": "CreatedDateTime"}},
		{Name: "update by PUT", Method: "PUT", Path: sets + "Incidents('${rec}')", Body: `{"Symptom":"changed"}`, Fields: map[string]any{"Symptom": "changed", "Subject": "n8n one"}},
		{Name: "JSON under a form label", Method: "PUT", Path: sets + "Incidents('${rec}')", Header: formLabel, Body: `{"Symptom":"labelled"}`, Fields: map[string]any{"Symptom": "labelled"}},
		{Name: "get", Path: sets + "Incidents('${rec}')", Fields: map[string]any{"Subject": "n8n one", "@odata.context": testkit.Present}},
		{Name: "get with select is a filter", Path: sets + "Incidents?%24filter=RecId%20eq%20'${rec}'&%24select=RecId,Subject", Rows: 1, Fields: map[string]any{"Subject": "n8n one"}, Lacks: []string{"Symptom"}},
		{Name: "the first record names the fields", Path: sets + "Incidents?%24top=1", Rows: 1, Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			if row := a.Rows()[0]; len(row) < 150 {
				tb.Errorf("%d fields; the ones without a value have to be there too", len(row))
			}
		}},
		{Name: "an unknown record throws with code, description and messages", Path: sets + "Incidents('" + nobody + "')", Status: 400, Check: statusObject("ISM_4000", "Invalid key")},
		{Name: "an unknown field throws and is named", Method: "POST", Path: sets + "Incidents", Status: 400, Body: `{"Subject":"x","Nope":"1"}`, Check: statusObject("ISM_4000", "Nope")},
	}
}

// nodePages makes more records than a page holds and reads them to the short page.
func nodePages() (steps []testkit.Step) {
	for i := range 102 {
		steps = append(steps, testkit.Step{Name: fmt.Sprintf("setting: record %d", i), Method: "POST", Path: sets + "Journal__Notess", Status: 201,
			Body: `{"Subject":"page of notes","NotesBody":"x","ParentLink_RecID":"${rec}"}`})
	}
	seen := map[string]bool{}
	count := func(rows int) func(testing.TB, testkit.Answer, map[string]string) {
		return func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			for _, row := range a.Rows() {
				seen[row["RecId"].(string)] = true
			}
			if len(a.Rows()) != rows {
				tb.Errorf("%d rows, want %d", len(a.Rows()), rows)
			}
		}
	}
	query := "&%24filter=Subject+eq+'page+of+notes'&%24select=RecId%2C+Subject&%24orderby=CreatedDateTime+desc"
	return append(steps,
		testkit.Step{Name: "first page", Path: sets + "Journal__Notess?%24skip=0&%24top=100" + query, Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
			clear(seen)
			count(100)(tb, a, known)
		}},
		testkit.Step{Name: "the short page ends", Path: sets + "Journal__Notess?$skip=100&$top=100&$filter=Subject eq 'page of notes'&$select=RecId, Subject&$orderby=CreatedDateTime desc", Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
			count(2)(tb, a, known)
			if len(seen) != 102 {
				tb.Errorf("%d of 102 records on two pages", len(seen))
			}
		}},
		testkit.Step{Name: "a page beyond the end", Path: sets + "Journal__Notess?$skip=200&$top=100&$filter=Subject+eq+'page+of+notes'", Has: []string{`"value":[]`}},
	)
}

func nodeLinks() []testkit.Step {
	path := sets + "Incidents('${rec}')/IncidentAssociatesCI"
	return []testkit.Step{
		{Name: "nothing related is an empty array", Path: path, Has: noRows},
		{Name: "link with {}", Method: "PATCH", Path: path + "('${ci}')/$Ref", Header: map[string]string{"Content-Type": "application/json"}, Body: `{}`, Has: linkWords},
		{Name: "related", Path: path, Rows: 1, Fields: map[string]any{"RecId": "${ci}", "Name": "router-1"}},
		{Name: "unlink", Method: "DELETE", Path: path + "('${ci}')/$Ref", Has: unlinkWords},
		{Name: "nothing is left", Path: path, Has: noRows},
		{Name: "an unknown target throws", Method: "PATCH", Path: path + "('" + nobody + "')/$Ref", Body: `{}`, Status: 400, Check: statusObject("ISM_4000", "related business object")},
	}
}

func nodeFiles() []testkit.Step {
	send := func(name, content string) string {
		return form(field("AttachmentType", "File"), file(name, content), field("ObjectID", "${rec}"), field("ObjectType", "incident#"))
	}
	return []testkit.Step{
		{Name: "upload, the type last and in lower case", Method: "POST", Path: rest + "Attachment", Header: multipartForm, Body: send("scan one.png", everyByte), Check: uploadedOne("file", "scan one.png")},
		{Name: "download", Path: rest + "Attachment?ID=${file}", Header: map[string]string{"Accept": "*/*"}, Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
			sameBytes(everyByte, "scan one.png")(tb, a, known)
			if m := regexp.MustCompile(`filename="?([^"]+)"?`).FindStringSubmatch(a.Header.Get("Content-Disposition")); m == nil || m[1] != "scan one.png" {
				tb.Errorf("%q in %q", m, a.Header.Get("Content-Disposition"))
			}
		}},
		{Name: "a refused type throws by its status", Method: "POST", Path: rest + "Attachment", Header: multipartForm, Body: send("run.exe", "MZ"), Status: 300, Check: refusedUpload},
		{Name: "delete by path", Method: "DELETE", Path: rest + "Attachment/${file}", Status: 204, Empty: true},
		{Name: "a deleted file throws", Path: rest + "Attachment?ID=${file}", Status: 400, Check: statusObject("ISM_4000", "not found")},
	}
}

func nodeSearches() []testkit.Step {
	saved := regexp.MustCompile(`<Function Name="([^"]+)">[\s\S]*?<Parameter Name="ActionId"[\s\S]*?<PropertyValue Property="DefaultValue" String="([^"]+)"`)
	return []testkit.Step{
		{Name: "saved searches out of the metadata", Path: "/api/odata/Incidents/$metadata", Header: map[string]string{"Accept": "application/xml, text/xml, */*"}, Heads: map[string]string{"Content-Type": "application/xml; charset=utf-8"},
			Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
				for _, m := range saved.FindAllStringSubmatch(string(a.Body), -1) {
					known["saved "+m[1]] = m[2]
				}
				if known["all"] = known["saved All_Incidents"]; known["all"] == "" {
					tb.Errorf("no saved search All_Incidents among %d", len(saved.FindAllIndex(a.Body, -1)))
				}
			}},
		{Name: "run one with paging and order", Path: sets + "Incidents/All_Incidents?ActionId=${all}&$orderby=IncidentNumber asc&$skip=0&$top=100", Rows: -1, Fields: map[string]any{"RecId": testkit.Present}},
		{Name: "run one with a filter", Path: sets + "Incidents/All_Incidents?ActionId=${all}&%24filter=RecId%20eq%20'${rec}'&%24top=50", Rows: 1},
		{Name: "run one that finds nothing", Path: sets + "Incidents/All_Incidents?ActionId=${all}&$filter=Subject eq 'never'&$top=50", Has: []string{`"value":[]`}},
		{Name: "simple search", Path: sets + "Incidents?%24search=n8n+one&%24top=50", Rows: 1, Fields: map[string]any{"RecId": "${rec}"}},
		{Name: "simple search with a filter", Path: sets + "Incidents?%24search=n8n&%24filter=Status+eq+'Closed'&%24orderby=CreatedDateTime+desc", Has: []string{`"value":[]`}},
		{Name: "full text, a first batch", Method: "POST", Path: rest + "search/fulltext", Body: `{"Text":"page notes","ObjectType":"Journal__Notes","Top":20,"Skip":0}`, Check: found(20, 102)},
		{Name: "full text, the batch after", Method: "POST", Path: rest + "search/fulltext", Body: `{"Text":"page notes","ObjectType":"Journal__Notes","Top":20,"Skip":100}`, Check: found(2, 102)},
		{Name: "full text of nothing", Method: "POST", Path: rest + "search/fulltext", Body: `{"Text":"zzzzqqqq","ObjectType":"Incident","Top":20,"Skip":0}`, Check: found(0, 0)},
	}
}

// found wants an array data of so many rows, and totalRows to count all.
func found(rows, total int) func(testing.TB, testkit.Answer, map[string]string) {
	return func(tb testing.TB, a testkit.Answer, _ map[string]string) {
		m := a.JSON()
		if data, ok := m["data"].([]any); !ok || len(data) != rows || m["totalRows"] != float64(total) || m["keyRef"] != "RecId" {
			tb.Errorf("%d rows of %v, want %d of %d: %.300s", len(data), m["totalRows"], rows, total, a.Body)
		}
	}
}

// nodeOrders is the service request resource. The person is kept as "RecId|Location" and sent so where offerings are listed.
func nodeOrders() []testkit.Step {
	type offer struct {
		Name         string `json:"strName"`
		Subscription string `json:"strSubscriptionId"`
		Template     string `json:"strRecId"`
	}
	offers := func(tb testing.TB, a testkit.Answer, known map[string]string) {
		for _, o := range bareList[offer](tb, a) {
			if o.Name == "Borrow a Beamer" && o.Subscription == known["subscription"] && o.Template == known["offering"] {
				return
			}
		}
		tb.Errorf("the offering is not listed: %.300s", a.Body)
	}
	questions := func(tb testing.TB, a testkit.Answer, _ map[string]string) {
		if len(a.Rows()) != 6 {
			tb.Errorf("%d parameters, want 6", len(a.Rows()))
		}
		for _, row := range a.Rows() {
			kind, typed := row["DisplayType"].(string)
			_, named := row["Name"].(string)
			if required := row["RequiredExpression"]; !typed || !named || kind == "combo" && required != "$(true)" || kind == "text" && required != "$(false)" {
				tb.Errorf("%v", row)
			}
		}
	}
	body := `{"attachmentsToDelete":[],"attachmentsToUpload":[],"parameters":{%s},"delayedFulfill":false,"saveReqState":false,"serviceReqData":{"Subject":"by n8n","Symptom":"s"},"strUserId":"${maria}","subscriptionId":"${subscription}"%s}`
	return []testkit.Step{
		{Name: "people", Path: sets + "Frs_CompositeContract_Contacts?%24select=RecId%2CDisplayName%2CEmployeeLocation&%24top=20&%24search=mbauer", Rows: 1,
			Fields: map[string]any{"RecId": "${maria}", "DisplayName": "Maria Bauer", "EmployeeLocation": "Head Office"}, Lacks: []string{"NetworkUserName"}},
		{Name: "offerings of a person with the pipe as it is", Path: rest + "Template/${maria}|Head Office/_All_", Check: offers},
		{Name: "offerings of a person with the pipe encoded", Path: rest + "Template/${maria}%7CHead%20Office/_All_", Check: offers},
		{Name: "offerings of the plain id", Path: rest + "Template/${maria}/_All_", Check: offers},
		{Name: "parameters", Path: sets + "ServiceReqTemplateParams?%24filter=ParentLink_RecID+eq+'${offering}'&%24select=RecId,DisplayName,DisplayType,Name,ConfigOptions,RequiredExpression&%24top=100&%24skip=0", Check: questions},
		{Name: "types of the parameters without a page", Path: sets + "ServiceReqTemplateParams?%24filter=ParentLink_RecID%20eq%20'${offering}'&%24select=RecId%2CDisplayType", Rows: 6},
		{Name: "choices", Method: "POST", Path: rest + "ServiceRequest/${Kind}/ValidationList",
			Body:  `{"constraintParams":null,"parameterConfig":null,"query":"","strCustomerLocation":"","strRecId":"${Kind}","strValidationName":"","strValidationRecId":"","values":[]}`,
			Check: keepChoice},
		{Name: "a required answer missing is refused with 200", Method: "POST", Path: rest + "ServiceRequest/new", Body: fmt.Sprintf(body, "", ""), Has: []string{`"IsSuccess":false`, `Kind`, `"ServiceRequests":[]`}},
		{Name: "order without localOffset, formName and location", Method: "POST", Path: rest + "ServiceRequest/new",
			Body: fmt.Sprintf(body, `"par-${Kind}":"${choice}","par-${Kind}-recId":"${choiceId}","par-${Vip}":"true","par-${Day}":"2030-05-06T00:00:00Z","par-${At}":"2030-05-06T13:28:08Z","par-${Reason}":"why not"`, ""),
			Has:  []string{`"IsSuccess":true`, `"ErrorText":""`}, Check: keepRequest},
		{Name: "order with everything", Method: "POST", Path: rest + "ServiceRequest/new",
			Body: fmt.Sprintf(body, `"par-${Kind}":"${choice}","par-${Kind}-recId":"${choiceId}"`, `,"localOffset":-120,"formName":"ServiceReq.ResponsiveAnalyst.DefaultLayout","strCustomerLocation":"Head Office"`), Has: []string{`"IsSuccess":true`}},
		{Name: "the answers", Path: sets + "ServiceReqParams?%24filter=ParentLink_RecID+eq+'${request}'&%24skip=0&%24top=100", Rows: -1, Check: answered},
		{Name: "the answers with a filter", Path: sets + "ServiceReqParams?$filter=(ParentLink_RecID eq '${request}') and (ParameterValue ne null)&$select=RecId,ParameterName,ParameterValue&$orderby=CreatedDateTime asc&$skip=0&$top=100", Rows: 5},
		{Name: "the request", Path: sets + "ServiceReqs('${request}')", Fields: map[string]any{"Subject": "by n8n", "ProfileLink_RecID": "${maria}", "SvcReqTmplLink_RecID": "${offering}"}},
	}
}

// keepChoice keeps the first row of a validation list.
func keepChoice(tb testing.TB, a testkit.Answer, known map[string]string) {
	rows := bareList[[]string](tb, a)
	if len(rows) == 0 || len(rows[0]) < 2 || !hexID.MatchString(rows[0][0]) {
		tb.Fatalf("%.300s", a.Body)
	}
	known["choiceId"], known["choice"] = rows[0][0], rows[0][1]
}

// keepRequest keeps the request that an order made.
func keepRequest(tb testing.TB, a testkit.Answer, known map[string]string) {
	made, _ := a.JSON()["ServiceRequests"].([]any)
	if len(made) != 1 {
		tb.Fatalf("%s", a.Body)
	}
	one, _ := made[0].(map[string]any)
	id, _ := one["strRequestRecId"].(string)
	number, _ := one["strRequestNum"].(string)
	mapped, _ := one["parameterTemplateParameterIds"].(map[string]any)
	if !hexID.MatchString(id) || number == "" || one["strName"] != "Borrow a Beamer" || len(mapped) == 0 {
		tb.Errorf("%v", one)
	}
	known["request"] = id
}

// answered wants every answer as it was sent: dates whole, a checkbox in lower case.
func answered(tb testing.TB, a testkit.Answer, known map[string]string) {
	got := map[string]any{}
	for _, row := range a.Rows() {
		link, _ := row["SvcReqTmplParamLink_RecID"].(string)
		got[link] = row["ParameterValue"]
	}
	for id, want := range map[string]string{"Kind": known["choice"], "Vip": "true", "Day": "2030-05-06T00:00:00Z", "At": "2030-05-06T13:28:08Z", "Reason": "why not"} {
		if got[known[id]] != want {
			tb.Errorf("%s = %v, want %s", id, got[known[id]], want)
		}
	}
}

// nodeTrigger polls as the trigger does: by the time of the last record it saw, read as a date of JavaScript.
func nodeTrigger() []testkit.Step {
	millis := func(tb testing.TB, a testkit.Answer, known map[string]string) {
		row := maps.Clone(a.Rows()[0])
		for name, member := range map[string]string{"created": "CreatedDateTime", "modified": "LastModDateTime"} {
			text, _ := row[member].(string)
			at, err := time.Parse(time.RFC3339, text)
			if err != nil || at.Nanosecond() != 0 {
				tb.Errorf("%s = %q", member, text)
			}
			known[name] = at.UTC().Format("2006-01-02T15:04:05.000Z")
		}
	}
	return []testkit.Step{
		{Name: "manual mode", Path: sets + "Incidents?%24top=1&%24orderby=CreatedDateTime%20desc", Rows: 1, Fields: map[string]any{"RecId": "${rec}"}},
		{Name: "setting: its times", Path: sets + "Incidents?$filter=RecId eq '${rec}'", Rows: 1, Check: millis},
		{Name: "poll from long ago, fields selected", Path: sets + "Incidents?%24select=RecId%2CCreatedDateTime&%24filter=CreatedDateTime+gt+2020-01-01T00:00:00.123Z+and+(Status+eq+'Logged')&%24orderby=CreatedDateTime+asc", Rows: -1, Fields: map[string]any{"CreatedDateTime": testkit.Present}},
		{Name: "poll from the last record sees it no more", Path: sets + "Incidents?%24filter=CreatedDateTime%20gt%20${created}%20and%20(RecId%20eq%20'${rec}')&%24orderby=CreatedDateTime%20asc", Has: []string{`"value":[]`}},
		{Name: "poll of updates from the last record", Path: sets + "Incidents?%24filter=LastModDateTime+gt+${modified}+and+(RecId+eq+'${rec}')&%24orderby=LastModDateTime+asc", Has: []string{`"value":[]`}},
		{Name: "a fresh record has one time for both", Method: "POST", Path: sets + "Incidents", Status: 201, Body: `{"Subject":"fresh"}`, Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			if m := a.JSON(); m["CreatedDateTime"] != m["LastModDateTime"] {
				tb.Errorf("%v and %v: a trigger on updates would fire", m["CreatedDateTime"], m["LastModDateTime"])
			}
		}},
	}
}
