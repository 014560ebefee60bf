package trust

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
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
