package record

import (
	"context"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// GetFrom is Get through a reader of the caller's: inside a transaction it sees what the transaction wrote.
func (e *Engine) GetFrom(ctx context.Context, r db.Reader, t *Type, recID string) (Row, error) {
	return e.get(ctx, r, t, recID)
}

// ListFrom is List through a reader of the caller's. each must not use the same transaction.
func (e *Engine) ListFrom(ctx context.Context, r db.Reader, q Query, each func(Row) error) (int64, error) {
	return e.list(ctx, r, q, each)
}
