package trust

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

func TestTokenAnswer(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.app()
		w := a.ask()
		var got map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		text, _ := got["access_token"].(string)
		delete(got, "access_token")
		want := map[string]any{"token_type": "Bearer", "expires_in": 3600.0, "scope": "data.read odata.read token.introspect"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Pragma") != "no-cache" || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", w.Header())
		}
		said, now := claimsOf(t, text), f.clock.Now().Unix()
		issuer := "https://one.example.com/" + f.one.ID
		if diff := cmp.Diff(claims{Issuer: issuer, Subject: a.clientID, ClientID: a.clientID, Audience: audience{issuer + "/api"}, Issued: now, Expires: now + 3600,
			ID: said.ID, TenantID: f.one.ID, Scope: "data.read odata.read token.introspect", Roles: []string{"InternalServices"},
			CredentialID: a.row.Credentials[0].ID}, said); diff != "" || said.ID == "" {
			t.Error(diff)
		}
		set := a.keys()
		head, _ := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[0])
		if len(set.Keys) != 1 || string(head) != fmt.Sprintf(`{"alg":"ES256","kid":%q,"typ":"at+jwt"}`, set.Keys[0].KeyID) {
			t.Errorf("header %s, keys %+v", head, set.Keys)
		}
		signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signed.Verify(set.Keys[0]); err != nil {
			t.Errorf("the published key does not verify it: %v", err)
		}
		who, err := f.as(f.one, home, "Bearer "+text)
		if err != nil {
			t.Fatal(err)
		}
		wantWho := &principal.Principal{Kind: principal.Registration, TenantID: f.one.ID, CredentialID: a.row.Credentials[0].ID, ClientID: a.clientID,
			PersonID: f.internal, Login: BuiltInLogin, DisplayName: "Internal Services", Role: "InternalServices",
			Scopes: []string{"data.read", "odata.read", "token.introspect"}, Address: netip.MustParseAddr(home), RequestID: who.RequestID}
		if diff := cmp.Diff(wantWho, who, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
		f.must(f.module.Flush(f.ctx, f.one))
		r, err := registrationByID(f.ctx, f.one.DB, a.clientID)
		if err != nil || r.LastAuthenticated == nil || r.Credentials[0].Uses != 1 || r.Credentials[0].LastAddress != home {
			t.Errorf("uses: %+v, %v", r.Credentials, err)
		}
	})
}

func (a *app) keys() jose.JSONWebKeySet {
	a.t.Helper()
	w := a.tell(httptest.NewRequest(http.MethodGet, "/"+a.h.ID+"/.well-known/jwks.json", nil))
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(w.Body.Bytes(), &set); err != nil || w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "max-age=300" {
		a.t.Fatalf("keys: %d %s %v", w.Code, w.Body, w.Header())
	}
	for _, k := range set.Keys {
		if !k.IsPublic() || k.Use != "sig" {
			a.t.Errorf("key %+v", k)
		}
	}
	return set
}

func TestScopesAndResources(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.app(func(r *Registration) { r.Scopes = append(r.Scopes, principal.AdminRead) })
		api := "https://one.example.com/" + f.one.ID + "/api"
		left := "(left out)"
		for name, c := range map[string]struct {
			ask    []string
			scope  string
			aud    audience
			answer string
		}{
			"none":                        {nil, "data.read odata.read token.introspect", audience{api}, "data.read odata.read token.introspect"},
			"sign-in scopes alone":        {[]string{"scope", "openid offline_access profile"}, "data.read odata.read token.introspect", audience{api}, "data.read odata.read token.introspect"},
			"two":                         {[]string{"scope", "odata.write  data.read odata.write"}, "odata.write data.read", audience{api}, "odata.write data.read"},
			"admin only by name":          {[]string{"scope", "admin.read"}, "admin.read", audience{api}, "admin.read"},
			"everything":                  {[]string{"scope", api + "/.default openid profile"}, "data.read odata.read odata.write admin.read token.introspect", audience{api}, left},
			"everything of one API":       {[]string{"scope", api + "/odata/.default"}, "odata.read odata.write", audience{api + "/odata"}, left},
			"the API":                     {[]string{"resource", api}, "data.read odata.read token.introspect", audience{api}, "data.read odata.read token.introspect"},
			"the API twice, with a slash": {[]string{"resource", api, "resource", api + "/"}, "data.read odata.read token.introspect", audience{api}, "data.read odata.read token.introspect"},
			"one API":                     {[]string{"resource", api + "/odata"}, "odata.read", audience{api + "/odata"}, "odata.read"},
			"two APIs":                    {[]string{"resource", api + "/odata", "resource", api + "/data"}, "data.read odata.read", audience{api + "/odata", api + "/data"}, "data.read odata.read"},
		} {
			w := a.ask(c.ask...)
			var got struct {
				AccessToken string  `json:"access_token"`
				Scope       *string `json:"scope"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
				continue
			}
			said := claimsOf(t, got.AccessToken)
			answer := left
			if got.Scope != nil {
				answer = *got.Scope
			}
			if said.Scope != c.scope || !slices.Equal(said.Audience, c.aud) || answer != c.answer {
				t.Errorf("%s: scope %q, aud %q, answer %q", name, said.Scope, said.Audience, answer)
			}
		}
		text, _ := a.tokenOf("resource", api+"/odata")
		who := f.accepted(f.one, home, "Bearer "+text)
		if err := who.Require(principal.ODataRead); err != nil {
			t.Errorf("the API it is for: %v", err)
		}
		if err := who.Require(principal.ODataWrite); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a scope it lacks: %v", err)
		}
		if err := who.Require(principal.DataRead); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("an API it is not for: %v", err)
		}
	})
}

func BenchmarkToken(b *testing.B) {
	f := newFixture(b, "sqlite:"+b.TempDir()+"/control.db", new(bool))
	f.t = new(testing.T)
	a := f.app()
	f.must(f.one.Records.SetSetting(f.ctx, settingTokens, "1000000"))
	b.ReportAllocs()
	for b.Loop() {
		if w := a.ask(); w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}
