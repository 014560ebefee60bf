package db

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

const (
	connectTimeout = 5 * time.Second
	idleTimeout    = 30 * time.Second
	cancelTimeout  = 2 * time.Second // for the server to end a cancelled statement; then the connection is given up
)

// configPostgres reads a DSN. The pgx parameters are understood, among them default_query_exec_mode=exec, which stops
// the use of prepared statements for a transaction pooler.
func configPostgres(dsn string) (*pgx.ConnConfig, error) {
	if _, err := url.Parse(dsn); err != nil {
		return nil, fmt.Errorf("database DSN: %w", parseReason(err))
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("database DSN %s: %w", Redact(dsn), err)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	// A server that vanished without a word is noticed within half a minute.
	dialer := &net.Dialer{Timeout: connectTimeout, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3,
	}}
	config.DialFunc = dialer.DialContext
	// A caller that has left has the server end the statement, too; else it would run on, seen by nobody.
	config.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: cancelTimeout}
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "provost"
	}
	return config, nil
}

// openPostgres makes the pools of the writer and of the readers; connections are made when needed.
func openPostgres(dsn string) (write, read *sql.DB, err error) {
	config, err := configPostgres(dsn)
	if err != nil {
		return nil, nil, err
	}
	pools := [2]*sql.DB{}
	for i := range pools {
		pools[i] = sql.OpenDB(postgresConnector{config: config, writes: i == 0})
		pools[i].SetConnMaxIdleTime(idleTimeout)
	}
	return pools[0], pools[1], nil
}

// Create makes the database called name on the server of adminDSN, whose role must be allowed to, and returns its DSN.
// Text in it is UTF-8 and ordered by its bytes, as in SQLite.
func Create(ctx context.Context, adminDSN, name string) (dsn string, err error) {
	if EngineOf(adminDSN) != Postgres {
		return "", fmt.Errorf("create database %s: %s is not a PostgreSQL DSN", name, Redact(adminDSN))
	}
	if dsn, err = Beside(adminDSN, name); err != nil {
		return "", err
	}
	err = administer(ctx, adminDSN, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+
		" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
	if err != nil {
		return "", fmt.Errorf("create database %s: %w", name, err)
	}
	return dsn, nil
}

// Drop erases a database: the files of a SQLite one, which must be closed, or with DROP DATABASE … WITH (FORCE), sent
// through the database "postgres" beside it. One that does not exist is no error.
func Drop(ctx context.Context, dsn string) error {
	if EngineOf(dsn) == SQLite {
		return dropSQLite(path(dsn))
	}
	config, err := configPostgres(dsn)
	if err != nil {
		return err
	}
	admin, err := Beside(dsn, "postgres")
	if err != nil {
		return err
	}
	if err := administer(ctx, admin, "DROP DATABASE IF EXISTS "+pgx.Identifier{config.Database}.Sanitize()+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("drop database %s: %w", config.Database, err)
	}
	return nil
}

// administer runs one statement on a connection of its own.
func administer(ctx context.Context, dsn, statement string) error {
	config, err := configPostgres(dsn)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return outside(err)
	}
	_, err = conn.Exec(ctx, statement, pgx.QueryExecModeSimpleProtocol)
	if closing := conn.Close(context.WithoutCancel(ctx)); err == nil {
		err = closing
	}
	return outside(err)
}
