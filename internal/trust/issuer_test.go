package trust

import (
	"testing"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/trust/issuer"
)

func TestIssuersOfATenant(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		p := f.module.Issuers(f.one)
		if p != f.module.Issuers(f.one) || p == f.module.Issuers(f.two) {
			t.Error("a tenant has one plane of its own")
		}
		spec := issuer.Spec{Name: "Realm", Kind: issuer.OIDC, Issuer: "https://id.example.com", Audiences: []string{"provost"}}
		if _, err := p.CreateIssuer(f.ctx, spec); err != nil {
			t.Fatal(err)
		}
		for subject, person := range map[string]string{"1": "ANN", "2": f.ann} {
			if l, err := p.LinkPerson(f.ctx, "Realm", issuer.LinkSpec{Claim: issuer.BySubject, Subject: subject, Person: person}); err != nil || l.Person != f.ann {
				t.Errorf("link by %s: %+v, %v", person, l, err)
			}
		}
		if _, err := p.LinkPerson(f.ctx, "Realm", issuer.LinkSpec{Claim: issuer.BySubject, Subject: "3", Person: "nobody"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("link to nobody: %v", err)
		}
		for _, own := range []string{"https://one.example.com/t", "https://ONE.example.com:443/t"} {
			spec.Name, spec.Issuer = "Own", own
			if _, err := p.CreateIssuer(f.ctx, spec); !fault.Is(err, fault.Invalid) {
				t.Errorf("the tenant's own issuer %s: %v", own, err)
			}
		}
		spec.Name, spec.Issuer = "Beside", "https://one.example.com:8443/realms/t" // another service of the same machine
		if _, err := p.CreateIssuer(f.ctx, spec); err != nil {
			t.Errorf("an issuer at another port: %v", err)
		}
		for what, plane := range map[string]*issuer.Plane{"another tenant": f.module.Issuers(f.two)} {
			if owns, err := plane.Owns(f.ctx, "https://id.example.com"); err != nil || owns {
				t.Errorf("%s has the issuer too: %v", what, err)
			}
		}
		if owns, err := p.Owns(f.ctx, "https://id.example.com"); err != nil || !owns {
			t.Errorf("the tenant lacks its issuer: %v", err)
		}
	})
}
