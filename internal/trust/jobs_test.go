package trust

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
)

func TestUsesAreCountedAndFlushedTogether(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
		for range 5 {
			f.clock.Advance(time.Second)
			f.accepted(f.one, home, k.Secret)
		}
		f.must(f.module.Flush(f.ctx, f.one))
		f.clock.Advance(time.Second)
		f.accepted(f.one, "192.0.2.8", k.Secret)
		keys, err := f.module.Keys(f.ctx, f.one) // flushes
		f.must(err)
		if len(keys) != 1 || keys[0].Uses != 6 || keys[0].LastAddress != "192.0.2.8" || keys[0].LastUsed == nil || !keys[0].LastUsed.Equal(f.clock.Now()) {
			t.Errorf("%+v", keys)
		}
		f.must(f.module.DeleteKey(f.ctx, f.one, k.ID))
		f.must(f.module.Flush(f.ctx, f.one))
		var left int64
		f.must(f.one.DB.QueryRow(f.ctx, `SELECT (SELECT COUNT(*) FROM trust_key_use) + (SELECT COUNT(*) FROM trust_address)`).Scan(&left))
		if left != 0 {
			t.Errorf("%d rows left of a deleted key", left)
		}
	})
}

// A use writes nothing by itself; the timer does.
func TestUsesAreFlushedByThemselves(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
	f.accepted(f.one, home, k.Secret)
	deadline := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		var n int64
		f.must(f.one.DB.QueryRow(f.ctx, `SELECT COUNT(*) FROM trust_address`).Scan(&n))
		if n == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing was written within 20 s")
		}
	}
}

func TestFirstUseFromAnAddressIsAuditedOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
		for range 2 {
			for _, from := range []string{home, "192.0.2.8", home, "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"} {
				f.accepted(f.one, from, k.Secret)
			}
			f.must(f.module.Flush(f.ctx, f.one))
		}
		// Another replica knows what stands in the database.
		other := &fixture{t: t, clock: f.clock, one: f.one, module: New(Deps{Clock: f.clock}), ctx: f.ctx}
		other.accepted(f.one, home, k.Secret)
		f.must(other.module.Flush(f.ctx, f.one))
		records, err := audit.List(f.ctx, f.one.DB, audit.Filter{Target: k.ID, Action: "api_key.new_address"})
		f.must(err)
		var from []string
		for _, r := range records {
			from = append([]string{r.Address}, from...)
			if r.Actor != f.ann || r.Credential != k.ID {
				t.Errorf("%+v", r)
			}
		}
		if d := cmp.Diff([]string{home, "192.0.2.8", "2001:db8::1", "2001:db8:0:1::1"}, from); d != "" {
			t.Error(d)
		}
	})
}

func TestRefusalsAreSummed(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann", CIDRs: []string{"10.0.0.0/8"}})
		for range 7 {
			f.refused(f.one, home, k.Secret)
		}
		for range 3 {
			f.refused(f.one, home, legacyKey)
			f.refused(f.one, home, "REST nothing")
		}
		f.refused(f.one, home, "") // asking without a credential is no attack
		f.post(loginPath, "application/json", loginJSON("password", "no"))
		f.must(f.module.Flush(f.ctx, f.one))
		f.must(f.module.Flush(f.ctx, f.one))
		records, err := audit.List(f.ctx, f.one.DB, audit.Filter{Limit: 4})
		f.must(err)
		got := map[string]string{}
		for _, r := range records {
			got[r.Action+" "+r.Target+" "+r.Address] = strings.Join(r.Flags, ",")
		}
		want := map[string]string{
			"api_key.refused " + k.ID + " " + home: "address:7",
			"api_key.refused  " + home:             "unknown:3",
			"credential.refused  " + home:          "malformed:3",
			"sign_in.refused  " + home:             "name or password:1",
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

func TestRefusalsAreBounded(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	p := f.module.plane(f.one)
	for i := range maxRefusals + 500 {
		p.refuse(refusal{address: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), reason: "unknown"})
	}
	if len(p.refusals.sums) != maxRefusals || p.refusals.more != 500 {
		t.Errorf("%d sums, %d more", len(p.refusals.sums), p.refusals.more)
	}
	f.must(f.module.Flush(f.ctx, f.one))
}

func TestSweepRemovesOldSessions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.signIn()
		f.clock.Advance(31 * 24 * time.Hour)
		key := f.signIn()
		f.must(f.module.Sweep(f.ctx, f.one))
		f.accepted(f.one, home, key)
		for table, want := range map[string]int64{"trust_session": 1, "trust_address": 1} {
			var n int64
			f.must(f.one.DB.QueryRow(f.ctx, fmt.Sprintf(`SELECT COUNT(*) FROM %s`, table)).Scan(&n))
			if n != want {
				t.Errorf("%s: %d rows", table, n)
			}
		}
	})
}
