package trust

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// register makes a registration in tenant one.
func (f *fixture) register(s RegistrationSpec) IssuedRegistration {
	f.t.Helper()
	made, err := f.module.CreateRegistration(f.ctx, f.one, s)
	f.must(err)
	return made
}

func (f *fixture) registration(id string) Registration {
	f.t.Helper()
	r, err := f.module.Registration(f.ctx, f.one, id)
	f.must(err)
	return r
}

func (f *fixture) setting(name, value string) {
	f.t.Helper()
	f.must(f.one.Records.SetSetting(f.ctx, name, value))
}

// soon waits until something holds that follows by itself, such as the book of roles, which is looked at anew once a second.
func (f *fixture) soon(holds func() bool) {
	f.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(10 * time.Second); !holds(); <-tick.C {
		if time.Now().After(until) {
			f.t.Fatal("it does not come about")
		}
	}
}

// actAs is a context in which somebody acts.
func actAs(ctx context.Context, p principal.Principal) context.Context {
	return principal.With(ctx, &p)
}

// trail are the actions in the audit trail that begin so, oldest first.
func (f *fixture) trail(prefix string) (out []string) {
	f.t.Helper()
	for _, e := range f.entries() {
		if strings.HasPrefix(e.Action, prefix) {
			out = append(out, e.Action)
		}
	}
	return out
}

func (f *fixture) entries() []audit.Record {
	f.t.Helper()
	entries, err := audit.List(f.ctx, f.one.DB, audit.Filter{Limit: 1000})
	f.must(err)
	slices.Reverse(entries)
	return entries
}

// keepsNoSecret fails the test if a secret stands in any table of tenant one.
func (f *fixture) keepsNoSecret(secrets ...string) {
	f.t.Helper()
	var dump strings.Builder
	f.must(f.one.DB.Dump(f.ctx, &dump, nil))
	for _, s := range secrets {
		if s == "" || strings.Contains(dump.String(), s) || strings.Contains(dump.String(), s[len(s)-20:]) {
			f.t.Errorf("a secret stands in the database")
		}
	}
}

func TestARegistrationIsMade(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.clock.Advance(time.Hour)
		made := f.register(RegistrationSpec{Type: "csm", Description: `<script>alert("x")</script>`})
		if !strings.HasPrefix(made.ClientID, "AppReg_cherwell_") || len(made.ClientID) != len("AppReg_cherwell_")+22 {
			t.Errorf("client id %s", made.ClientID)
		}
		if kind, ok := secret.Kind(made.ClientSecret); !ok || kind != secret.KindClient {
			t.Errorf("client secret of kind %c", kind)
		}
		if made.AuthURL != "https://one.example.com/"+f.one.ID+"/connect/token" || made.SecretExpires != f.clock.Now().AddDate(0, 0, 180).Unix() {
			t.Errorf("%+v", made)
		}
		if diff := cmp.Diff([]PanelField{{"Neurons Auth Url", made.AuthURL, false}, {"Client ID", made.ClientID, false}, {"Client Secret", made.ClientSecret, true}}, made.Panel); diff != "" {
			t.Error(diff)
		}
		r := f.registration(made.ClientID)
		if r.Name != "Cherwell Service Management" || r.Description != `<script>alert("x")</script>` || !slices.Equal(r.Scopes, []string{"data.read"}) ||
			r.LastAuthenticated != nil || !r.Enabled || r.TokenSeconds != 3600 || r.TokenAlg != "ES256" || r.Role != "" || r.Person != "" || !r.Created.Equal(f.clock.Now()) {
			t.Errorf("%+v", r)
		}
		if len(r.Credentials) != 1 || r.Credentials[0].Kind != kindSecret || r.Credentials[0].Hint != made.ClientSecret[:10] || r.Credentials[0].JWK != nil {
			t.Errorf("%+v", r.Credentials)
		}
		f.keepsNoSecret(made.ClientSecret)
		if diff := cmp.Diff([]string{"client_secret.create", "registration.create"}, sorted(append(f.trail("registration."), f.trail("client_secret.")...))); diff != "" {
			t.Error(diff)
		}
		again := f.register(RegistrationSpec{Type: "Cherwell service MANAGEMENT (csm)"})
		if again.ClientID == made.ClientID || again.ClientSecret == made.ClientSecret {
			t.Error("two registrations share something")
		}
		if _, err := f.module.Registration(f.ctx, f.one, strings.ToLower(made.ClientID)); !fault.Is(err, fault.NotFound) {
			t.Errorf("another case finds it: %v", err)
		}
		if _, err := f.module.Registration(f.ctx, f.two, made.ClientID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another tenant finds it: %v", err)
		}
	})
}

func TestARegistrationIsNotMade(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		admin := principal.Principal{Kind: principal.Session, TenantID: f.one.ID, Login: "ann", PersonID: f.ann, Role: "Admin"}
		analyst := admin
		analyst.Role = "ServiceDeskAnalyst"
		token := principal.Principal{Kind: principal.Registration, TenantID: f.one.ID, ClientID: "x", PersonID: f.ann, Scopes: []string{"admin.write", "data.read", "odata.read"}, Role: "ServiceDeskAnalyst"}
		reader := token
		reader.Scopes = []string{"admin.read", "data.read"}
		f.register(RegistrationSpec{Type: "custom", ClientID: "AppReg_taken"})
		for name, c := range map[string]struct {
			spec RegistrationSpec
			as   *principal.Principal
			says string
			kind fault.Kind
		}{
			"of no type":                        {spec: RegistrationSpec{}, says: "there are csm (Cherwell Service Management)"},
			"of an unknown type":                {spec: RegistrationSpec{Type: "unicorn"}, says: "there are csm"},
			"with scopes the type fixes":        {spec: RegistrationSpec{Type: "csm", Scopes: []string{"odata.read"}}, says: "cannot be changed"},
			"with more scopes than the type":    {spec: RegistrationSpec{Type: "csm", Scopes: []string{"data.read", "odata.read"}}, says: "cannot be changed"},
			"with an unknown scope":             {spec: RegistrationSpec{Type: "custom", Scopes: []string{"data.read", "everything"}}, says: "no such scope"},
			"with a scope in another case":      {spec: RegistrationSpec{Type: "custom", Scopes: []string{"Data.Read"}}, says: "no such scope"},
			"with a control character":          {spec: RegistrationSpec{Type: "csm", Description: "a\nb"}, says: "control characters"},
			"with a mark that turns text":       {spec: RegistrationSpec{Type: "csm", Description: "a\u202eb"}, says: "direction"},
			"with an isolating mark":            {spec: RegistrationSpec{Type: "csm", Name: "a\u2066b"}, says: "direction"},
			"with broken text":                  {spec: RegistrationSpec{Type: "csm", Description: "\xff"}, says: "control"},
			"with too long a description":       {spec: RegistrationSpec{Type: "csm", Description: strings.Repeat("ö", 1001)}, says: "1000 characters"},
			"with too long a name":              {spec: RegistrationSpec{Type: "csm", Name: strings.Repeat("n", 201)}, says: "200 characters"},
			"with a contact that is none":       {spec: RegistrationSpec{Type: "csm", Contact: "me"}, says: "e-mail"},
			"with a network that is none":       {spec: RegistrationSpec{Type: "csm", CIDRs: []string{"10.0.0.0/33"}}, says: "network"},
			"with tokens that live too short":   {spec: RegistrationSpec{Type: "csm", TokenSeconds: 299}, says: "between 300 and 86400"},
			"with tokens that live too long":    {spec: RegistrationSpec{Type: "csm", TokenSeconds: 86401}, says: "between 300 and 86400"},
			"with an alg of none":               {spec: RegistrationSpec{Type: "csm", TokenAlg: "none"}, says: "ES256"},
			"with a role that is none":          {spec: RegistrationSpec{Type: "custom", Role: "Nobody"}, says: "no role"},
			"with a role the person lacks":      {spec: RegistrationSpec{Type: "custom", Role: "ChangeManager", OnBehalfOf: "ann"}, says: "does not hold"},
			"for a person who is not there":     {spec: RegistrationSpec{Type: "custom", Scopes: []string{"odata.read"}, OnBehalfOf: "nobody"}, says: "no active employee"},
			"for an owner who is not there":     {spec: RegistrationSpec{Type: "custom", Owner: "nobody"}, says: "no person or team"},
			"expired before it begins":          {spec: RegistrationSpec{Type: "csm", Expires: f.clock.Now()}, says: "expired already"},
			"without a secret and without keys": {spec: RegistrationSpec{Type: "csm", KeyOnly: true}, says: "must be a key"},
			"with a client id there is":         {spec: RegistrationSpec{Type: "csm", ClientID: "AppReg_taken"}, says: "already", kind: fault.Conflict},
			"with another kind of secret":       {spec: RegistrationSpec{Type: "csm", Secret: secret.New(secret.KindKey)}, says: "form"},
			"with keys from an open address":    {spec: RegistrationSpec{Type: "csm", JWKSURI: "http://example.com/keys"}, says: "https"},
			"by nobody":                         {spec: RegistrationSpec{Type: "csm"}, as: &principal.Principal{}, says: "administrators", kind: fault.Forbidden},
			"by an analyst":                     {spec: RegistrationSpec{Type: "csm"}, as: &analyst, says: "administrators", kind: fault.Forbidden},
			"by a token without admin.write":    {spec: RegistrationSpec{Type: "csm"}, as: &reader, says: "administrators", kind: fault.Forbidden},
			"by a token that lacks a scope":     {spec: RegistrationSpec{Type: "custom", Scopes: []string{"odata.write"}}, as: &token, says: "lacks odata.write", kind: fault.Forbidden},
			"by a token that lacks admin.read":  {spec: RegistrationSpec{Type: "custom", Scopes: []string{"admin.read"}}, as: &token, says: "lacks admin.read", kind: fault.Forbidden},
			"by a token in a smaller role":      {spec: RegistrationSpec{Type: "custom", Role: "InternalServices"}, as: &token, says: "does not include InternalServices", kind: fault.Forbidden},
		} {
			t.Run(name, func(t *testing.T) {
				before, entries := len(registrations(t, f)), len(f.entries())
				ctx := f.ctx
				if c.as != nil {
					ctx = actAs(ctx, *c.as)
				}
				if c.kind == 0 {
					c.kind = fault.Invalid
				}
				_, err := f.module.CreateRegistration(ctx, f.one, c.spec)
				text, _ := json.Marshal(fault.Of(err))
				if !fault.Is(err, c.kind) || !strings.Contains(string(text), c.says) {
					t.Errorf("%v %s; want %q", err, text, c.says)
				}
				if len(registrations(t, f)) != before || len(f.entries()) != entries {
					t.Error("it left something behind")
				}
			})
		}
		if made, err := f.module.CreateRegistration(actAs(f.ctx, token), f.one, RegistrationSpec{Type: "custom", Scopes: []string{"odata.read", "data.read"}}); err != nil || made.Registration.Role != "ServiceDeskAnalyst" {
			t.Errorf("a token grants what it carries, in its own role: %+v, %v", made.Registration, err)
		}
		made, err := f.module.CreateRegistration(actAs(f.ctx, admin), f.one, RegistrationSpec{Type: "custom", Scopes: []string{"admin.write odata.write"}})
		if err != nil || made.Registration.Role != "InternalServices" || made.Registration.Person != f.internal || made.Registration.Owner != f.ann ||
			made.Registration.CreatedBy != "ann" || made.Registration.CreatedByName != "Ann A. Lyst" {
			t.Errorf("%+v, %v", made.Registration, err)
		}
	})
}

func registrations(t *testing.T, f *fixture) []Registration {
	t.Helper()
	all, err := f.module.Registrations(f.ctx, f.one)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatRaisesTheEpoch(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "custom", Scopes: []string{"data.read", "odata.read", "odata.write"}})
		text, on, off := func(s string) *string { return &s }, true, false
		seconds := int64(300)
		for _, c := range []struct {
			name   string
			change RegistrationChange
			raises bool
		}{
			{"name", RegistrationChange{Name: text("Other")}, false},
			{"description", RegistrationChange{Description: text("other")}, false},
			{"owner", RegistrationChange{Owner: text("ann")}, false},
			{"no owner", RegistrationChange{Owner: text("")}, false},
			{"contact", RegistrationChange{Contact: text("a@example.com, b@example.com")}, false},
			{"environment", RegistrationChange{Environment: text("test")}, false},
			{"lifetime", RegistrationChange{TokenSeconds: &seconds}, false},
			{"alg", RegistrationChange{TokenAlg: text("RS256")}, false},
			{"networks", RegistrationChange{CIDRs: &[]string{"10.0.0.0/8"}}, false},
			{"role", RegistrationChange{Role: text("servicedeskanalyst"), OnBehalfOf: text("ann")}, false},
			{"a scope more", RegistrationChange{Scopes: &[]string{"data.read", "odata.read", "odata.write", "alerts.write"}}, false},
			{"a scope less", RegistrationChange{Scopes: &[]string{"data.read", "odata.read", "alerts.write"}}, true},
			{"another scope", RegistrationChange{Scopes: &[]string{"data.read", "odata.read", "devices.read"}}, true},
			{"disabling", RegistrationChange{Enabled: &off}, true},
			{"disabling what is disabled", RegistrationChange{Enabled: &off}, false},
			{"enabling", RegistrationChange{Enabled: &on}, false},
			{"nothing", RegistrationChange{}, false},
		} {
			before := f.registration(made.ClientID)
			after, err := f.module.UpdateRegistration(f.ctx, f.one, made.ClientID, c.change)
			f.must(err)
			if raised := after.epoch > before.epoch; raised != c.raises {
				t.Errorf("%s: raised the epoch %v, want %v", c.name, raised, c.raises)
			}
			if diff := cmp.Diff(f.registration(made.ClientID), after, cmp.AllowUnexported(Registration{}, Credential{})); diff != "" {
				t.Errorf("%s: what is answered is not what is stored: %s", c.name, diff)
			}
		}
		r := f.registration(made.ClientID)
		if r.Role != "ServiceDeskAnalyst" || r.Person != f.ann || r.Name != "Other" || r.Environment != "test" || r.Owner != "" {
			t.Errorf("%+v", r)
		}
		f.must(f.module.RevokeTokens(f.ctx, f.one, r.ID))
		if f.registration(r.ID).epoch != r.epoch+1 {
			t.Error("revoking tokens leaves the epoch")
		}
		if got := f.trail("registration."); got[0] != "registration.create" || got[len(got)-1] != "registration.revoke_tokens" || !slices.Contains(got, "registration.disable") || !slices.Contains(got, "registration.enable") {
			t.Errorf("%v", got)
		}
		if _, err := f.module.UpdateRegistration(f.ctx, f.two, r.ID, RegistrationChange{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another tenant changes it: %v", err)
		}
		token := actAs(f.ctx, principal.Principal{Kind: principal.Registration, Scopes: []string{"admin.write", "data.read"}, Role: "ServiceDeskAnalyst"})
		for what, change := range map[string]RegistrationChange{
			"a scope": {Scopes: &[]string{"data.read", "odata.read", "devices.read", "admin.read"}}, "a role": {Role: text("InternalServices"), OnBehalfOf: text("InternalServices")},
			"an address of keys": {JWKSURI: text("https://example.com/keys")},
		} {
			if _, err := f.module.UpdateRegistration(token, f.one, r.ID, change); !fault.Is(err, fault.Forbidden) {
				t.Errorf("a token gives %s it does not hold: %v", what, err)
			}
		}
		if _, err := f.module.AddSecret(token, f.one, r.ID, CredentialSpec{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a token makes itself a secret of what it does not hold: %v", err)
		}
	})
}

func TestAMonitoringRegistrationHasAKeyOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "Monitoring ticket provider", Description: "Centreon", CIDRs: []string{"192.0.2.0/24"}})
		want := map[string]string{"Address": "one.example.com", "API path": "/api/odata/businessobject/", "REST API Key (Reference ID)": made.APIKey,
			"Tenant URL": "one.example.com", "Protocol": "https", "Timeout": "60", "Neurons Auth Url": made.AuthURL, "Client ID": made.ClientID, "Client Secret": made.ClientSecret}
		got := map[string]string{}
		for _, p := range made.Panel {
			got[p.Caption] = p.Value
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		r := made.Registration
		who := f.accepted(f.one, home, "rest_api_key="+made.APIKey)
		if who.Role != "Monitoring" || who.PersonID != f.internal || who.CredentialID != r.APIKey || r.Role != "Monitoring" || !slices.Equal(r.Scopes, []string{"odata.read", "odata.write"}) {
			t.Errorf("%+v %+v", who, r)
		}
		f.refused(f.one, "198.51.100.1", "rest_api_key="+made.APIKey)
		if f.monitoring().Roles[0] != "Monitoring" {
			t.Errorf("%+v", f.monitoring())
		}
		f.keepsNoSecret(made.ClientSecret, made.APIKey)

		second := f.register(RegistrationSpec{Type: "monitoring"}) // the group is there
		_, err := f.module.EnableRegistration(f.ctx, f.one, second.ClientID, false)
		f.must(err)
		f.refused(f.one, home, "rest_api_key="+second.APIKey)
		_, err = f.module.EnableRegistration(f.ctx, f.one, second.ClientID, true)
		f.must(err)
		f.accepted(f.one, home, "rest_api_key="+second.APIKey)

		rotated, err := f.module.RotateKey(f.ctx, f.one, r.APIKey, time.Hour)
		f.must(err)
		if f.registration(r.ID).APIKey != rotated.ID {
			t.Error("the registration does not know its key's successor")
		}
		f.must(f.module.DeleteRegistration(f.ctx, f.one, r.ID))
		f.refused(f.one, home, "rest_api_key="+made.APIKey)
		f.refused(f.one, home, "rest_api_key="+rotated.Secret)
		f.accepted(f.one, home, "rest_api_key="+second.APIKey)
		f.must(f.module.DeleteKey(f.ctx, f.one, f.registration(second.ClientID).APIKey))
		f.must(f.module.DeleteRegistration(f.ctx, f.one, second.ClientID))
	})
}

func TestADeletedRegistrationIsGone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm"})
		kept := f.register(RegistrationSpec{Type: "csm"})
		if err := f.module.DeleteRegistration(f.ctx, f.two, made.ClientID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another tenant deletes it: %v", err)
		}
		f.must(f.module.DeleteRegistration(f.ctx, f.one, made.ClientID))
		for name, do := range map[string]func() error{
			"read":   func() error { _, err := f.module.Registration(f.ctx, f.one, made.ClientID); return err },
			"delete": func() error { return f.module.DeleteRegistration(f.ctx, f.one, made.ClientID) },
			"enable": func() error { _, err := f.module.EnableRegistration(f.ctx, f.one, made.ClientID, true); return err },
			"rotate": func() error {
				_, err := f.module.RotateSecret(f.ctx, f.one, made.Registration.ID, Rotation{})
				return err
			},
			"add": func() error {
				_, err := f.module.AddSecret(f.ctx, f.one, made.Registration.ID, CredentialSpec{})
				return err
			},
		} {
			if err := do(); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var left int64
		f.must(f.one.DB.QueryRow(f.ctx, `SELECT COUNT(*) FROM trust_credential WHERE registration = $1`, made.Registration.ID).Scan(&left))
		if left != 0 {
			t.Errorf("%d credentials left", left)
		}
		if all := registrations(t, f); len(all) != 1 || all[0].ClientID != kept.ClientID {
			t.Errorf("%+v", all)
		}
		if _, err := f.module.CreateRegistration(f.ctx, f.one, RegistrationSpec{Type: "csm", ClientID: made.ClientID}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the client id comes a second time: %v", err)
		}
		f.register(RegistrationSpec{Type: "csm"}) // delete and make anew
		if got := f.trail("registration.delete"); len(got) != 1 {
			t.Errorf("%v", got)
		}
		f.must(f.one.DB.View(f.ctx, func(r db.Reader) error {
			row, err := registrationsWhere(f.ctx, r, `r.client_id = $1`, made.ClientID)
			if err == nil && (len(row) != 1 || !row[0].deleted) {
				t.Error("other replicas do not learn of it")
			}
			return err
		}))
	})
}

// Whatever became of the role and the person of a registration, it can be switched off and described.
func TestARegistrationWhoseRoleIsGoneCanBeDisabled(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.roles(func(tx *db.Tx) error {
			return errors.Join((role.Store{}).Save(f.ctx, tx, role.Role{Name: "Passing", Label: "Passing"}), (role.Store{}).Grant(f.ctx, tx, f.ann, "Passing", false))
		})
		f.soon(func() bool { return f.one.Roles().Has("Passing") })
		made := f.register(RegistrationSpec{Type: "custom", Role: "passing", OnBehalfOf: "ann"})
		f.roles(func(tx *db.Tx) error { return (role.Store{}).Revoke(f.ctx, tx, f.ann, "Passing") })
		f.roles(func(tx *db.Tx) error { return (role.Store{}).Remove(f.ctx, tx, "Passing") })
		f.soon(func() bool { return !f.one.Roles().Has("Passing") })
		for name, change := range map[string]RegistrationChange{"disable": {Enabled: new(bool)}, "describe": {Description: &made.ClientID}, "narrow": {Scopes: &[]string{"data.read"}}} {
			if _, err := f.module.UpdateRegistration(f.ctx, f.one, made.ClientID, change); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		analyst := "ServiceDeskAnalyst"
		after, err := f.module.UpdateRegistration(f.ctx, f.one, made.ClientID, RegistrationChange{Role: &analyst})
		if err != nil || after.Role != analyst || after.Person != f.ann {
			t.Errorf("%+v %v", after, err)
		}
		none := ""
		after, err = f.module.UpdateRegistration(f.ctx, f.one, made.ClientID, RegistrationChange{Role: &none})
		if err != nil || after.Role != "" || after.Person != "" {
			t.Errorf("%+v %v", after, err)
		}
		after, err = f.module.UpdateRegistration(f.ctx, f.one, made.ClientID, RegistrationChange{Scopes: &[]string{"odata.read"}})
		if err != nil || after.Role != role.InternalServices || after.Person != f.internal {
			t.Errorf("records are opened without a role: %+v %v", after, err)
		}
	})
}
