package bench

import (
	"math"
	"slices"
)

// percentiles of latencies in microseconds.
type percentiles struct {
	P50  uint32 `json:"p50_us"`
	P90  uint32 `json:"p90_us"`
	P99  uint32 `json:"p99_us"`
	P999 uint32 `json:"p99_9_us"`
	Max  uint32 `json:"max_us"`
}

// percentilesOf sorts the latencies, in microseconds, and reads the percentiles off: the nearest rank, a value that was
// measured, nothing interpolated.
func percentilesOf(latencies []uint32) percentiles {
	if len(latencies) == 0 {
		return percentiles{}
	}
	slices.Sort(latencies)
	at := func(share float64) uint32 {
		return latencies[max(int(math.Ceil(share*float64(len(latencies))-1e-9)), 1)-1]
	}
	return percentiles{at(0.5), at(0.9), at(0.99), at(0.999), latencies[len(latencies)-1]}
}

// median returns the middle value; of an even number, the mean of the two in the middle; 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	m := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[m-1] + sorted[m]) / 2
	}
	return sorted[m]
}
