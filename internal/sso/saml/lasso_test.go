package saml_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// theirs is the metadata of the provider that lasso is.
func theirs(idp saml.IdentityProvider) string {
	certificate := base64.StdEncoding.EncodeToString(provider().Certificate.Raw)
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + idp.EntityID + `"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + certificate + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>` +
		`<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + idp.SLOURL + `"/>` +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + idp.SSOURL + `"/></IDPSSODescriptor></EntityDescriptor>`
}

// Lasso takes our metadata and our signed request, and we take its response; the same with logout, both ways.
func TestConversationWithLasso(t *testing.T) {
	for _, c := range []struct {
		algorithm    string
		want, logout saml.Code
	}{
		{algorithm: "RSA_SHA256"},
		{algorithm: "RSA_SHA1", want: "algorithm_forbidden", logout: "algorithm_forbidden"},
	} {
		at, us := time.Now(), service()
		us.EncryptionKeys = nil // lasso would encrypt, and with CBC
		idp := provider().Record()
		idp.SignRequests = true
		request, err := saml.NewAuthnRequest(idp, us, saml.AuthnOptions{RelayState: "handle"}, at)
		if err != nil {
			t.Fatal(err)
		}
		goodbye, err := saml.NewLogoutRequest(idp, us, saml.LogoutSession{NameID: saml.NameID{Value: "ada@a.example"}}, "theirs", at)
		if err != nil {
			t.Fatal(err)
		}
		ask := files(t, us)
		own := filepath.Join(t.TempDir(), "idp.xml")
		if err := os.WriteFile(own, []byte(theirs(idp)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, query, _ := strings.Cut(request.URL, "?")
		ask["own"], ask["entity"], ask["query"], ask["name_id"], ask["algorithm"] = own, us.EntityID, query, "ada@a.example", c.algorithm
		_, ask["logout"], _ = strings.Cut(goodbye.URL, "?")
		ask["now"], ask["end"] = samltest.At(at), samltest.At(at.Add(5*time.Minute))
		var answer struct {
			Response string `json:"response"`
			Request  string `json:"logout_request"`
			Answer   string `json:"logout_response"`
		}
		if err := json.Unmarshal(python(t, "lasso", "lasso_idp.py", ask), &answer); err != nil {
			t.Fatal(err)
		}
		got, err := take(answer.Response, idp, us, request.ID, at)
		if reason(t, err) != c.want {
			t.Errorf("%s: %v", c.algorithm, err)
		} else if err == nil && (got.NameID.Value != "ada@a.example" || got.RequestID != request.ID) {
			t.Errorf("%+v", got)
		}
		asked, err := receiveLogout(answer.Request, idp, us, at)
		if reason(t, err) != c.logout {
			t.Errorf("%s: logout: %v", c.algorithm, err)
		} else if err == nil && (!asked.Signed || asked.NameID.Value != "ada@a.example") {
			t.Errorf("%+v", asked)
		}
		answered, err := receiveLogout(answer.Answer, idp, us, at)
		if reason(t, err) != c.logout {
			t.Errorf("%s: answer to logout: %v", c.algorithm, err)
		} else if err == nil && (!answered.Signed || !answered.Answer || answered.InResponseTo != goodbye.ID) {
			t.Errorf("%+v", answered)
		}
	}
}

// take reads a form field.
func take(field string, idp saml.IdentityProvider, us saml.ServiceProvider, request string, at time.Time) (*saml.SignIn, error) {
	document, err := base64.StdEncoding.DecodeString(field)
	if err != nil {
		return nil, err
	}
	response, err := saml.ParseResponse(document)
	if err != nil {
		return nil, err
	}
	return response.Accept(idp, us, request, at)
}

func receiveLogout(address string, idp saml.IdentityProvider, us saml.ServiceProvider, at time.Time) (*saml.Logout, error) {
	_, query, _ := strings.Cut(address, "?")
	m, err := saml.ParseLogout(query)
	if err != nil {
		return nil, err
	}
	return m.Accept(idp, us, at)
}
