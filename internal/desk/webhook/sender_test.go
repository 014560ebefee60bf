package webhook_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/desk/webhook"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// TestFailuresAreTriedAgainForThreeDays: with the jitter of the middle, after 5 s, 20 s, 80 s and so on to 12 hours.
func TestFailuresAreTriedAgainForThreeDays(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.hook(webhook.Spec{})
		f.receiver.status(http.StatusInternalServerError)
		began := f.clock.Now()
		f.create("Incident", "Subject", "s")
		first := f.send()
		if len(first) != 1 || !first[0].signed(t, made.Secret) {
			t.Fatalf("%d attempts at first", len(first))
		}
		last, attempts := began, 1
		var waits []time.Duration
		for f.state() == "pending" {
			all, err := f.hooks.Deliveries(f.ctx, f.one, "hook", "pending", 1)
			f.must(err)
			due := *all[0].Due
			if early := f.after(due.Sub(f.clock.Now()) - time.Millisecond); len(early) != 0 {
				t.Fatalf("attempt %d came early", attempts+1)
			}
			// A webhook that keeps failing is paused besides, for ten minutes at most.
			for step := 0; len(waits) < attempts && step < 100; step++ {
				f.clock.Advance(time.Second)
				if step > 0 {
					f.clock.Advance(10 * time.Minute)
				}
				if got := f.send(); len(got) == 1 {
					if got[0].id != first[0].id || !got[0].signed(t, made.Secret) || got[0].timestamp == first[0].timestamp {
						t.Errorf("attempt %d has id %s at %s", attempts+1, got[0].id, got[0].timestamp)
					}
					waits = append(waits, f.clock.Now().Sub(last))
					last = f.clock.Now()
				}
			}
			attempts++
			if attempts > 50 {
				t.Fatal("it is never given up")
			}
		}
		if f.state() != "dead" || attempts != 13 {
			t.Errorf("after %d attempts the state is %s", attempts, f.state())
		}
		if total := last.Sub(began); total < 60*time.Hour || total > 84*time.Hour {
			t.Errorf("it was given up after %s: %v", total, waits)
		}
		for i := 1; i < len(waits); i++ {
			if waits[i] < waits[i-1]/2 {
				t.Errorf("the waits do not grow: %v", waits)
			}
		}
		w := f.find()
		if !w.Active || w.Since == "" {
			t.Errorf("after three days: %+v", w)
		}
		f.clock.Advance(5 * 24 * time.Hour) // nothing was ever delivered: the next failure ends it
		f.create("Incident", "Subject", "another")
		f.send()
		if w = f.find(); w.Active || !strings.Contains(w.Reason, "5 days") {
			t.Errorf("after eight days: %+v", w)
		}
		if n, entry := f.audited("webhook.disable"); n != 1 || !strings.Contains(entry, "automatic") || strings.Contains(entry, "confidential") {
			t.Errorf("%d audit entries, %s", n, entry)
		}
		f.receiver.answers(nil) // switched on again it goes on with what waits
		_, err := f.hooks.Enable(f.ctx, f.one, "hook")
		f.must(err)
		if got := f.after(13 * time.Hour); len(got) != 1 || f.state() != "delivered dead" {
			t.Errorf("switched on again: %d sent, %s", len(got), f.state())
		}
	})
}

// TestJobsComeWhenSomethingIsDue: two attempts within one second have each their job, although the first one's is at work when the
// second one's is made.
func TestJobsComeWhenSomethingIsDue(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{})
		r := job.NewRunner(f.one.DB, job.Options{Clock: f.clock, TenantID: f.one.ID})
		f.hooks.Jobs(r, f.one)
		after := func(d time.Duration) string {
			t.Helper()
			f.clock.Advance(d)
			for {
				n, err := r.RunDue(f.ctx)
				f.must(err)
				if n == 0 {
					return kinds(f.receiver.take())
				}
			}
		}
		after(0) // what is scheduled
		f.receiver.status(http.StatusInternalServerError)
		f.create("Incident", "Subject", "one")
		if got := after(0); got != "incident.created" {
			t.Fatalf("at once: %q", got)
		}
		f.create("Problem", "Subject", "two")
		if got := after(300 * time.Millisecond); got != "problem.created" {
			t.Fatalf("at once: %q", got)
		}
		f.receiver.answers(nil)
		for _, step := range []struct {
			wait time.Duration
			want string
		}{{4600 * time.Millisecond, ""}, {200 * time.Millisecond, "incident.created"}, {300 * time.Millisecond, "problem.created"}, {10 * time.Minute, ""}} {
			if got := after(step.wait); got != step.want {
				t.Errorf("after %s more: %q, want %q", step.wait, got, step.want)
			}
		}
		failed, err := job.ListFailed(f.ctx, f.one.DB, 10)
		if err != nil || len(failed) > 0 {
			t.Errorf("jobs that failed: %v %v", failed, err)
		}
	})
}

func TestAnswers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{})
		moved := f.receiver.URL + "/moved"
		for _, c := range []struct {
			name   string
			answer func(w http.ResponseWriter, r received)
			state  string
			status int64
			says   string // in the error
		}{
			{"204", func(w http.ResponseWriter, _ received) { w.WriteHeader(204) }, "delivered", 204, ""},
			{"400", func(w http.ResponseWriter, _ received) { w.WriteHeader(400) }, "pending", 400, "answered 400"},
			{"a redirect", func(w http.ResponseWriter, _ received) { w.Header().Set("Location", moved); w.WriteHeader(302) }, "pending", 302, "not followed"},
			{"a huge body with success", func(w http.ResponseWriter, _ received) {
				for range 1 << 10 {
					if _, err := w.Write(make([]byte, 1<<12)); err != nil {
						return
					}
				}
			}, "delivered", 200, ""},
			{"a body with a zero byte and bad text", func(w http.ResponseWriter, _ received) { w.WriteHeader(500); _, _ = w.Write([]byte("a\x00b\xff")) }, "pending", 500, "500"},
			{"a connection that breaks", func(http.ResponseWriter, received) { panic(http.ErrAbortHandler) }, "pending", 0, "EOF"},
		} {
			f.receiver.answers(c.answer)
			f.create("Incident", "Subject", c.name)
			got := f.send()
			all, err := f.hooks.Deliveries(f.ctx, f.one, "hook", "", 1)
			f.must(err)
			d := all[0]
			if len(got) != 1 || d.State != c.state || d.Status != c.status || !strings.Contains(d.Error, c.says) || len(d.Response) > 1<<10 || strings.Contains(d.Error, "confidential") {
				t.Errorf("%s: %d requests, %s %d %q, %d bytes kept", c.name, len(got), d.State, d.Status, d.Error, len(d.Response))
			}
			f.receiver.answers(nil)
			for range 4 { // the pauses of a failing webhook, and then what waits
				f.after(20 * time.Minute)
			}
			if s := f.state(); strings.Contains(s, "pending") {
				t.Fatalf("%s: %s", c.name, s)
			}
		}
	})
}

func TestASlowReceiverIsNotWaitedFor(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		f := newPatientFixture(t, dsn, 2*time.Second)
		f.hook(webhook.Spec{})
		over := make(chan struct{})
		defer close(over)
		f.receiver.answers(func(http.ResponseWriter, received) { <-over })
		f.create("Incident", "Subject", "slow")
		f.send()
		all, err := f.hooks.Deliveries(f.ctx, f.one, "hook", "", 1)
		f.must(err)
		if d := all[0]; d.State != "pending" || d.Status != 0 || !strings.Contains(d.Error, "in time") {
			t.Errorf("%s %d %q", d.State, d.Status, d.Error)
		}
	})
}

func TestRetryAfterPausesTheWebhook(t *testing.T) {
	for name, status := range map[string]int{"too many requests": 429, "unavailable": 503} {
		for form, value := range map[string]string{"seconds": "600", "a date": "Sun, 01 Mar 2026 12:10:00 GMT"} {
			t.Run(name+" in "+form, func(t *testing.T) {
				f := newFixture(t, "sqlite:"+t.TempDir()+"/test.db")
				f.hook(webhook.Spec{})
				f.receiver.answers(func(w http.ResponseWriter, _ received) {
					w.Header().Set("Retry-After", value)
					w.WriteHeader(status)
				})
				f.create("Incident", "Subject", "one")
				f.send()
				f.receiver.answers(nil)
				f.create("Incident", "Subject", "two")
				if got := f.after(599 * time.Second); len(got) != 0 {
					t.Errorf("asked again before: %s", kinds(got))
				}
				if got := f.after(2 * time.Second); len(got) != 2 {
					t.Errorf("after that: %s", kinds(got))
				}
			})
		}
	}
}

func TestGoneSwitchesOff(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{})
		f.receiver.status(http.StatusGone)
		f.create("Incident", "Subject", "s")
		f.send()
		if w := f.find(); w.Active || !strings.Contains(w.Reason, "410") || f.state() != "dead" {
			t.Errorf("%+v, %s", w, f.state())
		}
		f.create("Incident", "Subject", "unheard")
		if got := f.after(24 * time.Hour); len(got) != 0 || f.state() != "dead" {
			t.Errorf("afterwards: %s, %s", kinds(got), f.state())
		}
	})
}

func TestARecordsDeliveriesKeepTheirOrder(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{})
		row := f.create("Incident", "Subject", "in order")
		f.receiver.answers(func(w http.ResponseWriter, r received) {
			if r.message.Data.RecID == row.RecID {
				w.WriteHeader(500)
			}
		})
		for i := range 5 {
			f.update(row, "Symptom", fmt.Sprint(i))
			f.create("Problem", "Subject", fmt.Sprint("beside ", i))
		}
		got := f.send()
		if n := strings.Count(kinds(got), "incident"); n != 1 || strings.Count(kinds(got), "problem.created") != 5 {
			t.Fatalf("while the first fails: %s", kinds(got))
		}
		f.receiver.answers(nil)
		var all []received
		for range 10 {
			all = append(all, f.after(time.Minute)...)
		}
		if kinds(all) != "incident.created incident.updated incident.updated incident.updated incident.updated incident.updated" {
			t.Fatalf("afterwards: %s", kinds(all))
		}
		for i, r := range all {
			if r.message.Data.Rev != int64(i+1) {
				t.Errorf("number %d is revision %d", i, r.message.Data.Rev)
			}
		}
	})
}

// TestASlowReceiverKeepsNoOtherWaiting: each webhook is drained by itself.
func TestASlowReceiverKeepsNoOtherWaiting(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/test.db")
	f.hook(webhook.Spec{Name: "slow"})
	f.hook(webhook.Spec{Name: "quick"})
	quick, release := make(chan struct{}, 100), make(chan struct{})
	f.receiver.answers(func(_ http.ResponseWriter, r received) {
		if r.path == "/slow" {
			<-release
		} else {
			quick <- struct{}{}
		}
	})
	f.create("Incident", "Subject", "one")
	done := make(chan error, 1)
	go func() { done <- f.hooks.Send(f.ctx, f.one) }()
	<-quick
	f.create("Incident", "Subject", "two")
	f.must(f.hooks.Send(f.ctx, f.one)) // as the next job does
	<-quick
	close(release)
	f.must(<-done)
}

func TestTwoReplicasSendEachOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{})
		registry, hooks := f.replica()
		other := f.acquire(registry, f.one.ID)
		const records = 60
		for i := range records {
			f.create("Incident", "Subject", fmt.Sprint(i))
		}
		var senders sync.WaitGroup
		senders.Go(func() { f.must(hooks.Send(f.ctx, other)) })
		senders.Go(func() { f.must(f.hooks.Send(f.ctx, f.one)) })
		senders.Wait()
		times := map[string]int{}
		for _, r := range f.receiver.take() {
			times[r.id]++
		}
		for id, n := range times {
			if n != 1 {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
		if len(times) != records {
			t.Errorf("%d were sent, want %d", len(times), records)
		}
	})
}

// TestTheLeaseOfASenderThatHangsEnds: another takes over, and the first one's result counts no more.
func TestTheLeaseOfASenderThatHangsEnds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{})
		registry, hooks := f.replica()
		other := f.acquire(registry, f.one.ID)
		f.create("Incident", "Subject", "s")
		arrived, release := make(chan struct{}), make(chan struct{})
		var once sync.Once
		f.receiver.answers(func(w http.ResponseWriter, _ received) {
			first := false
			once.Do(func() { first = true })
			if first {
				close(arrived)
				<-release
				w.WriteHeader(500)
			}
		})
		hung := make(chan error, 1)
		go func() { hung <- f.hooks.Send(f.ctx, f.one) }()
		<-arrived
		f.must(hooks.Send(f.ctx, other))
		if got := f.receiver.take(); len(got) != 1 {
			t.Errorf("%d requests while the lease lasts", len(got))
		}
		f.clock.Advance(3 * time.Minute)
		f.must(hooks.Send(f.ctx, other))
		if got := f.receiver.take(); len(got) != 1 || f.state() != "delivered" {
			t.Errorf("%d requests after the lease, %s", len(got), f.state())
		}
		close(release)
		f.must(<-hung)
		if f.state() != "delivered" {
			t.Errorf("the late result counted: %s", f.state())
		}
	})
}

// TestRightsCountWhenItIsSent: whoever may not see a record any more does not get it, and who is nobody any more nothing.
func TestRightsCountWhenItIsSent(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		store := role.Store{Clock: f.clock}
		save := func(rows role.Rows) {
			f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error {
				return store.Save(f.ctx, tx, role.Role{Name: "Watcher", Rights: map[string]role.Right{"Incident": {Read: rows}, "Problem": {Read: role.AllRows}}})
			}))
			fresh := time.NewTicker(10 * time.Millisecond)
			defer fresh.Stop()
			for f.one.Roles().Closure("Watcher") == nil {
				<-fresh.C
			}
		}
		save(role.AllRows)
		eve := f.create("Employee", "LoginID", "eve", "FirstName", "E", "LastName", "V", "Status", "Active")
		f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error { return store.Grant(f.ctx, tx, eve.RecID, "Watcher", true) }))
		f.hook(webhook.Spec{Role: "Watcher", OnBehalfOf: "eve"})
		f.create("Incident", "Subject", "seen then")
		save(role.OwnRows)
		registry, hooks := f.replica() // whose roles are not of a second ago
		other := f.acquire(registry, f.one.ID)
		f.must(hooks.Send(f.ctx, other))
		if got := f.receiver.take(); len(got) != 0 || f.state() != "withheld" {
			t.Errorf("sent %s, %s", kinds(got), f.state())
		}
		f.create("Problem", "Subject", "waits")
		f.update(eve, "Disabled", true)
		f.must(hooks.Send(f.ctx, other))
		if w := f.find(); len(f.receiver.take()) != 0 || w.Active || !strings.Contains(w.Reason, "not active") {
			t.Errorf("after the employee was disabled: %+v", w)
		}
		if _, err := f.hooks.Enable(f.ctx, f.one, "hook"); err == nil {
			t.Error("it is enabled for somebody who is not active")
		}
		if n, _ := f.audited("webhook.disable"); n != 1 {
			t.Errorf("%d audit entries", n)
		}
	})
}
