package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/provost-itsm/provost/internal/app"
)

type demoCommand struct {
	serverFlags
	Credentials string `help:"File to write the credentials to, as JSON, once the server answers." placeholder:"FILE"`
}

func (d *demoCommand) start(ctx context.Context, t terminal, g globals) error {
	if d.Credentials != "" {
		abs, err := filepath.Abs(d.Credentials)
		if err != nil {
			return fmt.Errorf("find %s: %w", d.Credentials, err)
		}
		d.Credentials = abs
	}
	if d.PlatformHost == "" {
		d.PlatformHost = app.DemoPlatformHost
	}
	return serve(ctx, t, d.config(g, g.dataFolder("provost-demo")), app.Options{Create: true, CreateKeys: true, Demo: true}, func(ctx context.Context, a *app.App) (func() error, error) {
		c, err := a.EnsureDemo(ctx)
		if err != nil {
			return nil, err
		}
		return func() error {
			if d.Credentials != "" { // before it is said that the demo serves: who reads that looks for the file
				if err := app.WritePrivate(d.Credentials, c); err != nil {
					return err
				}
			}
			fmt.Fprintf(t.out, "The demo serves %s\n\n", c.BaseURL)
			fmt.Fprintf(t.out, "  administrator  %s  %s\n  agent          %s  %s\n", c.Admin.Username, c.Admin.Password, c.Agent.Username, c.Agent.Password)
			fmt.Fprintf(t.out, "  API key        %s\n  employee       %s  (RecId %s)\n  tenant         %s  (id %s)\n", c.APIKey, c.Employee.Login, c.Employee.RecID, c.TenantHost, c.TenantID)
			fmt.Fprintf(t.out, "  operator       %s  %s  (runs the server, at %s)\n\n", c.SystemAdmin.Username, c.SystemAdmin.Password, c.PlatformURL)
			for _, r := range []struct {
				name string
				app.DemoRegistration
			}{{"Custom App", c.AppRegistration}, {"Cherwell", c.CSMRegistration}} {
				fmt.Fprintf(t.out, "  %-13s  %s  %s\n", r.name, r.ClientID, r.ClientSecret)
			}
			fmt.Fprintf(t.out, "  tokens from    %s\n\n", c.AppRegistration.AuthURL)
			fmt.Fprintf(t.out, "Try:\n  curl -H 'Authorization: rest_api_key=%s' '%s/api/odata/businessobject/incidents?$top=1'\n\n", c.APIKey, c.BaseURL)
			return nil
		}, nil
	})
}
