package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Sight is how records are seen with somebody's eyes.
type Sight interface {
	// Seen returns which of these records of a type, by RecId in upper case, the principal may read now.
	Seen(ctx context.Context, h *tenant.Handle, p *principal.Principal, t *record.Type, recIDs []string) (map[string]bool, error)
}

// Options are what a hub is made of.
type Options struct {
	Sight  Sight
	Clock  clock.Clock   // nil: the system's
	Logger *slog.Logger  // nil: none
	Every  time.Duration // how often the trail is looked at; 0: a second
}

// The limits of streams.
const (
	perPerson  = 20
	perTenant  = 2000
	perProcess = 10_000
)

// Hub is the streams of a process. Safe for concurrent use.
type Hub struct {
	sight Sight
	clock clock.Clock
	log   *slog.Logger
	every time.Duration

	open   atomic.Int64
	ending chan struct{}
	ended  sync.Once
}

// New returns a hub.
func New(o Options) *Hub {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Every == 0 {
		o.Every = time.Second
	}
	return &Hub{sight: o.Sight, clock: o.Clock, log: o.Logger, every: o.Every, ending: make(chan struct{})}
}

// End ends all streams, because the server stops: they are told to come again. Later ones end at once.
func (b *Hub) End() { b.ended.Do(func() { close(b.ending) }) }

// Open is how many streams there are.
func (b *Hub) Open() int64 { return b.open.Load() }

type channelKey struct{ b *Hub }

// channel is the streams of one open tenant and the tail they share.
func (b *Hub) channel(h *tenant.Handle) *channel {
	return h.Value(channelKey{b}, func() any {
		return &channel{hub: b, h: h, streams: map[*stream]struct{}{}, persons: map[string]int{}, wake: make(chan struct{}, 1)}
	}).(*channel)
}

// admit counts a stream in, or refuses it with fault.RateLimited or fault.Unavailable.
func (c *channel) admit(s *stream) error {
	select {
	case <-c.hub.ending:
		return busy(fault.Unavailable, "stopping", "The server is stopping.", time.Second)
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return busy(fault.Unavailable, "stopping", "The tenant is being closed.", time.Second)
	case c.persons[s.person] >= perPerson:
		return busy(fault.RateLimited, "too_many_streams", "There are too many streams of events for you already. Close some pages.", time.Minute)
	case len(c.streams) >= perTenant:
		return busy(fault.Unavailable, "too_many_streams", "There are too many streams of events already.", time.Minute)
	case c.hub.open.Add(1) > perProcess:
		c.hub.open.Add(-1)
		return busy(fault.Unavailable, "too_many_streams", "There are too many streams of events already.", time.Minute)
	}
	c.persons[s.person]++
	c.streams[s] = struct{}{}
	if len(c.streams) == 1 {
		c.start()
	}
	return nil
}

// leave counts a stream out; with the last one the tail ends.
func (c *channel) leave(s *stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hub.open.Add(-1)
	delete(c.streams, s)
	if c.persons[s.person]--; c.persons[s.person] == 0 {
		delete(c.persons, s.person)
	}
	if len(c.streams) == 0 && c.stop != nil {
		c.stop()
		c.stop = nil
	}
}

func busy(kind fault.Kind, code, message string, again time.Duration) error {
	f := fault.New(kind, code, "%s", message)
	f.RetryAfter = again
	return f
}
