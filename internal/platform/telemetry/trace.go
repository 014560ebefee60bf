package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"

	"github.com/provost-itsm/provost/internal/platform/web"
)

// Tracing sends a span for each request to an OpenTelemetry collector, if somebody asked for it.
type Tracing struct{ provider *trace.TracerProvider }

// StartTracing begins to send spans where OTEL_EXPORTER_OTLP_ENDPOINT, or its variant for traces, says to (newExporter); without
// them nothing is started and nothing costs anything. Sampling and limits are read from the standard's variables too. A collector
// that cannot be reached only loses spans.
func StartTracing(ctx context.Context, version string) (*Tracing, error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return &Tracing{}, nil
	}
	exporter, err := newExporter(os.Getenv)
	if err != nil {
		return nil, fmt.Errorf("start tracing: %w", err)
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", "provost"), attribute.String("service.version", version)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("start tracing: %w", err)
	}
	return &Tracing{trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(about))}, nil
}

// Enabled reports whether spans are sent.
func (t *Tracing) Enabled() bool { return t.provider != nil }

// Wrap makes spans of a handler's requests, named by method and what surface says of them, as parts of the trace that the caller names
// in traceparent (W3C Trace Context). Their attributes are those of the semantic conventions for HTTP; a query, which may hold a
// credential, is not among them.
func (t *Tracing) Wrap(surface func(*http.Request) string, next http.Handler) http.Handler {
	if t.provider == nil {
		return next
	}
	tracer := t.provider.Tracer("provost/http")
	watched := web.Observe(func(r *http.Request, status int, written int64, _ time.Duration) {
		span := api.SpanFromContext(r.Context())
		span.SetAttributes(attribute.Int("http.response.status_code", status), attribute.Int64("http.response.body.size", written))
		if status == 0 || status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
	}, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme := "http"
		if web.Secure(r.Context()) {
			scheme = "https"
		}
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := tracer.Start(ctx, method(r.Method)+" "+surface(r), api.WithSpanKind(api.SpanKindServer), api.WithAttributes(
			attribute.String("http.request.method", method(r.Method)), attribute.String("url.path", r.URL.Path), attribute.String("url.scheme", scheme),
			attribute.String("server.address", r.Host), attribute.String("user_agent.original", r.UserAgent())))
		defer span.End()
		watched.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Stop sends what is left, for as long as the context lasts.
func (t *Tracing) Stop(ctx context.Context) error {
	if t.provider == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop tracing: %w", err)
	}
	return nil
}
