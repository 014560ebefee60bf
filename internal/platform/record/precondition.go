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

// Once is a creation that happens once, however often it is asked for within a day.
type Once struct {
	Scope string // who asks, and for what
	Key   string
	Body  []byte // what is asked: another body under the same key is refused
}

type onceKey struct{}

// WithOnce returns a context in which the next Create is done once. When the record is there already, Create returns it,
// with Row.Replayed set.
func WithOnce(ctx context.Context, o Once) context.Context {
	return context.WithValue(ctx, onceKey{}, o)
}

// replayed ends a creation whose record is there already.
type replayed struct{ recID string }

func (r replayed) Error() string { return "the record was made before: " + r.recID }

const onceLasts = 24 * time.Hour

// checkOnce looks whether the creation was done before.
func (d *Draft) checkOnce(tx *db.Tx) error {
	o, ok := d.ctx.Value(onceKey{}).(Once)
	if !ok || d.Verb != Creating {
		return nil
	}
	if err := tx.Claim("once/" + o.Scope + "\x00" + o.Key); err != nil {
		return err
	}
	var digest []byte
	var recID string
	var at int64
	err := tx.Peek("SELECT digest, rec_id, made_at FROM record_once WHERE scope = $1 AND key = $2", o.Scope, o.Key).Scan(&digest, &recID, &at)
	if errors.Is(err, sql.ErrNoRows) || err == nil && at <= d.Now.Add(-onceLasts).Unix() {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for an earlier creation: %w", err)
	}
	if sum := sha256.Sum256(o.Body); !bytes.Equal(sum[:], digest) {
		return fault.New(fault.Conflict, "key_reused", "The Idempotency-Key was used for another request")
	}
	return replayed{recID}
}

// storeOnce remembers that the creation was done.
func (d *Draft) storeOnce(tx *db.Tx) error {
	o, ok := d.ctx.Value(onceKey{}).(Once)
	if !ok || d.Verb != Creating {
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
