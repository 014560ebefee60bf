package db

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

const (
	queueLength = 4096            // callers that may wait; more are refused
	groupSize   = 256             // members of one transaction
	beginPause  = 2 * time.Second // how long a group tries to begin while the database is away
)

// member is one caller of the writer.
type member struct {
	ctx          context.Context
	check, apply func(*Tx) error // check may be nil
	alone        bool

	state atomic.Int32 // waiting, then either started or gone
	done  chan error
	err   error // the answer, given when the group has ended
}

const (
	waiting int32 = iota
	started
	gone // its caller has left
)

// insideKey marks the contexts of transactions, so that a write inside a write is refused and does not wait for itself.
type insideKey struct{ d *DB }

// Write joins the group writer: concurrent callers share one transaction and one durable commit. check reads, refuses
// by returning an error, and writes nothing; it may be nil. apply writes what cannot fail for the caller's fault.
//
// An error from check, and one from apply before it wrote, is returned to this caller alone. If the engine fails, or
// apply after it wrote, or one of them panics, the group is undone and each member runs again in a transaction of its
// own: both functions may be called twice and must have no effects elsewhere. nil means the commit is durable.
//
// When ctx ends before the caller's turn, ctx.Err() is returned and nothing was done; later it is too late. A full
// queue, a closing database and one that cannot be reached give a fault of Kind Unavailable; only when its cause says
// that the connection was lost during the commit may the write have happened.
func (d *DB) Write(ctx context.Context, check, apply func(*Tx) error) error {
	return d.submit(&member{ctx: ctx, check: check, apply: apply, done: make(chan error, 1)})
}

// Alone runs fn in a transaction of its own on the writer: for changes of the schema, imports and long work. An error
// undoes it. It is tried a second time after a serialization failure, a deadlock or a busy database.
func (d *DB) Alone(ctx context.Context, fn func(*Tx) error) error {
	return d.submit(&member{ctx: ctx, apply: fn, alone: true, done: make(chan error, 1)})
}

func (d *DB) submit(m *member) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	if m.ctx.Value(insideKey{d}) != nil {
		return errors.New("a write inside a write of the same database would wait for itself")
	}
	d.gate.RLock()
	if d.closing {
		d.gate.RUnlock()
		return errClosing()
	}
	select {
	case d.queue <- m:
		d.gate.RUnlock()
	default:
		d.gate.RUnlock()
		f := fault.New(fault.Unavailable, "database_busy", "Too many writes are waiting. Try again in a moment.")
		f.RetryAfter = time.Second
		return f
	}
	select {
	case err := <-m.done:
		return err
	case <-m.ctx.Done():
		if m.state.CompareAndSwap(waiting, gone) {
			return m.ctx.Err()
		}
		return <-m.done
	}
}

// serve is the writer: it takes what waits, runs it and answers.
func (d *DB) serve() {
	defer close(d.drained)
	w := &writer{d: d, patience: time.NewTimer(0)}
	defer w.patience.Stop()
	members := make([]*member, 0, groupSize)
	for first := range d.queue {
		members = append(members[:0], first)
		var single *member // what came after and must run alone
		if first.alone {
			members, single = members[:0], first
		}
		for single == nil && len(members) < groupSize {
			next, ok := d.next()
			if !ok {
				next, ok = w.expect(len(members))
			}
			if !ok {
				break
			}
			if next.alone {
				single = next
				break
			}
			members = append(members, next)
		}
		w.more, w.last, w.waits = single != nil, len(members), false
		w.together(members)
		w.more = false
		if single != nil {
			w.alone(single)
			single.done <- single.err
		}
		clear(members[:cap(members)])
		if d.checkpoints != nil {
			d.checkpoints.tend(d.write)
		}
	}
	w.leave()
}

// next takes what waits already.
func (d *DB) next() (*member, bool) {
	select {
	case m, ok := <-d.queue:
		return m, ok
	default:
		return nil, false
	}
}

// A commit costs much beside what is in it, and those it answers come back with their next writes a moment later. So a
// group that is much smaller than the last one waits that moment for them.
const (
	worthWaiting = 8                // size of the last group from which on it is done
	moment       = time.Millisecond // at most, for each group
)

// expect waits for the next member of a group of n, where the last one lets expect it.
func (w *writer) expect(n int) (*member, bool) {
	if w.last < worthWaiting || n >= w.last*3/4 {
		return nil, false
	}
	if !w.waits {
		w.waits = true
		w.patience.Reset(moment)
	}
	select {
	case m, ok := <-w.d.queue:
		return m, ok
	case <-w.patience.C:
		w.last = 0 // they do not come: the wait is over for this group
		return nil, false
	}
}

// writer is the state of the goroutine that serves.
type writer struct {
	d        *DB
	last     int         // members of the last group
	patience *time.Timer // runs out for the group that is being gathered,
	waits    bool        // once it waits
	away     bool        // the last begin failed: try but once until one succeeds
	more     bool        // one that must run alone comes next
	begun    *group      // by the commit of the last one, for those that wait already
}

// follows reports whether somebody waits for the next transaction. Nobody but the writer takes from the queue.
func (w *writer) follows() bool { return w.more || len(w.d.queue) > 0 }

// leave undoes a group that was begun for those that waited, and they have left.
func (w *writer) leave() {
	if g := w.begun; g != nil {
		w.begun = nil
		g.stop = g.s.link.(*postgresConn).expireAfter(groupTime)
		g.undo()
	}
}

// together runs members in one transaction and answers them.
func (w *writer) together(members []*member) {
	live := members[:0]
	for _, m := range members {
		if m.ctx.Err() == nil && m.state.CompareAndSwap(waiting, started) {
			live = append(live, m)
		} else if m.state.CompareAndSwap(waiting, started) {
			m.done <- m.ctx.Err()
		}
	}
	if len(live) == 0 {
		if !w.more {
			w.leave()
		}
		return
	}
	w.group(live)
	for _, m := range live {
		m.done <- m.err
	}
}

func (w *writer) group(members []*member) {
	g, err := w.begin(groupTime)
	if err != nil {
		refuse(members, err)
		return
	}
	applied := false
	for i, m := range members {
		var sound bool
		m.err, sound = g.run(i, m)
		if !sound {
			g.undo()
			w.each(members, m.err)
			return
		}
		applied = applied || m.err == nil
	}
	if !applied { // all were refused
		g.undo()
		return
	}
	w.begun, err = g.commit(w.follows())
	switch {
	case err == nil:
	case errors.Is(err, errUnknown): // running again might do it twice
		for _, m := range members {
			if m.err == nil {
				m.err = outside(err)
			}
		}
	default:
		w.each(members, err)
	}
}

// each runs the members of an undone group one by one.
func (w *writer) each(members []*member, why error) {
	if len(members) > 1 {
		w.d.log.Warn("group of writes undone, each runs alone", "members", len(members), "error", why)
	}
	for i, m := range members {
		if w.single(m, groupTime); w.away {
			refuse(members[i+1:], m.err)
			return
		}
	}
}

// alone runs a member of Alone.
func (w *writer) alone(m *member) {
	if !m.state.CompareAndSwap(waiting, started) {
		w.leave()
		return
	}
	if m.err = m.ctx.Err(); m.err != nil {
		w.leave()
		return
	}
	if w.single(m, 0); m.err != nil && again(m.err) && !errors.Is(m.err, errUnknown) {
		w.single(m, 0)
	}
}

// single runs one member in a transaction of its own.
func (w *writer) single(m *member, limit time.Duration) {
	g, err := w.begin(limit)
	if err != nil {
		m.err = err
		return
	}
	if m.err, _ = g.run(0, m); m.err != nil {
		g.undo()
		return
	}
	w.begun, err = g.commit(w.follows())
	m.err = outside(err)
}

// begin opens a transaction, waiting a little for a database that is away.
func (w *writer) begin(limit time.Duration) (*group, error) {
	if g := w.begun; g != nil {
		w.begun = nil
		if err := g.proceed(limit); err == nil {
			return g, nil
		}
	}
	deadline := time.Now().Add(beginPause)
	for pause := 20 * time.Millisecond; ; pause *= 2 {
		g, err := w.d.begin(context.Background(), limit)
		if err == nil {
			w.away = false
			return g, nil
		}
		if !IsUnavailable(err) {
			return nil, err
		}
		if w.away || time.Now().Add(pause).After(deadline) {
			w.away = true
			return nil, outside(err)
		}
		<-time.After(pause)
	}
}

func refuse(members []*member, err error) {
	for _, m := range members {
		m.err = err
	}
}

// run runs one member in the group. sound is false when the group must be undone.
func (g *group) run(index int, m *member) (err error, sound bool) { //nolint:revive // the error is the member's
	tx := &Tx{ctx: context.WithValue(context.WithoutCancel(m.ctx), insideKey{g.d}, true), g: g, index: index}
	panicked := false
	if m.check != nil {
		tx.checking = true
		err = protect(func() error { return m.check(tx) })
		panicked = errors.As(err, new(*panicError))
		if err == nil {
			err = tx.misuse
		}
		tx.checking = false
	}
	if err == nil && m.apply != nil && g.s.wire.failure() == nil {
		err = protect(func() error { return m.apply(tx) })
		panicked = errors.As(err, new(*panicError))
	}
	g.s.tidy()
	if failure := g.s.wire.failure(); failure != nil {
		if err == nil { // the member looked away from it
			err = failure
		}
		return err, false
	}
	return err, !panicked && (err == nil || !tx.wrote)
}

// panicError is a panic that was caught.
type panicError struct {
	value any
	stack []byte
}

// Error gives the value and the stack: it is for the log.
func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

// protect calls fn and turns a panic into an error.
func protect(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, debug.Stack()}
		}
	}()
	return fn()
}
