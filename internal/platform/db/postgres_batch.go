package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// queued is a statement that waits to travel with others.
type queued struct {
	query string
	args  []any
	read  func(pgx.Rows) error // nil: its rows are not wanted

	pinned bool // one of the few that belong to every group
}

// send sends the statements in one go, after those that are under way, and reads all their answers. It returns the
// command tag of the last one. When one fails, PostgreSQL skips those after it.
func (c *postgresConn) send(ctx context.Context, statements []queued) (lastTag string, err error) {
	if c.pgx.IsClosed() {
		return "", c.note(driver.ErrBadConn)
	}
	if c.streams {
		if err := c.put(ctx, statements...); err != nil {
			return "", err
		}
		c.sync()
		if err := c.push(); err != nil {
			return "", err
		}
		return c.answers()
	}
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(statements))}
	for i := range statements {
		batch.Queue(statements[i].query, statements[i].args...)
	}
	results := c.pgx.SendBatch(ctx, batch)
	for i := 0; i < len(statements) && err == nil; i++ {
		lastTag, err = statements[i].result(results)
	}
	if closing := results.Close(); err == nil {
		err = closing
	}
	return lastTag, c.note(err)
}

// result reads the answer to one statement.
func (q *queued) result(results pgx.BatchResults) (tag string, err error) {
	if q.read == nil {
		t, err := results.Exec()
		if err != nil {
			return "", fmt.Errorf("%.60s: %w", q.query, err)
		}
		return t.String(), nil
	}
	rows, _ := results.Query() // an error is in rows, too
	err = q.read(rows)
	rows.Close()
	if failed := rows.Err(); failed != nil {
		err = failed
	}
	return rows.CommandTag().String(), err
}

// expireAfter breaks the connection unless the returned function is called in time: what waits on it then fails. A
// context with a deadline would do the same at the price of goroutines for each statement.
func (c *postgresConn) expireAfter(d time.Duration) (stop func()) {
	socket := c.pgx.PgConn().Conn()
	timer := time.AfterFunc(d, func() { _ = socket.Close() })
	return func() { timer.Stop() }
}
