package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

const maxMemory = 300 // MiB the program may ever have resident

// target is a server with one record that nobody may change.
type target struct {
	client
	sentinel string
	before   string
}

func newTarget(t *testing.T, dsn string) *target {
	t.Helper()
	s := testkit.Start(t, testkit.Options{DSN: dsn})
	t.Cleanup(func() { erase(t, s) })
	x := &target{client: client{Server: s, key: s.Key(t, "Admin")}}
	a := x.ask(t, http.MethodPost, incidents, `{"Subject":"Sentinel","Symptom":"as it was","TotalTimeSpent":7}`)
	if a.Status != http.StatusCreated {
		t.Fatalf("sentinel: %d %s", a.Status, a.Body)
	}
	x.sentinel = incidents + "('" + a.JSON()["RecId"].(string) + "')"
	x.before = x.state(t)
	return x
}

// state is what must stay: the numbers of records, the sentinel.
func (x *target) state(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, path := range []string{incidents + "?$top=1&$orderby=IncidentNumber", "/api/odata/businessobject/employees?$top=1&$orderby=RecId&$select=RecId", x.sentinel} {
		a := x.ask(t, http.MethodGet, path, "")
		fmt.Fprintf(&all, "%d %s\n", a.Status, a.Body)
	}
	return all.String()
}

// unchanged fails the test where something has changed since the last time.
func (x *target) unchanged(t *testing.T, what string) {
	t.Helper()
	now := x.state(t)
	if now != x.before {
		t.Errorf("%s has changed something:\n%s", what, cmp.Diff(x.before, now))
		x.before = now
	}
}

func TestBadInputIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		x := newTarget(t, dsn)
		for _, c := range badBodies() {
			status := max(c.status, http.StatusBadRequest)
			updates := c.status != createOnly
			for method, path := range map[string]string{http.MethodPost: incidents, http.MethodPatch: x.sentinel, http.MethodPut: "/HEAT" + x.sentinel} {
				if method != http.MethodPost && !updates {
					continue
				}
				a, err := raw(t, x.Server, method, false, request(method, path, x.key, c.body))
				if err == nil {
					err = refusedProperly(method+" "+c.name, a, status)
				}
				if err != nil {
					t.Error(err)
				}
			}
			x.unchanged(t, c.name)
		}
		for _, c := range badQueries() {
			a, err := raw(t, x.Server, c.method, false, request(c.method, c.path, x.key, ""))
			if err == nil {
				err = refusedProperly(c.name, a, c.statuses...)
			}
			if err != nil {
				t.Error(err)
			}
		}
		x.unchanged(t, "the queries")
		for _, c := range badWire(x) {
			a, err := raw(t, x.Server, c.method, c.half, c.text)
			switch {
			case err != nil:
				err = fmt.Errorf("%s: %w", c.name, err)
			case !c.plain:
				err = refusedProperly(c.name, a, c.statuses...)
			case !slices.Contains(c.statuses, a.Status):
				err = fmt.Errorf("%s: %d %.300s, want %v", c.name, a.Status, a.Body, c.statuses)
			}
			if err != nil {
				t.Error(err)
			}
		}
		x.unchanged(t, "what is no HTTP")
		flood(t, x)
		x.unchanged(t, "the flood")
		if a := x.ask(t, http.MethodPost, incidents, `{"Subject":"a good one"}`); a.Status != http.StatusCreated {
			t.Errorf("a create after all that: %d %.300s", a.Status, a.Body)
		}
		if peak := peakMemory(t, x.PID()); peak > maxMemory {
			t.Errorf("the program had %d MiB resident, more than %d", peak, maxMemory)
		} else {
			t.Logf("%d MiB at the most", peak)
		}
		healthy(t, x.Server, "default", 1)
		if log := x.Log(); strings.Contains(log, "panic") {
			t.Errorf("something panicked:\n%s", log)
		}
	})
}

// badRequest is a request that is wrong as HTTP, or at its border.
type badRequest struct {
	name, method, text string
	half               bool // we close our side after it
	plain              bool // refused by the HTTP server before any surface sees it
	statuses           []int
}

func badWire(x *target) []badRequest {
	const good = `{"Subject":"hostile"}`
	head := func(line string, headers ...string) string {
		return line + "\r\nHost: localhost\r\nAuthorization: REST " + x.key + "\r\nConnection: close\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n"
	}
	post, get := "POST "+incidents+" HTTP/1.1", "GET "+incidents+" HTTP/1.1"
	pad := strings.Repeat("x", 60<<10)
	bad := []int{400}
	return []badRequest{
		{"a header of 60 KB", "GET", "GET " + incidents + " HTTP/1.1\r\nHost: localhost\r\nX-Pad: " + pad + "\r\n\r\n", false, false, []int{401}},
		{"a header of 60 KB before a bad filter", "GET", head("GET "+incidents+"?$filter=x HTTP/1.1", "X-Pad: "+pad), false, false, bad},
		{"a credential of 60 KB", "GET", "GET " + incidents + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: REST " + pad + "\r\n\r\n", false, false, []int{401}},
		{"a cookie of 60 KB", "GET", "GET " + incidents + " HTTP/1.1\r\nHost: localhost\r\nCookie: SID=" + pad + "\r\n\r\n", false, false, []int{401}},
		{"two credentials", "GET", head(get, "Authorization: REST "+x.key), false, false, bad},
		{"headers of 1 MB", "GET", head(get, "X-Pad: "+strings.Repeat(pad, 17)), false, true, []int{431}},
		{"HTTP/1.0 with a bad body", "POST", "POST " + incidents + " HTTP/1.0\r\nAuthorization: REST " + x.key + "\r\nContent-Length: 1\r\n\r\n{", false, false, bad},
		{"HTTP/1.0 without a credential", "GET", "GET " + incidents + " HTTP/1.0\r\n\r\n", false, false, []int{401}},
		{"no Host", "GET", get + "\r\n\r\n", false, true, bad},
		{"two Hosts", "GET", head(get, "Host: other"), false, true, bad},
		{"HTTP/9.9", "GET", head("GET " + incidents + " HTTP/9.9"), false, true, []int{505}},
		{"no HTTP at all", "GET", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", false, true, bad},
		{"a blank in the name of a header", "GET", head(get, "X Pad: 1"), false, true, bad},
		{"a NUL in a header", "GET", head(get, "X-Pad: a\x00b"), false, true, bad},
		{"a broken escape in the path", "GET", head("GET " + incidents + "%zz HTTP/1.1"), false, true, bad},
		{"less than Content-Length says", "POST", head(post, "Content-Length: 1000") + good, true, false, bad},
		{"more than Content-Length says", "POST", head(post, "Content-Length: 5") + good, false, false, bad},
		{"Content-Length below zero", "POST", head(post, "Content-Length: -1") + good, false, true, bad},
		{"Content-Length of nonsense", "POST", head(post, "Content-Length: 1e3") + good, false, true, bad},
		{"two Content-Lengths", "POST", head(post, "Content-Length: 21", "Content-Length: 5") + good, false, true, bad},
		{"Content-Length of a terabyte", "POST", head(post, "Content-Length: 1099511627776") + good, true, false, []int{413}},
		{"no length", "POST", head(post) + good, false, false, bad},
		{"chunks of garbage", "POST", head(post, "Transfer-Encoding: chunked") + "ZZZ\r\n" + good + "\r\n0\r\n\r\n", true, false, bad},
		{"a chunk shorter than it says", "POST", head(post, "Transfer-Encoding: chunked") + "ff\r\n" + good + "\r\n0\r\n\r\n", true, false, bad},
		{"a chunk longer than it says", "POST", head(post, "Transfer-Encoding: chunked") + "3\r\n" + good + "\r\n0\r\n\r\n", true, false, bad},
		{"a chunk of 2^64", "POST", head(post, "Transfer-Encoding: chunked") + "fffffffffffffffff\r\n" + good, true, false, bad},
		{"chunks without an end", "POST", head(post, "Transfer-Encoding: chunked") + "15\r\n" + good + "\r\n", true, false, bad},
		{"2 MiB in chunks of one byte", "POST", head(post, "Transfer-Encoding: chunked") + strings.Repeat("1\r\nx\r\n", 2<<20) + "0\r\n\r\n", false, false, []int{413, 400}},
		{"an encoding nobody knows", "POST", head(post, "Transfer-Encoding: lzma") + good, false, true, []int{400, 501}},
		{"an expectation nobody knows", "POST", head(post, "Expect: miracles", "Content-Length: 21") + good, false, true, []int{417}},
		{"asking first with 2 MiB", "POST", head(post, "Expect: 100-continue", "Content-Length: 2097152"), false, false, []int{413}},
	}
}

// flood sends the worst bodies from many clients at once.
func flood(t *testing.T, x *target) {
	t.Helper()
	bodies := []string{
		`{"Symptom":` + strings.Repeat("[", 1_000_000), `{"Symptom":"` + strings.Repeat("x", 4<<20), strings.Repeat(" ", 1<<20),
		`{` + strings.TrimSuffix(strings.Repeat(`"a":1,`, 170_000), ",") + `}`, `{"Symptom":"` + strings.Repeat(`\u0000`, 170_000) + `"}`,
	}
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for j := range 4 {
				a, err := raw(t, x.Server, http.MethodPost, false, request(http.MethodPost, incidents, x.key, bodies[(i+j)%len(bodies)]))
				if err == nil {
					err = refusedProperly("flood", a, 400, 413, 503)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
