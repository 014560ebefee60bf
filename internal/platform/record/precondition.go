package record

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

type revisionKey struct{}

// expected is a record that a context lets be changed only as it was seen.
type expected struct {
	recID string
	revs  []int64
}

// WithRevisions returns a context in which a record is only changed or deleted while its revision is one of these (RFC 9110
// section 13.1.1). Otherwise the write is fault.PreconditionFailed.
func WithRevisions(ctx context.Context, recID string, revs []int64) context.Context {
	return context.WithValue(ctx, revisionKey{}, expected{recID, revs})
}

// asExpected refuses a row that is not as the context wants it.
func asExpected(ctx context.Context, row Row) error {
	e, ok := ctx.Value(revisionKey{}).(expected)
	if !ok || e.recID != row.RecID || slices.Contains(e.revs, row.Rev) {
		return nil
	}
	return fault.New(fault.PreconditionFailed, "record_changed", "The record has been changed since it was read")
}

// stillExpected is asExpected for a record that is not written itself, inside the group.
func stillExpected(ctx context.Context, tx *db.Tx, row Row) error {
	if e, ok := ctx.Value(revisionKey{}).(expected); !ok || e.recID != row.RecID {
		return nil
	}
	if err := tx.Peek("SELECT rev FROM "+row.Type.table+" WHERE rec_id = $1", literal.Fold(row.RecID)).Scan(&row.Rev); err != nil {
		return fmt.Errorf("look at the revision of a record: %w", err)
	}
	return asExpected(ctx, row)
}

// Once is a write that happens once, however often it is asked for within a day.
type Once struct {
	Scope string // who asks, and for what
	Key   string
	Body  []byte // what is asked: another body under the same key is refused
	Verb  Verb   // Creating or Updating
}

type onceKey struct{}

// WithOnce returns a context in which the next Create or Update, as o.Verb says, is done once. When it was done already, the
// record is returned as it is now, with Row.Replayed set.
func WithOnce(ctx context.Context, o Once) context.Context {
	return context.WithValue(ctx, onceKey{}, o)
}

// PartOnce returns a context for the nth of several writes under the key of WithOnce; without one, ctx.
func PartOnce(ctx context.Context, n int) context.Context {
	o, ok := ctx.Value(onceKey{}).(Once)
	if !ok {
		return ctx
	}
	o.Scope += fmt.Sprintf("/%d", n)
	return context.WithValue(ctx, onceKey{}, o)
}

// replayed ends a write whose record is there already.
type replayed struct{ recID string }

func (r replayed) Error() string { return "the record was made before: " + r.recID }

const onceLasts = 24 * time.Hour

// checkOnce looks whether the write was done before.
func (d *Draft) checkOnce(tx *db.Tx) error {
	o, ok := d.ctx.Value(onceKey{}).(Once)
	if !ok || d.Verb != o.Verb {
		return nil
	}
	if err := tx.Claim("once/" + o.Scope + "\x00" + o.Key); err != nil {
		return err
	}
	recID, err := o.done(tx.Peek(selectOnce, o.Scope, o.Key), d.Now)
	if err == nil && recID != "" {
		err = replayed{recID}
	}
	return err
}

const selectOnce = "SELECT digest, rec_id, made_at FROM record_once WHERE scope = $1 AND key = $2"

// done is the record of an earlier write, "" where there was none.
func (o Once) done(row *sql.Row, now time.Time) (recID string, err error) {
	var digest []byte
	var at int64
	err = row.Scan(&digest, &recID, &at)
	if errors.Is(err, sql.ErrNoRows) || err == nil && at <= now.Add(-onceLasts).Unix() {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look for an earlier write: %w", err)
	}
	if sum := sha256.Sum256(o.Body); !bytes.Equal(sum[:], digest) {
		return "", fault.New(fault.Conflict, "key_reused", "The Idempotency-Key was used for another request")
	}
	return recID, nil
}

// Replayed is the record of an earlier write under the key of WithOnce; false where there was none, or there is no key. It is
// for those who look at more than the write itself does, which may not be as it was before it.
func (e *Engine) Replayed(ctx context.Context, t *Type) (Row, bool, error) {
	o, ok := ctx.Value(onceKey{}).(Once)
	if !ok {
		return Row{}, false, nil
	}
	var recID string
	err := e.db.View(ctx, func(r db.Reader) (err error) {
		recID, err = o.done(r.QueryRow(ctx, selectOnce, o.Scope, o.Key), e.clock.Now())
		return err
	})
	if err != nil || recID == "" {
		return Row{}, false, err
	}
	row, err := e.replay(ctx, t, recID)
	return row, err == nil, err
}

// replay is the record of an earlier write as it is now.
func (e *Engine) replay(ctx context.Context, t *Type, recID string) (Row, error) {
	row, err := e.Get(ctx, t, recID)
	if fault.Is(err, fault.NotFound) {
		return row, fault.New(fault.Conflict, "key_reused", "The record that was made under this Idempotency-Key is gone")
	}
	row.Replayed = true
	return row, err
}

// storeOnce remembers that the write was done.
func (d *Draft) storeOnce(tx *db.Tx) error {
	o, ok := d.ctx.Value(onceKey{}).(Once)
	if !ok || d.Verb != o.Verb {
		return nil
	}
	sum := sha256.Sum256(o.Body)
	return tx.Later(`INSERT INTO record_once (scope, key, digest, rec_id, made_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (scope, key) DO UPDATE SET digest = excluded.digest, rec_id = excluded.rec_id, made_at = excluded.made_at`,
		o.Scope, o.Key, sum[:], d.RecID(), d.Now.Unix())
}

// ForgetOnce drops the keys that are older than a day.
func (e *Engine) ForgetOnce(ctx context.Context) error {
	return e.db.Write(ctx, nil, func(tx *db.Tx) error {
		return tx.Later("DELETE FROM record_once WHERE made_at <= $1", e.clock.Now().Add(-onceLasts).Unix())
	})
}
