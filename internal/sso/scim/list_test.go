package scim

import (
	"fmt"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	s := start(t)
	for i := range 250 {
		s.users.list = append(s.users.list, User{ID: fmt.Sprint("u", i), UserName: fmt.Sprint("user", i), Active: true})
	}
	for query, want := range map[string]string{
		"":                               "250 1 100 user0",
		"?count=2":                       "250 1 2 user0",
		"?startIndex=3&count=2":          "250 3 2 user2",
		"?startIndex=250&count=20":       "250 250 1 user249",
		"?startIndex=251":                "250 251 0 ",
		"?startIndex=0&count=1":          "250 1 1 user0",
		"?startIndex=-7&count=1":         "250 1 1 user0",
		"?count=0":                       "250 1 0 ",
		"?count=-5":                      "250 1 0 ",
		"?count=1000":                    "250 1 200 user0",
		"?count=99999999999999999999":    "250 1 200 user0",
		"?count=":                        "250 1 100 user0",
		"?startIndex=9999999999&count=1": "250 2147483647 0 ",
		"?sortBy=userName&sortOrder=descending&count=1": "250 1 1 user0",
		`?filter=userName eq "user7"`:                   "1 1 1 user7",
		`?filter=userName eq "user7"&startIndex=2`:      "1 2 0 ",
		`?filter=%20&count=1`:                           "250 1 1 user0",
		`?filter=userName eq ""`:                        "0 1 0 ",
	} {
		a := parsed(t, s.want("GET /Users"+query, "", 200, "…").text).(map[string]any)
		first := ""
		if list := a["Resources"].([]any); len(list) > 0 {
			first = list[0].(map[string]any)["userName"].(string)
		}
		if got := fmt.Sprint(a["totalResults"], " ", a["startIndex"], " ", a["itemsPerPage"], " ", first); got != strings.Replace(want, "2147483647", "2.147483647e+09", 1) {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"startIndex=x", "count=1.5", "count=two", "startIndex=0x1"} {
		s.refused("GET /Users?"+query, "", 400, "invalidValue", "whole number")
	}
}

// TestAFilterNeverGetsLost: whoever asks for one person must not be shown everybody.
func TestAFilterNeverGetsLost(t *testing.T) {
	s := start(t)
	s.jonas()
	for query, kind := range map[string]string{
		`filter=userName%20eq%20"x;y"`: "invalidSyntax", `filter=%zz`: "invalidSyntax", `filter=id%20eq%20"1"&filter=id%20eq%20"2"`: "invalidValue", `filter=id%20eq%20"1"&FILTER=id%20eq%20"2"`: "invalidValue",
		`filter=userName%20eq%20"a&b"`: "invalidFilter", "count=1&count=2": "invalidValue", "attributes=" + strings.Repeat("x,", 100) + "x": "tooMany",
	} {
		s.refused("GET /Users?"+query, "", 400, kind)
	}
	s.want(`GET /Users?FILTER=userName eq "nobody"`, "", 200, emptyList)
	s.want(`GET /Users?filter=userName eq "a%3Bb%26c"&aadOptscim062020`, "", 200, emptyList)
	s.refused("GET /Users/u1?attributes=%zz", "", 400, "invalidSyntax")
	for _, r := range []string{"POST /Users", "PUT /Users/u1", "PATCH /Users/u1"} {
		s.refused(r+"?excludedAttributes=%zz", `{"userName":"x"}`, 400, "invalidSyntax")
	}
	if len(s.users.list) != 1 || s.users.list[0].UserName != "jonas@example.org" {
		t.Errorf("%+v", s.users.list)
	}
}

func TestSearchByPost(t *testing.T) {
	s := start(t)
	s.jonas()
	s.team()
	s.want("POST /Users/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName eq \"jonas@example.org\"",
		"attributes":["userName","emails.value"],"startIndex":1,"count":10}`, 200,
		oneOf(`{"schemas":["`+userURN+`","`+enterprise+`"],"id":"u1","userName":"jonas@example.org","emails":[{"value":"jonas@example.org"}]}`))
	s.want("POST /Groups/.search", `{"excludedAttributes":["members","meta"]}`, 200, oneOf(`{"schemas":["`+groupURN+`"],"id":"g1","displayName":"Team"}`))
	s.want("POST /Users/.SEARCH", `{"filter":"userName eq \"nobody\"","count":null}`, 200, emptyList)
	s.refused("POST /Users/.search", `{"filter":5}`, 400, "invalidFilter")
	s.refused("POST /Users/.search", `{"filter":"x"}`, 400, "invalidFilter")
	for _, body := range []string{`{"count":"2"}`, `{"count":1.5}`, `{"startIndex":{}}`, `{"attributes":"userName"}`} {
		s.refused("POST /Users/.search", body, 400, "invalidValue")
	}
	s.refused("POST /Users/.search", `{"schemas":["x"]}`, 400, "invalidSyntax")
}

func TestOnlyTheAttributesAskedForAreAnswered(t *testing.T) {
	s := start(t)
	s.jonas()
	s.team()
	const always = `"schemas":["` + userURN + `","` + enterprise + `"],"id":"u1"`
	for query, want := range map[string]string{
		"attributes=userName":                             `"userName":"jonas@example.org"`,
		"attributes=USERNAME,nothing,%5Bx,":               `"userName":"jonas@example.org"`,
		"attributes=id":                                   ``,
		"attributes=userName&excludedAttributes=userName": ``,
		"attributes=name.givenName,name.familyName":       `"name":{"givenName":"Jonas","familyName":"Berg"}`,
		"attributes=name,name.familyName":                 `"name":{"formatted":"Jonas Berg","givenName":"Jonas","familyName":"Berg"}`,
		"attributes=phoneNumbers.type":                    `"phoneNumbers":[{"type":"work"},{"type":"mobile"}]`,
		"attributes=nickName,photos":                      ``,
		"attributes=meta.resourceType":                    `"meta":{"resourceType":"User"}`,
		"attributes=" + enterprise + ":department":        `"` + enterprise + `":{"department":"IT"}`,
		"attributes=employeeNumber,manager.value":         `"` + enterprise + `":{"employeeNumber":"701","manager":{"value":"u9"}}`,
		"attributes=" + enterprise:                        `"` + enterprise + `":{"employeeNumber":"701","department":"IT","manager":{"value":"u9","$ref":"https://desk.example.com/scim/v2/Users/u9"}}`,
		"attributes=" + userURN + ":title":                `"title":"Technician"`,
		"excludedAttributes=id,schemas,userName,displayName,title,name,active,emails.value,emails.primary,phoneNumbers,addresses,externalId,meta," + enterprise: `"emails":[{"type":"work"}]`,
	} {
		if want != "" {
			want = "," + want
		}
		s.want("GET /Users/u1?"+query, "", 200, `{`+always+want+`}`)
		s.want("GET /Users?"+query, "", 200, oneOf(`{`+always+want+`}`))
	}
	s.want("POST /Users?attributes=userName", `{"userName":"new"}`, 201, `{"schemas":["`+userURN+`"],"id":"u2","userName":"new"}`)
	s.want("GET /Groups/g1?attributes=members.value", "", 200, `{"schemas":["`+groupURN+`"],"id":"g1","members":[{"value":"u1"},{"value":"u2"},{"value":"u3"}]}`)
	s.want("GET /Groups/g1?excludedAttributes=members.$ref,members.type,meta", "", 200,
		`{"schemas":["`+groupURN+`"],"id":"g1","displayName":"Team","members":[{"value":"u1"},{"value":"u2"},{"value":"u3"}]}`)
	for query, without := range map[string]bool{
		"": false, "excludedAttributes=members": true, "excludedAttributes=Members": true, "excludedAttributes=" + groupURN + ":members": true,
		"excludedAttributes=members.display": false, "attributes=displayName": true, "attributes=members.value": false, "attributes=displayName,members": false,
	} {
		for _, path := range []string{"GET /Groups/g1?", "GET /Groups?", `GET /Groups?filter=id eq "g1"&`} {
			s.groups.queries = nil
			text := s.want(path+query, "", 200, "…").text
			if s.groups.queries[0].WithoutMembers != without || strings.Contains(text, `"members"`) == without {
				t.Errorf("%s%s: %+v %s", path, query, s.groups.queries[0], text)
			}
		}
	}
	s.groups.queries = nil
	s.send("GET /Groups?count=200", "")
	s.send("GET /Groups?count=200&excludedAttributes=members", "")
	if a, b := s.groups.queries[0].Count, s.groups.queries[1].Count; a != maxGroups || b != maxCount {
		t.Errorf("%d groups with members, %d without", a, b)
	}
}
