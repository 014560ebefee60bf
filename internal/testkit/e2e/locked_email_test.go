package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// vouched signs somebody in whom the provider says to be called this, with an address; empty: it says none.
func (f *federated) vouched(tb testing.TB, login, address string) (recID string) {
	tb.Helper()
	to := f.aim("")
	to.NameID = login
	m := to.Message()
	for i, a := range m.Attributes {
		switch {
		case strings.HasSuffix(a.Name, "objectidentifier"):
			m.Attributes[i].Values = []string{"object of " + login}
		case strings.HasSuffix(a.Name, "/name"):
			m.Attributes[i].Values = []string{login}
		case strings.HasSuffix(a.Name, "/emailaddress"):
			if m.Attributes[i].Values = []string{address}; address == "" {
				m.Attributes[i].Name += "/unused"
				m.Attributes[i].Values = []string{"none"}
			}
		}
	}
	if a := f.post(tb, samltest.Post(samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned), ""), ""); a.Status != http.StatusSeeOther {
		tb.Fatalf("%s: %d %s", login, a.Status, f.lastAttempt(tb))
	}
	return f.Ask(tb, http.MethodGet, employees+"?$filter=LoginID eq '"+login+"'", f.key, "").Rows()[0]["RecId"].(string)
}

// TestAnAddressFromElsewhereIsNotChangedByHand has a provider and SCIM fill addresses, and administrators change them on every surface.
func TestAnAddressFromElsewhereIsNotChangedByHand(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		address := func(person string) string {
			t.Helper()
			shown := f.admin(t, http.MethodGet, "/people/"+person, nil, http.StatusOK)
			out, _ := shown["email"].(string)
			return out
		}
		locked := func(what, person, by string) {
			t.Helper()
			before := address(person)
			if shown := f.admin(t, http.MethodGet, "/people/"+person, nil, http.StatusOK); shown["email_from"] != by {
				t.Errorf("%s: the address is said to come from %v, want %s", what, shown["email_from"], by)
			}
			patch := f.Ask(t, http.MethodPatch, "/api/admin/v1/people/"+person, f.key, `{"email":"other@a.example"}`)
			odata := f.Ask(t, http.MethodPatch, employees+"('"+person+"')", f.key, `{"PrimaryEmail":"other@a.example"}`)
			clear := f.Ask(t, http.MethodPut, employees+"('"+person+"')", f.key, `{"PrimaryEmail":""}`)
			for surface, a := range map[string]testkit.Answer{"the people API": patch, "OData": odata, "OData, to nothing": clear} {
				if a.Status != http.StatusBadRequest || !strings.Contains(string(a.Body), by) || address(person) != before {
					t.Errorf("%s, by %s: %d %s, and the address is %s", what, surface, a.Status, a.Body, address(person))
				}
			}
			if !strings.Contains(string(patch.Body), `"field":"email"`) {
				t.Errorf("%s: no field is named: %s", what, patch.Body)
			}
			f.admin(t, http.MethodPatch, "/people/"+person, map[string]any{"email": before, "title": "Mathematician"}, http.StatusOK) // nothing new is said
		}
		free := func(what, person string) {
			t.Helper()
			if shown := f.admin(t, http.MethodGet, "/people/"+person, nil, http.StatusOK); shown["email_from"] != nil {
				t.Errorf("%s: the address is said to come from %v", what, shown["email_from"])
			}
			f.admin(t, http.MethodPatch, "/people/"+person, map[string]any{"email": "free@a.example"}, http.StatusOK)
			if a := f.Ask(t, http.MethodPatch, employees+"('"+person+"')", f.key, `{"PrimaryEmail":"freer@a.example"}`); a.Status != http.StatusOK {
				t.Errorf("%s, by OData: %d %s", what, a.Status, a.Body)
			}
		}

		ada := f.vouched(t, "ada@a.example", "ada@a.example")
		locked("known by a provider", ada, "Microsoft Entra ID")
		if f.vouched(t, "ada@a.example", "ada.lovelace@a.example"); address(ada) != "ada.lovelace@a.example" {
			t.Errorf("the provider does not change it any more: %s", address(ada))
		}
		free("of somebody whose provider says none", f.vouched(t, "bob@a.example", ""))
		f.set(t, map[string]any{"mapping": []map[string]string{{"field": "DisplayName", "claim": "http://schemas.microsoft.com/identity/claims/displayname"}}})
		free("where no claim fills it any more", ada)
		f.set(t, nil)
		f.vouched(t, "ada@a.example", "ada.lovelace@a.example")
		locked("where one does again", ada, "Microsoft Entra ID")
		f.set(t, map[string]any{"enabled": false})
		free("of a provider that is disabled", ada)
		f.set(t, nil)
		f.vouched(t, "ada@a.example", "ada.lovelace@a.example")
		f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/identities/removal", map[string]any{"subject_kind": "objectidentifier", "subject": "object of ada@a.example"}, http.StatusNoContent)
		free("of an identity that is forgotten", ada)

		made := f.admin(t, http.MethodPost, "/scim/tokens", map[string]any{"label": "Contoso"}, http.StatusCreated)
		scim := func(method, path, body string, status int) map[string]any {
			t.Helper()
			a, err := f.Request(method, "/scim/v2/"+path, map[string]string{"Authorization": "Bearer " + made["token"].(string), "Content-Type": "application/scim+json"}, body)
			if err != nil || a.Status != status {
				t.Fatalf("%s %s: %v %d %s, want %d", method, path, err, a.Status, a.Body, status)
			}
			return a.JSON()
		}
		const user = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"active":true,"name":{"familyName":"Provisioned"},`
		zoe := scim(http.MethodPost, "Users", user+`"userName":"zoe@a.example","emails":[{"type":"work","value":"zoe@a.example"}]}`, http.StatusCreated)["id"].(string)
		max := scim(http.MethodPost, "Users", user+`"userName":"max@a.example"}`, http.StatusCreated)["id"].(string)
		locked("provisioned", zoe, "Contoso (SCIM)")
		free("provisioned without an address", max)
		scim(http.MethodPatch, "Users/"+zoe, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"zoe.new@a.example"}]}`, http.StatusOK)
		if address(zoe) != "zoe.new@a.example" {
			t.Errorf("SCIM does not change it any more: %s", address(zoe))
		}
		f.admin(t, http.MethodDelete, "/scim/tokens/"+made["id"].(string), nil, http.StatusNoContent)
		free("after the token is withdrawn", zoe)

		eve := f.vouched(t, "eve@a.example", "eve@a.example")
		locked("before the provider is gone", eve, "Microsoft Entra ID")
		f.admin(t, http.MethodDelete, "/identity-providers/"+f.id, nil, http.StatusNoContent)
		free("after the provider is gone", eve)
	})
}
