package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

const actionErase = "audit.erase"

// Erase removes the payload of an entry, which law can demand, and the salt with it, so that the digest that stays
// tells nothing. Who, when and which record stay, the chain stays provable, and an entry audit.erase tells of it.
// An unknown entry is fault.NotFound; one erased already stays as it is.
func Erase(ctx context.Context, tx *db.Tx, now time.Time, seq int64) error {
	var action string
	var salt []byte
	err := tx.QueryRow(ctx, `SELECT action, salt FROM audit WHERE seq = $1`, seq).Scan(&action, &salt)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "audit_entry_unknown", "There is no audit entry %d.", seq)
	}
	if err != nil {
		return fmt.Errorf("erase audit entry %d: %w", seq, err)
	}
	if salt == nil {
		return nil
	}
	if _, err := tx.Exec(`UPDATE audit SET payload = NULL, salt = NULL WHERE seq = $1`, seq); err != nil {
		return fmt.Errorf("erase audit entry %d: %w", seq, err)
	}
	return Write(ctx, tx, now, Entry{Action: actionErase, Object: "audit", Target: strconv.FormatInt(seq, 10), Label: action})
}
