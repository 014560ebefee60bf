package outbound

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func get(t *testing.T, c *Client, address string) (*http.Response, string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	return answer, string(b), err
}

func roots(s *httptest.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return pool
}

func TestCheck(t *testing.T) {
	strict, lenient := New(Options{}), New(Options{Private: loopback})
	for address, want := range map[string]string{ // what it is refused with, "" where not
		"https://hooks.example.com/a?b=c": "", "https://hooks.example.com:8443/": "", "https://8.8.8.8/": "", "HTTPS://Example.COM": "",
		"http://hooks.example.com/": "https://", "ftp://example.com/": "https://", "https:///path": "form", "https:example.com": "form", "example.com": "form",
		"": "form", "https://u:p@example.com/": "password", "https://u@example.com/": "password", "https://example.com/#x": "fragment",
		"https://127.0.0.1/": "127.0.0.1 is not a public", "https://[::1]/": "::1 is not", "https://[::ffff:127.0.0.1]/": "not a public",
		"https://localhost/": "own", "https://LOCALHOST./": "own", "https://169.254.169.254/latest/meta-data": "not a public", "https://[fe80::1%25eth0]/": "not a public",
		"https://example.com:0/": "port", "https://" + strings.Repeat("a", 3000) + ".com/": "characters", "https://exa mple.com/": "form", "file:///etc/passwd": "form",
		"http://127.0.0.1/": "https://",
	} {
		err := strict.Check(address)
		if want == "" && err != nil || want != "" && (!errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.60q: %v, want %q", address, err, want)
		}
	}
	for address, fine := range map[string]bool{
		"https://127.0.0.1:1/": true, "http://127.0.0.1:1/": true, "http://8.8.8.8/": false, "https://8.8.8.8/": true, "http://hooks.example.com/": true, // judged when dialled
		"https://10.0.0.1/": false, "http://10.0.0.1/": false, "ftp://127.0.0.1/": false, "http://[::ffff:127.0.0.1]/": true, "http://[::1]/": false,
	} {
		if err := lenient.Check(address); (err == nil) != fine {
			t.Errorf("with loopback allowed, %s: %v, want fine %v", address, err, fine)
		}
	}
}

func TestAddressesAreJudgedWhenDialled(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	named := "https://example.com:" + at.Port() + "/" // a name the server's certificate has
	for name, to := range map[string][]string{
		"loopback": {"127.0.0.1"}, "mapped": {"::ffff:127.0.0.1"}, "this network": {"0.0.0.0"}, "unspecified": {"::"}, "IPv6 loopback": {"::1"},
		"metadata": {"169.254.169.254"}, "all of several": {"10.0.0.1", "127.0.0.1"},
	} {
		c := New(Options{Roots: roots(server), Resolve: answering(to...)})
		if _, _, err := get(t, c, named); !errors.Is(err, ErrRefused) {
			t.Errorf("a name that resolves to %s: %v, want refused", name, err)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
	c := New(Options{Roots: roots(server), Private: loopback, Resolve: answering("10.0.0.1", "127.0.0.1")})
	if _, _, err := get(t, c, named); err != nil { // the first is refused, the second allowed
		t.Errorf("loopback allowed: %v", err)
	}
}

func answering(addrs ...string) func(context.Context, string, string) ([]netip.Addr, error) {
	return func(context.Context, string, string) ([]netip.Addr, error) {
		var out []netip.Addr
		for _, a := range addrs {
			out = append(out, netip.MustParseAddr(a))
		}
		return out, nil
	}
}

// TestANameThatChangesIsJudgedAgain: public when it is registered and asked for the first time, private the second.
func TestANameThatChangesIsJudgedAgain(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }))
	defer server.Close()
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var lookups atomic.Int64
	c := New(Options{Roots: roots(server), Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Resolve: func(context.Context, string, string) ([]netip.Addr, error) {
		if lookups.Add(1) == 1 {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.2")}, nil
	}})
	named := "https://example.com:" + at.Port() + "/"
	if _, _, err := get(t, c, named); err != nil {
		t.Errorf("the first time: %v", err)
	}
	if _, _, err := get(t, c, named); !errors.Is(err, ErrRefused) {
		t.Errorf("the second time: %v, want refused", err)
	}
}

func TestPlainHTTPGoesToAllowedNetworksOnly(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	defer server.Close()
	if _, _, err := get(t, New(Options{}), server.URL); !errors.Is(err, ErrRefused) {
		t.Errorf("nothing allowed: %v", err)
	}
	if _, body, err := get(t, New(Options{Private: loopback}), server.URL); err != nil || body != "hello" {
		t.Errorf("loopback allowed: %q %v", body, err)
	}
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{Private: loopback, Resolve: answering("8.8.8.8")})
	if _, _, err := get(t, c, "http://example.com:"+at.Port()+"/"); !errors.Is(err, ErrRefused) {
		t.Errorf("plain http to a public address: %v, want refused", err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var asked atomic.Int64
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer target.Close()
	server := httptest.NewTLSServer(http.RedirectHandler(target.URL, http.StatusFound))
	defer server.Close()
	answer, _, err := get(t, New(Options{Private: loopback, Roots: roots(server)}), server.URL)
	if err != nil || answer.StatusCode != http.StatusFound || asked.Load() != 0 {
		t.Errorf("%v %v, the target was asked %d times", answer, err, asked.Load())
	}
}

func TestProxiesOfTheEnvironmentAreNotUsed(t *testing.T) {
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("https_proxy", proxy.URL)
	if _, _, err := get(t, New(Options{Private: loopback, Roots: roots(server)}), server.URL); err != nil || asked.Load() != 0 {
		t.Errorf("%v, the proxy was asked %d times", err, asked.Load())
	}
}

func TestTheCertificateHasToFit(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	if _, _, err := get(t, New(Options{Private: loopback}), server.URL); err == nil {
		t.Error("an unknown authority is taken")
	}
}

func TestALongHeadIsAnError(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 2*MaxHeader))
	}))
	defer server.Close()
	if _, _, err := get(t, New(Options{Private: loopback, Roots: roots(server)}), server.URL); err == nil {
		t.Error("a head of twice the limit is taken")
	}
}
