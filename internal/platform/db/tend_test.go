package db_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// A table that was small when the database was tended is not read whole once it has grown.
func TestTendingConcludesNothingFromFewRows(t *testing.T) {
	ctx := t.Context()
	d, err := db.Open(ctx, filepath.Join(t.TempDir(), "tend.db"), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	alone := func(do func(tx *db.Tx) error) {
		t.Helper()
		if err := d.Alone(ctx, do); err != nil {
			t.Fatal(err)
		}
	}
	fill := func(from, to int) {
		t.Helper()
		alone(func(tx *db.Tx) error {
			for i := from; i < to; i++ {
				if _, err := tx.Exec(`INSERT INTO member (person, role, since) VALUES ($1, 'x', 1)`, fmt.Sprint(i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	alone(func(tx *db.Tx) error {
		_, err := tx.Exec(`CREATE TABLE member (person TEXT NOT NULL, role TEXT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (person, role))`)
		return err
	})
	fill(0, 2)
	plan := func() string {
		t.Helper()
		var said string
		alone(func(tx *db.Tx) error {
			var a, b, c int64
			return tx.QueryRow(ctx, `EXPLAIN QUERY PLAN SELECT role, since FROM member WHERE person = $1`, "1").Scan(&a, &b, &c, &said)
		})
		return said
	}
	if said := plan(); !strings.HasPrefix(said, "SEARCH") {
		t.Fatalf("before it is tended: %s", said)
	}
	if err := d.Tend(ctx); err != nil {
		t.Fatal(err)
	}
	if said := plan(); !strings.HasPrefix(said, "SEARCH") {
		t.Errorf("of two rows: %s", said)
	}
	fill(2, 3000)
	if err := d.Tend(ctx); err != nil {
		t.Fatal(err)
	}
	alone(func(tx *db.Tx) error {
		var known string
		if err := tx.QueryRow(ctx, `SELECT stat FROM sqlite_stat1 WHERE tbl = 'member'`).Scan(&known); err != nil {
			return fmt.Errorf("what is known of three thousand rows: %w", err)
		}
		return nil
	})
}
