package tenant

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// rolesFresh is for how long a compiled role book is used without looking whether it changed.
const rolesFresh = time.Second

// Handle is an open tenant. It is held for one request or one piece of work and given back; see Registry.Acquire.
type Handle struct {
	Info
	DB      *db.DB
	Records *record.Engine
	Keys    *secret.Keys
	Blobs   *blob.Store // contents of files

	log  *slog.Logger
	done chan struct{}
	old  chan struct{} // closed once Info is not what counts any more
	aged sync.Once     // closes it

	valuesMu sync.Mutex
	values   map[any]*value
	order    []*value // in the order they were made

	rolesMu sync.Mutex
	roles   atomic.Pointer[roleBook]
}

type roleBook struct {
	book    *role.Book
	checked time.Time // by the machine's clock: it measures an age
}

type value struct {
	once sync.Once
	v    any
}

type contextKey struct{}

// With returns a context in which requests are for the tenant of h.
func With(ctx context.Context, h *Handle) context.Context {
	return context.WithValue(ctx, contextKey{}, h)
}

// From returns the tenant a request is for, or nil.
func From(ctx context.Context) *Handle {
	h, _ := ctx.Value(contextKey{}).(*Handle)
	return h
}

// Worker is module state that does something by itself, with other state of the handle. It is closed before all of that.
type Worker interface {
	io.Closer
	Works()
}

// Value returns the module state kept under key for as long as the handle is open, made at first use. State that is an
// io.Closer is closed with the handle, last made first closed. It may be lost at any time: a cache with a version, never the only copy.
func (h *Handle) Value(key any, make func() any) any {
	h.valuesMu.Lock()
	v := h.values[key]
	if v == nil {
		v = &value{}
		h.values[key] = v
		h.order = append(h.order, v)
	}
	h.valuesMu.Unlock()
	v.once.Do(func() { v.v = make() })
	return v.v
}

// Done is closed when the tenant is being closed for good: streams that hold the handle end.
func (h *Handle) Done() <-chan struct{} { return h.done }

// Renewed is closed when what Info says has changed, so that the tenant is to be opened anew: streams end, so that whoever follows
// comes again to the new handle.
func (h *Handle) Renewed() <-chan struct{} { return h.old }

func (h *Handle) renew() { h.aged.Do(func() { close(h.old) }) }

// Roles returns the tenant's roles, at most two seconds old. While the database is away it is the last ones known.
func (h *Handle) Roles() *role.Book {
	held := h.roles.Load()
	if time.Since(held.checked) < rolesFresh {
		return held.book
	}
	if !h.rolesMu.TryLock() {
		if time.Since(held.checked) < 2*rolesFresh { // somebody else is looking, and this one is fresh enough meanwhile
			return held.book
		}
		h.rolesMu.Lock()
	}
	defer h.rolesMu.Unlock()
	held = h.roles.Load()
	if time.Since(held.checked) < rolesFresh {
		return held.book
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	next, err := h.readRoles(ctx, held)
	if err != nil {
		h.log.Warn("roles could not be read, the last known ones count", "tenant", h.Name, "error", err)
		next = &roleBook{held.book, time.Now()}
	}
	h.roles.Store(next)
	return next.book
}

// RolesChanged makes the next call of Roles look at the database: for whoever has just changed them.
func (h *Handle) RolesChanged() {
	h.rolesMu.Lock()
	defer h.rolesMu.Unlock()
	h.roles.Store(&roleBook{book: h.roles.Load().book})
}

func (h *Handle) readRoles(ctx context.Context, held *roleBook) (*roleBook, error) {
	now := time.Now()
	if held != nil {
		version, err := role.Version(ctx, h.DB)
		if err != nil {
			return nil, fmt.Errorf("read the roles' version: %w", err)
		}
		if held.book.Version == version {
			return &roleBook{held.book, now}, nil
		}
	}
	book, err := role.Load(ctx, h.DB)
	if err != nil {
		return nil, fmt.Errorf("load roles: %w", err)
	}
	return &roleBook{book, now}, nil
}

// seedRoles adds built-in roles that a newer program brings.
func seedRoles(ctx context.Context, d *db.DB) error {
	book, err := role.Load(ctx, d)
	if err != nil {
		return fmt.Errorf("load roles: %w", err)
	}
	for _, b := range role.Builtin() {
		if !book.Has(b.Name) {
			return d.Alone(ctx, func(tx *db.Tx) error { return role.Seed(ctx, tx) })
		}
	}
	return nil
}

// open opens the tenant's database and what is read once from it.
func (r *Registry) open(ctx context.Context, t row) (*Handle, error) {
	dsn, err := r.dsn(t)
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline(), Logger: r.log, Budget: r.o.Budget})
	if err != nil {
		return nil, fmt.Errorf("open the database of tenant %s: %w", t.Name, err)
	}
	h, err := r.build(ctx, t.Info, d)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open tenant %s: %w", t.Name, err), d.Close())
	}
	return h, nil
}

func (r *Registry) build(ctx context.Context, info Info, d *db.DB) (*Handle, error) {
	engine, err := r.o.Records(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	h := &Handle{Info: info, DB: d, Records: engine, Keys: r.o.Keys, Blobs: r.o.Blobs.Of(info.ID), log: r.log, done: make(chan struct{}), old: make(chan struct{}), values: make(map[any]*value)}
	if err := seedRoles(ctx, d); err != nil {
		return nil, fmt.Errorf("seed roles: %w", err)
	}
	if r.o.Opened != nil {
		if err := r.o.Opened(ctx, h); err != nil {
			return nil, err
		}
	}
	roles, err := h.readRoles(ctx, nil)
	if err != nil {
		return nil, err
	}
	h.roles.Store(roles)
	return h, nil
}

// close ends the module state and the database. Nobody holds the handle any more.
func (h *Handle) close() error {
	var errs []error
	for _, v := range h.made() {
		if w, ok := v.(Worker); ok {
			errs = append(errs, w.Close())
		}
	}
	rest := h.made() // which a worker may have added to
	for i := len(rest) - 1; i >= 0; i-- {
		if _, worker := rest[i].(Worker); worker {
			continue
		}
		if c, ok := rest[i].(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(append(errs, h.DB.Close())...)
}

// made lists the module state in the order it was made.
func (h *Handle) made() []any {
	h.valuesMu.Lock()
	order := h.order
	h.valuesMu.Unlock()
	all := make([]any, len(order))
	for i, v := range order {
		v.once.Do(func() {}) // what is being made is waited for
		all[i] = v.v
	}
	return all
}
