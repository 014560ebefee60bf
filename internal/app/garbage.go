package app

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The heap may grow by garbage percent of what lives before it is collected, but by no more than garbageRoom bytes, and by
// leastGarbage percent whatever that is. The live heap is small, so the standard 100 % collects many times a second under load: 200
// saves a sixth of the processor time of a create (go test -bench Create ./internal/platform/record, with GOGC=100 and 200). What a
// flood of large requests keeps alive for a moment is not to be taken three times for that.
const (
	garbage      = 200
	garbageRoom  = 128 << 20
	leastGarbage = 50
)

// boundGarbage follows the live heap from one collection to the next. GOGC in the environment has the last word.
func boundGarbage() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
		followCollections(garbage)
	}
}

// collected is unreachable at once: its cleanup runs after the next collection.
type collected struct{ _ *byte }

// followCollections sets the percentage anew after each collection; it is percent now.
func followCollections(percent int) {
	runtime.AddCleanup(&collected{}, func(was int) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		now := percentOf(live[0].Value.Uint64())
		if now != was {
			debug.SetGCPercent(now)
		}
		followCollections(now)
	}, percent)
}

// percentOf is how much a heap of so many live bytes may grow, in percent.
func percentOf(live uint64) int {
	if live*garbage/100 <= garbageRoom {
		return garbage
	}
	return max(leastGarbage, int(garbageRoom*100/live))
}
