package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestThePlatformHostServesTenantsByTheirID reaches two tenants over a host name that belongs to neither.
func TestThePlatformHostServesTenantsByTheirID(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--platform-host", "platform.test"}})
		t.Cleanup(func() { erase(t, s) })
		s.Run(t, "tenant", "create", "beta", "--host", "beta.test")
		one, two := register(t, s, "default", "localhost", allScopes...), register(t, s, "beta", "beta.test", allScopes...)
		const devices = "/api/apigatewaydataservices/v1/devices"
		for _, r := range []*registration{one, two} {
			there := *r
			there.host = "platform.test"
			token := there.token(t) // the issuer stays the tenant's own
			if a := there.with(t, token, "GET", devices, ""); a.Status != 200 {
				t.Errorf("%s: devices by the token's tenant: %d %.200s", r.host, a.Status, a.Body)
			}
			if a := r.with(t, token, "GET", devices, ""); a.Status != 200 {
				t.Errorf("%s: the same token at home: %d", r.host, a.Status)
			}
			tenant := strings.Split(strings.SplitN(r.authURL, "//", 2)[1], "/")[1]
			header := http.Header{"X-Tenantid": {tenant}, "X-Clientid": {r.clientID}, "X-Clientsecret": {r.clientSecret}}
			if a := send(t, s, "platform.test", "GET", "/api/apigatewaydataservices/v1/token", header, ""); a.Status != 200 {
				t.Errorf("%s: the gateway route: %d %.200s", r.host, a.Status, a.Body)
			}
			if a := send(t, s, "platform.test", "GET", "/"+tenant+"/.well-known/openid-configuration", nil, ""); a.JSON()["token_endpoint"] != r.authURL {
				t.Errorf("%s: discovery: %d %.200s", r.host, a.Status, a.Body)
			}
			if a := there.with(t, token, "GET", incidents, ""); a.Status != http.StatusNotFound {
				t.Errorf("%s: OData, which is reached at the tenant's host alone: %d", r.host, a.Status)
			}
		}
		crossed := *one
		crossed.host, crossed.authURL = "platform.test", two.authURL
		if a := crossed.ask(t); a.Status != 400 || a.JSON()["error"] != "invalid_client" {
			t.Errorf("one tenant's client at the other's id: %d %.200s", a.Status, a.Body)
		}
		for _, path := range []string{"/connect/token", "/00000000-0000-0000-0000-000000000000/connect/token", "/", devices} {
			if a := send(t, s, "platform.test", "GET", path, nil, ""); a.Status != http.StatusNotFound {
				t.Errorf("%s without a tenant: %d %.200s", path, a.Status, a.Body)
			}
		}
	})
}
