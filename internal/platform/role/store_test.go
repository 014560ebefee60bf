package role_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const person = "0123456789ABCDEF0123456789ABCDEF"

// house is a tenant's database with the built-in roles, and somebody who acts.
type house struct {
	t     *testing.T
	ctx   context.Context
	db    *db.DB
	clock *clock.Manual
	store role.Store
}

func each(t *testing.T, fn func(h house)) {
	t.Helper()
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d, err := db.Open(t.Context(), dsn, db.Options{Timeline: db.TenantTimeline()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
		c := clock.NewManual(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
		h := house{t, principal.With(t.Context(), &principal.Principal{Kind: principal.Session, Login: "boss", Role: role.Admin}), d, c, role.Store{Clock: c}}
		h.must(func(tx *db.Tx) error { return role.Seed(t.Context(), tx) })
		fn(h)
		if res, err := audit.Verify(t.Context(), d, nil); err != nil || !res.OK() {
			t.Errorf("audit trail: %+v, %v", res, err)
		}
	})
}

func (h house) write(fn func(tx *db.Tx) error) error {
	h.clock.Advance(time.Second)
	return h.db.Write(h.ctx, nil, fn)
}

func (h house) must(fn func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.write(fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h house) book() *role.Book {
	h.t.Helper()
	b, err := role.Load(h.ctx, h.db)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

// trail returns the newest audit entry of an object type.
func (h house) trail(object string) audit.Record {
	h.t.Helper()
	list, err := audit.List(h.ctx, h.db, audit.Filter{Object: object, Limit: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	if len(list) == 0 {
		return audit.Record{}
	}
	return list[0]
}

func TestSeedWritesWhatIsMissingAndOnlyThat(t *testing.T) {
	each(t, func(h house) {
		b := h.book()
		if len(b.Roles()) != len(role.Builtin()) {
			t.Errorf("%d roles, want %d", len(b.Roles()), len(role.Builtin()))
		}
		for _, want := range role.Builtin() {
			got, _ := b.Role(want.Name)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		changed, _ := b.Role("ReportManager")
		changed.Label = "Auditors"
		h.must(func(tx *db.Tx) error { return h.store.Save(h.ctx, tx, changed) })
		version := h.book().Version
		h.must(func(tx *db.Tx) error { return role.Seed(h.ctx, tx) })
		after := h.book()
		if got, _ := after.Role("ReportManager"); got.Label != "Auditors" || !got.Builtin || after.Version != version {
			t.Errorf("seeding again changed something: %+v, version %d", got, after.Version)
		}
	})
}

func TestACustomRoleIsCoveredByInternalServicesAtOnce(t *testing.T) {
	each(t, func(h house) {
		before := h.book()
		h.must(func(tx *db.Tx) error {
			return h.store.Save(h.ctx, tx, role.Role{Name: "FleetOffice", Rights: map[string]role.Right{"Vehicle#": {Read: role.TeamRows, Create: true}}})
		})
		after := h.book()
		if after.Version <= before.Version {
			t.Errorf("version %d after %d: other replicas will not notice", after.Version, before.Version)
		}
		if v, err := role.Version(h.ctx, h.db); err != nil || v != after.Version {
			t.Errorf("Version = %d, %v, want %d", v, err, after.Version)
		}
		if !slices.Contains(after.Closure(role.InternalServices), "FleetOffice") {
			t.Error("InternalServices does not include it")
		}
		p := &principal.Principal{Kind: principal.Key, Role: "FleetOffice"}
		if after.Ask(p, role.Read, "Vehicle") != role.TeamRows || before.Ask(p, role.Read, "Vehicle") != role.NoRows {
			t.Error("the rights did not come with the new book alone")
		}
		if e := h.trail("role"); e.Action != "role.create" || e.Target != "FleetOffice" || e.Login != "boss" || e.Changes == nil {
			t.Errorf("trail: %+v", e)
		}
	})
}

func TestWhatSaveRefuses(t *testing.T) {
	each(t, func(h house) {
		version := h.book().Version
		for name, tc := range map[string]struct {
			role role.Role
			kind fault.Kind
		}{
			"a bad name":                 {role.Role{Name: "no spaces"}, fault.Invalid},
			"Admin":                      {role.Role{Name: "Admin", Label: "Weak"}, fault.Conflict},
			"InternalServices":           {role.Role{Name: "InternalServices"}, fault.Conflict},
			"a name taken in other case": {role.Role{Name: "selfservice"}, fault.Conflict},
		} {
			err := h.write(func(tx *db.Tx) error { return h.store.Save(h.ctx, tx, tc.role) })
			if !fault.Is(err, tc.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if h.book().Version != version {
			t.Error("a refusal changed something")
		}
	})
}

func TestRemove(t *testing.T) {
	each(t, func(h house) {
		h.must(func(tx *db.Tx) error { return h.store.Save(h.ctx, tx, role.Role{Name: "Temp"}) })
		h.must(func(tx *db.Tx) error { return h.store.Grant(h.ctx, tx, person, "Temp", false) })
		remove := func(name string) error {
			return h.write(func(tx *db.Tx) error { return h.store.Remove(h.ctx, tx, name) })
		}
		for name, kind := range map[string]fault.Kind{"Admin": fault.Conflict, "Nobody": fault.NotFound, "temp": fault.NotFound, "Temp": fault.Conflict} {
			if err := remove(name); !fault.Is(err, kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		h.must(func(tx *db.Tx) error { return h.store.Revoke(h.ctx, tx, person, "Temp") })
		if err := remove("Temp"); err != nil {
			t.Error(err)
		}
		if h.book().Has("Temp") || h.trail("role").Action != "role.delete" {
			t.Error("the role is still there or its end is not in the trail")
		}
	})
}

func TestGrantAndRevoke(t *testing.T) {
	each(t, func(h house) {
		grant := func(name string, def bool) {
			t.Helper()
			h.must(func(tx *db.Tx) error { return h.store.Grant(h.ctx, tx, person, name, def) })
		}
		held := func(wantDefault string, want ...string) {
			t.Helper()
			roles, def, err := h.store.Held(h.ctx, h.db, person)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, roles); diff != "" || def != wantDefault {
				t.Errorf("default %q, want %q; roles %s", def, wantDefault, diff)
			}
		}
		held("")
		grant("SelfService", false)
		held("SelfService", "SelfService") // the first is the default until one is marked so
		grant("Admin", false)
		held("SelfService", "SelfService", "Admin")
		grant("ServiceDeskAnalyst", true)
		held("ServiceDeskAnalyst", "ServiceDeskAnalyst", "SelfService", "Admin")
		grant("Admin", true)
		held("Admin", "Admin", "SelfService", "ServiceDeskAnalyst")
		if e := h.trail("Employee"); e.Action != "role.grant" || e.Target != person || string(e.Changes) != `{"Role Admin":["held","default"]}` {
			t.Errorf("trail: %s %s %s", e.Action, e.Target, e.Changes)
		}
		seq := h.trail("Employee").Seq
		grant("Admin", true)
		grant("Admin", false) // granting again takes nothing away
		held("Admin", "Admin", "SelfService", "ServiceDeskAnalyst")
		if h.trail("Employee").Seq != seq {
			t.Error("granting what is held is in the trail")
		}
		h.must(func(tx *db.Tx) error { return h.store.Revoke(h.ctx, tx, person, "Admin") })
		held("SelfService", "SelfService", "ServiceDeskAnalyst")
		if e := h.trail("Employee"); e.Action != "role.revoke" || string(e.Changes) != `{"Role Admin":["default",null]}` {
			t.Errorf("trail: %s %s", e.Action, e.Changes)
		}
		h.must(func(tx *db.Tx) error { return h.store.Revoke(h.ctx, tx, person, "Admin") })
		for _, unknown := range []string{"Nobody", "admin", ""} {
			err := h.write(func(tx *db.Tx) error { return h.store.Grant(h.ctx, tx, person, unknown, false) })
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("granting %q: %v", unknown, err)
			}
		}
		people, err := h.store.Holders(h.ctx, h.db, "SelfService", "", 10)
		if err != nil || !slices.Equal(people, []string{person}) {
			t.Errorf("Holders = %v, %v", people, err)
		}
		if people, err = h.store.Holders(h.ctx, h.db, "SelfService", person, 10); err != nil || len(people) != 0 {
			t.Errorf("Holders after the last = %v, %v", people, err)
		}
	})
}

func TestAGrantThatIsRolledBackLeavesNothing(t *testing.T) {
	each(t, func(h house) {
		stop := errors.New("stop")
		err := h.db.Alone(h.ctx, func(tx *db.Tx) error {
			if err := h.store.Grant(h.ctx, tx, person, "Admin", true); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if roles, _, err := h.store.Held(h.ctx, h.db, person); err != nil || roles != nil {
			t.Errorf("%v, %v", roles, err)
		}
	})
}
