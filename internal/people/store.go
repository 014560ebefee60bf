package people

import (
	"context"
	"database/sql"
	"errors"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// passwordOf returns the hash of a person's password; "" for none.
func passwordOf(ctx context.Context, r db.Reader, person string) (string, error) {
	var hash string
	err := r.QueryRow(ctx, `SELECT hash FROM people_password WHERE person = $1`, person).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return hash, err
}

// savePassword stores a hash in place of what there was, and removes the person's open link.
func savePassword(tx *db.Tx, person, hash string, now int64) error {
	if _, err := tx.Exec(`DELETE FROM people_setup WHERE person = $1`, person); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO people_password (person, hash, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`, person, hash, now)
	return err
}

func replaceHash(tx *db.Tx, person, old, hash string) error {
	_, err := tx.Exec(`UPDATE people_password SET hash = $1 WHERE person = $2 AND hash = $3`, hash, person, old)
	return err
}

func deletePassword(tx *db.Tx, person string) error {
	for _, query := range []string{`DELETE FROM people_password WHERE person = $1`, `DELETE FROM people_setup WHERE person = $1`} {
		if _, err := tx.Exec(query, person); err != nil {
			return err
		}
	}
	return nil
}

// insertSetup stores a link in place of the person's earlier ones, and removes those of others that are long over.
func insertSetup(tx *db.Tx, s setup, pepper int64, mac []byte, now, expires int64) error {
	if _, err := tx.Exec(`DELETE FROM people_setup WHERE person = $1 OR expires_at < $2`, s.person, now); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO people_setup (id, person, pepper, mac, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		s.id, s.person, pepper, mac, now, expires)
	return err
}

func findSetup(ctx context.Context, r db.Reader, pepper int64, mac []byte, now int64) (s setup, found bool, err error) {
	err = r.QueryRow(ctx, `SELECT id, person FROM people_setup WHERE pepper = $1 AND mac = $2 AND expires_at > $3`, pepper, mac, now).Scan(&s.id, &s.person)
	if errors.Is(err, sql.ErrNoRows) {
		return setup{}, false, nil
	}
	return s, err == nil, err
}

func setupOpen(ctx context.Context, r db.Reader, id string, now int64) (bool, error) {
	var one int64
	err := r.QueryRow(ctx, `SELECT 1 FROM people_setup WHERE id = $1 AND expires_at > $2`, id, now).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
