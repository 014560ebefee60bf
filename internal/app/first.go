package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"

	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// originSetting is where the control database remembers how the server was reached last, for links made while it does not run.
const originSetting = "server.origin"

// platformSetting is where the control database remembers the platform's host, likewise.
const platformSetting = "server.platform_host"

// loopbackHosts are the host names of a tenant of a server that only this machine reaches.
var loopbackHosts = []string{"localhost", "127.0.0.1", "::1"}

// loadOrigin makes base URLs as the server that ran last made them.
func (a *App) loadOrigin(ctx context.Context) error {
	text, err := a.controlSetting(ctx, originSetting)
	if err != nil {
		return err
	}
	if a.platform, err = a.controlSetting(ctx, platformSetting); err != nil {
		return err
	}
	a.Tenants.Reserve(a.platform)
	var o tenant.Origin
	if text != "" && json.Unmarshal([]byte(text), &o) == nil {
		a.Tenants.SetOrigin(o)
	}
	return nil
}

// Listen takes the address. From here on base URLs are those of this server.
func (a *App) Listen(ctx context.Context) error {
	listening, err := a.listening()
	if err != nil {
		return err
	}
	l, err := listening.Listen(ctx)
	if err != nil {
		return fmt.Errorf("%w (another address is given as --listen HOST:PORT)", err)
	}
	a.listener = l
	o := a.originOf(l)
	a.Tenants.SetOrigin(o)
	if host := tenant.NormaliseHost(a.Config.PlatformHost); host != a.platform {
		a.platform = host
		a.Tenants.Reserve(host)
		if err := a.setControl(ctx, platformSetting, host); err != nil {
			return err
		}
	}
	b, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("remember how the server is reached: %w", err)
	}
	if known, err := a.controlSetting(ctx, originSetting); err != nil || known == string(b) {
		return err
	}
	return a.setControl(ctx, originSetting, string(b))
}

// Addr returns the address listened on.
func (a *App) Addr() net.Addr { return a.listener.Addr() }

// platformAddress is the URL of the platform's host; empty where there is none.
func (a *App) platformAddress() string {
	if a.platform == "" {
		return ""
	}
	return a.Tenants.Address(a.platform)
}

// originOf says how hosts of this server are reached: as --base-url has it; directly; or, behind a proxy, by https.
func (a *App) originOf(l net.Listener) tenant.Origin {
	if u, err := url.Parse(a.Config.BaseURL); err == nil && u.Host != "" {
		port, _ := strconv.Atoi(u.Port())
		return tenant.Origin{Scheme: u.Scheme, Port: port}
	}
	port := 0
	if t, ok := l.Addr().(*net.TCPAddr); ok {
		port = t.Port
	}
	switch {
	case a.Config.TLS():
		return tenant.Origin{Scheme: "https", Port: port}
	case len(a.Config.TrustedProxy) > 0:
		return tenant.Origin{Scheme: "https"}
	default:
		return tenant.Origin{Scheme: "http", Port: port}
	}
}

// firstHosts returns the host names of the first tenant, among which the platform's own is not.
func (a *App) firstHosts() []string {
	return slices.DeleteFunc(slices.Clone(a.servedHosts()), func(h string) bool { return tenant.NormaliseHost(h) == a.platform })
}

// servedHosts returns the host names this server is reached under: of --base-url, of this machine, or of the listen address.
func (a *App) servedHosts() []string {
	if u, err := url.Parse(a.Config.BaseURL); err == nil && u.Host != "" {
		return []string{u.Hostname()}
	}
	if len(a.Config.ACMEHosts) > 0 {
		return a.Config.ACMEHosts
	}
	if a.Config.Loopback() {
		return loopbackHosts
	}
	host, _, err := net.SplitHostPort(a.Config.Listen)
	if ip := net.ParseIP(host); err != nil || host == "" || ip != nil && ip.IsUnspecified() {
		return loopbackHosts
	}
	return []string{host}
}

// ErrAllDeleted says that there were tenants and none is left: a new one would look like the old one without its data.
var ErrAllDeleted = errors.New("all tenants were deleted; make one with `provost tenant create NAME --host HOST`")

// EnsureTenant makes the first tenant where there never was one, or a demo where there is none. It reports whether it
// did; ErrAllDeleted where there were others.
func (a *App) EnsureTenant(ctx context.Context, name string, demo bool) (tenant.Info, bool, error) {
	if all := a.Tenants.List(); len(all) > 0 {
		return all[0], false, nil
	}
	if used, err := a.Tenants.Used(ctx); err != nil || used && !demo {
		return tenant.Info{}, false, cmp.Or(err, ErrAllDeleted)
	}
	ctx = principal.With(ctx, &principal.Principal{Kind: principal.System, Login: "system", DisplayName: "Provost"})
	info, err := a.Tenants.Create(ctx, tenant.New{Name: name, Hosts: a.firstHosts(), BaseURL: a.Config.BaseURL, Demo: demo})
	if fault.Is(err, fault.Conflict) {
		return tenant.Info{}, false, errors.New("another server makes the first tenant at this moment; start again in a few seconds")
	}
	if err != nil {
		return tenant.Info{}, false, fmt.Errorf("make the first tenant: %w", err)
	}
	return info, true, nil
}

// FirstAdministrator makes the person admin, who may do everything, and returns the link to set a password.
func (a *App) FirstAdministrator(ctx context.Context, info tenant.Info) (link string, err error) {
	h, release, err := a.Tenants.Acquire(ctx, info.ID)
	if err != nil {
		return "", err
	}
	defer release()
	created, err := a.People.CreatePerson(record.AsSystem(tenant.With(ctx, h)), h, people.NewPerson{Login: "admin", Role: role.Admin, LastName: "Administrator"})
	if err != nil {
		return "", fmt.Errorf("make the first administrator: %w", err)
	}
	return created.SetupLink, nil
}
