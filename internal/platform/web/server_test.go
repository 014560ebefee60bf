package web

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPlainHTTPIsServedOnLoopbackOnly(t *testing.T) {
	proxies, err := ParseProxies([]string{"10.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		l    Listening
		ok   bool
	}{
		{"loopback", Listening{Address: "127.0.0.1:0"}, true},
		{"loopback by name", Listening{Address: "localhost:0"}, true},
		{"every address", Listening{Address: ":0"}, false},
		{"every address, insisted", Listening{Address: ":0", Insecure: true}, true},
		{"every address, a proxy in front", Listening{Address: ":0", Trusted: proxies}, true},
		{"a certificate without key", Listening{Address: "127.0.0.1:0", CertFile: "x"}, false},
		{"a certificate and ACME", Listening{Address: "127.0.0.1:0", CertFile: "x", KeyFile: "y", ACME: []string{"h"}}, false},
		{"a certificate that is not there", Listening{Address: "127.0.0.1:0", CertFile: "x", KeyFile: "y"}, false},
		{"ACME without a folder", Listening{Address: "127.0.0.1:0", ACME: []string{"h"}}, false},
		{"ACME", Listening{Address: "127.0.0.1:0", ACME: []string{"h"}, ACMECache: t.TempDir()}, true},
		{"no address", Listening{Address: "nonsense"}, false},
	} {
		ln, err := tc.l.Listen(t.Context())
		if (err == nil) != tc.ok {
			t.Errorf("%s: %v", tc.name, err)
		}
		if err == nil {
			_ = ln.Close()
		}
	}
}

func TestGuardRefusesPlainHTTPThatPassesTheProxyBy(t *testing.T) {
	proxies, err := ParseProxies([]string{"10.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, remote string
		l            Listening
		status       int
	}{
		{"the proxy", "10.0.0.1:1", Listening{Trusted: proxies}, 200},
		{"this machine", "127.0.0.1:1", Listening{Trusted: proxies}, 200},
		{"a Unix socket", "@", Listening{Trusted: proxies}, 200},
		{"somebody else", "10.0.0.2:1", Listening{Trusted: proxies}, 403},
		{"somebody else, insisted", "10.0.0.2:1", Listening{Trusted: proxies, Insecure: true}, 200},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tc.remote
		tc.l.Guard(Problem, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		if w.Code != tc.status {
			t.Errorf("%s: %d, want %d", tc.name, w.Code, tc.status)
		}
	}
}

func TestARenewedCertificateIsUsedWithoutARestart(t *testing.T) {
	dir := t.TempDir()
	l := Listening{Address: "127.0.0.1:0", CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem")}
	certify(t, l, 1)
	ln, err := l.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }), slog.New(slog.DiscardHandler))
	go func() { _ = server.Serve(ln) }()
	defer server.Close()
	ask := func() (serial int64, proto string) {
		t.Helper()
		transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
		defer transport.CloseIdleConnections()
		req, _ := http.NewRequestWithContext(t.Context(), "GET", "https://"+ln.Addr().String(), nil)
		res, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		return res.TLS.PeerCertificates[0].SerialNumber.Int64(), string(text)
	}
	if serial, proto := ask(); serial != 1 || proto != "HTTP/2.0" {
		t.Errorf("certificate %d over %s, want 1 over HTTP/2.0", serial, proto)
	}
	if err := os.WriteFile(l.CertFile, []byte("half a renewal"), 0o600); err != nil {
		t.Fatal(err)
	}
	if serial, _ := ask(); serial != 1 {
		t.Errorf("certificate %d while a renewal is half done, want 1", serial)
	}
	certify(t, l, 2)
	if serial, _ := ask(); serial != 2 {
		t.Errorf("certificate %d after a renewal, want 2", serial)
	}
}

// certify writes a self-signed certificate with that serial number, its file as old as the number says.
func certify(t *testing.T, l Listening, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{l.KeyFile: {Type: "PRIVATE KEY", Bytes: private}, l.CertFile: {Type: "CERTIFICATE", Bytes: cert}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	when := time.Unix(1_700_000_000+serial, 0)
	if err := os.Chtimes(l.CertFile, when, when); err != nil {
		t.Fatal(err)
	}
}

func TestHeadersAreBounded(t *testing.T) {
	ln, err := Listening{Address: "127.0.0.1:0"}.Listen(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), slog.New(slog.DiscardHandler))
	go func() { _ = server.Serve(ln) }()
	defer server.Close()
	for size, want := range map[int]int{200 << 10: 200, 300 << 10: 200, 600 << 10: 431} {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", "http://"+ln.Addr().String(), nil)
		req.Header.Set("X-Long", strings.Repeat("x", size))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%d bytes of headers: %d, want %d", size, res.StatusCode, want)
		}
	}
}
