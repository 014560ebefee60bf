package desk

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// What the jobs are called that send e-mail, whichever domain has them: of journals, links to set a password, notices about credentials, alerts about sign-ins.
const (
	linkMail   = "sso.link"
	noticeMail = "trust.mail"
	alertMail  = "sso.alert"
)

var mailKinds = []string{sendMail, linkMail, noticeMail, alertMail}

// maxOutbox is how many e-mails of either kind the outbox shows.
const maxOutbox = 200

// Before the id of an e-mail in the outbox stands where it is.
const (
	inJobs    = "job."
	inJournal = "email."
)

// OutboxItem is an e-mail that waits to be sent or could not be.
type OutboxItem struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind" enum:"message,link,notice,alert" doc:"Of a record's journal, with a link to set a password, about a credential, or about a sign-in"`
	State    string     `json:"state" enum:"waiting,retrying,failed" doc:"waiting: not tried yet; retrying: tried in vain, and tried again; failed: given up"`
	To       string     `json:"to" doc:"Addresses; of a link the login"`
	Subject  string     `json:"subject"`
	Error    string     `json:"error" doc:"Of the last attempt"`
	Attempts int64      `json:"attempts"`
	Created  time.Time  `json:"created_at"`
	Due      *time.Time `json:"due_at" doc:"When it is tried next; null: never"`
	Object   string     `json:"object" doc:"Of the record that it is about; empty: none"`
	Record   string     `json:"record" doc:"RecId of that record"`
}

func (m *Module) adminOutbox(ctx context.Context, _ *struct{}) (*adminapi.Page[OutboxItem], error) {
	h := tenant.From(ctx)
	system := record.AsSystem(ctx)
	email, ok := h.Records.Type(system, "Journal#Email")
	if !ok {
		return nil, errors.New("there is no object for e-mails")
	}
	jobs, err := job.List(ctx, h.DB, maxOutbox, mailKinds...)
	if err != nil {
		return nil, err
	}
	out := &adminapi.Page[OutboxItem]{Items: []OutboxItem{}}
	for _, j := range jobs {
		item, err := fromJob(system, h, email, j)
		if err != nil {
			return nil, err
		}
		if item.ID != "" {
			out.Items = append(out.Items, item)
		}
	}
	q, err := failedMail(h, email)
	if err != nil {
		return nil, err
	}
	q.Order, q.Limit = "ORDER BY rec_id DESC", maxOutbox
	_, err = h.Records.List(system, q, func(row record.Row) error {
		out.Items = append(out.Items, fromRow(row, OutboxItem{ID: inJournal + row.RecID, Kind: "message", State: "failed"}))
		return nil
	})
	slices.SortStableFunc(out.Items, func(a, b OutboxItem) int { return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.ID, b.ID)) })
	return out, err
}

func (m *Module) outboxCounts(ctx context.Context, h *tenant.Handle) (waiting, failed int64, err error) {
	system := record.AsSystem(ctx)
	if waiting, failed, err = job.Count(ctx, h.DB, mailKinds...); err != nil {
		return 0, 0, err
	}
	email, ok := h.Records.Type(system, "Journal#Email")
	if !ok {
		return waiting, failed, nil
	}
	q, err := failedMail(h, email)
	if err != nil {
		return 0, 0, err
	}
	n, err := h.Records.List(system, q, nil)
	return waiting, failed + n, err
}

// failedMail finds the e-mails of journals that were given up at once: refused by the server, or without one.
func failedMail(h *tenant.Handle, email *record.Type) (record.Query, error) {
	at, _, ok := email.Lookup("DeliveryStatus")
	if !ok {
		return record.Query{}, errors.New("e-mails have no delivery status")
	}
	return record.Query{Type: email, Where: email.Expr(at, h.DB.Engine() == db.Postgres) + " = $1", Args: []any{literal.Fold(mailFailed)}, Counts: 1}, nil
}

// fromJob is what a job tells of an e-mail; nothing where that is written down already.
func fromJob(ctx context.Context, h *tenant.Handle, email *record.Type, j job.Pending) (OutboxItem, error) {
	item := OutboxItem{ID: inJobs + j.ID, Kind: "message", State: "waiting", Error: printed(j.Error), Attempts: j.Attempts, Created: j.Created, Due: instantOrNil(j.Due)}
	switch {
	case j.Due.IsZero():
		item.State = "failed"
	case j.Error != "":
		item.State = "retrying"
	}
	var about struct {
		RecID   string
		To      []string `json:"to"`
		Subject string   `json:"subject"`
		Login   string   `json:"login"`
	}
	if err := json.Unmarshal(j.Payload, &about); err != nil {
		return item, nil //nolint:nilerr // whatever it is, it can be dropped
	}
	switch j.Kind {
	case linkMail:
		item.Kind, item.To = "link", about.Login
		return item, nil
	case alertMail:
		item.Kind, item.To, item.Subject = "alert", strings.Join(about.To, ", "), about.Subject
		return item, nil
	case noticeMail:
		item.Kind, item.To, item.Subject = "notice", strings.Join(about.To, ", "), about.Subject
		return item, nil
	}
	row, err := h.Records.Get(ctx, email, about.RecID)
	if fault.Is(err, fault.NotFound) {
		return item, nil // deleted meanwhile
	}
	if err != nil {
		return item, err
	}
	if row.Text("DeliveryStatus") != mailQueued { // its end is written, and the job is about to go
		return OutboxItem{}, nil
	}
	return fromRow(row, item), nil
}

// fromRow adds what the journal tells of an e-mail.
func fromRow(row record.Row, item OutboxItem) OutboxItem {
	item.To, item.Subject, item.Object, item.Record = row.Text("ToAddress"), row.Text("Subject"), row.Text("ParentLink_Category"), row.Text("ParentLink_RecID")
	if said := row.Text("DeliveryError"); said != "" && item.Error == "" {
		item.Error = printed(said)
	}
	if item.Created.IsZero() {
		if at, null, err := literal.Time(row.Text("CreatedDateTime")); err == nil && !null {
			item.Created = time.Unix(at, 0).UTC()
		}
	}
	return item
}

// onOutbox does something with an e-mail of the outbox: with its job, or with the journal where it has none. status is what an e-mail
// of a journal becomes.
func (m *Module) onOutbox(ctx context.Context, h *tenant.Handle, id, action string, do func(tx *db.Tx, id string) error, status string) error {
	unknown := fault.New(fault.NotFound, "mail_unknown", "There is no such e-mail in the outbox.")
	email, ok := h.Records.Type(ctx, "Journal#Email")
	if !ok {
		return unknown
	}
	entry := audit.Entry{Action: action, Object: "Mail", Target: id}
	if key, ok := strings.CutPrefix(id, inJobs); ok {
		err := m.audited(ctx, h, entry, func(tx *db.Tx) error {
			if status == mailDropped {
				if err := dropped(ctx, tx, h, email, key); err != nil {
					return err
				}
			}
			return do(tx, key)
		})
		if fault.Is(err, fault.NotFound) {
			return unknown
		}
		return err
	}
	key, ok := strings.CutPrefix(id, inJournal)
	if !ok {
		return unknown
	}
	return m.audited(ctx, h, entry, func(tx *db.Tx) error {
		row, err := h.Records.GetFrom(ctx, tx, email, strings.ToUpper(key))
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || row.Text("DeliveryStatus") != mailFailed {
			return unknown
		}
		in := record.Input{{Name: "DeliveryStatus", Value: status}}
		if status == mailQueued {
			in = append(in, record.InputField{Name: "DeliveryError"})
		}
		if _, err := h.Records.UpdateTx(ctx, tx, email, row.RecID, in); err != nil {
			return err
		}
		if status != mailQueued {
			return nil
		}
		return job.Enqueue(ctx, tx, job.Job{Kind: sendMail, Payload: mailJob{row.RecID}, Due: m.clock.Now()})
	})
}

// dropped says in the journal that the e-mail of a job was given up.
func dropped(ctx context.Context, tx *db.Tx, h *tenant.Handle, email *record.Type, jobID string) error {
	var text string
	err := tx.QueryRow(ctx, `SELECT payload FROM job WHERE id = $1 AND kind = $2`, jobID, sendMail).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // of another kind, or gone
	}
	if err != nil {
		return fmt.Errorf("read what is to be given up: %w", err)
	}
	var about mailJob
	if err := json.Unmarshal([]byte(text), &about); err != nil {
		return nil //nolint:nilerr // it names no e-mail, and can be dropped all the same
	}
	row, err := h.Records.GetFrom(ctx, tx, email, about.RecID)
	if fault.Is(err, fault.NotFound) || err == nil && row.Text("DeliveryStatus") != mailQueued {
		return nil // deleted, or sent, meanwhile
	}
	if err != nil {
		return err
	}
	_, err = h.Records.UpdateTx(ctx, tx, email, row.RecID, record.Input{{Name: "DeliveryStatus", Value: mailDropped}})
	return err
}

// printed is what a server said, on one line and without what turns or hides text.
func printed(text string) string {
	text = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c) || unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, ""))
	if r := []rune(text); len(r) > 600 {
		text = string(r[:600]) + "…"
	}
	return text
}
