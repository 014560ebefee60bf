package trust

import (
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

func TestSigningKeys(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a, rsa, ed := f.app(), f.app(func(r *Registration) { r.TokenAlg = "RS256" }), f.app(func(r *Registration) { r.TokenAlg = "EdDSA" })
		p := f.module.plane(f.one)
		if n := len(a.keys().Keys); n != 1 {
			t.Errorf("%d keys before anybody asked for another algorithm", n)
		}
		text, _ := a.tokenOf()
		for alg, who := range map[string]*app{"RS256": rsa, "EdDSA": ed} {
			token, _ := who.tokenOf()
			f.accepted(f.one, home, "Bearer "+token)
			if signed, err := jose.ParseSignedCompact(token, tokenAlgs); err != nil || signed.Signatures[0].Protected.Algorithm != alg {
				t.Errorf("%s: %v", alg, err)
			}
		}
		first := p.activeKey("ES256").kid
		f.must(p.makeKey(f.ctx, "ES256", keyNotice, "planned"))
		f.must(p.makeKey(f.ctx, "ES256", keyNotice, "planned")) // another replica, at the same moment
		published := a.keys().Keys
		if len(published) != 4 || p.activeKey("ES256").kid != first {
			t.Fatalf("%d keys, active %s", len(published), p.activeKey("ES256").kid)
		}
		f.clock.Advance(keyNotice)
		next, _ := a.tokenOf()
		if second := p.activeKey("ES256").kid; second == first {
			t.Error("the next key does not sign")
		}
		f.clock.Advance(-keyNotice + 30*time.Minute) // the old token still lives
		f.accepted(f.one, home, "Bearer "+text)
		f.clock.Advance(keyNotice - 30*time.Minute)
		f.accepted(f.one, home, "Bearer "+next)
		f.clock.Advance(maxTokenLife + 2*tokenLeeway)
		for _, k := range a.keys().Keys {
			if k.KeyID == first {
				t.Error("a key is published although nothing it signed can live")
			}
		}
	})
}

func TestFirstKeyIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.app()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { a.ask() })
		}
		group.Wait()
		if n := len(a.keys().Keys); n != 1 {
			t.Errorf("%d keys", n)
		}
	})
}
