package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// logged collects what is logged while the test runs.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var text bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &text
}

func TestAPanicIsLoggedAndNeverShown(t *testing.T) {
	log := logged(t)
	h := Recover(Problem, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("password=hunter2") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "hunter2") || strings.Contains(w.Body.String(), ".go:") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "hunter2") || !strings.Contains(log.String(), "around_test.go") {
		t.Errorf("the log lacks the panic or its stack: %s", log)
	}
}

func TestAPanicInTheMiddleOfAnAnswerBreaksItOff(t *testing.T) {
	logged(t)
	server := httptest.NewServer(Recover(Problem, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
		panic("late")
	})))
	defer server.Close()
	res, err := http.Get(server.URL)
	if err == nil {
		_, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	if err == nil {
		t.Error("the client takes half an answer for a whole one")
	}
}

func TestAnAbortPassesThrough(t *testing.T) {
	log := logged(t)
	defer func() {
		if err, ok := recover().(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("recovered %v", err)
		}
		if log.Len() > 0 {
			t.Errorf("logged: %s", log)
		}
	}()
	Recover(Problem, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestObserve(t *testing.T) {
	logged(t)
	type seen struct {
		Status  int
		Written int64
	}
	for name, tc := range map[string]struct {
		h    http.HandlerFunc
		want seen
	}{
		"nothing written":         {func(http.ResponseWriter, *http.Request) {}, seen{200, 0}},
		"a body":                  {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "abc") }, seen{200, 3}},
		"a status":                {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, seen{204, 0}},
		"the first status counts": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.WriteHeader(200) }, seen{404, 0}},
		"a hint is no answer":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(201) }, seen{201, 0}},
		"a flush":                 {func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() }, seen{200, 0}},
		"a panic":                 {func(http.ResponseWriter, *http.Request) { panic("x") }, seen{500, -1}},
	} {
		var got seen
		h := Observe(func(_ *http.Request, status int, written int64, _ time.Duration) { got = seen{status, written} }, Recover(Problem, tc.h))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		if tc.want.Written < 0 {
			got.Written = -1
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		h := InFlight(2, Problem, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
		call := func() *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			return w
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if w := call(); w.Code != 200 {
					t.Errorf("within the limit: %d", w.Code)
				}
			})
		}
		synctest.Wait()
		if w := call(); w.Code != 503 || w.Header().Get("Retry-After") != "1" {
			t.Errorf("beyond the limit: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		close(release)
		wg.Wait()
		if w := call(); w.Code != 200 {
			t.Errorf("when there is room again: %d", w.Code)
		}
	})
}

func TestHeaders(t *testing.T) {
	h := Headers(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for name, secure := range map[string]bool{"plain": false, "secure": true} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", map[bool]string{false: "http://x/", true: "https://x/"}[secure], nil)
		Arrive(nil, h).ServeHTTP(w, r)
		for _, header := range []string{"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy"} {
			if w.Header().Get(header) == "" {
				t.Errorf("%s: %s is missing", name, header)
			}
		}
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != secure {
			t.Errorf("%s: Strict-Transport-Security %v", name, got)
		}
	}
}

func TestCheckOrigin(t *testing.T) {
	cookie := http.Header{"Cookie": {"SID=x"}}
	with := func(name, value string, more ...string) http.Header {
		h := cookie.Clone()
		h.Set(name, value)
		for i := 0; i < len(more); i += 2 {
			h.Set(more[i], more[i+1])
		}
		return h
	}
	for _, tc := range []struct {
		name, method string
		headers      http.Header
		refused      bool
	}{
		{"no cookie, so nothing to abuse", "POST", http.Header{"Sec-Fetch-Site": {"cross-site"}}, false},
		{"an Authorization header beats the cookie", "POST", with("Sec-Fetch-Site", "cross-site", "Authorization", "REST x"), false},
		{"reading", "GET", with("Sec-Fetch-Site", "cross-site"), false},
		{"no browser", "POST", cookie, false},
		{"our own page", "POST", with("Sec-Fetch-Site", "same-origin"), false},
		{"typed by hand", "POST", with("Sec-Fetch-Site", "none"), false},
		{"another site", "POST", with("Sec-Fetch-Site", "cross-site"), true},
		{"a sister host", "DELETE", with("Sec-Fetch-Site", "same-site"), true},
		{"an old browser on our page", "PATCH", with("Origin", "https://desk.example"), false},
		{"an old browser on another page", "PATCH", with("Origin", "https://evil.example"), true},
		{"an old browser in a sandbox", "PUT", with("Origin", "null"), true},
	} {
		r := httptest.NewRequest(tc.method, "https://desk.example/api", nil)
		r.Header = tc.headers
		w := httptest.NewRecorder()
		CrossOrigin(Problem, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		if refused := w.Code == 403; refused != tc.refused || refused && !strings.Contains(w.Body.String(), `"code":"cross_origin"`) {
			t.Errorf("%s: %d %s", tc.name, w.Code, w.Body)
		}
	}
}

func TestProblem(t *testing.T) {
	log := logged(t)
	w := httptest.NewRecorder()
	f := fault.New(fault.RateLimited, "slow_down", "Slow down <please>.").WithField("name", "is %s", "missing")
	f.RetryAfter = 1500 * time.Millisecond
	Arrive(nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Problem(w, r, f) })).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"type": "about:blank", "title": "Too Many Requests", "status": 429.0, "detail": "Slow down <please>.", "code": "slow_down",
		"request_id": w.Header().Get("X-Request-Id"), "errors": []any{map[string]any{"field": "name", "message": "is missing"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if log.Len() > 0 {
		t.Errorf("a caller's fault is logged: %s", log)
	}
	w = httptest.NewRecorder()
	Problem(w, httptest.NewRequest("GET", "/", nil), errors.New("dial tcp: secret.internal refused"))
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret.internal") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if ref := w.Header().Get("X-Request-Id"); ref == "" || !strings.Contains(w.Body.String(), ref) || !strings.Contains(log.String(), ref) || !strings.Contains(log.String(), "secret.internal") {
		t.Errorf("answer and log are not connected: %s %s", w.Body, log)
	}
}

func TestAStreamOfEventsIsNotCounted(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	h := InFlight(1, Problem, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/stream" {
			return
		}
		Streams(record(w)) // whatever wraps it
		inside <- struct{}{}
		<-leave
	}))
	ask := func(path string) int {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept", "text/event-stream")
		h.ServeHTTP(w, r)
		return w.Code
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { ask("/stream") })
		<-inside
	}
	if code := ask("/"); code != http.StatusOK {
		t.Errorf("beside two streams a request is answered %d", code)
	}
	close(leave)
	both.Wait()
	for range 3 { // and what they left is not counted twice
		if code := ask("/"); code != http.StatusOK {
			t.Errorf("after the streams a request is answered %d", code)
		}
	}
}
