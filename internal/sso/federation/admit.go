package federation

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// claims are what a provider says of somebody: names and their values, as sent.
type claims map[string][]string

// first is the first value of a claim; empty: it was not said.
func (c claims) first(name string) string {
	if values := c[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// assertion is what a provider says, once the checks of its protocol are passed, and what has to be written for it to count.
type assertion struct {
	provider      *Provider
	kind, subject string // how the provider names them for good
	nameKind      string // the format of the NameID; empty: none
	name          string // the NameID, or what people call them
	claims        claims
	external      string // how a directory names them that provisions people; empty: by the subject
	unproven      bool   // the provider does not say that the e-mail address is theirs: nobody is linked by it

	request string    // the request to use up; empty: none
	carried time.Time // until when the browser carries it; zero: it is kept here
	mark    []byte    // SHA-256 of the message or its id, to be noted once
	until   time.Time // for so long
}

// refusal is why somebody did not get in. Code and Message are for administrators.
type refusal struct{ Code, Message string }

func (r *refusal) Error() string { return r.Code + ": " + r.Message }

func refuse(code, format string, args ...any) error {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// admitted is how an assertion ended well.
type admitted struct {
	Person  string   `json:"person"`
	Login   string   `json:"login"`
	How     string   `json:"how"`             // known, linked_scim, linked_registered, linked_email, created
	Rules   []string `json:"rules,omitempty"` // those that matched
	Granted []string `json:"granted,omitempty"`
	Revoked []string `json:"revoked,omitempty"`
	Changed []string `json:"changed,omitempty"` // fields of the person
	Skipped []string `json:"skipped,omitempty"` // fields that were left as they are
	Overage bool     `json:"overage,omitempty"` // there are more groups than the provider names: nothing was given or taken
}

// errTested undoes what a test would have done.
var errTested = errors.New("a test changes nothing")

// try finds out what admit would do. Nothing is kept of it but that the message was taken.
func (m *Module) try(ctx context.Context, h *tenant.Handle, a *assertion) (admitted, error) {
	ctx = asProvider(ctx, h, a.provider, addressOf(ctx))
	now := m.clock.Now()
	if err := h.DB.Alone(ctx, func(tx *db.Tx) error { return first(a.use(tx, now)) }); err != nil {
		return admitted{}, err
	}
	var out admitted
	err := h.DB.Alone(ctx, func(tx *db.Tx) (err error) {
		if out, err = m.settle(ctx, tx, h, a, now); err == nil {
			err = errTested
		}
		return err
	})
	if errors.Is(err, errTested) {
		err = nil
	}
	return out, explained(err)
}

// admit finds or makes the person of an assertion and gives what the rules say, in one transaction with what has to be written for the
// assertion to count, and with what then is prepared to write once it is known who it is.
func (m *Module) admit(ctx context.Context, h *tenant.Handle, a *assertion, then func(admitted) (func(*db.Tx) error, error)) error {
	ctx = asProvider(ctx, h, a.provider, addressOf(ctx))
	now := m.clock.Now()
	if done, err := m.recognise(ctx, h, a, now, then); err != nil || done {
		return err
	}
	return explained(h.DB.Alone(ctx, func(tx *db.Tx) error {
		if err := first(a.use(tx, now)); err != nil {
			return err
		}
		out, err := m.settle(ctx, tx, h, a, now)
		if err != nil {
			return err
		}
		write, err := then(out)
		if err != nil {
			return err
		}
		return write(tx)
	}))
}

// explained is an error as administrators can read it: that the person's record refuses what was said.
func explained(err error) error {
	if why := (*refusal)(nil); err != nil && !errors.As(err, &why) {
		if f := fault.Of(err); f.Kind == fault.Invalid || f.Kind == fault.Conflict {
			return refuse("person_refused", "The person cannot be written: %s", f.Message)
		}
	}
	return err
}

// recognise admits somebody who is known and of whom nothing has changed since the last time: there is nothing to write about them, and
// what has to be written shares a commit with others. done is false where there is more to do.
func (m *Module) recognise(ctx context.Context, h *tenant.Handle, a *assertion, now time.Time, then func(admitted) (func(*db.Tx) error, error)) (done bool, err error) {
	known, found, err := findIdentity(ctx, h.DB, a.provider.ID, a.kind, a.subject)
	if err != nil || !found || known.seen == 0 { // who was registered by hand comes for the first time
		return false, err
	}
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return false, nil
	}
	row, err := h.Records.Get(ctx, t, known.person)
	if err != nil || !active(row) {
		return false, ignoring(err, fault.NotFound)
	}
	d := deed{m: m, h: h, a: a, t: t, now: now, read: h.DB}
	same, err := d.unchanged(ctx, row)
	if err != nil || !same {
		return false, err
	}
	d.out.Person, d.out.Login, d.out.How = row.RecID, row.Text("LoginID"), "known"
	write, err := then(d.out)
	if err != nil {
		return false, err
	}
	fills := d.fillsEmail()
	var over error
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) (err error) {
		if over, err = a.use(tx, now); err != nil || over != nil {
			return err
		}
		if known.fillsEmail != fills || now.UnixMicro()-known.seen >= seenEvery.Microseconds() {
			again := known
			again.seen, again.fillsEmail = now.UnixMicro(), fills
			if err := putIdentity(tx, again); err != nil {
				return err
			}
		}
		return write(tx)
	})
	return true, first(over, err)
}

// first is the first of two errors that there is.
func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// seenEvery is how often the last sign-in of somebody is written.
const seenEvery = time.Minute

// ignoring is an error, but nil for one of a kind.
func ignoring(err error, kind fault.Kind) error {
	if fault.Is(err, kind) {
		return nil
	}
	return err
}

var (
	errRequestOver = refuse("request_over", "The request was answered already, or is too old.")
	errReplayed    = refuse("replayed", "This very message was taken already.")
)

// use writes what makes a message count once; over is the refusal of one that has counted.
func (a *assertion) use(tx *db.Tx, now time.Time) (over, err error) {
	if a.request != "" {
		if over, err := useRequest(tx, a.provider.ID, a.request, a.carried, now); err != nil || over != nil {
			return over, err
		}
	}
	fresh, err := putReplay(tx, a.provider.ID, a.mark, a.until)
	if err != nil {
		return nil, fmt.Errorf("note a message: %w", err)
	}
	if !fresh {
		return errReplayed, nil
	}
	return nil, nil
}

// useRequest uses a request up; over is the refusal where it is answered already, or too old. Of one that its browser carries, until a time,
// it is noted that it was answered.
func useRequest(tx *db.Tx, provider, request string, carried, now time.Time) (over, err error) {
	if !carried.IsZero() {
		mark := sha256.Sum256([]byte("request " + request))
		fresh, err := putReplay(tx, provider, mark[:], carried)
		if err == nil && !fresh {
			return errRequestOver, nil
		}
		return nil, err
	}
	n, err := tx.Exec(`DELETE FROM sso_request WHERE id = $1 AND idp = $2 AND expires_at > $3`, request, provider, now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("use up a request: %w", err)
	}
	if n == 0 {
		return errRequestOver, nil
	}
	return nil, nil
}

// settle finds or makes the person.
func (m *Module) settle(ctx context.Context, tx *db.Tx, h *tenant.Handle, a *assertion, now time.Time) (admitted, error) {
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return admitted{}, errors.New("the tenant has no object Employee")
	}
	d := deed{m: m, tx: tx, read: tx, h: h, a: a, t: t, now: now}
	row, how, err := d.find(ctx)
	if err != nil {
		return admitted{}, err
	}
	d.out.How = how
	if how == "" {
		if row, err = d.create(ctx); err != nil {
			return admitted{}, err
		}
		d.out.How = "created"
	} else {
		if !active(row) {
			return admitted{}, refuse("user_disabled", "%s is not active. Signing in does not activate anybody.", row.Text("LoginID"))
		}
		if err := d.update(ctx, row); err != nil {
			return admitted{}, err
		}
		if how != "known" {
			if err := d.welcome(ctx, row.RecID); err != nil {
				return admitted{}, err
			}
		}
	}
	d.out.Person, d.out.Login = row.RecID, row.Text("LoginID")
	if err := d.remember(ctx, row.RecID); err != nil {
		return admitted{}, err
	}
	if err := d.applyRules(ctx, row); err != nil {
		return admitted{}, err
	}
	held, standard, err := m.grants.Held(ctx, tx, row.RecID)
	if err != nil {
		return admitted{}, err
	}
	if standard == "" || !h.Roles().Effective(held, standard) {
		return admitted{}, refuse("no_role", "%s has no role.", row.Text("LoginID"))
	}
	return d.out, nil
}

// active reports whether an employee may sign in.
func active(row record.Row) bool {
	switch strings.ToLower(row.Text("Status")) {
	case "active", "new", "on leave":
		return !row.Bool("Disabled")
	}
	return false
}

// deed is one sign-in being settled.
type deed struct {
	m    *Module
	tx   *db.Tx
	read db.Reader // the transaction, or what was committed
	h    *tenant.Handle
	a    *assertion
	t    *record.Type
	now  time.Time
	out  admitted
}
