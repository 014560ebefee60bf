package trust

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

// fuzzed is a registration that got a token, for targets whose inputs must not count unless they are that token.
func fuzzed(f *testing.F) (*app, string) {
	f.Helper()
	x := newFixture(f, "sqlite:"+f.TempDir()+"/control.db", new(bool))
	x.t = new(testing.T)
	a := x.app()
	good, _ := a.tokenOf()
	return a, good
}

func FuzzVerifyToken(f *testing.F) {
	a, good := fuzzed(f)
	parts := strings.Split(good, ".")
	for _, seed := range []string{good, "", "..", parts[0] + ".." + parts[2], parts[0] + "." + parts[1] + ".", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.",
		strings.Repeat("A", 100) + "." + parts[1] + "." + parts[2]} {
		f.Add(seed)
	}
	p := a.module.plane(a.one)
	f.Fuzz(func(t *testing.T, text string) {
		v, _, reason := p.verifyToken(text)
		if (reason == "") != (v != nil) {
			t.Fatalf("%q: %+v, %q", text, v, reason)
		}
		if v != nil && v.claims.ClientID != a.clientID {
			t.Errorf("%q counts as a token of %q", text, v.claims.ClientID)
		}
		if v != nil && text != good { // only its own bytes, or a signature of the same meaning, may count
			one, two := strings.Split(text, "."), parts
			if one[0] != two[0] || one[1] != two[1] {
				t.Errorf("%q counts", text)
			}
		}
	})
}

func FuzzAssertion(f *testing.F) {
	a, good := fuzzed(f)
	f.Add(good)
	f.Add("e30.e30.e30")
	f.Add("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4Iiwic3ViIjoieCIsImV4cCI6MWUzMDB9.AAAA")
	p := a.module.plane(a.one)
	f.Fuzz(func(t *testing.T, text string) {
		who, reason, err := p.proveByKey(t.Context(), presentedClient{method: "assertion", assertion: text}, a.clock.Now())
		if err != nil || reason == "" || who.credential != nil {
			t.Errorf("%q: %+v %q %v", text, who, reason, err)
		}
	})
}

func FuzzTokenForm(f *testing.F) {
	a, _ := fuzzed(f)
	f.Add("grant_type=client_credentials&client_id=x&client_secret=y", "", "")
	f.Add("grant_type=client_credentials&scope=a&scope=b", "Basic eDp5", "")
	f.Add("%zz", "Bearer x", "client_secret=z")
	f.Add("grant_type=client_credentials&client_assertion_type="+url.QueryEscape(assertionType)+"&client_assertion=a.b.c", "", "a=b;c")
	f.Fuzz(func(t *testing.T, body, authorization, query string) {
		if strings.Contains(body, a.secret) || strings.Contains(authorization, a.secret) {
			return
		}
		r := httptest.NewRequest(http.MethodPost, a.path("token"), strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", formMedia)
		if authorization != "" {
			r.Header["Authorization"] = []string{authorization}
		}
		w := a.tell(r)
		if w.Code < 400 || w.Code >= 500 || strings.Contains(w.Body.String(), "access_token") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// The count of failures never says a wait that is negative or without end, and never forgets how to count.
func FuzzFailures(f *testing.F) {
	f.Add([]byte{1, 2, 3, 1, 1, 1}, uint8(3))
	f.Fuzz(func(t *testing.T, attempts []byte, perMinute uint8) {
		var count failures
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, b := range attempts {
			now = now.Add(time.Duration(b) * 50 * time.Millisecond)
			if wait := count.count(netip.MustParseAddr(home), [32]byte{b}, now, int(perMinute)+1); wait < 0 || wait > failureMost {
				t.Fatalf("wait %v", wait)
			}
		}
	})
}
