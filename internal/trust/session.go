package trust

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
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

const (
	objectSession = "session"
	sessionRandom = 32 // characters of 0-9A-Za-z: 190 bits
	sessionCell   = "trust.session"

	// The life of a session key, as settings of the tenant and what counts without them (spec/itsm-odata.md 0).
	settingIdle, standardIdle, mostIdle    = "session.idle_minutes", 30, 24 * 60
	settingHours, standardHours, mostHours = "session.max_hours", 12, 30 * 24

	maxUserAgent = 200 // bytes that are kept
)

// Session is one session key as lists show it.
type Session struct {
	ID        string    `json:"id"`
	Person    string    `json:"person"` // RecId
	Role      string    `json:"role"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
	Created   time.Time `json:"created_at"`
	Seen      time.Time `json:"seen_at"` // up to a minute late
	Ends      time.Time `json:"ends_at"`
}

// SignIn is what somebody gives to get a session key.
type SignIn struct {
	Tenant   string // one of the tenant's host names, in any case
	UserName string
	Password string
	Role     string // internal name; empty: the person's default role

	Address   netip.Addr
	UserAgent string
	RequestID string
}

// SignIn checks a name and a password and begins a session in one role. It returns the session key, in the form
// "{tenant}#{32 characters}#{number}". Whatever is wrong with the input is one fault.Unauthenticated; too many
// failures are fault.RateLimited, an account that needs a second factor is fault.Forbidden.
func (m *Module) SignIn(ctx context.Context, h *tenant.Handle, in SignIn) (string, error) {
	p := m.plane(h)
	return p.signIn(ctx, in, func(ctx context.Context) (string, error) {
		person, err := m.deps.People.VerifyPassword(ctx, h, in.UserName, in.Password, in.Address)
		if err != nil {
			return "", err
		}
		second, err := m.browser.SecondFactor(ctx, h, person)
		if err == nil && second { // spec/trust.md 12.4
			m.Refused(h, "sign_in", "", in.Address, "second factor")
			err = fault.New(fault.Forbidden, "second_factor_required", "This account signs in with a second factor, which this call does not take. Use a REST API key instead.")
		}
		return person, err
	})
}

func (p *plane) signIn(ctx context.Context, in SignIn, verify func(context.Context) (string, error)) (string, error) {
	fail := func(reason string) (string, error) {
		p.refuse(refusal{object: "sign_in", address: in.Address, reason: reason})
		return "", refused()
	}
	host, ok := p.hostOf(in.Tenant)
	if !ok {
		return fail("tenant")
	}
	personID, err := verify(ctx)
	switch {
	case fault.Is(err, fault.Unauthenticated):
		return fail("name or password")
	case fault.Is(err, fault.RateLimited):
		p.refuse(refusal{object: "sign_in", address: in.Address, reason: "limit"})
		return "", err
	case err != nil:
		return "", fmt.Errorf("sign in: %w", err)
	}
	who, reason, err := p.inRole(ctx, personID, in.Role)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	if reason != "" {
		return fail(reason)
	}
	now := p.clock.Now()
	random := secret.RandomAlnum(sessionRandom)
	s := Session{ID: id.RecID(), Person: personID, Role: who.Role, Address: addressText(in.Address), UserAgent: cut(in.UserAgent, maxUserAgent),
		Created: now, Seen: now, Ends: now.Add(p.limit(ctx, settingHours, standardHours, mostHours, time.Hour))}
	who.CredentialID, who.Address, who.RequestID = s.ID, in.Address, in.RequestID
	ctx = principal.With(ctx, &who)
	pepper, mac := p.keys.MAC(random)
	var serial int64
	err = p.db.Write(ctx, nil, func(tx *db.Tx) error {
		serial = tx.AddCell(sessionCell, 1)
		if err := insertSession(tx, s, host, serial, pepper, mac, web.Network(in.Address).String()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "session.create", Object: objectSession, Target: s.ID, Label: who.Login,
			Flags: []string{"role:" + who.Role}})
	})
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	return host + "#" + random + "#" + strconv.FormatInt(serial, 10), nil
}

// inRole makes the principal of somebody who signed in, in the role asked for or else in the person's default role.
func (p *plane) inRole(ctx context.Context, personID, asked string) (principal.Principal, string, error) {
	role := asked
	if role == "" {
		var err error
		if _, role, err = p.held(ctx, p.db, personID); err != nil {
			return principal.Principal{}, "", err
		}
	}
	role, ok := p.roles().Canonical(role)
	if !ok {
		return principal.Principal{}, "role", nil
	}
	return p.acting(ctx, principal.Session, "", personID, role)
}

// verifySession looks a session key up and checks that it has not ended, of itself or otherwise.
func (p *plane) verifySession(ctx context.Context, value string, before *grant, now time.Time) (*grant, refusal, error) {
	host, random, number, _ := splitSession(value)
	var row sessionRow
	found, err := p.keysKnow(random, func(version int64, mac []byte) (found bool, err error) {
		row, found, err = findSession(ctx, p.db, version, mac)
		return found, err
	})
	why := refusal{object: objectSession, credential: row.id}
	if err != nil {
		return nil, why, fmt.Errorf("look up session: %w", err)
	}
	seen := row.seen
	if before != nil && before.use.id == row.id {
		seen = max(seen, before.use.last.Load())
	}
	switch {
	case !found, row.host != tenant.NormaliseHost(host), strconv.FormatInt(row.serial, 10) != number:
		why.reason = "unknown"
	case row.ended:
		why.reason = "ended"
	case now.UnixMicro() >= row.ends:
		why.reason = "expired"
	case now.UnixMicro()-seen >= p.limit(ctx, settingIdle, standardIdle, mostIdle, time.Minute).Microseconds():
		why.reason = "idle"
	}
	if why.reason != "" {
		return nil, why, nil
	}
	who, reason, err := p.acting(ctx, principal.Session, row.id, row.person, row.role)
	if err != nil || reason != "" {
		why.reason = reason
		return nil, why, err
	}
	u := &use{object: objectSession, id: row.id}
	u.last.Store(seen)
	u.seen.Store(row.seen)
	return &grant{principal: who, ends: instant(row.ends), use: u}, refusal{}, nil
}

// EndSession ends a session, by logout or by an administrator. One that has ended, or never was, is fault.NotFound.
func (m *Module) EndSession(ctx context.Context, h *tenant.Handle, sessionID, why string) error {
	return m.plane(h).endSession(ctx, sessionID, why)
}

func (p *plane) endSession(ctx context.Context, sessionID, why string) error {
	now := p.clock.Now()
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		live, err := sessionLives(ctx, tx, sessionID)
		if err == nil && !live {
			err = fault.New(fault.NotFound, "session_unknown", "There is no such session.")
		}
		return err
	}, func(tx *db.Tx) error {
		if err := endSession(tx, sessionID, now.UnixMicro(), why); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "session.end", Object: objectSession, Target: sessionID, Flags: []string{why}})
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	p.changed()
	return nil
}

// EndSessions ends all sessions of a person, in the caller's transaction, because the account was deactivated, its
// password changed or the like. Keys that act on the person's behalf are looked at again at once.
func (m *Module) EndSessions(ctx context.Context, tx *db.Tx, personID, why string) error {
	now := m.deps.Clock.Now()
	n, err := endSessionsOf(tx, personID, now.UnixMicro(), why)
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	if n > 0 {
		if err := audit.Write(ctx, tx, now, audit.Entry{Action: "session.end_all", Object: "Employee", Target: personID,
			Flags: []string{why, "sessions:" + strconv.FormatInt(n, 10)}}); err != nil {
			return err
		}
	}
	if h := tenant.From(ctx); h != nil {
		m.plane(h).changed()
	}
	return nil
}

// Sessions lists the sessions that have not ended, newest first: of one person, or with an empty id of all.
func (m *Module) Sessions(ctx context.Context, h *tenant.Handle, personID string) ([]Session, error) {
	p := m.plane(h)
	now := p.clock.Now()
	idle := now.Add(-p.limit(ctx, settingIdle, standardIdle, mostIdle, time.Minute))
	return listSessions(ctx, p.db, personID, now.UnixMicro(), idle.UnixMicro())
}

// cut shortens a text to at most n bytes of whole, printable characters.
func cut(s string, n int) string {
	out := make([]rune, 0, min(len(s), n))
	size := 0
	for _, c := range s {
		if c < ' ' || c == 0x7f || c == 0xfffd {
			continue
		}
		if size += len(string(c)); size > n {
			break
		}
		out = append(out, c)
	}
	return string(out)
}
