package desk_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestClientsOrderUnchanged plays how the clients of the compatibility matrix order, request by request.
func TestClientsOrderUnchanged(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("General Request", map[string]any{"Description": "anything", "Status": "Published (Automatic)", "FulfillmentPlan": `["Do it"]`},
			map[string]any{"Name": "Head", "DisplayName": "Please choose", "DisplayType": "category"},
			map[string]any{"Name": "Category", "DisplayName": "Category", "DisplayType": "combo", "RequiredExpression": "$(true)", "ConfigOptions": `{"configData":{"validationListAdditionalConfig":[{"boName":"Category#"}]}}`},
			map[string]any{"Name": "Subcategory", "DisplayName": "Subcategory", "DisplayType": "combo", "ConfigOptions": `{"configData":{"validationListAdditionalConfig":[{"boName":"Subcategory#"}]}}`,
				"ValidationConstraints": `[{"ConstraintFieldName":"Category","FormFieldName":"Category"}]`},
			map[string]any{"Name": "Day", "DisplayName": "Day", "DisplayType": "date"}, map[string]any{"Name": "Vip", "DisplayName": "For a VIP", "DisplayType": "checkbox"})
		t.Run("n8n node of Rugiagialia", func(t *testing.T) { rugiagialia(t, c) })
		t.Run("n8n node of syn-con", func(t *testing.T) { synCon(t, c) })
		t.Run("Rapid7 InsightConnect", func(t *testing.T) { rapid7(t, c) })
		t.Run("MCP server ivanti-itsm", func(t *testing.T) {
			form := c.want(c.as("admin", "GET", "/HEAT"+restRequest+"PackageData/"+c.subs["General Request"]+"/Headquarters", nil), 200)
			for _, p := range form["parameters"].([]any) {
				q := p.(map[string]any)
				if a := c.as("admin", "GET", "/HEAT"+restRequest+q["RecId"].(string)+"/ValidationList", nil); a.Status != 200 || !strings.HasPrefix(string(a.Body), "[") {
					t.Errorf("%v: %d %s", q["Name"], a.Status, a.Body)
				}
			}
		})
	})
}

func rugiagialia(t *testing.T, c *counter) {
	offers := array[map[string]any](t, c.as("admin", "GET", restTemplate+c.people["ann"]+"/_All_", nil).Body)
	template, subscription := offers[0]["strRecId"].(string), offers[0]["strSubscriptionId"].(string)
	a := c.as("admin", "GET", sets+"ServiceReqTemplateParams?%24filter=ParentLink_RecID%20eq%20'"+template+"'&%24select=RecId,DisplayName,DisplayType,Name,ConfigOptions,RequiredExpression", nil)
	parameters, chosen := map[string]any{}, map[string][]string{}
	questions := a.Rows()
	slices.Reverse(questions) // as the form has them: the newest comes first
	for _, p := range questions {
		kind, ok := p["DisplayType"].(string)
		if _, named := p["Name"].(string); !ok || !named {
			t.Errorf("a parameter without name or type: %v", p)
		}
		key := "par-" + p["RecId"].(string)
		switch kind {
		case "combo":
			var constraints any
			if p["Name"] == "Subcategory" {
				constraints = []any{map[string]any{"queryFieldName": "Category", "value": chosen["Category"][1], "condition": nil}}
			}
			body := map[string]any{"constraintParams": constraints, "parameterConfig": nil, "query": "", "strCustomerLocation": "", "strRecId": p["RecId"], "strValidationName": "", "strValidationRecId": "", "values": []any{}}
			rows := array[[]string](t, c.as("admin", "POST", restRequest+p["RecId"].(string)+"/ValidationList", body).Body)
			if len(rows) == 0 {
				t.Fatalf("no choice for %v", p["Name"])
			}
			chosen[p["Name"].(string)] = rows[0]
			parameters[key], parameters[key+"-recId"] = rows[0][1], rows[0][0]
		case "date":
			parameters[key] = "2030-05-06T00:00:00Z"
		case "checkbox":
			parameters[key] = "false"
		}
	}
	if len(parameters) != 6 {
		t.Errorf("%d answers: %v", len(parameters), parameters)
	}
	// It omits localOffset, formName and strCustomerLocation.
	r := c.accepted(c.new("admin", map[string]any{"attachmentsToDelete": []any{}, "attachmentsToUpload": []any{}, "parameters": parameters, "delayedFulfill": false, "saveReqState": false,
		"serviceReqData": map[string]any{"Subject": "n8n", "Symptom": "", "ProfileLink_RecID": c.people["ann"], "ProfileLink_Category": "Employee"}, "strUserId": c.people["ann"], "subscriptionId": subscription}))
	id := r["RecId"].(string)
	a = c.as("admin", "GET", sets+"ServiceReqParams?%24filter=ParentLink_RecID%20eq%20'"+id+"'&%24select=ParameterName,ParameterValue,SvcReqTmplParamLink_RecID", nil)
	if len(a.Rows()) != 4 {
		t.Errorf("answers: %s", a.Body)
	}
	if tasks := c.tasks(id); len(tasks) != 1 {
		t.Errorf("tasks: %v", tasks)
	}
}

func synCon(t *testing.T, c *counter) {
	a := c.as("admin", "GET", sets+"ServiceReqTemplates?$filter=Status+eq+'Published+(Automatic)'", nil)
	if len(a.Rows()) != 1 {
		t.Errorf("published templates: %s", a.Body)
	}
	person := c.as("admin", "GET", sets+"Employees?$filter=LoginID+eq+'ben'", nil).Rows()[0]["RecId"].(string)
	offers := array[map[string]any](t, c.as("admin", "GET", "/HEAT"+restTemplate+person+"%7CVienna%20Office/_All_", nil).Body)
	list := array[[]string](t, c.as("admin", "GET", "/HEAT"+restRequest+c.params["General Request/Category"]+"/ValidationList", nil).Body)
	body := map[string]any{"attachmentsToDelete": []any{}, "attachmentsToUpload": []any{}, "parameters": map[string]any{"par-" + c.params["General Request/Category"]: list[0][1]}, "delayedFulfill": false,
		"formName": "ServiceReq.ResponsiveAnalyst.DefaultLayout", "saveReqState": false, "serviceReqData": map[string]any{}, "strCustomerLocation": "Vienna Office", "strUserId": person,
		"subscriptionId": offers[0]["strSubscriptionId"], "localOffset": -120}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	// Its requests may be labelled as a form.
	a, err = c.Request("POST", "/HEAT"+restRequest+"new", map[string]string{"Authorization": "rest_api_key=" + c.keys["admin"], "Content-Type": "application/x-www-form-urlencoded"}, string(raw))
	if m := a.JSON(); err != nil || a.Status != 200 || m["IsSuccess"] != false || m["Message"] != "'Category' validation list's value was submitted without it's identifier." {
		t.Errorf("%v %d %s: it shows Message", err, a.Status, a.Body)
	}
	body["parameters"].(map[string]any)["par-"+c.params["General Request/Category"]+"-recId"] = list[0][0]
	if r := c.accepted(c.new("admin", body)); r["ProfileLink_RecID"] != person || r["CustomerLocation"] != "Vienna Office" || r["Subject"] != "General Request" {
		t.Errorf("%v", r)
	}
}

func rapid7(t *testing.T, c *counter) {
	person := c.one("employees?$search=ann@corp.example")
	template := c.one("servicereqtemplates?$search=General%20Request")
	if again := c.one("servicereqtemplates?$search=" + template["RecId"].(string)); again["RecId"] != template["RecId"] {
		t.Errorf("%v", again)
	}
	r := c.must("POST", "servicereqs", map[string]any{"SvcReqTmplLink": template["RecId"], "ProfileLink": person["RecId"], "Symptom": "please", "Status": "Submitted", "Urgency": "Medium"}, 201)
	if _, number := r["ServiceReqNumber"].(float64); !number || r["SvcReqTmplLink_RecID"] != template["RecId"] || len(c.tasks(r["RecId"].(string))) != 1 {
		t.Errorf("%v", r)
	}
	r = c.must("PUT", "servicereqs('"+r["RecId"].(string)+"')", map[string]any{"Status": "Waiting for Customer"}, 200)
	if r["Status"] != "Waiting for customer" {
		t.Errorf("%v", r["Status"])
	}
	c.must("DELETE", "servicereqs('"+r["RecId"].(string)+"')", nil, 204)
}
