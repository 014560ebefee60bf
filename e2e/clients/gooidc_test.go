package clients

import (
	"slices"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// A resource server of somebody else's verifies our access tokens with what discovery says.
func TestGoOIDC(t *testing.T) {
	issuer, ctx := variable(t, "ISSUER"), within(t)
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Introspection string   `json:"introspection_endpoint"`
		Revocation    string   `json:"revocation_endpoint"`
		Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := provider.Claims(&document); err != nil {
		t.Fatal(err)
	}
	if provider.Endpoint().TokenURL != variable(t, "AUTH_URL") || document.Introspection == "" || document.Revocation == "" {
		t.Errorf("discovery names %s, %+v", provider.Endpoint().TokenURL, document)
	}
	token, err := oauth2Config(t, oauth2.AuthStyleInHeader).Token(ctx)
	if err != nil {
		t.Fatal(err)
	}
	verified, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: issuer + "/api", SupportedSigningAlgs: []string{oidc.ES256}}).Verify(ctx, token.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		ClientID string   `json:"client_id"`
		Tenant   string   `json:"tid"`
		Scope    string   `json:"scope"`
		ID       string   `json:"jti"`
		Roles    []string `json:"roles"`
	}
	if err := verified.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if id := variable(t, "CLIENT_ID"); verified.Subject != id || claims.ClientID != id || claims.ID == "" || !strings.HasSuffix(issuer, "/"+claims.Tenant) {
		t.Errorf("the token is %+v of %s", claims, verified.Subject)
	}
	if scopes := strings.Fields(claims.Scope); !slices.Contains(scopes, "odata.read") || slices.Contains(scopes, "odata.write") {
		t.Errorf("without scope asked for, the token carries %q and not what only reads", claims.Scope)
	}
	t.Run("a changed token is refused", func(t *testing.T) {
		changed := []byte(token.AccessToken)
		changed[strings.IndexByte(token.AccessToken, '.')+10] ^= 1
		if _, err := provider.Verifier(&oidc.Config{SkipClientIDCheck: true}).Verify(ctx, string(changed)); err == nil {
			t.Error("a changed token counts")
		}
	})
}
