package scim

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBadFiltersAreRefused(t *testing.T) {
	s := start(t)
	for filter, says := range map[string]string{
		`userName`:               "operator eq",
		`userName eq`:            "double quotes",
		`userName eq bob`:        "double quotes",
		`userName eq 'bob'`:      "double quotes",
		`userName eq "bob`:       "double quotes",
		`userName eq "b\q"`:      "double quotes",
		`userName eq "bob" "x"`:  "and or the end",
		`userName eq "a\u0000b"`: "NUL",
		`userName eq 5`:          "another type",
		`userName eq true`:       "another type",
		`userName eq null`:       "another type",
		`active eq "perhaps"`:    "another type",
		`userName eq {"a":1}`:    "double quotes",
		`userName sw "b"`:        "'sw' is not supported",
		`userName co "b"`:        "'co' is not supported",
		`userName ne "b"`:        "'ne' is not supported",
		`userName pr`:            "'pr' is not supported",
		`meta.lastModified gt "2011-05-13T04:42:34Z"`:            "'gt' is not supported",
		`userName eq "a" or userName eq "b"`:                     "'or' is not supported",
		`not (userName eq "a")`:                                  "operator eq",
		`userName eq "a" and`:                                    "name of an attribute",
		`and`:                                                    "operator eq",
		`(userName eq "a"`:                                       "and or the end",
		`userName eq "a")`:                                       "and or the end",
		`((((((userName eq "a"))))))`:                            "are open",
		`emails[type eq "work"`:                                  "and or the end",
		`emails[type eq "work"].`:                                "sub-attribute",
		`emails[type eq "work"]`:                                 "which value",
		`emails[].value eq "x"`:                                  "name of an attribute",
		`emails[primary eq true].value eq "x"`:                   "type is, and value once",
		`emails[type eq "a" and type eq "b"].value eq "x"`:       "type is, and value once",
		`emails[value eq "x"].value eq "x"`:                      "type is, and value once",
		`emails[emails[type eq "x"].value eq "y"].value eq "x"`:  "inside a filter",
		`emails.type eq "work"`:                                  "cannot be compared here",
		`phoneNumbers[type eq "work"].value eq "1"`:              "cannot be compared here",
		`members eq "u1"`:                                        "no attribute",
		`nickName eq "x"`:                                        "cannot be compared here",
		`meta.resourceType eq "User"`:                            "cannot be compared here",
		`password eq "x"`:                                        "no attribute",
		`userName.value eq "x"`:                                  "no attribute",
		`userName[value eq "x"] eq "x"`:                          "cannot be compared in",
		`urn:example:custom:2.0:User:tag eq "x"`:                 "not known here",
		`urn:ietf:params:scim:schemas:core:2.0:User eq "x"`:      "no attribute",
		`urn:ietf:params:scim:schemas:core:2.0:User: eq "x"`:     "name of an attribute",
		enterprise + ` eq "x"`:                                   "cannot be compared",
		enterprise + `:userName eq "x"`:                          "no attribute",
		`"userName" eq "x"`:                                      "name of an attribute",
		`1 eq 1`:                                                 "name of an attribute",
		"userName\teq \"x\"":                                     "operator eq",
		"userName eq \"a\xffb\"":                                 "characters",
		"userName eq \"a\x00b\"":                                 "characters",
		`userName eq "` + strings.Repeat("x", 2000) + `"`:        "longer than 2000 bytes",
		strings.Repeat(`userName eq "x" and `, 10) + `id eq "1"`: "more than 10",
	} {
		s.refused("GET /Users?filter="+url.QueryEscape(filter), "", 400, "invalidFilter", says)
	}
	for _, filter := range []string{`userName eq "x"`, `members[type eq "User"].value eq "u1"`, `members.display eq "x"`, `active eq true`} {
		s.refused("GET /Groups?filter="+url.QueryEscape(filter), "", 400, "invalidFilter")
	}
	if n := len(s.users.queries) + len(s.groups.queries); n != 0 {
		t.Errorf("%d bad filters were asked for", n)
	}
}

func TestBadPatchesAreRefusedAndChangeNothing(t *testing.T) {
	s := start(t)
	s.jonas()
	before := s.users.list[0]
	op := func(text string) string { return `{"op":"Replace","path":"title","value":"changed"},` + text }
	for text, kind := range map[string]string{
		`{"op":"Replace","path":"id","value":"x"}`:                                                           "mutability",
		`{"op":"Replace","path":"meta","value":{}}`:                                                          "mutability",
		`{"op":"Replace","path":"meta.created","value":"x"}`:                                                 "mutability",
		`{"op":"Remove","path":"schemas"}`:                                                                   "mutability",
		`{"op":"Replace","value":{"id":"other"}}`:                                                            "mutability",
		`{"op":"Replace","value":{"meta":{"resourceType":"Other"}}}`:                                         "mutability",
		`{"op":"Replace","path":"manager.displayName","value":"x"}`:                                          "mutability",
		`{"op":"Replace","path":"manager.$ref","value":"x"}`:                                                 "mutability",
		`{"op":"Remove","path":"userName"}`:                                                                  "mutability",
		`{"op":"Replace","path":"userName","value":""}`:                                                      "mutability",
		`{"op":"Replace","path":"userName","value":null}`:                                                    "mutability",
		`{"op":"Replace","path":"userName","value":"  "}`:                                                    "invalidValue",
		`{"op":"Replace","path":"userName","value":5}`:                                                       "invalidValue",
		`{"op":"Replace","path":"userName","value":{"value":"x"}}`:                                           "invalidValue",
		`{"op":"Replace","path":"userName","value":["a","b"]}`:                                               "invalidValue",
		`{"op":"Replace","path":"userName"}`:                                                                 "invalidValue",
		`{"op":"Replace","path":"title","value":"a\u0007b"}`:                                                 "invalidValue",
		`{"op":"Replace","path":"title","value":"` + strings.Repeat("x", 4097) + `"}`:                        "invalidValue",
		`{"op":"Replace","path":"name","value":"Jonas"}`:                                                     "invalidValue",
		`{"op":"Replace","path":"name.givenName","value":true}`:                                              "invalidValue",
		`{"op":"Replace","path":"emails","value":5}`:                                                         "invalidValue",
		`{"op":"Replace","path":"addresses","value":"Lindenweg"}`:                                            "invalidValue",
		`{"op":"Add","path":"emails","value":[{"type":"home","value":"a"},{"type":"HOME","value":"b"}]}`:     "invalidValue",
		`{"op":"Add","path":"emails","value":[{"value":"a","primary":true},{"value":"b","primary":"True"}]}`: "invalidValue",
		`{"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].type","value":"work"}`:                     "invalidValue",
		`{"op":"Replace","path":"` + enterprise + `","value":"x"}`:                                           "invalidValue",
		`{"op":"Replace","value":"x"}`:                                                                       "invalidValue",
		`{"op":"Replace","path":"","value":null}`:                                                            "invalidValue",
		`{"op":"Replace"}`:                      "invalidValue",
		`{"op":"Remove"}`:                       "noTarget",
		`{"op":"Remove","value":{"title":"x"}}`: "noTarget",
		`{"op":"Replace","path":"emails[value eq \"x\"].display","value":"y"}`:                              "noTarget",
		`{"op":"Replace","path":"manager[value eq \"u1\"].value","value":"y"}`:                              "noTarget",
		`{"op":"Replace","path":"salary","value":"x"}`:                                                      "invalidPath",
		`{"op":"Replace","path":"members","value":[]}`:                                                      "invalidPath",
		`{"op":"Replace","path":"rolls[primary eq \"True\"].value","value":"Admin"}`:                        "invalidPath",
		`{"op":"Replace","path":"roles[primary eq \"True\"","value":"Admin"}`:                               "invalidFilter",
		`{"op":"Replace","path":"` + enterprise + `:roles","value":"Admin"}`:                                "invalidPath",
		`{"op":"Replace","path":"name.nothing","value":"x"}`:                                                "invalidPath",
		`{"op":"Replace","path":"name..givenName","value":"x"}`:                                             "invalidPath",
		`{"op":"Replace","path":"name.givenName.x","value":"x"}`:                                            "invalidPath",
		`{"op":"Replace","path":"title.x","value":"x"}`:                                                     "invalidPath",
		`{"op":"Replace","path":"title[value eq \"x\"]","value":"x"}`:                                       "invalidPath",
		`{"op":"Replace","path":"emails[type eq \"work\"]x","value":"x"}`:                                   "invalidPath",
		`{"op":"Replace","path":"emails[nothing eq \"work\"].value","value":"x"}`:                           "invalidPath",
		`{"op":"Replace","path":"/title","value":"x"}`:                                                      "invalidPath",
		`{"op":"Replace","path":" title","value":"x"}`:                                                      "invalidPath",
		`{"op":"Replace","path":7,"value":"x"}`:                                                             "invalidPath",
		`{"op":"Replace","path":"urn:example:custom:2.0:User:","value":"x"}`:                                "invalidPath",
		`{"op":"Replace","path":"urn:example","value":"x"}`:                                                 "invalidPath",
		`{"op":"Replace","path":"urn:ietf:params:scim:schemas:core:2.0:Usr:title","value":"x"}`:             "invalidPath",
		`{"op":"Replace","path":"` + enterprise + `:nothing","value":"x"}`:                                  "invalidPath",
		`{"op":"Replace","path":"` + userURN + `","value":{"title":"x"}}`:                                   "invalidPath",
		`{"op":"Replace","path":"` + enterprise + `:","value":"x"}`:                                         "invalidPath",
		`{"op":"Replace","path":"` + strings.Repeat("x", 2001) + `","value":"x"}`:                           "invalidPath",
		`{"op":"Replace","path":"` + userURN + `name.givenName","value":"x"}`:                               "invalidPath",
		`{"op":"Replace","path":"` + enterprise + `2:department","value":"x"}`:                              "invalidPath",
		`{"op":"Replace","path":"emails[type eq \"\u0085\"].value","value":"x"}`:                            "invalidValue",
		`{"op":"Replace","path":"phoneNumbers.value","value":"x"}`:                                          "invalidPath",
		`{"op":"Replace","value":{"salary":"x"}}`:                                                           "invalidPath",
		`{"op":"Replace","value":{"` + enterprise + `":{"salary":"x"}}}`:                                    "invalidPath",
		`{"op":"Replace","path":"emails[type sw \"w\"].value","value":"x"}`:                                 "invalidFilter",
		`{"op":"Replace","path":"emails[type eq \"w\" or primary eq true].value","value":"x"}`:              "invalidFilter",
		`{"op":"Replace","path":"emails[type eq \"work\".value","value":"x"}`:                               "invalidFilter",
		`{"op":"Replace","path":"emails[primary eq \"x\"].value","value":"x"}`:                              "invalidFilter",
		`{"op":"Replace","path":"emails[((((((type eq \"x\"))))))].value","value":"x"}`:                     "invalidFilter",
		`{"op":"Move","path":"title","value":"x"}`:                                                          "invalidSyntax",
		`{"op":5,"path":"title","value":"x"}`:                                                               "invalidSyntax",
		`{"path":"title","value":"x"}`:                                                                      "invalidSyntax",
		`"Replace"`:                                                                                         "invalidSyntax",
		`{"op":"Replace","path":"title","value":"x","PATH":"userName"}`:                                     "invalidSyntax",
		`{"op":"Replace","value":{"title":"x","Title":"y"}}`:                                                "invalidSyntax",
		`{"op":"Add","path":"emails","value":[` + strings.Repeat(`{"value":"x"},`, 100) + `{"value":"x"}]}`: "tooMany",
	} {
		s.refused("PATCH /Users/u1", ops(op(text)), 400, kind)
		same(t, text, before, s.users.list[0])
	}
	s.refused("PATCH /Users/u77", ops(`{"op":"Replace","path":"title","value":"x"}`), 404, "", "u77")
}

func TestBadPatchesOfGroupsAreRefusedAndChangeNothing(t *testing.T) {
	s := start(t)
	s.team()
	before := s.groups.list[0]
	for text, kind := range map[string]string{
		`{"op":"Remove","path":"displayName"}`:                                        "mutability",
		`{"op":"Replace","path":"members[value eq \"u1\"].value","value":"u5"}`:       "mutability",
		`{"op":"Replace","path":"members[value eq \"u1\"].display","value":"u5"}`:     "mutability",
		`{"op":"Replace","path":"members[value eq \"u77\"].value","value":"u5"}`:      "noTarget",
		`{"op":"Remove","path":"members[type eq \"User\"]"}`:                          "invalidFilter",
		`{"op":"Remove","path":"members[value eq \"u1\" and value eq \"u2\"]"}`:       "invalidFilter",
		`{"op":"Remove","path":"members[type eq \"Group\" and value eq \"u2\"]"}`:     "invalidFilter",
		`{"op":"Remove","path":"members[display eq \"x\"]"}`:                          "invalidFilter",
		`{"op":"Remove","path":"members[value eq \"\"]"}`:                             "invalidFilter",
		`{"op":"Add","path":"members.value","value":"u5"}`:                            "invalidPath",
		`{"op":"Add","path":"userName","value":"u5"}`:                                 "invalidPath",
		`{"op":"Add","path":"` + enterprise + `:department","value":"u5"}`:            "invalidPath",
		`{"op":"Add","path":"` + enterprise + `","value":{}}`:                         "invalidPath",
		`{"op":"Add","path":"members","value":[{"value":"nobody"}]}`:                  "invalidValue",
		`{"op":"Add","path":"members","value":[{"display":"u5"}]}`:                    "invalidValue",
		`{"op":"Add","path":"members","value":[{"value":""}]}`:                        "invalidValue",
		`{"op":"Add","path":"members","value":[{"value":5}]}`:                         "invalidValue",
		`{"op":"Add","path":"members","value":[["u1"]]}`:                              "invalidValue",
		`{"op":"Add","path":"members","value":[null]}`:                                "invalidValue",
		`{"op":"Add","path":"members","value":7}`:                                     "invalidValue",
		`{"op":"Add","path":"members","value":[{"value":"g1","type":"Group"}]}`:       "invalidValue",
		`{"op":"Remove","path":"members","value":[{"value":"u1"},{"display":"who"}]}`: "invalidValue",
	} {
		s.refused("PATCH /Groups/g1", ops(`{"op":"Add","path":"members","value":[{"value":"u4"}]}`, text), 400, kind)
		same(t, text, before, s.groups.list[0])
	}
}

func TestBadBodiesAreRefused(t *testing.T) {
	s := start(t)
	s.jonas()
	deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for body, says := range map[string]string{
		"":                                "ends in the middle",
		" ":                               "ends in the middle",
		"{":                               "ends in the middle",
		`{"userName":"a"`:                 "ends in the middle",
		"[]":                              "not a JSON object",
		"null":                            "not a JSON object",
		`"x"`:                             "not a JSON object",
		"5":                               "not a JSON object",
		"<xml/>":                          "not valid JSON",
		"userName=a":                      "not valid JSON",
		`{"userName":"a",}`:               "not valid JSON",
		`{"userName" "a"}`:                "not valid JSON",
		`{'userName':'a'}`:                "not valid JSON",
		`{"userName":01}`:                 "not valid JSON",
		`{"userName":["a" "b"]}`:          "not valid JSON",
		`{"userName":["a",]}`:             "not valid JSON",
		`{"userName":"a"} {}`:             "more in the body",
		`{"userName":"a"}]`:               "more in the body",
		`{"userName":"a","userName":"b"}`: "'userName' stands twice",
		`{"userName":"a","USERNAME":"b"}`: "'USERNAME' stands twice",
		`{"name":{"givenName":"a","givenName":"b"}}`:      "'givenName' stands twice",
		"{\"userName\":\"a\xff\"}":                        "UTF-8",
		"{\"userName\":\"\xed\xa0\x80\"}":                 "UTF-8",
		`{"userName":"a\u0000"}`:                          "NUL",
		`{"user\u0000Name":"a"}`:                          "NUL",
		deep(11):                                          "nested more than 10",
		deep(100_000):                                     "nested more than 10",
		strings.Repeat("[", 500_000):                      "nested more than 10",
		`{"schemas":"x","userName":"a"}`:                  "not a list",
		`{"schemas":[],"userName":"a"}`:                   "does not name",
		`{"schemas":["` + groupURN + `"],"userName":"a"}`: "does not name '" + userURN,
	} {
		s.refused("POST /Users", body, 400, "invalidSyntax", says)
		if body != `{"schemas":["`+groupURN+`"],"userName":"a"}` {
			s.refused("POST /Users/.search", body, 400, "invalidSyntax")
			s.refused("PATCH /Users/u1", body, 400, "invalidSyntax")
			s.refused("PUT /Users/u1", body, 400, "invalidSyntax")
			s.refused("POST /Groups", body, 400, "invalidSyntax")
		}
	}
	for _, body := range []string{`{}`, `{"userName":null}`, `{"userName":""}`, `{"userName":" "}`, `{"userName":5}`, `{"userName":["a","b"]}`, `{"userName":"a","emails":5}`,
		`{"userName":"a","name":"x"}`, `{"userName":"a","active":"perhaps"}`, `{"userName":"a","emails":[{"type":"work","value":"1"},{"type":"Work","value":"2"}]}`,
		`{"userName":"a","` + enterprise + `":5}`, `{"userName":"a","` + enterprise + `":{"department":5}}`} {
		s.refused("POST /Users", body, 400, "invalidValue")
		s.refused("PUT /Users/u1", body, 400, "invalidValue")
	}
	for _, body := range []string{`{}`, `{"displayName":""}`, `{"displayName":"x","members":[{}]}`, `{"displayName":"x","members":[{"value":"nobody"}]}`} {
		s.refused("POST /Groups", body, 400, "invalidValue")
	}
	for _, body := range []string{`{}`, `{"Operations":[]}`, `{"Operations":{}}`, `{"Operations":null}`, `{"schemas":["` + userURN + `"],"Operations":[{"op":"remove","path":"title"}]}`} {
		s.refused("PATCH /Users/u1", body, 400, "invalidSyntax")
	}
	s.refused("PATCH /Users/u1", ops(strings.Repeat(`{"op":"remove","path":"title"},`, 10_000)+`{"op":"remove","path":"title"}`), 400, "tooMany", "10000")
	if len(s.users.list) != 1 || len(s.groups.list) != 0 || s.users.list[0].LastModified != noon {
		t.Errorf("%d users, %d groups, %+v", len(s.users.list), len(s.groups.list), s.users.list[0])
	}
}

func TestABodyTooLargeIsRefused(t *testing.T) {
	s := start(t)
	for _, size := range []int{1<<20 + 1, 3 << 20} {
		body := `{"userName":"` + strings.Repeat("x", size-len(`{"userName":""}`)) + `"}`
		s.refused("POST /Users", body, 413, "", "1048576 bytes")
	}
}

func TestContentTypesThatAreNotJSONAreRefused(t *testing.T) {
	s := start(t)
	for kind, ok := range map[string]bool{
		"application/scim+json": true, "application/scim+json; charset=utf-8": true, "application/json": true, `application/json; charset="UTF-8"`: true, "Application/SCIM+JSON": true,
		"": true, "text/json": true, "text/plain": true, "application/vnd.api+json": true,
		"application/x-www-form-urlencoded": false, "multipart/form-data; boundary=x": false, "application/xml": false, "application/json; charset=utf-16": false, "json": false, "/": false,
	} {
		s.users.list = nil
		a := s.send("POST /Users", `{"userName":"x"}`, "Content-Type", kind)
		if (a.status == 201) != ok || !ok && !strings.Contains(a.text, "Content-Type") {
			t.Errorf("%q: %d %s", kind, a.status, a.text)
		}
	}
	if a := s.send("POST /Users", "\x1f\x8b", "Content-Encoding", "gzip"); a.status != 400 || !strings.Contains(a.text, `"invalidSyntax"`) {
		t.Errorf("compressed: %d %s", a.status, a.text)
	}
}

func TestWhatIsNotThereIsToldInTheWordsOfSCIM(t *testing.T) {
	s := start(t)
	s.jonas()
	for _, r := range []string{"GET /", "GET ", "GET /Nothing", "GET /Users/u1/x", "POST /Bulk", "GET /Me", "GET /Users/u2", "PUT /Users/u2", "DELETE /Users/u2", "GET /Groups/u1", "DELETE /Groups/x",
		"GET /Users/%00", "GET /Users/%FF", "GET /Users/" + strings.Repeat("x", 257), "GET /Users/a%2Fb", "GET /Schemas/x", "GET /ResourceTypes/x"} {
		body := ""
		if strings.HasPrefix(r, "P") {
			body = `{"userName":"x"}`
		}
		s.refused(r, body, 404, "")
	}
	for r, allow := range map[string]string{"DELETE /Users": "GET, POST", "PATCH /Users": "GET, POST", "POST /Users/u1": "DELETE, GET, PATCH, PUT", "PUT /Schemas": "GET", "GET /Users/.search": "POST", "OPTIONS /Users": "GET, POST"} {
		a := s.send(r, "")
		if a.status != 405 || a.header.Get("Allow") != allow || !strings.Contains(a.text, errorURN) {
			t.Errorf("%s: %d %q %s", r, a.status, a.header.Get("Allow"), a.text)
		}
	}
	if a := s.send("HEAD /Users/u1", ""); a.status != 200 || a.text != "" {
		t.Errorf("HEAD: %d %q", a.status, a.text)
	}
	for _, r := range []string{"GET /users/u1", "GET //Users//u1", "GET /USERS/u1/", "GET /Users/", "GET /schemas/"} {
		s.want(r, "", 200, "…")
	}
}

func TestThePrefixEndsAtASlash(t *testing.T) {
	for path, found := range map[string]bool{"/scim/v2/Users/u1": true, "/SCIM/V2/Users/u1": true, "/scim/v2//Users/u1/": true, "/scim/v2Users/u1": false, "/scim/v2": false, "/scim": false, "/": false, "": false} {
		if _, id, ok := shapeOf("/scim/v2", path); ok != found || ok && id != "u1" {
			t.Errorf("%q: %q, %t", path, id, ok)
		}
	}
}

func TestNobodyLearnsAnythingWithoutACredential(t *testing.T) {
	s := start(t)
	s.jonas()
	for _, r := range []string{"GET /Users", "GET /Users/u1", "DELETE /Users/u1", "POST /Users", "GET /Schemas", "GET /ServiceProviderConfig", "GET /Nothing", "PUT /Schemas"} {
		a := s.send(r, "", "Authorization", "Bearer bad")
		want := map[string]any{"schemas": []any{errorURN}, "status": "401", "detail": "Authentication required."}
		if diff := cmp.Diff(want, parsed(t, a.text)); a.status != 401 || diff != "" || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("%s: %d %s", r, a.status, diff)
		}
	}
	if len(s.users.list) != 1 {
		t.Error("the user is gone")
	}
}

func TestOurOwnFaultIsToldWithoutItsCause(t *testing.T) {
	s := start(t)
	s.Server.Config.Handler = Handler("/scim/v2", func(http.ResponseWriter, *http.Request) (*Directory, error) { return nil, io.ErrClosedPipe })
	s.want("GET /Users", "", 500, `{"schemas":["`+errorURN+`"],"status":"500","detail":"The server could not complete the request."}`)
}
