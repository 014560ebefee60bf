package pace

import (
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

func limiter() (*Limiter[int], *clock.Manual) {
	c := clock.NewManual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return New[int](c, Limits{Free: 3, First: 2 * time.Second, Longest: 10 * time.Second, Forget: time.Hour,
		Refusal: fault.New(fault.RateLimited, "slow", "Wait.")}), c
}

func TestEachFailureBeyondTheFreeOnesDoublesTheWait(t *testing.T) {
	l, c := limiter()
	for range 3 {
		if err := l.Take(1); err != nil {
			t.Fatal(err)
		}
	}
	for _, seconds := range []int{2, 4, 8, 10, 10} {
		wait := time.Duration(seconds) * time.Second
		err := l.Take(1)
		if !fault.Is(err, fault.RateLimited) || fault.Of(err).RetryAfter != wait {
			t.Errorf("got %v, want a wait of %s", err, wait)
		}
		c.Advance(wait)
		if err := l.Take(1); err != nil {
			t.Errorf("after %s: %v", wait, err)
		}
	}
	if err := l.Take(2); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	c.Advance(time.Hour)
	for range 3 {
		if err := l.Take(1); err != nil {
			t.Errorf("when all is forgotten: %v", err)
		}
	}
}

func TestSuccessAndWhatNobodyJudgedDoNotCount(t *testing.T) {
	l, _ := limiter()
	for range 20 {
		if err := l.Take(1); err != nil {
			t.Fatal(err)
		}
		l.Give(1)
		if err := l.Take(2); err != nil {
			t.Fatal(err)
		}
		l.Forget(2)
	}
}

// Whoever fills the memory with keys of their own frees few others.
func TestFillingTheMemoryDoesNotEmptyIt(t *testing.T) {
	l, _ := limiter()
	const waiting = 1000
	for key := range waiting {
		for range 3 {
			_ = l.Take(key)
		}
	}
	for key := range remembered {
		_ = l.Take(waiting + key)
	}
	still := 0
	for key := range waiting {
		if l.Take(key) != nil {
			still++
		}
	}
	if len(l.of) > remembered || still < waiting/2 {
		t.Errorf("%d are remembered, %d of %d still wait", len(l.of), still, waiting)
	}
}
