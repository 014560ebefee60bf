package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

const (
	incidents = "/api/odata/businessobject/incidents"
	writers   = 64
	patience  = 60 * time.Second // for anything that has to happen
)

// entry is what a writer knows of a record it made. Only its writer changes it, so the values of its updates rise.
type entry struct {
	recID              string
	number             int64
	word               string // stands in the subject of this record alone
	acknowledged, sent atomic.Int64
}

// state is the text that an update writes beside its value: who finds one without the other has found half an update.
func (e *entry) state(value int64) string { return fmt.Sprintf("%sv%dq", e.word, value) }

// ledger is what the server has acknowledged to all writers, over all rounds.
type ledger struct {
	mu      sync.Mutex
	records []*entry
	tried   map[string]bool // words of all creates sent, acknowledged or not
	own     [writers][]*entry
	round   int
	writes  atomic.Int64 // acknowledged ones
}

func newLedger() *ledger { return &ledger{tried: map[string]bool{}} }

// known returns the records acknowledged so far.
func (l *ledger) known() []*entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]*entry(nil), l.records...)
}

// load is 64 writers at work.
type load struct {
	*ledger
	tb     testing.TB
	server *testkit.Server
	key    string
	wg     sync.WaitGroup
	stop   chan struct{}
	once   sync.Once
	broken atomic.Bool // connections may break: the program is being killed
	outage atomic.Bool // 503 may be answered: the database is being killed

	refused atomic.Int64 // 503 answered
	mu      sync.Mutex
	waits   []wait
}

// wait is somebody waiting until a counter has reached a number.
type wait struct {
	counter *atomic.Int64
	goal    int64
	done    chan struct{}
}

// begin sets the writers to work. A load that was not stopped ends with the test.
func (l *ledger) begin(tb testing.TB, s *testkit.Server, key string, random *rand.Rand) *load {
	tb.Helper()
	l.round++
	w := &load{ledger: l, tb: tb, server: s, key: key, stop: make(chan struct{})}
	tb.Cleanup(w.end)
	for i := range writers {
		r := rand.New(rand.NewPCG(random.Uint64(), uint64(i)))
		w.wg.Go(func() { w.write(i, r) })
	}
	return w
}

// beginWith is begin on a restored server, where records are those that rows shows.
func (l *ledger) beginWith(tb testing.TB, s *testkit.Server, key string, random *rand.Rand, rows map[string]seen) *load {
	tb.Helper()
	for i := range l.own {
		l.own[i] = slices.DeleteFunc(l.own[i], func(e *entry) bool { return rows[e.recID].RecID == "" })
	}
	return l.begin(tb, s, key, random)
}

// end stops the writers and waits for them.
func (w *load) end() {
	w.once.Do(func() { close(w.stop) })
	w.wg.Wait()
}

// after returns a channel that closes when n more writes have been acknowledged, or n more requests refused.
func (w *load) after(n int64, counter *atomic.Int64) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	done := make(chan struct{})
	w.waits = append(w.waits, wait{counter, counter.Load() + n, done})
	return done
}

// count raises a counter and wakes who waits for it.
func (w *load) count(counter *atomic.Int64) {
	n := counter.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := 0; i < len(w.waits); i++ {
		if w.waits[i].counter == counter && n >= w.waits[i].goal {
			close(w.waits[i].done)
			w.waits = append(w.waits[:i], w.waits[i+1:]...)
			i--
		}
	}
}

// await ends the test where something does not happen.
func await(tb testing.TB, what string, done <-chan struct{}) {
	tb.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
		tb.Fatalf("%s: not within %s", what, patience)
	}
}

// write is one writer: a quarter of its requests create a record, the others update one of its own.
func (w *load) write(id int, random *rand.Rand) {
	for n := 0; ; n++ {
		select {
		case <-w.stop:
			return
		default:
		}
		var ok bool
		if own := w.own[id]; len(own) == 0 || random.IntN(4) == 0 {
			ok = w.create(id, fmt.Sprintf("r%dw%dn%dq", w.round, id, n))
		} else {
			ok = w.update(own[random.IntN(len(own))], []string{http.MethodPut, http.MethodPatch}[random.IntN(2)])
		}
		if !ok {
			return
		}
	}
}

func (w *load) create(id int, word string) bool {
	w.ledger.mu.Lock()
	w.tried[word] = true
	w.ledger.mu.Unlock()
	a, going := w.send(http.MethodPost, incidents, http.StatusCreated, `{"Subject":"Torture `+word+`","Symptom":"`+word+`v0q","TotalTimeSpent":0}`)
	if a == nil {
		return going
	}
	m := a.JSON()
	number, _ := m["IncidentNumber"].(float64)
	e := &entry{word: word, number: int64(number)}
	e.recID, _ = m["RecId"].(string)
	if e.recID == "" || e.number == 0 {
		w.tb.Errorf("a create was acknowledged without RecId or number: %.300s", a.Body)
		return false
	}
	w.ledger.mu.Lock()
	w.records = append(w.records, e)
	w.own[id] = append(w.own[id], e)
	w.ledger.mu.Unlock()
	w.count(&w.writes)
	return true
}

func (w *load) update(e *entry, method string) bool {
	value := e.sent.Add(1)
	a, going := w.send(method, incidents+"('"+e.recID+"')", http.StatusOK, fmt.Sprintf(`{"TotalTimeSpent":%d,"Symptom":"%s"}`, value, e.state(value)))
	if a == nil {
		return going
	}
	if got := a.JSON()["TotalTimeSpent"]; got != float64(value) {
		w.tb.Errorf("an update to %d was answered with %v", value, got)
		return false
	}
	e.acknowledged.Store(value)
	w.count(&w.writes)
	return true
}

// send makes a request and returns its answer where it was acknowledged. Otherwise nobody knows what became of it; going says
// whether the writer may go on.
func (w *load) send(method, path string, want int, body string) (a *testkit.Answer, going bool) {
	got, err := w.server.Request(method, path, map[string]string{"Authorization": "rest_api_key=" + w.key, "Content-Type": "application/json"}, body)
	switch {
	case err != nil && w.broken.Load():
		return nil, false
	case err != nil:
		w.tb.Errorf("%s %s: %v", method, path, err)
		return nil, false
	case got.Status == want:
		return &got, true
	case got.Status == http.StatusServiceUnavailable && w.outage.Load():
		if got.JSON()["code"] != "ISM_5003" {
			w.tb.Errorf("%s %s: 503 without ISM_5003: %.300s", method, path, got.Body)
			return nil, false
		}
		w.count(&w.refused)
		select { // as a client would, a little less patiently than Retry-After says
		case <-w.stop:
			return nil, false
		case <-time.After(20 * time.Millisecond):
			return nil, true
		}
	}
	w.tb.Errorf("%s %s %s: %d %.300s, want %d", method, path, body, got.Status, got.Body, want)
	return nil, false
}
