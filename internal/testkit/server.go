// Package testkit starts the real program for tests, on either engine, and asks it things over HTTP. Scenario tables
// (scenario.go) read as the wire does: request, expected status, words that must and must not stand in the answer.
package testkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

var build = sync.OnceValues(func() (string, error) {
	root, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	dir, err := os.MkdirTemp("", "provost-test-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "provost")
	cmd := exec.Command("go", "build", "-o", binary, "./cmd/provost")
	cmd.Dir = filepath.Dir(strings.TrimSpace(string(root)))
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return binary, nil
})

// Binary builds the program once a test process and returns its path.
func Binary(tb testing.TB) string {
	tb.Helper()
	if given := os.Getenv("PROVOST_TEST_BINARY"); given != "" {
		return given
	}
	path, err := build()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

// Engines runs fn for each engine, as subtests "sqlite" and "postgres". dsn is "" for SQLite, else the DSN of a fresh
// control database.
func Engines(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, "") })
	if pgtest.Both() {
		t.Run("postgres", func(t *testing.T) { fn(t, pgtest.DSN(t)) })
	}
}

// Options say how to start the program.
type Options struct {
	Command string // "serve" (default) or "demo"
	DSN     string // control database on PostgreSQL; "" for SQLite
	Data    string // data folder; "" for a fresh one
	Args    []string
	Env     []string // NAME=VALUE, beside those of the test
}

// Server is the running program.
type Server struct {
	Base string // http://localhost:PORT
	Data string
	Cred map[string]any // of a demo

	options Options
	cmd     *exec.Cmd
	log     *lockedBuffer
	client  *http.Client
}

// Start runs the program and waits until it answers. It is stopped when the test ends.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	if o.Command == "" {
		o.Command = "serve"
	}
	if o.Data == "" {
		o.Data = filepath.Join(tb.TempDir(), "data")
	}
	s := &Server{Data: o.Data, options: o, client: &http.Client{Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true}}}
	tb.Cleanup(func() {
		s.Stop(tb)
		s.client.CloseIdleConnections()
	})
	s.run(tb, "127.0.0.1:0")
	return s
}

func (s *Server) run(tb testing.TB, listen string) {
	tb.Helper()
	args := append([]string{s.options.Command}, s.where()...)
	args = append(args, "--listen", listen, "--metrics-listen", "off")
	credentials := ""
	if s.options.Command == "demo" {
		credentials = filepath.Join(filepath.Dir(s.Data), filepath.Base(s.Data)+"-credentials.json")
		_ = os.Remove(credentials)
		args = append(args, "--credentials", credentials)
	}
	s.cmd = exec.Command(Binary(tb), append(args, s.options.Args...)...)
	s.log = &lockedBuffer{changed: make(chan struct{}, 1)}
	s.cmd.Env = append(os.Environ(), s.options.Env...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _, _ = s.cmd.Process.Wait(); close(ended) }()
	s.cmd.Cancel = func() error { <-ended; return nil }
	const sign = `erves http`
	deadline := time.NewTimer(60 * time.Second)
	defer deadline.Stop()
	for {
		if text := s.log.String(); strings.Contains(text, sign) {
			_, rest, _ := strings.Cut(text, "erves ")
			base, _, complete := strings.Cut(rest, "\n")
			if complete {
				s.Base = strings.TrimSpace(base)
				break
			}
		}
		select {
		case <-s.log.changed:
		case <-ended:
			tb.Fatalf("the program ended at once:\n%s", s.log)
		case <-deadline.C:
			tb.Fatalf("the program does not serve after a minute:\n%s", s.log)
		}
	}
	if credentials != "" {
		b, err := os.ReadFile(credentials)
		if err == nil {
			err = json.Unmarshal(b, &s.Cred)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func (s *Server) where() []string {
	args := []string{"--data", s.Data}
	if s.options.DSN != "" {
		args = append(args, "--database-url", s.options.DSN)
	}
	return args
}

// Stop ends the program as an operator would.
func (s *Server) Stop(tb testing.TB) { s.end(tb, syscall.SIGTERM) }

// Kill ends the program without a chance to do anything.
func (s *Server) Kill(tb testing.TB) { s.end(tb, syscall.SIGKILL) }

func (s *Server) end(tb testing.TB, with syscall.Signal) {
	tb.Helper()
	if s.cmd == nil {
		return
	}
	if err := s.cmd.Process.Signal(with); err != nil && !errors.Is(err, os.ErrProcessDone) {
		tb.Errorf("signal the program: %v", err)
	}
	_ = s.cmd.Cancel()
	s.cmd = nil
}

// Restart starts the program again on the same data and port.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	s.run(tb, "127.0.0.1:"+s.Base[strings.LastIndexByte(s.Base, ':')+1:])
}

// PID is the program's process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Log is what the program has printed since its last start.
func (s *Server) Log() string { return s.log.String() }

// Try runs a command of the program against the server's data and returns its exit code, output and errors.
func (s *Server) Try(tb testing.TB, args ...string) (code int, out, errors string) {
	tb.Helper()
	cmd := exec.Command(Binary(tb), append(args, s.where()...)...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	_ = cmd.Run()
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// Run runs a command with --json, which has to succeed, and returns what it printed.
func (s *Server) Run(tb testing.TB, args ...string) map[string]any {
	tb.Helper()
	code, out, errors := s.Try(tb, append(args, "--json")...)
	if code != 0 {
		tb.Fatalf("provost %s: exit %d: %s", strings.Join(args, " "), code, errors)
	}
	var result map[string]any
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		tb.Fatalf("provost %s: %v in %q", strings.Join(args, " "), err, out)
	}
	return result
}

// Key makes a REST API key with a role.
func (s *Server) Key(tb testing.TB, role string, args ...string) string {
	tb.Helper()
	return s.Run(tb, append([]string{"key", "create", "--role", role}, args...)...)["key"].(string)
}

// lockedBuffer keeps what the program prints.
type lockedBuffer struct {
	mu      sync.Mutex
	b       bytes.Buffer
	changed chan struct{}
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default:
	}
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
