package outbound

import (
	"net/netip"
	"slices"
)

// special are the networks that are not the public internet, or that lead away from it, though they look like it:
// https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry.
var special = prefixes(
	"0.0.0.0/8",         // this network
	"10.0.0.0/8",        // private, RFC 1918
	"100.64.0.0/10",     // carriers' NAT, RFC 6598; a cloud's metadata at 100.100.100.200
	"127.0.0.0/8",       // loopback
	"168.63.129.16/32",  // a cloud's host behind a public number
	"169.254.0.0/16",    // link-local, RFC 3927; clouds' metadata at 169.254.169.254
	"172.16.0.0/12",     // private
	"192.0.0.0/24",      // protocol assignments, RFC 6890; a cloud's metadata at 192.0.0.192
	"192.0.2.0/24",      // documentation, RFC 5737
	"192.88.99.0/24",    // 6to4 relays, RFC 7526
	"192.168.0.0/16",    // private
	"198.18.0.0/15",     // benchmarks, RFC 2544
	"198.51.100.0/24",   // documentation
	"203.0.113.0/24",    // documentation
	"224.0.0.0/4",       // multicast
	"240.0.0.0/4",       // reserved, and the limited broadcast
	"2001::/23",         // protocol assignments, Teredo and benchmarks among them, RFC 2928
	"2001:db8::/32",     // documentation, RFC 3849
	"2002::/16",         // 6to4, RFC 3056: carries any IPv4 address
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation, RFC 9637
)

var (
	global = netip.MustParsePrefix("2000::/3")     // all of IPv6 that is assigned as global unicast, RFC 4291
	nat64  = netip.MustParsePrefix("64:ff9b::/96") // IPv4 addresses behind a NAT64, RFC 6052
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// Public reports whether an address belongs to the public internet. An IPv4 address inside an IPv6 one is judged as itself;
// one with a zone is of a link and never public.
func Public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if a.Is6() && !global.Contains(a) {
		return false
	}
	return !within(special, a)
}

// within reports whether one of the networks holds the address.
func within(networks []netip.Prefix, a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(a) })
}
