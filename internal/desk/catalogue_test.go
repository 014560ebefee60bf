package desk_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

const (
	restTemplate = "/api/rest/Template/"
	restRequest  = "/api/rest/ServiceRequest/"
)

// counter is a tenant with people, keys and offerings to order from.
type counter struct {
	*testkit.Server
	t      *testing.T
	keys   map[string]string // login → key
	people map[string]string // login → RecId
	offers map[string]string // name → RecId
	subs   map[string]string // name → subscription
	params map[string]string // "offering/name" → RecId
}

// openCounter starts a server and fills its tenant. Everybody's manager is max; ann is in Berlin, ben in Vienna.
func openCounter(t *testing.T, dsn string) *counter {
	t.Helper()
	c := &counter{Server: testkit.Start(t, testkit.Options{DSN: dsn}), t: t, keys: map[string]string{}, people: map[string]string{}, offers: map[string]string{}, subs: map[string]string{}, params: map[string]string{}}
	c.keys["admin"] = c.Key(t, "Admin")
	for login, role := range map[string]string{"ann": "SelfService", "ben": "SelfService", "max": "SelfService", "lone": "SelfService", "agent": "ServiceDeskAnalyst", "boss": "ServiceDeskManager"} {
		c.Run(t, "user", "create", login, "--role", role)
		c.keys[login] = c.Key(t, role, "--group", login, "--on-behalf-of", login)
		c.people[login] = c.one("employees?$filter=LoginID eq '" + login + "'")["RecId"].(string)
	}
	for login, place := range map[string]string{"ann": "Berlin", "ben": "Vienna", "agent": "Berlin"} {
		c.must("PATCH", "employees('"+c.people[login]+"')", map[string]any{"EmployeeLocation": place, "ManagerLink_RecID": c.people["max"], "PrimaryEmail": login + "@corp.example"}, 200)
	}
	c.must("PATCH", "employees('"+c.people["max"]+"')", map[string]any{"PrimaryEmail": "max@corp.example"}, 200)
	return c
}

// as asks in somebody's name.
func (c *counter) as(who, method, path string, body any) testkit.Answer {
	c.t.Helper()
	text := ""
	switch b := body.(type) {
	case nil:
	case string:
		text = b
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		text = string(raw)
	}
	return c.Ask(c.t, method, path, "rest_api_key="+c.keys[who], text)
}

// attach uploads a file in somebody's name and returns the attachment's RecId.
func (c *counter) attach(who, name, object, recID string) string {
	c.t.Helper()
	a, err := c.Request("POST", attachment, map[string]string{"Authorization": "rest_api_key=" + c.keys[who], "Content-Type": "multipart/form-data; boundary=" + boundary},
		form(part{"ObjectID", "", recID}, part{"ObjectType", "", object}, part{"file", name, "content of " + name}))
	if err != nil {
		c.t.Fatal(err)
	}
	return one(c.t, a)
}

// must asks as the administrator and returns the record.
func (c *counter) must(method, path string, body any, status int) map[string]any {
	c.t.Helper()
	return c.want(c.as("admin", method, sets+path, body), status)
}

func (c *counter) want(a testkit.Answer, status int, says ...string) map[string]any {
	c.t.Helper()
	ok := a.Status == status
	for _, text := range says {
		ok = ok && strings.Contains(string(a.Body), text)
	}
	if !ok {
		c.t.Errorf("%d %.500s, want %d %q", a.Status, a.Body, status, says)
	}
	return a.JSON()
}

func (c *counter) rows(path string) []map[string]any {
	c.t.Helper()
	a := c.as("admin", "GET", sets+path, nil)
	if a.Status != 200 {
		c.t.Errorf("%s: %d %.300s", path, a.Status, a.Body)
	}
	return a.Rows()
}

// one is the only row of a query.
func (c *counter) one(path string) map[string]any {
	c.t.Helper()
	rows := c.rows(path)
	if len(rows) != 1 {
		c.t.Fatalf("%s: %d rows, want one", path, len(rows))
	}
	return rows[0]
}

// offer makes an offering with parameters; a parameter is its name and what else there is to say.
func (c *counter) offer(name string, fields map[string]any, params ...map[string]any) {
	c.t.Helper()
	all := map[string]any{"Name": name, "Status": "Published", "OwnerTeam": "Service Desk"}
	maps.Copy(all, fields)
	made := c.must("POST", "servicereqtemplates", all, 201)
	c.offers[name], _ = made["RecId"].(string)
	c.subs[name], _ = made["SubscriptionId"].(string)
	for i, p := range params {
		all := map[string]any{"ParentLink_RecID": c.offers[name], "DisplayName": p["Name"], "SequenceNum": i + 1}
		maps.Copy(all, p)
		made := c.must("POST", "servicereqtemplateparams", all, 201)
		c.params[name+"/"+p["Name"].(string)], _ = made["RecId"].(string)
	}
}

// taken is the answer to an order.
type taken struct {
	IsSuccess          bool
	ErrorText, Message string
	ServiceRequests    []struct {
		ID     string            `json:"strRequestRecId"`
		Number string            `json:"strRequestNum"`
		Name   string            `json:"strName"`
		Params map[string]string `json:"parameterTemplateParameterIds"`
	}
}

// order sends an order as n8n does. given are answers by the parameter's name; "x#" is the identifier of x.
func (c *counter) order(who, offering string, given map[string]any, change map[string]any) taken {
	c.t.Helper()
	params := map[string]any{}
	for name, v := range given {
		bare, ofID := strings.CutSuffix(name, "#")
		key := "par-" + c.params[offering+"/"+bare]
		if ofID {
			key += "-recId"
		}
		params[key] = v
	}
	body := map[string]any{"attachmentsToDelete": []any{}, "attachmentsToUpload": []any{}, "parameters": params, "delayedFulfill": false, "saveReqState": false,
		"formName": "ServiceReq.ResponsiveAnalyst.DefaultLayout", "serviceReqData": map[string]any{"Subject": offering + " please"}, "strCustomerLocation": "",
		"strUserId": c.people["ann"], "subscriptionId": c.subs[offering], "localOffset": -120}
	for k, v := range change {
		if v == nil {
			delete(body, k)
		} else {
			body[k] = v
		}
	}
	return c.new(who, body)
}

// new sends an order and makes sure that the answer has its form.
func (c *counter) new(who string, body any) taken {
	c.t.Helper()
	a := c.as(who, "POST", restRequest+"new", body)
	var out taken
	members := a.JSON()
	if err := json.Unmarshal(a.Body, &out); err != nil || a.Status != 200 || len(members) != 4 || out.IsSuccess != (out.ErrorText == "") || out.Message != out.ErrorText ||
		out.IsSuccess != (len(out.ServiceRequests) == 1) || members["ServiceRequests"] == nil {
		c.t.Errorf("an order is answered %d %.400s %v", a.Status, a.Body, err)
	}
	return out
}

// accepted is the request of an order that has to be taken.
func (c *counter) accepted(o taken) map[string]any {
	c.t.Helper()
	if !o.IsSuccess || len(o.ServiceRequests) != 1 {
		c.t.Fatalf("the order was refused: %s", o.ErrorText)
	}
	made := o.ServiceRequests[0]
	r := c.request(made.ID)
	if fmt.Sprintf("%.0f", r["ServiceReqNumber"]) != made.Number {
		c.t.Errorf("the number of %v is %s in the answer", r["ServiceReqNumber"], made.Number)
	}
	return r
}

func (c *counter) request(id string) map[string]any {
	c.t.Helper()
	return c.must("GET", "servicereqs('"+id+"')", nil, 200)
}

// answers are the parameters of a request by name: value and identifier.
func (c *counter) answers(request string) map[string][2]string {
	c.t.Helper()
	out := map[string][2]string{}
	for _, row := range c.rows("servicereqparams?$filter=ParentLink_RecID eq '" + request + "'") {
		value, _ := row["ParameterValue"].(string)
		id, _ := row["ParameterValueRecId"].(string)
		out[row["ParameterName"].(string)] = [2]string{value, id}
	}
	return out
}

// world is what a refused order must leave as it was.
func (c *counter) world() string {
	c.t.Helper()
	var all []string
	for _, set := range []string{"servicereqs", "servicereqparams", "tasks", "frs_approvals", "frs_approvalvotetrackings", "attachments", "journals", "servicereqtemplates"} {
		a := c.as("admin", "GET", sets+set+"?$top=1&$orderby=LastModDateTime desc,RecId desc", nil)
		newest := ""
		if rows := a.Rows(); len(rows) > 0 {
			newest = fmt.Sprint(rows[0]["RecId"], rows[0]["LastModDateTime"])
		}
		all = append(all, fmt.Sprint(set, a.JSON()["@odata.count"], newest))
	}
	return strings.Join(all, "\n")
}
