package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/desk"
	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/telemetry"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/web"
)

// fingerprintSetting is where the control database remembers the keys file it was made with.
const fingerprintSetting = "keys.fingerprint"

// Options say how to open the program, beyond its configuration.
type Options struct {
	Create     bool // make the control database where there is none yet
	CreateKeys bool // make the keys file for a control database that is new
	AnyDemo    bool // open whatever the tenants are; otherwise Demo says what they have to be
	Demo       bool // all tenants have to be demo tenants; otherwise none may be
	NoLock     bool // leave the data folder to others: only for commands on PostgreSQL
	Logger     *slog.Logger
	Clock      clock.Clock
}

// App is the program, open.
type App struct {
	Config  config.Config
	Log     *slog.Logger
	Clock   clock.Clock
	Keys    *secret.Keys
	Control *db.DB
	Tenants *tenant.Registry
	Modules

	started  time.Time
	lock     *folderLock
	budget   *db.Budget
	site     *webApp // nil where none was built
	platform string  // host name that belongs to no tenant; empty: none
	listener net.Listener
	ready    readiness
	jobs     sync.Map // *tenant.Handle → struct{}: those whose jobs are being done
	metrics  *telemetry.Metrics
	tracing  *telemetry.Tracing
}

// Open opens everything but the listener. The error says what to do where the user can do something.
func Open(ctx context.Context, c config.Config, o Options) (_ *App, err error) {
	a := &App{Config: c, Log: o.Logger, Clock: o.Clock}
	if a.Log == nil {
		a.Log = slog.New(slog.DiscardHandler)
	}
	if a.Clock == nil {
		a.Clock = clock.System{}
	}
	a.started = a.Clock.Now()
	if a.site, err = newWebApp(web.Files()); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close(context.WithoutCancel(ctx)))
		}
	}()
	if c.Data != "" && !o.NoLock {
		if a.lock, err = lockFolder(c.Data); err != nil {
			return nil, err
		}
	}
	if err := a.checkData(o); err != nil {
		return nil, err
	}
	a.budget = db.NewBudget(c.MaxConnections)
	if a.Control, err = db.Open(ctx, c.ControlDSN(), db.Options{Timeline: db.ControlTimeline(), Logger: a.Log, Budget: a.budget}); err != nil {
		return nil, fmt.Errorf("open the control database %s: %w", db.Redact(c.ControlDSN()), err)
	}
	if err := a.openKeys(ctx, o.CreateKeys); err != nil {
		return nil, err
	}
	if err := a.build(o.Demo); err != nil {
		return nil, err
	}
	a.Tenants, err = tenant.Open(ctx, tenant.Options{
		Control: a.Control, ControlDSN: c.ControlDSN(), DataDir: c.Data, Keys: a.Keys, Records: a.records, Opened: a.opened,
		Blobs: blob.At(c.BlobsFolder()), Named: desk.NamedBlobs,
		Budget: a.budget, Clock: a.Clock, Logger: a.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("open the tenants: %w", err)
	}
	if err := a.loadOrigin(ctx); err != nil {
		return nil, err
	}
	return a, a.checkDemo(o)
}

// checkData refuses to make data where a command only wants to look at some.
func (a *App) checkData(o Options) error {
	if o.Create || db.EngineOf(a.Config.ControlDSN()) != db.SQLite {
		return nil
	}
	if _, err := os.Stat(filepath.Join(a.Config.Data, "control.db")); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no data in %s; give another --data DIR, or start `provost serve --data %s`", a.Config.Data, a.Config.Data)
	}
	return nil
}

// openKeys reads the keys file the databases were made with, or makes one for a control database that is new: making
// another for one that has data would only hide that its own is missing. With another keys file no API key would be
// recognised and no sealed value could be read, so that is refused.
func (a *App) openKeys(ctx context.Context, create bool) error {
	known, err := a.controlSetting(ctx, fingerprintSetting)
	if err != nil {
		return err
	}
	path := a.Config.KeysFile()
	if a.Keys, err = secret.Open(path, create && known == ""); errors.Is(err, secret.ErrNoKeys) {
		return fmt.Errorf("there is no keys file %s; give the one this data was made with as --keys FILE: %w", path, err)
	} else if err != nil {
		return fmt.Errorf("open the keys file %s: %w", path, err)
	}
	switch mine := a.Keys.Fingerprint(); known {
	case mine:
		return nil
	case "":
		return a.setControl(ctx, fingerprintSetting, mine)
	default:
		return fmt.Errorf("the keys file %s (fingerprint %.8s) is not the one these databases were made with (%.8s); give that one as --keys FILE", path, mine, known)
	}
}

// controlSetting reads a setting of the control database; empty where nobody wrote it.
func (a *App) controlSetting(ctx context.Context, name string) (value string, err error) {
	err = a.Control.QueryRow(ctx, `SELECT COALESCE(MAX(value), '') FROM setting WHERE name = $1`, name).Scan(&value)
	if err != nil {
		return "", fmt.Errorf("read setting %s: %w", name, err)
	}
	return value, nil
}

// setControl writes a setting of the control database.
func (a *App) setControl(ctx context.Context, name, value string) error {
	err := a.Control.Alone(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
		return err
	})
	if err != nil {
		return fmt.Errorf("write setting %s: %w", name, err)
	}
	return nil
}

// checkDemo keeps demo data, whose secrets are printed, away from servers that mean it.
func (a *App) checkDemo(o Options) error {
	if o.AnyDemo {
		return nil
	}
	for _, t := range a.Tenants.List() {
		switch {
		case t.Demo && !o.Demo:
			return fmt.Errorf("tenant %s is a demo tenant, which `provost serve` does not serve; use `provost demo`, or another --data DIR", t.Name)
		case !t.Demo && o.Demo && len(a.Tenants.List()) == 1:
			return fmt.Errorf("tenant %s is not a demo tenant; use `provost serve`, or another --data DIR for the demo", t.Name)
		}
	}
	return nil
}

// closeTime is how long closing may take before what is left is abandoned.
const closeTime = 20 * time.Second

// Close closes what is open, in the opposite order.
func (a *App) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	var errs []error
	if a.listener != nil {
		if err := a.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if a.Tenants != nil {
		errs = append(errs, a.Tenants.Close(ctx)) // with the modules' state of each
	}
	if a.Admins != nil {
		errs = append(errs, a.Admins.Close())
	}
	if a.Control != nil {
		errs = append(errs, a.Control.Close())
	}
	a.lock.release()
	return errors.Join(errs...)
}
