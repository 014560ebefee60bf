package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Tx is one caller's part of a transaction, in Write and Alone. It is used by one goroutine and not after the function
// it was given to has returned. A statement that fails is a failure of the engine: the transaction is undone.
type Tx struct {
	ctx   context.Context
	g     *group
	index int // of the member in its group

	checking bool  // in the check of a Write, which writes nothing
	wrote    bool  // something that only undoing the transaction takes back
	misuse   error // the check tried to write
}

var errCheckWrote = errors.New("the check of a write must not write")

// Context carries the values of the caller's context. It is never cancelled: it is too late for that.
func (t *Tx) Context() context.Context { return t.ctx }

// Engine tells which engine it is.
func (t *Tx) Engine() Engine { return t.g.d.engine }

// Query runs a statement that gives rows. What Later has queued is sent first. The context serves tracing only.
func (t *Tx) Query(_ context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := t.read(query); err != nil {
		return nil, err
	}
	if err := t.g.flush(); err != nil {
		return nil, err
	}
	t.g.d.see(query, args)
	return t.g.s.query(t.g.ctx, query, args)
}

// QueryRow runs a statement that gives at most one row. What Later has queued is sent first.
func (t *Tx) QueryRow(_ context.Context, query string, args ...any) *sql.Row {
	// After a failure here the transaction is broken, so the statement below fails too and says why.
	_ = t.read(query)
	_ = t.g.flush()
	t.g.d.see(query, args)
	return t.g.s.queryRow(t.g.ctx, query, args)
}

// Peek is QueryRow without sending what Later has queued: for rows that no earlier member of the group can have
// written. Claim makes sure of that.
func (t *Tx) Peek(query string, args ...any) *sql.Row {
	_ = t.read(query)
	t.g.peeked = true
	t.g.d.see(query, args)
	return t.g.s.queryRow(t.g.ctx, query, args)
}

// Exec runs a statement and returns how many rows it touched. What Later has queued is sent first.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	if err := t.write(); err != nil {
		return 0, err
	}
	if err := t.g.flush(); err != nil {
		return 0, err
	}
	t.g.edited = t.g.edited || writesCells(query)
	t.g.d.see(query, args)
	return t.g.exec(query, args)
}

// Later queues a statement that writes. On PostgreSQL what is queued travels in pieces whose answers nobody waits for,
// the rest before the next Query, QueryRow or Exec of the group or with its commit; on SQLite it runs at once. args must
// not be changed afterwards.
func (t *Tx) Later(query string, args ...any) error {
	if err := t.write(); err != nil {
		return err
	}
	t.g.edited = t.g.edited || writesCells(query)
	t.g.d.see(query, args)
	return t.g.later(query, args)
}

// Claim marks key as touched by this member of the group. When an earlier member claimed it, what is queued is sent
// first, so that a following Peek sees what that one wrote.
func (t *Tx) Claim(key string) error {
	g := t.g
	if g.claims == nil {
		g.claims = make(map[string]int)
	}
	owner, claimed := g.claims[key]
	g.claims[key] = t.index
	if claimed && owner != t.index {
		return g.flush()
	}
	return nil
}

// Cell returns the number called name, 0 when it was never set. Numbers are exact: within a group each member sees what
// the earlier ones set, and the groups of all replicas are serial.
func (t *Tx) Cell(name string) int64 {
	if t.g.loadCells() != nil {
		return 0 // the failure is noted and undoes the group
	}
	return t.g.cells[name]
}

// SetCell sets the number called name; it is stored with the group's commit.
func (t *Tx) SetCell(name string, v int64) {
	if t.write() != nil || t.g.loadCells() != nil {
		return // the check's misuse or the failure is noted
	}
	if t.g.dirty == nil {
		t.g.dirty = make(map[string]struct{})
	}
	t.g.cells[name] = v
	t.g.dirty[name] = struct{}{}
}

// AddCell adds to the number called name and returns what it is now.
func (t *Tx) AddCell(name string, delta int64) int64 {
	v := t.Cell(name) + delta
	t.SetCell(name, v)
	return v
}

// Local returns the group's value for key, made by make at the first use and dropped at the group's end. Keys are
// compared as any map's: use an unexported type of your own.
func (t *Tx) Local(key any, make func(*Tx) (any, error)) (any, error) {
	if v, ok := t.g.locals[key]; ok {
		return v, nil
	}
	v, err := make(t)
	if err != nil {
		return nil, err
	}
	if t.g.locals == nil {
		t.g.locals = map[any]any{}
	}
	t.g.locals[key] = v
	return v, nil
}

// BeforeCommit has fn run at the group's end, before the cells are stored and the commit; once for each key, whoever
// asks first. When fn fails, the group is undone.
func (t *Tx) BeforeCommit(key any, fn func(*Tx) error) {
	if t.write() != nil {
		return
	}
	for i := range t.g.hooks {
		if t.g.hooks[i].key == key {
			return
		}
	}
	t.g.hooks = append(t.g.hooks, hook{key, fn})
}

// AfterCommit has fn run once the group is committed durably, before its callers are answered; once for each key. It
// must not wait, and it is only a hint: a process that ends meanwhile does not call it.
func (t *Tx) AfterCommit(key any, fn func()) {
	if t.write() != nil {
		return
	}
	for i := range t.g.after {
		if t.g.after[i].key == key {
			return
		}
	}
	t.g.after = append(t.g.after, hook{key, func(*Tx) error { fn(); return nil }})
}

// writesCells reports whether a statement may be one about the table of cells itself.
func writesCells(query string) bool {
	return strings.Contains(query, " cell") || strings.Contains(query, `"cell"`)
}

// write notes that something is written, and refuses it in a check.
func (t *Tx) write() error {
	if t.checking {
		t.misuse = errCheckWrote
		return t.misuse
	}
	t.wrote = true
	return nil
}

// read looks whether a statement that gives rows also writes (INSERT … RETURNING).
func (t *Tx) read(query string) error {
	if reads(query) {
		return nil
	}
	if err := t.write(); err != nil {
		return fmt.Errorf("%w: %.60s", err, query)
	}
	return nil
}

// reads judges a statement by its words: WITH may begin either kind.
func reads(query string) bool {
	q := strings.TrimLeft(query, " \t\r\n(")
	begins := func(verb string) bool { return len(q) >= len(verb) && strings.EqualFold(q[:len(verb)], verb) }
	if begins("SELECT") || begins("VALUES") || begins("PRAGMA") || begins("EXPLAIN") {
		return true
	}
	if !begins("WITH") {
		return false
	}
	upper := strings.ToUpper(q)
	return !strings.Contains(upper, "INSERT ") && !strings.Contains(upper, "UPDATE ") && !strings.Contains(upper, "DELETE ")
}
