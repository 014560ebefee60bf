package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// seen is a record as the server shows it.
type seen struct {
	RecID   string `json:"RecId"`
	Number  int64  `json:"IncidentNumber"`
	Subject string
	Symptom string
	Value   int64 `json:"TotalTimeSpent"`
}

// client asks a server, as one of its tenants, with a key.
type client struct {
	*testkit.Server
	host string // Host header; empty: the server's own
	key  string
}

func (c client) ask(tb testing.TB, method, path, body string) testkit.Answer {
	tb.Helper()
	header := map[string]string{"Authorization": "REST " + c.key}
	if c.host != "" {
		header["Host"] = c.host
	}
	a, err := c.Request(method, path, header, body)
	if err != nil {
		tb.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// all reads every incident, page by page, and holds the count against the rows.
func (c client) all(tb testing.TB) map[string]seen {
	tb.Helper()
	out := map[string]seen{}
	path := incidents + "?$select=RecId,IncidentNumber,Subject,Symptom,TotalTimeSpent&$orderby=IncidentNumber"
	count := 0
	for path != "" {
		a := c.ask(tb, http.MethodGet, path, "")
		var page struct {
			Count int    `json:"@odata.count"`
			Next  string `json:"@odata.nextLink"`
			Value []seen
		}
		if err := json.Unmarshal(a.Body, &page); err != nil || a.Status != http.StatusOK {
			tb.Fatalf("GET %s: %d %.300s %v", path, a.Status, a.Body, err)
		}
		for _, r := range page.Value {
			if _, twice := out[r.RecID]; twice {
				tb.Errorf("the list shows record %s twice", r.RecID)
			}
			out[r.RecID] = r
		}
		count, path = page.Count, ""
		if u, err := url.Parse(page.Next); err == nil && page.Next != "" {
			path = u.RequestURI()
		}
	}
	if count != len(out) {
		tb.Errorf("@odata.count is %d, the pages hold %d records", count, len(out))
	}
	return out
}

// verify compares what the server shows with what it has acknowledged. atLeast says what value a record must have reached.
func (l *ledger) verify(tb testing.TB, c client, expected []*entry, atLeast func(*entry) int64, random *rand.Rand) {
	tb.Helper()
	rows := c.all(tb)
	numbers, words := map[int64]string{}, map[string]string{}
	for id, r := range rows {
		if other, taken := numbers[r.Number]; taken {
			tb.Errorf("records %s and %s both have number %d", id, other, r.Number)
		}
		numbers[r.Number] = id
		word, ours := strings.CutPrefix(r.Subject, "Torture ")
		if !ours || !l.tried[word] {
			tb.Errorf("record %s has a subject that nobody sent: %q", id, r.Subject)
		}
		if other, twice := words[word]; twice {
			tb.Errorf("create %s made two records, %s and %s", word, id, other)
		}
		words[word] = id
		if want := fmt.Sprintf("%sv%dq", word, r.Value); r.Symptom != want {
			tb.Errorf("record %s holds half an update: %+v, want %s", id, r, want)
		}
	}
	for _, e := range expected {
		r, there := rows[e.recID]
		least := atLeast(e)
		switch {
		case !there:
			tb.Errorf("create %s was acknowledged, record %s is lost", e.word, e.recID)
		case r.Number != e.number:
			tb.Errorf("record %s was acknowledged as number %d and is %d", e.recID, e.number, r.Number)
		case r.Value < least || r.Value > e.sent.Load():
			tb.Errorf("record %s has value %d; %d was acknowledged, %d is the last one sent", e.recID, r.Value, least, e.sent.Load())
		}
	}
	for range min(60, len(expected)) {
		e := expected[random.IntN(len(expected))]
		r := rows[e.recID]
		l.search(tb, c, e.word, e.recID)
		l.search(tb, c, e.state(r.Value), e.recID)
		if r.Value > 0 {
			l.search(tb, c, e.state(r.Value-1), "")
		}
	}
}

// search wants the words to find that record alone, or none where recID is empty.
func (l *ledger) search(tb testing.TB, c client, words, recID string) {
	tb.Helper()
	a := c.ask(tb, http.MethodGet, incidents+"?$select=RecId&$search="+words, "")
	rows := a.Rows()
	if a.Status != http.StatusOK || recID == "" && len(rows) != 0 || recID != "" && (len(rows) != 1 || rows[0]["RecId"] != recID) {
		tb.Errorf("full text: %q gives %d %.300s, want record %q", words, a.Status, a.Body, recID)
	}
}

// healthy lets the doctor look at everything and wants at least so many entries in the audit chain of the tenant.
func healthy(tb testing.TB, s *testkit.Server, tenant string, entries int64, args ...string) {
	tb.Helper()
	code, out, said := s.Try(tb, append([]string{"doctor", "--audit", "--json"}, args...)...)
	var report struct {
		OK     bool
		Checks []struct {
			Tenant, Check, Detail string
			OK                    bool
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || !report.OK {
		tb.Errorf("doctor: exit %d %s %s %v", code, out, said, err)
		return
	}
	for _, c := range report.Checks {
		if c.Check == "audit chain" && c.Tenant == tenant {
			var n int64
			if _, err := fmt.Sscanf(c.Detail, "%d entries", &n); err != nil || n < entries {
				tb.Errorf("the audit chain has %q, for %d acknowledged writes", c.Detail, entries)
			}
			return
		}
	}
	tb.Errorf("doctor did not look at the audit chain of %s: %s", tenant, out)
}
