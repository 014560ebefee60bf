package trust

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// keysOf returns the REST API key made with a registration, and those it was rotated from.
func keysOf(ctx context.Context, r db.Reader, apiKey string) (keys []Key, err error) {
	if apiKey == "" {
		return nil, nil
	}
	seen := map[string]bool{}
	for next := []string{apiKey}; len(next) > 0; next = next[1:] {
		if seen[next[0]] {
			continue
		}
		some, err := list(ctx, r, scanKey, `SELECT `+keyColumns+` WHERE k.id = $1 OR k.rotated_to = $1`, next[0])
		if err != nil {
			return nil, fmt.Errorf("read the API keys of a registration: %w", err)
		}
		seen[next[0]] = true
		for _, k := range some {
			if k.ID == next[0] {
				keys = append(keys, k)
			} else {
				next = append(next, k.ID)
			}
		}
	}
	return keys, nil
}

// renameRegistrationKey has a registration point to the key that replaced its own, or to none.
func renameRegistrationKey(tx *db.Tx, old, fresh string) error {
	_, err := tx.Exec(`UPDATE trust_registration SET api_key = $1 WHERE api_key = $2`, fresh, old)
	if err != nil {
		return fmt.Errorf("point the registration to its API key: %w", err)
	}
	return nil
}
