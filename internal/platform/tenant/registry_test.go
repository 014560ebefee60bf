package tenant_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// stock is one small object, so that tenants have records of their own.
var stock = []record.Stock{{Domain: "test", Catalogue: record.Catalogue{Objects: []record.Definition{{
	Object: "Memo#", Label: "Memo", Fields: []record.FieldDefinition{{Name: "Subject", Index: record.Indexed, Search: true}},
}}}}}

// server is a registry with what it stands on.
type server struct {
	*tenant.Registry
	dsn     string
	data    string
	control *db.DB
	keys    *secret.Keys
}

func acting(t *testing.T) context.Context {
	return principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "test"})
}

// start opens a registry on the control database of a DSN, with tenants' files in data.
func start(t *testing.T, dsn, data string, change func(*tenant.Options)) *server {
	t.Helper()
	control, err := db.Open(t.Context(), dsn, db.Options{Timeline: db.ControlTimeline()})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := secret.Open(filepath.Join(data, "keys.json"), true)
	if err != nil {
		t.Fatal(err)
	}
	o := tenant.Options{
		Control: control, ControlDSN: dsn, DataDir: data, Keys: keys, Logger: slog.New(slog.DiscardHandler),
		Records: func(ctx context.Context, d *db.DB) (*record.Engine, error) {
			return record.Open(ctx, record.Options{DB: d, Stock: stock})
		},
	}
	if change != nil {
		change(&o)
	}
	r, err := tenant.Open(acting(t), o)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{r, dsn, data, control, keys}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := errors.Join(r.Close(ctx), control.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *server) create(t *testing.T, n tenant.New) tenant.Info {
	t.Helper()
	info, err := s.Create(acting(t), n)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// memo writes a record into a tenant.
func (s *server) memo(t *testing.T, id, subject string) {
	t.Helper()
	h, release, err := s.Acquire(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	typ, _ := h.Records.Type(t.Context(), "Memo")
	if _, err := h.Records.Create(acting(t), typ, record.Input{{Name: "Subject", Value: subject}}); err != nil {
		t.Fatal(err)
	}
}

// memos reads the subjects of all records of a tenant.
func (s *server) memos(t *testing.T, id string) []string {
	t.Helper()
	h, release, err := s.Acquire(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	rows, err := h.DB.Query(t.Context(), `SELECT c_subject FROM rec_memo ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// each runs a test with the control database on either engine.
func each(t *testing.T, test func(t *testing.T, s *server)) {
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, start(t, dsn, t.TempDir(), nil)) })
}

// until waits for a condition that another goroutine brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

func TestResolveByHost(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		if _, err := s.Resolve("any"); !fault.Is(err, fault.NotFound) {
			t.Errorf("without tenants: %v, want not found", err)
		}
		a := s.create(t, tenant.New{Name: "alpha", Hosts: []string{"Alpha.Example.com:8443", "alpha.local"}})
		for _, host := range []string{"alpha.example.com", "whatever", "203.0.113.1:80", ""} {
			if got, err := s.Resolve(host); err != nil || got.ID != a.ID {
				t.Errorf("the only tenant is not served on %q: %v %v", host, got.ID, err)
			}
		}
		b := s.create(t, tenant.New{Name: "beta", Hosts: []string{"beta.example.com", "2001:db8::1"}})
		for host, want := range map[string]string{
			"alpha.example.com": a.ID, "ALPHA.example.COM:443": a.ID, "alpha.example.com.": a.ID, "alpha.local": a.ID,
			"beta.example.com:1": b.ID, "[2001:db8::1]:443": b.ID, "2001:db8::1": b.ID,
			"other.example.com": "", "example.com": "", "": "", "beta.example.com.evil.com": "",
		} {
			got, err := s.Resolve(host)
			if want == "" && !fault.Is(err, fault.NotFound) || got.ID != want {
				t.Errorf("Resolve(%q) = %s, %v; want %q", host, got.ID, err, want)
			}
		}
	})
}

func TestCreateRefuses(t *testing.T) {
	each(t, func(t *testing.T, s *server) { createRefuses(t, s) })
}

// occupied makes a database of something else on the engine of another one.
func occupied(t *testing.T, like, timeline string) string {
	t.Helper()
	dsn := filepath.Join(t.TempDir(), "occupied.db")
	if db.EngineOf(like) == db.Postgres {
		dsn = pgtest.DSN(t)
	}
	o := db.Options{Timeline: fstest.MapFS{"0001_x.sql": {Data: []byte("-- +goose Up\n" + timeline)}}}
	if timeline == "" {
		o.Timeline = db.ControlTimeline()
	}
	d, err := db.Open(t.Context(), dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return dsn
}

func createRefuses(t *testing.T, s *server) {
	control, foreign := occupied(t, s.dsn, ""), occupied(t, s.dsn, "CREATE TABLE wp_posts (id BIGINT);")
	taken := filepath.Join(t.TempDir(), "taken.db")
	s.create(t, tenant.New{Name: "alpha", Hosts: []string{"alpha.test"}, DSN: taken})
	for name, c := range map[string]struct {
		n    tenant.New
		kind fault.Kind
	}{
		"a name that is taken in other case": {tenant.New{Name: "ALPHA", Hosts: []string{"x.test"}}, fault.Conflict},
		"a host that is taken in other case": {tenant.New{Name: "x", Hosts: []string{"Alpha.Test"}}, fault.Conflict},
		"a database that holds a tenant":     {tenant.New{Name: "x", Hosts: []string{"x.test"}, DSN: taken}, fault.Conflict},
		"a name with a slash":                {tenant.New{Name: "a/b", Hosts: []string{"x.test"}}, fault.Invalid},
		"no name":                            {tenant.New{Hosts: []string{"x.test"}}, fault.Invalid},
		"a host with a path":                 {tenant.New{Name: "x", Hosts: []string{"x.test/y"}}, fault.Invalid},
		"an empty host":                      {tenant.New{Name: "x", Hosts: []string{""}}, fault.Invalid},
		"no host":                            {tenant.New{Name: "x"}, fault.Invalid},
		"a URL in place of a host":           {tenant.New{Name: "x", Hosts: []string{"https://x.test"}}, fault.Invalid},
		"a host with a port that is none":    {tenant.New{Name: "x", Hosts: []string{"x.test:http"}}, fault.Invalid},
		"a control database":                 {tenant.New{Name: "x", Hosts: []string{"x.test"}, DSN: control}, fault.Conflict},
		"a database of something else":       {tenant.New{Name: "x", Hosts: []string{"x.test"}, DSN: foreign}, fault.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := s.Create(acting(t), c.n); !fault.Is(err, c.kind) {
				t.Errorf("%v, want %v", err, c.kind)
			}
			if n := len(s.List()); n != 1 {
				t.Errorf("%d tenants afterwards, want 1", n)
			}
		})
	}
	s.create(t, tenant.New{Name: "x", Hosts: []string{"x.test"}}) // nothing of the refused ones is left
	if got := s.memos(t, s.List()[0].ID); len(got) != 0 {
		t.Errorf("the tenant whose database was named again holds %v", got)
	}
}

// TestTenantsDoNotMeet puts two tenants on each combination of engines.
func TestTenantsDoNotMeet(t *testing.T) {
	for name, c := range map[string]struct {
		control      func(testing.TB) string
		first, other func(testing.TB) string
	}{
		"both SQLite":             {sqlite, none, none},
		"both PostgreSQL":         {pgtest.DSN, none, none},
		"SQLite, one PostgreSQL":  {sqlite, none, pgtest.DSN},
		"PostgreSQL, one SQLite":  {pgtest.DSN, sqlite, none},
		"each where it was named": {sqlite, sqlite, pgtest.DSN},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, c.control(t), t.TempDir(), nil)
			a := s.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}, DSN: c.first(t)})
			b := s.create(t, tenant.New{Name: "b", Hosts: []string{"b.test"}, DSN: c.other(t)})
			s.memo(t, a.ID, "of a")
			s.memo(t, b.ID, "of b")
			if diff := cmp.Diff([]string{"of a"}, s.memos(t, a.ID)); diff != "" {
				t.Errorf("a: %s", diff)
			}
			if diff := cmp.Diff([]string{"of b"}, s.memos(t, b.ID)); diff != "" {
				t.Errorf("b: %s", diff)
			}
			if err := s.Delete(acting(t), a.ID); err != nil {
				t.Fatal(err)
			}
			if _, _, err := s.Acquire(t.Context(), a.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("a deleted tenant can be opened: %v", err)
			}
			if diff := cmp.Diff([]string{"of b"}, s.memos(t, b.ID)); diff != "" {
				t.Errorf("b after a was deleted: %s", diff)
			}
			again := s.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}}) // name and host are free
			if got := s.memos(t, again.ID); len(got) != 0 {
				t.Errorf("a new tenant of an old name holds %v", got)
			}
			if res, err := audit.Verify(t.Context(), s.control, nil); err != nil || !res.OK() || res.Entries != 4 {
				t.Errorf("audit chain of the control database: %+v %v, want 4 entries in order", res, err)
			}
		})
	}
}

func sqlite(tb testing.TB) string { return "sqlite:" + filepath.Join(tb.TempDir(), "x.db") }
func none(testing.TB) string      { return "" }

func TestSuspendedIsNotServed(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		a := s.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}})
		s.memo(t, a.ID, "kept")
		if err := s.Suspend(acting(t), a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resolve("a.test"); !fault.Is(err, fault.Unavailable) || fault.Of(err).Code != "tenant_suspended" || fault.Of(err).RetryAfter == 0 {
			t.Errorf("a suspended tenant: %v, want unavailable", err)
		}
		if err := errors.Join(s.Suspend(acting(t), a.ID), s.Resume(acting(t), a.ID)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resolve("a.test"); err != nil {
			t.Errorf("a resumed tenant: %v", err)
		}
		if diff := cmp.Diff([]string{"kept"}, s.memos(t, a.ID)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOtherReplicaFollows(t *testing.T) {
	dsn, data := pgtest.DSN(t), t.TempDir()
	quick := func(o *tenant.Options) { o.Refresh = 20 * time.Millisecond }
	one := start(t, dsn, data, quick)
	two := start(t, dsn, data, quick)
	a := one.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}})
	one.create(t, tenant.New{Name: "b", Hosts: []string{"b.test"}})
	until(t, "the other replica knows the tenant", func() bool { i, err := two.Resolve("a.test"); return err == nil && i.ID == a.ID })
	two.memo(t, a.ID, "from two")
	if diff := cmp.Diff([]string{"from two"}, one.memos(t, a.ID)); diff != "" {
		t.Error(diff)
	}
	held, release, err := two.Acquire(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := one.Suspend(acting(t), a.ID); err != nil {
		t.Fatal(err)
	}
	until(t, "whoever holds the tenant is told", func() bool {
		select {
		case <-held.Renewed():
			return true
		case <-held.Done():
			return true
		default:
			return false
		}
	})
	release()
	until(t, "the other replica refuses the suspended tenant", func() bool { _, err := two.Resolve("a.test"); return fault.Is(err, fault.Unavailable) })
	if err := one.Delete(acting(t), a.ID); err != nil {
		t.Fatal(err)
	}
	until(t, "the other replica forgets the deleted tenant", func() bool { _, err := two.Resolve("a.test"); return err == nil || fault.Is(err, fault.NotFound) })
	until(t, "the other replica closes it", func() bool { return two.OpenHandles() == 0 })
}

func TestOutageOfTheControlDatabase(t *testing.T) {
	s := start(t, sqlite(t), t.TempDir(), func(o *tenant.Options) { o.Refresh = 10 * time.Millisecond })
	a := s.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}})
	s.create(t, tenant.New{Name: "b", Hosts: []string{"b.test"}})
	if err := s.control.Close(); err != nil {
		t.Fatal(err)
	}
	if i, err := s.Resolve("a.test"); err != nil || i.ID != a.ID {
		t.Errorf("Resolve while the control database is away: %v %v", i, err)
	}
	s.memo(t, a.ID, "still written")
	if _, err := s.Create(acting(t), tenant.New{Name: "c", Hosts: []string{"c.test"}}); err == nil {
		t.Error("a tenant was created without a control database")
	}
}

func TestCrashInDeletionIsRepaired(t *testing.T) {
	dsn, data := sqlite(t), t.TempDir()
	s := start(t, dsn, data, nil)
	a := s.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}})
	file := filepath.Join(data, "tenants", a.ID+".db")
	// What a crash right after the first step leaves behind: a tombstone that still knows its database.
	err := s.control.Alone(t.Context(), func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM tenant_host`); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE tenant SET status = 'deleted', name = id, version = $1`, tx.AddCell("tenants", 1))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob(file); len(found) != 1 {
		t.Fatal("the database is gone before the repair")
	}
	again := start(t, dsn, data, nil)
	if found, _ := filepath.Glob(file + "*"); len(found) != 0 {
		t.Errorf("left behind: %v", found)
	}
	if n := len(again.List()); n != 0 {
		t.Errorf("%d tenants, want none", n)
	}
}

func TestCrashInCreationIsRepaired(t *testing.T) {
	dsn, data := sqlite(t), t.TempDir()
	s := start(t, dsn, data, nil)
	a := s.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}})
	err := s.control.Alone(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE tenant SET status = 'creating', version = $1`, tx.AddCell("tenants", 1))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	again := start(t, dsn, data, nil)
	if found, _ := filepath.Glob(filepath.Join(data, "tenants", a.ID+"*")); len(found) != 0 {
		t.Errorf("left behind: %v", found)
	}
	again.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}}) // name and host are free again
}

func TestRolesFollowWithinTwoSeconds(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		a := s.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}})
		h, release, err := s.Acquire(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		if !h.Roles().Has(role.Admin) {
			t.Fatal("a new tenant has no built-in roles")
		}
		ctx := acting(t)
		changed := time.Now()
		err = h.DB.Alone(ctx, func(tx *db.Tx) error {
			return role.Store{}.Save(ctx, tx, role.Role{Name: "Night", Label: "Night shift", Includes: []string{role.SelfService}})
		})
		if err != nil {
			t.Fatal(err)
		}
		until(t, "the new role is known", func() bool { return h.Roles().Has("Night") })
		if late := time.Since(changed); late > 2*time.Second {
			t.Errorf("known after %v", late)
		}
	})
}

func TestExportOfAnImportIsTheSame(t *testing.T) {
	sq := start(t, sqlite(t), t.TempDir(), nil)
	pg := start(t, pgtest.DSN(t), sq.data, nil) // the same keys file
	a := sq.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}, Demo: true})
	for _, m := range []string{"first", "zweite Ä", "x\ty"} {
		sq.memo(t, a.ID, m)
	}
	export := func(s *server, id string) []byte {
		var b bytes.Buffer
		if _, err := s.Export(acting(t), id, &b, nil); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	original := export(sq, a.ID)
	for name, s := range map[string]*server{"on the same server": sq, "on PostgreSQL": pg} {
		t.Run(name, func(t *testing.T) {
			b, err := s.Import(acting(t), tenant.New{Name: "b", Hosts: []string{"b.test"}}, bytes.NewReader(original), false, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !b.Demo || b.ID == a.ID {
				t.Errorf("imported as %+v", b)
			}
			if again := export(s, b.ID); !bytes.Equal(original, again) {
				t.Errorf("the export of the import differs: %d and %d bytes", len(original), len(again))
			}
			if diff := cmp.Diff(3, len(s.memos(t, b.ID))); diff != "" {
				t.Error(diff)
			}
		})
	}
	for name, in := range map[string][]byte{
		"cut short": original[:len(original)-20], "not an export": []byte("hello"), "empty": nil,
	} {
		t.Run(name+" is refused and leaves nothing", func(t *testing.T) {
			before := len(sq.List())
			if _, err := sq.Import(acting(t), tenant.New{Name: "c", Hosts: []string{"c.test"}}, bytes.NewReader(in), false, nil); err == nil {
				t.Error("taken")
			}
			files, _ := filepath.Glob(filepath.Join(sq.data, "tenants", "*.db"))
			if len(sq.List()) != before || len(files) != before {
				t.Errorf("%d tenants and %d files, want %d", len(sq.List()), len(files), before)
			}
		})
	}
	t.Run("of another keys file is refused unless wanted", func(t *testing.T) {
		other := start(t, sqlite(t), t.TempDir(), nil)
		_, err := other.Import(acting(t), tenant.New{Name: "c", Hosts: []string{"c.test"}}, bytes.NewReader(original), false, nil)
		if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "keys file") {
			t.Errorf("%v, want a conflict about keys", err)
		}
		if _, err := other.Import(acting(t), tenant.New{Name: "c", Hosts: []string{"c.test"}}, bytes.NewReader(original), true, nil); err != nil {
			t.Error(err)
		}
	})
}
