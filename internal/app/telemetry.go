package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/telemetry"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// NewLogger returns the server's log: what is logged for a request names its tenant.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return telemetry.NewLogger(w, telemetry.LogOptions{Level: level, Context: func(ctx context.Context) []slog.Attr {
		if h := tenant.From(ctx); h != nil {
			return []slog.Attr{slog.String("tenant", h.Name)}
		}
		return nil
	}})
}

// version is what the linker was told (-X, see the Makefile); nothing else writes it.
var version string

// Version returns the version of the program and the commit it was built from, as far as the build knows them.
func Version() (stated, commit string) {
	stated = version
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	if v := info.Main.Version; stated == "" && v != "(devel)" {
		stated = v
	}
	if stated == "" {
		stated = "development"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return stated, commit
}

// surface names the surface a request belongs to, for the dialect of errors, metrics and spans. There are few, whatever callers ask for.
func surface(r *http.Request) string {
	path := strings.ToLower(r.URL.Path)
	for strings.Contains(path, "//") { // as web.Fold takes them
		path = strings.ReplaceAll(path, "//", "/")
	}
	path = strings.TrimPrefix(path, "/heat")
	switch {
	case strings.HasPrefix(path, "/api/odata"):
		return "odata"
	case strings.HasPrefix(path, "/api/rest"):
		return "rest"
	case strings.HasPrefix(path, "/api/apigatewaydataservices"):
		return "data"
	case strings.HasPrefix(path, "/api/admin"):
		return "admin"
	case path == "/api/me/events": // lasts for hours and would spoil the times of the others
		return "events"
	case path == "/healthz", path == "/readyz":
		return "health"
	default:
		return "web"
	}
}

// observed measures and traces requests.
func (a *App) observed(next http.Handler) http.Handler {
	if a.tracing.Enabled() {
		next = a.tracing.Wrap(surface, next)
	}
	return web.Observe(a.metrics.Observe(surface), next)
}

// startTelemetry serves metrics and begins to trace where somebody asked for it.
func (a *App) startTelemetry(ctx context.Context) (stop func(context.Context), err error) {
	version, commit := Version()
	a.metrics = telemetry.NewMetrics(version, commit)
	a.metrics.Registry.MustRegister(a.Desk.Webhooks, a.Trust)
	if a.tracing, err = telemetry.StartTracing(ctx, version); err != nil {
		return nil, err
	}
	stopMetrics := func() {}
	if at := a.Config.MetricsListen; at != "off" {
		if at == "" {
			at = config.DefaultMetrics
		}
		_, stopMetrics = a.metrics.Serve(ctx, at, a.Log)
	}
	return func(ctx context.Context) {
		stopMetrics()
		if err := a.tracing.Stop(ctx); err != nil {
			a.Log.Warn("the last spans were not sent", "error", err)
		}
	}, nil
}
