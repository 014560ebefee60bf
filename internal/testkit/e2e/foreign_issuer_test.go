package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/testkit"
)

const foreignAudience = "api://provost"

// foreignIssuer is node-oidc-provider as an issuer of tokens that are not Provost's.
type foreignIssuer struct {
	*http.Client
	address string
	alg     jose.SignatureAlgorithm
	forger  any // private key that is not the issuer's
}

// Tokens of another issuer open the API for the person they are linked to, while that issuer replaces its keys and strangers
// name keys that do not exist.
func TestForeignIssuer(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes more than a minute, in which keys may be fetched once")
	}
	t.Parallel()
	node := testkit.Program(t, "node")
	dir := t.TempDir()
	certificate, key := testkit.SelfSigned(t, dir)
	s := testkit.Start(t, testkit.Options{Args: []string{"--allow-private-outbound", "127.0.0.0/8"}, Env: []string{"SSL_CERT_FILE=" + certificate}})
	t.Cleanup(func() { erase(t, s) })
	s.Run(t, "user", "create", "foreign.agent", "--role", "ServiceDeskAnalyst")
	for _, alg := range []jose.SignatureAlgorithm{jose.ES256, jose.RS256} {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			f := startForeignIssuer(t, node, alg, certificate, key)
			name := "foreign " + string(alg)
			s.Run(t, "issuer", "create", name, "--issuer", f.address, "--audience", foreignAudience)
			if status := call(t, s, f.token(t)); status != http.StatusUnauthorized {
				t.Errorf("a token of nobody in particular is answered %d", status)
			}
			s.Run(t, "issuer", "link", name, "--person", "foreign.agent", "--sub", "foreign-client")
			began := time.Now()
			old := f.token(t)
			f.whileCalling(t, s, old, 5*time.Second) // the link counts everywhere after a moment
			// Keys may be fetched once a minute. After that one that nobody has seen is fetched when the first token names it.
			calls, refused := f.whileCalling(t, s, old, time.Until(began.Add(61*time.Second)))
			f.control(t, http.MethodPost, "rotate")
			fresh := f.token(t)
			for _, token := range []string{fresh, old, fresh, f.token(t)} {
				if calls++; call(t, s, token) != http.StatusOK {
					refused++
				}
			}
			if refused > 0 || calls < 100 {
				t.Errorf("%d of %d calls were refused while the keys were replaced", refused, calls)
			}
			before, from := f.fetches(t), time.Now()
			for range 1000 {
				if status := call(t, s, f.forged(t)); status != http.StatusUnauthorized {
					t.Fatalf("a token of a key that does not exist is answered %d", status)
				}
			}
			if most := before + 1 + int(time.Since(from)/time.Minute); f.fetches(t) > most {
				t.Errorf("1000 keys that do not exist had the keys fetched %d times", f.fetches(t)-before)
			}
			if status := call(t, s, fresh); status != http.StatusOK {
				t.Errorf("after that a good token is answered %d", status)
			}
		})
	}
}

// call asks for an incident with a token and returns the status.
func call(t *testing.T, s *testkit.Server, token string) int {
	t.Helper()
	a, err := s.Request(http.MethodGet, incidents+"?$top=1", map[string]string{"Authorization": "Bearer " + token}, "")
	if err != nil {
		t.Fatal(err)
	}
	return a.Status
}

// whileCalling calls with a token ten times a second until the time is over, and says how often, and how often that was refused.
func (f *foreignIssuer) whileCalling(t *testing.T, s *testkit.Server, token string, d time.Duration) (calls, refused int) {
	t.Helper()
	ended := time.After(d)
	pace := time.NewTicker(100 * time.Millisecond)
	defer pace.Stop()
	for {
		select {
		case <-pace.C:
			if calls++; call(t, s, token) != http.StatusOK {
				refused++
			}
		case <-ended:
			return calls, refused
		}
	}
}

func startForeignIssuer(t *testing.T, node string, alg jose.SignatureAlgorithm, certificate, key string) *foreignIssuer {
	t.Helper()
	if _, err := os.Stat(clientsFolder + "/node_modules"); err != nil {
		testkit.Missing(t, "the packages of e2e/clients are not installed: make clients")
	}
	text, err := os.ReadFile(certificate)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	f := &foreignIssuer{alg: alg, Client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}}}
	t.Cleanup(f.CloseIdleConnections)
	if f.forger, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); alg == jose.RS256 {
		f.forger, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.address = startOutside(t, exec.Command(node, "foreign-issuer.mjs", string(alg), certificate, key), "https://")
	return f
}

// token gets an access token.
func (f *foreignIssuer) token(t *testing.T) string {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {foreignAudience}, "scope": {"tickets"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.address+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("foreign-client", url.QueryEscape("the secret of the foreign client"))
	answer, err := f.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || got.Token == "" {
		t.Fatalf("the foreign issuer answers %d, %v", answer.StatusCode, err)
	}
	return got.Token
}

// control asks one of the questions of foreign-issuer.mjs.
func (f *foreignIssuer) control(t *testing.T, method, what string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.address+"/control/"+what, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := f.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", what, answer.StatusCode, err)
	}
	return string(body)
}

// fetches is how often the keys were fetched.
func (f *foreignIssuer) fetches(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(f.control(t, http.MethodGet, "fetches"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// forged is a token that would count, were its key the issuer's.
func (f *foreignIssuer) forged(t *testing.T) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithType("at+jwt").WithHeader("kid", rand.Text())
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: f.alg, Key: f.forger}, options)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	signed, err := signer.Sign(fmt.Appendf(nil, `{"iss":%q,"sub":"foreign-client","client_id":"foreign-client","aud":%q,"scope":"tickets","jti":%q,"iat":%d,"exp":%d}`,
		f.address, foreignAudience, rand.Text(), now, now+600))
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
