package web

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// config returns the TLS settings; nil for plain http.
func (l Listening) config() (*tls.Config, error) {
	switch {
	case (l.CertFile == "") != (l.KeyFile == ""):
		return nil, errors.New("--tls-cert and --tls-key are given together")
	case l.CertFile != "" && len(l.ACME) > 0:
		return nil, errors.New("--tls-cert and --acme exclude each other")
	case l.CertFile != "":
		pair := &keyPair{certFile: l.CertFile, keyFile: l.KeyFile}
		if err := pair.load(); err != nil {
			return nil, err
		}
		return secured(&tls.Config{GetCertificate: pair.certificate}), nil
	case len(l.ACME) > 0:
		if l.ACMECache == "" {
			return nil, errors.New("--acme needs a folder to keep certificates in")
		}
		m := &autocert.Manager{Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(l.ACMECache), HostPolicy: autocert.HostWhitelist(l.ACME...)}
		if l.ACMEDirectory != "" {
			m.Client = &acme.Client{DirectoryURL: l.ACMEDirectory}
		}
		return secured(m.TLSConfig()), nil
	default:
		return nil, nil //nolint:nilnil // no settings are the answer for plain http
	}
}

func secured(c *tls.Config) *tls.Config {
	c.MinVersion = tls.VersionTLS12
	if len(c.NextProtos) == 0 {
		c.NextProtos = []string{"h2", "http/1.1"}
	}
	return c
}

// keyPair is a certificate in files, which renewals replace while the server runs.
type keyPair struct {
	certFile, keyFile string

	mu      sync.Mutex
	current *tls.Certificate
	changed time.Time // of the certificate's file
}

// load reads both files.
func (p *keyPair) load() error {
	info, err := os.Stat(p.certFile)
	if err != nil {
		return fmt.Errorf("read TLS certificate: %w", err)
	}
	c, err := tls.LoadX509KeyPair(p.certFile, p.keyFile)
	if err != nil {
		return fmt.Errorf("read TLS certificate: %w", err)
	}
	p.current, p.changed = &c, info.ModTime()
	return nil
}

// certificate gives the one in use, after a look whether the file is another. While a renewal is half done the old one
// stays.
func (p *keyPair) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if info, err := os.Stat(p.certFile); err == nil && !info.ModTime().Equal(p.changed) {
		_ = p.load()
	}
	return p.current, nil
}
