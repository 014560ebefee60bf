package bench

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestReportHasEveryFieldAndSaysWhatFailed(t *testing.T) {
	r := Report{Calibration: Calibration{Hello: 70_000, HelloCPU: 15, Commits: 3600, Fsync: 5000, Signs: 27_000, Pages: 3800, PageCPU: 263, PageSize: 197_000}}
	one := Result{
		Workload: "T5", Target: "provost", Run: 1, Store: "sqlite", Sync: "synchronous=FULL", Go: "go1", Processor: "a processor", Cores: 2, RateLimits: "none",
		Connections: 64, Seconds: 15, Requests: 60_000, Rate: 4000, percentiles: percentiles{10_000, 20_000, 25_000, 30_000, 40_000}, ServerCPU: 200,
		PeakMemory: 100 << 20, Database: 300 << 20, Limit: "commits", LimitPercent: 111, RowsExpected: 5, RowsFound: 5, RowsAfterKill: 5,
	}
	two := one
	two.Run, two.Rate = 2, 5000
	peer := one
	peer.Target, peer.Rate, peer.Ratio, peer.RatioCPU, peer.RowsAfterKill = "pocketbase", 1000, 4, 0.2, 0
	r.Results = []Result{one, peer, two}
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"hello 70000/s (15.0 µs of server CPU)", "page encodes 3800/s", "p99.9 ms", "111% of commits", "rate limits: none", "4500",
		"T5: req/s of provost divided by those of pocketbase, pair by pair: 4.00; server CPU per request: 0.20",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, b.String())
		}
	}
	line, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range strings.Fields("workload version commit store sync go cpu_model cores fsync_per_s connections seconds requests errors rps p50_us p90_us p99_us p99_9_us max_us server_cpu_us_per_request client_cores server_cores other_cores peak_rss_bytes database_bytes percent_of_limit") {
		if !strings.Contains(string(line), `"`+field+`":`) {
			t.Errorf("the line lacks %s: %s", field, line)
		}
	}
	if failed := r.Failed(); failed != "" {
		t.Error("nothing failed, but:", failed)
	}
	r.Results[0].RowsAfterKill = 4
	r.Results[2].Errors, r.Results[2].Problem = 1, "status 500"
	for _, want := range []string{"4 rows after kill -9, 5 loaded and acknowledged", "1 errors, first: status 500"} {
		if !strings.Contains(r.Failed(), want) {
			t.Errorf("%q lacks %q", r.Failed(), want)
		}
	}
}
