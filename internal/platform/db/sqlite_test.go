package db_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
)

func TestSQLiteIsSetUpForDurability(t *testing.T) {
	d := open(t, sqliteDSN(t), db.Options{})
	cases := []struct {
		pragma string
		want   string
	}{
		{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"}, {"page_size", "8192"}, {"wal_autocheckpoint", "8000"}, {"temp_store", "2"},
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
