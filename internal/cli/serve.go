package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/provost-itsm/provost/internal/app"
	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// serverFlags are what both ways of serving take.
type serverFlags struct {
	Listen               string   `default:"127.0.0.1:8080" env:"PROVOST_LISTEN" help:"Address to serve on; port 0 picks a free one." placeholder:"HOST:PORT"`
	BaseURL              string   `name:"base-url" env:"PROVOST_BASE_URL" help:"Canonical URL of the first tenant." placeholder:"URL"`
	PlatformHost         string   `name:"platform-host" env:"PROVOST_PLATFORM_HOST" help:"Host name of no tenant: system administrators sign in there, and the tenant's id in the path picks one for tokens and the data API." placeholder:"HOST"`
	TLSCert              string   `name:"tls-cert" env:"PROVOST_TLS_CERT" help:"Certificate with its chain, PEM." placeholder:"FILE"`
	TLSKey               string   `name:"tls-key" env:"PROVOST_TLS_KEY" help:"Its private key, PEM." placeholder:"FILE"`
	ACME                 []string `name:"acme" env:"PROVOST_ACME" help:"Host names to get certificates for." placeholder:"HOST"`
	InsecureHTTP         bool     `name:"insecure-http" env:"PROVOST_INSECURE_HTTP" help:"Serve plain http on other addresses than loopback."`
	TrustedProxy         []string `name:"trusted-proxy" env:"PROVOST_TRUSTED_PROXY" help:"Networks of proxies whose X-Forwarded headers count." placeholder:"CIDR"`
	AllowPrivateOutbound []string `name:"allow-private-outbound" env:"PROVOST_ALLOW_PRIVATE_OUTBOUND" help:"Private networks that outbound requests may go to." placeholder:"CIDR"`
	MetricsListen        string   `name:"metrics-listen" env:"PROVOST_METRICS_LISTEN" help:"Address of /metrics (default 127.0.0.1:9464); off: none." placeholder:"HOST:PORT"`
	MaxConnections       int      `name:"max-connections" env:"PROVOST_MAX_CONNECTIONS" default:"80" help:"Connections to PostgreSQL, of the whole process."`
	LogLevel             string   `name:"log-level" env:"PROVOST_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"debug, info, warn or error."`
}

func (f serverFlags) config(g globals, data string) config.Config {
	return config.Config{
		Data: data, DatabaseURL: g.DatabaseURL, Keys: g.Keys, Blobs: g.Blobs, Listen: f.Listen, BaseURL: f.BaseURL, PlatformHost: f.PlatformHost,
		TLSCert: f.TLSCert, TLSKey: f.TLSKey, ACMEHosts: f.ACME, InsecureHTTP: f.InsecureHTTP, TrustedProxy: f.TrustedProxy,
		AllowPrivateOutbound: f.AllowPrivateOutbound, MetricsListen: f.MetricsListen, MaxConnections: f.MaxConnections, LogLevel: f.LogLevel,
	}
}

type serveCommand struct{ serverFlags }

func (s *serveCommand) start(ctx context.Context, t terminal, g globals) error {
	return serve(ctx, t, s.config(g, g.dataFolder("provost-data")), app.Options{Create: true, CreateKeys: true}, func(ctx context.Context, a *app.App) (func() error, error) {
		info, made, err := a.EnsureTenant(ctx, tenant.DefaultName, false)
		if errors.Is(err, app.ErrAllDeleted) {
			a.Log.Warn("there is no tenant to serve", "reason", err)
			return func() error {
				fmt.Fprintf(t.out, "Provost serves no tenant at %s: all were deleted. Make one: provost tenant create NAME --host HOST --data %s\n", a.Addr(), a.Config.Data)
				return nil
			}, nil
		}
		if err != nil {
			return nil, err
		}
		link := ""
		if made {
			if link, err = a.FirstAdministrator(ctx, info); err != nil {
				return nil, err
			}
		}
		return func() error {
			fmt.Fprintf(t.out, "Provost serves %s\n", info.BaseURL)
			if link != "" { // to the terminal only: no log holds it
				fmt.Fprintf(t.out, "\nThis is the first start. Set the password of the administrator (login: admin) within 24 hours here:\n\n  %s\n\nA new link: provost user setup-link admin\n\n", link)
			}
			return nil
		}, nil
	})
}

// serve opens the program, lets begin complete it, and serves until ctx ends. What begin returns runs when requests are answered.
func serve(ctx context.Context, t terminal, c config.Config, o app.Options, begin func(context.Context, *app.App) (ready func() error, err error)) (err error) {
	if err := c.Check(); err != nil {
		return usageError{err}
	}
	for _, path := range []*string{&c.Data, &c.Keys, &c.Blobs} { // commands that run in the server are called from other folders
		if *path != "" {
			if err := absolute(path); err != nil {
				return err
			}
		}
	}
	o.Logger = app.NewLogger(t.err, c.Level())
	slog.SetDefault(o.Logger) // what has no logger of its own logs here too
	a, err := app.Open(ctx, c, o)
	if errors.Is(err, app.ErrLocked) {
		return fmt.Errorf("%w; stop that one, or give another folder as --data DIR", err)
	}
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := a.Close(context.WithoutCancel(ctx)); closeErr != nil {
			a.Log.Error("not everything closed", slog.Any("error", closeErr))
			err = errors.Join(err, closeErr)
		}
	}()
	if err := a.Listen(ctx); err != nil {
		return err
	}
	ready, err := begin(ctx, a)
	if err != nil {
		return err
	}
	a.Log.Info("serving", "address", a.Addr().String())
	return a.Serve(ctx, commandHandler(a), ready)
}
