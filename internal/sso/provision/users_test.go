package provision_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// whole is a user with all that is kept, some of it in forms that no field of a record has.
const whole = `{
	"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
	"externalId": "5b1f0a60-5a5c-4a34-9a52-2d7a9a2f7d10", "userName": "Mira.Kovac@example.org", "active": true,
	"displayName": "Mira K.", "nickName": "Mimi", "profileUrl": "https://example.org/mira", "title": "Engineer", "userType": "Employee",
	"preferredLanguage": "hr", "locale": "hr-HR", "timezone": "Europe/Zagreb",
	"name": {"formatted": "Ms Mira A. Kovac", "familyName": "Kovac", "givenName": "Mira", "middleName": "Ana", "honorificPrefix": "Ms", "honorificSuffix": "MSc"},
	"emails": [{"value": "mira@home.example", "type": "home"}, {"value": "Mira@Example.org", "type": "Work", "primary": true, "display": "at work"}],
	"phoneNumbers": [{"value": "tel: +385 1 (234) 567 ext. 8", "type": "work"}, {"value": "0049-170", "type": "mobile"}, {"value": "1", "type": "fax"}, {"value": "2", "type": "pager"}],
	"addresses": [{"formatted": "Ilica 1\nZagreb", "streetAddress": "Ilica 1", "locality": "Zagreb", "region": "ZG", "postalCode": "a postal code of more than twenty characters", "country": "HR", "type": "work"},
		{"streetAddress": "at home", "type": "home"}],
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": "A-77", "costCenter": "4711", "division": "North", "department": "IT",
		"manager": {"value": "somebody elsewhere"}}}`

func TestWhatWasSentIsAnsweredAndWritten(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.scim("POST /Users", whole, 201)
		recID := idOf(made)
		var want map[string]any
		f.must(json.Unmarshal([]byte(whole), &want))
		want["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"].(map[string]any)["manager"].(map[string]any)["$ref"] = "https://one.example.com/scim/v2/Users/somebody%20elsewhere"
		check := func(got map[string]any) {
			t.Helper()
			meta, _ := got["meta"].(map[string]any)
			if meta["location"] != "https://one.example.com/scim/v2/Users/"+recID || meta["created"] != "2026-03-27T12:00:00.000Z" {
				t.Errorf("meta %v", meta)
			}
			delete(got, "meta")
			delete(got, "id")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-sent +answered):\n%s", diff)
			}
		}
		check(made)
		check(f.scim("GET /Users/"+recID, "", 200))
		row := f.row(recID)
		for field, value := range map[string]string{
			"LoginID": "Mira.Kovac@example.org", "FirstName": "Mira", "MiddleName": "Ana", "LastName": "Kovac", "Prefix": "Ms", "Suffix": "MSc", "DisplayName": "Mira K.",
			"PrimaryEmail": "Mira@Example.org", "Phone": "tel: +385 1 (234) 567 ext. 8", "MobilePhone": "0049-170", "Fax": "1", "Title": "Engineer", "Department": "IT",
			"CostCenter": "4711", "EmployeeNumber": "A-77", "Address1": "Ilica 1", "City": "Zagreb", "State": "ZG", "Zip": "a postal code of mor", "Country": "HR",
			"Status": "Active", "Disabled": "false", "IsExternalAuth": "true", "IsInternalAuth": "false", "IsAutoProvision": "true", "ManagerLink": "", "CreatedBy": "scim:Entra ID",
		} {
			if got := row.Text(field); got != value {
				t.Errorf("%s is %q, want %q", field, got, value)
			}
		}
		f.holds(recID, "SelfService")

		f.clock.Advance(time.Minute) // what is changed here counts, the rest stays as it was sent
		f.update(recID, "Title", "Head of it all", "Phone", "", "DisplayName", "Mira", "PrimaryEmail", "kovac@example.org", "City", "Split")
		got := f.scim("GET /Users/"+recID, "", 200)
		want["title"], want["displayName"] = "Head of it all", "Mira"
		want["emails"].([]any)[1].(map[string]any)["value"] = "kovac@example.org"
		want["phoneNumbers"] = want["phoneNumbers"].([]any)[1:]
		want["addresses"].([]any)[0].(map[string]any)["locality"] = "Split"
		check(got)
		f.finds("/Users", `emails[type eq "work"].value eq "kovac@example.org"`, recID)
		f.finds("/Users", `emails[type eq "work"].value eq "mira@example.org"`)
	})
}

func TestTheConversationOfTheGuide(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.finds("/Users", `userName eq "0c7f9d0e-8b3a-4b4c-9a49-7f0f1a2c3d4e"`)
		new := `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
			"externalId": "0a21f0f2", "userName": "Test_User@example.org", "active": true, "emails": [{"primary": true, "type": "work", "value": "test@example.org"}],
			"meta": {"resourceType": "User"}, "name": {"formatted": "given family", "familyName": "family", "givenName": "given"}, "roles": []}`
		made := f.scim("POST /Users", new, 201)
		if _, said := made["displayName"]; said {
			t.Errorf("a displayName that nobody sent: %v", made)
		}
		user := "/Users/" + idOf(made)
		f.refused("POST /Users", new, 409, "uniqueness", "externalId")
		f.refused("POST /Users", strings.Replace(new, "0a21f0f2", "other", 1), 409, "uniqueness", "userName")
		f.scim("GET /Users/5171a35d82074e068ce2", "", 404)
		f.finds("/Users", `userName eq "test_user@EXAMPLE.org"`, idOf(made))
		f.finds("/Users", `externalId eq "0a21f0f2"`, idOf(made))
		f.finds("/Users", `externalId eq "0A21F0F2"`)
		f.clock.Advance(time.Minute)
		changed := f.scim("PATCH "+user, ops(`{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "updated@example.org"}`,
			`{"op": "Replace", "path": "name.familyName", "value": "updated"}`), 200)
		if m := changed["meta"].(map[string]any); m["lastModified"] != "2026-03-27T12:01:00.000Z" {
			t.Errorf("meta %v", m)
		}
		if row := f.row(idOf(made)); row.Text("PrimaryEmail") != "updated@example.org" || row.Text("DisplayName") != "given updated" {
			t.Errorf("the record: %s", row.Doc)
		}
		f.scim("PATCH "+user, ops(`{"op": "Replace", "path": "userName", "value": "5b50642d@example.org"}`), 200)
		f.clock.Advance(time.Minute)
		if same := f.scim("PATCH "+user, ops(`{"op": "Replace", "path": "userName", "value": "5b50642d@example.org"}`), 200); same["meta"].(map[string]any)["lastModified"] != "2026-03-27T12:01:00.000Z" {
			t.Errorf("a change of nothing: %v", same["meta"])
		}
		for _, off := range []string{`"False"`, `true`, `false`} {
			f.scim("PATCH "+user, ops(`{"op": "Replace", "path": "active", "value": `+off+`}`), 200)
		}
		if row := f.row(idOf(made)); row.Text("Disabled") != "true" || row.Text("Status") != "Active" {
			t.Errorf("after it was deactivated: %s", row.Doc)
		}
		f.finds("/Users", `userName eq "5b50642d@example.org"`, idOf(made))
		f.finds("/Users", `active eq false`, idOf(made))
		f.finds("/Users", `active eq true`)
		f.update(idOf(made), "Status", "Terminated")
		if got := f.scim("PUT "+user, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"again@example.org","active":true}`, 200); got["active"] != true || got["emails"] != nil || got["name"] != nil || got["externalId"] != nil {
			t.Errorf("a replaced user: %v", got)
		}
		if row := f.row(idOf(made)); row.Text("Disabled") != "false" || row.Text("Status") != "Active" || row.Text("PrimaryEmail") != "" || row.Text("LastName") != "" {
			t.Errorf("after it was replaced: %s", row.Doc)
		}
		f.scim("DELETE "+user, "", 204)
		f.scim("DELETE "+user, "", 404)
		f.scim("GET "+user, "", 404)
		f.scim("PATCH "+user, ops(`{"op": "Replace", "path": "active", "value": false}`), 404)
		if n := f.count(`SELECT count(*) FROM scim_resource`) + f.count(`SELECT count(*) FROM scim_email`) + f.count(`SELECT count(*) FROM role_member WHERE person = $1 AND role <> 'SelfService'`, idOf(made)); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		f.scim("POST /Users", new, 201)
	})
}

func TestFiltersAndPages(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.person("local", "SelfService")
		boss := idOf(f.scim("POST /Users", user("boss", "b", `"displayName":"Bó Ss"`), 201))
		enterprise := `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"x-7","manager":{"value":"` + boss + `"}}`
		ann := idOf(f.scim("POST /Users", user("ann", "a", enterprise, `"emails":[{"type":"home","value":"ann@home.example"},{"type":"work","value":"ann@example.org"}]`), 201))
		bob := idOf(f.scim("POST /Users", user("bob", "c", `"emails":[{"value":"bob@example.org"}]`, strings.Replace(enterprise, "x-7", "X-7", 1)), 201))
		for filter, want := range map[string][]string{
			`id eq "` + ann + `"`: {ann}, `id eq "` + strings.ToLower(ann) + `"`: {}, `id eq "local"`: {},
			`userName eq "local"`: {}, `userName eq "InternalServices"`: {}, `userName eq "ANN"`: {ann}, `displayName eq "bÓ sS"`: {boss},
			`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "x-7"`: {ann}, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "X-7"`: {bob},
			`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "` + boss + `"`: {ann, bob},
			`emails.value eq "ANN@home.example"`: {ann}, `emails[type eq "home"].value eq "ann@home.example"`: {ann}, `emails[type eq "work"].value eq "ann@home.example"`: {},
			`emails[type eq "work"].value eq "ann@example.org"`: {ann}, `emails.value eq "bob@example.org"`: {bob}, `userName eq "ann" and externalId eq "a"`: {ann}, `userName eq "ann" and externalId eq "b"`: {},
			`active eq true`: {boss, ann, bob}, `userName eq "ann' OR 1=1 --"`: {},
		} {
			f.finds("/Users", filter, want...)
		}
		if m := f.scim("GET /Users/"+ann, "", 200)["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"].(map[string]any)["manager"].(map[string]any); m["value"] != boss || m["displayName"] != "Bó Ss" {
			t.Errorf("the manager: %v", m)
		}
		if link := f.row(ann).Text("ManagerLink"); link != boss {
			t.Errorf("ManagerLink %q", link)
		}
		var walked []string
		for start := 1; start < 5; start++ {
			page := f.scim("GET /Users?count=1&startIndex="+string(rune('0'+start)), "", 200)
			if page["totalResults"] != 3.0 {
				t.Errorf("page %d: %v", start, page)
			}
			for _, one := range page["Resources"].([]any) {
				walked = append(walked, idOf(one.(map[string]any)))
			}
		}
		if diff := cmp.Diff([]string{boss, ann, bob}, walked); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
		if page := f.scim("GET /Users?count=0", "", 200); page["totalResults"] != 3.0 || page["itemsPerPage"] != 0.0 {
			t.Errorf("no page: %v", page)
		}
		f.refused("PATCH /Users/"+ann, ops(`{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"0198A6A27D3E7A519D570B1D3C5F7A90"}`), 400, "invalidValue", "manager.value")
		f.refused("PATCH /Users/"+boss, ops(`{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"`+ann+`"}`), 400, "invalidValue", "manager")
		f.refused("PATCH /Users/"+boss, ops(`{"op":"replace","path":"userName","value":"Ann"}`), 409, "uniqueness", "userName")
		taken := f.scim("PATCH /Users/"+boss, ops(`{"op":"replace","path":"userName","value":"Ann"}`), 409)["detail"].(string)
		if strings.Contains(taken, "LoginID") || strings.Count(taken, "taken") != 1 || !strings.Contains(taken, "of 'userName' is") {
			t.Errorf("a login that is taken: %q; it is to be said once, and in the words of SCIM", taken)
		}
		f.refused("PATCH /Users/"+boss, ops(`{"op":"replace","path":"externalId","value":"a"}`), 409, "uniqueness", "externalId")
		f.refused("PATCH /Users/"+boss, ops(`{"op":"replace","path":"userName","value":"with space"}`), 400, "invalidValue", "userName")
		f.refused("PATCH /Users/"+boss, ops(`{"op":"add","path":"emails[type eq \"work\"].value","value":"nonsense"}`), 400, "invalidValue", "emails")
		f.scim("DELETE /Users/"+boss, "", 204)
		if m := f.scim("GET /Users/"+ann, "", 200)["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"].(map[string]any); m["manager"] != nil {
			t.Errorf("a manager who is gone: %v", m)
		}
	})
}

func TestDeactivationEndsALiveSessionAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := idOf(f.scim("POST /Users", user("sue", "s"), 201))
		f.update(made, "IsInternalAuth", true)
		f.must(f.people.SetPassword(tenant.With(f.ctx, f.one), f.one, made, password))
		browser := f.signIn("sue")
		if !f.alive(browser) {
			t.Fatal("the session does not count")
		}
		f.scim("PATCH /Users/"+made, ops(`{"op":"Replace","path":"active","value":"False"}`), 200)
		if f.alive(browser) {
			t.Error("the session has outlived its person's deactivation")
		}
		f.scim("PATCH /Users/"+made, ops(`{"op":"Replace","path":"active","value":"True"}`), 200)
		if f.alive(browser) {
			t.Error("the session has come back")
		}
		browser = f.signIn("sue")
		f.scim("DELETE /Users/"+made, "", 204)
		if f.alive(browser) {
			t.Error("the session has outlived its person")
		}
	})
}

// identity lets an identity provider know a person.
func (f *fixture) identity(idp, kind, subject, person string) {
	f.t.Helper()
	f.exec(`INSERT INTO sso_identity (idp, kind, subject, person, name, created_at, seen_at) VALUES ($1, $2, $3, $4, 'somebody', 1, 1)`, idp, kind, subject, person)
}

// directory makes an identity provider that is enabled.
func (f *fixture) directory(id, issuer string) {
	f.t.Helper()
	f.exec(`INSERT INTO sso_idp (id, kind, entity_id, enabled, definition, version, created_at, changed_at) VALUES ($1, 'saml', $2, 1, '{}', 1, 1, 1)`, id, issuer)
}

func TestWhoIsThereIsAdopted(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.directory("p1", "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/")
		f.directory("p2", "https://idp.example.org/")
		outside := func(login, role string) string {
			made := f.person(login, role)
			f.update(made, "IsInternalAuth", false, "IsExternalAuth", true, "Phone", "17")
			return made
		}
		known, byName, other, admin := outside("known", "SelfService"), outside("byname", "SelfService"), outside("other", "SelfService"), outside("chief", "Admin")
		f.person("root", "Admin")
		openID := outside("openid", "SelfService")
		f.identity("p1", "oid", "tid-1/oid-openid", openID)
		f.refused("POST /Users", user("openid", "penid"), 409, "uniqueness", "object id")
		f.refused("POST /Users", user("openid", "%oid-openid"), 409, "uniqueness", "object id")
		if got := f.scim("POST /Users", user("openid@example.org", "oid-openid"), 201); idOf(got) != openID {
			t.Errorf("known by OpenID Connect: %v", got)
		}
		f.identity("p1", "objectidentifier", "oid-known", known)
		f.identity("p1", "sub", "oid-sub", byName)
		f.identity("p1", "objectidentifier", "oid-other", other)

		liar := outside("liar", "SelfService")
		f.identity("p2", "objectidentifier", "oid-said", liar) // by one who may say what it likes
		if got := f.scim("POST /Users", user("true@example.org", "oid-said"), 201); idOf(got) == liar {
			t.Errorf("whoever says that somebody has an object id is believed: %v", got)
		}

		got := f.scim("POST /Users", user("renamed@example.org", "oid-known", `"title":"Engineer"`), 201)
		if idOf(got) != known || got["phoneNumbers"].([]any)[0].(map[string]any)["value"] != "17" || got["emails"].([]any)[0].(map[string]any)["value"] != "known@example.com" {
			t.Errorf("known by object id: %v", got)
		}
		if row := f.row(known); row.Text("LoginID") != "renamed@example.org" || row.Text("Title") != "Engineer" {
			t.Errorf("the record: %s", row.Doc)
		}
		if got := f.scim("POST /Users", user("ByName", "oid-new"), 201); idOf(got) != byName {
			t.Errorf("known by login: %v", got)
		}
		f.refused("POST /Users", user("other", "oid-stranger"), 409, "uniqueness", "object id")
		f.refused("POST /Users", user("chief", "oid-stranger"), 409, "uniqueness", "administers")
		f.refused("POST /Users", user("root", "oid-stranger"), 409, "uniqueness", "managed here")
		f.refused("POST /Users", user("internalservices", "oid-stranger"), 409, "uniqueness", "managed here")
		if got := f.scim("POST /Users", user("chief", "oid-chief"), 409); got == nil {
			t.Error("an administrator was adopted by name")
		}
		f.identity("p1", "objectidentifier", "oid-chief", admin)
		if got := f.scim("POST /Users", user("chief", "oid-chief"), 201); idOf(got) != admin {
			t.Errorf("an administrator by object id: %v", got)
		}
		f.refused("PATCH /Users/"+admin, ops(`{"op":"replace","path":"externalId","value":"oid-mine"}`), 403, "", "externalId")
		f.holds(admin, "Admin")
		if flags := f.trail(audit.Filter{Action: "scim_user.adopt", Target: known}); len(flags) != 1 || flags[0].Login != "scim:Entra ID" {
			t.Errorf("the trail: %v", flags)
		}
	})
}

// TestALoginThatIsUsedAgainIsSomebodyNew removes people, and has others come under their logins, and themselves.
func TestALoginThatIsUsedAgainIsSomebodyNew(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.directory("p1", "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/")
		first := idOf(f.scim("POST /Users", user("j.smith", "oid-1"), 201))
		f.scim("DELETE /Users/"+first, "", 204)
		if again := idOf(f.scim("POST /Users", user("j.smith", "oid-1"), 201)); again != first {
			t.Errorf("who comes back is %s, want %s", again, first)
		}
		f.scim("DELETE /Users/"+first, "", 204)
		second := idOf(f.scim("POST /Users", user("j.smith", "oid-2"), 201))
		if old := f.row(first); second == first || old.Text("LoginID") != "removed-"+strings.ToLower(first) || f.row(second).Text("LoginID") != "j.smith" {
			t.Errorf("the next j.smith is %s; the first is called %s", second, old.Text("LoginID"))
		}
		if back := idOf(f.scim("POST /Users", user("john.smith", "oid-1"), 201)); back == second {
			t.Error("the first comes back as the second")
		}

		third := idOf(f.scim("POST /Users", user("zoe", "oid-3"), 201))
		f.scim("DELETE /Users/"+third, "", 204)
		f.update(third, "Disabled", false)
		f.refused("POST /Users", user("zoe", "oid-4"), 409, "uniqueness", "active again")

		squatter := f.person("boss", "SelfService") // made by the first sign-in with a provider that may call anybody so
		f.update(squatter, "IsInternalAuth", false, "IsExternalAuth", true)
		f.identity("p2", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "boss", squatter)
		f.refused("POST /Users", user("boss", "oid-boss"), 409, "uniqueness", "another identity provider")
	})
}

func TestWhoMayNotBeTouched(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.directory("p1", "https://login.microsoftonline.com/6b1f3c1e-0000-4000-8000-000000000001/v2.0")
		made := idOf(f.scim("POST /Users", user("last", "l"), 201))
		_, err := f.people.Grant(f.ctx, f.one, "last", "Admin", true)
		f.must(err)
		f.refused("PATCH /Users/"+made, ops(`{"op":"replace","path":"active","value":false}`), 403, "", "last administrator")
		f.refused("DELETE /Users/"+made, "", 403, "", "last administrator")
		f.person("root", "Admin")
		f.exec(`INSERT INTO people_break_glass (person, set_by, login, set_at) VALUES ($1, '', 'root', 1)`, made)
		for _, body := range []string{`{"op":"replace","path":"active","value":false}`, `{"op":"replace","path":"title","value":"x"}`, `{"op":"replace","path":"nickName","value":"x"}`} {
			f.refused("PATCH /Users/"+made, ops(body), 403, "", "break-glass")
		}
		f.refused("PUT /Users/"+made, user("last", "other"), 403, "", "break-glass")
		f.refused("DELETE /Users/"+made, "", 403, "", "break-glass")
		local := f.person("glass", "Admin")
		f.exec(`INSERT INTO people_break_glass (person, set_by, login, set_at) VALUES ($1, '', 'root', 1)`, local)
		f.identity("p1", "oid", "oid-glass", local)
		f.refused("POST /Users", user("new", "oid-glass"), 403, "", "break-glass")
		f.scim("PATCH /Users/"+local, ops(`{"op":"replace","path":"active","value":false}`), 404)
		f.scim("DELETE /Users/"+local, "", 404)
		f.scim("GET /Users/"+made, "", 200)
	})
}

func TestTheTrailSaysWhoChangedWhat(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := idOf(f.scim("POST /Users", whole, 201))
		f.scim("PATCH /Users/"+made, ops(`{"op":"replace","path":"title","value":"Boss"}`, `{"op":"replace","path":"nickName","value":"M"}`), 200)
		trail := f.trail(audit.Filter{Target: made})
		said := map[string]string{}
		for _, r := range trail {
			if r.Login != "scim:Entra ID" || r.Credential == "" || r.Address != "192.0.2.7" {
				t.Errorf("%s by %q with %q from %q", r.Action, r.Login, r.Credential, r.Address)
			}
			said[r.Action] += string(r.Changes)
		}
		if !strings.Contains(said["employee.update"], `"Title":["Engineer","Boss"]`) || !strings.Contains(said["scim_user.update"], `"nickName":["Mimi","M"]`) || !strings.Contains(said["employee.create"], "Mira@Example.org") {
			t.Errorf("the trail: %v", said)
		}
		for _, r := range f.trail(audit.Filter{}) {
			if strings.Contains(string(r.Changes), f.token) {
				t.Errorf("%s has the token", r.Action)
			}
		}
		w := f.send(f.one, http.MethodGet, "/SCIM/V2/users/"+made, "", http.Header{"Authorization": {"Bearer " + f.token}})
		if w.Code != 200 {
			t.Errorf("in other letters: %d %s", w.Code, w.Body)
		}
	})
}

func TestTwoAtOnceMakeOne(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		const many = 20
		var codes [many]int
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				r := httptest.NewRequest(http.MethodPost, "https://one.example.com/scim/v2/Users", strings.NewReader(user("same", "oid")))
				r.Header.Set("Authorization", "Bearer "+f.token)
				w := httptest.NewRecorder()
				f.mux.ServeHTTP(w, r.WithContext(tenant.With(r.Context(), f.one)))
				codes[i] = w.Code
			})
		}
		all.Wait()
		slices.Sort(codes[:])
		if codes[0] != 201 || codes[1] != 409 || codes[many-1] != 409 {
			t.Errorf("answers: %v", codes)
		}
		if n := f.count(`SELECT count(*) FROM scim_resource`); n != 1 || len(f.found("/Users", `userName eq "same"`)) != 1 {
			t.Errorf("%d users", n)
		}
	})
}
