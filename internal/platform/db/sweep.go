package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
)

const (
	sweepBytes = 2 << 20 // in the pending list of a GIN index, after which it is cleaned
	// What sweeps, and whose pending lists are never long enough for it to do so.
	sweepAny    = "SET LOCAL gin_pending_list_limit = '64kB'"
	sweepNever  = "SET gin_pending_list_limit = '16MB'"
	sweepMemory = "SET LOCAL work_mem = '32MB'" // so that each word is put into the index once
)

// sweeper moves what PostgreSQL keeps in the pending lists of GIN indexes to its place in them, beside the writer
// (https://www.postgresql.org/docs/15/gin-implementation.html#GIN-FAST-UPDATE). Left to PostgreSQL, the insert that
// finds the list full does it, and everybody in its group and after it waits for some 70 ms each time.
//
// It is an insert of the sweeper's that finds the list full, and is undone. The function gin_clean_pending_list would
// go on until the list is empty, which it is not before the writer rests: it then takes in a few rows at a time and
// costs several times as much.
type sweeper struct {
	pool    *sql.DB
	log     *slog.Logger
	ctx     context.Context // ends with the database
	end     context.CancelFunc
	pending map[string]int // bytes by insert; the writer's goroutine alone uses it
	busy    chan struct{}  // holds one element while a list is cleaned
}

func newSweeper(pool *sql.DB, log *slog.Logger) *sweeper {
	s := &sweeper{pool: pool, log: log, pending: map[string]int{}, busy: make(chan struct{}, 1)}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s
}

// wrote notes bytes that went into an index and has it cleaned when there are many. It does not wait. A group that is
// undone counts as well: the index does not know transactions.
func (s *sweeper) wrote(insert string, bytes int) {
	s.pending[insert] += bytes
	if s.pending[insert] < sweepBytes {
		return
	}
	select {
	case s.busy <- struct{}{}:
	default:
		return // another one is being cleaned; the next write asks again
	}
	s.pending[insert] = 0
	go func() {
		defer func() { <-s.busy }()
		if err := s.sweep(insert); err != nil && s.ctx.Err() == nil {
			s.log.Warn("the pending list of an index could not be cleaned", "error", err)
		}
	}()
}

func (s *sweeper) sweep(insert string) error {
	tx, err := s.pool.BeginTx(s.ctx, nil)
	if err != nil {
		return outside(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, text := range [...]string{sweepAny, sweepMemory, insert} {
		if _, err := tx.ExecContext(s.ctx, text); err != nil {
			return fmt.Errorf("%.60s: %w", text, outside(err))
		}
	}
	return nil
}

// close ends what runs and waits for it.
func (s *sweeper) close() {
	s.end()
	s.busy <- struct{}{}
}

// Pending notes that this write puts about so many bytes into the pending list of a GIN index of PostgreSQL, which is
// cleaned beside the writer from time to time, by an insert into its table that is undone again. On SQLite it does
// nothing.
func (t *Tx) Pending(insert string, bytes int) {
	if s := t.g.d.sweeper; s != nil {
		s.wrote(insert, bytes)
	}
}
