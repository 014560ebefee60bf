package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync/atomic"
)

const (
	checkpointPasses = 4    // beside the writer, each over what was written during the one before
	checkpointRest   = 400  // pages that may be left to the writer
	checkpointAgain  = 1000 // pages after which it is tried again where the log could not begin anew
)

// checkpointer copies the write-ahead log of a SQLite database into its file beside the writer, on a connection of its
// own. The writer may go on meanwhile; what it writes in that time is copied by further passes and, when it is little,
// by the writer between two groups, since the log begins anew only when all of it is copied
// (https://sqlite.org/wal.html#checkpointing). Left to SQLite's automatic checkpoints, the writer would do all of it while
// everybody waits.
type checkpointer struct {
	pool *sql.DB
	log  *slog.Logger

	pages atomic.Int64  // written to the log, ever
	copy  atomic.Bool   // passes have ended, the rest is the writer's
	busy  chan struct{} // holds one element while passes run
	every atomic.Int64  // pages after which passes start
	after atomic.Int64  // how many more start the next ones
	from  int64         // pages when the log was copied last
}

func newCheckpointer(file string, log *slog.Logger) (*checkpointer, error) {
	pool, err := poolSQLite(file, 1, true)
	if err != nil {
		return nil, err
	}
	pool.SetConnMaxIdleTime(idleTimeout)
	c := &checkpointer{pool: pool, log: log, busy: make(chan struct{}, 1)}
	c.startAfter(checkpointPages)
	return c, nil
}

// startAfter sets how many pages start passes.
func (c *checkpointer) startAfter(pages int64) {
	c.every.Store(pages)
	c.after.Store(pages)
}

// wrote notes how many pages a connection has written since it was opened. The writer calls it after each commit.
func (c *checkpointer) wrote(pages int64) {
	if pages < c.from {
		c.from = 0 // of another connection
	}
	c.pages.Store(pages)
}

// tend starts passes when it is time, and does the rest on the writer's connection when they have ended. The writer
// calls it between groups.
func (c *checkpointer) tend(writer *sql.DB) {
	if c.copy.Load() {
		c.copy.Store(false)
		frames, err := passive(writer)
		if err != nil {
			c.log.Warn("checkpoint failed", "error", err)
		}
		c.from = c.pages.Load()
		c.after.Store(c.every.Load())
		if frames > 2*c.every.Load() { // a reader kept the log from beginning anew
			c.after.Store(checkpointAgain)
		}
		return
	}
	if c.pages.Load()-c.from < c.after.Load() {
		return
	}
	select {
	case c.busy <- struct{}{}:
	default:
		return
	}
	go func() {
		defer func() { <-c.busy }()
		for range checkpointPasses {
			before := c.pages.Load()
			if _, err := passive(c.pool); err != nil {
				c.log.Warn("checkpoint failed", "error", err)
				break
			}
			if c.pages.Load()-before < checkpointRest {
				break
			}
		}
		c.copy.Store(true)
	}()
}

// passive copies what no reader and no writer stands in the way of, and returns how many frames the log has.
func passive(pool *sql.DB) (frames int64, err error) {
	var busy, copied int64
	if err := pool.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &frames, &copied); err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	return frames, nil
}

// close waits for passes that run.
func (c *checkpointer) close() error {
	c.busy <- struct{}{}
	return c.pool.Close()
}
