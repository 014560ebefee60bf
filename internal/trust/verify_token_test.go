package trust

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestHostileTokens(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.app()
		good, said := a.tokenOf()
		other, _ := a.tokenOf("scope", "odata.write")
		key := a.keys().Keys[0]
		mine, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		f.must(err)
		b64 := func(v any) string {
			b, isBytes := v.([]byte)
			if !isBytes {
				if b, err = json.Marshal(v); err != nil {
					t.Fatal(err)
				}
			}
			return base64.RawURLEncoding.EncodeToString(b)
		}
		type m map[string]any
		head := m{"alg": "ES256", "kid": key.KeyID, "typ": "at+jwt"}
		with := func(more m) m {
			out := maps.Clone(head)
			maps.Copy(out, more)
			return out
		}
		forge := func(header m, body any) string {
			text := b64(header) + "." + b64(body)
			sum := sha256.Sum256([]byte(text))
			r, s, err := ecdsa.Sign(rand.Reader, mine, sum[:])
			f.must(err)
			return text + "." + b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
		}
		hs := func(header m, body any, secret []byte) string {
			text := b64(header) + "." + b64(body)
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(text))
			return text + "." + b64(mac.Sum(nil))
		}
		der, err := x509.MarshalPKIXPublicKey(key.Key)
		f.must(err)
		public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		parts := strings.Split(good, ".")
		mineJWK := jose.JSONWebKey{Key: mine.Public(), Algorithm: "ES256"}
		edited := said
		edited.Scope = "admin.write"
		elsewhere := said
		elsewhere.Issuer = "https://elsewhere.example"
		signer := f.module.plane(f.one).activeKey("ES256").signer
		own := func(change func(*claims)) string { // signed by us: what a bug elsewhere could have made
			c := said
			change(&c)
			text, err := json.Marshal(c)
			f.must(err)
			signed, err := signer.Sign(text)
			f.must(err)
			out, err := signed.CompactSerialize()
			f.must(err)
			return out
		}
		now := f.clock.Now().Unix()
		for name, text := range map[string]string{
			"alg none without signature":      b64(with(m{"alg": "none"})) + "." + parts[1] + ".",
			"alg none with the old signature": b64(with(m{"alg": "none"})) + "." + parts[1] + "." + parts[2],
			"alg NoNe":                        b64(with(m{"alg": "NoNe"})) + "." + parts[1] + ".",
			"HS256 with our public key":       hs(with(m{"alg": "HS256"}), said, public),
			"HS256 with our key as JWK":       hs(with(m{"alg": "HS256"}), said, []byte(b64(key))),
			"RS256 named for an EC key":       b64(with(m{"alg": "RS256"})) + "." + parts[1] + "." + parts[2],
			"a foreign key under our kid":     forge(head, said),
			"an embedded jwk":                 forge(with(m{"jwk": mineJWK}), said),
			"a jku":                           forge(with(m{"jku": "https://elsewhere.example/keys"}), said),
			"an x5u":                          forge(with(m{"x5u": "https://elsewhere.example/cert"}), said),
			"an x5c":                          forge(with(m{"x5c": []string{b64(der)}}), said),
			"an unknown issuer":               forge(with(m{"kid": "other"}), elsewhere),
			"an unknown kid":                  b64(with(m{"kid": "other"})) + "." + parts[1] + "." + parts[2],
			"typ JWT":                         b64(with(m{"typ": "JWT"})) + "." + parts[1] + "." + parts[2],
			"crit":                            b64(with(m{"crit": []string{"exp"}})) + "." + parts[1] + "." + parts[2],
			"edited claims":                   parts[0] + "." + b64(edited) + "." + parts[2],
			"another token's signature":       parts[0] + "." + parts[1] + "." + strings.Split(other, ".")[2],
			"no signature":                    parts[0] + "." + parts[1] + ".",
			"four parts":                      good + ".AAAA",
			"a JWE of five parts":             parts[0] + "." + parts[1] + "." + parts[2] + ".a.b",
			"thousands of dots":               strings.Repeat(".", 7000),
			"9 KiB":                           good + strings.Repeat("A", 9<<10),
			"another audience":                own(func(c *claims) { c.Audience = audience{"https://elsewhere.example/api"} }),
			"an audience of nothing we have":  own(func(c *claims) { c.Audience = audience{c.Issuer + "/api/nonsense"} }),
			"no audience":                     own(func(c *claims) { c.Audience = nil }),
			"another tenant's id":             own(func(c *claims) { c.TenantID = f.two.ID }),
			"expired":                         own(func(c *claims) { c.Expires = now - 61 }),
			"no end":                          own(func(c *claims) { c.Expires = 0 }),
			"from the future":                 own(func(c *claims) { c.Issued = now + 120 }),
			"not yet valid":                   own(func(c *claims) { c.NotBefore = now + 120 }),
			"an unknown client":               own(func(c *claims) { c.ClientID = "AppReg_x" }),
			"an old epoch":                    own(func(c *claims) { c.Epoch-- }),
			"an unknown credential":           own(func(c *claims) { c.CredentialID = "x" }),
			"no jti":                          own(func(c *claims) { c.ID = "" }),
		} {
			who, err := f.as(f.one, home, "Bearer "+text)
			if !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: %+v, %v", name, who, err)
			}
		}
		if _, err := f.as(f.two, home, "Bearer "+good); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a token of another tenant: %v", err)
		}
		f.accepted(f.one, home, "Bearer "+own(func(c *claims) { c.Expires, c.Issued = now-30, now+30 })) // within the leeway of clocks
		f.accepted(f.one, home, "Bearer "+good)
		f.accepted(f.one, home, good)
	})
}

func TestWhatEndsATokenEndsItInTime(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		change := func(change func(*Registration)) func(a *app, _ claims) {
			return func(a *app, _ claims) {
				r := a.row
				change(&r)
				a.store(func(tx *db.Tx) error { return saveRegistration(tx, r) })
			}
		}
		for name, end := range map[string]func(a *app, c claims){
			"disabled":        change(func(r *Registration) { r.Enabled = false }),
			"another epoch":   change(func(r *Registration) { r.epoch++ }),
			"another network": change(func(r *Registration) { r.CIDRs = []string{"10.0.0.0/8"} }),
			"deleted": func(a *app, _ claims) {
				a.store(func(tx *db.Tx) error { return dropRegistration(tx, a.row.ID, f.clock.Now().UnixMicro()) })
			},
			"its secret revoked": func(a *app, _ claims) {
				c, at := a.row.Credentials[0], f.clock.Now()
				c.Revoked = &at
				a.store(func(tx *db.Tx) error { return saveCredential(tx, a.row.ID, c) })
			},
			"the person is not active": func(*app, claims) { f.update(f.internal, "Status", "Terminated"); f.clock.Advance(cacheLate) },
			"revoked here": func(a *app, c claims) {
				f.must(f.module.plane(f.one).revokeToken(asTrust(f.ctx, f.one.ID), c))
			},
			"its time": func(*app, claims) { f.clock.Advance(time.Hour + tokenLeeway) },
		} {
			a := f.app()
			text, said := a.tokenOf()
			f.accepted(f.one, home, "Bearer "+text)
			end(a, said)
			if _, err := f.as(f.one, home, "Bearer "+text); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: %v", name, err)
			}
			f.update(f.internal, "Status", "Active")
			f.clock.Advance(cacheLate)
		}
		a := f.app()
		text, _ := a.tokenOf()
		r := a.row
		r.Description, r.TokenSeconds = "edited", 300
		a.store(func(tx *db.Tx) error { return saveRegistration(tx, r) })
		f.accepted(f.one, home, "Bearer "+text) // editing ends nothing
	})
}

func BenchmarkBearer(b *testing.B) {
	f := newFixture(b, "sqlite:"+b.TempDir()+"/control.db", new(bool))
	f.t = new(testing.T)
	a := f.app()
	f.must(f.one.Records.SetSetting(f.ctx, settingCalls, "60000000"))
	text, _ := a.tokenOf()
	b.ReportAllocs()
	for b.Loop() {
		f.accepted(f.one, home, "Bearer "+text)
	}
}
