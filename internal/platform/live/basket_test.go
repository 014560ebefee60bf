package live

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var ignoring = cmpopts.IgnoreUnexported(Event{})

func TestABasketMergesWhatIsAboutTheSameRecord(t *testing.T) {
	var b basket
	b.add(Event{Object: "Incident", ID: "A", Action: "incident.create", seq: 1, owned: true})
	b.add(Event{Object: "Task", ID: "T", Action: "task.update", seq: 2})
	b.add(Event{Object: "Incident", ID: "A", Action: "incident.update", seq: 3})
	got := b.take()
	want := []Event{{Object: "Task", ID: "T", Action: "task.update"}, {Object: "Incident", ID: "A", Action: "incident.update"}}
	if diff := cmp.Diff(want, got, ignoring); diff != "" {
		t.Error(diff)
	}
	if got[1].seq != 3 || !got[1].owned {
		t.Errorf("%+v: the last number, and that it changed hands, have to stay", got[1])
	}
	if !b.empty() || b.take() != nil {
		t.Error("a basket that was taken is not empty")
	}
}

func TestManyRecordsOfAnObjectBecomeTheObject(t *testing.T) {
	var b basket
	for i := range maxOfObject * 3 {
		b.add(Event{Object: "Incident", ID: fmt.Sprint(i), Action: "incident.create", seq: int64(i + 1)})
	}
	b.add(Event{Object: "Change", ID: "C", Action: "change.create", seq: 5})
	got := b.take()
	if diff := cmp.Diff([]Event{{Object: "Change", ID: "C", Action: "change.create"}, {Object: "Incident"}}, got, ignoring); diff != "" {
		t.Error(diff)
	}
	if got[1].seq != maxOfObject*3 {
		t.Errorf("the number is %d, not the last one", got[1].seq)
	}
	b.add(Event{Object: "Incident", ID: "again", Action: "incident.create", seq: 999})
	if got := b.take(); len(got) != 1 || got[0].ID != "again" {
		t.Errorf("a fresh basket does not tell records apart: %+v", got)
	}
}

func TestMoreThanMayBeSentIsMergedByObject(t *testing.T) {
	var events []Event
	for i := range 8 {
		events = append(events, Event{Object: "Incident", ID: fmt.Sprint(i), seq: int64(i)}, Event{Object: fmt.Sprintf("Object%d", i), ID: "x", seq: int64(100 + i)})
	}
	now, later := fit(events, 5)
	if len(now) != 5 || now[0].Object != "Incident" || now[0].ID != "" || now[1].ID != "x" {
		t.Errorf("now: %+v", now)
	}
	if len(later) != 4 || later[0].seq < now[4].seq {
		t.Errorf("later: %+v", later)
	}
	if now, later := fit(events[:3], 5); len(now) != 3 || len(later) != 0 || now[0].ID == "" {
		t.Errorf("few events are changed: %+v %+v", now, later)
	}
}

func TestNoStreamGetsMoreThanTenEventsASecond(t *testing.T) {
	var a allowance
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	sent := 0
	for range 300 { // three seconds
		n := a.refill(at)
		sent += n
		a.left -= float64(n)
		at = at.Add(10 * time.Millisecond)
	}
	if sent < 30 || sent > 40 {
		t.Errorf("%d events in three seconds, want the ten at once and ten a second", sent)
	}
}
