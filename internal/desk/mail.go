package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// What has become of an e-mail in a journal, as its DeliveryStatus tells.
const (
	mailQueued = "Queued"
	mailSent   = "Sent"
	mailFailed = "Failed"

	mailDropped = "Dropped" // by an administrator
)

const sendMail = "desk.mail"

// mailJob is the payload of a job that sends an e-mail of a journal.
type mailJob struct{ RecID string }

// queueMail puts an e-mail into a record's journal, from where it is sent when it is due and the transaction committed.
func queueMail(ctx context.Context, tx *db.Tx, e *record.Engine, due time.Time, about record.Row, to, subject, text string) error {
	email, ok := e.Type(ctx, "Journal#Email")
	if !ok {
		return errors.New("there is no object for e-mails")
	}
	made, err := e.CreateTx(ctx, tx, email, record.Input{
		{Name: "Subject", Value: subject}, {Name: "NotesBody", Value: text},
		{Name: "ToAddress", Value: to}, {Name: "DeliveryStatus", Value: mailQueued},
		{Name: "ParentLink_RecID", Value: about.RecID}, {Name: "ParentLink_Category", Value: about.Type.Object},
	})
	if err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, job.Job{Kind: sendMail, Payload: mailJob{made.RecID}, Due: due})
}

// runnerKey is under which a handle keeps the runner of its jobs for the desk.
type runnerKey struct{}

// wake has the tenant's jobs looked for at once.
func wake(h *tenant.Handle) {
	if r, ok := h.Value(runnerKey{}, func() any { return nil }).(*job.Runner); ok {
		r.Wake()
	}
}

// deliver sends one queued e-mail and writes down what became of it. An error has the job try again.
func (m *Module) deliver(ctx context.Context, h *tenant.Handle, payload json.RawMessage) error {
	var j mailJob
	if err := json.Unmarshal(payload, &j); err != nil {
		return fmt.Errorf("read what to send: %w", err)
	}
	ctx = record.AsSystem(ctx)
	email, ok := h.Records.Type(ctx, "Journal#Email")
	if !ok {
		return nil
	}
	row, err := h.Records.Get(ctx, email, j.RecID)
	if fault.Is(err, fault.NotFound) {
		return nil // deleted meanwhile
	}
	if err != nil || row.Text("DeliveryStatus") != mailQueued {
		return err
	}
	msg := mail.Message{ID: strings.ToLower(row.RecID) + "@" + h.Hosts[0], Subject: row.Text("Subject"), Text: row.Text("NotesBody")}
	for field, list := range map[string]*[]string{"ToAddress": &msg.To, "CcAddress": &msg.Cc, "BccAddress": &msg.Bcc} {
		if *list, err = mail.Addresses(row.Text(field)); err != nil {
			return m.delivered(ctx, h, row, err)
		}
	}
	err = m.Post(h).Send(ctx, msg)
	if err == nil || errors.Is(err, mail.ErrNoServer) || fault.Is(err, fault.Invalid) {
		return m.delivered(ctx, h, row, err)
	}
	return err
}

// delivered writes the end of an e-mail into its record.
func (m *Module) delivered(ctx context.Context, h *tenant.Handle, row record.Row, failed error) error {
	in := record.Input{{Name: "DeliveryStatus", Value: mailSent}, {Name: "SentDateTime", Value: literal.FormatTime(m.clock.Now().Unix())}, {Name: "DeliveryError"}}
	if failed != nil {
		in = record.Input{{Name: "DeliveryStatus", Value: mailFailed}, {Name: "DeliveryError", Value: failed.Error()}}
	}
	_, err := h.Records.Update(ctx, row.Type, row.RecID, in)
	return err
}

// Post is the e-mail of a tenant.
func (m *Module) Post(h *tenant.Handle) mail.Post {
	return mail.Post{DB: h.DB, Keys: h.Keys, Clock: m.clock, Outbound: m.outbound}
}
