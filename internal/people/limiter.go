package people

import (
	"net/netip"
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

const (
	attempts   = 10              // that may fail at once, for one account from one address
	perAttempt = 6 * time.Second // until another may: ten a minute
	maxBuckets = 20_000
)

// limiter bounds how often a password may be tried for one account from one address. It never locks an account: who
// guesses elsewhere does not keep its owner out. It lives in memory: a restart, and each further replica, give
// attempts anew, and when it is full the oldest are forgotten, so that the bound on the work is secret.Passwords.
type limiter struct {
	clock   clock.Clock
	mu      sync.Mutex
	buckets map[attempt]time.Time // when the bucket is full again
}

type attempt struct {
	tenant, login string
	from          netip.Addr
}

func newLimiter(c clock.Clock) *limiter {
	return &limiter{clock: c, buckets: make(map[attempt]time.Time)}
}

// take uses up one attempt, or refuses. give returns it after a success.
func (l *limiter) take(a attempt) error {
	a.from = network(a.from)
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.buckets[a]
	if full.Before(now) {
		full = now
	}
	next := full.Add(perAttempt)
	if over := next.Sub(now.Add(attempts * perAttempt)); over > 0 {
		f := fault.New(fault.RateLimited, "sign_in_limited", "Too many failed sign-ins. Try again in a minute.")
		f.RetryAfter = over
		return f
	}
	if len(l.buckets) >= maxBuckets {
		l.sweep(now)
	}
	l.buckets[a] = next
	return nil
}

// give returns an attempt that did not fail.
func (l *limiter) give(a attempt) {
	a.from = network(a.from)
	l.mu.Lock()
	defer l.mu.Unlock()
	if full := l.buckets[a].Add(-perAttempt); full.After(l.clock.Now()) {
		l.buckets[a] = full
	} else {
		delete(l.buckets, a)
	}
}

// sweep forgets full buckets, and where that is not enough an eighth of the rest.
func (l *limiter) sweep(now time.Time) {
	for a, full := range l.buckets {
		if !full.After(now) {
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
