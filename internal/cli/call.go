package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/app"
	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// command is an administrative command. It travels as JSON, so its flags are exported fields.
type command interface {
	run(ctx context.Context, c *call) (result any, err error)
}

// preparer is a command that needs something of this process before it runs, possibly in another one: absolute paths, files read.
type preparer interface {
	prepare(t terminal) error
}

// printer is a command that writes its result for people in a form of its own.
type printer interface {
	print(t terminal, result json.RawMessage) error
}

// founder is a command that may make a data folder or control database where there is none.
type founder interface{ founds() }

// verdict is a result that is printed and yet means failure.
type verdict interface{ failure() string }

// call is one run of a command.
type call struct {
	*app.App
	wanted string // --tenant
	actor  string
	report func(line string)
}

// tenant returns the tenant the command is for, and a context in which the command acts there.
func (c *call) tenant(ctx context.Context) (context.Context, *tenant.Handle, func(), error) {
	info, err := c.which()
	if err != nil {
		return nil, nil, nil, err
	}
	h, release, err := c.Tenants.Acquire(ctx, info.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	return tenant.With(c.as(ctx, info.ID), h), h, release, nil
}

func (c *call) which() (tenant.Info, error) {
	if c.wanted != "" {
		return c.Tenants.ByName(c.wanted)
	}
	switch all := c.Tenants.List(); len(all) {
	case 0:
		return tenant.Info{}, fault.New(fault.NotFound, "tenant_unknown", "There is no tenant yet. Start `provost serve`, or run `provost tenant create NAME --host HOST`.")
	case 1:
		return all[0], nil
	default:
		names := make([]string, 0, 6)
		for _, i := range all[:min(len(all), 5)] {
			names = append(names, i.Name)
		}
		if len(all) > 5 {
			names = append(names, "…")
		}
		return tenant.Info{}, fault.New(fault.Invalid, "tenant_missing", "There are %d tenants (%s): say which with --tenant NAME.", len(all), strings.Join(names, ", "))
	}
}

// as returns a context in which the program acts for whoever called it.
func (c *call) as(ctx context.Context, tenantID string) context.Context {
	return principal.With(ctx, &principal.Principal{Kind: principal.System, TenantID: tenantID, Login: "cli:" + c.actor, DisplayName: "Command line (" + c.actor + ")"})
}

// progress returns a function that reports how much of a piece of work is done, at most twice a second.
func (c *call) progress(what, unit string) func(done, total int64) {
	var (
		mu   sync.Mutex
		last = time.Now()
	)
	return func(done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(last) < 500*time.Millisecond {
			return
		}
		last = time.Now()
		if total > 0 {
			c.report(fmt.Sprintf("%s: %d of %d %s (%d%%)", what, done, total, unit, 100*done/total))
		} else {
			c.report(fmt.Sprintf("%s: %d %s", what, done, unit))
		}
	}
}

// startWait is how long a command waits for a server that is just starting, or for another command.
const startWait = 15 * time.Second

// execute runs a command in the server that works on the data folder, or here.
func (g globals) execute(ctx context.Context, t terminal, name string, c command) error {
	if p, ok := c.(preparer); ok {
		if err := p.prepare(t); err != nil {
			return err
		}
	}
	who := "unknown"
	if u, err := user.Current(); err == nil {
		who = u.Username
	}
	report := func(line string) { fmt.Fprintln(t.err, line) }
	data := g.dataFolder("provost-data")
	cfg := config.Config{Data: data, DatabaseURL: g.DatabaseURL, Keys: g.Keys, Blobs: g.Blobs}
	if _, ok := c.(founder); !ok && g.DatabaseURL == "" && !exists(data) {
		return fmt.Errorf("there is no data folder %s; give --data DIR, or start `provost serve --data %s`", data, data)
	}
	deadline := time.Now().Add(startWait)
	for {
		result, err := remote(ctx, cfg, name, request{Tenant: g.Tenant, Actor: who, DatabaseURL: g.DatabaseURL}, c, report)
		if errors.Is(err, errNoServer) {
			result, err = direct(ctx, cfg, call{wanted: g.Tenant, actor: who, report: report}, c)
		}
		if errors.Is(err, app.ErrLocked) && time.Now().Before(deadline) {
			select {
			case <-time.After(100 * time.Millisecond):
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if result != nil {
			show := func() error { return t.show(result, g.JSON) }
			if p, ok := c.(printer); ok && !g.JSON {
				show = func() error { return p.print(t, result) }
			}
			if err := show(); err != nil {
				return err
			}
		}
		return err
	}
}

// direct opens the databases in this process and runs the command.
func direct(ctx context.Context, cfg config.Config, c call, cmd command) (json.RawMessage, error) {
	_, founds := cmd.(founder)
	a, err := app.Open(ctx, cfg, app.Options{
		Create: founds, CreateKeys: founds, AnyDemo: true, NoLock: db.EngineOf(cfg.ControlDSN()) == db.Postgres, Logger: quiet(os.Stderr),
	})
	if err != nil {
		return nil, err
	}
	c.App = a
	result, err := perform(ctx, &c, cmd)
	if closeErr := a.Close(context.WithoutCancel(ctx)); err == nil && closeErr != nil {
		return result, closeErr
	}
	return result, err
}

// perform runs a command and encodes its result. A result that means failure comes with an error.
func perform(ctx context.Context, c *call, cmd command) (json.RawMessage, error) {
	result, err := cmd.run(c.as(ctx, ""), c)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(result)
	if err != nil {
		return nil, fmt.Errorf("encode the result: %w", err)
	}
	if v, ok := result.(verdict); ok && v.failure() != "" {
		return b, errors.New(v.failure())
	}
	return b, nil
}
