package pgtest_test

import (
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

func open(t *testing.T, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestDatabaseIsFreshAndOrderedByBytes(t *testing.T) {
	for _, name := range []string{"first", "second"} {
		t.Run(name, func(t *testing.T) {
			d := open(t, pgtest.DSN(t))
			if err := d.Alone(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec("CREATE TABLE only_here (a TEXT)")
				return err
			}); err != nil {
				t.Error("a fresh database must be empty:", err)
			}
			var order string
			if err := d.QueryRow(t.Context(), "SELECT string_agg(x, '' ORDER BY x) FROM (VALUES ('ä'), ('b'), ('B'), ('a')) AS v(x)").Scan(&order); err != nil {
				t.Fatal(err)
			}
			if order != "Babä" {
				t.Errorf("order of text: %s, want that of bytes", order)
			}
		})
	}
}

func TestEachGivesBothEngines(t *testing.T) {
	var seen []string
	pgtest.Each(t, func(t *testing.T, dsn string) { seen = append(seen, string(open(t, dsn).Engine())) })
	if got := strings.Join(seen, " "); got != "sqlite postgres" {
		t.Errorf("engines: %s", got)
	}
}

func TestClusterKeepsItsDataOverACrash(t *testing.T) {
	c := pgtest.NewCluster(t)
	dsn := c.DSN("kept")
	first, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Alone(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("CREATE TABLE kept (a TEXT)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	c.Restart()
	var n int
	if err := open(t, c.DSN("kept")).QueryRow(t.Context(), "SELECT count(*) FROM kept").Scan(&n); err != nil {
		t.Fatal(err)
	}
}
