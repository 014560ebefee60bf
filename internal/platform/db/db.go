package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Options of Open. The zero value opens a database as it is.
type Options struct {
	// Timeline holds the migrations to apply, goose files at its top; nil: none.
	Timeline fs.FS
	// Logger hears of migrations and of groups that had to be undone; nil: nobody.
	Logger *slog.Logger
	// Readers is how many connections read a SQLite database; 0: two.
	Readers int
	// Budget is the process-wide cap of PostgreSQL connections; nil: one of its own for this database.
	Budget *Budget
	// Trace sees every statement before it runs; for tests.
	Trace func(sql string, args []any)
}

// DB is an open database, safe for concurrent use.
type DB struct {
	engine  Engine
	write   *sql.DB // one connection at a time, the group writer's
	read    *sql.DB
	file    string // of SQLite
	log     *slog.Logger
	trace   func(sql string, args []any)
	budget  *Budget
	version int64 // of the timeline; 0 when opened without
	latest  fs.FS
	locking bool // the table cell is there: groups lock its row group.lock

	checkpoints *checkpointer // of SQLite
	sweeper     *sweeper      // of PostgreSQL

	heard atomic.Pointer[func()] // after each commit, see OnCommit

	gate    sync.RWMutex // held for reading while something is put into the queue
	closing bool
	queue   chan *member
	drained chan struct{}
}

// Reader runs single statements: a DB does so in auto-commit, the transaction of a View and a Tx within theirs.
type Reader interface {
	// Query returns the rows, which the caller closes. An unreachable database gives a fault of Kind Unavailable.
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	// QueryRow returns at most one row; errors come from its Scan, sql.ErrNoRows when there is none.
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

var _ = []Reader{(*DB)(nil), (*Tx)(nil), (*view)(nil)}

// Open opens the database of a DSN, "sqlite:PATH" or a bare path (made when missing) or "postgres://…" (which must
// exist, see Create), and brings its schema up to the timeline. A database newer than the timeline is refused; an
// unreachable one gives a fault of Kind Unavailable.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	d := &DB{
		engine: EngineOf(dsn), log: o.Logger, trace: o.Trace, latest: o.Timeline,
		queue: make(chan *member, queueLength), drained: make(chan struct{}),
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if d.engine == SQLite {
		if d.file, err = filepath.Abs(path(dsn)); err == nil {
			d.write, d.read, err = openSQLite(ctx, d.file, o.Readers)
		}
		if err == nil {
			d.checkpoints, err = newCheckpointer(d.file, d.log)
		}
	} else {
		d.write, d.read, err = openPostgres(dsn)
	}
	if err != nil {
		return nil, err
	}
	if d.engine == Postgres {
		if d.budget = o.Budget; d.budget == nil {
			d.budget = NewBudget(0)
		}
		d.budget.join(d)
		d.sweeper = newSweeper(d.read, d.log)
	}
	if err := d.migrate(ctx, o.Timeline); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", Redact(dsn), err), d.shut())
	}
	go d.serve()
	return d, nil
}

// OnCommit has fn called after each commit of this process, by the writer: it must return at once. nil: nobody is told any more.
// It is a hint that there may be something new; what another process writes is not heard.
func (d *DB) OnCommit(fn func()) {
	if fn == nil {
		d.heard.Store(nil)
		return
	}
	d.heard.Store(&fn)
}

// Engine tells which engine it is.
func (d *DB) Engine() Engine { return d.engine }

// Close refuses new writes, finishes those that wait, and closes the connections. Further calls do nothing.
func (d *DB) Close() error {
	d.gate.Lock()
	first := !d.closing
	d.closing = true
	d.gate.Unlock()
	if !first {
		<-d.drained
		return nil
	}
	close(d.queue)
	<-d.drained
	return d.shut()
}

func (d *DB) shut() error {
	if d.budget != nil {
		d.budget.leave(d)
	}
	if d.sweeper != nil {
		d.sweeper.close()
	}
	var err error
	if d.checkpoints != nil {
		err = d.checkpoints.close()
	}
	// SQLite checkpoints and removes its log when the last connection closes, which must be the one that may write.
	return errors.Join(err, d.read.Close(), d.write.Close())
}

// resize takes this database's share of a Budget: one connection for the writer, the others for reading.
func (d *DB) resize(connections int) {
	d.write.SetMaxOpenConns(1)
	d.read.SetMaxOpenConns(connections - 1)
	d.read.SetMaxIdleConns(connections - 1)
}

// Ping checks that the database answers.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	if err := d.QueryRow(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("ping database: %w", outside(err))
	}
	return nil
}

// Query runs one statement that reads, in auto-commit.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	d.see(query, args)
	rows, err := d.read.QueryContext(unattended{ctx}, query, args...)
	return rows, outside(err)
}

// QueryRow runs one statement that reads one row, in auto-commit.
func (d *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	d.see(query, args)
	return d.read.QueryRowContext(unattended{ctx}, query, args...)
}

func (d *DB) see(query string, args []any) {
	if d.trace != nil {
		d.trace(query, args)
	}
}

// View runs fn in one transaction that reads a consistent snapshot, whatever is written meanwhile. Rows that fn leaves
// open are closed. A View holds a connection: do not open one inside another.
func (d *DB) View(ctx context.Context, fn func(Reader) error) error {
	s, err := hold(ctx, d.read)
	if err != nil {
		return err
	}
	begin := "BEGIN"
	if d.engine == Postgres {
		begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	if _, err := s.exec(unattended{ctx}, begin, nil); err != nil {
		s.release(false)
		return err
	}
	finished := false
	defer func() {
		s.tidy()
		// A cancelled caller must not leave the transaction open, nor a panic.
		_, err := s.exec(context.WithoutCancel(ctx), "ROLLBACK", nil)
		s.release(finished && err == nil)
	}()
	err = fn(&view{d, s})
	finished = true
	return err
}

// view is the Reader of a View.
type view struct {
	d *DB
	s *session
}

// Query implements Reader.
func (v *view) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	v.d.see(query, args)
	return v.s.query(unattended{ctx}, query, args)
}

// QueryRow implements Reader.
func (v *view) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	v.d.see(query, args)
	return v.s.queryRow(unattended{ctx}, query, args)
}

func errClosing() error {
	return fault.New(fault.Unavailable, "database_closing", "The database is being closed.")
}
