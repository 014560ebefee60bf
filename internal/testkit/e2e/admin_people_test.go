package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// changePlaces plays what the panel of a person writes besides names.
func changePlaces(t *testing.T, m *administrator, anna string) {
	first := func(path string) (id, name string) {
		one := items(m.do(t, "GET", path+"?limit=1", "", 200, ""))[0]
		return one["id"].(string), one["name"].(string)
	}
	at, place := first("/locations")
	unit, called := first("/org-units")
	walk(t, m, "/departments")
	walk(t, m, "/locations")
	walk(t, m, "/org-units")
	if a := m.do(t, "GET", "/locations?search=headquarters", "", 200, ""); len(items(a)) != 1 {
		t.Errorf("a place by its name: %s", a.Body)
	}
	boss := id(m.do(t, "POST", "/people", `{"login":"boss","role":"SelfService","name":"The Boss"}`, 201, ""))
	a := m.do(t, "PATCH", anna, `{"location_id":"`+at+`","org_unit_id":"`+unit+`","manager_id":"`+boss+`","mobile_phone":"+49 170 1","middle_name":"Maria","department":"IT"}`, 200, "")
	want := map[string]any{"location": place, "location_id": at, "org_unit": called, "org_unit_id": unit, "manager_id": boss, "manager_name": "The Boss", "mobile_phone": "+49 170 1",
		"middle_name": "Maria", "name": "Anna M. Schmidt", "department": "IT"}
	for field, value := range want {
		if diff := cmp.Diff(value, a.JSON()[field]); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
	a = m.do(t, "PATCH", anna, `{"location":"At home","org_unit_id":"","manager_id":""}`, 200, "")
	for field, value := range map[string]any{"location": "At home", "location_id": nil, "org_unit": nil, "org_unit_id": nil, "manager_id": nil, "manager_name": nil} {
		if diff := cmp.Diff(value, a.JSON()[field]); diff != "" {
			t.Errorf("without a record, %s: %s", field, diff)
		}
	}
	m.do(t, "PATCH", anna, `{"location_id":"0198A6A27D3E7A519D570B1D3C5F7A90"}`, 400, "record_invalid")
	m.do(t, "PATCH", anna, `{"manager_id":"`+anna[len("/people/"):]+`"}`, 400, "record_invalid")
	m.do(t, "PATCH", anna, `{"location":"\u202ereversed"}`, 400, "text_invalid")
	m.do(t, "PATCH", anna, `{"mobile_phone":"`+strings.Repeat("1", 10_000)+`"}`, 400, "request_invalid")
	m.do(t, "DELETE", "/people/"+boss, "", 204, "")
}

func administerGroups(t *testing.T, m *administrator) {
	one := id(m.do(t, "POST", "/people", `{"login":"grouped","role":"SelfService","last_name":"Grouped"}`, 201, ""))
	two := id(m.do(t, "POST", "/people", `{"login":"grouped2","role":"SelfService","last_name":"Other"}`, 201, ""))
	made := m.do(t, "POST", "/groups", `{"name":"All of Berlin","description":"two\nlines","external_reference":"7d2f"}`, 201, "")
	at, members := "/groups/"+id(made), "/groups/"+id(made)+"/members"
	other := id(m.do(t, "POST", "/groups", `{"name":"Ümläut <b>group</b>"}`, 201, ""))
	for _, bad := range []struct {
		body, code string
		status     int
	}{
		{`{"name":"all of BERLIN"}`, "name_taken", 409},
		{`{"name":""}`, "request_invalid", 400},
		{`{"name":" "}`, "text_invalid", 400},
		{`{"name":"\u202egroup"}`, "text_invalid", 400},
		{`{"name":"` + strings.Repeat("x", 256) + `"}`, "request_invalid", 400},
		{`{"name":"x","description":"` + strings.Repeat("x", 10_000) + `"}`, "request_invalid", 400},
		{`{"name":"x","members":["y"]}`, "request_invalid", 400},
	} {
		m.do(t, "POST", "/groups", bad.body, bad.status, bad.code)
	}
	walk(t, m, "/groups")
	if a := m.do(t, "GET", "/groups?search=berlin&external_reference=7D2F&name=all+of+berlin", "", 200, ""); len(items(a)) != 1 || items(a)[0]["members"] != 0.0 {
		t.Errorf("a group is not found: %s", a.Body)
	}

	m.do(t, "PUT", members+"/"+one, "", 204, "")
	m.do(t, "PUT", members+"/"+one, "", 204, "")
	m.do(t, "PUT", members+"/"+two, "", 204, "")
	m.do(t, "PUT", "/groups/"+other+"/members/"+one, "", 204, "")
	m.do(t, "PUT", members+"/0198A6A27D3E7A519D570B1D3C5F7A90", "", 404, "person_unknown")
	m.do(t, "PUT", "/groups/0198A6A27D3E7A519D570B1D3C5F7A90/members/"+one, "", 404, "group_unknown")
	walk(t, m, members)
	if a := m.do(t, "GET", members+"?search=other", "", 200, ""); len(items(a)) != 1 || items(a)[0]["login"] != "grouped2" {
		t.Errorf("the members: %s", a.Body)
	}
	walk(t, m, "/people/"+one+"/groups")
	if a := m.do(t, "GET", "/people/"+one+"/groups", "", 200, ""); len(items(a)) != 2 || items(a)[0]["members"] != 2.0 || items(a)[1]["members"] != 1.0 {
		t.Errorf("the groups of a person: %s", a.Body)
	}
	const set = "/api/odata/businessobject/contactgroups"
	related := send(t, m.Server, m.host, "GET", set+"('"+id(made)+"')/ContactGroupContainsEmployee", http.Header{"Authorization": {m.header}}, "")
	if related.Status != http.StatusOK || related.JSON()["@odata.count"] != 2.0 {
		t.Errorf("the members over OData: %d %.300s", related.Status, related.Body)
	}
	m.do(t, "DELETE", members+"/"+two, "", 204, "")
	m.do(t, "DELETE", members+"/"+two, "", 404, "member_unknown")

	before := m.do(t, "GET", at, "", 200, "")
	m.do(t, "PATCH", at, `{"name":"All of Brandenburg"}`, 200, "")
	stale := send(t, m.Server, m.host, "PATCH", adminPath+at[1:], http.Header{"Authorization": {m.header}, "If-Match": {before.Header.Get("ETag")}}, `{"name":"Lost"}`)
	m.document.check(t, "PATCH", at, stale)
	if stale.Status != http.StatusPreconditionFailed {
		t.Errorf("a change of what was seen before another: %d %s", stale.Status, stale.Body)
	}
	m.do(t, "PATCH", at, `{"colour":"red"}`, 400, "request_invalid")
	m.do(t, "DELETE", "/people/"+two, "", 204, "")
	m.do(t, "DELETE", at, "", 204, "")
	m.do(t, "DELETE", at, "", 404, "group_unknown")
	if a := m.do(t, "GET", "/people/"+one+"/groups", "", 200, ""); len(items(a)) != 1 {
		t.Errorf("a deleted group has members: %s", a.Body)
	}
	linked := items(m.do(t, "GET", "/audit?action=contactgroup.link&target="+id(made), "", 200, ""))
	if len(linked) != 2 {
		t.Errorf("memberships in the audit trail: %v", linked)
	}
	m.do(t, "DELETE", "/people/"+one, "", 204, "")
	m.do(t, "GET", "/groups/"+other+"/members", "", 200, "")
	if a := m.do(t, "GET", "/groups/"+other, "", 200, ""); a.JSON()["members"] != 0.0 {
		t.Errorf("a deleted person is a member: %s", a.Body)
	}
	m.do(t, "DELETE", "/groups/"+other, "", 204, "")
}
