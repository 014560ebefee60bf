package e2e_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/testkit"
)

const (
	openIDClient = "provost at the provider"
	openIDSecret = "the secret / of: provost"
)

// openIDProvider is an OpenID provider that notes what is wrong with what it is sent, and that can be told to lie.
type openIDProvider struct {
	*httptest.Server
	tb     testing.TB
	issuer string // empty: the address

	mu       sync.Mutex
	key      *ecdsa.PrivateKey
	codes    map[string]url.Values // what the authorization endpoint was sent
	issued   int
	asked    map[string]int // requests by path
	last     url.Values     // of the authorization endpoint
	claims   map[string]any // of tokens, over the standard ones; nil takes one away
	userinfo map[string]any // nil: there is none

	discovery func(document map[string]any)                     // changes what discovery says
	sign      func(payload []byte) string                       // makes the token; nil: properly
	answer    func(w http.ResponseWriter, r *http.Request) bool // answers in place of the provider; false: does not
	tokens    func(answer map[string]any)                       // changes what the token endpoint says
	back      func(query url.Values)                            // changes what the browser brings back
	now       func() time.Time
}

func newOpenIDProvider(tb testing.TB) *openIDProvider {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	p := &openIDProvider{tb: tb, key: key, codes: map[string]url.Values{}, asked: map[string]int{}, now: time.Now}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	tb.Cleanup(p.Close)
	return p
}

// honest makes the provider tell the truth again.
func (p *openIDProvider) honest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.claims, p.userinfo, p.discovery, p.sign, p.answer, p.tokens, p.back = map[string]any{}, nil, nil, nil, nil, nil, nil
}

func (p *openIDProvider) times(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

func (p *openIDProvider) wrong(format string, args ...any) {
	p.tb.Errorf("the provider was sent "+format, args...)
}

func (p *openIDProvider) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[r.URL.Path]++
	if p.answer != nil && p.answer(w, r) {
		return
	}
	write := func(v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	issuer := cmp.Or(p.issuer, p.URL)
	switch strings.TrimPrefix(p.URL+r.URL.Path, issuer) {
	case "/.well-known/openid-configuration":
		document := map[string]any{"issuer": issuer, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"end_session_endpoint": p.URL + "/end", "authorization_response_iss_parameter_supported": true, "id_token_signing_alg_values_supported": []string{"ES256"}}
		if p.userinfo != nil {
			document["userinfo_endpoint"] = p.URL + "/userinfo"
		}
		if p.discovery != nil {
			p.discovery(document)
		}
		write(document)
		return
	}
	switch r.URL.Path {
	case "/keys":
		write(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "one", Algorithm: "ES256", Use: "sig"}}})
	case "/authorize":
		p.authorize(w, r)
	case "/token":
		p.token(w, r, write)
	case "/userinfo":
		if r.Header.Get("Authorization") != "Bearer an access token" {
			p.wrong("%s to the userinfo endpoint", r.Header.Get("Authorization"))
		}
		write(p.userinfo)
	default:
		http.NotFound(w, r)
	}
}

// authorize signs whoever comes in without asking, and sends the browser back.
func (p *openIDProvider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": openIDClient, "code_challenge_method": "S256", "response_mode": "query"} {
		if q.Get(name) != want {
			p.wrong("%s=%q, want %q", name, q.Get(name), want)
		}
	}
	if !strings.HasSuffix(q.Get("redirect_uri"), "/sso/oidc/callback") || len(q.Get("state")) < 40 || len(q.Get("nonce")) < 40 || len(q.Get("code_challenge")) != 43 ||
		!strings.HasPrefix(q.Get("scope"), "openid ") {
		p.wrong("%v", q)
	}
	p.issued++
	code := fmt.Sprint("code-", p.issued)
	p.codes[code], p.last = q, q
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {cmp.Or(p.issuer, p.URL)}}
	if p.back != nil {
		p.back(back)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
}

func (p *openIDProvider) token(w http.ResponseWriter, r *http.Request, write func(any)) {
	refuse := func(code string) {
		w.WriteHeader(http.StatusBadRequest)
		write(map[string]string{"error": code, "error_description": "<b>" + code + "</b>"})
	}
	id, secret, basic := r.BasicAuth()
	if !basic || id != url.QueryEscape(openIDClient) || secret != url.QueryEscape(openIDSecret) {
		p.wrong("the credentials %q %q", id, secret)
	}
	if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") != "authorization_code" || r.PostForm.Has("client_secret") {
		p.wrong("%v %v", err, r.PostForm)
	}
	asked, known := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	if !known {
		refuse("invalid_grant")
		return
	}
	proof := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(proof[:]) != asked.Get("code_challenge") || r.PostForm.Get("redirect_uri") != asked.Get("redirect_uri") {
		refuse("invalid_grant")
		return
	}
	now := p.now()
	half := sha256.Sum256([]byte("an access token"))
	payload := map[string]any{"iss": cmp.Or(p.issuer, p.URL), "aud": openIDClient, "sub": "subject of ada", "nonce": asked.Get("nonce"), "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
		"auth_time": now.Unix(), "at_hash": base64.RawURLEncoding.EncodeToString(half[:16]), "given_name": "Ada", "family_name": "Lovelace", "email": "ada@a.example",
		"name": "Ada Lovelace", "preferred_username": "ada@a.example"}
	for name, value := range p.claims {
		if payload[name] = value; value == nil {
			delete(payload, name)
		}
	}
	text, err := json.Marshal(payload)
	if err != nil {
		p.tb.Error(err)
	}
	sign := p.sign
	if sign == nil {
		sign = func(b []byte) string { return signed(p.tb, jose.ES256, p.key, "one", b) }
	}
	answer := map[string]any{"access_token": "an access token", "token_type": "Bearer", "expires_in": 300, "id_token": sign(text)}
	if p.tokens != nil {
		p.tokens(answer)
	}
	write(answer)
}

// signed is a token.
func signed(tb testing.TB, alg jose.SignatureAlgorithm, key any, kid string, payload []byte) string {
	tb.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	token, err := signer.Sign(payload)
	if err != nil {
		tb.Fatal(err)
	}
	text, err := token.CompactSerialize()
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// openIDTenant is a tenant with an OpenID provider beside the one of SAML.
type openIDTenant struct {
	*federated
	openID *openIDProvider
}

func federateOpenID(t *testing.T, dsn string) *openIDTenant {
	t.Helper()
	f := &openIDTenant{federate(t, dsn, "--allow-private-outbound", "127.0.0.0/8"), newOpenIDProvider(t)}
	f.openID.honest()
	settings := f.settings(nil)
	settings["kind"], settings["client_secret"] = "oidc", openIDSecret
	f.id = f.admin(t, http.MethodPost, "/identity-providers", settings, http.StatusCreated)["id"].(string)
	return f
}

// settings are those of the record, with changes.
func (f *openIDTenant) settings(changes map[string]any) map[string]any {
	all := map[string]any{"name": "Own provider", "entity_id": f.openID.URL, "client_id": openIDClient, "enabled": true, "create_users": true, "allow_idp_initiated": false,
		"mapping": []map[string]string{{"field": "FirstName", "claim": "given_name"}, {"field": "LastName", "claim": "family_name"}, {"field": "PrimaryEmail", "claim": "email"},
			{"field": "LoginID", "claim": "preferred_username"}}}
	maps.Copy(all, changes)
	return all
}

// change changes the record, which has its discovery document read again.
func (f *openIDTenant) change(tb testing.TB, changes map[string]any) {
	tb.Helper()
	f.admin(tb, http.MethodPut, "/identity-providers/"+f.id, f.settings(changes), http.StatusOK)
}

// depart sends a browser to the provider and returns where that sends it back to, and the cookies it has then.
func (f *openIDTenant) depart(tb testing.TB, query string) (back, cookies string) {
	tb.Helper()
	a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login"+query, nil, "")
	if err != nil || a.Status != http.StatusSeeOther {
		tb.Fatalf("%v %d %s %s", err, a.Status, a.Body, f.lastAttempt(tb))
	}
	return f.visit(tb, a.Header.Get("Location")), cookiesOf(a)
}

// visit goes to the provider and returns the path it sends the browser back to.
func (f *openIDTenant) visit(tb testing.TB, address string) string {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		tb.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	_ = answer.Body.Close()
	to := answer.Header.Get("Location")
	path, found := strings.CutPrefix(to, f.Base)
	if answer.StatusCode != http.StatusSeeOther || !found {
		tb.Fatalf("the provider answers %d %s", answer.StatusCode, to)
	}
	return path
}

// comeBack brings a browser back from the provider.
func (f *openIDTenant) comeBack(tb testing.TB, path, cookies string) testkit.Answer {
	tb.Helper()
	header := map[string]string{"Sec-Fetch-Site": "cross-site"}
	if cookies != "" {
		header["Cookie"] = cookies
	}
	a, err := f.Request(http.MethodGet, path, header, "")
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// signIn goes the whole way to the callback.
func (f *openIDTenant) signIn(tb testing.TB) testkit.Answer {
	tb.Helper()
	back, cookies := f.depart(tb, "?return=/desk")
	return f.comeBack(tb, back, cookies)
}
