package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Result is one run of one workload on one server: a line of JSON.
type Result struct {
	Workload   string `json:"workload"`
	Target     string `json:"target"` // "provost", or the adapter of a peer
	Run        int    `json:"run"`    // from 1
	Version    string `json:"version"`
	Commit     string `json:"commit"`
	Store      string `json:"store"` // "sqlite", "postgres"; "peer": the peer's own
	Sync       string `json:"sync"`  // what a commit waits for
	Go         string `json:"go"`
	Processor  string `json:"cpu_model"`
	Cores      int    `json:"cores"`
	RateLimits string `json:"rate_limits"` // "none", or the settings that were raised for the run

	Fsync       float64 `json:"fsync_per_s"`
	Connections int     `json:"connections"`
	Records     int     `json:"records"`      // loaded
	RecordBytes int     `json:"record_bytes"` // of a record as read, context and all
	Tenants     int     `json:"tenants"`
	Seconds     float64 `json:"seconds"`
	Requests    int64   `json:"requests"`
	Errors      int64   `json:"errors"`
	Problem     string  `json:"problem,omitempty"` // the first error
	Rate        float64 `json:"rps"`
	percentiles
	ServerCPU    float64 `json:"server_cpu_us_per_request"` // 0: unknown
	ClientCores  float64 `json:"client_cores"`
	ServerCores  float64 `json:"server_cores"`
	OtherCores   float64 `json:"other_cores"` // everything else on the machine: the database server, other programs
	PeakMemory   int64   `json:"peak_rss_bytes"`
	Database     int64   `json:"database_bytes"`
	Limit        string  `json:"limit"` // the figure of the calibration that percent_of_limit divides by
	LimitPercent float64 `json:"percent_of_limit"`

	// Creates: rows in the database after the run and after a kill -9, which have to be those loaded and acknowledged.
	RowsExpected  int64 `json:"rows_expected,omitempty"`
	RowsFound     int64 `json:"rows_found,omitempty"`
	RowsAfterKill int64 `json:"rows_after_kill,omitempty"`

	// Tokens: uses of the clients' secrets the server had counted soon after the runs, which have to be the tokens it gave.
	UsesExpected int64 `json:"uses_expected,omitempty"`
	UsesFound    int64 `json:"uses_found,omitempty"`

	// Sign-ins: all messages were used up before the time was over.
	UsedUp bool `json:"messages_used_up,omitempty"`

	// Beside a peer, in the peer's line: the product's figure of the same pair divided by the peer's.
	Ratio    float64 `json:"rps_ratio,omitempty"`
	RatioCPU float64 `json:"server_cpu_ratio,omitempty"`
}

// Report is everything `provost bench` found out.
type Report struct {
	Calibration Calibration `json:"calibration"`
	Results     []Result    `json:"runs"`
	Verdicts    []Verdict   `json:"gate,omitempty"`
	Timings     []Timing    `json:"timing,omitempty"`
}

// Failed says what is wrong with the results, empty when nothing is.
func (r *Report) Failed() string {
	var out []string
	for _, x := range r.Results {
		if x.Errors > 0 {
			out = append(out, fmt.Sprintf("%s on %s: %d errors, first: %s", x.Workload, x.Target, x.Errors, x.Problem))
		}
		if x.RowsFound != x.RowsExpected {
			out = append(out, fmt.Sprintf("%s on %s: %d rows, %d loaded and acknowledged", x.Workload, x.Target, x.RowsFound, x.RowsExpected))
		}
		if x.Target == "provost" && x.RowsAfterKill != x.RowsExpected {
			out = append(out, fmt.Sprintf("%s on %s: %d rows after kill -9, %d loaded and acknowledged", x.Workload, x.Target, x.RowsAfterKill, x.RowsExpected))
		}
		if x.UsesFound != x.UsesExpected {
			out = append(out, fmt.Sprintf("%s on %s: %d uses counted, %d tokens given", x.Workload, x.Target, x.UsesFound, x.UsesExpected))
		}
	}
	for _, v := range r.Verdicts {
		if !v.Passed {
			out = append(out, v.String())
		}
	}
	for _, t := range r.Timings {
		if !t.Passed {
			out = append(out, t.String())
		}
	}
	return strings.Join(out, "; ")
}

// WriteCalibration prints the calibration block.
func (r *Report) WriteCalibration(out io.Writer) error {
	c := r.Calibration
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "Calibration\thello %.0f/s (%.1f µs of server CPU)\tone-row commits %.0f/s\tfsync %.0f/s\tES256 signs %.0f/s\tpage encodes %.0f/s (%.0f µs, %d bytes)\n",
		c.Hello, c.HelloCPU, c.Commits, c.Fsync, c.Signs, c.Pages, c.PageCPU, c.PageSize)
	return w.Flush()
}

// WriteTable prints the medians of each workload and server, and where there is a peer the ratio pair by pair.
func (r *Report) WriteTable(out io.Writer) error {
	for _, t := range r.Timings {
		fmt.Fprintln(out, t)
	}
	if len(r.Results) == 0 {
		return nil
	}
	first := r.Results[0]
	fmt.Fprintf(out, "%s, %d cores, %s; %d connections, %.1f s a run; rate limits: %s\n", first.Processor, first.Cores, first.Go, first.Connections, first.Seconds, r.limits())
	if err := r.WriteCalibration(out); err != nil {
		return err
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, strings.Join([]string{
		"workload", "server", "store", "runs", "req/s", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "server µs/req",
		"cores server", "client", "other", "errors", "peak MiB", "db MiB", "% of limit", "",
	}, "\t"))
	for _, g := range r.groups() {
		m := func(of func(Result) float64) float64 {
			var v []float64
			for _, x := range g {
				v = append(v, of(x))
			}
			return median(v)
		}
		errors := int64(0)
		for _, x := range g {
			errors += x.Errors
		}
		ms := func(of func(Result) uint32) float64 {
			return m(func(x Result) float64 { return float64(of(x)) / 1000 })
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.2f\t%.2f\t%.2f\t%d\t%.0f\t%.0f\t%.0f%% of %s\t\n",
			g[0].Workload, g[0].Target, g[0].Store, len(g), m(func(x Result) float64 { return x.Rate }),
			ms(func(x Result) uint32 { return x.P50 }), ms(func(x Result) uint32 { return x.P90 }), ms(func(x Result) uint32 { return x.P99 }),
			ms(func(x Result) uint32 { return x.P999 }), ms(func(x Result) uint32 { return x.Max }),
			m(func(x Result) float64 { return x.ServerCPU }), m(func(x Result) float64 { return x.ServerCores }),
			m(func(x Result) float64 { return x.ClientCores }), m(func(x Result) float64 { return x.OtherCores }), errors,
			m(func(x Result) float64 { return float64(x.PeakMemory) / (1 << 20) }), m(func(x Result) float64 { return float64(x.Database) / (1 << 20) }),
			m(func(x Result) float64 { return x.LimitPercent }), g[0].Limit)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, g := range r.groups() {
		r.writeRatios(out, g)
	}
	for _, g := range r.groups() {
		if g[0].UsedUp {
			fmt.Fprintf(out, "%s: each message counts once, and all were used up after %.1f s\n", g[0].Workload, g[0].Seconds)
		}
	}
	for _, v := range r.Verdicts {
		fmt.Fprintln(out, v)
	}
	return nil
}

// writeRatios prints the ratios of a group of a peer's runs.
func (r *Report) writeRatios(out io.Writer, g []Result) {
	if g[0].Ratio == 0 {
		return
	}
	var rates, costs []string
	for _, x := range g {
		rates = append(rates, fmt.Sprintf("%.2f", x.Ratio))
		if x.RatioCPU > 0 {
			costs = append(costs, fmt.Sprintf("%.2f", x.RatioCPU))
		}
	}
	fmt.Fprintf(out, "%s: req/s of provost divided by those of %s, pair by pair: %s", g[0].Workload, g[0].Target, strings.Join(rates, " "))
	if costs != nil {
		fmt.Fprintf(out, "; server CPU per request: %s", strings.Join(costs, " "))
	}
	fmt.Fprintln(out)
}

// limits says which rate limits applied.
func (r *Report) limits() string {
	var out []string
	for _, x := range r.Results {
		if x.RateLimits != "" && !slices.Contains(out, x.RateLimits) {
			out = append(out, x.RateLimits)
		}
	}
	return strings.Join(out, "; ")
}

// groups returns the runs of each workload on each server, in the order in which they first appear.
func (r *Report) groups() [][]Result {
	var out [][]Result
	for _, x := range r.Results {
		i := slices.IndexFunc(out, func(g []Result) bool { return g[0].Workload == x.Workload && g[0].Target == x.Target })
		if i < 0 {
			out = append(out, []Result{x})
			continue
		}
		out[i] = append(out[i], x)
	}
	return out
}
