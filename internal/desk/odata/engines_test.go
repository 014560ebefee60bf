package odata_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// engines opens a database of each kind for the length of the test.
func engines(t *testing.T) map[string]*engine {
	t.Helper()
	return map[string]*engine{
		"SQLite":     newEngine(t, odata.SQLite, connect(t, "sqlite:"+filepath.Join(t.TempDir(), "rows.db"))),
		"PostgreSQL": newEngine(t, odata.Postgres, connect(t, pgtest.DSN(t))),
	}
}

type openDatabase struct{ db *db.DB }

func connect(t *testing.T, dsn string) openDatabase {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return openDatabase{d}
}

func (c openDatabase) exec(query string, args ...any) error {
	return c.db.Alone(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}

func (c openDatabase) texts(query string, args ...any) ([]string, error) {
	rows, err := c.db.Query(context.Background(), query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := []string{}
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
