package app

import (
	"context"
	"time"

	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// jobPoll is how often an open tenant's jobs are looked for.
const jobPoll = 30 * time.Second

// jobsKey is under which a handle keeps its runner.
type jobsKey struct{}

// running ends a runner together with the handle it works on.
type running struct {
	*job.Runner
	a *App
	h *tenant.Handle
}

// Works says that jobs use what the handle keeps.
func (running) Works() {}

var _ tenant.Worker = running{}

// Close stops the runner and waits for what it is doing.
func (r running) Close() error {
	r.Stop()
	r.a.jobs.Delete(r.h)
	return nil
}

// ensureJobs has the jobs of a tenant done from its first request on, for as long as its handle is open. Several replicas
// may do so; leases keep them apart. A tenant that is only being made, imported, exported or administered is left as it is.
func (a *App) ensureJobs(h *tenant.Handle) {
	if _, started := a.jobs.Load(h); started {
		return
	}
	h.Value(jobsKey{}, func() any {
		r := job.NewRunner(h.DB, job.Options{Clock: a.Clock, Log: a.Log, TenantID: h.ID, Poll: jobPoll})
		a.registerJobs(r, h)
		r.Start(tenant.With(context.Background(), h)) // not of the request that happened to be first
		a.jobs.Store(h, struct{}{})
		return running{r, a, h}
	})
}

// The rounds in which tenants are opened whom nobody asks: at most one a second, and none sooner than this after the last.
const (
	roundEvery = 5 * time.Minute
	roundStep  = time.Second

	sweepEvery = 24 * time.Hour // of the control database
)

// rounds opens the tenants in turn until ctx ends, so that what is due in one that nobody asks for is done too: what waited
// when the last server ended, what is to be tried again hours later.
func (a *App) rounds(ctx context.Context) {
	step := time.NewTicker(roundStep)
	defer step.Stop()
	wait := func(until time.Time) bool {
		for first := true; first || time.Now().Before(until); first = false {
			select {
			case <-step.C:
			case <-ctx.Done():
				return false
			}
		}
		return true
	}
	var swept time.Time
	for {
		began := time.Now()
		if began.Sub(swept) >= sweepEvery {
			swept = began
			if err := a.Platform.Sweep(ctx); err != nil && ctx.Err() == nil {
				a.Log.Warn("what is over of system administrators' sign-ins could not be removed", "error", err)
			}
		}
		for _, t := range a.Tenants.List() {
			if h, release, err := a.Tenants.Acquire(ctx, t.ID); err == nil { // one that is suspended or gone is left alone
				a.ensureJobs(h)
				release()
			}
			if !wait(time.Time{}) {
				return
			}
		}
		if !wait(began.Add(roundEvery)) {
			return
		}
	}
}

// registerJobs names the background work of all domains.
func (a *App) registerJobs(r *job.Runner, h *tenant.Handle) {
	a.Trust.Jobs(r, h)
	a.SSO.Jobs(r, h)
	a.Federation.Jobs(r, h)
	a.Provision.Jobs(r, h)
	a.Desk.Jobs(r, h)
}
