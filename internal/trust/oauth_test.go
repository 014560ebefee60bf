package trust

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// app is a registration with its secret, and where it knocks.
type app struct {
	*fixture
	h        *tenant.Handle
	clientID string
	secret   string
	row      Registration
}

// app makes a registration in tenant one; change may alter it before.
func (f *fixture) app(change ...func(*Registration)) *app {
	f.t.Helper()
	a := &app{fixture: f, h: f.one, secret: secret.New(secret.KindClient)}
	now := f.clock.Now()
	a.row = Registration{ID: id.RecID(), ClientID: "AppReg_test_" + secret.RandomAlnum(22), Type: "custom", Name: "Test", Enabled: true,
		Scopes: []string{principal.DataRead, principal.ODataRead, principal.ODataWrite, principal.TokenIntrospect}, CIDRs: []string{},
		Role: "InternalServices", Person: f.internal, TokenSeconds: 3600, TokenAlg: "ES256", CreatedBy: "test", Created: now}
	for _, c := range change {
		c(&a.row)
	}
	a.clientID = a.row.ClientID
	pepper, mac := f.one.Keys.MAC(a.secret)
	c := Credential{ID: id.RecID(), Kind: kindSecret, NotBefore: now, Created: now, pepper: pepper, mac: mac}
	a.row.Credentials = []Credential{c}
	a.store(func(tx *db.Tx) error {
		if err := saveRegistration(tx, a.row); err != nil {
			return err
		}
		return saveCredential(tx, a.row.ID, c)
	})
	return a
}

// store changes the database as another replica would: this one is not told.
func (a *app) store(change func(*db.Tx) error) {
	a.t.Helper()
	if err := a.h.DB.Write(a.ctx, nil, change); err != nil {
		a.t.Fatal(err)
	}
	a.clock.Advance(directoryFresh)
}

// tell sends a request to the token routes.
func (a *app) tell(r *http.Request) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	a.module.Routes(mux)
	r.RemoteAddr = home + ":4711"
	r = r.WithContext(tenant.With(r.Context(), a.h))
	w := httptest.NewRecorder()
	web.Arrive(nil, mux).ServeHTTP(w, r)
	return w
}

func (a *app) path(end string) string { return "/" + a.h.ID + "/connect/" + end }

// form posts a form to a route below the tenant's id.
func (a *app) form(path string, form url.Values, basic ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", formMedia)
	if len(basic) == 2 {
		r.SetBasicAuth(basic[0], basic[1])
	}
	return a.tell(r)
}

// ask asks for a token with credentials in the body, and more parameters in pairs.
func (a *app) ask(more ...string) *httptest.ResponseRecorder {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {a.clientID}, "client_secret": {a.secret}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Add(more[i], more[i+1])
	}
	return a.form(a.path("token"), form)
}

// tokenOf asks for a token and returns it with what it says.
func (a *app) tokenOf(more ...string) (string, claims) {
	a.t.Helper()
	w := a.ask(more...)
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
		a.t.Fatalf("token: %d %s", w.Code, w.Body)
	}
	return answer.AccessToken, claimsOf(a.t, answer.AccessToken)
}

func claimsOf(tb testing.TB, text string) (c claims) {
	tb.Helper()
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		tb.Fatalf("no token: %q", text)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(payload, &c)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// TestEveryRefusalLeavesItsReason looks in the audit trail for why requests to the token routes were refused.
func TestEveryRefusalLeavesItsReason(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.app()
		past := f.clock.Now()
		expired := f.app()
		row := expired.row.Credentials[0]
		row.Expires = &past
		expired.store(func(tx *db.Tx) error { return saveCredential(tx, expired.row.ID, row) })
		good, _ := a.tokenOf()
		grant, path := url.Values{"grant_type": {"client_credentials"}}, a.path("token")
		for _, send := range []func(){
			func() { a.form(path, url.Values{"client_id": {"x", "y"}}) },
			func() {
				a.form(path, url.Values{"client_id": {"x"}, "client_secret": {"y"}, "grant_type": {"client_credentials"}}, "x", "y")
			},
			func() { a.form(path+"?client_secret=x", grant) },
			func() { a.ask("scope", "no.such") },
			func() { a.ask("resource", "https://elsewhere.example") },
			func() { a.form(path, grant, "nobody", "x") },
			func() { a.form(path, grant, a.clientID, "x") },
			func() { expired.ask() },
			func() { a.askBy("a.b.c") },
			func() { a.tell(httptest.NewRequest(http.MethodGet, gatewayRoutes[0], nil)) },
			func() { _, _ = f.as(f.one, home, "Bearer "+strings.Repeat(".", 7000)) },
			func() { _, _ = f.as(f.one, home, "Bearer "+good+"AAAA") },
			func() { _, _ = f.as(f.one, home, "Bearer eyJhbGciOiJub25lIn0."+strings.Split(good, ".")[1]+".") },
		} {
			send()
		}
		f.must(f.module.Flush(f.ctx, f.one))
		var got []string
		for _, e := range f.entries() {
			if strings.HasSuffix(e.Action, ".refused") {
				for _, reason := range e.Flags {
					got = append(got, e.Action+" "+map[string]string{a.row.ID: "a", expired.row.ID: "expired", "": "?"}[e.Target]+" "+reason)
				}
			}
		}
		slices.Sort(got)
		want := []string{
			"credential.refused ? malformed:1",
			"registration.refused ? assertion malformed:1",
			"registration.refused ? invalid_request (A parameter stands there more than once):1",
			"registration.refused ? invalid_request (Credentials belong into the body or the Authorization header, not into the address):1",
			"registration.refused ? invalid_request (The request needs one header X-Tenantid):1",
			"registration.refused ? invalid_request (The request proves the client in more than one way):1",
			"registration.refused ? unknown client:1",
			"registration.refused a invalid_scope (The scope is unknown or was not granted to this registration):1",
			"registration.refused a invalid_target (The resource names no API of this tenant):1",
			"registration.refused a wrong secret:1",
			"registration.refused expired expired:1",
			"token.refused ? signature:1",
			"token.refused ? typ:1",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// errorOf checks that an answer is an OAuth error without a token in it.
func errorOf(t *testing.T, name string, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var body struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(w.Body.Bytes(), &body)
	if w.Code != status || body.Error != code || strings.Contains(w.Body.String(), "access_token") {
		t.Errorf("%s: %d %s, want %d %s", name, w.Code, w.Body, status, code)
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%s: the answer may be kept", name)
	}
}

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

func TestTokenRequestsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.app()
		grant := url.Values{"grant_type": {"client_credentials"}}
		whole := func(more ...string) url.Values {
			v := url.Values{"grant_type": {"client_credentials"}, "client_id": {a.clientID}, "client_secret": {a.secret}}
			for i := 0; i+1 < len(more); i += 2 {
				v.Add(more[i], more[i+1])
			}
			return v
		}
		path := a.path("token")
		for name, c := range map[string]struct {
			answer *httptest.ResponseRecorder
			status int
			code   string
		}{
			"client_id twice":           {a.form(path, whole("client_id", a.clientID)), 400, "invalid_request"},
			"scope twice":               {a.form(path, whole("scope", "a", "scope", "b")), 400, "invalid_request"},
			"Basic and body":            {a.form(path, whole(), a.clientID, a.secret), 400, "invalid_request"},
			"secret and assertion":      {a.form(path, whole("client_assertion_type", assertionType, "client_assertion", "a.b.c")), 400, "invalid_request"},
			"two clients":               {a.form(path, url.Values{"grant_type": {"client_credentials"}, "client_id": {"other"}}, a.clientID, a.secret), 400, "invalid_request"},
			"secret in the address":     {a.form(path+"?client_secret="+a.secret, grant), 400, "invalid_request"},
			"password grant":            {a.form(path, url.Values{"grant_type": {"password"}, "client_id": {a.clientID}}), 400, "unsupported_grant_type"},
			"no grant":                  {a.form(path, url.Values{"client_id": {a.clientID}, "client_secret": {a.secret}}), 400, "invalid_request"},
			"no credentials":            {a.form(path, grant), 400, "invalid_request"},
			"unknown scope":             {a.ask("scope", "no.such"), 400, "invalid_scope"},
			"scope that is not granted": {a.ask("scope", principal.AdminRead), 400, "invalid_scope"},
			"scope in another case":     {a.ask("scope", "Data.Read"), 400, "invalid_scope"},
			"foreign .default":          {a.ask("scope", "https://elsewhere.example/.default"), 400, "invalid_scope"},
			"foreign resource":          {a.ask("resource", "https://elsewhere.example"), 400, "invalid_target"},
			"another tenant's resource": {a.ask("resource", "https://two.example.com/"+f.two.ID+"/api"), 400, "invalid_target"},
			"scope beside its resource": {a.ask("resource", "https://one.example.com/"+f.one.ID+"/api/odata", "scope", "data.read"), 400, "invalid_scope"},
			"a very long scope":         {a.ask("scope", strings.Repeat("data.read ", 500)), 400, "invalid_request"},
			"a broken form":             {a.raw(path, formMedia, "grant_type=%zz"), 400, "invalid_request"},
			"JSON":                      {a.raw(path, "application/json", `{"grant_type":"client_credentials"}`), 400, "invalid_request"},
			"no content type":           {a.raw(path, "", "grant_type=client_credentials"), 400, "invalid_request"},
			"65 KiB":                    {a.ask("padding", strings.Repeat("x", 66<<10)), 413, "invalid_request"},
			"201 fields":                {a.form(path, many(201)), 400, "invalid_request"},
			"wrong secret in the body":  {a.form(path, url.Values{"grant_type": {"client_credentials"}, "client_id": {a.clientID}, "client_secret": {"x"}}), 400, "invalid_client"},
			"unknown client":            {a.form(path, grant, "nobody", a.secret), 401, "invalid_client"},
			"wrong secret by Basic":     {a.form(path, grant, a.clientID, "x"), 401, "invalid_client"},
			"no secret by Basic":        {a.form(path, grant, a.clientID, ""), 401, "invalid_client"},
			"a client id of 10 KiB":     {a.form(path, url.Values{"grant_type": {"client_credentials"}, "client_id": {strings.Repeat("x", 10<<10)}, "client_secret": {"x"}}), 400, "invalid_client"},
		} {
			errorOf(t, name, c.answer, c.status, c.code)
			if strings.Contains(c.answer.Body.String(), a.secret) {
				t.Errorf("%s: the answer repeats the secret", name)
			}
		}
		unknown, wrong := a.form(path, grant, "nobody", "x"), a.form(path, grant, a.clientID, "x")
		if unknown.Body.String() != wrong.Body.String() || unknown.Header().Get("WWW-Authenticate") != wrong.Header().Get("WWW-Authenticate") {
			t.Error("an unknown client is answered otherwise than a wrong secret")
		}
		if got := wrong.Header().Get("WWW-Authenticate"); got != basicChallenge {
			t.Errorf("challenge %q", got)
		}
		r := httptest.NewRequest(http.MethodGet, path, nil)
		w := a.tell(r)
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
			t.Errorf("GET: %d", w.Code)
		}
		other := *a
		other.h = f.two
		if w := other.form(a.path("token"), grant); w.Code != http.StatusNotFound {
			t.Errorf("another tenant's id: %d", w.Code)
		}
		if w := other.form("/"+f.two.ID+"/connect/token", whole()); w.Code != http.StatusBadRequest {
			t.Errorf("a client of another tenant: %d", w.Code)
		}
		if w := a.form(strings.ToUpper("/"+f.one.ID)+"/connect/token", whole()); w.Code != http.StatusOK {
			t.Errorf("the id in upper case: %d %s", w.Code, w.Body)
		}
	})
}

func many(n int) url.Values {
	v := url.Values{}
	for i := range n {
		v.Set(fmt.Sprintf("p%d", i), "x")
	}
	return v
}

func (a *app) raw(path, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return a.tell(r)
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

func TestBasicIsReadEncodedAndPlain(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	a := f.app()
	grant := url.Values{"grant_type": {"client_credentials"}}
	for name, pair := range map[string][2]string{
		"plain":   {a.clientID, a.secret},
		"encoded": {strings.ReplaceAll(a.clientID, "_", "%5F"), strings.ReplaceAll(a.secret, "_", "%5f")},
	} {
		if w := a.form(a.path("token"), grant, pair[0], pair[1]); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

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

func TestGatewayRoutes(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a, old := f.app(), f.app(func(r *Registration) { r.PlainToken = true })
		get := func(a *app, path string, header ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set(headerTenant, a.h.ID)
			r.Header.Set(headerClient, a.clientID)
			r.Header.Set(headerSecret, a.secret)
			for i := 0; i+1 < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
				if header[i+1] == "" {
					r.Header.Del(header[i])
				}
			}
			return a.tell(r)
		}
		isJSON := func(w *httptest.ResponseRecorder) bool {
			var got struct {
				AccessToken string  `json:"access_token"`
				ExpiresIn   int     `json:"expires_in"`
				Scope       *string `json:"scope"`
				TokenType   string  `json:"token_type"`
			}
			return w.Code == 200 && json.Unmarshal(w.Body.Bytes(), &got) == nil && got.AccessToken != "" && got.ExpiresIn == 3600 && got.Scope != nil && got.TokenType == "Bearer"
		}
		isPlain := func(w *httptest.ResponseRecorder) bool {
			return w.Code == 200 && strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") && strings.Count(w.Body.String(), ".") == 2 && !strings.Contains(w.Body.String(), "{")
		}
		for name, ok := range map[string]bool{
			"people and devices":          isJSON(get(a, gatewayRoutes[0])),
			"both types in Accept":        isJSON(get(a, gatewayRoutes[0], "Accept", "text/plain, application/json")),
			"any type":                    isJSON(get(old, gatewayRoutes[0], "Accept", "*/*")),
			"text alone":                  isPlain(get(a, gatewayRoutes[0], "Accept", "text/plain")),
			"nothing, an old client":      isPlain(get(old, gatewayRoutes[0])),
			"JSON, an old client":         isJSON(get(old, gatewayRoutes[0], "Accept", "application/json")),
			"patches":                     isJSON(get(a, gatewayRoutes[1], "Accept", "text/plain")),
			"patches, older":              isJSON(get(a, gatewayRoutes[2])),
			"patches with a scope":        isJSON(get(a, gatewayRoutes[1], "X-ClientScope", "data.read")),
			"the tenant in braces":        isJSON(get(a, gatewayRoutes[0], "X-TenantId", "{"+strings.ToUpper(a.h.ID)+"}")),
			"headers of the old gateway":  isJSON(get(a, gatewayRoutes[0], "X-RapidAPI-Key", "x", "X-RapidAPI-Host", "y", "X-Landscape-Url", "z")),
			"nobody keeps it":             get(a, gatewayRoutes[0]).Header().Get("Cache-Control") == "no-store",
			"nobody keeps the plain one":  get(a, gatewayRoutes[0], "Accept", "text/plain").Header().Get("Cache-Control") == "no-store",
			"a header is missing: 400":    get(a, gatewayRoutes[0], "X-ClientId", "").Code == 400,
			"a wrong secret: 401":         get(a, gatewayRoutes[0], "X-ClientSecret", "x").Code == 401,
			"another tenant: 401":         get(a, gatewayRoutes[0], "X-TenantId", f.two.ID).Code == 401,
			"a scope not granted: 400":    get(a, gatewayRoutes[1], "X-ClientScope", "patchgroup.admin").Code == 400,
			"POST: 405":                   a.form(gatewayRoutes[0], url.Values{}).Code == 405,
			"no challenge for no Basic":   get(a, gatewayRoutes[0], "X-ClientSecret", "x").Header().Get("WWW-Authenticate") == "",
			"the secret is not repeated":  !strings.Contains(get(a, gatewayRoutes[0], "X-ClientSecret", "pvs_hush").Body.String(), "pvs_hush"),
			"an unknown client like that": get(a, gatewayRoutes[0], "X-ClientId", "x").Body.String() == get(a, gatewayRoutes[0], "X-ClientSecret", "x").Body.String(),
		} {
			if !ok {
				t.Errorf("%s: not so", name)
			}
		}
	})
}

func TestHostileTokens(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.app()
		good, said := a.tokenOf()
		other, _ := a.tokenOf("scope", "odata.write")
		key := a.keys().Keys[0]
		mine, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		f.must(err)
		b64 := func(v any) string {
			b, isBytes := v.([]byte)
			if !isBytes {
				if b, err = json.Marshal(v); err != nil {
					t.Fatal(err)
				}
			}
			return base64.RawURLEncoding.EncodeToString(b)
		}
		type m map[string]any
		head := m{"alg": "ES256", "kid": key.KeyID, "typ": "at+jwt"}
		with := func(more m) m {
			out := maps.Clone(head)
			maps.Copy(out, more)
			return out
		}
		forge := func(header m, body any) string {
			text := b64(header) + "." + b64(body)
			sum := sha256.Sum256([]byte(text))
			r, s, err := ecdsa.Sign(rand.Reader, mine, sum[:])
			f.must(err)
			return text + "." + b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
		}
		hs := func(header m, body any, secret []byte) string {
			text := b64(header) + "." + b64(body)
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(text))
			return text + "." + b64(mac.Sum(nil))
		}
		der, err := x509.MarshalPKIXPublicKey(key.Key)
		f.must(err)
		public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		parts := strings.Split(good, ".")
		mineJWK := jose.JSONWebKey{Key: mine.Public(), Algorithm: "ES256"}
		edited := said
		edited.Scope = "admin.write"
		elsewhere := said
		elsewhere.Issuer = "https://elsewhere.example"
		signer := f.module.plane(f.one).activeKey("ES256").signer
		own := func(change func(*claims)) string { // signed by us: what a bug elsewhere could have made
			c := said
			change(&c)
			text, err := json.Marshal(c)
			f.must(err)
			signed, err := signer.Sign(text)
			f.must(err)
			out, err := signed.CompactSerialize()
			f.must(err)
			return out
		}
		now := f.clock.Now().Unix()
		for name, text := range map[string]string{
			"alg none without signature":      b64(with(m{"alg": "none"})) + "." + parts[1] + ".",
			"alg none with the old signature": b64(with(m{"alg": "none"})) + "." + parts[1] + "." + parts[2],
			"alg NoNe":                        b64(with(m{"alg": "NoNe"})) + "." + parts[1] + ".",
			"HS256 with our public key":       hs(with(m{"alg": "HS256"}), said, public),
			"HS256 with our key as JWK":       hs(with(m{"alg": "HS256"}), said, []byte(b64(key))),
			"RS256 named for an EC key":       b64(with(m{"alg": "RS256"})) + "." + parts[1] + "." + parts[2],
			"a foreign key under our kid":     forge(head, said),
			"an embedded jwk":                 forge(with(m{"jwk": mineJWK}), said),
			"a jku":                           forge(with(m{"jku": "https://elsewhere.example/keys"}), said),
			"an x5u":                          forge(with(m{"x5u": "https://elsewhere.example/cert"}), said),
			"an x5c":                          forge(with(m{"x5c": []string{b64(der)}}), said),
			"an unknown issuer":               forge(with(m{"kid": "other"}), elsewhere),
			"an unknown kid":                  b64(with(m{"kid": "other"})) + "." + parts[1] + "." + parts[2],
			"typ JWT":                         b64(with(m{"typ": "JWT"})) + "." + parts[1] + "." + parts[2],
			"crit":                            b64(with(m{"crit": []string{"exp"}})) + "." + parts[1] + "." + parts[2],
			"edited claims":                   parts[0] + "." + b64(edited) + "." + parts[2],
			"another token's signature":       parts[0] + "." + parts[1] + "." + strings.Split(other, ".")[2],
			"no signature":                    parts[0] + "." + parts[1] + ".",
			"four parts":                      good + ".AAAA",
			"a JWE of five parts":             parts[0] + "." + parts[1] + "." + parts[2] + ".a.b",
			"thousands of dots":               strings.Repeat(".", 7000),
			"9 KiB":                           good + strings.Repeat("A", 9<<10),
			"another audience":                own(func(c *claims) { c.Audience = audience{"https://elsewhere.example/api"} }),
			"an audience of nothing we have":  own(func(c *claims) { c.Audience = audience{c.Issuer + "/api/nonsense"} }),
			"no audience":                     own(func(c *claims) { c.Audience = nil }),
			"another tenant's id":             own(func(c *claims) { c.TenantID = f.two.ID }),
			"expired":                         own(func(c *claims) { c.Expires = now - 61 }),
			"no end":                          own(func(c *claims) { c.Expires = 0 }),
			"from the future":                 own(func(c *claims) { c.Issued = now + 120 }),
			"not yet valid":                   own(func(c *claims) { c.NotBefore = now + 120 }),
			"an unknown client":               own(func(c *claims) { c.ClientID = "AppReg_x" }),
			"an old epoch":                    own(func(c *claims) { c.Epoch-- }),
			"an unknown credential":           own(func(c *claims) { c.CredentialID = "x" }),
			"no jti":                          own(func(c *claims) { c.ID = "" }),
		} {
			who, err := f.as(f.one, home, "Bearer "+text)
			if !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: %+v, %v", name, who, err)
			}
		}
		if _, err := f.as(f.two, home, "Bearer "+good); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a token of another tenant: %v", err)
		}
		f.accepted(f.one, home, "Bearer "+own(func(c *claims) { c.Expires, c.Issued = now-30, now+30 })) // within the leeway of clocks
		f.accepted(f.one, home, "Bearer "+good)
		f.accepted(f.one, home, good)
	})
}

func TestWhatEndsATokenEndsItInTime(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		change := func(change func(*Registration)) func(a *app, _ claims) {
			return func(a *app, _ claims) {
				r := a.row
				change(&r)
				a.store(func(tx *db.Tx) error { return saveRegistration(tx, r) })
			}
		}
		for name, end := range map[string]func(a *app, c claims){
			"disabled":        change(func(r *Registration) { r.Enabled = false }),
			"another epoch":   change(func(r *Registration) { r.epoch++ }),
			"another network": change(func(r *Registration) { r.CIDRs = []string{"10.0.0.0/8"} }),
			"deleted": func(a *app, _ claims) {
				a.store(func(tx *db.Tx) error { return dropRegistration(tx, a.row.ID, f.clock.Now().UnixMicro()) })
			},
			"its secret revoked": func(a *app, _ claims) {
				c, at := a.row.Credentials[0], f.clock.Now()
				c.Revoked = &at
				a.store(func(tx *db.Tx) error { return saveCredential(tx, a.row.ID, c) })
			},
			"the person is not active": func(*app, claims) { f.update(f.internal, "Status", "Terminated"); f.clock.Advance(cacheLate) },
			"revoked here": func(a *app, c claims) {
				f.must(f.module.plane(f.one).revokeToken(asTrust(f.ctx, f.one.ID), c))
			},
			"its time": func(*app, claims) { f.clock.Advance(time.Hour + tokenLeeway) },
		} {
			a := f.app()
			text, said := a.tokenOf()
			f.accepted(f.one, home, "Bearer "+text)
			end(a, said)
			if _, err := f.as(f.one, home, "Bearer "+text); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: %v", name, err)
			}
			f.update(f.internal, "Status", "Active")
			f.clock.Advance(cacheLate)
		}
		a := f.app()
		text, _ := a.tokenOf()
		r := a.row
		r.Description, r.TokenSeconds = "edited", 300
		a.store(func(tx *db.Tx) error { return saveRegistration(tx, r) })
		f.accepted(f.one, home, "Bearer "+text) // editing ends nothing
	})
}

func TestIntrospectionAndRevocation(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a, b := f.app(), f.app(func(r *Registration) { r.Scopes = []string{principal.DataRead} })
		auditor := f.app(func(r *Registration) { r.Scopes = []string{principal.TokenIntrospect, principal.AdminRead} })
		text, said := a.tokenOf()
		of := func(who *app, token string) *httptest.ResponseRecorder {
			return who.form(who.path("introspect"), url.Values{"token": {token}}, who.clientID, who.secret)
		}
		var got map[string]any
		if err := json.Unmarshal(of(a, text).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"active": true, "token_type": "Bearer", "iss": said.Issuer, "sub": a.clientID, "client_id": a.clientID, "aud": said.Audience[0],
			"iat": float64(said.Issued), "exp": float64(said.Expires), "jti": said.ID, "tid": f.one.ID, "scope": said.Scope, "roles": []any{"InternalServices"},
			"epoch": 0.0, "cid": said.CredentialID}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		foreign, _ := b.tokenOf()
		for name, w := range map[string]*httptest.ResponseRecorder{"junk": of(a, "junk"), "another's": of(a, foreign), "edited": of(a, text[:len(text)-4]+"AAAA")} {
			if w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"active":false}` {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		if w := of(auditor, text); !strings.Contains(w.Body.String(), `"active":true`) {
			t.Errorf("who may read the administration sees all: %s", w.Body)
		}
		errorOf(t, "without the right", of(b, foreign), 403, "insufficient_scope")
		errorOf(t, "without credentials", a.form(a.path("introspect"), url.Values{"token": {text}}), 400, "invalid_request")
		errorOf(t, "without a token", a.form(a.path("introspect"), url.Values{}, a.clientID, a.secret), 400, "invalid_request")

		end := func(who *app, token string) *httptest.ResponseRecorder {
			return who.form(who.path("revocation"), url.Values{"token": {token}}, who.clientID, who.secret)
		}
		if w := end(b, text); w.Code != 200 {
			t.Errorf("another's token: %d", w.Code)
		}
		f.accepted(f.one, home, "Bearer "+text)
		for range 2 {
			if w := end(a, text); w.Code != 200 || w.Body.Len() != 0 {
				t.Errorf("revoke: %d %s", w.Code, w.Body)
			}
		}
		if w := end(a, "junk"); w.Code != 200 {
			t.Errorf("an unknown token: %d", w.Code)
		}
		errorOf(t, "a key", end(a, secret.New(secret.KindKey)), 400, "unsupported_token_type")
		errorOf(t, "no credentials", a.form(a.path("revocation"), url.Values{"token": {text}}), 400, "invalid_request")
		if _, err := f.as(f.one, home, "Bearer "+text); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a revoked token: %v", err)
		}
		if w := of(a, text); strings.TrimSpace(w.Body.String()) != `{"active":false}` {
			t.Errorf("a revoked token: %s", w.Body)
		}
		entries, err := audit.List(f.ctx, f.one.DB, audit.Filter{Action: "token.revoke"})
		if err != nil || len(entries) != 1 || entries[0].Target != said.ID || entries[0].ActorKind != principal.Registration || entries[0].Credential != said.CredentialID {
			t.Errorf("audit: %+v, %v", entries, err)
		}
	})
}

func TestTheSameWrongSecretTwiceFailsOnce(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	a, good := f.app(), f.app()
	grant := url.Values{"grant_type": {"client_credentials"}}
	for i := range standardFailures { // as golang.org/x/oauth2 does: by Basic, then in the body
		wrong := fmt.Sprintf("wrong%d", i)
		errorOf(t, "Basic", a.form(a.path("token"), grant, a.clientID, wrong), 401, "invalid_client")
		errorOf(t, "body", a.form(a.path("token"), url.Values{"grant_type": {"client_credentials"}, "client_id": {a.clientID}, "client_secret": {wrong}}), 400, "invalid_client")
	}
	var waits []string
	for i := range 4 {
		w := a.form(a.path("token"), grant, a.clientID, fmt.Sprintf("more%d", i))
		errorOf(t, "beyond the limit", w, 429, "slow_down")
		waits = append(waits, w.Header().Get("Retry-After"))
	}
	if diff := cmp.Diff([]string{"2", "4", "8", "16"}, waits); diff != "" {
		t.Error(diff)
	}
	good.tokenOf() // nobody is kept out by the failures of others
	a.tokenOf()
	f.clock.Advance(time.Minute)
	errorOf(t, "later", a.form(a.path("token"), grant, a.clientID, "again"), 401, "invalid_client")
}

func TestATokenIsAskedForAtAPace(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	a, b := f.app(), f.app()
	f.must(f.one.Records.SetSetting(f.ctx, settingTokens, "2"))
	f.must(f.one.Records.SetSetting(f.ctx, settingCalls, "3"))
	text, _ := a.tokenOf()
	for range 3 {
		a.tokenOf()
	}
	w := a.ask()
	errorOf(t, "too many", w, 429, "slow_down")
	if w.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
	}
	b.tokenOf()
	f.clock.Advance(time.Second)
	a.tokenOf()
	for range 3 {
		f.accepted(f.one, home, "Bearer "+text)
	}
	if _, err := f.as(f.one, home, "Bearer "+text); !fault.Is(err, fault.RateLimited) {
		t.Errorf("too many calls: %v", err)
	}
}

func TestSigningKeys(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a, rsa, ed := f.app(), f.app(func(r *Registration) { r.TokenAlg = "RS256" }), f.app(func(r *Registration) { r.TokenAlg = "EdDSA" })
		p := f.module.plane(f.one)
		if n := len(a.keys().Keys); n != 1 {
			t.Errorf("%d keys before anybody asked for another algorithm", n)
		}
		text, _ := a.tokenOf()
		for alg, who := range map[string]*app{"RS256": rsa, "EdDSA": ed} {
			token, _ := who.tokenOf()
			f.accepted(f.one, home, "Bearer "+token)
			if signed, err := jose.ParseSignedCompact(token, tokenAlgs); err != nil || signed.Signatures[0].Protected.Algorithm != alg {
				t.Errorf("%s: %v", alg, err)
			}
		}
		first := p.activeKey("ES256").kid
		f.must(p.makeKey(f.ctx, "ES256", keyNotice, "planned"))
		f.must(p.makeKey(f.ctx, "ES256", keyNotice, "planned")) // another replica, at the same moment
		published := a.keys().Keys
		if len(published) != 4 || p.activeKey("ES256").kid != first {
			t.Fatalf("%d keys, active %s", len(published), p.activeKey("ES256").kid)
		}
		f.clock.Advance(keyNotice)
		next, _ := a.tokenOf()
		if second := p.activeKey("ES256").kid; second == first {
			t.Error("the next key does not sign")
		}
		f.clock.Advance(-keyNotice + 30*time.Minute) // the old token still lives
		f.accepted(f.one, home, "Bearer "+text)
		f.clock.Advance(keyNotice - 30*time.Minute)
		f.accepted(f.one, home, "Bearer "+next)
		f.clock.Advance(maxTokenLife + 2*tokenLeeway)
		for _, k := range a.keys().Keys {
			if k.KeyID == first {
				t.Error("a key is published although nothing it signed can live")
			}
		}
	})
}

func TestFirstKeyIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.app()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { a.ask() })
		}
		group.Wait()
		if n := len(a.keys().Keys); n != 1 {
			t.Errorf("%d keys", n)
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

func BenchmarkBearer(b *testing.B) {
	f := newFixture(b, "sqlite:"+b.TempDir()+"/control.db", new(bool))
	f.t = new(testing.T)
	a := f.app()
	f.must(f.one.Records.SetSetting(f.ctx, settingCalls, "60000000"))
	text, _ := a.tokenOf()
	b.ReportAllocs()
	for b.Loop() {
		f.accepted(f.one, home, "Bearer "+text)
	}
}
