package trust

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// The tests C1 to C11 are the clauses of the contract about app registrations (spec/trust.md 1.1), as far as this
// package keeps them.

// C1: a table with Application, Description, Last authenticated, Created by (a person's name) and Created.
func TestC1TheTableHasItsFiveColumns(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := actAs(f.ctx, principal.Principal{Kind: principal.Session, TenantID: f.one.ID, PersonID: f.ann, Login: "ann", Role: "Admin"})
		_, err := f.module.CreateRegistration(ann, f.one, RegistrationSpec{Type: "csm", Description: "our mApp"})
		f.must(err)
		r := registrations(t, f)[0]
		if r.Name != "Cherwell Service Management" || r.Description != "our mApp" || r.LastAuthenticated != nil || r.CreatedByName != "Ann A. Lyst" || !r.Created.Equal(f.clock.Now()) {
			t.Errorf("%+v", r)
		}
		var row map[string]any
		text, err := json.Marshal(r)
		f.must(err)
		f.must(json.Unmarshal(text, &row))
		for _, column := range []string{"application", "description", "last_authenticated", "created_by_name", "created_at"} {
			if _, there := row[column]; !there {
				t.Errorf("no %s in %s", column, text)
			}
		}
	})
}

// C2: Last authenticated is when it last proved itself with its client secret at a token route; empty is never.
func TestC2LastAuthenticatedIsOfItsOwnCredentials(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "monitoring"})
		f.accepted(f.one, home, "rest_api_key="+made.APIKey) // a call of an API is none
		if r := registrations(t, f)[0]; r.LastAuthenticated != nil {
			t.Errorf("%v", r.LastAuthenticated)
		}
		f.useCredential(made.Registration.Credentials[0].ID, f.clock.Now(), 1)
		f.clock.Advance(time.Hour)
		f.rotate(made.ClientID, Rotation{}) // what has been revoked since counts too
		if r := registrations(t, f)[0]; r.LastAuthenticated == nil || !r.LastAuthenticated.Equal(f.clock.Now().Add(-time.Hour)) {
			t.Errorf("%v", r.LastAuthenticated)
		}
	})
}

// C3: a drop-down of applications.
func TestC3ThereIsACatalogueOfApplications(t *testing.T) {
	var captions []string
	ids := map[string]bool{}
	for _, kind := range RegistrationTypes() {
		captions = append(captions, kind.Caption)
		if ids[kind.ID] || kind.Word == "" || kind.Help == "" || len(kind.Panel) == 0 || len(kind.Scopes) == 0 || len(clientIDPrefix+kind.Word)+1+clientIDRandom > maxClientID {
			t.Errorf("%+v", kind)
		}
		ids[kind.ID] = true
		if scopes, complaint := kind.choose(nil); complaint != "" || !slices.Equal(sorted(scopes), sorted(kind.Scopes)) {
			t.Errorf("%s: %v %s", kind.ID, scopes, complaint)
		}
		for _, name := range append([]string{kind.ID, strings.ToUpper(kind.Caption), " " + kind.Caption + " "}, kind.Aliases...) {
			if found, ok := RegistrationTypeNamed(name); !ok || found.ID != kind.ID {
				t.Errorf("%q is %q", name, found.ID)
			}
		}
	}
	if want := []string{"Cherwell Service Management", "Custom App", "Monitoring ticket provider"}; !slices.Equal(captions, want) {
		t.Errorf("%v", captions)
	}
}

// C4: only one field, Description, and that is optional.
func TestC4OnlyADescriptionIsAskedFor(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	for _, kind := range RegistrationTypes() {
		for _, description := range []string{"", "anything at all, ∀ <i>x</i> & \"y\""} {
			if made := f.register(RegistrationSpec{Type: kind.ID, Description: description}); made.Registration.Name != kind.Caption || made.Registration.Description != description {
				t.Errorf("%+v", made.Registration)
			}
		}
	}
}

// C5: three values to copy, under exactly these captions.
func TestC5ThreeValuesWithTheirCaptions(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	for _, kind := range RegistrationTypes() {
		made := f.register(RegistrationSpec{Type: kind.ID})
		got := map[string]PanelField{}
		for _, p := range made.Panel {
			got[p.Caption] = p
			if strings.ContainsAny(p.Value, "{}") {
				t.Errorf("%s: %s", kind.ID, p.Value)
			}
		}
		if got["Neurons Auth Url"].Value != made.AuthURL || got["Client ID"].Value != made.ClientID || got["Client Secret"].Value != made.ClientSecret || !got["Client Secret"].Secret {
			t.Errorf("%s: %+v", kind.ID, made.Panel)
		}
	}
	custom := f.register(RegistrationSpec{Type: "custom", Scopes: []string{"data.read", "odata.read"}})
	var captions []string
	for _, s := range custom.Snippets {
		captions = append(captions, s.Caption)
		text := strings.Join(s.Lines, "\n")
		for _, value := range []string{custom.AuthURL, custom.ClientID, custom.ClientSecret, "data.read odata.read"} {
			if !strings.Contains(text, value) {
				t.Errorf("%s lacks %.12s", s.Caption, value)
			}
		}
		if strings.Contains(text, "{scopes}") || strings.Contains(text, "{client") {
			t.Errorf("%s", text)
		}
	}
	if !slices.Equal(captions, []string{"curl", "PowerShell", "Go"}) {
		t.Errorf("%v", captions)
	}
}

// The Auth URL is cut into host and tenant id by integrators.
func TestTheAuthURLHasNoPartTooMany(t *testing.T) {
	const id = "01A201B5-e735-72ea-a37f-6e4cb6047c8c"
	for base, want := range map[string]string{
		"https://desk.example.com":      "https://desk.example.com/",
		"https://desk.example.com/":     "https://desk.example.com/",
		"https://desk.example.com:443":  "https://desk.example.com/",
		"https://desk.example.com:8443": "https://desk.example.com:8443/",
		"https://desk.example.com:443/": "https://desk.example.com/",
		"http://localhost:8080":         "http://localhost:8080/",
		"http://localhost:80":           "http://localhost/",
		"https://[2001:db8::1]:443":     "https://[2001:db8::1]/",
	} {
		p := &plane{tenantID: id, info: infoOf(base)}
		if got := p.authURL(); got != want+strings.ToLower(id)+"/connect/token" {
			t.Errorf("%s: %s", base, got)
		}
		if p.authURL() != p.issuer()+"/connect/token" {
			t.Errorf("%s is not of %s", p.authURL(), p.issuer())
		}
	}
}

// C6: the secret is shown once.
func TestC6TheSecretIsNeverShownAgain(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "monitoring"})
		rotated := f.rotate(made.ClientID, Rotation{Grace: time.Hour})
		given := secret.New(secret.KindClient)
		f.register(RegistrationSpec{Type: "custom", Secret: given})
		all := []string{made.ClientSecret, made.APIKey, rotated.ClientSecret, given}
		f.keepsNoSecret(all...)
		shown, err := json.Marshal(registrations(t, f))
		f.must(err)
		after, err := f.module.UpdateRegistration(f.ctx, f.one, made.ClientID, RegistrationChange{})
		f.must(err)
		again, err := json.Marshal(after)
		f.must(err)
		_, refusal := f.module.CreateRegistration(f.ctx, f.one, RegistrationSpec{Type: "custom", Secret: given + "x"})
		for _, s := range all {
			for _, text := range []string{string(shown), string(again), refusal.Error()} {
				if strings.Contains(text, s[10:]) {
					t.Errorf("a secret is shown again in %s", text)
				}
			}
		}
	})
}

// C7: several of one type, each with settings of its own.
func TestC7EachRegistrationIsItsOwn(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	a, b := f.register(RegistrationSpec{Type: "csm", Description: "same"}), f.register(RegistrationSpec{Type: "csm", Description: "same"})
	_, err := f.module.EnableRegistration(f.ctx, f.one, a.ClientID, false)
	f.must(err)
	if a.ClientID == b.ClientID || f.registration(a.ClientID).Enabled || !f.registration(b.ClientID).Enabled || a.AuthURL != b.AuthURL {
		t.Errorf("%+v %+v", a, b)
	}
}

// C8: credentials of the client credentials grant alone: a secret or keys, with scopes, and nobody's consent.
func TestC8ARegistrationHasClientCredentials(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	made := f.register(RegistrationSpec{Type: "csm"})
	if kind, ok := secret.Kind(made.ClientSecret); !ok || kind != secret.KindClient || len(made.Registration.Scopes) == 0 {
		t.Errorf("%+v", made.Registration)
	}
}

// C9: deleting cannot be undone.
func TestC9DeletingCannotBeUndone(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	made := f.register(RegistrationSpec{Type: "csm"})
	f.must(f.module.DeleteRegistration(f.ctx, f.one, made.ClientID))
	if _, err := f.module.EnableRegistration(f.ctx, f.one, made.ClientID, true); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
	if p := f.module.plane(f.one); p.refresh(f.ctx) != nil || p.directory.client(made.ClientID) != nil {
		t.Error("requests still know it")
	}
}

// C10: delete and make again.
func TestC10DeleteAndMakeAgain(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	seen := map[string]bool{}
	for range 5 {
		made := f.register(RegistrationSpec{Type: "csm", Description: "the same again"})
		p := f.module.plane(f.one)
		f.must(p.refresh(f.ctx))
		if seen[made.ClientID] || seen[made.ClientSecret] || p.directory.client(made.ClientID) == nil {
			t.Errorf("%s", made.ClientID)
		}
		seen[made.ClientID], seen[made.ClientSecret] = true, true
		f.must(f.module.DeleteRegistration(f.ctx, f.one, made.ClientID))
	}
}

// C11: Cherwell Service Management is there from the start, with what it needs and no more.
func TestC11CherwellReadsDataAlone(t *testing.T) {
	kind, ok := RegistrationTypeNamed("Cherwell Service Management (CSM)")
	if !ok || kind.ID != "csm" || kind.Editable || !slices.Equal(kind.Scopes, []string{principal.DataRead}) || kind.Role != "" || kind.APIKey != nil {
		t.Errorf("%+v", kind)
	}
}

// What requests know of a registration follows its changes.
func TestTheDirectoryFollowsCredentials(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		p := f.module.plane(f.one)
		made := f.register(RegistrationSpec{Type: "custom"})
		known := func() *client {
			t.Helper()
			f.must(p.refresh(f.ctx))
			return p.directory.client(made.ClientID)
		}
		if c := known(); c == nil || len(c.credentials) != 1 {
			t.Fatalf("%+v", c)
		}
		added := f.addSecret(made.ClientID, CredentialSpec{})
		if c := known(); len(c.credentials) != 2 || c.credentials[added.Credential.ID].mac == nil {
			t.Errorf("%+v", c)
		}
		keys, err := f.module.AddKey(f.ctx, f.one, made.ClientID, jwk(t, newEC(t).Public(), "k"), CredentialSpec{})
		f.must(err)
		if c := known(); c.credentials[keys[0].ID].jwk == nil || c.credentials[keys[0].ID].jwk.KeyID != "k" {
			t.Errorf("%+v", c)
		}
		_, err = f.module.RevokeCredential(f.ctx, f.one, made.ClientID, added.Credential.ID, "")
		f.must(err)
		if c := known(); c.credentials[added.Credential.ID].counts(f.clock.Now()) {
			t.Error("requests take a revoked secret")
		}
		f.must(f.module.RevokeTokens(f.ctx, f.one, made.ClientID))
		if known().epoch != 2 {
			t.Error("requests do not know the epoch")
		}
	})
}
