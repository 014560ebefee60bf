package app

import (
	"context"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func TestProtectedSettingsTakeAProof(t *testing.T) {
	a, err := Open(t.Context(), config.Config{Data: t.TempDir()}, Options{Create: true, CreateKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	ctx := principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "test"})
	info, err := a.Tenants.Create(ctx, tenant.New{Name: "a", Hosts: []string{"a.test"}})
	if err != nil {
		t.Fatal(err)
	}
	h, release, err := a.Tenants.Acquire(ctx, info.ID)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	// A session whose person proved who they are long ago.
	err = h.DB.Alone(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO sso_session (id, person, role, method, idp, name_id, session_index, pepper, mac, address, user_agent, began_at, auth_at, auth_method, created_at, seen_at, ends_at)
			VALUES ('S', 'P', 'Admin', 'password', '', '', '', 1, $1, '', '', 1, 1, 'password', 1, 1, 1)`, []byte{1})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	browser := tenant.With(principal.With(t.Context(), &principal.Principal{Kind: principal.Session, CredentialID: "S", Login: "admin"}), h)
	key := tenant.With(principal.With(t.Context(), &principal.Principal{Kind: principal.Key, Login: "admin"}), h)
	for _, one := range []struct {
		name   string
		ctx    context.Context
		values map[string]string
		code   string
	}{
		{"a plain setting", browser, map[string]string{"odata.transitions": "enforce"}, ""},
		{"the second factor", browser, map[string]string{"sign_in.second_factor": "off"}, "step_up_required"},
		{"the length of sessions", browser, map[string]string{"session.admin_max_hours": "24"}, "step_up_required"},
		{"a rule for credentials", browser, map[string]string{"trust.secret_days": "3650"}, "step_up_required"},
		{"whose word counts of provisioned people", browser, map[string]string{"provisioning.identity_provider": "0198A6A27D3E7A519D570B1D3C5F7A90"}, "step_up_required"},
		{"what becomes of who is removed", browser, map[string]string{"provisioning.removed": "anonymise"}, "step_up_required"},
		{"one among others", browser, map[string]string{"odata.default_page": "10", "trust.secrets": "allowed"}, "step_up_required"},
		{"a program", key, map[string]string{"sign_in.second_factor": "all"}, ""},
	} {
		err := a.setSettings(one.ctx, one.values)
		if code := codeOf(err); code != one.code {
			t.Errorf("%s: %v, want %q", one.name, err, one.code)
		}
	}
	now := h.Records.Settings(ctx)
	if now["odata.transitions"] != "enforce" || now["odata.default_page"] != "100" || now["sign_in.second_factor"] != "all" || now["session.admin_max_hours"] != "8" {
		t.Errorf("in force: %v", now)
	}
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}
