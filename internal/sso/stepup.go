package sso

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// stepUpLife is for how long a proof of who somebody is opens what is dangerous (spec/sso.md 7.2).
const stepUpLife = 5 * time.Minute

// errStepUp asks for a proof.
var errStepUp = fault.New(fault.Forbidden, "step_up_required",
	"Prove that it is you first: POST /api/me/step-up with your password and the code of your second factor, or with a passkey.")

// StepUp refuses (fault.Forbidden, code step_up_required) a browser session whose person has not proved who they are within the last
// five minutes. Other credentials pass: nobody sits before them.
func (m *Module) StepUp(ctx context.Context, h *tenant.Handle, who *principal.Principal) error {
	return m.stepUpIn(ctx, m.realm(h), who)
}

func (m *Module) stepUpIn(ctx context.Context, h *realm, who *principal.Principal) error {
	if who.Kind != h.kind {
		return nil
	}
	row, found, err := sessionByID(ctx, h.DB, who.CredentialID)
	if err != nil || !found {
		return err
	}
	return m.fresh(row)
}

func (m *Module) fresh(row sessionRow) error {
	if m.clock.Now().Sub(instant(row.auth)) >= stepUpLife {
		return errStepUp
	}
	return nil
}

// MeStepUp says whether what is dangerous is open, and how it is opened.
type MeStepUp struct {
	Valid   bool      `json:"valid"`
	Until   time.Time `json:"valid_until"`
	Methods []string  `json:"methods"` // passkey, password+totp; password only where there is no second factor
}

func (m *Module) describeStepUp(row sessionRow, f factors) MeStepUp {
	out := MeStepUp{Valid: m.fresh(row) == nil, Until: instant(row.auth).Add(stepUpLife), Methods: []string{}}
	if f.passkeys > 0 {
		out.Methods = append(out.Methods, byPasskey)
	}
	switch {
	case f.totp:
		out.Methods = append(out.Methods, byTOTP)
	case f.passkeys == 0:
		out.Methods = append(out.Methods, byPassword)
	}
	return out
}

// stepUpOptions answers what a browser needs to ask for one of the caller's passkeys.
func (m *Module) stepUpOptions(w http.ResponseWriter, r *http.Request, c caller) error {
	options, err := m.askPasskey(r.Context(), c.h, passkeyStepUp, c.session.person, c.session.id)
	if err != nil {
		return err
	}
	return answer(w, options)
}

// stepUp takes a proof and continues the session as one that has just begun to be trusted.
func (m *Module) stepUp(w http.ResponseWriter, r *http.Request, c caller) error {
	var in struct {
		Password   string          `json:"password"`
		Code       string          `json:"code"`
		Credential json.RawMessage `json:"credential"`
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	var s steps
	method, err := m.proveAgain(ctx, c, in.Password, in.Code, in.Credential, &s)
	if err != nil {
		if fault.Is(err, fault.Invalid) {
			c.h.refused(objectSession, c.session.id, web.ClientAddress(ctx).Unmap(), "step-up")
		}
		return err
	}
	now := m.clock.Now()
	s.add(nil, func(tx *db.Tx) error {
		return audit.Write(tx.Context(), tx, now, audit.Entry{Action: "session.step_up", Object: objectSession, Target: c.session.id, Label: c.who.Login, Flags: []string{"method:" + method}})
	})
	return m.renew(w, r, c, func(in *signedIn) { in.auth, in.authMethod, in.steps = now, method, s })
}

// proveAgain checks a passkey, or the password with the code of a second factor where there is one.
func (m *Module) proveAgain(ctx context.Context, c caller, password, code string, credential json.RawMessage, s *steps) (string, error) {
	if len(credential) > 0 {
		_, posed, err := m.provePasskey(ctx, c.h, passkeyStepUp, credential, s)
		if err == nil && (posed.person != c.session.person || posed.session != c.session.id) {
			err = errPasskey
		}
		return byPasskey, err
	}
	wrong := fault.New(fault.Invalid, "proof_wrong", "The password or the code is wrong.")
	id, err := c.h.verifyPassword(ctx, c.who.Login, password, web.ClientAddress(ctx).Unmap())
	if fault.Is(err, fault.Unauthenticated) || err == nil && id != c.session.person {
		return "", wrong
	}
	if err != nil {
		return "", err
	}
	f, err := factorsOf(ctx, c.h.DB, c.session.person)
	if err != nil || !f.any() {
		return byPassword, err
	}
	p, err := c.h.person(ctx, c.session.person)
	if err != nil {
		return "", err
	}
	method, err := m.proveCode(ctx, c.h, p, code, s)
	if fault.Is(err, fault.Invalid) {
		err = wrong
	}
	return method, err
}
