package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// Handler does one kind of job. Its context ends when the runner stops or loses the lease. It acts as the program itself.
type Handler func(ctx context.Context, payload json.RawMessage) error

// Options of a Runner. Zero values mean the defaults.
type Options struct {
	Clock       clock.Clock                       // default: the system's
	Log         *slog.Logger                      // default: slog.Default()
	Worker      string                            // name of this replica, for people; default: a random one
	TenantID    string                            // whose jobs these are, for the principal of handlers
	Lease       time.Duration                     // default 1 min; renewed while a handler works
	Poll        time.Duration                     // how often Start looks; default 2 s
	Batch       int                               // jobs claimed and done at once; default 4
	MaxAttempts int64                             // before a job is given up; default 12: about a day
	Backoff     func(attempt int64) time.Duration // wait after a failed attempt, from 1; default doubles from 10 s to 4 h
}

// Runner does the due jobs of one tenant.
type Runner struct {
	db *db.DB
	o  Options

	mu       sync.Mutex
	handlers map[string]Handler
	every    map[string]time.Duration
	asked    int // how often Schedule was called
	written  int // of these, how many the table knows

	wake chan struct{}
	stop context.CancelFunc
	done chan struct{}
}

// NewRunner returns a runner that does nothing yet: register handlers, then Start it, or call RunDue.
func NewRunner(d *db.DB, o Options) *Runner {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Worker == "" {
		o.Worker = id.GUID()
	}
	if o.Lease <= 0 {
		o.Lease = time.Minute
	}
	if o.Poll <= 0 {
		o.Poll = 2 * time.Second
	}
	if o.Batch <= 0 {
		o.Batch = 4
	}
	if o.MaxAttempts <= 0 {
		o.MaxAttempts = 12
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	return &Runner{db: d, o: o, handlers: map[string]Handler{}, every: map[string]time.Duration{}, wake: make(chan struct{}, 1)}
}

// backoff doubles from 10 seconds up to 4 hours.
func backoff(attempt int64) time.Duration {
	return min(10*time.Second<<min(attempt-1, 20), 4*time.Hour)
}

// Register names the handler of a kind. Jobs of kinds without one wait.
func (r *Runner) Register(kind string, h Handler) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.handlers[kind] = h
}

// Schedule has a job of the kind, without payload, enqueued again and again. One that is still to be done is not
// enqueued twice, and what was missed while nothing ran is made up for once.
func (r *Runner) Schedule(kind string, every time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.every[kind] = every
	r.asked++
}

// Wake has a started runner look at once, after something due was enqueued.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Start runs what is due, now and whenever something becomes due, until Stop.
func (r *Runner) Start(ctx context.Context) {
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	r.done = make(chan struct{})
	go func() {
		defer close(r.done)
		var atWork sync.WaitGroup
		defer atWork.Wait()
		var busy atomic.Int64
		tick := time.NewTicker(r.o.Poll)
		defer tick.Stop()
		for {
			if free := r.o.Batch - int(busy.Load()); free > 0 {
				claims, err := r.next(ctx, free)
				if err != nil && ctx.Err() == nil {
					r.o.Log.WarnContext(ctx, "jobs cannot be claimed", "error", err)
				}
				busy.Add(int64(len(claims)))
				for _, c := range claims {
					atWork.Go(func() {
						r.do(ctx, c)
						busy.Add(-1)
						r.Wake() // there may be more
					})
				}
			}
			select {
			case <-tick.C:
			case <-r.wake:
			case <-ctx.Done():
				return
			}
		}
	}()
}

// Stop claims nothing more, ends the contexts of handlers at work and waits for them. A job whose handler gave up
// because of that is due again at once.
func (r *Runner) Stop() {
	if r.stop != nil {
		r.stop()
		<-r.done
	}
}

// RunDue does one batch of what is due and returns how many jobs that were, done well or badly. An error means that
// nothing could be claimed. It is for those who drive many tenants from one loop.
func (r *Runner) RunDue(ctx context.Context) (int, error) {
	claims, err := r.next(ctx, r.o.Batch)
	if err != nil {
		return 0, err
	}
	var atWork sync.WaitGroup
	for _, c := range claims {
		atWork.Go(func() { r.do(ctx, c) })
	}
	atWork.Wait()
	return len(claims), nil
}

// next enqueues what is scheduled and claims what is due.
func (r *Runner) next(ctx context.Context, most int) ([]*claim, error) {
	r.mu.Lock()
	kinds := slices.Sorted(maps.Keys(r.handlers))
	every := maps.Clone(r.every)
	asked, written := r.asked, r.written
	r.mu.Unlock()
	now := r.o.Clock.Now()
	if len(every) > 0 {
		if asked != written {
			if err := writeSchedules(ctx, r.db, now, every); err != nil {
				return nil, err
			}
			r.mu.Lock()
			r.written = asked
			r.mu.Unlock()
		}
		if err := enqueueScheduled(ctx, r.db, now, every); err != nil {
			return nil, err
		}
	}
	if len(kinds) == 0 {
		return nil, nil
	}
	return r.claim(ctx, now, kinds, most)
}

// do runs one job and stores how it ended.
func (r *Runner) do(ctx context.Context, c *claim) {
	r.mu.Lock()
	h := r.handlers[c.kind]
	r.mu.Unlock()

	work := principal.With(ctx, &principal.Principal{Kind: principal.System, TenantID: r.o.TenantID, Login: "job " + c.kind})
	work, cancel := context.WithCancelCause(context.WithValue(work, claimKey{}, c))
	var renewing sync.WaitGroup
	renewing.Go(func() { r.keepLease(work, cancel, c) })
	failure := call(work, h, json.RawMessage(c.payload))
	cancel(nil)
	renewing.Wait()

	stopping := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	var err error
	switch {
	case failure == nil:
		err = r.finish(ctx, c)
	case stopping:
		err = r.release(ctx, c)
	default:
		r.o.Log.WarnContext(ctx, "job failed", "kind", c.kind, "job", c.id, "attempt", c.attempts, "error", failure)
		err = r.postpone(ctx, c, failure)
	}
	if err != nil {
		r.o.Log.WarnContext(ctx, "the end of a job is not stored: it will be done again", "kind", c.kind, "job", c.id, "error", err)
	}
}

// call runs a handler; a panic is an error.
func call(ctx context.Context, h Handler, payload json.RawMessage) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h(ctx, payload)
}

// keepLease renews the lease three times as often as needed, and ends the work when it is lost.
func (r *Runner) keepLease(ctx context.Context, cancel context.CancelCauseFunc, c *claim) {
	tick := time.NewTicker(r.o.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.renew(ctx, c); errors.Is(err, ErrLost) {
			cancel(err)
			return
		}
	}
}
