package telemetry

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"
)

// exporter sends spans as OTLP/HTTP with JSON (OpenTelemetry protocol specification 1.x, "OTLP/HTTP"), which collectors take at the
// address at which they take protobuf. The SDK's own exporter brings gRPC with it (docs/adr/0019).
type exporter struct {
	client  *http.Client
	address string
	headers http.Header
}

// newExporter reads the standard's variables, each with its variant for traces, which wins: OTEL_EXPORTER_OTLP_[TRACES_]ENDPOINT, HEADERS
// (name=value,…, percent-encoded), TIMEOUT (milliseconds) and CERTIFICATE (a PEM file).
func newExporter(getenv func(string) string) (*exporter, error) {
	of := func(name string) string {
		if v := getenv("OTEL_EXPORTER_OTLP_TRACES_" + name); v != "" {
			return v
		}
		return getenv("OTEL_EXPORTER_OTLP_" + name)
	}
	e := &exporter{client: &http.Client{Timeout: 10 * time.Second}, address: getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), headers: http.Header{}}
	if e.address == "" {
		e.address = strings.TrimSuffix(getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), "/") + "/v1/traces"
	}
	if u, err := url.Parse(e.address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is no http address of a collector", e.address)
	}
	for one := range strings.SplitSeq(of("HEADERS"), ",") {
		name, value, found := strings.Cut(one, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if name = strings.TrimSpace(name); err == nil && found && name != "" {
			e.headers.Set(name, value)
		}
	}
	if text := of("TIMEOUT"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_TIMEOUT is %q, not a number of milliseconds", text)
		}
		e.client.Timeout = time.Duration(n) * time.Millisecond
	}
	if file := of("CERTIFICATE"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the collector's certificate: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate in PEM", file)
		}
		e.client.Transport = &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	}
	return e, nil
}

// ExportSpans sends spans; those that a collector does not take are lost.
func (e *exporter) ExportSpans(ctx context.Context, spans []trace.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(request(spans))
	if err != nil {
		return fmt.Errorf("write spans: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("send spans: %w", err)
	}
	r.Header = e.headers.Clone()
	r.Header.Set("Content-Type", "application/json")
	answer, err := e.client.Do(r)
	if err != nil {
		return fmt.Errorf("send spans: %w", err)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20))
	if err = errors.Join(err, answer.Body.Close()); err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("the collector answers %s", answer.Status)
	}
	if err != nil {
		return fmt.Errorf("send spans: %w", err)
	}
	return nil
}

// Shutdown has nothing to do: every span was sent, or lost, before.
func (e *exporter) Shutdown(context.Context) error { return nil }

// The JSON of ExportTraceServiceRequest (opentelemetry-proto, trace/v1/trace.proto): ids in hexadecimal, 64-bit numbers as text.
type (
	exportRequest struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource struct {
			Attributes []keyValue `json:"attributes"`
		} `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	scopeSpans struct {
		Scope struct {
			Name string `json:"name"`
		} `json:"scope"`
		Spans []otlpSpan `json:"spans"`
	}
	otlpSpan struct {
		TraceID      string     `json:"traceId"`
		SpanID       string     `json:"spanId"`
		ParentSpanID string     `json:"parentSpanId,omitempty"`
		TraceState   string     `json:"traceState,omitempty"`
		Name         string     `json:"name"`
		Kind         int        `json:"kind"`
		Start        string     `json:"startTimeUnixNano"`
		End          string     `json:"endTimeUnixNano"`
		Attributes   []keyValue `json:"attributes"`
		Status       struct {
			Code    int    `json:"code,omitempty"`
			Message string `json:"message,omitempty"`
		} `json:"status"`
	}
	keyValue struct {
		Key   string         `json:"key"`
		Value map[string]any `json:"value"`
	}
)

// request puts spans, all of one process, into a request, one scope for each tracer.
func request(spans []trace.ReadOnlySpan) exportRequest {
	var of resourceSpans
	of.Resource.Attributes = keyValues(spans[0].Resource().Attributes())
	places := map[string]int{}
	for _, s := range spans {
		name := s.InstrumentationScope().Name
		at, known := places[name]
		if !known {
			at = len(of.ScopeSpans)
			places[name] = at
			of.ScopeSpans = append(of.ScopeSpans, scopeSpans{})
			of.ScopeSpans[at].Scope.Name = name
		}
		of.ScopeSpans[at].Spans = append(of.ScopeSpans[at].Spans, spanOf(s))
	}
	return exportRequest{[]resourceSpans{of}}
}

func spanOf(s trace.ReadOnlySpan) otlpSpan {
	c := s.SpanContext()
	out := otlpSpan{
		TraceID: c.TraceID().String(), SpanID: c.SpanID().String(), TraceState: c.TraceState().String(), Name: s.Name(), Kind: int(s.SpanKind()),
		Start: strconv.FormatInt(s.StartTime().UnixNano(), 10), End: strconv.FormatInt(s.EndTime().UnixNano(), 10), Attributes: keyValues(s.Attributes()),
	}
	if s.SpanKind() == api.SpanKindUnspecified {
		out.Kind = int(api.SpanKindInternal)
	}
	if s.Parent().HasSpanID() {
		out.ParentSpanID = s.Parent().SpanID().String()
	}
	switch s.Status().Code { // the numbers of the protocol are not those of the SDK
	case codes.Ok:
		out.Status.Code = 1
	case codes.Error:
		out.Status.Code = 2
	}
	out.Status.Message = s.Status().Description
	return out
}

func keyValues(all []attribute.KeyValue) []keyValue {
	out := make([]keyValue, 0, len(all))
	for _, a := range all {
		value := map[string]any{}
		switch a.Value.Type() {
		case attribute.BOOL:
			value["boolValue"] = a.Value.AsBool()
		case attribute.INT64:
			value["intValue"] = strconv.FormatInt(a.Value.AsInt64(), 10)
		case attribute.FLOAT64:
			value["doubleValue"] = a.Value.AsFloat64()
		default:
			value["stringValue"] = a.Value.String()
		}
		out = append(out, keyValue{string(a.Key), value})
	}
	return out
}
