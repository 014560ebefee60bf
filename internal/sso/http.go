package sso

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Routes mounts the sign-in pages and what a browser asks about whoever is signed in.
func (m *Module) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /login", m.page(m.showLogin))
	mux.HandleFunc("POST /login", m.page(m.login))
	mux.HandleFunc("POST /login/realm", m.page(m.findRealm))
	mux.HandleFunc("GET /login/local", m.page(m.showLogin))
	mux.HandleFunc("POST /login/local", m.page(m.login))
	mux.HandleFunc("GET /login/page.css", asset("page/page.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /login/tenant.css", accentSheet)
	mux.HandleFunc("GET /login/passkey.js", asset("page/passkey.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("POST /login/passkey", m.page(m.passkeyLogin))
	mux.HandleFunc("POST /login/passkey/options", m.options(m.passkeyOptions))
	mux.HandleFunc("GET /login/factor", m.page(m.showFactor))
	mux.HandleFunc("POST /login/factor", m.page(m.factor))
	mux.HandleFunc("GET /login/enrol", m.page(m.showEnrol))
	mux.HandleFunc("POST /login/enrol", m.page(m.enrol))
	mux.HandleFunc("POST /login/enrol/options", m.options(m.enrolOptions))
	mux.HandleFunc("GET /login/reset", m.page(m.showReset))
	mux.HandleFunc("POST /login/reset", m.page(m.reset))
	mux.HandleFunc("POST /logout", m.page(m.logout))
	mux.HandleFunc("GET /sso/finish", m.page(m.showFinish))
	mux.HandleFunc("POST /sso/finish", m.page(m.confirmFinish))

	mux.HandleFunc("GET /api/me/events", m.events)
	mux.HandleFunc("GET /api/me/notifications", m.me(m.notices))
	mux.HandleFunc("POST /api/me/notifications/seen", m.me(m.seeNotices))
	mux.HandleFunc("GET /api/me", m.me(m.showMe))
	mux.HandleFunc("POST /api/me/role", m.me(m.switchRole))
	mux.HandleFunc("POST /api/me/password", m.me(m.changePassword))
	mux.HandleFunc("POST /api/me/step-up", m.me(m.stepUp))
	mux.HandleFunc("POST /api/me/step-up/options", m.me(m.stepUpOptions))
	mux.HandleFunc("GET /api/me/factors", m.me(m.myFactors))
	mux.HandleFunc("POST /api/me/factors/totp", m.changing(m.offerTOTP))
	mux.HandleFunc("POST /api/me/factors/totp/confirmation", m.changing(m.confirmTOTP))
	mux.HandleFunc("DELETE /api/me/factors/totp", m.changing(m.dropTOTP))
	mux.HandleFunc("POST /api/me/factors/passkeys/options", m.changing(m.newPasskeyOptions))
	mux.HandleFunc("POST /api/me/factors/passkeys", m.changing(m.newPasskey))
	mux.HandleFunc("DELETE /api/me/factors/passkeys/{id}", m.changing(m.dropPasskey))
	mux.HandleFunc("POST /api/me/factors/recovery-codes", m.changing(m.newCodes))
	mux.HandleFunc("GET /api/me/sessions", m.me(m.mySessions))
	mux.HandleFunc("DELETE /api/me/sessions", m.me(m.endMyOthers))
	mux.HandleFunc("DELETE /api/me/sessions/{id}", m.me(m.endMine))
	mux.HandleFunc("GET /api/me/preferences", m.me(m.showPreferences))
	mux.HandleFunc("PUT /api/me/preferences", m.me(m.keepPreferences))
}

// Families are the fixed beginnings of paths that match in any case.
func Families() []string {
	return []string{"/api/me", "/api/me/role", "/api/me/password", "/api/me/sessions", "/api/me/preferences", "/api/me/step-up", "/api/me/factors", "/api/me/events", "/api/me/notifications"}
}

// localPath is the sign-in page that leads to no provider by itself.
const localPath = "/login/local"

const maxForm = 64 << 10 // bytes

// form reads a form that this site's own pages sent.
func form(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	var protection http.CrossOriginProtection // also without a cookie: nobody else may sign a browser in
	if err := protection.Check(r); err != nil {
		return nil, fault.New(fault.Forbidden, "cross_origin", "The form was sent from another site.").WithCause(err)
	}
	body, err := web.ReadBody(w, r, maxForm)
	if err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(string(body))
	if err != nil || len(values) > 20 {
		return nil, fault.New(fault.Invalid, "form_invalid", "The form could not be read.")
	}
	for _, v := range values {
		if len(v) != 1 {
			return nil, fault.New(fault.Invalid, "form_invalid", "The form could not be read.")
		}
	}
	return values, nil
}

// showLogin answers the sign-in page; whoever is signed in goes where they wanted to go.
func (m *Module) showLogin(w http.ResponseWriter, r *http.Request, h *realm) error {
	to := returnPath(r.URL.Query().Get("to"))
	if _, ok := cookieOf(r, h, sessionCookie); ok {
		if _, _, why, err := m.verify(r.Context(), r, h); err == nil && why == "" {
			seeOther(w, to)
			return nil
		}
	}
	choices, err := m.choices(r, h)
	if err != nil {
		return err
	}
	if len(choices) == 1 && r.URL.Path == "/login" && r.URL.Query().Get("signed_out") == "" && redirects(r.Context(), h) {
		seeOther(w, choices[0].Address+"?return="+url.QueryEscape(to))
		return nil
	}
	if len(choices) > 1 && r.URL.Path == "/login" && !r.URL.Query().Has("all") {
		realms, err := m.realms(r.Context(), h)
		if err != nil {
			return err
		}
		if len(realms) > 0 {
			return m.askRealm(w, r, to, choices)
		}
	}
	return m.render(w, r, http.StatusOK, "login.html", pageData{Action: r.URL.Path, To: to, Choices: choices})
}

// redirects reports whether the sign-in page leads on by itself where there is one other way to sign in.
func redirects(ctx context.Context, h *realm) bool {
	switch h.setting(ctx, "sign_in.redirect") {
	case "on":
		return true
	case "off":
		return false
	}
	return !h.Demo
}

// errSignIn is the one answer to a name and a password that do not count, whatever the reason.
var errSignIn = fault.New(fault.Unauthenticated, "sign_in_refused", "The name or the password is wrong.")

// login takes the sign-in page's form.
func (m *Module) login(w http.ResponseWriter, r *http.Request, h *realm) error {
	data := pageData{Action: r.URL.Path, To: returnPath(r.URL.Query().Get("to"))}
	values, err := form(w, r)
	if err == nil {
		data.To, data.Login = returnPath(values.Get("to")), strings.TrimSpace(values.Get("username"))
		err = m.signIn(w, r, h, data.Login, values.Get("password"), data.To)
	}
	if err == nil {
		return nil
	}
	if f := fault.Of(err); f.Kind == fault.Unauthenticated {
		err = errSignIn
	}
	if choices, trouble := m.choices(r, h); trouble == nil {
		data.Choices = choices
	}
	return m.complain(w, r, "login.html", data, err)
}

// signIn checks a name and a password and goes on from there.
func (m *Module) signIn(w http.ResponseWriter, r *http.Request, h *realm, login, password, to string) error {
	ctx := r.Context()
	from := web.ClientAddress(ctx).Unmap()
	if login == "" || password == "" || len(login) > 255 || !utf8.ValidString(login+password) {
		h.refused("sign_in", "", from, "name or password")
		return errSignIn
	}
	personID, err := h.verifyPassword(ctx, login, password, from)
	if err != nil {
		switch {
		case fault.Is(err, fault.Unauthenticated):
			h.refused("sign_in", "", from, "name or password")
		case fault.Is(err, fault.RateLimited):
			h.refused("sign_in", "", from, "limit")
		}
		return err
	}
	p, err := h.person(ctx, personID)
	if err != nil {
		return err
	}
	path, err := m.next(ctx, w, r, h, p, pending{To: to, Local: r.URL.Path == localPath})
	if err != nil {
		if fault.Is(err, fault.Unauthenticated) {
			h.refused("sign_in", "", from, "role")
		}
		return err
	}
	seeOther(w, path)
	return nil
}

// logout ends the session of the cookie. Without one there is nothing left to do.
func (m *Module) logout(w http.ResponseWriter, r *http.Request, h *realm) error {
	var protection http.CrossOriginProtection
	if err := protection.Check(r); err != nil {
		return fault.New(fault.Forbidden, "cross_origin", "The form was sent from another site.").WithCause(err)
	}
	ctx := r.Context()
	row, found, err := m.presented(ctx, r, h)
	if err != nil {
		return err
	}
	if found && row.ended == 0 {
		p, err := h.person(ctx, row.person)
		if err != nil {
			return err
		}
		ctx := principal.With(ctx, actor(ctx, h, p, row))
		now := m.clock.Now()
		err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
			lived, err := endSession(tx, row.id, now.UnixMicro(), whySignOut)
			if err != nil || !lived {
				return err
			}
			return audit.Write(ctx, tx, now, audit.Entry{Action: "session.end", Object: objectSession, Target: row.id, Label: p.Login, Flags: []string{whySignOut}})
		})
		if err != nil {
			return err
		}
	}
	setCookie(w, h, sessionCookie, "")
	to := "/login?signed_out=1"
	if t := tenant.From(ctx); found && row.ended == 0 && row.idp != "" && m.federation != nil && t != nil {
		address, err := m.federation.LogoutAddress(r, t, row.by())
		if err != nil {
			m.log.WarnContext(ctx, "nothing was said to the identity provider", "error", err)
		} else if address != "" {
			to = address
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		return answer(w, struct {
			Location string `json:"location"`
		}{to})
	}
	seeOther(w, to)
	return nil
}

// seeOther sends the browser to a path of this host.
func seeOther(w http.ResponseWriter, path string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", path)
	w.WriteHeader(http.StatusSeeOther)
}
