package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// versionTable is goose's.
const versionTable = "goose_db_version"

// migrate brings the schema up to the timeline. The common case, nothing to do, costs one query.
func (d *DB) migrate(ctx context.Context, timeline fs.FS) error {
	files, latest, err := versions(timeline)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	applied, newest, err := d.applied(ctx)
	if err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	switch {
	case timeline == nil:
	case newest > latest:
		return fmt.Errorf("the database has schema version %d, this program knows %d: use the newer program", newest, latest)
	case applied < files:
		if err := d.apply(ctx, timeline); err != nil {
			return fmt.Errorf("migrate from version %d to %d: %w", newest, latest, err)
		}
		d.log.Info("database migrated", "from", newest, "to", latest)
	}
	d.version = max(newest, latest)
	d.locking, err = d.has(ctx, "cell")
	return err
}

// versions counts the migrations of a timeline and finds the highest number.
func versions(timeline fs.FS) (count, latest int64, err error) {
	if timeline == nil {
		return 0, 0, nil
	}
	names, err := fs.Glob(timeline, "*.sql")
	if err != nil {
		return 0, 0, err
	}
	for _, name := range names {
		digits, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("%s: the name must begin with a number and an underscore", name)
		}
		count, latest = count+1, max(latest, n)
	}
	return count, latest, nil
}

// applied counts the migrations the database has seen and finds the highest.
func (d *DB) applied(ctx context.Context) (count, newest int64, err error) {
	there, err := d.has(ctx, versionTable)
	if err != nil || !there {
		return 0, 0, err
	}
	err = d.write.QueryRowContext(ctx,
		"SELECT count(DISTINCT version_id), coalesce(max(version_id), 0) FROM "+versionTable+" WHERE version_id > 0").Scan(&count, &newest)
	return count, newest, outside(err)
}

// has tells whether a table is there.
func (d *DB) has(ctx context.Context, table string) (there bool, err error) {
	query := "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = $1"
	if d.engine == Postgres {
		query = "SELECT to_regclass($1) IS NOT NULL"
	}
	err = d.write.QueryRowContext(ctx, query, table).Scan(&there)
	return there, outside(err)
}

// migrationLock is the key of the advisory lock under which replicas migrate one after the other.
const migrationLock = 0x50726f766f7374 // "Provost"

// apply runs goose. On PostgreSQL another connection holds a lock that ends with its transaction, not with its session:
// a transaction pooler may stand between.
func (d *DB) apply(ctx context.Context, timeline fs.FS) (err error) {
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
		tx, err := d.read.BeginTx(ctx, nil)
		if err != nil {
			return outside(err)
		}
		defer func() { err = errors.Join(err, ignoreDone(tx.Rollback())) }()
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLock)); err != nil {
			return outside(err)
		}
	}
	provider, err := goose.NewProvider(dialect, d.write, timeline,
		goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	if _, err = provider.Up(ctx); err != nil || d.engine != Postgres { // its Close would close the pool
		return err
	}
	return d.keepTrailPlain(ctx)
}

// keepTrailPlain has PostgreSQL keep the payloads of the audit trail as they come, in their rows: compressing one took
// an eighth of a create's time there, and made it a third smaller.
func (d *DB) keepTrailPlain(ctx context.Context) error {
	if there, err := d.has(ctx, "audit"); err != nil || !there {
		return err
	}
	for _, text := range []string{
		"ALTER TABLE audit ALTER COLUMN payload SET STORAGE EXTERNAL",
		"ALTER TABLE audit SET (toast_tuple_target = 8160)",
	} {
		if _, err := d.write.ExecContext(ctx, text); err != nil {
			return outside(err)
		}
	}
	return nil
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
