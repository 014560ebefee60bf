package trust

import (
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

func TestAdministratorsAreToldOfEnds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm", Name: "CSM", Expires: f.clock.Now().Add(90 * day)})
		f.register(RegistrationSpec{Type: "csm", Name: "Forever", NeverExpires: true})
		key := f.key(KeySpec{Role: "Admin", Description: "Nightly", Expires: f.clock.Now().Add(90 * day)})
		admin := &principal.Principal{Kind: principal.Session, Role: "Admin"}
		told := func(who *principal.Principal) (since time.Time, kinds string) {
			t.Helper()
			all, err := f.module.Notices(f.ctx, f.one, who)
			f.must(err)
			var names []string
			for _, n := range all {
				names = append(names, n.Kind+" "+n.Title)
				since = n.At
				if n.Ends == nil || n.To == "" || strings.Contains(n.Detail, made.ClientSecret) || strings.Contains(n.Detail, key.Secret) {
					t.Errorf("%+v", n)
				}
			}
			return since, strings.Join(names, ", ")
		}
		if _, got := told(admin); got != "" {
			t.Errorf("ninety days before: %s", got)
		}
		ends := f.clock.Now().Add(90 * day)
		for _, tc := range []struct {
			ahead time.Duration
			days  int
		}{{62 * day, 30}, {15 * day, 14}, {12 * day, 1}} {
			f.clock.Advance(tc.ahead)
			since, got := told(admin)
			if want := notice.CredentialIs + " CSM, " + notice.KeyIs + " Nightly"; got != want || !since.Equal(ends.Add(-time.Duration(tc.days)*day)) {
				t.Errorf("%v before: %s since %v, want %s since %d days before", ends.Sub(f.clock.Now()), got, since, want, tc.days)
			}
		}
		if _, got := told(&principal.Principal{Kind: principal.Session, Role: "SelfService"}); got != "" {
			t.Errorf("self-service is told of %s", got)
		}
		f.clock.Advance(2 * day)
		if _, got := told(admin); got != "" {
			t.Errorf("after the end: %s", got)
		}
	})
}
