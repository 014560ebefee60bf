package e2e_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const adminRegistrations = adminPath + "registrations"

// desk is a server with one tenant, and an administrator who signed in.
type desk struct {
	*testkit.Server
	session string
}

func newDesk(t *testing.T, dsn string, args ...string) *desk {
	t.Helper()
	s := testkit.Start(t, testkit.Options{DSN: dsn, Args: args})
	t.Cleanup(func() { erase(t, s) })
	return &desk{s, signIn(t, s, "default", "localhost")}
}

// admin makes a request to the administration API as the administrator, and wants the status.
func (d *desk) admin(t *testing.T, method, path, body string, status int) map[string]any {
	t.Helper()
	a := d.Ask(t, method, path, d.session, body)
	if a.Status != status {
		t.Fatalf("%s %s: %d %.400s", method, path, a.Status, a.Body)
	}
	return a.JSON()
}

// listed is the row of a registration in the list that the page App Registrations shows; nil for none.
func (d *desk) listed(t *testing.T, clientID string) map[string]any {
	t.Helper()
	for _, item := range d.admin(t, http.MethodGet, adminRegistrations+"?limit=200", "", 200)["items"].([]any) {
		if row := item.(map[string]any); row["client_id"] == clientID {
			return row
		}
	}
	return nil
}

// TestTheContractOfAppRegistrations goes through C1 to C11 of spec/trust.md over HTTP, as the pages will show it.
func TestTheContractOfAppRegistrations(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		var made, again map[string]any
		var r *registration
		t.Run("C3 a list of applications to choose from", func(t *testing.T) {
			var captions []string
			for _, item := range d.admin(t, http.MethodGet, adminPath+"registration-types", "", 200)["items"].([]any) {
				captions = append(captions, item.(map[string]any)["caption"].(string))
			}
			if got := strings.Join(captions, ", "); got != "Cherwell Service Management, Custom App, Monitoring ticket provider" {
				t.Errorf("types %s", got)
			}
		})
		t.Run("C4 C11 the application and a description are all that is needed", func(t *testing.T) {
			made = d.admin(t, http.MethodPost, adminRegistrations, `{"type":"csm","description":"CSM <b>Frankfurt</b>"}`, 201)
			again = d.admin(t, http.MethodPost, adminRegistrations, `{"type":"csm"}`, 201)
			r = registered(t, d.Server, "localhost", made)
		})
		t.Run("C5 three values under their captions", func(t *testing.T) {
			var captions []string
			for _, f := range made["panel"].([]any) {
				field := f.(map[string]any)
				captions = append(captions, field["caption"].(string)+"="+field["value"].(string))
			}
			want := "Neurons Auth Url=" + r.authURL + "\nClient ID=" + r.clientID + "\nClient Secret=" + r.clientSecret
			if got := strings.Join(captions, "\n"); got != want {
				t.Errorf("panel\n%s\nwant\n%s", got, want)
			}
			if !regexp.MustCompile(`^http://localhost:\d+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/connect/token$`).MatchString(r.authURL) {
				t.Errorf("auth url %s", r.authURL)
			}
		})
		t.Run("C1 five columns", func(t *testing.T) {
			row := d.listed(t, r.clientID)
			if row["application"] != "Cherwell Service Management" || row["description"] != "CSM <b>Frankfurt</b>" || row["created_by_name"] != "Administrator" ||
				row["created_at"] == nil {
				t.Errorf("row %v", row)
			}
		})
		t.Run("C2 last authenticated is when the secret was shown, not when the token was used", func(t *testing.T) {
			if at := d.listed(t, r.clientID)["last_authenticated"]; at != nil {
				t.Errorf("before the first time: %v", at)
			}
			token := r.token(t)
			first := d.listed(t, r.clientID)["last_authenticated"]
			if first == nil {
				t.Fatal("it was not noted")
			}
			if a := r.with(t, token, "GET", "/api/apigatewaydataservices/v1/devices", ""); a.Status != 200 {
				t.Errorf("devices: %d %.200s", a.Status, a.Body)
			}
			if at := d.listed(t, r.clientID)["last_authenticated"]; at != first {
				t.Errorf("the use of the token moved it from %v to %v", first, at)
			}
			if at := d.listed(t, again["client_id"].(string))["last_authenticated"]; at != nil {
				t.Errorf("the other registration: %v", at)
			}
		})
		t.Run("C6 the secret is nowhere else", func(t *testing.T) {
			id := d.listed(t, r.clientID)["id"].(string)
			for _, path := range []string{adminRegistrations, adminRegistrations + "/" + id, adminRegistrations + "/" + r.clientID, adminPath + "audit?limit=200"} {
				if a := d.Ask(t, "GET", path, d.session, ""); a.Status != 200 || bytes.Contains(a.Body, []byte(r.clientSecret[6:20])) {
					t.Errorf("%s: %d, or the secret", path, a.Status)
				}
			}
		})
		t.Run("C7 several of one type, each its own", func(t *testing.T) {
			if again["client_id"] == made["client_id"] || again["client_secret"] == made["client_secret"] {
				t.Error("two registrations have something in common")
			}
			other := registered(t, d.Server, "localhost", again)
			other.clientSecret = r.clientSecret
			if a := other.ask(t); a.Status != 400 {
				t.Errorf("one's secret for the other: %d", a.Status)
			}
		})
		t.Run("C8 client credentials only", func(t *testing.T) {
			form := r.credentials("grant_type", "authorization_code", "code", "x")
			if a := r.post(t, "token", form); a.Status != 400 || a.JSON()["error"] != "unsupported_grant_type" {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
		t.Run("C9 deleted for good", func(t *testing.T) {
			token := r.token(t)
			id := d.listed(t, r.clientID)["id"].(string)
			d.admin(t, http.MethodDelete, adminRegistrations+"/"+id, "", 204)
			if a := r.ask(t); a.Status != 400 || a.JSON()["error"] != "invalid_client" {
				t.Errorf("it still gets tokens: %d %s", a.Status, a.Body)
			}
			if a := r.with(t, token, "GET", "/api/apigatewaydataservices/v1/devices", ""); a.Status != 401 {
				t.Errorf("its token still opens: %d", a.Status)
			}
			d.admin(t, http.MethodDelete, adminRegistrations+"/"+id, "", 404)
			d.admin(t, http.MethodPatch, adminRegistrations+"/"+id, `{"enabled":true}`, 404)
		})
		t.Run("C10 a new one in its place", func(t *testing.T) {
			next := registered(t, d.Server, "localhost", d.admin(t, http.MethodPost, adminRegistrations, `{"type":"csm","description":"CSM <b>Frankfurt</b>"}`, 201))
			if next.clientID == r.clientID {
				t.Error("it has the id of the deleted one")
			}
			next.token(t)
		})
	})
}

// TestTheContractOfMonitoring goes through C22 to C25: a monitoring tool that writes tickets.
func TestTheContractOfMonitoring(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		made := d.admin(t, http.MethodPost, adminRegistrations, `{"type":"Monitoring ticket provider","description":"Centreon"}`, 201)
		r := registered(t, d.Server, "localhost", made)
		key, _ := made["api_key"].(string)
		full := r.token(t, "scope", "odata.read odata.write")
		for name, authorization := range map[string]string{
			"C22 C24 REST KEY": "REST " + key, "C22 rest_api_key=KEY": "rest_api_key=" + key, "C22 session key": d.session, "C22 JWT": "Bearer " + full, "C22 bare JWT": full,
		} {
			a := d.Ask(t, "POST", incidents, authorization, `{"Subject":"Disk full","Symptom":"C: 99 %","Status":"Logged"}`)
			if a.Status != http.StatusCreated || a.JSON()["RecId"] == nil {
				t.Errorf("%s: %d %.300s", name, a.Status, a.Body)
			}
		}
		t.Run("C23 the key is in a group whose roles decide", func(t *testing.T) {
			keys := d.admin(t, "GET", adminPath+"keys?group=Monitoring", "", 200)["items"].([]any)
			if len(keys) != 1 || keys[0].(map[string]any)["role"] != "Monitoring" || strings.Contains(fmt.Sprint(keys), key) {
				t.Fatalf("keys %v", keys)
			}
			found := false
			for _, f := range made["panel"].([]any) {
				field := f.(map[string]any)
				found = found || strings.Contains(field["caption"].(string), "Reference ID") && field["value"] == key
			}
			if !found {
				t.Errorf("no Reference ID in the panel %v", made["panel"])
			}
			for _, try := range [][2]string{{"POST", "/api/odata/businessobject/frs_knowledges"}, {"DELETE", incidents + "('x')"}} {
				if a := d.Ask(t, try[0], try[1], "REST "+key, `{"Title":"x"}`); a.Status != 400 {
					t.Errorf("%s %s outside of its role: %d %.200s", try[0], try[1], a.Status, a.Body)
				}
			}
			group := d.admin(t, "GET", adminPath+"key-groups", "", 200)["items"].([]any)
			for _, g := range group {
				if g := g.(map[string]any); g["name"] == "Monitoring" {
					d.admin(t, "PUT", adminPath+"key-groups/"+g["id"].(string), `{"name":"Monitoring","roles":["ReportManager"]}`, 200)
				}
			}
			if a := d.Ask(t, "GET", incidents, "REST "+key, ""); a.Status != 401 {
				t.Errorf("a key whose group lost the role: %d", a.Status)
			}
		})
		t.Run("C25 codes", func(t *testing.T) {
			for _, body := range []string{"", "{", "{}", "[]"} {
				if a := d.Ask(t, "POST", incidents, "Bearer "+full, body); a.Status != 400 || a.JSON()["code"] != "ISM_4000" {
					t.Errorf("%q: %d %.200s", body, a.Status, a.Body)
				}
			}
		})
	})
}

// TestScopesHoldOnEverySurface tries tokens where their scopes and audiences do not reach.
func TestScopesHoldOnEverySurface(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		r := register(t, d.Server, "default", "localhost", allScopes...)
		api := strings.TrimSuffix(r.authURL, "/connect/token") + "/api"
		const devices = "/api/apigatewaydataservices/v1/devices"
		type call struct{ method, path, body string }
		read, write := call{"GET", incidents, ""}, call{"POST", incidents, `{"Subject":"x","Symptom":"y"}`}
		data, look, change := call{"GET", devices, ""}, call{"GET", adminRegistrations, ""}, call{"POST", adminPath + "key-groups", `{"name":"g","roles":["Monitoring"]}`}
		for _, try := range []struct {
			name   string
			ask    []string
			call   call
			status int
			says   string // in the challenge
		}{
			{"odata.read reads", []string{"scope", "odata.read"}, read, 200, ""},
			{"odata.read does not write", []string{"scope", "odata.read"}, write, 403, `error="insufficient_scope", scope="odata.write"`},
			{"odata.write writes", []string{"scope", "odata.write"}, write, 201, ""},
			{"data.read is not for OData", []string{"scope", "data.read"}, read, 403, `error="insufficient_scope"`},
			{"data.read is not for its index", []string{"scope", "data.read"}, call{"GET", "/api/odata", ""}, 403, `error="insufficient_scope"`},
			{"odata.read is not for devices", []string{"scope", "odata.read"}, data, 403, `error="insufficient_scope", scope="data.read"`},
			{"data.read reads devices", []string{"scope", "data.read"}, data, 200, ""},
			{"odata is not for the administration", []string{"scope", "odata.read odata.write"}, look, 403, `error="insufficient_scope"`},
			{"admin.read looks", []string{"scope", "admin.read"}, look, 200, ""},
			{"admin.read does not change", []string{"scope", "admin.read"}, change, 403, `scope="admin.write"`},
			{"admin.write changes", []string{"scope", "admin.write"}, change, 201, ""},
			{"nothing asked for: no administration", nil, look, 403, ""},
			{"nothing asked for: no writing", nil, write, 403, ""},
			{"another API's token at OData", []string{"resource", api + "/data"}, read, 401, `error="invalid_token"`},
			{"OData's token at the data API", []string{"resource", api + "/odata"}, data, 401, `error="invalid_token"`},
			{"OData's token at OData", []string{"resource", api + "/odata"}, read, 200, ""},
		} {
			a := r.with(t, r.token(t, try.ask...), try.call.method, try.call.path, try.call.body)
			if a.Status != try.status || !strings.Contains(a.Header.Get("WWW-Authenticate"), try.says) {
				t.Errorf("%s: %d %q %.200s", try.name, a.Status, a.Header.Get("WWW-Authenticate"), a.Body)
			}
		}
		if a := d.Ask(t, "GET", incidents+"?access_token="+r.token(t, "scope", "odata.read"), "", ""); a.Status != 401 {
			t.Errorf("a token in the address: %d", a.Status)
		}
		if a := d.Ask(t, "GET", incidents, "", ""); a.Header.Get("WWW-Authenticate") != `Bearer realm="provost"` {
			t.Errorf("without a credential the challenge has an error: %q", a.Header.Get("WWW-Authenticate"))
		}
	})
}

// TestASecretRotatesUnderLoad replaces a secret while 200 requests a second use the old one and then the new one.
func TestASecretRotatesUnderLoad(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		d.Run(t, "setting", "set", "trust.tokens_per_second", "1000")
		r := register(t, d.Server, "default", "localhost")
		const grace = 3 * time.Second
		var secret atomic.Pointer[string]
		secret.Store(&r.clientSecret)
		var refused, asked atomic.Int64
		stop := make(chan struct{})
		var group sync.WaitGroup
		pace := rate.NewLimiter(200, 20)
		for range 8 {
			group.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if pace.Wait(t.Context()) != nil {
						return
					}
					mine := *r
					mine.clientSecret = *secret.Load()
					if a := mine.ask(t); a.Status != http.StatusOK {
						refused.Add(1)
						t.Errorf("%d %.200s", a.Status, a.Body)
					}
					asked.Add(1)
				}
			})
		}
		wait := func(n int64) {
			for from := asked.Load(); asked.Load() < from+n && refused.Load() == 0; {
				_ = pace.Wait(t.Context())
			}
		}
		wait(100)
		old := r.clientSecret
		began := time.Now()
		rotated := d.admin(t, http.MethodPost, adminRegistrations+"/"+r.clientID+"/secrets", fmt.Sprintf(`{"grace_seconds":%d,"label":"second"}`, grace/time.Second), 201)
		ended := time.Now()
		wait(100) // with the old one, which goes on
		fresh := rotated["client_secret"].(string)
		secret.Store(&fresh)
		wait(100)
		mine := *r
		mine.clientSecret = old
		var dead time.Time
		for dead.IsZero() {
			if err := pace.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			switch a := mine.ask(t); {
			case a.Status == http.StatusOK && time.Since(ended) > grace+time.Second:
				t.Fatalf("the old secret lives %v after the rotation", time.Since(ended))
			case a.Status != http.StatusOK:
				dead = time.Now()
			}
		}
		if dead.Before(began.Add(grace - time.Second)) {
			t.Errorf("the old secret died after %v", dead.Sub(began))
		}
		close(stop)
		group.Wait()
		if refused.Load() > 0 {
			t.Errorf("%d of %d requests were refused", refused.Load(), asked.Load())
		}
		var uses []float64
		for _, c := range d.listed(t, r.clientID)["credentials"].([]any) {
			uses = append(uses, c.(map[string]any)["uses"].(float64))
		}
		if len(uses) != 2 || uses[0] < 100 || uses[1] < 100 {
			t.Errorf("uses of the two secrets: %v", uses)
		}
	})
}

// TestWhatEndsATokenOnOneReplicaEndsItOnTheOther has two servers of one tenant.
func TestWhatEndsATokenOnOneReplicaEndsItOnTheOther(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	first := newDesk(t, dsn)
	second := testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--keys", filepath.Join(first.Data, "keys.json"), "--base-url", first.Base}})
	_, listening, _ := strings.Cut(second.Log(), `"serving","address":"`)
	address, _, _ := strings.Cut(listening, `"`)
	if second.Base = "http://" + address; address == "" {
		t.Fatalf("where does the other replica listen? %s", second.Log())
	}
	const within = 5 * time.Second
	gone := func(r *registration, token, what string) {
		t.Helper()
		at := time.Now()
		pace := rate.NewLimiter(20, 1)
		for {
			a := r.with(t, token, "GET", "/api/apigatewaydataservices/v1/devices?$top=1", "")
			if a.Status == http.StatusUnauthorized {
				return
			}
			if time.Since(at) > within {
				t.Errorf("%s on the other replica: %d after %v", what, a.Status, time.Since(at))
				return
			}
			_ = pace.Wait(t.Context())
		}
	}
	for what, end := range map[string]func(r *registration, token string){
		"revoking it": func(r *registration, token string) {
			if a := r.post(t, "revocation", r.credentials("token", token)); a.Status != 200 {
				t.Errorf("revoke: %d", a.Status)
			}
		},
		"disabling the registration": func(r *registration, _ string) { first.Run(t, "registration", "disable", r.clientID) },
		"deleting the registration":  func(r *registration, _ string) { first.Run(t, "registration", "delete", r.clientID) },
		"ending all of its tokens":   func(r *registration, _ string) { first.Run(t, "registration", "revoke-tokens", r.clientID) },
		"dropping the signing key": func(r *registration, _ string) {
			for _, k := range first.admin(t, "GET", adminPath+"signing-keys", "", 200)["items"].([]any) {
				if k := k.(map[string]any); k["state"] == "active" {
					first.admin(t, "DELETE", adminPath+"signing-keys/"+k["kid"].(string), "", 204)
				}
			}
		},
	} {
		r := register(t, first.Server, "default", "localhost")
		token := r.token(t)
		there := *r
		there.Server = second
		if a := there.with(t, token, "GET", "/api/apigatewaydataservices/v1/devices?$top=1", ""); a.Status != 200 {
			t.Errorf("%s: a token of one replica on the other: %d %.200s", what, a.Status, a.Body)
		}
		end(r, token)
		gone(&there, token, what)
	}
}

// TestSecretsAreNowhereButInTheOneAnswer makes every kind of secret, uses each, and looks for it in all that is written.
func TestSecretsAreNowhereButInTheOneAnswer(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn, "--log-level", "debug")
		secrets := map[string]string{"session key": strings.Split(d.session, "#")[1]}
		r := register(t, d.Server, "default", "localhost", allScopes...)
		secrets["client secret"] = r.clientSecret
		secrets["token"] = strings.Split(r.token(t), ".")[2]
		secrets["gateway token"] = strings.Split(func() string {
			tenant := strings.Split(strings.TrimPrefix(r.authURL, "http://"), "/")[1]
			a, err := d.Request("GET", "/api/apigatewaydataservices/v1/token", map[string]string{"X-TenantId": tenant, "X-ClientId": r.clientID,
				"X-ClientSecret": r.clientSecret, "Accept": "text/plain"}, "")
			if err != nil || a.Status != 200 {
				t.Fatalf("gateway: %v %d", err, a.Status)
			}
			return string(a.Body)
		}(), ".")[2]
		secrets["rotated secret"] = d.admin(t, "POST", adminRegistrations+"/"+r.clientID+"/secrets", `{"grace_seconds":60}`, 201)["client_secret"].(string)
		secrets["API key"] = d.admin(t, "POST", adminPath+"keys", `{"role":"Admin"}`, 201)["key"].(string)
		secrets["API key of old shape"] = d.admin(t, "POST", adminPath+"keys", `{"role":"Admin","legacy":true}`, 201)["key"].(string)
		monitoring := d.admin(t, "POST", adminRegistrations, `{"type":"monitoring"}`, 201)
		secrets["monitoring key"], secrets["monitoring secret"] = monitoring["api_key"].(string), monitoring["client_secret"].(string)
		for _, s := range secrets { // wrong uses of right secrets, which errors and logs could repeat
			for _, header := range []string{"REST " + s, "Bearer " + s, "rest_api_key=" + s, "Basic " + s, s} {
				d.Ask(t, "GET", incidents+"?x="+url.QueryEscape("nothing"), header, "")
			}
			a := r.post(t, "token", url.Values{"grant_type": {"client_credentials"}, "client_id": {s}, "client_secret": {s}})
			if bytes.Contains(a.Body, []byte(s)) {
				t.Errorf("an error repeats what was sent: %.300s", a.Body)
			}
			d.Ask(t, "POST", adminPath+"token-inspection", d.session, `{"token":"`+s+`"}`)
		}
		if a := r.post(t, "revocation", r.credentials("token", r.token(t))); a.Status != 200 {
			t.Errorf("revoke: %d", a.Status)
		}
		d.admin(t, "DELETE", adminRegistrations+"/"+monitoring["client_id"].(string), "", 204)
		var read bytes.Buffer
		for _, path := range []string{adminPath + "audit?limit=200", adminRegistrations, adminPath + "keys", adminPath + "sessions"} {
			read.Write(d.Ask(t, "GET", path, d.session, "").Body)
		}
		backup, export := filepath.Join(t.TempDir(), "backup.tar"), filepath.Join(t.TempDir(), "export.tar")
		d.Run(t, "backup", backup)
		d.Run(t, "tenant", "export", "default", export)
		d.Stop(t)
		places := map[string][]byte{"log": []byte(d.Log()), "lists and audit": read.Bytes()}
		for _, root := range []string{d.Data, filepath.Dir(backup), filepath.Dir(export)} {
			if err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
				if err != nil || e.IsDir() || !e.Type().IsRegular() {
					return err
				}
				places[path], err = os.ReadFile(path)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if dsn != "" {
			places["PostgreSQL"] = dumpPostgres(t, d, dsn)
		}
		found := 0
		for place, content := range places {
			content = plain(content)
			if bytes.Contains(content, []byte(r.clientID)) {
				found++
			}
			for name, s := range secrets {
				if bytes.Contains(content, []byte(s)) {
					t.Errorf("the %s stands in %s", name, place)
				}
			}
		}
		if found < 4 { // else the search would prove nothing
			t.Errorf("the client id, which is no secret, was found in %d places", found)
		}
	})
}

// plain is content without its compression, as far as it has one: an export is a gzip stream, a backup a zip archive.
func plain(content []byte) []byte {
	if archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil {
		var all []byte
		for _, f := range archive.File {
			if r, err := f.Open(); err == nil {
				part, _ := io.ReadAll(r)
				all = append(append(all, part...), plain(part)...)
			}
		}
		return all
	}
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return content
	}
	out, _ := io.ReadAll(z) // what can be read of it
	return append(out, content...)
}

// dumpPostgres is all that the control database and the databases of its tenants hold.
func dumpPostgres(t *testing.T, d *desk, dsn string) (all []byte) {
	t.Helper()
	dsns := []string{dsn}
	for _, one := range d.Run(t, "tenant", "list")["tenants"].([]any) {
		beside, err := db.Beside(dsn, "provost_"+strings.ReplaceAll(one.(map[string]any)["id"].(string), "-", ""))
		if err != nil {
			t.Fatal(err)
		}
		dsns = append(dsns, beside)
	}
	for _, dsn := range dsns {
		out, err := exec.Command("pg_dump", "--inserts", dsn).Output()
		if err != nil {
			t.Fatalf("pg_dump: %v", err)
		}
		all = append(all, out...)
	}
	return all
}

// TestARevocationThatIsNotStoredIsNotPromised takes the database away: a token is either dead or its revocation was refused
// (CVE-2020-15223 is the other way).
func TestARevocationThatIsNotStoredIsNotPromised(t *testing.T) {
	t.Parallel()
	cluster := pgtest.NewCluster(t)
	s := testkit.Start(t, testkit.Options{DSN: cluster.DSN("control")})
	r := register(t, s, "default", "localhost", allScopes...)
	token := r.token(t)
	cluster.Kill()
	a := r.post(t, "revocation", r.credentials("token", token))
	stored := a.Status == http.StatusOK // by a connection that had not noticed yet
	if !stored && (a.Status != http.StatusServiceUnavailable || a.JSON()["error"] != "temporarily_unavailable" || a.Header.Get("Retry-After") == "") {
		t.Errorf("revocation without a database: %d %v %.300s", a.Status, a.Header, a.Body)
	}
	cluster.Start()
	const devices = "/api/apigatewaydataservices/v1/devices?$top=1"
	pace, until := rate.NewLimiter(20, 1), time.Now().Add(30*time.Second)
	for a = r.with(t, token, "GET", devices, ""); a.Status == http.StatusServiceUnavailable && time.Now().Before(until); a = r.with(t, token, "GET", devices, "") {
		_ = pace.Wait(t.Context())
	}
	if stored != (a.Status == http.StatusUnauthorized) || !stored && a.Status != http.StatusOK {
		t.Errorf("revocation stored: %t; the token then: %d %.300s", stored, a.Status, a.Body)
	}
	if a := r.post(t, "revocation", r.credentials("token", token)); a.Status != http.StatusOK {
		t.Fatalf("revocation: %d %.300s", a.Status, a.Body)
	}
	if a := r.with(t, token, "GET", devices, ""); a.Status != http.StatusUnauthorized {
		t.Errorf("the revoked token: %d", a.Status)
	}
}

// TestNobodyGrantsMoreThanTheyHold tries what a registration may hand out over the administration API with admin.write, in a role that
// administers and in one that does not.
func TestNobodyGrantsMoreThanTheyHold(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		small := register(t, d.Server, "default", "localhost", "--scope", "admin.read,admin.write", "--role", "ServiceDeskAnalyst")
		large := register(t, d.Server, "default", "localhost", "--scope", "admin.read,admin.write")
		d.Run(t, "user", "create", "agent", "--role", "ServiceDeskAnalyst")
		token, whole := small.token(t, "scope", "admin.read admin.write"), large.token(t, "scope", "admin.read admin.write")
		people := large.with(t, whole, "GET", adminPath+"people?search=admin", "").JSON()["items"].([]any)
		admin := people[0].(map[string]any)["id"].(string)
		for _, try := range []struct {
			method, path, body string
			status             int // for the registration whose role administers
		}{
			{"POST", "people", `{"login":"mole","last_name":"Mole","role":"Admin"}`, 201},
			{"POST", "people/" + admin + "/setup-link", "", 201},
			{"PUT", "people/" + admin + "/roles/SelfService", "", 200},
			{"PUT", "roles/Mole", `{"admin":true,"includes":["*"]}`, 200},
			{"POST", "key-groups", `{"name":"moles","roles":["*"]}`, 201},
			{"POST", "keys", `{"role":"Admin"}`, 201},
			{"POST", "issuers", `{"name":"mole","kind":"oidc","issuer":"https://login.example.com","audiences":["a"]}`, 201},
			{"POST", "registrations", `{"type":"custom","scopes":["admin.write"],"role":"Admin"}`, 201},
		} {
			if a := small.with(t, token, try.method, adminPath+try.path, try.body); a.Status != http.StatusForbidden || a.JSON()["code"] != "grant_refused" {
				t.Errorf("%s %s without such a role: %d %.300s", try.method, try.path, a.Status, a.Body)
			}
			if a := large.with(t, whole, try.method, adminPath+try.path, try.body); a.Status != try.status {
				t.Errorf("%s %s with it: %d %.300s", try.method, try.path, a.Status, a.Body)
			}
		}
		if a := small.with(t, token, "POST", adminPath+"registrations", `{"type":"custom","scopes":["data.read"]}`); a.Status != http.StatusForbidden {
			t.Errorf("a scope it does not carry: %d %.300s", a.Status, a.Body)
		}
		if a := small.with(t, token, "PATCH", adminPath+"people/"+admin, `{"title":"Boss"}`); a.Status != http.StatusOK {
			t.Errorf("what grants nothing: %d %.300s", a.Status, a.Body)
		}
	})
}
