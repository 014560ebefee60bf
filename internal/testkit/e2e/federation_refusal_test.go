package e2e_test

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit"
)

// signsIn names the cookies of an answer by which somebody is signed in, or will be.
func signsIn(a testkit.Answer) []string {
	var out []string
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		switch name := strings.TrimPrefix(c.Name, "__Host-"); {
		case c.MaxAge < 0 || c.Value == "":
		case name == "sid", name == "arrived", name == "signin":
			out = append(out, c.Name)
		}
	}
	return out
}

// refusal checks that an answer refuses somebody, signs nobody in, and leads nowhere, and returns the reason that administrators find under
// the reference that the page names.
func (f *federated) refusal(tb testing.TB, what string, a testkit.Answer) string {
	tb.Helper()
	if a.Status < 400 || a.Status > 499 || a.Header.Get("Location") != "" {
		tb.Errorf("%s: %d %v", what, a.Status, a.Header)
	}
	if all := signsIn(a); len(all) > 0 {
		tb.Errorf("%s: the answer sets %v", what, all)
	}
	one := f.attempt(tb, a)
	if one == nil {
		return "no attempt"
	}
	return one["outcome"].(string)
}

// attempt is what the diagnostics have of the request that was answered; nil: nothing.
func (f *federated) attempt(tb testing.TB, a testkit.Answer) map[string]any {
	tb.Helper()
	reference := a.Header.Get("X-Request-Id")
	for _, path := range []string{"/identity-providers/" + f.id + "/attempts", "/single-sign-on/attempts"} {
		for _, one := range f.admin(tb, http.MethodGet, path+"?limit=5", nil, http.StatusOK)["items"].([]any) {
			if one := one.(map[string]any); one["request_id"] == reference {
				return one
			}
		}
	}
	return nil
}

// refusals are the sums of the audit trail: how often somebody was refused for which reason. The program writes them when it stops.
func (f *federated) refusals(tb testing.TB) map[string]int {
	tb.Helper()
	f.Stop(tb)
	f.Restart(tb)
	out := map[string]int{}
	for _, entry := range f.admin(tb, http.MethodGet, "/audit?action=sign_in.refused&limit=200", nil, http.StatusOK)["items"].([]any) {
		for _, flag := range entry.(map[string]any)["flags"].([]any) {
			reason, count, _ := strings.Cut(flag.(string), ":")
			n, err := strconv.Atoi(count)
			if err != nil {
				tb.Errorf("the audit trail sums up %v", flag)
			}
			out[reason] += n
		}
	}
	return out
}

// pemOf is a certificate in PEM.
func pemOf(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// stopped gives the tenant's database to a function while the program does not run, for what nothing that it offers shows or does.
func (f *federated) stopped(t *testing.T, dsn string, do func(d *db.DB)) {
	t.Helper()
	tenant := f.Run(t, "tenant", "list")["tenants"].([]any)[0].(map[string]any)["id"].(string)
	f.Stop(t)
	at := "sqlite:" + filepath.Join(f.Data, "tenants", tenant+".db")
	if dsn != "" {
		var err error
		if at, err = db.Beside(dsn, "provost_"+strings.ReplaceAll(tenant, "-", "")); err != nil {
			t.Fatal(err)
		}
	}
	d, err := db.Open(t.Context(), at, db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		t.Fatal(err)
	}
	do(d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	f.Restart(t)
}

// store changes the tenant's database.
func (f *federated) store(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	f.stopped(t, dsn, func(d *db.DB) {
		err := d.Write(t.Context(), nil, func(tx *db.Tx) error {
			for _, s := range statements {
				if _, err := tx.Exec(s); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
