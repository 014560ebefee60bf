package trust

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// How long what is known of uses and refusals may wait in memory: a crash loses no more.
const (
	useDelay     = 10 * time.Second // last used, last seen
	addressDelay = time.Second      // first use from a new address
	refusalDelay = time.Minute      // refusals are summed over it
	seenEvery    = time.Minute      // a session's last seen is written at most this often
)

const (
	maxAddresses = 256  // of one credential that are remembered in memory
	maxRefusals  = 1000 // sums of one minute; what is more is summed together
	keptSessions = 30 * 24 * time.Hour
)

// use is what is known in memory of the uses of one credential.
type use struct {
	object string // "api_key", "session", "client_secret" or "client_key"
	id     string
	last   atomic.Int64 // Unix microseconds
	count  atomic.Int64 // since the last flush
	seen   atomic.Int64 // session: as it stands in the database, Unix microseconds
	queued atomic.Bool

	mu      sync.Mutex
	address netip.Addr // of the last use
	known   map[netip.Addr]struct{}
}

// firstUse is the first use of a credential from an address, as far as this process knows.
type firstUse struct {
	who  principal.Principal
	use  *use
	at   time.Time
	from string
}

// uses are the credentials used since the last flush.
type uses struct {
	mu     sync.Mutex
	queue  []*use
	firsts []firstUse
}

// used notes that a credential was used. It runs on every request and writes nothing.
func (p *plane) used(u *use, now time.Time, who *principal.Principal) {
	at := now.UnixMicro()
	u.last.Store(at)
	u.count.Add(1)
	if u.object != objectSession || at-u.seen.Load() >= seenEvery.Microseconds() {
		if u.queued.CompareAndSwap(false, true) {
			p.uses.mu.Lock()
			p.uses.queue = append(p.uses.queue, u)
			p.uses.mu.Unlock()
			p.flushes.after(&p.flushes.uses, useDelay, p.flushUses)
		}
	}
	u.mu.Lock()
	if u.address == who.Address {
		u.mu.Unlock()
		return
	}
	u.address = who.Address
	from := web.Network(who.Address)
	_, known := u.known[from]
	if !known && len(u.known) < maxAddresses {
		if u.known == nil {
			u.known = make(map[netip.Addr]struct{})
		}
		u.known[from] = struct{}{}
	}
	u.mu.Unlock()
	if !known {
		p.uses.mu.Lock()
		p.uses.firsts = append(p.uses.firsts, firstUse{*who, u, now, from.String()})
		p.uses.mu.Unlock()
		p.flushes.after(&p.flushes.uses, addressDelay, p.flushUses)
	}
}

// flushUses writes when credentials were last used and notes first uses from new addresses in the audit trail. What
// cannot be written waits for the next time.
func (p *plane) flushUses(ctx context.Context) error {
	p.uses.mu.Lock()
	queue, firsts := p.uses.queue, p.uses.firsts
	p.uses.queue, p.uses.firsts = nil, nil
	p.uses.mu.Unlock()
	if len(queue) == 0 && len(firsts) == 0 {
		return nil
	}
	type taken struct {
		*use
		at, count int64
		address   string
	}
	rows := make([]taken, len(queue))
	for i, u := range queue {
		u.queued.Store(false) // a use from here on queues it again
		u.mu.Lock()
		address := u.address
		u.mu.Unlock()
		rows[i] = taken{u, u.last.Load(), u.count.Swap(0), addressText(address)}
	}
	err := p.db.Write(ctx, nil, func(tx *db.Tx) error {
		for _, f := range firsts {
			n, err := tx.Exec(`INSERT INTO trust_address (credential, address, first_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
				f.use.id, f.from, f.at.UnixMicro())
			if err != nil {
				return fmt.Errorf("note address: %w", err)
			}
			if n == 0 {
				continue
			}
			if err := audit.Write(principal.With(ctx, &f.who), tx, f.at, audit.Entry{Action: f.use.object + ".new_address",
				Object: f.use.object, Target: f.use.id, Label: f.who.Login}); err != nil {
				return err
			}
		}
		for _, r := range rows {
			if err := storeUse(tx, r.object, r.id, r.at, r.address, r.count); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for _, r := range rows {
			r.use.count.Add(r.count)
		}
		p.uses.mu.Lock()
		p.uses.firsts = append(firsts[:min(len(firsts), maxRefusals)], p.uses.firsts...)
		p.uses.mu.Unlock()
		return fmt.Errorf("write uses of credentials: %w", err)
	}
	for _, r := range rows {
		r.seen.Store(r.at)
	}
	return nil
}

// refusal is a credential that did not count, and why. Refusals of one kind within a minute are summed.
type refusal struct {
	object     string // "api_key", "session", "sign_in", "token"; empty where it had no known form
	credential string // its id, where it is known
	address    netip.Addr
	reason     string
}

type refusals struct {
	mu    sync.Mutex
	since time.Time
	sums  map[refusal]int64
	more  int64
}

// refuse counts a refusal for the audit trail.
func (p *plane) refuse(r refusal) {
	r.address = web.Network(r.address)
	p.refusals.mu.Lock()
	if p.refusals.sums == nil {
		p.refusals.sums, p.refusals.since = make(map[refusal]int64), p.clock.Now()
	}
	if _, there := p.refusals.sums[r]; !there && len(p.refusals.sums) >= maxRefusals {
		p.refusals.more++
	} else {
		p.refusals.sums[r]++
	}
	p.refusals.mu.Unlock()
	p.flushes.after(&p.flushes.refusals, refusalDelay, p.flushRefusals)
}

// flushRefusals writes one audit entry for each credential and address that was refused.
func (p *plane) flushRefusals(ctx context.Context) error {
	p.refusals.mu.Lock()
	sums, more, since := p.refusals.sums, p.refusals.more, p.refusals.since
	p.refusals.sums, p.refusals.more = nil, 0
	p.refusals.mu.Unlock()
	if len(sums) == 0 {
		return nil
	}
	reasons := make(map[refusal][]string)
	for r, n := range sums {
		whose := r
		whose.reason = ""
		reasons[whose] = append(reasons[whose], r.reason+":"+strconv.FormatInt(n, 10))
	}
	if more > 0 {
		reasons[refusal{}] = append(reasons[refusal{}], "others:"+strconv.FormatInt(more, 10))
	}
	order := slices.SortedFunc(maps.Keys(reasons), func(a, b refusal) int {
		if c := strings.Compare(a.object+a.credential, b.object+b.credential); c != 0 {
			return c
		}
		return a.address.Compare(b.address)
	})
	err := p.db.Write(ctx, nil, func(tx *db.Tx) error {
		for _, r := range order {
			object := r.object
			if object == "" {
				object = "credential"
			}
			slices.Sort(reasons[r])
			who := &principal.Principal{Kind: principal.System, TenantID: p.tenantID, Login: systemLogin, Address: r.address}
			if err := audit.Write(principal.With(ctx, who), tx, since, audit.Entry{Action: object + ".refused", Object: object,
				Target: r.credential, Label: addressText(r.address), Flags: reasons[r]}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write sums of refusals: %w", err)
	}
	return nil
}

// systemLogin is under which name the trust plane itself acts in the audit trail.
const systemLogin = "trust"

func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// flushes wakes up when there is something to write, so that an idle tenant costs nothing.
type flushes struct {
	mu             sync.Mutex
	uses, refusals alarm
	closed         bool
	running        sync.WaitGroup
	log            *slog.Logger
}

type alarm struct {
	timer *time.Timer
	due   time.Time
}

// after has run called once within the delay.
func (f *flushes) after(a *alarm, delay time.Duration, run func(context.Context) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	due := time.Now().Add(delay)
	if f.closed || a.timer != nil && !a.due.After(due) {
		return
	}
	if a.timer != nil && !a.timer.Stop() {
		return // it is going off now, and what was queued before this call is seen by it
	}
	a.due = due
	a.timer = time.AfterFunc(delay, func() {
		f.mu.Lock()
		a.timer = nil
		if f.closed {
			f.mu.Unlock()
			return
		}
		f.running.Add(1)
		f.mu.Unlock()
		defer f.running.Done()
		ctx, cancel := context.WithTimeout(context.Background(), useDelay)
		defer cancel()
		if err := run(ctx); err != nil {
			f.log.Warn("the uses of credentials could not be recorded", "error", err)
		}
	})
}

// Close writes what is still in memory. The tenant closes it before its database.
func (p *plane) Close() error {
	f := &p.flushes
	f.mu.Lock()
	f.closed = true
	for _, a := range []*alarm{&f.uses, &f.refusals} {
		if a.timer != nil {
			a.timer.Stop()
		}
	}
	f.mu.Unlock()
	f.running.Wait()
	p.directory.close()
	p.leaks.running.Wait()
	if p.left != nil {
		p.left()
	}
	ctx, cancel := context.WithTimeout(context.Background(), useDelay)
	defer cancel()
	if err := p.flushUses(ctx); err != nil {
		return err
	}
	return p.flushRefusals(ctx)
}

// Flush writes what is in memory of uses and refusals at once.
func (m *Module) Flush(ctx context.Context, h *tenant.Handle) error {
	p := m.plane(h)
	if err := p.flushUses(ctx); err != nil {
		return err
	}
	return p.flushRefusals(ctx)
}

// Sweep removes what is over: sessions that ended thirty days ago, what is known of credentials that are gone, what is left of
// deleted registrations, of tokens and of signing keys. To be called once in a while, daily at best.
func (m *Module) Sweep(ctx context.Context, h *tenant.Handle) error {
	p := m.plane(h)
	now := p.clock.Now()
	return p.db.Write(ctx, nil, func(tx *db.Tx) error {
		if err := sweep(tx, now.Add(-keptSessions).UnixMicro()); err != nil {
			return err
		}
		return sweepRegistrations(tx, now)
	})
}
