package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// listening returns the TCP ports a process listens on, as the kernel sees it.
func listening(tb testing.TB, pid int) []string {
	tb.Helper()
	own := map[string]bool{}
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(folder)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range entries {
		to, err := os.Readlink(filepath.Join(folder, e.Name()))
		if err == nil && strings.HasPrefix(to, "socket:[") {
			own[strings.Trim(to, "socket:[]")] = true
		}
	}
	var ports []string
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if err != nil {
			continue // a machine without IPv6
		}
		for line := range strings.Lines(string(text)) {
			const address, state, inode, listens = 1, 3, 9, "0A" // columns of /proc/net/tcp, see proc(5)
			column := strings.Fields(line)
			if len(column) > inode && column[state] == listens && own[column[inode]] {
				_, hexadecimal, _ := strings.Cut(column[address], ":")
				port, err := strconv.ParseUint(hexadecimal, 16, 16)
				if err != nil {
					tb.Fatal(err)
				}
				ports = append(ports, strconv.FormatUint(port, 10))
			}
		}
	}
	return ports
}

// peakMemory returns the most memory a process ever had resident, in MiB.
func peakMemory(tb testing.TB, pid int) int {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				tb.Fatal(err)
			}
			return kib / 1024
		}
	}
	tb.Fatal("no VmHWM in the status of the process")
	return 0
}

// command is a command line of the program, without its name.
type command []string

// run runs it in a process of its own.
func (c command) run(tb testing.TB) (code int, out, said string) {
	tb.Helper()
	cmd := exec.Command(testkit.Binary(tb), c...)
	var o, e strings.Builder
	cmd.Stdout, cmd.Stderr = &o, &e
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		tb.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}
