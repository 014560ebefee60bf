package record

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// removeOwned asks for the deletion, in the same transaction, of all records that go with the draft's: those that name
// it by a link that is owned. Each is a deletion like any other, with an entry of its own in the audit trail; but nobody
// is asked whether they may.
func (d *Draft) removeOwned() {
	for _, t := range d.schema.ordered {
		if t.view != nil {
			continue
		}
		for i := range t.Fields {
			f := &t.Fields[i]
			if f.Part != Plain || !f.Def.Owned || t.Base != nil && i < len(t.Base.Fields) {
				continue
			}
			d.Then(func(ctx context.Context, tx *db.Tx) error {
				return d.engine.deleteNaming(WithoutGuard(ctx), tx, t, i, d.RecID())
			})
		}
	}
}

// deleteNaming deletes the records of a type, and of its extensions, whose link names a record. Closed ones stay.
func (e *Engine) deleteNaming(ctx context.Context, tx *db.Tx, t *Type, link int, recID string) error {
	found, err := namingKeys(ctx, tx, "SELECT rec_id FROM "+t.table+" WHERE "+t.Expr(link, e.postgres)+" = $1 ORDER BY id", literal.Fold(recID))
	if err != nil {
		return fmt.Errorf("find what goes with %s: %w", recID, err)
	}
	for _, key := range found {
		err := e.DeleteTx(ctx, tx, t, key)
		if err != nil && fault.Of(err).Code != "record_closed" {
			return fmt.Errorf("delete %s, which goes with %s: %w", key, recID, err)
		}
	}
	return nil
}

func namingKeys(ctx context.Context, tx *db.Tx, query string, args ...any) (keys []string, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}
