package db_test

import (
	"context"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// coreTimeline is the first of the tenant's migrations, so that these tests do not depend on other packages' tables.
func coreTimeline() fs.FS {
	core, err := fs.ReadFile(db.TenantTimeline(), "0001_core.sql")
	if err != nil {
		panic(err)
	}
	return fstest.MapFS{"0001_core.sql": {Data: core}}
}

// longer is coreTimeline and one more migration.
func longer(sql string) fs.FS {
	m := fstest.MapFS{"0002_more.sql": {Data: []byte("-- +goose Up\n" + sql + "\n-- +goose Down\n")}}
	m["0001_core.sql"] = coreTimeline().(fstest.MapFS)["0001_core.sql"]
	return m
}

func TestMigrations(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.WithoutCancel(t.Context())
		open(t, dsn, db.Options{})
		t.Run("a migrated database opens fast", func(t *testing.T) {
			best := time.Hour
			for range 5 {
				start := time.Now()
				d, err := db.Open(ctx, dsn, db.Options{Timeline: coreTimeline()})
				if err != nil {
					t.Fatal(err)
				}
				best = min(best, time.Since(start))
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}
			t.Logf("open: %v", best)
			if best > 50*time.Millisecond {
				t.Errorf("open took %v, want under 50 ms", best)
			}
		})
		t.Run("replicas may migrate at once", func(t *testing.T) {
			timeline := longer("CREATE TABLE more (a TEXT NOT NULL PRIMARY KEY); INSERT INTO more VALUES ('one');")
			var wg sync.WaitGroup
			replicas := 1
			if db.EngineOf(dsn) == db.Postgres {
				replicas = 4
			}
			for range replicas {
				wg.Go(func() {
					d, err := db.Open(ctx, dsn, db.Options{Timeline: timeline})
					if err != nil {
						t.Error(err)
						return
					}
					defer d.Close()
					if n, err := scanInt(d.QueryRow(ctx, "SELECT count(*) FROM more")); err != nil || n != 1 {
						t.Errorf("%d rows, %v", n, err)
					}
				})
			}
			wg.Wait()
		})
		t.Run("a newer database is refused", func(t *testing.T) {
			_, err := db.Open(ctx, dsn, db.Options{Timeline: coreTimeline()})
			if err == nil || !strings.Contains(err.Error(), "newer program") {
				t.Errorf("error %v", err)
			}
		})
	})
}

func TestFailedMigrationLeavesNothing(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		bad := longer("CREATE TABLE half (a TEXT); INSERT INTO no_such_table VALUES (1);")
		if _, err := db.Open(t.Context(), dsn, db.Options{Timeline: bad}); err == nil {
			t.Fatal("opened")
		}
		d := open(t, dsn, db.Options{Timeline: longer("CREATE TABLE half (a TEXT);")})
		if _, err := scanInt(d.QueryRow(t.Context(), "SELECT count(*) FROM half")); err != nil {
			t.Error(err)
		}
	})
}

func TestBothTimelinesApply(t *testing.T) {
	for name, timeline := range map[string]fs.FS{"control": db.ControlTimeline(), "tenant": db.TenantTimeline()} {
		t.Run(name, func(t *testing.T) {
			pgtest.Each(t, func(t *testing.T, dsn string) {
				d := open(t, dsn, db.Options{Timeline: timeline})
				if n, err := scanInt(d.QueryRow(t.Context(), "SELECT count(*) FROM cell WHERE name = 'group.lock'")); err != nil || n != 1 {
					t.Errorf("%d rows of the group lock, %v", n, err)
				}
			})
		})
	}
}
