package sso

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// The kinds of jobs.
const (
	jobSweep = "sso.sweep"
	jobLink  = "sso.link"
	jobAlert = "sso.alert"
)

const (
	day  = 24 * time.Hour
	kept = 30 * day // after its end a session is known so long
)

type runnerKey struct{ m *Module }

// Jobs registers what is done for a tenant in the background.
func (m *Module) Jobs(r *job.Runner, h *tenant.Handle) {
	r.Register(jobSweep, func(ctx context.Context, _ json.RawMessage) error { return m.Sweep(ctx, h) })
	r.Schedule(jobSweep, day)
	r.Register(jobLink, func(ctx context.Context, payload json.RawMessage) error { return m.sendLink(ctx, h, payload) })
	r.Register(jobAlert, func(ctx context.Context, payload json.RawMessage) error { return m.sendLetter(ctx, h, payload) })
	h.Value(runnerKey{m}, func() any { return r })
}

// wake has the jobs looked for at once.
func (m *Module) wake(h *tenant.Handle) {
	if r, ok := h.Value(runnerKey{m}, func() any { return nil }).(*job.Runner); ok {
		r.Wake()
	}
}

// link is the payload of a job that sends a link to set a password. The link is made when it is sent: a payload holds no secret.
type link struct {
	Login  string `json:"login"`
	Invite bool   `json:"invite"` // by an administrator, to somebody new
}

// sendLink makes a link and sends it. For nobody, and for people without an address, there is nothing to do.
func (m *Module) sendLink(ctx context.Context, h *tenant.Handle, payload json.RawMessage) error {
	var l link
	if err := json.Unmarshal(payload, &l); err != nil {
		return fmt.Errorf("read what to send: %w", err)
	}
	ctx = tenant.With(ctx, h)
	who, err := personByLogin(ctx, h, l.Login)
	if err != nil || !who.Active {
		return err
	}
	to, err := mail.Addresses(who.Email)
	if err != nil || len(to) == 0 {
		m.log.WarnContext(ctx, "a link to set a password was not sent: the person has no e-mail address", "tenant", h.Name, "login", who.Login)
		return nil //nolint:nilerr // trying again does not help
	}
	post := mail.Post{DB: h.DB, Keys: h.Keys, Clock: m.clock, Outbound: m.outbound}
	if _, err = post.Server(ctx); err == nil {
		var address string
		if address, err = m.people.SetupLink(ctx, h, who.Login); err == nil {
			err = post.Send(ctx, l.letter(m.realm(h).title(ctx), who, to, address))
		}
	}
	if errors.Is(err, mail.ErrNoServer) || fault.Is(err, fault.Invalid) {
		m.log.WarnContext(ctx, "a link to set a password was not sent", "tenant", h.Name, "login", who.Login, "error", err)
		return nil
	}
	return err
}

func (l link) letter(organisation string, who person, to []string, address string) mail.Message {
	subject, why := "Set a new password for "+organisation, "Somebody asked for a new password for the account "+who.Login+". If it was not you, do nothing: the password stays as it is."
	if l.Invite {
		subject, why = "Your account at "+organisation, "There is an account for you, "+who.Login+". Choose a password to begin."
	}
	return mail.Message{To: to, Subject: subject, Text: fmt.Sprintf("Hello %s,\n\n%s\n\n%s\n\nThe link works once, for 24 hours.\n", who.Name, why, address)}
}

// Sweep removes what is over: sessions that ended thirty days ago, challenges, and what was kept for people who are gone.
func (m *Module) Sweep(ctx context.Context, h *tenant.Handle) error {
	err := h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM sso_break_glass WHERE at < $1`, m.clock.Now().Add(-kept).UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("remove old notices: %w", err)
	}
	return m.sweep(ctx, m.realm(h))
}

func (m *Module) sweep(ctx context.Context, h *realm) error {
	now := m.clock.Now()
	err := h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM sso_challenge WHERE expires_at <= $1`, now.UnixMicro()); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM sso_session WHERE ends_at < $1 OR ended_at < $1`, now.Add(-kept).UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("remove old sessions: %w", err)
	}
	people, err := keptFor(ctx, h.DB)
	if err != nil {
		return fmt.Errorf("remove what belongs to nobody: %w", err)
	}
	for _, id := range people {
		p, err := h.person(ctx, id)
		if err != nil {
			return fmt.Errorf("remove what belongs to nobody: %w", err)
		}
		if p.ID != "" {
			continue
		}
		err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
			for _, query := range []string{`DELETE FROM sso_preference WHERE person = $1`, `DELETE FROM sso_notice_seen WHERE person = $1`} {
				if _, err := tx.Exec(query, id); err != nil {
					return err
				}
			}
			return forgetFactors(tx, id)
		})
		if err != nil {
			return fmt.Errorf("remove what belongs to nobody: %w", err)
		}
	}
	return nil
}
