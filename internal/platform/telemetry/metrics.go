package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/provost-itsm/provost/internal/platform/web"
)

// DefaultMetricsAddress is where metrics are served unless --metrics-listen says otherwise.
const DefaultMetricsAddress = "127.0.0.1:9464"

// Metrics are the program's counters. Other packages register their own in Registry.
type Metrics struct {
	Registry *prometheus.Registry
	requests *prometheus.HistogramVec
	written  *prometheus.CounterVec
}

// NewMetrics returns a registry with the Go runtime, the process, provost_build_info and the HTTP metrics:
// provost_http_request_duration_seconds by method, surface and status class, provost_http_response_bytes_total by surface.
func NewMetrics(version, commit string) *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "provost_http_request_duration_seconds",
			Help:    "Time from the first byte of a request to the end of its answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "surface", "status"}),
		written: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "provost_http_response_bytes_total",
			Help: "Bytes of response bodies written.",
		}, []string{"surface"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "provost_build_info", Help: "Always 1; the labels say which build runs.",
		ConstLabels: prometheus.Labels{"version": version, "commit": commit},
	})
	build.Set(1)
	m.Registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build, m.requests, m.written)
	return m
}

// Observe returns the hook for web.Observe. The surface of a request ("odata", "trust") comes from the given function,
// of which there must be few different answers: never a path.
func (m *Metrics) Observe(surface func(*http.Request) string) func(r *http.Request, status int, written int64, took time.Duration) {
	return func(r *http.Request, status int, written int64, took time.Duration) {
		s := surface(r)
		m.requests.WithLabelValues(method(r.Method), s, class(status)).Observe(took.Seconds())
		m.written.WithLabelValues(s).Add(float64(written))
	}
}

// method keeps what callers make up out of the labels.
func method(name string) string {
	switch name {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return name
	}
	return "other"
}

// class is 1xx to 5xx, or "none" where there was no answer.
func class(status int) string {
	classes := [...]string{"none", "1xx", "2xx", "3xx", "4xx", "5xx"}
	if i := status / 100; i > 0 && i < len(classes) {
		return classes[i]
	}
	return classes[0]
}

// Handler serves the metrics in the formats Prometheus reads.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, EnableOpenMetrics: true, Registry: m.Registry})
}

// Serve serves /metrics on an address of its own until stop is called, and returns where. A program is not worth less
// for a port that is taken: then it warns, and the address is nil.
func (m *Metrics) Serve(ctx context.Context, address string, log *slog.Logger) (addr net.Addr, stop func()) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		log.WarnContext(ctx, "metrics are not served: give another address with --metrics-listen", "address", address, "error", err)
		return nil, func() {}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler())
	server := web.NewServer(mux, log)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(ln); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.Warn("metrics are served no longer", "error", err)
		}
	}()
	return ln.Addr(), func() {
		_ = server.Close()
		<-done
	}
}
