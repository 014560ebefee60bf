package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	jobSend  = "webhook.send"
	jobSweep = "webhook.sweep"

	jobsPoll    = time.Minute        // at least as often jobs are looked for anyway
	keptTime    = 7 * 24 * time.Hour // how long deliveries are kept
	keptMost    = 100_000            // and how many of a webhook
	waitingMost = 100_000            // how many may wait before a webhook is switched off
)

// Jobs registers what is done for a tenant in the background.
func (m *Module) Jobs(r *job.Runner, h *tenant.Handle) {
	wake := r.Wake
	m.of(h).wake.Store(&wake)
	r.Register(jobSend, func(ctx context.Context, _ json.RawMessage) error { return m.Send(ctx, h) })
	r.Register(jobSweep, func(ctx context.Context, _ json.RawMessage) error { return m.Sweep(ctx, h) })
	r.Schedule(jobSweep, time.Hour)
}

// Sweep removes deliveries that were kept for a week, and the oldest of those that are more than is kept; and switches off
// webhooks for which more waits than can. Then it sends what is due.
func (m *Module) Sweep(ctx context.Context, h *tenant.Handle) error {
	o := m.of(h)
	hooks, err := m.List(ctx, h)
	if err != nil || len(hooks) == 0 {
		return err
	}
	ids := make([]string, len(hooks))
	for i := range hooks {
		w := &hooks[i]
		ids[i] = w.ID
		n, _, err := waiting(ctx, h.DB, w.ID)
		if err != nil {
			return fmt.Errorf("count what waits: %w", err)
		}
		if n <= waitingMost || !w.Active {
			continue
		}
		err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
			return o.switchOff(ctx, tx, w, fmt.Sprintf("more than %d deliveries wait", waitingMost))
		})
		if err != nil {
			return err
		}
	}
	before := m.clock.Now().Add(-keptTime).UnixMicro()
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) error { return forget(ctx, tx, ids, before, keptMost) })
	if err != nil {
		return fmt.Errorf("forget old deliveries: %w", err)
	}
	return m.Send(ctx, h) // in case a run was not asked for, or not made
}

// ping writes a delivery that is leased to the caller from the start.
func (o *outbox) ping(tx *db.Tx, d *delivery, now time.Time) error {
	d.seq = tx.AddCell(cellSeq, 1)
	d.id = "msg_" + id.RecID()
	d.recID = d.id
	if err := insertDelivery(tx, d, now.UnixMicro()); err != nil {
		return err
	}
	return tx.Later(`UPDATE webhook_delivery SET due_at = $1, fence = $2, attempts = 1 WHERE seq = $3`, now.Add(leaseTime).UnixMicro(), d.fence, d.seq)
}
