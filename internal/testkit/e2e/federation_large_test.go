package e2e_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// mostRead is how much of a form may leave the client: the half MiB that the program may hold, 8 MiB that it drops so that the client gets to
// see the answer, and what lies in the buffers of both sockets meanwhile.
const mostRead = 16 << 20

// TestLargeFormsAreBounded posts forms that are far too large: each is refused, no more of it is read than is bounded, the program needs no
// more memory for all of them at once, and others sign in meanwhile.
func TestLargeFormsAreBounded(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		ten := "SAMLResponse=" + strings.Repeat("QUFB", 10<<20/4)
		once := func(path, body string) (testkit.Answer, time.Duration) {
			began := time.Now()
			a, err := f.Request(http.MethodPost, path, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, body)
			if err != nil {
				t.Fatalf("%s: the client gets to see no answer: %v", path, err)
			}
			return a, time.Since(began)
		}
		var took []time.Duration
		for range 20 {
			a, d := once(acs, ten)
			took = append(took, d)
			if got := f.refusal(t, "10 MiB", a); got != "body_too_large" {
				t.Errorf("10 MiB: %d, refused for %s", a.Status, got)
			}
		}
		slices.Sort(took)
		t.Logf("a form of 10 MiB is answered after %s in the middle, %s at most", took[len(took)/2].Round(time.Microsecond), took[len(took)-1].Round(time.Microsecond))
		for _, path := range []string{"/sso/" + f.id + "/acs", "/sso/finish", "/login", "/scim/v2/Users"} {
			if a, _ := once(path, ten); a.Status < 400 || a.Status > 499 {
				t.Errorf("%s: %d %.200s", path, a.Status, a.Body)
			}
		}
		within := peakMemory(t, f.PID())
		for what, body := range map[string]string{
			"just below the limit, of junk":     "SAMLResponse=" + strings.Repeat("QUFB", 510<<10/4),
			"just below the limit, of elements": samltestForm("<a>" + strings.Repeat("<b/>", 90<<10) + "</a>"),
			"just below the limit, of depth":    samltestForm(strings.Repeat("<b>", 60<<10) + strings.Repeat("</b>", 60<<10)),
			"of pairs":                          strings.Repeat("a=b&", 120<<10) + "SAMLResponse=x",
			"of escapes":                        "SAMLResponse=" + strings.Repeat("%41", 170<<10),
		} {
			began := time.Now()
			if a, _ := once(acs, body); a.Status != http.StatusForbidden {
				t.Errorf("%s: %d %.200s", what, a.Status, a.Body)
			}
			t.Logf("%s: %s", what, time.Since(began).Round(time.Microsecond))
		}
		for _, chunked := range []bool{false, true} {
			if sent := withoutEnd(t, f, chunked); sent > mostRead {
				t.Errorf("of an endless form (in chunks: %t) %d MiB are read", chunked, sent>>20)
			}
		}
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				a, err := f.Request(http.MethodPost, acs, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, ten)
				if err != nil || a.Status != http.StatusForbidden && a.Status != http.StatusServiceUnavailable {
					t.Errorf("40 at once: %v %d", err, a.Status)
				}
			})
		}
		if a := f.post(t, samltest.Post(f.aim("").Genuine(samltest.AssertionSigned), ""), ""); a.Status != http.StatusSeeOther {
			t.Errorf("meanwhile nobody signs in: %d %s", a.Status, a.Body)
		}
		all.Wait()
		peak := peakMemory(t, f.PID())
		t.Logf("%d MiB resident at most after 10 MiB each, %d MiB after forty at once", within, peak)
		if peak > maxMemory {
			t.Errorf("the program had %d MiB resident, more than %d", peak, maxMemory)
		}
	})
}

func samltestForm(document string) string {
	form := samltest.Post(document, "")
	return string(form.Body)
}

// withoutEnd sends a form that does not end, or says that it is a gibibyte long, and returns how many bytes went out before the program hung up.
func withoutEnd(t *testing.T, f *federated, chunked bool) int64 {
	t.Helper()
	at, err := url.Parse(f.Base)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	piece := strings.Repeat("A", 64<<10)
	length := "Content-Length: 1073741824"
	if chunked {
		length, piece = "Transfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n", len(piece), piece)
	}
	if _, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n%s\r\n\r\n", acs, at.Host, length); err != nil {
		t.Fatal(err)
	}
	var sent atomic.Int64
	var all sync.WaitGroup
	all.Go(func() {
		for range 1 << 14 { // a gibibyte
			n, err := io.WriteString(c, piece)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	switch {
	case errors.Is(err, syscall.ECONNRESET): // the answer was overtaken by the end of the connection
	case err != nil:
		t.Errorf("an endless form (in chunks: %t): %v", chunked, err)
	default:
		if answer.StatusCode < 400 || answer.StatusCode > 499 {
			t.Errorf("an endless form (in chunks: %t): %d", chunked, answer.StatusCode)
		}
		_ = answer.Body.Close()
	}
	all.Wait()
	return sent.Load()
}
