package trust

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

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
