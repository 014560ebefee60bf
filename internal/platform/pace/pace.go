// Package pace makes whoever fails too often wait, longer each time, without ever locking anybody out.
//
// What is counted lives in memory: a restart, and each further replica, give attempts anew, so it slows guessing down and is
// never all that stands before a secret.
package pace

import (
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// remembered is how many keys a Limiter counts. When there are more, those that count no more are forgotten, and where that is not
// enough an eighth of the rest, whichever.
const remembered = 20_000

// Limits say how long somebody waits.
type Limits struct {
	Free    int           // attempts that may fail before there is a wait
	First   time.Duration // the wait after the last of these; each further failure doubles it
	Longest time.Duration
	Forget  time.Duration // after so long without an attempt nothing is counted any more
	Refusal *fault.Error  // what is answered meanwhile, with RetryAfter
}

// Limiter counts failures by key. Safe for concurrent use.
type Limiter[K comparable] struct {
	limits Limits
	clock  clock.Clock
	mu     sync.Mutex
	of     map[K]failures
}

// failures are those of a key, attempts that are being judged among them.
type failures struct {
	count       int
	last, until time.Time // no attempt before until
}

// New returns a limiter.
func New[K comparable](c clock.Clock, l Limits) *Limiter[K] {
	return &Limiter[K]{limits: l, clock: c, of: map[K]failures{}}
}

// Take uses up one attempt, or refuses. Give returns it where nobody could judge it, Forget ends the count after a success.
func (l *Limiter[K]) Take(key K) error {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.of[key]
	if now.Sub(f.last) >= l.limits.Forget {
		f = failures{}
	}
	if wait := f.until.Sub(now); wait > 0 {
		refused := *l.limits.Refusal
		refused.RetryAfter = wait
		return &refused
	}
	if len(l.of) >= remembered {
		l.sweep(now)
	}
	f.count++
	f.last = now
	if over := f.count - l.limits.Free; over >= 0 {
		f.until = now.Add(min(l.limits.Longest, l.limits.First<<min(over, 10)))
	}
	l.of[key] = f
	return nil
}

// Give returns an attempt that nobody could judge.
func (l *Limiter[K]) Give(key K) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, there := l.of[key]
	if f.count--; !there || f.count <= 0 {
		delete(l.of, key)
		return
	}
	f.until = time.Time{}
	l.of[key] = f
}

// Forget ends the count of a key.
func (l *Limiter[K]) Forget(key K) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.of, key)
}

func (l *Limiter[K]) sweep(now time.Time) {
	for key, f := range l.of {
		if now.Sub(f.last) >= l.limits.Forget {
			delete(l.of, key)
		}
	}
	room := remembered / 8
	for key := range l.of {
		if len(l.of) < remembered || room == 0 {
			return
		}
		delete(l.of, key)
		room--
	}
}
