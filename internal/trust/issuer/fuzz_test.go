package issuer

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/clock"
)

// FuzzVerify: whatever is brought as a token, nothing but a signature of the issuer's key makes it count, and the steps end without a panic.
func FuzzVerify(f *testing.F) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	i := Issuer{ID: "1", Name: "Realm", Kind: OIDC, Issuer: "https://id.example.com", Audiences: []string{"provost"}, Enabled: true}
	e := Issuer{ID: "2", Name: "Entra", Kind: Entra, Issuer: "https://login.microsoftonline.com/" + home + "/v2.0", Audiences: []string{api}, Enabled: true}
	sources := make(map[string]*source)
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) // the same in all processes that fuzz
	set := &KeySet{clock: clock.NewManual(now), closed: true}
	set.kept.Store(&keys{[]Key{{ID: "k1", public: key.Public()}}, now, now.Add(time.Hour)})
	for _, one := range append(i.sources(), e.sources()...) {
		one.keys = set
		sources[one.iss] = &one
	}
	claims := map[string]any{"iss": i.Issuer, "aud": "provost", "sub": "1", "client_id": "c", "exp": now.Unix() + 300}
	good := signed(jose.EdDSA, key, map[string]any{"kid": "k1", "typ": "at+jwt"}, claims)
	f.Add(good)
	f.Add(tampered(good, map[string]any{"alg": "none", "kid": "k1"}))
	f.Add(strings.ToUpper(good))
	f.Add("")
	f.Add("..")
	f.Add(`{"alg":"RS256","kid":"k1","typ":null}` + "\n{}")
	f.Add(`{"alg":"EdDSA","kid":"k1","typ":"at+jwt"}` + "\n" + string(must(json.Marshal(claims))))
	f.Add(`{"alg":"RS256","kid":"k1","typ":"JWT"}` + "\n" + `{"iss":"` + e.Issuer + `","aud":["` + api + `"],"ver":"2.0","tid":"` + home + `","azp":"` + caller + `","oid":"` + robot +
		`","sub":"x","exp":1.5e9,"nbf":null,"scp":"a b","roles":["r"],"cnf":null,"idtyp":"app"}`)
	f.Fuzz(func(t *testing.T, raw string) {
		token := raw
		if header, body, ok := strings.Cut(raw, "\n"); ok { // so that what is varied is JSON and not its encoding
			token = encodeRaw(header) + "." + encodeRaw(body) + "." + good[strings.LastIndexByte(good, '.')+1:]
		}
		x := examine(token, sources, now)
		x.people = func(context.Context, string, string, string, string) (string, string, string, error) {
			return "", "", "", nil
		}
		reason := ""
		for n := range steps {
			if x.source == nil && n > 1 {
				break
			}
			o, err := steps[n].run(x, t.Context())
			if err != nil {
				t.Fatalf("step %d: %v", n+1, err)
			}
			if reason == "" {
				reason = o.reason
			}
			if o.reason != "" && (len(o.detail) == 0 || len(o.detail) > 5000) {
				t.Fatalf("step %d says %d bytes", n+1, len(o.detail))
			}
		}
		if reason == "" && token != good {
			t.Fatalf("%q counts", raw)
		}
		_, _ = readKeys([]byte(raw))
		_, _ = readDiscovery([]byte(raw), i.Issuer)
		if d, ok := readDirectory(raw); ok {
			if again, ok := readDirectory(d.address()); !ok || again != d {
				t.Fatalf("%q is read as %+v, and that as %+v", raw, d, again)
			}
		}
	})
}
