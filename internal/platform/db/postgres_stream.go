package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// underway is a statement that was sent and is not answered, or a point of synchronisation: where a statement fails,
// PostgreSQL skips those up to the next such point.
type underway struct {
	query string
	read  func(pgx.Rows) error
	sync  bool
}

// put readies statements for the wire, after those under way; push sends them. Nothing waits for their answers, but for
// a text that this connection has not prepared yet.
func (c *postgresConn) put(ctx context.Context, statements ...queued) error {
	for i := range statements {
		q := &statements[i]
		sd, err := c.prepared(ctx, q)
		if err != nil {
			return err
		}
		if err := c.binder.bind(c.pgx.TypeMap(), sd, q.args); err != nil {
			return c.note(fmt.Errorf("%.60s: %w", q.query, err))
		}
		if c.pipe == nil {
			c.pipe = c.pgx.PgConn().StartPipeline(ctx)
		}
		c.pipe.SendQueryPrepared(sd.Name, c.binder.values, c.binder.formats, nil)
		c.underway = append(c.underway, underway{query: q.query, read: q.read})
	}
	return nil
}

// sync ends what was put: answers reads up to here.
func (c *postgresConn) sync() {
	if c.pipe != nil {
		c.pipe.SendPipelineSync()
		c.underway = append(c.underway, underway{sync: true})
	}
}

// push sends what was put.
func (c *postgresConn) push() error {
	if c.pipe == nil {
		return nil
	}
	if err := c.pipe.Flush(); err != nil {
		c.abandon()
		return c.note(err)
	}
	return nil
}

// answers reads the answers up to the next point of synchronisation. It returns the tag of the last statement and the
// error of the first that failed.
func (c *postgresConn) answers() (tag string, err error) {
	if c.pipe == nil {
		return "", c.note(driver.ErrBadConn)
	}
	for {
		result, failed := c.pipe.GetResults()
		if result == nil && failed == nil {
			failed = io.ErrUnexpectedEOF
		}
		switch r := result.(type) {
		case *pgconn.PipelineSync:
			c.synced()
			return tag, c.note(err)
		case *pgconn.ResultReader:
			q := c.underway[0]
			c.underway = c.underway[1:]
			if tag, failed = q.answer(c.pgx.TypeMap(), r); failed != nil && err == nil {
				err = c.blame(q, failed)
			}
		default:
			if err == nil {
				err = c.blame(c.underway[0], failed)
			}
		}
		if failed != nil && (c.pgx.IsClosed() || !errors.As(failed, new(*pgconn.PgError))) {
			if err == nil {
				err = failed
			}
			c.abandon()
			return "", c.note(err)
		}
	}
}

// synced forgets what a point of synchronisation has answered or skipped, and leaves the stream after the last one.
func (c *postgresConn) synced() {
	for i := range c.underway {
		if c.underway[i].sync {
			c.underway = c.underway[i+1:]
			break
		}
	}
	if len(c.underway) == 0 {
		c.abandon()
	}
}

// abandon leaves the stream. Where answers are missing, that costs the connection.
func (c *postgresConn) abandon() {
	if c.pipe != nil {
		_ = c.pipe.Close()
	}
	c.pipe, c.underway = nil, nil
}

// settle waits for all that is under way, so that the connection may be used for something else.
func (c *postgresConn) settle() (err error) {
	if c.pipe == nil {
		return nil
	}
	if n := len(c.underway); n > 0 && !c.underway[n-1].sync {
		c.sync()
		err = c.push()
	}
	for c.pipe != nil {
		_, failed := c.answers()
		err = errors.Join(err, failed)
	}
	return err
}

// answer reads the answer to one statement.
func (u *underway) answer(types *pgtype.Map, r *pgconn.ResultReader) (tag string, err error) {
	if u.read == nil {
		t, err := r.Close()
		return t.String(), err
	}
	rows := pgx.RowsFromResultReader(types, r)
	err = u.read(rows)
	rows.Close()
	if failed := rows.Err(); failed != nil {
		err = failed
	}
	return rows.CommandTag().String(), err
}

// blame names the statement that failed, and has it prepared anew the next time: its plan may be the reason.
func (c *postgresConn) blame(u underway, err error) error {
	if u.sync {
		return err
	}
	if el, ok := c.byText[u.query]; ok && !el.Value.(*ready).pinned {
		c.forget(el)
	}
	return fmt.Errorf("%.60s: %w", u.query, err)
}
