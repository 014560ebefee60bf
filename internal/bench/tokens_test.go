package bench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// fakeIssuer gives tokens to the clients of peerClient and introspects them, as oidc-provider does with its configuration.
type fakeIssuer struct {
	key      *ecdsa.PrivateKey
	stranger atomic.Bool // tokens are another client's
	dead     atomic.Bool // no token is active
	jwts     atomic.Int64
}

func (f *fakeIssuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	jwk := jose.JSONWebKey{Key: f.key, KeyID: "one", Algorithm: "ES256", Use: "sig"}
	if r.URL.Path == "/jwks" {
		answer(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{jwk.Public()}})
		return
	}
	id, secret, _ := r.BasicAuth()
	number := -1
	_, _ = fmt.Sscanf(id, "bench-%d", &number)
	if number < 0 || peerClient(number).Secret != secret {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.URL.Path == "/token/introspection" {
		whose, _, _ := strings.Cut(r.PostFormValue("token"), ".")
		answer(map[string]any{"active": !f.dead.Load(), "client_id": whose})
		return
	}
	token := id + ".opaque"
	if r.PostFormValue("resource") == "urn:bench" {
		f.jwts.Add(1)
		if f.stranger.Load() {
			id = "bench-9999"
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jwk}, nil)
		if err != nil {
			panic(err)
		}
		claims, _ := json.Marshal(map[string]any{"sub": id, "client_id": id, "jti": "j", "exp": time.Now().Add(time.Hour).Unix()})
		signed, err := signer.Sign(claims)
		if err != nil {
			panic(err)
		}
		token, _ = signed.CompactSerialize()
	}
	answer(map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 3600})
}

func newFakeIssuer(t *testing.T) (*fakeIssuer, *bench) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &fakeIssuer{key: key}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return f, &bench{Options: Options{Against: server.URL, Adapter: oidcProvider, Connections: 4, Seed: 1, Progress: func(string) {}}}
}

func TestTokensAndIntrospectionsOfAPeer(t *testing.T) {
	fake, b := newFakeIssuer(t)
	for _, k := range []kind{issueToken, introspect} {
		i, err := b.oidcProvider(t.Context(), Workload{kind: k})
		if err != nil {
			t.Fatal(err)
		}
		if m := askBriefly(t, i, k); m.errors > 0 || m.requests == 0 {
			t.Errorf("workload %d: %d requests, %d errors: %v", k, m.requests, m.errors, m.problem)
		}
	}
	if len(b.rival.introspections) != liveTokens || b.rival.given.Load() != fake.jwts.Load()+liveTokens {
		t.Errorf("%d live tokens, %d given, %d of them JWTs", len(b.rival.introspections), b.rival.given.Load(), fake.jwts.Load())
	}
	fake.stranger.Store(true)
	if m := askBriefly(t, b.rival, issueToken); m.errors == 0 || !strings.Contains(m.problem.Error(), "the token for bench-") {
		t.Errorf("a token of another client is taken: %v", m.problem)
	}
	fake.dead.Store(true)
	if m := askBriefly(t, b.rival, introspect); m.errors == 0 || !strings.Contains(m.problem.Error(), "a live token of bench-") {
		t.Errorf("a live token that is said to be dead is taken: %v", m.problem)
	}
}

// askBriefly sends some hundred requests of a workload about tokens.
func askBriefly(t *testing.T, i *issuer, k kind) measurement {
	t.Helper()
	op := i.operation(k, 4)
	var sent atomic.Int64
	next := op.request
	op.request = func(w *worker) []byte {
		if sent.Add(1) > 500 {
			return nil
		}
		return next(w)
	}
	m, err := drive{address: i.address, connections: 4, seed: 1}.run(t.Context(), op)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTokensOfOtherKeysAndShapesAreErrors(t *testing.T) {
	_, b := newFakeIssuer(t)
	i, err := b.oidcProvider(t.Context(), Workload{kind: issueToken})
	if err != nil {
		t.Fatal(err)
	}
	_, stranger := newFakeIssuer(t)
	other, err := stranger.oidcProvider(t.Context(), Workload{kind: issueToken})
	if err != nil {
		t.Fatal(err)
	}
	c := client{address: other.address}
	defer c.drop()
	answer, err := c.do(other.requests[7])
	if err != nil {
		t.Fatal(err)
	}
	if err := other.checkToken(answer.body, peerClient(7).ID); err != nil {
		t.Errorf("a good token: %v", err)
	}
	for name, body := range map[string][]byte{
		"a token signed with another key": answer.body, "no token": []byte(`{"token_type":"Bearer","expires_in":3600}`),
		"a token that is no JWT": []byte(`{"access_token":"x","token_type":"Bearer","expires_in":3600}`), "no JSON": []byte("x"),
	} {
		if err := i.checkToken(body, peerClient(7).ID); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
