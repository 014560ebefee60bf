package live

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	maxMarks = 100                    // entries that are looked at one by one, each time; of more only the objects
	pause    = 200 * time.Millisecond // between two looks at the trail, however much is written
	readTime = 5 * time.Second        // for one look
)

// channel is what the streams of a tenant share.
type channel struct {
	hub *Hub
	h   *tenant.Handle

	mu      sync.Mutex
	streams map[*stream]struct{}
	persons map[string]int
	stop    func() // ends the tail; nil while there is none
	closed  bool
	tails   sync.WaitGroup

	wake   chan struct{}
	looked atomic.Int64 // when the trail was read last, in Unix nanoseconds by the machine's clock
}

// Works says that the tail reads by itself.
func (c *channel) Works() {}

// Close ends the tail.
func (c *channel) Close() error {
	c.mu.Lock()
	c.closed = true
	if c.stop != nil {
		c.stop()
		c.stop = nil
	}
	c.mu.Unlock()
	c.tails.Wait()
	return nil
}

// start begins to follow the trail. The caller holds mu.
func (c *channel) start() {
	ctx, cancel := context.WithCancel(tenant.With(context.Background(), c.h))
	c.h.DB.OnCommit(c.hint)
	c.stop = func() {
		c.h.DB.OnCommit(nil)
		cancel()
	}
	c.tails.Go(func() { c.follow(ctx) })
}

// hint says that this process has written something.
func (c *channel) hint() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// follow is the tail: it looks at the trail until ctx ends.
func (c *channel) follow(ctx context.Context) {
	at := int64(-1) // nothing read yet
	tick := time.NewTicker(c.hub.every)
	defer tick.Stop()
	rest := time.NewTimer(pause)
	defer rest.Stop()
	for {
		next, err := c.look(ctx, at)
		if err != nil && ctx.Err() == nil {
			c.hub.log.WarnContext(ctx, "the audit trail could not be followed, it is tried again", "error", err)
		} else if err == nil {
			at = next
			c.looked.Store(time.Now().UnixNano())
		}
		rest.Reset(pause)
		select {
		case <-rest.C:
		case <-ctx.Done():
			return
		}
		select {
		case <-c.wake:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// look reads what was written after an entry, hands it out and returns the last one.
func (c *channel) look(ctx context.Context, after int64) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	if after < 0 {
		head, err := audit.Head(ctx, c.h.DB)
		if err != nil {
			return after, err
		}
		c.each(func(s *stream) { s.begin(head) })
		return head, nil
	}
	marks, err := audit.Since(ctx, c.h.DB, after, maxMarks+1)
	if err != nil {
		return after, err
	}
	if len(marks) > maxMarks {
		return c.burst(ctx, after)
	}
	if len(marks) > 0 {
		after = marks[len(marks)-1].Seq
	}
	entries := c.entries(ctx, marks)
	c.each(func(s *stream) {
		s.begin(after)
		for _, e := range entries {
			s.offer(e)
		}
		s.reached(after)
	})
	return after, nil
}

// burst tells of many entries by their objects alone.
func (c *channel) burst(ctx context.Context, after int64) (int64, error) {
	head, err := audit.Head(ctx, c.h.DB)
	if err != nil {
		return after, err
	}
	objects, err := audit.ObjectsBetween(ctx, c.h.DB, after, head)
	if err != nil {
		return after, err
	}
	marks := make([]audit.Mark, len(objects))
	for i, object := range objects {
		marks[i] = audit.Mark{Seq: head, Object: object}
	}
	entries := c.entries(ctx, marks)
	c.each(func(s *stream) {
		s.begin(head)
		for _, e := range entries {
			s.offer(e)
		}
		s.reached(head)
	})
	return head, nil
}

// entry is an entry of the trail with what the program knows of its object.
type entry struct {
	audit.Mark
	record bool // of a business object other than the employees: nothing that ends a credential
}

func (c *channel) entries(ctx context.Context, marks []audit.Mark) []entry {
	out := make([]entry, len(marks))
	for i, m := range marks {
		m.Object = bare(m.Object)
		t, isRecord := c.h.Records.Type(ctx, m.Object)
		out[i] = entry{m, isRecord && t.Root().Object != "Employee"}
	}
	return out
}

func (c *channel) each(do func(*stream)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.streams {
		do(s)
	}
}

// bare is the technical name of an object: records have theirs in the trail as payloads do, "Incident#".
func bare(object string) string { return strings.TrimSuffix(object, "#") }
