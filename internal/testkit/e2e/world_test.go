package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const (
	employees = "/api/odata/businessobject/employees"
	password  = "correct horse battery staple"
)

// placement says where the databases of two tenants of one server lie.
type placement struct {
	name            string
	control, second bool // on PostgreSQL; the first tenant lies beside the control database
}

var placements = []placement{
	{"each SQLite", false, false},
	{"each PostgreSQL", true, true},
	{"SQLite and PostgreSQL", false, true},
	{"PostgreSQL and SQLite", true, false},
}

// party is a tenant with its people, records and credentials.
type party struct {
	client
	name     string
	word     string // stands in records of this tenant alone
	session  string // of its administrator
	token    string // of an app registration with all scopes
	incident string // RecId
	number   string
	person   string // RecId of an employee
	offering string // RecId of a published offering, whose subscription it is too
	question string // RecId of its parameter
}

// authorizations are all forms in which the tenant's credentials are sent.
func (p *party) authorizations() map[string]http.Header {
	of := func(v string) http.Header { return http.Header{"Authorization": {v}} }
	return map[string]http.Header{
		"rest_api_key=KEY": of("rest_api_key=" + p.key), "rest_api_key={KEY}": of("rest_api_key={" + p.key + "}"),
		"REST KEY": of("REST " + p.key), "bare KEY": of(p.key), "Bearer KEY": of("Bearer " + p.key),
		"session": of(p.session), "Bearer session": of("Bearer " + p.session), "quoted session": of(`"` + p.session + `"`),
		"cookie SID": {"Cookie": {"SID=" + p.session}}, "Bearer token": of("Bearer " + p.token), "bare token": of(p.token),
	}
}

// send makes a request to a host with the headers given.
func send(tb testing.TB, s *testkit.Server, host, method, path string, header http.Header, body string) testkit.Answer {
	tb.Helper()
	all := map[string]string{"Host": host}
	for name := range header {
		all[name] = header.Get(name)
	}
	a, err := s.Request(method, path, all, body)
	if err != nil {
		tb.Fatalf("%s %s at %s: %v", method, path, host, err)
	}
	return a
}

// twoTenants starts a server with the tenants default, at localhost, and beta, at beta.test.
func twoTenants(t *testing.T, at placement) (s *testkit.Server, first, second *party) {
	t.Helper()
	o := testkit.Options{}
	if at.control {
		o.DSN = pgtest.DSN(t)
	}
	s = testkit.Start(t, o)
	create := []string{"tenant", "create", "beta", "--host", "beta.test"}
	switch {
	case at.second && !at.control:
		create = append(create, "--dsn", pgtest.DSN(t))
	case at.control && !at.second:
		create = append(create, "--dsn", "sqlite:"+filepath.Join(t.TempDir(), "beta.db"))
	}
	s.Run(t, create...)
	t.Cleanup(func() { erase(t, s) })
	return s, furnish(t, s, "default", "localhost", "quartz"), furnish(t, s, "beta", "beta.test", "zephyr")
}

// erase deletes all tenants: their databases lie on a server that others use too.
func erase(tb testing.TB, s *testkit.Server) {
	tb.Helper()
	for _, one := range s.Run(tb, "tenant", "list")["tenants"].([]any) {
		s.Run(tb, "tenant", "delete", one.(map[string]any)["name"].(string))
	}
}

// furnish gives a tenant what the tests look for.
func furnish(t *testing.T, s *testkit.Server, name, host, word string) *party {
	t.Helper()
	p := &party{client: client{Server: s, host: host}, name: name, word: word}
	p.key = s.Key(t, "Admin", "--tenant", name)
	p.session = signIn(t, s, name, host)
	p.token = register(t, s, name, host, allScopes...).token(t, "scope", "data.read odata.read odata.write admin.read admin.write")
	made := p.ask(t, http.MethodPost, employees, fmt.Sprintf(`{"LoginID":"%s","FirstName":"Only","LastName":"%s","PrimaryEmail":"%[1]s@%s"}`, word, name, host))
	if made.Status != http.StatusCreated {
		t.Fatalf("employee at %s: %d %s", name, made.Status, made.Body)
	}
	p.person = made.JSON()["RecId"].(string)
	made = p.ask(t, http.MethodPost, incidents, fmt.Sprintf(`{"Subject":"Secret %s","Symptom":"of %s","ProfileLink":"%s"}`, word, name, p.person))
	if made.Status != http.StatusCreated {
		t.Fatalf("incident at %s: %d %s", name, made.Status, made.Body)
	}
	p.incident, p.number = made.JSON()["RecId"].(string), fmt.Sprint(made.JSON()["IncidentNumber"])
	offer(t, p)
	return p
}

// offer gives a tenant something to order.
func offer(t *testing.T, p *party) {
	t.Helper()
	const sets = "/api/odata/businessobject/"
	made := p.ask(t, http.MethodPost, sets+"servicereqtemplates", `{"Name":"Offering of `+p.name+`","Status":"Published"}`)
	if made.Status == http.StatusCreated {
		p.offering = made.JSON()["RecId"].(string)
		made = p.ask(t, http.MethodPatch, sets+"servicereqtemplates('"+p.offering+"')", `{"SubscriptionId":"`+p.offering+`"}`)
	}
	if made.Status == http.StatusOK {
		made = p.ask(t, http.MethodPost, sets+"servicereqtemplateparams", `{"ParentLink":"`+p.offering+`","Name":"Who","DisplayName":"Who","DisplayType":"combo","ValidationList":"Employee#","ValidationListField":"LoginID"}`)
	}
	if made.Status != http.StatusCreated {
		t.Fatalf("offering at %s: %d %s", p.name, made.Status, made.Body)
	}
	p.question = made.JSON()["RecId"].(string)
}

// signIn sets the administrator's password by its link and begins a session.
func signIn(t *testing.T, s *testkit.Server, name, host string) string {
	t.Helper()
	s.Run(t, "setting", "set", "sign_in.second_factor", "off", "--tenant", name) // else no password alone would do
	link := s.Run(t, "user", "setup-link", "admin", "--tenant", name)["setup_link"].(string)
	_, code, _ := strings.Cut(link, "#")
	form := url.Values{"code": {code}, "password": {password}, "again": {password}}.Encode()
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if a := send(t, s, host, http.MethodPost, "/set-password", header, form); a.Status != http.StatusSeeOther {
		t.Fatalf("set the password at %s: %d %s", host, a.Status, a.Body)
	}
	a := login(t, s, host, host)
	if a.Status != http.StatusOK {
		t.Fatalf("sign in at %s: %d %s", host, a.Status, a.Body)
	}
	return strings.Trim(string(a.Body), `"`)
}

// login asks at a host for a session of a tenant.
func login(tb testing.TB, s *testkit.Server, host, tenant string) testkit.Answer {
	tb.Helper()
	return send(tb, s, host, http.MethodPost, "/api/rest/authentication/login", nil,
		fmt.Sprintf(`{"tenant":"%s","username":"admin","password":"%s","role":"Admin"}`, tenant, password))
}

// contents is all that anybody of the tenant could see of its records, to be compared.
func (p *party) contents(tb testing.TB) string {
	tb.Helper()
	var all strings.Builder
	for _, path := range []string{
		incidents + "?$orderby=RecId", employees + "?$orderby=RecId", incidents + "('" + p.incident + "')", incidents + "?$search=" + p.word,
	} {
		a := p.ask(tb, http.MethodGet, path, "")
		if a.Status != http.StatusOK {
			tb.Errorf("%s: GET %s: %d %.300s", p.name, path, a.Status, a.Body)
		}
		all.Write(a.Body)
		all.WriteByte('\n')
	}
	return all.String()
}
