package odata_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// engines opens a database of each kind for the length of the test.
func engines(t *testing.T) map[string]*engine {
	t.Helper()
	return map[string]*engine{
		"SQLite":     newEngine(t, odata.SQLite, openSQLite(t)),
		"PostgreSQL": newEngine(t, odata.Postgres, openPostgres(t, pgtest.DSN(t))),
	}
}

type sqliteConnection struct{ db *sql.DB }

func openSQLite(t *testing.T) sqliteConnection {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // the database lives in its connection
	t.Cleanup(func() { _ = db.Close() })
	return sqliteConnection{db}
}

func (c sqliteConnection) exec(query string, args ...any) error {
	_, err := c.db.Exec(query, args...)
	return err
}

func (c sqliteConnection) texts(query string, args ...any) ([]string, error) {
	rows, err := c.db.Query(query, args...)
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

type postgresConnection struct{ conn *pgx.Conn }

func openPostgres(t *testing.T, dsn string) postgresConnection {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return postgresConnection{conn}
}

func (c postgresConnection) exec(query string, args ...any) error {
	_, err := c.conn.Exec(context.Background(), query, args...)
	return err
}

func (c postgresConnection) texts(query string, args ...any) ([]string, error) {
	rows, err := c.conn.Query(context.Background(), query, args...)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if all == nil {
		all = []string{}
	}
	return all, err
}
