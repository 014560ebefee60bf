package secret

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestPasswordsAreHashedWithArgon2id(t *testing.T) {
	p := NewPasswords(PasswordLimits{})
	hash, err := p.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q is not the PHC string of the settled costs", hash)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct hors": false, "": false, strings.Repeat("x", maxPassword+1): false} {
		if ok, err := p.Verify(t.Context(), hash, password); err != nil || ok != want {
			t.Errorf("Verify(%.20q) = %v, %v, want %v", password, ok, err, want)
		}
	}
	if NeedsRehash(hash) {
		t.Error("a fresh hash needs no rehash")
	}
	if !NeedsRehash(strings.Replace(hash, "t=2", "t=1", 1)) {
		t.Error("a hash of lower cost needs a rehash")
	}
}

func TestHashOfAnotherImplementationVerifies(t *testing.T) {
	// From the test file of the reference implementation (phc-winner-argon2, src/test.c), argon2id version 0x13.
	const hash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	p := NewPasswords(PasswordLimits{})
	if ok, err := p.Verify(t.Context(), hash, "password"); err != nil || !ok {
		t.Errorf("Verify = %v, %v", ok, err)
	}
	if !NeedsRehash(hash) {
		t.Error("a hash of 256 KiB needs a rehash")
	}
}

func TestUnreadableHashesAreErrors(t *testing.T) {
	p := NewPasswords(PasswordLimits{})
	p.derive = func([]byte, []byte, cost) []byte { t.Error("an unreadable hash must not cost anything"); return nil }
	for _, hash := range []string{
		"", "plain", "$2a$10$abcdefghijklmnopqrstuv",
		"$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=300$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
		"$argon2id$v=19$m=256,t=2,p=1$!!$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
	} {
		if ok, err := p.Verify(t.Context(), hash, "password"); ok || !errors.Is(err, ErrHash) {
			t.Errorf("Verify(%q) = %v, %v, want ErrHash", hash, ok, err)
		}
		if !NeedsRehash(hash) {
			t.Errorf("%q needs a rehash", hash)
		}
	}
}

// gated hashes only when let through, and counts how many are at work.
type gated struct {
	open        chan struct{}
	working     atomic.Int32
	most, calls atomic.Int32
}

func (g *gated) derive([]byte, []byte, cost) []byte {
	n := g.working.Add(1)
	defer g.working.Add(-1)
	m := g.most.Load()
	for n > m && !g.most.CompareAndSwap(m, n) {
		m = g.most.Load()
	}
	g.calls.Add(1)
	<-g.open
	return make([]byte, hashLength)
}

func TestAtMostTwoHashesAtOnceAndABoundedQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gated{open: make(chan struct{})}
		p := NewPasswords(PasswordLimits{Queue: 3, Wait: time.Hour})
		p.derive = g.derive
		var wg sync.WaitGroup
		for range 5 { // two at work, three waiting
			wg.Go(func() {
				if _, err := p.Hash(t.Context(), "x"); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if n := g.working.Load(); n != 2 {
			t.Errorf("%d hashes at once, want 2", n)
		}
		err := p.VerifyNone(t.Context(), "x")
		if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
			t.Errorf("with a full queue: %v, want Unavailable with a time to try again", err)
		}
		close(g.open)
		wg.Wait()
		if g.most.Load() != 2 || g.calls.Load() != 5 {
			t.Errorf("most at once %d, calls %d", g.most.Load(), g.calls.Load())
		}
		if err := p.VerifyNone(t.Context(), "x"); err != nil {
			t.Errorf("with an empty queue again: %v", err)
		}
	})
}

func TestWaitingTooLongIsUnavailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gated{open: make(chan struct{})}
		p := NewPasswords(PasswordLimits{Concurrent: 1})
		p.derive = g.derive
		var wg sync.WaitGroup
		wg.Go(func() { _ = p.VerifyNone(t.Context(), "x") })
		synctest.Wait()
		start := time.Now()
		if err := p.VerifyNone(t.Context(), "x"); !fault.Is(err, fault.Unavailable) {
			t.Errorf("got %v, want Unavailable", err)
		}
		if waited := time.Since(start); waited != 5*time.Second {
			t.Errorf("waited %v, want 5 s", waited)
		}
		close(g.open)
		wg.Wait()
	})
}

func TestACallerWhoLeavesFreesThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gated{open: make(chan struct{})}
		p := NewPasswords(PasswordLimits{Concurrent: 1, Queue: 1})
		p.derive = g.derive
		var wg sync.WaitGroup
		wg.Go(func() { _ = p.VerifyNone(t.Context(), "x") })
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		wg.Go(func() {
			if err := p.VerifyNone(ctx, "x"); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want the context's error", err)
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		wg.Go(func() {
			if err := p.VerifyNone(t.Context(), "x"); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		close(g.open)
		wg.Wait()
	})
}
