package bench

import "fmt"

// gates are the most a request may cost, as a multiple of what the same machine needs for a request that does nothing
// (hello) or for encoding a page (pages). The margins are about three times what was measured: a gate finds a change
// that makes a path several times dearer, on any machine, and nothing else. Requests per second are no gate: on a
// machine that does other things they say little.
var gates = map[string]struct {
	most float64
	of   string
}{
	"T1": {25, "hello"}, "T1r": {240, "hello"}, "T2": {12, "hello"}, "T2b": {20, "hello"},
	"T6": {220, "hello"},
	"T3": {15, "hello"}, "S3": {20, "hello"},
	"T4c": {8, "pages"}, "S4": {16, "pages"}, "F": {400, "hello"}, "Fc": {1200, "hello"},
	"T5": {75, "hello"}, "S5": {160, "hello"}, "M": {115, "hello"},
}

// Verdict is whether a workload stays below its gate.
type Verdict struct {
	Workload string  `json:"workload"`
	CPU      float64 `json:"server_cpu_us_per_request"`
	Most     float64 `json:"most_us"`
	Times    float64 `json:"times"` // of what it is compared with
	Of       string  `json:"of"`
	Passed   bool    `json:"passed"`
}

func (v Verdict) String() string {
	word := "passes"
	if !v.Passed {
		word = "FAILS"
	}
	return fmt.Sprintf("gate %s: %s: %.0f µs of server CPU per request, at most %.0f (%.0f times %s)", v.Workload, word, v.CPU, v.Most, v.Times, v.Of)
}

// judge compares the CPU time of each workload with its gate.
func (r *Report) judge() {
	for _, g := range r.groups() {
		gate, ok := gates[g[0].Workload]
		if !ok || g[0].Target != "provost" {
			continue
		}
		var costs []float64
		for _, x := range g {
			costs = append(costs, x.ServerCPU)
		}
		unit := r.Calibration.HelloCPU
		if gate.of == "pages" {
			unit = r.Calibration.PageCPU
		}
		v := Verdict{Workload: g[0].Workload, CPU: median(costs), Most: gate.most * unit, Times: gate.most, Of: gate.of}
		v.Passed = v.CPU > 0 && v.CPU <= v.Most
		r.Verdicts = append(r.Verdicts, v)
	}
}
