package sso

import (
	"context"
	"html/template"
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// pending is a sign-in after its first step, as its challenge keeps it.
type pending struct {
	To    string `json:"to"`
	Local bool   `json:"local"`          // by /login/local
	Enrol bool   `json:"enrol"`          // there is no second factor yet, and there has to be one
	TOTP  string `json:"totp,omitempty"` // the secret that is offered
	Login string `json:"login"`          // for the title of the page
}

// The paths of the second step.
const (
	factorPath = "/login/factor"
	enrolPath  = "/login/enrol"
)

// next goes on with the sign-in of somebody whose password was right, and returns where the browser goes: to what it asked for, or
// to the page of the second step.
func (m *Module) next(ctx context.Context, w http.ResponseWriter, r *http.Request, h *realm, who person, p pending) (string, error) {
	f, err := factorsOf(ctx, h.DB, who.ID)
	if err != nil {
		return "", err
	}
	if !f.any() {
		held, _, err := h.held(ctx, who.ID)
		if err != nil {
			return "", err
		}
		if !demanded(ctx, h, held) {
			_, err := m.begin(ctx, w, r, h, signedIn{person: who, method: byPassword, local: p.Local})
			return p.To, err
		}
		p.Enrol, p.TOTP = true, newTOTPSecret()
	}
	p.Login = who.Login
	value := secret.RandomAlnum(valueLength)
	if err := m.pose(ctx, h, pendingSignIn, value, who.ID, "", p); err != nil {
		return "", err
	}
	setCookie(w, h, pendingCookie, value)
	if p.Enrol {
		return enrolPath, nil
	}
	return factorPath, nil
}

// Enter goes on with the sign-in of somebody who has just set a password with a link, and returns where the browser goes.
func (m *Module) Enter(ctx context.Context, w http.ResponseWriter, r *http.Request, h *tenant.Handle, personID string) (string, error) {
	return m.enter(ctx, w, r, m.realm(h), personID)
}

func (m *Module) enter(ctx context.Context, w http.ResponseWriter, r *http.Request, h *realm, personID string) (string, error) {
	who, err := h.person(ctx, personID)
	if err != nil {
		return "", err
	}
	return m.next(ctx, w, r, h, who, pending{To: "/"})
}

// waiting is a sign-in between its steps.
type waiting struct {
	challenge
	pending
	who person
}

// errBeginAgain sends people back to the first step.
var errBeginAgain = fault.New(fault.Invalid, "sign_in_over", "This sign-in has taken too long, or is complete. Begin again.")

// waiting finds the sign-in that a request goes on with.
func (m *Module) waiting(r *http.Request, h *realm) (waiting, error) {
	value, ok := cookieOf(r, h, pendingCookie)
	if !ok || !wellFormed(value) {
		return waiting{}, errBeginAgain
	}
	c, found, err := m.posed(r.Context(), h, pendingSignIn, value)
	if err != nil {
		return waiting{}, err
	}
	if !found {
		return waiting{}, errBeginAgain
	}
	out := waiting{challenge: c}
	if err := c.read(&out.pending); err != nil {
		return waiting{}, err
	}
	if out.who, err = h.person(r.Context(), c.person); err != nil {
		return waiting{}, err
	}
	if !out.who.Active {
		return waiting{}, errBeginAgain
	}
	return out, nil
}

// showFactor asks for the second factor.
func (m *Module) showFactor(w http.ResponseWriter, r *http.Request, h *realm) error {
	p, err := m.waiting(r, h)
	if err != nil || p.Enrol {
		seeOther(w, "/login")
		return nil //nolint:nilerr // whoever comes here too late begins again
	}
	data, err := m.factorPage(r, h, p)
	if err != nil {
		return err
	}
	return m.render(w, r, http.StatusOK, "factor.html", data)
}

func (m *Module) factorPage(r *http.Request, h *realm, p waiting) (pageData, error) {
	f, err := factorsOf(r.Context(), h.DB, p.who.ID)
	return pageData{Action: factorPath, To: p.To, Login: p.Login, TOTP: f.totp, Passkeys: f.passkeys > 0}, err
}

// factor takes a code.
func (m *Module) factor(w http.ResponseWriter, r *http.Request, h *realm) error {
	values, err := form(w, r)
	if err != nil {
		return err
	}
	p, err := m.waiting(r, h)
	if err == nil && p.Enrol {
		err = errBeginAgain
	}
	if err != nil {
		return err
	}
	ctx := r.Context()
	var s steps
	method, err := m.proveCode(ctx, h, p.who, values.Get("code"), &s)
	if err == nil {
		s.use(ctx, p.challenge)
		_, err = m.begin(ctx, w, r, h, signedIn{person: p.who, method: method, local: p.Local, steps: s})
	}
	if err == nil {
		setCookie(w, h, pendingCookie, "")
		seeOther(w, p.To)
		return nil
	}
	if err := m.failedFactor(ctx, h, p.challenge, err); err != nil {
		return err
	}
	data, trouble := m.factorPage(r, h, p)
	if trouble != nil {
		return trouble
	}
	return m.complain(w, r, "factor.html", data, err)
}

// failedFactor counts what was wrong.
func (m *Module) failedFactor(ctx context.Context, h *realm, c challenge, failure error) error {
	reason := "second factor"
	switch fault.Of(failure).Kind {
	case fault.Invalid:
	case fault.RateLimited:
		reason = "limit"
	default:
		return nil
	}
	h.refused("sign_in", "", web.ClientAddress(ctx).Unmap(), reason)
	if reason == "limit" || c.id == "" {
		return nil
	}
	return m.wrong(ctx, h, c)
}

// showEnrol offers to set a second factor up, to somebody who needs one to get in.
func (m *Module) showEnrol(w http.ResponseWriter, r *http.Request, h *realm) error {
	p, err := m.waiting(r, h)
	if err != nil || !p.Enrol {
		seeOther(w, "/login")
		return nil //nolint:nilerr // whoever comes here too late begins again
	}
	data, err := m.enrolPage(h, p)
	if err != nil {
		return err
	}
	return m.render(w, r, http.StatusOK, "enrol.html", data)
}

func (m *Module) enrolPage(h *realm, p waiting) (pageData, error) {
	_, image, err := picture(h, p.who, p.TOTP)
	return pageData{Action: enrolPath, Login: p.Login, Secret: grouped(p.TOTP), QR: template.URL(image)}, err //nolint:gosec // our own picture
}

// grouped puts a space after every four characters, for people who type them.
func grouped(s string) string {
	var out []byte
	for i := range len(s) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, s[i])
	}
	return string(out)
}

// enrol takes the first code of an authenticator app, or a new passkey, and ends the sign-in with the recovery codes.
func (m *Module) enrol(w http.ResponseWriter, r *http.Request, h *realm) error {
	values, err := form(w, r)
	if err != nil {
		return err
	}
	p, err := m.waiting(r, h)
	if err == nil && !p.Enrol {
		err = errBeginAgain
	}
	if err != nil {
		return err
	}
	ctx := r.Context()
	var s steps
	method := byTOTP
	if answer := values.Get("credential"); answer != "" {
		method = byPasskey
		err = m.addPasskey(ctx, h, p.who, "", values.Get("name"), []byte(answer), &s)
	} else if step := matchTOTP(p.TOTP, typed(values.Get("code")), m.clock.Now(), 0); step == 0 {
		err = errCode
	} else {
		m.addTOTP(h, p.who, p.TOTP, step, &s)
	}
	var codes []string
	if err == nil {
		s.use(ctx, p.challenge)
		codes = m.newRecovery(h, p.who, &s)
		_, err = m.begin(ctx, w, r, h, signedIn{person: p.who, method: method, local: p.Local, steps: s})
	}
	if err == nil {
		setCookie(w, h, pendingCookie, "")
		return m.render(w, r, http.StatusOK, "codes.html", pageData{To: p.To, Codes: codes})
	}
	if err := m.failedFactor(ctx, h, p.challenge, err); err != nil {
		return err
	}
	data, trouble := m.enrolPage(h, p)
	if trouble != nil {
		return trouble
	}
	return m.complain(w, r, "enrol.html", data, err)
}

// passkeyLogin takes a passkey in place of name and password, and as the second step.
func (m *Module) passkeyLogin(w http.ResponseWriter, r *http.Request, h *realm) error {
	values, err := form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var s steps
	who, _, err := m.provePasskey(ctx, h, passkeySignIn, []byte(values.Get("credential")), &s)
	if err == nil && !who.Local {
		h.refused("sign_in", "", web.ClientAddress(ctx).Unmap(), "outside")
		return m.complain(w, r, "login.html", pageData{Action: "/login", To: returnPath(values.Get("to"))}, errOutside)
	}
	if err == nil {
		_, err = m.begin(ctx, w, r, h, signedIn{person: who, method: byPasskey, local: values.Get("local") == "1", steps: s})
	}
	if err != nil {
		if kind := fault.Of(err).Kind; kind == fault.Invalid || kind == fault.Unauthenticated {
			h.refused("sign_in", "", web.ClientAddress(ctx).Unmap(), "passkey")
			err = errPasskey
		}
		return m.complain(w, r, "login.html", pageData{Action: "/login", To: returnPath(values.Get("to"))}, err)
	}
	setCookie(w, h, pendingCookie, "")
	seeOther(w, returnPath(values.Get("to")))
	return nil
}

// passkeyOptions answers what a browser needs to ask for a passkey.
func (m *Module) passkeyOptions(w http.ResponseWriter, r *http.Request, h *realm) error {
	if _, err := form(w, r); err != nil {
		return err
	}
	options, err := m.askPasskey(r.Context(), h, passkeySignIn, "", "")
	if err != nil {
		return err
	}
	return answer(w, options)
}

// enrolOptions answers what a browser needs to make a passkey.
func (m *Module) enrolOptions(w http.ResponseWriter, r *http.Request, h *realm) error {
	if _, err := form(w, r); err != nil {
		return err
	}
	p, err := m.waiting(r, h)
	if err == nil && !p.Enrol {
		err = errBeginAgain
	}
	if err != nil {
		return err
	}
	options, err := m.askNewPasskey(principal.With(r.Context(), actor(r.Context(), h, p.who, sessionRow{})), h, p.who, "")
	if err != nil {
		return err
	}
	return answer(w, options)
}
