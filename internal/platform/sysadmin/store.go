package sysadmin

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// row is an account as it is stored.
type row struct {
	Admin
	hash    string
	linkID  string
	pepper  int64
	mac     []byte
	changed int64 // of the password
}

const columns = `id, login, name, email, active, hash, link_id, link_pepper, link_mac, link_ends_at, created_by, created_at, changed_at`

func scan(from func(...any) error) (r row, err error) {
	var active, ends, created int64
	err = from(&r.ID, &r.Login, &r.Name, &r.Email, &active, &r.hash, &r.linkID, &r.pepper, &r.mac, &ends, &r.CreatedBy, &created, &r.changed)
	r.Active, r.Password, r.Created = active != 0, r.hash != "", time.UnixMicro(created).UTC()
	if r.linkID != "" {
		at := time.UnixMicro(ends).UTC()
		r.LinkEnds = &at
	}
	return r, err
}

// one reads the only account a query gives, and whether there is one.
func one(from *sql.Row) (row, bool, error) {
	r, err := scan(from.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

func byID(ctx context.Context, r db.Reader, id string) (row, bool, error) {
	return one(r.QueryRow(ctx, `SELECT `+columns+` FROM system_admin WHERE id = $1`, id))
}

func byLogin(ctx context.Context, r db.Reader, login string) (row, bool, error) {
	if !literal.Valid(login) {
		return row{}, false, nil
	}
	return one(r.QueryRow(ctx, `SELECT `+columns+` FROM system_admin WHERE folded = $1`, literal.Fold(login)))
}

func byLink(ctx context.Context, r db.Reader, pepper int64, mac []byte, now int64) (row, bool, error) {
	return one(r.QueryRow(ctx, `SELECT `+columns+` FROM system_admin WHERE link_pepper = $1 AND link_mac = $2 AND link_id <> '' AND link_ends_at > $3 AND active = 1`, pepper, mac, now))
}

// linkOpen reports whether a link was not used or replaced meanwhile.
func linkOpen(ctx context.Context, r db.Reader, adminID, linkID string) (bool, error) {
	var n int64
	err := r.QueryRow(ctx, `SELECT count(*) FROM system_admin WHERE id = $1 AND link_id = $2 AND active = 1`, adminID, linkID).Scan(&n)
	return n > 0, err
}

func list(ctx context.Context, r db.Reader) ([]row, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+` FROM system_admin ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []row
	for rows.Next() {
		one, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// countOthers counts the active accounts beside one, and those of them that have a password.
func countOthers(ctx context.Context, r db.Reader, but string) (all, entering int64, err error) {
	err = r.QueryRow(ctx, `SELECT count(*), COALESCE(sum(CASE WHEN hash <> '' THEN 1 ELSE 0 END), 0) FROM system_admin WHERE id <> $1 AND active = 1`, but).Scan(&all, &entering)
	return all, entering, err
}

func insert(tx *db.Tx, r row) error {
	_, err := tx.Exec(`INSERT INTO system_admin (id, login, folded, name, email, active, hash, link_id, link_pepper, link_mac, link_ends_at, created_by, created_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, r.ID, r.Login, literal.Fold(r.Login), r.Name, r.Email, flag(r.Active), r.hash,
		r.linkID, r.pepper, r.macOrNone(), r.ends(), r.CreatedBy, r.Created.UnixMicro(), r.changed)
	return err
}

// update writes all that may change.
func update(tx *db.Tx, r row) error {
	_, err := tx.Exec(`UPDATE system_admin SET name = $1, email = $2, active = $3, hash = $4, link_id = $5, link_pepper = $6, link_mac = $7, link_ends_at = $8, changed_at = $9 WHERE id = $10`,
		r.Name, r.Email, flag(r.Active), r.hash, r.linkID, r.pepper, r.macOrNone(), r.ends(), r.changed, r.ID)
	return err
}

func replaceHash(tx *db.Tx, id, old, hash string) error {
	_, err := tx.Exec(`UPDATE system_admin SET hash = $1 WHERE id = $2 AND hash = $3`, hash, id, old)
	return err
}

func remove(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM system_admin WHERE id = $1`, id)
	return err
}

// unlink takes the open link away.
func (r *row) unlink() { r.linkID, r.pepper, r.mac, r.LinkEnds = "", 0, nil, nil }

func (r row) macOrNone() []byte {
	if r.mac == nil {
		return []byte{}
	}
	return r.mac
}

func (r row) ends() int64 {
	if r.LinkEnds == nil {
		return 0
	}
	return r.LinkEnds.UnixMicro()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
