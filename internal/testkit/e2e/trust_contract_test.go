package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

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
