package federation_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/sso/federation"
)

// keyRing counts the key sets that are open.
type keyRing struct{ open atomic.Int64 }

func (k *keyRing) VerifySignature(context.Context, string) ([]byte, error) {
	return nil, errors.New("no such key")
}

func (k *keyRing) Close() { k.open.Add(-1) }

// TestDiscoveryIsReadOnceAnHour counts how often a provider is asked, while it answers and while it does not.
func TestDiscoveryIsReadOnceAnHour(t *testing.T) {
	var asked atomic.Int64
	var away atomic.Bool
	var moved atomic.Value // where the keys are
	moved.Store("/keys")
	var provider *httptest.Server
	provider = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		if away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q,"jwks_uri":%q}`, provider.URL, provider.URL+"/authorize", provider.URL+"/token", provider.URL+moved.Load().(string))
	}))
	defer provider.Close()
	keys := &keyRing{}
	outside := outbound.New(outbound.Options{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer outside.Close()
	deps := federation.Deps{Outbound: outside, Keys: func(string) federation.KeySet { keys.open.Add(1); return keys }}
	each(t, deps, func(t *testing.T, f *fixture) {
		asked.Store(0)
		away.Store(false)
		p := f.provider("Own", provider.URL)
		begin := func(what string, status int, times int64) {
			t.Helper()
			w := f.send(http.MethodGet, "/sso/"+p.ID+"/login", "")
			if w.Code != status || asked.Load() != times {
				t.Errorf("%s: %d, asked %d times; want %d, %d", what, w.Code, asked.Load(), status, times)
			}
			if to, err := url.Parse(w.Header().Get("Location")); status == http.StatusSeeOther && (err != nil || to.Query().Get("client_id") != "provost" || to.Query().Get("code_challenge_method") != "S256") {
				t.Errorf("%s: it leads to %s", what, to)
			}
			if cookies := w.Header().Values("Set-Cookie"); status == http.StatusSeeOther && (len(cookies) != 1 || !strings.HasPrefix(cookies[0], "__Host-sso-") || !strings.Contains(cookies[0], "Secure; SameSite=None")) {
				t.Errorf("%s: %v", what, cookies)
			}
		}
		begin("first", http.StatusSeeOther, 1)
		begin("at once", http.StatusSeeOther, 1)
		f.clock.Advance(59 * time.Minute)
		begin("within the hour", http.StatusSeeOther, 1)
		f.clock.Advance(2 * time.Minute)
		begin("after an hour", http.StatusSeeOther, 2)
		if n := keys.open.Load(); n != 1 {
			t.Errorf("%d key sets", n)
		}
		away.Store(true)
		f.clock.Advance(2 * time.Hour)
		begin("while it is away", http.StatusSeeOther, 3)
		begin("at once", http.StatusSeeOther, 3)
		f.clock.Advance(20 * time.Second)
		begin("a little later", http.StatusSeeOther, 4)
		f.clock.Advance(24 * time.Hour)
		begin("for more than a day", http.StatusForbidden, 5)
		begin("at once", http.StatusForbidden, 5)
		away.Store(false)
		moved.Store("/other-keys")
		f.clock.Advance(20 * time.Second)
		begin("back again", http.StatusSeeOther, 6)
		settings := p.Settings
		settings.ForceAuthn = true
		if _, err := f.federation.Replace(f.ctx, f.h, p.ID, "", federation.ChangedProvider{Settings: settings}); err != nil {
			t.Fatal(err)
		}
		begin("another version of the record", http.StatusSeeOther, 7)
		if n := keys.open.Load(); n != 1 {
			t.Errorf("%d key sets are open", n)
		}
	})
	if n := keys.open.Load(); n != 0 {
		t.Errorf("%d key sets outlive their tenant", n)
	}
}
