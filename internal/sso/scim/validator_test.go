package scim

import (
	"strings"
	"testing"
)

// The cases of Microsoft's SCIM validator, as it describes them: a user with everything, changed attribute by attribute and all at
// once, several changes of one attribute, of different ones, and the removal of what may be removed.

//nolint:misspell // the names are the RFC's
const everything = `{
	"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
	"userName": "lena@example.org", "externalId": "lena", "active": true, "displayName": "Lena", "title": "Analyst", "nickName": "L", "userType": "Employee",
	"preferredLanguage": "en-GB", "locale": "en-GB", "timezone": "Elsewhere/Nowhere", "profileUrl": "https://example.org/lena",
	"name": {"formatted": "Dr Lena M Falk", "familyName": "Falk", "givenName": "Lena", "middleName": "M", "honorificPrefix": "Dr", "honorificSuffix": "II"},
	"emails": [{"type": "work", "value": "lena@example.org", "primary": true}],
	"phoneNumbers": [{"type": "work", "value": "1-555-0100", "primary": true}, {"type": "mobile", "value": "1-555-0101"}, {"type": "fax", "value": "1-555-0102"}],
	"addresses": [{"type": "work", "formatted": "1 Main St", "streetAddress": "1 Main St", "locality": "Graz", "region": "ST", "postalCode": "8010", "country": "AT", "primary": true}],
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": "1", "costCenter": "2", "organization": "3", "division": "4", "department": "5", "manager": {"value": "u1"}}}`

// single are paths that Entra maps by default, and some more.
//
//nolint:misspell // as above
var single = []string{
	"displayName", "title", "preferredLanguage", "name.givenName", "name.familyName", "name.formatted", "name.middleName", "name.honorificPrefix", "name.honorificSuffix", "externalId", "nickName", "userType", "locale", "timezone",
	`emails[type eq \"work\"].value`, `phoneNumbers[type eq \"work\"].value`, `phoneNumbers[type eq \"mobile\"].value`, `phoneNumbers[type eq \"fax\"].value`,
	`addresses[type eq \"work\"].formatted`, `addresses[type eq \"work\"].streetAddress`, `addresses[type eq \"work\"].locality`,
	`addresses[type eq \"work\"].region`, `addresses[type eq \"work\"].postalCode`, `addresses[type eq \"work\"].country`,
	enterprise + ":employeeNumber", enterprise + ":department", enterprise + ":costCenter", enterprise + ":organization", enterprise + ":division",
}

// valueAt is the value that a path leads to in an answer, or "".
func valueAt(t *testing.T, answer, path string) string {
	t.Helper()
	o := parsed(t, answer).(map[string]any)
	if rest, ok := strings.CutPrefix(path, enterprise+":"); ok {
		path = rest
		if o, ok = o[enterprise].(map[string]any); !ok {
			return ""
		}
	}
	name, sub, _ := strings.Cut(path, ".")
	name, filter, filtered := strings.Cut(name, "[")
	v := o[name]
	if filtered {
		kind := strings.Split(filter, `\"`)[1]
		list, _ := o[name].([]any)
		v = nil
		for _, e := range list {
			if e.(map[string]any)["type"] == kind {
				v = e
			}
		}
	}
	if sub != "" {
		e, _ := v.(map[string]any)
		v = e[sub]
	}
	text, _ := v.(string)
	return text
}

func TestTheCasesOfTheValidator(t *testing.T) {
	verbose := func(op, value string) string {
		var list []string
		for _, p := range single {
			o := `{"op":"` + op + `","path":"` + p + `"`
			if value != "" {
				o += `,"value":"` + value + `"`
			}
			list = append(list, o+"}")
		}
		return ops(list...)
	}
	all := func(op, value string) string {
		list := make([]string, len(single))
		for i, p := range single {
			list[i] = `"` + p + `":"` + value + `"`
		}
		return ops(`{"op":"` + op + `","value":{` + strings.Join(list, ",") + `}}`)
	}
	for name, c := range map[string]struct{ user, patch, want string }{
		"replace attributes, verbose":   {everything, verbose("replace", "new"), "new"},
		"replace attributes":            {everything, all("replace", "new"), "new"},
		"replace attributes not there":  {`{"userName":"lena"}`, verbose("Replace", "new"), "new"},
		"add attributes, verbose":       {`{"userName":"lena"}`, verbose("add", "new"), "new"},
		"add attributes":                {`{"userName":"lena"}`, all("Add", "new"), "new"},
		"add attributes that are there": {everything, verbose("add", "new"), "new"},
		"remove attributes, verbose":    {everything, verbose("Remove", ""), ""},
		"remove attributes not there":   {`{"userName":"lena"}`, verbose("remove", ""), ""},
		"several operations on the same attribute": {everything, strings.Replace(verbose("remove", ""), `"Operations":[`,
			`"Operations":[`+strings.TrimSuffix(strings.SplitN(verbose("add", "old"), `"Operations":[`, 2)[1], "]}")+",", 1), ""},
		"removed and added again": {everything, strings.Replace(verbose("add", "new"), `"Operations":[`,
			`"Operations":[`+strings.TrimSuffix(strings.SplitN(verbose("remove", ""), `"Operations":[`, 2)[1], "]}")+",", 1), "new"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.want("POST /Users", c.user, 201, "…")
			for _, text := range []string{s.want("PATCH /Users/u1", c.patch, 200, "…").text, s.want("GET /Users/u1", "", 200, "…").text} {
				for _, p := range single {
					if got := valueAt(t, text, p); got != c.want {
						t.Errorf("%s is %q, want %q", p, got, c.want)
					}
				}
			}
			if c.want == "" {
				same(t, "what is left", User{ID: "u1", UserName: s.users.list[0].UserName, Active: true, ProfileURL: s.users.list[0].ProfileURL, Created: noon, LastModified: noon.Add(3600e9),
					Enterprise: EnterpriseUser{Manager: s.users.list[0].Enterprise.Manager}}, s.users.list[0])
			}
		})
	}
}

func TestTheValidatorsUserIsAnsweredAsItWasSent(t *testing.T) {
	s := start(t)
	got := parsed(t, s.want("POST /Users", everything, 201, "…").text).(map[string]any)
	delete(got, "meta")
	delete(got, "id")
	delete(got[enterprise].(map[string]any)["manager"].(map[string]any), "$ref")
	same(t, "the user", parsed(t, everything), any(got))
	s.want("DELETE /Users/u1", "", 204, "")
	s.refused("DELETE /Users/u1", "", 404, "")
	s.want("POST /Users", everything, 201, "…")
	for _, name := range []string{"lena@example.org", "LENA@EXAMPLE.ORG"} {
		if text := s.want(`GET /Users?filter=userName eq "`+name+`"`, "", 200, "…").text; !strings.Contains(text, `"totalResults":1,`) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
