package webhook

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// meters are what the process counts itself.
type meters struct{ outcomes *prometheus.CounterVec }

func newMeters() meters {
	return meters{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "provost_webhook_deliveries_total",
		Help: "Attempts to deliver webhooks by outcome: delivered, failed (to be tried again), dead (given up), withheld, broken (off by ourselves).",
	}, []string{"outcome"})}
}

func (m meters) count(r *result) {
	outcome := r.state
	switch {
	case r.broken:
		outcome = "broken"
	case r.state == pending:
		outcome = "failed"
	}
	m.outcomes.WithLabelValues(outcome).Inc()
}

// scrapeTime bounds what a scrape may take.
const scrapeTime = 2 * time.Second

var (
	queueLength = prometheus.NewDesc("provost_webhook_queue_length", "Deliveries that wait in the tenants that are open here.", nil, nil)
	oldestAge   = prometheus.NewDesc("provost_webhook_oldest_age_seconds", "Age of the oldest delivery that waits in the tenants that are open here.", nil, nil)
)

// Describe implements prometheus.Collector.
func (m *Module) Describe(to chan<- *prometheus.Desc) {
	m.meters.outcomes.Describe(to)
	to <- queueLength
	to <- oldestAge
}

// Collect implements prometheus.Collector. It asks the tenants that are open and have used webhooks.
func (m *Module) Collect(to chan<- prometheus.Metric) {
	m.meters.outcomes.Collect(to)
	m.mu.Lock()
	open := make([]*outbox, 0, len(m.open))
	for o := range m.open {
		if o.used.Load() {
			open = append(open, o)
		}
	}
	m.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	length, age := 0.0, 0.0
	for _, o := range open {
		n, oldest, err := waiting(ctx, o.h.DB, "")
		if err != nil {
			m.log.Warn("webhook deliveries that wait could not be counted", "tenant", o.h.Name, "error", err)
			continue
		}
		if length += float64(n); n > 0 {
			age = max(age, m.clock.Now().Sub(time.UnixMicro(oldest)).Seconds())
		}
	}
	to <- prometheus.MustNewConstMetric(queueLength, prometheus.GaugeValue, length)
	to <- prometheus.MustNewConstMetric(oldestAge, prometheus.GaugeValue, age)
}
