package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/provost-itsm/provost/internal/app"
	"github.com/provost-itsm/provost/internal/bench"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/trust"
)

// benchCommands are the benchmark and, not shown in the help, the two servers it starts in processes of their own, and what fills
// one of them with app registrations.
type benchCommands struct {
	Bench      benchCommand      `cmd:"" help:"Measure this program on this machine: start a server, fill it, put load on it."`
	BenchServe benchServeCommand `cmd:"" name:"bench-serve" hidden:"" help:"Serve, and write CPU profiles between two signals."`
	BenchHello benchHelloCommand `cmd:"" name:"bench-hello" hidden:"" help:"Serve a few bytes, to see what the machine can do."`

	BenchRegistrations benchRegistrations `cmd:"" name:"bench-registrations" hidden:"" help:"Make many app registrations."`
	BenchUses          benchUses          `cmd:"" name:"bench-uses" hidden:"" help:"Add up how often the credentials of app registrations were used."`
}

type benchCommand struct {
	Workload    []string `help:"Workloads: T1, T1r, T2, T2b, T3, T4c, T5, S3, S4, F, Fc, S5, M, T6 (default: all of these); timing." placeholder:"NAME"`
	Store       string   `enum:"sqlite,postgres" default:"sqlite" help:"Where data lies: sqlite, or postgres with --database-url naming an empty control database."`
	Runs        int      `default:"5" help:"Runs of each workload."`
	Seconds     float64  `default:"15" help:"Counted time of a run."`
	Warmup      float64  `default:"2" help:"Seconds before that, not counted."`
	Connections int      `default:"64" help:"Connections that send requests."`
	Records     int      `default:"100000" help:"Records loaded into a set."`
	Tenants     int      `default:"20" help:"Tenants of workload M."`
	Seed        uint64   `default:"1" help:"What the data is made from."`
	Dir         string   `help:"Folder in which the data folder is made and removed; it decides which disk is measured." placeholder:"DIR"`
	Pprof       string   `help:"Write CPU profiles of the server, the workload's name put before the ending." placeholder:"FILE"`
	Short       bool     `help:"A few seconds with little data; fails when a request costs many times what it should."`

	Against      string `help:"A peer, started by you, to measure in turn with this program." placeholder:"URL"`
	Adapter      string `help:"How to speak to it: pocketbase, cap or oidc-provider." placeholder:"NAME"`
	AgainstToken string `env:"PROVOST_BENCH_TOKEN" help:"What it authorises: a PocketBase superuser's token, the Authorization header of a CAP service." placeholder:"TOKEN"`
	AgainstPID   int    `name:"against-pid" help:"Its process, for its CPU time and memory." placeholder:"PID"`
	AllowRemote  bool   `help:"Let the peer be on another machine."`
}

func (c *benchCommand) start(ctx context.Context, t terminal, g globals) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	version, commit := app.Version()
	o := bench.Options{
		Workloads: c.Workload, Store: c.Store, DatabaseURL: g.DatabaseURL, Runs: c.Runs, Counted: seconds(c.Seconds), WarmUp: seconds(c.Warmup),
		Connections: c.Connections, Records: c.Records, Tenants: c.Tenants, Seed: c.Seed, Dir: c.Dir, Profile: c.Pprof, Short: c.Short,
		Against: c.Against, Adapter: c.Adapter, Token: c.AgainstToken, PeerPID: c.AgainstPID, AllowRemote: c.AllowRemote,
		Program: program, Version: version, Commit: commit,
		Progress: func(line string) { fmt.Fprintln(t.err, line) },
		Emit:     func(bench.Result) {},
	}
	if c.Short {
		o.Runs, o.Counted, o.WarmUp, o.Records, o.Tenants = 1, 2*time.Second, 500*time.Millisecond, 5000, 4
	}
	if err := o.Check(); err != nil {
		return usageError{err}
	}
	if !g.JSON {
		lines := json.NewEncoder(t.out)
		lines.SetEscapeHTML(false)
		o.Emit = func(r bench.Result) {
			if err := lines.Encode(r); err != nil {
				fmt.Fprintf(t.err, "print a run: %v\n", err)
			}
		}
	}
	report, err := bench.Run(ctx, o)
	if report != nil {
		err = errors.Join(err, c.show(t, g, report))
	}
	return err
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func (c *benchCommand) show(t terminal, g globals, report *bench.Report) error {
	var err error
	if g.JSON {
		err = json.NewEncoder(t.out).Encode(report)
	} else {
		fmt.Fprintln(t.out)
		err = report.WriteTable(t.out)
	}
	if err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if failed := report.Failed(); failed != "" {
		return errors.New(failed)
	}
	return nil
}

type benchServeCommand struct {
	serveCommand
	CPUProfile string `name:"cpu-profile" required:"" help:"File to write." placeholder:"FILE"`
}

func (c *benchServeCommand) start(ctx context.Context, t terminal, g globals) error {
	return bench.ServeProfiled(ctx, c.CPUProfile, func(ctx context.Context) error { return c.serveCommand.start(ctx, t, g) })
}

type benchHelloCommand struct{}

func (*benchHelloCommand) start(_ context.Context, t terminal, _ globals) error {
	return bench.ServeHello(t.in, t.out)
}

// benchEnvironment marks the app registrations of a benchmark.
const benchEnvironment = "benchmark"

// benchRegistrations makes the clients of the workloads about tokens in one go: a process for each would take a minute.
type benchRegistrations struct {
	Count int    `required:"" help:"How many." placeholder:"N"`
	Alg   string `required:"" help:"What signs their tokens." placeholder:"ALG"`
}

type benchRegistrationsResult struct {
	Registrations []benchRegistration `json:"registrations"`
}

type benchRegistration struct {
	AuthURL      string `json:"auth_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

func (b *benchRegistrations) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	made := benchRegistrationsResult{make([]benchRegistration, max(b.Count, 0))}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(64) // that share commits
	for i := range made.Registrations {
		group.Go(func() error {
			r, err := c.Trust.CreateRegistration(ctx, h, trust.RegistrationSpec{
				Type: "custom", TokenAlg: b.Alg, Environment: benchEnvironment, Scopes: []string{principal.DataRead, principal.ODataRead, principal.TokenIntrospect},
			})
			made.Registrations[i] = benchRegistration{r.AuthURL, r.ClientID, r.ClientSecret}
			return err
		})
	}
	return made, group.Wait()
}

// benchUses adds up the uses of those whose tokens are signed with an algorithm.
type benchUses struct {
	Alg string `required:"" help:"What signs their tokens." placeholder:"ALG"`
}

func (b *benchUses) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	all, err := c.Trust.Registrations(ctx, h)
	if err != nil {
		return nil, err
	}
	var sum struct {
		Uses int64 `json:"uses"`
	}
	for _, r := range all {
		if r.Environment == benchEnvironment && r.TokenAlg == b.Alg {
			for _, credential := range r.Credentials {
				sum.Uses += credential.Uses
			}
		}
	}
	return sum, nil
}
