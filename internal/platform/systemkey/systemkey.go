// Package systemkey keeps the keys of whoever runs the server: for what is about all tenants, and for nothing inside of one. They
// live in the control database as MACs, and what is done to them stands in its audit trail.
package systemkey

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

const (
	maxDescription = 200         // characters
	useNoted       = time.Minute // how exactly the last use is known
	auditObject    = "system_key"
)

// Key is a key as it may be shown.
type Key struct {
	ID          string     `json:"id"`
	Description string     `json:"description"`
	Hint        string     `json:"hint"` // its first characters
	CreatedBy   string     `json:"created_by"`
	Created     time.Time  `json:"created_at"`
	Expires     *time.Time `json:"expires_at"`   // nil: never
	LastUsed    *time.Time `json:"last_used_at"` // nil: never; to the minute
}

// Store keeps the keys. All fields have to be set.
type Store struct {
	Control *db.DB
	Keys    *secret.Keys
	Clock   clock.Clock
}

// Create makes a key that lives for a time, 0 for ever, in the name of the context's principal, and returns its secret, which
// nobody gets to see again.
func (s Store) Create(ctx context.Context, description string, life time.Duration) (Key, string, error) {
	description = strings.TrimSpace(description)
	if utf8.RuneCountInString(description) > maxDescription || !utf8.ValidString(description) || strings.ContainsFunc(description, unicode.IsControl) {
		return Key{}, "", fault.New(fault.Invalid, "description_invalid", "A description has at most %d characters, on one line.", maxDescription)
	}
	if life < 0 {
		return Key{}, "", fault.New(fault.Invalid, "expires_invalid", "A key lives for some time from now on, such as 2160h.")
	}
	value := secret.New(secret.KindKey)
	now := s.Clock.Now().UTC().Truncate(time.Microsecond)
	k := Key{ID: id.GUID(), Description: description, Hint: secret.Hint(value), Created: now}
	if p := principal.From(ctx); p != nil {
		k.CreatedBy = p.Login
	}
	if life > 0 {
		end := now.Add(life)
		k.Expires = &end
	}
	changes, err := audit.Diff(nil, k)
	if err != nil {
		return Key{}, "", err
	}
	pepper, mac := s.Keys.MAC(value)
	err = s.Control.Alone(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO system_key (id, description, pepper, mac, hint, created_by, created_at, expires_at, last_used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`, k.ID, k.Description, pepper, mac, k.Hint, k.CreatedBy, now.UnixMicro(), micro(k.Expires))
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "system_key.create", Object: auditObject, Target: k.ID, Label: description, Changes: changes})
	})
	if err != nil {
		return Key{}, "", fmt.Errorf("create system key: %w", err)
	}
	return k, value, nil
}

const columns = `id, description, hint, created_by, created_at, expires_at, last_used_at`

// List returns the keys, oldest first, those that have expired too.
func (s Store) List(ctx context.Context) ([]Key, error) {
	rows, err := s.Control.Query(ctx, `SELECT `+columns+` FROM system_key ORDER BY created_at, id`)
	if err != nil {
		return nil, fmt.Errorf("list system keys: %w", err)
	}
	defer rows.Close()
	out := []Key{}
	for rows.Next() {
		k, err := scan(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("list system keys: %w", err)
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// Delete removes a key for good; an unknown one is fault.NotFound.
func (s Store) Delete(ctx context.Context, keyID string) error {
	err := s.Control.Alone(ctx, func(tx *db.Tx) error {
		k, err := scan(tx.QueryRow(ctx, `SELECT `+columns+` FROM system_key WHERE id = $1`, strings.ToLower(keyID)).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "system_key_unknown", "There is no system key %s.", keyID)
		}
		if err != nil {
			return err
		}
		changes, err := audit.Diff(k, nil)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM system_key WHERE id = $1`, k.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.Clock.Now(), audit.Entry{Action: "system_key.delete", Object: auditObject, Target: k.ID, Label: k.Description, Changes: changes})
	})
	if err != nil {
		return fmt.Errorf("delete system key: %w", err)
	}
	return nil
}

// Leaked removes the key that a value is, if it is one, because somebody else may have it.
func (s Store) Leaked(ctx context.Context, value string) (bool, error) {
	k, ok, err := s.Verify(ctx, value)
	if err != nil || !ok {
		return false, err
	}
	return true, s.Delete(ctx, k.ID)
}

// Verify looks a presented secret up. It reports false for what is no system key, or one that has expired.
func (s Store) Verify(ctx context.Context, value string) (Key, bool, error) {
	if kind, ok := secret.Kind(value); !ok || kind != secret.KindKey {
		return Key{}, false, nil
	}
	now := s.Clock.Now()
	for _, version := range s.Keys.Versions() {
		mac := s.Keys.MACWith(version, value)
		var stored []byte
		k, err := scan(func(into ...any) error {
			return s.Control.QueryRow(ctx, `SELECT `+columns+`, mac FROM system_key WHERE pepper = $1 AND mac = $2`, version, mac).Scan(append(into, &stored)...)
		})
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return Key{}, false, fmt.Errorf("look up system key: %w", err)
		}
		if !hmac.Equal(stored, mac) || k.Expires != nil && !now.Before(*k.Expires) {
			return Key{}, false, nil
		}
		return k, true, s.used(ctx, k, now)
	}
	return Key{}, false, nil
}

// used notes a use, at most once a minute.
func (s Store) used(ctx context.Context, k Key, now time.Time) error {
	if k.LastUsed != nil && now.Sub(*k.LastUsed) < useNoted {
		return nil
	}
	err := s.Control.Alone(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE system_key SET last_used_at = $1 WHERE id = $2`, now.UnixMicro(), k.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("note the use of a system key: %w", err)
	}
	return nil
}

func scan(row func(...any) error) (Key, error) {
	var k Key
	var created, expires, used int64
	if err := row(&k.ID, &k.Description, &k.Hint, &k.CreatedBy, &created, &expires, &used); err != nil {
		return Key{}, err
	}
	k.Created, k.Expires, k.LastUsed = time.UnixMicro(created).UTC(), instant(expires), instant(used)
	return k, nil
}

func micro(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return t.UnixMicro()
}

func instant(micro int64) *time.Time {
	if micro == 0 {
		return nil
	}
	t := time.UnixMicro(micro).UTC()
	return &t
}
