package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/jackc/pgx/v5"
)

// group is one transaction of the writer and what its members share.
type group struct {
	d    *DB
	s    *session
	ctx  context.Context // never cancelled
	stop func()          // ends the limit of its time

	cells  map[string]int64 // nil: not loaded
	dirty  map[string]struct{}
	locals map[any]any
	hooks  []hook
	after  []hook // called with nil once the commit is durable
	claims map[string]int
	queue  []queued
	sent   int  // statements of the queue that went ahead of the rest
	peeked bool // a member looked past the queue: nothing goes ahead any more
	locked bool
	edited bool                // the table cell was written by a statement
	args   []driver.NamedValue // reused between the statements of a SQLite group
}

type hook struct {
	key any
	fn  func(*Tx) error
}

// groupTime bounds a group on PostgreSQL, waiting for the lock and for a synchronous standby included: the connection
// is then broken and the callers hear Unavailable.
const groupTime = 30 * time.Second

const (
	beginGroup = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
	lockGroup  = "SELECT value FROM cell WHERE name = 'group.lock' FOR UPDATE"
	allCells   = "SELECT name, value FROM cell"
)

var commitGroup = queued{query: "COMMIT", pinned: true}

// What waits is sent ahead of its group when it is this many statements and as many as were sent before: the server is
// not idle for long, and few pieces are sent.
const (
	firstPiece = 6
	maxPiece   = 64
)

// begin opens the transaction on a connection of the writer. limit 0: as long as it takes.
func (d *DB) begin(ctx context.Context, limit time.Duration) (*group, error) {
	ctx = context.WithoutCancel(ctx)
	s, err := hold(ctx, d.write)
	if err != nil {
		return nil, fmt.Errorf("begin transaction: %w", err)
	}
	g := &group{d: d, s: s, ctx: ctx, stop: func() {}}
	if pg, ok := s.link.(*postgresConn); ok {
		if limit > 0 {
			g.stop = pg.expireAfter(limit)
		}
		err = g.beginPostgres(pg)
	} else {
		_, err = g.exec("BEGIN IMMEDIATE", nil)
	}
	if err != nil {
		g.stop()
		s.release(false)
		return nil, fmt.Errorf("begin transaction: %w", err)
	}
	return g, nil
}

// beginPostgres begins, takes the group lock and loads the cells in one round trip. The cells are read with a snapshot
// made after the lock was given: each statement has its own in READ COMMITTED.
func (g *group) beginPostgres(pg *postgresConn) error {
	_, err := pg.send(g.ctx, g.opening())
	return err
}

// opening is the statements that begin a group: one round trip.
func (g *group) opening() []queued {
	start := g.pinned()
	start = start[:len(start)-1]
	for _, q := range start {
		g.d.see(q.query, nil)
	}
	return start
}

// pinned is the statements that begin a group, and the commit.
func (g *group) pinned() []queued {
	start := []queued{{query: beginGroup, pinned: true}}
	if g.d.locking {
		start = append(start,
			queued{query: lockGroup, pinned: true, read: g.readLock},
			queued{query: allCells, pinned: true, read: g.readCells})
	}
	return append(start, commitGroup)
}

func (g *group) readLock(rows pgx.Rows) error {
	g.locked = rows.Next()
	return nil
}

func (g *group) readCells(rows pgx.Rows) error {
	g.cells = make(map[string]int64)
	var name string
	var value int64
	_, err := pgx.ForEachRow(rows, []any{&name, &value}, func() error {
		g.cells[name] = value
		return nil
	})
	if err == nil && !g.locked {
		err = errors.New("the row group.lock is missing in the table cell")
	}
	return err
}

// loadCells loads the cells where begin has not.
func (g *group) loadCells() error {
	if g.cells != nil {
		return nil
	}
	if known, err := g.knownCells(); err != nil || known {
		return err
	}
	g.d.see(allCells, nil)
	rows, err := g.s.query(g.ctx, allCells, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	cells := make(map[string]int64)
	for rows.Next() {
		var name string
		var value int64
		if err := rows.Scan(&name, &value); err != nil {
			return g.s.wire.note(err)
		}
		cells[name] = value
	}
	if err := rows.Err(); err != nil {
		return err
	}
	g.cells = cells
	return nil
}

// knownCells takes the cells as the last group on this SQLite connection left them, if no other connection has written
// to the database since (https://sqlite.org/pragma.html#pragma_data_version). They are the connection's again when this
// group is committed.
func (g *group) knownCells() (bool, error) {
	lite, ok := g.s.link.(*sqliteConn)
	if !ok {
		return false, nil
	}
	var version int64
	if err := g.s.queryRow(g.ctx, "PRAGMA data_version", nil).Scan(&version); err != nil {
		return false, g.s.wire.note(err)
	}
	if version == lite.version {
		g.cells = lite.cells
	}
	lite.cells, lite.version = nil, version
	return g.cells != nil, nil
}

// exec runs a statement now. On SQLite it goes around database/sql, whose conversions cost as much as binding does;
// the session holds the connection, and the group is used by one goroutine.
func (g *group) exec(query string, args []any) (int64, error) {
	lite, ok := g.s.link.(*sqliteConn)
	if !ok {
		return g.s.exec(g.ctx, query, args)
	}
	var err error
	if g.args, err = named(g.args[:0], args); err != nil {
		return 0, g.s.wire.note(fmt.Errorf("%.60s: %w", query, err))
	}
	res, err := lite.ExecContext(g.ctx, query, g.args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// named converts arguments as database/sql does.
func named(to []driver.NamedValue, args []any) ([]driver.NamedValue, error) {
	for i, arg := range args {
		switch v := arg.(type) {
		case string, int64, nil, []byte, bool:
		case int:
			arg = int64(v)
		default:
			var err error
			if arg, err = driver.DefaultParameterConverter.ConvertValue(arg); err != nil {
				return nil, fmt.Errorf("argument $%d: %w", i+1, err)
			}
		}
		to = append(to, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return to, nil
}

func (g *group) later(query string, args []any) error {
	if g.d.engine == SQLite {
		_, err := g.exec(query, args)
		return err
	}
	g.queue = append(g.queue, queued{query: query, args: args})
	pg := g.s.link.(*postgresConn)
	if n := len(g.queue); !pg.streams || g.peeked || n < firstPiece || n < min(g.sent, maxPiece) {
		return nil
	}
	g.sent += len(g.queue)
	err := pg.put(g.ctx, g.queue...)
	if err == nil {
		err = pg.push()
	}
	g.emptyQueue()
	return err
}

// flush sends what is queued and waits for the answers to all that was sent.
func (g *group) flush() error {
	pg, ok := g.s.link.(*postgresConn)
	if !ok {
		return nil
	}
	if len(g.queue) == 0 {
		return pg.settle()
	}
	_, err := pg.send(g.ctx, g.queue)
	g.emptyQueue()
	return err
}

func (g *group) emptyQueue() {
	clear(g.queue)
	g.queue = g.queue[:0]
}

// errUnknown marks a commit of which nobody can say whether it happened.
var errUnknown = errors.New("the connection was lost during the commit, which may or may not have happened")

// commit runs the hooks, stores the cells and commits. The group is over afterwards, in either case. With more, where
// it saves a round trip, the next group begins in the same breath: it is returned, to be continued or undone.
func (g *group) commit(more bool) (next *group, err error) {
	if next, err = g.finish(more); err != nil {
		return next, err
	}
	for _, h := range g.after {
		if err := protect(func() error { return h.fn(nil) }); err != nil { // too late to undo anything
			g.d.log.Error("what was to follow a commit failed", "error", err)
		}
	}
	if heard := g.d.heard.Load(); heard != nil {
		(*heard)()
	}
	return next, nil
}

func (g *group) finish(more bool) (next *group, err error) {
	defer g.stop()
	tx := &Tx{ctx: g.ctx, g: g, index: -1}
	for i := 0; i < len(g.hooks); i++ { //nolint:intrange // a hook may add another
		err := protect(func() error { return g.hooks[i].fn(tx) })
		g.s.tidy()
		if err = errors.Join(err, g.s.wire.failure()); err != nil {
			g.undo()
			return nil, fmt.Errorf("before commit: %w", err)
		}
	}
	if err := g.storeCells(); err != nil {
		g.undo()
		return nil, fmt.Errorf("store cells: %w", err)
	}
	g.d.see("COMMIT", nil)
	pg, ok := g.s.link.(*postgresConn)
	if !ok {
		if _, err := g.exec("COMMIT", nil); err != nil {
			g.undo()
			return nil, fmt.Errorf("commit: %w", err)
		}
		lite := g.s.link.(*sqliteConn)
		if g.edited {
			lite.cells = nil
		} else if g.cells != nil {
			lite.cells = g.cells
		}
		g.d.checkpoints.wrote(lite.written())
		g.s.release(true)
		return nil, nil //nolint:nilnil // no next group is what it says
	}
	if more && pg.streams && pg.knows(g.pinned()) { // else something would be prepared, and answered, in between
		next = &group{d: g.d, s: g.s, ctx: g.ctx, stop: func() {}}
	}
	var tag string
	if next == nil {
		tag, err = pg.send(g.ctx, append(g.queue, commitGroup))
	} else {
		tag, err = g.commitPostgres(pg, next)
	}
	switch {
	case err != nil && IsUnavailable(err):
		g.undo()
		return nil, fmt.Errorf("commit: %w", errors.Join(errUnknown, err))
	case err != nil:
		g.undo()
		return nil, fmt.Errorf("commit: %w", err)
	case tag != "COMMIT": // PostgreSQL answers ROLLBACK when the transaction had failed before
		g.undo()
		return nil, fmt.Errorf("commit: the transaction had failed and was answered with %s", tag)
	}
	if next == nil {
		g.s.release(true)
	}
	return next, nil
}

// commitPostgres sends what is queued and the commit, with it what begins the next group, and reads the answers up to
// the commit's. The next group's come later: it may wait for its lock.
func (g *group) commitPostgres(pg *postgresConn, next *group) (tag string, err error) {
	if err = pg.put(g.ctx, append(g.queue, commitGroup)...); err != nil {
		return "", err
	}
	pg.sync()
	if err = pg.put(g.ctx, next.opening()...); err != nil {
		return "", err
	}
	pg.sync()
	if err = pg.push(); err != nil {
		return "", err
	}
	return pg.answers()
}

// proceed waits until the group that commit began has begun. limit 0: as long as it takes. A group that could not begin
// is over.
func (g *group) proceed(limit time.Duration) error {
	pg := g.s.link.(*postgresConn)
	if limit > 0 {
		g.stop = pg.expireAfter(limit)
	}
	if _, err := pg.answers(); err != nil {
		g.stop()
		g.s.release(false)
		return fmt.Errorf("begin transaction: %w", err)
	}
	return nil
}

// storeCells writes the changed cells in one statement.
func (g *group) storeCells() error {
	if len(g.dirty) == 0 {
		return nil
	}
	names := make([]string, 0, len(g.dirty))
	for name := range g.dirty {
		names = append(names, name)
	}
	sort.Strings(names)
	if g.d.engine == Postgres {
		values := make([]int64, len(names))
		for i, name := range names {
			values[i] = g.cells[name]
		}
		const upsert = "INSERT INTO cell (name, value) SELECT * FROM unnest($1::text[], $2::bigint[])" +
			" ON CONFLICT (name) DO UPDATE SET value = excluded.value"
		g.d.see(upsert, []any{names, values})
		return g.later(upsert, []any{names, values})
	}
	// A row each through one prepared statement: a text that grows with the number of cells would be prepared anew.
	const upsert = "INSERT INTO cell (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
	for _, name := range names {
		g.d.see(upsert, []any{name, g.cells[name]})
		if _, err := g.exec(upsert, []any{name, g.cells[name]}); err != nil {
			return err
		}
	}
	return nil
}

// undo rolls back and gives the connection back. The group is over.
func (g *group) undo() {
	defer g.stop()
	g.s.tidy()
	g.queue = nil
	if pg, ok := g.s.link.(*postgresConn); ok {
		_ = pg.settle() // noted, and undone with the rest
	}
	broken := g.s.wire.failure()
	fit := true
	if IsUnavailable(broken) {
		fit = false // closing the connection rolls back
	} else if _, err := g.s.exec(g.ctx, "ROLLBACK", nil); err != nil {
		// SQLite has rolled back by itself after some failures, and says so.
		fit = false
	}
	g.s.release(fit)
}
