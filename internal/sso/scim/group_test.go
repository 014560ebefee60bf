package scim

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

const many = 5000

// guid is an id as long as those of the product.
func guid(i int) string { return fmt.Sprintf("0198f3c2-7a10-7cc4-9d1e-%012d", i) }

// memberList is a list of members as the members of one; full with all that is said of them.
func memberList(from, to int, full bool) string {
	list := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		more := `"$ref":null,`
		if full {
			more = `"$ref":"https://service-desk.example.com/scim/v2/Users/` + guid(i) + `","type":"User","display":"Annabelle Featherstone-` + fmt.Sprint(i) + `",`
		}
		list = append(list, `{`+more+`"value":"`+guid(i)+`"}`)
	}
	return "[" + strings.Join(list, ",") + "]"
}

// members counts the members, as they are answered.
func (s *service) members() int {
	s.t.Helper()
	var g struct{ Members []struct{ Value string } }
	if err := json.Unmarshal([]byte(s.want("GET /Groups/g1", "", 200, "…").text), &g); err != nil {
		s.t.Fatal(err)
	}
	return len(g.Members)
}

func TestAGroupOfFiveThousand(t *testing.T) {
	s := start(t)
	began := time.Now()
	s.want("POST /Groups", `{"displayName":"Everybody","members":`+memberList(0, many, true)+`}`, 201, "…")
	same(t, "created", many, s.members())
	s.want("PUT /Groups/g1", s.send("GET /Groups/g1", "").text, 200, "…")
	same(t, "put back as it was answered", many, s.members())
	s.want("PATCH /Groups/g1", ops(`{"op":"Add","path":"members","value":`+memberList(many, 2*many, false)+`}`), 204, "")
	same(t, "as many added at once", 2*many, s.members())
	s.want("PATCH /Groups/g1", ops(`{"op":"Add","path":"members","value":`+memberList(many, 2*many, true)+`}`), 204, "")
	same(t, "the same added again", 2*many, s.members())
	s.want("PATCH /Groups/g1", ops(`{"op":"Remove","path":"members","value":`+memberList(0, many, false)+`}`), 204, "")
	same(t, "half taken away at once", many, s.members())
	one := make([]string, 0, many)
	for i := 2*many - 1; i > many; i-- {
		one = append(one, `{"op":"remove","path":"members[value eq \"`+guid(i)+`\"]"}`)
	}
	s.want("PATCH /Groups/g1", ops(one...), 204, "")
	same(t, "taken away one by one, in one request", []Member{{Value: guid(many)}}, s.groups.list[0].Members)
	s.want("PATCH /Groups/g1", ops(`{"op":"Replace","path":"members","value":`+memberList(0, many, true)+`}`), 204, "")
	same(t, "replaced", many, s.members())
	s.want("PATCH /Groups/g1", ops(`{"op":"Replace","path":"members","value":`+memberList(0, 3*many, false)+`}`), 204, "")
	same(t, "three times as many in one request", 3*many, s.members())
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestNamesOfMembersStayWithThoseWhoStay(t *testing.T) {
	s := start(t)
	s.team()
	s.groups.list[0].Members = []Member{{"u1", "Ada"}, {"u2", "Ben"}}
	s.want("PATCH /Groups/g1?attributes=members.value,members.display", ops(`{"op":"Replace","path":"members","value":[{"value":"u3","display":"sent"},{"value":"u2"}]}`), 200,
		`{"schemas":["`+groupURN+`"],"id":"g1","members":[{"value":"u3"},{"value":"u2","display":"Ben"}]}`)
}

func TestManyChangesAtOnceLoseNothing(t *testing.T) {
	s := start(t)
	s.want("POST /Groups", `{"displayName":"Everybody"}`, 201, "…")
	done := make(chan answered)
	for i := range 20 {
		go func() {
			done <- s.send("PATCH /Groups/g1", ops(`{"op":"Add","path":"members","value":[{"value":"`+guid(i)+`"}]}`))
		}()
	}
	for range 20 {
		if a := <-done; a.status != 204 {
			t.Errorf("%d %s", a.status, a.text)
		}
	}
	same(t, "members", 20, s.members())
}
