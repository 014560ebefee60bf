package e2e_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestSignInWithNodeOIDCProvider signs somebody in and out by way of node-oidc-provider as it is published, over TLS, page by page as a
// browser does.
func TestSignInWithNodeOIDCProvider(t *testing.T) {
	if testing.Short() {
		t.Skip("the provider is a process of its own, which no race detector sees")
	}
	node := testkit.Program(t, "node")
	if _, err := os.Stat(clientsFolder + "/node_modules"); err != nil {
		testkit.Missing(t, "the packages of e2e/clients are not installed: make clients")
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		certificate, key := testkit.SelfSigned(t, t.TempDir())
		f := &federated{Server: testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--allow-private-outbound", "127.0.0.0/8"}, Env: []string{"SSL_CERT_FILE=" + certificate}})}
		f.key = "REST " + f.Key(t, "Admin")
		issuer := startOIDCProvider(t, node, f.Base, certificate, key)
		f.id = f.admin(t, http.MethodPost, "/identity-providers", map[string]any{"kind": "oidc", "name": "Navy", "entity_id": issuer, "client_id": "provost",
			"client_secret": "the secret / of: provost", "enabled": true, "create_users": true, "allow_idp_initiated": false, "logout_page": f.Base + "/login?signed_out=1"},
			http.StatusCreated)["id"].(string)

		text, err := os.ReadFile(certificate)
		if err != nil {
			t.Fatal(err)
		}
		trusted := x509.NewCertPool()
		trusted.AppendCertsFromPEM(text)
		v := newVisitor(t)
		v.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}
		t.Cleanup(v.CloseIdleConnections)

		shown := v.get(t, f.Base+"/sso/"+f.id+"/login?return=/desk&login_hint=grace")
		if !strings.Contains(shown.Body, `value="grace"`) {
			t.Errorf("the provider was not told who comes: %s", shown.Body)
		}
		for range 2 { // sign in, then agree
			if !strings.HasPrefix(shown.URL.String(), issuer) {
				t.Fatalf("the browser is at %s: %s", shown.URL, f.lastAttempt(t))
			}
			shown = v.submit(t, shown, map[string]string{"login": "grace", "password": "any"})
		}
		if shown.URL.String() != f.Base+"/desk" {
			t.Fatalf("the browser is at %s: %s", shown.URL, f.lastAttempt(t))
		}
		if me := v.get(t, f.Base+"/api/me"); !strings.Contains(me.Body, `"grace"`) {
			t.Errorf("%d %s", me.Status, me.Body)
		}
		rows := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'grace'", f.key, "").Rows()
		if len(rows) != 1 || rows[0]["FirstName"] != "Grace" || rows[0]["LastName"] != "Hopper" || rows[0]["PrimaryEmail"] != "grace@a.example" {
			t.Errorf("%v", rows)
		}
		if again := v.get(t, f.Base+"/sso/"+f.id+"/login?return=/desk"); again.URL.String() != f.Base+"/desk" { // the provider remembers them
			t.Errorf("again: %s: %s", again.URL, f.lastAttempt(t))
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.Base+"/logout", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if shown = v.show(t, r); !strings.HasPrefix(shown.URL.String(), issuer+"/session/end") {
			t.Fatalf("signing out leads to %s: %s", shown.URL, shown.Body)
		}
		if out := v.submit(t, shown, map[string]string{"logout": "yes"}); out.URL.String() != f.Base+"/login?signed_out=1" {
			t.Errorf("signing out there leads to %s", out.URL)
		}
		if asked := v.get(t, f.Base+"/sso/"+f.id+"/login"); !strings.HasPrefix(asked.URL.String(), issuer+"/interaction/") {
			t.Errorf("after signing out, the provider still knows them: %s", asked.URL)
		}
	})
}

// startOIDCProvider starts e2e/clients/identity-provider.mjs and returns its address.
func startOIDCProvider(t *testing.T, node, base, certificate, key string) string {
	t.Helper()
	return startOutside(t, exec.Command(node, "identity-provider.mjs", base, certificate, key), "https://")
}
