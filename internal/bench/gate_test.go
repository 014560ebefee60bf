package bench

import (
	"testing"
)

func TestGateJudgesCPUTimeAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		workload string
		cpu      float64
		passed   bool
	}{
		"a cheap get":               {"T3", 10 * gates["T3"].most, true},
		"a get that costs too much": {"T3", 10*gates["T3"].most + 1, false},
		"a cheap page":              {"T4c", 300 * gates["T4c"].most, true},
		"CPU time that is unknown":  {"T5", 0, false},
	} {
		r := Report{Calibration: Calibration{HelloCPU: 10, PageCPU: 300}, Results: []Result{{Workload: c.workload, Target: "provost", ServerCPU: c.cpu, Rate: 1}}}
		r.judge()
		if len(r.Verdicts) != 1 || r.Verdicts[0].Passed != c.passed || (r.Failed() == "") != c.passed {
			t.Errorf("%s: %v", name, r.Verdicts)
		}
	}
	for _, w := range Workloads {
		if _, ok := gates[w.Name]; !ok && !w.named {
			t.Errorf("%s has no gate", w.Name)
		}
	}
}
