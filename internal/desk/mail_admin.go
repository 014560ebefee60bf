package desk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// MailAdmin adds the operations on the mail server and the outbox to the administration API.
func (m *Module) MailAdmin(api *adminapi.API) {
	api.Group("Mail", "The SMTP server that e-mail of the tenant goes through, and what waits to be sent.",
		adminapi.Op("GET /mail", "get-mail", "Get the mail server and how full the outbox is", m.adminMail),
		adminapi.Op("PUT /mail", "set-mail", "Name the mail server", m.adminSetMail, adminapi.StepUp(),
			adminapi.Describe("A password that is left out stays, as long as the server, the way to it and the user stay: nobody gets it sent elsewhere. A server that is named here is "+
				"reached at public addresses and in private networks that whoever runs the program allows.")),
		adminapi.Op("DELETE /mail", "delete-mail", "Forget the mail server", m.adminDeleteMail, adminapi.StepUp(), adminapi.Describe("No e-mail is sent from then on.")),
		adminapi.Op("POST /mail/test", "test-mail", "Send a test message and say what became of it", m.adminTestMail,
			adminapi.Describe("Takes as long as the server does, 30 s at the most. That it was not sent is no error of the request.")),
		adminapi.Op("GET /mail/outbox", "list-outbox", "List what waits to be sent or could not be, newest first", m.adminOutbox,
			adminapi.Describe("The newest 200 of either, on one page.")),
		adminapi.Op("POST /mail/outbox/{id}/retry", "retry-outbox", "Try to send an e-mail now", m.adminRetry, adminapi.Status(http.StatusNoContent)),
		adminapi.Op("DELETE /mail/outbox/{id}", "drop-outbox", "Give an e-mail up", m.adminDrop, adminapi.Describe("It stays in the journal of its record.")),
	)
}

// MailServer is the mail server as administrators see it.
type MailServer struct {
	Configured  bool   `json:"configured" doc:"There is one; otherwise no e-mail is sent"`
	Host        string `json:"host" example:"smtp.example.com"`
	Port        int    `json:"port" doc:"In use; 0 where there is no server"`
	Security    string `json:"security" enum:"starttls,tls,none" doc:"starttls: RFC 3207, required; tls: from the first byte"`
	From        string `json:"from" doc:"The sender" example:"Service Desk <desk@example.com>"`
	User        string `json:"user" doc:"Empty: without signing in"`
	HasPassword bool   `json:"has_password"`
	Waiting     int64  `json:"waiting" doc:"E-mails to be sent, or to be tried again"`
	Failed      int64  `json:"failed" doc:"E-mails that could not be sent"`
}

func (m *Module) adminMail(ctx context.Context, _ *struct{}) (*MailServer, error) {
	h := tenant.From(ctx)
	out := &MailServer{Security: string(mail.StartTLS)}
	s, err := m.Post(h).Server(ctx)
	switch {
	case errors.Is(err, mail.ErrNoServer):
	case err != nil:
		return nil, err
	default:
		out.Configured, out.Host, out.Port, out.Security, out.From, out.User = true, s.Host, s.PortInUse(), string(s.Security), s.From, s.User
		if out.HasPassword, err = m.Post(h).HasPassword(ctx); err != nil {
			return nil, err
		}
	}
	if out.Waiting, out.Failed, err = m.outboxCounts(ctx, h); err != nil {
		return nil, err
	}
	return out, nil
}

// MailServerSpec is a mail server to be used.
type MailServerSpec struct {
	Body struct {
		Host     string  `json:"host" minLength:"1" maxLength:"253" doc:"Name or address" example:"smtp.example.com"`
		Port     int     `json:"port,omitempty" minimum:"0" maximum:"65535" doc:"Left out: 587, with tls 465, with none 25" example:"587"`
		Security string  `json:"security" enum:"starttls,tls,none"`
		From     string  `json:"from" minLength:"1" maxLength:"320" example:"Service Desk <desk@example.com>"`
		User     string  `json:"user,omitempty" maxLength:"320" doc:"Left out: without signing in"`
		Password *string `json:"password,omitempty" maxLength:"1000" doc:"Left out: the one there is" format:"password"`
	}
}

func (m *Module) adminSetMail(ctx context.Context, in *MailServerSpec) (*MailServer, error) {
	h, b := tenant.From(ctx), in.Body
	post := m.Post(h)
	was, err := post.Server(ctx)
	if err != nil && !errors.Is(err, mail.ErrNoServer) {
		return nil, err
	}
	s := mail.Server{Host: b.Host, Port: b.Port, Security: mail.Security(b.Security), User: b.User, From: b.From, Confined: true}
	same := was.Host == s.Host && was.PortInUse() == s.PortInUse()
	if same { // named by whoever runs the program, and not changed
		s.Confined = was.Confined
	}
	password := b.Password
	if s.User == "" && password == nil {
		password = new(string)
	}
	if password == nil {
		kept, err := post.HasPassword(ctx)
		if err != nil {
			return nil, err
		}
		if kept && (!same || was.Security != s.Security || was.User != s.User) {
			return nil, fault.New(fault.Invalid, "mail_invalid", "The mail server cannot be stored.").
				WithField("password", "The server, the way to it or the user is another: type the password again.")
		}
	}
	if err := post.SetServer(ctx, s, password); err != nil {
		return nil, err
	}
	return m.adminMail(ctx, nil)
}

func (m *Module) adminDeleteMail(ctx context.Context, _ *struct{}) (*adminapi.None, error) {
	return nil, m.Post(tenant.From(ctx)).Remove(ctx)
}

// MailTest is whom to send a test message.
type MailTest struct {
	Body struct {
		To string `json:"to" minLength:"1" maxLength:"320" example:"ann@example.com"`
	}
}

// MailTestResult is what became of a test message.
type MailTestResult struct {
	Sent  bool   `json:"sent" doc:"The server took it"`
	Error string `json:"error,omitempty" doc:"Why not, in the server's own words where it had any"`
}

func (m *Module) adminTestMail(ctx context.Context, in *MailTest) (*MailTestResult, error) {
	h := tenant.From(ctx)
	to, err := mail.Addresses(in.Body.To)
	if err == nil && len(to) != 1 {
		err = fault.New(fault.Invalid, "mail_refused", "One address is wanted.")
	}
	if err != nil {
		return nil, fault.Of(err).WithField("to", "%s", fault.Of(err).Message)
	}
	failed := m.Post(h).Send(ctx, mail.Message{
		To: to, Subject: "Test message of " + h.Name,
		Text: "This message shows that e-mail of the tenant " + h.Name + " is sent.\n",
	})
	if errors.Is(failed, mail.ErrNoServer) {
		return nil, fault.New(fault.Conflict, "mail_none", "No mail server is set up.")
	}
	out := &MailTestResult{Sent: failed == nil}
	if failed != nil {
		out.Error = printed(failed.Error())
		if errors.Is(failed, outbound.ErrRefused) {
			out.Error += ". Whoever runs the program can allow it with --allow-private-outbound, or name the server with provost mail set."
		}
	}
	err = m.audited(ctx, h, audit.Entry{Action: "mail_server.test", Object: "MailServer", Target: "1", Label: to[0], Flags: []string{outcome(failed)}}, nil)
	return out, err
}

func outcome(failed error) string {
	if failed != nil {
		return "failed"
	}
	return "sent"
}

// OutboxPath names an e-mail of the outbox.
type OutboxPath struct {
	ID string `path:"id" maxLength:"100" doc:"Id of the e-mail in the outbox"`
}

func (m *Module) adminRetry(ctx context.Context, in *OutboxPath) (*adminapi.None, error) {
	h, now := tenant.From(ctx), m.clock.Now()
	err := m.onOutbox(ctx, h, in.ID, "mail.retry", func(tx *db.Tx, id string) error { return job.Hasten(tx, now, id, mailKinds...) }, mailQueued)
	if err == nil {
		wake(h)
	}
	return nil, err
}

func (m *Module) adminDrop(ctx context.Context, in *OutboxPath) (*adminapi.None, error) {
	return nil, m.onOutbox(ctx, tenant.From(ctx), in.ID, "mail.drop", func(tx *db.Tx, id string) error { return job.Drop(tx, id, mailKinds...) }, mailDropped)
}

// audited does something and says so in the audit trail.
func (m *Module) audited(ctx context.Context, h *tenant.Handle, e audit.Entry, do func(tx *db.Tx) error) error {
	return h.DB.Alone(ctx, func(tx *db.Tx) error {
		if do != nil {
			if err := do(tx); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, m.clock.Now(), e)
	})
}

// instantOrNil is a time as JSON shows it: none where it is zero.
func instantOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
