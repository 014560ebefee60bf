package web

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// arrive sends a request through Arrive and returns what is known of it then.
func arrive(t *testing.T, trusted []string, remote string, headers http.Header) (arrival, http.Header) {
	t.Helper()
	proxies, err := ParseProxies(trusted)
	if err != nil {
		t.Fatal(err)
	}
	var got arrival
	h := Arrive(proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = arrival{client: ClientAddress(r.Context()), secure: Secure(r.Context()), request: RequestID(r.Context())}
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = remote
	maps.Copy(r.Header, headers)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return got, w.Header()
}

func TestClientAddress(t *testing.T) {
	const proxy = "10.0.0.1:4711"
	trusted := []string{"10.0.0.0/8", "2001:db8:1::/48", "192.0.2.1"}
	for _, tc := range []struct {
		name    string
		trusted []string
		remote  string
		headers []string
		want    string
	}{
		{"no proxy is trusted by default", nil, "127.0.0.1:1", []string{"203.0.113.7"}, "127.0.0.1"},
		{"a peer outside of the networks is not believed", trusted, "198.51.100.9:1", []string{"203.0.113.7"}, "198.51.100.9"},
		{"a trusted peer is believed", trusted, proxy, []string{"203.0.113.7"}, "203.0.113.7"},
		{"without the header it is the peer", trusted, proxy, nil, "10.0.0.1"},
		{"an empty header is none", trusted, proxy, []string{""}, "10.0.0.1"},
		{"what the client wrote itself stands left and is not believed", trusted, proxy, []string{"1.2.3.4, 203.0.113.7"}, "203.0.113.7"},
		{"trusted proxies behind each other are passed over", trusted, proxy, []string{"1.2.3.4, 203.0.113.7, 10.0.0.9, 192.0.2.1"}, "203.0.113.7"},
		{"several headers are one list", trusted, proxy, []string{"1.2.3.4", "203.0.113.7", "10.0.0.9"}, "203.0.113.7"},
		{"only proxies: the one farthest away", trusted, proxy, []string{"10.1.1.1, 10.2.2.2"}, "10.1.1.1"},
		{"junk on the right is not passed over", trusted, proxy, []string{"203.0.113.7, unknown"}, "10.0.0.1"},
		{"junk behind a proxy ends at that proxy", trusted, proxy, []string{"203.0.113.7, _hidden, 10.0.0.9"}, "10.0.0.9"},
		{"an entry with a port", trusted, proxy, []string{"203.0.113.7:5555"}, "203.0.113.7"},
		{"IPv6 in brackets with a port", trusted, proxy, []string{"[2001:db8:9::1]:443"}, "2001:db8:9::1"},
		{"IPv6 in brackets", trusted, proxy, []string{"[2001:db8:9::1]"}, "2001:db8:9::1"},
		{"IPv6 bare", trusted, proxy, []string{"2001:db8:9::1"}, "2001:db8:9::1"},
		{"an IPv6 proxy", trusted, "[2001:db8:1::5]:1", []string{"203.0.113.7"}, "203.0.113.7"},
		{"a trusted IPv4 peer seen by an IPv6 socket", trusted, "[::ffff:10.0.0.1]:1", []string{"203.0.113.7"}, "203.0.113.7"},
		{"an IPv4 entry in IPv6 form is the IPv4 one", trusted, proxy, []string{"::ffff:203.0.113.7, ::ffff:10.0.0.3"}, "203.0.113.7"},
		{"a zone is dropped", trusted, proxy, []string{"fe80::1%eth0"}, "fe80::1"},
		{"blanks around", trusted, proxy, []string{"  203.0.113.7  ,10.0.0.9"}, "203.0.113.7"},
		{"an endless list ends", trusted, proxy, []string{"203.0.113.7" + strings.Repeat(",10.0.0.9", 1000)}, "10.0.0.9"},
		{"a single trusted address is not its neighbour", trusted, "192.0.2.2:1", []string{"203.0.113.7"}, "192.0.2.2"},
		{"a Unix socket has no address", trusted, "@", []string{"203.0.113.7"}, "invalid IP"},
	} {
		got, _ := arrive(t, tc.trusted, tc.remote, http.Header{"X-Forwarded-For": tc.headers})
		if got.client.String() != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got.client, tc.want)
		}
	}
}

func TestForwardedProtoAndRequestIDCountOnlyFromTrustedProxies(t *testing.T) {
	headers := http.Header{"X-Forwarded-Proto": {"https"}, "X-Request-Id": {"from-outside"}}
	got, answer := arrive(t, []string{"10.0.0.1"}, "10.0.0.2:1", headers)
	if got.secure || got.request == "from-outside" || len(got.request) != 36 {
		t.Errorf("a stranger is believed: %+v", got)
	}
	if answer.Get("X-Request-Id") != got.request {
		t.Errorf("the answer says %q, the request is %q", answer.Get("X-Request-Id"), got.request)
	}
	got, answer = arrive(t, []string{"10.0.0.2"}, "10.0.0.2:1", headers)
	if !got.secure || got.request != "from-outside" || answer.Get("X-Request-Id") != "from-outside" {
		t.Errorf("the proxy is not believed: %+v", got)
	}
	for proto, want := range map[string]bool{"HTTPS": true, "http": false, "https, http": false, "http, https": true, "": false, "ws": false} {
		got, _ = arrive(t, []string{"10.0.0.2"}, "10.0.0.2:1", http.Header{"X-Forwarded-Proto": {proto}})
		if got.secure != want {
			t.Errorf("X-Forwarded-Proto %q: secure %v", proto, got.secure)
		}
	}
	for _, bad := range []string{"", "with space", "ü", "a\nb", strings.Repeat("x", 65), "<script>"} {
		got, _ = arrive(t, []string{"10.0.0.2"}, "10.0.0.2:1", http.Header{"X-Request-Id": {bad}})
		if len(got.request) != 36 {
			t.Errorf("X-Request-Id %q is taken over as %q", bad, got.request)
		}
	}
}

func TestParseProxies(t *testing.T) {
	for _, bad := range []string{"", "example.com", "10.0.0.0/33", "10.0.0", "::ffff:10.0.0.0/104"} {
		if _, err := ParseProxies([]string{bad}); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	p, err := ParseProxies([]string{"::ffff:10.0.0.1", "10.9.8.7/16"})
	if err != nil || !p.Trusts(netip.MustParseAddr("10.0.0.1")) || !p.Trusts(netip.MustParseAddr("10.9.0.1")) || p.Trusts(netip.MustParseAddr("10.0.0.2")) {
		t.Errorf("%v, %v", p, err)
	}
}

func TestARequestThatDidNotArriveIsKnownByNothing(t *testing.T) {
	if ClientAddress(t.Context()).IsValid() || Secure(t.Context()) || RequestID(t.Context()) != "" {
		t.Error("something is known of it")
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add("203.0.113.7, 10.0.0.9")
	f.Add("[2001:db8::1]:443, ::ffff:10.0.0.1")
	f.Add(",,, ,")
	f.Add("fe80::1%eth0,unknown")
	trusted, err := ParseProxies([]string{"10.0.0.0/8"})
	if err != nil {
		f.Fatal(err)
	}
	proxy := netip.MustParseAddr("10.0.0.1")
	f.Fuzz(func(t *testing.T, header string) {
		got := trusted.forwarded(proxy, []string{header})
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Errorf("forwarded(%q) = %v is not in canonical form", header, got)
		}
		// A proxy that appends the address it saw must make anything before it worthless.
		if got := trusted.forwarded(proxy, []string{header + ", 203.0.113.7"}); got != netip.MustParseAddr("203.0.113.7") {
			t.Errorf("%q before the last entry changed the answer to %v", header, got)
		}
	})
}
