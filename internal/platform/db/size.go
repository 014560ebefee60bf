package db

import (
	"context"
	"fmt"
)

// Size returns how many bytes the database takes on disk, about: what was written last may not be counted yet.
func (d *DB) Size(ctx context.Context) (int64, error) {
	var n int64
	err := d.QueryRow(ctx, map[Engine]string{
		SQLite:   "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
		Postgres: "SELECT pg_database_size(current_database())",
	}[d.engine]).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("measure the database: %w", err)
	}
	return n, nil
}
