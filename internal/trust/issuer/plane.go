package issuer

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/outbound"
)

const (
	fresh = time.Second     // how long what is known of issuers counts without a look whether it changed
	late  = 2 * time.Second // and how long while another request is looking
)

// Deps are what a plane is made of.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Logger *slog.Logger
	Client *outbound.Client
	// Person finds an employee by LoginID or RecId and returns the RecId; empty where there is none.
	Person func(ctx context.Context, r db.Reader, named string) (recID string, err error)
	// Own reports whether a host is one of the tenant's: its own tokens are not foreign.
	Own func(host string) bool
	// Itself reports whether an iss is that of the tenant's own tokens; nil: it is not known.
	Itself func(iss string) bool
	// Changed is called after each change made here; nil: nobody has to know.
	Changed func()
}

// Plane is the foreign issuers of one tenant. Safe for concurrent use.
type Plane struct {
	db     *db.DB
	clock  clock.Clock
	log    *slog.Logger
	client *outbound.Client
	person func(context.Context, db.Reader, string) (string, error)
	own    func(string) bool
	itself func(string) bool
	tell   func()

	known atomic.Pointer[known]

	mu     sync.Mutex // held by whoever reads what is known again
	sets   map[Origin]*KeySet
	closed bool
}

// known is the issuers as they were at a revision.
type known struct {
	revision int64
	looked   time.Time
	sources  map[string]*source // by iss
}

// New returns the plane of a tenant. It is to be closed before the database.
func New(d Deps) *Plane {
	p := &Plane{db: d.DB, clock: d.Clock, log: d.Logger, client: d.Client, person: d.Person, own: d.Own, itself: d.Itself, tell: d.Changed, sets: make(map[Origin]*KeySet)}
	if p.tell == nil {
		p.tell = func() {}
	}
	return p
}

// Close ends requests that are on their way.
func (p *Plane) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, set := range p.sets {
		set.Close()
	}
	return nil
}

// Verify judges a token. Where it counts there is what it says; where not, a reason for the audit trail, which the caller does not see. An
// error means that nobody could tell: the database is away, or the context ended.
func (p *Plane) Verify(ctx context.Context, raw string) (*Verified, string, error) {
	s, err := p.current(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("verify a foreign token: %w", err)
	}
	e := examine(raw, s.sources, p.clock.Now())
	e.people = p.linked
	for i := range steps {
		o, err := steps[i].run(e, ctx)
		if err != nil {
			return nil, "", fmt.Errorf("verify a foreign token: %w", err)
		}
		if o.reason != "" {
			return nil, o.reason, nil
		}
	}
	return &e.got, "", nil
}

// Owns reports whether a claim iss is that of an issuer which is configured and switched on.
func (p *Plane) Owns(ctx context.Context, iss string) (bool, error) {
	s, err := p.current(ctx)
	if err != nil {
		return false, fmt.Errorf("look for an issuer: %w", err)
	}
	found := s.sources[iss]
	return found != nil && found.Enabled, nil
}

// current returns the issuers as they are, at most two seconds late. Of several requests that find them old one looks.
func (p *Plane) current(ctx context.Context) (*known, error) {
	if k := p.known.Load(); k.within(p.clock.Now(), fresh) {
		return k, nil
	}
	if !p.mu.TryLock() {
		if k := p.known.Load(); k.within(p.clock.Now(), late) {
			return k, nil
		}
		p.mu.Lock()
	}
	defer p.mu.Unlock()
	before, now := p.known.Load(), p.clock.Now()
	if before.within(now, fresh) {
		return before, nil
	}
	rev, err := revision(ctx, p.db) // first: a change meanwhile makes what is read look older than it is, never newer
	if err != nil {
		return nil, err
	}
	next := &known{revision: rev, looked: now}
	if before != nil && before.revision == rev {
		next.sources = before.sources
	} else {
		all, err := listIssuers(ctx, p.db)
		if err != nil {
			return nil, err
		}
		next.sources = p.index(all)
	}
	p.known.Store(next)
	return next, nil
}

// within reports whether what is known is no older than that.
func (k *known) within(now time.Time, most time.Duration) bool {
	if k == nil {
		return false
	}
	age := now.Sub(k.looked)
	return age >= 0 && age < most
}

// changed makes the next request look again.
func (p *Plane) changed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if k := p.known.Load(); k != nil {
		p.known.Store(&known{revision: -1, sources: k.sources})
	}
	p.tell()
}

// index arranges issuers by the iss of their tokens, and gives each its keys: those it has, if they come from the same place.
// The caller holds mu.
func (p *Plane) index(all []Issuer) map[string]*source {
	out := make(map[string]*source)
	used := make(map[Origin]bool)
	for i := range all {
		for _, s := range all[i].sources() {
			used[s.origin] = true
			s.keys = p.sets[s.origin]
			if s.keys == nil {
				s.keys = NewKeySet(s.origin, p.client, p.clock, p.log)
				if p.closed {
					s.keys.Close()
				}
				p.sets[s.origin] = s.keys
			}
			out[s.iss] = &s
		}
	}
	for origin, set := range p.sets {
		if !used[origin] {
			delete(p.sets, origin)
			go set.Close() // a request that has it still waits for nothing
		}
	}
	return out
}
