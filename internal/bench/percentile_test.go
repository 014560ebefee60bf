package bench

import (
	"testing"
)

func TestPercentilesAreMeasuredValues(t *testing.T) {
	hundred := make([]uint32, 100)
	for i := range hundred {
		hundred[i] = uint32(100 - i)
	}
	for name, c := range map[string]struct {
		in   []uint32
		want percentiles
	}{
		"none":              {nil, percentiles{}},
		"one is all":        {[]uint32{7}, percentiles{7, 7, 7, 7, 7}},
		"1 to 100":          {hundred, percentiles{50, 90, 99, 100, 100}},
		"two: lower middle": {[]uint32{9, 1}, percentiles{1, 9, 9, 9, 9}},
	} {
		if got := percentilesOf(c.in); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		in   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := median(c.in); got != c.want {
			t.Errorf("median of %v: %v, want %v", c.in, got, c.want)
		}
	}
}
