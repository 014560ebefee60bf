package sso

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Proven is a person for whom an identity provider vouches.
type Proven struct {
	PersonID string `json:"person"`
	Provider string `json:"provider"` // its id
	Method   string `json:"method"`   // saml, oidc
	NameID   string `json:"name_id"`  // as the provider names the subject when it ends sessions
	// NameFormat is the format of the NameID; empty: the provider names none. An identity provider knows a NameID by both.
	NameFormat string `json:"name_format,omitempty"`

	Index   string    `json:"index"`   // of the provider's session; empty: not said
	AuthAt  time.Time `json:"auth_at"` // when the provider saw them prove who they are
	Ends    time.Time `json:"ends"`    // when it wants the session to end; zero: not said
	To      string    `json:"to"`      // where the browser goes afterwards
	Unasked bool      `json:"unasked"` // the provider began by itself: whoever brings its message need not be whom it was made for
	StepUp  string    `json:"step_up"` // the session that is confirmed by it; empty: it begins one
}

const (
	arrivedCookie = "arrived"
	arrival       = "arrival" // the kind of challenge that keeps a proven sign-in until the browser is back on this host
	arrivalLife   = 2 * time.Minute

	// FinishPath is where a proven sign-in becomes a session.
	FinishPath = "/sso/finish"
)

// Arrival is a proven sign-in that is kept until the browser is at FinishPath.
type Arrival struct {
	realm *realm
	value string
	put   func(*db.Tx) error
}

// Arrive prepares to keep a proven sign-in. The answer to another site's form makes no session itself: the browser does not send the
// cookie of an older one with it, so whom it would replace is not known yet (spec/sso.md 7.1).
func (m *Module) Arrive(h *tenant.Handle, p Proven) (*Arrival, error) {
	p.To = returnPath(p.To)
	a := &Arrival{realm: m.realm(h), value: secret.RandomAlnum(valueLength)}
	var err error
	// There may be as many as there are: each has been proved.
	if a.put, err = m.kept(a.realm, challenge{id: id.RecID(), kind: arrival, person: p.PersonID}, a.value, p, arrivalLife); err != nil {
		return nil, fmt.Errorf("keep a proven sign-in: %w", err)
	}
	return a, nil
}

// Keep writes it.
func (a *Arrival) Keep(tx *db.Tx) error { return a.put(tx) }

// Send sends the browser to FinishPath.
func (a *Arrival) Send(w http.ResponseWriter) {
	setCookie(w, a.realm, arrivedCookie, a.value)
	seeOther(w, FinishPath)
}

// errArrival sends people back to the beginning.
var errArrival = fault.New(fault.Invalid, "sign_in_over", "This sign-in has taken too long, or is complete. Begin again.")

// arrived finds the proven sign-in of a request.
func (m *Module) arrived(r *http.Request, h *realm) (challenge, Proven, error) {
	value, ok := cookieOf(r, h, arrivedCookie)
	if !ok || !wellFormed(value) {
		return challenge{}, Proven{}, errArrival
	}
	c, found, err := m.posed(r.Context(), h, arrival, value)
	if err == nil && !found {
		err = errArrival
	}
	var p Proven
	if err == nil {
		err = c.read(&p)
	}
	return c, p, err
}

// showFinish makes the session of a proven sign-in. Where somebody else is signed in, the browser is asked first: whoever sent it here may
// not be who sits before it.
func (m *Module) showFinish(w http.ResponseWriter, r *http.Request, h *realm) error {
	c, p, err := m.arrived(r, h)
	if err != nil {
		return err
	}
	if p.StepUp != "" {
		return m.finish(w, r, h, c, p)
	}
	if row, found, err := m.presented(r.Context(), r, h); err != nil {
		return err
	} else if found && row.ended == 0 && row.person != p.PersonID && m.clock.Now().UnixMicro() < row.ends {
		now, err := h.person(r.Context(), row.person)
		if err != nil {
			return err
		}
		then, err := h.person(r.Context(), p.PersonID)
		if err != nil {
			return err
		}
		return m.render(w, r, http.StatusOK, "another.html", pageData{Action: FinishPath, Login: then.Login, Notice: now.Login})
	}
	return m.finish(w, r, h, c, p)
}

// confirmFinish makes it although somebody else is signed in, as the browser's user has said.
func (m *Module) confirmFinish(w http.ResponseWriter, r *http.Request, h *realm) error {
	values, err := form(w, r)
	if err != nil {
		return err
	}
	c, p, err := m.arrived(r, h)
	if err != nil {
		return err
	}
	if values.Get("keep") == "1" {
		err := h.DB.Write(r.Context(), nil, func(tx *db.Tx) error {
			_, err := tx.Exec(`DELETE FROM sso_challenge WHERE id = $1`, c.id)
			return err
		})
		if err != nil {
			return fmt.Errorf("give a sign-in up: %w", err)
		}
		setCookie(w, h, arrivedCookie, "")
		seeOther(w, "/")
		return nil
	}
	return m.finish(w, r, h, c, p)
}

// vouches reports whether a provider still signs people in.
func (m *Module) vouches(ctx context.Context, h *realm, provider string) (bool, error) {
	t := m.federated(ctx, h)
	if t == nil {
		return true, nil // a test without any
	}
	all, err := m.federation.Choices(ctx, t)
	return slices.ContainsFunc(all, func(c Choice) bool { return c.ID == provider }), err
}

func (m *Module) finish(w http.ResponseWriter, r *http.Request, h *realm, c challenge, p Proven) error {
	if ok, err := m.vouches(r.Context(), h, p.Provider); err != nil || !ok {
		return cmp.Or(err, error(errArrival))
	}
	if p.StepUp != "" {
		return m.finishStepUp(w, r, h, c, p)
	}
	ctx := r.Context()
	who, err := h.person(ctx, p.PersonID)
	if err != nil {
		return err
	}
	var s steps
	s.use(ctx, c)
	_, err = m.begin(ctx, w, r, h, signedIn{person: who, method: p.Method, steps: s, by: p})
	if fault.Is(err, fault.Unauthenticated) {
		h.refused("sign_in", p.Provider, web.ClientAddress(ctx).Unmap(), "role")
		return fault.New(fault.Forbidden, "no_role", "You may not sign in here: your account is not active, or has no role. Ask an administrator.")
	}
	if err != nil {
		return err
	}
	setCookie(w, h, arrivedCookie, "")
	keepCookie(w, h, lastCookie, p.Provider, lastLife)
	seeOther(w, p.To)
	return nil
}

// Refused adds a refusal to the sums that the audit trail gets every minute.
func (m *Module) Refused(ctx context.Context, h *tenant.Handle, object, credential, reason string) {
	m.realm(h).refused(object, credential, web.ClientAddress(ctx).Unmap(), reason)
}

// EndVouched ends the sessions for which a provider vouched: all of them, those of a NameID, or those of one of its sessions. It returns how
// many there were.
func (m *Module) EndVouched(ctx context.Context, h *tenant.Handle, provider, nameID, index string) (int64, error) {
	now := m.clock.Now()
	var n int64
	err := h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		query, args := `UPDATE sso_session SET ended_at = $1, ended_why = $2 WHERE idp = $3 AND ended_at IS NULL`, []any{now.UnixMicro(), "identity provider", provider}
		if nameID != "" {
			query += ` AND name_id = $4`
			args = append(args, nameID)
			if index != "" {
				query += ` AND session_index = $5`
				args = append(args, index)
			}
		}
		if nameID == "" { // nothing that it has vouched for becomes a session any more; who came by another provider at this moment begins again
			if _, err := tx.Exec(`DELETE FROM sso_challenge WHERE kind = $1`, arrival); err != nil {
				return err
			}
		}
		var err error
		if n, err = tx.Exec(query, args...); err != nil || n == 0 {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "session.end_all", Object: "identity_provider", Target: provider, Flags: []string{fmt.Sprintf("browser_sessions:%d", n)}})
	})
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	return n, nil
}

// Vouched tells whose living session a request brings, where a provider vouched for it.
func (m *Module) Vouched(ctx context.Context, r *http.Request, h *tenant.Handle) (Proven, bool, error) {
	row, found, err := m.presented(ctx, r, m.realm(h))
	if err != nil || !found || row.ended != 0 || row.idp == "" {
		return Proven{}, false, err
	}
	return Proven{PersonID: row.person, Provider: row.idp, Method: row.method, NameID: row.nameID, NameFormat: row.nameFormat, Index: row.index, AuthAt: instant(row.auth)}, true, nil
}

// EndPresented ends the session that a request brings, and takes its cookie away.
func (m *Module) EndPresented(ctx context.Context, w http.ResponseWriter, r *http.Request, h *tenant.Handle) error {
	at := m.realm(h)
	row, found, err := m.presented(ctx, r, at)
	if err != nil {
		return err
	}
	setCookie(w, at, sessionCookie, "")
	if !found || row.ended != 0 {
		return nil
	}
	who, err := at.person(ctx, row.person)
	if err != nil {
		return err
	}
	err = m.endOne(principal.With(ctx, actor(ctx, at, who, row)), at, row.id, "", whySignOut)
	if fault.Is(err, fault.NotFound) {
		return nil // it ended meanwhile
	}
	return err
}

// waysOn are where a page leads that says why a sign-in failed: to the provider again, and to the page that leads nowhere by itself. The
// sign-in page may lead straight back into the failure.
func (m *Module) waysOn(r *http.Request, h *realm) pageData {
	choices, err := m.choices(r, h)
	if err != nil || len(choices) == 0 {
		return pageData{} // there is the sign-in page alone, which says more where something is wrong
	}
	if len(choices) == 1 {
		return pageData{Again: choices[0].Address, Other: localPath}
	}
	return pageData{Again: "/login", Other: localPath}
}

// Message answers with a page that says something.
func (m *Module) Message(w http.ResponseWriter, r *http.Request, h *tenant.Handle, status int, text string) {
	data := pageData{Notice: text}
	if status >= http.StatusBadRequest {
		data = m.waysOn(r, m.realm(h))
		data.Error = text
	}
	if err := m.render(w, r, status, "message.html", data); err != nil {
		web.Problem(w, r, err)
	}
}

// SignedIn says who a request's session belongs to; fault.Unauthenticated where it has none that counts.
func (m *Module) SignedIn(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error) {
	who, found, err := m.Authenticate(ctx, r, h)
	if err == nil && !found {
		err = refused()
	}
	return who, err
}
