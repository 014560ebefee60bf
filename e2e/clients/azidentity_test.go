package clients

import (
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// The client credential of Azure SDKs with an authority of our own: it reads /{t}/v2.0/.well-known/openid-configuration
// and asks for openid, offline_access and profile too.
func TestAzidentity(t *testing.T) {
	issuer := variable(t, "ISSUER")
	authority, tenant := issuer[:strings.LastIndexByte(issuer, '/')], issuer[strings.LastIndexByte(issuer, '/')+1:]
	credential := func(secret string) *azidentity.ClientSecretCredential {
		c, err := azidentity.NewClientSecretCredential(tenant, variable(t, "CLIENT_ID"), secret, &azidentity.ClientSecretCredentialOptions{
			ClientOptions:            azcore.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: authority}, Retry: policy.RetryOptions{MaxRetries: -1}},
			DisableInstanceDiscovery: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, scope := range map[string]string{
		"all granted scopes of an API by /.default": issuer + "/api/.default", "a scope by its name": "odata.read",
	} {
		t.Run(name, func(t *testing.T) {
			token, err := credential(variable(t, "CLIENT_SECRET")).GetToken(within(t), policy.TokenRequestOptions{Scopes: []string{scope}})
			if err != nil {
				t.Fatal(err)
			}
			opens(t, http.DefaultClient, token.Token)
		})
	}
	t.Run("a wrong secret is named as such", func(t *testing.T) {
		_, err := credential("wrong").GetToken(within(t), policy.TokenRequestOptions{Scopes: []string{"odata.read"}})
		if err == nil || !strings.Contains(err.Error(), "invalid_client") {
			t.Errorf("answered %v", err)
		}
	})
}
