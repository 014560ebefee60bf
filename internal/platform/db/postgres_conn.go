package db

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgresConnector opens pgx connections for database/sql. The adapter that comes with pgx would do, but it brings a
// second pool into the program, and this one also sends batches and sees every error.
type postgresConnector struct {
	config *pgx.ConnConfig
	writes bool // the writer's
}

// Connect opens a connection.
func (c postgresConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := pgx.ConnectConfig(attended(ctx), c.config.Copy())
	if err != nil {
		return nil, outside(err)
	}
	streams := c.config.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement
	if c.writes && streams { // else a pooler may give the session to others
		if _, err := conn.Exec(attended(ctx), sweepNever); err != nil {
			_ = conn.Close(attended(ctx))
			return nil, outside(err)
		}
	}
	return &postgresConn{
		pgx: conn, at: time.Now(), used: list.New(), byText: make(map[string]*list.Element), streams: streams,
	}, nil
}

// Driver is part of the driver.Connector interface.
func (c postgresConnector) Driver() driver.Driver { return postgresDriver{} }

type postgresDriver struct{}

// Open opens a connection; database/sql uses the connector instead.
func (postgresDriver) Open(dsn string) (driver.Conn, error) {
	config, err := configPostgres(dsn)
	if err != nil {
		return nil, err
	}
	return postgresConnector{config: config}.Connect(context.Background())
}

// postgresConn is one connection. database/sql serialises its calls.
type postgresConn struct {
	wire
	pgx *pgx.Conn
	at  time.Time // when it was last taken from the pool

	streams  bool             // the DSN lets statements be prepared, as a stream needs it
	pipe     *pgconn.Pipeline // nil: nothing is under way
	underway []underway
	binder   binder
	byText   map[string]*list.Element
	used     *list.List // of *ready, the one used last in front
	gone     []string   // texts that the server has yet to forget
}

// failed prepares an error for database/sql, which tries another connection when nothing was sent on this one.
func (c *postgresConn) failed(ctx context.Context, err error) error {
	if ended := attended(ctx).Err(); ended != nil {
		return c.note(errors.Join(ended, err))
	}
	if err != nil && pgconn.SafeToRetry(err) && c.pgx.IsClosed() {
		err = errors.Join(driver.ErrBadConn, err)
	}
	return c.note(err)
}

// ExecContext runs a statement that gives no rows.
func (c *postgresConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.pgx.IsClosed() {
		return nil, c.note(driver.ErrBadConn)
	}
	if err := c.settle(); err != nil {
		return nil, err
	}
	tag, err := c.pgx.Exec(attended(ctx), query, positional(nil, args)...)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	return driver.RowsAffected(tag.RowsAffected()), nil
}

// QueryContext runs a statement that gives rows.
func (c *postgresConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.pgx.IsClosed() {
		return nil, c.note(driver.ErrBadConn)
	}
	if err := c.settle(); err != nil {
		return nil, err
	}
	rows, err := c.pgx.Query(attended(ctx), query, positional([]any{resultFormats}, args)...)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	first := rows.Next() // only now the columns are known, and whether the statement failed
	if err := rows.Err(); err != nil {
		rows.Close()
		return nil, c.failed(ctx, err)
	}
	c.open.Add(1)
	return &postgresRows{rows: rows, conn: c, ctx: ctx, ahead: true, more: first}, nil
}

func positional(to []any, args []driver.NamedValue) []any {
	if to == nil {
		to = make([]any, 0, len(args))
	}
	for i := range args {
		to = append(to, args[i].Value)
	}
	return to
}

// CheckNamedValue lets every argument through: pgx converts them.
func (c *postgresConn) CheckNamedValue(*driver.NamedValue) error { return nil }

// Ping checks that the server answers.
func (c *postgresConn) Ping(ctx context.Context) error {
	if err := c.pgx.Ping(attended(ctx)); err != nil {
		return errors.Join(driver.ErrBadConn, err)
	}
	return nil
}

// IsValid reports whether the pool may keep the connection: open and in no transaction.
func (c *postgresConn) IsValid() bool {
	return !c.pgx.IsClosed() && c.pipe == nil && c.pgx.PgConn().TxStatus() == 'I'
}

// ResetSession readies a pooled connection. One that lay idle for a second is tried first, so that a restart of the
// server costs its idle connections and not a request.
func (c *postgresConn) ResetSession(ctx context.Context) error {
	if !c.IsValid() {
		return driver.ErrBadConn
	}
	now := time.Now()
	if now.Sub(c.at) > time.Second {
		if err := c.Ping(ctx); err != nil {
			return err
		}
	}
	c.at = now
	return nil
}

// Close closes the connection.
func (c *postgresConn) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	c.abandon()
	return c.pgx.Close(ctx)
}

// Prepare is part of the driver.Conn interface. pgx prepares and caches by itself, so this only keeps the text.
func (c *postgresConn) Prepare(query string) (driver.Stmt, error) {
	return &postgresStmt{c, query}, nil
}

// Begin is part of the driver.Conn interface.
func (c *postgresConn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

// BeginTx begins a transaction for those who use database/sql's: the migrations.
func (c *postgresConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	begin := "BEGIN"
	switch sql.IsolationLevel(o.Isolation) {
	case sql.LevelDefault:
	case sql.LevelSerializable:
		begin += " ISOLATION LEVEL SERIALIZABLE"
	case sql.LevelRepeatableRead:
		begin += " ISOLATION LEVEL REPEATABLE READ"
	default:
		return nil, fmt.Errorf("isolation level %d is not offered", o.Isolation)
	}
	if o.ReadOnly {
		begin += " READ ONLY"
	}
	if _, err := c.ExecContext(ctx, begin, nil); err != nil {
		return nil, err
	}
	return postgresTx{c}, nil
}

type postgresTx struct{ conn *postgresConn }

// Commit commits; a transaction that had failed before is an error.
func (t postgresTx) Commit() error {
	tag, err := t.conn.pgx.Exec(context.Background(), "COMMIT")
	if err == nil && tag.String() != "COMMIT" {
		err = fmt.Errorf("commit was answered with %s", tag)
	}
	return t.conn.note(err)
}

// Rollback rolls back.
func (t postgresTx) Rollback() error {
	_, err := t.conn.ExecContext(context.Background(), "ROLLBACK", nil)
	return err
}

type postgresStmt struct {
	conn  *postgresConn
	query string
}

func (s *postgresStmt) Close() error  { return nil }
func (s *postgresStmt) NumInput() int { return -1 }

// ExecContext runs the statement.
func (s *postgresStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.conn.ExecContext(ctx, s.query, args)
}

// QueryContext runs the statement.
func (s *postgresStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.conn.QueryContext(ctx, s.query, args)
}

// Exec is part of the driver.Stmt interface.
func (s *postgresStmt) Exec(args []driver.Value) (driver.Result, error) {
	return s.ExecContext(context.Background(), numbered(args))
}

// Query is part of the driver.Stmt interface.
func (s *postgresStmt) Query(args []driver.Value) (driver.Rows, error) {
	return s.QueryContext(context.Background(), numbered(args))
}

func numbered(args []driver.Value) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, v := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return out
}
