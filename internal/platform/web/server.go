package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// The limits of a connection. There is none for reading a whole request, because it would end long answers; ReadBody
// has its own. Whoever streams an answer lifts the limit on writing with http.ResponseController.
const (
	headerTime  = 10 * time.Second
	writeTime   = 10 * time.Minute
	idleTime    = 2 * time.Minute
	headerBytes = 256 << 10
)

// SmallHeaders answers requests whose address and headers have more than 256 KiB in the dialect of their surface. The server
// itself reads up to twice as much; beyond that it answers 431 in plain text, and nobody else is asked.
func SmallHeaders(answer Answer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size := len(r.RequestURI)
		for name, values := range r.Header {
			for _, value := range values {
				size += len(name) + len(value) + len(": \r\n")
			}
		}
		if size > headerBytes {
			Refused(w, r)
			answer(w, r, fault.New(fault.HeaderTooLarge, "headers_too_large", "The headers of the request have more than %d bytes.", headerBytes))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// NewServer returns a server with limits on time and headers, which logs broken connections at debug level: they are
// the weather of the internet.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    2 * headerBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// Listening says how a listener is secured: a certificate of one's own, one fetched by ACME, or plain http on
// loopback, behind trusted proxies, or because somebody insists.
type Listening struct {
	Address       string   // host:port; port 0 picks a free one
	CertFile      string   // PEM, with its chain; read again when the file changes
	KeyFile       string   // PEM
	ACME          []string // host names to fetch certificates for
	ACMECache     string   // folder that keeps them
	ACMEDirectory string   // directory of the authority; empty: Let's Encrypt
	Insecure      bool     // --insecure-http
	Trusted       Proxies
}

// Encrypted reports whether the listener speaks TLS.
func (l Listening) Encrypted() bool { return l.CertFile != "" || len(l.ACME) > 0 }

// Listen opens the listener. Plain http on an address that others can reach is refused unless l allows it.
func (l Listening) Listen(ctx context.Context) (net.Listener, error) {
	config, err := l.config()
	if err != nil {
		return nil, err
	}
	inner, err := new(net.ListenConfig).Listen(ctx, "tcp", l.Address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", l.Address, err)
	}
	if config != nil {
		return tls.NewListener(inner, config), nil
	}
	if !l.Insecure && len(l.Trusted) == 0 && !loopback(inner.Addr()) {
		return nil, errors.Join(fmt.Errorf("listen on %s: plain http is served on loopback only: give --tls-cert and --tls-key, --acme HOST, "+
			"--trusted-proxy CIDR with a proxy in front, or --insecure-http", l.Address), inner.Close())
	}
	return inner, nil
}

func loopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// Guard refuses plain http from whoever is neither on this machine nor a trusted proxy, where the listener is open to
// others only for the sake of a proxy. A request that a proxy got by plain http is the proxy's business.
func (l Listening) Guard(answer Answer, next http.Handler) http.Handler {
	if l.Insecure || l.Encrypted() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := peer(r.RemoteAddr); r.TLS == nil && p.IsValid() && !p.IsLoopback() && !l.Trusted.Trusts(p) {
			answer(w, r, fault.New(fault.Forbidden, "https_required", "This server is reached by https, through its proxy."))
			return
		}
		next.ServeHTTP(w, r)
	})
}
