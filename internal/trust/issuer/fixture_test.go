package issuer

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

const (
	home   = "11111111-aaaa-4bbb-8ccc-dddddddddddd" // the customer's directory
	guest  = "22222222-aaaa-4bbb-8ccc-dddddddddddd" // another one
	api    = "33333333-aaaa-4bbb-8ccc-dddddddddddd" // client id of our API
	caller = "44444444-aaaa-4bbb-8ccc-dddddddddddd" // client id of the integration
	robot  = "55555555-aaaa-4bbb-8ccc-dddddddddddd" // object id of its service principal
	human  = "66666666-aaaa-4bbb-8ccc-dddddddddddd" // object id of a user
	annID  = "0000000000000000000000000000000A"
	bobID  = "0000000000000000000000000000000B"
)

var (
	rsaKey   = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	otherKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	ecKey    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	edKey    = sync.OnceValue(func() ed25519.PrivateKey {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return must(key, err)
	})
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// idp is the outside world: a server that is a directory of Entra and an issuer of another make.
type idp struct {
	*httptest.Server

	mu      sync.Mutex
	answers map[string]any // by path; a http.HandlerFunc answers itself
	asked   map[string]int
}

func newIDP(t testing.TB) *idp {
	i := &idp{answers: make(map[string]any), asked: make(map[string]int)}
	i.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		answer, there := i.answers[r.URL.Path]
		i.asked[r.URL.Path]++
		i.mu.Unlock()
		switch f, ok := answer.(http.HandlerFunc); {
		case ok:
			f(w, r)
		case !there:
			http.NotFound(w, r)
		default:
			_ = json.NewEncoder(w).Encode(answer)
		}
	}))
	i.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(i.Close)
	for _, name := range []string{home, guest} {
		i.document("/"+name, "https://sts.windows.net/"+name+"/", "/"+name+"/discovery/keys")
		i.document("/"+name+"/v2.0", i.URL+"/"+name+"/v2.0", "/"+name+"/discovery/v2.0/keys")
		i.keys("/"+name+"/discovery/keys", jwk("k1", rsaKey()))
		i.keys("/"+name+"/discovery/v2.0/keys", jwk("k1", rsaKey()))
	}
	i.document("/common", "https://sts.windows.net/{tenantid}/", "/common/discovery/keys")
	i.document("/common/v2.0", i.URL+"/{tenantid}/v2.0", "/common/discovery/v2.0/keys")
	for _, path := range []string{"/common/discovery/keys", "/common/discovery/v2.0/keys"} {
		i.keys(path, owned(jwk("k1", rsaKey()), i.URL+"/{tenantid}/v2.0"), owned(jwk("theirs", rsaKey()), i.URL+"/"+guest+"/v2.0"))
	}
	i.document("/realm", i.URL+"/realm", "/realm/keys")
	i.keys("/realm/keys", jwk("k1", rsaKey()), jwk("ec", ecKey()), jwk("ed", edKey()))
	return i
}

// document sets a discovery document.
func (i *idp) document(at, issuer, keys string) {
	i.set(at+wellKnown, map[string]any{"issuer": issuer, "jwks_uri": i.URL + keys, "id_token_signing_alg_values_supported": []string{"none", "HS256"}})
}

func (i *idp) keys(path string, keys ...map[string]any) { i.set(path, map[string]any{"keys": keys}) }

func (i *idp) set(path string, answer any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answers[path] = answer
}

// count tells how often a path was asked for.
func (i *idp) count(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

func (i *idp) client(t testing.TB) *outbound.Client {
	roots := x509.NewCertPool()
	roots.AddCert(i.Certificate())
	c := outbound.New(outbound.Options{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Roots: roots})
	t.Cleanup(c.Close)
	return c
}

// jwk is the public key of a private one as it stands in a set.
func jwk(kid string, key crypto.Signer) map[string]any {
	b := must(json.Marshal(jose.JSONWebKey{Key: key.Public(), KeyID: kid, Use: "sig"}))
	var out map[string]any
	_ = must(0, json.Unmarshal(b, &out))
	return out
}

func owned(jwk map[string]any, issuer string) map[string]any {
	jwk["issuer"] = issuer
	return jwk
}

// signed makes a token.
func signed(alg jose.SignatureAlgorithm, key any, header, claims map[string]any) string {
	options := &jose.SignerOptions{ExtraHeaders: map[jose.HeaderKey]any{}}
	for k, v := range header {
		options.ExtraHeaders[jose.HeaderKey(k)] = v
	}
	s := must(jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options))
	return must(must(s.Sign(must(json.Marshal(claims)))).CompactSerialize())
}

// with returns claims with others put over them; nil takes one away.
func with(base map[string]any, changes ...any) map[string]any {
	out := maps.Clone(base)
	for n := 0; n+1 < len(changes); n += 2 {
		if name := changes[n].(string); changes[n+1] == nil {
			delete(out, name)
		} else {
			out[name] = changes[n+1]
		}
	}
	return out
}

// fixture is the plane of one tenant and the outside world.
type fixture struct {
	t     *testing.T
	idp   *idp
	clock *clock.Manual
	plane *Plane
	db    *db.DB
	ctx   context.Context
	looks atomic.Int64 // for the revision
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return fixtureAt(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
}

func fixtureAt(t *testing.T, dsn string) *fixture {
	t.Helper()
	f := &fixture{t: t, idp: newIDP(t), clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
	f.ctx = principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "test"})
	f.db = must(db.Open(f.ctx, dsn, db.Options{Timeline: db.TenantTimeline(), Trace: func(query string, args []any) {
		if len(args) == 1 && args[0] == cellRevision {
			f.looks.Add(1)
		}
	}}))
	t.Cleanup(func() { _ = f.db.Close() })
	f.plane = f.replica()
	return f
}

// replica is the plane as another process has it.
func (f *fixture) replica() *Plane {
	p := New(Deps{DB: f.db, Clock: f.clock, Logger: slog.New(slog.DiscardHandler), Client: f.idp.client(f.t),
		Person: func(_ context.Context, _ db.Reader, named string) (string, error) {
			return map[string]string{"ann": annID, "bob": bobID}[named], nil
		},
		Own: func(host string) bool { return host == "acme.example.com" }})
	f.t.Cleanup(func() { _ = p.Close() })
	return p
}

func (f *fixture) create(s Spec) Issuer {
	f.t.Helper()
	i, err := f.plane.CreateIssuer(f.ctx, s)
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

func (f *fixture) link(issuer, claim, subject, person string) Link {
	f.t.Helper()
	l, err := f.plane.LinkPerson(f.ctx, issuer, LinkSpec{Claim: claim, Subject: subject, Person: person})
	if err != nil {
		f.t.Fatal(err)
	}
	return l
}

// entra makes the customer's directory known.
func (f *fixture) entra() Issuer {
	f.t.Helper()
	return f.create(Spec{Name: "Entra", Kind: Entra, Issuer: f.idp.URL + "/" + home + "/v2.0", Audiences: []string{api}, Clients: []string{caller}})
}

// realm makes the issuer of another make known.
func (f *fixture) realm(clients ...string) Issuer {
	f.t.Helper()
	return f.create(Spec{Name: "Realm", Kind: OIDC, Issuer: f.idp.URL + "/realm", Audiences: []string{"provost"}, Clients: clients})
}

// app2 are the claims of an application's token of version 2.
func (f *fixture) app2() map[string]any {
	now := f.clock.Now().Unix()
	return map[string]any{
		"ver": "2.0", "iss": f.idp.URL + "/" + home + "/v2.0", "aud": api, "tid": home, "azp": caller, "azpacr": "1", "oid": robot, "sub": robot,
		"iat": now, "nbf": now, "exp": now + 3599, "uti": "u-1", "roles": []string{"Access.All"}, "idtyp": "app",
	}
}

// app1 are those of version 1.
func (f *fixture) app1() map[string]any {
	return with(f.app2(), "ver", "1.0", "iss", "https://sts.windows.net/"+home+"/", "aud", "api://"+api, "azp", nil, "azpacr", nil, "appid", caller,
		"appidacr", "1", "idtyp", nil)
}

// user2 are the claims of a user's token of version 2.
func (f *fixture) user2() map[string]any {
	return with(f.app2(), "oid", human, "sub", "pairwise-4711", "scp", "Tickets.Read Tickets.Write", "roles", nil, "idtyp", nil, "name", "Ann")
}

// access are the claims of an access token of another make (RFC 9068).
func (f *fixture) access() map[string]any {
	now := f.clock.Now().Unix()
	return map[string]any{
		"iss": f.idp.URL + "/realm", "aud": []string{"provost", "other"}, "sub": "4711", "client_id": "probe", "scope": "read write",
		"iat": now, "exp": now + 300, "jti": "j-1",
	}
}

// token signs claims as the issuers here do.
func token1(claims map[string]any) string {
	return signed(jose.RS256, rsaKey(), map[string]any{"typ": "JWT", "kid": "k1"}, claims)
}

func (f *fixture) verify(token string) (*Verified, string) {
	f.t.Helper()
	v, reason, err := f.plane.Verify(f.ctx, token)
	if err != nil {
		f.t.Fatal(err)
	}
	if (v == nil) != (reason != "") {
		f.t.Fatalf("verified %+v, refused for %q", v, reason)
	}
	return v, reason
}

// refused fails the test unless the token is refused for the reason.
func (f *fixture) refused(name, token, reason string) {
	f.t.Helper()
	if v, got := f.verify(token); got != reason {
		f.t.Errorf("%s: refused for %q, want %q; %.200v", name, got, reason, v)
	}
}

func (f *fixture) accepted(name, token string) *Verified {
	f.t.Helper()
	v, reason := f.verify(token)
	if reason != "" {
		f.t.Fatalf("%s: refused for %q", name, reason)
	}
	return v
}

// tampered replaces the header of a token, with its signature as it was.
func tampered(token string, header map[string]any) string {
	_, rest, _ := strings.Cut(token, ".")
	return encode(header) + "." + rest
}
