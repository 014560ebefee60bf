package db

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"

	"modernc.org/libc"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// statementsKept bounds the prepared statements of one SQLite connection; a wide one takes some 20 KB.
const statementsKept = 128

// sqliteConnector wraps the connections of the SQLite driver.
type sqliteConnector struct{ driver.Connector }

// Connect opens a connection.
func (c sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := inner.(sqliteInner)
	if !ok {
		_ = inner.Close()
		return nil, fmt.Errorf("SQLite driver connection %T lacks a method", inner)
	}
	status, _ := inner.(sqlite.DBStatus)
	return &sqliteConn{sqliteInner: full, status: status, handle: handleOf(inner), byText: make(map[string]*list.Element), used: list.New()}, nil
}

type sqliteInner interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// sqliteConn keeps prepared statements by their text. database/sql serialises its calls.
type sqliteConn struct {
	wire
	sqliteInner
	status sqlite.DBStatus // nil: not known
	handle uintptr         // the engine's sqlite3*, 0: not known
	byText map[string]*list.Element
	used   *list.List // of *statement, the one used last in front

	cells   map[string]int64 // of the writer's connection: as its last group left them, nil: not known
	version int64            // of the data when a group began last
}

// statement is one prepared statement.
type statement struct {
	text  string
	inner interface {
		driver.StmtExecContext
		driver.StmtQueryContext
		Close() error
	}
	busy   bool // a result set of it is open
	cached bool
}

// prepared returns the statement of a text, free to be run.
func (c *sqliteConn) prepared(ctx context.Context, text string) (*statement, error) {
	el, known := c.byText[text]
	if known {
		if st := el.Value.(*statement); !st.busy {
			c.used.MoveToFront(el)
			return st, nil
		}
	}
	inner, err := c.PrepareContext(ctx, questionMarks(text))
	if err != nil {
		return nil, err
	}
	st := &statement{text: text}
	var ok bool
	if st.inner, ok = inner.(interface {
		driver.StmtExecContext
		driver.StmtQueryContext
		Close() error
	}); !ok {
		_ = inner.Close()
		return nil, fmt.Errorf("SQLite driver statement %T lacks a method", inner)
	}
	if known { // the cached one is busy: this one is for once
		return st, nil
	}
	st.cached = true
	c.byText[text] = c.used.PushFront(st)
	for el := c.used.Back(); c.used.Len() > statementsKept && el != nil; {
		previous := el.Prev()
		if old := el.Value.(*statement); !old.busy {
			c.used.Remove(el)
			delete(c.byText, old.text)
			_ = old.inner.Close()
		}
		el = previous
	}
	return st, nil
}

// done gives a statement back.
func (c *sqliteConn) done(st *statement) error {
	st.busy = false
	if st.cached {
		return nil
	}
	return st.inner.Close()
}

// ExecContext runs a statement that gives no rows.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	st, err := c.prepared(ctx, query)
	if err != nil {
		return nil, c.note(err)
	}
	res, err := st.inner.ExecContext(ctx, args)
	return res, c.note(errors.Join(err, c.done(st)))
}

// QueryContext runs a statement that gives rows.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	st, err := c.prepared(ctx, query)
	if err != nil {
		return nil, c.note(err)
	}
	caller := attended(ctx)
	if err := caller.Err(); err != nil {
		return nil, c.note(errors.Join(err, c.done(st)))
	}
	var end func()
	if c.handle != 0 {
		end = watch(caller, c.interrupt)
		ctx = unattended{ctx}
	} else {
		ctx = caller
	}
	rows, err := st.inner.QueryContext(ctx, args)
	if err != nil {
		if end != nil {
			end()
		}
		return nil, c.note(errors.Join(caller.Err(), err, c.done(st)))
	}
	st.busy = true
	c.open.Add(1)
	return &sqliteRows{Rows: rows, conn: c, st: st, ctx: caller, end: end}, nil
}

// written is how many pages the connection has written to the log. Without them SQLite's automatic checkpoints serve.
func (c *sqliteConn) written() int64 {
	if c.status == nil {
		return 0
	}
	pages, _, err := c.status.Status(sqlite.DBStatusCacheWrite, false)
	if err != nil {
		return 0
	}
	return int64(pages)
}

// Close closes the statements and the connection.
func (c *sqliteConn) Close() error {
	for el := c.used.Front(); el != nil; el = el.Next() {
		_ = el.Value.(*statement).inner.Close()
	}
	c.used.Init()
	clear(c.byText)
	return c.sqliteInner.Close()
}

// handleOf reads the driver's pointer to the connection, which the driver keeps to itself. A driver that is built
// another way gives 0; contexts are then left to it.
func handleOf(inner driver.Conn) uintptr {
	v := reflect.ValueOf(inner)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return 0
	}
	db := v.Elem().FieldByName("db")
	if !db.IsValid() || db.Kind() != reflect.Uintptr {
		return 0
	}
	return uintptr(db.Uint())
}

// interrupt has the running statement end with an error (https://sqlite.org/c3ref/interrupt.html). The one function of
// SQLite that any thread may call meanwhile.
func (c *sqliteConn) interrupt() {
	tls := libc.NewTLS()
	defer tls.Close()
	sqlite3.Xsqlite3_interrupt(tls, c.handle)
}

// sqliteRows gives its statement back when closed.
type sqliteRows struct {
	driver.Rows
	conn *sqliteConn
	st   *statement
	ctx  context.Context // the caller's
	end  func()          // ends the watch of ctx; nil: none
}

// Next reads the next row.
func (r *sqliteRows) Next(dest []driver.Value) error {
	err := r.Rows.Next(dest)
	if err != nil && err != io.EOF { //nolint:errorlint // the driver's contract is io.EOF itself
		if ended := r.ctx.Err(); ended != nil {
			err = errors.Join(ended, err)
		}
		return r.conn.note(err)
	}
	return err
}

// Close ends the result set.
func (r *sqliteRows) Close() error {
	if r.st == nil {
		return nil
	}
	if r.end != nil {
		r.end()
	}
	err := errors.Join(r.Rows.Close(), r.conn.done(r.st))
	r.st = nil
	r.conn.open.Add(-1)
	return err
}
