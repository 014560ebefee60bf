package adminapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func TestAPartOfAnOperationMayBeDangerous(t *testing.T) {
	if err := adminapi.Sensitive(t.Context()); err != nil {
		t.Errorf("outside of an operation: %v", err)
	}
	stale := false
	api := adminapi.New(adminapi.Options{
		System: func(context.Context, *http.Request) (*principal.Principal, error) {
			return &principal.Principal{Kind: principal.Session}, nil
		},
		StepUp: func(context.Context, *tenant.Handle, *principal.Principal) error {
			if stale {
				return fault.New(fault.Forbidden, "step_up_required", "Prove it.")
			}
			return nil
		},
	})
	type thing struct {
		Body struct {
			Name  string `json:"name,omitempty"`
			Email string `json:"email,omitempty"`
		}
	}
	api.Group("Things", "Things.", adminapi.Op("PATCH /tenants/thing", "change-thing", "Change a thing", func(ctx context.Context, in *thing) (*adminapi.None, error) {
		if in.Body.Email != "" {
			return &adminapi.None{}, adminapi.Sensitive(ctx)
		}
		return &adminapi.None{}, nil
	}))
	for _, c := range []struct {
		body   string
		stale  bool
		status int
	}{
		{`{"name":"a"}`, true, 204}, {`{"email":"a"}`, true, 403}, {`{"email":"a"}`, false, 204},
	} {
		stale = c.stale
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPatch, adminapi.Base+"/tenants/thing", strings.NewReader(c.body))
		api.ServeHTTP(w, r.WithContext(tenant.With(r.Context(), &tenant.Handle{})))
		if w.Code != c.status || c.status == 403 && !strings.Contains(w.Body.String(), "step_up_required") {
			t.Errorf("%s, proof stale %t: %d %s, want %d", c.body, c.stale, w.Code, w.Body, c.status)
		}
	}
}
