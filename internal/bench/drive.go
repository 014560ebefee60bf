package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// operation is one kind of request, its good answer, and what is done with that.
type operation struct {
	request func(w *worker) []byte             // the next request, valid until the one after; nil: there are no more
	status  int                                // of a good answer
	good    func(w *worker, status int) bool   // whether a status is that of a good answer, where that differs; may be nil
	each    func(w *worker, body []byte) error // looks at every good answer; may be nil
	check   func(w *worker, body []byte) error // parses every hundredth; may be nil
}

// checkEvery is how many answers there are to one that is parsed.
const checkEvery = 100

// worker is one connection and what its last request was for.
type worker struct {
	client
	id      int
	r       *rand.Rand
	buffer  []byte // for the operation to write requests in
	key     string // of the record asked for
	index   int    // of the combination or record asked for
	last    response
	sent    int
	times   []uint32 // µs of counted answers
	good    int64    // all, with those of the warm-up
	errors  int64
	problem error // the first
}

// drive puts an operation on a server.
type drive struct {
	address     string
	connections int
	seed        uint64
	warmUp      time.Duration
	counted     time.Duration // 0: until the operation has no more requests
	pid         int           // of the server, 0 where it is not known
	begin, end  func()        // around the counted time; may be nil
}

// measurement is what came out.
type measurement struct {
	requests, errors int64 // counted ones
	acknowledged     int64 // good answers, those of the warm-up too
	problem          error // the first error
	seconds          float64
	latency          percentiles
	server, client   time.Duration // CPU time
	other            time.Duration
}

// The phases of a drive.
const (
	warming = iota
	counting
	stopped
)

// hopeless is how many errors in a row end a connection's work: the server is not there any more.
const hopeless = 20

// run drives until the time is over or there are no more requests. Requests under way are completed, so that nothing is
// left in the server that was not counted.
func (d drive) run(ctx context.Context, op operation) (measurement, error) {
	var (
		phase   atomic.Int32
		group   sync.WaitGroup
		workers = make([]*worker, d.connections)
		done    = make(chan struct{})
	)
	if d.warmUp == 0 {
		phase.Store(counting)
	}
	before, err := usageNow(d.pid)
	if err != nil {
		return measurement{}, err
	}
	for i := range workers {
		workers[i] = &worker{client: client{address: d.address}, id: i, r: rand.New(rand.NewPCG(d.seed, uint64(i)))}
		group.Go(func() { workers[i].work(ctx, op, &phase) })
	}
	go func() { group.Wait(); close(done) }()
	if d.warmUp > 0 && wait(ctx, done, d.warmUp) {
		if before, err = usageNow(d.pid); err != nil {
			phase.Store(stopped)
			<-done
			return measurement{}, err
		}
		if d.begin != nil {
			d.begin()
		}
		phase.Store(counting)
	}
	if d.counted > 0 {
		wait(ctx, done, d.counted)
	} else {
		<-done
	}
	after, err := usageNow(d.pid)
	phase.Store(stopped)
	if d.end != nil {
		d.end()
	}
	<-done
	if err = errors.Join(err, ctx.Err()); err != nil {
		return measurement{}, err
	}
	return gather(workers, before, after), nil
}

// wait waits for a time to pass and reports whether nothing else ended it.
func wait(ctx context.Context, done <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-done:
	case <-ctx.Done():
	}
	return false
}

func gather(workers []*worker, before, after usage) measurement {
	m := measurement{
		seconds: after.at.Sub(before.at).Seconds(), server: after.server - before.server, client: after.client - before.client,
	}
	m.other = max(after.system-before.system-m.server-m.client, 0)
	var times []uint32
	for _, w := range workers {
		times = append(times, w.times...)
		m.acknowledged += w.good
		m.errors += w.errors
		if m.problem == nil {
			m.problem = w.problem
		}
	}
	m.requests = int64(len(times))
	m.latency = percentilesOf(times)
	return m
}

// cookies are those of the last answer, as a browser sends them back.
func (w *worker) cookies() string { return cookiesOf(w.last) }

// work sends requests one after the other.
func (w *worker) work(ctx context.Context, op operation, phase *atomic.Int32) {
	defer w.drop()
	row := 0 // errors in a row
	for phase.Load() != stopped && ctx.Err() == nil {
		request := op.request(w)
		if request == nil {
			return
		}
		start := time.Now()
		answer, err := w.do(request)
		took := time.Since(start)
		w.last = answer
		if good := answer.status == op.status; err == nil && !good && (op.good == nil || !op.good(w, answer.status)) {
			err = fmt.Errorf("status %d instead of %d: %.300q", answer.status, op.status, answer.body)
		}
		if err == nil && op.each != nil {
			err = op.each(w, answer.body)
		}
		if w.sent++; err == nil && op.check != nil && w.sent%checkEvery == 1 {
			err = op.check(w, answer.body)
		}
		if err != nil {
			if w.problem == nil {
				w.problem = err
			}
			w.errors++
			if row++; row == hopeless {
				return
			}
			continue
		}
		row = 0
		w.good++
		if phase.Load() == counting {
			w.times = append(w.times, uint32(min(took.Microseconds(), 1<<32-1)))
		}
	}
}
