package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/app"
	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// attempt is a request of one tenant's caller at another tenant, and how it has to end.
type attempt struct {
	name, method, path, body string
	status                   int
	says                     string
}

func TestTenantsDoNotReachEachOther(t *testing.T) {
	t.Parallel()
	for _, at := range placements {
		t.Run(at.name, func(t *testing.T) {
			s, a, b := twoTenants(t, at)
			for _, pair := range [][2]*party{{a, b}, {b, a}} {
				mine, theirs := pair[0], pair[1]
				before := theirs.contents(t)
				credentialsOfAnotherTenant(t, s, mine, theirs)
				recordsOfAnotherTenant(t, mine, theirs)
				if diff := cmp.Diff(before, theirs.contents(t)); diff != "" {
					t.Errorf("%s has changed %s:\n%s", mine.name, theirs.name, diff)
				}
			}
			hostsOfNobody(t, s, a)
			lifeAndDeath(t, s, a, b)
		})
	}
}

// credentialsOfAnotherTenant shows each credential of one tenant, in each form, at the host of the other.
func credentialsOfAnotherTenant(t *testing.T, s *testkit.Server, mine, theirs *party) {
	t.Helper()
	for form, header := range mine.authorizations() {
		if a := send(t, s, mine.host, http.MethodGet, incidents, header, ""); a.Status != http.StatusOK || !bytes.Contains(a.Body, []byte(mine.word)) {
			t.Errorf("%s of %s at home: %d %.300s", form, mine.name, a.Status, a.Body)
		}
		for _, r := range routes(theirs) {
			a := send(t, s, theirs.host, r.method, r.path, header, r.body)
			unauthorized(t, fmt.Sprintf("%s of %s at %s: %s %s", form, mine.name, theirs.name, r.method, r.path), a, theirs.word)
		}
	}
	_, rest, _ := strings.Cut(mine.session, "#")
	forged := http.Header{"Authorization": {theirs.host + "#" + rest}}
	unauthorized(t, "a session key with the host rewritten", send(t, s, theirs.host, http.MethodGet, incidents, forged, ""), theirs.word)
	key := http.Header{"Authorization": {"REST " + mine.key}}
	for _, name := range []string{"X-Forwarded-Host", "X-Original-Host", "Forwarded", "X-Tenantid"} {
		header := key.Clone()
		header.Set(name, map[bool]string{true: "host=" + theirs.host, false: theirs.host}[name == "Forwarded"])
		if a := send(t, s, mine.host, http.MethodGet, incidents, header, ""); bytes.Contains(a.Body, []byte(theirs.word)) {
			t.Errorf("%s leads to %s: %d %.300s", name, theirs.name, a.Status, a.Body)
		}
	}
	if a := login(t, s, mine.host, theirs.host); a.Status != http.StatusBadRequest || a.JSON()["code"] != "ISM_4000" {
		t.Errorf("a sign-in at %s for %s: %d %.300s", mine.name, theirs.name, a.Status, a.Body)
	}
	link := s.Run(t, "user", "setup-link", "admin", "--tenant", mine.name)["setup_link"].(string)
	_, code, _ := strings.Cut(link, "#")
	form := "code=" + code + "&password=another+password+for+it&again=another+password+for+it"
	if a := send(t, s, theirs.host, http.MethodPost, "/set-password", nil, form); a.Status < 400 || a.Status > 499 {
		t.Errorf("a setup link of %s at %s: %d %.300s", mine.name, theirs.name, a.Status, a.Body)
	}
}

// recordsOfAnotherTenant names the records of one tenant at the other, with a credential that counts there.
func recordsOfAnotherTenant(t *testing.T, mine, theirs *party) {
	t.Helper()
	for _, try := range []attempt{
		{"reading it", "GET", incidents + "('" + theirs.incident + "')", "", 400, "Invalid key"},
		{"reading the person", "GET", employees + "('" + theirs.person + "')", "", 400, "Invalid key"},
		{"updating it", "PATCH", incidents + "('" + theirs.incident + "')", `{"Symptom":"taken"}`, 400, "cannot be found"},
		{"replacing it", "PUT", incidents + "(" + theirs.incident + ")", `{"Symptom":"taken"}`, 400, "cannot be found"},
		{"deleting it", "DELETE", incidents + "('" + theirs.incident + "')", "", 400, "cannot be found"},
		{"linking to the person", "POST", incidents, `{"Subject":"x","ProfileLink":"` + theirs.person + `"}`, 400, "cannot be found"},
		{"filtering for it", "GET", incidents + "?$filter=RecId eq '" + theirs.incident + "'", "", 200, `"@odata.count":0`},
		{"searching for it", "GET", incidents + "?$search=" + theirs.word, "", 200, `"@odata.count":0`},
		{"what the person can order", "GET", "/api/rest/Template/" + theirs.person + "/_All_", "", 400, "Invalid key"},
		{"the list of a parameter", "POST", "/api/rest/ServiceRequest/" + theirs.question + "/ValidationList", "", 400, "cannot be found"},
		{"its form", "GET", "/api/rest/ServiceRequest/PackageData/" + theirs.offering, "", 400, "cannot be found"},
		{"ordering it", "POST", "/api/rest/ServiceRequest/new", `{"subscriptionId":"` + theirs.offering + `"}`, 200, `"IsSuccess":false`},
		{"ordering for the person", "POST", "/api/rest/ServiceRequest/new", `{"subscriptionId":"` + mine.offering + `","strUserId":"` + theirs.person + `"}`, 200, `cannot be found.","Message"`},
		{"answering with the person", "POST", "/api/rest/ServiceRequest/new", `{"subscriptionId":"` + mine.offering + `","strUserId":"` + mine.person + `","parameters":{"par-` + mine.question + `":"x","par-` + mine.question + `-recId":"` + theirs.person + `"}}`, 200, `"IsSuccess":false`},
		{"filtering for the person", "GET", employees + "?$filter=LoginID eq '" + theirs.word + "'", "", 200, `"@odata.count":0`},
	} {
		a := mine.ask(t, try.method, try.path, try.body)
		if a.Status != try.status || !bytes.Contains(a.Body, []byte(try.says)) || bytes.Contains(a.Body, []byte("Secret "+theirs.word)) {
			t.Errorf("%s of %s at %s: %d %.300s, want %d %s", try.name, theirs.name, mine.name, a.Status, a.Body, try.status, try.says)
		}
	}
}

// hostsOfNobody asks under names that no tenant has.
func hostsOfNobody(t *testing.T, s *testkit.Server, p *party) {
	t.Helper()
	header := http.Header{"Authorization": {"REST " + p.key}}
	for _, host := range []string{"nobody.test", "beta.test.nobody.test", "xbeta.test", "10.0.0.1", "beta.test/", "localhost.test"} {
		a := send(t, s, host, http.MethodGet, incidents, header, "")
		if a.Status != http.StatusNotFound && a.Status != http.StatusBadRequest || bytes.Contains(a.Body, []byte(p.word)) {
			t.Errorf("host %s: %d %.300s, want 404", host, a.Status, a.Body)
		}
		if a.Status == http.StatusNotFound && a.JSON()["code"] != "ISM_4004" {
			t.Errorf("host %s: %.300s, want ISM_4004", host, a.Body)
		}
	}
}

// lifeAndDeath suspends, resumes and deletes one tenant and looks at both.
func lifeAndDeath(t *testing.T, s *testkit.Server, a, b *party) {
	t.Helper()
	beforeA, beforeB := a.contents(t), b.contents(t)
	s.Run(t, "tenant", "suspend", b.name)
	for form, header := range b.authorizations() {
		got := send(t, s, b.host, http.MethodGet, incidents, header, "")
		code, _ := got.JSON()["code"].(string)
		if got.Status != http.StatusServiceUnavailable || code != "ISM_5003" || bytes.Contains(got.Body, []byte(b.word)) {
			t.Errorf("%s at a suspended tenant: %d %.300s", form, got.Status, got.Body)
		}
	}
	if got := login(t, s, b.host, b.host); got.Status < 400 {
		t.Errorf("a sign-in at a suspended tenant: %d %.300s", got.Status, got.Body)
	}
	if diff := cmp.Diff(beforeA, a.contents(t)); diff != "" {
		t.Errorf("suspending %s has changed %s:\n%s", b.name, a.name, diff)
	}
	s.Run(t, "tenant", "resume", b.name)
	if diff := cmp.Diff(beforeB, b.contents(t)); diff != "" {
		t.Errorf("%s after suspending and resuming:\n%s", b.name, diff)
	}
	folder := filepath.Join(s.Data, "tenants")
	files, _ := filepath.Glob(filepath.Join(folder, "*.db"))
	s.Run(t, "tenant", "delete", b.name)
	if after, _ := filepath.Glob(filepath.Join(folder, "*.db")); len(files) == 2 && len(after) != 1 {
		t.Errorf("the databases %v are %v after one tenant was deleted", files, after)
	}
	if diff := cmp.Diff(beforeA, a.contents(t)); diff != "" {
		t.Errorf("deleting %s has changed %s:\n%s", b.name, a.name, diff)
	}
	// With one tenant left every host is its own: credentials of the deleted one must not count there.
	for form, header := range b.authorizations() {
		unauthorized(t, form+" of a deleted tenant", send(t, s, b.host, http.MethodGet, incidents, header, ""), a.word)
	}
	healthy(t, s, a.name, 1)
}

func TestADatabaseOfATenantIsNotGivenToAnother(t *testing.T) {
	t.Parallel()
	for _, at := range placements[2:] {
		t.Run(at.name, func(t *testing.T) {
			s, _, b := twoTenants(t, at)
			dsn := dsnOf(t, at, s)
			before := b.contents(t)
			code, out, said := s.Try(t, "tenant", "create", "thief", "--host", "thief.test", "--dsn", dsn)
			if code != 1 || !strings.Contains(said, "holds a tenant already") {
				t.Errorf("a second tenant in one database: exit %d %s%s", code, out, said)
			}
			if diff := cmp.Diff(before, b.contents(t)); diff != "" {
				t.Errorf("%s has changed:\n%s", b.name, diff)
			}
		})
	}
}

// dsnOf makes a tenant with a database of its own and returns its DSN.
func dsnOf(t *testing.T, at placement, s *testkit.Server) string {
	t.Helper()
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "own.db")
	if at.second {
		dsn = pgtest.DSN(t)
	}
	s.Run(t, "tenant", "create", "owner", "--host", "owner.test", "--dsn", dsn)
	return dsn
}

// TestCommandsDoNotComeByNetwork holds that administration is a matter of the data folder alone.
func TestCommandsDoNotComeByNetwork(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		key := s.Key(t, "Admin")
		for _, path := range []string{"/tenant%20list", "/tenant list", "/provost%20tenant%20list", "/key%20create", "/user%20list", "/backup", "/doctor"} {
			for _, host := range []string{"localhost", "provost"} {
				a := send(t, s, host, http.MethodPost, path, http.Header{"Authorization": {"REST " + key}}, `{"actor":"x","args":{}}`)
				if a.Status != http.StatusNotFound && a.Status != http.StatusMethodNotAllowed {
					t.Errorf("POST %s at %s: %d %.300s", path, host, a.Status, a.Body)
				}
			}
		}
		want := s.Base[strings.LastIndexByte(s.Base, ':')+1:]
		if ports := listening(t, s.PID()); len(ports) != 1 || ports[0] != want {
			t.Errorf("the program listens on ports %v, want %s alone", ports, want)
		}
		socket := app.SocketOf(s.Data)
		info, err := os.Stat(socket)
		if err != nil || info.Mode() != os.ModeSocket|0o600 {
			t.Errorf("the socket for commands, %s: %v %v", socket, info, err)
		}
	})
}
