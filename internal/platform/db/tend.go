package db

import (
	"context"
	"fmt"
)

// fewRows is below how many rows nothing is concluded from how many there are.
const fewRows = 1000

// Tend does the upkeep that an engine does not do by itself: on SQLite it refreshes the planner's statistics where
// they are worth it (https://sqlite.org/pragma.html#pragma_optimize). PostgreSQL has autovacuum.
//
// What was learned of small tables is forgotten again: a table of two rows is best read whole, and is read whole until the next time
// even when it has grown to thousands. Without statistics the planner uses its indexes (https://sqlite.org/fileformat2.html#stat1tab).
func (d *DB) Tend(ctx context.Context) error {
	if d.engine != SQLite {
		return nil
	}
	return d.Alone(ctx, func(tx *Tx) error {
		for _, text := range []string{"PRAGMA analysis_limit = 400", "PRAGMA optimize"} {
			if _, err := tx.Exec(text); err != nil {
				return err
			}
		}
		var known int64
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'").Scan(&known); err != nil || known == 0 {
			return err
		}
		n, err := tx.Exec("DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < $1", fewRows)
		if err != nil || n == 0 {
			return err
		}
		_, err = tx.Exec("ANALYZE sqlite_schema") // has them read anew
		return err
	})
}

// Integrity looks through the whole database for damage and returns "ok" or what was found first. On SQLite it does so
// on a connection of its own, made for it: one that has searched keeps the list of segments of the full text index and does
// not read it anew for the check, which then takes what another connection has merged away since for damage. PostgreSQL has
// no such check; it is asked whether it answers.
func (d *DB) Integrity(ctx context.Context) (string, error) {
	if d.engine != SQLite {
		return "ok", d.Ping(ctx)
	}
	fresh, err := poolSQLite(d.file, 1, true)
	if err != nil {
		return "", err
	}
	defer func() { _ = fresh.Close() }()
	var said string
	if err := fresh.QueryRowContext(ctx, "SELECT integrity_check FROM pragma_integrity_check").Scan(&said); err != nil {
		return "", fmt.Errorf("check integrity: %w", err)
	}
	return said, nil
}
