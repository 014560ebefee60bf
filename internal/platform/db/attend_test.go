package db_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// endless counts for minutes.
const endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000000) SELECT count(*) FROM n"

func TestReadingEndsWithItsContext(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		row := func(ctx context.Context) error {
			_, err := scanInt(d.QueryRow(ctx, endless))
			return err
		}
		later := func(ctx context.Context) error { // the first row comes at once
			rows, err := d.Query(ctx, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000000) SELECT i FROM n WHERE i < 100 OR i > 3900000000")
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
			}
			return rows.Err()
		}
		view := func(ctx context.Context) error {
			return d.View(ctx, func(r db.Reader) error {
				_, err := scanInt(r.QueryRow(ctx, endless))
				return err
			})
		}
		for name, read := range map[string]func(context.Context) error{"row": row, "rows": later, "view": view} {
			t.Run(name, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				start := time.Now()
				err := read(ctx)
				if !errors.Is(err, context.DeadlineExceeded) || db.IsUnavailable(err) {
					t.Errorf("error %v, want the deadline", err)
				}
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("it took %v to end", took)
				}
				if err := read(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("with a context that has ended: %v", err)
				}
				if _, err := scanInt(d.QueryRow(t.Context(), "SELECT 1")); err != nil {
					t.Errorf("the connection is of no use afterwards: %v", err)
				}
			})
		}
	})
}
