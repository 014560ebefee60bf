package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/provost-itsm/provost/internal/cli"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// TestMain lets this test program be run as provost, by scripts and by tests.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"provost": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}})
}

// TestScripts runs testdata/script: the command line as people and scripts use it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PROVOST_METRICS_LISTEN", "off")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":    exits,
			"waitfor":  waitFor,
			"mode":     mode,
			"makes":    makes,
			"member":   jsonMember,
			"postgres": func(ts *testscript.TestScript, _ bool, args []string) { ts.Setenv(args[0], pgtest.DSN(t)) },
		},
	})
}

// jsonMember puts a text of a JSON object into a variable: member FILE NAME VARIABLE.
func jsonMember(ts *testscript.TestScript, _ bool, args []string) {
	var object map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &object))
	text, ok := object[args[1]].(string)
	if !ok {
		ts.Fatalf("%s has no text %s", args[0], args[1])
	}
	ts.Setenv(args[2], text)
}

// makes builds the program as the Makefile says, but for the folder and what would only cost time: makes FILE VERSION.
func makes(ts *testscript.TestScript, _ bool, args []string) {
	root, err := filepath.Abs("../..")
	ts.Check(err)
	plan, err := exec.Command("make", "-C", root, "--no-print-directory", "-n", "build", "VERSION="+args[1]).Output()
	ts.Check(err)
	at := strings.Index(string(plan), "go build ")
	if at < 0 {
		ts.Fatalf("make build does not call go build: %s", plan)
	}
	line, _, _ := strings.Cut(string(plan[at:]), "\n")
	line = strings.NewReplacer("-trimpath ", "", "-o bin/provost", "-o "+ts.MkAbs(args[0])).Replace(line) // another build cache otherwise
	build := exec.Command("sh", "-c", line)
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		ts.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// exits runs a command and checks its exit code: exits CODE provost ARGS.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var e *exec.ExitError
		if !errors.As(err, &e) {
			ts.Fatalf("%v", err)
		}
		got = e.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// waitFor waits until a file is there: waitfor FILE.
func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			ts.Fatalf("%s is not there after 30 s", args[0])
		}
	}
}

// mode checks the permissions of files: mode 600 FILE….
func mode(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args[1:] {
		info, err := os.Stat(filepath.Clean(ts.MkAbs(name)))
		ts.Check(err)
		if got := strconv.FormatInt(int64(info.Mode().Perm()), 8); got != args[0] {
			ts.Fatalf("%s has mode %s, want %s", name, got, args[0])
		}
	}
}
