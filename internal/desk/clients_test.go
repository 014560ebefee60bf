package desk_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// client is a row of the compatibility matrix: the requests that the client sends, in order, and what it depends on in each
// answer. Every client has a file of its own.
type client struct {
	name   string
	header map[string]string // sent with each request
	steps  []testkit.Step
}

// TestClients plays the clients of the compatibility matrix against one tenant.
func TestClients(t *testing.T) {
	suites := []client{
		nodeOfRugiagialia(), nodeOfSynCon(), insightConnect(), xsoar(), ansibleCollection(), ivantiPS(), centreon(), ticketPlugins(),
		assetImport(), kanbanApp(), mcpInPython(), mcpStandalone(),
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		known := openTenant(t, s)
		for _, c := range suites {
			t.Run(c.name, func(t *testing.T) { s.Scenario(t, known, c.header, c.steps) })
		}
	})
}

const (
	sets     = "/api/odata/businessobject/"
	heat     = "/HEAT/api/odata/businessobject/"
	rest     = "/api/rest/"
	nobody   = "00000000000000000000000000000001" // the RecId of no record
	password = "correct horse battery staple"
)

// keyed are the headers of most clients.
func keyed(more ...string) map[string]string {
	h := map[string]string{"Authorization": "rest_api_key=${key}"}
	for i := 0; i+1 < len(more); i += 2 {
		h[more[i]] = more[i+1]
	}
	return h
}

// multipartForm is the header of a body that form writes.
var multipartForm = map[string]string{"Content-Type": "multipart/form-data; boundary=" + boundary}

// formLabel is what axios puts on a body that it was not told about.
var formLabel = map[string]string{"Content-Type": "application/x-www-form-urlencoded"}

// everyByte is the content of files that have to come back as they went.
var everyByte = func() string {
	var b strings.Builder
	for i := range 1024 {
		b.WriteByte(byte(i))
	}
	return b.String()
}()

// tenantObjects are what the tenants of some clients have besides the stock: an agency with what hangs on it, and the
// configuration of the asset import.
const tenantObjects = `{"objects": [
 {"object": "Agency#", "title": "Agency", "fields": [{"name": "Agency", "required": true, "index": true, "search": true}, {"name": "AgencyShortName", "index": true},
   {"name": "PrimaryContact"}], "relationships": [{"name": "IncidentAssocAgency", "target": "Incident#"}, {"name": "ServiceReqAssocAgency", "target": "ServiceReq#"}]},
 {"object": "xsc_assetintegration_config#", "title": "IntegrationName", "fields": [{"name": "IntegrationName"}, {"name": "IntegrationSourceType", "index": true},
   {"name": "IsActive", "type": "boolean"}, {"name": "EncryptedConfig", "max": 20000}, {"name": "PageSize", "type": "number"}]},
 {"object": "xsc_assetintegration_citype#", "title": "CIType", "fields": [{"name": "CIType"}, {"name": "IsActive", "type": "boolean"},
   {"name": "ParentLink", "type": "link", "target": "xsc_assetintegration_config#", "index": true}]},
 {"object": "xsc_assetintegration_mapping#", "title": "TargetField", "fields": [{"name": "SourceField"}, {"name": "TargetField"}, {"name": "SortOrder", "type": "number"},
   {"name": "IsActive", "type": "boolean"}, {"name": "ParentLink", "type": "link", "target": "xsc_assetintegration_citype#", "index": true}]}]}`

// openTenant fills a tenant with what the clients want to find, and returns what the suites call it.
func openTenant(t *testing.T, s *testkit.Server) map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "objects.json")
	if err := os.WriteFile(file, []byte(tenantObjects), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Run(t, "object", "apply", "-f", file)
	known := map[string]string{"key": s.Key(t, "Admin"), "analyst": s.Key(t, "ServiceDeskAnalyst"), "host": "localhost", "base": s.Base}
	setPassword(t, s, s.Run(t, "user", "create", "api_user", "--role", "Admin")["setup_link"].(string))
	step := func(name, set, body string) testkit.Step {
		made := testkit.Step{Name: "setting: " + name, Method: http.MethodPost, Path: sets + set, Status: 201, Body: body, Keep: map[string]string{name: "RecId"}}
		if name == "offering" {
			made.Keep["subscription"] = "SubscriptionId"
		}
		return made
	}
	param := func(name, more string) testkit.Step {
		return step(name, "servicereqtemplateparams", `{"ParentLink_RecID":"${offering}","Name":"`+name+`","DisplayName":"`+name+`",`+more+`}`)
	}
	setting := []testkit.Step{
		step("maria", "employees", `{"FirstName":"Maria","LastName":"Bauer","LoginID":"mbauer","PrimaryEmail":"maria.bauer@corp.example","Team":"IT Support","EmployeeLocation":"Head Office"}`),
		step("namesake", "employees", `{"FirstName":"Max","LastName":"Bauer","LoginID":"mbauer2","PrimaryEmail":"maria.bauer@corp.example.org"}`),
		step("marie", "employees", `{"FirstName":"Marie","LastName":"Low","LoginID":"mari","PrimaryEmail":"ml@corp.example"}`),
		step("ed", "employees", `{"FirstName":"Ed","LastName":"Low","LoginID":"elow","PrimaryEmail":"ed@corp.example","ManagerEmail":"maria.bauer@corp.example"}`),
		step("ci", "ci__computers", `{"Name":"router-1"}`),
		step("offering", "servicereqtemplates", `{"Name":"Borrow a Beamer","Description":"for a day","Status":"Published (Automatic)","OwnerTeam":"Service Desk"}`),
		step("another", "servicereqtemplates", `{"Name":"Borrow a Beamer Bag","Status":"Published","OwnerTeam":"Service Desk"}`),
		param("Heading", `"DisplayType":"category","SequenceNum":1`),
		param("Kind", `"DisplayType":"combo","SequenceNum":2,"RequiredExpression":"$(true)","ConfigOptions":"{\"configData\":{\"validationListAdditionalConfig\":[{\"boName\":\"Category#\"}]}}"`),
		param("Reason", `"DisplayType":"text","SequenceNum":3,"RequiredExpression":"$(false)"`),
		param("Day", `"DisplayType":"date","SequenceNum":4`),
		param("At", `"DisplayType":"datetime","SequenceNum":5`),
		param("Vip", `"DisplayType":"checkbox","SequenceNum":6`),
	}
	for i := range setting {
		setting[i].Check = func(_ testing.TB, a testkit.Answer, _ map[string]string) {
			for name, member := range setting[i].Keep {
				known[name], _ = a.JSON()[member].(string)
			}
		}
	}
	s.Scenario(t, known, keyed(), setting)
	return known
}

// setPassword follows the link that sets a person's first password.
func setPassword(t *testing.T, s *testkit.Server, link string) {
	t.Helper()
	s.Run(t, "setting", "set", "sign_in.second_factor", "off") // these clients sign in with a password alone
	_, code, _ := strings.Cut(link, "#")
	body := url.Values{"code": {code}, "password": {password}, "again": {password}}.Encode()
	if a, err := s.Request(http.MethodPost, "/set-password", formLabel, body); err != nil || a.Status != http.StatusSeeOther {
		t.Fatalf("set a password: %v %d %.300s", err, a.Status, a.Body)
	}
}

// bareList is an answer that is an array without an envelope.
func bareList[T any](tb testing.TB, a testkit.Answer) (all []T) {
	tb.Helper()
	if err := json.Unmarshal(a.Body, &all); err != nil || !strings.HasPrefix(strings.TrimSpace(string(a.Body)), "[") {
		tb.Fatalf("not an array: %v %.200s", err, a.Body)
	}
	return all
}

// uploadedOne keeps the RecId of the one file of an upload, as every client finds it: [0].Message beside IsUploaded and FileName.
func uploadedOne(keep, name string) func(testing.TB, testkit.Answer, map[string]string) {
	return func(tb testing.TB, a testkit.Answer, known map[string]string) {
		all := bareList[uploaded](tb, a)
		if len(all) != 1 || !all[0].IsUploaded || all[0].FileName != name || !hexID.MatchString(all[0].Message) {
			tb.Fatalf("%+v", all)
		}
		known[keep] = all[0].Message
	}
}

// refusedUpload wants the bare array of a file that is not taken, which stands beside the status 300.
func refusedUpload(tb testing.TB, a testkit.Answer, _ map[string]string) {
	if all := bareList[uploaded](tb, a); len(all) != 1 || all[0].IsUploaded || all[0].Message != "Upload Failed, Invalid attachment type." {
		tb.Errorf("%+v", all)
	}
}

// sameBytes wants a download that is the file, its name the last thing in the header; in quotes only where it has a space.
func sameBytes(content, name string) func(testing.TB, testkit.Answer, map[string]string) {
	return func(tb testing.TB, a testkit.Answer, _ map[string]string) {
		disposition := a.Header.Get("Content-Disposition")
		want := name
		if strings.Contains(name, " ") {
			want = `"` + name + `"`
		}
		if _, last, ok := strings.Cut(disposition, "filename="); !ok || last != want {
			tb.Errorf("a client that reads to the end finds %q in %q", last, disposition)
		}
		if string(a.Body) != content || a.Header.Get("Content-Type") == "" {
			tb.Errorf("%d of %d bytes, %s", len(a.Body), len(content), a.Header.Get("Content-Type"))
		}
	}
}

// statusObject wants what clients read of a refusal: code, description and the array message.
func statusObject(code string, words ...string) func(testing.TB, testkit.Answer, map[string]string) {
	return func(tb testing.TB, a testkit.Answer, _ map[string]string) {
		m := a.JSON()
		list, ok := m["message"].([]any)
		if _, said := m["description"].(string); m["code"] != code || !ok || len(list) == 0 || !said {
			tb.Errorf("%s", a.Body)
		}
		for _, w := range words {
			if !strings.Contains(strings.ToLower(string(a.Body)), strings.ToLower(w)) {
				tb.Errorf("%s lacks %q", a.Body, w)
			}
		}
	}
}

var hexID = regexp.MustCompile(`^[0-9A-F]{32}$`)

// noRows wants an empty list: most clients fail on no body, and on null.
var noRows = []string{`"@odata.count":0`, `"value":[]`}

// linkWords and unlinkWords are the status objects of $Ref; one client tells success by their code.
var (
	linkWords   = []string{`"code":"ISM_2000"`, `"description":"Ok"`, `"message":["Successfully Created the link"]`}
	unlinkWords = []string{`"code":"ISM_2000"`, `"description":"Ok"`, `"message":["Successfully Deleted the link"]`}
)
