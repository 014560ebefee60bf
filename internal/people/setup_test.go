package people

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const newPassword = "correct horse battery"

// person makes an account and returns it with the secret of its link.
func (f *fixture) person(login string) (Created, string) {
	f.t.Helper()
	made, err := f.module.CreatePerson(f.ctx, f.one, NewPerson{Login: login, Role: "Admin", FirstName: "Ada"})
	f.must(err)
	link, ok := strings.CutPrefix(made.SetupLink, "https://one.example.com/set-password#")
	if !ok {
		f.t.Fatalf("the link is %s", made.SetupLink)
	}
	return made, link
}

func TestSetupLinkWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made, link := f.person("ada")
		f.must(f.module.UseSetupLink(f.ctx, f.one, link, newPassword, home))
		got, err := f.module.VerifyPassword(f.ctx, f.one, "ada", newPassword, home)
		if err != nil || got != made.RecID {
			t.Errorf("sign-in: %q, %v", got, err)
		}
		if err := f.module.UseSetupLink(f.ctx, f.one, link, "another horse battery", home); !fault.Is(err, fault.Invalid) {
			t.Errorf("used twice: %v", err)
		}
		records, err := audit.List(f.ctx, f.one.DB, audit.Filter{Target: made.RecID, Action: "password.set"})
		if err != nil || len(records) != 1 || records[0].Login != "ada" || records[0].Address != home.String() {
			t.Errorf("audit: %+v, %v", records, err)
		}
		if len(f.ended) != 1 || f.ended[0] != made.RecID+" password changed" {
			t.Errorf("ended %v", f.ended)
		}
	})
}

func TestSetupLinkIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		n := 0
		for name, c := range map[string]struct {
			spoil func(login, link string) string
			from  *tenant.Handle
		}{
			"of another shape":  {spoil: func(_, link string) string { return link + "x" }},
			"that is made up":   {spoil: func(_, link string) string { return strings.Repeat("A", len(link)) }},
			"that is empty":     {spoil: func(string, string) string { return "" }},
			"in another tenant": {from: f.two},
			"after a day":       {spoil: func(_, link string) string { f.clock.Advance(24 * time.Hour); return link }},
			"of a disabled person": {spoil: func(login, link string) string {
				f.must(f.module.SetActive(f.ctx, f.one, login, false, true))
				return link
			}},
			"of a deleted person": {spoil: func(login, link string) string { f.must(f.module.DeletePerson(f.ctx, f.one, login, true)); return link }},
			"that a newer one replaced": {spoil: func(login, link string) string {
				_, err := f.module.RenewSetupLink(f.ctx, f.one, login)
				f.must(err)
				return link
			}},
			"after the password was set otherwise": {spoil: func(login, link string) string {
				_, row, err := f.module.withLogin(f.ctx, f.one, login)
				f.must(err)
				f.must(f.module.SetPassword(f.ctx, f.one, row.RecID, newPassword))
				return link
			}},
		} {
			t.Run(name, func(t *testing.T) {
				n++
				f.clock.Advance(time.Minute)
				login := "person" + string(rune('a'+n))
				_, link := f.person(login)
				if c.spoil != nil {
					link = c.spoil(login, link)
				}
				h := c.from
				if h == nil {
					h = f.one
				}
				if err := f.module.UseSetupLink(f.ctx, h, link, newPassword, home); !fault.Is(err, fault.Invalid) || fault.Of(err).Code != "link_invalid" {
					t.Errorf("got %v", err)
				}
			})
		}
	})
}

func TestSetupLinkIsUsedOnceAlthoughManyTry(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		_, link := f.person("ada")
		var done atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if f.module.UseSetupLink(f.ctx, f.one, link, newPassword, home) == nil {
					done.Add(1)
				}
			})
		}
		wg.Wait()
		if done.Load() != 1 {
			t.Errorf("used %d times", done.Load())
		}
	})
}

func (f *fixture) serve(r *http.Request) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	f.module.Routes(mux)
	r.RemoteAddr = home.String() + ":4711"
	w := httptest.NewRecorder()
	web.Arrive(nil, mux).ServeHTTP(w, r.WithContext(tenant.With(r.Context(), f.one)))
	return w
}

func (f *fixture) submit(code, password, again string, header ...string) *httptest.ResponseRecorder {
	form := url.Values{"code": {code}, "password": {password}, "again": {again}}
	r := httptest.NewRequest(http.MethodPost, "/set-password", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return f.serve(r)
}

func TestSetPasswordPage(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db")
	w := f.serve(httptest.NewRequest(http.MethodGet, "/set-password", nil))
	page := w.Body.String()
	for _, want := range []string{`<form method="post" action="/set-password"`, `name="code"`, `name="password" type="password"`, `autocomplete="new-password"`,
		`<label for="password">`, `<html lang="en">`, `src="/set-password/page.js"`, "one"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if policy := w.Header().Get("Content-Security-Policy"); w.Code != 200 || !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") ||
		strings.Contains(page, "<script>") || strings.Contains(page, "style=") || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	for path, kind := range map[string]string{"/set-password/page.js": "text/javascript", "/set-password/page.css": "text/css"} {
		if w := f.serve(httptest.NewRequest(http.MethodGet, path, nil)); w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), kind) {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}

	_, link := f.person("ada")
	for name, c := range map[string]struct {
		code, password, again string
		header                []string
		status                int
		says                  string
	}{
		"passwords that differ":     {link, newPassword, "x", nil, 400, "two passwords differ"},
		"a password too short":      {link, "short", "short", nil, 400, "at least 12"},
		"a link that is made up":    {strings.Repeat("A", 43), newPassword, newPassword, nil, 400, "does not work"},
		"markup in the code":        {`"><script>`, newPassword, newPassword, nil, 400, "&lt;script&gt;"},
		"a form from another site":  {link, newPassword, newPassword, []string{"Sec-Fetch-Site", "cross-site"}, 403, "another site"},
		"a form from another host":  {link, newPassword, newPassword, []string{"Origin", "https://evil.example"}, 403, "another site"},
		"a code of many characters": {strings.Repeat("A", 5000), newPassword, newPassword, nil, 400, "does not work"},
	} {
		t.Run(name, func(t *testing.T) {
			w := f.submit(c.code, c.password, c.again, c.header...)
			if body := w.Body.String(); w.Code != c.status || !strings.Contains(body, c.says) || strings.Contains(body, "<script>") || strings.Contains(body, newPassword) {
				t.Errorf("%d %s", w.Code, body)
			}
		})
	}
	if w := f.submit(link, "short", "short"); !strings.Contains(w.Body.String(), `value="`+link+`"`) {
		t.Error("after a refusal the code is gone from the form")
	}
	if w := f.submit(" https://one.example.com/set-password#"+link+"\n", newPassword, newPassword, "Sec-Fetch-Site", "same-origin"); w.Code != 200 || !strings.Contains(w.Body.String(), "Password set") {
		t.Errorf("the whole link: %d %s", w.Code, w.Body)
	} else if body := w.Body.String(); !strings.Contains(body, `href="/login"`) {
		t.Errorf("the page sends people nowhere: %s", body)
	}
	if _, err := f.module.VerifyPassword(f.ctx, f.one, "ada", newPassword, home); err != nil {
		t.Error(err)
	}
}

func TestAccounts(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made, link := f.person("ada")
		f.create("Employee", "LoginID", "norole")
		f.must(f.module.UseSetupLink(f.ctx, f.one, link, newPassword, home))
		if _, err := f.module.CreatePerson(f.ctx, f.one, NewPerson{Login: "ADA", Role: "Admin"}); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "user grant ADA --role Admin") {
			t.Errorf("a login twice: %v", err)
		}
		if _, err := f.module.CreatePerson(f.ctx, f.one, NewPerson{Login: "bob", Role: "NoSuchRole"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("an unknown role: %v", err)
		}
		if _, err := f.module.CreatePerson(f.ctx, f.one, NewPerson{Login: "b o b", Role: "Admin"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a login of words: %v", err)
		}
		f.must(f.module.SetActive(f.ctx, f.one, "ada", false, true))
		if _, err := f.module.RenewSetupLink(f.ctx, f.one, "ada"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a link for a disabled person: %v", err)
		}
		var all []Account
		f.must(f.module.Accounts(f.ctx, f.one, func(a Account) error { all = append(all, a); return nil }))
		if len(all) != 2 || all[0].Login != BuiltIn || all[1].RecID != made.RecID || all[1].Active || !all[1].Password || all[1].Roles[0] != "Admin" || all[1].Name != "Ada" {
			t.Errorf("%+v", all)
		}
		f.must(f.module.SetActive(f.ctx, f.one, "ada", true, true))
		if _, err := f.module.VerifyPassword(f.ctx, f.one, "ada", newPassword, home); err != nil {
			t.Error(err)
		}
		if _, err := f.module.RenewSetupLink(f.ctx, f.one, "nobody"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a link for nobody: %v", err)
		}
	})
}
