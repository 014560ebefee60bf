package trust

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
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

// registrationOfKey returns the app registration whose REST API key a key is, or was until it was rotated.
func registrationOfKey(ctx context.Context, r db.Reader, k Key) (of Registration, found bool, err error) {
	for seen := map[string]bool{}; !seen[k.ID]; {
		seen[k.ID] = true
		rows, err := registrationsWhere(ctx, r, `r.deleted_at IS NULL AND r.api_key = $1`, k.ID)
		if err != nil {
			return of, false, fmt.Errorf("read the registration of an API key: %w", err)
		}
		if len(rows) > 0 {
			return rows[0].Registration, true, nil
		}
		if k.RotatedTo == "" {
			break
		}
		if k, err = keyByID(ctx, r, k.RotatedTo); fault.Is(err, fault.NotFound) {
			break // its successor was deleted
		} else if err != nil {
			return of, false, err
		}
	}
	return of, false, nil
}

// renameRegistrationKey has a registration point to the key that replaced its own, or to none.
func renameRegistrationKey(tx *db.Tx, old, fresh string) error {
	_, err := tx.Exec(`UPDATE trust_registration SET api_key = $1 WHERE api_key = $2`, fresh, old)
	if err != nil {
		return fmt.Errorf("point the registration to its API key: %w", err)
	}
	return nil
}

// expiringCredentials returns those of enabled registrations that end within a span of time, the next first.
func expiringCredentials(ctx context.Context, r db.Reader, from, to time.Time) ([]expiring, error) {
	return list(ctx, r, scanExpiring, `SELECT c.id, c.registration, c.created_at, c.expires_at, c.noticed, c.revoked_why FROM trust_credential c
		JOIN trust_registration r ON r.id = c.registration
		WHERE c.revoked_at IS NULL AND c.expires_at > $1 AND c.expires_at <= $2 AND r.deleted_at IS NULL AND r.enabled = 1 ORDER BY c.expires_at, c.id`,
		from.UnixMicro(), to.UnixMicro())
}

// expiringCredential returns one that has an end and was not revoked.
func expiringCredential(ctx context.Context, r db.Reader, id string) (e expiring, there bool, err error) {
	e, err = scanExpiring(r.QueryRow(ctx, `SELECT c.id, c.registration, c.created_at, c.expires_at, c.noticed, c.revoked_why FROM trust_credential c
		WHERE c.id = $1 AND c.revoked_at IS NULL AND c.expires_at IS NOT NULL`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

func scanExpiring(s scanner) (e expiring, err error) {
	return e, s.Scan(&e.id, &e.registration, &e.created, &e.ends, &e.noticed, &e.why)
}

// noteNotice remembers for which days before its end a credential was spoken of.
func noteNotice(tx *db.Tx, id string, days int64) error {
	if _, err := tx.Exec(`UPDATE trust_credential SET noticed = $1 WHERE id = $2`, days, id); err != nil {
		return fmt.Errorf("note the notice: %w", err)
	}
	return nil
}

// credentialWithMAC finds the client secret with this MAC, if it was not revoked.
func credentialWithMAC(ctx context.Context, r db.Reader, pepper int64, mac []byte) (registration, id string, found bool, err error) {
	err = r.QueryRow(ctx, `SELECT registration, id FROM trust_credential WHERE pepper = $1 AND mac = $2 AND revoked_at IS NULL`, pepper, mac).Scan(&registration, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", false, nil
	}
	return registration, id, err == nil, err
}

// endKey switches a REST API key off and has it expire.
func endKey(tx *db.Tx, id string, now time.Time) error {
	if _, err := tx.Exec(`UPDATE trust_key SET enabled = 0, expires_at = $1 WHERE id = $2`, now.UnixMicro(), id); err != nil {
		return fmt.Errorf("end API key: %w", err)
	}
	return nil
}

// How long what is over is kept for those who look into it.
const (
	keptTombstones = 24 * time.Hour // deleted registrations: until every replica has learned of it
	keptCredential = 365 * day      // revoked and expired secrets and keys
	keptSigningKey = 30 * day       // after their public part was last needed
	keptSpent      = time.Hour      // revoked tokens and used assertions after their end
)

// sweepRegistrations removes what is left of registrations, tokens and keys that are over. Of a registration's dead credentials
// the one used last stays: it says when the registration last authenticated.
func sweepRegistrations(tx *db.Tx, now time.Time) error {
	before := func(kept time.Duration) int64 { return now.Add(-kept).UnixMicro() }
	for _, q := range []struct {
		query  string
		before int64
	}{
		{`DELETE FROM trust_registration WHERE deleted_at < $1`, before(keptTombstones)},
		{`DELETE FROM trust_credential WHERE (revoked_at < $1 OR expires_at < $1) AND NOT EXISTS (SELECT 1 FROM trust_credential_use u
			WHERE u.id = trust_credential.id AND u.last_at = (SELECT MAX(v.last_at) FROM trust_credential_use v
			JOIN trust_credential d ON d.id = v.id WHERE d.registration = trust_credential.registration))`, before(keptCredential)},
		{`DELETE FROM trust_credential_use WHERE last_at < $1 AND id NOT IN (SELECT id FROM trust_credential)`, now.UnixMicro()},
		{`DELETE FROM trust_signing_key WHERE gone_at < $1`, before(keptSigningKey)},
		{`DELETE FROM trust_revoked_token WHERE ends_at < $1`, before(keptSpent)},
		{`DELETE FROM trust_used_assertion WHERE ends_at < $1`, before(keptSpent)},
	} {
		if _, err := tx.Exec(q.query, q.before); err != nil {
			return fmt.Errorf("sweep registrations: %w", err)
		}
	}
	return nil
}

// expiry is when a credential ends, for the metric.
type expiry struct {
	clientID, id, kind string
	ends               int64
}

// nextExpiries returns the credentials that end next, at most so many.
func nextExpiries(ctx context.Context, r db.Reader, now time.Time, most int) ([]expiry, error) {
	return list(ctx, r, func(s scanner) (e expiry, err error) {
		return e, s.Scan(&e.clientID, &e.id, &e.kind, &e.ends)
	}, `SELECT r.client_id, c.id, c.kind, c.expires_at FROM trust_credential c JOIN trust_registration r ON r.id = c.registration
		WHERE c.revoked_at IS NULL AND c.expires_at > $1 AND r.deleted_at IS NULL ORDER BY c.expires_at, c.id LIMIT $2`, now.UnixMicro(), most)
}
