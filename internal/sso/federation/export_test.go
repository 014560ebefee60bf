package federation

import (
	"context"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// Rename gives a provider a name without asking whether another one has it.
func Rename(ctx context.Context, id, name string) func(tx *db.Tx) error {
	return func(tx *db.Tx) error {
		p, err := findProvider(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Name = name
		return p.put(tx)
	}
}
