package sso

import (
	"context"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// How somebody proved who they are, with a second factor.
const (
	byTOTP     = "password+totp"
	byRecovery = "password+recovery"
	byPasskey  = "passkey"
)

// factors are what somebody has beside the password.
type factors struct {
	totp     bool
	passkeys int
	codes    int // recovery codes that are left
}

func (f factors) any() bool { return f.totp || f.passkeys > 0 }

// factorsOf counts them.
func factorsOf(ctx context.Context, r db.Reader, person string) (f factors, err error) {
	var totp int
	err = r.QueryRow(ctx, `SELECT (SELECT count(*) FROM sso_totp WHERE person = $1), (SELECT count(*) FROM sso_passkey WHERE person = $1),
		(SELECT count(*) FROM sso_recovery WHERE person = $1 AND used_at IS NULL)`, person).Scan(&totp, &f.passkeys, &f.codes)
	f.totp = totp > 0
	if err != nil {
		err = fmt.Errorf("read second factors: %w", err)
	}
	return f, err
}

// demanded reports whether the policy sign_in.second_factor wants a second factor of somebody who holds these roles.
func demanded(ctx context.Context, h *realm, held []string) bool {
	policy := h.setting(ctx, "sign_in.second_factor")
	if policy == "auto" {
		policy = "admins"
		if h.Demo { // its passwords are printed anyway
			policy = "off"
		}
	}
	switch policy {
	case "all":
		return true
	case "admins":
		for _, name := range held {
			if h.class(name) == Administrator {
				return true
			}
		}
	}
	return false
}

// SecondFactor reports whether a password alone does not sign somebody in: there is a second factor, or there has to be one.
func (m *Module) SecondFactor(ctx context.Context, in *tenant.Handle, personID string) (bool, error) {
	h := m.realm(in)
	f, err := factorsOf(ctx, h.DB, personID)
	if err != nil || f.any() {
		return f.any(), err
	}
	held, _, err := h.held(ctx, personID)
	return demanded(ctx, h, held), err
}

var errCode = fault.New(fault.Invalid, "code_wrong", "The code is wrong, or was used already.")

// proveCode checks a code of an authenticator app, or a recovery code; what has to happen when it is believed is added to s.
func (m *Module) proveCode(ctx context.Context, h *realm, who person, code string, s *steps) (method string, err error) {
	key := h.ID + "/" + who.ID
	if err := m.paces.codes.Take(key); err != nil {
		return "", err
	}
	code = typed(code)
	method = byRecovery
	var ok bool
	if len(code) == totpDigits {
		method = byTOTP
		ok, err = m.proveTOTP(ctx, h, who.ID, code, s)
	} else {
		ok, err = m.proveRecovery(ctx, h, who, code, s)
	}
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errCode
	}
	s.add(nil, func(*db.Tx) error { m.paces.codes.Forget(key); return nil })
	return method, nil
}

// typed is a code without what people put between its parts.
func typed(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(code))
}

// endFactors removes all second factors of a person, in the caller's transaction, for those who lost theirs.
func (m *Module) endFactors(ctx context.Context, tx *db.Tx, h *realm, personID, login string) error {
	f, err := factorsOf(ctx, tx, personID)
	if err != nil {
		return err
	}
	if err := forgetFactors(tx, personID); err != nil {
		return fmt.Errorf("remove second factors: %w", err)
	}
	return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "factor.reset", Object: h.object, Target: personID, Label: login,
		Flags: []string{fmt.Sprintf("passkeys:%d", f.passkeys), fmt.Sprintf("totp:%t", f.totp)}})
}

func forgetFactors(tx *db.Tx, person string) error {
	for _, query := range []string{`DELETE FROM sso_totp WHERE person = $1`, `DELETE FROM sso_passkey WHERE person = $1`,
		`DELETE FROM sso_recovery WHERE person = $1`, `DELETE FROM sso_challenge WHERE person = $1`} {
		if _, err := tx.Exec(query, person); err != nil {
			return err
		}
	}
	return nil
}
