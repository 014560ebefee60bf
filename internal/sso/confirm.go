package sso

import (
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Who has neither a password nor a passkey here proves at the identity provider that it is still them: it is asked to have them sign in anew
// (spec/sso.md 7.2). That happens in a window of its own, so that the page which needs the proof keeps what was typed; the session is
// continued under a new cookie, which both windows have.

// Confirming returns whoever's session a request brings, if a provider is what that session is confirmed by.
func (m *Module) Confirming(r *http.Request, provider string) (*principal.Principal, error) {
	c, err := m.caller(r)
	if err != nil {
		return nil, err
	}
	f, err := factorsOf(r.Context(), c.h.DB, c.session.person)
	if err != nil {
		return nil, err
	}
	way, err := m.describeStepUp(r.Context(), c.h, c.session, f)
	if err == nil && (way.Provider == nil || way.Provider.ID != provider) {
		err = fault.New(fault.Forbidden, "step_up_elsewhere", "This session is not confirmed there. Use your passkey or your password.")
	}
	return c.who, err
}

// finishStepUp continues the session for which a provider was asked who sits there.
func (m *Module) finishStepUp(w http.ResponseWriter, r *http.Request, h *realm, arrival challenge, p Proven) error {
	over := fault.New(fault.Forbidden, "step_up_over", "The session that was to be confirmed is over, or another one has taken its place. Nothing was confirmed.")
	c, err := m.caller(r)
	if fault.Is(err, fault.Unauthenticated) || err == nil && (c.session.id != p.StepUp || c.session.person != p.PersonID || c.session.idp != p.Provider) {
		h.refused(objectSession, p.StepUp, web.ClientAddress(r.Context()).Unmap(), "step-up")
		err = over
	}
	if err != nil {
		return err
	}
	now := m.clock.Now()
	if now.Sub(p.AuthAt) >= StepUpLife {
		return errArrival
	}
	var s steps
	s.use(r.Context(), arrival)
	s.add(nil, func(tx *db.Tx) error {
		return audit.Write(tx.Context(), tx, now, audit.Entry{Action: "session.step_up", Object: objectSession, Target: c.session.id, Label: c.who.Login,
			Flags: []string{"method:" + p.Method, "identity_provider:" + p.Provider}})
	})
	if ends := instant(c.session.ends); p.Ends.IsZero() || ends.Before(p.Ends) {
		p.Ends = ends
	}
	r = r.WithContext(principal.With(r.Context(), c.who))
	if _, _, err := m.replace(w, r, c, func(in *signedIn) { in.auth, in.authMethod, in.by, in.steps = now, p.Method, p, s }); err != nil {
		return err
	}
	setCookie(w, h, arrivedCookie, "")
	return m.render(w, r, http.StatusOK, "confirmed.html", pageData{})
}
