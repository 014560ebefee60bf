package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit of CPU times in /proc: USER_HZ, 100 a second on every Linux.
const tick = 10 * time.Millisecond

// usage is CPU time used up to a moment.
type usage struct {
	at                     time.Time
	server, client, system time.Duration
}

// usageNow reads the CPU times of a server, of this process and of the machine. A pid of 0 is a server nothing is known of.
func usageNow(pid int) (usage, error) {
	u := usage{at: time.Now()}
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return u, fmt.Errorf("read own CPU time: %w", err)
	}
	u.client = time.Duration(own.Utime.Nano() + own.Stime.Nano())
	if pid > 0 {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return u, fmt.Errorf("read the server's CPU time: %w", err)
		}
		if u.server, err = processTime(b); err != nil {
			return u, err
		}
	}
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return u, fmt.Errorf("read the machine's CPU time: %w", err)
	}
	u.system, err = systemTime(b)
	return u, err
}

// processTime reads user and system time from /proc/PID/stat (proc(5): fields 14 and 15, counted after the name in
// parentheses, which may hold anything).
func processTime(stat []byte) (time.Duration, error) {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("read CPU time: %.60q", stat)
	}
	return ticks(fields[11:13])
}

// systemTime reads the time all processors worked from /proc/stat: user, nice, system, irq, softirq, steal.
func systemTime(stat []byte) (time.Duration, error) {
	line, _, _ := bytes.Cut(stat, []byte{'\n'})
	fields := bytes.Fields(line)
	if len(fields) < 9 || string(fields[0]) != "cpu" {
		return 0, fmt.Errorf("read CPU time: %.60q", line)
	}
	return ticks(append(append([][]byte(nil), fields[1:4]...), fields[6:9]...))
}

func ticks(fields [][]byte) (time.Duration, error) {
	var sum time.Duration
	for _, f := range fields {
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read CPU time: %w", err)
		}
		sum += time.Duration(n) * tick
	}
	return sum, nil
}

// resetPeak forgets the peak of a process's resident memory, so that the next one belongs to a run. Where the kernel does
// not let us, the peak is that of the process's life.
func resetPeak(pid int) {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}

// peakMemory returns the peak of a process's resident memory in bytes, 0 where it cannot be read.
func peakMemory(pid int) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	return 1024 * statusField(string(b), "VmHWM:")
}

func statusField(status, name string) int64 {
	_, after, _ := strings.Cut(status, "\n"+name)
	line, _, _ := strings.Cut(after, "\n")
	if f := strings.Fields(line); len(f) > 0 {
		n, _ := strconv.ParseInt(f[0], 10, 64)
		return n
	}
	return 0
}

// processorModel names the processor, "unknown" where the machine does not say.
func processorModel() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
