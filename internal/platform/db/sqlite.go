package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// Sizes of a SQLite database, measured with the benchmarks of this package and the process's memory in mind.
const (
	defaultReaders   = 2
	writerCacheKiB   = 8 << 10
	readerCacheKiB   = 4 << 10
	busyMilliseconds = 10_000
	pageBytes        = 8192     // of new files
	checkpointPages  = 8000     // of the log: a durable insert costs a seventh less than with the 1000 SQLite has by itself
	checkpointLimit  = 32_000   // wal_autocheckpoint, for when our own do not get through
	journalBytes     = 96 << 20 // what a grown write-ahead log is cut back to
)

// openSQLite opens the one writer connection, which makes the file when it is missing, and the pool of readers.
func openSQLite(ctx context.Context, file string, readers int) (write, read *sql.DB, err error) {
	if readers <= 0 {
		readers = defaultReaders
	}
	file, err = filepath.Abs(file)
	if err != nil {
		return nil, nil, fmt.Errorf("open database: %w", err)
	}
	if write, err = poolSQLite(file, 1, false); err != nil {
		return nil, nil, err
	}
	if err = write.PingContext(ctx); err != nil { // makes the file and its journal mode before anyone reads
		_ = write.Close()
		return nil, nil, fmt.Errorf("open database %s: %w", file, err)
	}
	if read, err = poolSQLite(file, readers, true); err != nil {
		_ = write.Close()
		return nil, nil, err
	}
	return write, read, nil
}

func poolSQLite(file string, connections int, readOnly bool) (*sql.DB, error) {
	cache := writerCacheKiB
	q := url.Values{"_dqs": {"0"}, "_error_rc": {"1"}}
	// The driver sorts these by name and applies them before the keys with a name of their own: the size of a page
	// counts only until a file has a journal mode.
	q.Set("_journal_mode", "WAL")
	if readOnly {
		cache = readerCacheKiB
		q.Set("_query_only", "1")
	}
	q["_pragma"] = []string{
		fmt.Sprintf("busy_timeout(%d)", busyMilliseconds),
		fmt.Sprintf("page_size(%d)", pageBytes),
		"synchronous(FULL)",
		"foreign_keys(ON)",
		"temp_store(MEMORY)",
		fmt.Sprintf("cache_size(-%d)", cache),
		fmt.Sprintf("wal_autocheckpoint(%d)", checkpointLimit),
		fmt.Sprintf("journal_size_limit(%d)", journalBytes),
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: q.Encode()}
	base, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", file, err)
	}
	pool := sql.OpenDB(sqliteConnector{base})
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return pool, nil
}

// dropSQLite removes a database file and what belongs to it.
func dropSQLite(file string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(file + suffix); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("drop database: %w", err)
		}
	}
	return nil
}
