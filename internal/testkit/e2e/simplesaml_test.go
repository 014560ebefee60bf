package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

// Where Debian's package has SimpleSAMLphp's pages, and this repository its configuration.
const (
	simpleSAMLPages  = "/usr/share/simplesamlphp/www"
	simpleSAMLConfig = "../../../e2e/clients/simplesamlphp"
)

// The people of its authsources.php.
const (
	adaPassword   = "difference engine"
	zoePassword   = "größer & <schöner>"
	carolPassword = "a walk by the sea"
)

// simpleSAML is SimpleSAMLphp as an identity provider, as it is published, beside the running program.
type simpleSAML struct {
	*testkit.Server
	key    string // of an administrator here
	url    string // of SimpleSAMLphp, with a slash at the end
	folder string
	id     string         // of its record here
	ours   map[string]any // what we say of ourselves

	imported map[string]any // its record, as its metadata has it
}

// newSimpleSAML starts SimpleSAMLphp with a folder and keys of its own.
func newSimpleSAML(t *testing.T) *simpleSAML {
	t.Helper()
	php := testkit.Program(t, "php")
	if _, err := os.Stat(simpleSAMLPages); err != nil {
		testkit.Missing(t, "simplesamlphp is not installed")
	}
	s := &simpleSAML{folder: t.TempDir()}
	for _, name := range []string{"sessions", "temp"} {
		if err := os.Mkdir(filepath.Join(s.folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(php, filepath.Join(simpleSAMLConfig, "keys.php"), s.folder, "idp", "other").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s.options(t, nil, nil)
	s.serve(t, php)
	return s
}

// startSimpleSAML starts both and introduces each to the other by metadata.
func startSimpleSAML(t *testing.T, dsn string) *simpleSAML {
	t.Helper()
	s := newSimpleSAML(t)
	s.Server = testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--allow-private-outbound", "127.0.0.0/8", "--allow-private-outbound", "::1/128"}})
	s.key = "REST " + s.Key(t, "Admin")
	made := s.admin(t, http.MethodPost, "/identity-providers", map[string]any{"name": "SimpleSAMLphp", "create_users": true, "allow_idp_initiated": true}, http.StatusCreated)
	s.id = made["id"].(string)
	s.imported = s.admin(t, http.MethodPost, "/identity-providers/"+s.id+"/metadata", map[string]any{"url": s.url + "saml2/idp/metadata.php"}, http.StatusOK)
	s.set(t, nil)
	s.ours = s.admin(t, http.MethodGet, "/single-sign-on", nil, http.StatusOK)
	s.introduce(t, "/sso/metadata")
	return s
}

// introduce hands our metadata over.
func (s *simpleSAML) introduce(tb testing.TB, path string) {
	tb.Helper()
	a := s.Ask(tb, http.MethodGet, path, "", "")
	if a.Status != http.StatusOK {
		tb.Fatalf("%d %s", a.Status, a.Body)
	}
	if err := os.WriteFile(filepath.Join(s.folder, "sp.xml"), a.Body, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// options says what SimpleSAMLphp does for us, and by itself.
func (s *simpleSAML) options(tb testing.TB, sp, idp map[string]any) {
	tb.Helper()
	text, err := json.Marshal(map[string]any{"sp": sp, "idp": idp})
	if err == nil {
		err = os.WriteFile(filepath.Join(s.folder, "options.json"), text, 0o600)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// serve starts PHP's own web server on a free port.
func (s *simpleSAML) serve(t *testing.T, php string) {
	t.Helper()
	config, err := filepath.Abs(simpleSAMLConfig)
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	s.url = fmt.Sprintf("http://localhost:%d/", port)
	command := exec.Command(php, "-S", fmt.Sprintf("127.0.0.1:%d", port), "-t", simpleSAMLPages)
	command.Env = append(os.Environ(), "SIMPLESAMLPHP_CONFIG_DIR="+config, "IDP_FOLDER="+s.folder, "IDP_URL="+s.url)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	said, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	started, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for part := make([]byte, 4096); ; {
			n, err := said.Read(part)
			if before := log.Len(); n > 0 {
				log.Write(part[:n])
				if before == 0 {
					close(started) // its first line says that it listens, or why not
				}
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
		_ = command.Wait()
		if t.Failed() {
			t.Logf("SimpleSAMLphp says:\n%s", log.String())
		}
	})
	select {
	case <-started:
	case <-ended:
		t.Fatal("PHP's web server ended")
	case <-time.After(30 * time.Second):
		t.Fatal("PHP's web server does not start")
	}
}

// admin asks the administration API and wants a status.
func (s *simpleSAML) admin(tb testing.TB, method, path string, body any, status int) map[string]any {
	tb.Helper()
	f := federated{Server: s.Server, key: s.key}
	return f.admin(tb, method, path, body, status)
}

// set enables our record of SimpleSAMLphp with the settings of its metadata, and changes some.
func (s *simpleSAML) set(tb testing.TB, changes map[string]any) {
	tb.Helper()
	all := map[string]any{"enabled": true, "create_users": true, "allow_idp_initiated": true}
	for _, name := range []string{"name", "entity_id", "sso_url", "slo_url", "metadata_url", "mapping"} {
		all[name] = s.imported[name]
	}
	maps.Copy(all, changes)
	s.admin(tb, http.MethodPut, "/identity-providers/"+s.id, all, http.StatusOK)
}

// login is our address that begins a sign-in.
func (s *simpleSAML) login(to string) string {
	return s.Base + "/sso/" + s.id + "/login?return=" + url.QueryEscape(to)
}

// unsolicited is SimpleSAMLphp's address that begins one by itself.
func (s *simpleSAML) unsolicited(relay string) string {
	return s.url + "saml2/idp/SSOService.php?spentityid=" + url.QueryEscape(s.ours["identifier"].(string)) + "&RelayState=" + url.QueryEscape(relay)
}

// sign goes to an address, signs in where SimpleSAMLphp asks, sends what it hands over, and returns the page where that ends.
func (s *simpleSAML) sign(tb testing.TB, v *visitor, address, who, password string) page {
	tb.Helper()
	p := v.get(tb, address)
	if strings.Contains(p.URL.Path, "loginuserpass") {
		p = v.submit(tb, p, map[string]string{"username": who, "password": password})
	}
	if !strings.Contains(p.Body, "SAMLResponse") {
		tb.Fatalf("SimpleSAMLphp hands nothing over: %d %s %s", p.Status, p.URL, p.Body)
	}
	return v.submit(tb, p, nil)
}

// me is who a visitor is signed in as here; empty: nobody.
func (s *simpleSAML) me(tb testing.TB, v *visitor) (login string) {
	tb.Helper()
	p := v.get(tb, s.Base+"/api/me")
	if p.Status == http.StatusUnauthorized {
		return ""
	}
	var said struct{ Person struct{ Login string } }
	if err := json.Unmarshal([]byte(p.Body), &said); err != nil || p.Status != http.StatusOK {
		tb.Fatalf("%d %v %s", p.Status, err, p.Body)
	}
	return said.Person.Login
}

// lastAttempt is what the diagnostics say of the last one.
func (s *simpleSAML) lastAttempt(tb testing.TB) string {
	tb.Helper()
	f := federated{Server: s.Server, key: s.key, id: s.id}
	return f.lastAttempt(tb)
}

// person finds somebody by login.
func (s *simpleSAML) person(tb testing.TB, login string) map[string]any {
	tb.Helper()
	rows := s.Ask(tb, http.MethodGet, employees+"?$filter="+url.QueryEscape("LoginID eq '"+login+"'"), s.key, "").Rows()
	if len(rows) != 1 {
		tb.Fatalf("%d people are %s", len(rows), login)
	}
	return rows[0]
}

// ends checks where a sign-in has ended, and as whom.
func (s *simpleSAML) ends(tb testing.TB, v *visitor, p page, to, login string) {
	tb.Helper()
	if got := p.URL.RequestURI(); got != to || p.URL.Scheme+"://"+p.URL.Host != s.Base {
		tb.Errorf("it ends at %s and not at %s: %d %.300s (%s)", p.URL, to, p.Status, p.Body, s.lastAttempt(tb))
	}
	if got := s.me(tb, v); got != login {
		tb.Errorf("signed in is %q and not %q (%s)", got, login, s.lastAttempt(tb))
	}
}

// refuses checks that nobody gets in, and that administrators are told why.
func (s *simpleSAML) refuses(tb testing.TB, v *visitor, p page, code, says string) {
	tb.Helper()
	if p.Status != http.StatusForbidden || s.me(tb, v) != "" {
		tb.Errorf("%d %s", p.Status, p.Body)
	}
	if got := s.lastAttempt(tb); !strings.HasPrefix(got, code+" ") || !strings.Contains(got, says) {
		tb.Errorf("the diagnostics say %q, and not %s with %q", got, code, says)
	}
}

// TestSimpleSAMLphp signs people in and out by way of an identity provider that shares no code with the program.
func TestSimpleSAMLphp(t *testing.T) {
	if testing.Short() {
		t.Skip("the identity provider is a process of its own, which no race detector sees")
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := startSimpleSAML(t, dsn)
		for _, one := range []struct {
			name string
			test func(*testing.T, *simpleSAML)
		}{
			{"we begin", simpleWeBegin}, {"it begins", simpleItBegins}, {"somebody registered", simpleRegistered}, {"what is signed", simpleLayouts},
			{"encrypted", simpleEncrypted}, {"refused", simpleRefused}, {"a new certificate", simpleRollover}, {"signing out here", simpleLogoutHere},
			{"signing out there", simpleLogoutThere}, {"signed requests", simpleSignedRequests}, {"the password again", simpleForce},
		} {
			t.Run(one.name, func(t *testing.T) {
				defer func() { s.options(t, nil, nil); s.set(t, nil) }()
				one.test(t, s)
			})
		}
	})
}

func simpleWeBegin(t *testing.T, s *simpleSAML) {
	v := newVisitor(t)
	const deep = "/desk/incidents?q=a%26b%20c&view=mine"
	p := v.get(t, s.login(deep))
	wrong := v.submit(t, p, map[string]string{"username": "ada", "password": "wrong"})
	if wrong.URL.Host == strings.TrimPrefix(s.Base, "http://") || s.me(t, v) != "" {
		t.Fatalf("a wrong password leads to %s", wrong.URL)
	}
	handed := v.submit(t, wrong, map[string]string{"username": "ada", "password": adaPassword})
	s.ends(t, v, v.submit(t, handed, nil), deep, "ada")
	ada := s.person(t, "ada")
	if ada["FirstName"] != "Ada" || ada["LastName"] != "Lovelace" || ada["PrimaryEmail"] != "ada@simple.example" || ada["IsExternalAuth"] != true {
		t.Errorf("she is %v", ada)
	}
	if p := v.submit(t, handed, nil); p.Status != http.StatusForbidden {
		t.Errorf("the same form again: %d %s", p.Status, p.URL)
	}
	s.ends(t, v, s.sign(t, v, s.login("/admin"), "ada", adaPassword), "/admin", "ada") // known there and here
	z := newVisitor(t)
	s.ends(t, z, s.sign(t, z, s.login("https://evil.example/"), "zoe", zoePassword), "/", "zoe")
	if zoe := s.person(t, "zoe"); zoe["FirstName"] != `Zoë "Zo" & <Co>` || zoe["LastName"] != "O'Brïen" {
		t.Errorf("she is %v", zoe)
	}
	if got := s.person(t, "ada"); got["RecId"] != ada["RecId"] {
		t.Errorf("she is another now: %v", got)
	}
}

func simpleItBegins(t *testing.T, s *simpleSAML) {
	v := newVisitor(t)
	s.ends(t, v, s.sign(t, v, s.unsolicited("https://evil.example/"), "ada", adaPassword), "/", "ada")
	if a := s.lastAttempt(t); !strings.HasPrefix(a, "signed_in") {
		t.Error(a)
	}
	s.set(t, map[string]any{"allow_idp_initiated": false})
	v = newVisitor(t)
	s.refuses(t, v, s.sign(t, v, s.unsolicited("x"), "ada", adaPassword), "idp_initiated_not_allowed", "")
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada") // the other way goes on
}

func simpleRegistered(t *testing.T, s *simpleSAML) {
	s.set(t, map[string]any{"create_users": false})
	s.options(t, map[string]any{"authproc": []any{map[string]any{"class": "saml:AttributeNameID", "attribute": "uid", "Format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"}},
		"NameIDFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"}, nil)
	v := newVisitor(t)
	s.refuses(t, v, s.sign(t, v, s.unsolicited("x"), "ada", adaPassword), "email_conflict", "linking by e-mail is off")
	nobody := newVisitor(t)
	s.refuses(t, nobody, s.sign(t, nobody, s.unsolicited("x"), "carol", carolPassword), "jit_off", "")
	made := s.Ask(t, http.MethodPost, employees, s.key, `{"LoginID":"countess","LastName":"King","Status":"Active"}`)
	if made.Status != http.StatusCreated {
		t.Fatal(string(made.Body))
	}
	s.admin(t, http.MethodPut, "/people/"+made.JSON()["RecId"].(string)+"/roles/SelfService", nil, http.StatusOK)
	s.admin(t, http.MethodPost, "/identity-providers/"+s.id+"/identities", map[string]any{"subject_kind": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "subject": "ada", "person": "countess"}, http.StatusCreated)
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "countess")
}

func simpleLayouts(t *testing.T, s *simpleSAML) {
	for name, options := range map[string]map[string]any{
		"the response":  {"saml20.sign.response": true, "saml20.sign.assertion": false},
		"the assertion": {"saml20.sign.response": false, "saml20.sign.assertion": true},
		"both":          {"saml20.sign.response": true, "saml20.sign.assertion": true},
		"both, SHA-512": {"signature.algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"},
	} {
		s.options(t, options, nil)
		v := newVisitor(t)
		if p := s.sign(t, v, s.login("/desk"), "ada", adaPassword); p.URL.Path != "/desk" {
			t.Errorf("%s, we begin: %d %s %s", name, p.Status, p.URL, s.lastAttempt(t))
		}
		v = newVisitor(t)
		if p := s.sign(t, v, s.unsolicited("x"), "ada", adaPassword); p.URL.Path != "/" || s.me(t, v) != "ada" {
			t.Errorf("%s, it begins: %d %s %s", name, p.Status, p.URL, s.lastAttempt(t))
		}
	}
}

// simpleEncrypted: SimpleSAMLphp 1.19 encrypts with AES-CBC, and cannot otherwise.
func simpleEncrypted(t *testing.T, s *simpleSAML) {
	both := map[string]any{"assertion.encryption": true, "saml20.sign.response": true, "saml20.sign.assertion": true}
	s.options(t, both, nil)
	v := newVisitor(t)
	s.refuses(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "encryption_cbc", "AES-CBC is accepted only where the record allows it and the response is signed")
	s.set(t, map[string]any{"allow_cbc": true, "want_encrypted": true})
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
	both["saml20.sign.assertion"] = false
	s.options(t, both, nil)
	v = newVisitor(t)
	s.ends(t, v, s.sign(t, v, s.unsolicited("x"), "ada", adaPassword), "/", "ada")
	s.options(t, map[string]any{"assertion.encryption": true, "saml20.sign.response": false, "saml20.sign.assertion": true}, nil)
	v = newVisitor(t)
	s.refuses(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "encryption_cbc", "")
	s.options(t, nil, nil)
	v = newVisitor(t)
	s.refuses(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "encryption_required", "")

	s.admin(t, http.MethodPost, "/saml-keys", map[string]any{"purpose": "encryption"}, http.StatusOK)
	both["saml20.sign.assertion"] = true
	s.options(t, both, nil)
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada") // with the key before
	s.introduce(t, "/sso/metadata")
	v = newVisitor(t)
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada") // with the new one
}

func simpleRefused(t *testing.T, s *simpleSAML) {
	for name, c := range map[string]struct {
		sp, idp    map[string]any
		code, says string
	}{
		"another certificate": {idp: map[string]any{"privatekey": "other.key", "certificate": "other.crt"}, code: "certificate_unknown", says: "not among the trusted"},
		"another key":         {idp: map[string]any{"privatekey": "other.key"}, code: "signature_invalid"},
		"SHA-1":               {sp: map[string]any{"signature.algorithm": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}, code: "algorithm_forbidden", says: "choose SHA-256"},
		"nothing signed":      {sp: map[string]any{"saml20.sign.response": false, "saml20.sign.assertion": false}, code: "signature_missing"},
		"another audience":    {sp: map[string]any{"audience": []string{"https://elsewhere.example/"}}, code: ""},
	} {
		s.options(t, c.sp, c.idp)
		v := newVisitor(t)
		p := s.sign(t, v, s.login("/desk"), "ada", adaPassword)
		if c.code == "" {
			s.ends(t, v, p, "/desk", "ada") // ours stands among them, or SimpleSAMLphp would not be talking to us
			continue
		}
		t.Run(name, func(t *testing.T) { s.refuses(t, v, p, c.code, c.says) })
	}
}

func simpleRollover(t *testing.T, s *simpleSAML) {
	s.options(t, nil, map[string]any{"new_privatekey": "other.key", "new_certificate": "other.crt"})
	s.admin(t, http.MethodPost, "/identity-providers/"+s.id+"/metadata/refresh", nil, http.StatusOK)
	v := newVisitor(t)
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
	s.options(t, nil, map[string]any{"privatekey": "other.key", "certificate": "other.crt"})
	v = newVisitor(t)
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
	shown := s.admin(t, http.MethodPost, "/identity-providers/"+s.id+"/metadata/refresh", nil, http.StatusOK)
	if all := shown["certificates"].([]any); len(all) != 1 {
		t.Errorf("%d certificates count", len(all))
	}
	s.options(t, nil, nil)
	s.admin(t, http.MethodPost, "/identity-providers/"+s.id+"/metadata/refresh", nil, http.StatusOK)
}

// signOut does as the web app's button, and follows to where it is sent.
func (s *simpleSAML) signOut(tb testing.TB, v *visitor) page {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, s.Base+"/logout", nil)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := v.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var said struct{ Location string }
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, json.Unmarshal(text, &said)); err != nil || said.Location == "" {
		tb.Fatalf("%v %d %s", err, answer.StatusCode, text)
	}
	to, err := answer.Request.URL.Parse(said.Location)
	if err != nil {
		tb.Fatal(err)
	}
	return v.get(tb, to.String())
}

// asksAgain checks that SimpleSAMLphp knows a visitor no longer.
func (s *simpleSAML) asksAgain(tb testing.TB, v *visitor) {
	tb.Helper()
	if p := v.get(tb, s.login("/desk")); !strings.Contains(p.URL.Path, "loginuserpass") {
		tb.Errorf("its session lives on: %s", p.URL)
	}
}

func simpleLogoutHere(t *testing.T, s *simpleSAML) {
	for _, metadata := range []string{"/sso/metadata", "/sso/" + s.id + "/metadata"} {
		for _, signed := range []bool{false, true} {
			s.introduce(t, metadata)
			s.options(t, map[string]any{"sign.logout": signed, "validate.logout": true}, map[string]any{"validate.logout": true})
			v := newVisitor(t)
			s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
			p := s.signOut(t, v)
			if p.URL.Path != "/login" || p.URL.Host != strings.TrimPrefix(s.Base, "http://") || s.me(t, v) != "" {
				t.Errorf("%s, signed %t: signing out leads to %s: %d %.500s", metadata, signed, p.URL, p.Status, p.Body)
			}
			s.asksAgain(t, v)
		}
	}
	s.introduce(t, "/sso/metadata")
	v := newVisitor(t)
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
	s.set(t, map[string]any{"slo_url": "", "logout_page": s.url + "logout.php"})
	if p := s.signOut(t, v); p.URL.Path != "/logout.php" || s.me(t, v) != "" {
		t.Errorf("%s", p.URL)
	}
}

func simpleLogoutThere(t *testing.T, s *simpleSAML) {
	out := s.url + "saml2/idp/initSLO.php?RelayState=" + url.QueryEscape(s.url+"logout.php")
	for _, metadata := range []string{"/sso/metadata", "/sso/" + s.id + "/metadata"} {
		s.introduce(t, metadata)
		for _, signed := range []bool{false, true} {
			s.options(t, map[string]any{"sign.logout": signed, "validate.logout": true}, nil)
			v, other := newVisitor(t), newVisitor(t)
			s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
			s.ends(t, other, s.sign(t, other, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
			p := v.get(t, out)
			if p.URL.Path != "/logout.php" || s.me(t, v) != "" {
				t.Errorf("%s, signed %t: signing out there leads to %s, and %q is still signed in: %d %.500s", metadata, signed, p.URL, s.me(t, v), p.Status, p.Body)
			}
			s.asksAgain(t, v)
			if s.me(t, other) != "ada" {
				t.Errorf("signed %t: a session of another browser, which was not named, has ended", signed)
			}
		}
	}
	s.introduce(t, "/sso/metadata")
	v := newVisitor(t)
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
	s.options(t, map[string]any{"sign.logout": true}, map[string]any{"privatekey": "other.key", "certificate": "other.crt"})
	if p := v.get(t, out); p.Status != http.StatusForbidden || s.me(t, v) != "ada" {
		t.Errorf("a logout that somebody else has signed: %d %s, signed in is %q", p.Status, p.URL, s.me(t, v))
	}
}

func simpleSignedRequests(t *testing.T, s *simpleSAML) {
	s.set(t, map[string]any{"sign_requests": true})
	for _, metadata := range []string{"/sso/metadata", "/sso/" + s.id + "/metadata"} {
		s.introduce(t, metadata)
		s.options(t, nil, map[string]any{"validate.authnrequest": true})
		v := newVisitor(t)
		s.ends(t, v, s.sign(t, v, s.login("/desk?a=b&c=d"), "ada", adaPassword), "/desk?a=b&c=d", "ada")
	}
	s.options(t, map[string]any{"validate.authnrequest": true}, nil)
	s.set(t, map[string]any{"sign_requests": false})
	v := newVisitor(t)
	if p := v.get(t, s.login("/desk")); strings.Contains(p.URL.Path, "loginuserpass") {
		t.Error("SimpleSAMLphp does not look at signatures: the test shows nothing")
	}
	s.introduce(t, "/sso/metadata")
}

func simpleForce(t *testing.T, s *simpleSAML) {
	v := newVisitor(t)
	s.ends(t, v, s.sign(t, v, s.login("/desk"), "ada", adaPassword), "/desk", "ada")
	s.set(t, map[string]any{"force_authn": true})
	s.asksAgain(t, v)
}
