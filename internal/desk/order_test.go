package desk_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

// every is an offering with a parameter of each display type.
func (c *counter) every() {
	c.offer("every", map[string]any{"Price": "100"},
		map[string]any{"Name": "head", "DisplayType": "category"}, map[string]any{"Name": "text", "RequiredExpression": "$(true)", "MinLength": 2, "MaxLength": 5},
		map[string]any{"Name": "area", "DisplayType": "textarea"}, map[string]any{"Name": "number", "DisplayType": "number"}, map[string]any{"Name": "code", "Pattern": "[A-Z]{2}[0-9]+"},
		map[string]any{"Name": "mail", "DisplayType": "email"}, map[string]any{"Name": "phone", "DisplayType": "phone"}, map[string]any{"Name": "url", "DisplayType": "url"},
		map[string]any{"Name": "combo", "DisplayName": "Department", "DisplayType": "combo", "ValidationList": "Category#"},
		map[string]any{"Name": "sub", "DisplayType": "list", "ValidationList": "Subcategory#", "ValidationConstraints": `[{"ConstraintFieldName":"Category","FormFieldName":"combo"}]`},
		map[string]any{"Name": "drop", "DisplayType": "dropdown", "ValidationList": "Urgency", "DefaultValue": "Low"}, map[string]any{"Name": "pick", "DisplayType": "picklist"},
		map[string]any{"Name": "check", "DisplayType": "checkbox", "PriceOption": "20.5"}, map[string]any{"Name": "date", "DisplayType": "date"}, map[string]any{"Name": "moment", "DisplayType": "datetime"},
		map[string]any{"Name": "time", "DisplayType": "time"}, map[string]any{"Name": "note", "DisplayType": "label", "RequiredExpression": "true"}, map[string]any{"Name": "picture", "DisplayType": "image"},
		map[string]any{"Name": "row", "DisplayType": "rowaligner"}, map[string]any{"Name": "why", "RequiredExpression": "$(check == 'true' && drop != 'Low')"},
		map[string]any{"Name": "hidden", "RequiredExpression": "true", "VisibilityExpression": "$(check == 'true')"}, map[string]any{"Name": "odd", "RequiredExpression": "$(when x then y)"},
		map[string]any{"Name": "never", "RequiredExpression": "$(false)"}, map[string]any{"Name": "fixed", "DefaultValue": "stays", "ReadOnlyExpression": "$(true)"})
}

// idOf is the identifier of a value of a parameter's list.
func (c *counter) idOf(param, value string) string {
	c.t.Helper()
	for _, row := range array[[]string](c.t, c.as("admin", "GET", restRequest+c.params[param]+"/ValidationList", nil).Body) {
		if row[1] == value {
			return row[0]
		}
	}
	c.t.Fatalf("the list of %s has no %s", param, value)
	return ""
}

func with(base map[string]any, more ...any) map[string]any {
	out := maps.Clone(base)
	for i := 0; i < len(more); i += 2 {
		if more[i+1] == nil {
			delete(out, more[i].(string))
		} else {
			out[more[i].(string)] = more[i+1]
		}
	}
	return out
}

func TestAnOrderIsStoredWhole(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.every()
		hardware, laptop, monitor, high := c.idOf("every/combo", "Hardware"), c.idOf("every/sub", "Laptop"), c.idOf("every/sub", "Monitor"), c.idOf("every/drop", "High")
		given := map[string]any{"text": "äöüß!", "area": "two\nlines", "number": " 12.5 ", "code": "AB12", "mail": "a@b.example", "phone": "+49 (40) 55-50", "url": "https://x.example/y",
			"combo": "hardware", "combo#": strings.ToLower(hardware), "sub": "Laptop~^Monitor", "sub#": laptop + "~^" + monitor, "drop": "High", "drop#": high, "pick": "whatever", "check": "true",
			"date": "2030-05-06T00:00:00Z", "moment": "2030-05-06T09:08:00", "time": "2030-05-06T07:08:00Z", "why": "because", "hidden": "shown"}
		o := c.order("ann", "every", given, nil)
		r := c.accepted(o)
		for field, want := range map[string]any{"Subject": "every please", "Status": "Submitted", "SvcReqTmplLink_RecID": c.offers["every"], "SvcReqTmplLink_Category": "ServiceReqTemplate", "TemplateName": "every",
			"ProfileLink_RecID": c.people["ann"], "ProfileLink_Category": "Employee", "CustomerLocation": "Berlin", "Price": "120.5000", "OwnerTeam": "Service Desk", "CreatedBy": "ann", "IsDraft": false, "Cancelable": true,
			"ApprovalStatus": nil, "Source": "Self Service"} {
			if r[field] != want {
				t.Errorf("%s = %v, want %v", field, r[field], want)
			}
		}
		made := o.ServiceRequests[0]
		if made.Name != "every" || len(made.Params) != 20 {
			t.Errorf("%+v", made)
		}
		for param, instance := range made.Params {
			if row := c.must("GET", "servicereqparams('"+instance+"')", nil, 200); row["SvcReqTmplParamLink_RecID"] != param || row["ParentLink_RecID"] != made.ID {
				t.Errorf("the parameter %s is %v", param, row)
			}
		}
		want := map[string][2]string{"text": {"äöüß!"}, "area": {"two\nlines"}, "number": {"12.5"}, "code": {"AB12"}, "mail": {"a@b.example"}, "phone": {"+49 (40) 55-50"}, "url": {"https://x.example/y"},
			"combo": {"Hardware", hardware}, "sub": {"Laptop~^Monitor", laptop + "~^" + monitor}, "drop": {"High", high}, "pick": {"whatever"}, "check": {"true"}, "date": {"2030-05-06T00:00:00Z"},
			"moment": {"2030-05-06T07:08:00Z"}, "time": {"2030-05-06T07:08:00Z"}, "why": {"because"}, "hidden": {"shown"}, "odd": {}, "never": {}, "fixed": {"stays"}}
		if diff := cmp.Diff(want, c.answers(made.ID)); diff != "" {
			t.Errorf("answers (-want +got)\n%s", diff)
		}
		// With the least, and with keys left out or in another case.
		for name, body := range map[string]map[string]any{
			"the least":       {"subscriptionId": c.subs["every"], "parameters": map[string]any{"par-" + c.params["every/text"]: "abc"}},
			"in another case": {"SUBSCRIPTIONID": dashed(c.subs["every"]), "Parameters": map[string]any{"PAR-" + strings.ToLower(c.params["every/text"]): "abc"}, "strUserId": dashed(c.people["ann"])},
			"null for nothing": {"subscriptionId": c.subs["every"], "parameters": map[string]any{"par-" + c.params["every/text"]: "abc", "par-" + c.params["every/combo"]: nil}, "serviceReqData": nil, "localOffset": nil,
				"attachmentsToUpload": nil, "delayedFulfill": nil, "strCustomerLocation": nil, "strUserId": nil},
			"what nobody knows": {"subscriptionId": c.subs["every"], "parameters": map[string]any{"par-" + c.params["every/text"]: "abc"}, "newKey": map[string]any{"a": 1}},
		} {
			r := c.accepted(c.new("ann", body))
			if r["Subject"] != "every" || r["Price"] != "100.0000" || r["ProfileLink_RecID"] != c.people["ann"] {
				t.Errorf("%s: %v", name, r)
			}
			if got := c.answers(r["RecId"].(string)); got["drop"] != [2]string{"Low", c.idOf("every/drop", "Low")} || len(got) != 20 {
				t.Errorf("%s: %v", name, got)
			}
		}
		// The place that is sent counts, and who orders for others says so.
		r = c.accepted(c.order("agent", "every", given, map[string]any{"strCustomerLocation": "New York", "strUserId": c.people["ben"], "serviceReqData": map[string]any{"Subject": "s", "Symptom": "y",
			"ProfileLink_RecID": c.people["ben"], "ProfileLink_Category": "Employee", "Urgency": "High", "Status": "Closed"}}))
		if r["CustomerLocation"] != "New York" || r["ProfileFullName"] == "" || r["Status"] != "Submitted" || r["Urgency"] != "High" || r["CreatedBy"] != "agent" || r["ProfileLink_RecID"] != c.people["ben"] {
			t.Errorf("for ben: %v", r)
		}
		// What cannot be understood is noted.
		if code, out, _ := c.Try(t, "doctor", "--audit"); code != 0 {
			t.Errorf("the audit trail: %s", out)
		}
		for _, who := range []string{"ann", "ben"} {
			for _, row := range c.as(who, "GET", sets+"servicereqparams?$top=100", nil).Rows() {
				if owner := c.request(row["ParentLink_RecID"].(string))["ProfileLink_RecID"]; owner != c.people[who] {
					t.Errorf("%s reads a parameter of somebody else: %v", who, row)
				}
			}
		}
	})
}

func TestARefusedOrderChangesNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.every()
		c.offer("own", map[string]any{"AllowOnBehalfOf": false, "AllowAttachments": false})
		c.offer("berlin", map[string]any{"Locations": "Berlin"})
		c.offer("analysts", map[string]any{"Roles": "ServiceDeskAnalyst"})
		c.offer("design", map[string]any{"Status": "Design", "SubscriptionId": "DESIGN"})
		hardware, laptop, installation := c.idOf("every/combo", "Hardware"), c.idOf("every/sub", "Laptop"), c.idOf("every/sub", "Installation")
		mine := c.attach("ann", "free.txt", "employee#", c.people["ann"])
		c.must("PATCH", "attachments('"+mine+"')", map[string]any{"ParentLink_RecID": nil}, 200)
		incident := c.must("POST", "incidents", map[string]any{"Subject": "i"}, 201)["RecId"].(string)
		bens := c.attach("ben", "bens.txt", "employee#", c.people["ben"])
		taken := c.attach("admin", "taken.txt", "incident#", incident)
		before := c.world()
		first := c.must("POST", "servicereqs", map[string]any{"Subject": "number"}, 201)
		c.must("DELETE", "servicereqs('"+first["RecId"].(string)+"')", nil, 204)
		good := map[string]any{"text": "abc"}
		type m = map[string]any
		for _, x := range []struct {
			name, who, offering string
			given, change       m
			says                string
		}{
			{"a required parameter missing", "ann", "every", m{}, nil, "'text' is required"},
			{"a required parameter blank", "ann", "every", m{"text": " \t "}, nil, "'text' is required"},
			{"null for it", "ann", "every", m{"text": nil}, nil, "'text' is required"},
			{"required by others", "ann", "every", with(good, "check", "true", "drop", "High", "drop#", c.idOf("every/drop", "High"), "hidden", "x"), nil, "'why' is required"},
			{"required once it is shown", "ann", "every", with(good, "check", "true"), nil, "'hidden' is required"},
			{"too short", "ann", "every", m{"text": "a"}, nil, "'text' must have at least 2 characters"},
			{"too long", "ann", "every", m{"text": "abcdef"}, nil, "'text' must have at most 5 characters"},
			{"another pattern", "ann", "every", with(good, "code", "AB12 "), nil, "'code' does not have the form"},
			{"a pattern over lines", "ann", "every", with(good, "code", "AB12\nAB12"), nil, "'code' does not have the form"},
			{"no number", "ann", "every", with(good, "number", "12,5"), nil, "'number' must be a number"},
			{"no number in words", "ann", "every", with(good, "number", "NaN"), nil, "'number' must be a number"},
			{"no address", "ann", "every", with(good, "mail", "a b@c"), nil, "'mail' must be an e-mail address"},
			{"no phone", "ann", "every", with(good, "phone", "call me"), nil, "'phone' must be a phone number"},
			{"no web address", "ann", "every", with(good, "url", "javascript:alert(1)"), nil, "'url' must be a web address"},
			{"neither true nor false", "ann", "every", with(good, "check", "yes"), nil, "'check' must be true or false"},
			{"no date", "ann", "every", with(good, "date", "06.05.2030"), nil, "'date' is not a valid date"},
			{"no moment", "ann", "every", with(good, "moment", "2030-02-30T00:00:00Z"), nil, "'moment' is not a valid date and time"},
			{"no time", "ann", "every", with(good, "time", "25:00"), nil, "'time' is not a valid time"},
			{"a read-only one", "ann", "every", with(good, "fixed", "moves"), nil, "'fixed' is read-only"},
			{"a value without its identifier", "ann", "every", with(good, "combo", "Hardware"), nil, "'Department' validation list's value was submitted without it's identifier."},
			{"a value with a blank identifier", "ann", "every", with(good, "combo", "Hardware", "combo#", " "), nil, "'Department' validation list's value was submitted without it's identifier."},
			{"another value's identifier", "ann", "every", with(good, "combo", "Software", "combo#", hardware), nil, "'Software' does not belong to its identifier"},
			{"an identifier of nothing", "ann", "every", with(good, "combo", "Hardware", "combo#", "0123456789ABCDEF0123456789ABCDEF"), nil, "no value with the identifier"},
			{"an identifier of another object", "ann", "every", with(good, "combo", "Hardware", "combo#", incident), nil, "no value with the identifier"},
			{"no identifier", "ann", "every", with(good, "combo", "Hardware", "combo#", "x"), nil, "is not valid"},
			{"more values than identifiers", "ann", "every", with(good, "sub", "Laptop~^Monitor", "sub#", laptop), nil, "differ in number"},
			{"one that does not fit the other", "ann", "every", with(good, "combo", "Hardware", "combo#", hardware, "sub", "Installation", "sub#", installation), nil, "'Installation' does not fit the other parameters"},
			{"a text where the type is another", "ann", "every", m{"text": []any{"abc"}}, nil, "must be a text"},
			{"an object for a value", "ann", "every", m{"text": m{"value": "abc"}}, nil, "must be a text"},
			{"a localOffset of a year", "ann", "every", good, m{"localOffset": 525600}, "localOffset"},
			{"a localOffset in words", "ann", "every", good, m{"localOffset": "two"}, "localOffset"},
			{"an unknown field of the request", "ann", "every", good, m{"serviceReqData": m{"Nope": 1}}, "Field 'Nope' is not part of the business object 'servicereq'"},
			{"a value outside its list", "ann", "every", good, m{"serviceReqData": m{"Urgency": "Enormous"}}, "Enormous"},
			{"a link to nothing", "ann", "every", good, m{"serviceReqData": m{"AlternateContactLink": incident}}, "cannot be found"},
			{"a field that is not hers", "ann", "every", good, m{"serviceReqData": m{"Owner": "ann"}}, "does not have rights to update following fields Owner"},
			{"a number of one's own", "ann", "every", good, m{"serviceReqData": m{"ServiceReqNumber": 77777}}, "does not have rights to update following fields ServiceReqNumber"},
			{"an unknown subscription", "ann", "every", good, m{"subscriptionId": "0123456789ABCDEF0123456789ABCDEF"}, "subscription '0123456789ABCDEF0123456789ABCDEF' cannot be found"},
			{"the offering's id in its place", "ann", "every", good, m{"subscriptionId": c.offers["every"]}, "cannot be found"},
			{"a blank subscription", "ann", "every", good, m{"subscriptionId": ""}, "subscriptionId is required"},
			{"no subscription", "ann", "every", good, m{"subscriptionId": nil}, "subscriptionId is required"},
			{"an offering in design", "ann", "every", good, m{"subscriptionId": "DESIGN"}, "cannot be found"},
			{"an unknown person", "admin", "every", good, m{"strUserId": "0123456789ABCDEF0123456789ABCDEF"}, "person '0123456789ABCDEF0123456789ABCDEF' cannot be found"},
			{"a profile of nobody", "admin", "every", good, m{"serviceReqData": m{"ProfileLink_RecID": "0123456789ABCDEF0123456789ABCDEF"}}, "cannot be found"},
			{"a user of nobody beside a profile", "admin", "every", good, m{"strUserId": "x", "serviceReqData": m{"ProfileLink_RecID": c.people["ann"]}}, "cannot be found"},
			{"for somebody else", "ann", "every", good, m{"strUserId": c.people["ben"]}, "Role SelfService does not have rights"},
			{"for somebody else by the profile", "ann", "every", good, m{"serviceReqData": m{"ProfileLink": c.people["ben"]}}, "Role SelfService does not have rights"},
			{"for others where that is not allowed", "agent", "own", m{}, nil, "cannot be requested for other people"},
			{"at a place where it is not offered", "ben", "berlin", m{}, m{"strUserId": c.people["ben"]}, "is not offered at the location 'Vienna'"},
			{"at a place that is sent", "ann", "berlin", m{}, m{"strCustomerLocation": "Rome"}, "is not offered at the location 'Rome'"},
			{"for another role", "ann", "analysts", m{}, nil, "is not offered to the roles"},
			{"an attachment of nobody", "ann", "every", good, m{"attachmentsToUpload": []any{mine, "0123456789ABCDEF0123456789ABCDEF"}}, "attachment '0123456789ABCDEF0123456789ABCDEF' cannot be found"},
			{"an attachment of somebody else", "ann", "every", good, m{"attachmentsToUpload": []any{bens}}, "cannot be found"},
			{"an attachment that belongs to a record", "agent", "every", good, m{"attachmentsToUpload": []any{mine, taken}}, "attachment '" + taken + "' cannot be found"},
			{"an attachment that is a file", "ann", "every", good, m{"attachmentsToUpload": []any{m{"name": "x"}}}, "'attachmentsToUpload' is of the wrong type"},
			{"attachments where none are taken", "ann", "own", m{}, m{"attachmentsToUpload": []any{mine}}, "takes no attachments"},
			{"attachments to delete", "ann", "every", good, m{"attachmentsToDelete": []any{mine}}, "attachmentsToDelete"},
			{"parameters in a list", "ann", "every", good, m{"parameters": []any{}}, "'parameters' is of the wrong type"},
			{"parameters as a text", "ann", "every", good, m{"parameters": "{}"}, "'parameters' is of the wrong type"},
			{"an unknown parameter", "ann", "every", good, m{"parameters": m{"par-0123456789ABCDEF0123456789ABCDEF": "x"}}, "is not part of the offering 'every'"},
			{"a parameter of another name", "ann", "every", good, m{"parameters": m{"text": "x"}}, "'text' is not a parameter"},
			{"a parameter twice", "ann", "every", good, m{"parameters": m{"par-" + c.params["every/text"]: "abc", "PAR-" + c.params["every/text"]: "abd"}}, "is sent twice"},
			{"a subscription that is a number", "ann", "every", good, m{"subscriptionId": 7}, "'subscriptionId' is of the wrong type"},
			{"a flag that is none", "ann", "every", good, m{"saveReqState": "perhaps"}, "'saveReqState' is of the wrong type"},
			{"data that is a text", "ann", "every", good, m{"serviceReqData": "x"}, "'serviceReqData' is of the wrong type"},
			{"a place that is an object", "ann", "every", good, m{"strCustomerLocation": m{}}, "'strCustomerLocation' is of the wrong type"},
			{"a place too long", "ann", "every", good, m{"strCustomerLocation": strings.Repeat("x", 300)}, "CustomerLocation"},
		} {
			if o := c.order(x.who, x.offering, x.given, x.change); o.IsSuccess || !strings.Contains(o.ErrorText, x.says) {
				t.Errorf("%s: %+v, want %q", x.name, o, x.says)
			}
		}
		many := m{}
		for i := range 1000 {
			many[fmt.Sprintf("par-%032X", i)] = "x"
		}
		one := `{"subscriptionId":"` + c.subs["every"] + `","parameters":{"par-` + c.params["every/text"] + `":`
		for name, body := range map[string]any{
			"nothing": "", "blanks": "  ", "null": "null", "an array": "[]", "a number": "1", "broken": `{"subscriptionId":`, "two": "{}{}", "XML": "<a/>", "NUL": one + "\"a\\u0000\"}}", "a NUL byte": one + "\"a\x00\"}}",
			"invalid UTF-8": one + "\"\xff\xfe\"}}", "half a surrogate": one + `"\ud800"}}`, "deep": one + strings.Repeat("[", 100000) + "}}", "broken inside": one + `tru}}`, "a thousand parameters": m{"subscriptionId": c.subs["every"], "parameters": many},
			"a large body": one + `"` + strings.Repeat("x", 1<<20) + `"}}`, "a large text": one + `"` + strings.Repeat("x", 1<<20-500) + `"}}`, "an empty object": "{}",
		} {
			if o := c.new("ann", body); o.IsSuccess {
				t.Errorf("%s: taken", name)
			}
		}
		for who, says := range map[string]string{"": "", "nobody": ""} {
			if a := c.Ask(t, "POST", restRequest+"new", who, `{}`); a.Status != 401 {
				t.Errorf("without a credential: %d %s %s", a.Status, a.Body, says)
			}
		}
		c.keys["report"] = c.Key(t, "ReportManager")
		if o := c.order("report", "every", good, nil); o.IsSuccess || !strings.Contains(o.ErrorText, "Role ReportManager does not have rights to create object ServiceReq#.") {
			t.Errorf("a role without the right: %+v", o)
		}
		if a := c.as("ann", "GET", restRequest+"new", nil); a.Status != 405 {
			t.Errorf("GET: %d", a.Status)
		}
		if after := c.world(); after != before {
			t.Errorf("refused orders have changed something:\n%s", cmp.Diff(before, after))
		}
		r := c.accepted(c.order("ann", "every", good, nil))
		if r["ServiceReqNumber"] != first["ServiceReqNumber"].(float64)+1 {
			t.Errorf("refused orders have used numbers: %v after %v", r["ServiceReqNumber"], first["ServiceReqNumber"])
		}
	})
}

func TestAttachmentsGoWithTheOrder(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("o", nil)
		var ids []any
		for _, name := range []string{"a.txt", "b.txt"} {
			ids = append(ids, c.attach("ann", name, "employee#", c.people["ann"]))
		}
		r := c.accepted(c.order("ann", "o", nil, map[string]any{"attachmentsToUpload": append(ids, ids[0])}))
		got := c.rows("attachments?$filter=ParentLink_RecID eq '" + r["RecId"].(string) + "' and ParentLink_Category eq 'ServiceReq'")
		if len(got) != 2 {
			t.Errorf("%v", got)
		}
		if o := c.order("ben", "o", nil, map[string]any{"strUserId": c.people["ben"], "attachmentsToUpload": ids}); o.IsSuccess {
			t.Error("ben takes ann's attachments")
		}
	})
}

func TestDraftsAreHeldBack(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("plan", map[string]any{"FulfillmentPlan": `["one","two"]`}, map[string]any{"Name": "need", "RequiredExpression": "true"}, map[string]any{"Name": "kind", "DisplayType": "checkbox"})
		tasks := func(r map[string]any) int {
			return len(c.rows("tasks?$filter=ParentLink_RecID eq '" + r["RecId"].(string) + "'"))
		}
		draft := c.accepted(c.order("ann", "plan", map[string]any{"kind": "true"}, map[string]any{"saveReqState": true}))
		if draft["Status"] != "Draft" || draft["IsDraft"] != true || tasks(draft) != 0 || draft["InShoppingCart"] != false {
			t.Errorf("a draft: %v", draft)
		}
		id := draft["RecId"].(string)
		path := sets + "servicereqs('" + id + "')"
		c.want(c.as("ann", "PATCH", path, map[string]any{"Status": "Submitted"}), 400, "'need' is required")
		param := ""
		for _, row := range c.rows("servicereqparams?$filter=ParentLink_RecID eq '" + id + "' and ParameterName eq 'need'") {
			param = row["RecId"].(string)
		}
		c.must("PATCH", "servicereqparams('"+param+"')", map[string]any{"ParameterValue": "now"}, 200)
		r := c.want(c.as("ann", "PATCH", path, map[string]any{"Status": "Submitted"}), 200)
		if r["Status"] != "Submitted" || r["IsDraft"] != false || r["FulfillmentStartedDateTime"] == nil || tasks(draft) != 2 {
			t.Errorf("submitted: %v", r)
		}
		cart := c.accepted(c.order("ann", "plan", map[string]any{"need": "x"}, map[string]any{"delayedFulfill": true}))
		if cart["Status"] != "Draft" || cart["InShoppingCart"] != true || tasks(cart) != 0 {
			t.Errorf("delayed: %v", cart)
		}
		if o := c.order("ann", "plan", nil, map[string]any{"delayedFulfill": true}); o.IsSuccess {
			t.Error("a delayed order lacks a required parameter")
		}
		r = c.want(c.as("ann", "PATCH", sets+"servicereqs('"+cart["RecId"].(string)+"')", map[string]any{"Status": "Submitted"}), 200)
		if r["InShoppingCart"] != false || tasks(cart) != 2 {
			t.Errorf("delayed, then submitted: %v", r)
		}
	})
}
