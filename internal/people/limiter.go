package people

import (
	"net/netip"
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

const (
	attempts   = 8               // that may fail at once, for one account from one address
	firstWait  = 2 * time.Second // after the last of these; each further failure doubles it
	longest    = 5 * time.Minute
	forgetting = 30 * time.Minute // after which failures count no more
	maxBuckets = 20_000
)

// limiter bounds how often a password may be tried for one account from one address. It never locks an account: who
// guesses elsewhere does not keep its owner out, and whoever waits may try again. It lives in memory: a restart, and each further
// replica, give attempts anew, and when it is full the oldest are forgotten, so that the bound on the work is secret.Passwords.
type limiter struct {
	clock   clock.Clock
	mu      sync.Mutex
	buckets map[attempt]failures
}

type attempt struct {
	tenant, login string
	from          netip.Addr
}

// failures are those of an account from an address, attempts that are being judged among them.
type failures struct {
	count int
	last  time.Time
	until time.Time // no attempt before
}

func newLimiter(c clock.Clock) *limiter {
	return &limiter{clock: c, buckets: make(map[attempt]failures)}
}

// take uses up one attempt, or refuses. give returns it where nobody could judge it, forget ends the count after a success.
func (l *limiter) take(a attempt) error {
	a.from = network(a.from)
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.buckets[a]
	if now.Sub(f.last) >= forgetting {
		f = failures{}
	}
	if wait := f.until.Sub(now); wait > 0 {
		refused := fault.New(fault.RateLimited, "sign_in_limited", "Too many failed sign-ins. Wait a moment before you try again.")
		refused.RetryAfter = wait
		return refused
	}
	if len(l.buckets) >= maxBuckets {
		l.sweep(now)
	}
	f.count++
	f.last = now
	if over := f.count - attempts; over >= 0 {
		f.until = now.Add(min(longest, firstWait<<min(over, 10)))
	}
	l.buckets[a] = f
	return nil
}

// give returns an attempt that nobody could judge.
func (l *limiter) give(a attempt) {
	a.from = network(a.from)
	l.mu.Lock()
	defer l.mu.Unlock()
	f, there := l.buckets[a]
	if f.count--; !there || f.count <= 0 {
		delete(l.buckets, a)
		return
	}
	f.until = time.Time{}
	l.buckets[a] = f
}

// forget ends the count after a success.
func (l *limiter) forget(a attempt) {
	a.from = network(a.from)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.buckets, a)
}

// sweep forgets what counts no more, and where that is not enough an eighth of the rest.
func (l *limiter) sweep(now time.Time) {
	for a, f := range l.buckets {
		if now.Sub(f.last) >= forgetting {
			delete(l.buckets, a)
		}
	}
	room := maxBuckets / 8
	for a := range l.buckets {
		if len(l.buckets) < maxBuckets || room == 0 {
			return
		}
		delete(l.buckets, a)
		room--
	}
}

// network is what an address counts as: itself, or for IPv6 its /64, which one host has to itself.
func network(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if n, err := a.Prefix(64); err == nil {
			return n.Addr()
		}
	}
	return a
}
