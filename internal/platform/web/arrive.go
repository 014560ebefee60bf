package web

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/id"
)

// maxHops is how many entries of X-Forwarded-For are looked at, from the right.
const maxHops = 32

// Proxies are the networks of reverse proxies that are believed about whom they speak for.
type Proxies []netip.Prefix

// ParseProxies reads the values of --trusted-proxy: networks (10.0.0.0/8) or single addresses.
func ParseProxies(values []string) (Proxies, error) {
	var out Proxies
	for _, v := range values {
		v = strings.TrimSpace(v)
		if addr, err := netip.ParseAddr(v); err == nil {
			addr = addr.Unmap().WithZone("")
			out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(v)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q is neither an address nor a network such as 10.0.0.0/8", v)
		}
		if prefix.Addr().Is4In6() {
			return nil, fmt.Errorf("trusted proxy %q: write the network in IPv4 form", v)
		}
		out = append(out, prefix.Masked())
	}
	return out, nil
}

// Trusts reports whether an address is that of a trusted proxy.
func (p Proxies) Trusts(addr netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// arrival is what is known of a request before anybody looks at it.
type arrival struct {
	peer    netip.Addr // the other end of the connection
	client  netip.Addr // whom it speaks for
	secure  bool       // the client came by https
	request string
}

type arrivalKey struct{}

// Arrive finds out whom a request comes from and names it; ClientAddress, Secure and RequestID give the answers later. The
// headers X-Forwarded-For, X-Forwarded-Proto and X-Request-Id count only when the peer is a trusted proxy. The
// answer carries the request's id as X-Request-Id.
func Arrive(trusted Proxies, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &arrival{peer: peer(r.RemoteAddr), secure: r.TLS != nil}
		a.client = a.peer
		if len(trusted) > 0 && trusted.Trusts(a.peer) {
			a.client = trusted.forwarded(a.peer, r.Header["X-Forwarded-For"])
			if proto := last(r.Header["X-Forwarded-Proto"]); proto != "" {
				a.secure = strings.EqualFold(proto, "https")
			}
			if given := r.Header.Get(requestIDHeader); validRequestID(given) {
				a.request = given
			}
		}
		if a.request == "" {
			a.request = id.GUID()
		}
		w.Header()[requestIDHeader] = []string{a.request}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), arrivalKey{}, a)))
	})
}

func arrivalOf(ctx context.Context) *arrival {
	if a, ok := ctx.Value(arrivalKey{}).(*arrival); ok {
		return a
	}
	return &arrival{}
}

// ClientAddress returns where the request comes from: the peer, or what a trusted proxy says. It is invalid for a
// request that did not come through Arrive, and for one that came by a Unix socket.
func ClientAddress(ctx context.Context) netip.Addr { return arrivalOf(ctx).client }

// Secure reports whether the client's connection is encrypted, by us or by a trusted proxy.
func Secure(ctx context.Context) bool { return arrivalOf(ctx).secure }

// RequestID returns the request's id: a UUID, or what a trusted proxy gave.
func RequestID(ctx context.Context) string { return arrivalOf(ctx).request }

// peer reads the other end of a connection; invalid where it has no IP address.
func peer(remote string) netip.Addr {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// forwarded returns the rightmost address that is not a trusted proxy's. What is left of it was written by whoever
// sent the request and proves nothing. Where something cannot be read, the proxy that wrote it is the answer.
func (p Proxies) forwarded(peer netip.Addr, headers []string) netip.Addr {
	client := peer
	hops := 0
	for i := len(headers) - 1; i >= 0; i-- {
		rest := headers[i]
		for rest != "" || hops == 0 {
			var entry string
			if comma := strings.LastIndexByte(rest, ','); comma >= 0 {
				entry, rest = rest[comma+1:], rest[:comma]
			} else {
				entry, rest = rest, ""
			}
			addr, ok := hop(entry)
			if hops++; !ok || hops > maxHops {
				return client
			}
			if client = addr; !p.Trusts(addr) {
				return client
			}
		}
	}
	return client
}

// hop reads one entry: an address, with or without a port, IPv6 with or without brackets.
func hop(entry string) (netip.Addr, bool) {
	entry = strings.TrimSpace(entry)
	if ap, err := netip.ParseAddrPort(entry); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	if strings.HasPrefix(entry, "[") && strings.HasSuffix(entry, "]") {
		entry = entry[1 : len(entry)-1]
	}
	addr, err := netip.ParseAddr(entry)
	if err != nil {
		return netip.Addr{}, false
	}
	return addr.Unmap().WithZone(""), true
}

// last returns the last value of a header that is a list.
func last(headers []string) string {
	if len(headers) == 0 {
		return ""
	}
	value := headers[len(headers)-1]
	return strings.TrimSpace(value[strings.LastIndexByte(value, ',')+1:])
}

func validRequestID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// Network is what an address counts as where addresses are counted: itself, or for IPv6 its /64, which one host has to itself.
func Network(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if n, err := a.Prefix(64); err == nil {
			return n.Addr()
		}
	}
	return a
}
