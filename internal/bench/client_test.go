package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

func TestResponsesAreReadWholeHoweverTheyArrive(t *testing.T) {
	large := strings.Repeat("0123456789", 20_000)
	cases := []struct {
		name, wire string
		status     int
		body       string
		close      bool
	}{
		{"a body of a stated length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", false},
		{"names in any case, blanks around values", "HTTP/1.1 200 OK\r\ncontent-LENGTH: \t5 \r\n\r\nhello", 200, "hello", false},
		{"a status without a reason", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404, "", false},
		{"no body where the status has none", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", false},
		{"chunks with extensions and a trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n", 200, "hello", false},
		{"an interim response is passed over", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", 201, "ok", false},
		{"a page larger than the first buffer", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(large), large), 200, large, false},
		{"the server says that it closes", "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy", 503, "busy", true},
		{"a body that ends with the connection", "HTTP/1.1 200 OK\r\n\r\nhello", 200, "hello", true},
		{"HTTP/1.0 closes unless it says otherwise", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for how, source := range map[string]io.Reader{
				"at once": strings.NewReader(c.wire), "byte by byte": iotest.OneByteReader(strings.NewReader(c.wire)),
			} {
				r := responseReader{source: source}
				got, err := r.next()
				if err != nil || got.status != c.status || string(got.body) != c.body || got.close != c.close {
					t.Errorf("%s: status %d, %d bytes, close %v, %v", how, got.status, len(got.body), got.close, err)
				}
			}
		})
	}
}

func TestResponsesFollowEachOtherOnOneConnection(t *testing.T) {
	var wire bytes.Buffer
	for i := range 50 {
		body := strings.Repeat("x", i*997)
		if i%3 == 0 {
			fmt.Fprintf(&wire, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			if body != "" {
				fmt.Fprintf(&wire, "%x\r\n%s\r\n", len(body), body)
			}
			fmt.Fprint(&wire, "0\r\n\r\n")
		} else {
			fmt.Fprintf(&wire, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
	}
	r := responseReader{source: iotest.HalfReader(&wire)}
	for i := range 50 {
		got, err := r.next()
		if err != nil || len(got.body) != i*997 {
			t.Fatalf("response %d: %d bytes, %v", i, len(got.body), err)
		}
	}
	if _, err := r.next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last: %v, want io.EOF", err)
	}
}

func TestWhatIsNotAResponseIsRefused(t *testing.T) {
	for name, wire := range map[string]string{
		"another protocol":             "SSH-2.0-OpenSSH\r\n\r\n",
		"a status of two digits":       "HTTP/1.1 20 OK\r\n\r\n",
		"a length that is no number":   "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"two lengths":                  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
		"a length and chunks":          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"an encoding it did not ask":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
		"a chunk without its size":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		"a chunk longer than its size": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n",
		"a body that breaks off":       "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
		"a head that breaks off":       "HTTP/1.1 200 OK\r\nContent",
		"a head without end":           "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			r := responseReader{source: strings.NewReader(wire)}
			if got, err := r.next(); err == nil || errors.Is(err, io.EOF) {
				t.Errorf("status %d, body %.20q, %v", got.status, got.body, err)
			}
		})
	}
}

func TestClientSpeaksToARealServerAndComesBack(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/close":
			w.Header().Set("Connection", "close")
		case "/stream":
			_, _ = w.Write([]byte("first,"))
			_ = http.NewResponseController(w).Flush()
		}
		fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.Path, body)
	}))
	defer server.Close()
	c := client{address: server.Listener.Addr().String()}
	defer c.drop()
	for _, path := range []string{"/plain", "/stream", "/close", "/again"} {
		got, err := c.do([]byte("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"))
		want := "POST " + path + " ab"
		if path == "/stream" {
			want = "first," + want
		}
		if err != nil || got.status != 200 || string(got.body) != want {
			t.Errorf("%s: status %d, body %q, %v", path, got.status, got.body, err)
		}
	}
}

// FuzzResponse holds the reader against net/http: what both take has the same status and body.
func FuzzResponse(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nrest", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2147483647\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		mine := responseReader{source: bytes.NewReader(wire)}
		got, err := mine.next()
		if err != nil {
			return
		}
		theirs := bufio.NewReader(bytes.NewReader(wire))
		for {
			want, err := http.ReadResponse(theirs, &http.Request{Method: http.MethodGet})
			if err != nil {
				return // the reader here looks at fewer headers
			}
			body, err := io.ReadAll(want.Body)
			if err != nil {
				return
			}
			if want.StatusCode < 200 {
				continue
			}
			if got.status != want.StatusCode || !bytes.Equal(got.body, body) {
				t.Errorf("status %d body %q, net/http has %d %q", got.status, got.body, want.StatusCode, body)
			}
			return
		}
	})
}
