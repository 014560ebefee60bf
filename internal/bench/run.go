package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// Options say what to run. Zero values of the counts are not defaults: the command line has those.
type Options struct {
	Workloads   []string // names; none: all
	Store       string   // "sqlite" or "postgres"
	DatabaseURL string   // postgres: an empty control database, whose role may make databases
	Runs        int
	Counted     time.Duration // of a run
	WarmUp      time.Duration
	Connections int
	Records     int // loaded into a set
	Tenants     int // of workload M
	Seed        uint64
	Dir         string // where the data folder is made and removed; empty: the system's temporary folder
	Profile     string // file for CPU profiles of the server, the workload's name put before its ending
	Short       bool   // judge CPU time per request against the calibration

	Against     string // URL of a peer the user started
	Adapter     string // how to speak to it: "pocketbase", "cap" or "oidc-provider"
	Token       string // what it authorises
	PeerPID     int    // its process, for its CPU time and memory; 0: unknown
	AllowRemote bool   // a peer on another machine

	Program         string // executable to run as the server
	Version, Commit string // of it
	Progress        func(string)
	Emit            func(Result) // each run as it ends
}

// Run calibrates, starts a server, fills it and runs the workloads. What it makes it removes, also when it fails.
func Run(ctx context.Context, o Options) (_ *Report, err error) {
	workloads, err := o.check()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(o.Dir, "provost-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the data: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{Options: o, report: &Report{}, limited: "none", issuers: map[string]*issuer{}, server: &server{
		program: o.Program, data: filepath.Join(dir, "data"), databaseURL: o.DatabaseURL,
	}}
	if o.Profile != "" {
		b.server.profile = filepath.Join(dir, "cpu.pprof")
	}
	b.Progress("calibrating")
	if b.report.Calibration, err = calibrate(ctx, o, dir, min(max(o.Counted/5, 500*time.Millisecond), 2*time.Second)); err != nil {
		return nil, err
	}
	if b.sync, err = b.durability(ctx); err != nil {
		return nil, err
	}
	if err := b.server.start(ctx); err != nil {
		return nil, err
	}
	defer func() {
		err = errors.Join(err, b.server.remove(context.WithoutCancel(ctx)))
		b.server.kill()
	}()
	for _, w := range workloads {
		run := b.workload
		switch {
		case w.kind.aboutTokens():
			run = b.tokens
		case w.kind == signIn:
			run = b.signIns
		}
		if err := run(ctx, w); err != nil {
			return b.report, fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	if o.Short {
		b.report.judge()
	}
	return b.report, nil
}

// Check refuses options that do not go together.
func (o *Options) Check() error {
	_, err := o.check()
	return err
}

// check is Check, and returns the workloads to run.
func (o *Options) check() ([]Workload, error) {
	workloads, err := choose(o.Workloads)
	if err != nil {
		return nil, err
	}
	if o.Store == "postgres" && o.DatabaseURL == "" {
		return nil, errors.New("--store postgres needs --database-url, an empty control database")
	}
	if o.Store != "postgres" {
		o.DatabaseURL = ""
	}
	if o.Connections < 1 || o.Runs < 1 || o.Records < 100 || o.Counted <= 0 || o.Tenants < 1 {
		return nil, errors.New("at least one connection, run, second and tenant, and 100 records")
	}
	if o.Against == "" {
		return workloads, nil
	}
	if _, err := peerAddress(o.Against, o.AllowRemote); err != nil {
		return nil, err
	}
	takes, err := o.peerTakes()
	if err != nil {
		return nil, err
	}
	known := workloads[:0:0]
	for _, w := range workloads {
		if slices.Contains(takes, w.Name) {
			known = append(known, w)
		} else if len(o.Workloads) > 0 {
			return nil, fmt.Errorf("%s takes %s, not %s", o.Adapter, strings.Join(takes, ", "), w.Name)
		}
	}
	return known, nil
}

// peerTakes returns the workloads the peer of the adapter can be put beside.
func (o *Options) peerTakes() ([]string, error) {
	if o.Adapter == oidcProvider {
		return []string{"T1", "T2"}, nil
	}
	_, err := o.adapter()
	return []string{"T3", "T4c", "T5"}, err
}

// bench is one invocation.
type bench struct {
	Options
	report   *Report
	server   *server
	sync     string
	plain    *place   // BenchIncident in the first tenant
	incident *place   // Incident in the first tenant
	many     []*place // BenchIncident in many tenants
	peer     *place
	limited  string             // which rate limits were raised, "none" before
	issuers  map[string]*issuer // of tokens, by their algorithm
	rival    *issuer            // the peer's
	gate     *gateway           // of sign-ins
}

// durability says what a commit waits for.
func (b *bench) durability(ctx context.Context) (string, error) {
	if b.DatabaseURL == "" {
		return "synchronous=FULL", nil
	}
	d, err := db.Open(ctx, b.DatabaseURL, db.Options{})
	if err != nil {
		return "", fmt.Errorf("open the control database: %w", err)
	}
	defer d.Close()
	var commit, fsync string
	if err := d.QueryRow(ctx, "SELECT current_setting('synchronous_commit'), current_setting('fsync')").Scan(&commit, &fsync); err != nil {
		return "", fmt.Errorf("ask how commits are kept: %w", err)
	}
	return "synchronous_commit=" + commit + " fsync=" + fsync, nil
}

// workload runs one workload as often as asked, product and peer in turn.
func (b *bench) workload(ctx context.Context, w Workload) error {
	places, err := b.places(ctx, w)
	if err != nil {
		return err
	}
	bytes := 0
	if w.kind != createTenants {
		if bytes, err = places[0].sample(); err != nil {
			return err
		}
	}
	for run := range b.Runs {
		b.Progress(fmt.Sprintf("%s, run %d of %d", w.Name, run+1, b.Runs))
		mine, err := b.measure(ctx, w, ofPlaces(w, places), b.server.pid())
		if err != nil {
			return err
		}
		mine.Run, mine.RecordBytes = run+1, bytes
		if mine.Database, err = b.server.databaseBytes(ctx); err != nil {
			return err
		}
		if w.kind == createRow || w.kind == createTenants {
			if err := b.countRows(ctx, &mine, places); err != nil {
				return err
			}
		}
		b.add(mine)
		if b.Against == "" {
			continue
		}
		if err := b.preparePeer(ctx); err != nil {
			return err
		}
		theirs, err := b.measurePeer(ctx, w, ofPlaces(w, []*place{b.peer}), mine)
		if err != nil {
			return err
		}
		if w.kind == createRow {
			theirs.RowsExpected = b.peer.rows.Load()
			if theirs.RowsFound, err = b.peer.count(); err != nil {
				return err
			}
		}
		b.add(theirs)
	}
	return nil
}

// target is what a run is put on.
type target struct {
	name, address    string
	records, tenants int
	operation        operation
}

func ofPlaces(w Workload, places []*place) target {
	return target{places[0].dialect.name, places[0].address, len(places[0].keys), len(places), w.kind.operation(places)}
}

// measurePeer is one run on the peer, with its ratio to the product's run before.
func (b *bench) measurePeer(ctx context.Context, w Workload, on target, mine Result) (Result, error) {
	r, err := b.measure(ctx, w, on, b.PeerPID)
	if err != nil {
		return r, err
	}
	r.Run, r.Target, r.Store, r.Sync, r.Version, r.Commit, r.Go, r.RateLimits = mine.Run, on.name, "peer", "", "", "", "", ""
	if r.Rate > 0 {
		r.Ratio = mine.Rate / r.Rate
	}
	if r.ServerCPU > 0 {
		r.RatioCPU = mine.ServerCPU / r.ServerCPU
	}
	return r, nil
}

func (b *bench) add(r Result) {
	b.report.Results = append(b.report.Results, r)
	b.Emit(r)
}

// measure is one run.
func (b *bench) measure(ctx context.Context, w Workload, on target, pid int) (Result, error) {
	d := drive{
		address: on.address, connections: b.Connections, seed: b.Seed, warmUp: b.WarmUp, counted: b.Counted, pid: pid,
	}
	profiled := b.Profile != "" && on.name == "provost"
	if profiled {
		d.begin, d.end = b.beginProfile, b.endProfile
	}
	resetPeak(pid)
	m, err := d.run(ctx, on.operation)
	if err != nil {
		return Result{}, err
	}
	if profiled {
		if err := b.keepProfile(ctx, w.Name); err != nil {
			return Result{}, err
		}
	}
	r := Result{
		Workload: w.Name, Target: "provost", Version: b.Version, Commit: b.Commit, Store: b.Store, Sync: b.sync, Go: runtime.Version(),
		Processor: processorModel(), Cores: runtime.NumCPU(), RateLimits: b.limited, Fsync: b.report.Calibration.Fsync, Connections: b.Connections,
		Records: on.records, Tenants: on.tenants, Seconds: m.seconds, Requests: m.requests, Errors: m.errors,
		Rate: float64(m.requests) / m.seconds, percentiles: m.latency,
		ClientCores: m.client.Seconds() / m.seconds, ServerCores: m.server.Seconds() / m.seconds, OtherCores: m.other.Seconds() / m.seconds,
		PeakMemory: peakMemory(pid), Limit: w.Limit,
	}
	if m.problem != nil {
		r.Problem = m.problem.Error()
	}
	if m.requests > 0 {
		r.ServerCPU = float64(m.server.Microseconds()) / float64(m.requests)
	}
	r.LimitPercent = 100 * r.Rate / b.report.Calibration.limit(w.Limit)
	return r, nil
}

func (c Calibration) limit(name string) float64 {
	switch name {
	case "hello":
		return c.Hello
	case "pages":
		return c.Pages
	default:
		return c.Commits
	}
}

// countRows counts the rows after creates, ends the server as a crash would, starts it again and counts once more.
func (b *bench) countRows(ctx context.Context, r *Result, places []*place) error {
	count := func() (n int64, err error) {
		for _, p := range places {
			one, err := p.count()
			if err != nil {
				return 0, err
			}
			n += one
		}
		return n, nil
	}
	var err error
	if r.RowsFound, err = count(); err != nil {
		return err
	}
	b.server.kill()
	if err := b.server.start(ctx); err != nil {
		return fmt.Errorf("start again after kill -9: %w", err)
	}
	for _, p := range append([]*place{b.plain, b.incident}, b.many...) {
		if p != nil {
			p.address = b.server.address
		}
	}
	r.RowsAfterKill, err = count()
	for _, p := range places {
		r.RowsExpected += p.rows.Load()
	}
	return err
}

// profileName puts the name of a workload before the ending of a file's name.
func profileName(file, workload string) string {
	ending := filepath.Ext(file)
	return strings.TrimSuffix(file, ending) + "-" + workload + ending
}
