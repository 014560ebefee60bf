package people

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

var home = netip.MustParseAddr("192.0.2.7")

// How failures are slowed down, as platform/password has it.
const (
	attempts  = 8
	firstWait = 2 * time.Second
	longest   = 5 * time.Minute
)

func TestVerifyPassword(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		const pass = "correct hörse battery"
		ada := f.create("Employee", "LoginID", "ada")
		f.must(f.module.SetPassword(f.ctx, f.one, ada.RecID, pass))
		f.create("Employee", "LoginID", "nopass")
		for name, c := range map[string]struct {
			login, password string
			spoil, mend     []any
			want            bool
		}{
			"the right one":                        {login: "ada", password: pass, want: true},
			"login in another case":                {login: "ADA", password: pass, want: true},
			"typed with a combining mark":          {login: "ada", password: strings.Replace(pass, "ö", "o\u0308", 1), want: true},
			"another password":                     {login: "ada", password: pass + "x"},
			"another case":                         {login: "ada", password: strings.ToUpper(pass)},
			"no password":                          {login: "ada"},
			"an unknown login":                     {login: "nobody", password: pass},
			"a login with NUL":                     {login: "ada\x00", password: pass},
			"somebody without a password":          {login: "nopass", password: ""},
			"the built-in employee":                {login: BuiltIn, password: pass},
			"a disabled person":                    {login: "ada", password: pass, spoil: []any{"Disabled", true}, mend: []any{"Disabled", false}},
			"a person who left":                    {login: "ada", password: pass, spoil: []any{"Status", "Terminated"}, mend: []any{"Status", "Active", "Disabled", false}},
			"somebody who may not use a password":  {login: "ada", password: pass, spoil: []any{"IsInternalAuth", false}, mend: []any{"IsInternalAuth", true}},
			"a password too long to be looked at":  {login: "ada", password: strings.Repeat("x", 5000)},
			"the right one after all of the above": {login: "ada", password: pass, want: true},
		} {
			t.Run(name, func(t *testing.T) {
				f.clock.Advance(time.Minute)
				if c.spoil != nil {
					f.update(ada, c.spoil...)
					defer f.update(ada, c.mend...)
				}
				got, err := f.module.VerifyPassword(f.ctx, f.one, c.login, c.password, home)
				if c.want && (err != nil || got != ada.RecID) || !c.want && (!fault.Is(err, fault.Unauthenticated) || got != "") {
					t.Errorf("got %q, %v", got, err)
				}
			})
		}
		if _, err := f.module.VerifyPassword(f.ctx, f.two, "ada", pass, home); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("in another tenant: %v", err)
		}
	})
}

func TestHashOfOldCostIsReplacedAtSignIn(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db")
	ada := f.create("Employee", "LoginID", "ada")
	weak := weakHash("correct horse battery")
	f.must(f.one.DB.Write(f.ctx, nil, func(tx *tx) error { return savePassword(tx, ada.RecID, weak, 1) }))
	if _, err := f.module.VerifyPassword(f.ctx, f.one, "ada", "correct horse battery", home); err != nil {
		t.Fatal(err)
	}
	hash, err := passwordOf(f.ctx, f.one.DB, ada.RecID)
	f.must(err)
	if hash == weak || !strings.Contains(hash, "m=19456,t=2,p=1") {
		t.Errorf("the hash is %s", hash)
	}
	if _, err := f.module.VerifyPassword(f.ctx, f.one, "ada", "correct horse battery", home); err != nil {
		t.Error(err)
	}
}

func TestTooManyFailures(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db")
	ada := f.create("Employee", "LoginID", "ada")
	const pass = "correct horse battery"
	f.must(f.module.SetPassword(f.ctx, f.one, ada.RecID, pass))
	verify := func(login, password string, from netip.Addr) error {
		_, err := f.module.VerifyPassword(f.ctx, f.one, login, password, from)
		return err
	}
	for range attempts {
		f.must(verify("ada", pass, home)) // what succeeds does not count
	}
	for range attempts {
		if err := verify("ada", "no", home); !fault.Is(err, fault.Unauthenticated) {
			t.Fatal(err)
		}
	}
	err := verify("ADA", pass, home)
	if !fault.Is(err, fault.RateLimited) || fault.Of(err).RetryAfter != firstWait {
		t.Errorf("got %v", err)
	}
	f.must(verify("ada", pass, netip.MustParseAddr("192.0.2.8"))) // nobody locks another one out
	if err := verify("bob", "no", home); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("another account: %v", err)
	}
	for wait := firstWait; wait < longest; wait *= 2 { // each further failure doubles the wait
		f.clock.Advance(wait)
		if err := verify("ada", "no", home); !fault.Is(err, fault.Unauthenticated) {
			t.Fatalf("after %s: %v", wait, err)
		}
		if err := verify("ada", pass, home); !fault.Is(err, fault.RateLimited) || fault.Of(err).RetryAfter != min(longest, 2*wait) {
			t.Fatalf("after %s and a failure: %v", wait, err)
		}
	}
	f.clock.Advance(longest)
	f.must(verify("ada", pass, home)) // and nobody is locked out for good
	f.must(verify("ada", pass, home))
}
