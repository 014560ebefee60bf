package sso

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
)

// The kinds of challenges.
const (
	pendingSignIn = "sign_in"       // a password was right, a second factor is missing; found by the cookie
	passkeySignIn = "passkey_get"   // found by the challenge itself, as the authenticator signed it
	passkeyAdding = "passkey_add"   // likewise
	totpAdding    = "totp_add"      // found by the session
	passkeyStepUp = "passkey_again" // found by the challenge
)

const (
	challengeLife = 10 * time.Minute
	maxChallenges = 10_000 // open ones of a tenant; more are refused until some are over
)

// challenge is something asked that is not answered yet.
type challenge struct {
	id, kind, person, session string
	attempts                  int64
	plain                     []byte // JSON
}

// read fills v with what the challenge is about.
func (c challenge) read(v any) error {
	if err := json.Unmarshal(c.plain, v); err != nil {
		return fmt.Errorf("read a challenge: %w", err)
	}
	return nil
}

// pose keeps a challenge of a person and a session, either of which may be empty, under a value; about is what it is about. Earlier
// ones of the same kind and session, or without a session of the same kind and person, are over.
func (m *Module) pose(ctx context.Context, h *realm, kind, value, person, session string, about any) error {
	return m.keep(ctx, h, challenge{id: id.RecID(), kind: kind, person: person, session: session}, value, about, challengeLife, func(tx *db.Tx) error {
		var open int64
		err := tx.QueryRow(ctx, `SELECT count(*) FROM sso_challenge WHERE expires_at > $1`, m.clock.Now().UnixMicro()).Scan(&open)
		if err == nil && open >= maxChallenges {
			f := fault.New(fault.Unavailable, "sign_in_busy", "Too many sign-ins at once. Try again in a few minutes.")
			f.RetryAfter = time.Minute
			err = f
		}
		return err
	})
}

// keep writes a challenge that lives for so long, if check lets it.
func (m *Module) keep(ctx context.Context, h *realm, c challenge, value string, about any, life time.Duration, check func(*db.Tx) error) error {
	put, err := m.kept(h, c, value, about, life)
	if err == nil {
		err = h.DB.Write(ctx, check, put)
	}
	if err != nil {
		return fmt.Errorf("keep a challenge: %w", err)
	}
	return nil
}

// kept prepares what keeps a challenge in a transaction.
func (m *Module) kept(h *realm, c challenge, value string, about any, life time.Duration) (func(*db.Tx) error, error) {
	plain, err := json.Marshal(about)
	if err != nil {
		return nil, err
	}
	now := m.clock.Now()
	pepper, mac := h.Keys.MAC(c.kind + ":" + value)
	sealed := h.Keys.Seal(plain, c.bound())
	return func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM sso_challenge WHERE expires_at <= $1`, now.UnixMicro()); err != nil {
			return err
		}
		if c.session != "" {
			if _, err := tx.Exec(`DELETE FROM sso_challenge WHERE kind = $1 AND session = $2`, c.kind, c.session); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO sso_challenge (id, kind, pepper, mac, person, session, sealed, attempts, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)`, c.id, c.kind, pepper, mac, c.person, c.session, sealed, now.UnixMicro(), now.Add(life).UnixMicro())
		return err
	}, nil
}

// bound says where sealed bytes belong.
func (c challenge) bound() []byte { return []byte("sso_challenge/" + c.kind + "/" + c.id) }

// posed finds the open challenge kept under a value.
func (m *Module) posed(ctx context.Context, h *realm, kind, value string) (challenge, bool, error) {
	for _, version := range h.Keys.Versions() {
		c := challenge{kind: kind}
		var sealed []byte
		err := h.DB.QueryRow(ctx, `SELECT id, person, session, sealed, attempts FROM sso_challenge WHERE pepper = $1 AND mac = $2 AND kind = $3 AND expires_at > $4`,
			version, h.Keys.MACWith(version, kind+":"+value), kind, m.clock.Now().UnixMicro()).Scan(&c.id, &c.person, &c.session, &sealed, &c.attempts)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err == nil {
			c.plain, err = h.Keys.Open(sealed, c.bound())
		}
		if err != nil {
			return challenge{}, false, fmt.Errorf("look up a challenge: %w", err)
		}
		return c, true, nil
	}
	return challenge{}, false, nil
}

// errChallenge is the answer to a challenge that was answered already, or is too old.
var errChallenge = fault.New(fault.Invalid, "challenge_over", "This has taken too long, or was done already. Begin again.")

// steps are what a proof of who somebody is does in the transaction that believes it: all checks, then all changes.
type steps struct{ checks, changes []func(*db.Tx) error }

func (s *steps) add(check, change func(*db.Tx) error) {
	if check != nil {
		s.checks = append(s.checks, check)
	}
	if change != nil {
		s.changes = append(s.changes, change)
	}
}

func run(all []func(*db.Tx) error, tx *db.Tx) error {
	for _, one := range all {
		if err := one(tx); err != nil {
			return err
		}
	}
	return nil
}

// use uses a challenge up: whoever comes second is refused.
func (s *steps) use(ctx context.Context, c challenge) {
	s.add(func(tx *db.Tx) error {
		var open int64
		err := tx.QueryRow(ctx, `SELECT count(*) FROM sso_challenge WHERE id = $1`, c.id).Scan(&open)
		if err == nil && open == 0 {
			err = errChallenge
		}
		return err
	}, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM sso_challenge WHERE id = $1`, c.id)
		return err
	})
}

// maxWrong is how many wrong answers a challenge takes before the sign-in begins again.
const maxWrong = 5

// wrong counts a wrong answer.
func (m *Module) wrong(ctx context.Context, h *realm, c challenge) error {
	return h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE sso_challenge SET attempts = attempts + 1 WHERE id = $1`, c.id); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM sso_challenge WHERE id = $1 AND attempts >= $2`, c.id, maxWrong)
		return err
	})
}
