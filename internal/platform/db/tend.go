package db

import "context"

// Tend does the upkeep that an engine does not do by itself: on SQLite it refreshes the planner's statistics where
// they are worth it (https://sqlite.org/pragma.html#pragma_optimize). PostgreSQL has autovacuum.
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
		return nil
	})
}
