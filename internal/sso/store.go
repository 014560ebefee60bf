package sso

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// sessionRow is a session as it is stored; times are Unix microseconds.
type sessionRow struct {
	id, person, role, method   string
	idp, nameID, nameFormat    string
	index                      string
	address, userAgent         string
	began, auth                int64
	authMethod                 string
	created, seen, ends, ended int64 // ended: 0 while it lives
}

// by is the provider that vouched for the session's person.
func (r sessionRow) by() Proven {
	out := Proven{Provider: r.idp, NameID: r.nameID, NameFormat: r.nameFormat, Index: r.index}
	if r.idp != "" {
		out.Ends = instant(r.ends) // what it wants to end does not live longer because it goes on under another cookie
	}
	return out
}

const sessionColumns = `id, person, role, method, idp, name_id, name_format, session_index, address, user_agent, began_at, auth_at, auth_method, created_at, seen_at, ends_at, COALESCE(ended_at, 0)`

// scanner is one row of an answer.
type scanner interface{ Scan(into ...any) error }

func scanSession(s scanner) (r sessionRow, err error) {
	err = s.Scan(&r.id, &r.person, &r.role, &r.method, &r.idp, &r.nameID, &r.nameFormat, &r.index, &r.address, &r.userAgent, &r.began, &r.auth, &r.authMethod,
		&r.created, &r.seen, &r.ends, &r.ended)
	return r, err
}

func insertSession(tx *db.Tx, r sessionRow, pepper int64, mac []byte) error {
	_, err := tx.Exec(`INSERT INTO sso_session (id, person, role, method, idp, name_id, name_format, session_index, pepper, mac, address, user_agent,
		began_at, auth_at, auth_method, created_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		r.id, r.person, r.role, r.method, r.idp, r.nameID, r.nameFormat, r.index, pepper, mac, r.address, r.userAgent, r.began, r.auth, r.authMethod, r.created, r.seen, r.ends)
	return err
}

func findSession(ctx context.Context, r db.Reader, pepper int64, mac []byte) (row sessionRow, found bool, err error) {
	row, err = scanSession(r.QueryRow(ctx, `SELECT `+sessionColumns+` FROM sso_session WHERE pepper = $1 AND mac = $2`, pepper, mac))
	if errors.Is(err, sql.ErrNoRows) {
		return sessionRow{}, false, nil
	}
	return row, err == nil, err
}

func sessionByID(ctx context.Context, r db.Reader, id string) (row sessionRow, found bool, err error) {
	row, err = scanSession(r.QueryRow(ctx, `SELECT `+sessionColumns+` FROM sso_session WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return sessionRow{}, false, nil
	}
	return row, err == nil, err
}

// listSessions returns those that have not ended, of one person or, with an empty id, of all, newest first.
func listSessions(ctx context.Context, r db.Reader, person string, now int64) ([]sessionRow, error) {
	query := `SELECT ` + sessionColumns + ` FROM sso_session WHERE ended_at IS NULL AND ends_at > $1`
	args := []any{now}
	if person != "" {
		query += ` AND person = $2`
		args = append(args, person)
	}
	rows, err := r.Query(ctx, query+` ORDER BY id DESC`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []sessionRow
	for rows.Next() {
		row, err := scanSession(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func touchSession(tx *db.Tx, id string, now int64) error {
	_, err := tx.Exec(`UPDATE sso_session SET seen_at = $1 WHERE id = $2 AND seen_at < $1 AND ended_at IS NULL`, now, id)
	return err
}

// endSession ends one session and reports whether it lived.
func endSession(tx *db.Tx, id string, now int64, why string) (bool, error) {
	n, err := tx.Exec(`UPDATE sso_session SET ended_at = $1, ended_why = $2 WHERE id = $3 AND ended_at IS NULL`, now, why, id)
	return n > 0, err
}

// endSessionsOf ends the sessions of a person but one, whose id may be empty.
func endSessionsOf(tx *db.Tx, person, but string, now int64, why string) (int64, error) {
	return tx.Exec(`UPDATE sso_session SET ended_at = $1, ended_why = $2 WHERE person = $3 AND id <> $4 AND ended_at IS NULL AND ends_at > $1`, now, why, person, but)
}

// preference returns what is kept for a person; "{}" for nothing.
func preference(ctx context.Context, r db.Reader, person string) (string, error) {
	var value string
	err := r.QueryRow(ctx, `SELECT value FROM sso_preference WHERE person = $1`, person).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "{}", nil
	}
	return value, err
}

func savePreference(tx *db.Tx, person, value string, now int64) error {
	_, err := tx.Exec(`INSERT INTO sso_preference (person, value, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`, person, value, now)
	return err
}

// keptFor returns the people for whom there are second factors or preferences.
func keptFor(ctx context.Context, r db.Reader) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT person FROM sso_preference UNION SELECT person FROM sso_totp UNION SELECT person FROM sso_passkey UNION SELECT person FROM sso_recovery UNION SELECT person FROM sso_notice_seen`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return nil, err
		}
		out = append(out, person)
	}
	return out, rows.Err()
}

// instant is a stored time.
func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
