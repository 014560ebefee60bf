package e2e_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// TestAnEntraUserComesToBe signs somebody in by the provider's own post and by a request of ours, with the deep link, and looks for the
// person on every surface.
func TestAnEntraUserComesToBe(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		before := f.people(t)
		a := f.post(t, samltest.Post(f.aim("").Genuine(samltest.AssertionSigned), "whatever Entra was told"), "")
		done, session := f.finish(t, a, "")
		if done.Status != http.StatusSeeOther || done.Header.Get("Location") != "/" || !strings.Contains(session, "sid=") {
			t.Fatalf("%d %v %s", done.Status, done.Header, done.Body)
		}
		me, err := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, "")
		if err != nil || me.Status != http.StatusOK || !strings.Contains(string(me.Body), `"SelfService"`) ||
			!strings.Contains(string(me.Body), `"sign_in":{"local":false,"provider":"Microsoft Entra ID"}`) {
			t.Fatalf("%v %d %s", err, me.Status, me.Body)
		}
		row := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows()
		if f.people(t) != before+1 || len(row) != 1 || row[0]["IsExternalAuth"] != true || row[0]["PrimaryEmail"] == nil {
			t.Fatalf("%v", row)
		}
		if page := f.Ask(t, http.MethodGet, "/api/admin/v1/people/"+row[0]["RecId"].(string), f.key, ""); !strings.Contains(string(page.Body), `"external_sign_in":true`) {
			t.Errorf("the people page says %s", page.Body)
		}
		trail := f.Ask(t, http.MethodGet, "/api/admin/v1/audit?target="+row[0]["RecId"].(string), f.key, "")
		for _, want := range []string{"employee.create", "role.grant", "identity.link", "sso:Microsoft Entra ID"} {
			if !strings.Contains(string(trail.Body), want) {
				t.Errorf("the audit trail lacks %s: %s", want, trail.Body)
			}
		}

		request, cookies := f.begin(t)
		again := f.post(t, samltest.Post(f.aim(request).Genuine(samltest.BothSigned), ""), cookies)
		done, second := f.finish(t, again, session)
		if done.Header.Get("Location") != "/desk" || f.people(t) != before+1 {
			t.Errorf("%v, %d people", done.Header, f.people(t)-before)
		}
		if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, ""); me.Status != http.StatusUnauthorized {
			t.Error("the session before lives on beside the new one")
		}
		if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": second}, ""); me.Status != http.StatusOK {
			t.Error("the new session does not live")
		}
		mine, _ := f.Request(http.MethodGet, "/api/me/sessions", map[string]string{"Cookie": second}, "")
		theirs := f.Ask(t, http.MethodGet, "/api/admin/v1/browser-sessions?person="+row[0]["RecId"].(string), f.key, "")
		for whose, list := range map[string]testkit.Answer{"mine": mine, "an administrator's": theirs} {
			if !strings.Contains(string(list.Body), `"identity_provider":"Microsoft Entra ID"`) {
				t.Errorf("%s list of sessions does not name who vouched: %s", whose, list.Body)
			}
		}
		attempts := f.admin(t, http.MethodGet, "/identity-providers/"+f.id+"/attempts", nil, http.StatusOK)["items"].([]any)
		if len(attempts) != 2 || attempts[1].(map[string]any)["how"] != "created" || attempts[0].(map[string]any)["flow"] != "sp" {
			t.Errorf("%v", attempts)
		}
	})
}

// TestGenuineResponsesSignIn posts what providers send in all their ways.
func TestGenuineResponsesSignIn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		for _, variant := range samltest.Variants() {
			if strings.HasPrefix(variant.Name, "encrypted") || variant.Name == "no issuer on the response" || !f.as(t, variant.Record) {
				continue // to another key, to the address of one provider alone, or by another certificate: these have tests of their own
			}
			for _, layout := range variant.Layouts {
				request, cookies := f.begin(t)
				to := f.aim(request)
				if a := f.post(t, variant.Form(to, layout), cookies); a.Status != http.StatusSeeOther {
					t.Errorf("%s, %s: %d %s", variant.Name, layout, a.Status, f.lastAttempt(t))
				}
			}
		}
		f.set(t, map[string]any{"want_encrypted": true})
		m := f.aim("").Message()
		m.Encrypt = &samltest.Encryption{To: f.target.Service.Certificate}
		text := m.Encrypt.Assertion(samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned))
		if a := f.post(t, samltest.Post(text, ""), ""); a.Status != http.StatusSeeOther {
			t.Errorf("encrypted to the key of our metadata: %d %s", a.Status, f.lastAttempt(t))
		}
		if a := f.post(t, samltest.Post(f.aim("").Genuine(samltest.AssertionSigned), ""), ""); a.Status != http.StatusForbidden {
			t.Errorf("in the clear, where that is not allowed: %d", a.Status)
		}
	})
}

// TestACertificateIsReplaced rolls a certificate over by metadata: both count, then the new one alone, and nobody is kept out.
func TestACertificateIsReplaced(t *testing.T) {
	var current atomic.Value // the metadata
	metadata := func(all ...*x509.Certificate) {
		var keys strings.Builder
		for _, c := range all {
			keys.WriteString(`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` +
				base64.StdEncoding.EncodeToString(c.Raw) + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`)
		}
		current.Store(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
			keys.String() + `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.example.com/saml2"/></IDPSSODescriptor></EntityDescriptor>`)
	}
	source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, current.Load().(string)) }))
	defer source.Close()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn, "--allow-private-outbound", "127.0.0.0/8")
		keys := samltest.NewKeys()
		works := func(pair saml.KeyPair) bool {
			t.Helper()
			text := samltest.Signing{Key: pair}.Message(f.aim("").Message().XML(), samltest.AssertionSigned)
			return f.post(t, samltest.Post(text, ""), "").Status == http.StatusSeeOther
		}
		refresh := func() {
			t.Helper()
			f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/metadata/refresh", nil, http.StatusOK)
		}
		metadata(keys.Genuine.Certificate)
		f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/metadata", map[string]any{"url": source.URL}, http.StatusOK)
		if !works(keys.Genuine) || works(keys.Second) {
			t.Error("before: the old one alone should count")
		}
		metadata(keys.Genuine.Certificate, keys.Second.Certificate)
		refresh()
		if !works(keys.Genuine) || !works(keys.Second) {
			t.Error("meanwhile: both should count")
		}
		metadata(keys.Second.Certificate)
		refresh()
		if !works(keys.Second) {
			t.Error("afterwards: the new one should count")
		}
		now := time.Now()
		next, err := x509.ParseCertificate(certify(t, keys.Genuine.Key.(*rsa.PrivateKey), now.Add(24*time.Hour), now.Add(365*24*time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		metadata(next) // which counts from tomorrow on
		refresh()
		if !works(keys.Second) {
			t.Error("a successor that does not count yet took the certificate away that does")
		}
		current.Store("<EntityDescriptor")
		f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/metadata/refresh", nil, http.StatusBadRequest)
		if !works(keys.Second) {
			t.Error("metadata that cannot be read took the certificate away")
		}
		shown := f.admin(t, http.MethodGet, "/identity-providers/"+f.id, nil, http.StatusOK)
		if shown["metadata"].(map[string]any)["error"] == nil {
			t.Errorf("nobody is told: %v", shown["metadata"])
		}
		for _, address := range []string{"http://169.254.169.254/x", "https://10.0.0.1/x", "http://example.com/x", "file:///etc/passwd", "https://user@example.com/"} {
			f.admin(t, http.MethodPost, "/identity-providers/"+f.id+"/metadata", map[string]any{"url": address}, http.StatusBadRequest)
		}
	})
}

// TestRulesGiveAndTakeTheirOwn signs somebody in with different groups.
func TestRulesGiveAndTakeTheirOwn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		const groups = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
		settings := map[string]any{"name": "Microsoft Entra ID", "entity_id": f.provider.EntityID, "sso_url": "https://login.microsoftonline.com/6b1f/saml2", "enabled": true,
			"create_users": true, "allow_idp_initiated": true, "grantable_roles": []string{"ServiceDeskAnalyst"},
			"rules": []map[string]any{{"claim": groups, "operator": "equals", "values": []string{"analysts"}, "role": "ServiceDeskAnalyst", "team": "Service Desk"},
				{"claim": groups, "operator": "in_list", "values": []string{"Admin"}, "team": "Nobody"}}}
		f.admin(t, http.MethodPut, "/identity-providers/"+f.id, settings, http.StatusOK)
		person := ""
		sign := func(values ...string) []any {
			t.Helper()
			m := f.aim("").Message()
			m.Attributes = slices.DeleteFunc(m.Attributes, func(a samltest.Attribute) bool { return a.Name == groups })
			if len(values) > 0 && values[0] == "overage" {
				m.Attributes = append(m.Attributes, samltest.Attribute{Name: "http://schemas.microsoft.com/claims/groups.link", Values: []string{"https://graph.windows.net/x"}})
			} else if len(values) > 0 {
				m.Attributes = append(m.Attributes, samltest.Attribute{Name: groups, Values: values})
			}
			text := samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned)
			if a := f.post(t, samltest.Post(text, ""), ""); a.Status != http.StatusSeeOther {
				t.Fatalf("%v: %d %s", values, a.Status, f.lastAttempt(t))
			}
			if person == "" {
				person = f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows()[0]["RecId"].(string)
			}
			roles := []any{}
			for _, one := range f.admin(t, http.MethodGet, "/people/"+person+"/roles", nil, http.StatusOK)["items"].([]any) {
				roles = append(roles, one.(map[string]any)["name"])
			}
			return roles
		}
		has := func(roles []any, name string) bool { return strings.Contains(fmt.Sprint(roles), name) }
		if r := sign("strangers"); has(r, "Analyst") {
			t.Errorf("a group that no rule names gives %v", r)
		}
		if r := sign("analysts"); !has(r, "ServiceDeskAnalyst") || !has(r, "SelfService") {
			t.Errorf("the rule gives %v", r)
		}
		if r := sign("overage"); !has(r, "ServiceDeskAnalyst") {
			t.Errorf("too many groups to be named took away what was: %v", r)
		}
		if r := sign("Admin", "ServiceDeskAnalyst"); has(r, "Analyst") || has(r, "Admin") {
			t.Errorf("groups called like roles give %v", r)
		}
		f.admin(t, http.MethodPut, "/people/"+person+"/roles/ServiceDeskAnalyst", nil, http.StatusOK)
		if r := sign("analysts"); !has(r, "ServiceDeskAnalyst") {
			t.Errorf("%v", r)
		}
		if r := sign(); !has(r, "ServiceDeskAnalyst") {
			t.Errorf("what was given by hand is gone with the group: %v", r)
		}
		settings["rules"] = []map[string]any{{"claim": groups, "operator": "starts_with", "values": []string{"a"}, "role": "Admin"}}
		f.admin(t, http.MethodPut, "/identity-providers/"+f.id, settings, http.StatusBadRequest)
		settings["grantable_roles"] = []string{"Admin"}
		f.admin(t, http.MethodPut, "/identity-providers/"+f.id, settings, http.StatusBadRequest)
		settings["may_grant_admin"] = true
		f.admin(t, http.MethodPut, "/identity-providers/"+f.id, settings, http.StatusBadRequest) // not by the beginning of a name
	})
}

// TestProvisionedAndVouchedForAreOne has one person come by SCIM and by SAML, in either order, and ends the session by SCIM.
func TestProvisionedAndVouchedForAreOne(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		token := "Bearer " + f.admin(t, http.MethodPost, "/scim/tokens", map[string]any{"label": "Entra ID"}, http.StatusCreated)["token"].(string)
		scim := func(method, path, body string, status int) map[string]any {
			t.Helper()
			a, err := f.Request(method, "/scim/v2/"+path, map[string]string{"Authorization": token, "Content-Type": "application/scim+json"}, body)
			if err != nil || a.Status != status {
				t.Fatalf("%s %s: %v %d %s, want %d", method, path, err, a.Status, a.Body, status)
			}
			return a.JSON()
		}
		before := f.people(t)
		for i, first := range []string{"scim", "saml"} {
			objectID, login := fmt.Sprintf("6b1f3c1e-0000-4000-8000-00000000010%d", i), fmt.Sprintf("one%d@a.example", i)
			user := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":%q,"userName":%q,"active":true,"name":{"givenName":"One","familyName":"Person"},"emails":[{"type":"work","value":%[2]q,"primary":true}]}`, objectID, login)
			sign := func() string {
				t.Helper()
				to := f.aim("")
				to.NameID = login
				m := to.Message()
				for j, a := range m.Attributes {
					switch {
					case strings.HasSuffix(a.Name, "objectidentifier"):
						m.Attributes[j].Values = []string{objectID}
					case strings.HasSuffix(a.Name, "/name"), strings.HasSuffix(a.Name, "/emailaddress"):
						m.Attributes[j].Values = []string{login}
					}
				}
				text := samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned)
				arrived := f.post(t, samltest.Post(text, ""), "")
				if arrived.Status != http.StatusSeeOther {
					t.Fatalf("%s first: %d %s", first, arrived.Status, f.lastAttempt(t))
				}
				_, session := f.finish(t, arrived, "")
				return session
			}
			id, session := "", ""
			if first == "scim" {
				id = scim(http.MethodPost, "Users", user, http.StatusCreated)["id"].(string)
				session = sign()
			} else {
				session = sign()
				id = scim(http.MethodPost, "Users", user, http.StatusCreated)["id"].(string)
			}
			rows := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq '"+login+"'", f.key, "").Rows()
			if f.people(t) != before+i+1 || len(rows) != 1 || rows[0]["RecId"] != id {
				t.Fatalf("%s first: %d people more, %v, want %s", first, f.people(t)-before, rows, id)
			}
			if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, ""); me.Status != http.StatusOK {
				t.Errorf("%s first: the session does not live: %d", first, me.Status)
			}
			scim(http.MethodPatch, "Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}`, http.StatusOK)
			if me, _ := f.Request(http.MethodGet, "/api/me", map[string]string{"Cookie": session}, ""); me.Status != http.StatusUnauthorized {
				t.Errorf("%s first: the session lives on after the deactivation: %d", first, me.Status)
			}
		}
	})
}

// TestARuleLocksNobodyOut has a rule make the only administrator and stop saying so, and the provider be deleted.
func TestARuleLocksNobodyOut(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		const roles = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
		f.set(t, map[string]any{"grantable_roles": []string{"Admin", "ReportManager"}, "may_grant_admin": true, "rules": []map[string]any{
			{"claim": roles, "operator": "equals", "values": []string{"boss"}, "role": "Admin"}, {"claim": roles, "operator": "equals", "values": []string{"reports"}, "role": "ReportManager"}}})
		sign := func(values ...string) {
			t.Helper()
			m := f.aim("").Message()
			m.Attributes = slices.DeleteFunc(m.Attributes, func(a samltest.Attribute) bool { return a.Name == roles })
			if len(values) > 0 {
				m.Attributes = append(m.Attributes, samltest.Attribute{Name: roles, Values: values})
			}
			text := samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned)
			if a := f.post(t, samltest.Post(text, ""), ""); a.Status != http.StatusSeeOther {
				t.Fatalf("%v: %d %s", values, a.Status, f.lastAttempt(t))
			}
		}
		holds := func(person string) string {
			return fmt.Sprint(f.admin(t, http.MethodGet, "/people/"+person+"/roles", nil, http.StatusOK)["items"])
		}
		sign("boss", "reports")
		ada := f.Ask(t, http.MethodGet, employees+"?$filter=LoginID eq 'ada@a.example'", f.key, "").Rows()[0]["RecId"].(string)
		f.Run(t, "user", "disable", "admin")
		sign("reports")
		if got := holds(ada); !strings.Contains(got, "name:Admin") || !strings.Contains(got, "ReportManager") {
			t.Errorf("a rule took the last administrator's role: %s", got)
		}
		if trail := f.Ask(t, http.MethodGet, "/api/admin/v1/audit?action=role.keep", f.key, ""); !strings.Contains(string(trail.Body), "last_administrator") {
			t.Errorf("nobody is told: %s", trail.Body)
		}
		f.admin(t, http.MethodDelete, "/identity-providers/"+f.id, nil, http.StatusNoContent)
		if got := holds(ada); !strings.Contains(got, "name:Admin") || strings.Contains(got, "ReportManager") {
			t.Errorf("after the provider is gone: %s", got)
		}
	})
}
