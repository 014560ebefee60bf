// Package config is what a server is told when it starts: a plain structure that the command line fills from flags and
// environment, checked in one place before anything is opened.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
)

// Config is the configuration of a process. Zero values mean the defaults.
type Config struct {
	Data        string // folder of databases, keys, socket; made when missing
	Listen      string // host:port; port 0 picks a free one
	DatabaseURL string // control database; empty: a SQLite file in Data
	Keys        string // keys file; empty: keys.json in Data
	Blobs       string // folder of attachments, one for all servers of a control database; empty: blobs in Data
	BaseURL     string // canonical URL of the first tenant; empty: made from Listen

	PlatformHost string // host name that belongs to no tenant; empty: none

	TLSCert      string // PEM files
	TLSKey       string
	ACMEHosts    []string // host names to get certificates for
	InsecureHTTP bool     // plain http on other addresses than loopback
	TrustedProxy []string // CIDRs whose X-Forwarded-For and -Proto count

	AllowPrivateOutbound []string // CIDRs that outbound requests may go to besides public addresses
	MetricsListen        string   // host:port of /metrics; empty: the default; "off": none
	MaxConnections       int      // to PostgreSQL, process-wide; 0: 80
	LogLevel             string   // debug, info, warn or error; empty: info
}

// Defaults.
const (
	DefaultListen  = "127.0.0.1:8080"
	DefaultMetrics = "127.0.0.1:9464"
)

// ControlDSN returns where the control database is.
func (c Config) ControlDSN() string {
	if c.DatabaseURL != "" {
		return c.DatabaseURL
	}
	return "sqlite:" + filepath.Join(c.Data, "control.db")
}

// KeysFile returns the path of the keys file.
func (c Config) KeysFile() string {
	if c.Keys != "" {
		return c.Keys
	}
	return filepath.Join(c.Data, "keys.json")
}

// BlobsFolder returns the folder in which the contents of attachments are kept.
func (c Config) BlobsFolder() string {
	if c.Blobs == "" && c.Data != "" {
		return filepath.Join(c.Data, "blobs")
	}
	return c.Blobs
}

// TLS reports whether this process ends TLS itself.
func (c Config) TLS() bool { return c.TLSCert != "" || len(c.ACMEHosts) > 0 }

// Level returns the log level.
func (c Config) Level() slog.Level {
	var l slog.Level
	if c.LogLevel == "" || l.UnmarshalText([]byte(c.LogLevel)) != nil {
		return slog.LevelInfo
	}
	return l
}

// Proxies returns TrustedProxy as prefixes.
func (c Config) Proxies() ([]netip.Prefix, error) { return prefixes("--trusted-proxy", c.TrustedProxy) }

// PrivateOutbound returns AllowPrivateOutbound as prefixes.
func (c Config) PrivateOutbound() ([]netip.Prefix, error) {
	return prefixes("--allow-private-outbound", c.AllowPrivateOutbound)
}

// Loopback reports whether Listen is reachable from this machine only.
func (c Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// Check returns all that is wrong with the configuration of a server, each with the flag that says it.
func (c Config) Check() error {
	var errs []error
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Data == "" && c.DatabaseURL == "" {
		add("--data or --database-url is needed")
	}
	if c.Data == "" && c.DatabaseURL != "" && c.Keys == "" {
		add("--database-url without --data needs --keys")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		add("--listen wants HOST:PORT, not %q", c.Listen)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		add("--tls-cert and --tls-key belong together")
	}
	if c.TLSCert != "" && len(c.ACMEHosts) > 0 {
		add("--acme and --tls-cert exclude each other")
	}
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			add("--base-url wants https://HOST, not %q", c.BaseURL)
		}
	}
	if u, err := url.Parse(c.BaseURL); err == nil && c.PlatformHost != "" && strings.EqualFold(u.Hostname(), c.PlatformHost) {
		add("--platform-host belongs to no tenant, and --base-url says that %s belongs to the first one", c.PlatformHost)
	}
	if h := c.PlatformHost; h != "" && (strings.ContainsAny(h, "/:@? ") || len(h) > 253) {
		add("--platform-host wants a host name without port, not %q", h)
	}
	if _, err := c.Proxies(); err != nil {
		errs = append(errs, err)
	}
	if _, err := c.PrivateOutbound(); err != nil {
		errs = append(errs, err)
	}
	if c.MetricsListen != "" && c.MetricsListen != "off" {
		if _, _, err := net.SplitHostPort(c.MetricsListen); err != nil {
			add("--metrics-listen wants HOST:PORT or off, not %q", c.MetricsListen)
		}
	}
	if c.MaxConnections < 0 {
		add("--max-connections wants a positive number")
	}
	if !c.TLS() && !c.InsecureHTTP && !c.Loopback() && len(c.TrustedProxy) == 0 {
		add("plain http is served on loopback only: give --tls-cert and --tls-key, --acme HOST, a --trusted-proxy in front, or --insecure-http")
	}
	return errors.Join(errs...)
}

func prefixes(flag string, texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, t := range texts {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			addr, addrErr := netip.ParseAddr(t)
			if addrErr != nil {
				return nil, fmt.Errorf("%s wants a CIDR such as 10.0.0.0/8, not %q", flag, t)
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
