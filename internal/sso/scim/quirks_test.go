package scim

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

// jonas makes a user with everything.
func (s *service) jonas() {
	s.t.Helper()
	s.want("POST /Users", `{
		"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "`+enterprise+`"],
		"externalId": "jonas", "userName": "jonas@example.org", "displayName": "Jonas Berg", "title": "Technician", "active": true,
		"name": {"formatted": "Jonas Berg", "givenName": "Jonas", "familyName": "Berg"},
		"emails": [{"type": "work", "value": "jonas@example.org", "primary": true}],
		"phoneNumbers": [{"type": "work", "value": "+49 (30) 1234-5"}, {"type": "mobile", "value": "0151 99"}],
		"addresses": [{"type": "work", "streetAddress": "Lindenweg 1", "postalCode": "10115"}],
		"`+enterprise+`": {"employeeNumber": "701", "department": "IT", "manager": {"value": "u9"}}}`, 201, "…")
}

// patched makes a user with everything, changes it and returns it as it is kept.
func patched(t *testing.T, operations ...string) User {
	t.Helper()
	s := start(t)
	s.jonas()
	s.want("PATCH /Users/u1", ops(operations...), 200, "…")
	return s.users.list[0]
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestOperationsAreInAnyCase(t *testing.T) {
	for i, op := range []string{"replace", "Replace", "REPLACE", "add", "Add", "aDD"} {
		title := fmt.Sprint("Chief ", i)
		same(t, op, title, patched(t, `{"op":"`+op+`","path":"TITLE","value":"`+title+`"}`).Title)
	}
	for _, op := range []string{"remove", "Remove", "REMOVE"} {
		same(t, op, "", patched(t, `{"op":"`+op+`","path":"title"}`).Title)
	}
	s := start(t)
	s.jonas()
	s.want("PATCH /Users/u1", `{"SCHEMAS":["URN:ietf:params:scim:api:messages:2.0:PATCHOP"],"operations":[{"OP":"Replace","Path":"title","VALUE":"x"}]}`, 200, "…")
	same(t, "names of the message in any case", "x", s.users.list[0].Title)
}

func TestActiveIsABooleanOrAText(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "false": false, `"True"`: true, `"False"`: false, `"TRUE"`: true, `"fAlSe"`: false, `[{"value":"False"}]`: false} {
		for _, op := range []string{`{"op":"Replace","path":"active","value":` + value + `}`, `{"op":"Add","value":{"active":` + value + `}}`} {
			same(t, op, want, patched(t, op).Active)
		}
		s := start(t)
		s.want("POST /Users", `{"userName":"a","active":`+value+`}`, 201, "…")
		same(t, "POST with "+value, want, s.users.list[0].Active)
	}
	s := start(t)
	s.want("POST /Users", `{"userName":"a"}`, 201, "…")
	same(t, "POST without", true, s.users.list[0].Active)
	s.want("PATCH /Users/u1", ops(`{"op":"Replace","path":"active","value":"False"}`), 200, "…")
	s.want("PUT /Users/u1", `{"userName":"a","title":"x"}`, 200, "…")
	same(t, "PUT without it lets nobody in", false, s.users.list[0].Active)
	for _, value := range []string{`"yes"`, `1`, `"0"`, `{}`} {
		s.refused("PATCH /Users/u1", ops(`{"op":"Replace","path":"active","value":`+value+`}`), 400, "invalidValue", "Operation 1", "'active'")
	}
	for _, op := range []string{`{"op":"Replace","path":"active","value":null}`, `{"op":"Remove","path":"active"}`, `{"op":"Replace","path":"active","value":""}`} {
		s.refused("PATCH /Users/u1", ops(op), 400, "mutability", "'active'")
	}
}

// team makes a group of three.
func (s *service) team() {
	s.t.Helper()
	s.want("POST /Groups", `{"displayName":"Team","members":[{"value":"u1"},{"value":"u2"},{"value":"u3"}]}`, 201, "…")
}

func TestMembersAreTakenAwayInAllForms(t *testing.T) {
	for op, want := range map[string][]Member{
		`{"op":"Remove","path":"members","value":[{"value":"u2"}]}`:                                                              {{Value: "u1"}, {Value: "u3"}},
		`{"op":"Remove","path":"members","value":[{"$ref":null,"value":"u2"},{"value":"u1"}]}`:                                   {{Value: "u3"}},
		`{"op":"Remove","path":"members","value":{"value":"u2"}}`:                                                                {{Value: "u1"}, {Value: "u3"}},
		`{"op":"Remove","path":"members","value":"u2"}`:                                                                          {{Value: "u1"}, {Value: "u3"}},
		`{"op":"Remove","path":"members","value":[{"value":"u77"}]}`:                                                             {{Value: "u1"}, {Value: "u2"}, {Value: "u3"}},
		`{"op":"Remove","path":"members","value":[]}`:                                                                            {{Value: "u1"}, {Value: "u2"}, {Value: "u3"}},
		`{"op":"remove","path":"members[value eq \"u2\"]"}`:                                                                      {{Value: "u1"}, {Value: "u3"}},
		`{"op":"remove","path":"MEMBERS[Value EQ \"u2\"]"}`:                                                                      {{Value: "u1"}, {Value: "u3"}},
		`{"op":"remove","path":"members[type eq \"User\" and value eq \"u2\"]"}`:                                                 {{Value: "u1"}, {Value: "u3"}},
		`{"op":"remove","path":"urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq \"u2\"]"}`:                          {{Value: "u1"}, {Value: "u3"}},
		`{"op":"remove","path":"members[value eq \"u77\"]"}`:                                                                     {{Value: "u1"}, {Value: "u2"}, {Value: "u3"}},
		`{"op":"remove","path":"members[value eq \"U2\"]"}`:                                                                      {{Value: "u1"}, {Value: "u2"}, {Value: "u3"}},
		`{"op":"remove","path":"members"}`:                                                                                       nil,
		`{"op":"replace","path":"members","value":[{"value":"u3"},{"value":"u4"}]}`:                                              {{Value: "u3"}, {Value: "u4"}},
		`{"op":"replace","path":"members","value":[]}`:                                                                           nil,
		`{"op":"replace","value":{"members":[{"value":"u4"}],"displayName":"Team","id":"g1"}}`:                                   {{Value: "u4"}},
		`{"op":"Add","path":"members","value":[{"value":"u2"},{"value":"u4","type":"User","display":"x"},{"value":"u4"}]}`:       {{Value: "u1"}, {Value: "u2"}, {Value: "u3"}, {Value: "u4"}},
		`{"op":"Add","value":{"members":[{"$ref":null,"value":"u4"}]}}`:                                                          {{Value: "u1"}, {Value: "u2"}, {Value: "u3"}, {Value: "u4"}},
		`{"op":"Remove","path":"members","value":[{"value":"u1"}]},{"op":"Add","path":"members","value":[{"value":"u1"}]}`:       {{Value: "u2"}, {Value: "u3"}, {Value: "u1"}},
		`{"op":"remove","path":"members[value eq \"u1\"]"},{"op":"remove","path":"members[value eq \"u3\"]"}`:                    {{Value: "u2"}},
		`{"op":"remove","path":"members"},{"op":"add","path":"members","value":{"value":"u1"}}`:                                  {{Value: "u1"}},
		`{"op":"replace","path":"displayName","value":"T"},{"op":"remove","path":"members","value":[{"value":"u1","$ref":"x"}]}`: {{Value: "u2"}, {Value: "u3"}},
	} {
		s := start(t)
		s.team()
		s.want("PATCH /Groups/g1", ops(op), 204, "")
		same(t, op, want, s.groups.list[0].Members)
	}
}

func TestReplaceWithoutAPathTakesDottedNamesAndURNs(t *testing.T) {
	u := patched(t, `{"op":"Replace","value":{
		"displayName": "J. Berg", "name.givenName": "Johann", "NAME.familyName": "Bergmann", "active": "False",
		"urn:ietf:params:scim:schemas:core:2.0:User:title": "Chief", "`+enterprise+`:department": "Operations",
		"`+strings.ToUpper(enterprise)+`:employeeNumber": "702", "`+enterprise+`.costCenter": "4711",
		"emails[type eq \"work\"].value": "j@example.org", "phoneNumbers[type eq \"fax\"].value": "77"}}`)
	same(t, "displayName", "J. Berg", u.DisplayName)
	same(t, "name", Name{Formatted: "Jonas Berg", GivenName: "Johann", FamilyName: "Bergmann"}, u.Name)
	same(t, "active", false, u.Active)
	same(t, "title", "Chief", u.Title)
	same(t, "extension", EnterpriseUser{EmployeeNumber: "702", Department: "Operations", CostCenter: "4711", Manager: Ref{Value: "u9"}}, u.Enterprise)
	same(t, "emails", []Entry{{Value: "j@example.org", Type: "work", Primary: true}}, u.Emails)
	same(t, "phoneNumbers", []Entry{{Value: "+49 (30) 1234-5", Type: "work"}, {Value: "0151 99", Type: "mobile"}, {Value: "77", Type: "fax"}}, u.PhoneNumbers)

	u = patched(t, `{"op":"replace","value":{"`+enterprise+`":{"department":"HR","manager":"u5"},"name":{"familyName":"Stein"}}}`)
	same(t, "what is not given stays", EnterpriseUser{EmployeeNumber: "701", Department: "HR", Manager: Ref{Value: "u5"}}, u.Enterprise)
	same(t, "name", Name{Formatted: "Jonas Berg", GivenName: "Jonas", FamilyName: "Stein"}, u.Name)
}

func TestAPathThatNamesATypeMakesTheEntry(t *testing.T) {
	for op, check := range map[string]func(User) bool{
		`{"op":"Add","path":"emails[type eq \"home\"].value","value":"h@example.org"}`: func(u User) bool {
			return len(u.Emails) == 2 && u.Emails[1] == Entry{Value: "h@example.org", Type: "home"}
		},
		`{"op":"Replace","path":"emails[type eq \"other\"].Value","value":"o@example.org"}`: func(u User) bool {
			return len(u.Emails) == 2 && u.Emails[1] == Entry{Value: "o@example.org", Type: "other"}
		},
		`{"op":"Add","path":"emails[type eq \"WORK\"].value","value":"w@example.org"}`: func(u User) bool {
			return len(u.Emails) == 1 && u.Emails[0] == Entry{Value: "w@example.org", Type: "work", Primary: true}
		},
		`{"op":"Add","path":"phoneNumbers[type eq \"fax\"].value","value":"0301"}`: func(u User) bool {
			return len(u.PhoneNumbers) == 3 && u.PhoneNumbers[2] == Entry{Value: "0301", Type: "fax"}
		},
		`{"op":"Add","path":"addresses[type eq \"other\"].Formatted","value":"Room 5"}`: func(u User) bool {
			return len(u.Addresses) == 2 && u.Addresses[1] == Address{Formatted: "Room 5", Type: "other"}
		},
		`{"op":"Add","path":"addresses[type eq \"work\"].country","value":"DE"}`: func(u User) bool {
			return len(u.Addresses) == 1 && u.Addresses[0] == Address{StreetAddress: "Lindenweg 1", PostalCode: "10115", Country: "DE", Type: "work"}
		},
		`{"op":"Add","path":"emails[type eq \"home\"].primary","value":"True"},{"op":"Add","path":"emails[type eq \"home\"].value","value":"h@example.org"}`: func(u User) bool {
			return len(u.Emails) == 2 && u.Emails[1] == Entry{Value: "h@example.org", Type: "home", Primary: true} && !u.Emails[0].Primary
		},
		`{"op":"Add","path":"emails[type eq \"home\"]","value":{"value":"h@example.org"}}`: func(u User) bool {
			return len(u.Emails) == 2 && u.Emails[1] == Entry{Value: "h@example.org", Type: "home"}
		},
		`{"op":"Replace","path":"emails[primary eq \"True\"].value","value":"p@example.org"}`: func(u User) bool {
			return len(u.Emails) == 1 && u.Emails[0] == Entry{Value: "p@example.org", Type: "work", Primary: true}
		},
		`{"op":"Add","path":"emails","value":[{"type":"work","value":"w@example.org"},{"type":"home","value":"h@example.org"}]}`: func(u User) bool {
			return len(u.Emails) == 2 && u.Emails[0] == Entry{Value: "w@example.org", Type: "work", Primary: true} && u.Emails[1].Value == "h@example.org"
		},
		`{"op":"Add","path":"emails.value","value":"only@example.org"}`: func(u User) bool {
			return len(u.Emails) == 1 && u.Emails[0] == Entry{Value: "only@example.org", Type: "work", Primary: true}
		},
		`{"op":"Remove","path":"emails[type eq \"work\"].value"}`:                                func(u User) bool { return u.Emails == nil },
		`{"op":"Replace","path":"emails[type eq \"work\"].value","value":""}`:                    func(u User) bool { return u.Emails == nil },
		`{"op":"Replace","path":"emails[type eq \"work\"].value","value":null}`:                  func(u User) bool { return u.Emails == nil },
		`{"op":"Replace","path":"emails[type eq \"work\"]","value":null}`:                        func(u User) bool { return u.Emails == nil },
		`{"op":"Remove","path":"emails[type eq \"work\"]"}`:                                      func(u User) bool { return u.Emails == nil },
		`{"op":"Remove","path":"emails"}`:                                                        func(u User) bool { return u.Emails == nil },
		`{"op":"Remove","path":"emails[type eq \"home\"].value"}`:                                func(u User) bool { return len(u.Emails) == 1 },
		`{"op":"Remove","path":"phoneNumbers","value":[{"type":"mobile"}]}`:                      func(u User) bool { return len(u.PhoneNumbers) == 1 && u.PhoneNumbers[0].Type == "work" },
		`{"op":"Remove","path":"phoneNumbers","value":[{"type":"mobile","value":"another"}]}`:    func(u User) bool { return len(u.PhoneNumbers) == 2 },
		`{"op":"Remove","path":"addresses[type eq \"work\"].postalCode"}`:                        func(u User) bool { return u.Addresses[0].StreetAddress != "" && u.Addresses[0].PostalCode == "" },
		`{"op":"Replace","path":"phoneNumbers","value":[{"type":"work","value":"1"}]}`:           func(u User) bool { return len(u.PhoneNumbers) == 1 && u.PhoneNumbers[0].Value == "1" },
		`{"op":"Add","path":"emails[type eq \"home\"].primary","value":true}`:                    func(u User) bool { return len(u.Emails) == 1 },
		`{"op":"Add","path":"phoneNumbers","value":[{"value":"5"},{"value":"6"},{"value":"5"}]}`: func(u User) bool { return len(u.PhoneNumbers) == 4 },
	} {
		if u := patched(t, op); !check(u) {
			t.Errorf("%s: %+v %+v %+v", op, u.Emails, u.PhoneNumbers, u.Addresses)
		}
	}
}

func TestTheManagerComesInManyForms(t *testing.T) {
	for _, path := range []string{"manager", "Manager", enterprise + ":manager", enterprise + ":manager.value", "manager.value", enterprise + ".manager"} {
		for value, want := range map[string]string{`"u5"`: "u5", `[{"$ref":"https://x/Users/u5","value":"u5"}]`: "u5", `{"value":"u5","displayName":"Eve"}`: "u5", `null`: "", `""`: ""} {
			if strings.HasSuffix(path, ".value") && strings.HasPrefix(value, "{") {
				continue
			}
			op := `{"op":"Add","path":"` + path + `","value":` + value + `}`
			same(t, op, Ref{Value: want}, patched(t, op).Enterprise.Manager)
		}
	}
	for op, want := range map[string]string{
		`{"op":"Remove","path":"manager"}`:                                                "",
		`{"op":"Remove","path":"` + enterprise + `:manager"}`:                             "",
		`{"op":"remove","path":"manager[value eq \"u9\"]"}`:                               "",
		`{"op":"remove","path":"manager[value eq \"u8\"]"}`:                               "u9",
		`{"op":"remove","path":"manager","value":"u9"}`:                                   "",
		`{"op":"replace","path":"` + enterprise + `","value":{"manager":{"value":"u4"}}}`: "u4",
		`{"op":"remove","path":"` + enterprise + `"}`:                                     "",
	} {
		same(t, op, want, patched(t, op).Enterprise.Manager.Value)
	}
}

func TestNoAttributeIsNull(t *testing.T) {
	s := start(t) // send looks for a null in every answer
	s.want("POST /Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],
		"externalId":"joy","userName":"joy@example.org","active":true,"addresses":null,"displayName":"Joy","emails":[{"type":"work","value":"joy@example.org","primary":true},{"type":"home","value":null}],
		"meta":{"resourceType":"User"},"name":{"familyName":"Young","givenName":null},"phoneNumbers":null,"preferredLanguage":null,"title":null,"department":null,"manager":null}`, 201,
		`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","externalId":"joy","userName":"joy@example.org","active":true,"displayName":"Joy",
		"emails":[{"type":"work","value":"joy@example.org","primary":true}],"name":{"familyName":"Young"},`+miraMeta+`}`)
	s.want("PATCH /Users/u1", ops(`{"op":"Replace","path":"name.familyName","value":null}`, `{"op":"Replace","path":"displayName","value":""}`,
		`{"op":"Replace","path":"emails","value":[]}`, `{"op":"Replace","path":"title","value":[]}`), 200,
		`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","externalId":"joy","userName":"joy@example.org","active":true,`+changedMeta+`}`)
	s.team()
	s.want("PATCH /Groups/g1?attributes=members", ops(`{"op":"Remove","path":"members"}`), 200, `{"schemas":["`+groupURN+`"],"id":"g1","members":[]}`)
}

func TestValuesAreKeptAsTheyWereSent(t *testing.T) {
	for _, v := range []string{"55555555555", "+5 (555) 555-5555", " x ", "tel:1", "<b>&amp;</b>", "Zoë Ω 漢字 🙂", `back\\slash and \"quotes\"`, "a\\tb"} {
		s := start(t)
		s.jonas()
		a := s.want("PATCH /Users/u1", ops(`{"op":"Replace","path":"phoneNumbers[type eq \"work\"].value","value":"`+v+`"}`), 200, "…")
		if !strings.Contains(a.text, `"value":"`+v+`"`) {
			t.Errorf("%s became %s", v, a.text)
		}
	}
}

func TestComparisonsAreWithoutCaseWhereTheSchemaSaysSo(t *testing.T) {
	s := start(t)
	s.jonas()
	s.team()
	for filter, found := range map[string]bool{
		`userName eq "JONAS@example.ORG"`: true, `USERNAME EQ "jonas@example.org"`: true, `emails[Type Eq "WORK"].Value eq "Jonas@Example.org"`: true,
		`externalId eq "jonas"`: true, `externalId eq "Jonas"`: false, `id eq "u1"`: true, `id eq "U1"`: false, `active eq true`: true, `active eq "False"`: false,
		`urn:ietf:params:scim:schemas:core:2.0:User:userName eq "jonas@example.org"`: true,
		enterprise + `:employeeNumber eq "701"`:                                      true,
		`id eq "u1" and manager eq "u9"`:                                             true,
		`id eq "u1" and ` + enterprise + `:manager.value eq "u8"`:                    false,
		`(userName eq "jonas@example.org") and (active eq true)`:                     true,
		`emails[type eq "work" and value eq "jonas@example.org"]`:                    true,
		`emails[type eq "home"].value eq "jonas@example.org"`:                        false,
		`emails eq "jonas@example.org"`:                                              true,
		`emails.value eq "jonas@example.org" and displayName eq "jonas berg"`:        true,
		`userName eq ""`:                       false,
		`userName eq "jonas\u0040example.org"`: true,
	} {
		status := s.want("GET /Users?count=0&filter="+strings.NewReplacer("%", "%25", "+", "%2B", `\`, "%5C").Replace(filter), "", 200, "…").text
		if strings.Contains(status, `"totalResults":1`) != found {
			t.Errorf("%s: %s", filter, status)
		}
	}
	for filter, found := range map[string]bool{
		`displayName eq "TEAM"`: true, `id eq "g1" and members eq "u2"`: true, `members[value eq "u2"] and id eq "g1"`: true, `members.value eq "U2"`: false,
	} {
		if got := s.want("GET /Groups?filter="+filter, "", 200, "…").text; strings.Contains(got, `"totalResults":1`) != found {
			t.Errorf("%s: %s", filter, got)
		}
	}
}

func TestDuplicatesAreAConflict(t *testing.T) {
	s := start(t)
	s.jonas()
	s.team()
	s.refused("POST /Users", `{"userName":"JONAS@example.org"}`, 409, "uniqueness", "taken")
	s.refused("POST /Groups", `{"displayName":"team"}`, 409, "uniqueness", "taken")
	s.want("POST /Users", `{"userName":"other"}`, 201, "…")
	s.refused("PATCH /Users/u2", ops(`{"op":"replace","path":"userName","value":"jonas@example.org"}`), 409, "uniqueness", "taken")
	s.refused("PUT /Users/u2", `{"userName":"jonas@example.org"}`, 409, "uniqueness", "taken")
}

func TestAttributesThatAreNotKeptArePassedOver(t *testing.T) {
	s := start(t)
	s.want("POST /Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","id":"mine","meta":{"created":"1999-01-01T00:00:00Z"},"password":"x",
		"roles":[{"value":"Administrator"}],"entitlements":[{"value":"all"}],"groups":[{"value":"g1"}],"urn:example:custom:2.0:User":{"x":1},"emails":[{"value":"a@example.org","extra":1}],
		"timezone":"(UTC-12:00) Somewhere"}`, 201,
		`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","userName":"a","active":true,"emails":[{"value":"a@example.org"}],"timezone":"(UTC-12:00) Somewhere",`+miraMeta+`}`)
}

// A row of a client's mapping that means nothing here must not stop the updates of that person.
func TestAPatchMayNameWhatIsNotKept(t *testing.T) {
	for _, path := range []string{
		"roles", "Roles", `roles[primary eq "True"].value`, `roles[primary eq "True"].display`, "password", "photos", `photos[type eq "photo"].value`, "entitlements",
		`entitlements[type eq "x"]`, "x509Certificates", `ims[type eq "xmpp"].value`, "groups", userURN + ":roles", "urn:example:custom:2.0:User:tag", "urn:example:custom:2.0:User",
		"urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:CustomAttribute", `urn:example:custom:2.0:User:tags[type eq "work"].value`,
	} {
		quoted := strconv.Quote(path)
		for _, op := range []string{
			`{"op":"Replace","path":` + quoted + `,"value":"x"}`, `{"op":"Add","path":` + quoted + `,"value":[{"value":"x","primary":true}]}`, `{"op":"Remove","path":` + quoted + `}`,
			`{"op":"Replace","value":{` + quoted + `:"x"}}`, `{"op":"Add","value":{` + quoted + `:{"a":["b"]}}}`,
		} {
			same(t, op, "Chief", patched(t, op, `{"op":"Replace","path":"title","value":"Chief"}`).Title)
		}
	}
	s := start(t)
	s.team()
	s.want("PATCH /Groups/g1", ops(`{"op":"Replace","path":"urn:example:custom:2.0:Group:tag","value":"x"}`), 204, "")
	s.refused("PATCH /Groups/g1", ops(`{"op":"Replace","path":"roles","value":"x"}`), 400, "invalidPath")
}

func TestPutReplacesEverythingButWhatIsNotTheClients(t *testing.T) {
	s := start(t)
	s.jonas()
	s.want("PUT /Users/u1", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"other","userName":"jb","active":false}`, 200,
		`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","userName":"jb","active":false,`+changedMeta+`}`)
	s.team()
	s.want("PUT /Groups/g1", `{"displayName":"Crew","members":[{"value":"u1","display":"x"}]}`, 200, "…")
	same(t, "members", []Member{{Value: "u1"}}, s.groups.list[0].Members)
}

func TestTheManagersAddressIsAnswered(t *testing.T) {
	s := start(t)
	s.jonas()
	s.users.list[0].Enterprise.Manager.DisplayName = "Eva Lind"
	s.want("GET /Users/u1?attributes=manager", "", 200, `{"schemas":["`+userURN+`","`+enterprise+`"],"id":"u1",
		"`+enterprise+`":{"manager":{"value":"u9","displayName":"Eva Lind","$ref":"https://desk.example.com/scim/v2/Users/u9"}}}`)
	s.want("PATCH /Users/u1?attributes=manager.displayName,manager.value", ops(`{"op":"replace","path":"manager","value":"u8"}`), 200, `{"schemas":["`+userURN+`","`+enterprise+`"],"id":"u1",
		"`+enterprise+`":{"manager":{"value":"u8"}}}`)
}

func TestThereIsOneEntryOfEachTypeAndNoValueTwiceWithoutOne(t *testing.T) {
	same(t, "replaced by two alike", []Entry{{Value: "5"}}, patched(t, `{"op":"Replace","path":"emails","value":[{"value":"5"},{"value":"5"}]}`).Emails)
	same(t, "made alike", []Entry{{Value: "5"}}, patched(t, `{"op":"Replace","path":"emails","value":[{"value":"5"},{"value":"6"}]}`,
		`{"op":"Replace","path":"emails[value eq \"6\"].value","value":"5"}`).Emails)
	same(t, "with a type and without", []Entry{{Value: "5", Type: "home"}, {Value: "5"}}, patched(t, `{"op":"Replace","path":"emails","value":[{"value":"5","type":"home"},{"value":"5"}]}`).Emails)
	same(t, "a new first choice", []Entry{{Value: "jonas@example.org", Type: "work"}, {Value: "h", Type: "home", Primary: true}},
		patched(t, `{"op":"Add","path":"emails","value":{"value":"h","type":"home","primary":true}}`).Emails)
}

func TestWhatIsSaidOfAManagerIsNotTheClients(t *testing.T) {
	same(t, "the same manager", Ref{Value: "u9"}, patched(t, `{"op":"Replace","path":"manager","value":{"value":"u9","displayName":"Eve","$ref":"https://elsewhere.example/"}}`).Enterprise.Manager)
	same(t, "ids compare exactly", Ref{Value: "u9"}, patched(t, `{"op":"Remove","path":"manager[value eq \"U9\"]"}`).Enterprise.Manager)
}
