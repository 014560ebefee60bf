package app

import "testing"

// What is alive, what may lie beside it, and never less than half.
func TestGarbageHasItsRoom(t *testing.T) {
	for live, want := range map[uint64]int{0: 200, 10 << 20: 200, 64 << 20: 200, 128 << 20: 100, 192 << 20: 66, 1 << 30: 50, 1 << 40: 50} {
		if got := percentOf(live); got != want {
			t.Errorf("%d MiB alive: %d %%, want %d", live>>20, got, want)
		}
	}
}
