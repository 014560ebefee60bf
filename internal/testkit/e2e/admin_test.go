package e2e_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

// secrets are texts that stand in no answer but that of the operation that makes them.
var secrets = regexp.MustCompile(`pvs_[a-z]_[0-9A-Za-z]{20}|set-password#|\$argon2id`)

// administrator plays requests with one credential and holds the answers against the document.
type administrator struct {
	client
	document *apiDocument
	header   string // Authorization
}

// do sends a request with JSON and wants a status, and for a refusal its code.
func (m *administrator) do(t *testing.T, method, path, body string, status int, code string) testkit.Answer {
	t.Helper()
	header := http.Header{"Authorization": {m.header}}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	path = adminPath + strings.TrimPrefix(path, "/")
	a := send(t, m.Server, m.host, method, path, header, body)
	m.document.check(t, method, path, a)
	got, _ := a.JSON()["code"].(string)
	if a.Status != status || code != "" && got != code {
		t.Errorf("%s %s %.100s: %d %.300s, want %d %s", method, path, body, a.Status, a.Body, status, code)
	}
	if secrets.Match(a.Body) && status != http.StatusCreated {
		t.Errorf("%s %s shows a secret: %.300s", method, path, a.Body)
	}
	return a
}

func TestATenantIsAdministeredOverTheAPI(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		d := readDocument(t, s)
		key := s.Key(t, "Admin")
		m := &administrator{client: client{Server: s, host: "localhost", key: key}, document: d, header: "Bearer " + key}
		t.Run("people", func(t *testing.T) { administerPeople(t, m) })
		t.Run("teams", func(t *testing.T) { administerTeams(t, m) })
		t.Run("groups", func(t *testing.T) { administerGroups(t, m) })
		t.Run("roles", func(t *testing.T) { administerRoles(t, m) })
		t.Run("audit", func(t *testing.T) { readAudit(t, m) })
		t.Run("asking", func(t *testing.T) { askForRights(t, m) })
		t.Run("lock-out", func(t *testing.T) { lockNobodyOut(t, m) })
		t.Run("break-glass", func(t *testing.T) { breakGlass(t, m) })
		t.Run("tenants", func(t *testing.T) { administerTenants(t, m) })
		t.Run("settings", func(t *testing.T) { administerSettings(t, m) })
		t.Run("objects", func(t *testing.T) { administerObjects(t, m) })
		t.Run("parts of objects", func(t *testing.T) { administerParts(t, m) })
		t.Run("pick lists", func(t *testing.T) { administerLists(t, m) })
		for name := range d.operations() {
			if _, path, _ := strings.Cut(name, " "); mine(path) && !d.answered[name] {
				t.Errorf("no test calls %s", name)
			}
		}
	})
}

// mine reports whether an operation is one that this test calls; other domains have tests of their own.
func mine(path string) bool {
	switch first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); first {
	case "people", "teams", "groups", "departments", "locations", "org-units", "roles", "role-objects", "audit", "tenant", "tenants", "system", "settings",
		"objects", "lists":
		return true
	}
	return false
}

func id(a testkit.Answer) string {
	s, _ := a.JSON()["id"].(string)
	return s
}

func administerPeople(t *testing.T, m *administrator) {
	made := m.do(t, "POST", "/people", `{"login":"amiller","role":"servicedeskanalyst","first_name":"Anna","last_name":"Müller","email":"anna@example.com","title":"Engineer"}`, 201, "")
	anna := "/people/" + id(made)
	if link, _ := made.JSON()["setup_link"].(string); !strings.Contains(link, "/set-password#") || made.Header.Get("Location") != strings.TrimSuffix(adminPath, "/")+anna {
		t.Errorf("a new person: %s %s", made.Body, made.Header.Get("Location"))
	}
	for _, bad := range []struct {
		body, code string
		status     int
	}{
		{`{"login":"AMiller","role":"Admin"}`, "login_taken", 409},
		{`{"login":"b c","role":"Admin"}`, "record_invalid", 400},
		{`{"login":"bc","role":"Nobody"}`, "role_unknown", 400},
		{`{"login":"bc","role":"Admin","email":"nowhere"}`, "record_invalid", 400},
		{`{"login":"bc","role":"Admin","manager_id":"0198A6A27D3E7A519D570B1D3C5F7A90"}`, "record_invalid", 400},
		{`{"login":"bc","role":"Admin","is_admin":true}`, "request_invalid", 400},
		{`{"login":7,"role":"Admin"}`, "request_invalid", 400},
		{`{"login":"bc","login":"cd","role":"Admin"}`, "request_invalid", 400},
		{`{"Login":"bc","role":"Admin"}`, "request_invalid", 400},
		{`{"login":"bc","role":"Admin","first_name":"Anna\u0000"}`, "text_invalid", 400},
		{`{"login":"bc","role":"Admin","name":"\u202egnp.exe"}`, "text_invalid", 400},
		{`{"login":"bc","role":"Admin","title":"a\nb"}`, "text_invalid", 400},
		{`{"login":"bc","role":"Admin","name":"   "}`, "text_invalid", 400},
		{`{"role":"Admin"}`, "request_invalid", 400},
		{`{"login":"` + strings.Repeat("x", 256) + `","role":"Admin"}`, "request_invalid", 400},
		{`{"login":"bc","role":"Admin","password_sign_in":"yes"}`, "request_invalid", 400},
	} {
		m.do(t, "POST", "/people", bad.body, bad.status, bad.code)
	}
	if all := m.do(t, "GET", "/people?search=m%C3%BCller&active=true&status=Active&login=AMILLER&email=ANNA@example.com", "", 200, ""); len(items(all)) != 1 {
		t.Errorf("she is not found: %s", all.Body)
	}
	if none := m.do(t, "GET", "/people?active=false", "", 200, ""); len(items(none)) != 0 {
		t.Errorf("nobody is inactive yet: %s", none.Body)
	}
	walk(t, m, "/people")
	m.do(t, "GET", "/people?cursor=WyJ4Il0", "", 400, "cursor_invalid")

	before := m.do(t, "GET", anna, "", 200, "")
	tag := before.Header.Get("ETag")
	m.do(t, "PATCH", anna, `{"last_name":"Schmidt","status":"On Leave"}`, 200, "")
	if a := m.do(t, "GET", anna, "", 200, ""); a.JSON()["name"] != "Anna Schmidt" || a.JSON()["title"] != "Engineer" || a.Header.Get("ETag") == tag || tag == "" {
		t.Errorf("a change: %s %s", a.Body, a.Header.Get("ETag"))
	}
	stale := send(t, m.Server, m.host, "PATCH", adminPath+anna[1:], http.Header{"Authorization": {m.header}, "If-Match": {tag}}, `{"title":"Lost"}`)
	m.document.check(t, "PATCH", anna, stale)
	if stale.Status != http.StatusPreconditionFailed {
		t.Errorf("a change of what was seen before another: %d %s", stale.Status, stale.Body)
	}
	m.do(t, "PATCH", anna, `{"login":"admin"}`, 409, "login_taken")
	m.do(t, "PATCH", anna, `{"status":"Gone"}`, 400, "request_invalid")
	m.do(t, "GET", "/people/0198A6A27D3E7A519D570B1D3C5F7A90", "", 404, "person_unknown")
	m.do(t, "GET", "/people/amiller", "", 400, "request_invalid")

	changePlaces(t, m, anna)
	m.do(t, "POST", anna+"/deactivate", "", 200, "")
	m.do(t, "POST", anna+"/setup-link", "", 400, "person_inactive")
	if a := m.do(t, "POST", anna+"/activate", "", 200, ""); a.JSON()["active"] != true {
		t.Errorf("she may sign in again: %s", a.Body)
	}
	m.do(t, "POST", anna+"/setup-link", "", 201, "")
	m.do(t, "POST", anna+"/invitation", "", 204, "")
	m.do(t, "GET", anna+"/factors", "", 200, "")
	m.do(t, "DELETE", anna+"/factors", "", 204, "")
	m.do(t, "DELETE", anna+"/browser-sessions", "", 204, "")
	m.do(t, "DELETE", "/people/0198A6A27D3E7A519D570B1D3C5F7A90/factors", "", 404, "person_unknown")

	m.do(t, "PUT", anna+"/roles/changemanager", `{"default":true}`, 200, "")
	if a := m.do(t, "GET", anna+"/roles", "", 200, ""); items(a)[0]["name"] != "ChangeManager" || items(a)[0]["default"] != true || len(items(a)) != 2 {
		t.Errorf("her roles: %s", a.Body)
	}
	m.do(t, "PUT", anna+"/roles/Nobody", "", 404, "role_unknown")
	m.do(t, "DELETE", anna+"/roles/Admin", "", 400, "role_not_held")
	if a := m.do(t, "GET", anna+"/rights", "", 200, ""); !bytes.Contains(a.Body, []byte(`{"object":"Change","read":"all","create":"all","update":"all","delete":"all"}`)) {
		t.Errorf("her rights: %.500s", a.Body)
	}
	m.do(t, "DELETE", anna+"/roles/ChangeManager", "", 200, "")

	admin := "/people/" + items(m.do(t, "GET", "/people?login=admin", "", 200, ""))[0]["id"].(string)
	m.do(t, "POST", admin+"/deactivate", "", 409, "last_administrator")
	m.do(t, "DELETE", admin+"/roles/Admin", "", 409, "last_administrator")
	m.do(t, "DELETE", admin, "", 409, "last_administrator")

	m.do(t, "DELETE", anna, "", 204, "")
	m.do(t, "DELETE", anna, "", 404, "person_unknown")
	entry := items(m.do(t, "GET", "/audit?action=employee.update&text=m%C3%BCller&target="+anna[len("/people/"):], "", 200, ""))
	if len(entry) != 1 || cmp.Diff([]any{"Müller", "Schmidt"}, entry[0]["changes"].(map[string]any)["LastName"]) != "" || entry[0]["actor_kind"] != "api_key" || entry[0]["credential"] == "" {
		t.Errorf("the change in the audit trail: %v", entry)
	}
}

func administerTeams(t *testing.T, m *administrator) {
	person := id(m.do(t, "POST", "/people", `{"login":"member","role":"SelfService","last_name":"Member"}`, 201, ""))
	team := m.do(t, "POST", "/teams", `{"name":"Telephony","email":"phones@example.com","active":true}`, 201, "")
	at, members := "/teams/"+id(team), "/teams/"+id(team)+"/members"
	m.do(t, "POST", "/teams", `{"name":"telephony"}`, 409, "name_taken")
	m.do(t, "POST", "/teams", `{"name":""}`, 400, "request_invalid")
	m.do(t, "POST", "/teams", `{"name":"x","email":"nowhere"}`, 400, "record_invalid")
	m.do(t, "POST", "/teams", `{"name":"  "}`, 400, "text_invalid")
	m.do(t, "POST", "/teams", `{"name":"x","description":"a\u001bb"}`, 400, "text_invalid")
	m.do(t, "PATCH", at, `{"name":"\u2067x"}`, 400, "text_invalid")
	if a := m.do(t, "PATCH", at, `{"description":"two\n\tlines","phone":"1\n2"}`, 400, "text_invalid"); !strings.Contains(string(a.Body), `"field":"phone"`) || strings.Contains(string(a.Body), `"field":"description"`) {
		t.Errorf("a phone number of two lines: %s", a.Body)
	}
	m.do(t, "PATCH", at, `{"description":"two\n\tlines"}`, 200, "")
	m.do(t, "GET", "/teams?name=a%00", "", 400, "request_invalid")
	m.do(t, "GET", "/teams?name=a&name=b", "", 400, "request_invalid")
	m.do(t, "PUT", members+"/"+person, "", 204, "")
	m.do(t, "PUT", members+"/0198A6A27D3E7A519D570B1D3C5F7A90", "", 404, "person_unknown")
	m.do(t, "PUT", "/teams/0198A6A27D3E7A519D570B1D3C5F7A90/members/"+person, "", 404, "team_unknown")
	m.do(t, "PATCH", at, `{"name":"Voice","description":"Phones"}`, 200, "")
	m.do(t, "PATCH", at, `{"colour":"red"}`, 400, "request_invalid")
	unit := items(m.do(t, "GET", "/org-units?limit=1", "", 200, ""))[0]
	if a := m.do(t, "PATCH", at, `{"org_unit_id":"`+unit["id"].(string)+`"}`, 200, ""); a.JSON()["org_unit"] != unit["name"] || a.JSON()["org_unit_id"] != unit["id"] {
		t.Errorf("its unit: %s", a.Body)
	}
	if a := m.do(t, "GET", members, "", 200, ""); len(items(a)) != 1 || items(a)[0]["team"] != "Voice" {
		t.Errorf("members follow a new name: %s", a.Body)
	}
	if a := m.do(t, "GET", "/people/"+person+"/teams", "", 200, ""); len(items(a)) != 1 || items(a)[0]["name"] != "Voice" {
		t.Errorf("the teams of a person: %s", a.Body)
	}
	if a := m.do(t, "GET", "/teams?search=voice&active=true&name=VOICE", "", 200, ""); len(items(a)) != 1 {
		t.Errorf("a team is not found: %s", a.Body)
	}
	walk(t, m, "/teams")
	if a := m.do(t, "DELETE", at, "", 409, "team_has_members"); !strings.Contains(string(a.Body), "1 person is in the team Voice") {
		t.Errorf("who is in the way: %s", a.Body)
	}
	m.do(t, "DELETE", members+"/"+person, "", 204, "")
	m.do(t, "DELETE", members+"/"+person, "", 404, "member_unknown")
	if a := m.do(t, "GET", at, "", 200, ""); a.JSON()["description"] != "Phones" || a.Header.Get("ETag") == "" {
		t.Errorf("the team: %s", a.Body)
	}
	m.do(t, "DELETE", at, "", 204, "")
	m.do(t, "GET", at, "", 404, "team_unknown")
}

func administerRoles(t *testing.T, m *administrator) {
	m.do(t, "PUT", "/roles/Auditor", `{"label":"Auditor","includes":["SelfService"],"rights":{"incident":{"read":"all","hidden":["cost"]},"*":{"read":"own"}}}`, 200, "")
	a := m.do(t, "GET", "/roles/auditor", "", 200, "")
	want := map[string]any{"Incident": map[string]any{"read": "all", "hidden": []any{"Cost"}}, "*": map[string]any{"read": "own"}}
	if diff := cmp.Diff(want, a.JSON()["rights"]); diff != "" {
		t.Errorf("its rights: %s", diff)
	}
	for name, administers := range map[string]bool{"Auditor": false, "Admin": true, "InternalServices": true} { // the last one by what it includes
		if a := m.do(t, "GET", "/roles/"+name, "", 200, ""); a.JSON()["administers"] != administers {
			t.Errorf("%s: administers %v", name, a.JSON()["administers"])
		}
	}
	walk(t, m, "/roles")
	for _, bad := range []struct {
		path, body, code string
		status           int
	}{
		{"Auditor", `{"rights":{"Incident":{"read":"some"}}}`, "request_invalid", 400},
		{"Auditor", `{"rights":{"NoSuchThing":{"read":"all"}}}`, "role_invalid", 400},
		{"Auditor", `{"rights":{"Incident":{"update":true}}}`, "role_invalid", 400},
		{"Auditor", `{"rights":{"Incident":{"write":true}}}`, "request_invalid", 400},
		{"Auditor", `{"name":"Other"}`, "request_invalid", 400},
		{"AUDITOR", `{}`, "role_name_taken", 409},
		{"9", `{}`, "role_invalid", 400},
		{"Auditor", `{"label":"  "}`, "text_invalid", 400},
		{"Auditor", `{"label":"Auditor\u202e"}`, "text_invalid", 400},
		{"Auditor", `{"description":"a\u0007"}`, "text_invalid", 400},
		{"Auditor", `{"rights":{"Incident":{"read":"all","Read":"own"}}}`, "request_invalid", 400},
		{"Admin", `{"admin":false}`, "role_fixed", 409},
	} {
		m.do(t, "PUT", "/roles/"+bad.path, bad.body, bad.status, bad.code)
	}
	holder := id(m.do(t, "POST", "/people", `{"login":"holder","role":"Auditor"}`, 201, ""))
	if a := m.do(t, "DELETE", "/roles/Auditor", "", 409, "role_held"); !strings.Contains(string(a.Body), "1 person holds the role Auditor") {
		t.Errorf("who is in the way: %s", a.Body)
	}
	if a := m.do(t, "GET", "/people?role=AUDITOR", "", 200, ""); len(items(a)) != 1 || items(a)[0]["login"] != "holder" {
		t.Errorf("who holds it: %s", a.Body)
	}
	m.do(t, "PUT", "/roles/Senior", `{"includes":["auditor"],"admin":true}`, 200, "")
	if a := m.do(t, "GET", "/roles/Auditor", "", 200, ""); a.JSON()["people"] != 1.0 || cmp.Diff([]any{"Senior"}, a.JSON()["included_by"]) != "" ||
		cmp.Diff([]any{"Auditor", "SelfService"}, a.JSON()["closure"]) != "" {
		t.Errorf("who has to do with it: %s", a.Body)
	}
	m.do(t, "DELETE", "/roles/Auditor", "", 409, "role_included")
	m.do(t, "DELETE", "/roles/Senior", "", 204, "")
	twoSaveARole(t, m)
	previewRoles(t, m)
	m.do(t, "DELETE", "/people/"+holder+"/roles/Auditor", "", 200, "")
	m.do(t, "DELETE", "/roles/Auditor", "", 204, "")
	m.do(t, "DELETE", "/roles/Auditor", "", 404, "role_unknown")
	m.do(t, "DELETE", "/roles/SelfService", "", 409, "role_builtin")
}

func readAudit(t *testing.T, m *administrator) {
	first := m.do(t, "GET", "/audit?object=role&action=role.*&limit=1", "", 200, "")
	if items(first)[0]["action"] != "role.delete" || items(first)[0]["changes"].(map[string]any)["label"].([]any)[1] != nil || first.JSON()["next"] == "" {
		t.Errorf("what was deleted is in the trail: %.300s", first.Body)
	}
	second := m.do(t, "GET", "/audit?object=role&action=role.*&limit=1&cursor="+first.JSON()["next"].(string), "", 200, "")
	if items(second)[0]["seq"].(float64) >= items(first)[0]["seq"].(float64) {
		t.Errorf("the newest come first: %.200s then %.200s", first.Body, second.Body)
	}
	for path, n := range map[string]int{
		"/audit?text=no+such+words": 0, "/audit?text=%25": 0, "/audit?from=2999-01-01T00:00:00Z": 0, "/audit?to=2001-01-01T00:00:00Z": 0,
		"/audit?text=M%C3%BCller&action=employee.create": 1, "/audit?actor=nobody": 0, "/audit?limit=200&text=AUDITOR&object=role": 4,
	} {
		if a := m.do(t, "GET", path, "", 200, ""); len(items(a)) != n {
			t.Errorf("%s: %d entries, want %d: %.300s", path, len(items(a)), n, a.Body)
		}
	}
	m.do(t, "GET", "/audit/1", "", 200, "")
	m.do(t, "GET", "/audit/99999999", "", 404, "audit_unknown")
	m.do(t, "GET", "/audit/0", "", 400, "request_invalid")
	m.do(t, "GET", "/audit?from=yesterday", "", 400, "request_invalid")
	if a := m.do(t, "GET", "/audit/verification", "", 200, ""); a.JSON()["ok"] != true {
		t.Errorf("the chain: %s", a.Body)
	}
	system := m.do(t, "GET", "/system", "", 200, "").JSON()
	if counts := system["counts"].(map[string]any); counts["people"].(float64) < 3 || counts["audit_entries"].(float64) < 50 {
		t.Errorf("the system: %v", system)
	}
}

func administerTenants(t *testing.T, m *administrator) {
	own := m.do(t, "GET", "/tenant", "", 200, "").JSON()
	m.do(t, "GET", "/tenants", "", 403, "not_system")
	made := m.Run(t, "system-key", "create", "--description", "operations")
	dead := m.Run(t, "system-key", "create", "--expires", "1ms")
	keys := m.Run(t, "system-key", "list")["system_keys"].([]any)
	if len(keys) != 2 || keys[0].(map[string]any)["description"] != "operations" {
		t.Errorf("the system keys: %v", keys)
	}
	expired := &administrator{client{m.Server, "localhost", ""}, m.document, "Bearer " + dead["key"].(string)}
	expired.do(t, "GET", "/tenants", "", 401, "credential_refused")

	sys := &administrator{client{m.Server, "nobody.test", ""}, m.document, "Bearer " + made["key"].(string)}
	all := sys.do(t, "GET", "/tenants", "", 200, "")
	if diff := cmp.Diff([]map[string]any{own}, items(all)); diff != "" {
		t.Errorf("all tenants: %s", diff)
	}
	sys.do(t, "POST", "/tenants", `{"name":"gamma","hosts":["gamma.test"],"base_url":"https://gamma.test"}`, 201, "")
	gamma := &administrator{client{m.Server, "gamma.test", ""}, m.document, sys.header}
	gamma.do(t, "GET", "/people", "", 401, "credential_refused")
	gamma.do(t, "GET", "/tenants/gamma", "", 200, "")
	for _, bad := range []struct {
		body, code string
		status     int
	}{
		{`{"name":"Gamma","hosts":["other.test"]}`, "tenant_exists", 409}, {`{"name":"delta","hosts":["gamma.test"]}`, "host_taken", 409},
		{`{"name":"de lta","hosts":["d.test"]}`, "tenant_name", 400}, {`{"name":"delta","hosts":["https://d.test"]}`, "tenant_host", 400},
		{`{"name":"delta","hosts":[]}`, "request_invalid", 400}, {`{"name":"delta","hosts":["d.test"],"dsn":"sqlite:/x"}`, "request_invalid", 400},
		{`{"name":"delta","hosts":["d.test"],"base_url":"javascript:x"}`, "request_invalid", 400},
	} {
		sys.do(t, "POST", "/tenants", bad.body, bad.status, bad.code)
	}
	walk(t, sys, "/tenants")
	gamma.do(t, "PATCH", "/tenants/gamma", `{"status":"suspended"}`, 200, "")
	if a := send(t, m.Server, "gamma.test", "GET", adminPath+"people", http.Header{"Authorization": {m.header}}, ""); a.Status != http.StatusServiceUnavailable {
		t.Errorf("a suspended tenant: %d %s", a.Status, a.Body)
	}
	gamma.do(t, "PATCH", "/tenants/gamma", `{"status":"active"}`, 200, "")
	alterTenant(t, sys, m.header)
	gamma.do(t, "DELETE", "/tenants/gamma", "", 400, "request_invalid")
	gamma.do(t, "DELETE", "/tenants/gamma?confirm=default", "", 400, "not_confirmed")
	gamma.do(t, "DELETE", "/tenants/gamma?confirm=gamma", "", 204, "")
	sys.do(t, "GET", "/tenants/gamma", "", 404, "tenant_unknown")

	m.Run(t, "system-key", "delete", made["id"].(string))
	sys.host = "localhost"
	sys.do(t, "GET", "/tenants", "", 401, "credential_refused")
}

// alterTenant renames the tenant gamma and moves it from host to host, and back.
func alterTenant(t *testing.T, sys *administrator, foreign string) {
	t.Helper()
	usage := sys.do(t, "GET", "/tenants/gamma/usage", "", 200, "").JSON()
	if usage["people"].(float64) < 2 || usage["records"].(float64) < 100 || usage["database_bytes"].(float64) < 1e5 || usage["last_activity_at"] == nil {
		t.Errorf("how much gamma holds: %v", usage)
	}
	sys.do(t, "PATCH", "/tenants/gamma", `{"name":"default"}`, 409, "tenant_exists")
	sys.do(t, "PATCH", "/tenants/gamma", `{"name":"<b>"}`, 400, "tenant_name")
	sys.do(t, "PATCH", "/tenants/gamma", `{"name":"epsilon"}`, 200, "")
	sys.do(t, "GET", "/tenants/gamma", "", 404, "tenant_unknown")
	sys.do(t, "PATCH", "/tenants/epsilon", `{"name":"gamma"}`, 200, "")

	reached := func(host string, want int) {
		t.Helper()
		if a := send(t, sys.Server, host, "GET", adminPath+"tenant", http.Header{"Authorization": {foreign}}, ""); a.Status != want {
			t.Errorf("a foreign key at %s: %d %.200s, want %d", host, a.Status, a.Body, want)
		}
	}
	reached("help.test", 404)
	sys.do(t, "POST", "/tenants/gamma/hosts", `{"host":"Help.TEST."}`, 201, "")
	reached("help.test", 401) // a tenant is there, and the key is of another
	for host, code := range map[string]string{"help.test": "host_taken", "localhost": "host_taken", "a b": "tenant_host", "https://x.test": "tenant_host", "\u202ex.test": "tenant_host"} {
		status := 400
		if code == "host_taken" {
			status = 409
		}
		sys.do(t, "POST", "/tenants/gamma/hosts", `{"host":"`+host+`"}`, status, code)
	}
	sys.do(t, "DELETE", "/tenants/gamma/hosts/gamma.test", "", 409, "host_canonical")
	sys.do(t, "DELETE", "/tenants/gamma/hosts/localhost", "", 404, "host_unknown")
	sys.do(t, "PUT", "/tenants/gamma/canonical-host", `{"host":"localhost"}`, 404, "host_unknown")
	moved := sys.do(t, "PUT", "/tenants/gamma/canonical-host", `{"host":"help.test"}`, 200, "").JSON()
	if base, _ := moved["base_url"].(string); !strings.HasPrefix(base, "http://help.test") {
		t.Errorf("the address at another canonical host: %v", moved)
	}
	link, _ := sys.do(t, "POST", "/tenants/gamma/setup-link", `{}`, 201, "").JSON()["setup_link"].(string)
	if !strings.HasPrefix(link, "http://help.test") {
		t.Errorf("a new link: %q", link)
	}
	sys.do(t, "POST", "/tenants/gamma/setup-link", `{"login":"nobody"}`, 404, "person_unknown")
	sys.Run(t, "user", "create", "worker", "--role", "SelfService", "--tenant", "gamma")
	sys.do(t, "POST", "/tenants/gamma/setup-link", `{"login":"worker"}`, 409, "not_administrator")
	sys.do(t, "DELETE", "/tenants/gamma/hosts/gamma.test", "", 200, "")
	reached("gamma.test", 404)
	sys.do(t, "POST", "/tenants/gamma/hosts", `{"host":"gamma.test"}`, 201, "")
}

// items are those of a page.
func items(a testkit.Answer) []map[string]any {
	list, _ := a.JSON()["items"].([]any)
	out := make([]map[string]any, 0, len(list))
	for _, one := range list {
		out = append(out, one.(map[string]any))
	}
	return out
}

// walk reads a list one by one and wants to see what it shows at once, in the same order.
func walk(t *testing.T, m *administrator, path string) {
	t.Helper()
	whole := items(m.do(t, "GET", path+"?limit=200", "", 200, ""))
	var single []map[string]any
	for next := path + "?limit=1"; next != ""; {
		a := m.do(t, "GET", next, "", 200, "")
		single = append(single, items(a)...)
		cursor, _ := a.JSON()["next"].(string)
		if next = ""; cursor != "" {
			next = path + "?limit=1&cursor=" + cursor
		}
	}
	if diff := cmp.Diff(whole, single); diff != "" || len(whole) == 0 {
		t.Errorf("%s, one by one:\n%s", path, diff)
	}
	m.do(t, "GET", path+"?limit=0", "", 400, "request_invalid")
	m.do(t, "GET", path+"?limit=201", "", 400, "request_invalid")
}
