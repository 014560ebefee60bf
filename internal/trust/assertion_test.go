package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
)

// publicKey registers a public key for a client and returns what signs with the private one.
func (a *app) publicKey(private crypto.Signer, kid string, alg jose.SignatureAlgorithm, change ...func(*Credential)) jose.Signer {
	a.t.Helper()
	text, err := json.Marshal(jose.JSONWebKey{Key: private.Public(), KeyID: kid, Algorithm: string(alg), Use: "sig"})
	a.must(err)
	now := a.clock.Now()
	c := Credential{ID: id.RecID(), Kind: kindJWK, Hint: kid, JWK: text, NotBefore: now, Created: now}
	for _, f := range change {
		f(&c)
	}
	a.store(func(tx *db.Tx) error { return saveCredential(tx, a.row.ID, c) })
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: private, KeyID: kid}}, nil)
	a.must(err)
	return s
}

// assertion is a sound one, changed.
func (a *app) assertion(s jose.Signer, change ...func(map[string]any)) string {
	a.t.Helper()
	now := a.clock.Now().Unix()
	said := map[string]any{"iss": a.clientID, "sub": a.clientID, "aud": "https://one.example.com/" + a.h.ID, "iat": now, "exp": now + 60, "jti": id.GUID()}
	for _, f := range change {
		f(said)
	}
	text, err := json.Marshal(said)
	a.must(err)
	signed, err := s.Sign(text)
	a.must(err)
	out, err := signed.CompactSerialize()
	a.must(err)
	return out
}

func (a *app) askBy(assertion string, more ...string) *httptest.ResponseRecorder {
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {assertionType}, "client_assertion": {assertion}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Add(more[i], more[i+1])
	}
	return a.form(a.path("token"), form)
}

func TestPrivateKeyJWT(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.must(f.one.Records.SetSetting(f.ctx, settingFailures, "10000"))
		a, b := f.app(), f.app()
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		f.must(err)
		rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
		f.must(err)
		_, edKey, err := ed25519.GenerateKey(rand.Reader)
		f.must(err)
		s := a.publicKey(private, "k1", jose.ES256)
		for name, text := range map[string]string{
			"ES256": a.assertion(s),
			"RS256": a.assertion(a.publicKey(rsaKey, "k2", jose.RS256)),
			"PS256": a.assertion(a.publicKey(rsaKey, "k3", jose.PS256)),
			"EdDSA": a.assertion(a.publicKey(edKey, "k4", jose.EdDSA)),
			"no kid": a.assertion(func() jose.Signer {
				bare, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: private}, nil)
				f.must(err)
				return bare
			}()),
			"the audience as a list of one": a.assertion(s, func(c map[string]any) { c["aud"] = []string{c["aud"].(string)} }),
			"clocks a little apart":         a.assertion(s, func(c map[string]any) { c["exp"], c["iat"] = c["iat"].(int64)-30, c["iat"].(int64)+30 }),
		} {
			if w := a.askBy(text); w.Code != 200 {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		if w := a.askBy(a.assertion(s), "client_id", a.clientID); w.Code != 200 {
			t.Errorf("with client_id: %d %s", w.Code, w.Body)
		}
		typed := func(typ string) string {
			t.Helper()
			s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: "k1"}}, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
			f.must(err)
			return a.assertion(s)
		}
		for _, typ := range []string{"JWT", "client-authentication+jwt"} {
			if w := a.askBy(typed(typ)); w.Code != 200 {
				t.Errorf("typ %s: %d %s", typ, w.Code, w.Body)
			}
		}
		foreign, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		f.must(err)
		unregistered, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: foreign, KeyID: "k1"}}, nil)
		f.must(err)
		embedding, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: foreign}, &jose.SignerOptions{EmbedJWK: true})
		f.must(err)
		others := b.publicKey(foreign, "theirs", jose.ES256)
		past := f.clock.Now()
		old, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		f.must(err)
		expired := a.publicKey(old, "old", jose.ES256, func(c *Credential) { c.Expires = &past })
		set := func(name string, value any) func(map[string]any) { return func(c map[string]any) { c[name] = value } }
		drop := func(name string) func(map[string]any) { return func(c map[string]any) { delete(c, name) } }
		now := f.clock.Now().Unix()
		issuer := "https://one.example.com/" + f.one.ID
		for name, text := range map[string]string{
			"an unregistered key under a known kid": a.assertion(unregistered),
			"an embedded key":                       a.assertion(embedding),
			"another client's key":                  a.assertion(others),
			"an expired key":                        a.assertion(expired),
			"two audiences":                         a.assertion(s, set("aud", []string{issuer, "https://elsewhere.example"})),
			"the token endpoint as audience":        a.assertion(s, set("aud", issuer+"/connect/token")),
			"another tenant's issuer":               a.assertion(s, set("aud", "https://two.example.com/"+f.two.ID)),
			"no audience":                           a.assertion(s, drop("aud")),
			"expired":                               a.assertion(s, set("exp", now-61)),
			"an hour to live":                       a.assertion(s, set("exp", now+3600)),
			"no end":                                a.assertion(s, drop("exp")),
			"not yet":                               a.assertion(s, set("nbf", now+120)),
			"from the future":                       a.assertion(s, set("iat", now+120)),
			"no jti":                                a.assertion(s, drop("jti")),
			"another subject":                       a.assertion(s, set("sub", b.clientID)),
			"another issuer":                        a.assertion(s, set("iss", b.clientID)),
			"another client altogether":             a.assertion(s, set("iss", b.clientID), set("sub", b.clientID)),
			"an access token":                       typed("at+jwt"),
			"an access token by its full type":      typed("application/AT+JWT"),
			"an unknown client":                     a.assertion(s, set("iss", "AppReg_x"), set("sub", "AppReg_x")),
			"no JWT":                                "a.b.c",
			"nothing":                               "...",
			"9 KiB":                                 a.assertion(s, set("pad", strings.Repeat("x", 9<<10))),
			"a number as end":                       a.assertion(s, set("exp", "soon")),
			"an absurd end":                         a.assertion(s, set("exp", 1e300)),
		} {
			errorOf(t, name, a.askBy(text), 400, "invalid_client")
		}
		errorOf(t, "client_id of another", a.askBy(a.assertion(s), "client_id", b.clientID), 400, "invalid_client")
		errorOf(t, "an unknown type", a.form(a.path("token"), url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {"urn:x"},
			"client_assertion": {a.assertion(s)}}), 400, "invalid_request")
		r := a.row
		r.EndpointAudience = true
		a.store(func(tx *db.Tx) error { return saveRegistration(tx, r) })
		if w := a.askBy(a.assertion(s, set("aud", issuer+"/connect/token"))); w.Code != 200 {
			t.Errorf("the token endpoint as audience, allowed: %d %s", w.Code, w.Body)
		}
	})
}

func TestAnAssertionCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.must(f.one.Records.SetSetting(f.ctx, settingFailures, "10000"))
		a := f.app()
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		f.must(err)
		text := a.assertion(a.publicKey(private, "k1", jose.ES256))
		elsewhere := *a
		elsewhere.fixture = new(fixture)
		*elsewhere.fixture = *f
		elsewhere.module = New(Deps{People: people{new(bool)}, Clock: f.clock}) // another replica, with nothing in memory
		var granted, refused atomic.Int64
		var group sync.WaitGroup
		for i := range 50 {
			who := a
			if i%2 == 0 {
				who = &elsewhere
			}
			group.Go(func() {
				switch who.askBy(text).Code {
				case 200:
					granted.Add(1)
				case 400:
					refused.Add(1)
				}
			})
		}
		group.Wait()
		if granted.Load() != 1 || refused.Load() != 49 {
			t.Errorf("%d granted, %d refused", granted.Load(), refused.Load())
		}
		f.clock.Advance(30 * time.Second)
		errorOf(t, "later", a.askBy(text), 400, "invalid_client")
	})
}
