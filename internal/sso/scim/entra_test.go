package scim

import (
	"strings"
	"testing"
)

// What Entra sends in the conversations of Microsoft's guide, with other names; %s is where the two variants differ.
const (
	newUser = `{
		"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
		"externalId": "5b1f0a60-5a5c-4a34-9a52-2d7a9a2f7d10", "userName": "Mira.Kovac@example.org", "active": true,
		"emails": [{"primary": true, "type": "work", "value": "mira@example.org"}],
		"meta": {"resourceType": "User"},
		"name": {"formatted": "Mira Kovac", "familyName": "Kovac", "givenName": "Mira"},
		"roles": []}`
	miraCore = `"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "u1", "externalId": "5b1f0a60-5a5c-4a34-9a52-2d7a9a2f7d10"`
	miraMeta = `"meta": {"resourceType": "User", "location": "https://desk.example.com/scim/v2/Users/u1",
		"created": "2026-03-27T12:00:00.000Z", "lastModified": "2026-03-27T12:00:00.000Z"}`
	changedMeta = `"meta": {"resourceType": "User", "location": "https://desk.example.com/scim/v2/Users/u1",
		"created": "2026-03-27T12:00:00.000Z", "lastModified": "2026-03-27T13:00:00.000Z"}`
	mira = `{` + miraCore + `, "userName": "Mira.Kovac@example.org", "active": true,
		"name": {"formatted": "Mira Kovac", "familyName": "Kovac", "givenName": "Mira"},
		"emails": [{"value": "mira@example.org", "type": "work", "primary": true}], ` + miraMeta + `}`
	newGroup = `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
		"externalId": "1f0c6a38-6d0e-4f53-8f0c-0d3a3b2a9c55", "displayName": "Network Team", "meta": {"resourceType": "Group"}}`
	teamCore = `"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "g1", "externalId": "1f0c6a38-6d0e-4f53-8f0c-0d3a3b2a9c55"`
	teamMeta = `"meta": {"resourceType": "Group", "location": "https://desk.example.com/scim/v2/Groups/g1",
		"created": "2026-03-27T12:00:00.000Z", "lastModified": "2026-03-27T12:00:00.000Z"}`
	changedTeamMeta = `"meta": {"resourceType": "Group", "location": "https://desk.example.com/scim/v2/Groups/g1",
		"created": "2026-03-27T12:00:00.000Z", "lastModified": "2026-03-27T13:00:00.000Z"}`
	emptyList = `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []}`
)

func oneOf(resource string) string {
	return `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [` + resource + `]}`
}

func member1(id string) string {
	return `{"value": "` + id + `", "type": "User", "$ref": "https://desk.example.com/scim/v2/Users/` + id + `"}`
}

// exchange is a request of the guide and the answer that it asks for.
type exchange struct {
	name, request, body string
	status              int
	answer              string
}

// conversation is the guide's, from Test Connection to the removal of the group.
func conversation(disable, replaceSeveral, removeMember string) []exchange {
	changed := strings.NewReplacer("Kovac\", \"givenName", "Horvat\", \"givenName", `"value": "mira@`, `"value": "mira.horvat@`, miraMeta, changedMeta).Replace(mira)
	renamed := strings.Replace(changed, "Mira.Kovac@example.org", "mira.horvat@example.org", 1)
	disabled := strings.Replace(renamed, `"active": true`, `"active": false`, 1)
	several := `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
		"id": "u1", "externalId": "5b1f0a60-5a5c-4a34-9a52-2d7a9a2f7d10", "userName": "mira.horvat@example.org", "active": false, "displayName": "Mirjana",
		"name": {"formatted": "Mira Kovac", "familyName": "Babic", "givenName": "Mirjana"}, "nickName": "Mimi",
		"emails": [{"value": "mirjana@example.org", "type": "work", "primary": true}],
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": "A-77"}, ` + changedMeta + `}`
	group := func(meta, more string) string {
		return `{` + teamCore + `, "displayName": "Network Team"` + more + `, ` + meta + `}`
	}
	return []exchange{
		{"test connection", `GET /Users?filter=userName eq "0c7f9d0e-8b3a-4b4c-9a49-7f0f1a2c3d4e"`, "", 200, emptyList},
		{"test connection, groups", `GET /Groups?excludedAttributes=members&filter=displayName eq "0c7f9d0e-8b3a-4b4c-9a49-7f0f1a2c3d4e"`, "", 200, emptyList},
		{"create user", "POST /Users", newUser, 201, mira},
		{"create user again", "POST /Users", newUser, 409, "…"},
		{"get user", "GET /Users/u1", "", 200, mira},
		{"get unknown user", "GET /Users/5171a35d82074e068ce2", "", 404, `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "404",
			"detail": "There is no User with the id '5171a35d82074e068ce2'."}`},
		{"get user by query", `GET /Users?filter=userName eq "mira.kovac@EXAMPLE.org"`, "", 200, oneOf(mira)},
		{"get user by external id", `GET /Users?filter=externalId eq "5b1f0a60-5a5c-4a34-9a52-2d7a9a2f7d10"`, "", 200, oneOf(mira)},
		{"get user by e-mail", `GET /Users?filter=emails[type eq "work"].value eq "mira@example.org"`, "", 200, oneOf(mira)},
		{"get user by query, nothing", `GET /Users?filter=userName eq "nobody"`, "", 200, emptyList},
		{"update user, several values", "PATCH /Users/u1", ops(
			`{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "mira.horvat@example.org"}`,
			`{"op": "Replace", "path": "name.familyName", "value": "Horvat"}`), 200, changed},
		{"update user, one value", "PATCH /Users/u1", ops(`{"op": "Replace", "path": "userName", "value": "mira.horvat@example.org"}`), 200, renamed},
		{"disable user", "PATCH /Users/u1", disable, 200, disabled},
		{"a disabled user is found", `GET /Users?filter=userName eq "mira.horvat@example.org"`, "", 200, oneOf(disabled)},
		{"add a single value", "PATCH /Users/u1", ops(`{"op": "Add", "path": "nickName", "value": "Mimi"}`), 200, "…"},
		{"replace several", "PATCH /Users/u1", replaceSeveral, 200, several},
		{"create group", "POST /Groups", newGroup, 201, group(teamMeta, `, "members": []`)},
		{"get group", "GET /Groups/g1?excludedAttributes=members", "", 200, group(teamMeta, "")},
		{"get group by displayName", `GET /Groups?excludedAttributes=members&filter=displayName eq "network team"`, "", 200, oneOf(group(teamMeta, ""))},
		{"rename group", "PATCH /Groups/g1", ops(`{"op": "Replace", "path": "displayName", "value": "Networks"}`), 204, ""},
		{"rename group back", "PATCH /Groups/g1", ops(`{"op": "Replace", "path": "displayName", "value": "Network Team"}`), 204, ""},
		{"add member", "PATCH /Groups/g1", ops(`{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "u1"}]}`), 204, ""},
		{"add another member", "PATCH /Groups/g1", ops(`{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "u2"}]}`), 204, ""},
		{"is a member", `GET /Groups?filter=id eq "g1" and members eq "u1"&excludedAttributes=members`, "", 200, oneOf(group(changedTeamMeta, ""))},
		{"remove member", "PATCH /Groups/g1", removeMember, 204, ""},
		{"is no member any more", `GET /Groups?filter=id eq "g1" and members eq "u1"&excludedAttributes=members`, "", 200, emptyList},
		{"the other is still there", "GET /Groups/g1", "", 200, group(changedTeamMeta, `, "members": [`+member1("u2")+`]`)},
		{"delete group", "DELETE /Groups/g1", "", 204, ""},
		{"delete user", "DELETE /Users/u1", "", 204, ""},
		{"delete user again", "DELETE /Users/u1", "", 404, "…"},
		{"get deleted user", "GET /Users/u1", "", 404, "…"},
	}
}

func TestTheConversationsOfTheGuide(t *testing.T) {
	for name, c := range map[string]struct {
		suffix string
		steps  []exchange
	}{
		"without the flag": {"", conversation(
			ops(`{"op": "Replace", "path": "active", "value": "False"}`),
			ops(
				`{"op": "Replace", "path": "displayName", "value": "Mirjana"}`,
				`{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "mirjana@example.org"}`,
				`{"op": "Replace", "path": "name.givenName", "value": "Mirjana"}`,
				`{"op": "Replace", "path": "name.familyName", "value": "Babic"}`,
				`{"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", "value": "A-77"}`),
			ops(`{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "u1"}]}`),
		)},
		"with the flag": {"aadOptscim062020", conversation(
			ops(`{"op": "replace", "path": "active", "value": false}`),
			ops(
				`{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "mirjana@example.org"}`,
				`{"op": "replace", "value": {"displayName": "Mirjana", "name.givenName": "Mirjana", "name.familyName": "Babic",
					"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber": "A-77"}}`),
			ops(`{"op": "remove", "path": "members[value eq \"u1\"]"}`),
		)},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.suffix = c.suffix
			for _, step := range c.steps {
				t.Run(step.name, func(t *testing.T) {
					s.t = t
					s.want(step.request, step.body, step.status, step.answer)
				})
			}
			if n := len(s.users.list) + len(s.groups.list); n != 0 {
				t.Errorf("%d resources are left", n)
			}
		})
	}
}

func TestANewResourceSaysWhereItIs(t *testing.T) {
	s := start(t)
	if at := s.send("POST /Users", newUser).header.Get("Location"); at != "https://desk.example.com/scim/v2/Users/u1" {
		t.Errorf("Location %q", at)
	}
	if at := s.send("POST /Groups", newGroup).header.Get("Location"); at != "https://desk.example.com/scim/v2/Groups/g1" {
		t.Errorf("Location %q", at)
	}
}
