package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// jobsKey is under which a handle keeps its runner.
type jobsKey struct{}

// running ends a runner together with the handle it works on.
type running struct{ *job.Runner }

// Close stops the runner and waits for what it is doing.
func (r running) Close() error {
	r.Stop()
	return nil
}

// startJobs has the jobs of a tenant done as long as its handle is open. Each open tenant is served by every replica; leases keep them apart.
func (a *App) startJobs(ctx context.Context, h *tenant.Handle) {
	h.Value(jobsKey{}, func() any {
		r := job.NewRunner(h.DB, job.Options{Clock: a.Clock, Log: a.Log, TenantID: h.ID, Poll: 15 * time.Second})
		a.registerJobs(r, h)
		r.Start(tenant.With(context.WithoutCancel(ctx), h))
		return running{r}
	})
}

// registerJobs names the background work of all domains.
func (a *App) registerJobs(r *job.Runner, h *tenant.Handle) {
	r.Register("trust.sweep", func(ctx context.Context, _ json.RawMessage) error { return a.Trust.Sweep(ctx, h) })
	r.Schedule("trust.sweep", 24*time.Hour)
	r.Register("record.rewrite", func(ctx context.Context, _ json.RawMessage) error {
		for ctx.Err() == nil {
			n, err := h.Records.Rewrite(ctx)
			if err != nil {
				return fmt.Errorf("rewrite records: %w", err)
			}
			if n == 0 {
				return nil
			}
		}
		return ctx.Err()
	})
	r.Schedule("record.rewrite", time.Hour)
}
