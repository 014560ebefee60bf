package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// delivery is one message for one webhook.
type delivery struct {
	seq                              int64
	id, webhook, kind, object, recID string
	rev, extent                      int64
	changes, record, state           string
	fence, attempts, created         int64
}

// result is how an attempt ended.
type result struct {
	*delivery
	state    string // delivered, dead, withheld; pending: to be tried again at due
	due      int64
	status   int64
	error    string
	response string
	gone     bool          // the receiver wants nothing any more
	wait     time.Duration // how long the receiver asked to be left alone
	broken   bool          // the attempt was broken off by ourselves and does not count
}

func insertDelivery(tx *db.Tx, d *delivery, now int64) error {
	return tx.Later(`INSERT INTO webhook_delivery (seq, id, webhook, type, object, rec_id, rev, extent, changes, record, state, due_at, fence, attempts, status,
error, response, created_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', $11, 0, 0, 0, '', '', $11, NULL)`,
		d.seq, d.id, d.webhook, d.kind, d.object, d.recID, d.rev, d.extent, d.changes, d.record, now)
}

// takeable is the condition for a delivery d that may be sent: due, and no earlier one of its record is open.
const takeable = `d.due_at <= $1 AND NOT EXISTS (SELECT 1 FROM webhook_delivery AS e
WHERE e.webhook = d.webhook AND e.rec_id = d.rec_id AND e.seq < d.seq AND e.due_at IS NOT NULL)`

// dueWebhooks lists the webhooks that have something to send.
func dueWebhooks(ctx context.Context, r db.Reader, tenantID string, now int64) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT w.id FROM webhook AS w WHERE w.active = 1 AND w.tenant = $2 AND w.paused_until <= $1
AND EXISTS (SELECT 1 FROM webhook_delivery AS d WHERE d.webhook = w.id AND `+takeable+`)`, now, tenantID)
	if err != nil {
		return nil, fmt.Errorf("find what is due: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, fmt.Errorf("find what is due: %w", err)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// take gives deliveries of a webhook to the caller until the lease ends.
func take(ctx context.Context, tx *db.Tx, webhookID string, now, lease int64, most int) ([]*delivery, error) {
	rows, err := tx.Query(ctx, `SELECT seq, id, webhook, type, object, rec_id, rev, extent, changes, record, state, fence, attempts, created_at
FROM webhook_delivery AS d WHERE d.webhook = $2 AND `+takeable+` ORDER BY d.due_at, d.seq LIMIT $3`, now, webhookID, most)
	if err != nil {
		return nil, fmt.Errorf("take deliveries: %w", err)
	}
	defer rows.Close()
	var out []*delivery
	for rows.Next() {
		d := &delivery{}
		err := rows.Scan(&d.seq, &d.id, &d.webhook, &d.kind, &d.object, &d.recID, &d.rev, &d.extent, &d.changes, &d.record, &d.state, &d.fence, &d.attempts, &d.created)
		if err != nil {
			return nil, fmt.Errorf("take deliveries: %w", err)
		}
		out = append(out, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("take deliveries: %w", err)
	}
	for _, d := range out {
		d.fence++
		d.attempts++
		if err := tx.Later(`UPDATE webhook_delivery SET due_at = $1, fence = $2, attempts = $3 WHERE seq = $4`, lease, d.fence, d.attempts, d.seq); err != nil {
			return nil, fmt.Errorf("take deliveries: %w", err)
		}
	}
	return out, nil
}

// settle stores how an attempt ended, unless the lease was lost.
func settle(tx *db.Tx, r *result, now int64) error {
	var due, ended any
	if r.state == pending {
		due = r.due
	} else {
		ended = now
	}
	if r.broken {
		return tx.Later(`UPDATE webhook_delivery SET due_at = $1, attempts = attempts - 1 WHERE seq = $2 AND fence = $3`, r.due, r.seq, r.fence)
	}
	return tx.Later(`UPDATE webhook_delivery SET state = $1, due_at = $2, ended_at = $3, status = $4, error = $5, response = $6 WHERE seq = $7 AND fence = $8`,
		r.state, due, ended, r.status, r.error, r.response, r.seq, r.fence)
}

// nextDue is when the next waiting delivery of a webhook, or the end of a lease, comes after now; 0: there is none.
func nextDue(ctx context.Context, r db.Reader, webhookID string, now int64) (int64, error) {
	var next sql.NullInt64
	err := r.QueryRow(ctx, `SELECT min(due_at) FROM webhook_delivery WHERE webhook = $1 AND due_at > $2`, webhookID, now).Scan(&next)
	return next.Int64, err
}

// Delivery is a message as lists show it.
type Delivery struct {
	ID       string     `json:"id"`
	Type     string     `json:"type"`
	RecID    string     `json:"rec_id"`
	Rev      int64      `json:"rev"`
	State    string     `json:"state"` // pending, delivered, dead, withheld
	Attempts int64      `json:"attempts"`
	Status   int64      `json:"status"` // of the last answer; 0: there was none
	Error    string     `json:"error"`
	Response string     `json:"response,omitempty"`
	Created  time.Time  `json:"created_at"`
	Due      *time.Time `json:"due_at"` // of the next attempt
	Ended    *time.Time `json:"ended_at"`
}

// deliveries lists the newest first.
func deliveries(ctx context.Context, r db.Reader, webhookID, state string, limit int) ([]Delivery, error) {
	rows, err := r.Query(ctx, `SELECT id, type, rec_id, rev, state, attempts, status, error, response, created_at, due_at, ended_at FROM webhook_delivery
WHERE webhook = $1 AND (state = $2 OR $2 = '') ORDER BY seq DESC LIMIT $3`, webhookID, state, limit)
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	defer rows.Close()
	out := []Delivery{}
	for rows.Next() {
		var d Delivery
		var created int64
		var due, ended sql.NullInt64
		if err := rows.Scan(&d.ID, &d.Type, &d.RecID, &d.Rev, &d.State, &d.Attempts, &d.Status, &d.Error, &d.Response, &created, &due, &ended); err != nil {
			return nil, fmt.Errorf("list deliveries: %w", err)
		}
		if strings.HasPrefix(d.RecID, "msg_") {
			d.RecID = ""
		}
		d.Created, d.Due, d.Ended = time.UnixMicro(created).UTC(), optional(due), optional(ended)
		out = append(out, d)
	}
	return out, rows.Err()
}

func optional(micro sql.NullInt64) *time.Time {
	if !micro.Valid {
		return nil
	}
	t := time.UnixMicro(micro.Int64).UTC()
	return &t
}

// replay makes deliveries due again as if nobody had tried, and returns how many: the one of an id; those made since a
// time; or those that are dead.
func replay(tx *db.Tx, webhookID, deliveryID string, since, now int64) (int64, error) {
	statement := `UPDATE webhook_delivery SET state = 'pending', due_at = $1, ended_at = NULL, attempts = 0, fence = fence + 1 WHERE webhook = $2 AND due_at IS NULL AND `
	switch {
	case deliveryID != "":
		return tx.Exec(statement+`id = $3`, now, webhookID, deliveryID)
	case since != 0:
		return tx.Exec(statement+`created_at >= $3`, now, webhookID, since)
	}
	return tx.Exec(statement+`state = 'dead'`, now, webhookID)
}

// forget removes what is older than a time, and of each webhook all that is over but the newest.
func forget(ctx context.Context, tx *db.Tx, webhookIDs []string, before int64, most int) error {
	if _, err := tx.Exec(`DELETE FROM webhook_delivery WHERE created_at < $1`, before); err != nil {
		return err
	}
	for _, id := range webhookIDs {
		var last int64
		err := tx.QueryRow(ctx, `SELECT seq FROM webhook_delivery WHERE webhook = $1 ORDER BY seq DESC LIMIT 1 OFFSET $2`, id, most).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM webhook_delivery WHERE webhook = $1 AND seq <= $2 AND due_at IS NULL`, id, last); err != nil {
			return err
		}
	}
	return nil
}

// waiting counts the open deliveries of a webhook, of all where it is "", and says when the oldest was made.
func waiting(ctx context.Context, r db.Reader, webhookID string) (n, oldest int64, err error) {
	var at sql.NullInt64
	err = r.QueryRow(ctx, `SELECT count(*), min(created_at) FROM webhook_delivery WHERE due_at IS NOT NULL AND (webhook = $1 OR $1 = '')`, webhookID).Scan(&n, &at)
	return n, at.Int64, err
}
