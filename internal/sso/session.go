package sso

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const objectSession = "browser_session"

// employeeObject is what the audit trail calls the people of a tenant.
const employeeObject = "Employee"

// How somebody proved who they are.
const (
	byPassword = "password"
	byProvider = "identity_provider"
	byUnasked  = "unasked" // an identity provider that nobody had asked: it lets in, and proves nothing besides
)

// Why sessions end.
const (
	whySignOut  = "signed out"
	whyReplaced = "replaced"
)

// signedIn is a person who has proved who they are.
type signedIn struct {
	person person
	role   string // empty: the default one
	method string

	local bool   // by /login/local
	by    Proven // by an identity provider; zero: not so
	steps steps  // of the proof

	// Of the session that this one continues; zero times: none.
	began, auth time.Time
	authMethod  string
}

// begin makes a session and sets its cookie. The session that the request brought ends with it, whoever's it was.
func (m *Module) begin(ctx context.Context, w http.ResponseWriter, r *http.Request, h *realm, in signedIn) (sessionRow, error) {
	row, who, err := m.newSession(ctx, r, h, in)
	if err != nil {
		return sessionRow{}, err
	}
	var use *glassUse                              // of a break-glass administrator
	if in.began.IsZero() && in.by.Provider == "" { // what an identity provider vouches for is no local sign-in
		special, err := m.admit(ctx, h, in.person.ID, who.Address)
		if err == nil && special {
			use, err = m.prepareUse(ctx, in.person, who.Address, false)
		}
		if err != nil {
			return sessionRow{}, err
		}
	}
	old, _, err := m.presented(ctx, r, h)
	if err != nil {
		return sessionRow{}, err
	}
	value := secret.RandomAlnum(valueLength)
	pepper, mac := h.Keys.MAC(value)
	ctx = principal.With(ctx, who)
	action, flags := "session.create", []string{"role:" + row.role, "method:" + row.method}
	if !in.began.IsZero() {
		action, flags = "session.renew", append(flags, "replaces:"+old.id)
	}
	if in.local {
		flags = append(flags, "break_glass")
	}
	if use != nil {
		flags = append(flags, flagBreakGlass)
	}
	err = h.DB.Write(ctx, func(tx *db.Tx) error { return run(in.steps.checks, tx) }, func(tx *db.Tx) error {
		if err := run(in.steps.changes, tx); err != nil {
			return err
		}
		if old.id != "" {
			if _, err := endSession(tx, old.id, row.created, whyReplaced); err != nil {
				return err
			}
		}
		if err := insertSession(tx, row, pepper, mac); err != nil {
			return err
		}
		if use != nil {
			if err := m.tellUse(ctx, tx, use, "method:"+row.method); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, instant(row.created), audit.Entry{Action: action, Object: objectSession, Target: row.id, Label: who.Login, Flags: flags})
	})
	if err != nil {
		return sessionRow{}, fmt.Errorf("begin session: %w", err)
	}
	m.wakeUse(ctx, use)
	setCookie(w, h, sessionCookie, value)
	return row, nil
}

// newSession is the row of a session, and who acts in it. Somebody who has no role, or not that one, gets fault.Unauthenticated.
func (m *Module) newSession(ctx context.Context, r *http.Request, h *realm, in signedIn) (sessionRow, *principal.Principal, error) {
	held, standard, err := h.held(ctx, in.person.ID)
	if err != nil {
		return sessionRow{}, nil, fmt.Errorf("begin session: %w", err)
	}
	name := in.role
	if name == "" {
		name = standard
	}
	if !in.person.Active || name == "" || !h.effective(held, name) {
		return sessionRow{}, nil, refused()
	}
	now := m.clock.Now()
	if in.began.IsZero() {
		in.began, in.auth, in.authMethod = now, now, in.method
		if in.by.Unasked || in.by.Provider != "" && in.by.AuthAt.IsZero() { // when they proved it nobody knows
			in.authMethod = byUnasked
		}
	}
	row := sessionRow{
		id: id.RecID(), person: in.person.ID, role: name, method: in.method, address: addressOf(r), userAgent: printable(r.UserAgent(), maxUserAgent),
		began: in.began.UnixMicro(), auth: in.auth.UnixMicro(), authMethod: in.authMethod, created: now.UnixMicro(), seen: now.UnixMicro(),
		ends: in.began.Add(limitsOf(ctx, h, h.class(name)).absolute).UnixMicro(), idp: in.by.Provider, nameID: in.by.NameID, nameFormat: in.by.NameFormat, index: in.by.Index,
	}
	if !in.by.Ends.IsZero() {
		row.ends = min(row.ends, in.by.Ends.UnixMicro())
	}
	if in.by.Provider != "" && !in.by.AuthAt.IsZero() {
		row.auth = min(row.auth, in.by.AuthAt.UnixMicro()) // a single sign-on may be hours old
	}
	if row.ends <= row.created {
		return sessionRow{}, nil, refused() // in the new role it would be over already
	}
	return row, actor(ctx, h, in.person, row), nil
}

// actor is who acts in a session.
func actor(ctx context.Context, h *realm, p person, s sessionRow) *principal.Principal {
	return &principal.Principal{Kind: h.kind, TenantID: h.ID, CredentialID: s.id, PersonID: p.ID, Login: p.Login, DisplayName: p.Name, Role: s.role,
		Address: web.ClientAddress(ctx).Unmap(), RequestID: web.RequestID(ctx)}
}

// presented finds the session of a request's cookie that has not ended; a zero one where there is none.
func (m *Module) presented(ctx context.Context, r *http.Request, h *realm) (sessionRow, bool, error) {
	value, ok := cookieOf(r, h, sessionCookie)
	if !ok || !wellFormed(value) {
		return sessionRow{}, false, nil
	}
	for _, version := range h.Keys.Versions() {
		row, found, err := findSession(ctx, h.DB, version, h.Keys.MACWith(version, value))
		if err != nil {
			return sessionRow{}, false, fmt.Errorf("look up session: %w", err)
		}
		if found {
			return row, true, nil
		}
	}
	return sessionRow{}, false, nil
}

// Authenticate says who the session cookie of a request belongs to, and whether there is one at all. A session that does not
// count is fault.Unauthenticated, a request that another site had the browser send fault.Forbidden (cross_origin).
func (m *Module) Authenticate(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, bool, error) {
	return m.authenticate(ctx, r, m.realm(h))
}

func (m *Module) authenticate(ctx context.Context, r *http.Request, h *realm) (*principal.Principal, bool, error) {
	if _, ok := cookieOf(r, h, sessionCookie); !ok {
		return nil, false, nil
	}
	if err := web.CheckOrigin(r); err != nil {
		return nil, true, err
	}
	who, id, why, err := m.verify(ctx, r, h)
	if err != nil {
		return nil, true, err
	}
	if why != "" {
		h.refused(objectSession, id, web.ClientAddress(ctx).Unmap(), why)
		return nil, true, refused()
	}
	return who, true, nil
}

// verify checks the session of a request; why says why it does not count.
func (m *Module) verify(ctx context.Context, r *http.Request, h *realm) (who *principal.Principal, id, why string, err error) {
	row, found, err := m.presented(ctx, r, h)
	if err != nil {
		return nil, "", "", err
	}
	now := m.clock.Now()
	switch {
	case !found:
		return nil, "", "unknown", nil
	case row.ended != 0:
		return nil, row.id, "ended", nil
	case now.UnixMicro() >= row.ends:
		return nil, row.id, "expired", nil
	}
	seen := h.seen.last(row)
	lim := limitsOf(ctx, h, h.class(row.role))
	switch {
	case now.Sub(seen) >= lim.idle:
		return nil, row.id, "idle", nil
	case now.Sub(instant(row.began)) >= lim.absolute: // the setting was made shorter meanwhile
		return nil, row.id, "expired", nil
	}
	p, err := h.person(ctx, row.person)
	if err != nil {
		return nil, row.id, "", fmt.Errorf("look up session: %w", err)
	}
	if !p.Active {
		return nil, row.id, "person not active", nil
	}
	held, _, err := h.held(ctx, row.person)
	if err != nil {
		return nil, row.id, "", fmt.Errorf("look up session: %w", err)
	}
	if !h.effective(held, row.role) {
		return nil, row.id, "role not held", nil
	}
	if !background(r) {
		m.touch(ctx, h, row, now)
	}
	return actor(ctx, h, p, row), row.id, "", nil
}

// background reports whether a request says that nobody is there: a page refreshing itself, or a stream.
func background(r *http.Request) bool {
	return r.Header.Get("X-Provost-Background") == "1" || strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// seenEvery is how often the last use of a session is written.
const seenEvery = time.Minute

// maxSights is how many sessions' last uses a process remembers.
const maxSights = 20_000

// sight is when a session was used last, as far as this process knows, and which time it wrote.
type sight struct{ last, written int64 }

// last returns when a session was used last.
func (y *memory) last(row sessionRow) time.Time {
	y.mu.Lock()
	defer y.mu.Unlock()
	return instant(max(row.seen, y.seen[row.id].last))
}

// note remembers a use and reports whether it is to be written.
func (y *memory) note(row sessionRow, now int64) bool {
	y.mu.Lock()
	defer y.mu.Unlock()
	if len(y.seen) >= maxSights {
		clear(y.seen) // sessions then seem up to a minute older than they are
	}
	s := y.seen[row.id]
	s.last = max(s.last, now)
	due := now-max(s.written, row.seen) >= seenEvery.Microseconds()
	if due {
		s.written = now
	}
	y.seen[row.id] = s
	return due
}

// touch notes that a session was used. That it cannot be written is no reason to refuse the request.
func (m *Module) touch(ctx context.Context, h *realm, row sessionRow, now time.Time) {
	at := now.UnixMicro()
	if !h.seen.note(row, at) {
		return
	}
	err := h.DB.Write(context.WithoutCancel(ctx), nil, func(tx *db.Tx) error { return touchSession(tx, row.id, at) })
	if err != nil {
		m.log.WarnContext(ctx, "the use of a session could not be noted", "error", err)
	}
}

// endOne ends a session in the name of the context's principal; one that has ended, or is not that person's where one is named, is
// fault.NotFound.
func (m *Module) endOne(ctx context.Context, h *realm, sessionID, person, why string) error {
	now := m.clock.Now()
	err := h.DB.Write(ctx, func(tx *db.Tx) error {
		row, found, err := sessionByID(ctx, tx, sessionID)
		if err == nil && (!found || row.ended != 0 || person != "" && row.person != person) {
			err = fault.New(fault.NotFound, "session_unknown", "There is no such session.")
		}
		return err
	}, func(tx *db.Tx) error {
		if _, err := endSession(tx, sessionID, now.UnixMicro(), why); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "session.end", Object: objectSession, Target: sessionID, Flags: []string{why}})
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndSessions ends all sessions of a person, in the caller's transaction, because the account was deactivated, its password
// changed or the like.
func (m *Module) EndSessions(ctx context.Context, tx *db.Tx, personID, why string) error {
	_, err := m.endAll(ctx, tx, employeeObject, personID, "", why)
	return err
}

// endAll ends the sessions of somebody but one; object is what the audit trail calls those people.
func (m *Module) endAll(ctx context.Context, tx *db.Tx, object, personID, but, why string) (int64, error) {
	now := m.clock.Now()
	n, err := endSessionsOf(tx, personID, but, now.UnixMicro(), why)
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	if n == 0 {
		return 0, nil
	}
	return n, audit.Write(ctx, tx, now, audit.Entry{Action: "session.end_all", Object: object, Target: personID,
		Flags: []string{why, "browser_sessions:" + strconv.FormatInt(n, 10)}})
}

const maxUserAgent = 200 // bytes that are kept

// printable shortens a text to at most n bytes of whole, printable characters. None of them turns the text around.
func printable(s string, n int) string {
	var out strings.Builder
	for _, c := range s {
		if c < ' ' || c == 0x7f || c == 0xfffd || unicode.Is(unicode.Bidi_Control, c) {
			continue
		}
		if out.Len()+len(string(c)) > n {
			break
		}
		out.WriteRune(c)
	}
	return out.String()
}

func addressOf(r *http.Request) string {
	if a := web.ClientAddress(r.Context()).Unmap(); a.IsValid() {
		return a.String()
	}
	return ""
}
