package provision_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func group(name, external string, members ...string) string {
	list := make([]string, len(members))
	for i, m := range members {
		list[i] = `{"value":"` + m + `"}`
	}
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
		"displayName":%q,"externalId":%q,"members":[%s]}`, name, external, strings.Join(list, ","))
}

// linked says how many are in a ContactGroup.
func (f *fixture) linked(groupID string) int64 {
	return f.count(`SELECT count(*) FROM record_link WHERE source = $1`, strings.ToLower(groupID))
}

func TestGroupsLiveAsInTheGuide(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann, bob := idOf(f.scim("POST /Users", user("ann", "a", `"displayName":"Ann"`), 201)), idOf(f.scim("POST /Users", user("bob", "b"), 201))
		made := f.scim("POST /Groups", group("Network Team", "g-1"), 201)
		id := idOf(made)
		f.refused("POST /Groups", group("network team", "g-2"), 409, "uniqueness", "displayName")
		f.refused("POST /Groups", group("Other", "g-1"), 409, "uniqueness", "externalId")
		f.finds("/Groups", `displayName eq "NETWORK team"`, id)
		f.finds("/Groups", `externalId eq "g-1"`, id)
		f.scim("PATCH /Groups/"+id, ops(`{"op":"Add","path":"members","value":[{"$ref":null,"value":"`+ann+`"},{"$ref":null,"value":"`+bob+`"}]}`), 204)
		f.finds("/Groups", `id eq "`+id+`" and members eq "`+ann+`"`, id)
		got := f.scim("GET /Groups/"+id, "", 200)["members"].([]any)
		if diff := cmp.Diff([]any{
			map[string]any{"value": ann, "display": "Ann", "type": "User", "$ref": "https://one.example.com/scim/v2/Users/" + ann},
			map[string]any{"value": bob, "display": "bob", "type": "User", "$ref": "https://one.example.com/scim/v2/Users/" + bob},
		}, got); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		if n := f.linked(id); n != 2 {
			t.Errorf("%d in the ContactGroup", n)
		}
		f.refused("PATCH /Groups/"+id, ops(`{"op":"Add","path":"members","value":[{"value":"0198A6A27D3E7A519D570B1D3C5F7A90"}]}`), 400, "invalidValue", "0198A6A27D3E7A519D570B1D3C5F7A90")
		f.scim("PATCH /Groups/"+id, ops(`{"op":"Remove","path":"members","value":[{"$ref":null,"value":"`+ann+`"}]}`), 204)
		f.finds("/Groups", `members eq "`+ann+`"`)
		f.clock.Advance(time.Minute)
		f.scim("PATCH /Groups/"+id, ops(`{"op":"Replace","path":"displayName","value":"Networks"}`), 204)
		if got := f.scim("GET /Groups/"+id+"?excludedAttributes=members", "", 200); got["displayName"] != "Networks" || got["members"] != nil || got["meta"].(map[string]any)["lastModified"] != "2026-03-27T12:01:00.000Z" {
			t.Errorf("renamed: %v", got)
		}
		f.scim("DELETE /Users/"+bob, "", 204)
		if got := f.scim("GET /Groups/"+id, "", 200)["members"].([]any); len(got) != 0 || f.linked(id) != 0 {
			t.Errorf("a member who is gone: %v", got)
		}
		f.scim("PUT /Groups/"+id, group("Networks", "", ann), 200)
		f.scim("DELETE /Groups/"+id, "", 204)
		f.scim("GET /Groups/"+id, "", 404)
		f.scim("DELETE /Groups/"+id, "", 404)
		if n := f.count(`SELECT count(*) FROM scim_member`); n != 0 {
			t.Errorf("%d members are left", n)
		}
		actions := map[string]int{}
		for _, r := range f.trail(audit.Filter{Target: id}) {
			if actions[r.Action]++; r.Login != "scim:Entra ID" {
				t.Errorf("%s by %s", r.Action, r.Login)
			}
		}
		if actions["contactgroup.link"] != 2 || actions["contactgroup.unlink"] != 2 || actions["contactgroup.create"] != 1 || actions["contactgroup.delete"] != 1 {
			t.Errorf("the trail: %v", actions)
		}
	})
}

func TestGroupsGiveRoles(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.person("root", "Admin")
		ann, bob := idOf(f.scim("POST /Users", user("ann", "a"), 201)), idOf(f.scim("POST /Users", user("bob", "b"), 201))
		id := idOf(f.scim("POST /Groups", group("Desk", "g", ann), 201))
		other := idOf(f.scim("POST /Groups", group("Desk 2", "g2", ann), 201))
		in := tenant.With(f.ctx, f.one)
		set := func(group, role string, admin bool, code string) {
			t.Helper()
			_, err := f.module.SetGroupRole(in, f.one, group, role, admin)
			if got := fault.Of(err); code == "" && err != nil || code != "" && (got == nil || got.Code != code) {
				t.Fatalf("set the role %s of a group: %v, want %s", role, err, code)
			}
		}
		set(id, "nothing", false, "role_unknown")
		set(id, "Admin", false, "role_administers")
		set(ann, "SelfService", false, "scim_group_unknown")
		f.holds(ann, "SelfService")
		set(id, "servicedeskanalyst", false, "")
		set(other, "ServiceDeskAnalyst", false, "")
		f.holds(ann, "ServiceDeskAnalyst", "SelfService")
		f.holds(bob, "SelfService")
		add, leave := `{"op":"add","path":"members","value":[{"value":"%s"}]}`, `{"op":"remove","path":"members[value eq \"%s\"]"}`
		f.scim("PATCH /Groups/"+id, ops(fmt.Sprintf(add, bob)), 204)
		f.holds(bob, "ServiceDeskAnalyst", "SelfService")
		f.scim("PATCH /Groups/"+id, ops(fmt.Sprintf(leave, ann), fmt.Sprintf(leave, bob)), 204)
		f.holds(ann, "ServiceDeskAnalyst", "SelfService") // by the other group
		f.holds(bob, "SelfService")
		f.scim("DELETE /Groups/"+other, "", 204)
		f.holds(ann, "SelfService")

		contacts, _ := f.one.Records.Type(f.ctx, "ContactGroup") // who is put into the record by hand gets nothing
		row, err := f.one.Records.Get(f.ctx, contacts, id)
		f.must(err)
		relation, _ := contacts.Relation("ContactGroupContainsEmployee")
		f.must(f.one.Records.Link(f.ctx, relation, row, f.row(bob)))
		set(id, "", false, "")
		set(id, "ServiceDeskAnalyst", false, "")
		f.scim("PATCH /Groups/"+id, ops(fmt.Sprintf(add, ann)), 204)
		f.holds(bob, "SelfService")
		f.holds(ann, "ServiceDeskAnalyst", "SelfService")

		_, err = f.people.Grant(in, f.one, "ann", "ServiceDeskAnalyst", false) // by hand now
		f.must(err)
		set(id, "Admin", true, "")
		f.holds(ann, "Admin", "SelfService", "ServiceDeskAnalyst")
		f.exec(`INSERT INTO people_break_glass (person, set_by, login, set_at) VALUES ($1, '', 'root', 1)`, ann)
		f.scim("PATCH /Groups/"+id, ops(fmt.Sprintf(leave, ann)), 204)
		f.holds(ann, "Admin", "SelfService", "ServiceDeskAnalyst") // a break-glass administrator keeps it
		f.exec(`DELETE FROM people_break_glass`)
		f.scim("PATCH /Groups/"+id, ops(fmt.Sprintf(add, bob)), 204)
		f.must(f.people.DeletePerson(in, f.one, "ann", false))
		f.must(f.people.DeletePerson(in, f.one, "root", false))
		f.refused("PATCH /Groups/"+id, ops(fmt.Sprintf(leave, bob)), 403, "", "administer")
		f.refused("DELETE /Groups/"+id, "", 403, "", "administer")
		f.holds(bob, "Admin", "SelfService")
		all, err := f.module.GroupsWithRoles(f.ctx, f.one)
		f.must(err)
		if len(all) != 1 || all[0].Name != "Desk" || all[0].Role != "Admin" || !all[0].MayGrantAdmin || all[0].Members != 1 {
			t.Errorf("groups: %+v", all)
		}
		f.person("root2", "Admin")
		f.must(f.one.Records.Delete(in, contacts, id)) // on whatever surface
		f.holds(bob, "SelfService")
		if n := f.count(`SELECT count(*) FROM scim_group_role`) + f.count(`SELECT count(*) FROM role_origin`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func TestAGroupOfThousands(t *testing.T) {
	const size = 5000
	each(t, func(t *testing.T, f *fixture) {
		people := f.crowd(size)
		id := idOf(f.scim("POST /Groups", group("Everybody", "g"), 201))
		patch := func(op string, people []string) {
			t.Helper()
			members := make([]string, len(people))
			for i, p := range people {
				members[i] = `{"value":"` + p + `"}`
			}
			begun := time.Now()
			f.scim("PATCH /Groups/"+id, ops(`{"op":"`+op+`","path":"members","value":[`+strings.Join(members, ",")+`]}`), 204)
			t.Logf("%s %d: %s", op, len(people), time.Since(begun))
		}
		patch("Add", people)
		if got := f.scim("GET /Groups/"+id, "", 200)["members"].([]any); len(got) != size || f.linked(id) != size {
			t.Errorf("%d members", len(got))
		}
		patch("Remove", people[:1])
		patch("Remove", people[1:])
		if n := f.linked(id) + f.count(`SELECT count(*) FROM scim_member`); n != 0 {
			t.Errorf("%d members are left", n)
		}
		begun := time.Now()
		_, err := f.module.SetGroupRole(tenant.With(f.ctx, f.one), f.one, id, "ServiceDeskAnalyst", false)
		f.must(err)
		patch("Add", people)
		t.Logf("with a role: %s", time.Since(begun))
		f.holds(people[size-1], "ServiceDeskAnalyst")
	})
}
