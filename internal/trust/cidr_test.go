package trust

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNetworksAreBroughtIntoOneForm(t *testing.T) {
	got, complaint := readCIDRs([]string{"10.1.2.3/8", " 192.0.2.7 ", "2001:DB8::1/32", "::1", "::ffff:192.0.2.0/120", "0.0.0.0/0"})
	want := []string{"10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "::1/128", "192.0.2.0/24", "0.0.0.0/0"}
	if d := cmp.Diff(want, got); d != "" || complaint != "" {
		t.Error(d, complaint)
	}
	for _, bad := range []string{"", "10.0.0.0/33", "10.0.0/8", "example.com", "10.0.0.1-10.0.0.9", "fe80::1%eth0/64"} {
		if _, complaint := readCIDRs([]string{bad}); !strings.Contains(complaint, "not a network") {
			t.Errorf("%q: %q", bad, complaint)
		}
	}
	if _, complaint := readCIDRs(make([]string, maxCIDRs+1)); !strings.Contains(complaint, "at most") {
		t.Errorf("too many: %q", complaint)
	}
}

func TestEachListMustHoldTheAddress(t *testing.T) {
	ten, wide := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("10.1.0.0/16")}
	for name, c := range map[string]struct {
		lists   [][]netip.Prefix
		address netip.Addr
		want    bool
	}{
		"no list lets everybody in":   {address: netip.MustParseAddr("198.51.100.1"), want: true},
		"in the only list":            {[][]netip.Prefix{ten}, netip.MustParseAddr("10.9.9.9"), true},
		"in both lists":               {[][]netip.Prefix{ten, wide}, netip.MustParseAddr("10.1.9.9"), true},
		"in one of two lists":         {[][]netip.Prefix{ten, wide}, netip.MustParseAddr("192.0.2.1"), false},
		"an unknown address is out":   {[][]netip.Prefix{ten}, netip.Addr{}, false},
		"an IPv6 address is not IPv4": {[][]netip.Prefix{ten}, netip.MustParseAddr("2001:db8::1"), false},
	} {
		if got := (&grant{from: c.lists}).allows(c.address); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
