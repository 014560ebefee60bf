package webhook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
)

const (
	maxAttempts = 13 // with the waits below about three days
	firstWait   = 5 * time.Second
	longestWait = 12 * time.Hour

	maxAnswer   = 64 << 10 // bytes of an answer that are read
	keptAnswer  = 1 << 10  // and kept
	maxAskedFor = 6 * time.Hour
)

// wait is how long to wait after an attempt, from 1: 5 s, 20 s, 80 s … 12 h, each a fifth more or less.
func (m *Module) wait(attempt int64) time.Duration {
	d := longestWait
	if attempt < 8 {
		d = min(firstWait<<(2*(attempt-1)), longestWait)
	}
	return d*4/5 + time.Duration(m.jitter()*float64(d)*2/5)
}

// attempt sends a delivery once and says how it ended.
func (o *outbox) attempt(ctx context.Context, d *delivery, w *Webhook, book *role.Book, who *principal.Principal) *result {
	r := &result{delivery: d}
	now := o.m.clock.Now()
	body, allowed, err := o.compose(ctx, d, w, book, who)
	var keys [][]byte
	if err == nil {
		keys, err = o.keys(w, now.UnixMicro())
	}
	switch {
	case ctx.Err() != nil:
		r.state, r.due, r.broken = pending, now.UnixMicro(), true
		return r
	case err != nil:
		r.error = err.Error()
	case !allowed:
		r.state, r.error = withheld, "the role of the webhook may not see the record any more"
		return r
	default:
		o.post(ctx, r, w, body, keys, now)
	}
	if r.state == "" && ctx.Err() != nil { // the server stops: the receiver may hear of it twice
		r.state, r.due, r.broken = pending, now.UnixMicro(), true
	}
	if r.state != "" {
		return r
	}
	if r.state = dead; d.attempts < maxAttempts && !r.gone {
		r.state = pending
		r.due = o.m.clock.Now().Add(max(o.m.wait(d.attempts), r.wait)).UnixMicro()
	}
	return r
}

// post makes the request.
func (o *outbox) post(ctx context.Context, r *result, w *Webhook, body []byte, keys [][]byte, now time.Time) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		r.error = "the URL cannot be read"
		return
	}
	at := now.Unix()
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("User-Agent", "Provost-Webhook/1")
	q.Header.Set("Webhook-Id", r.id)
	q.Header.Set("Webhook-Timestamp", strconv.FormatInt(at, 10))
	q.Header.Set("Webhook-Signature", signature(r.id, at, body, keys...))
	answer, err := o.m.client.Do(q)
	if err != nil {
		r.error = reason(err)
		return
	}
	defer answer.Body.Close()
	head, err := io.ReadAll(io.LimitReader(answer.Body, keptAnswer))
	r.response = clean(string(head))
	if err == nil { // the rest only so that the connection can be used again
		_, err = io.CopyN(io.Discard, answer.Body, maxAnswer-keptAnswer)
	}
	r.status = int64(answer.StatusCode)
	switch {
	case r.status >= 200 && r.status < 300:
		r.state = delivered // whatever becomes of the rest of the answer
		return
	case r.status == http.StatusGone:
		r.gone = true
	case r.status == http.StatusTooManyRequests, r.status == http.StatusServiceUnavailable:
		r.wait = retryAfter(answer.Header.Get("Retry-After"), now)
	}
	r.error = "the receiver answered " + strconv.Itoa(answer.StatusCode)
	if r.status >= 300 && r.status < 400 {
		r.error += "; redirects are not followed"
	}
	if err != nil && !errors.Is(err, io.EOF) {
		r.error += "; " + reason(err)
	}
}

// reason is an error of a request without the address, which may hold something secret.
func reason(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		if u.Timeout() {
			return "no answer in time"
		}
		err = u.Err
	}
	return clean(err.Error())
}

// retryAfter reads the header of that name, RFC 9110 section 10.2.3; 0 where it says nothing of use.
func retryAfter(text string, now time.Time) time.Duration {
	var d time.Duration
	if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32); err == nil {
		d = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxAskedFor)
}

// clean is a text as both engines keep it, at most as long as is kept of an answer.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if len(s) > keptAnswer {
		s = strings.ToValidUTF8(s[:keptAnswer], "")
	}
	return s
}
