package people

import (
	"context"
	"encoding/base64"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// fixture is two tenants with the stock of this domain.
type fixture struct {
	t        *testing.T
	clock    *clock.Manual
	module   *Module
	one, two *tenant.Handle
	ctx      context.Context
	ended    []string // "RecId why" of EndSessions
}

// EndSessions notes whose sessions end.
func (f *fixture) EndSessions(_ context.Context, _ *db.Tx, personID, why string) error {
	f.ended = append(f.ended, personID+" "+why)
	return nil
}

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, newFixture(t, dsn)) })
}

func newFixture(t *testing.T, dsn string) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
	f.ctx = record.AsSystem(t.Context())
	dir := t.TempDir()
	keys, err := secret.Open(filepath.Join(dir, "keys.json"), true)
	f.must(err)
	control, err := db.Open(f.ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
	f.must(err)
	t.Cleanup(func() { _ = control.Close() })
	f.module = New(Deps{Clock: f.clock})
	f.module.SetSessions(f)
	registry, err := tenant.Open(f.ctx, tenant.Options{Control: control, ControlDSN: dsn, DataDir: dir, Keys: keys, Opened: f.module.Prepare,
		Records: func(ctx context.Context, d *db.DB) (*record.Engine, error) {
			return record.Open(ctx, record.Options{DB: d, Clock: f.clock, Stock: []record.Stock{{Domain: "people", Catalogue: Stock()}}, Owners: f.module.Owners()})
		}})
	f.must(err)
	var release []func()
	t.Cleanup(func() {
		for _, r := range release {
			r()
		}
		ctx := record.AsSystem(context.Background())
		for _, info := range registry.List() {
			if err := registry.Delete(ctx, info.ID); err != nil {
				t.Errorf("delete tenant: %v", err)
			}
		}
		if err := registry.Close(ctx); err != nil {
			t.Errorf("close tenants: %v", err)
		}
	})
	for name, h := range map[string]**tenant.Handle{"one": &f.one, "two": &f.two} {
		info, err := registry.Create(f.ctx, tenant.New{Name: name, Hosts: []string{name + ".example.com"}, BaseURL: "https://" + name + ".example.com"})
		f.must(err)
		var free func()
		*h, free, err = registry.Acquire(f.ctx, info.ID)
		f.must(err)
		release = append(release, free)
	}
	return f
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func input(pairs ...any) record.Input {
	var in record.Input
	for i := 0; i+1 < len(pairs); i += 2 {
		in = append(in, record.InputField{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	return in
}

func (f *fixture) typ(object string) *record.Type {
	f.t.Helper()
	t, ok := f.one.Records.Type(f.ctx, object)
	if !ok {
		f.t.Fatalf("no object %s", object)
	}
	return t
}

func (f *fixture) create(object string, pairs ...any) record.Row {
	f.t.Helper()
	row, err := f.one.Records.Create(f.ctx, f.typ(object), input(pairs...))
	f.must(err)
	return row
}

func (f *fixture) update(row record.Row, pairs ...any) record.Row {
	f.t.Helper()
	row, err := f.one.Records.Update(f.ctx, row.Type, row.RecID, input(pairs...))
	f.must(err)
	return row
}

// complaints are the messages of a refusal.
func complaints(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	for _, c := range fault.Of(err).Fields {
		text += " " + c.Message
	}
	return text
}

type tx = db.Tx

// weakHash is an argon2id hash of less work than is used now.
func weakHash(password string) string {
	salt := []byte("0123456789abcdef")
	sum := argon2.IDKey([]byte(password), salt, 1, 64, 1, 32)
	return "$argon2id$v=19$m=64,t=1,p=1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(sum)
}
