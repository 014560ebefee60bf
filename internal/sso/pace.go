package sso

import (
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

const (
	freeCodes   = 5               // wrong codes of a person before there is a wait
	firstWait   = 2 * time.Second // which then doubles
	longestWait = time.Minute     // so that whoever has a password guesses 1,440 codes a day at the most
	paceMemory  = 24 * time.Hour
	maxPaces    = 20_000
)

// pace makes whoever guesses codes of a second factor wait, and nobody else: it counts only after a password was right. It lives
// in memory, as the limit on passwords does.
type pace struct {
	clock clock.Clock
	mu    sync.Mutex
	of    map[string]wrongs // by tenant and person
}

type wrongs struct {
	count       int
	last, until time.Time
}

func newPace(c clock.Clock) *pace { return &pace{clock: c, of: map[string]wrongs{}} }

// take uses up one attempt, or refuses.
func (p *pace) take(key string) error {
	now := p.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.of[key]
	if now.Sub(w.last) >= paceMemory {
		w = wrongs{}
	}
	if wait := w.until.Sub(now); wait > 0 {
		f := fault.New(fault.RateLimited, "factor_limited", "Too many wrong codes. Wait a moment before you try again.")
		f.RetryAfter = wait
		return f
	}
	if len(p.of) >= maxPaces {
		clear(p.of)
	}
	w.count++
	w.last = now
	if over := w.count - freeCodes; over >= 0 {
		w.until = now.Add(min(longestWait, firstWait<<min(over, 10)))
	}
	p.of[key] = w
	return nil
}

// forget ends the count after a success.
func (p *pace) forget(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.of, key)
}
