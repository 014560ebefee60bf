package sso

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// breakGlassNetworks is the setting that says from where break-glass administrators sign in.
const breakGlassNetworks = "sign_in.break_glass_networks"

// flagBreakGlass marks the sign-in of a break-glass administrator in the audit trail.
const flagBreakGlass = "break_glass_account"

// objectBreakGlass is what the audit trail calls what the other administrators are told.
const objectBreakGlass = "break_glass"

// glassUse is a sign-in of a break-glass administrator, or one that was refused because of the address.
type glassUse struct {
	id, person, login, name, address string
	refused                          bool
	at                               time.Time

	letters []letter // to the other administrators
}

// Factors says which second factors a person of a tenant has.
func (m *Module) Factors(ctx context.Context, r db.Reader, personID string) (totp, passkey bool, err error) {
	f, err := factorsOf(ctx, r, personID)
	return f.totp, f.passkeys > 0, err
}

// breakGlass reports whether somebody is a break-glass administrator, whom tenants alone have.
func breakGlass(ctx context.Context, h *realm, r db.Reader, personID string) (bool, error) {
	if of, ok := h.directory.(employees); ok {
		return of.m.people.BreakGlass(ctx, r, personID)
	}
	return false, nil
}

// Admit refuses a break-glass administrator who signs in from an address that the tenant does not name, with a fault.Unauthenticated, and
// tells the other administrators.
func (m *Module) Admit(ctx context.Context, h *tenant.Handle, personID string, from netip.Addr) error {
	_, err := m.admit(ctx, m.realm(h), personID, from)
	return err
}

// admit is Admit in any realm, and says whether the person is a break-glass administrator.
func (m *Module) admit(ctx context.Context, h *realm, personID string, from netip.Addr) (special bool, err error) {
	if special, err = breakGlass(ctx, h, h.DB, personID); err != nil || !special {
		return special, err
	}
	if within(h.setting(ctx, breakGlassNetworks), from) {
		return true, nil
	}
	who, err := h.person(ctx, personID)
	if err != nil {
		return true, err
	}
	use, err := m.prepareUse(ctx, who, from, true)
	if err != nil {
		return true, err
	}
	ctx = principal.With(ctx, &principal.Principal{Kind: h.kind, TenantID: h.ID, PersonID: who.ID, Login: who.Login, DisplayName: who.Name, Address: from, RequestID: web.RequestID(ctx)})
	if err := h.DB.Write(ctx, nil, func(tx *db.Tx) error { return m.tellUse(ctx, tx, use, "reason:address") }); err != nil {
		return true, fmt.Errorf("refuse a break-glass administrator: %w", err)
	}
	m.wakeUse(ctx, use)
	return true, refused()
}

// within reports whether an address lies in one of the networks, which are separated by commas; none at all hold every address.
func within(networks string, a netip.Addr) bool {
	if networks == "" {
		return true
	}
	a = a.Unmap().WithZone("")
	for one := range strings.SplitSeq(networks, ",") {
		if n, err := netip.ParsePrefix(one); err == nil && n.Contains(a) {
			return true
		}
		if single, err := netip.ParseAddr(one); err == nil && single == a {
			return true
		}
	}
	return false
}

// prepareUse is a sign-in to be told, with the letters about it.
func (m *Module) prepareUse(ctx context.Context, who person, from netip.Addr, refused bool) (*glassUse, error) {
	use := &glassUse{id: id.RecID(), person: who.ID, login: who.Login, name: who.Name, refused: refused, at: m.clock.Now()}
	if from.IsValid() {
		use.address = from.String()
	}
	of := tenant.From(ctx)
	if of == nil {
		return use, nil
	}
	if _, err := m.mailServer(of).Server(ctx); err != nil {
		if errors.Is(err, mail.ErrNoServer) {
			err = nil
		}
		return use, err
	}
	to, err := m.otherAdministrators(ctx, of, who.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range to {
		if addresses, err := mail.Addresses(p.Email); err == nil && len(addresses) > 0 {
			use.letters = append(use.letters, use.letter(of, p, addresses))
		}
	}
	return use, nil
}

// tellUse notes a sign-in for the bells of the other administrators, and has the letters about it sent.
func (m *Module) tellUse(ctx context.Context, tx *db.Tx, u *glassUse, flags ...string) error {
	action, refused := "break_glass.sign_in", 0
	if u.refused {
		action, refused = "break_glass.refuse", 1
	}
	if _, err := tx.Exec(`INSERT INTO sso_break_glass (id, person, name, address, refused, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		u.id, u.person, u.name, u.address, refused, u.at.UnixMicro()); err != nil {
		return err
	}
	for i, l := range u.letters {
		if err := job.Enqueue(ctx, tx, job.Job{Kind: jobAlert, ID: fmt.Sprintf("%s.%s.%d", jobAlert, u.id, i), Payload: l, Due: u.at}); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, u.at, audit.Entry{Action: action, Object: objectBreakGlass, Target: u.person, Label: u.login, Flags: append(flags, flagBreakGlass)})
}

// wakeUse has the letters sent at once.
func (m *Module) wakeUse(ctx context.Context, u *glassUse) {
	if h := tenant.From(ctx); h != nil && u != nil && len(u.letters) > 0 {
		m.wake(h)
	}
}

// otherAdministrators are the active people but one who hold a role that administers.
func (m *Module) otherAdministrators(ctx context.Context, h *tenant.Handle, but string) ([]person, error) {
	const page = 200
	var out []person
	known := map[string]bool{but: true}
	book := h.Roles()
	for _, one := range book.Roles() {
		if !book.Admin(&principal.Principal{Role: one.Name}) {
			continue
		}
		for after := ""; ; {
			holders, err := m.grants.Holders(ctx, h.DB, one.Name, after, page)
			if err != nil {
				return nil, err
			}
			for _, recID := range holders {
				if after = recID; known[recID] {
					continue
				}
				known[recID] = true
				p, err := personByID(ctx, h, recID)
				if err != nil {
					return nil, fmt.Errorf("look for administrators: %w", err)
				}
				if p.Active {
					out = append(out, p)
				}
			}
			if len(holders) < page {
				break
			}
		}
	}
	return out, nil
}

// letter is an e-mail that a job sends. It holds no secret.
type letter struct {
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
}

func (u *glassUse) letter(h *tenant.Handle, to person, addresses []string) letter {
	from := u.address
	if from == "" {
		from = "an unknown address"
	}
	subject := u.login + " has signed in at " + h.Name + " as break-glass administrator"
	said := fmt.Sprintf("The break-glass administrator %s (%s) signed in at %s on %s, from %s.", u.name, u.login, h.Name, u.at.UTC().Format("2 January 2006 at 15:04 UTC"), from)
	if u.refused {
		subject = "A sign-in of " + u.login + " at " + h.Name + " was refused"
		said = fmt.Sprintf("Somebody proved to be the break-glass administrator %s (%s) at %s on %s, from %s. Break-glass administrators may not sign in from that address, so they were refused. They know the password or have the passkey.",
			u.name, u.login, h.Name, u.at.UTC().Format("2 January 2006 at 15:04 UTC"), from)
	}
	return letter{To: addresses, Subject: printable(subject, 200), Text: fmt.Sprintf("Hello %s,\n\n%s\n\nIf nobody has told you why, ask now:\n\n%s/admin/people/%s\n", to.Name, said, h.BaseURL, u.person)}
}

// mailServer sends the tenant's e-mail.
func (m *Module) mailServer(h *tenant.Handle) mail.Post {
	return mail.Post{DB: h.DB, Keys: h.Keys, Clock: m.clock, Outbound: m.outbound}
}

// sendLetter is the job that sends one.
func (m *Module) sendLetter(ctx context.Context, h *tenant.Handle, payload json.RawMessage) error {
	var l letter
	if err := json.Unmarshal(payload, &l); err != nil {
		return fmt.Errorf("read what to send: %w", err)
	}
	err := m.mailServer(h).Send(tenant.With(ctx, h), mail.Message{To: l.To, Subject: l.Subject, Text: l.Text})
	if errors.Is(err, mail.ErrNoServer) || fault.Is(err, fault.Invalid) {
		m.log.WarnContext(ctx, "a letter to an administrator was not sent", "tenant", h.Name, "error", err)
		return nil
	}
	return err
}

const (
	glassTold = 14 * day // how long the bell tells of a sign-in
	maxTold   = 20
)

// glassNotices tell an administrator of the sign-ins of others who are break-glass administrators.
func (m *Module) glassNotices(ctx context.Context, c caller) ([]notice.Notice, error) {
	rows, err := c.h.DB.Query(ctx, `SELECT id, person, name, address, refused, at FROM sso_break_glass WHERE at > $1 AND person <> $2 ORDER BY at DESC, id LIMIT $3`,
		m.clock.Now().Add(-glassTold).UnixMicro(), c.session.person, maxTold)
	if err != nil {
		return nil, fmt.Errorf("list sign-ins of break-glass administrators: %w", err)
	}
	defer rows.Close()
	var out []notice.Notice
	for rows.Next() {
		var u glassUse
		var refused, at int64
		if err := rows.Scan(&u.id, &u.person, &u.name, &u.address, &refused, &at); err != nil {
			return nil, fmt.Errorf("list sign-ins of break-glass administrators: %w", err)
		}
		kind := notice.BreakGlass
		if refused != 0 {
			kind = notice.BreakGlassRefused
		}
		out = append(out, notice.Notice{ID: kind + "/" + u.id, Kind: kind, Title: u.name, Detail: u.address, To: "/admin/people/" + u.person, At: instant(at)})
	}
	return out, rows.Err()
}

// keepFactor refuses to leave a break-glass administrator without a second factor.
func keepFactor(ctx context.Context, h *realm, r db.Reader, personID, login string) error {
	special, err := breakGlass(ctx, h, r, personID)
	if err == nil && special {
		err = fault.New(fault.Conflict, "break_glass_kept", "%s is a break-glass administrator and keeps a second factor. Remove that mark first.", login)
	}
	return err
}
