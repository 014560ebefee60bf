package sso

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// MeFactors are the second factors of whoever asks.
type MeFactors struct {
	Required bool      `json:"required"` // by the tenant's policy
	TOTP     bool      `json:"totp"`
	Passkeys []Passkey `json:"passkeys"`
	Codes    int       `json:"recovery_codes"` // that are left
}

func (m *Module) myFactors(w http.ResponseWriter, r *http.Request, c caller) error {
	out, err := m.factorsFor(r.Context(), c)
	if err != nil {
		return err
	}
	return answer(w, out)
}

func (m *Module) factorsFor(ctx context.Context, c caller) (MeFactors, error) {
	f, err := factorsOf(ctx, c.h.DB, c.session.person)
	if err != nil {
		return MeFactors{}, err
	}
	held, _, err := c.h.held(ctx, c.session.person)
	if err != nil {
		return MeFactors{}, err
	}
	list, _, err := passkeysOf(ctx, c.h.DB, c.session.person)
	return MeFactors{Required: demanded(ctx, c.h, held), TOTP: f.totp, Passkeys: list, Codes: f.codes}, err
}

// changing lets a change of second factors through only soon after a proof of who asks.
func (m *Module) changing(handle func(http.ResponseWriter, *http.Request, caller) error) http.HandlerFunc {
	return m.me(func(w http.ResponseWriter, r *http.Request, c caller) error {
		if err := m.fresh(c.session); err != nil {
			return err
		}
		return handle(w, r, c)
	})
}

// apply does what was checked, in the caller's name.
func (c caller) apply(ctx context.Context, s *steps) error {
	err := c.h.DB.Write(principal.With(ctx, c.who), func(tx *db.Tx) error { return run(s.checks, tx) }, func(tx *db.Tx) error { return run(s.changes, tx) })
	if err != nil {
		return fmt.Errorf("change second factors: %w", err)
	}
	return nil
}

// codesFor makes recovery codes with the first factor; nil where there are some.
func (m *Module) codesFor(ctx context.Context, c caller, who person, s *steps) ([]string, error) {
	f, err := factorsOf(ctx, c.h.DB, who.ID)
	if err != nil || f.codes > 0 {
		return nil, err
	}
	return m.newRecovery(c.h, who, s), nil
}

// offeredTOTP is what the challenge of an app that is being set up keeps.
type offeredTOTP struct {
	Secret string `json:"secret"`
}

// offerTOTP answers a secret for an authenticator app. It counts once a code of it was shown.
func (m *Module) offerTOTP(w http.ResponseWriter, r *http.Request, c caller) error {
	ctx := r.Context()
	who, err := c.h.person(ctx, c.session.person)
	if err != nil {
		return err
	}
	if !who.Local {
		return errOutside
	}
	plain := newTOTPSecret()
	address, image, err := picture(c.h, who, plain)
	if err != nil {
		return err
	}
	if err := m.pose(ctx, c.h, totpAdding, c.session.id, who.ID, c.session.id, offeredTOTP{plain}); err != nil {
		return err
	}
	return answer(w, map[string]string{"secret": plain, "uri": address, "qr": image})
}

// confirmTOTP takes a code of the app that is being set up.
func (m *Module) confirmTOTP(w http.ResponseWriter, r *http.Request, c caller) error {
	var in struct {
		Code string `json:"code"`
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	posed, found, err := m.posed(ctx, c.h, totpAdding, c.session.id)
	if err == nil && !found {
		err = errChallenge
	}
	var offered offeredTOTP
	if err == nil {
		err = posed.read(&offered)
	}
	if err != nil {
		return err
	}
	step := matchTOTP(offered.Secret, typed(in.Code), m.clock.Now(), 0)
	if step == 0 {
		if err := m.wrong(ctx, c.h, posed); err != nil {
			return err
		}
		return errCode
	}
	who, err := c.h.person(ctx, c.session.person)
	if err != nil {
		return err
	}
	var s steps
	s.use(ctx, posed)
	m.addTOTP(c.h, who, offered.Secret, step, &s)
	return m.added(ctx, w, c, who, &s)
}

// added completes a change and answers the recovery codes that came with it, if any.
func (m *Module) added(ctx context.Context, w http.ResponseWriter, c caller, who person, s *steps) error {
	codes, err := m.codesFor(ctx, c, who, s)
	if err != nil {
		return err
	}
	if err := c.apply(ctx, s); err != nil {
		return err
	}
	if codes == nil {
		codes = []string{}
	}
	return answer(w, map[string][]string{"recovery_codes": codes})
}

// newPasskeyOptions answers what a browser needs to make a passkey.
func (m *Module) newPasskeyOptions(w http.ResponseWriter, r *http.Request, c caller) error {
	who, err := c.h.person(r.Context(), c.session.person)
	if err != nil {
		return err
	}
	options, err := m.askNewPasskey(r.Context(), c.h, who, c.session.id)
	if err != nil {
		return err
	}
	return answer(w, options)
}

// newPasskey takes what an authenticator made.
func (m *Module) newPasskey(w http.ResponseWriter, r *http.Request, c caller) error {
	var in struct {
		Name       string          `json:"name"`
		Credential json.RawMessage `json:"credential"`
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	who, err := c.h.person(ctx, c.session.person)
	if err != nil {
		return err
	}
	var s steps
	if err := m.addPasskey(ctx, c.h, who, c.session.id, in.Name, in.Credential, &s); err != nil {
		return err
	}
	return m.added(ctx, w, c, who, &s)
}

// newCodes replaces the recovery codes.
func (m *Module) newCodes(w http.ResponseWriter, r *http.Request, c caller) error {
	ctx := r.Context()
	who, err := c.h.person(ctx, c.session.person)
	if err != nil {
		return err
	}
	f, err := factorsOf(ctx, c.h.DB, who.ID)
	if err != nil {
		return err
	}
	if !f.any() {
		return fault.New(fault.Conflict, "factor_missing", "Recovery codes stand in for a second factor: add a passkey or an authenticator app first.")
	}
	var s steps
	codes := m.newRecovery(c.h, who, &s)
	if err := c.apply(ctx, &s); err != nil {
		return err
	}
	return answer(w, map[string][]string{"recovery_codes": codes})
}

// dropTOTP removes the authenticator app.
func (m *Module) dropTOTP(w http.ResponseWriter, r *http.Request, c caller) error {
	return m.drop(w, r, c, "totp", `DELETE FROM sso_totp WHERE person = $1`, c.session.person)
}

// dropPasskey removes a passkey.
func (m *Module) dropPasskey(w http.ResponseWriter, r *http.Request, c caller) error {
	return m.drop(w, r, c, "passkey", `DELETE FROM sso_passkey WHERE person = $1 AND id = $2`, c.session.person, r.PathValue("id"))
}

// drop removes a factor; the last one takes the recovery codes with it, and stays where the policy wants one.
func (m *Module) drop(w http.ResponseWriter, r *http.Request, c caller, what, query string, args ...any) error {
	ctx := r.Context()
	held, _, err := c.h.held(ctx, c.session.person)
	if err != nil {
		return err
	}
	needed := demanded(ctx, c.h, held)
	err = c.h.DB.Alone(principal.With(ctx, c.who), func(tx *db.Tx) error {
		n, err := tx.Exec(query, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "factor_unknown", "You have no such second factor.")
		}
		left, err := factorsOf(ctx, tx, c.session.person)
		if err != nil {
			return err
		}
		if !left.any() {
			if err := keepFactor(ctx, c.h, tx, c.session.person, c.who.Login); err != nil {
				return err
			}
			if needed {
				return fault.New(fault.Conflict, "factor_last", "This is your last second factor, and you need one. Add another first.")
			}
			if _, err := tx.Exec(`DELETE FROM sso_recovery WHERE person = $1`, c.session.person); err != nil {
				return err
			}
		}
		return audit.Write(tx.Context(), tx, m.clock.Now(), audit.Entry{Action: "factor.remove", Object: c.h.object, Target: c.session.person, Label: c.who.Login, Flags: []string{what}})
	})
	if err != nil {
		return fmt.Errorf("remove second factor: %w", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
