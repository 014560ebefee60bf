package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// readyTime is how long a server has to say where it serves.
const readyTime = 60 * time.Second

// server is Provost in a process of its own on a data folder of its own.
type server struct {
	program     string // the executable
	data        string
	databaseURL string // control database on PostgreSQL; empty: SQLite in data
	profile     string // file for CPU profiles; empty: none
	command     *exec.Cmd
	exited      chan struct{}
	address     string // 127.0.0.1:PORT
}

// environment is that of this process without what would configure the server.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PROVOST_") })
}

// arguments adds what tells a command which data it is for.
func (s *server) arguments(words ...string) []string {
	words = append(words, "--data", s.data)
	if s.databaseURL != "" {
		words = append(words, "--database-url", s.databaseURL)
	}
	return words
}

// start starts the server on what its folder holds and waits until it serves.
func (s *server) start(ctx context.Context) error {
	words := s.arguments("serve", "--listen", "127.0.0.1:0", "--metrics-listen", "off")
	if s.profile != "" {
		words[0] = "bench-serve"
		words = append(words, "--cpu-profile", s.profile)
	}
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	defer log.Close()
	s.command = exec.CommandContext(ctx, s.program, words...)
	s.command.Env, s.command.Stderr = environment(), log
	out, err := s.command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	if err := s.command.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	port, exited, command := make(chan string, 1), make(chan struct{}), s.command
	s.exited = exited
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if base, ok := strings.CutPrefix(lines.Text(), "Provost serves "); ok {
				if u, err := url.Parse(base); err == nil {
					port <- u.Port()
				}
			}
		}
		_ = command.Wait() // how it ended does not matter: it was told to, or its log says why
		close(exited)
	}()
	select {
	case p := <-port:
		s.address = "127.0.0.1:" + p
		return nil
	case <-exited:
		return fmt.Errorf("the server ended at once: %s", s.lastWords())
	case <-time.After(readyTime):
		s.kill()
		return fmt.Errorf("the server did not serve within %s: %s", readyTime, s.lastWords())
	}
}

func (s *server) log() string { return filepath.Join(s.data, "..", "server.log") }

// lastWords returns the end of the server's log, for errors.
func (s *server) lastWords() string {
	b, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(b[max(0, len(b)-2000):]))
}

func (s *server) pid() int { return s.command.Process.Pid }

// kill ends the server as a crash does.
func (s *server) kill() {
	if s.command != nil {
		_ = s.command.Process.Kill() // it may have ended by itself
		<-s.exited
	}
}

// signal sends a signal; the server of a profile begins one at SIGUSR1 and writes it at SIGUSR2.
func (s *server) signal(sig syscall.Signal) { _ = s.command.Process.Signal(sig) }

// administer runs an administrative command and decodes the JSON it prints.
func (s *server) administer(ctx context.Context, stdin []byte, result any, words ...string) error {
	c := exec.CommandContext(ctx, s.program, append(s.arguments(words...), "--json")...)
	var out, problem bytes.Buffer
	c.Env, c.Stdin, c.Stdout, c.Stderr = environment(), bytes.NewReader(stdin), &out, &problem
	if err := c.Run(); err != nil {
		return fmt.Errorf("provost %s: %w: %s", strings.Join(words, " "), err, bytes.TrimSpace(problem.Bytes()))
	}
	if err := json.Unmarshal(out.Bytes(), result); err != nil {
		return fmt.Errorf("provost %s: %w: %.200q", strings.Join(words, " "), err, out.Bytes())
	}
	return nil
}

// key makes an API key that may do everything in a tenant.
func (s *server) key(ctx context.Context, tenant string) (string, error) {
	var k struct {
		Key string `json:"key"`
	}
	err := s.administer(ctx, nil, &k, "key", "create", "--role", "Admin", "--tenant", tenant)
	return k.Key, err
}

// tenants lists the tenants by name and id.
func (s *server) tenants(ctx context.Context) (map[string]string, error) {
	var list struct {
		Tenants []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"tenants"`
	}
	if err := s.administer(ctx, nil, &list, "tenant", "list"); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, t := range list.Tenants {
		out[t.Name] = t.ID
	}
	return out, nil
}

// databaseBytes returns what the control database and those of all tenants take.
func (s *server) databaseBytes(ctx context.Context) (size int64, err error) {
	if s.databaseURL != "" {
		d, err := db.Open(ctx, s.databaseURL, db.Options{})
		if err != nil {
			return 0, fmt.Errorf("measure the databases: %w", err)
		}
		defer d.Close()
		names, err := s.tenants(ctx)
		if err != nil {
			return 0, err
		}
		if err := d.QueryRow(ctx, "SELECT pg_database_size(current_database())").Scan(&size); err != nil {
			return 0, fmt.Errorf("measure the databases: %w", err)
		}
		for _, id := range names {
			var one int64
			name := "provost_" + strings.ReplaceAll(id, "-", "")
			if err := d.QueryRow(ctx, "SELECT pg_database_size($1::name)", name).Scan(&one); err != nil {
				return 0, fmt.Errorf("measure the databases: %w", err)
			}
			size += one
		}
		return size, nil
	}
	err = filepath.WalkDir(s.data, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && strings.Contains(e.Name(), ".db") {
			var info fs.FileInfo
			if info, err = e.Info(); err == nil {
				size += info.Size()
			}
		}
		if errors.Is(err, fs.ErrNotExist) { // SQLite removes its log when it likes
			return nil
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("measure the databases: %w", err)
	}
	return size, err
}

// remove erases the tenants where their databases lie outside the data folder, which the caller removes.
func (s *server) remove(ctx context.Context) error {
	if s.databaseURL == "" {
		return nil
	}
	names, err := s.tenants(ctx)
	if err != nil {
		return err
	}
	for name := range names {
		var state struct{}
		if err := s.administer(ctx, nil, &state, "tenant", "delete", name); err != nil {
			return err
		}
	}
	return nil
}
