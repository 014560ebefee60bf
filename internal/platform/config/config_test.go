package config

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	ok := Config{Data: "d", Listen: "127.0.0.1:0"}
	for name, c := range map[string]struct {
		change func(*Config)
		want   string // part of the error; empty: none
	}{
		"loopback may speak plain http":          {func(*Config) {}, ""},
		"localhost is loopback":                  {func(c *Config) { c.Listen = "localhost:80" }, ""},
		"IPv6 loopback is loopback":              {func(c *Config) { c.Listen = "[::1]:80" }, ""},
		"plain http elsewhere is refused":        {func(c *Config) { c.Listen = "0.0.0.0:80" }, "--insecure-http"},
		"plain http on all addresses is refused": {func(c *Config) { c.Listen = ":80" }, "--insecure-http"},
		"plain http behind a proxy is served":    {func(c *Config) { c.Listen = ":80"; c.TrustedProxy = []string{"10.0.0.0/8"} }, ""},
		"insecure http is served when asked for": {func(c *Config) { c.Listen = ":80"; c.InsecureHTTP = true }, ""},
		"a certificate needs its key":            {func(c *Config) { c.TLSCert = "x" }, "--tls-key"},
		"ACME and a certificate exclude":         {func(c *Config) { c.TLSCert, c.TLSKey, c.ACMEHosts = "x", "y", []string{"h"} }, "--acme"},
		"listen needs a port":                    {func(c *Config) { c.Listen = "localhost" }, "--listen"},
		"a base URL has no path":                 {func(c *Config) { c.BaseURL = "https://h/p" }, "--base-url"},
		"a base URL has a scheme":                {func(c *Config) { c.BaseURL = "h" }, "--base-url"},
		"a proxy is a CIDR":                      {func(c *Config) { c.TrustedProxy = []string{"10.0.0.0/99"} }, "--trusted-proxy"},
		"a proxy may be one address":             {func(c *Config) { c.TrustedProxy = []string{"10.0.0.1"} }, ""},
		"something to store in is needed":        {func(c *Config) { c.Data = "" }, "--data"},
		"a database without data needs keys":     {func(c *Config) { c.Data, c.DatabaseURL = "", "postgres://h/d" }, "--keys"},
		"the platform's host is no tenant's":     {func(c *Config) { c.BaseURL, c.PlatformHost = "https://P.test", "p.test" }, "--platform-host"},
		"metrics may be off":                     {func(c *Config) { c.MetricsListen = "off" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ok
			c.change(&got)
			err := got.Check()
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("Check() = %v, want %q", err, c.want)
			}
		})
	}
}
