package trust

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// The kinds of jobs of the trust plane.
const (
	jobSweep   = "trust.sweep"
	jobRotate  = "trust.rotate"
	jobNotices = "trust.notices"
	jobLetter  = "trust.mail"
)

// noticesEvery is how often it is looked for credentials that are about to expire.
const noticesEvery = 4 * time.Hour

// noticeDays are how many days before its end a credential is spoken of, each once.
var noticeDays = []int64{30, 14, 7, 1}

const day = 24 * time.Hour

// Jobs registers what the trust plane does for a tenant in the background.
func (m *Module) Jobs(r *job.Runner, h *tenant.Handle) {
	r.Register(jobSweep, func(ctx context.Context, _ json.RawMessage) error { return m.Sweep(ctx, h) })
	r.Schedule(jobSweep, day)
	r.Register(jobRotate, func(ctx context.Context, _ json.RawMessage) error { return m.RotateKeys(ctx, h) })
	r.Schedule(jobRotate, day)
	r.Register(jobNotices, func(ctx context.Context, _ json.RawMessage) error { return m.NotifyExpiry(ctx, h) })
	r.Schedule(jobNotices, noticesEvery)
	r.Register(jobLetter, func(ctx context.Context, payload json.RawMessage) error { return m.post(ctx, h, payload) })
}

// letter is an e-mail on its way, as the payload of a job. Never with a secret.
type letter struct {
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
}

// send has an e-mail sent once the transaction has committed; to nobody is no e-mail.
func (l letter) send(ctx context.Context, tx *db.Tx, now time.Time) error {
	if len(l.To) == 0 {
		return nil
	}
	return job.Enqueue(ctx, tx, job.Job{Kind: jobLetter, Payload: l, Due: now})
}

// post hands an e-mail to the tenant's mail server. Where there is none, or it refuses for good, that is logged.
func (m *Module) post(ctx context.Context, h *tenant.Handle, payload json.RawMessage) error {
	var l letter
	if err := json.Unmarshal(payload, &l); err != nil {
		return fmt.Errorf("read what to send: %w", err)
	}
	err := mail.Post{DB: h.DB, Keys: h.Keys, Clock: m.deps.Clock, Outbound: m.deps.Outbound}.Send(ctx, mail.Message{To: l.To, Subject: l.Subject, Text: l.Text})
	if errors.Is(err, mail.ErrNoServer) || fault.Is(err, fault.Invalid) {
		m.deps.Logger.WarnContext(ctx, "an e-mail about credentials was not sent", "tenant", h.Name, "subject", l.Subject, "error", err)
		return nil
	}
	return err
}

// expiring is a credential that ends within the longest notice.
type expiring struct {
	id, registration       string
	created, ends, noticed int64
	why                    string
}

// due returns for how many days before the end a notice is to go out now; 0 for none. A credential that was made for
// less than that is not spoken of so early, one that a rotation replaced only on its last day.
func (e expiring) due(now time.Time) int64 {
	left := instant(e.ends).Sub(now)
	for _, days := range slices.Backward(noticeDays) { // the shortest that fits
		if left > time.Duration(days)*day {
			continue
		}
		life := instant(e.ends).Sub(instant(e.created))
		if e.noticed != 0 && e.noticed <= days || life <= time.Duration(days)*day || e.why == whyRotated && days > 1 {
			return 0
		}
		return days
	}
	return 0
}

// NotifyExpiry tells of credentials that end in 30, 14, 7 and one days: an entry in the audit trail and an e-mail to owner and
// contacts, once for each. To be called several times a day.
func (m *Module) NotifyExpiry(ctx context.Context, h *tenant.Handle) error {
	p := m.plane(h)
	p.flushQuietly(ctx) // the e-mail says when the credential was last used
	ctx = asTrust(ctx, p.tenantID)
	now := p.moment()
	all, err := expiringCredentials(ctx, p.db, now, now.Add(time.Duration(noticeDays[0])*day))
	if err != nil {
		return fmt.Errorf("look for credentials that expire: %w", err)
	}
	for _, e := range all {
		if e.due(now) == 0 {
			continue
		}
		if err := p.notice(ctx, e.id, e.registration, now); err != nil {
			return fmt.Errorf("tell of a credential that expires: %w", err)
		}
	}
	return nil
}

// notice tells of one credential, unless somebody else has meanwhile.
func (p *plane) notice(ctx context.Context, credential, registration string, now time.Time) error {
	var r Registration
	var c *Credential
	var days int64
	var to []string
	return p.db.Write(ctx, func(tx *db.Tx) error {
		days = 0
		if err := job.Guard(ctx, tx); err != nil {
			return err
		}
		e, there, err := expiringCredential(ctx, tx, credential)
		if err != nil || !there {
			return err
		}
		if r, err = registrationByID(ctx, tx, registration); fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		i := slices.IndexFunc(r.Credentials, func(c Credential) bool { return c.ID == credential })
		if i < 0 || !r.Credentials[i].live(now) {
			return nil
		}
		c, days = &r.Credentials[i], e.due(now)
		to, err = p.toldAbout(ctx, tx, r)
		return err
	}, func(tx *db.Tx) error {
		if days == 0 {
			return nil
		}
		if err := noteNotice(tx, credential, days); err != nil {
			return err
		}
		err := audit.Write(ctx, tx, now, audit.Entry{Action: c.object() + ".expiring", Object: c.object(), Target: c.ID, Label: r.ClientID,
			Flags: []string{fmt.Sprintf("days:%d", days), "expires:" + c.Expires.Format(time.RFC3339), "registration:" + r.ID}})
		if err != nil {
			return err
		}
		return p.expiryLetter(to, r, c, now).send(ctx, tx, now)
	})
}

// name is what people call a credential.
func (c *Credential) name() string {
	if c.Kind == kindJWK {
		return "key"
	}
	return "client secret"
}

func (p *plane) expiryLetter(to []string, r Registration, c *Credential, now time.Time) letter {
	days := int64((c.Expires.Sub(now) + day - 1) / day)
	in := fmt.Sprintf("in %d days", days)
	if days <= 1 {
		in = "within a day"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "A %s of the app registration %s expires %s, on %s.\n\n", c.name(), r.Name, in, c.Expires.Format("2006-01-02 15:04 UTC"))
	p.describe(&b, r, c)
	if c.rotated() {
		b.WriteString("\nIt has been replaced by a rotation. If the application still uses it, give the application the new secret.\n")
	} else {
		fmt.Fprintf(&b, "\nAfter that the application cannot authenticate with it any more. Make another in time:\n\n  provost registration %s\n",
			map[string]string{kindSecret: "rotate " + r.ClientID, kindJWK: "add-key " + r.ClientID + " FILE"}[c.Kind])
	}
	return letter{To: to, Subject: fmt.Sprintf("The %s of %s expires %s", c.name(), r.Name, in), Text: b.String()}
}

// describe writes which credential a letter is about.
func (p *plane) describe(b *strings.Builder, r Registration, c *Credential) {
	fmt.Fprintf(b, "  Tenant       %s\n  Client ID    %s\n", p.baseURL(), r.ClientID)
	if r.Description != "" {
		fmt.Fprintf(b, "  Description  %s\n", r.Description)
	}
	if c.Label != "" {
		fmt.Fprintf(b, "  Label        %s\n", c.Label)
	}
	fmt.Fprintf(b, "  Begins with  %s\n", c.Hint)
	if c.LastUsed == nil {
		b.WriteString("  Last used    never\n")
	} else {
		fmt.Fprintf(b, "  Last used    %s from %s\n", c.LastUsed.Format("2006-01-02 15:04 UTC"), c.LastAddress)
	}
}
