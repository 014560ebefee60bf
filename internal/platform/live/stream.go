package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	beat      = 15 * time.Second       // between two signs of life
	writeTime = 10 * time.Second       // for a client to take what is written
	gather    = 100 * time.Millisecond // what comes within is told at once
	askEvery  = 10 * time.Second       // for what ends by itself
	askFor    = 5 * time.Second        // after an entry that may have ended something
	maxGap    = 1000                   // entries that a stream which comes again is told one by one
)

// Why streams end.
const (
	endSession  = "session"  // the credential does not count any more
	endRole     = "role"     // it acts in another role
	endStopping = "stopping" // the server stops, or the tenant is opened anew: come again
)

// Ask says who makes the request of a stream at this moment: fault.Unauthenticated where the credential does not count any more.
type Ask func(ctx context.Context) (*principal.Principal, error)

// stream is one client that follows.
type stream struct {
	c          *channel
	person     string // or, where nobody is acted for, the credential
	credential string
	ask        Ask
	basket     basket
	signal     chan struct{}

	mu       sync.Mutex
	began    bool
	start    int64     // where the tail was when it met this stream first
	at       int64     // up to where the tail has told
	askUntil time.Time // authenticate again until then
	askNow   bool

	// Of the goroutine that serves.
	who    *principal.Principal
	asked  time.Time
	budget allowance
	quiet  map[string]time.Time // object → before which it is not told of without an id again
	held   map[string]Event     // object → what is told once that time is over
	told   int64                // the last id sent
}

// Serve answers a request with the events of a tenant until the client leaves, the credential ends or the hub does. who is what ask
// has just said. An error means that nothing was written.
func (b *Hub) Serve(w http.ResponseWriter, r *http.Request, h *tenant.Handle, who *principal.Principal, ask Ask) error {
	after, err := position(r)
	if err != nil {
		return err
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return fault.New(fault.Invalid, "accept", "This is a stream of events: ask for it with Accept: text/event-stream.")
	}
	s := &stream{c: b.channel(h), person: who.PersonID, credential: who.CredentialID, ask: ask, who: who, signal: make(chan struct{}, 1), asked: time.Now(), quiet: map[string]time.Time{}, held: map[string]Event{}}
	if s.person == "" {
		s.person = who.CredentialID
	}
	if err := s.c.admit(s); err != nil {
		return err
	}
	defer s.c.leave(s)
	web.Streams(w)
	head := w.Header()
	head.Set("Content-Type", "text/event-stream; charset=utf-8")
	head.Set("Cache-Control", "no-store, no-transform")
	head.Set("X-Accel-Buffering", "no") // nginx hands each event on at once
	out := &writer{w: w, control: http.NewResponseController(w)}
	w.WriteHeader(http.StatusOK)
	if err := s.serve(r.Context(), out, after); err != nil {
		b.log.DebugContext(r.Context(), "a stream of events broke off", "error", err)
	}
	return nil
}

// position is after which entry the client wants to be told: what its browser remembers, or the parameter after; -1: from now on.
func position(r *http.Request) (int64, error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return -1, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "event_id", "Last-Event-ID is not the id of an event.")
	}
	return n, nil
}

// serve tells until there is a reason not to. The error is of a client that is gone.
func (s *stream) serve(ctx context.Context, out *writer, after int64) error {
	if err := s.hello(ctx, out, after); err != nil {
		return err
	}
	second, life := time.NewTicker(s.c.hub.every), time.NewTicker(beat)
	defer second.Stop()
	defer life.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-s.c.hub.ending:
			return out.end(endStopping)
		case <-s.c.h.Done():
			return out.end(endStopping)
		case <-s.c.h.Renewed():
			return out.end(endStopping)
		case <-life.C:
			err = out.event("beat", s.reachedAt(), struct{}{}) // an event, so that a page knows where to go on, and that it is connected
		case <-second.C:
			err = s.tell(ctx, out)
		case <-s.signal:
			if !wait(ctx, gather) {
				return nil
			}
			err = s.tell(ctx, out)
		}
		var over ended
		if errors.As(err, &over) {
			return out.end(string(over))
		}
		if err != nil {
			return err
		}
	}
}

// ended is why a stream is over.
type ended string

func (e ended) Error() string { return "ended: " + string(e) }

func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// hello tells where the stream begins and what a client that comes again has missed.
func (s *stream) hello(ctx context.Context, out *writer, after int64) error {
	for { // until the tail has met it
		s.mu.Lock()
		began, start := s.began, s.start
		s.mu.Unlock()
		if began {
			return s.resume(ctx, out, after, start)
		}
		s.c.hint()
		select {
		case <-s.signal:
		case <-ctx.Done():
			return nil
		case <-s.c.hub.ending:
			return nil
		}
	}
}

func (s *stream) resume(ctx context.Context, out *writer, after, start int64) error {
	if after < 0 {
		return out.event("hello", start, struct{}{})
	}
	if after > start || start-after > maxGap { // restored from a backup meanwhile, or away for too long
		return out.event("reset", start, struct{}{})
	}
	marks, err := audit.Since(ctx, s.c.h.DB, after, int(start-after))
	if err != nil {
		return out.event("reset", start, struct{}{})
	}
	for _, e := range s.c.entries(ctx, marks) {
		if e.Seq <= start {
			s.offer(e)
		}
	}
	s.told = after
	return out.event("hello", after, struct{}{})
}

// begin notes where the tail is when it meets the stream first.
func (s *stream) begin(at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.began {
		s.began, s.start, s.at = true, at, at
		s.notify()
	}
}

func (s *stream) reached(at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = max(s.at, at)
}

// reachedAt is up to where everything was told; 0 while something waits.
func (s *stream) reachedAt() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.basket.empty() || len(s.held) > 0 {
		return 0
	}
	return s.at
}

func (s *stream) notify() {
	select {
	case s.signal <- struct{}{}:
	default:
	}
}

// offer puts an entry into the basket, and looks whether it may concern the stream itself.
func (s *stream) offer(e entry) {
	if !noise[e.Object] {
		s.basket.add(Event{Object: e.Object, ID: e.Target, Action: e.Action, seq: e.Seq, owned: e.Owned})
	}
	if e.changesRights(s.person) {
		s.basket.add(Event{Object: Me, seq: e.Seq})
	}
	s.mu.Lock()
	if e.Seq > s.start && e.mayEnd(s.person, s.credential) {
		s.askNow, s.askUntil = true, time.Now().Add(askFor)
	}
	s.mu.Unlock()
	s.notify()
}

// Me is the object of an event that says: what you may do may have changed, ask GET /api/me again.
const Me = "me"

// noise are objects of which no page shows anything.
var noise = map[string]bool{"preferences": true}

// changesRights reports whether an entry may change what a person may do.
func (e *entry) changesRights(person string) bool {
	switch e.Object {
	case "role", "Setting", "Schema":
		return true
	case "Employee":
		return e.Target == person && strings.HasPrefix(e.Action, "role.")
	}
	return false
}

// mayEnd reports whether an entry may have ended a credential. What is about records of other objects than people does not; what is
// about one account or session concerns only that.
func (e *entry) mayEnd(person, credential string) bool {
	switch e.Object {
	case "preferences", notifications, "audit":
		return false
	case "Employee", "browser_session", "session":
		return e.Target == "" || e.Target == person || e.Actor == person || e.Target == credential
	}
	return !e.record
}

// check authenticates again where it is time to.
func (s *stream) check(ctx context.Context) error {
	now := time.Now()
	s.mu.Lock()
	since, blind := now.Sub(s.asked), now.Sub(time.Unix(0, s.c.looked.Load())) >= 2*s.c.hub.every+pause
	due := s.askNow || (now.Before(s.askUntil) || blind) && since >= s.c.hub.every*9/10 || since >= askEvery
	s.askNow = false
	s.mu.Unlock()
	if !due {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	s.asked = now
	who, err := s.ask(ctx)
	switch {
	case fault.Is(err, fault.Unavailable):
		return ended(endStopping) // nobody can tell: come again
	case err != nil && ctx.Err() == nil:
		return ended(endSession)
	case err != nil:
		return ended(endStopping)
	case who.Role != s.who.Role:
		return ended(endRole)
	}
	s.who = who
	return nil
}

// tell sends what waits, as much as may be sent now.
func (s *stream) tell(ctx context.Context, out *writer) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	due := s.due(time.Now())
	if len(due) == 0 && s.basket.empty() {
		return nil
	}
	left := s.budget.refill(time.Now())
	if left == 0 {
		return nil
	}
	for _, object := range due {
		s.basket.add(s.held[object])
		delete(s.held, object)
	}
	raw := s.basket.take()
	events, err := s.visible(ctx, raw)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		s.c.hub.log.WarnContext(ctx, "what somebody may see could not be told, it is tried again", "error", err)
		for _, e := range raw {
			s.basket.add(e)
		}
		return nil
	}
	now, later := fit(events, left)
	for _, e := range later {
		s.basket.add(e)
	}
	s.budget.left -= float64(len(now))
	for _, e := range now {
		// Entries are told in their order, so that whoever breaks off here misses nothing after this id. While something is held there
		// is none.
		id := e.seq
		if id <= s.told || len(s.held) > 0 {
			id = 0
		} else {
			s.told = id
		}
		if err := out.event("", id, e); err != nil {
			return err
		}
	}
	return nil
}

// due are the objects that are held no longer.
func (s *stream) due(now time.Time) (objects []string) {
	for object := range s.held {
		if !now.Before(s.quiet[object]) {
			objects = append(objects, object)
		}
	}
	return objects
}

// hold keeps what is to be told of an object without an id for later, where somebody who sees only some rows was told so a moment ago,
// and reports whether it did.
func (s *stream) hold(e Event, now time.Time) bool {
	if now.Before(s.quiet[e.Object]) {
		e.seq = max(e.seq, s.held[e.Object].seq)
		s.held[e.Object] = e
		return true
	}
	s.quiet[e.Object] = now.Add(quietFor)
	return false
}

// writer writes events to a client that has to take them.
type writer struct {
	w       http.ResponseWriter
	control *http.ResponseController
	text    bytes.Buffer
}

// event sends one; a name that is empty is "message", an id of 0 none.
func (o *writer) event(name string, id int64, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode an event: %w", err)
	}
	o.text.Reset()
	if name != "" {
		fmt.Fprintf(&o.text, "event: %s\n", name)
	}
	if id > 0 {
		fmt.Fprintf(&o.text, "id: %d\n", id)
	}
	fmt.Fprintf(&o.text, "data: %s\n\n", text)
	return o.send()
}

// end says why the stream is over.
func (o *writer) end(reason string) error {
	return o.event("end", 0, struct {
		Reason string `json:"reason"`
	}{reason})
}

func (o *writer) send() error {
	_ = o.control.SetWriteDeadline(time.Now().Add(writeTime)) // a connection without deadlines, as in tests, goes on without
	if _, err := o.w.Write(o.text.Bytes()); err != nil {
		return err
	}
	return o.control.Flush()
}
