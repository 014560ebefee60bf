package e2e_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

var allScopes = []string{"--scope", "data.read,odata.read,odata.write,token.introspect,admin.read,admin.write"}

// registration is an application as its administrator knows it: three values, and the host they are of.
type registration struct {
	*testkit.Server
	host                            string
	authURL, clientID, clientSecret string
}

// register makes an app registration of the type custom by the command line.
func register(tb testing.TB, s *testkit.Server, tenant, host string, args ...string) *registration {
	tb.Helper()
	return registered(tb, s, host, s.Run(tb, append([]string{"registration", "create", "--type", "custom", "--tenant", tenant}, args...)...))
}

// registered reads the three values.
func registered(tb testing.TB, s *testkit.Server, host string, made map[string]any) *registration {
	tb.Helper()
	r := &registration{Server: s, host: host}
	r.authURL, _ = made["auth_url"].(string)
	r.clientID, _ = made["client_id"].(string)
	r.clientSecret, _ = made["client_secret"].(string)
	if r.authURL == "" || r.clientID == "" || r.clientSecret == "" {
		tb.Fatalf("registration %v", made)
	}
	return r
}

// post sends a form below the tenant's id: "token", "introspect", "revocation".
func (r *registration) post(tb testing.TB, route string, form url.Values) testkit.Answer {
	tb.Helper()
	u, err := url.Parse(strings.TrimSuffix(r.authURL, "token") + route)
	if err != nil {
		tb.Fatal(err)
	}
	return send(tb, r.Server, r.host, http.MethodPost, u.Path, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode())
}

// credentials are the fields by which it proves itself, and more of them in pairs.
func (r *registration) credentials(more ...string) url.Values {
	form := url.Values{"client_id": {r.clientID}, "client_secret": {r.clientSecret}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Add(more[i], more[i+1])
	}
	return form
}

// ask asks for a token.
func (r *registration) ask(tb testing.TB, more ...string) testkit.Answer {
	tb.Helper()
	form := r.credentials(more...)
	form.Set("grant_type", "client_credentials")
	return r.post(tb, "token", form)
}

// token gets one.
func (r *registration) token(tb testing.TB, more ...string) string {
	tb.Helper()
	a := r.ask(tb, more...)
	var got struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(a.Body, &got); err != nil || a.Status != http.StatusOK || got.AccessToken == "" {
		tb.Fatalf("token: %d %.300s", a.Status, a.Body)
	}
	return got.AccessToken
}

// with makes a request with a bearer token.
func (r *registration) with(tb testing.TB, token, method, path, body string) testkit.Answer {
	tb.Helper()
	header := http.Header{"Authorization": {"Bearer " + token}}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	return send(tb, r.Server, r.host, method, path, header, body)
}
