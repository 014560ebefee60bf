package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/web"
)

func TestLogLinesSayWhoseRequestTheyBelongTo(t *testing.T) {
	var out bytes.Buffer
	log := NewLogger(&out, LogOptions{Context: func(context.Context) []slog.Attr { return []slog.Attr{slog.String("replica", "r1")} }})
	web.Arrive(nil, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx := principal.With(r.Context(), &principal.Principal{TenantID: "tenant-1", Login: "JDoe", RequestID: "not used"})
		log.With("part", "desk").InfoContext(ctx, "saved", "number", 7)
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	if line["tenant"] != "tenant-1" || line["login"] != "JDoe" || len(line["request"].(string)) != 36 || line["replica"] != "r1" || line["part"] != "desk" || line["number"] != 7.0 {
		t.Errorf("%s", out.Bytes())
	}
	out.Reset()
	ctx := principal.With(t.Context(), &principal.Principal{RequestID: "req-9"})
	log.InfoContext(ctx, "x")
	if !strings.Contains(out.String(), `"request":"req-9"`) || strings.Contains(out.String(), "tenant") {
		t.Errorf("%s", out.Bytes())
	}
}

func TestTheLogHoldsNoSecrets(t *testing.T) {
	made := secret.New(secret.KindKey)
	const password = "correct-horse-battery"
	for name, attrs := range map[string][]any{
		"Authorization":      {"Authorization", password},
		"cookie":             {"cookie", password},
		"Set-Cookie":         {"Set-Cookie", password},
		"password":           {"password", password},
		"new_password":       {"new_password", password},
		"secret":             {"secret", password},
		"client_secret":      {"client_secret", password},
		"X-ClientSecret":     {"X-ClientSecret", password},
		"key":                {"key", password},
		"api_key":            {"api_key", password},
		"access_token":       {"access_token", password},
		"in a group":         {slog.Group("request", "password", password)},
		"a list of headers":  {"headers", http.Header{"Authorization": {password}, "X-Clientsecret": {password}, "Accept": {"kept"}}},
		"a secret of ours":   {"value", made},
		"inside of a text":   {"note", "key " + made + " was refused"},
		"inside of an error": {"error", errors.New("refused " + made)},
	} {
		var out bytes.Buffer
		NewLogger(&out, LogOptions{}).Info("x", attrs...)
		if strings.Contains(out.String(), password) || strings.Contains(out.String(), made) {
			t.Errorf("%s: %s", name, out.Bytes())
		}
	}
	var out bytes.Buffer
	NewLogger(&out, LogOptions{}).Info("got "+made, "monkey", "kept1", "keyword", "kept2", "headers", http.Header{"Accept": {"kept3"}})
	if strings.Contains(out.String(), made) || !strings.Contains(out.String(), secret.Hint(made)+"…") {
		t.Errorf("in the message: %s", out.Bytes())
	}
	for _, kept := range []string{"kept1", "kept2", "kept3"} {
		if !strings.Contains(out.String(), kept) {
			t.Errorf("%s is gone: %s", kept, out.Bytes())
		}
	}
}

func TestMetrics(t *testing.T) {
	m := NewMetrics("1.2.3", "abc")
	addr, stop := m.Serve(t.Context(), "127.0.0.1:0", slog.New(slog.DiscardHandler))
	defer stop()
	done := m.Observe(func(r *http.Request) string { return "odata" })
	for status, name := range map[int]string{200: "GET", 404: "GET", 0: "GET", 201: "BREW"} {
		done(httptest.NewRequest(name, "/secret-path", nil), status, 100, time.Millisecond)
	}
	res, err := http.Get("http://" + addr.String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`provost_http_request_duration_seconds_count{method="GET",status="2xx",surface="odata"} 1`,
		`provost_http_request_duration_seconds_count{method="GET",status="4xx",surface="odata"} 1`,
		`provost_http_request_duration_seconds_count{method="GET",status="none",surface="odata"} 1`,
		`provost_http_request_duration_seconds_count{method="other",status="2xx",surface="odata"} 1`,
		`provost_http_response_bytes_total{surface="odata"} 400`,
		`provost_build_info{commit="abc",version="1.2.3"} 1`,
		`go_goroutines`,
	} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s is missing", want)
		}
	}
	if bytes.Contains(text, []byte("secret-path")) || bytes.Contains(text, []byte("BREW")) {
		t.Error("labels hold what callers make up")
	}
}

func TestATakenPortIsAWarning(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var out bytes.Buffer
	addr, stop := NewMetrics("", "").Serve(t.Context(), ln.Addr().String(), slog.New(slog.NewTextHandler(&out, nil)))
	stop()
	if addr != nil || !strings.Contains(out.String(), "level=WARN") || !strings.Contains(out.String(), "--metrics-listen") {
		t.Errorf("%v: %s", addr, out.Bytes())
	}
}

func TestTracingIsOffUnlessAskedFor(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
	tracing, err := StartTracing(t.Context(), "1")
	if err != nil || tracing.Enabled() {
		t.Fatalf("%v, enabled %v", err, tracing.Enabled())
	}
	if err := tracing.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTracingSendsASpanForEachRequest(t *testing.T) {
	type sent struct {
		path, kind, tenant string
		request            exportRequest
		text               string
	}
	got := make(chan sent, 8)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s := sent{path: r.URL.Path, kind: r.Header.Get("Content-Type"), tenant: r.Header.Get("X-Tenant"), text: string(body)}
		if err := json.Unmarshal(body, &s.request); err != nil {
			t.Errorf("%v in %s", err, body)
		}
		got <- s
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL+"/")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=a%20b, Authorization=Bearer%20t")
	tracing, err := StartTracing(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	h := tracing.Wrap(func(*http.Request) string { return "odata" }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
	}))
	r := httptest.NewRequest(http.MethodGet, "/api?rest_api_key=0123456789", nil)
	r.Header.Set("Authorization", "rest_api_key=0123456789")
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	h.ServeHTTP(httptest.NewRecorder(), r)
	if err := tracing.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := <-got
	if s.path != "/v1/traces" || s.kind != "application/json" || s.tenant != "a b" || strings.Contains(s.text, "0123456789") {
		t.Errorf("%+v", s)
	}
	if len(s.request.ResourceSpans) != 1 || len(s.request.ResourceSpans[0].ScopeSpans) != 1 || len(s.request.ResourceSpans[0].ScopeSpans[0].Spans) != 1 {
		t.Fatalf("not one span: %s", s.text)
	}
	if about := s.request.ResourceSpans[0].Resource.Attributes; !slices.ContainsFunc(about, func(a keyValue) bool {
		return a.Key == "service.name" && a.Value["stringValue"] == "provost"
	}) {
		t.Errorf("the resource is %v", about)
	}
	span := s.request.ResourceSpans[0].ScopeSpans[0].Spans[0]
	status := slices.IndexFunc(span.Attributes, func(a keyValue) bool { return a.Key == "http.response.status_code" })
	if span.Name != "GET odata" || span.Kind != 2 || span.TraceID != "0af7651916cd43dd8448eb211c80319c" || span.ParentSpanID != "b7ad6b7169203331" ||
		len(span.SpanID) != 16 || span.Status.Code != 2 || status < 0 || span.Attributes[status].Value["intValue"] != "502" || span.Start > span.End {
		t.Errorf("%+v", span)
	}
}

func TestACollectorIsNamedAsTheStandardSays(t *testing.T) {
	certificate := filepath.Join(t.TempDir(), "none.pem")
	if err := os.WriteFile(certificate, []byte("no PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env  map[string]string
		want string // the address; empty: refused
	}{
		"the base":               {map[string]string{"ENDPOINT": "http://c:4318"}, "http://c:4318/v1/traces"},
		"the variant for traces": {map[string]string{"ENDPOINT": "http://c:4318", "TRACES_ENDPOINT": "https://t/x"}, "https://t/x"},
		"no address":             {map[string]string{"ENDPOINT": "collector:4318"}, ""},
		"a timeout in words":     {map[string]string{"ENDPOINT": "http://c", "TIMEOUT": "ten"}, ""},
		"no such file":           {map[string]string{"ENDPOINT": "http://c", "CERTIFICATE": certificate + "x"}, ""},
		"no certificate":         {map[string]string{"ENDPOINT": "http://c", "CERTIFICATE": certificate}, ""},
	} {
		e, err := newExporter(func(name string) string { return c.env[strings.TrimPrefix(name, "OTEL_EXPORTER_OTLP_")] })
		if c.want == "" && err == nil || c.want != "" && (err != nil || e.address != c.want) {
			t.Errorf("%s: %+v %v", name, e, err)
		}
	}
}
