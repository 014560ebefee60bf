package web

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// echo answers with the length of the body read, or with the error.
func echo(limit int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := ReadBody(w, r, limit)
		if err != nil {
			Problem(w, r, err)
			return
		}
		_, _ = io.WriteString(w, strings.Repeat("x", len(body)))
	})
}

func TestReadBody(t *testing.T) {
	server := httptest.NewServer(echo(1000))
	defer server.Close()
	for _, tc := range []struct {
		name    string
		size    int
		chunked bool
		status  int
	}{
		{"no body", 0, false, 200},
		{"below the limit", 999, false, 200},
		{"exactly the limit", 1000, false, 200},
		{"exactly the limit, chunked", 1000, true, 200},
		{"one byte more", 1001, false, 413},
		{"one byte more, chunked", 1001, true, 413},
		{"some megabytes more: the client reads the answer", 6 << 20, false, 413},
		{"some megabytes more, chunked", 6 << 20, true, 413},
	} {
		var body io.Reader = bytes.NewReader(make([]byte, tc.size))
		if tc.chunked {
			body = iotest.OneByteReader(io.LimitReader(zero{}, int64(min(tc.size, 5000))))
			if tc.size > 5000 {
				body = io.LimitReader(zero{}, int64(tc.size))
			}
		}
		res, err := http.Post(server.URL, "text/plain", body)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != tc.status || tc.status == 200 && len(text) != tc.size {
			t.Errorf("%s: %d with %d bytes, %v, want %d", tc.name, res.StatusCode, len(text), err, tc.status)
		}
	}
}

type zero struct{}

func (zero) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestABodyFarTooLargeEndsTheConnection(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/", io.LimitReader(zero{}, 100<<20))
	r.ContentLength = -1
	counted := &counter{r: r.Body}
	r.Body = io.NopCloser(counted)
	if _, err := ReadBody(w, r, 1000); !fault.Is(err, fault.TooLarge) {
		t.Errorf("%v", err)
	}
	if w.Header().Get("Connection") != "close" || counted.n > drainSize+2*firstRead {
		t.Errorf("read %d bytes, Connection %q", counted.n, w.Header().Get("Connection"))
	}
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

func TestWhoAsksFirstSendsNothingTooLarge(t *testing.T) {
	r := httptest.NewRequest("POST", "/", errorReader{t})
	r.ContentLength = 1 << 40
	r.Header.Set("Expect", "100-continue")
	if _, err := ReadBody(httptest.NewRecorder(), r, 1000); !fault.Is(err, fault.TooLarge) {
		t.Errorf("%v", err)
	}
}

type errorReader struct{ t *testing.T }

func (e errorReader) Read([]byte) (int, error) {
	e.t.Error("the body was asked for")
	return 0, io.EOF
}

func TestABodyThatBreaksOffIsTheClientsFault(t *testing.T) {
	r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("reset"))))
	if _, err := ReadBody(httptest.NewRecorder(), r, 1000); !fault.Is(err, fault.Invalid) || fault.Of(err).Code != "body_incomplete" {
		t.Errorf("%v", err)
	}
	server := httptest.NewServer(echo(1000))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, _ := io.ReadAll(conn)
	if !bytes.HasPrefix(answer, []byte("HTTP/1.1 400 ")) || !bytes.Contains(answer, []byte("body_incomplete")) {
		t.Errorf("%.200s", answer)
	}
}

func TestReadBodyTakesPlainTextOnly(t *testing.T) {
	for name, c := range map[string]struct {
		coding, body, want, refusal string
	}{
		"no coding":                 {"", "abc", "abc", ""},
		"as it is":                  {"Identity", "abc", "abc", ""},
		"compressed":                {"gzip", "\x1f\x8b", "", "The body is compressed with 'gzip'; send it as it is."},
		"compressed twice":          {"identity, br", "x", "", "The body is compressed with 'br'; send it as it is."},
		"a byte order mark":         {"", "\xef\xbb\xbf{}", "{}", ""},
		"nothing but the mark":      {"", "\xef\xbb\xbf", "", ""},
		"a mark in the middle":      {"", "{\xef\xbb\xbf}", "{\xef\xbb\xbf}", ""},
		"half a mark is the body's": {"", "\xef\xbb", "\xef\xbb", ""},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
		if c.coding != "" {
			r.Header.Set("Content-Encoding", c.coding)
		}
		got, err := ReadBody(httptest.NewRecorder(), r, 100)
		if c.refusal != "" {
			if !fault.Is(err, fault.Invalid) || err.Error() != c.refusal {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
