package federation_test

import (
	"encoding/pem"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/sso/federation"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// refused checks a refusal: its kind, the field, and that it says something once.
func (f *fixture) refused(what string, err error, kind fault.Kind, field string, words ...string) {
	f.t.Helper()
	refusal := (*fault.Error)(nil)
	if !errors.As(err, &refusal) || refusal.Kind != kind || len(refusal.Fields) != 1 || refusal.Fields[0].Field != field {
		f.t.Errorf("%s: %v, want kind %v of the field %s", what, err, kind, field)
		return
	}
	for _, word := range words {
		if strings.Count(refusal.Message, word) != 1 {
			f.t.Errorf("%s: %q; want %q once", what, refusal.Message, word)
		}
	}
}

func newSAML(name, entity string) federation.NewProvider {
	return federation.NewProvider{Kind: federation.KindSAML, Preset: "entra", Settings: federation.Settings{Name: name, EntityID: entity}}
}

// TestNamesOfProvidersAreTheirOwn gives two providers one name, in whatever case.
func TestNamesOfProvidersAreTheirOwn(t *testing.T) {
	each(t, federation.Deps{}, func(_ *testing.T, f *fixture) {
		one := f.provider("Entra ID", "https://one.example.org")
		two := f.provider("Okta", "https://two.example.org")
		_, err := f.federation.Create(f.ctx, f.h, newSAML("ENTRA id", ""))
		f.refused("create", err, fault.Conflict, "name", "Entra ID")
		settings := two.Settings
		settings.Name = "entra ID "
		_, err = f.federation.Replace(f.ctx, f.h, two.ID, "", federation.ChangedProvider{Settings: settings})
		f.refused("rename", err, fault.Conflict, "name", "Entra ID")
		settings = one.Settings
		settings.Name = "entra id"
		_, err = f.federation.Replace(f.ctx, f.h, one.ID, "", federation.ChangedProvider{Settings: settings})
		f.must(err)

		f.must(f.h.DB.Write(f.ctx, nil, federation.Rename(f.ctx, two.ID, "Entra ID"))) // as it was possible once
		settings = two.Settings
		settings.Name, settings.Enabled = "Entra ID", false
		_, err = f.federation.Replace(f.ctx, f.h, two.ID, "", federation.ChangedProvider{Settings: settings})
		f.must(err) // else nothing could be changed but the name
	})
}

// TestSettingsThatCouldNeverWork are refused when they are saved, and not at the first sign-in.
func TestSettingsThatCouldNeverWork(t *testing.T) {
	outside := outbound.New(outbound.Options{Private: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}})
	defer outside.Close()
	each(t, federation.Deps{Outbound: outside}, func(t *testing.T, f *fixture) {
		p, err := f.federation.Create(f.ctx, f.h, newSAML("Entra ID", ""))
		f.must(err)
		replace := func(change func(s *federation.Settings)) (*federation.Provider, error) {
			s := p.Settings
			change(&s)
			return f.federation.Replace(f.ctx, f.h, p.ID, "", federation.ChangedProvider{Settings: s})
		}
		for _, host := range []string{"10.2.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.1", "[::1]", "[fe80::1]"} {
			_, err := replace(func(s *federation.Settings) { s.MetadataURL = "https://" + host + "/metadata" })
			f.refused("metadata at "+host, err, fault.Invalid, "metadata_url", "not a public address")
			_, err = f.federation.ImportMetadata(f.ctx, f.h, p.ID, nil, "https://"+host+"/metadata", "")
			f.refused("fetched at "+host, err, fault.Invalid, "url", "could not be fetched", "not a public address")
		}
		for _, address := range []string{"https://10.1.0.1/metadata", "https://login.example.com/metadata"} {
			_, err := replace(func(s *federation.Settings) { s.MetadataURL = address })
			f.must(err)
		}
		_, err = f.federation.ImportMetadata(f.ctx, f.h, p.ID, nil, "https://login.nowhere.invalid/metadata", "")
		f.refused("a name that nobody has", err, fault.Invalid, "url", "the name login.nowhere.invalid cannot be looked up")

		for _, entity := range []string{"https://sts.windows.net/common/", "https://login.microsoftonline.com/organizations/v2.0", "https://sts.windows.net/{tenantid}/"} {
			_, err := replace(func(s *federation.Settings) { s.EntityID = entity })
			f.refused(entity, err, fault.Invalid, "entity_id", "of one directory")
		}
		const directory = "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001"
		for entity, warned := range map[string]bool{directory: true, directory + "/": false, "https://idp.example.com": false} {
			got, err := replace(func(s *federation.Settings) { s.EntityID = entity })
			f.must(err)
			if said := strings.Contains(strings.Join(got.Problems, " "), "without a slash"); said != warned {
				t.Errorf("%s: %v", entity, got.Problems)
			}
		}
	})
}

// TestACertificateMayBeAddedBeforehand adds the next certificate before it begins, and one that is over.
func TestACertificateMayBeAddedBeforehand(t *testing.T) {
	each(t, federation.Deps{}, func(t *testing.T, f *fixture) {
		p, err := f.federation.Create(f.ctx, f.h, newSAML("Entra ID", "https://idp.example.com"))
		f.must(err)
		now, key := f.clock.Now(), samltest.NewKeys().Genuine.Key
		certify := func(from, until time.Time) []byte {
			return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: samltest.Certify(key, from, until).Raw})
		}
		_, err = f.federation.AddCertificate(f.ctx, f.h, p.ID, certify(now.AddDate(-1, 0, 0), now.Add(-time.Second)))
		f.refused("an old one", err, fault.Invalid, "certificate", "has expired")
		got, err := f.federation.AddCertificate(f.ctx, f.h, p.ID, certify(now.AddDate(0, 0, 9), now.AddDate(1, 0, 0)))
		f.must(err)
		if problems := strings.Join(got.Problems, " "); len(got.Certificates) != 1 || !strings.Contains(problems, "begins on 2026-03-10") || strings.Contains(problems, "expired") {
			t.Errorf("%v", got.Problems)
		}
		got, err = f.federation.AddCertificate(f.ctx, f.h, p.ID, certify(now.AddDate(-1, 0, 0), now.AddDate(0, 1, 0)))
		f.must(err)
		if problems := strings.Join(got.Problems, " "); len(got.Certificates) != 2 || strings.Contains(problems, "certificate") {
			t.Errorf("%v", got.Problems)
		}
	})
}

// TestWhoIsNobodyIsSaidOnce registers an identity of nobody, and of somebody who has never signed in.
func TestWhoIsNobodyIsSaidOnce(t *testing.T) {
	each(t, federation.Deps{}, func(t *testing.T, f *fixture) {
		p := f.provider("Own", "https://one.example.org")
		_, err := f.federation.Register(f.ctx, f.h, p.ID, "sub", "4711", "nobody")
		f.refused("nobody", err, fault.Invalid, "person", "There is no employee nobody.")
		if refusal := fault.Of(err); refusal.Fields[0].Message != refusal.Message {
			t.Errorf("it is said in two ways: %+v", refusal)
		}
		somebody := f.person("ann")
		made, err := f.federation.Register(f.ctx, f.h, p.ID, "sub", "4711", "ann")
		f.must(err)
		all, err := f.federation.Identities(f.ctx, f.h, p.ID)
		f.must(err)
		if made.SeenAt != nil || len(all) != 1 || all[0].SeenAt != nil || all[0].PersonID != somebody {
			t.Errorf("%+v %+v", made, all)
		}
	})
}
