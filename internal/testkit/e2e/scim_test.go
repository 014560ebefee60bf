package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

// provisioner plays an identity provider at a tenant.
type provisioner struct {
	*testkit.Server
	host, token string
}

// scim sends a request "GET Users" and wants a status.
func (p *provisioner) scim(t *testing.T, request, body string, status int) testkit.Answer {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	a := send(t, p.Server, p.host, method, scimPath+path, http.Header{"Authorization": {"Bearer " + p.token}, "Content-Type": {"application/scim+json; charset=utf-8"}}, body)
	if a.Status != status || a.Header.Get("Content-Type") != "application/scim+json" {
		t.Errorf("%s %.200s: %d %s %.300s, want %d", request, body, a.Status, a.Header.Get("Content-Type"), a.Body, status)
	}
	return a
}

func patchOf(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

func TestAnIdentityProviderProvisions(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		s.Run(t, "tenant", "create", "beta", "--host", "beta.test")
		made := func(args ...string) string {
			return s.Run(t, append([]string{"scim", "token", "create", "--label", "Entra ID"}, args...)...)["token"].(string)
		}
		p := &provisioner{s, "localhost", made("--tenant", "default")}
		key := s.Key(t, "Admin", "--tenant", "default")
		m := &administrator{client: client{Server: s, host: "localhost", key: key}, document: readDocument(t, s), header: "Bearer " + key}
		t.Run("life", func(t *testing.T) { provisionPeople(t, p, m) })
		t.Run("groups", func(t *testing.T) { provisionGroups(t, p, m) })
		t.Run("session", func(t *testing.T) { endASession(t, p, m) })
		t.Run("tokens", func(t *testing.T) { tokensOfOthers(t, p, m, made) })
	})
}

// provisionPeople is the life of a user in Microsoft's guide, with and without its flag.
func provisionPeople(t *testing.T, p *provisioner, m *administrator) {
	for i, flag := range []string{"", "?aadOptscim062020"} {
		off, on := `{"op":"Replace","path":"active","value":"False"}`, `{"op":"Add","path":"active","value":"True"}`
		if flag != "" {
			off, on = `{"op":"replace","path":"active","value":false}`, `{"op":"add","value":{"active":true,"name.familyName":"Horvat"}}`
		}
		login := fmt.Sprintf("mira%d@example.org", i)
		p.scim(t, `GET Users?filter=userName eq "`+login+`"`, "", 200)
		body := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"oid-%d","userName":%q,"active":true,"emails":[{"type":"work","value":%q,"primary":true}],"name":{"givenName":"Mira","familyName":"Kovac"}}`, i, login, login)
		user := "Users/" + id(p.scim(t, "POST Users"+flag, body, 201))
		p.scim(t, "POST Users"+flag, body, 409)
		recID := strings.TrimPrefix(user, "Users/")
		person := m.do(t, "GET", "/people/"+recID, "", 200, "").JSON()
		if person["login"] != login || person["password_sign_in"] != false || person["external_sign_in"] != true || person["active"] != true {
			t.Errorf("the person: %v", person)
		}
		p.scim(t, "PATCH "+user+flag, patchOf(off), 200)
		if a := m.do(t, "GET", "/people/"+recID, "", 200, ""); a.JSON()["active"] != false {
			t.Errorf("after deactivation: %s", a.Body)
		}
		if a := p.scim(t, `GET Users?filter=userName eq "`+login+`"`, "", 200); a.JSON()["totalResults"] != 1.0 {
			t.Errorf("an inactive user: %s", a.Body)
		}
		p.scim(t, "PATCH "+user+flag, patchOf(on), 200)
		if a := m.do(t, "GET", "/people/"+recID, "", 200, ""); a.JSON()["active"] != true {
			t.Errorf("after activation: %s", a.Body)
		}
		trail := m.do(t, "GET", "/audit?target="+recID+"&limit=200", "", 200, "")
		for _, e := range items(trail) {
			if by, _ := e["actor"].(map[string]any); by == nil && !bytes.Contains(trail.Body, []byte("scim:Entra ID")) {
				t.Errorf("the trail: %v", e)
			}
		}
		if !bytes.Contains(trail.Body, []byte(`"Disabled"`)) || bytes.Contains(trail.Body, []byte(p.token)) {
			t.Errorf("the trail: %s", trail.Body)
		}
		removed(t, p, m, recID, login, i == 1)
	}
}

// removed has the identity provider remove somebody who has reported an incident: the incident leads to them as before, and where the tenant
// has said so nothing tells who they were.
func removed(t *testing.T, p *provisioner, m *administrator, recID, login string, anonymous bool) {
	t.Helper()
	desk := client{Server: p.Server, host: p.host, key: p.Key(t, "Admin", "--tenant", "default")}
	made := desk.ask(t, http.MethodPost, incidents, `{"Subject":"Broken","Symptom":"It is","ProfileLink":"`+recID+`","Owner":"`+login+`"}`).JSON()
	if made["ProfileLink"] != recID || made["Owner"] != login || made["ProfileFullName"] == nil || made["Email"] != login {
		t.Fatalf("the incident: %v", made)
	}
	m.do(t, "PUT", "/scim/policy", `{"removed":"nonsense"}`, 400, "")
	policy := "keep"
	if anonymous {
		policy = "anonymise"
	}
	m.do(t, "PUT", "/scim/policy", `{"removed":"`+policy+`"}`, 200, "")
	if got := m.do(t, "GET", "/scim/policy", "", 200, "").JSON()["removed"]; got != policy {
		t.Errorf("the policy is %v, want %s", got, policy)
	}
	p.scim(t, "DELETE Users/"+recID, "", 204)
	p.scim(t, "GET Users/"+recID, "", 404)
	person := m.do(t, "GET", "/people/"+recID, "", 200, "")
	if person.JSON()["active"] != false || bytes.Contains(person.Body, []byte(login)) == anonymous || bytes.Contains(person.Body, []byte("Mira")) == anonymous {
		t.Errorf("%s: the person is %s", policy, person.Body)
	}
	if anonymous {
		until(t, "the incident has forgotten who it was", func() bool {
			return !bytes.Contains(desk.ask(t, http.MethodGet, incidents+"('"+made["RecId"].(string)+"')", "").Body, []byte(login))
		})
	}
	incident := desk.ask(t, http.MethodGet, incidents+"('"+made["RecId"].(string)+"')", "")
	now := incident.JSON()
	if now["ProfileLink"] != recID || now["IncidentNumber"] != made["IncidentNumber"] || bytes.Contains(incident.Body, []byte(login)) == anonymous || bytes.Contains(incident.Body, []byte("Mira")) == anonymous {
		t.Errorf("%s: the incident is %v", policy, now)
	}
	if got := desk.ask(t, http.MethodGet, incidents+"('"+made["RecId"].(string)+"')/IncidentOwnerEmployee", "").Rows(); len(got) != 1 || got[0]["RecId"] != recID {
		t.Errorf("%s: the incident's owner is %v", policy, got)
	}
	if trail := m.do(t, "GET", "/audit?target="+made["RecId"].(string)+"&action=incident.update", "", 200, ""); anonymous && (len(items(trail)) == 0 || bytes.Contains(trail.Body, []byte(login))) {
		t.Errorf("%s: the trail of the incident says %s", policy, trail.Body)
	}
	if got := desk.ask(t, http.MethodGet, incidents+"('"+made["RecId"].(string)+"')/IncidentAssociatedCustomer", "").Rows(); len(got) != 1 || got[0]["RecId"] != recID {
		t.Errorf("%s: the incident leads to %v", policy, got)
	}
	if trail := m.do(t, "GET", "/audit?target="+recID+"&action=scim_user.delete", "", 200, ""); len(items(trail)) != 1 || bytes.Contains(trail.Body, []byte(login)) == anonymous {
		t.Errorf("%s: the trail says %s", policy, trail.Body)
	}
	if trail := m.do(t, "GET", "/audit?action=setting.update&target=provisioning.removed", "", 200, ""); anonymous && len(items(trail)) == 0 {
		t.Errorf("the trail of the policy says %s", trail.Body)
	}
}

// provisionGroups lets a group give a role.
func provisionGroups(t *testing.T, p *provisioner, m *administrator) {
	user := id(p.scim(t, "POST Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"gina"}`, 201))
	group := id(p.scim(t, "POST Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Service desk","externalId":"g-1"}`, 201))
	roles := func(want ...string) {
		t.Helper()
		var got []string
		for _, r := range items(m.do(t, "GET", "/people/"+user+"/roles", "", 200, "")) {
			got = append(got, r["name"].(string))
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("roles %v, want %v", got, want)
		}
	}
	path := "/scim/groups/" + group + "/role"
	m.do(t, "PUT", path, `{"role":"admin"}`, 400, "role_administers")
	m.do(t, "PUT", path, `{"role":"servicedeskanalyst"}`, 200, "")
	if all := items(m.do(t, "GET", "/scim/groups", "", 200, "")); len(all) != 1 || all[0]["role"] != "ServiceDeskAnalyst" || all[0]["name"] != "Service desk" {
		t.Errorf("groups: %v", all)
	}
	p.scim(t, "PATCH Groups/"+group, patchOf(`{"op":"Add","path":"members","value":[{"$ref":null,"value":"`+user+`"}]}`), 204)
	roles("ServiceDeskAnalyst", "SelfService")
	if a := p.scim(t, `GET Groups?excludedAttributes=members&filter=id eq "`+group+`" and members eq "`+user+`"`, "", 200); a.JSON()["totalResults"] != 1.0 {
		t.Errorf("a member: %s", a.Body)
	}
	m.do(t, "DELETE", path, "", 200, "")
	roles("SelfService")
	m.do(t, "PUT", path, `{"role":"ServiceDeskAnalyst"}`, 200, "")
	roles("ServiceDeskAnalyst", "SelfService")
	p.scim(t, "DELETE Groups/"+group, "", 204)
	roles("SelfService")
	m.do(t, "PUT", path, `{"role":"SelfService"}`, 404, "scim_group_unknown")
}

// endASession deactivates somebody who is signed in.
func endASession(t *testing.T, p *provisioner, m *administrator) {
	m.Run(t, "setting", "set", "sign_in.second_factor", "off", "--tenant", "default")
	user := id(p.scim(t, "POST Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"sue"}`, 201))
	m.do(t, "PATCH", "/people/"+user, `{"password_sign_in":true}`, 200, "")
	link, _ := m.do(t, "POST", "/people/"+user+"/setup-link", "", 201, "").JSON()["setup_link"].(string)
	_, secret, _ := strings.Cut(link, "#")
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if a := send(t, p.Server, p.host, "POST", "/set-password", form, url.Values{"code": {secret}, "password": {password}, "again": {password}}.Encode()); a.Status != 303 {
		t.Fatalf("set a password: %d %s", a.Status, a.Body)
	}
	a := send(t, p.Server, p.host, "POST", "/login", form, url.Values{"username": {"sue"}, "password": {password}}.Encode())
	c, err := http.ParseSetCookie(a.Header.Get("Set-Cookie"))
	if err != nil {
		t.Fatalf("sign in: %d %v %s", a.Status, err, a.Body)
	}
	browser := http.Header{"Cookie": {c.Name + "=" + c.Value}}
	if a := send(t, p.Server, p.host, "GET", "/api/me", browser, ""); a.Status != 200 {
		t.Fatalf("signed in: %d %s", a.Status, a.Body)
	}
	p.scim(t, "PATCH Users/"+user, patchOf(`{"op":"Replace","path":"active","value":"False"}`), 200)
	begun := time.Now()
	until(t, "the session ends", func() bool { return send(t, p.Server, p.host, "GET", "/api/me", browser, "").Status == 401 })
	if lasted := time.Since(begun); lasted > time.Second {
		t.Errorf("the session lasted for %s", lasted)
	}
}

// tokensOfOthers shows SCIM tokens where they do not count.
func tokensOfOthers(t *testing.T, p *provisioner, m *administrator, made func(...string) string) {
	foreign, expired := made("--tenant", "beta"), made("--tenant", "default", "--expires", "300ms")
	of := func(value string) http.Header { return http.Header{"Authorization": {value}} }
	until(t, "a token expires", func() bool {
		return send(t, p.Server, p.host, "GET", scimPath+"Users", of("Bearer "+expired), "").Status == 401
	})
	all := routes(&party{client: m.client, word: "quartz", person: "0198A6A27D3E7A519D570B1D3C5F7A90", incident: "0198A6A27D3E7A519D570B1D3C5F7A90"})
	for _, r := range all {
		if strings.HasPrefix(scimPath, r.pattern) {
			for what, token := range map[string]string{"another tenant's": foreign, "an expired": expired, "a cut": p.token[1:]} {
				unauthorized(t, what+" token: "+r.method+" "+r.path, send(t, p.Server, p.host, r.method, r.path, of("Bearer "+token), r.body), "intruder")
			}
			continue
		}
		for _, form := range []string{"Bearer ", "rest_api_key="} {
			unauthorized(t, form+"SCIM token: "+r.method+" "+r.path, send(t, p.Server, p.host, r.method, r.path, of(form+p.token), r.body), "intruder")
		}
	}
	p.scim(t, "GET Users", "", 200)
	list := items(m.do(t, "GET", "/scim/tokens", "", 200, ""))
	if len(list) != 2 || list[0]["last_used_at"] == nil || list[1]["expired"] != true {
		t.Errorf("tokens: %v", list)
	}
	fresh := m.do(t, "POST", "/scim/tokens", `{"label":"next","expires_in_days":30}`, 201, "")
	next := &provisioner{p.Server, p.host, fresh.JSON()["token"].(string)}
	next.scim(t, "GET ServiceProviderConfig", "", 200)
	m.do(t, "POST", "/scim/tokens", `{"label":"third"}`, 409, "tokens_many")
	m.do(t, "DELETE", "/scim/tokens/"+id(fresh), "", 204, "")
	next.scim(t, "GET Users", "", 401)
	for _, leaked := range []string{foreign, p.token} { // that of another tenant is nobody's here
		if a := send(t, p.Server, p.host, "POST", "/trust/v1/leaks", nil, leaked); a.Status != http.StatusAccepted {
			t.Errorf("a leak: %d %s", a.Status, a.Body)
		}
	}
	until(t, "a leaked token ends", func() bool {
		return send(t, p.Server, p.host, "GET", scimPath+"Users", of("Bearer "+p.token), "").Status == 401
	})
	if a := send(t, p.Server, "beta.test", "GET", scimPath+"Users", of("Bearer "+foreign), ""); a.Status != 200 {
		t.Errorf("another tenant's token: %d %s", a.Status, a.Body)
	}
	if a := m.do(t, "GET", "/audit?action=scim_token.leaked", "", 200, ""); len(items(a)) != 1 {
		t.Errorf("the trail: %s", a.Body)
	}
}
