package job

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// yard is a tenant's database with a clock that stands still.
type yard struct {
	*testing.T
	db    *db.DB
	clock *clock.Manual
}

func each(t *testing.T, fn func(y yard)) {
	t.Helper()
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d, err := db.Open(t.Context(), dsn, db.Options{Timeline: db.TenantTimeline()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
		fn(yard{t, d, clock.NewManual(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))})
	})
}

func (y yard) runner(o Options) *Runner {
	o.Clock, o.Log = y.clock, slog.New(slog.DiscardHandler)
	return NewRunner(y.db, o)
}

func (y yard) enqueue(j Job) {
	y.Helper()
	if j.Due.IsZero() {
		j.Due = y.clock.Now()
	}
	if err := y.db.Write(y.Context(), nil, func(tx *db.Tx) error { return Enqueue(y.Context(), tx, j) }); err != nil {
		y.Fatal(err)
	}
}

// run does one batch and complains unless it had that many jobs.
func (y yard) run(r *Runner, want int) {
	y.Helper()
	if n, err := r.RunDue(y.Context()); err != nil || n != want {
		y.Errorf("RunDue = %d, %v, want %d", n, err, want)
	}
}

func (y yard) count() (n int) {
	y.Helper()
	if err := y.db.QueryRow(y.Context(), `SELECT count(*) FROM job`).Scan(&n); err != nil {
		y.Fatal(err)
	}
	return n
}

func TestAJobIsDoneOnceItIsDue(t *testing.T) {
	each(t, func(y yard) {
		r := y.runner(Options{TenantID: "tenant-1"})
		var got []string
		r.Register("mail", func(ctx context.Context, payload json.RawMessage) error {
			p := principal.From(ctx)
			got = append(got, string(payload), string(p.Kind), p.TenantID)
			return nil
		})
		y.enqueue(Job{Kind: "mail", Payload: map[string]int{"to": 7}, Due: y.clock.Now().Add(time.Hour)})
		y.run(r, 0)
		y.clock.Advance(time.Hour)
		y.run(r, 1)
		y.run(r, 0)
		if !slices.Equal(got, []string{`{"to":7}`, "system", "tenant-1"}) || y.count() != 0 {
			y.Errorf("%v, %d jobs left", got, y.count())
		}
	})
}

func TestAJobExistsIfAndOnlyIfItsTransactionDoes(t *testing.T) {
	each(t, func(y yard) {
		stop := errors.New("stop")
		err := y.db.Alone(y.Context(), func(tx *db.Tx) error {
			return errors.Join(Enqueue(y.Context(), tx, Job{Kind: "mail", Due: y.clock.Now()}), stop)
		})
		if !errors.Is(err, stop) || y.count() != 0 {
			y.Errorf("%v, %d jobs", err, y.count())
		}
		for name, j := range map[string]Job{"no kind": {Due: y.clock.Now()}, "no time": {Kind: "mail"}, "no JSON": {Kind: "mail", Due: y.clock.Now(), Payload: make(chan int)}} {
			if err := y.db.Alone(y.Context(), func(tx *db.Tx) error { return Enqueue(y.Context(), tx, j) }); err == nil {
				y.Errorf("%s is accepted", name)
			}
		}
	})
}

func TestAnotherTakesOverWhatADeadWorkerLeft(t *testing.T) {
	each(t, func(y yard) {
		dead, alive := y.runner(Options{Worker: "dead"}), y.runner(Options{Worker: "alive"})
		done := 0
		for _, r := range []*Runner{dead, alive} {
			r.Register("mail", func(context.Context, json.RawMessage) error { done++; return nil })
		}
		y.enqueue(Job{Kind: "mail"})
		held, err := dead.next(y.Context(), 1) // claims, and is never heard of again
		if err != nil || len(held) != 1 {
			y.Fatalf("%v, %v", held, err)
		}
		y.run(alive, 0)
		y.clock.Advance(dead.o.Lease - time.Microsecond)
		y.run(alive, 0)
		y.clock.Advance(time.Microsecond)
		y.run(alive, 1)
		if done != 1 || y.count() != 0 {
			y.Errorf("done %d times, %d jobs left", done, y.count())
		}
	})
}

func TestFencingRefusesTheOneWhoComesLate(t *testing.T) {
	each(t, func(y yard) {
		late, quick := y.runner(Options{Worker: "late"}), y.runner(Options{Worker: "quick"})
		register := func(r *Runner, h Handler) { r.Register("mail", h) }
		write := func(ctx context.Context) error { // what a handler does: guard, then write
			return y.db.Write(ctx, nil, func(tx *db.Tx) error {
				if err := Guard(ctx, tx); err != nil {
					return err
				}
				tx.AddCell("test.written", 1)
				return nil
			})
		}
		register(late, func(context.Context, json.RawMessage) error { return nil })
		register(quick, func(context.Context, json.RawMessage) error { return errors.New("not yet") })
		y.enqueue(Job{Kind: "mail"})
		held, err := late.next(y.Context(), 1)
		if err != nil || len(held) != 1 {
			y.Fatalf("%v, %v", held, err)
		}
		in := context.WithValue(y.Context(), claimKey{}, held[0])
		if err := write(in); err != nil {
			y.Errorf("while the lease lasts: %v", err)
		}
		if err := late.renew(y.Context(), held[0]); err != nil {
			y.Errorf("renewing while the lease lasts: %v", err)
		}
		y.clock.Advance(late.o.Lease)
		y.run(quick, 1) // fails, and the job waits for its next attempt
		for what, err := range map[string]error{
			"writing":    write(in),
			"renewing":   late.renew(y.Context(), held[0]),
			"finishing":  late.finish(y.Context(), held[0]),
			"postponing": late.postpone(y.Context(), held[0], errors.New("x")),
			"releasing":  late.release(y.Context(), held[0]),
		} {
			if !errors.Is(err, ErrLost) {
				y.Errorf("%s after the lease was lost: %v, want ErrLost", what, err)
			}
		}
		register(quick, func(ctx context.Context, _ json.RawMessage) error { return write(ctx) })
		y.clock.Advance(time.Minute)
		y.run(quick, 1)
		if err := write(in); !errors.Is(err, ErrLost) || y.count() != 0 {
			y.Errorf("writing after the job was done: %v, %d jobs left", err, y.count())
		}
		if err := write(y.Context()); err != nil {
			y.Errorf("outside of a handler: %v", err)
		}
		var written int
		if err := y.db.QueryRow(y.Context(), `SELECT value FROM cell WHERE name = 'test.written'`).Scan(&written); err != nil || written != 3 {
			y.Errorf("written %d times, %v, want 3", written, err)
		}
	})
}

func TestTwoRunnersNeverHoldOneJobTogether(t *testing.T) {
	each(t, func(y yard) {
		var mu sync.Mutex
		seen := map[string]int{}
		handler := func(_ context.Context, payload json.RawMessage) error {
			mu.Lock()
			defer mu.Unlock()
			seen[string(payload)]++
			return nil
		}
		for i := range 40 {
			y.enqueue(Job{Kind: "mail", Payload: i})
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				r := y.runner(Options{})
				r.Register("mail", handler)
				for {
					n, err := r.RunDue(y.Context())
					if err != nil {
						y.Error(err)
					}
					if n == 0 {
						return
					}
				}
			})
		}
		wg.Wait()
		for payload, n := range seen {
			if n != 1 {
				y.Errorf("job %s done %d times", payload, n)
			}
		}
		if len(seen) != 40 || y.count() != 0 {
			y.Errorf("%d done, %d left", len(seen), y.count())
		}
	})
}

func TestFailuresAreTriedAgainLaterAndGivenUpInTheEnd(t *testing.T) {
	each(t, func(y yard) {
		r := y.runner(Options{MaxAttempts: 3})
		attempts := 0
		r.Register("mail", func(context.Context, json.RawMessage) error {
			if attempts++; attempts == 2 {
				panic("broken\x00 \xff")
			}
			return errors.New("no mail server")
		})
		y.enqueue(Job{Kind: "mail", ID: "m1"})
		for _, wait := range []time.Duration{0, 10 * time.Second, 20 * time.Second} {
			if wait > 0 {
				y.clock.Advance(wait - time.Microsecond)
				y.run(r, 0)
				y.clock.Advance(time.Microsecond)
			}
			y.run(r, 1)
		}
		y.clock.Advance(1000 * time.Hour)
		y.run(r, 0)
		failed, err := ListFailed(y.Context(), y.db, 10)
		if err != nil || len(failed) != 1 || failed[0].ID != "m1" || failed[0].Attempts != 3 || failed[0].Error != "no mail server" {
			y.Fatalf("%+v, %v", failed, err)
		}
		retry := func(id string) error {
			return y.db.Write(y.Context(), nil, func(tx *db.Tx) error { return Retry(y.Context(), tx, y.clock.Now(), id) })
		}
		if err := retry("m2"); !fault.Is(err, fault.NotFound) {
			y.Errorf("%v", err)
		}
		if err := retry("m1"); err != nil {
			y.Error(err)
		}
		y.run(r, 1)
		if attempts != 4 {
			y.Errorf("%d attempts, want 4", attempts)
		}
	})
}

func TestAJobThatKillsItsWorkersIsGivenUp(t *testing.T) {
	each(t, func(y yard) {
		r := y.runner(Options{MaxAttempts: 2})
		r.Register("bomb", func(context.Context, json.RawMessage) error { return nil })
		y.enqueue(Job{Kind: "bomb"})
		for range 2 {
			if held, err := r.next(y.Context(), 1); err != nil || len(held) != 1 {
				y.Fatalf("%v, %v", held, err)
			}
			y.clock.Advance(r.o.Lease)
		}
		y.run(r, 0)
		if failed, err := ListFailed(y.Context(), y.db, 10); err != nil || len(failed) != 1 {
			y.Errorf("%+v, %v", failed, err)
		}
	})
}

func TestTheSameWorkIsEnqueuedOnce(t *testing.T) {
	each(t, func(y yard) {
		r := y.runner(Options{MaxAttempts: 1})
		fail := true
		r.Register("sync", func(context.Context, json.RawMessage) error {
			if fail {
				return errors.New("x")
			}
			return nil
		})
		y.enqueue(Job{Kind: "sync", ID: "sync:1"})
		y.enqueue(Job{Kind: "sync", ID: "sync:1"})
		y.run(r, 1)
		y.run(r, 0)
		fail = false
		y.enqueue(Job{Kind: "sync", ID: "sync:1"}) // given up before: this is another try
		y.run(r, 1)
		if y.count() != 0 {
			y.Errorf("%d jobs left", y.count())
		}
	})
}

func TestJobsWithoutAHandlerWait(t *testing.T) {
	each(t, func(y yard) {
		r := y.runner(Options{Batch: 1})
		y.enqueue(Job{Kind: "future"})
		y.run(r, 0)
		r.Register("mail", func(context.Context, json.RawMessage) error { return nil })
		y.clock.Advance(time.Second)
		y.enqueue(Job{Kind: "mail"})
		y.run(r, 1)
		y.run(r, 0)
		if y.count() != 1 {
			y.Errorf("%d jobs left, want the one nobody knows", y.count())
		}
	})
}

func TestSchedules(t *testing.T) {
	each(t, func(y yard) {
		runs := 0
		replica := func(every time.Duration) *Runner {
			r := y.runner(Options{})
			r.Register("sweep", func(context.Context, json.RawMessage) error { runs++; return nil })
			r.Schedule("sweep", every)
			return r
		}
		a, b := replica(time.Hour), replica(time.Hour)
		y.run(a, 1)
		y.run(b, 0)
		y.clock.Advance(time.Hour - time.Second)
		y.run(a, 0)
		y.run(b, 0)
		y.clock.Advance(time.Second)
		y.run(b, 1)
		y.run(a, 0)
		y.clock.Advance(10 * time.Hour) // nothing ran for long: made up for once
		y.run(a, 1)
		y.run(b, 0)
		y.clock.Advance(time.Hour)
		y.run(a, 1)
		c := replica(time.Minute) // a new version, more often
		y.run(c, 0)
		y.clock.Advance(time.Minute)
		y.run(c, 1)
		if runs != 5 {
			y.Errorf("%d runs, want 5", runs)
		}
	})
}

func TestStartWorksUntilStopAndStopWaits(t *testing.T) {
	each(t, func(y yard) {
		r := y.runner(Options{Poll: time.Hour})
		started := make(chan struct{})
		var ended atomic.Bool
		r.Register("long", func(ctx context.Context, _ json.RawMessage) error {
			close(started)
			<-ctx.Done()
			ended.Store(true)
			return ctx.Err()
		})
		done := make(chan struct{})
		r.Register("short", func(context.Context, json.RawMessage) error { close(done); return nil })
		r.Start(y.Context())
		y.enqueue(Job{Kind: "long"})
		r.Wake()
		<-started
		y.enqueue(Job{Kind: "short"})
		r.Wake()
		<-done // a long job does not hold up a short one
		r.Stop()
		if !ended.Load() {
			y.Error("Stop did not wait for the handler")
		}
		var attempts int
		var due int64
		if err := y.db.QueryRow(y.Context(), `SELECT attempts, due_at FROM job`).Scan(&attempts, &due); err != nil || attempts != 0 || due != y.clock.Now().UnixMicro() {
			y.Errorf("the interrupted job has %d attempts and is due at %d, %v: want it due at once", attempts, due, err)
		}
		NewRunner(y.db, Options{}).Stop() // of one never started
	})
}

func TestALostLeaseEndsTheWork(t *testing.T) {
	each(t, func(y yard) {
		r := y.runner(Options{Lease: 30 * time.Millisecond})
		cause := make(chan error, 1)
		begun := make(chan struct{})
		r.Register("long", func(ctx context.Context, _ json.RawMessage) error {
			close(begun)
			<-ctx.Done()
			cause <- context.Cause(ctx)
			return ctx.Err()
		})
		y.enqueue(Job{Kind: "long"})
		go func() {
			<-begun
			_ = y.db.Alone(y.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`UPDATE job SET fence = fence + 1`); return err })
		}()
		y.run(r, 1)
		if err := <-cause; !errors.Is(err, ErrLost) {
			y.Errorf("ended by %v", err)
		}
		if y.count() != 1 {
			y.Error("the one who lost the lease removed the job")
		}
	})
}

func TestBackoffGrowsAndIsBounded(t *testing.T) {
	for attempt, want := range map[int64]time.Duration{1: 10 * time.Second, 2: 20 * time.Second, 3: 40 * time.Second, 11: 10240 * time.Second, 12: 4 * time.Hour, 1000: 4 * time.Hour} {
		if got := backoff(attempt); got != want {
			t.Errorf("backoff(%d) = %v, want %v", attempt, got, want)
		}
	}
}

func TestDueJobsAreFoundByTheIndex(t *testing.T) {
	each(t, func(y yard) {
		if y.db.Engine() != db.SQLite {
			return
		}
		rows, err := y.db.Query(y.Context(), `EXPLAIN QUERY PLAN SELECT id FROM job WHERE due_at <= $1 AND kind IN ($2) ORDER BY due_at LIMIT 4`, 1, "x")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var plan []string
		for rows.Next() {
			var a, b, c any
			var step string
			if err := rows.Scan(&a, &b, &c, &step); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, step)
		}
		if text := strings.Join(plan, "; "); !strings.Contains(text, "USING INDEX job_due") || strings.Contains(text, "B-TREE") {
			t.Error(text)
		}
	})
}
