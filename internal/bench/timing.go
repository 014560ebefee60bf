package bench

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/secret"
)

const (
	timingSamples = 10_000 // of each refusal
	timingWarmUp  = 1000   // requests before
	timingClients = 10     // of each kind: whoever wants to know whether an id exists tries the same few again and again
	// timingMost is how far from one half the chance may lie that the one refusal takes longer than the other. By chance alone 20,000
	// samples stray 0.004 from it; a microsecond in a spread of fifteen moves it by 0.02.
	timingMost = 0.05
)

// Timing is how the times of two refusals compare that a client must not be able to tell apart.
type Timing struct {
	What     string     `json:"what"`
	Samples  int        `json:"samples"` // of each
	Medians  [2]float64 `json:"median_us"`
	Chance   float64    `json:"chance"`    // that the first takes longer than the second: Mann and Whitney's U over the number of pairs
	Furthest float64    `json:"threshold"` // from one half
	Limits   string     `json:"rate_limits"`
	Passed   bool       `json:"passed"`
}

func (t Timing) String() string {
	word := "passes"
	if !t.Passed {
		word = "FAILS"
	}
	return fmt.Sprintf("timing: %s: %s: %d interleaved samples each; medians %.1f and %.1f µs; the first takes longer in %.1f%% of pairs, 50%% ± %.0f allowed; rate limits: %s",
		t.What, word, t.Samples, t.Medians[0], t.Medians[1], 100*t.Chance, 100*t.Furthest, t.Limits)
}

// timing compares the refusal of an unknown client with that of a known one with a wrong secret: over one connection, in
// random order, with ids and secrets of the same shape, so that nothing differs but what the server finds.
func (b *bench) timing(ctx context.Context, i *issuer) error {
	r := rand.New(rand.NewPCG(b.Seed, 1))
	var ids [2][timingClients]string
	for n := range timingClients {
		ids[1][n] = i.clients[n].ID
		ids[0][n] = anotherID(r, ids[1][n])
	}
	order := make([]int, 2*timingSamples)
	for n := range order {
		order[n] = n % 2
	}
	r.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
	c := client{address: i.address}
	defer c.drop()
	var times [2][]float64
	for n, which := range slices.Concat(order[:timingWarmUp], order) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// Each attempt is a new one: what was refused a moment ago may be remembered.
		who := tokenClient{ID: ids[which][r.IntN(timingClients)], Secret: secret.New(secret.KindClient)}
		request := i.post(i.token, who, i.form)
		start := time.Now()
		answer, err := c.do(request)
		took := time.Since(start)
		if err != nil {
			return fmt.Errorf("measure a refusal: %w", err)
		}
		if answer.status != 401 {
			return fmt.Errorf("measure a refusal: status %d: %.300q", answer.status, answer.body)
		}
		if n >= timingWarmUp {
			times[which] = append(times[which], float64(took.Nanoseconds())/1000)
		}
	}
	t := Timing{
		What: "an unknown client and a wrong secret", Samples: timingSamples, Medians: [2]float64{median(times[0]), median(times[1])},
		Chance: longer(times[0], times[1]), Furthest: timingMost, Limits: b.limited,
	}
	t.Passed = math.Abs(t.Chance-0.5) <= t.Furthest
	b.report.Timings = append(b.report.Timings, t)
	return nil
}

// anotherID changes the random end of a client's id.
func anotherID(r *rand.Rand, id string) string {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	at := strings.LastIndexByte(id, '_') + 1
	out := []byte(id)
	for ; at < len(out); at++ {
		out[at] = letters[r.IntN(len(letters))]
	}
	return string(out)
}

// longer returns the chance that one of a is longer than one of b, equal ones counted half (Mann and Whitney 1947).
func longer(a, b []float64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0.5
	}
	slices.Sort(a)
	slices.Sort(b)
	var sum float64
	below, same := 0, 0
	for _, x := range a {
		for below < len(b) && b[below] < x {
			below++
		}
		for same = below; same < len(b) && b[same] == x; {
			same++
		}
		sum += float64(below) + float64(same-below)/2
	}
	return sum / (float64(len(a)) * float64(len(b)))
}
