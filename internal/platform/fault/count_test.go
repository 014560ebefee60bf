package fault_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestCountsHaveTheirNouns(t *testing.T) {
	for n, want := range map[int64]string{0: "0 people", 1: "1 person", 2: "2 people"} {
		if got := fault.Count(n, "person", "people"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
