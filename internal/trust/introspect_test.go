package trust

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

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
