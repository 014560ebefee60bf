package bench

import (
	"os"
	"testing"
	"time"
)

func TestProcessTimesAreReadWhateverTheProcessIsCalled(t *testing.T) {
	got, err := processTime([]byte("42 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20"))
	if want := 1750 * time.Millisecond; err != nil || got != want {
		t.Errorf("process: %v %v, want %v", got, err, want)
	}
	got, err = systemTime([]byte("cpu  100 20 30 9999 9999 4 5 6 0 0\ncpu0 1 1 1 1 1 1 1 1\n"))
	if want := 1650 * time.Millisecond; err != nil || got != want {
		t.Errorf("machine: %v %v, want %v", got, err, want)
	}
	for _, junk := range []string{"", "1 (x) S 1", "cpu a b c d e f g h"} {
		if _, err := processTime([]byte(junk)); err == nil {
			t.Errorf("%q has a process time", junk)
		}
		if _, err := systemTime([]byte(junk)); err == nil {
			t.Errorf("%q has a machine time", junk)
		}
	}
	if _, err := usageNow(os.Getpid()); err != nil {
		t.Error(err)
	}
	if peakMemory(os.Getpid()) < 1<<20 {
		t.Error("this process has a peak of less than 1 MiB")
	}
}
