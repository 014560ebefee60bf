package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// refuseFull refuses a database that holds more than its migrations put there. What that is, is found by applying them
// to a fresh file: some migrations bring rows.
func (in *loader) refuseFull(ctx context.Context, tx *Tx) (err error) {
	if in.d.latest == nil {
		return errors.New("the database was opened without its migrations")
	}
	folder, err := os.MkdirTemp("", "provost-load")
	if err != nil {
		return fmt.Errorf("make an empty database to compare with: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	blank, err := Open(ctx, filepath.Join(folder, "blank.db"), Options{Timeline: in.d.latest})
	if err != nil {
		return fmt.Errorf("make an empty database to compare with: %w", err)
	}
	defer func() { err = errors.Join(err, blank.Close()) }()
	if err := in.look(ctx, tx); err != nil {
		return err
	}
	for name := range in.wanted {
		if strings.HasPrefix(name, runtimePrefix) {
			return fmt.Errorf("the database is not empty: it has the table %s", name)
		}
		var rows, expected int64
		count := "SELECT count(*) FROM " + quote(name)
		if err := tx.QueryRow(ctx, count).Scan(&rows); err != nil {
			return fmt.Errorf("count table %s: %w", name, err)
		}
		if rows == 0 {
			continue
		}
		if err := blank.QueryRow(ctx, count).Scan(&expected); err != nil || rows > expected {
			return fmt.Errorf("the database is not empty: table %s has %d rows", name, rows)
		}
	}
	return nil
}

// clear removes the rows that the migrations brought, which are in the dump too, and puts foreign keys aside until
// everything is loaded: tables come by name, not by who refers to whom. The returned function puts them back.
func (in *loader) clear(ctx context.Context, tx *Tx) (restore func() error, err error) {
	restore = func() error { return nil }
	if in.d.engine == SQLite {
		_, err = tx.Exec("PRAGMA defer_foreign_keys = ON") // until the commit, which checks them
	} else {
		restore, err = dropForeignKeys(ctx, tx)
	}
	if err != nil {
		return nil, fmt.Errorf("put foreign keys aside: %w", err)
	}
	for name := range in.wanted {
		if _, err := tx.Exec("DELETE FROM " + quote(name)); err != nil {
			return nil, fmt.Errorf("clear table %s: %w", name, err)
		}
	}
	return restore, nil
}

// dropForeignKeys drops the foreign keys of a PostgreSQL database; restore makes and so checks them again. The whole
// is one transaction.
func dropForeignKeys(ctx context.Context, tx *Tx) (restore func() error, err error) {
	rows, err := tx.Query(ctx, `SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
		WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conparentid = 0 ORDER BY 1, 2`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var drop, add []string
	for rows.Next() {
		var table, name, definition string
		if err := rows.Scan(&table, &name, &definition); err != nil {
			return nil, err
		}
		drop = append(drop, "ALTER TABLE "+table+" DROP CONSTRAINT "+name)
		add = append(add, "ALTER TABLE "+table+" ADD CONSTRAINT "+name+" "+definition)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	run := func(statements []string) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}
	return func() error { return run(add) }, run(drop)
}
