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
	got := make(chan string, 8)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.URL.Path + " " + string(body)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	tracing, err := StartTracing(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	h := tracing.Wrap(func(*http.Request) string { return "odata" }, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", "/api", nil)
	r.Header.Set("Authorization", "rest_api_key=0123456789")
	h.ServeHTTP(httptest.NewRecorder(), r)
	if err := tracing.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := <-got
	if !strings.HasPrefix(sent, "/v1/traces ") || !strings.Contains(sent, "GET odata") || !strings.Contains(sent, "provost") {
		t.Errorf("%q", sent)
	}
	if strings.Contains(sent, "0123456789") {
		t.Error("the span holds the credential")
	}
}
