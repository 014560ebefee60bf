package trust

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	scrapeTime  = 2 * time.Second
	maxExpiries = 1000 // series of the metric; those that end next
)

var credentialExpiry = prometheus.NewDesc("app_credential_expiry_seconds",
	"Seconds until a live secret or key of an app registration expires, in the tenants that are open here; of those that end next.",
	[]string{"tenant", "client_id", "credential", "kind"}, nil)

// Describe implements prometheus.Collector.
func (m *Module) Describe(to chan<- *prometheus.Desc) { to <- credentialExpiry }

// Collect implements prometheus.Collector. It asks the tenants that are open here.
func (m *Module) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	m.mu.Lock()
	open := make([]*plane, 0, len(m.open))
	for p := range m.open {
		open = append(open, p)
	}
	m.mu.Unlock()
	room := maxExpiries
	for _, p := range open {
		now := p.clock.Now()
		next, err := nextExpiries(ctx, p.db, now, room)
		if err != nil {
			m.deps.Logger.Warn("the ends of credentials could not be read", "tenant", p.info().Name, "error", err)
			continue
		}
		for _, e := range next {
			to <- prometheus.MustNewConstMetric(credentialExpiry, prometheus.GaugeValue, instant(e.ends).Sub(now).Seconds(), p.info().Name, e.clientID, e.id, e.kind)
		}
		if room -= len(next); room <= 0 {
			return
		}
	}
}

// entered and left keep the planes that a scrape asks.
func (m *Module) entered(p *plane) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open == nil {
		m.open = make(map[*plane]struct{})
	}
	m.open[p] = struct{}{}
}

func (m *Module) left(p *plane) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.open, p)
}
