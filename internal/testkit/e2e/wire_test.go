package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

// dial opens a connection to the server that ends with the test.
func dial(tb testing.TB, s *testkit.Server) net.Conn {
	tb.Helper()
	_, port, _ := strings.Cut(strings.TrimPrefix(s.Base, "http://"), ":")
	c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

// raw sends bytes as they are on a connection of their own and reads the first answer. half closes our side after them.
func raw(tb testing.TB, s *testkit.Server, method string, half bool, text string) (testkit.Answer, error) {
	tb.Helper()
	c := dial(tb, s)
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		tb.Fatal(err)
	}
	go func() { // the server may answer and close before it has read all
		_, _ = io.WriteString(c, text)
		if half {
			_ = c.(*net.TCPConn).CloseWrite()
		}
	}()
	return answer(c, method)
}

// answer reads an answer to a request of that method.
func answer(c io.Reader, method string) (testkit.Answer, error) {
	response, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		return testkit.Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return testkit.Answer{Status: response.StatusCode, Header: response.Header, Body: body}, err
}

// leaks are words of our insides: stacks, SQL, drivers, paths.
var leaks = []string{"goroutine", ".go:", "panic", "SELECT ", "INSERT ", "UPDATE ", "rec_", "fts_", "SQLSTATE", "sqlite", "pgx", "postgres", "constraint", "runtime error", "github.com"}

// refusedProperly wants one of the statuses, in the shape of the surface, short, and without our insides.
func refusedProperly(what string, a testkit.Answer, statuses ...int) error {
	right := false
	for _, s := range statuses {
		right = right || a.Status == s
	}
	if !right {
		return fmt.Errorf("%s: %d %.300s, want %v", what, a.Status, a.Body, statuses)
	}
	for _, leak := range leaks {
		if bytes.Contains(a.Body, []byte(leak)) {
			return fmt.Errorf("%s: the answer holds %q: %.600s", what, leak, a.Body)
		}
	}
	if len(a.Body) > 64<<10 {
		return fmt.Errorf("%s: the answer has %d bytes", what, len(a.Body))
	}
	if a.Status < 400 {
		return nil
	}
	var status struct {
		Code, Description *string
		Message           []string
		Help              *string
	}
	d := json.NewDecoder(bytes.NewReader(a.Body))
	if err := d.Decode(&status); err != nil || status.Code == nil || !strings.HasPrefix(*status.Code, "ISM_") || status.Description == nil ||
		len(status.Message) == 0 || status.Message[0] == "" || status.Help == nil || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		return fmt.Errorf("%s: %d has not the shape of the surface: %s %.300s", what, a.Status, a.Header.Get("Content-Type"), a.Body)
	}
	return nil
}

// request is the text of a request with a body, complete and well-formed.
func request(method, path, key, body string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: REST %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		method, path, key, len(body), body)
}
