package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestAnOpenIDUserComesToBe signs somebody in for the first and the second time, by a test, and out again.
func TestAnOpenIDUserComesToBe(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		before := f.people(t)
		done, session := f.finish(t, f.signIn(t), "")
		if done.Status != http.StatusSeeOther || done.Header.Get("Location") != "/desk" || !strings.Contains(session, "sid=") || !strings.Contains(session, "idp="+f.id) {
			t.Fatalf("%d %v %s", done.Status, done.Header, done.Body)
		}
		me, err := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, "")
		if err != nil || me.Status != http.StatusOK || !strings.Contains(string(me.Body), `"SelfService"`) {
			t.Fatalf("%v %d %s", err, me.Status, me.Body)
		}
		if rows := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows(); len(rows) != 1 || rows[0]["FirstName"] != "Ada" || rows[0]["PrimaryEmail"] != "ada@a.example" {
			t.Errorf("%v", rows)
		}
		known := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/identities", nil, http.StatusOK)["items"].([]any)
		if one := known[0].(map[string]any); len(known) != 1 || one["subject_kind"] != "sub" || one["subject"] != "subject of ada" {
			t.Errorf("%v", known)
		}
		f.openID.claims["email"] = "ada.lovelace@a.example"
		if a := f.signIn(t); a.Status != http.StatusSeeOther || f.people(t) != before+1 {
			t.Errorf("again: %d %s", a.Status, f.lastAttempt(t))
		}
		for range 3 { // somebody known, of whom nothing has changed
			if a := f.signIn(t); a.Status != http.StatusSeeOther {
				t.Errorf("once more: %d %s", a.Status, f.lastAttempt(t))
			}
		}
		if n := f.openID.times("/.well-known/openid-configuration"); n != 1 {
			t.Errorf("discovery was read %d times", n)
		}
		attempts := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/attempts", nil, http.StatusOK)["items"].([]any)
		if one := attempts[3].(map[string]any); one["how"] != "known" || one["flow"] != "oidc" || !strings.Contains(fmt.Sprint(one["changed"]), "PrimaryEmail") {
			t.Errorf("%v", attempts)
		}

		f.change(t, map[string]any{"force_authn": true, "scopes": []string{"profile", "groups"}})
		back, cookies := f.depart(t, "?login_hint=ada%40a.example&return=https://evil.example/")
		if q := f.openID.last; q.Get("prompt") != "login" || q.Get("login_hint") != "ada@a.example" || q.Get("scope") != "openid profile groups" {
			t.Errorf("%v", q)
		}
		if done, _ := f.finish(t, f.comeBack(t, back, cookies), ""); done.Header.Get("Location") != "/" {
			t.Errorf("an open redirect: %v", done.Header)
		}

		out, err := f.Request(http.MethodPost, "/logout", map[string]string{"Cookie": session, "Sec-Fetch-Site": "same-origin"}, "")
		if err != nil || !strings.HasPrefix(out.Header.Get("Location"), f.openID.URL+"/end?client_id=") {
			t.Errorf("signing out goes to %v %v", out.Header, err)
		}
	})
}

// TestForgedTokensSignNobodyIn has the provider lie in every way; each is told to administrators by its code.
func TestForgedTokensSignNobodyIn(t *testing.T) {
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	claim := func(name string, value any) func(*openIDTenant) {
		return func(f *openIDTenant) { f.openID.claims[name] = value }
	}
	signing := func(sign func(f *openIDTenant, payload []byte) string) func(*openIDTenant) {
		return func(f *openIDTenant) { f.openID.sign = func(b []byte) string { return sign(f, b) } }
	}
	answering := func(path string, answer http.HandlerFunc) func(*openIDTenant) {
		return func(f *openIDTenant) {
			f.openID.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == path {
					answer(w, r)
				}
				return r.URL.Path == path
			}
		}
	}
	returning := func(name, value string) func(*openIDTenant) {
		return func(f *openIDTenant) {
			f.openID.back = func(q url.Values) {
				if q.Del(name); value != "" {
					q.Set(name, value)
				}
			}
		}
	}
	cases := []struct {
		name, code string
		lie        func(*openIDTenant)
	}{
		{"another nonce", "token_nonce", claim("nonce", "another")},
		{"no nonce", "token_nonce", claim("nonce", nil)},
		{"two nonces", "token_refused", claim("nonce", []string{"x", "y"})},
		{"another client", "token_audience", claim("aud", "another client")},
		{"no audience", "token_audience", claim("aud", nil)},
		{"several clients", "token_audience", claim("aud", []string{openIDClient, "another"})},
		{"issued to another client", "token_audience", claim("azp", "another client")},
		{"another issuer", "token_issuer", claim("iss", "https://accounts.google.com")},
		{"the issuer with a slash", "token_issuer", func(f *openIDTenant) { f.openID.claims["iss"] = f.openID.URL + "/" }},
		{"nobody", "token_subject", claim("sub", "")},
		{"no subject", "token_subject", claim("sub", nil)},
		{"expired", "token_expired", claim("exp", now.Add(-time.Hour).Unix())},
		{"no end", "token_expired", claim("exp", nil)},
		{"made in the future", "token_times", claim("iat", now.Add(time.Hour).Unix())},
		{"made long ago", "token_times", claim("iat", now.Add(-24*time.Hour).Unix())},
		{"no time", "token_times", claim("iat", nil)},
		{"not yet valid", "token_refused", claim("nbf", now.Add(time.Hour).Unix())},
		{"another access token", "token_hash", claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")},
		{"no signature", "token_signature", signing(func(_ *openIDTenant, b []byte) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"one"}`)) + "." + base64.RawURLEncoding.EncodeToString(b) + "."
		})},
		{"signed with the client secret", "token_signature", signing(func(f *openIDTenant, b []byte) string {
			return signed(t, jose.HS256, []byte(strings.Repeat(openIDSecret, 2)), "one", b)
		})},
		{"signed by a stranger", "token_signature", signing(func(f *openIDTenant, b []byte) string { return signed(t, jose.ES256, stranger, "one", b) })},
		{"a key of its own", "token_signature", signing(func(f *openIDTenant, b []byte) string { return signed(t, jose.ES256, stranger, "two", b) })},
		{"changed afterwards", "token_signature", signing(func(f *openIDTenant, b []byte) string {
			parts := strings.Split(signed(t, jose.ES256, f.openID.key, "one", b), ".")
			parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(b), "subject of ada", "subject of eve", 1)))
			return strings.Join(parts, ".")
		})},
		{"a claim twice", "token_signature", signing(func(f *openIDTenant, b []byte) string {
			return signed(t, jose.ES256, f.openID.key, "one", append([]byte(`{"sub":"subject of eve",`), b[1:]...))
		})},
		{"no token", "token_missing", func(f *openIDTenant) { f.openID.tokens = func(a map[string]any) { delete(a, "id_token") } }},
		{"the token endpoint redirects", "exchange_failed", answering("/token", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/keys", http.StatusTemporaryRedirect)
		})},
		{"the token endpoint sends without end", "exchange_failed", answering("/token", func(w http.ResponseWriter, _ *http.Request) { endless(w) })},
		{"the token endpoint sends a page", "exchange_failed", answering("/token", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") })},
		{"another code", "exchange_failed", returning("code", "guessed")},
		{"no code", "answer_malformed", returning("code", "")},
		{"another provider's answer", "issuer_mismatch", returning("iss", "https://login.example.com")},
		{"an answer of nobody", "issuer_mismatch", returning("iss", "")},
		{"refused by the user", "provider_access_denied", returning("error", "access_denied")},
		{"an error with markup", "provider_error", returning("error", "<script>alert(1)</script>")},
		{"somebody else's userinfo", "userinfo_subject", func(f *openIDTenant) {
			f.openID.claims["email"], f.openID.userinfo = nil, map[string]any{"sub": "subject of eve", "email": "ada@a.example"}
		}},
		{"nobody's userinfo", "userinfo_subject", func(f *openIDTenant) {
			f.openID.claims["email"], f.openID.userinfo = nil, map[string]any{"email": "ada@a.example"}
		}},
		{"userinfo without end", "userinfo_failed", func(f *openIDTenant) {
			answering("/userinfo", func(w http.ResponseWriter, _ *http.Request) { endless(w) })(f)
			f.openID.claims["email"], f.openID.userinfo = nil, map[string]any{}
		}},
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		before := f.people(t)
		for _, c := range cases {
			f.openID.honest()
			c.lie(f)
			if f.openID.userinfo != nil {
				f.change(t, nil) // discovery is read again
			}
			a := f.signIn(t)
			if got := strings.Fields(f.lastAttempt(t))[0]; got != c.code {
				t.Errorf("%s: %s, want %s", c.name, f.lastAttempt(t), c.code)
			}
			if a.Status != http.StatusForbidden || a.Header.Get("Location") != "" || strings.Contains(cookiesOf(a), "=") {
				t.Errorf("%s: %d %v", c.name, a.Status, a.Header)
			}
			if strings.Contains(string(a.Body), "<script>alert") || strings.Contains(string(a.Body), "subject of") {
				t.Errorf("%s: the page repeats what was sent: %s", c.name, a.Body)
			}
		}
		if n := f.people(t) - before; n != 0 {
			t.Errorf("%d people came to be", n)
		}
		if known := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/identities", nil, http.StatusOK)["items"].([]any); len(known) > 0 {
			t.Errorf("identities came to be: %v", known)
		}
		f.openID.honest()
		if a := f.signIn(t); a.Status != http.StatusSeeOther {
			t.Errorf("the truth: %d %s", a.Status, f.lastAttempt(t))
		}
	})
}

// endless sends more than anybody has to read.
func endless(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"x":"`)
	block := strings.Repeat("x", 64<<10)
	for range 64 {
		if _, err := io.WriteString(w, block); err != nil {
			return
		}
	}
}

// TestAnAnswerBelongsToItsBrowser brings answers back twice, in another browser, and to another provider's request.
func TestAnAnswerBelongsToItsBrowser(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		refused := func(what, path, cookies string) {
			t.Helper()
			if a := f.comeBack(t, path, cookies); a.Status != http.StatusForbidden || strings.Contains(cookiesOf(a), "arrived") {
				t.Errorf("%s: %d %v", what, a.Status, a.Header)
			}
		}
		back, cookies := f.depart(t, "")
		other, others := f.depart(t, "")
		refused("no cookie", back, "")
		refused("another browser's cookie", back, others)
		refused("no state", "/sso/oidc/callback?code=code-1", cookies)
		refused("a state of nobody", "/sso/oidc/callback?code=code-1&state="+strings.Repeat("x", 43), cookies)
		refused("two states", back+"&state="+strings.Repeat("x", 43), cookies)
		if f.openID.times("/token") > 0 {
			t.Error("a code was used that another browser brought")
		}
		if a := f.comeBack(t, back, cookies); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, f.lastAttempt(t))
		}
		tokens := f.openID.times("/token")
		refused("once more", back, cookies)
		if f.openID.times("/token") != tokens {
			t.Error("a code was sent twice")
		}

		honest := f.id
		evil := newOpenIDProvider(t)
		evil.honest()
		settings := f.settings(map[string]any{"name": "Another", "entity_id": evil.URL})
		settings["kind"], settings["client_secret"] = "oidc", openIDSecret
		f.id = f.admin(t, http.MethodPost, "/identity-providers", settings, http.StatusCreated)["id"].(string)
		a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login", nil, "") // the browser means to go there, and comes back from elsewhere
		if err != nil || a.Status != http.StatusSeeOther {
			t.Fatalf("%v %d", err, a.Status)
		}
		mixed := f.visit(t, strings.Replace(a.Header.Get("Location"), evil.URL, f.openID.URL, 1))
		refused("mixed up", mixed, cookiesOf(a))
		if evil.times("/token") > 0 {
			t.Error("the code of one provider was sent to another")
		}
		f.id = honest
		f.openID.claims["sub"] = "somebody else"
		f.openID.claims["email"], f.openID.claims["preferred_username"] = "eve@a.example", "eve@a.example"
		if a := f.comeBack(t, other, others); a.Status != http.StatusSeeOther {
			t.Errorf("the other tab: %d %s", a.Status, f.lastAttempt(t))
		}
	})
}

// TestDiscoveryIsHeldToItsWord gives discovery documents that do not count, and issuers that cannot.
func TestDiscoveryIsHeldToItsWord(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		for name, lie := range map[string]func(document map[string]any){
			"another issuer":      func(d map[string]any) { d["issuer"] = "https://login.example.com" },
			"a slash more":        func(d map[string]any) { d["issuer"] = f.openID.URL + "/" },
			"no keys":             func(d map[string]any) { delete(d, "jwks_uri") },
			"a script":            func(d map[string]any) { d["authorization_endpoint"] = "javascript:alert(1)" },
			"tokens in the clear": func(d map[string]any) { d["token_endpoint"] = "http://login.example.com/token" },
			"very long":           func(d map[string]any) { d["x"] = strings.Repeat("x", 2<<20) },
			"a directory's blank": func(d map[string]any) { d["issuer"] = "https://login.microsoftonline.com/{tenantid}/v2.0" },
		} {
			f.openID.honest()
			f.openID.discovery = lie
			f.change(t, nil)
			a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login", nil, "")
			if err != nil || a.Status != http.StatusForbidden || a.Header.Get("Location") != "" || !strings.HasPrefix(f.lastAttempt(t), "discovery_failed ") {
				t.Errorf("%s: %v %d %v %s", name, err, a.Status, a.Header, f.lastAttempt(t))
			}
		}
		f.openID.honest()
		f.openID.answer = func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
			return true
		}
		f.change(t, nil)
		for range 3 { // it is not asked each time
			if a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login", nil, ""); err != nil || a.Status != http.StatusForbidden || !strings.Contains(f.lastAttempt(t), "302") {
				t.Errorf("a redirect: %v %d %s", err, a.Status, f.lastAttempt(t))
			}
		}
		for issuer, want := range map[string]string{
			"https://login.microsoftonline.com/common/v2.0":                  "every directory",
			"https://login.microsoftonline.com/organizations/v2.0":           "every directory",
			"https://LOGIN.microsoftonline.com/Consumers/v2.0":               "every directory",
			"https://login.microsoftonline.com/{tenantid}/v2.0":              "by its id",
			"https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0": "by its id",
			"http://login.example.com":                                       "https",
			"https://login.example.com/?x=1":                                 "query",
			"https://login.example.com/#x":                                   "issuer",
			"accounts.google.com":                                            "issuer",
			"javascript:alert(1)":                                            "issuer",
		} {
			a := f.Ask(t, http.MethodPut, "/api/admin/v1/identity-providers/"+f.id, f.key, asJSON(t, f.settings(map[string]any{"entity_id": issuer})))
			if a.Status != http.StatusBadRequest || !strings.Contains(string(a.Body), want) {
				t.Errorf("%s: %d %s", issuer, a.Status, a.Body)
			}
		}
		for _, issuer := range []string{"https://10.0.0.1", "https://169.254.169.254/x", "https://localhost:1/"} { // kept, and not asked
			f.change(t, map[string]any{"entity_id": issuer})
			if a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login", nil, ""); err != nil || a.Status != http.StatusForbidden {
				t.Errorf("%s: %v %d", issuer, err, a.Status)
			}
		}
	})
}

// lastDetail is the last attempt.
func (f *openIDTenant) lastDetail(tb testing.TB) map[string]any {
	tb.Helper()
	return f.admin(tb, http.MethodGet, "/identity-providers/"+f.id+"/attempts?limit=1", nil, http.StatusOK)["items"].([]any)[0].(map[string]any)
}

func asJSON(tb testing.TB, v any) string {
	tb.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// TestWhoAnOpenIDSubjectIs tries the ways in which somebody is named and linked.
func TestWhoAnOpenIDSubjectIs(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		outcome := func(said map[string]any) string {
			t.Helper()
			f.openID.honest()
			maps.Copy(f.openID.claims, said)
			f.signIn(t)
			return strings.Fields(f.lastAttempt(t))[0]
		}
		if made := f.Ask(t, http.MethodPost, employees, f.key, `{"LoginID":"local","LastName":"Local","PrimaryEmail":"Ada@A.example"}`); made.Status != http.StatusCreated {
			t.Fatal(string(made.Body))
		}
		if got := outcome(nil); got != "email_conflict" {
			t.Errorf("the address of somebody who is there: %s", got)
		}
		f.change(t, map[string]any{"link_by_email": true})
		for _, c := range []struct {
			said map[string]any
			want string // domain_not_verified comes next: the address itself is proven
		}{
			{nil, "email_unverified"},
			{map[string]any{"email_verified": false}, "email_unverified"},
			{map[string]any{"email_verified": "no", "xms_edov": false}, "email_unverified"},
			{map[string]any{"xms_edov": "0"}, "email_unverified"},
			{map[string]any{"email_verified": true}, "domain_not_verified"},
			{map[string]any{"xms_edov": true}, "domain_not_verified"},
			{map[string]any{"xms_edov": 1}, "domain_not_verified"},
			{map[string]any{"xms_edov": "true"}, "domain_not_verified"},
		} {
			if got := outcome(c.said); got != c.want {
				t.Errorf("%v: %s, want %s", c.said, got, c.want)
			}
		}
		f.openID.userinfo = map[string]any{"sub": "subject of ada", "email": "eve@a.example", "email_verified": true, "department": "Engines"}
		withUserinfo := func(mapping ...map[string]string) string {
			info := f.openID.userinfo
			f.change(t, map[string]any{"link_by_email": true, "mapping": mapping})
			f.openID.honest()
			f.openID.userinfo = info
			f.signIn(t)
			return strings.Fields(f.lastAttempt(t))[0]
		}
		address := map[string]string{"field": "PrimaryEmail", "claim": "email"}
		if got := withUserinfo(address, map[string]string{"field": "Department", "claim": "department"}); got != "email_unverified" {
			t.Errorf("another address is proven than the one that counts: %s", got)
		}
		f.openID.userinfo["email"] = "ada@a.example"
		if got := withUserinfo(address, map[string]string{"field": "Department", "claim": "department"}); got != "domain_not_verified" {
			t.Errorf("the address that counts is proven: %s", got)
		}
		if got := withUserinfo(map[string]string{"field": "PrimaryEmail", "claim": "preferred_username"}); got != "email_unverified" {
			t.Errorf("a name that looks like an address is proven: %s", got)
		}
		f.change(t, nil)
		f.openID.claims["email"] = "ada.l@a.example"
		asked := f.openID.times("/userinfo")
		if a := f.signIn(t); a.Status != http.StatusSeeOther || f.openID.times("/userinfo") != asked {
			t.Errorf("the userinfo endpoint is asked for nothing: %d %s", a.Status, f.lastAttempt(t))
		}
		f.change(t, map[string]any{"subject_claim": "employee_number"})
		if got := outcome(map[string]any{"email": "ada.l@a.example"}); got != "no_identity" {
			t.Errorf("without the claim that names people: %s", got)
		}
		if got := outcome(map[string]any{"employee_number": 4711, "sub": "x", "email": "b@a.example", "preferred_username": "b"}); got != "signed_in" {
			t.Errorf("with it: %s", f.lastAttempt(t))
		}
		if got := outcome(map[string]any{"employee_number": "4711", "sub": "y", "email": "b@a.example", "preferred_username": "other"}); got != "signed_in" {
			t.Errorf("with it, under another sub: %s", f.lastAttempt(t))
		}
		if got := outcome(map[string]any{"employee_number": "4711", "email": "ada@a.example"}); got != "signed_in" || strings.Contains(fmt.Sprint(f.lastDetail(t)["changed"]), "PrimaryEmail") {
			t.Errorf("an address of somebody else, which nobody has proved, is taken over: %s", f.lastAttempt(t))
		}
		f.change(t, map[string]any{"create_users": false})
		f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/identities", map[string]any{"subject_kind": "sub", "subject": "registered", "person": "local"}, http.StatusCreated)
		if got := outcome(map[string]any{"sub": "registered", "email": "ada@a.example"}); got != "signed_in" {
			t.Errorf("registered by hand: %s", f.lastAttempt(t))
		}
		if got := outcome(map[string]any{"sub": "nobody", "email": "n@a.example"}); got != "jit_off" {
			t.Errorf("somebody new: %s", got)
		}
	})
}

// TestAnEntraDirectory signs in with tokens as Entra ID makes them: named by directory and object, and with groups that do not fit.
func TestAnEntraDirectory(t *testing.T) {
	const directory, object = "6b1f3c1e-0000-4000-8000-000000000001", "6b1f3c1e-0000-4000-8000-00000000000a"
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		f.openID.issuer = f.openID.URL + "/" + directory + "/v2.0"
		rules := map[string]any{"entity_id": f.openID.issuer, "grantable_roles": []string{"ServiceDeskAnalyst"},
			"rules": []map[string]any{{"claim": "groups", "operator": "equals", "values": []string{"analysts"}, "role": "ServiceDeskAnalyst"}}}
		f.change(t, rules)
		sign := func(said map[string]any) string {
			t.Helper()
			f.openID.honest()
			f.openID.claims["oid"], f.openID.claims["tid"] = object, directory
			maps.Copy(f.openID.claims, said)
			if a := f.signIn(t); a.Status != http.StatusSeeOther {
				t.Fatalf("%v: %d %s", said, a.Status, f.lastAttempt(t))
			}
			person := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows()[0]["RecId"].(string)
			return string(f.Ask(t, http.MethodGet, "/api/admin/v1/people/"+person+"/roles", f.key, "").Body)
		}
		many := []string{"analysts"}
		for n := range 199 {
			many = append(many, fmt.Sprintf("6b1f3c1e-0000-4000-8000-%012d", n))
		}
		if got := sign(map[string]any{"groups": many}); !strings.Contains(got, "ServiceDeskAnalyst") {
			t.Errorf("two hundred groups give %s", got)
		}
		if got := sign(map[string]any{"sub": "another", "_claim_names": map[string]string{"groups": "src1"},
			"_claim_sources": map[string]any{"src1": map[string]string{"endpoint": f.openID.URL + "/groups"}}}); !strings.Contains(got, "ServiceDeskAnalyst") {
			t.Errorf("too many groups to be named took away what was: %s", got)
		}
		if f.openID.times("/groups") > 0 {
			t.Error("an address that a token names was asked")
		}
		if got := sign(map[string]any{"groups": []string{"others"}}); strings.Contains(got, "ServiceDeskAnalyst") {
			t.Errorf("other groups leave %s", got)
		}
		known := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/identities", nil, http.StatusOK)["items"].([]any)
		if one := known[0].(map[string]any); len(known) != 1 || one["subject_kind"] != "oid" || one["subject"] != directory+"/"+object {
			t.Errorf("%v", known)
		}
		f.openID.honest() // an object of another directory is nobody of this one, whatever the issuer says of it
		f.openID.claims["oid"], f.openID.claims["tid"] = object, "6b1f3c1e-0000-4000-8000-000000000002"
		f.openID.claims["email"], f.openID.claims["preferred_username"] = "guest@a.example", "guest@a.example"
		if f.signIn(t); !strings.HasPrefix(f.lastAttempt(t), "signed_in") || len(f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/identities", nil, http.StatusOK)["items"].([]any)) != 2 {
			t.Errorf("%s", f.lastAttempt(t))
		}
	})
}

// TestAnAdministratorTriesAProvider signs in by a test, before the provider is enabled: nothing is kept but what was said.
func TestAnAdministratorTriesAProvider(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		f.Run(t, "setting", "set", "sign_in.second_factor", "off", "--tenant", "default")
		host := strings.TrimPrefix(f.Base, "http://")
		someone(t, f.Server, host, "root", "Admin")
		someone(t, f.Server, host, "sue", "SelfService")
		f.change(t, map[string]any{"enabled": false})
		before := f.people(t)
		test := func(login string) testkit.Answer {
			t.Helper()
			header := map[string]string{}
			if login != "" {
				header["Cookie"] = browserOf(t, f.Server, host, login).Get("Cookie")
			}
			a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login?test=1", header, "")
			if err != nil {
				t.Fatal(err)
			}
			if a.Status == http.StatusSeeOther {
				return f.comeBack(t, f.visit(t, a.Header.Get("Location")), cookiesOf(a))
			}
			return a
		}
		if a := test(""); a.Status != http.StatusUnauthorized {
			t.Errorf("nobody: %d", a.Status)
		}
		if a := test("sue"); a.Status != http.StatusForbidden {
			t.Errorf("somebody: %d", a.Status)
		}
		shown := "/admin/single-sign-on/" + f.id + "?tested=1"
		if a := test("root"); a.Header.Get("Location") != shown || strings.Contains(cookiesOf(a), "arrived") || !strings.HasPrefix(f.lastAttempt(t), "tested ") {
			t.Errorf("an administrator: %d %v %s", a.Status, a.Header, f.lastAttempt(t))
		}
		attempts := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/attempts", nil, http.StatusOK)["items"].([]any)
		if said := fmt.Sprint(attempts[0].(map[string]any)["claims"]); !strings.Contains(said, "Lovelace") {
			t.Errorf("what was said is not told: %s", said)
		}
		f.openID.claims["nonce"] = "another"
		if a := test("root"); a.Header.Get("Location") != shown || !strings.HasPrefix(f.lastAttempt(t), "token_nonce ") {
			t.Errorf("a test that fails: %d %v %s", a.Status, a.Header, f.lastAttempt(t))
		}
		if a := f.Ask(t, http.MethodGet, "/sso/"+f.id+"/login", "", ""); a.Status != http.StatusNotFound {
			t.Errorf("a provider that is not enabled: %d", a.Status)
		}
		if n := f.people(t) - before; n != 0 {
			t.Errorf("%d people came to be by tests", n)
		}
	})
}
