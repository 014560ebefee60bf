package tenant

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// pool holds the open handles: each is opened once, counted while held, closed when idle.
type pool struct {
	open func(ctx context.Context, id string) (*Handle, error)
	max  int           // more than this many are closed as soon as nobody holds them, least recently used first
	idle time.Duration // after which an unused one is closed
	log  *slog.Logger

	mu      sync.Mutex
	entries map[string]*entry
	closed  bool
}

type entry struct {
	handle *Handle
	err    error
	ready  chan struct{} // closed once handle or err is set
	gone   chan struct{} // closed once the handle is closed
	refs   int
	used   time.Time
	stale  bool // its Info is old: closed as soon as nobody holds it
	ending bool // nobody may take it any more
}

func newPool(max int, idle time.Duration, log *slog.Logger, open func(context.Context, string) (*Handle, error)) *pool {
	return &pool{open: open, max: max, idle: idle, log: log, entries: make(map[string]*entry)}
}

// acquire returns the tenant's handle and what gives it back. Opening goes on when ctx ends: the next one finds it open.
func (p *pool) acquire(ctx context.Context, id string) (*Handle, func(), error) {
	for {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return nil, nil, fault.New(fault.Unavailable, "stopping", "The server is stopping.")
		}
		e := p.entries[id]
		if e != nil && e.ending {
			p.mu.Unlock()
			select {
			case <-e.gone:
				continue
			case <-ctx.Done():
				return nil, nil, ctx.Err()
			}
		}
		if e == nil {
			e = &entry{ready: make(chan struct{}), gone: make(chan struct{})}
			p.entries[id] = e
			go p.fill(context.WithoutCancel(ctx), id, e)
		}
		e.refs++
		p.mu.Unlock()

		select {
		case <-e.ready:
		case <-ctx.Done():
			p.release(e)
			return nil, nil, ctx.Err()
		}
		if e.err != nil {
			p.release(e)
			return nil, nil, e.err
		}
		given := new(atomic.Bool)
		return e.handle, func() {
			if given.CompareAndSwap(false, true) {
				p.release(e)
			}
		}, nil
	}
}

func (p *pool) fill(ctx context.Context, id string, e *entry) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute) // migrations of a large tenant take their time
	defer cancel()
	e.handle, e.err = p.open(ctx, id)
	p.mu.Lock()
	e.used = time.Now()
	if e.err != nil {
		e.ending = true
		if p.entries[id] == e {
			delete(p.entries, id)
		}
		close(e.gone)
	} else if e.stale {
		e.handle.renew()
	}
	over := p.overfull()
	p.mu.Unlock()
	close(e.ready)
	p.finish(over)
}

func (p *pool) release(e *entry) {
	p.mu.Lock()
	e.refs--
	e.used = time.Now()
	var over []*entry
	if e.refs == 0 && e.err == nil && e.handle != nil && (e.ending || e.stale) {
		e.ending = true
		over = append(over, e)
	}
	p.mu.Unlock()
	p.finish(over)
}

// overfull marks what is to be closed because too many are open. The caller holds mu.
func (p *pool) overfull() []*entry {
	n := 0
	var idle []*entry
	for _, e := range p.entries {
		if e.ending {
			continue
		}
		n++
		if e.refs == 0 && e.handle != nil {
			idle = append(idle, e)
		}
	}
	if n <= p.max {
		return nil
	}
	slices.SortFunc(idle, func(a, b *entry) int { return a.used.Compare(b.used) })
	idle = idle[:min(len(idle), n-p.max)]
	for _, e := range idle {
		e.ending = true
	}
	return idle
}

// sweep closes what nobody used for a while.
func (p *pool) sweep(now time.Time) {
	p.mu.Lock()
	var over []*entry
	for _, e := range p.entries {
		if e.refs == 0 && e.handle != nil && !e.ending && now.Sub(e.used) >= p.idle {
			e.ending = true
			over = append(over, e)
		}
	}
	p.mu.Unlock()
	p.finish(over)
}

// finish closes entries that were marked as ending while nobody held them.
func (p *pool) finish(entries []*entry) {
	for _, e := range entries {
		if err := e.handle.close(); err != nil {
			p.log.Warn("closing a tenant's database failed", "tenant", e.handle.Name, "error", err)
		}
		p.mu.Lock()
		if p.entries[e.handle.ID] == e {
			delete(p.entries, e.handle.ID)
		}
		p.mu.Unlock()
		close(e.gone)
	}
}

// renew has the handle opened anew when next nobody holds it, because what Info says changed.
func (p *pool) renew(id string) {
	p.mu.Lock()
	var over []*entry
	if e := p.entries[id]; e != nil && !e.ending {
		if e.handle != nil {
			e.handle.renew()
		}
		if e.stale = true; e.refs == 0 && e.handle != nil {
			e.ending = true
			over = append(over, e)
		}
	}
	p.mu.Unlock()
	p.finish(over)
}

// evict lets nobody take the handle, tells who holds it, and waits until all gave it back and it is closed.
func (p *pool) evict(ctx context.Context, id string) error {
	p.mu.Lock()
	e := p.entries[id]
	p.mu.Unlock()
	if e == nil {
		return nil
	}
	select {
	case <-e.ready: // never while it is being opened
	case <-ctx.Done():
		return ctx.Err()
	}
	p.mu.Lock()
	var over []*entry
	if e.err == nil {
		select {
		case <-e.handle.done:
		default:
			close(e.handle.done)
		}
		if !e.ending && e.refs == 0 {
			over = append(over, e)
		}
		e.ending = true
	}
	p.mu.Unlock()
	p.finish(over)
	select {
	case <-e.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close evicts all, and lets nobody in any more.
func (p *pool) close(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	ids := make([]string, 0, len(p.entries))
	for id := range p.entries {
		ids = append(ids, id)
	}
	p.mu.Unlock()
	var wg sync.WaitGroup
	errs := make(chan error, len(ids))
	for _, id := range ids {
		wg.Go(func() { errs <- p.evict(ctx, id) })
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// count returns how many handles are open.
func (p *pool) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.entries)
}
