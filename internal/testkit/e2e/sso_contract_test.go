package e2e_test

import (
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// customerHost is what a customer's name pointed at the program looks like, and mirrored what session control makes of it.
const (
	customerHost = "customer.saasit.example"
	mirrored     = customerHost + ".mcas.example"
)

// fronted sends what is for a customer's host, or its mirror, to the program, as the TLS proxy before it does.
type fronted struct {
	listener string
	next     http.RoundTripper
}

func (f fronted) RoundTrip(r *http.Request) (*http.Response, error) {
	if host := r.URL.Hostname(); host != customerHost && host != mirrored {
		return f.next.RoundTrip(r)
	}
	onward := r.Clone(r.Context())
	onward.Host = "behind.internal:8080"
	onward.URL.Scheme, onward.URL.Host = "http", f.listener
	onward.Header.Set("X-Forwarded-Proto", "https")
	answer, err := f.next.RoundTrip(onward)
	if err == nil {
		answer.Request = r
	}
	return answer, err
}

var listens = regexp.MustCompile(`"address":"([^"]*:\d+)"`)

// contract is a customer's tenant with SimpleSAMLphp in Entra's place, set up by hand: a raw certificate and copied addresses.
type contract struct {
	*simpleSAML
	address string // of the customer, without a slash at the end
}

func startContract(t *testing.T, dsn string) *contract {
	t.Helper()
	c := &contract{simpleSAML: newSimpleSAML(t), address: "https://" + customerHost}
	c.Server = testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--base-url", c.address, "--trusted-proxy", "127.0.0.1/32"}})
	found := listens.FindStringSubmatch(c.Log())
	if found == nil {
		t.Fatalf("where does it listen? %s", c.Log())
	}
	c.Base = "http://" + found[1]
	c.key = "REST " + c.Key(t, "Admin")
	text, err := os.ReadFile(filepath.Join(c.folder, "idp.crt"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	c.imported = c.admin(t, http.MethodPost, "/identity-providers", map[string]any{"preset": "other", "name": "Entra", "entity_id": c.url + "saml2/idp/metadata.php",
		"sso_url": c.url + "saml2/idp/SSOService.php", "slo_url": c.url + "saml2/idp/SingleLogoutService.php", "certificate": base64.StdEncoding.EncodeToString(block.Bytes),
		"enabled": true, "create_users": true, "allow_idp_initiated": true}, http.StatusCreated)
	c.id = c.imported["id"].(string)
	c.ours = c.admin(t, http.MethodGet, "/single-sign-on", nil, http.StatusOK)
	c.introduce(t, "/sso/metadata")
	return c
}

// visitor is one who reaches the customer's host.
func (c *contract) visitor(tb testing.TB) *visitor {
	tb.Helper()
	v := newVisitor(tb)
	v.Transport = fronted{strings.TrimPrefix(c.Base, "http://"), v.Transport}
	return v
}

// is checks where somebody is, and as whom.
func (c *contract) is(tb testing.TB, v *visitor, p page, address, login string) {
	tb.Helper()
	if p.URL.String() != address {
		tb.Errorf("it ends at %s and not at %s: %d %.300s (%s)", p.URL, address, p.Status, p.Body, c.lastAttempt(tb))
	}
	from, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	if me := v.get(tb, from.Scheme+"://"+from.Host+"/api/me"); !strings.Contains(me.Body, `"login":"`+login+`"`) {
		tb.Errorf("signed in is %d %s", me.Status, me.Body)
	}
}

// TestSignInContract holds the program to what the vendor's Entra tutorial promises, point for point (spec/sso.md section 1).
func TestSignInContract(t *testing.T) {
	if testing.Short() {
		t.Skip("the identity provider is a process of its own, which no race detector sees")
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := startContract(t, dsn)
		home := c.address + "/"
		tile := c.unsolicited("whatever")
		t.Run("C1 both sides begin", func(t *testing.T) {
			v := c.visitor(t)
			c.is(t, v, c.sign(t, v, c.address+"/sso/"+c.id+"/login?return=%2Fdesk", "ada", adaPassword), c.address+"/desk", "ada")
			v = c.visitor(t)
			c.is(t, v, c.sign(t, v, tile, "ada", adaPassword), home, "ada")
		})
		t.Run("C2 people come to be", func(t *testing.T) {
			if got := c.person(t, "ada")["PrimaryEmail"]; got != "ada@simple.example" {
				t.Errorf("she has the address %v", got)
			}
		})
		t.Run("C3 the Identifier", func(t *testing.T) {
			if got := c.ours["identifier"]; got != home {
				t.Errorf("it is %v", got)
			}
			if sp := c.Ask(t, http.MethodGet, "/sso/metadata", "", ""); !strings.Contains(string(sp.Body), `entityID="`+home+`"`) {
				t.Errorf("the metadata says %s", sp.Body)
			}
		})
		t.Run("C4 the Reply URL", func(t *testing.T) {
			if got := c.ours["reply_url"]; got != c.address+acs {
				t.Errorf("it is %v", got)
			}
			v := c.visitor(t)
			v.get(t, tile)
			handed := v.submit(t, v.get(t, tile), map[string]string{"username": "ada", "password": adaPassword})
			if action, _ := handed.form(t); action != c.address+acs {
				t.Errorf("SimpleSAMLphp posts to %s", action)
			}
			handed.Body = strings.ReplaceAll(handed.Body, acs, strings.ToLower(acs))
			c.is(t, v, v.submit(t, handed, nil), home, "ada") // in any case of its letters
			if p := v.get(t, c.address+acs); p.Status != http.StatusMethodNotAllowed {
				t.Errorf("GET is answered %d", p.Status)
			}
		})
		t.Run("C5 the Sign-on URL", func(t *testing.T) {
			v := c.visitor(t)
			if p := v.get(t, c.address+"/login"); !strings.Contains(p.URL.Path, "loginuserpass") {
				t.Errorf("the sign-in page leads to %s", p.URL)
			}
			c.needsWebApp(t)
			v = c.visitor(t)
			c.is(t, v, c.sign(t, v, c.ours["sign_on_url"].(string), "ada", adaPassword), home, "ada")
		})
		t.Run("C6 the certificate as it is downloaded", func(t *testing.T) {
			all := c.admin(t, http.MethodGet, "/identity-providers/"+c.id, nil, http.StatusOK)["certificates"].([]any)
			if len(all) != 1 || all[0].(map[string]any)["source"] != "upload" {
				t.Errorf("%v", all)
			}
		})
		t.Run("C7 nobody needs a role there", func(t *testing.T) {
			roles := c.admin(t, http.MethodGet, "/people/"+c.person(t, "ada")["RecId"].(string)+"/roles", nil, http.StatusOK)["items"].([]any)
			if len(roles) != 1 || roles[0].(map[string]any)["name"] != "SelfService" {
				t.Errorf("her roles are %v", roles)
			}
		})
		t.Run("C8 whoever is there is linked", func(t *testing.T) {
			made := c.Ask(t, http.MethodPost, employees, c.key, `{"LoginID":"z.obrien","LastName":"O'Brïen","PrimaryEmail":"zoe@simple.example","Status":"Active"}`)
			c.admin(t, http.MethodPut, "/people/"+made.JSON()["RecId"].(string)+"/roles/SelfService", nil, http.StatusOK)
			c.admin(t, http.MethodPost, "/identity-providers/"+c.id+"/identities", map[string]any{"subject_kind": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
				"subject": "zoe@simple.example", "person": "z.obrien"}, http.StatusCreated)
			v := c.visitor(t)
			c.is(t, v, c.sign(t, v, tile, "zoe", zoePassword), home, "z.obrien")
		})
		t.Run("C9 the tile works both ways", func(t *testing.T) {
			v := c.visitor(t)
			c.is(t, v, c.sign(t, v, tile, "ada", adaPassword), home, "ada")
			c.is(t, v, c.sign(t, v, tile, "ada", adaPassword), home, "ada") // while signed in
			c.needsWebApp(t)
			if p := v.get(t, home); p.Status != http.StatusOK || p.URL.String() != home {
				t.Errorf("the Sign-on URL leads who is signed in to %d %s", p.Status, p.URL)
			}
		})
		t.Run("C10 people are made by hand as well", func(t *testing.T) {
			made := c.admin(t, http.MethodPost, "/people", map[string]any{"login": "by.hand", "last_name": "Hand", "email": "hand@simple.example", "role": "SelfService"}, http.StatusCreated)
			if made["external_sign_in"] == true {
				t.Errorf("%v", made)
			}
		})
		t.Run("C11 session control", func(t *testing.T) {
			v := c.visitor(t)
			there := "https://" + mirrored
			handed := v.get(t, there+"/sso/"+c.id+"/login?return=%2Fdesk")
			handed = v.submit(t, handed, map[string]string{"username": "ada", "password": adaPassword})
			handed.Body = strings.ReplaceAll(handed.Body, customerHost, mirrored) // as such a proxy rewrites what passes
			c.is(t, v, v.submit(t, handed, nil), there+"/desk", "ada")
			for _, cookie := range v.Jar.Cookies(&url.URL{Scheme: "https", Host: customerHost, Path: "/"}) {
				if strings.HasSuffix(cookie.Name, "sid") {
					t.Error("a session of the mirror counts at the customer's own host")
				}
			}
		})
		t.Run("C12 what Entra was told goes on counting", func(t *testing.T) {
			// It knows the two addresses, and nothing else of us: no metadata, no certificate, no logout address.
			c.options(t, nil, nil)
			known := `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + home + `"><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
				`<AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + c.address + acs + `" index="0"/></SPSSODescriptor></EntityDescriptor>`
			if err := os.WriteFile(filepath.Join(c.folder, "sp.xml"), []byte(known), 0o600); err != nil {
				t.Fatal(err)
			}
			v := c.visitor(t)
			c.is(t, v, c.sign(t, v, c.address+"/sso/"+c.id+"/login?return=%2Fdesk", "ada", adaPassword), c.address+"/desk", "ada")
			v = c.visitor(t)
			c.is(t, v, c.sign(t, v, tile, "ada", adaPassword), home, "ada")
		})
	})
}

// needsWebApp ends a test where the program was built without it.
func (c *contract) needsWebApp(t *testing.T) {
	t.Helper()
	a, err := c.Request(http.MethodGet, "/admin", map[string]string{"Accept": "text/html", "Cookie": "sid=somebody's"}, "")
	if err != nil || a.Status != http.StatusOK {
		testkit.Missing(t, "the web app is not built: make web")
	}
}
