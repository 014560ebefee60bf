package webhook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// The states of a delivery.
const (
	pending   = "pending"
	delivered = "delivered"
	dead      = "dead"     // every attempt failed
	withheld  = "withheld" // the webhook's role may not see it any more
)

const columns = `id, name, url, objects, events, filter, fields, role, person, tenant, active, reason, secret, old_secret, old_until,
failures, failing_since, paused_until, created_by, created_at`

// list returns the webhooks by name. One that was switched on in another tenant, before an import, is off.
func list(ctx context.Context, r db.Reader, tenantID string) ([]Webhook, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+` FROM webhook ORDER BY name_folded`)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	defer rows.Close()
	var out []Webhook
	for rows.Next() {
		w, err := scan(rows.Scan, tenantID)
		if err != nil {
			return nil, fmt.Errorf("list webhooks: %w", err)
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

// named finds a webhook by name, in any case, or by id.
func named(ctx context.Context, r db.Reader, tenantID, name string) (Webhook, error) {
	w, err := scan(r.QueryRow(ctx, `SELECT `+columns+` FROM webhook WHERE name_folded = $1 OR id = $2 ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END`,
		literal.Fold(name), strings.ToUpper(name)).Scan, tenantID)
	if errors.Is(err, sql.ErrNoRows) {
		return w, fault.New(fault.NotFound, "webhook_unknown", "There is no webhook %s; `provost webhook list` shows what there is.", name)
	}
	if err != nil {
		return w, fmt.Errorf("find webhook: %w", err)
	}
	return w, nil
}

func scan(scan func(...any) error, tenantID string) (Webhook, error) {
	var w Webhook
	var objects, events, fields string
	var active, created int64
	err := scan(&w.ID, &w.Name, &w.URL, &objects, &events, &w.Filter, &fields, &w.Role, &w.Person, &w.tenant, &active, &w.Reason, &w.secret, &w.oldSecret,
		&w.old, &w.failures, &w.failingSince, &w.pausedUntil, &w.Creator, &created)
	if err != nil {
		return w, err
	}
	if err := errors.Join(json.Unmarshal([]byte(objects), &w.Objects), json.Unmarshal([]byte(events), &w.Events), json.Unmarshal([]byte(fields), &w.Fields)); err != nil {
		return w, err
	}
	w.stated, w.Created = active == 1, time.UnixMicro(created).UTC()
	w.Active = w.stated && w.tenant == tenantID
	if w.stated && !w.Active {
		w.Reason = "it came with an import: enable it here"
	}
	w.Since, w.Pause, w.OldUntil = shownTime(w.failingSince), shownTime(w.pausedUntil), shownTime(w.old)
	return w, nil
}

func insertWebhook(tx *db.Tx, w *Webhook) error {
	texts := make([]string, 3)
	for i, l := range [][]string{w.Objects, w.Events, w.Fields} {
		b, err := json.Marshal(l)
		if err != nil {
			return err
		}
		texts[i] = string(b)
	}
	_, err := tx.Exec(`INSERT INTO webhook (`+columns+`, name_folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, 0, 0, 0, 0, $14, $15, $16)`,
		w.ID, w.Name, w.URL, texts[0], texts[1], w.Filter, texts[2], w.Role, w.Person, w.tenant, flag(w.stated), w.Reason, w.secret, w.Creator,
		w.Created.UnixMicro(), literal.Fold(w.Name))
	return err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// setActive switches a webhook on in a tenant, forgetting its failures, or off.
func setActive(tx *db.Tx, webhookID, tenantID string, on bool, reason string) error {
	_, err := tx.Exec(`UPDATE webhook SET active = $1, reason = $2, tenant = $3, failures = 0, failing_since = 0, paused_until = 0 WHERE id = $4`,
		flag(on), reason, tenantID, webhookID)
	return err
}

func setSecret(tx *db.Tx, webhookID string, secret, old []byte, until int64) error {
	_, err := tx.Exec(`UPDATE webhook SET secret = $1, old_secret = $2, old_until = $3 WHERE id = $4`, secret, old, until, webhookID)
	return err
}

func setHealth(tx *db.Tx, webhookID string, failures, since, paused int64) error {
	return tx.Later(`UPDATE webhook SET failures = $1, failing_since = $2, paused_until = $3 WHERE id = $4`, failures, since, paused, webhookID)
}

func deleteWebhook(tx *db.Tx, webhookID string) error {
	if _, err := tx.Exec(`DELETE FROM webhook_delivery WHERE webhook = $1`, webhookID); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM webhook WHERE id = $1`, webhookID)
	return err
}
