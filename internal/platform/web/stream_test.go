package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// streaming is a server that reads bodies by StreamBody and answers with their length.
func streaming(t *testing.T, done chan struct{}) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := StreamBody(w, r, done)
		if err == nil {
			var n int64
			n, err = io.Copy(io.Discard, b)
			b.Close()
			if err == nil {
				fmt.Fprint(w, n)
				return
			}
		}
		Problem(w, r, err)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestStreamBody(t *testing.T) {
	s := streaming(t, nil)
	for range 3 { // on one connection
		a, err := s.Client().Post(s.URL, "text/plain", strings.NewReader(strings.Repeat("x", 1<<20)))
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(a.Body)
		if a.Body.Close(); string(b) != "1048576" {
			t.Errorf("%d %s", a.StatusCode, b)
		}
	}
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123")
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	a, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || a.StatusCode != http.StatusBadRequest {
		t.Errorf("half a body: %v %v", a, err)
	}
}

func TestStreamBodyEndsWithItsTenant(t *testing.T) {
	done := make(chan struct{})
	s := streaming(t, done)
	r, w := io.Pipe()
	go func() {
		_, _ = w.Write([]byte("half"))
		close(done)
	}()
	a, err := s.Client().Post(s.URL, "text/plain", r)
	if err == nil {
		a.Body.Close()
		if a.StatusCode != http.StatusBadRequest {
			t.Errorf("%d", a.StatusCode)
		}
	}
	w.Close()
}

func TestPaceGivesAMinuteAndThenTheLeastRate(t *testing.T) {
	for _, c := range []struct {
		name  string
		ago   time.Duration
		moved int64
		want  time.Duration // from now
	}{
		{"at the beginning", 0, 0, pauseTime},
		{"nothing for half a minute", 30 * time.Second, 0, 30 * time.Second},
		{"nothing for a minute", time.Minute, 0, 0},
		{"fast", 10 * time.Second, 1 << 30, pauseTime},
		{"slow for long", 10 * time.Minute, 100 * leastRate, time.Minute + 100*time.Second - 10*time.Minute},
		{"at the least rate for long", 10 * time.Minute, 600 * leastRate, time.Minute},
	} {
		at := &deadlines{ResponseWriter: httptest.NewRecorder()}
		p := &pace{control: http.NewResponseController(at), reads: true, began: time.Now().Add(-c.ago), moved: c.moved}
		p.move(0)
		if got := time.Until(at.read).Round(time.Second); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	at := &deadlines{ResponseWriter: httptest.NewRecorder()}
	w := Paced(at, nil)
	if _, err := w.Write([]byte("x")); err != nil || !at.read.IsZero() || at.write.IsZero() {
		t.Errorf("an answer sets the deadline of reading: %v %v", at, err)
	}
	done := make(chan struct{})
	close(done)
	if _, err := Paced(at, done).Write([]byte("x")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("an answer goes on after its tenant: %v", err)
	}
}

// deadlines notes what is set.
type deadlines struct {
	http.ResponseWriter
	read, write time.Time
}

func (d *deadlines) SetReadDeadline(at time.Time) error  { d.read = at; return nil }
func (d *deadlines) SetWriteDeadline(at time.Time) error { d.write = at; return nil }

func TestRefusedDoesNotAskForABodyThatWaits(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", iotestError{})
	r.Header.Set("Expect", "100-continue")
	w := httptest.NewRecorder()
	Refused(w, r)
	if w.Header().Get("Connection") != "close" {
		t.Error("the connection stays open with a body to come")
	}
}

// iotestError must not be read.
type iotestError struct{}

func (iotestError) Read([]byte) (int, error) { return 0, errors.New("read") }
