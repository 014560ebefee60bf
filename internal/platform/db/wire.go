package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync/atomic"
)

// wire is what the package notes about one driver connection, beneath database/sql: there errors are seen even when
// they reach the caller only through a Scan, and result sets are counted even when a caller forgets them.
type wire struct {
	open   atomic.Int32 // result sets not yet closed
	broken atomic.Pointer[error]
}

func (w *wire) state() *wire { return w }

// note remembers the first error since the last reset and gives it back as callers are to see it.
func (w *wire) note(err error) error {
	if err == nil {
		return nil
	}
	err = outside(err)
	w.broken.CompareAndSwap(nil, &err)
	return err
}

// failure returns what note has remembered.
func (w *wire) failure() error {
	if p := w.broken.Load(); p != nil {
		return *p
	}
	return nil
}

// session is one connection held for a transaction.
type session struct {
	conn *sql.Conn
	link driver.Conn // *sqliteConn or *postgresConn
	wire *wire

	rows []*sql.Rows // handed out; a forgotten one would block the connection's return
	row  []*sql.Row
}

// hold takes a connection out of the pool. The session must be released.
func hold(ctx context.Context, pool *sql.DB) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, outside(err)
	}
	s := &session{conn: conn}
	err = conn.Raw(func(dc any) error {
		s.link = dc.(driver.Conn)
		s.wire = dc.(interface{ state() *wire }).state()
		return nil
	})
	if err != nil {
		_ = conn.Close()
		return nil, outside(err)
	}
	s.wire.broken.Store(nil)
	return s, nil
}

// release gives the connection back, or closes it when it is not fit to be used again.
func (s *session) release(fit bool) {
	s.tidy()
	if !fit {
		_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	_ = s.conn.Close()
}

// tidy closes result sets that the code they were handed to forgot.
func (s *session) tidy() {
	if s.wire.open.Load() > 0 {
		for _, r := range s.rows {
			_ = r.Close()
		}
		for _, r := range s.row {
			_ = r.Scan() // closes it; the missing destinations are the error nobody needs
		}
	}
	clear(s.rows)
	clear(s.row)
	s.rows, s.row = s.rows[:0], s.row[:0]
}

func (s *session) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	rows, err := s.conn.QueryContext(ctx, query, args...) // the caller closes them, and see tidy
	if err != nil {
		return nil, s.wire.note(err)
	}
	s.rows = append(s.rows, rows)
	return rows, nil
}

func (s *session) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	row := s.conn.QueryRowContext(ctx, query, args...)
	s.row = append(s.row, row)
	return row
}

func (s *session) exec(ctx context.Context, query string, args []any) (int64, error) {
	res, err := s.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, s.wire.note(err)
	}
	n, err := res.RowsAffected()
	return n, s.wire.note(err)
}
