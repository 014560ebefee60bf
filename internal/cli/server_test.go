package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// server is a running provost process.
type server struct {
	base  string
	where []string // what a command needs to find the same tenants
	dir   string
	links <-chan string // to set passwords, as printed; closed when the server has ended
	cmd   *exec.Cmd
	said  *log // its log
}

// log is what a process wrote so far.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Args = append([]string{"provost"}, args...) // TestMain goes by the name
	c.Dir = dir
	c.Env = append(os.Environ(), "PROVOST_METRICS_LISTEN=off")
	return c
}

// serve starts the real program and waits until it answers.
func serve(t *testing.T, dir string, where ...string) *server {
	t.Helper()
	c := program(t, dir, append([]string{"serve", "--listen", "127.0.0.1:0"}, where...)...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr log
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s := &server{where: where, dir: dir, cmd: c, said: &stderr}
	t.Cleanup(func() {
		if c.ProcessState != nil { // the test ended it
			return
		}
		_ = c.Process.Signal(syscall.SIGTERM)
		if err := c.Wait(); err != nil {
			t.Errorf("the server ended with %v: %s", err, stderr.String())
		}
	})
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("the server said nothing: %v: %s", err, stderr.String())
	}
	port := regexp.MustCompile(`:\d+\n$`).FindString(line)
	if port == "" {
		t.Fatalf("the server said %q", line)
	}
	s.base = "http://127.0.0.1" + strings.TrimSpace(port)
	links := make(chan string, 1)
	go func() {
		defer close(links)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if strings.Contains(line, "/set-password#") {
				links <- strings.TrimSpace(line)
			}
		}
	}()
	s.links = links
	return s
}

// command runs an administrative command and returns its JSON.
func command(t *testing.T, dir string, args ...string) map[string]any {
	t.Helper()
	c := program(t, dir, append(args, "--json")...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("provost %s: %v: %s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	var v map[string]any
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("provost %s printed %q: %v", strings.Join(args, " "), out, err)
	}
	return v
}

func (s *server) command(t *testing.T, args ...string) map[string]any {
	t.Helper()
	return command(t, s.dir, append(args, s.where...)...)
}

// ask makes a request to a host with a key.
func (s *server) ask(method, host, path, key, body string) (int, string, error) {
	r, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Host = host
	r.Header.Set("Authorization", "rest_api_key="+key)
	r.Header.Set("Content-Type", "application/json")
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	return a.StatusCode, string(b), err
}

func TestTenantsDoNotMeet(t *testing.T) {
	for name, c := range map[string]struct{ control, a, b bool }{ // true: on PostgreSQL
		"both SQLite":          {false, false, false},
		"both PostgreSQL":      {true, false, false}, // beside the control database
		"one of each":          {false, false, true},
		"one of each, swapped": {false, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			where := []string{"--data", "d"}
			if c.control {
				where = append(where, "--database-url", pgtest.DSN(t))
			}
			create := func(name string, postgres bool) {
				args := append([]string{"tenant", "create", name, "--host", name + ".test"}, where...)
				if postgres {
					args = append(args, "--dsn", pgtest.DSN(t))
				}
				command(t, dir, args...)
			}
			create("a", c.a)
			create("b", c.b)
			if c.control {
				t.Cleanup(func() {
					command(t, dir, append([]string{"tenant", "delete", "b"}, where...)...) // its database lies beside
				})
			}
			s := serve(t, dir, where...)
			keyA := s.command(t, "key", "create", "--tenant", "a")["key"].(string)
			keyB := s.command(t, "key", "create", "--tenant", "b")["key"].(string)
			const people = "/api/odata/businessobject/employees"
			onlyA := s.command(t, "user", "create", "only-a", "--role", "SelfService", "--tenant", "a")["rec_id"].(string)

			for _, q := range []struct {
				what, method, host, path, key string
				want                          int
				says, saysNot                 string
			}{
				{"a's key at a", "GET", "a.test", people, keyA, 200, "only-a", ""},
				{"b's key at b", "GET", "b.test", people, keyB, 200, "", "only-a"},
				{"a's key at b", "GET", "b.test", people, keyA, 401, "ISM_4001", "only-a"},
				{"b's key at a", "GET", "a.test", people, keyB, 401, "ISM_4001", "only-a"},
				{"a's record at b", "GET", "b.test", people + "('" + onlyA + "')", keyB, 400, "ISM_", "only-a"},
				{"deleting a's record at b", "DELETE", "b.test", people + "('" + onlyA + "')", keyB, 400, "ISM_", ""},
				{"a host nobody has", "GET", "c.test", people, keyA, 404, "ISM_4004", "only-a"},
				{"no host name but the address", "GET", "127.0.0.1", people, keyA, 404, "ISM_4004", "only-a"},
				{"a's record is still there", "GET", "A.TEST:80", people + "('" + onlyA + "')", keyA, 200, "only-a", ""},
			} {
				status, body, err := s.ask(q.method, q.host, q.path, q.key, "")
				if err != nil || status != q.want || !strings.Contains(body, q.says) || q.saysNot != "" && strings.Contains(body, q.saysNot) {
					t.Errorf("%s: %d %.300s %v, want %d", q.what, status, body, err, q.want)
				}
			}

			s.command(t, "tenant", "suspend", "b")
			if status, body, err := s.ask("GET", "b.test", people, keyB, ""); err != nil || status == 200 {
				t.Errorf("a suspended tenant is served: %d %s %v", status, body, err)
			}
			s.command(t, "tenant", "resume", "b")
			s.command(t, "tenant", "delete", "a")
			if status, body, err := s.ask("GET", "b.test", people, keyB, ""); err != nil || status != 200 {
				t.Errorf("b after a was deleted: %d %s %v", status, body, err)
			}
			if status, body, err := s.ask("GET", "b.test", people, keyA, ""); err != nil || status != 401 {
				t.Errorf("the key of a deleted tenant: %d %s %v", status, body, err)
			}
		})
	}
}

func TestBackupWhileClientsWrite(t *testing.T) {
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			where := []string{"--data", "d"}
			if postgres {
				where = append(where, "--database-url", pgtest.DSN(t))
				t.Cleanup(func() { command(t, dir, append([]string{"tenant", "delete", "default"}, where...)...) })
			}
			s := serve(t, dir, where...)
			key := s.command(t, "key", "create")["key"].(string)
			var (
				written atomic.Int64
				wg      sync.WaitGroup
				enough  = make(chan struct{})
				once    sync.Once
				stop    = make(chan struct{})
			)
			for i := range 64 {
				wg.Go(func() {
					for n := 0; ; n++ {
						select {
						case <-stop:
							return
						default:
						}
						body := fmt.Sprintf(`{"LoginID":"w%d-%d","LastName":"Writer"}`, i, n)
						status, answer, err := s.ask("POST", "localhost", "/api/odata/businessobject/employees", key, body)
						if err != nil || status != 201 {
							t.Errorf("create: %d %s %v", status, answer, err)
							once.Do(func() { close(enough) })
							return
						}
						if written.Add(1) == 500 {
							once.Do(func() { close(enough) })
						}
					}
				})
			}
			select {
			case <-enough:
			case <-time.After(time.Minute):
				t.Error("500 writes took more than a minute")
			}
			before := written.Load()
			s.command(t, "backup", "b.zip")
			after := written.Load()
			close(stop)
			wg.Wait()
			if after == before {
				t.Error("nobody wrote during the backup")
			}

			keys := filepath.Join("d", "keys.json")
			command(t, dir, "restore", "b.zip", "--data", "r", "--keys", keys)
			report := command(t, dir, "doctor", "--audit", "--data", "r", "--keys", keys)
			if report["ok"] != true {
				t.Errorf("the restored data: %v", report)
			}
			for _, f := range report["checks"].([]any) {
				f := f.(map[string]any)
				var n int64
				if f["check"] == "totals" && f["tenant"] == "default" {
					if _, err := fmt.Sscanf(f["detail"].(string), "%d", &n); err != nil || n < before {
						t.Errorf("%s restored, %d were acknowledged before the backup began", f["detail"], before)
					}
				}
			}
		})
	}
}

func TestFirstStartLink(t *testing.T) {
	s := serve(t, t.TempDir(), "--data", "d")
	link := <-s.links
	_, code, _ := strings.Cut(link, "#")
	use := func(password string) (int, string) {
		form := url.Values{"code": {code}, "password": {password}, "again": {password}}
		a, err := http.PostForm(s.base+"/set-password", form)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		b, _ := io.ReadAll(a.Body)
		return a.StatusCode, string(b)
	}
	signIn := func(password string) int {
		body := fmt.Sprintf(`{"tenant":"localhost","username":"admin","password":%q,"role":"Admin"}`, password)
		status, _, err := s.ask("POST", "localhost", "/api/rest/authentication/login", "", body)
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	if got := signIn("correct horse battery"); got != 400 {
		t.Errorf("signing in before a password is set: %d, want 400", got)
	}
	if status, body := use("short"); status != 400 || strings.Contains(body, "goroutine") {
		t.Errorf("a short password: %d, want 400", status)
	}
	if status, body := use("correct horse battery"); status != 200 {
		t.Errorf("the link: %d %s, want 200", status, body)
	}
	if status, _ := use("another horse battery"); status != 400 {
		t.Errorf("the link a second time: %d, want 400", status)
	}
	if got := signIn("correct horse battery"); got != 400 {
		t.Errorf("signing in with a password alone, which an administrator may not: %d, want 400", got)
	}
	s.command(t, "setting", "set", "sign_in.second_factor", "off")
	if got := signIn("correct horse battery"); got != 200 {
		t.Errorf("signing in: %d, want 200", got)
	}
	if strings.Contains(s.said.String(), code) {
		t.Error("the log holds the link")
	}
}

func TestKilledServerLeavesNothingInTheWay(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir, "--data", "d")
	s.command(t, "user", "create", "ada", "--role", "SelfService")
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
	if got := fmt.Sprint(s.command(t, "user", "list")["users"]); !strings.Contains(got, "ada") { // over the socket that is left
		t.Errorf("users after the kill: %s", got)
	}
	again := serve(t, dir, "--data", "d")
	if got := fmt.Sprint(again.command(t, "user", "list")["users"]); !strings.Contains(got, "ada") {
		t.Errorf("users after the restart: %s", got)
	}
	if report := again.command(t, "doctor", "--audit"); report["ok"] != true {
		t.Errorf("doctor: %v", report)
	}
}
