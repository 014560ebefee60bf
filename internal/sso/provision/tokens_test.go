package provision_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// crowd makes many provisioned people.
func (f *fixture) crowd(size int) []string {
	f.t.Helper()
	t, _ := f.one.Records.Type(f.ctx, "Employee")
	people := make([]string, size)
	f.must(f.one.DB.Alone(f.ctx, func(tx *db.Tx) error {
		for i := range people {
			row, err := f.one.Records.CreateTx(f.ctx, tx, t, record.Input{{Name: "LastName", Value: "One of many"}})
			if err != nil {
				return err
			}
			people[i] = row.RecID
			if _, err := tx.Exec(`INSERT INTO scim_resource (record, kind, external_id, mail_type, extra, created_at, changed_at) VALUES ($1, 'user', '', 'work', '', 1, 1)`, row.RecID); err != nil {
				return err
			}
		}
		return nil
	}))
	return people
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		in := tenant.With(f.ctx, f.one)
		second, err := f.module.CreateToken(in, f.one, "  the next  ", 24*time.Hour)
		f.must(err)
		if second.Label != "the next" || !strings.HasPrefix(second.Secret, "pvs_p_") || second.Hint != second.Secret[:10] || second.ExpiresAt == nil {
			t.Errorf("a new token: %+v", second)
		}
		for label, code := range map[string]string{"third": "tokens_many", "": "label_invalid", strings.Repeat("x", 101): "label_invalid", "a\u202eb": "text_invalid"} {
			if _, err := f.module.CreateToken(in, f.one, label, 0); fault.Of(err) == nil || fault.Of(err).Code != code {
				t.Errorf("%.10q: %v, want %s", label, err, code)
			}
		}
		elsewhere, err := f.module.CreateToken(tenant.With(f.ctx, f.two), f.two, "Entra", 0)
		f.must(err)
		f.person("root", "Admin")
		browser := f.signIn("root")
		ask := func(h *tenant.Handle, header http.Header) int {
			t.Helper()
			w := f.send(h, "GET", "/scim/v2/Users", "", header)
			if w.Code == 401 {
				var body map[string]any
				f.must(json.Unmarshal(w.Body.Bytes(), &body))
				if w.Header().Get("Content-Type") != "application/scim+json" || body["status"] != "401" || body["detail"] != "Authentication required." || !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Bearer ") {
					t.Errorf("the refusal: %v %s", w.Header(), w.Body)
				}
			}
			return w.Code
		}
		of := func(values ...string) http.Header { return http.Header{"Authorization": values} }
		for what, c := range map[string]struct {
			at     *tenant.Handle
			header http.Header
			want   int
		}{
			"the first": {f.one, of("Bearer " + f.token), 200}, "the second": {f.one, of("bearer " + second.Secret), 200}, "the other tenant's at home": {f.two, of("Bearer " + elsewhere.Secret), 200},
			"the other tenant's": {f.one, of("Bearer " + elsewhere.Secret), 401}, "ours over there": {f.two, of("Bearer " + f.token), 401},
			"none": {f.one, nil, 401}, "a browser": {f.one, browser, 401}, "twice": {f.one, of("Bearer "+f.token, "Bearer "+f.token), 401},
			"without its scheme": {f.one, of(f.token), 401}, "Basic": {f.one, of("Basic " + f.token), 401}, "as a key": {f.one, of("rest_api_key=" + f.token), 401},
			"one letter less": {f.one, of("Bearer " + f.token[:len(f.token)-1]), 401}, "of nobody": {f.one, of("Bearer " + secret.New(secret.KindSCIM)), 401},
			"a key": {f.one, of("Bearer " + secret.New(secret.KindKey)), 401}, "Entra's own": {f.one, of("Bearer eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiI4YWRmOGU2ZS02N2IyLTRjZjItYTI1OS1lM2RjNTQ3NmM2MjEifQ.c2ln"), 401},
		} {
			if got := ask(c.at, c.header); got != c.want {
				t.Errorf("%s: %d, want %d", what, got, c.want)
			}
		}
		for _, path := range []string{"/api/me", "/api/admin/v1/people", "/api/admin/v1/scim/tokens"} { // it opens nothing else
			for _, header := range []http.Header{of("Bearer " + f.token), of("rest_api_key=" + f.token), of(f.token), {"Cookie": {"SID=" + f.token}}} {
				if w := f.send(f.one, "GET", path, "", header); w.Code != 401 {
					t.Errorf("%s: %d %.200s", path, w.Code, w.Body)
				}
			}
		}
		f.clock.Advance(24 * time.Hour)
		if got := ask(f.one, of("Bearer "+second.Secret)); got != 401 {
			t.Errorf("an expired token: %d", got)
		}
		third, err := f.module.CreateToken(in, f.one, "third", 0) // an expired one does not count
		f.must(err)
		ask(f.one, of("Bearer "+f.token))
		all, err := f.module.Tokens(f.ctx, f.one)
		f.must(err)
		if len(all) != 3 || all[0].UsedAt == nil || !all[0].UsedAt.Equal(f.clock.Now()) || all[0].UsedFrom != "192.0.2.7" || !all[1].Expired || all[2].UsedAt != nil {
			t.Errorf("tokens: %+v", all)
		}
		f.clock.Advance(59 * time.Second)
		ask(f.one, of("Bearer "+f.token))
		if again, err := f.module.Tokens(f.ctx, f.one); err != nil || !again[0].UsedAt.Equal(*all[0].UsedAt) {
			t.Errorf("written again within the minute: %v %v", again, err)
		}
		f.must(f.module.DeleteToken(in, f.one, third.ID))
		if got := ask(f.one, of("Bearer "+third.Secret)); got != 401 {
			t.Errorf("a deleted token: %d", got)
		}
		if err := f.module.DeleteToken(in, f.one, third.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		for _, r := range f.trail(audit.Filter{Object: "scim_token"}) {
			for _, s := range []string{f.token, second.Secret, third.Secret} {
				if strings.Contains(string(r.Changes)+r.Label, s[11:]) {
					t.Errorf("%s has a secret: %s", r.Action, r.Changes)
				}
			}
		}
	})
}

func TestTokensAndRolesOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.person("root", "Admin")
		f.person("ann", "ServiceDeskAnalyst")
		root, ann := f.signIn("root"), f.signIn("ann")
		do := func(who http.Header, method, path, body string, status int, code string) map[string]any {
			t.Helper()
			header := who.Clone()
			header.Set("Content-Type", "application/json")
			header.Set("Origin", "https://one.example.com")
			w := f.send(f.one, method, "/api/admin/v1"+path, body, header)
			var out map[string]any
			_ = json.Unmarshal(w.Body.Bytes(), &out)
			if got, _ := out["code"].(string); w.Code != status || got != code {
				t.Errorf("%s %s: %d %.400s, want %d %s", method, path, w.Code, w.Body, status, code)
			}
			return out
		}
		made := do(root, "POST", "/scim/tokens", `{"label":"Okta","expires_in_days":10}`, 201, "")
		if s, _ := made["token"].(string); !secret.Valid(s) || made["created_by"] != "root" {
			t.Errorf("made: %v", made)
		}
		do(root, "POST", "/scim/tokens", `{"label":"third"}`, 409, "tokens_many")
		do(root, "POST", "/scim/tokens", `{"label":""}`, 400, "request_invalid")
		do(ann, "POST", "/scim/tokens", `{"label":"x"}`, 403, "not_administrator")
		do(ann, "GET", "/scim/tokens", "", 403, "not_administrator")
		if list := do(root, "GET", "/scim/tokens", "", 200, ""); len(list["items"].([]any)) != 2 || strings.Contains(mustJSON(list), made["token"].(string)) {
			t.Errorf("tokens: %v", list)
		}
		do(root, "DELETE", "/scim/tokens/"+idOf(made), "", 204, "")
		do(root, "DELETE", "/scim/tokens/"+idOf(made), "", 404, "scim_token_unknown")
		group := idOf(f.scim("POST /Groups", group("Desk", "g"), 201))
		if sum := do(root, "GET", "/scim", "", 200, ""); sum["tenant_url"] != "https://one.example.com/scim/v2" || sum["people"] != float64(0) || sum["groups"] != float64(1) {
			t.Errorf("the summary: %v", sum)
		}
		do(ann, "GET", "/scim", "", 403, "not_administrator")
		do(root, "PUT", "/scim/groups/"+group+"/role", `{"role":"Admin"}`, 400, "role_administers")
		do(root, "PUT", "/scim/groups/"+group+"/role", `{"role":"Admin","may_grant_admin":true}`, 200, "")
		do(ann, "PUT", "/scim/groups/"+group+"/role", `{"role":"SelfService"}`, 403, "not_administrator")
		if list := do(root, "GET", "/scim/groups", "", 200, ""); len(list["items"].([]any)) != 1 {
			t.Errorf("groups: %v", list)
		}
		do(root, "DELETE", "/scim/groups/"+group+"/role", "", 200, "")
		f.clock.Advance(20 * time.Minute) // the proof is old
		do(root, "POST", "/scim/tokens", `{"label":"fourth"}`, 403, "step_up_required")
		do(root, "PUT", "/scim/groups/"+group+"/role", `{"role":"SelfService"}`, 403, "step_up_required")
	})
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
