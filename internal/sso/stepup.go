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

// StepUpLife is for how long a proof of who somebody is opens what is dangerous (spec/sso.md 7.2).
const StepUpLife = 5 * time.Minute

// errStepUp asks for a proof.
var errStepUp = fault.New(fault.Forbidden, "step_up_required",
	"Prove that it is you first: POST /api/me/step-up with your password and the code of your second factor, or with a passkey. Who has neither does it at the identity provider: step_up of GET /api/me says where.")

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
	if row.authMethod == byUnasked || m.clock.Now().Sub(instant(row.auth)) >= StepUpLife {
		return errStepUp
	}
	return nil
}

// MeStepUp says whether what is dangerous is open, and how it is opened.
type MeStepUp struct {
	Valid    bool            `json:"valid"`
	Until    time.Time       `json:"valid_until"`
	Methods  []string        `json:"methods"`                     // passkey, password+totp; password only where there is no second factor; identity_provider only where there is nothing here
	Provider *StepUpProvider `json:"identity_provider,omitempty"` // that method's
}

// StepUpProvider is where somebody proves who they are who has nothing here to prove it with.
type StepUpProvider struct {
	ID      string `json:"-"`
	Name    string `json:"name"`
	Address string `json:"address"` // a path for a window of its own, which the session is confirmed in
}

func (m *Module) describeStepUp(ctx context.Context, h *realm, row sessionRow, f factors) (MeStepUp, error) {
	out := MeStepUp{Valid: m.fresh(row) == nil, Until: instant(row.auth).Add(StepUpLife), Methods: []string{}}
	if row.authMethod == byUnasked {
		out.Until = instant(row.began)
	}
	if f.passkeys > 0 { // but of somebody whom a provider alone signs in
		who, err := h.person(ctx, row.person)
		if err != nil {
			return out, err
		}
		if !who.Local {
			f.passkeys = 0
		}
	}
	if f.passkeys > 0 {
		out.Methods = append(out.Methods, byPasskey)
	}
	password, err := m.hasPassword(ctx, h, row.person)
	switch {
	case err != nil:
		return out, err
	case !password:
	case f.totp:
		out.Methods = append(out.Methods, byTOTP)
	case f.passkeys == 0:
		out.Methods = append(out.Methods, byPassword)
	}
	t := m.federated(ctx, h)
	if len(out.Methods) > 0 || row.idp == "" || t == nil {
		return out, nil
	}
	choices, err := m.federation.Choices(ctx, t)
	for _, c := range choices {
		if c.ID == row.idp {
			out.Methods, out.Provider = append(out.Methods, byProvider), &StepUpProvider{c.ID, c.Name, c.Address + "?step_up=1"}
		}
	}
	return out, err
}

// hasPassword reports whether somebody could sign in with a password, as everybody does who runs the server.
func (m *Module) hasPassword(ctx context.Context, h *realm, person string) (bool, error) {
	t := tenant.From(ctx)
	if h.ID == "" || t == nil {
		return true, nil
	}
	return m.people.HasPassword(ctx, t, person)
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
