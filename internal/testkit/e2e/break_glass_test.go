package e2e_test

import (
	"bytes"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// breakGlass makes an administrator with an authenticator app a break-glass one, and tries to take away what makes one on each surface.
func breakGlass(t *testing.T, m *administrator) {
	m.do(t, "PUT", "/roles/Keeper", `{"admin":true,"rights":{"*":{"read":"all"}}}`, 200, "")
	made := m.do(t, "POST", "/people", `{"login":"greta","role":"Keeper"}`, 201, "")
	greta := "/people/" + id(made)
	m.do(t, "PUT", greta+"/break-glass", "", 409, "break_glass_unfit")
	m.do(t, "PUT", "/people/0198A6A27D3E7A519D570B1D3C5F7A90/break-glass", "", 404, "person_unknown")

	link, _ := made.JSON()["setup_link"].(string)
	_, secret, _ := strings.Cut(link, "#")
	b := &operator{m.Server, m.host, map[string]string{}}
	b.want(t, "POST", "/set-password", url.Values{"code": {secret}, "password": {password}, "again": {password}}.Encode(), 303, "")
	shown := shownKey.FindSubmatch(b.want(t, "GET", "/login/enrol", "", 200, "").Body)
	if shown == nil {
		t.Fatal("no key for an authenticator app")
	}
	now, err := totp.GenerateCode(strings.ReplaceAll(html.UnescapeString(string(shown[1])), " ", ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b.want(t, "POST", "/login/enrol", "code="+now, 200, "")

	for range 2 { // it is harmless twice
		if a := m.do(t, "PUT", greta+"/break-glass", "", 200, ""); a.JSON()["break_glass"] != true || a.JSON()["break_glass_mark"] == nil {
			t.Errorf("after the mark was set: %s", a.Body)
		}
	}
	if all := items(m.do(t, "GET", "/people?break_glass=true", "", 200, "")); len(all) != 1 || all[0]["login"] != "greta" {
		t.Errorf("the list: %v", all)
	}
	for _, c := range [][3]string{
		{"POST", greta + "/deactivate", ""}, {"PATCH", greta, `{"status":"Terminated"}`}, {"PATCH", greta, `{"password_sign_in":false}`}, {"DELETE", greta, ""},
		{"DELETE", greta + "/roles/Keeper", ""}, {"DELETE", greta + "/factors", ""}, {"PUT", "/roles/Keeper", `{"rights":{"*":{"read":"all"}}}`},
	} {
		m.do(t, c[0], c[1], c[2], 409, "break_glass_kept")
	}
	key := http.Header{"Authorization": {"rest_api_key=" + m.key}, "Content-Type": {"application/json"}}
	for _, c := range [][3]string{
		{"PATCH", employees + "('" + id(made) + "')", `{"Disabled":true}`}, {"PUT", employees + "('" + id(made) + "')", `{"Status":"Terminated"}`},
		{"PATCH", employees + "('" + id(made) + "')", `{"IsInternalAuth":false}`}, {"DELETE", employees + "('" + id(made) + "')", ""},
	} {
		if a := send(t, m.Server, m.host, c[0], c[1], key, c[2]); a.Status < 400 || a.Status > 499 || !bytes.Contains(a.Body, []byte("greta is a break-glass administrator")) {
			t.Errorf("%s %s: %d %s", c[0], c[2], a.Status, a.Body)
		}
	}
	for _, command := range [][]string{{"user", "disable", "greta", "--force"}, {"user", "delete", "greta", "--force"}, {"user", "revoke", "greta", "--role", "Keeper", "--force"}, {"user", "reset-factors", "greta"}} {
		if code, _, said := m.Try(t, command...); code != 1 || !strings.Contains(said, "greta is a break-glass administrator") {
			t.Errorf("%v: %d %s", command, code, said)
		}
	}
	m.Run(t, "user", "break-glass", "greta", "--off")
	m.Run(t, "user", "break-glass", "greta")
	if a := m.do(t, "DELETE", greta+"/break-glass", "", 200, ""); a.JSON()["break_glass"] != false {
		t.Errorf("after the mark was removed: %s", a.Body)
	}
	m.do(t, "DELETE", greta, "", 204, "")
	m.do(t, "DELETE", "/roles/Keeper", "", 204, "")
}
