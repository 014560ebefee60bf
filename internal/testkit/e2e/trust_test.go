package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

const adminRegistrations = adminPath + "registrations"

// desk is a server with one tenant, and an administrator who signed in.
type desk struct {
	*testkit.Server
	session string
}

func newDesk(t *testing.T, dsn string, args ...string) *desk {
	t.Helper()
	s := testkit.Start(t, testkit.Options{DSN: dsn, Args: args})
	t.Cleanup(func() { erase(t, s) })
	return &desk{s, signIn(t, s, "default", "localhost")}
}

// admin makes a request to the administration API as the administrator, and wants the status.
func (d *desk) admin(t *testing.T, method, path, body string, status int) map[string]any {
	t.Helper()
	a := d.Ask(t, method, path, d.session, body)
	if a.Status != status {
		t.Fatalf("%s %s: %d %.400s", method, path, a.Status, a.Body)
	}
	return a.JSON()
}

// listed is the row of a registration in the list that the page App Registrations shows; nil for none.
func (d *desk) listed(t *testing.T, clientID string) map[string]any {
	t.Helper()
	for _, item := range d.admin(t, http.MethodGet, adminRegistrations+"?limit=200", "", 200)["items"].([]any) {
		if row := item.(map[string]any); row["client_id"] == clientID {
			return row
		}
	}
	return nil
}

// TestScopesHoldOnEverySurface tries tokens where their scopes and audiences do not reach.
func TestScopesHoldOnEverySurface(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		r := register(t, d.Server, "default", "localhost", allScopes...)
		api := strings.TrimSuffix(r.authURL, "/connect/token") + "/api"
		const devices = "/api/apigatewaydataservices/v1/devices"
		type call struct{ method, path, body string }
		read, write := call{"GET", incidents, ""}, call{"POST", incidents, `{"Subject":"x","Symptom":"y"}`}
		data, look, change := call{"GET", devices, ""}, call{"GET", adminRegistrations, ""}, call{"POST", adminPath + "key-groups", `{"name":"g","roles":["Monitoring"]}`}
		for _, try := range []struct {
			name   string
			ask    []string
			call   call
			status int
			says   string // in the challenge
		}{
			{"odata.read reads", []string{"scope", "odata.read"}, read, 200, ""},
			{"odata.read does not write", []string{"scope", "odata.read"}, write, 403, `error="insufficient_scope", scope="odata.write"`},
			{"odata.write writes", []string{"scope", "odata.write"}, write, 201, ""},
			{"data.read is not for OData", []string{"scope", "data.read"}, read, 403, `error="insufficient_scope"`},
			{"data.read is not for its index", []string{"scope", "data.read"}, call{"GET", "/api/odata", ""}, 403, `error="insufficient_scope"`},
			{"odata.read is not for devices", []string{"scope", "odata.read"}, data, 403, `error="insufficient_scope", scope="data.read"`},
			{"data.read reads devices", []string{"scope", "data.read"}, data, 200, ""},
			{"odata is not for the administration", []string{"scope", "odata.read odata.write"}, look, 403, `error="insufficient_scope"`},
			{"admin.read looks", []string{"scope", "admin.read"}, look, 200, ""},
			{"admin.read does not change", []string{"scope", "admin.read"}, change, 403, `scope="admin.write"`},
			{"admin.write changes", []string{"scope", "admin.write"}, change, 201, ""},
			{"nothing asked for: no administration", nil, look, 403, ""},
			{"nothing asked for: no writing", nil, write, 403, ""},
			{"another API's token at OData", []string{"resource", api + "/data"}, read, 401, `error="invalid_token"`},
			{"OData's token at the data API", []string{"resource", api + "/odata"}, data, 401, `error="invalid_token"`},
			{"OData's token at OData", []string{"resource", api + "/odata"}, read, 200, ""},
		} {
			a := r.with(t, r.token(t, try.ask...), try.call.method, try.call.path, try.call.body)
			if a.Status != try.status || !strings.Contains(a.Header.Get("WWW-Authenticate"), try.says) {
				t.Errorf("%s: %d %q %.200s", try.name, a.Status, a.Header.Get("WWW-Authenticate"), a.Body)
			}
		}
		if a := d.Ask(t, "GET", incidents+"?access_token="+r.token(t, "scope", "odata.read"), "", ""); a.Status != 401 {
			t.Errorf("a token in the address: %d", a.Status)
		}
		if a := d.Ask(t, "GET", incidents, "", ""); a.Header.Get("WWW-Authenticate") != `Bearer realm="provost"` {
			t.Errorf("without a credential the challenge has an error: %q", a.Header.Get("WWW-Authenticate"))
		}
	})
}

// TestNobodyGrantsMoreThanTheyHold tries what a registration may hand out over the administration API with admin.write, in a role that
// administers and in one that does not.
func TestNobodyGrantsMoreThanTheyHold(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		small := register(t, d.Server, "default", "localhost", "--scope", "admin.read,admin.write", "--role", "ServiceDeskAnalyst")
		large := register(t, d.Server, "default", "localhost", "--scope", "admin.read,admin.write")
		d.Run(t, "user", "create", "agent", "--role", "ServiceDeskAnalyst")
		token, whole := small.token(t, "scope", "admin.read admin.write"), large.token(t, "scope", "admin.read admin.write")
		people := large.with(t, whole, "GET", adminPath+"people?search=admin", "").JSON()["items"].([]any)
		admin := people[0].(map[string]any)["id"].(string)
		for _, try := range []struct {
			method, path, body string
			status             int // for the registration whose role administers
		}{
			{"POST", "people", `{"login":"mole","last_name":"Mole","role":"Admin"}`, 201},
			{"POST", "people/" + admin + "/setup-link", "", 201},
			{"PUT", "people/" + admin + "/roles/SelfService", "", 200},
			{"PATCH", "people/" + admin, `{"email":"mole@example.com"}`, 200},
			{"PATCH", "people/" + admin, `{"title":"Boss","password_sign_in":true}`, 200},
			{"PATCH", "people/" + admin, `{"external_sign_in":true}`, 200},
			{"PATCH", "people/" + admin, `{"login":"admin"}`, 200},
			{"PUT", "roles/Mole", `{"admin":true,"includes":["*"]}`, 200},
			{"POST", "key-groups", `{"name":"moles","roles":["*"]}`, 201},
			{"POST", "keys", `{"role":"Admin"}`, 201},
			{"POST", "issuers", `{"name":"mole","kind":"oidc","issuer":"https://login.example.com","audiences":["a"]}`, 201},
			{"POST", "registrations", `{"type":"custom","scopes":["admin.write"],"role":"Admin"}`, 201},
		} {
			if a := small.with(t, token, try.method, adminPath+try.path, try.body); a.Status != http.StatusForbidden || a.JSON()["code"] != "grant_refused" {
				t.Errorf("%s %s without such a role: %d %.300s", try.method, try.path, a.Status, a.Body)
			}
			if a := large.with(t, whole, try.method, adminPath+try.path, try.body); a.Status != try.status {
				t.Errorf("%s %s with it: %d %.300s", try.method, try.path, a.Status, a.Body)
			}
		}
		if a := small.with(t, token, "POST", adminPath+"registrations", `{"type":"custom","scopes":["data.read"]}`); a.Status != http.StatusForbidden {
			t.Errorf("a scope it does not carry: %d %.300s", a.Status, a.Body)
		}
		if a := small.with(t, token, "PATCH", adminPath+"people/"+admin, `{"title":"Boss"}`); a.Status != http.StatusOK {
			t.Errorf("what grants nothing: %d %.300s", a.Status, a.Body)
		}
	})
}
