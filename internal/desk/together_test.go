package desk_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// together sends n requests at once and returns the numbers of their statuses. None may be 5xx.
func (s deskServer) together(t *testing.T, n int, request func(i int) (method, path, body string)) map[int]int {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	count := map[int]int{}
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			method, path, body := request(i)
			a, err := s.Request(method, path, map[string]string{"Authorization": "rest_api_key=" + s.key}, body)
			if err != nil || a.Status >= http.StatusInternalServerError {
				t.Errorf("%s %s: %d %.300s %v", method, path, a.Status, a.Body, err)
			}
			mu.Lock()
			defer mu.Unlock()
			count[a.Status]++
		})
	}
	close(start)
	all.Wait()
	return count
}

// count is @odata.count of a read.
func (s deskServer) count(t *testing.T, path string) int {
	t.Helper()
	n, _ := s.ask(t, "GET", sets+path, nil, "").JSON()["@odata.count"].(float64)
	return int(n)
}

// TestManyAtOnce has many clients link, act, order and delete around the same records.
func TestManyAtOnce(t *testing.T) {
	const clients = 32
	onEngines(t, func(t *testing.T, s deskServer) {
		ci := s.make(t, "ci__computers", `{"Name":"PC"}`)
		incident := s.make(t, "incidents", `{"Subject":"busy"}`)
		at := "incidents('" + incident + "')"
		ref := sets + at + "/IncidentAssociatesCI('" + ci + "')/$Ref"
		back := sets + "cis('" + ci + "')/CIAssociatesIncident('" + incident + "')/$Ref"

		t.Run("one pair is made once", func(t *testing.T) {
			if got := s.together(t, clients, func(i int) (string, string, string) { return "PATCH", []string{ref, back}[i%2], "" }); got[200] != clients {
				t.Errorf("linking answers %v", got)
			}
			if n, m := s.count(t, at+"/IncidentAssociatesCI"), s.count(t, "cis('"+ci+"')/CIAssociatesIncident"); n != 1 || m != 1 {
				t.Errorf("%d items, %d incidents", n, m)
			}
			if got := s.together(t, clients, func(i int) (string, string, string) {
				return []string{"PATCH", "DELETE"}[i%2], []string{ref, back}[i/2%2], ""
			}); got[200] != clients {
				t.Errorf("linking and unlinking answers %v", got)
			}
			if n, m := s.count(t, at+"/IncidentAssociatesCI"), s.count(t, "cis('"+ci+"')/CIAssociatesIncident"); n != m || n > 1 {
				t.Errorf("%d items, %d incidents", n, m)
			}
			s.together(t, clients, func(int) (string, string, string) { return "DELETE", ref, "" })
			if n := s.count(t, at+"/IncidentAssociatesCI"); n != 0 {
				t.Errorf("%d items after unlinking", n)
			}
		})
		t.Run("an action runs as often as it fits", func(t *testing.T) {
			if got := s.together(t, clients, func(int) (string, string, string) {
				return "POST", sets + at + "/Create_Problem", `{"Category":"Hardware","Impact":"Low","Urgency":"Low","Symptom":"s"}`
			}); got[200] != 1 || got[400] != clients-1 {
				t.Errorf("making a problem answers %v", got)
			}
			if n := s.count(t, "problems?$filter=Subject eq 'busy'"); n != 1 {
				t.Errorf("%d problems", n)
			}
			if got := s.together(t, clients, func(int) (string, string, string) {
				return "POST", sets + at + "/Close_Incident", `{"PromptParams":[{"FieldName":"Category","Value":"Hardware"},{"FieldName":"CauseCode","Value":"Other"},{"FieldName":"Resolution","Value":"done"},{"FieldName":"Owner","Value":"admin"}]}`
			}); got[200] != 1 || got[400] != clients-1 {
				t.Errorf("closing answers %v", got)
			}
		})
		t.Run("an action under a precondition", func(t *testing.T) {
			other := s.make(t, "incidents", `{"Subject":"seen","Category":"Hardware","Symptom":"s"}`)
			a := s.ask(t, "POST", sets+"incidents('"+other+"')/Create_Problem", map[string]string{"If-Match": `"1"`}, "{}")
			if link, _ := a.JSON()["ProblemLink_RecID"].(string); a.Status != 200 || s.count(t, "incidents('"+other+"')/IncidentAssociatesProblem") != 1 {
				t.Errorf("a problem for what was seen: %d %s %.300s", a.Status, link, a.Body)
			}
		})
		t.Run("a key made for one relationship is not another's", func(t *testing.T) {
			other := s.make(t, "incidents", `{"Subject":"keyed"}`)
			once := map[string]string{"Idempotency-Key": "through"}
			first := s.ask(t, "POST", sets+"incidents('"+other+"')/IncidentAssocMasterIncident", once, `{"Subject":"made"}`)
			again := s.ask(t, "POST", sets+"incidents('"+other+"')/incidentassocmasterincident", once, `{"Subject":"made"}`)
			if first.Status != 201 || again.Status != 201 || again.JSON()["RecId"] != first.JSON()["RecId"] {
				t.Errorf("%d %.200s, again %d %.200s", first.Status, first.Body, again.Status, again.Body)
			}
			refused(t, "another one", s.ask(t, "POST", sets+"incidents('"+other+"')/IncidentAssocChildIncident", once, `{"Subject":"made"}`), 409, "ISM_4009")
		})
		t.Run("reads stand while lists grow", func(t *testing.T) {
			got := s.together(t, 4*clients, func(i int) (string, string, string) {
				switch i % 4 {
				case 0:
					return "POST", sets + "incidents", fmt.Sprintf(`{"Subject":"grow","Source":"Source %d"}`, i)
				case 1:
					return "PATCH", ref, ""
				}
				return "GET", sets + at + "/IncidentAssociatesCI", ""
			})
			if got[404] > 0 || got[200] != 3*clients || got[201] != clients {
				t.Errorf("%v", got)
			}
		})
		t.Run("orders of one offering", func(t *testing.T) {
			offer := s.make(t, "servicereqtemplates", `{"Name":"Thing","Status":"Published","OwnerTeam":"Service Desk"}`)
			subscription, _ := s.ask(t, "GET", sets+"servicereqtemplates('"+offer+"')", nil, "").JSON()["SubscriptionId"].(string)
			param := s.make(t, "servicereqtemplateparams", `{"ParentLink":"`+offer+`","Name":"P","DisplayName":"P","DisplayType":"text"}`)
			person := s.make(t, "employees", `{"LoginID":"pia","LastName":"Pia"}`)
			before := s.count(t, "servicereqs?$top=1")
			const orders = 16
			s.together(t, orders, func(i int) (string, string, string) {
				return "POST", "/api/rest/ServiceRequest/new", fmt.Sprintf(`{"subscriptionId":"%s","strUserId":"%s","parameters":{"par-%s":"%d"}}`, subscription, person, param, i)
			})
			requests := s.ask(t, "GET", sets+"servicereqs?$filter=ProfileLink_RecID eq '"+person+"'&$select=ServiceReqNumber", nil, "").Rows()
			numbers := map[any]bool{}
			for _, r := range requests {
				numbers[r["ServiceReqNumber"]] = true
			}
			if n := s.count(t, "servicereqs?$top=1") - before; n != orders || len(numbers) != orders {
				t.Errorf("%d requests with %d numbers", n, len(numbers))
			}
			if n := s.count(t, "servicereqparams?$filter=ParameterName eq 'P'"); n != orders {
				t.Errorf("%d answers", n)
			}
		})
		t.Run("deleting while linking", func(t *testing.T) {
			for range 4 {
				one, two := s.make(t, "incidents", `{"Subject":"goes"}`), s.make(t, "incidents", `{"Subject":"stays"}`)
				got := s.together(t, clients, func(i int) (string, string, string) {
					switch i % 8 {
					case 7:
						return "DELETE", sets + "incidents('" + one + "')", ""
					case 0:
						return "PATCH", sets + "incidents('" + two + "')/IncidentAssocMasterIncident('" + one + "')/$Ref", ""
					case 1:
						return "PATCH", sets + "cis('" + ci + "')/CIAssociatesIncident('" + one + "')/$Ref", ""
					case 2:
						return "POST", sets + "incidents('" + one + "')/IncidentContainsJournal", `{"Subject":"n","NotesBody":"n"}`
					case 3:
						return "DELETE", sets + "incidents('" + one + "')/IncidentAssociatesCI('" + ci + "')/$Ref", ""
					case 4:
						return "POST", sets + "incidents('" + one + "')/IncidentAssociatesCI", `{"Name":"made","CIType":"Computer"}`
					}
					return "PATCH", sets + "incidents('" + one + "')/IncidentAssociatesCI('" + ci + "')/$Ref", ""
				})
				if got[204] != 1 {
					t.Errorf("deleting answers %v", got)
				}
				if n := s.count(t, "cis('"+ci+"')/CIAssociatesIncident?$filter=Subject eq 'goes'"); n != 0 {
					t.Errorf("the item still has %d incidents that are gone", n)
				}
				if n := s.count(t, "incidents('"+two+"')/IncidentAssocMasterIncident"); n != 0 {
					t.Errorf("%d masters that are gone", n)
				}
			}
		})
		s.Run(t, "doctor", "--audit")
	})
}

// TestNoCircleOfParents closes circles of every length, alone and many at once.
func TestNoCircleOfParents(t *testing.T) {
	onEngines(t, func(t *testing.T, s deskServer) {
		for _, length := range []int{1, 2, 3, 100} {
			ids := make([]string, length)
			for i := range ids {
				ids[i] = s.make(t, "incidents", fmt.Sprintf(`{"Subject":"ring %d"}`, i))
			}
			next := func(i int) string { return ids[(i+1)%length] }
			for i := range length - 1 {
				if a := s.ask(t, "PATCH", sets+"incidents('"+ids[i]+"')", nil, `{"MasterIncidentLink":"`+next(i)+`"}`); a.Status != 200 {
					t.Fatalf("%d of %d: %d %.300s", i, length, a.Status, a.Body)
				}
			}
			last := ids[length-1]
			got := s.together(t, 9, func(i int) (string, string, string) {
				switch i % 3 {
				case 0:
					return "PATCH", sets + "incidents('" + last + "')", `{"MasterIncidentLink_RecID":"` + ids[0] + `","MasterIncidentLink_Category":"Incident"}`
				case 1:
					return "PATCH", sets + "incidents('" + last + "')/IncidentAssocMasterIncident('" + ids[0] + "')/$Ref", ""
				}
				return "PATCH", sets + "incidents('" + ids[0] + "')/IncidentAssocChildIncident('" + last + "')/$Ref", "{}"
			})
			if got[400] != 9 || s.count(t, "incidents('"+last+"')/IncidentAssocMasterIncident") != 0 {
				t.Errorf("a circle of %d: %v", length, got)
			}
			if length > 1 { // all links of a ring at once: at least one is refused
				for i := range ids {
					s.ask(t, "PATCH", sets+"incidents('"+ids[i]+"')", nil, `{"MasterIncidentLink":""}`)
				}
				got = s.together(t, length, func(i int) (string, string, string) {
					return "PATCH", sets + "incidents('" + ids[i] + "')/IncidentAssocMasterIncident('" + next(i) + "')/$Ref", ""
				})
				if got[400] < 1 || got[200] < 1 || got[200]+got[400] != length {
					t.Errorf("a ring of %d at once: %v", length, got)
				}
			}
		}
		s.Run(t, "doctor", "--audit")
	})
}
