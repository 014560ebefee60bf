package outbound

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "93.184.216.34": true, "223.255.255.254": true, "11.0.0.1": true, "172.15.255.255": true, "172.32.0.0": true,
		"100.63.255.255": true, "100.128.0.0": true, "169.253.255.255": true, "168.63.129.17": true, "192.0.1.0": true, "198.17.255.255": true, "198.20.0.0": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "10.255.255.255": false, "100.64.0.1": false, "100.100.100.200": false, "127.0.0.1": false,
		"127.255.255.254": false, "169.254.169.254": false, "169.254.170.2": false, "172.16.0.1": false, "172.31.255.255": false, "168.63.129.16": false,
		"192.0.0.192": false, "192.0.2.1": false, "192.88.99.1": false, "192.168.1.1": false, "198.18.0.1": false, "198.19.255.255": false,
		"198.51.100.1": false, "203.0.113.9": false, "224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false,
		"2606:4700:4700::1111": true, "2a00:1450:4001::1": true, "2620:0:ccc::2": true,
		"::": false, "::1": false, "::7f00:1": false, "::127.0.0.1": false, "fe80::1": false, "fe80::1%eth0": false, "2606:4700::1%eth0": false, "fec0::1": false,
		"fc00::1": false, "fd00:ec2::254": false, "ff02::1": false, "2001:db8::1": false, "2001::1": false, "2001:10::1": false, "2001:2::1": false,
		"2002:7f00:1::": false, "2002:808:808::1": false, "3fff::1": false, "100::1": false, "5f00::1": false, "64:ff9b:1::a00:1": false, "4000::1": false,
		"::ffff:127.0.0.1": false, "::ffff:8.8.8.8": true, "::ffff:169.254.169.254": false, "::ffff:0:127.0.0.1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b::8.8.8.8": true,
	} {
		if got := Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s is public: %v, want %v", text, got, want)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// TestHowAnAddressIsWrittenSaysNothing: an IPv4 address is judged the same in each IPv6 form that reaches it.
func TestHowAnAddressIsWrittenSaysNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		four := [4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "bytes"))
		plain := netip.AddrFrom4(four)
		mapped := netip.AddrFrom16(plain.As16())
		translated := nat64.Addr().As16()
		copy(translated[12:], four[:])
		for _, other := range []netip.Addr{mapped, netip.AddrFrom16(translated)} {
			if Public(other) != Public(plain) {
				t.Fatalf("%s is public: %v, %s: %v", other, Public(other), plain, Public(plain))
			}
		}
		if Public(plain) && (plain.IsPrivate() || plain.IsLoopback() || plain.IsLinkLocalUnicast() || plain.IsMulticast() || plain.IsUnspecified()) {
			t.Fatalf("%s is public", plain)
		}
	})
}
