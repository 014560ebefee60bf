package live

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Event is what a stream tells of a write.
type Event struct {
	Object string `json:"object"`           // technical name, without a trailing "#": "Incident", "registration"
	ID     string `json:"id,omitempty"`     // RecId or id; empty: some of them
	Action string `json:"action,omitempty"` // the last one, as in the audit trail: "incident.update"; empty: several, or not to be told

	seq   int64
	owned bool // see audit.Mark
}

// The bounds of a basket.
const (
	maxOfObject = 50 // records of an object that are told apart
	maxEvents   = 10 // a second and stream, and at once
)

type ref struct{ object, id string }

// basket holds what a stream has not told yet, merged by record and, where there are many, by object.
type basket struct {
	mu     sync.Mutex
	events map[ref]Event
	of     map[string]int // object → how many of its records are told apart; -1: none, the object is
}

// add puts something in.
func (b *basket) add(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.put(e)
}

func (b *basket) put(e Event) {
	if b.events == nil {
		b.events, b.of = map[ref]Event{}, map[string]int{}
	}
	if e.ID != "" && b.of[e.Object] >= maxOfObject {
		e.ID = ""
	}
	if e.ID == "" || b.of[e.Object] < 0 {
		e = b.merge(e)
	} else if was, there := b.events[ref{e.Object, e.ID}]; there {
		e.owned = e.owned || was.owned
		e.seq = max(e.seq, was.seq)
	} else {
		b.of[e.Object]++
	}
	b.events[ref{e.Object, e.ID}] = e
}

// merge takes the records of an object out in favour of the object alone.
func (b *basket) merge(e Event) Event {
	whole := Event{Object: e.Object, seq: e.seq}
	for r, was := range b.events {
		if r.object == e.Object {
			whole.seq = max(whole.seq, was.seq)
			delete(b.events, r)
		}
	}
	b.of[e.Object] = -1
	return whole
}

// take empties the basket, in the order of the trail.
func (b *basket) take() []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.events) == 0 {
		return nil
	}
	out := make([]Event, 0, len(b.events))
	for _, e := range b.events {
		out = append(out, e)
	}
	clear(b.events)
	clear(b.of)
	slices.SortFunc(out, func(x, y Event) int {
		return cmp.Or(cmp.Compare(x.seq, y.seq), cmp.Compare(x.Object, y.Object), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// empty reports whether nothing waits.
func (b *basket) empty() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events) == 0
}

// allowance is how many events a stream may still send now.
type allowance struct {
	left float64
	at   time.Time
}

func (a *allowance) refill(now time.Time) int {
	if a.at.IsZero() {
		a.left = maxEvents
	} else {
		a.left = min(maxEvents, a.left+now.Sub(a.at).Seconds()*maxEvents)
	}
	a.at = now
	return int(a.left)
}

// fit merges events by object until there are at most n, the oldest first; what is left over has to wait.
func fit(events []Event, n int) (now, later []Event) {
	if len(events) > n {
		var b basket
		seen := map[string]int{}
		for _, e := range events {
			seen[e.Object]++
		}
		for _, e := range events {
			if seen[e.Object] > 1 {
				e.ID = ""
			}
			b.put(e)
		}
		events = b.take()
	}
	n = min(n, len(events))
	return events[:n], events[n:]
}
