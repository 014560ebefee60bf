package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

const (
	claimGroups   = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
	claimRole     = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
	claimObjectID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
	claimEmail    = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
	claimOverage  = "http://schemas.microsoft.com/claims/groups.link"
)

// said makes a message say something, values of XML; no values take the claim away.
func said(m *samltest.Message, claim string, values ...string) {
	m.Attributes = slices.DeleteFunc(m.Attributes, func(a samltest.Attribute) bool { return a.Name == claim })
	if len(values) > 0 {
		m.Attributes = append(m.Attributes, samltest.Attribute{Name: claim, Values: values})
	}
}

// objectOf is the object id of the nth person of the directory.
func objectOf(n int) string { return fmt.Sprintf("6b1f3c1e-0000-4000-8000-%012d", n) }

// someoneOf has the nth person of the directory sign in, under a name and an address, and returns the outcome, and as whom.
func (f *federated) someoneOf(tb testing.TB, n int, name, address string, edit func(m *samltest.Message)) (outcome, login string) {
	tb.Helper()
	to := f.aim("")
	to.NameID = name
	m := to.Message()
	said(&m, claimObjectID, objectOf(n))
	said(&m, claimEmail, address)
	if edit != nil {
		edit(&m)
	}
	a := f.post(tb, post(f, m), "")
	if a.Status != http.StatusSeeOther {
		return f.refusal(tb, name, a), ""
	}
	_, session := f.finish(tb, a, "")
	one := f.attempt(tb, a)
	return fmt.Sprint(one["how"]), f.login(tb, session)
}

// TestWhoIsLinked has people of the directory come with names and addresses of people who are there.
func TestWhoIsLinked(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		for _, one := range []struct{ login, address string }{
			{"bob", "Bob@A.example"}, {"boss", "boss@a.example"}, {"carol", "carol@unproven.example"}, {"dora", "dora@theirs.example"}, {"emil", "emil@nobodys.example"},
			{"frida", "frïda@a.example"}, {"gus", "gus@a.example"}, {"hal", "hal@a.example"},
		} {
			if a := f.Ask(t, http.MethodPost, employees, f.key, fmt.Sprintf(`{"LoginID":%q,"LastName":%[1]q,"PrimaryEmail":%q}`, one.login, one.address)); a.Status != http.StatusCreated {
				t.Fatal(string(a.Body))
			}
		}
		f.admin(t, http.MethodPut, "/people/"+f.person(t, "boss")+"/roles/Admin", nil, http.StatusOK)
		second := f.admin(t, http.MethodPost, "/identity-providers", map[string]any{"preset": "other", "name": "Second", "entity_id": "https://second.example/",
			"sso_url": "https://second.example/sso", "certificate": pemOf(f.provider.Certificate), "enabled": true}, http.StatusCreated)["id"].(string)
		for domain, provider := range map[string]string{"a.example": f.id, "unproven.example": f.id, "theirs.example": second, "nobodys.example": ""} {
			f.admin(t, http.MethodPost, "/sso-domains", map[string]any{"domain": domain}, http.StatusCreated)
			f.admin(t, http.MethodPut, "/sso-domains/"+domain, map[string]any{"identity_provider_id": provider}, http.StatusOK)
		}
		if a := f.Ask(t, http.MethodPost, "/api/admin/v1/sso-domains/a.example/verification", f.key, ""); a.Status != http.StatusConflict {
			t.Errorf("a domain without a record is verified: %d %s", a.Status, a.Body)
		}
		f.store(t, dsn, `UPDATE sso_domain SET verified_at = 1 WHERE domain <> 'unproven.example'`) // as the record of each name would have it
		f.set(t, map[string]any{"link_by_email": true})
		before := f.people(t)
		check := func(n int, name, address, outcome, login string) {
			t.Helper()
			if got, as := f.someoneOf(t, n, name, address, nil); got != outcome || as != login {
				t.Errorf("%s, %s: %s as %q, want %s as %q", name, address, got, as, outcome, login)
			}
		}
		check(1, "robert@idp.example", "bob@a.example", "linked_email", "bob")
		check(1, "robert@idp.example", "bob@a.example", "known", "bob")
		check(2, "other@idp.example", "BOB@A.EXAMPLE", "email_conflict", "") // whoever has got the address of somebody who is known here
		check(3, "robert@idp.example", "", "created", "robert@idp.example")  // the name of somebody who is known, reused: somebody new
		check(4, "boss@idp.example", "boss@a.example", "email_conflict", "")
		check(5, "carol@idp.example", "carol@unproven.example", "domain_not_verified", "")
		check(6, "dora@idp.example", "dora@theirs.example", "domain_not_verified", "")
		check(7, "emil@idp.example", "emil@nobodys.example", "domain_not_verified", "")
		check(8, "frida@idp.example", "frïda@a.example", "email_conflict", "")
		check(9, "gus", "gus@a.example", "linked_email", "gus")                                          // by the address and not by the name
		check(10, "hal", "", "email_conflict", "")                                                       // a name gives nobody anything
		check(11, "hаl@idp.example", "hаl@a.example", "created", "hаl@idp.example")                      // with a Cyrillic a
		check(12, "plus@idp.example", "hal+admin@a.example", "created", "plus@idp.example")              // another mailbox
		check(13, "spaced@idp.example", " hal@a.example ", "linked_email", "hal")                        // of XML
		check(14, "two@idp.example", "hal@a.example&#10;x@a.example", "created", "two@idp.example")      // no address at all: left aside
		check(15, "domain@idp.example", "hal@a.example.evil.example", "created", "domain@idp.example")   // another domain
		check(16, "quoted@idp.example", `"hal@a.example"@evil.example`, "created", "quoted@idp.example") // another domain, again: left aside
		if got := f.people(t) - before; got != 6 {
			t.Errorf("%d people came to be, want 6", got)
		}
		check(1, "robert.new@idp.example", "robert@a.example", "known", "bob")
		if got := f.Ask(t, http.MethodGet, employees+"('"+f.person(t, "bob")+"')", f.key, "").JSON()["PrimaryEmail"]; got != "robert@a.example" {
			t.Errorf("a new address of somebody known is %v", got)
		}
		roles, err := json.Marshal(f.admin(t, http.MethodGet, "/people/"+f.person(t, "boss")+"/roles", nil, http.StatusOK))
		if err != nil || !strings.Contains(string(roles), "Admin") {
			t.Errorf("the administrator has %s", roles)
		}
	})
}

// person is the RecId of who has a login.
func (f *federated) person(tb testing.TB, login string) string {
	tb.Helper()
	rows := f.Ask(tb, http.MethodGet, employees+"?$filter=LoginID eq '"+login+"'", f.key, "").Rows()
	if len(rows) != 1 {
		tb.Fatalf("%d people have the login %s", len(rows), login)
	}
	return rows[0]["RecId"].(string)
}

// TestNobodyGetsMoreByClaims has a provider say what would make more of somebody than its rules do.
func TestNobodyGetsMoreByClaims(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		rule := func(claim, operator, role string, values ...string) map[string]any {
			return map[string]any{"claim": claim, "operator": operator, "values": values, "role": role}
		}
		allowed := map[string]any{"grantable_roles": []string{"ServiceDeskAnalyst"}}
		with := func(rules ...map[string]any) map[string]any {
			return map[string]any{"grantable_roles": allowed["grantable_roles"], "rules": rules}
		}
		for what, settings := range map[string]map[string]any{
			"an empty value":                      with(rule(claimGroups, "equals", "ServiceDeskAnalyst", "")),
			"a value of spaces":                   with(rule(claimGroups, "starts_with", "ServiceDeskAnalyst", "  ")),
			"no value":                            with(rule(claimGroups, "in_list", "ServiceDeskAnalyst")),
			"a regular expression":                with(rule(claimGroups, "matches", "ServiceDeskAnalyst", ".*")),
			"a role that is not on the list":      with(rule(claimGroups, "equals", "ReportManager", "x")),
			"a role that administers, so":         with(rule(claimRole, "equals", "Admin", "x")),
			"that role by a display name":         {"grantable_roles": []string{"Admin"}, "may_grant_admin": true, "rules": []map[string]any{rule("department", "equals", "Admin", "x")}},
			"that role for everybody":             {"default_role": "Admin"},
			"roles filled from a claim":           {"mapping": []map[string]string{{"field": "Role", "claim": claimRole}}},
			"an account switched on by a claim":   {"mapping": []map[string]string{{"field": "Disabled", "claim": claimRole}}},
			"a status that comes from a claim":    {"mapping": []map[string]string{{"field": "Status", "claim": claimRole}}},
			"a record that a claim identifies":    {"mapping": []map[string]string{{"field": "RecId", "claim": claimRole}}},
			"a password account made by a claim":  {"mapping": []map[string]string{{"field": "IsInternalAuth", "claim": claimRole}}},
			"a field that nobody has":             {"mapping": []map[string]string{{"field": "FristName", "claim": claimRole}}},
			"a field in another case":             {"mapping": []map[string]string{{"field": "firstname", "claim": claimRole}}},
			"a team, round the rules":             {"mapping": []map[string]string{{"field": "Team", "claim": claimRole}}},
			"a lock":                              {"mapping": []map[string]string{{"field": "LockDate", "claim": claimRole}}},
			"a count of failures":                 {"mapping": []map[string]string{{"field": "LoginAttemptCount", "claim": claimRole}}},
			"a manager":                           {"mapping": []map[string]string{{"field": "ManagerLink", "claim": claimRole}}},
			"a rule for a role that is not there": with(rule(claimGroups, "equals", "Nobody", "x")),
		} {
			all := map[string]any{"name": "Microsoft Entra ID", "entity_id": f.provider.EntityID, "sso_url": "https://login.microsoftonline.com/6b1f/saml2", "enabled": true}
			maps.Copy(all, settings)
			if a := f.Ask(t, http.MethodPut, "/api/admin/v1/identity-providers/"+f.id, f.key, asJSON(t, all)); a.Status < 400 || a.Status > 499 {
				t.Errorf("%s: %d %s", what, a.Status, a.Body)
			}
		}
		f.set(t, with(rule(claimGroups, "equals", "ServiceDeskAnalyst", ".*"), rule(claimGroups, "starts_with", "ServiceDeskAnalyst", "^an"),
			rule(claimGroups, "in_list", "ServiceDeskAnalyst", "analysts", "a|b")))
		roles := func(n int, edit func(m *samltest.Message)) string {
			t.Helper()
			name := fmt.Sprintf("u%d@a.example", n)
			if outcome, login := f.someoneOf(t, n, name, name, edit); login == "" {
				t.Fatalf("%s: %s", name, outcome)
			}
			text, err := json.Marshal(f.admin(t, http.MethodGet, "/people/"+f.person(t, name)+"/roles", nil, http.StatusOK))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		only := func(what, got string, want ...string) {
			t.Helper()
			for _, role := range []string{"Admin", "ServiceDeskAnalyst", "ReportManager", "SelfService"} {
				if has := strings.Contains(got, `"`+role+`"`); has != slices.Contains(want, role) {
					t.Errorf("%s gives %s", what, got)
				}
			}
		}
		only("an attribute role=admin", roles(1, func(m *samltest.Message) {
			for _, name := range []string{claimRole, "role", "Role", "roles", "isAdmin", "http://schemas.microsoft.com/ws/2008/06/identity/claims/wids"} {
				said(m, name, "Admin", "admin", "true")
			}
		}), "SelfService")
		only("groups named like roles, and near those of rules", roles(2, func(m *samltest.Message) {
			said(m, claimGroups, "Admin", "ServiceDeskAnalyst", "Analysts", "analysts ", " analysts", "analyst", "a", "b", "anything", "^an", "\u0430nalysts")
		}), "SelfService", "ServiceDeskAnalyst") // "^an" is what a rule says, letter by letter
		only("the same without it", roles(2, func(m *samltest.Message) {
			said(m, claimGroups, "Admin", "ServiceDeskAnalyst", "Analysts", "analysts ", "analyst", "a", "b", "anything")
		}), "SelfService")
		only("a group of a rule, under another claim", roles(3, func(m *samltest.Message) {
			said(m, claimGroups)
			said(m, "http://schemas.microsoft.com/ws/2008/06/identity/claims/groupsid", "analysts")
			said(m, strings.ToUpper(claimGroups), "analysts")
		}), "SelfService")
		only("the group", roles(4, func(m *samltest.Message) { said(m, claimGroups, "analysts") }), "SelfService", "ServiceDeskAnalyst")
		only("too many groups to be named", roles(4, func(m *samltest.Message) {
			said(m, claimGroups)
			said(m, claimOverage, "https://graph.windows.net/x/users/y/getMemberObjects")
		}), "SelfService", "ServiceDeskAnalyst")
		only("too many groups, of somebody new", roles(5, func(m *samltest.Message) {
			said(m, claimGroups, "analysts")
			said(m, claimOverage, "https://graph.windows.net/x/users/y/getMemberObjects")
		}), "SelfService")
		many := []string{"analysts"}
		for i := range 150 {
			many = append(many, objectOf(i))
		}
		only("151 groups", roles(6, func(m *samltest.Message) { said(m, claimGroups, many...) }), "SelfService", "ServiceDeskAnalyst")

		for _, change := range []string{`{"Disabled":true}`, `{"Status":"Terminated"}`} {
			name := "u4@a.example"
			if a := f.Ask(t, http.MethodPatch, employees+"('"+f.person(t, name)+"')", f.key, change); a.Status != http.StatusOK {
				t.Fatal(string(a.Body))
			}
			if outcome, login := f.someoneOf(t, 4, name, name, func(m *samltest.Message) { said(m, "active", "true") }); outcome != "user_disabled" || login != "" {
				t.Errorf("%s: %s as %q", change, outcome, login)
			}
			if a := f.Ask(t, http.MethodGet, employees+"('"+f.person(t, name)+"')", f.key, "").JSON(); a["Disabled"] != true {
				t.Errorf("%s: the sign-in has changed it to %v, %v", change, a["Disabled"], a["Status"])
			}
		}
	})
}

// TestNobodyElseVouchesForProvisionedPeople has another provider name the object id of somebody whom the directory provisions.
func TestNobodyElseVouchesForProvisionedPeople(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		directory := &provisioner{f.Server, "localhost", f.Run(t, "scim", "token", "create", "--label", "Entra ID")["token"].(string)}
		provisioned := func(n int) string {
			login := fmt.Sprintf("p%d@a.example", n)
			directory.scim(t, "POST Users", fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":%q,"userName":%q,"active":true}`, objectOf(n), login), http.StatusCreated)
			return login
		}
		first, second, third := provisioned(41), provisioned(42), provisioned(43)
		f.admin(t, http.MethodPut, "/people/"+f.person(t, first)+"/roles/Admin", nil, http.StatusOK)
		if outcome, login := f.someoneOf(t, 42, "other name", second, nil); outcome != "linked_scim" || login != second {
			t.Errorf("the directory itself: %s as %q", outcome, login)
		}

		record := func(preset, issuer string) string {
			return f.admin(t, http.MethodPost, "/identity-providers", map[string]any{"preset": preset, "name": issuer, "entity_id": issuer, "sso_url": "https://second.example/sso",
				"certificate": pemOf(samltest.NewKeys().Second.Certificate), "enabled": true}, http.StatusCreated)["id"].(string)
		}
		entra, entraID := *f.provider, f.id
		as := func(issuer, id string, n int) (string, string) {
			t.Helper()
			f.provider = &samltest.Provider{EntityID: issuer, KeyPair: samltest.NewKeys().Second}
			f.target.Provider, f.id = f.provider, id
			defer func() { f.provider, f.id = &entra, entraID; f.target.Provider = f.provider }()
			name := fmt.Sprintf("mallory%d%d@evil.example", n, len(issuer))
			outcome, login := f.someoneOf(t, n, name, name, nil)
			if login == name {
				login = "herself"
			}
			return outcome, login
		}
		const other, directoryB = "https://second.example/", "https://sts.windows.net/6b1f3c1e-0000-4000-8000-00000000000b/"
		otherID := record("other", other)
		for _, n := range []int{41, 42, 43} {
			if outcome, login := as(other, otherID, n); outcome != "created" || login != "herself" {
				t.Errorf("another provider names person %d: %s as %q", n, outcome, login)
			}
		}
		id := record("entra", directoryB)
		if outcome, login := as(directoryB, id, 43); outcome != "created" || login != "herself" {
			t.Errorf("another directory: %s as %q", outcome, login)
		}
		if outcome, login := f.someoneOf(t, 43, "by the directory", "", nil); login == third {
			t.Errorf("with two directories nobody has said which provisions: %s as %q", outcome, login)
		}
		fourth := provisioned(44)
		f.admin(t, http.MethodPut, "/scim/policy", map[string]any{"removed": "keep", "identity_provider": f.id}, http.StatusOK)
		if outcome, login := f.someoneOf(t, 44, "by the chosen one", "", nil); outcome != "linked_scim" || login != fourth {
			t.Errorf("the directory that was chosen: %s as %q", outcome, login)
		}
		if a := f.Ask(t, http.MethodPut, "/api/admin/v1/scim/policy", f.key, `{"removed":"keep","identity_provider":"0198A6A27D3E7A519D570B1D3C5F7A90"}`); a.Status != http.StatusBadRequest {
			t.Errorf("a provider that is not there: %d %s", a.Status, a.Body)
		}
	})
}
