package trust

import (
	"context"
	"crypto/sha256"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// The settings that bound how often, and what counts without them (spec/trust.md 17).
const (
	settingTokens, standardTokens     = "trust.tokens_per_second", 50   // for one registration, twice as many at once
	settingFailures, standardFailures = "trust.failures_per_minute", 30 // from one address
	settingCalls, standardCalls       = "trust.calls_per_minute", 600   // with tokens of one registration
)

// number reads a setting that is a positive number; what is no such number counts as the standard.
func (p *plane) number(ctx context.Context, name string, standard int) int {
	n, err := strconv.Atoi(p.setting(ctx, name))
	if err != nil || n < 1 {
		return standard
	}
	return n
}

// paces bound how often a registration may get tokens and use them, on this replica.
type paces struct {
	mu     sync.Mutex
	tokens *rate.Limiter
	calls  *rate.Limiter

	actingMu sync.Mutex
	acting   acting
}

// take uses up one turn of a bucket that is refilled at the rate and holds burst turns, or refuses.
func (p *paces) take(which **rate.Limiter, now time.Time, limit rate.Limit, burst int, code, message string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := *which
	switch {
	case l == nil:
		l = rate.NewLimiter(limit, burst)
		*which = l
	case l.Limit() != limit:
		l.SetLimitAt(now, limit)
		l.SetBurstAt(now, burst)
	}
	if l.AllowN(now, 1) {
		return nil
	}
	f := fault.New(fault.RateLimited, code, "%s", message)
	f.RetryAfter = time.Duration(float64(time.Second) / float64(limit))
	return f
}

// takeToken refuses a registration that asks for tokens too often. Only who has proved itself is counted.
func (p *plane) takeToken(ctx context.Context, c *client, now time.Time) error {
	n := p.number(ctx, settingTokens, standardTokens)
	return c.paces.take(&c.paces.tokens, now, rate.Limit(n), 2*n, "tokens_limited", "The registration asks for tokens too often; use one until it ends.")
}

// takeCall refuses a registration whose tokens are used too often.
func (p *plane) takeCall(ctx context.Context, c *client, now time.Time) error {
	n := p.number(ctx, settingCalls, standardCalls)
	return c.paces.take(&c.paces.calls, now, rate.Limit(float64(n)/60), n, "calls_limited", "The registration calls too often; wait a moment.")
}

const (
	maxFailing  = 20_000 // addresses that are remembered
	failureMost = 5 * time.Minute
	sameFailure = time.Second // a client that tries the same wrong secret again within it fails once
)

// failures count the attempts to prove a registration that failed, by address. Whoever proves itself is never kept waiting by
// the failures of others behind the same address: a secret of 256 bits is not guessed, and what the count bounds is the noise.
type failures struct {
	mu      sync.Mutex
	by      map[netip.Addr]*failing
	attempt map[[sha256.Size]byte]outcome
}

// outcome is what an attempt was answered, and when.
type outcome struct {
	at   time.Time
	wait time.Duration
}

type failing struct {
	full time.Time // when the bucket is full again
	over int       // failures in a row beyond it
}

// count notes a failure and says how long its address is asked to wait, 0 within the limit. The digest tells one attempt, of
// a client and a secret, from another.
func (f *failures) count(address netip.Addr, attempt [sha256.Size]byte, now time.Time, perMinute int) time.Duration {
	address = web.Network(address)
	each := time.Minute / time.Duration(perMinute)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by == nil {
		f.by, f.attempt = make(map[netip.Addr]*failing), make(map[[sha256.Size]byte]outcome)
	}
	if len(f.by) >= maxFailing || len(f.attempt) >= maxFailing {
		f.sweep(now)
	}
	one := f.by[address]
	if one == nil {
		one = &failing{}
		f.by[address] = one
	}
	if one.full.Before(now) {
		one.full, one.over = now, 0
	}
	if last, again := f.attempt[attempt]; again && now.Sub(last.at) < sameFailure {
		return last.wait
	}
	var wait time.Duration
	if next := one.full.Add(each); next.Sub(now) <= time.Minute {
		one.full = next
	} else {
		one.over++
		wait = min(failureMost, time.Duration(math.Pow(2, float64(min(one.over, 10))))*time.Second)
	}
	f.attempt[attempt] = outcome{now, wait}
	return wait
}

// sweep forgets who has waited long enough, and where that is not enough an eighth of the rest.
func (f *failures) sweep(now time.Time) {
	for a, one := range f.by {
		if one.full.Before(now) {
			delete(f.by, a)
		}
	}
	for d, last := range f.attempt {
		if now.Sub(last.at) >= sameFailure {
			delete(f.attempt, d)
		}
	}
	room := maxFailing / 8
	for a := range f.by {
		if len(f.by) < maxFailing || room == 0 {
			break
		}
		delete(f.by, a)
		room--
	}
	if len(f.attempt) >= maxFailing {
		clear(f.attempt)
	}
}
