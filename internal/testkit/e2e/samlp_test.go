package e2e_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// TestSamlp signs people in by way of samlp (e2e/clients/samlp-idp.mjs), which says what Microsoft Entra ID says, set up as the
// administrator of an Entra tenant does: with the raw certificate and the copied addresses.
func TestSamlp(t *testing.T) {
	if testing.Short() {
		t.Skip("the identity provider is a process of its own, which no race detector sees")
	}
	node := testkit.Program(t, "node")
	if _, err := os.Stat(filepath.Join(clientsFolder, "node_modules", "samlp")); err != nil {
		testkit.Missing(t, "the packages of e2e/clients are not installed: make clients")
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn) // with the certificate as DER, and what Entra calls itself
		address := startSamlp(t, node, f)
		setup := func(layout string, changes map[string]any) {
			all := map[string]any{"sso_url": address + "/sso?layout=" + layout, "mapping": nil}
			maps.Copy(all, changes)
			if all["mapping"] == nil {
				all["mapping"] = f.admin(t, http.MethodGet, "/identity-providers/"+f.id, nil, http.StatusOK)["mapping"]
			}
			f.set(t, all)
		}
		begin := func(v *visitor, who string) page {
			return v.submit(t, v.get(t, f.Base+"/sso/"+f.id+"/login?login_hint="+who+"&return="+url.QueryEscape("/portal/requests?of=me&page=2")), nil)
		}
		tile := func(v *visitor, who, layout string) page {
			return v.submit(t, v.get(t, address+"/sso?RelayState=https%3A%2F%2Fevil.example%2F&layout="+layout+"&login_hint="+who), nil)
		}
		s := simpleSAML{Server: f.Server, key: f.key, id: f.id}

		setup("assertion", nil)
		v := newVisitor(t)
		s.ends(t, v, begin(v, "grace"), "/portal/requests?of=me&page=2", "grace@contoso.example")
		if p := s.person(t, "grace@contoso.example"); p["FirstName"] != "Grace" || p["LastName"] != "Hopper" || p["DisplayName"] != "Grace Hopper" || p["PrimaryEmail"] != "grace@contoso.example" {
			t.Errorf("she is %v", p)
		}
		v = newVisitor(t)
		s.ends(t, v, tile(v, "linus", "assertion"), "/", "linus@contoso.example")
		if p := s.person(t, "linus@contoso.example"); p["FirstName"] != "Линус" || p["LastName"] != "O'Neill & <Söhne>" {
			t.Errorf("he is %v", p)
		}
		known := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/identities", nil, http.StatusOK)["items"].([]any)
		for _, one := range known {
			if kind := one.(map[string]any)["subject_kind"]; kind != "objectidentifier" {
				t.Errorf("somebody is known by %v", kind)
			}
		}
		if len(known) != 2 {
			t.Errorf("%d people are known", len(known))
		}
		for _, layout := range []string{"assertion", "response", "both", "encrypted"} {
			setup(layout, map[string]any{"want_encrypted": layout == "encrypted"})
			v := newVisitor(t)
			s.ends(t, v, begin(v, "grace"), "/portal/requests?of=me&page=2", "grace@contoso.example")
			v = newVisitor(t)
			s.ends(t, v, tile(v, "grace", layout), "/", "grace@contoso.example")
		}
		setup("failure", nil)
		v = newVisitor(t)
		s.refuses(t, v, begin(v, "grace"), "status_not_success", "Responder") // its message samlp puts where no message belongs

		const groups = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
		setup("assertion", map[string]any{"grantable_roles": []string{"ServiceDeskAnalyst"},
			"rules": []map[string]any{{"claim": groups, "operator": "equals", "values": []string{"analysts"}, "role": "ServiceDeskAnalyst"}}})
		v = newVisitor(t)
		s.ends(t, v, begin(v, "grace"), "/portal/requests?of=me&page=2", "grace@contoso.example")
		roles := f.Ask(t, http.MethodGet, "/api/admin/v1/people/"+s.person(t, "grace@contoso.example")["RecId"].(string)+"/roles", f.key, "")
		if !strings.Contains(string(roles.Body), "ServiceDeskAnalyst") {
			t.Errorf("her roles are %s", roles.Body)
		}

		other := samltest.NewKeys().Second.Certificate
		f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/certificates", map[string]any{"certificate": base64.StdEncoding.EncodeToString(other.Raw)}, http.StatusCreated)
		for _, c := range f.admin(t, http.MethodGet, "/identity-providers/"+f.id, nil, http.StatusOK)["certificates"].([]any) {
			if one := c.(map[string]any); one["der"] != base64.StdEncoding.EncodeToString(other.Raw) {
				f.admin(t, http.MethodDelete, "/identity-providers/"+f.id+"/certificates/"+one["fingerprint"].(string), nil, http.StatusOK)
			}
		}
		v = newVisitor(t)
		s.refuses(t, v, begin(v, "grace"), "certificate_unknown", "")
	})
}

// startSamlp starts samlp with the key of the tests' provider and returns its address.
func startSamlp(t *testing.T, node string, f *federated) string {
	t.Helper()
	dir := t.TempDir()
	key, err := x509.MarshalPKCS8PrivateKey(f.provider.Key)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return startOutside(t, exec.Command(node, "samlp-idp.mjs", file("key.pem", "PRIVATE KEY", key), file("certificate.pem", "CERTIFICATE", f.provider.Certificate.Raw),
		f.provider.EntityID, f.target.ACS, f.target.EntityID, file("ours.pem", "CERTIFICATE", f.target.Service.Certificate.Raw)), "http://")
}
