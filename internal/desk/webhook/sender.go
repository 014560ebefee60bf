package webhook

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	batchSize = 8 // deliveries of a webhook sent at once, each of another record
	leaseTime = 2 * time.Minute

	steadyFailures = 3 // batches in a row after which a webhook is only probed
	firstPause     = 30 * time.Second
	longestPause   = 10 * time.Minute
	failingTime    = 5 * 24 * time.Hour // without one success: it is switched off
)

// Send sends what is due in a tenant and returns when nothing is. Called while it works already, it has that look again
// and returns at once.
func (m *Module) Send(ctx context.Context, h *tenant.Handle) error {
	o := m.of(h)
	o.used.Store(true)
	// First of all: what is noted from here on asks for another run. See rouse.
	err := h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		tx.AddCell(cellRuns, 1)
		return nil
	})
	if err != nil {
		return fmt.Errorf("begin to send webhooks: %w", err)
	}
	o.mu.Lock()
	if o.running {
		o.again = true
		o.mu.Unlock()
		select {
		case o.kicked <- struct{}{}:
		default:
		}
		return nil
	}
	o.running, o.again = true, false
	o.mu.Unlock()
	return o.work(ctx)
}

// work drains each webhook that has something due beside the others, so that a slow one keeps none waiting.
func (o *outbox) work(ctx context.Context) error {
	type end struct {
		webhook string
		err     error
	}
	active, empty, ended := map[string]bool{}, map[string]bool{}, make(chan end)
	breakOff := func(err error) error {
		for range active {
			<-ended
		}
		o.mu.Lock()
		o.running = false
		o.mu.Unlock()
		return err
	}
	for {
		due, err := dueWebhooks(ctx, o.h.DB, o.h.ID, o.m.clock.Now().UnixMicro())
		if err != nil {
			return breakOff(err)
		}
		for _, w := range due {
			if active[w] || empty[w] {
				continue
			}
			active[w] = true
			go func() { ended <- end{w, o.drain(ctx, w)} }()
		}
		if len(active) == 0 {
			o.mu.Lock()
			if !o.again {
				o.running = false
				o.mu.Unlock()
				return nil
			}
			o.again = false
			o.mu.Unlock()
			clear(empty)
			continue
		}
		select {
		case e := <-ended:
			delete(active, e.webhook)
			if e.err != nil {
				return breakOff(e.err)
			}
			empty[e.webhook] = true // until somebody says that there is more
		case <-o.kicked:
			o.mu.Lock()
			o.again = false
			o.mu.Unlock()
			clear(empty)
		case <-ctx.Done():
			return breakOff(ctx.Err())
		}
	}
}

// drain sends what a webhook has due, batch after batch, and has the next time noted.
func (o *outbox) drain(ctx context.Context, webhookID string) error {
	for {
		more, err := o.batch(ctx, webhookID)
		if err != nil {
			return err
		}
		if !more {
			return o.appoint(ctx, webhookID)
		}
	}
}

// batch takes a batch, sends it and stores how that ended. No more: there was nothing to take.
func (o *outbox) batch(ctx context.Context, webhookID string) (more bool, err error) {
	select {
	case o.m.slots <- struct{}{}:
		defer func() { <-o.m.slots }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	book := o.h.Roles()
	w, taken, who, err := o.claim(ctx, webhookID, book)
	if err != nil || len(taken) == 0 {
		return false, err
	}
	results := make([]*result, len(taken))
	var requests sync.WaitGroup
	for i, d := range taken {
		requests.Go(func() { results[i] = o.attempt(ctx, d, w, book, who) })
	}
	requests.Wait()
	return true, o.store(context.WithoutCancel(ctx), w, results)
}

// claim takes deliveries of a webhook, if it is on and not paused; only one of a webhook that keeps failing. One that sees
// nothing any more is switched off.
func (o *outbox) claim(ctx context.Context, webhookID string, book *role.Book) (w *Webhook, taken []*delivery, who *principal.Principal, err error) {
	err = o.h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		taken = nil // a group that failed is run again
		now := o.m.clock.Now()
		found, err := named(ctx, tx, o.h.ID, webhookID)
		if fault.Is(err, fault.NotFound) { // deleted meanwhile
			return nil
		}
		if err != nil || !found.Active || found.pausedUntil > now.UnixMicro() {
			return err
		}
		w = &found
		var why string
		if who, why, err = o.actor(ctx, tx, book, w); err != nil {
			return err
		}
		if why != "" {
			return o.switchOff(ctx, tx, w, why)
		}
		most := batchSize
		if w.failures >= steadyFailures {
			most = 1
		}
		taken, err = take(ctx, tx, w.ID, now.UnixMicro(), now.Add(leaseTime).UnixMicro(), most)
		return err
	})
	if err != nil {
		return nil, nil, nil, fmt.Errorf("take deliveries of a webhook: %w", err)
	}
	return w, taken, who, nil
}

// switchOff ends a webhook's service, audited.
func (o *outbox) switchOff(ctx context.Context, tx *db.Tx, w *Webhook, why string) error {
	if err := setActive(tx, w.ID, w.tenant, false, why); err != nil {
		return err
	}
	after := *w
	after.stated, after.Active, after.Reason = false, false, why
	tx.AddCell(cellVersion, 1)
	o.m.log.WarnContext(ctx, "a webhook is switched off", "webhook", w.Name, "reason", why)
	return o.audit(ctx, tx, "disable", w, w.noted(), after.noted(), "automatic")
}

// store keeps the results of a batch and what they say of the webhook.
func (o *outbox) store(ctx context.Context, w *Webhook, results []*result) error {
	now := o.m.clock.Now()
	err := o.h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		for _, r := range results {
			if err := settle(tx, r, now.UnixMicro()); err != nil {
				return err
			}
		}
		return o.judge(ctx, tx, w, results, now)
	})
	if err != nil {
		return fmt.Errorf("store how deliveries ended: %w", err)
	}
	for _, r := range results {
		o.m.meters.count(r)
		if r.state == dead {
			o.m.log.WarnContext(ctx, "a webhook delivery is given up", "webhook", w.Name, "delivery", r.id, "attempts", r.attempts, "error", r.error)
		}
	}
	return nil
}

// judge draws conclusions for the webhook from the results of a batch.
func (o *outbox) judge(ctx context.Context, tx *db.Tx, w *Webhook, results []*result, now time.Time) error {
	succeeded, failed, gone := false, false, false
	var wait time.Duration
	for _, r := range results {
		succeeded = succeeded || r.state == delivered
		failed = failed || !r.broken && (r.state == dead || r.state == pending)
		gone = gone || r.gone
		wait = max(wait, r.wait)
	}
	switch {
	case gone:
		return o.switchOff(ctx, tx, w, "the receiver answered 410 Gone")
	case succeeded && wait == 0:
		if w.failures == 0 && w.pausedUntil == 0 {
			return nil
		}
		return setHealth(tx, w.ID, 0, 0, 0)
	case !failed:
		return nil
	}
	failures, since := w.failures+1, w.failingSince
	if since == 0 {
		since = now.UnixMicro()
	}
	if succeeded {
		failures, since = 0, 0
	}
	if since != 0 && now.Sub(time.UnixMicro(since)) >= failingTime {
		return o.switchOff(ctx, tx, w, "nothing could be delivered for "+strconv.Itoa(int(failingTime.Hours()/24))+" days")
	}
	pause := wait
	if failures >= steadyFailures {
		pause = max(pause, min(firstPause<<min(failures-steadyFailures, 10), longestPause))
	}
	paused := int64(0)
	if pause > 0 {
		paused = now.Add(pause).UnixMicro()
	}
	return setHealth(tx, w.ID, failures, since, paused)
}

// appoint enqueues the next run for a webhook that has something waiting.
func (o *outbox) appoint(ctx context.Context, webhookID string) error {
	now := o.m.clock.Now()
	w, err := named(ctx, o.h.DB, o.h.ID, webhookID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || !w.Active {
		return err
	}
	next, err := nextDue(ctx, o.h.DB, webhookID, now.UnixMicro())
	if err != nil {
		return err
	}
	if w.pausedUntil > now.UnixMicro() {
		next = max(next, w.pausedUntil)
	}
	if next == 0 {
		return nil
	}
	due := time.UnixMicro(next).UTC()
	err = o.h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		// The time in the id is to the microsecond: a job of the same id that is at work would swallow this one.
		return job.Enqueue(ctx, tx, job.Job{ID: jobSend + "/" + webhookID + "/" + strconv.FormatInt(next, 10), Kind: jobSend, Due: due})
	})
	if err != nil {
		return fmt.Errorf("appoint the next attempt: %w", err)
	}
	o.alertAfter(due.Sub(now))
	return nil
}

// alertAfter has the jobs looked for in a while, where that is sooner than they would be anyway.
func (o *outbox) alertAfter(d time.Duration) {
	if d < jobsPoll {
		time.AfterFunc(d+10*time.Millisecond, o.alert)
	}
}

// Test sends a ping at once, whether the webhook is on or off, and says how that ended. It is not tried again.
func (m *Module) Test(ctx context.Context, h *tenant.Handle, name string) (Delivery, error) {
	o, now := m.of(h), m.clock.Now()
	w, err := m.Find(ctx, h, name)
	if err != nil {
		return Delivery{}, err
	}
	book := h.Roles()
	who, why, err := o.actor(ctx, h.DB, book, &w)
	if err != nil {
		return Delivery{}, err
	}
	if why != "" {
		return Delivery{}, errors.New(why)
	}
	d := &delivery{webhook: w.ID, kind: kindPing, fence: 1, attempts: maxAttempts, created: now.UnixMicro()}
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		d.recID = ""
		if err := o.ping(tx, d, now); err != nil {
			return err
		}
		return o.audit(ctx, tx, "test", &w, nil, nil)
	})
	if err != nil {
		return Delivery{}, fmt.Errorf("test webhook: %w", err)
	}
	r := o.attempt(ctx, d, &w, book, who)
	if r.broken {
		r.state, r.broken, r.error = dead, false, "broken off"
	}
	err = h.DB.Write(context.WithoutCancel(ctx), nil, func(tx *db.Tx) error { return settle(tx, r, m.clock.Now().UnixMicro()) })
	if err != nil {
		return Delivery{}, fmt.Errorf("test webhook: %w", err)
	}
	m.meters.count(r)
	ended := m.clock.Now()
	return Delivery{ID: d.id, Type: d.kind, State: r.state, Attempts: 1, Status: r.status, Error: r.error, Response: r.response, Created: now, Ended: &ended}, nil
}
