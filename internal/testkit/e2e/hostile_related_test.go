package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// holding is a tenant with a record of each kind that attacks name.
type holding struct {
	*party
	closed string            // RecId of a closed incident
	kinds  map[string]string // RecIds by kind
}

// hold gives a tenant its records.
func hold(t *testing.T, p *party) *holding {
	t.Helper()
	h := &holding{party: p, kinds: map[string]string{"incident": p.incident, "person": p.person}}
	link := `"ParentLink_RecID":"` + p.incident + `","ParentLink_Category":"Incident"`
	for _, one := range []struct{ kind, set, body string }{
		{"journal", "journal__notess", `{"Subject":"note","NotesBody":"n",` + link + `}`}, {"task", "task__assignments", `{"Subject":"task",` + link + `}`},
		{"ci", "ci__computers", `{"Name":"item"}`}, {"change", "changes", `{"Subject":"change","Description":"d","Category":"Hardware","RequestorLink":"` + p.person + `"}`},
		{"problem", "problems", `{"Subject":"problem","Description":"d","Category":"Hardware"}`}, {"request", "servicereqs", `{"Subject":"request","ProfileLink":"` + p.person + `"}`},
		{"closed", "incidents", `{"Subject":"closed","Status":"Closed"}`},
	} {
		a := p.ask(t, http.MethodPost, set+one.set, one.body)
		if a.Status != http.StatusCreated {
			t.Fatalf("%s at %s: %d %s", one.kind, p.name, a.Status, a.Body)
		}
		h.kinds[one.kind], _ = a.JSON()["RecId"].(string)
	}
	h.kinds["attachment"] = p.attachText(t, p.incident, "a.txt", "content")
	h.closed = h.kinds["closed"]
	delete(h.kinds, "closed")
	p.ask(t, http.MethodPatch, incidents+"('"+p.incident+"')/IncidentAssociatesCI('"+h.kinds["ci"]+"')/$Ref", "")
	return h
}

// state is all that the attacks could have changed.
func (h *holding) state(tb testing.TB) string {
	tb.Helper()
	paths := []string{incidents + "('" + h.incident + "')?"}
	for _, name := range []string{"incidents", "journals", "tasks", "cis", "changes", "problems", "servicereqs", "servicereqparams", "attachments", "employees", "incidentdetails"} {
		paths = append(paths, set+name+"?$orderby=RecId&")
	}
	for _, r := range relations {
		paths = append(paths, incidents+"('"+h.incident+"')/"+r.name+"?$orderby=RecId&$select=RecId&")
	}
	var all strings.Builder
	for _, path := range paths {
		a := h.ask(tb, http.MethodGet, strings.TrimRight(path, "?&"), "")
		if a.Status != http.StatusOK {
			tb.Errorf("%s: GET %s: %d %.300s", h.name, path, a.Status, a.Body)
		}
		all.Write(a.Body)
		all.WriteByte('\n')
	}
	return all.String()
}

// try sends an attack and says what is wrong with its answer.
func (h *holding) try(tb testing.TB, x attack) error {
	tb.Helper()
	text := request(x.method, strings.ReplaceAll(x.path, " ", "%20"), h.key, x.body)
	for _, line := range x.header {
		if strings.HasPrefix(line, "Content-Type: ") {
			text = strings.Replace(text, "Content-Type: application/json\r\n", "", 1)
		}
		text = strings.Replace(text, "\r\n", "\r\n"+line+"\r\n", 1)
	}
	a, err := raw(tb, h.Server, x.method, false, text)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", x.name, err)
	case x.ordered:
		var reply struct {
			IsSuccess       *bool
			ErrorText       string
			ServiceRequests []any
		}
		if json.Unmarshal(a.Body, &reply) != nil || reply.IsSuccess == nil || *reply.IsSuccess || reply.ErrorText == "" || len(reply.ServiceRequests) > 0 {
			return fmt.Errorf("%s: %d %.400s, want a refusal", x.name, a.Status, a.Body)
		}
		return refusedProperly(x.name, a, http.StatusOK)
	case len(x.statuses) == 0:
		return refusedProperly(x.name, a, http.StatusBadRequest)
	}
	return refusedProperly(x.name, a, x.statuses...)
}

// TestRelationshipsActionsAndOrdersRefuseBadInput sends what does not fit to everything beyond reading and writing a record.
func TestRelationshipsActionsAndOrdersRefuseBadInput(t *testing.T) {
	t.Parallel()
	for _, at := range placements[:2] {
		t.Run(at.name, func(t *testing.T) {
			s, a, b := twoTenants(t, at)
			mine, theirs := hold(t, a), hold(t, b)
			before, beside := mine.state(t), theirs.state(t)
			tables := map[string][]attack{"ids": misplaced(mine, theirs), "what does not fit": unfit(mine), "headers": oddHeaders(mine), "orders": orders(mine), "forms": forms(mine)}
			for name, table := range tables {
				for _, x := range table {
					if err := mine.try(t, x); err != nil {
						t.Error(err)
					}
				}
				now := mine.state(t)
				if now != before {
					t.Errorf("%s: something has changed:\n%s", name, cmp.Diff(strings.Split(before, "\n"), strings.Split(now, "\n")))
					before = now
				}
			}
			var all sync.WaitGroup
			for i := range writers { // the worst of them at once
				all.Go(func() {
					worst := append(tables["orders"][i%4:i%4+4:i%4+4], tables["forms"][6+i%6], tables["what does not fit"][(i*7)%len(tables["what does not fit"])])
					for _, x := range worst {
						if err := mine.try(t, x); err != nil {
							t.Errorf("at once: %v", err)
						}
					}
				})
			}
			all.Wait()
			if now := mine.state(t); now != before {
				t.Errorf("the flood has changed something:\n%s", cmp.Diff(strings.Split(before, "\n"), strings.Split(now, "\n")))
			}
			if now := theirs.state(t); now != beside {
				t.Errorf("the other tenant has changed:\n%s", cmp.Diff(strings.Split(beside, "\n"), strings.Split(now, "\n")))
			}
			if peak := peakMemory(t, s.PID()); peak > maxMemory {
				t.Errorf("the program had %d MiB resident, more than %d", peak, maxMemory)
			} else {
				t.Logf("%d MiB at the most", peak)
			}
			if log := s.Log(); strings.Contains(log, "panic") {
				t.Errorf("something panicked:\n%s", log)
			}
			healthy(t, s, "default", 1)
		})
	}
}
