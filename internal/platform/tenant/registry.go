package tenant

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// Options are what a Registry needs. Control, ControlDSN, Keys and Records have to be set.
type Options struct {
	Control    *db.DB
	ControlDSN string
	DataDir    string // where tenants' SQLite files lie; not needed with PostgreSQL
	Keys       *secret.Keys
	Records    func(ctx context.Context, d *db.DB) (*record.Engine, error) // opens the record engine on a tenant's database
	Opened     func(ctx context.Context, h *Handle) error                  // called once for each handle before anybody has it; may be nil
	Blobs      blob.Root                                                   // where contents of files lie
	Named      Named                                                       // which blobs a tenant's records name; nil: none
	Budget     *db.Budget
	Clock      clock.Clock
	Logger     *slog.Logger
	MaxOpen    int           // open handles kept; default 200
	Idle       time.Duration // after which an unused handle is closed; default 10 minutes
	Refresh    time.Duration // how often the version cell is read; default 1 s
}

// Named returns the hashes, from one to another and in order, of the blobs that a tenant's records name.
type Named func(ctx context.Context, e *record.Engine, r db.Reader, from, to blob.Hash) ([]blob.Hash, error)

// Registry knows the tenants and hands out handles. Safe for concurrent use.
type Registry struct {
	o    Options
	log  *slog.Logger
	pool *pool

	mu     sync.Mutex // one refresh at a time; guards origin and reserved
	origin Origin

	reserved string // host name that no tenant may be given
	known    atomic.Pointer[snapshot]

	stop    context.CancelFunc
	stopped sync.WaitGroup
}

// snapshot is what was read last; never changed once stored.
type snapshot struct {
	seen   int64
	byID   map[string]*row // active and suspended ones
	byName map[string]*row // lower case
	byHost map[string]*row
}

// Open reads the tenants, finishes deletions and creations that a crash cut short, and begins to follow changes.
func Open(ctx context.Context, o Options) (*Registry, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxOpen == 0 {
		o.MaxOpen = 200
	}
	if o.Idle == 0 {
		o.Idle = 10 * time.Minute
	}
	if o.Refresh == 0 {
		o.Refresh = time.Second
	}
	r := &Registry{o: o, log: o.Logger}
	r.pool = newPool(o.MaxOpen, o.Idle, o.Logger, func(ctx context.Context, id string) (*Handle, error) {
		t := r.known.Load().byID[id]
		if t == nil {
			return nil, errUnknown
		}
		return r.open(ctx, *t)
	})
	r.known.Store(&snapshot{byID: map[string]*row{}, byName: map[string]*row{}, byHost: map[string]*row{}})
	if err := r.refresh(ctx); err != nil {
		return nil, err
	}
	if err := r.repair(ctx); err != nil {
		return nil, err
	}
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.stop = stop
	r.stopped.Go(func() { r.follow(follow) })
	return r, nil
}

// suspendedRetry is after how long clients of a suspended tenant are asked to try again.
const suspendedRetry = time.Minute

var errUnknown = fault.New(fault.NotFound, "tenant_unknown", "There is no such tenant here.")

// Close stops following, waits until handles are given back (as long as ctx lasts) and closes them. The control database stays open.
func (r *Registry) Close(ctx context.Context) error {
	r.stop()
	r.stopped.Wait()
	if err := r.pool.close(ctx); err != nil {
		return fmt.Errorf("close tenants: %w", err)
	}
	return nil
}

func (r *Registry) follow(ctx context.Context) {
	tick := time.NewTicker(r.o.Refresh)
	defer tick.Stop()
	away, swept := false, time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			limited, cancel := context.WithTimeout(ctx, 5*time.Second)
			err := r.refresh(limited)
			cancel()
			switch {
			case errors.Is(err, context.Canceled):
			case err != nil && !away:
				away = true
				r.log.Warn("the control database does not answer, the tenants known last are served", "error", err)
			case err == nil && away:
				away = false
				r.log.Info("the control database answers again")
			}
			if now.Sub(swept) >= min(r.o.Idle, 15*time.Second) {
				swept = now
				r.pool.sweep(now)
			}
		}
	}
}

// refresh reads what changed since the last time.
func (r *Registry) refresh(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.known.Load()
	version, err := readVersion(ctx, r.o.Control)
	if err != nil || version == old.seen {
		return err
	}
	changed, err := loadRows(ctx, r.o.Control, old.seen)
	if err != nil {
		return err
	}
	byID := maps.Clone(old.byID)
	for _, t := range changed {
		version = max(version, t.version)
		known := byID[t.ID]
		delete(byID, t.ID)
		if t.Status == Active || t.Status == Suspended {
			byID[t.ID] = r.present(t)
			if known != nil {
				r.pool.renew(t.ID)
			}
		} else if known != nil { // deleted on another replica: let go of its database
			r.stopped.Go(func() { r.drain(t.ID, t.Name) })
		}
	}
	r.known.Store(index(version, byID))
	return nil
}

func (r *Registry) drain(id, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := r.pool.evict(ctx, id); err != nil {
		r.log.Warn("requests of a deleted tenant do not end", "tenant", name, "error", err)
	}
}

func (r *Registry) present(t row) *row {
	t.BaseURL = t.statedBase
	if t.BaseURL == "" && len(t.Hosts) > 0 {
		t.BaseURL = r.origin.base(t.Hosts[0])
	}
	return &t
}

func index(seen int64, byID map[string]*row) *snapshot {
	s := &snapshot{seen: seen, byID: byID, byName: make(map[string]*row, len(byID)), byHost: make(map[string]*row, len(byID))}
	for _, t := range byID {
		s.byName[strings.ToLower(t.Name)] = t
		for _, h := range t.Hosts {
			s.byHost[h] = t
		}
	}
	return s
}

// SetOrigin says how the server is reached; base URLs that are made from host names follow it.
func (r *Registry) SetOrigin(o Origin) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.origin == o {
		return
	}
	r.origin = o
	old := r.known.Load()
	byID := make(map[string]*row, len(old.byID))
	for id, t := range old.byID {
		byID[id] = r.present(*t)
		r.pool.renew(id)
	}
	r.known.Store(index(old.seen, byID))
}

// Address returns the URL under which a host name of this server is reached.
func (r *Registry) Address(host string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.origin.base(NormaliseHost(host))
}

// Resolve returns the tenant a Host header names: exactly, or the only tenant there is. A host nobody has is fault.NotFound, a suspended
// tenant fault.Unavailable, so that clients try again.
func (r *Registry) Resolve(host string) (Info, error) {
	s := r.known.Load()
	t := s.byHost[NormaliseHost(host)]
	if t == nil && len(s.byID) == 1 {
		for _, only := range s.byID {
			t = only
		}
	}
	if t == nil {
		return Info{}, fault.New(fault.NotFound, "tenant_unknown", "No tenant is served under this host name.")
	}
	return t.active()
}

// ByID returns the tenant with this id, in any case; errors as those of Resolve.
func (r *Registry) ByID(id string) (Info, error) {
	t := r.known.Load().byID[strings.ToLower(id)]
	if t == nil {
		return Info{}, errUnknown
	}
	return t.active()
}

func (t *row) active() (Info, error) {
	if t.Status != Active {
		f := fault.New(fault.Unavailable, "tenant_suspended", "This tenant is suspended at the moment.")
		f.RetryAfter = suspendedRetry
		return Info{}, f
	}
	return t.Info, nil
}

// ByName returns the tenant of that name, in any case, or of that id.
func (r *Registry) ByName(name string) (Info, error) {
	s := r.known.Load()
	if t := s.byName[strings.ToLower(name)]; t != nil {
		return t.Info, nil
	}
	if t := s.byID[strings.ToLower(name)]; t != nil {
		return t.Info, nil
	}
	return Info{}, fault.New(fault.NotFound, "tenant_unknown", "There is no tenant called %s. `provost tenant list` shows what there is.", name)
}

// List returns the tenants by name.
func (r *Registry) List() []Info {
	s := r.known.Load()
	out := make([]Info, 0, len(s.byID))
	for _, t := range s.byID {
		out = append(out, t.Info)
	}
	slices.SortFunc(out, func(a, b Info) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out
}

// Used reports whether there ever was a tenant, deleted or not: one that was made completely, as the audit trail has it.
func (r *Registry) Used(ctx context.Context) (bool, error) {
	var n int64
	err := r.o.Control.QueryRow(ctx, `SELECT COUNT(*) FROM audit WHERE object = 'Tenant'`).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for tenants of the past: %w", err)
	}
	return n > 0, nil
}

// Acquire returns the open handle of a tenant, suspended or not, opening it where needed, and the function that gives it back.
func (r *Registry) Acquire(ctx context.Context, id string) (*Handle, func(), error) {
	if r.known.Load().byID[id] == nil {
		return nil, nil, errUnknown
	}
	return r.pool.acquire(ctx, id)
}

// OpenHandles returns how many tenants are open.
func (r *Registry) OpenHandles() int { return r.pool.count() }

// DSN returns where a tenant's database is. It may hold a password: db.Redact it before showing it.
func (r *Registry) DSN(id string) (string, error) {
	t := r.known.Load().byID[id]
	if t == nil {
		return "", errUnknown
	}
	return r.dsn(*t)
}
