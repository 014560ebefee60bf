package e2e_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit"
)

// TestAFloodOfRequestsKeepsNobodyOut begins ten thousand sign-ins and more from hundreds of addresses, none of which is ever answered: what
// is kept of them is bounded and is gone after ten minutes, and others sign in meanwhile and afterwards.
func TestAFloodOfRequestsKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		const most, ofOne, addresses, each = 10_000, 200, 220, 50
		f := federate(t, dsn)
		begin := func(c *http.Client) (carried bool) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.Base+"/sso/"+f.id+"/login", nil)
			if err != nil {
				t.Error(err)
				return false
			}
			a, err := c.Do(r)
			if err != nil {
				t.Error(err)
				return false
			}
			_ = a.Body.Close()
			if a.StatusCode != http.StatusSeeOther {
				t.Errorf("%d", a.StatusCode)
			}
			return strings.Contains(a.Header.Get("Set-Cookie"), "=v.")
		}
		carried := 0
		alone := clientAt(t, "127.1.0.1")
		for range ofOne + 50 { // one address: its first ones are kept here, the others in its browsers
			if begin(alone) {
				carried++
			}
		}
		if carried != 50 {
			t.Errorf("of one address %d requests are carried by browsers, want 50", carried)
		}
		began := time.Now()
		var all sync.WaitGroup
		var next atomic.Int64
		for range 16 {
			all.Go(func() {
				for n := next.Add(1) - 1; n < addresses; n = next.Add(1) - 1 {
					c := clientAt(t, fmt.Sprintf("127.2.%d.%d", n/200, 1+n%200))
					for range each {
						begin(c)
					}
				}
			})
		}
		all.Wait()
		t.Logf("%d requests took %s; the program had %d MiB resident at most", addresses*each, time.Since(began).Round(time.Millisecond), peakMemory(t, f.PID()))
		if peak := peakMemory(t, f.PID()); peak > maxMemory {
			t.Errorf("the program had %d MiB resident, more than %d", peak, maxMemory)
		}
		request, cookies := f.beginTo(t, "/desk") // somebody else, now
		if !strings.Contains(cookies, "=v.") {
			t.Errorf("more requests are kept than may be: %s", cookies)
		}
		form := post(f, f.aim(request).Message())
		if got := f.refusal(t, "without the cookie", f.post(t, form, "")); got != "in_response_to_unknown" {
			t.Errorf("without the cookie it is refused for %s", got)
		}
		done, session := f.finish(t, f.post(t, form, cookies), "")
		if done.Header.Get("Location") != "/desk" || f.login(t, session) != "ada@a.example" {
			t.Errorf("somebody else cannot sign in: %d %v %s", done.Status, done.Header, f.lastAttempt(t))
		}
		if got := f.refusal(t, "twice", f.post(t, post(f, f.aim(request).Message()), cookies)); got != "request_over" {
			t.Errorf("a request that its browser carries counts twice: %s", got)
		}
		now := time.Now()
		f.stopped(t, dsn, func(d *db.DB) {
			var n, last int64
			if err := d.QueryRow(t.Context(), `SELECT count(*), MAX(expires_at) FROM sso_request`).Scan(&n, &last); err != nil || n != most {
				t.Errorf("%d requests are kept, %v", n, err)
			}
			if end := time.UnixMicro(last); end.After(now.Add(10 * time.Minute)) {
				t.Errorf("they are kept until %s", end)
			}
		})
		f.store(t, dsn, `UPDATE sso_request SET expires_at = 1`) // ten minutes later
		if _, cookies = f.beginTo(t, "/desk"); strings.Contains(cookies, "=v.") {
			t.Error("requests that are over count among those that are open")
		}
		f.stopped(t, dsn, func(d *db.DB) {
			var n int64
			if err := d.QueryRow(t.Context(), `SELECT count(*) FROM sso_request`).Scan(&n); err != nil || n != 1 {
				t.Errorf("%d requests are kept, %v: those that are over are not gone", n, err)
			}
		})
	})
}

// clientAt is a client whose requests come from an address of this machine.
func clientAt(tb testing.TB, address string) *http.Client {
	tb.Helper()
	dial := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, to string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(to)
		if err != nil {
			return nil, err
		}
		return dial.DialContext(ctx, "tcp4", net.JoinHostPort("127.0.0.1", port))
	}}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
