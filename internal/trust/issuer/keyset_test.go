package issuer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/outbound"
)

const realmKeys = "/realm/keys"

// away is an issuer that answers nothing of use.
var away = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })

// keySet is the set of the issuer of another make.
func keySet(t *testing.T, i *idp, now *clock.Manual) *KeySet {
	k := NewKeySet(Origin{Discovery: i.URL + "/realm" + wellKnown, Issuer: i.URL + "/realm"}, i.client(t), now, slog.New(slog.DiscardHandler))
	k.jitter = func() float64 { return .5 }
	t.Cleanup(k.Close)
	return k
}

func newClock() *clock.Manual { return clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) }

// settled waits for what is on its way.
func settled(k *KeySet) {
	k.mu.Lock()
	f := k.flight
	k.mu.Unlock()
	if f != nil {
		<-f.done
	}
}

// TestTheLogTellsWhoseKeysAreOutOfReach: of a client its id, and of keys that go on counting only where there are some.
func TestTheLogTellsWhoseKeysAreOutOfReach(t *testing.T) {
	i, now := newIDP(t), newClock()
	var log bytes.Buffer
	logged := func(k *KeySet) string {
		t.Helper()
		log.Reset()
		_, _, _ = k.Refresh(t.Context())
		return log.String()
	}
	k := NewClientKeySet("AppReg_custom_x", i.URL+realmKeys, i.client(t), now, slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(k.Close)
	good := i.answers[realmKeys]
	i.set(realmKeys, away)
	if line := logged(k); !strings.Contains(line, "client=AppReg_custom_x") || !strings.Contains(line, "there are none that count") || strings.Contains(line, "last good") {
		t.Errorf("before there were keys: %s", line)
	}
	i.set(realmKeys, good)
	if line := logged(k); line != "" {
		t.Errorf("keys are there: %s", line)
	}
	i.set(realmKeys, away)
	if line := logged(k); !strings.Contains(line, "client=AppReg_custom_x") || !strings.Contains(line, "last good") || !strings.Contains(line, "until=2026-03-02T12:00:00") {
		t.Errorf("after there were keys: %s", line)
	}
	now.Advance(staleAfter + time.Second)
	if line := logged(k); !strings.Contains(line, "there are none that count") {
		t.Errorf("after they were too old: %s", line)
	}
	of := NewKeySet(Origin{Issuer: "https://id.example.com", KeysURI: i.URL + realmKeys}, i.client(t), now, slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(of.Close)
	if line := logged(of); !strings.Contains(line, "issuer=https://id.example.com") || strings.Contains(line, "client=") {
		t.Errorf("of an issuer: %s", line)
	}
}

func TestAThousandRandomKidsAskOnceAMinute(t *testing.T) {
	i, now := newIDP(t), newClock()
	k := keySet(t, i, now)
	for minute := range 3 {
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				for m := range 125 {
					if _, err := k.Keys(t.Context(), fmt.Sprintf("random-%d-%d", n, m)); !errors.Is(err, ErrUnknownKey) {
						t.Errorf("a random kid: %v", err)
					}
				}
			})
		}
		all.Wait()
		if found, err := k.Keys(t.Context(), "k1"); err != nil || len(found) != 1 {
			t.Errorf("the key that is known: %v %v", found, err)
		}
		if n := i.count(realmKeys); n != minute+1 {
			t.Errorf("in minute %d the keys were asked for %d times", minute+1, n)
		}
		now.Advance(refreshGap)
	}
}

func TestARotationRefusesNothing(t *testing.T) {
	f := newFixture(t)
	f.realm()
	old := signed(jose.RS256, rsaKey(), map[string]any{"kid": "k1"}, f.access())
	f.accepted("before", old)
	f.clock.Advance(2 * time.Minute)
	f.idp.keys(realmKeys, jwk("k1", rsaKey()), jwk("k2", otherKey()))
	var all sync.WaitGroup
	fresh := signed(jose.RS256, otherKey(), map[string]any{"kid": "k2"}, f.access())
	for _, token := range []string{fresh, old, fresh, old, fresh, old} {
		all.Go(func() {
			if _, reason, err := f.plane.Verify(f.ctx, token); reason != "" || err != nil {
				t.Errorf("refused for %q, %v", reason, err)
			}
		})
	}
	all.Wait()
	if n := f.idp.count(realmKeys); n != 2 {
		t.Errorf("the keys were asked for %d times", n)
	}
	f.clock.Advance(2 * time.Minute)
	f.idp.keys(realmKeys, jwk("k2", otherKey())) // the old key goes unannounced
	f.refused("any kid fetches what there is now", signed(jose.RS256, rsaKey(), map[string]any{"kid": "k9"}, f.access()), reasonKey)
	f.refused("a key that is gone", signed(jose.RS256, rsaKey(), map[string]any{"kid": "k1"}, f.access()), reasonKey)
}

func TestAnIssuerThatIsAway(t *testing.T) {
	i, now := newIDP(t), newClock()
	k := keySet(t, i, now)
	known := func() error {
		_, err := k.Keys(t.Context(), "k1")
		settled(k)
		return err
	}
	if err := known(); err != nil {
		t.Fatal(err)
	}
	i.set(realmKeys, away)
	for now.Advance(9*time.Hour + time.Minute); now.Now().Before(newClock().Now().Add(staleAfter)); now.Advance(time.Hour) { // after it is due
		before := i.count(realmKeys)
		if err := known(); err != nil {
			t.Fatalf("%s later: %v", now.Now().Sub(newClock().Now()), err)
		}
		if i.count(realmKeys) != before+1 {
			t.Error("what is due is not asked for again")
		}
	}
	now.Advance(time.Hour)
	if err := known(); !errors.Is(err, ErrNoKeys) {
		t.Errorf("more than a day later: %v", err)
	}
	before := i.count(realmKeys)
	if err := known(); !errors.Is(err, ErrNoKeys) || i.count(realmKeys) != before {
		t.Errorf("and within the minute it is asked again: %v", err)
	}
	i.keys(realmKeys, jwk("k1", rsaKey()))
	now.Advance(refreshGap)
	if err := known(); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}

func TestKnownKeysWaitForNobody(t *testing.T) {
	i, now := newIDP(t), newClock()
	k := keySet(t, i, now)
	if _, err := k.Keys(t.Context(), "k1"); err != nil {
		t.Fatal(err)
	}
	release, asked := make(chan struct{}), make(chan struct{}, 10)
	i.set(realmKeys, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	now.Advance(refreshAfter + refreshMore)
	for range 3 { // the first sends for the keys, none waits
		if _, err := k.Keys(t.Context(), "k1"); err != nil {
			t.Error(err)
		}
	}
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Keys(ctx, "other"); !errors.Is(err, context.Canceled) { // one that is not known waits, as long as it may
		t.Errorf("%v", err)
	}
	close(release)
	settled(k)
	if n := i.count(realmKeys); n != 2 {
		t.Errorf("the keys were asked for %d times", n)
	}
}

func TestWhatIsFetched(t *testing.T) {
	weak := map[string]any{"kty": "RSA", "kid": "k1", "e": "AQAB", "n": strings.Repeat("A", 170) + "Q"}
	redirect := http.RedirectHandler("/realm/other", http.StatusFound).ServeHTTP
	for name, c := range map[string]struct {
		keys     any
		document any
		want     string
	}{
		"other kinds of keys are passed over": {keys: map[string]any{"keys": []any{map[string]any{"kty": "future", "kid": "k1"}, 5, nil, jwk("k1", rsaKey()), with(jwk("k1", rsaKey()), "e", 7)}}},
		"a shared key":                        {keys: set1(map[string]any{"kty": "oct", "kid": "k1", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}), want: "none of the 1 keys"},
		"a key for encryption":                {keys: set1(with(jwk("k1", rsaKey()), "use", "enc")), want: "none of the 1 keys"},
		"a weak key":                          {keys: set1(weak), want: "none of the 1 keys"},
		"no keys":                             {keys: map[string]any{"keys": []any{}}, want: "none of the 0 keys"},
		"not a set":                           {keys: []string{"x"}, want: "unmarshal"},
		"a redirect":                          {keys: http.HandlerFunc(redirect), want: "answered 302"},
		"more than a mebibyte":                {keys: strings.Repeat("x", maxDocument), want: "more than 1048576 bytes"},
		"an error":                            {keys: away, want: "answered 502"},
		"a document of another issuer":        {document: map[string]any{"issuer": "https://evil.example.com", "jwks_uri": "https://evil.example.com"}, want: `of the issuer "https://evil.example.com"`},
		"a document without keys":             {document: map[string]any{"issuer": "ISSUER"}, want: "no jwks_uri"},
		"keys on a private address":           {document: map[string]any{"issuer": "ISSUER", "jwks_uri": "https://169.254.169.254/keys"}, want: "169.254.169.254 is not a public address"},
		"keys over plain http":                {document: map[string]any{"issuer": "ISSUER", "jwks_uri": "http://8.8.8.8/keys"}, want: "over https only"},
		"keys in a file":                      {document: map[string]any{"issuer": "ISSUER", "jwks_uri": "file:///etc/passwd"}, want: "not allowed"},
	} {
		i := newIDP(t)
		if c.keys != nil {
			i.set(realmKeys, c.keys)
		}
		if d, ok := c.document.(map[string]any); ok {
			if d["issuer"] == "ISSUER" {
				d["issuer"] = i.URL + "/realm"
			}
			i.set("/realm"+wellKnown, d)
		}
		k := keySet(t, i, newClock())
		all, _, err := k.Refresh(t.Context())
		if c.want == "" && (err != nil || len(all) == 0) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, %v; want %q", name, all, err, c.want)
		}
		if _, err := k.Keys(t.Context(), "k1"); c.want != "" && !errors.Is(err, ErrNoKeys) {
			t.Errorf("%s: then a token finds %v", name, err)
		}
		if i.count("/realm/other") > 0 {
			t.Errorf("%s: it was followed", name)
		}
	}
}

func set1(key map[string]any) any { return map[string]any{"keys": []any{key}} }

func TestPrivateAddressesAreNotAsked(t *testing.T) {
	i := newIDP(t)
	for _, address := range []string{i.URL, "https://localhost", "https://169.254.169.254"} {
		k := NewKeySet(Origin{KeysURI: address + realmKeys}, outbound.New(outbound.Options{}), newClock(), slog.New(slog.DiscardHandler))
		if _, _, err := k.Refresh(t.Context()); !errors.Is(err, outbound.ErrRefused) {
			t.Errorf("%s: %v", address, err)
		}
		k.Close()
	}
	rebound := outbound.New(outbound.Options{Resolve: func(context.Context, string, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}})
	k := NewKeySet(Origin{KeysURI: "https://id.example.com/keys"}, rebound, newClock(), slog.New(slog.DiscardHandler))
	defer k.Close()
	if _, _, err := k.Refresh(t.Context()); !errors.Is(err, outbound.ErrRefused) || len(i.asked) != 0 {
		t.Errorf("a public name of a private address: %v", err)
	}
}

func TestKeySetServesTheVerifierOfGoOIDC(t *testing.T) {
	f := newFixture(t)
	k := keySet(t, f.idp, f.clock)
	v := oidc.NewVerifier(f.idp.URL+"/realm", k, &oidc.Config{SkipClientIDCheck: true, Now: f.clock.Now, SupportedSigningAlgs: []string{oidc.RS256}})
	if got, err := v.Verify(t.Context(), token1(f.access())); err != nil || got.Subject != "4711" {
		t.Errorf("%v %v", got, err)
	}
	for name, token := range map[string]string{
		"another key": signed(jose.RS256, otherKey(), map[string]any{"kid": "k1"}, f.access()), "an unknown kid": signed(jose.RS256, rsaKey(), map[string]any{"kid": "k7"}, f.access()),
		"no token": "x",
	} {
		if _, err := v.Verify(t.Context(), token); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestAClosedSetAnswersFromMemory(t *testing.T) {
	i, now := newIDP(t), newClock()
	k := keySet(t, i, now)
	if _, err := k.Keys(t.Context(), "k1"); err != nil {
		t.Fatal(err)
	}
	k.Close()
	now.Advance(time.Hour)
	if _, err := k.Keys(t.Context(), "k1"); err != nil {
		t.Error(err)
	}
	if _, err := k.Keys(t.Context(), "other"); !errors.Is(err, ErrUnknownKey) || i.count(realmKeys) != 1 {
		t.Errorf("%v", err)
	}
}
