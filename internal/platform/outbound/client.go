package outbound

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// The limits of a request, unless the caller's context ends earlier.
const (
	dialTime   = 5 * time.Second
	tlsTime    = 5 * time.Second
	headerTime = 10 * time.Second
	totalTime  = 15 * time.Second
	// MaxHeader is how many bytes the head of an answer may have.
	MaxHeader = 64 << 10
	idleTime  = 60 * time.Second
	maxURL    = 2048
)

// ErrRefused marks what the rules do not allow. Its text says why and is fit to be shown.
var ErrRefused = errors.New("the address is not allowed")

// Options of New.
type Options struct {
	Private []netip.Prefix // networks that may be asked although they are not public, and by plain http too
	Roots   *x509.CertPool // certificate authorities; nil: the system's
	Total   time.Duration  // how long a request may take to the end of its answer; 0: 15 s
	// Resolve replaces the name lookup; nil: the system's.
	Resolve func(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Client makes requests within the rules of this package. Safe for concurrent use.
type Client struct {
	private []netip.Prefix
	resolve func(ctx context.Context, network, host string) ([]netip.Addr, error)
	http    http.Client
}

// New returns a client.
func New(o Options) *Client {
	c := &Client{private: o.Private, resolve: o.Resolve}
	if c.resolve == nil {
		c.resolve = net.DefaultResolver.LookupNetIP
	}
	c.http = http.Client{
		Timeout:       cmp.Or(o.Total, totalTime),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nil, // nobody but the operator of a proxy would see what it connects to
			// A connection for one scheme is never used for the other, so what is allowed to each is decided here.
			DialContext: c.dial,
			TLSClientConfig: &tls.Config{
				RootCAs: o.Roots, MinVersion: tls.VersionTLS12,
			},
			TLSHandshakeTimeout: tlsTime, ResponseHeaderTimeout: headerTime, ExpectContinueTimeout: time.Second,
			IdleConnTimeout: idleTime, MaxIdleConns: 64, MaxIdleConnsPerHost: 2, MaxConnsPerHost: 32,
			MaxResponseHeaderBytes: MaxHeader, DisableCompression: true, ForceAttemptHTTP2: true,
		},
	}
	return c
}

type plainKey struct{}

// Do makes a request. What the rules do not allow is an error that wraps ErrRefused. An answer that redirects is returned
// as it is. The caller reads as much of the body as it wants and closes it.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	if err := c.Check(r.URL.String()); err != nil {
		return nil, err
	}
	if r.URL.Scheme == "http" {
		r = r.WithContext(context.WithValue(r.Context(), plainKey{}, true))
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// Close ends the connections that wait for the next request.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Check says beforehand what is wrong with an address, as far as that shows without asking for a name. The error wraps ErrRefused.
func (c *Client) Check(address string) error {
	if len(address) > maxURL {
		return refused("it has more than %d characters", maxURL)
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return refused("it is not of the form https://HOST/PATH")
	case u.User != nil:
		return refused("it holds a user name or password")
	case u.Fragment != "":
		return refused("it has a fragment")
	case u.Scheme == "http" && len(c.private) == 0, u.Scheme != "https" && u.Scheme != "http":
		return refused("it has to begin with https://")
	case u.Port() == "0":
		return refused("it has the port 0")
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		return c.judge(a, u.Scheme == "http")
	}
	if u.Scheme == "https" && len(c.private) == 0 && strings.EqualFold(strings.TrimSuffix(u.Hostname(), "."), "localhost") {
		return refused("it is this machine's own")
	}
	return nil
}

// judge says whether an address may be asked.
func (c *Client) judge(a netip.Addr, plain bool) error {
	switch {
	case within(c.private, a) && a.Zone() == "":
		return nil
	case plain:
		return refused("%s is asked over https only", a)
	case !Public(a):
		return refused("%s is not a public address", a)
	}
	return nil
}

// Dial connects to host:port over TCP for another protocol than http, to public addresses and the private networks that are allowed.
func (c *Client) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return c.dial(context.WithValue(ctx, plainKey{}, false), network, address)
}

// dial connects to the first address of the name that answers. Each is judged as it is dialled, after the lookup.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	plain, _ := ctx.Value(plainKey{}).(bool)
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	var addrs []netip.Addr
	if a, err := netip.ParseAddr(host); err == nil {
		addrs = []netip.Addr{a}
	} else if addrs, err = c.resolve(ctx, "ip", host); err != nil {
		return nil, fmt.Errorf("look up %s: %w", host, err)
	}
	d := net.Dialer{Timeout: dialTime, ControlContext: func(_ context.Context, network, dialled string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(dialled)
		if err != nil || network != "tcp4" && network != "tcp6" {
			return refused("%s %s is no internet address", network, dialled)
		}
		return c.judge(at.Addr(), plain)
	}}
	failed := fmt.Errorf("look up %s: it has no address", host)
	for _, a := range addrs {
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(a.String(), port))
		if err == nil {
			return conn, nil
		}
		failed = err
	}
	return nil, failed
}

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}
