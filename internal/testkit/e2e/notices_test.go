package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

// waiting is what GET /api/me/notifications answers.
type waiting struct {
	Items []struct {
		ID, Kind, Title, Detail, To string
		At                          time.Time
		Ends                        *time.Time `json:"ends_at"`
		Unread                      bool
	}
	Unread int
}

func (w waiting) kinds() string {
	var all []string
	for _, n := range w.Items {
		all = append(all, n.Kind)
	}
	return strings.Join(all, " ")
}

func TestTheBellTellsWhatWaits(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		p := furnish(t, s, "default", "localhost", "quartz")
		someone(t, s, p.host, "agnes", "ServiceDeskAnalyst")
		someone(t, s, p.host, "bert", "ServiceDeskAnalyst")
		admin, agnes, bert := browserOf(t, s, p.host, "admin"), browserOf(t, s, p.host, "agnes"), browserOf(t, s, p.host, "bert")
		ask := func(who http.Header) (w waiting) {
			t.Helper()
			a := send(t, s, p.host, http.MethodGet, "/api/me/notifications", who, "")
			if a.Status != http.StatusOK {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
			if err := json.Unmarshal(a.Body, &w); err != nil {
				t.Fatal(err)
			}
			return w
		}
		seen := func(who http.Header, body string) int {
			header := who.Clone()
			header.Set("Content-Type", "application/json")
			return send(t, s, p.host, http.MethodPost, "/api/me/notifications/seen", header, body).Status
		}
		if w := ask(agnes); len(w.Items) != 0 || w.Unread != 0 {
			t.Errorf("at first: %+v", w)
		}

		own := p.ask(t, http.MethodPost, incidents, fmt.Sprintf(`{"Subject":"For <b>Agnes</b>","Owner":"agnes","ProfileLink":"%s"}`, p.person))
		if own.Status != http.StatusCreated {
			t.Fatalf("%d %s", own.Status, own.Body)
		}
		header := agnes.Clone()
		header.Set("Content-Type", "application/json")
		if a := send(t, s, p.host, http.MethodPost, incidents, header, `{"Subject":"Taken by herself","Owner":"agnes"}`); a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		vote := p.ask(t, http.MethodPost, "/api/odata/businessobject/frs_approvalvotetrackings",
			fmt.Sprintf(`{"Owner":"agnes","Status":"Pending","PrimaryParentObject":"Incident","PrimaryParentID":"%s","PrimaryParentNumber":"7","PrimaryParentSubject":"To be decided"}`, p.incident))
		if vote.Status != http.StatusCreated {
			t.Fatalf("a vote: %d %s", vote.Status, vote.Body)
		}
		w := ask(agnes)
		if got := w.kinds(); len(w.Items) != 2 || !strings.Contains(got, "approval") || !strings.Contains(got, "assigned") || w.Unread != 2 {
			t.Fatalf("Agnes: %s, %+v", got, w)
		}
		for _, n := range w.Items {
			want := "/desk/incidents/" + own.JSON()["RecId"].(string)
			if n.Kind == "approval" {
				want = "/desk/incidents/" + p.incident
			}
			if n.To != want || n.Title == "" || !n.Unread || n.At.IsZero() {
				t.Errorf("%+v, want it to lead to %s", n, want)
			}
		}
		if w := ask(bert); len(w.Items) != 0 {
			t.Errorf("Bert is told what waits for Agnes: %+v", w)
		}

		oldest := w.Items[1].At
		if status := seen(agnes, fmt.Sprintf(`{"until":%q}`, oldest.Format(time.RFC3339Nano))); status != http.StatusNoContent {
			t.Errorf("seen: %d", status)
		}
		if w := ask(agnes); w.Unread != 1 && !w.Items[0].At.Equal(oldest) {
			t.Errorf("of two, the older one was seen: %+v", w)
		}
		for range 2 { // harmless twice
			if status := seen(agnes, `{}`); status != http.StatusNoContent {
				t.Errorf("seen: %d", status)
			}
		}
		if status := seen(agnes, `{"until":"2001-01-01T00:00:00Z"}`); status != http.StatusNoContent || ask(agnes).Unread != 0 {
			t.Errorf("what was seen is unread again: %d", status)
		}
		if status := seen(agnes, `{"until":"soon"}`); status != http.StatusBadRequest {
			t.Errorf("a time that is none: %d", status)
		}

		if w := ask(admin); w.kinds() != "mail_missing" {
			t.Errorf("the administrator: %+v", w)
		}
		if got := ask(agnes).kinds(); strings.Contains(got, "mail") {
			t.Errorf("an agent is told of what administrators do: %s", got)
		}
		s.Run(t, "setting", "set", "sign_in.second_factor", "all")
		until(t, "a second factor is demanded", func() bool { return ask(bert).kinds() == "second_factor" })
	})
}
