package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Jobs registers what the desk does for a tenant in the background.
func (m *Module) Jobs(r *job.Runner, h *tenant.Handle) {
	const rewrite, tend, forget, sweep = "desk.rewrite", "desk.tend", "desk.forget", "desk.attachments"
	// Documents of an older schema are read as well as new ones; rewriting saves completing them each time.
	h.Value(runnerKey{}, func() any { return r })
	r.Register(sendMail, func(ctx context.Context, payload json.RawMessage) error { return m.deliver(ctx, h, payload) })
	r.Register(rewrite, func(ctx context.Context, _ json.RawMessage) error {
		for {
			n, err := h.Records.Rewrite(ctx)
			if err != nil || n == 0 {
				return err
			}
		}
	})
	r.Schedule(rewrite, 10*time.Minute)
	r.Register(tend, func(ctx context.Context, _ json.RawMessage) error {
		if err := h.DB.Tend(ctx); err != nil {
			return fmt.Errorf("tend the database: %w", err)
		}
		return nil
	})
	r.Schedule(tend, 6*time.Hour)
	r.Register(forget, func(ctx context.Context, _ json.RawMessage) error { return h.Records.ForgetOnce(record.AsSystem(ctx)) })
	r.Schedule(forget, time.Hour)
	r.Register(sweep, func(ctx context.Context, _ json.RawMessage) error { return m.SweepAttachments(ctx, h, m.clock.Now()) })
	r.Schedule(sweep, time.Hour)
	m.Webhooks.Jobs(r, h)
}
