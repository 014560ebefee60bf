package issuer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/outbound"
)

// How often keys are asked for, and how long they count (spec/trust.md 13.5).
const (
	refreshGap   = 60 * time.Second // between two attempts, whatever tokens arrive
	refreshAfter = 6 * time.Hour    // what is older is asked for again, while it goes on counting
	refreshMore  = 6 * time.Hour    // and up to as much later, by chance, so that not all servers ask at once
	staleAfter   = 24 * time.Hour   // what is older does not count
	fetchTime    = 5 * time.Second  // of one attempt, discovery and keys together
)

var (
	// ErrUnknownKey marks a token whose key the issuer does not have.
	ErrUnknownKey = errors.New("the issuer has no such key")
	// ErrNoKeys marks that there are no keys, or only such as are too old.
	ErrNoKeys = errors.New("the issuer's keys could not be had")
	// ErrSignature marks a signature that no key of the token's kid made.
	ErrSignature = errors.New("the signature is wrong")
)

// KeySet holds the keys of one issuer, in memory. Safe for concurrent use.
type KeySet struct {
	origin Origin
	whose  string // of an app registration: its client id
	client *outbound.Client
	clock  clock.Clock
	log    *slog.Logger
	jitter func() float64 // of [0, 1)

	kept atomic.Pointer[keys]

	mu        sync.Mutex
	attempted time.Time
	flight    *flight
	closed    bool
	life      context.Context
	end       context.CancelFunc
	running   sync.WaitGroup
}

// keys is what was fetched at one time.
type keys struct {
	all     []Key
	fetched time.Time
	due     time.Time
}

// flight is a refresh that is on its way.
type flight struct {
	done chan struct{}
	err  error // once done
}

// NewKeySet returns the key set of an origin. Nothing is asked for before the first token.
func NewKeySet(o Origin, c *outbound.Client, now clock.Clock, log *slog.Logger) *KeySet {
	life, end := context.WithCancel(context.Background())
	return &KeySet{origin: o, client: c, clock: now, log: log, jitter: rand.Float64, life: life, end: end}
}

// NewClientKeySet returns the key set that an app registration publishes at an address, as NewKeySet.
func NewClientKeySet(clientID, address string, c *outbound.Client, now clock.Clock, log *slog.Logger) *KeySet {
	k := NewKeySet(Origin{KeysURI: address}, c, now, log)
	k.whose = clientID
	return k
}

// Close ends what is on its way. A closed set answers from memory alone.
func (k *KeySet) Close() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.end()
	k.running.Wait()
}

// Keys returns the keys of a kid: at once where they are known, otherwise after at most one refresh, which all who want one share.
// The error is ErrUnknownKey, ErrNoKeys or the context's.
func (k *KeySet) Keys(ctx context.Context, kid string) ([]Key, error) {
	found, known := k.look(kid)
	if len(found) > 0 {
		if known.due.Before(k.clock.Now()) {
			k.refresh(false)
		}
		return found, nil
	}
	if f := k.refresh(false); f != nil {
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the issuer's keys: %w", ctx.Err())
		}
		found, known = k.look(kid)
	}
	switch {
	case len(found) > 0:
		return found, nil
	case known == nil:
		return nil, ErrNoKeys
	}
	return nil, ErrUnknownKey
}

// look finds keys in memory. The set is nil where none counts.
func (k *KeySet) look(kid string) ([]Key, *keys) {
	set := k.kept.Load()
	if set == nil {
		return nil, nil
	}
	if age := k.clock.Now().Sub(set.fetched); age > staleAfter {
		return nil, nil
	}
	var found []Key
	for i := range set.all {
		if set.all[i].ID == kid {
			found = append(found, set.all[i])
		}
	}
	return found, set
}

// refresh joins the refresh on its way or starts one; nil where it is too soon, unless it is forced.
func (k *KeySet) refresh(force bool) *flight {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.clock.Now()
	age := now.Sub(k.attempted)
	switch {
	case k.flight != nil:
		return k.flight
	case k.closed, !force && !k.attempted.IsZero() && age >= 0 && age < refreshGap:
		return nil
	}
	k.attempted = now
	f := &flight{done: make(chan struct{})}
	k.flight = f
	k.running.Add(1)
	go k.fly(f, now)
	return f
}

func (k *KeySet) fly(f *flight, now time.Time) {
	defer k.running.Done()
	ctx, cancel := context.WithTimeout(k.life, fetchTime)
	defer cancel()
	all, err := fetch(ctx, k.client, k.origin)
	if err == nil {
		k.kept.Store(&keys{all, now, now.Add(refreshAfter + time.Duration(k.jitter()*float64(refreshMore)))})
	} else if k.life.Err() == nil {
		k.complain(now, err)
	}
	k.mu.Lock()
	k.flight = nil
	k.mu.Unlock()
	f.err = err
	close(f.done)
}

// complain tells whose keys could not be fetched, and until when those that were fetched before go on counting.
func (k *KeySet) complain(now time.Time, err error) {
	what, log := "the keys of an issuer could not be fetched", k.log.With("issuer", k.origin.Issuer)
	if k.whose != "" {
		what, log = "the keys that a client publishes could not be fetched", k.log.With("client", k.whose)
	}
	if last := k.kept.Load(); last != nil && now.Sub(last.fetched) <= staleAfter {
		log.Warn(what+", the last good ones go on counting", "until", last.fetched.Add(staleAfter).UTC(), "error", err)
		return
	}
	log.Warn(what+", and there are none that count", "error", err)
}

// Refresh asks for the keys now, however long ago that was last done, and returns what there is: the last good ones
// beside an error.
func (k *KeySet) Refresh(ctx context.Context) ([]Key, time.Time, error) {
	err := ErrNoKeys
	if f := k.refresh(true); f != nil {
		select {
		case <-f.done:
			err = f.err
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if set := k.kept.Load(); set != nil {
		return set.all, set.fetched, err
	}
	return nil, time.Time{}, err
}

// VerifySignature returns the payload of a token whose signature a key of its kid made. It lets the set serve the verifier of
// github.com/coreos/go-oidc, whose own asks the issuer for every unknown kid. Errors are those of Keys and ErrSignature.
func (k *KeySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	t, reason := readUpTo(jwt, maxIDToken)
	if reason != "" {
		return nil, fmt.Errorf("read the token: %s", reason)
	}
	return k.verify(ctx, t, taken, func(Key) bool { return true })
}

// verify returns the payload of a token that a key of its kid signed, by one of the algorithms; keys that do not fit are passed over.
func (k *KeySet) verify(ctx context.Context, t token, algorithms []jose.SignatureAlgorithm, fits func(Key) bool) ([]byte, error) {
	found, err := k.Keys(ctx, t.kid)
	if err != nil {
		return nil, err
	}
	jws, err := jose.ParseSignedCompact(t.raw, algorithms)
	if err != nil {
		return nil, ErrSignature
	}
	found = slices.DeleteFunc(found, func(key Key) bool { return key.Algorithm != "" && key.Algorithm != t.alg || !fits(key) })
	if len(found) == 0 {
		return nil, ErrUnknownKey
	}
	for _, key := range found {
		if payload, err := jws.Verify(key.public); err == nil {
			return payload, nil
		}
	}
	return nil, ErrSignature
}
