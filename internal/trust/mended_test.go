package trust

import (
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// refusedFor fails the test unless something is refused with this code, about this field where one is named.
func (f *fixture) refusedFor(what string, err error, kind fault.Kind, code, field string) {
	f.t.Helper()
	got := fault.Of(err)
	if err == nil || got.Kind != kind || got.Code != code || field != "" && (len(got.Fields) != 1 || got.Fields[0].Field != field) {
		f.t.Errorf("%s: %v (%+v), want %s about %q", what, err, got, code, field)
	}
}

func TestARotationSwitchesNothingOn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		off := f.key(KeySpec{Role: "ServiceDeskAnalyst", OnBehalfOf: "ann"})
		f.must(f.module.EnableKey(f.ctx, f.one, off.ID, false))
		next, err := f.module.RotateKey(f.ctx, f.one, off.ID, time.Hour)
		f.must(err)
		if next.Enabled {
			t.Error("the successor of a disabled key is enabled")
		}
		f.refused(f.one, home, next.Secret)
		f.must(f.module.EnableKey(f.ctx, f.one, next.ID, true)) // of no registration
		f.accepted(f.one, home, next.Secret)

		made := f.register(RegistrationSpec{Type: "monitoring"})
		again, err := f.module.RotateKey(f.ctx, f.one, made.Registration.APIKey, 24*time.Hour)
		f.must(err)
		f.accepted(f.one, home, again.Secret)
		_, err = f.module.EnableRegistration(f.ctx, f.one, made.ClientID, false)
		f.must(err)
		for what, id := range map[string]string{"its key": again.ID, "the key before": made.Registration.APIKey} {
			f.refusedFor("enable "+what, f.module.EnableKey(f.ctx, f.one, id, true), fault.Conflict, "registration_disabled", "")
		}
		f.must(f.module.EnableKey(f.ctx, f.one, again.ID, false)) // which it is
		third, err := f.module.RotateKey(f.ctx, f.one, again.ID, time.Hour)
		f.must(err)
		if third.Enabled || f.registration(made.ClientID).APIKey != third.ID {
			t.Errorf("the successor of the key of a disabled registration: %+v", third.Key)
		}
		for _, value := range []string{made.APIKey, again.Secret, third.Secret} {
			f.refused(f.one, home, value)
		}
		_, err = f.module.EnableRegistration(f.ctx, f.one, made.ClientID, true)
		f.must(err)
		f.accepted(f.one, home, third.Secret)
	})
}

func TestAnExpiredKeyHasNoSuccessor(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		k := f.key(KeySpec{Role: "ServiceDeskAnalyst", Expires: f.clock.Now().Add(time.Hour)})
		f.clock.Advance(time.Hour)
		_, err := f.module.RotateKey(f.ctx, f.one, k.ID, time.Hour)
		f.refusedFor("rotate", err, fault.Conflict, "key_expired", "")
		if keys, err := f.module.Keys(f.ctx, f.one); err != nil || len(keys) != 1 {
			t.Errorf("%d keys, %v", len(keys), err)
		}
	})
}

// TestARegistrationLetsOthersActForItsOwnPersonAlone: whoever has a token and admin.write does not become somebody else by making a key.
func TestARegistrationLetsOthersActForItsOwnPersonAlone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		by := func(who principal.Principal) map[string]func(person string) error {
			ctx := actAs(f.ctx, who)
			return map[string]func(string) error{
				"a key": func(person string) error {
					_, err := f.module.CreateKey(ctx, f.one, KeySpec{Role: "ServiceDeskAnalyst", OnBehalfOf: person})
					return err
				},
				"a registration": func(person string) error {
					_, err := f.module.CreateRegistration(ctx, f.one, RegistrationSpec{Type: "custom", Scopes: []string{"odata.read"}, Role: "ServiceDeskAnalyst", OnBehalfOf: person})
					return err
				},
				"a change of a registration": func(person string) error {
					r := f.register(RegistrationSpec{Type: "custom", Scopes: []string{"odata.read"}, Role: "ServiceDeskAnalyst", OnBehalfOf: BuiltInLogin})
					if person == BuiltInLogin {
						r = f.register(RegistrationSpec{Type: "custom", Scopes: []string{"odata.read"}, Role: "ServiceDeskAnalyst", OnBehalfOf: "ann"})
					}
					_, err := f.module.UpdateRegistration(ctx, f.one, r.ClientID, RegistrationChange{OnBehalfOf: &person})
					return err
				},
				"a rotation": func(person string) error {
					k := f.key(KeySpec{Role: "ServiceDeskAnalyst", OnBehalfOf: person})
					_, err := f.module.RotateKey(ctx, f.one, k.ID, 0)
					return err
				},
				"a secret": func(person string) error {
					r := f.register(RegistrationSpec{Type: "custom", Scopes: []string{"odata.read"}, Role: "ServiceDeskAnalyst", OnBehalfOf: person})
					_, err := f.module.AddSecret(ctx, f.one, r.ClientID, CredentialSpec{})
					return err
				},
			}
		}
		scopes := []string{principal.AdminWrite, principal.ODataRead}
		token := principal.Principal{Kind: principal.Registration, PersonID: f.ann, Role: "ServiceDeskAnalyst", Scopes: scopes}
		for what, make := range by(token) {
			f.refusedFor(what+" for somebody else", make(BuiltInLogin), fault.Forbidden, "grant_refused", "on_behalf_of")
			if err := make("ann"); err != nil {
				t.Errorf("%s for its own person: %v", what, err)
			}
		}
		k, err := f.module.CreateKey(actAs(f.ctx, token), f.one, KeySpec{Role: "ServiceDeskAnalyst"})
		if err != nil || k.Person != f.ann {
			t.Errorf("a key for nobody named: %+v, %v", k.Key, err)
		}
		admin := token
		admin.Role = "Admin" // which is no reason to become somebody else
		for what, make := range by(admin) {
			f.refusedFor(what+" by one that administers", make(BuiltInLogin), fault.Forbidden, "grant_refused", "on_behalf_of")
		}
		for what, make := range by(principal.Principal{Kind: principal.Session, PersonID: f.ann, Role: "Admin"}) {
			if err := make(BuiltInLogin); err != nil {
				t.Errorf("%s by an administrator: %v", what, err)
			}
		}
	})
}

func TestARegistrationWithoutARoleHasNoneToGive(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ctx := actAs(f.ctx, principal.Principal{Kind: principal.Registration, Scopes: []string{principal.AdminWrite, principal.ODataRead, principal.DataRead}})
		_, err := f.module.CreateRegistration(ctx, f.one, RegistrationSpec{Type: "custom", Scopes: []string{"odata.read"}})
		f.refusedFor("a registration", err, fault.Forbidden, "grant_refused", "role")
		_, err = f.module.CreateRegistration(ctx, f.one, RegistrationSpec{Type: "custom", Scopes: []string{"odata.write"}})
		f.refusedFor("with a scope it lacks", err, fault.Forbidden, "grant_refused", "scopes")
		r := f.register(RegistrationSpec{Type: "custom", Scopes: []string{"data.read"}})
		_, err = f.module.UpdateRegistration(ctx, f.one, r.ClientID, RegistrationChange{Scopes: &[]string{"data.read", "odata.read"}})
		f.refusedFor("a change", err, fault.Forbidden, "grant_refused", "role")
	})
}

func TestATypeThatFixesTheRoleKeepsIt(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		r := f.register(RegistrationSpec{Type: "monitoring"})
		for _, role := range []string{"Admin", "ServiceDeskAnalyst", ""} {
			_, err := f.module.UpdateRegistration(f.ctx, f.one, r.ClientID, RegistrationChange{Role: &role})
			f.refusedFor("role "+role, err, fault.Invalid, "registration_invalid", "role")
		}
		same, description := "monitoring", "Centreon"
		after, err := f.module.UpdateRegistration(f.ctx, f.one, r.ClientID, RegistrationChange{Role: &same, Description: &description})
		if err != nil || after.Role != "Monitoring" || after.Description != "Centreon" {
			t.Errorf("%+v, %v", after, err)
		}
	})
}

func TestASettingNamesTypesThereAre(t *testing.T) {
	for value, want := range map[string]string{"": "", "custom,csm": "", "monitoring": "", "custom,unicorn": "unicorn", "Custom": "Custom"} {
		err := CheckSetting("trust.key_only_types", value)
		if (err == nil) != (want == "") || err != nil && (!fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), `"`+want+`"`)) {
			t.Errorf("%q: %v", value, err)
		}
	}
	if err := CheckSetting("odata.mode", "unicorn"); err != nil {
		t.Errorf("the setting of somebody else: %v", err)
	}
}

func TestThePanelHasTheProtocolOfTheAddress(t *testing.T) {
	kind, _ := RegistrationTypeNamed("monitoring")
	for _, f := range kind.Panel {
		if f.Caption == "Protocol" && f.Value != "{protocol}" {
			t.Errorf("%+v", f)
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		f.module.plane(f.one).info = infoOf("http://localhost:8080")
		for _, p := range f.register(RegistrationSpec{Type: "monitoring"}).Panel {
			if want := map[string]string{"Protocol": "http", "Address": "localhost:8080", "Tenant URL": "localhost"}[p.Caption]; want != "" && p.Value != want {
				t.Errorf("%s %q, want %q", p.Caption, p.Value, want)
			}
		}
	})
}
