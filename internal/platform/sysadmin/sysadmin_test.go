package sysadmin_test

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/password"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/sysadmin"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const pass = "correct horse battery staple"

var home = netip.MustParseAddr("192.0.2.7")

// fixture is a store that notes whose sign-ins end.
type fixture struct {
	*sysadmin.Store
	t       *testing.T
	ctx     context.Context
	clock   *clock.Manual
	address string
	ended   []string
}

// EndSessions notes whose sessions end.
func (f *fixture) EndSessions(_ context.Context, _ *db.Tx, id, why string) error {
	f.ended = append(f.ended, id+" "+why)
	return nil
}

// Forget notes who is forgotten.
func (f *fixture) Forget(_ context.Context, _ *db.Tx, id string) error {
	f.ended = append(f.ended, id+" forgotten")
	return nil
}

func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		f := &fixture{t: t, clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), address: "https://platform.example.com"}
		f.ctx = principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "test"})
		keys, err := secret.Open(filepath.Join(t.TempDir(), "keys.json"), true)
		f.must(err)
		control, err := db.Open(f.ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
		f.must(err)
		t.Cleanup(func() { _ = control.Close() })
		f.Store = sysadmin.New(sysadmin.Options{Control: control, Keys: keys, Clock: f.clock, Address: func() string { return f.address },
			Passwords: password.NewJudge(secret.NewPasswords(secret.PasswordLimits{}), f.clock)})
		f.SetSignIns(f)
		test(t, f)
	})
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// code is the secret of a link.
func (f *fixture) code(link string) string {
	f.t.Helper()
	base, value, _ := strings.Cut(link, "#")
	if base != f.address+"/set-password" {
		f.t.Fatalf("the link %s", link)
	}
	return value
}

func TestALinkWorksOnceForADay(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		olga, link, err := f.Create(f.ctx, sysadmin.NewAdmin{Login: " Olga ", Email: "olga@example.com"})
		f.must(err)
		if olga.Login != "Olga" || olga.Password || olga.CreatedBy != "test" || olga.LinkEnds == nil {
			t.Errorf("made: %+v", olga)
		}
		f.clock.Advance(password.LinkLife)
		if _, err := f.UseLink(f.ctx, f.code(link), pass, home); !fault.Is(err, fault.Invalid) {
			t.Errorf("after a day: %v", err)
		}
		if a, _, err := f.ByLogin(f.ctx, "OLGA"); err != nil || a.LinkEnds != nil {
			t.Errorf("it is still shown: %+v, %v", a, err)
		}
		_, first, err := f.NewLink(f.ctx, olga.ID)
		f.must(err)
		_, second, err := f.NewLink(f.ctx, olga.ID)
		f.must(err)
		for _, bad := range []string{f.code(first), "", "x", strings.Repeat("a", 43), f.code(second) + "a"} {
			if _, err := f.UseLink(f.ctx, bad, pass, home); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if _, err := f.UseLink(f.ctx, f.code(second), "my olga is long", home); !fault.Is(err, fault.Invalid) {
			t.Errorf("the login in the password: %v", err)
		}
		// Two use it at once: one password counts.
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			both.Go(func() {
				_, errs[i] = f.UseLink(f.ctx, f.code(second), fmt.Sprint(pass, i), netip.MustParseAddr(fmt.Sprintf("192.0.2.%d", 20+i)))
			})
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("both at once: %v", errs)
		}
		if len(f.ended) != 1 || f.ended[0] != olga.ID+" password changed" {
			t.Errorf("whose sessions ended: %v", f.ended)
		}
		winner := 0
		if errs[0] != nil {
			winner = 1
		}
		if id, err := f.VerifyPassword(f.ctx, "olga", fmt.Sprint(pass, winner), home); err != nil || id != olga.ID {
			t.Errorf("her password: %q, %v", id, err)
		}
		for _, login := range []string{"olga", "nobody", "olga\x00", strings.Repeat("x", 300)} {
			if _, err := f.VerifyPassword(f.ctx, login, "wrong", home); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%q: %v", login, err)
			}
		}
	})
}

func TestTheLastStays(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		make := func(login string, withPassword bool) string {
			t.Helper()
			a, _, err := f.Create(f.ctx, sysadmin.NewAdmin{Login: login})
			f.must(err)
			if withPassword {
				f.must(f.SetPassword(f.ctx, a.ID, pass))
			}
			return a.ID
		}
		no, yes := false, true
		one := make("one", false)
		if err := f.Delete(f.ctx, one, false); !fault.Is(err, fault.Conflict) {
			t.Errorf("the only one: %v", err)
		}
		f.must(f.SetPassword(f.ctx, one, pass))
		two := make("two", false)
		if err := f.Delete(f.ctx, one, false); !fault.Is(err, fault.Conflict) {
			t.Errorf("the only one with a password: %v", err)
		}
		if _, err := f.Change(f.ctx, one, sysadmin.Changes{Active: &no}); !fault.Is(err, fault.Conflict) {
			t.Errorf("deactivated: %v", err)
		}
		f.must(f.SetPassword(f.ctx, two, pass))
		_, err := f.Change(f.ctx, two, sysadmin.Changes{Active: &no})
		f.must(err)
		if _, err := f.VerifyPassword(f.ctx, "two", pass, home); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("somebody inactive: %v", err)
		}
		if _, _, err := f.NewLink(f.ctx, two); !fault.Is(err, fault.Conflict) {
			t.Errorf("a link for somebody inactive: %v", err)
		}
		if err := f.Delete(f.ctx, one, false); !fault.Is(err, fault.Conflict) {
			t.Errorf("the only active one: %v", err)
		}
		_, err = f.Change(f.ctx, two, sysadmin.Changes{Active: &yes})
		f.must(err)
		f.must(f.Delete(f.ctx, one, false))
		f.must(f.Delete(f.ctx, two, true))
		if err := f.Delete(f.ctx, two, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("twice: %v", err)
		}
		if all, err := f.List(f.ctx); err != nil || len(all) != 0 {
			t.Errorf("who is left: %+v, %v", all, err)
		}
	})
}

func TestWhatNoAccountCanBe(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		_, _, err := f.Create(f.ctx, sysadmin.NewAdmin{Login: "straße"})
		f.must(err)
		for name, c := range map[string]struct {
			is   sysadmin.NewAdmin
			kind fault.Kind
		}{
			"no login":               {sysadmin.NewAdmin{}, fault.Invalid},
			"a space":                {sysadmin.NewAdmin{Login: "a b"}, fault.Invalid},
			"a direction mark":       {sysadmin.NewAdmin{Login: "a\u202eb"}, fault.Invalid},
			"broken text":            {sysadmin.NewAdmin{Login: "a\xff"}, fault.Invalid},
			"a long login":           {sysadmin.NewAdmin{Login: strings.Repeat("x", 256)}, fault.Invalid},
			"a name of two lines":    {sysadmin.NewAdmin{Login: "a", Name: "x\ny"}, fault.Invalid},
			"no address":             {sysadmin.NewAdmin{Login: "a", Email: "nobody"}, fault.Invalid},
			"two addresses":          {sysadmin.NewAdmin{Login: "a", Email: "a@example.com, b@example.com"}, fault.Invalid},
			"a login that is folded": {sysadmin.NewAdmin{Login: "STRASSE"}, fault.Conflict},
		} {
			if _, _, err := f.Create(f.ctx, c.is); !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		f.address = ""
		if _, _, err := f.Create(f.ctx, sysadmin.NewAdmin{Login: "ok"}); fault.Of(err).Code != "platform_host_missing" {
			t.Errorf("without a platform's host: %v", err)
		}
		if all, err := f.List(f.ctx); err != nil || len(all) != 1 {
			t.Errorf("who there is: %d, %v", len(all), err)
		}
	})
}
