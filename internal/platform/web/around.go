package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Recover turns a panic into a 500 written by answer, and logs it with its stack, which nobody else gets to see. An
// answer that has begun can only be broken off. http.ErrAbortHandler passes through.
func Recover(answer Answer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := record(w)
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			slog.ErrorContext(r.Context(), "panic in a request", "method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			if rec.status != 0 {
				panic(http.ErrAbortHandler)
			}
			answer(rec, r, fmt.Errorf("panic: %v", p))
		}()
		next.ServeHTTP(rec, r)
	})
}

// Observe calls done after each request with the status answered (0 when the connection was taken over or broken
// off), how many bytes of body were written and how long it took.
func Observe(done func(r *http.Request, status int, written int64, took time.Duration), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		rec := record(w)
		returned := false
		defer func() {
			status := rec.status
			if status == 0 && returned {
				status = http.StatusOK // a handler that writes nothing
			}
			done(r, status, rec.written, time.Since(begin))
		}()
		next.ServeHTTP(rec, r)
		returned = true
	})
}

// InFlight lets at most limit requests in at once and answers the others with fault.Unavailable and a Retry-After of
// one second. What must answer always (health) stands outside.
func InFlight(limit int, answer Answer, next http.Handler) http.Handler {
	var inside atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer inside.Add(-1)
		if inside.Add(1) > int64(limit) {
			f := fault.New(fault.Unavailable, "too_many_requests_in_flight", "The server has too much to do at the moment. Try again.")
			f.RetryAfter = time.Second
			answer(w, r, f)
			return
		}
		if !strings.HasPrefix(r.Header.Get("Accept"), "text/event-stream") {
			next.ServeHTTP(w, r)
			return
		}
		f := &flight{ResponseWriter: w, leave: func() { inside.Add(-1) }}
		defer func() {
			if f.left.Load() {
				inside.Add(1) // what the count is about to lose, it has lost already
			}
		}()
		next.ServeHTTP(f, r)
	})
}

// flight is the writer of a request that may become a stream of events.
type flight struct {
	http.ResponseWriter
	left  atomic.Bool
	leave func()
}

// Unwrap gives http.ResponseController the rest.
func (f *flight) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// Streams takes a request that goes on for hours out of the count of InFlight: it waits more than it works. Whoever calls it has a
// limit of its own. Of a request that did not ask for text/event-stream it is no effect.
func Streams(w http.ResponseWriter) {
	for {
		if f, ok := w.(*flight); ok {
			if f.left.CompareAndSwap(false, true) {
				f.leave()
			}
			return
		}
		inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return
		}
		w = inner.Unwrap()
	}
}

var (
	nosniff  = []string{"nosniff"}
	referrer = []string{"same-origin"}
	deny     = []string{"DENY"}
	policy   = []string{"default-src 'none'; frame-ancestors 'none'"}
	opener   = []string{"same-origin"}
	hsts     = []string{"max-age=31536000"}
)

// Headers sets what every answer carries against sniffing, framing and leaking addresses, and, on secure
// connections, that only those be used for a year. The content security policy allows nothing: pages set their own.
func Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["X-Content-Type-Options"] = nosniff
		h["Referrer-Policy"] = referrer
		h["X-Frame-Options"] = deny
		h["Content-Security-Policy"] = policy
		h["Cross-Origin-Opener-Policy"] = opener
		if Secure(r.Context()) {
			h["Strict-Transport-Security"] = hsts
		}
		next.ServeHTTP(w, r)
	})
}

// recorder remembers what was answered. Unwrap gives http.ResponseController the rest.
type recorder struct {
	http.ResponseWriter
	status  int
	written int64
}

// record wraps a writer, unless it is one of ours already.
func record(w http.ResponseWriter) *recorder {
	if rec, ok := w.(*recorder); ok {
		return rec
	}
	return &recorder{ResponseWriter: w}
}

func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 { // 1xx are not the answer
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(b)
	rec.written += int64(n)
	return n, err
}

// Flush is for handlers that ask for http.Flusher instead of a ResponseController.
func (rec *recorder) Flush() {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	_ = http.NewResponseController(rec.ResponseWriter).Flush()
}
