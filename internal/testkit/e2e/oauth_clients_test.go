package e2e_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// clientsFolder holds the clients, their versions pinned: Go in a module of its own, Node.js with a lock file, curl.
const clientsFolder = "../../../e2e/clients"

// oauthClients are all of them: a test of the Go module, a file of Node.js or of the shell. The ones that are main are run on PostgreSQL
// too: between them they use every route.
var oauthClients = []struct {
	name, test string
	main       bool
}{
	{"golang.org x oauth2", "TestOAuth2", true},
	{"azidentity", "TestAzidentity", false},
	{"go-oidc", "TestGoOIDC", true},
	{"msal-node", "msal-node.test.mjs", false},
	{"openid-client", "openid-client.test.mjs", true},
	{"oauth4webapi", "oauth4webapi.test.mjs", false},
	{"simple-oauth2", "simple-oauth2.test.mjs", false},
	{"badgateway oauth2-client", "badgateway.test.mjs", false},
	{"curl", "curl.sh", false},
}

// Every client of spec/trust.md section 18 gets tokens from the program over TLS and uses them.
func TestOAuthClients(t *testing.T) {
	if testing.Short() {
		t.Skip("the clients are processes of their own, which no race detector sees")
	}
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			dsn := ""
			if engine == "postgres" {
				dsn = pgtest.DSN(t)
			}
			environment := clientEnvironment(t, dsn)
			for _, c := range oauthClients {
				if !c.main && engine == "postgres" {
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
					defer cancel()
					command := clientCommand(ctx, t, c.test)
					command.Dir = clientsFolder
					command.Env = append(os.Environ(), environment...)
					if out, err := command.CombinedOutput(); err != nil {
						t.Errorf("%s: %v\n%s", c.test, err, out)
					}
				})
			}
		})
	}
}

// clientEnvironment starts the program, makes the registrations, and returns what e2e/clients/doc.go promises its tests.
func clientEnvironment(t *testing.T, dsn string) []string {
	t.Helper()
	dir := t.TempDir()
	certificate, key := testkit.SelfSigned(t, dir)
	s := testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--tls-cert", certificate, "--tls-key", key}})
	t.Cleanup(func() { erase(t, s) })
	private, public := clientKey(t, dir)
	create := []string{"registration", "create", "--type", "custom", "--role", "ServiceDeskAnalyst", "--scope", "data.read", "--scope", "odata.read"}
	secret := s.Run(t, append(slices.Clone(create), "--scope", "odata.write", "--scope", "token.introspect", "--description", "client matrix")...)
	keyed := s.Run(t, append(slices.Clone(create), "--key", public)...)
	address := secret["auth_url"].(string)
	issuer := strings.TrimSuffix(address, "/connect/token")
	if issuer == address || !strings.HasPrefix(issuer, s.Base+"/") {
		t.Fatalf("the Auth URL is %s, the server's %s", address, s.Base)
	}
	absolute, err := filepath.Abs(certificate)
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"AUTH_URL=" + address, "ISSUER=" + issuer, "BASE_URL=" + s.Base,
		"CLIENT_ID=" + secret["client_id"].(string), "CLIENT_SECRET=" + secret["client_secret"].(string),
		"KEY_CLIENT_ID=" + keyed["client_id"].(string), "KEY_FILE=" + private,
		"SSL_CERT_FILE=" + absolute, "NODE_EXTRA_CA_CERTS=" + absolute,
	}
}

// clientCommand returns what runs one client's test.
func clientCommand(ctx context.Context, t *testing.T, test string) *exec.Cmd {
	t.Helper()
	switch filepath.Ext(test) {
	case ".mjs":
		node := testkit.Program(t, "node")
		if _, err := os.Stat(filepath.Join(clientsFolder, "node_modules")); err != nil {
			testkit.Missing(t, "the packages of e2e/clients are not installed: make clients")
		}
		return exec.CommandContext(ctx, node, "--test", "--test-reporter=spec", test)
	case ".sh":
		return exec.CommandContext(ctx, testkit.Program(t, "sh"), test)
	}
	binary, err := goClients()
	if err != nil {
		testkit.Missing(t, "the Go clients cannot be built: "+err.Error())
	}
	return exec.CommandContext(ctx, binary, "-test.run=^"+test+"$", "-test.v")
}

// goClients builds the tests of the Go module e2e/clients once.
var goClients = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "provost-clients-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "clients.test")
	command := exec.Command("go", "test", "-c", "-o", binary, ".")
	command.Dir = clientsFolder
	out, err := command.CombinedOutput()
	if err != nil {
		err = errors.Join(err, errors.New(string(out)))
	}
	return binary, err
})

// clientKey writes the key of a client, for itself and for its registration.
func clientKey(t *testing.T, dir string) (private, public string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk := jose.JSONWebKey{Key: key, KeyID: "client-matrix", Algorithm: string(jose.ES256), Use: "sig"}
	private, public = filepath.Join(dir, "private.jwk"), filepath.Join(dir, "public.jwk")
	for name, k := range map[string]jose.JSONWebKey{private: jwk, public: jwk.Public()} {
		text, err := k.MarshalJSON()
		if err == nil {
			err = os.WriteFile(name, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return private, public
}
