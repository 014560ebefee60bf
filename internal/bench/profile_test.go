package bench

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestProfileIsWrittenBetweenTheSignals(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cpu.pprof")
	signals := make(chan os.Signal)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- profile(ctx, file, signals) }()
	for range 2 {
		signals <- syscall.SIGUSR1
		signals <- syscall.SIGUSR2
		signals <- syscall.SIGUSR2 // nothing to end: no effect, and the one before is done
		if b, err := os.ReadFile(file); err != nil || len(b) == 0 {
			t.Errorf("%d bytes, %v", len(b), err)
		}
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := profileName("a/cpu.pprof", "T3"); got != "a/cpu-T3.pprof" {
		t.Error(got)
	}
}
