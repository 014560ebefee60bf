package provision_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/sso/provision"
)

// TestSomebodyIsRemoved removes people under both policies: SCIM sees them no longer, they can do nothing any more, their record stays.
func TestSomebodyIsRemoved(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.person("root", "Admin")
		const ada = `{"userName":"ada@a.example","externalId":"6b1f3c1e-0000-4000-8000-00000000000a","active":true,"name":{"givenName":"Ada","familyName":"Lovelace","honorificPrefix":"Countess"},
			"emails":[{"type":"work","value":"ada@a.example","primary":true},{"type":"home","value":"ada@home.example"}],"phoneNumbers":[{"type":"work","value":"+44 20 1815"},{"type":"mobile","value":"+44 7700 1815"}],
			"addresses":[{"type":"work","streetAddress":"12 St James's Square","locality":"London"}],"title":"Analyst of engines","nickName":"Enchantress",
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Engines","employeeNumber":"1815"}}`
		private := []string{"Lovelace", "Countess", "ada@", "1815", "James", "London", "Analyst of", "Enchantress", "00000000000a", "secret note"}

		made := idOf(f.scim("POST /Users", ada, 201))
		f.must(f.people.SetPassword(f.ctx, f.one, made, password))
		f.scim("DELETE /Users/"+made, "", 204)
		f.scim("GET /Users/"+made, "", 404)
		f.scim("DELETE /Users/"+made, "", 404)
		row := f.row(made)
		if row.Text("Disabled") != "true" || row.Text("LastName") != "Lovelace" || row.Text("LoginID") != "ada@a.example" {
			t.Errorf("who is kept is %s", row.Doc)
		}
		if n := f.count(`SELECT count(*) FROM people_password WHERE person = $1`, made); n != 0 {
			t.Error("the password counts still")
		}
		if back := idOf(f.scim("POST /Users", ada, 201)); back != made || f.row(made).Text("Disabled") != "false" { // who comes back is who they were
			t.Errorf("who comes back is %s, who left was %s", back, made)
		}

		f.must(f.one.Records.SetSetting(f.ctx, provision.SettingRemoved, provision.Anonymise))
		f.update(made, "Notes", "secret note", "SecondaryEmail", "ada@second.example")
		f.identity("IDP", "objectidentifier", "6b1f3c1e-0000-4000-8000-00000000000a", made)
		f.exec(`INSERT INTO sso_attempt (id, idp, outcome, person, detail, at) VALUES ('A', 'IDP', 'signed_in', 'ada@a.example', '{}', 1)`)
		before := len(f.trail(audit.Filter{Target: made}))
		f.scim("DELETE /Users/"+made, "", 204)
		f.scim("GET /Users/"+made, "", 404)
		row = f.row(made)
		for _, word := range private {
			if strings.Contains(string(row.Doc), word) {
				t.Errorf("the record still says %q: %s", word, row.Doc)
			}
			for _, table := range []string{"scim_resource WHERE extra LIKE $1 OR external_id LIKE $1", "scim_email WHERE address LIKE $1", "sso_identity WHERE subject LIKE $1 OR name LIKE $1", "sso_attempt WHERE person LIKE $1 OR detail LIKE $1"} {
				if n := f.count(`SELECT count(*) FROM `+table, "%"+word+"%"); n != 0 {
					t.Errorf("%s still says %q", table, word)
				}
			}
		}
		if row.Text("DisplayName") != "Removed person" || row.Text("Status") != "Terminated" || row.Text("Disabled") != "true" || row.Text("Department") != "Engines" || !strings.HasPrefix(row.Text("LoginID"), "removed-") {
			t.Errorf("who is anonymous is %s", row.Doc)
		}
		var trail string
		for i, one := range f.trail(audit.Filter{Target: made}) {
			if all := len(f.trail(audit.Filter{Target: made})); i < all-before { // newest first
				text, err := json.Marshal(one)
				f.must(err)
				trail += string(text)
			}
		}
		for _, word := range private {
			if strings.Contains(trail, word) {
				t.Errorf("the audit trail of it says %q: %s", word, trail)
			}
		}
		for _, want := range []string{"scim_user.delete", "record:anonymise", "employee.update", "(erased)", "PrimaryEmail"} {
			if !strings.Contains(trail, want) {
				t.Errorf("the audit trail of it does not say %s: %s", want, trail)
			}
		}
		if n := f.count(`SELECT count(*) FROM role_member WHERE person = $1`, made); n != 0 {
			t.Errorf("who is anonymous has %d roles", n)
		}
		if again := idOf(f.scim("POST /Users", ada, 201)); again == made {
			t.Error("who is anonymous has come back")
		}

		boss := idOf(f.scim("POST /Users", user("boss", "b"), 201))
		_, err := f.people.Grant(f.ctx, f.one, "boss", "Admin", true)
		f.must(err)
		f.exec(`DELETE FROM role_member WHERE role = 'Admin' AND person <> $1`, boss)
		for _, policy := range []string{provision.Keep, provision.Anonymise} { // with whom the last administrator would go
			f.must(f.one.Records.SetSetting(f.ctx, provision.SettingRemoved, policy))
			f.refused("DELETE /Users/"+boss, "", 403, "", "administrator")
			if row := f.row(boss); row.Text("LoginID") != "boss" || row.Text("Disabled") == "true" {
				t.Errorf("%s: a removal that was refused has left %s", policy, row.Doc)
			}
			f.scim("GET /Users/"+boss, "", 200)
		}
	})
}
