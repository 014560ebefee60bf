package desk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

// array is the bare array of an answer.
func array[T any](t *testing.T, body []byte) []T {
	t.Helper()
	var out []T
	if err := json.Unmarshal(body, &out); err != nil || out == nil {
		t.Errorf("%.300s is no array: %v", body, err)
	}
	return out
}

func TestOfferingsAreForWhomTheyAreMeant(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		if a := c.as("ann", "GET", restTemplate+c.people["ann"]+"/_All_", nil); a.Status != 200 || string(a.Body) != "[]" {
			t.Errorf("no offerings: %d %s, want []", a.Status, a.Body)
		}
		c.offer("everywhere", map[string]any{"SortOrder": 2, "Description": "d", "Price": "12.5", "ConfigOptions": `{"a":1}`, "ApprovalRequired": true})
		c.offer("first", map[string]any{"SortOrder": 1, "Status": "Published (Automatic)"})
		c.offer("berlin", map[string]any{"SortOrder": 3, "Locations": "Rome; Berlin"})
		c.offer("lines", map[string]any{"SortOrder": 4, "Locations": "Vienna\nBerlin"})
		c.offer("commas", map[string]any{"SortOrder": 5, "Locations": "Vienna, berlin"})
		c.offer("analysts", map[string]any{"SortOrder": 6, "Roles": "ServiceDeskAnalyst"})
		c.offer("portal", map[string]any{"SortOrder": 7, "Roles": "selfservice; Nobody"})
		c.offer("own", map[string]any{"AllowOnBehalfOf": false}) // without a place: behind the others
		c.offer("design", map[string]any{"Status": "Design"})
		c.offer("retired", map[string]any{"Status": "Retired"})
		if c.subs["design"] != "" || len(c.subs["first"]) != 32 || c.subs["first"] == c.subs["everywhere"] {
			t.Errorf("subscriptions: %q %q", c.subs["design"], c.subs["first"])
		}
		names := func(who, path string) string {
			t.Helper()
			a := c.as(who, "GET", path, nil)
			if a.Status != 200 {
				t.Errorf("%s for %s: %d %s", path, who, a.Status, a.Body)
				return ""
			}
			var out []string
			for _, o := range array[map[string]any](t, a.Body) {
				out = append(out, o["strName"].(string))
			}
			return strings.Join(out, " ")
		}
		ann, ben, agent := c.people["ann"], c.people["ben"], c.people["agent"]
		for _, x := range []struct{ name, who, path, want string }{
			{"herself", "ann", restTemplate + ann + "/_All_", "first everywhere berlin lines commas portal own"},
			{"another place", "ben", restTemplate + ben + "/_All_", "first everywhere lines commas portal own"},
			{"a place that is sent", "ben", restTemplate + ben + "%7CBerlin/_All_", "first everywhere berlin lines commas portal own"},
			{"a bar as it is", "ben", restTemplate + ben + "|Rome/_All_", "first everywhere berlin portal own"},
			{"blanks around it", "ben", restTemplate + ben + "%20%7C%20New%20York/_All_", "first everywhere portal own"},
			{"any case, and under /HEAT", "ann", "/HEAT/api/REST/template/" + strings.ToLower(ann) + "/_ALL_", "first everywhere berlin lines commas portal own"},
			{"a slash at the end", "ann", restTemplate + ann + "/_All_/", "first everywhere berlin lines commas portal own"},
			{"dashes in the id", "ann", restTemplate + dashed(ann) + "/_All_", "first everywhere berlin lines commas portal own"},
			{"an agent for herself", "agent", restTemplate + agent + "/_All_", "first everywhere berlin lines commas analysts portal own"},
			{"an agent for ann: ann's roles count", "agent", restTemplate + ann + "/_All_", "first everywhere berlin lines commas portal"},
			{"an administrator for ann", "admin", restTemplate + ann + "/_All_", "first everywhere berlin lines commas portal"},
		} {
			if got := names(x.who, x.path); got != x.want {
				t.Errorf("%s: %s, want %s", x.name, got, x.want)
			}
		}
		var shown map[string]any
		for _, o := range array[map[string]any](t, c.as("ann", "GET", restTemplate+ann+"/_All_", nil).Body) {
			if o["strName"] == "everywhere" {
				shown = o
			}
		}
		for k, want := range map[string]any{"strRecId": c.offers["everywhere"], "strSubscriptionId": c.subs["everywhere"], "strDescription": "d", "strConfigOptions": `{"a":1}`,
			"strPrice": "12.5000", "bApprovalRequired": true, "nSortOrder": 2.0, "strOwnerTeam": "Service Desk"} {
			if shown[k] != want {
				t.Errorf("%s = %v, want %v", k, shown[k], want)
			}
		}
		if len(shown) < 20 {
			t.Errorf("%d keys, clients expect about 20", len(shown))
		}
		for _, x := range []struct {
			name, who, method, path string
			status                  int
			says                    string
		}{
			{"for somebody else", "ann", "GET", restTemplate + ben + "/_All_", 400, "Role SelfService does not have rights"},
			{"an unknown person", "admin", "GET", restTemplate + "0123456789ABCDEF0123456789ABCDEF/_All_", 400, "Invalid key"},
			{"no id", "admin", "GET", restTemplate + "x/_All_", 400, "Invalid key"},
			{"another object's id", "admin", "GET", restTemplate + c.offers["first"] + "/_All_", 400, "Invalid key"},
			{"another end", "admin", "GET", restTemplate + ann + "/_Some_", 404, "ISM_4004"},
			{"too long", "admin", "GET", restTemplate + ann + "/_All_/x", 404, "ISM_4004"},
			{"too short", "admin", "GET", restTemplate + ann, 404, "ISM_4004"},
			{"NUL", "admin", "GET", restTemplate + ann + "%00/_All_", 404, "ISM_4004"},
			{"another method", "admin", "POST", restTemplate + ann + "/_All_", 405, "ISM_4005"},
			{"a taken subscription", "admin", "PATCH", sets + "servicereqtemplates('" + c.offers["berlin"] + "')", 400, "is already taken"},
		} {
			var body any
			if x.method == "PATCH" {
				body = map[string]any{"SubscriptionId": c.subs["first"]}
			}
			if a := c.as(x.who, x.method, x.path, body); a.Status != x.status || !strings.Contains(string(a.Body), x.says) {
				t.Errorf("%s: %d %s, want %d %s", x.name, a.Status, a.Body, x.status, x.says)
			}
		}
	})
}

func dashed(id string) string {
	return strings.ToLower(id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:])
}

func TestWhatAnAdministratorSaysOfOfferingsIsChecked(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		vars := map[string]string{"key": s.Key(t, "Admin")}
		param := func(name string, status int, members string, has ...string) testkit.Step {
			return testkit.Step{Name: name, Method: "POST", Path: sets + "servicereqtemplateparams", Status: status, Has: has, Body: `{"ParentLink":"${o}","Name":"` + name + `","DisplayName":"p",` + members + `}`}
		}
		s.Scenario(t, vars, map[string]string{"Authorization": "rest_api_key=${key}"}, []testkit.Step{
			{Name: "an offering", Method: "POST", Path: sets + "servicereqtemplates", Status: 201, Body: `{"Name":"o"}`, Fields: map[string]any{"SubscriptionId": nil, "ApprovalRule": "All"}, Keep: map[string]string{"o": "RecId"}},
			{Name: "is published", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Body: `{"Status":"Published"}`, Fields: map[string]any{"SubscriptionId": testkit.Present, "PublishedDateTime": testkit.Present}, Keep: map[string]string{"sub": "SubscriptionId"}},
			{Name: "and keeps its subscription", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Body: `{"Status":"Retired","Description":"x"}`, Fields: map[string]any{"SubscriptionId": "${sub}"}},
			{Name: "a plan", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Body: `{"FulfillmentPlan":"[\"one\"]"}`},
			{Name: "a broken plan", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Status: 400, Body: `{"FulfillmentPlan":"[1"}`, Has: []string{"FulfillmentPlan", "not JSON"}},
			{Name: "a plan in a circle", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Status: 400, Body: `{"FulfillmentPlan":"[{\"name\":\"a\",\"subject\":\"x\",\"after\":\"a\"}]"}`, Has: []string{"circle"}},
			{Name: "a plan of no tasks", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Status: 400, Body: `{"FulfillmentPlan":"[{\"subject\":\"x\",\"type\":\"Incident#\"}]"}`, Has: []string{"Incident# is not a kind of task"}},
			{Name: "a plan of the group of tasks", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Status: 400, Body: `{"FulfillmentPlan":"[{\"subject\":\"x\",\"type\":\"Task#\"}]"}`, Has: []string{"Task# is not a kind of task"}},
			{Name: "broken options", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Status: 400, Body: `{"ConfigOptions":"{"}`, Has: []string{"ConfigOptions", "not JSON"}},
			{Name: "an unknown display type", Method: "POST", Path: sets + "servicereqtemplateparams", Status: 400, Body: `{"ParentLink":"${o}","Name":"p","DisplayName":"p","DisplayType":"slider"}`, Has: []string{"slider"}},
			{Name: "constraints that are no JSON", Method: "POST", Path: sets + "servicereqtemplateparams", Status: 400, Body: `{"ParentLink":"${o}","Name":"p","DisplayName":"p","ValidationConstraints":"x"}`, Has: []string{"ValidationConstraints"}},
			{Name: "constraints of another form", Method: "POST", Path: sets + "servicereqtemplateparams", Status: 400, Body: `{"ParentLink":"${o}","Name":"p","DisplayName":"p","ValidationConstraints":"{}"}`, Has: []string{"FormFieldName"}},
			{Name: "a pattern that is none", Method: "POST", Path: sets + "servicereqtemplateparams", Status: 400, Body: `{"ParentLink":"${o}","Name":"p","DisplayName":"p","Pattern":"("}`, Has: []string{"regular expression"}},
			{Name: "a negative price", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Status: 400, Body: `{"Price":"-1"}`, Has: []string{`"field":"Price"`, "it is 0 or more"}},
			{Name: "negative votes", Method: "PATCH", Path: sets + "servicereqtemplates('${o}')", Status: 400, Body: `{"VotesRequired":-1}`, Has: []string{`"field":"VotesRequired"`}},
			param("a negative option", 400, `"PriceOption":"-0.5"`, `"field":"PriceOption"`),
			param("bounds that no answer keeps", 400, `"MinLength":9,"MaxLength":3`, `"field":"MinLength"`, "9 is more than the 3 of the field 'MaxLength'"),
			param("a negative bound", 400, `"MaxLength":-3`, `"field":"MaxLength"`),
			param("a list that there is not", 400, `"DisplayType":"combo","ValidationList":"Colours"`, `"field":"ValidationList"`, "no pick list and no business object 'Colours'"),
			param("a field of no record", 400, `"DisplayType":"combo","ValidationList":"Category#","ValidationListField":"Colour"`, `"field":"ValidationListField"`, "Category# has no field 'Colour'"),
			param("a default outside of the list", 400, `"DisplayType":"dropdown","ValidationList":"Urgency","DefaultValue":"Red"`, `"field":"DefaultValue"`, "'Red' is not in the list"),
			param("a default of no record", 400, `"DisplayType":"combo","ValidationList":"Category#","DefaultValue":"Red"`, `"field":"DefaultValue"`),
			param("a default that is no number", 400, `"DisplayType":"number","DefaultValue":"many"`, `"field":"DefaultValue"`, "it must be a number"),
			param("a default that is too long", 400, `"MaxLength":2,"DefaultValue":"abc"`, `"field":"DefaultValue"`, "at most 2 characters"),
			param("a default that is no date", 400, `"DisplayType":"date","DefaultValue":"tomorrow"`, `"field":"DefaultValue"`),
			param("a default that is neither", 400, `"DisplayType":"checkbox","DefaultValue":"maybe"`, `"field":"DefaultValue"`, "true or false"),
			param("an expression with an open bracket", 400, `"RequiredExpression":"$((a == 'b')"`, `"field":"RequiredExpression"`, "not closed"),
			param("an expression with an open quote", 400, `"VisibilityExpression":"$(a == 'b)"`, `"field":"VisibilityExpression"`),
			param("what fits together", 201, `"DisplayType":"combo","ValidationList":"Category#","DefaultValue":"hardware","MinLength":0,"MaxLength":0,"PriceOption":"0"`),
			{Name: "a name that is taken, in whatever case", Method: "POST", Path: sets + "servicereqtemplateparams", Status: 400, Body: `{"ParentLink":"${o}","Name":"WHAT FITS TOGETHER","DisplayName":"p"}`, Has: []string{"'ParentLink, Name' is already taken"}},
			{Name: "an expression of another product is kept", Method: "POST", Path: sets + "servicereqtemplateparams", Status: 201, Body: `{"ParentLink":"${o}","Name":"p","DisplayName":"p","RequiredExpression":"$(if x then y)"}`},
		})
	})
}

func TestValidationLists(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		options := func(object string) string {
			return fmt.Sprintf(`{"configData":{"validationListAdditionalConfig":[{"boName":%q}]}}`, object)
		}
		c.offer("lists", nil,
			map[string]any{"Name": "urgency", "DisplayType": "dropdown", "ValidationList": "urgency"},
			map[string]any{"Name": "priority", "DisplayType": "picklist", "ValidationList": "Priority"},
			map[string]any{"Name": "category", "DisplayType": "combo", "ConfigOptions": options("Category#")},
			map[string]any{"Name": "sub", "DisplayType": "list", "ValidationList": "Subcategory#", "ValidationListField": "Name", "ValidationConstraints": `[{"ConstraintFieldName":"Category","FormFieldName":"category"}]`},
			map[string]any{"Name": "person", "DisplayType": "combo", "ValidationList": "Employee#", "ValidationListField": "LoginID"},
			map[string]any{"Name": "incident", "DisplayType": "combo", "ValidationList": "Incident#"},
			map[string]any{"Name": "change", "DisplayType": "combo", "ValidationList": "Change#"},
			map[string]any{"Name": "plain", "DisplayType": "text", "ValidationList": "Urgency"},
			map[string]any{"Name": "nothing", "DisplayType": "combo"},
			map[string]any{"Name": "gone", "DisplayType": "combo", "ConfigOptions": options("NoSuchThing#")})
		c.must("POST", "incidents", map[string]any{"Subject": "of ann", "ProfileLink": c.people["ann"]}, 201)
		c.must("POST", "incidents", map[string]any{"Subject": "of ben", "ProfileLink": c.people["ben"]}, 201)
		values := func(who, param string, body any) []string {
			t.Helper()
			method := "POST"
			if body == nil {
				method = "GET"
			}
			a := c.as(who, method, restRequest+c.params["lists/"+param]+"/ValidationList", body)
			if a.Status != 200 {
				t.Errorf("%s: %d %s", param, a.Status, a.Body)
			}
			out := []string{}
			for _, row := range array[[]string](t, a.Body) {
				if len(row) < 2 || len(row) > 3 || len(row[0]) != 32 {
					t.Errorf("%s: the row %v", param, row)
					continue
				}
				out = append(out, strings.Join(row[1:], "/"))
			}
			return out
		}
		n8n := func(query string, constraints any) map[string]any {
			return map[string]any{"constraintParams": constraints, "parameterConfig": nil, "query": query, "strCustomerLocation": "", "strRecId": "x", "strValidationName": "", "strValidationRecId": "", "values": []any{}}
		}
		by := func(field string, value any, condition any) []any {
			return []any{map[string]any{"queryFieldName": field, "value": value, "condition": condition}}
		}
		category := ""
		for _, row := range array[[]string](t, c.as("ann", "GET", restRequest+c.params["lists/category"]+"/ValidationList", nil).Body) {
			if row[1] == "Database" {
				category = row[0]
			}
		}
		database := []string{"Database Outage", "Database Performance"}
		for _, x := range []struct {
			name, who, param string
			body             any
			want             []string
		}{
			{"a named list in its order", "ann", "urgency", n8n("", nil), []string{"Low", "Medium", "High"}},
			{"the same by GET", "ann", "urgency", nil, []string{"Low", "Medium", "High"}},
			{"with labels", "ann", "priority", nil, []string{"1/Critical", "2/High", "3/Medium", "4/Low", "5/Planning"}},
			{"narrowed by its value", "ann", "urgency", n8n("iG", nil), []string{"High"}},
			{"narrowed by its label", "ann", "priority", n8n("crit", nil), []string{"1/Critical"}},
			{"a constraint says nothing to a named list", "ann", "urgency", n8n("", by("Category", "x", nil)), []string{"Low", "Medium", "High"}},
			{"records, narrowed", "ann", "category", n8n("DATA", nil), []string{"Database"}},
			{"records of what was chosen", "ann", "sub", n8n("", by("Category", "database", nil)), database},
			{"by its identifier", "ann", "sub", n8n("", by("Category", category, nil)), database},
			{"with a condition", "ann", "sub", n8n("", by("Name", "dataBASE", "contains")), database},
			{"without a value it does not count", "ann", "sub", n8n("database", by("Category", "", nil)), database},
			{"nor null", "ann", "sub", n8n("database", by("Category", nil, "eq")), database},
			{"a value that there is not", "ann", "sub", n8n("", by("Category", "Gardening", nil)), []string{}},
			{"a number where a date belongs", "ann", "sub", n8n("", by("CreatedDateTime", "7", nil)), []string{}},
			{"a field of the list's records", "ann", "person", n8n("", by("EmployeeLocation", "Vienna", nil)), []string{"ben"}},
			{"the caller's own records", "ann", "incident", nil, []string{"of ann"}},
			{"all for who sees all", "agent", "incident", nil, []string{"of ann", "of ben"}},
			{"none of what may not be read", "ann", "change", nil, []string{}},
			{"a plain parameter", "ann", "plain", nil, []string{}},
			{"a plain parameter, asked as n8n does", "ann", "plain", n8n("", nil), []string{}},
			{"a list without a source", "ann", "nothing", nil, []string{}},
			{"a list of no object", "ann", "gone", nil, []string{}},
			{"an empty object", "ann", "urgency", map[string]any{}, []string{"Low", "Medium", "High"}},
		} {
			if diff := cmp.Diff(x.want, values(x.who, x.param, x.body)); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", x.name, diff)
			}
		}
		path := restRequest + c.params["lists/sub"] + "/ValidationList"
		for _, x := range []struct {
			name, who, method, path string
			body                    any
			status                  int
			says                    string
		}{
			{"an unknown parameter", "ann", "GET", restRequest + "0123456789ABCDEF0123456789ABCDEF/ValidationList", nil, 400, "Invalid key"},
			{"an unknown parameter by POST", "ann", "POST", restRequest + "0123456789ABCDEF0123456789ABCDEF/ValidationList", "{}", 400, "cannot be found in the business object 'servicereqtemplateparam'"},
			{"no id", "ann", "GET", restRequest + "x/ValidationList", nil, 400, "Invalid key"},
			{"an unknown field", "ann", "POST", path, n8n("", by("Nope", "x", nil)), 400, "Field 'Nope' is not part of the business object 'subcategory'"},
			{"broken JSON", "ann", "POST", path, `{"query":`, 400, "ISM_4000"},
			{"an array", "ann", "POST", path, `[]`, 400, "ISM_4000"},
			{"a query of the wrong type", "ann", "POST", path, `{"query":{}}`, 400, "ISM_4000"},
			{"constraints of the wrong type", "ann", "POST", path, `{"constraintParams":"x"}`, 400, "ISM_4000"},
			{"NUL in a constraint", "ann", "POST", path, `{"constraintParams":[{"queryFieldName":"Name","value":"a\u0000"}]}`, 400, "ISM_4000"},
			{"NUL in the query", "ann", "POST", path, `{"query":"a\u0000"}`, 400, "ISM_4000"},
			{"too many constraints", "ann", "POST", path, n8n("", slices.Repeat(by("Name", "x", nil), 30)), 400, "at most 20"},
			{"too large", "ann", "POST", path, `{"query":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "ISM_4013"},
			{"another method", "ann", "DELETE", path, nil, 405, "ISM_4005"},
			{"in any case", "ann", "GET", "/heat/API/rest/servicerequest/" + c.params["lists/urgency"] + "/validationlist", nil, 200, "Medium"},
		} {
			if a := c.as(x.who, x.method, x.path, x.body); a.Status != x.status || !strings.Contains(string(a.Body), x.says) {
				t.Errorf("%s: %d %.300s, want %d %s", x.name, a.Status, a.Body, x.status, x.says)
			}
		}
	})
}

func TestPackageDataIsTheForm(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("form", map[string]any{"Description": "d"},
			map[string]any{"Name": "b", "DisplayName": "Second", "SequenceNum": 9, "DisplayType": "combo", "ValidationConstraints": "[]", "RequiredExpression": "$(true)"},
			map[string]any{"Name": "a", "DisplayName": "First", "DisplayType": "category"},
			map[string]any{"Name": "off", "IsActive": false})
		c.offer("design", map[string]any{"Status": "Design", "SubscriptionId": "ABC"})
		for _, path := range []string{c.subs["form"] + "/New%20York%2FEast", c.subs["form"], c.subs["form"] + "/", dashed(c.subs["form"]) + "/x"} {
			a := c.want(c.as("ann", "GET", restRequest+"PackageData/"+path, nil), 200)
			params, _ := a["parameters"].([]any)
			if a["strSubscriptionId"] != c.subs["form"] || a["strRecId"] != c.offers["form"] || a["strName"] != "form" || a["strDescription"] != "d" || len(params) != 2 {
				t.Fatalf("%s: %v", path, a)
			}
			first, second := params[0].(map[string]any), params[1].(map[string]any)
			if first["Name"] != "a" || second["RecId"] != c.params["form/b"] || second["DisplayName"] != "Second" || second["DisplayType"] != "combo" || second["RequiredExpression"] != "$(true)" ||
				second["ValidationConstraints"] != "[]" || second["ConfigOptions"] != "" {
				t.Errorf("the parameters %v", params)
			}
		}
		for _, path := range []string{"0123456789ABCDEF0123456789ABCDEF/x", "ABC", c.offers["form"] + "/x", "x%00y"} {
			if a := c.as("ann", "GET", restRequest+"PackageData/"+path, nil); a.Status != 400 && a.Status != 404 {
				t.Errorf("%s: %d %s", path, a.Status, a.Body)
			}
		}
	})
}
