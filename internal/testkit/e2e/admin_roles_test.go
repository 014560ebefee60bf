package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// as sends a request with a header more.
func (m *administrator) as(t *testing.T, name, value, method, path, body string, status int, code string) {
	t.Helper()
	a := send(t, m.Server, m.host, method, adminPath+path[1:], http.Header{"Authorization": {m.header}, name: {value}}, body)
	m.document.check(t, method, path, a)
	if got, _ := a.JSON()["code"].(string); a.Status != status || got != code {
		t.Errorf("%s %s with %s %s: %d %.300s, want %d %s", method, path, name, value, a.Status, a.Body, status, code)
	}
}

func twoSaveARole(t *testing.T, m *administrator) {
	m.as(t, "If-None-Match", "*", "PUT", "/roles/Auditor", `{"rights":{}}`, 412, "role_exists")
	m.as(t, "If-None-Match", "*", "PUT", "/roles/auditor", `{"rights":{}}`, 412, "role_exists")
	m.as(t, "If-None-Match", "*", "PUT", "/roles/Brandnew", `{"label":"Brand new"}`, 200, "")
	m.as(t, "If-Match", `"x"`, "PUT", "/roles/Nothing", `{}`, 412, "role_changed")
	read := m.do(t, "GET", "/roles/Brandnew", "", 200, "").Header.Get("ETag")
	m.as(t, "If-Match", read, "PUT", "/roles/Brandnew", `{"label":"First","rights":{"Incident":{"read":"all"}}}`, 200, "")
	m.as(t, "If-Match", read, "PUT", "/roles/Brandnew", `{"label":"Second"}`, 412, "role_changed")
	if a := m.do(t, "GET", "/roles/Brandnew", "", 200, ""); a.JSON()["label"] != "First" || a.JSON()["fixed"] != false || a.JSON()["keys"] != 0.0 {
		t.Errorf("the first one counts: %s", a.Body)
	}
	m.Key(t, "Brandnew")
	if a := m.do(t, "DELETE", "/roles/Brandnew", "", 409, "role_held"); !strings.Contains(string(a.Body), "the one of 1 API key:") {
		t.Errorf("what is in the way: %s", a.Body)
	}
	keys := items(m.do(t, "GET", "/keys?role=BRANDNEW", "", 200, ""))
	if len(keys) != 1 {
		t.Fatalf("the keys in the role: %v", keys)
	}
	if a := m.do(t, "GET", "/keys?role=Brandnew&on_behalf_of=0198A6A27D3E7A519D570B1D3C5F7A90", "", 200, ""); len(items(a)) != 0 {
		t.Errorf("keys of somebody else: %s", a.Body)
	}
	if a := m.do(t, "GET", "/registrations?role=Brandnew&on_behalf_of="+keys[0]["on_behalf_of"].(string), "", 200, ""); len(items(a)) != 0 {
		t.Errorf("registrations in the role: %s", a.Body)
	}
	m.do(t, "DELETE", "/keys/"+keys[0]["id"].(string), "", 204, "")
	m.do(t, "DELETE", "/roles/Brandnew", "", 204, "")
}

func previewRoles(t *testing.T, m *administrator) {
	right := func(list any, object string) map[string]any {
		for _, one := range list.([]any) {
			if o := one.(map[string]any); o["object"] == object {
				return o
			}
		}
		return nil
	}
	a := m.do(t, "POST", "/roles/Draft/preview", `{"includes":["selfservice"],"rights":{"incident":{"read":"team","update":true,"hidden":["cost"]}}}`, 200, "").JSON()
	want := map[string]any{"object": "Incident", "read": "team", "create": "own", "update": "team", "delete": "none"}
	if diff := cmp.Diff(want, right(a["objects"], "Incident")); diff != "" || cmp.Diff([]any{"Draft", "SelfService"}, a["includes"]) != "" {
		t.Errorf("what would be: %s %v", diff, a["includes"])
	}
	m.do(t, "GET", "/roles/Draft", "", 404, "role_unknown")
	m.do(t, "POST", "/roles/Draft/preview", `{"includes":["Nobody"]}`, 400, "role_invalid")
	m.do(t, "POST", "/roles/Draft/preview", `{"rights":{"Incident":{"delete":true}}}`, 400, "role_invalid")
	m.do(t, "POST", "/roles/Draft/preview", `{"includes":["Draft"]}`, 400, "role_invalid")
	m.do(t, "POST", "/roles/Draft/preview", `{"label":"\u202e"}`, 400, "text_invalid")
	if got := m.do(t, "GET", "/roles/reportmanager/rights", "", 200, "").JSON(); right(got["objects"], "ContactGroup")["read"] != "all" {
		t.Errorf("what it allows: %v", got)
	}
	m.do(t, "GET", "/roles/Nobody/rights", "", 404, "role_unknown")

	walk(t, m, "/role-objects")
	object := m.do(t, "GET", "/role-objects/"+url.PathEscape("task#assignment"), "", 200, "").JSON()
	if object["object"] != "Task#Assignment" || object["extends"] != "Task" || len(object["fields"].([]any)) < 10 {
		t.Errorf("an object: %v", object)
	}
	m.do(t, "GET", "/role-objects/Nothing", "", 404, "object_unknown")
}

// askForRights asks what people may do, and why.
func askForRights(t *testing.T, m *administrator) {
	m.do(t, "PUT", "/roles/Teamwork", `{"includes":["SelfService"],"rights":{"Incident":{"read":"team","update":true,"hidden":["Cost"]}}}`, 200, "")
	who := id(m.do(t, "POST", "/people", `{"login":"asked","role":"Teamwork","last_name":"Asked","team":"IT Support"}`, 201, ""))
	at := "/people/" + who
	header := http.Header{"Authorization": {m.header}}
	incident := func(team string) string {
		a := send(t, m.Server, m.host, "POST", incidents, header, `{"Subject":"asked about","OwnerTeam":"`+team+`","ProfileLink":"`+items(m.do(t, "GET", "/people?login=admin", "", 200, ""))[0]["id"].(string)+`"}`)
		recID, _ := a.JSON()["RecId"].(string)
		if recID == "" {
			t.Fatalf("no incident: %d %s", a.Status, a.Body)
		}
		return recID
	}
	theirs, others := incident("IT Support"), incident("Service Desk")
	for _, c := range []struct {
		query          string
		allowed        bool
		reason, rows   string
		role, entry, n string // which gives it first
	}{
		{"object=Incident&act=read", true, "allowed", "team", "Teamwork", "Incident", "team"},
		{"object=incidents&act=create", true, "allowed", "own", "SelfService", "Incident", "own"},
		{"object=Incident%23&act=delete", false, "no_right", "none", "", "", ""},
		{"object=Problem&act=read", false, "no_right", "none", "", "", ""},
		{"object=Incident&act=update&record=" + theirs, true, "allowed", "team", "Teamwork", "Incident", "team"},
		{"object=Incident&act=update&record=" + strings.ToLower(theirs), true, "allowed", "team", "Teamwork", "Incident", "team"},
		{"object=Incident&act=update&record=" + others, false, "record_outside", "team", "Teamwork", "Incident", "team"},
		{"object=Incident&act=read&record=0198A6A27D3E7A519D570B1D3C5F7A90", false, "record_unknown", "team", "Teamwork", "Incident", "team"},
		{"object=Incident&act=read&record=999999999", false, "record_unknown", "team", "Teamwork", "Incident", "team"},
	} {
		a := m.do(t, "GET", at+"/may?"+c.query, "", 200, "").JSON()
		one := a["roles"].([]any)[0].(map[string]any)
		var first map[string]any
		if gives := one["gives"].([]any); len(gives) > 0 {
			first = gives[0].(map[string]any)
		} else {
			first = map[string]any{"role": "", "entry": "", "rows": ""}
		}
		if a["allowed"] != c.allowed || one["reason"] != c.reason || one["rows"] != c.rows || first["role"] != c.role || first["entry"] != c.entry || first["rows"] != c.n {
			t.Errorf("%s: %v", c.query, a)
		}
	}
	m.do(t, "GET", at+"/may?object=Incident", "", 400, "request_invalid")
	m.do(t, "GET", at+"/may?object=Incident&act=own", "", 400, "request_invalid")
	m.do(t, "GET", at+"/may?object=Nothing&act=read", "", 400, "request_invalid")
	m.do(t, "GET", at+"/may?object=Incident&act=create&record="+theirs, "", 400, "request_invalid")
	m.do(t, "POST", at+"/deactivate", "", 200, "")
	if a := m.do(t, "GET", at+"/may?object=Incident&act=read", "", 200, ""); a.JSON()["allowed"] != false || a.JSON()["active"] != false {
		t.Errorf("somebody who is not active: %s", a.Body)
	}
	m.do(t, "DELETE", at, "", 204, "")
	m.do(t, "DELETE", "/roles/Teamwork", "", 204, "")
	for _, one := range []string{theirs, others} {
		send(t, m.Server, m.host, "DELETE", incidents+"('"+one+"')", header, "")
	}
}

// lockNobodyOut tries to leave nobody to administer, by way of the roles.
func lockNobodyOut(t *testing.T, m *administrator) {
	m.do(t, "PUT", "/roles/Chief", `{"admin":true,"rights":{"*":{"read":"all"}}}`, 200, "")
	m.do(t, "PUT", "/roles/Deputy", `{"includes":["Chief"]}`, 200, "")
	deputy := id(m.do(t, "POST", "/people", `{"login":"deputy","role":"Deputy"}`, 201, ""))
	admin := "/people/" + items(m.do(t, "GET", "/people?login=admin", "", 200, ""))[0]["id"].(string)
	m.do(t, "DELETE", admin+"/roles/Admin", "", 200, "")
	m.do(t, "PUT", "/roles/Chief", `{"rights":{"*":{"read":"all"}}}`, 409, "last_administrator")
	m.do(t, "PUT", "/roles/Deputy", `{}`, 409, "last_administrator")
	m.do(t, "PUT", "/roles/Chief", `{"admin":true}`, 200, "")
	m.do(t, "DELETE", "/people/"+deputy+"/roles/Deputy", "", 409, "last_administrator")
	m.do(t, "POST", "/people/"+deputy+"/deactivate", "", 409, "last_administrator")
	m.do(t, "PATCH", "/people/"+deputy, `{"status":"Terminated"}`, 409, "last_administrator")
	m.do(t, "PUT", admin+"/roles/Admin", `{"default":true}`, 200, "")
	m.do(t, "PUT", "/roles/Deputy", `{}`, 200, "")
	m.do(t, "DELETE", "/people/"+deputy, "", 204, "")
	m.do(t, "DELETE", "/roles/Deputy", "", 204, "")
	m.do(t, "DELETE", "/roles/Chief", "", 204, "")
}
