package db_test

import (
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
