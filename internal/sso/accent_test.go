package sso

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/quick"
)

// TestEveryAccentCanBeRead holds for every colour that a tenant may choose.
func TestEveryAccentCanBeRead(t *testing.T) {
	holds := func(r, g, b uint8) bool {
		lines := strings.Split(accentStyle(fmt.Sprintf("#%02x%02x%02x", r, g, b)), "\n")
		read := func(line, name string) colour {
			_, after, _ := strings.Cut(line, name+": ")
			c, ok := parseColour(after[:min(7, len(after))])
			if !ok {
				t.Fatalf("%q has no %s", line, name)
			}
			return c
		}
		light, dark := read(lines[0], "--accent"), read(lines[2], "--accent")
		return contrast(light, read(lines[0], "--on-accent")) >= 4.5 && contrast(light, lightSheet) >= 4.5 &&
			contrast(dark, read(lines[2], "--on-accent")) >= 4.5 && contrast(dark, darkSheet) >= 4.5
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "#", "red", "#12345", "#12345g", "#1234567", "1f5fbf0", "#fff}\nbody{}"} {
		if got := accentStyle(bad); got != "" {
			t.Errorf("%q becomes %q", bad, got)
		}
	}
}

func TestTheSignInPagesHaveTheTenantsAccent(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.browser()
		f.must(f.one.Records.SetSetting(f.ctx, "appearance.accent", "#aa0000"))
		if page := b.want(http.StatusOK, http.MethodGet, "/login", "").Body.String(); !strings.Contains(page, `href="/login/tenant.css"`) {
			t.Errorf("the page asks for no style of the tenant: %s", page)
		}
		if w := b.want(http.StatusOK, http.MethodGet, "/login/tenant.css", ""); !strings.Contains(w.Body.String(), "--accent: #aa0000;") || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
			t.Errorf("%v %s", w.Header(), w.Body)
		}
	})
}
