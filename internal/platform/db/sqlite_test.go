package db_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
)

func TestSQLiteIsSetUpForDurability(t *testing.T) {
	d := open(t, sqliteDSN(t), db.Options{})
	cases := []struct {
		pragma string
		want   string
	}{
		{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"}, {"page_size", "8192"}, {"wal_autocheckpoint", "32000"}, {"temp_store", "2"},
	}
	for _, c := range cases {
		t.Run(c.pragma, func(t *testing.T) {
			var got string
			if err := d.Write(t.Context(), func(tx *db.Tx) error {
				return tx.QueryRow(tx.Context(), "PRAGMA "+c.pragma).Scan(&got)
			}, nil); err != nil || got != c.want {
				t.Errorf("%s is %s, %v; want %s", c.pragma, got, err, c.want)
			}
		})
	}
}

func TestLogBeginsAnewUnderWrites(t *testing.T) {
	dsn := sqliteDSN(t)
	d := open(t, dsn, db.Options{})
	const pages = 100
	db.CheckpointAfter(d, pages)
	body := strings.Repeat("x", 5000) // a page each
	largest := int64(0)
	for _, id := range ids("n", 20*pages) {
		if err := d.Write(t.Context(), nil, func(tx *db.Tx) error { return tx.Later(insertNote, id, body) }); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(strings.TrimPrefix(dsn, "sqlite:") + "-wal"); err == nil {
			largest = max(largest, info.Size())
		}
	}
	if limit := int64(20 * pages * 8192); largest > limit { // some three times that is written
		t.Errorf("the log has grown to %d bytes, more than %d", largest, limit)
	}
	if n := len(notes(t, d)); n != 20*pages {
		t.Errorf("%d notes, want %d", n, 20*pages)
	}
}

// TestCellsAreThoseOfTheDatabase changes cells in every way there is beside a writer that remembers them.
func TestCellsAreThoseOfTheDatabase(t *testing.T) {
	dsn := sqliteDSN(t)
	d, other := open(t, dsn, db.Options{Timeline: db.TenantTimeline()}), open(t, dsn, db.Options{Timeline: db.TenantTimeline()})
	undone := errors.New("undone")
	add := func(d *db.DB) int64 {
		t.Helper()
		var n int64
		if err := d.Write(t.Context(), nil, func(tx *db.Tx) error { n = tx.AddCell("n", 1); return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	steps := []struct {
		name string
		do   func() error
		by   int64
	}{
		{"nothing", func() error { return nil }, 0},
		{"another process", func() error { add(other); return nil }, 1},
		{"a group that is undone", func() error {
			err := d.Alone(t.Context(), func(tx *db.Tx) error { tx.AddCell("n", 100); return undone })
			if !errors.Is(err, undone) {
				return err
			}
			return nil
		}, 0},
		{"a statement", func() error {
			return d.Alone(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec("UPDATE cell SET value = value + 10 WHERE name = 'n'")
				return err
			})
		}, 10},
		{"a statement after a look", func() error {
			return d.Alone(t.Context(), func(tx *db.Tx) error {
				tx.Cell("n")
				return tx.Later(`UPDATE "cell" SET value = value + 10 WHERE name = 'n'`)
			})
		}, 10},
		{"a group without cells", func() error {
			return d.Alone(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec("CREATE TABLE t (i INTEGER)"); return err })
		}, 0},
	}
	want := add(d)
	for range 2 {
		for _, s := range steps {
			if err := s.do(); err != nil && !strings.Contains(err.Error(), "already exists") {
				t.Fatalf("%s: %v", s.name, err)
			}
			want += s.by + 1
			if got := add(d); got != want {
				t.Fatalf("after %s: %d, want %d", s.name, got, want)
			}
		}
	}
}
