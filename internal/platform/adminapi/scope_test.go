package adminapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func TestATokenDoesWhatItsScopesSay(t *testing.T) {
	read, write := principal.AdminRead, principal.AdminWrite
	for name, c := range map[string]struct {
		method       string
		scopes, apis []string
		status       int
		challenge    string
	}{
		"admin.read reads":                      {"GET", []string{read}, nil, 200, ""},
		"admin.read asks for the head":          {"HEAD", []string{read}, nil, 200, ""},
		"admin.read does not write":             {"POST", []string{read}, nil, 403, `scope="admin.write"`},
		"admin.write writes":                    {"POST", []string{write}, nil, 204, ""},
		"admin.write alone does not read":       {"GET", []string{write}, nil, 403, `scope="admin.read"`},
		"a scope of another API is none":        {"GET", []string{principal.ODataRead}, nil, 403, `scope="admin.read"`},
		"a token without scopes does nothing":   {"GET", []string{}, nil, 403, "insufficient_scope"},
		"a token for the API counts":            {"GET", []string{read}, []string{principal.AdminAPI}, 200, ""},
		"a token for another API does not":      {"GET", []string{read}, []string{principal.DataAPI}, 401, "invalid_token"},
		"what is not there is told to who may":  {"PUT", []string{write}, nil, 405, ""},
		"and not to others, who learn nothing ": {"PUT", []string{read}, nil, 403, "insufficient_scope"},
	} {
		t.Run(name, func(t *testing.T) {
			api := adminapi.New(adminapi.Options{Authenticate: func(context.Context, *http.Request, *tenant.Handle) (*principal.Principal, error) {
				return &principal.Principal{Kind: principal.Registration, ClientID: "c", Scopes: c.scopes, APIs: c.apis}, nil
			}})
			api.Group("Things", "Things.",
				adminapi.Op("GET /things", "list-things", "List things", func(context.Context, *struct{}) (*adminapi.Page[string], error) {
					return &adminapi.Page[string]{Items: []string{}}, nil
				}),
				adminapi.Op("POST /things", "create-thing", "Create a thing", func(context.Context, *struct{}) (*adminapi.None, error) {
					return &adminapi.None{}, nil
				}))
			w, r := httptest.NewRecorder(), httptest.NewRequest(c.method, adminapi.Base+"/things", nil)
			api.ServeHTTP(w, r.WithContext(tenant.With(r.Context(), &tenant.Handle{})))
			if got := w.Header().Get("WWW-Authenticate"); w.Code != c.status || !strings.Contains(got, c.challenge) || c.challenge == "" && got != "" {
				t.Errorf("%d %q %s, want %d %s", w.Code, got, w.Body, c.status, c.challenge)
			}
		})
	}
}
