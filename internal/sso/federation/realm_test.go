package federation_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/federation"
)

// TestTheEMailAddressSaysWhichProvider asks for the address where domains are assigned, and leads on by them alone.
func TestTheEMailAddressSaysWhichProvider(t *testing.T) {
	each(t, federation.Deps{}, func(t *testing.T, f *fixture) {
		one, two := f.provider("First", "https://one.idp.example"), f.provider("Second", "https://two.idp.example")
		page := func(path string, cookies ...string) string {
			t.Helper()
			w := f.send(http.MethodGet, path, "", cookies...)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
			return w.Body.String()
		}
		if p := page("/login"); strings.Contains(p, "/login/realm") || !strings.Contains(p, "Sign in with First") || !strings.Contains(p, "Sign in with Second") {
			t.Errorf("without domains: %s", p)
		}
		f.domain("unproven.example", one.ID, false)
		if p := page("/login"); strings.Contains(p, "/login/realm") {
			t.Errorf("a domain that nobody has proved counts: %s", p)
		}
		f.domain("second.example", two.ID, true)
		f.domain("bücher.example", two.ID, true)
		f.domain("nobody.example", "", true)
		asked := page("/login?to=/desk%3Fx=1")
		if !strings.Contains(asked, `action="/login/realm"`) || !strings.Contains(asked, `value="/desk?x=1"`) || strings.Contains(asked, "Sign in with") || strings.Contains(asked, `name="password"`) {
			t.Errorf("the address should be asked for first: %s", asked)
		}
		if p := page("/login?all&to=/desk"); !strings.Contains(p, "Sign in with First") || !strings.Contains(p, `name="password"`) || strings.Contains(p, "/login/realm") {
			t.Errorf("all ways to sign in: %s", p)
		}

		lead := func(address, to string) (string, string) {
			t.Helper()
			w := f.send(http.MethodPost, "/login/realm", url.Values{"username": {address}, "to": {to}}.Encode())
			if w.Code != http.StatusOK || len(w.Result().Cookies()) > 0 {
				t.Errorf("%s: %d %v", address, w.Code, w.Header())
			}
			return strings.TrimPrefix(w.Header().Get("Refresh"), "0; url="), w.Body.String()
		}
		for _, address := range []string{"ada@second.example", "ADA@Second.Example", " eve@second.example ", "x@bücher.example", "x@xn--bcher-kva.example"} {
			to, body := lead(address, "/desk?x=1")
			u, err := url.Parse(to)
			if err != nil || u.Path != "/sso/"+two.ID+"/login" || u.Query().Get("return") != "/desk?x=1" || u.Query().Get("login_hint") != strings.TrimSpace(address) {
				t.Errorf("%s leads to %s", address, to)
			}
			if !strings.Contains(body, `<a href="/sso/`+two.ID+`/login?`) {
				t.Errorf("browsers that do not go on by themselves find no way: %s", body)
			}
		}
		if to, _ := lead("a@second.example", "https://evil.example"); !strings.Contains(to, "return=%2F&") && !strings.HasSuffix(to, "return=%2F") {
			t.Errorf("an open redirect: %s", to)
		}
		for _, address := range []string{"a@unproven.example", "a@nobody.example", "a@else.example", "second.example", "@second.example", "a@second.example.evil", "", "<script>@x", strings.Repeat("a", 400) + "@second.example"} {
			to, body := lead(address, "/desk")
			if to != "" || !strings.Contains(body, "Sign in with First") || !strings.Contains(body, `name="password"`) || strings.Contains(body, "<script>@") || !strings.Contains(body, "return=%2fdesk") {
				t.Errorf("%.40s leads to %q: %s", address, to, body)
			}
		}
		if p := page("/login", "__Host-idp="+two.ID); !strings.Contains(p, "Sign in with Second") || strings.Contains(p, "First") {
			t.Errorf("the provider of the last time: %s", p)
		}
		if p := page("/login?all", "__Host-idp="+two.ID); strings.Index(p, "Second") > strings.Index(p, "First") {
			t.Errorf("the provider of the last time should stand first: %s", p)
		}
		if p := page("/login", "__Host-idp=<script>"); strings.Contains(p, "<script>") || strings.Contains(p, "Sign in with") {
			t.Errorf("a provider that is not there: %s", p)
		}
		settings := two.Settings
		settings.Enabled = false
		if _, err := f.federation.Replace(f.ctx, f.h, two.ID, "", federation.ChangedProvider{Settings: settings}); err != nil {
			t.Fatal(err)
		}
		if to, _ := lead("ada@second.example", "/"); to != "" {
			t.Errorf("to a provider that is not enabled: %s", to)
		}
	})
}
