package e2e_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit"
)

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
