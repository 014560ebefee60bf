package trust

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiscovery(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	a := f.app()
	var first []byte
	for _, path := range []string{"/" + f.one.ID + "/.well-known/openid-configuration", "/" + strings.ToUpper(f.one.ID) + "/v2.0/.well-known/openid-configuration",
		"/.well-known/oauth-authorization-server/" + f.one.ID} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("X-Forwarded-Host", "evil.example")
		r.Host = "evil.example"
		w := a.tell(r)
		if first == nil {
			first = w.Body.Bytes()
		}
		if w.Code != http.StatusOK || !bytes.Equal(first, w.Body.Bytes()) || bytes.Contains(first, []byte("evil")) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	var d map[string]any
	if err := json.Unmarshal(first, &d); err != nil {
		t.Fatal(err)
	}
	issuer := "https://one.example.com/" + f.one.ID
	for field, want := range map[string]any{"issuer": issuer, "token_endpoint": issuer + "/connect/token", "jwks_uri": issuer + "/.well-known/jwks.json",
		"introspection_endpoint": issuer + "/connect/introspect", "revocation_endpoint": issuer + "/connect/revocation", "response_types_supported": []any{}} {
		if diff := cmp.Diff(want, d[field]); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
	if w := a.form(a.path("authorize"), url.Values{}); w.Code != http.StatusBadRequest {
		t.Errorf("authorize: %d", w.Code)
	}
}
