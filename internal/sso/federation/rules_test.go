package federation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRulesGiveWhatIsOnTheList(t *testing.T) {
	isAdmin := func(role string) bool { return role == "Admin" }
	p := &Provider{Settings: Settings{Roles: []string{"Analyst", "Admin"}, Rules: []Rule{
		{ID: "1", Claim: claimGroups, Operator: "equals", Values: []string{"a"}, Role: "Analyst", Team: "First"},
		{ID: "2", Claim: claimGroups, Operator: "in_list", Values: []string{"b", "c"}, Role: "Analyst", Team: "Second", OrgUnit: "Unit"},
		{ID: "3", Claim: "department", Operator: "starts_with", Values: []string{"IT"}, Team: "Third"},
		{ID: "4", Claim: claimRoles, Operator: "equals", Values: []string{"boss"}, Role: "Admin"},
		{ID: "5", Claim: "department", Operator: "equals", Values: []string{"Boss"}, Role: "Admin"},
		{ID: "6", Claim: claimGroups, Operator: "equals", Values: []string{"d"}, Role: "Unlisted"},
	}}}
	for name, c := range map[string]struct {
		said  claims
		admin bool
		want  wanted
	}{
		"nothing":                               {claims{}, false, wanted{}},
		"a group":                               {claims{claimGroups: {"x", "a"}}, false, wanted{rules: []string{"1"}, roles: []string{"Analyst"}, team: "First"}},
		"values compare byte for byte":          {claims{claimGroups: {"A", " a", "a ", "ab"}}, false, wanted{}},
		"all rules count, the first place wins": {claims{claimGroups: {"c", "a"}, "department": {"IT Support"}}, false, wanted{rules: []string{"1", "2", "3"}, roles: []string{"Analyst"}, team: "First", orgUnit: "Unit"}},
		"a role that administers needs leave":   {claims{claimRoles: {"boss"}}, false, wanted{rules: []string{"4"}}},
		"and has it":                            {claims{claimRoles: {"boss"}}, true, wanted{rules: []string{"4"}, roles: []string{"Admin"}}},
		"by what users choose it is not given":  {claims{"department": {"Boss"}}, true, wanted{rules: []string{"5"}}},
		"what is not listed is not given":       {claims{claimGroups: {"d"}}, true, wanted{rules: []string{"6"}}},
		"an empty value is none":                {claims{claimGroups: {""}}, false, wanted{}},
		"too many groups":                       {claims{claimGroupsLink: {"https://graph.windows.net/x"}}, false, wanted{overage: true}},
		"the same in a token":                   {claims{"_claim_names": {`{"groups":"src1"}`}}, false, wanted{overage: true}},
	} {
		p.GrantAdmin = c.admin
		if diff := cmp.Diff(c.want, p.want(c.said, isAdmin), cmp.AllowUnexported(wanted{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	roles := func(asked string) (string, bool, bool) {
		switch strings.ToLower(asked) {
		case "analyst":
			return "Analyst", false, true
		case "admin":
			return "Admin", true, true
		}
		return "", false, false
	}
	rule := func(r Rule) func(*Settings) {
		return func(s *Settings) { s.Roles, s.GrantAdmin, s.Rules = []string{"analyst", "admin"}, true, []Rule{r} }
	}
	for name, c := range map[string]struct {
		change func(*Settings)
		field  string // empty: fine
	}{
		"what is usual":                   {func(*Settings) {}, ""},
		"a name of blanks":                {func(s *Settings) { s.Name = "  " }, "name"},
		"a name that turns the direction": {func(s *Settings) { s.Name = "Entra\u202eID" }, "name"},
		"an address of a script":          {func(s *Settings) { s.SSOURL = "javascript:alert(1)" }, "sso_url"},
		"an address in the clear":         {func(s *Settings) { s.SSOURL = "http://login.example.com/" }, "sso_url"},
		"an address on this machine":      {func(s *Settings) { s.SSOURL = "http://localhost:8080/sso" }, ""},
		"an address with a password":      {func(s *Settings) { s.SLOURL = "https://a:b@example.com/" }, "slo_url"},
		"an address of two lines":         {func(s *Settings) { s.MetadataURL = "https://example.com/\r\nx" }, "metadata_url"},
		"NUL in the identifier":           {func(s *Settings) { s.EntityID = "a\x00b" }, "entity_id"},
		"a default role nobody knows":     {func(s *Settings) { s.DefaultRole = "nope" }, "default_role"},
		"everybody an administrator":      {func(s *Settings) { s.DefaultRole = "Admin" }, "default_role"},
		"a role in any case":              {func(s *Settings) { s.DefaultRole = "ANALYST" }, ""},
		"to give roles that administer":   {func(s *Settings) { s.Roles = []string{"admin"} }, "grantable_roles"},
		"a row twice":                     {func(s *Settings) { s.Mapping = []Mapping{{"Title", "a"}, {"Title", "a"}} }, "mapping"},
		"a field from two claims":         {func(s *Settings) { s.Mapping = []Mapping{{"Title", "a"}, {"Title", "b"}} }, ""},
		"a rule for nothing":              {rule(Rule{Claim: "c", Operator: "equals", Values: []string{"v"}}), "rules"},
		"a rule with an empty value":      {rule(Rule{Claim: "c", Operator: "equals", Values: []string{" "}, Team: "t"}), "rules"},
		"a rule with two values":          {rule(Rule{Claim: "c", Operator: "equals", Values: []string{"a", "b"}, Team: "t"}), "rules"},
		"a list of values":                {rule(Rule{Claim: "c", Operator: "in_list", Values: []string{"a", "b"}, Team: "t"}), ""},
		"a rule for what is not listed": {func(s *Settings) {
			s.Rules = []Rule{{Claim: "c", Operator: "equals", Values: []string{"v"}, Role: "analyst"}}
		}, "rules"},
		"administration by object id":    {rule(Rule{Claim: claimObjectID, Operator: "equals", Values: []string{"v"}, Role: "admin"}), ""},
		"administration by a department": {rule(Rule{Claim: "department", Operator: "equals", Values: []string{"v"}, Role: "admin"}), "rules"},
		"administration by a beginning":  {rule(Rule{Claim: claimGroups, Operator: "starts_with", Values: []string{"v"}, Role: "admin"}), "rules"},
		"the same rule twice": {func(s *Settings) {
			r := Rule{Claim: "c", Operator: "equals", Values: []string{"v"}, Team: "t"}
			s.Rules = []Rule{r, r}
		}, "rules"},
	} {
		s := Settings{Name: "Entra", EntityID: "https://sts.windows.net/x/", SSOURL: "https://login.example.com/saml2"}
		c.change(&s)
		err := s.check(roles)
		if (err == nil) != (c.field == "") || err != nil && !strings.Contains(err.Error(), c.field) {
			t.Errorf("%s: %v, want a complaint about %q", name, err, c.field)
		}
	}
}

func TestAddressesAreComparedAsAddressesAre(t *testing.T) {
	for in, want := range map[string]string{"Ada@Example.COM": "ada@example.com", " a@b.c ": "a@b.c", "nobody": "", "É@b.c": "É@b.c", "e\u0301@b.c": "é@b.c"} {
		if got := foldEmail(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
