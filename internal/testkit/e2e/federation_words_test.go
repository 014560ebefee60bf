package e2e_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// TestRefusedTokensSayWhy reads what administrators are told, which neither repeats a programming language nor an instant that nobody has lived.
func TestRefusedTokensSayWhy(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		claim := func(name string, value any) func() { return func() { f.openID.claims[name] = value } }
		typed := func(kind string) func() {
			return func() {
				f.openID.sign = func(payload []byte) string {
					signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: f.openID.key, KeyID: "one"}}, (&jose.SignerOptions{}).WithType(jose.ContentType(kind)))
					if err != nil {
						t.Fatal(err)
					}
					token, err := signer.Sign(payload)
					if err != nil {
						t.Fatal(err)
					}
					text, err := token.CompactSerialize()
					if err != nil {
						t.Fatal(err)
					}
					return text
				}
			}
		}
		for name, c := range map[string]struct {
			lie  func()
			want string
		}{
			"no end":                     {claim("exp", nil), "token_expired The token does not say when it ends (exp)."},
			"an end beyond all time":     {claim("exp", 9.2e18), "token_expired The token ends at no time that there is: its exp is 9200000000000000000."},
			"an end that was":            {claim("exp", time.Now().Add(-time.Hour).Unix()), "token_expired The token has expired at 20"},
			"an end in words":            {claim("exp", "soon"), "token_refused The token cannot be read: exp is no number."},
			"a number for a subject":     {claim("sub", 4711), "token_refused The token cannot be read: sub is no text."},
			"several nonces":             {claim("nonce", []string{"a", "b"}), "token_refused The token cannot be read: nonce is no text."},
			"an access token":            {typed("at+jwt"), "token_refused The token is of the type at+jwt"},
			"an access token, in full":   {typed("application/AT+JWT"), "token_refused The token is of the type at+jwt"},
			"a logout token":             {typed("logout+jwt"), "token_refused The token is of the type logout+jwt"},
			"a name that nobody has":     {func() { f.change(t, map[string]any{"entity_id": "https://login.nowhere.invalid"}) }, "discovery_failed The discovery document below https://login.nowhere.invalid could not be read: the name login.nowhere.invalid cannot be looked up: "},
			"a machine that is not this": {func() { f.change(t, map[string]any{"entity_id": "https://10.1.2.3"}) }, "discovery_failed The discovery document below https://10.1.2.3 could not be read: the address is not allowed: 10.1.2.3 is not a public address."},
			"nobody listens":             {func() { f.change(t, map[string]any{"entity_id": "https://127.0.0.1:1"}) }, "connection refused"},
		} {
			f.openID.honest()
			f.change(t, nil)
			c.lie()
			if strings.HasPrefix(c.want, "discovery") || c.want == "connection refused" {
				if a, err := f.Request(http.MethodGet, "/sso/"+f.id+"/login", nil, ""); err != nil || a.Status != http.StatusForbidden {
					t.Errorf("%s: %v %d", name, err, a.Status)
				}
			} else if a := f.signIn(t); a.Status != http.StatusForbidden {
				t.Errorf("%s: %d", name, a.Status)
			}
			if got := f.lastAttempt(t); !strings.Contains(got, c.want) {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		f.openID.honest()
		f.change(t, nil)
		typed("JWT")()
		if a := f.signIn(t); a.Status != http.StatusSeeOther {
			t.Errorf("the type that most say: %d %s", a.Status, f.lastAttempt(t))
		}
	})
}

// TestAnAnswerWithoutItsCookieSaysWhy has a browser bring the answer to a request without the cookie that binds it, as browsers do at http://localhost.
func TestAnAnswerWithoutItsCookieSaysWhy(t *testing.T) {
	f := federate(t, "")
	request, _ := f.begin(t)
	if a := f.post(t, samltest.Post(f.aim(request).Genuine(samltest.AssertionSigned), ""), ""); a.Status != http.StatusForbidden {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if got := f.lastAttempt(t); !strings.HasPrefix(got, "in_response_to_unknown") || !strings.Contains(got, "base URL with https") {
		t.Error(got)
	}
}

// TestPlainAttributeNamesFillAPerson sends what SimpleSAMLphp sends unless it is told otherwise.
func TestPlainAttributeNamesFillAPerson(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federateOpenID(t, dsn)
		saml := f.admin(t, http.MethodPost, "/identity-providers", map[string]any{"preset": "other", "name": "Plain names"}, http.StatusCreated)
		f.change(t, map[string]any{"mapping": saml["mapping"]})
		maps.Copy(f.openID.claims, map[string]any{"mail": "grace@a.example", "email": "other@a.example", "givenName": "Grace", "sn": "Hopper", "displayName": "Rear Admiral", "uid": "grace",
			"urn:oid:2.5.4.42": " ", "preferred_username": nil, "name": nil})
		if a := f.signIn(t); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, f.lastAttempt(t))
		}
		for range 2 { // the second time nothing is changed
			rows := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'grace'", f.key, "").Rows()
			if len(rows) != 1 || rows[0]["FirstName"] != "Grace" || rows[0]["LastName"] != "Hopper" || rows[0]["PrimaryEmail"] != "grace@a.example" || rows[0]["DisplayName"] != "Rear Admiral" {
				t.Errorf("%v", rows)
			}
			if a := f.signIn(t); a.Status != http.StatusSeeOther || strings.Contains(f.lastAttempt(t), "changed") {
				t.Errorf("%d %s", a.Status, f.lastAttempt(t))
			}
		}
	})
}
