package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
)

const (
	install   = "PostgreSQL 15 is needed for the tests: apt-get install postgresql-15"
	startTime = 60 * time.Second
)

// server is one PostgreSQL data folder and the process that may run on it.
type server struct {
	folder  string
	durable bool
	cleanup bool // the watchdog removes the folder
	as      *syscall.Credential
	lifting *os.File  // the pipe whose end tells the watchdog to stop the server
	watch   *exec.Cmd // the watchdog
}

// watchdog runs the server, its arguments, until its standard input ends, which the death of the test process also brings about;
// then it stops the server at once and removes the folder FOLDER, if one is given.
const watchdog = `"$@" & server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
[ -z "$FOLDER" ] || rm -rf "$FOLDER"`

// binary finds a program of PostgreSQL 15.
func binary(name string) (string, error) {
	const debian = "/usr/lib/postgresql/15/bin/"
	if _, err := os.Stat(debian + name); err == nil {
		return debian + name, nil
	}
	found, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s (%w)", install, err)
	}
	return found, nil
}

// newServer makes an empty data folder.
func newServer(durable, cleanup bool) (s *server, err error) {
	initdb, err := binary("initdb")
	if err != nil {
		return nil, err
	}
	s = &server{durable: durable, cleanup: cleanup}
	if s.as, err = unprivileged(); err != nil {
		return nil, err
	}
	parent := os.TempDir()
	if len(parent) > 60 { // the path of a Unix socket holds about 100 bytes
		parent = "/tmp"
	}
	if s.folder, err = os.MkdirTemp(parent, "pgtest"); err != nil {
		return nil, fmt.Errorf("make PostgreSQL folder: %w", err)
	}
	if s.as != nil {
		if err := os.Chown(s.folder, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return nil, fmt.Errorf("make PostgreSQL folder: %w", err)
		}
	}
	cmd := exec.Command(initdb, "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	s.prepare(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), s.remove())
	}
	return s, nil
}

// unprivileged returns whom to run PostgreSQL as; nil: as we are.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // no change of user is a fine answer
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
}

func (s *server) data() string { return filepath.Join(s.folder, "data") }

func (s *server) log() string { return filepath.Join(s.folder, "log") }

// prepare sets user and folder of a command, and a process group of its own, so that Ctrl-C reaches only the test.
func (s *server) prepare(cmd *exec.Cmd) {
	cmd.Dir = s.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.as}
}

func (s *server) dsn(name string) string {
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/" + name}
	u.RawQuery = url.Values{"host": {s.folder}, "sslmode": {"disable"}}.Encode()
	return u.String()
}

// start runs the server and waits until it answers. After a crash the last processes of the old one may still hold the
// folder for a moment: then it tries again.
func (s *server) start() error {
	deadline := time.Now().Add(startTime)
	for {
		if err := s.launch(); err != nil {
			return err
		}
		err := s.ready(deadline)
		if err == nil {
			return nil
		}
		if stopping := s.stop(); stopping != nil || time.Now().After(deadline) {
			return errors.Join(err, stopping)
		}
	}
}

func (s *server) launch() error {
	postgres, err := binary("postgres")
	if err != nil {
		return err
	}
	args := []string{"-c", watchdog, "watchdog", postgres, "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=", "-c", "max_connections=200"}
	if !s.durable {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	read, write, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	defer read.Close()
	// Not our own output: go test would wait for whoever still holds it.
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return errors.Join(fmt.Errorf("start PostgreSQL: %w", err), write.Close())
	}
	defer log.Close()
	cmd := exec.Command("/bin/sh", args...)
	s.prepare(cmd)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = read, log, log
	cmd.Env = append(os.Environ(), "FOLDER=")
	if s.cleanup {
		cmd.Env = append(os.Environ(), "FOLDER="+s.folder)
	}
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start PostgreSQL: %w", err), write.Close())
	}
	s.lifting, s.watch = write, cmd
	return nil
}

// ready waits until the server answers or has given up.
func (s *server) ready(deadline time.Time) error {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for attempt := 0; ; attempt++ {
		probe, err := db.Open(ctx, s.dsn("postgres"), db.Options{})
		if err == nil {
			return probe.Close()
		}
		_, running := s.postmaster()
		if ctx.Err() != nil || attempt > 50 && running != nil {
			text, _ := os.ReadFile(s.log())
			return fmt.Errorf("PostgreSQL does not start: %w\n%s", err, text)
		}
		<-tick.C
	}
}

// postmaster reads the process id of the running server.
func (s *server) postmaster() (int, error) {
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return 0, fmt.Errorf("postmaster.pid: %w", err)
	}
	return pid, syscall.Kill(pid, 0)
}

// kill crashes the server.
func (s *server) kill() error {
	pid, err := s.postmaster()
	if err != nil {
		return fmt.Errorf("kill PostgreSQL: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill PostgreSQL: %w", err)
	}
	return s.stop()
}

// stop ends the server at once and waits for its end.
func (s *server) stop() error {
	if s.watch == nil {
		return nil
	}
	err := s.lifting.Close()
	var exit *exec.ExitError
	if waiting := s.watch.Wait(); waiting != nil && !errors.As(waiting, &exit) {
		err = errors.Join(err, waiting)
	}
	s.watch, s.lifting = nil, nil
	return err
}

func (s *server) remove() error { return os.RemoveAll(s.folder) }
