package tenant_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

func TestNamesAndHostsChange(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := acting(t), start(t, dsn, t.TempDir(), nil)
		s.SetOrigin(tenant.Origin{Scheme: "https"})
		s.Reserve("platform.test")
		a, err := s.Create(ctx, tenant.New{Name: "a", Hosts: []string{"a.test"}, BaseURL: "https://a.test:8443"})
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Create(ctx, tenant.New{Name: "b", Hosts: []string{"b.test"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			for _, i := range s.List() {
				if err := s.Delete(context.WithoutCancel(ctx), i.ID); err != nil {
					t.Error(err)
				}
			}
		})
		for _, c := range []struct {
			name string
			do   func() error
			kind fault.Kind // 0: done
		}{
			{"the platform's own host", func() error { return s.AddHost(ctx, a.ID, "Platform.test.") }, fault.Conflict},
			{"another tenant's host", func() error { return s.AddHost(ctx, a.ID, "B.test") }, fault.Conflict},
			{"a host it has", func() error { return s.AddHost(ctx, a.ID, "a.test") }, fault.Conflict},
			{"no host", func() error { return s.AddHost(ctx, a.ID, "") }, fault.Invalid},
			{"a host with a direction mark", func() error { return s.AddHost(ctx, a.ID, "a\u202e.test") }, fault.Invalid},
			{"of no tenant", func() error { return s.AddHost(ctx, "nobody", "n.test") }, fault.NotFound},
			{"the only host", func() error { return s.RemoveHost(ctx, a.ID, "a.test") }, fault.Conflict},
			{"another tenant's name", func() error { return s.Rename(ctx, a.ID, "B") }, fault.Conflict},
			{"no name", func() error { return s.Rename(ctx, a.ID, "") }, fault.Invalid},
			{"one more", func() error { return s.AddHost(ctx, a.ID, "Help.A.test:443") }, 0},
			{"a canonical one it does not have", func() error { return s.SetCanonical(ctx, a.ID, "b.test") }, fault.NotFound},
			{"another canonical one", func() error { return s.SetCanonical(ctx, a.ID, "help.a.test") }, 0},
			{"its own name in another case", func() error { return s.Rename(ctx, a.ID, "A") }, 0},
			{"what changes nothing", func() error { return s.Rename(ctx, a.ID, "A") }, 0},
		} {
			err := c.do()
			if c.kind == 0 && err != nil || c.kind != 0 && !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		got, err := s.ByName("a")
		if err != nil || got.Name != "A" || got.BaseURL != "https://help.a.test" || !cmp.Equal(got.Hosts, []string{"help.a.test", "a.test"}) {
			t.Errorf("the tenant: %+v, %v", got, err)
		}
		if i, err := s.Resolve("help.a.test:8443"); err != nil || i.ID != a.ID {
			t.Errorf("under its new host: %+v, %v", i, err)
		}
		if err := s.RemoveHost(ctx, a.ID, "A.test"); err != nil {
			t.Error(err)
		}
		if _, err := s.Resolve("a.test"); !fault.Is(err, fault.NotFound) {
			t.Errorf("under a host that was removed: %v", err)
		}
		if h, release, err := s.Acquire(ctx, a.ID); err != nil || h.BaseURL != "https://help.a.test" {
			t.Errorf("its handle: %v", err)
		} else {
			release()
		}

		// Two give the same host to two tenants at once: one has it.
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, id := range []string{a.ID, b.ID} {
			both.Go(func() { errs[i] = s.AddHost(ctx, id, "both.test") })
		}
		both.Wait()
		if n := slices.IndexFunc(errs, func(err error) bool { return fault.Is(err, fault.Conflict) }); n < 0 || errs[1-n] != nil {
			t.Errorf("both gave the host away: %v", errs)
		}
	})
}
