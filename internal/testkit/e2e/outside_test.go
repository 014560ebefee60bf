package e2e_test

import (
	"bufio"
	"bytes"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// startOutside starts a program of e2e/clients, which says on a line of its own where it is reached, and returns that address. It ends with
// the test.
func startOutside(t *testing.T, command *exec.Cmd, scheme string) string {
	t.Helper()
	var complaints bytes.Buffer
	command.Dir, command.Stderr = clientsFolder, &complaints
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), scheme) {
			return lines.Text()
		}
	}
	_ = command.Wait() // then all that it had to say is there
	t.Fatalf("%s does not start:\n%s", strings.Join(command.Args, " "), &complaints)
	return ""
}
