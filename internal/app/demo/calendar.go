package demo

import (
	"math/rand/v2"
	"slices"
	"time"
)

// The demo's story begins and ends at these moments, whenever it is made, but for a clock that says less (see sooner). Times are Unix seconds.
var (
	begin = time.Date(2024, 11, 1, 6, 0, 0, 0, time.UTC).Unix()
	end   = time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC).Unix()
)

// noClock is a date before that of any machine whose clock was ever set. The story is not moved further back: the
// first records of a tenant are older.
var noClock = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

const (
	minute = int64(60)
	hour   = 60 * minute
	day    = 24 * hour
)

// How much happens in each hour of a working day, UTC, and on each day of the week.
var (
	hourly  = [24]float64{2, 1, 1, 1, 2, 6, 28, 70, 100, 96, 84, 72, 50, 78, 82, 66, 40, 18, 10, 8, 6, 5, 4, 3}
	hourlyW = [24]float64{3, 2, 2, 2, 2, 3, 5, 8, 9, 9, 9, 8, 8, 8, 8, 8, 7, 7, 7, 6, 6, 5, 5, 4}
	daily   = [7]float64{1, 1.28, 1.12, 1.03, 1, 0.84, 1} // from Sunday
)

// sooner is by how many seconds the story has to happen before its time to be over at a moment: whole weeks, so that
// the days stay what they are.
func sooner(now int64) int64 {
	const week = 7 * day
	if now >= end {
		return 0
	}
	now = max(now, noClock)
	return (end - now + week - 1) / week * week
}

// rate is how much happens in the hour from t on, compared with others.
func rate(t int64) float64 {
	at := time.Unix(t, 0).UTC()
	weekday := at.Weekday()
	h := hourly[at.Hour()]
	if weekday == time.Saturday || weekday == time.Sunday {
		h = hourlyW[at.Hour()]
	}
	r := h * daily[weekday] * (0.88 + 0.24*float64(t-begin)/float64(end-begin))
	month, d := at.Month(), at.Day()
	switch {
	case month == time.December && d >= 23, month == time.January && d <= 2:
		r *= 0.35
	case month == time.July && d > 10 || month == time.August:
		r *= 0.86
	case d <= 3:
		r *= 1.12 // a new month: closing of books, new colleagues
	}
	return r
}

// arrivals draws n moments between from and to with the rhythm of the year, in order.
func arrivals(r *rand.Rand, n int, from, to int64) []int64 {
	var hours []int64
	var upTo []float64
	sum := 0.0
	for t := from; t < to; t += hour {
		sum += rate(t)
		hours, upTo = append(hours, t), append(upTo, sum)
	}
	out := make([]int64, n)
	for i := range out {
		at, _ := slices.BinarySearch(upTo, r.Float64()*sum)
		out[i] = min(hours[min(at, len(hours)-1)]+r.Int64N(hour), to-1)
	}
	slices.Sort(out)
	return out
}

// recent draws n moments like arrivals, a third of them in the last ten weeks, so that enough of the work is still open.
func recent(r *rand.Rand, n int, from, to int64) []int64 {
	out := append(arrivals(r, n-n/3, from, to), arrivals(r, n/3, to-70*day, to)...)
	slices.Sort(out)
	return out
}

// working moves a moment outside of working hours to the next morning of a working day.
func working(r *rand.Rand, t int64) int64 {
	at := time.Unix(t, 0).UTC()
	if h := at.Hour(); h >= 6 && h < 17 && at.Weekday() != time.Saturday && at.Weekday() != time.Sunday {
		return t
	}
	morning := t - t%day + 7*hour
	if morning <= t {
		morning += day
	}
	for {
		if w := time.Unix(morning, 0).UTC().Weekday(); w != time.Saturday && w != time.Sunday {
			return morning + r.Int64N(90*minute)
		}
		morning += day
	}
}
