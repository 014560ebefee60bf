package trust

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestTheSameWrongSecretTwiceFailsOnce(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	a, good := f.app(), f.app()
	grant := url.Values{"grant_type": {"client_credentials"}}
	for i := range standardFailures { // as golang.org/x/oauth2 does: by Basic, then in the body
		wrong := fmt.Sprintf("wrong%d", i)
		errorOf(t, "Basic", a.form(a.path("token"), grant, a.clientID, wrong), 401, "invalid_client")
		errorOf(t, "body", a.form(a.path("token"), url.Values{"grant_type": {"client_credentials"}, "client_id": {a.clientID}, "client_secret": {wrong}}), 400, "invalid_client")
	}
	var waits []string
	for i := range 4 {
		w := a.form(a.path("token"), grant, a.clientID, fmt.Sprintf("more%d", i))
		errorOf(t, "beyond the limit", w, 429, "slow_down")
		waits = append(waits, w.Header().Get("Retry-After"))
	}
	if diff := cmp.Diff([]string{"2", "4", "8", "16"}, waits); diff != "" {
		t.Error(diff)
	}
	good.tokenOf() // nobody is kept out by the failures of others
	a.tokenOf()
	f.clock.Advance(time.Minute)
	errorOf(t, "later", a.form(a.path("token"), grant, a.clientID, "again"), 401, "invalid_client")
}

func TestATokenIsAskedForAtAPace(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	a, b := f.app(), f.app()
	f.must(f.one.Records.SetSetting(f.ctx, settingTokens, "2"))
	f.must(f.one.Records.SetSetting(f.ctx, settingCalls, "3"))
	text, _ := a.tokenOf()
	for range 3 {
		a.tokenOf()
	}
	w := a.ask()
	errorOf(t, "too many", w, 429, "slow_down")
	if w.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
	}
	b.tokenOf()
	f.clock.Advance(time.Second)
	a.tokenOf()
	for range 3 {
		f.accepted(f.one, home, "Bearer "+text)
	}
	if _, err := f.as(f.one, home, "Bearer "+text); !fault.Is(err, fault.RateLimited) {
		t.Errorf("too many calls: %v", err)
	}
}
