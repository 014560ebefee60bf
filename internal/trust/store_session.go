package trust

import (
	"context"
	"database/sql"
	"errors"

	"github.com/provost-itsm/provost/internal/platform/db"
)

func insertSession(tx *db.Tx, s Session, host string, serial, pepper int64, mac []byte, from string) error {
	if _, err := tx.Exec(`INSERT INTO trust_session (id, person, role, host, serial, pepper, mac, address, user_agent, created_at, seen_at, ends_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.ID, s.Person, s.Role, host, serial, pepper, mac, s.Address, s.UserAgent, s.Created.UnixMicro(), s.Seen.UnixMicro(), s.Ends.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO trust_address (credential, address, first_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		s.ID, from, s.Created.UnixMicro())
	return err
}

// sessionRow is what Authenticate needs of a session; times are Unix microseconds.
type sessionRow struct {
	id, person, role, host string
	serial, seen, ends     int64
	ended                  bool
}

func findSession(ctx context.Context, r db.Reader, pepper int64, mac []byte) (s sessionRow, found bool, err error) {
	var ended sql.NullInt64
	err = r.QueryRow(ctx, `SELECT id, person, role, host, serial, seen_at, ends_at, ended_at FROM trust_session WHERE pepper = $1 AND mac = $2`, pepper, mac).
		Scan(&s.id, &s.person, &s.role, &s.host, &s.serial, &s.seen, &s.ends, &ended)
	if errors.Is(err, sql.ErrNoRows) {
		return sessionRow{}, false, nil
	}
	s.ended = ended.Valid
	return s, err == nil, err
}

func sessionLives(ctx context.Context, r db.Reader, id string) (bool, error) {
	return exists(r.QueryRow(ctx, `SELECT 1 FROM trust_session WHERE id = $1 AND ended_at IS NULL`, id))
}

func endSession(tx *db.Tx, id string, now int64, why string) error {
	_, err := tx.Exec(`UPDATE trust_session SET ended_at = $1, ended_why = $2 WHERE id = $3 AND ended_at IS NULL`, now, why, id)
	return err
}

func endSessionsOf(tx *db.Tx, person string, now int64, why string) (int64, error) {
	return tx.Exec(`UPDATE trust_session SET ended_at = $1, ended_why = $2 WHERE person = $3 AND ended_at IS NULL AND ends_at > $1`, now, why, person)
}

func listSessions(ctx context.Context, r db.Reader, person string, now, idle int64) ([]Session, error) {
	query := `SELECT id, person, role, address, user_agent, created_at, seen_at, ends_at FROM trust_session
		WHERE ended_at IS NULL AND ends_at > $1 AND seen_at > $2`
	args := []any{now, idle}
	if person != "" {
		query += ` AND person = $3`
		args = append(args, person)
	}
	return list(ctx, r, func(s scanner) (out Session, err error) {
		var created, seen, ends int64
		err = s.Scan(&out.ID, &out.Person, &out.Role, &out.Address, &out.UserAgent, &created, &seen, &ends)
		out.Created, out.Seen, out.Ends = instant(created), instant(seen), instant(ends)
		return out, err
	}, query+` ORDER BY id DESC`, args...)
}
