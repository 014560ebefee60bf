package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// A registration is made while the server runs, and what is reported of it to anybody's address is revoked.
func TestALeakedSecretIsRevokedOverHTTP(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		made := s.Run(t, "registration", "create", "--type", "monitoring", "--description", "Centreon")
		id, secret, key := made["client_id"].(string), made["client_secret"].(string), made["api_key"].(string)
		opens := func() int {
			return send(t, s, "localhost", http.MethodGet, incidents+"?$top=1", http.Header{"Authorization": {"rest_api_key=" + key}}, "").Status
		}
		if status := opens(); status != http.StatusOK {
			t.Errorf("the key of the registration: %d", status)
		}
		ask := func(method, path, body string) int {
			return send(t, s, "localhost", method, path, http.Header{"Authorization": {"rest_api_key=" + key}, "Content-Type": {"application/json"}}, body).Status
		}
		const odata = "/api/odata/businessobject/"
		for _, c := range []struct {
			method, path, body string
			want               int
		}{
			{"POST", incidents, `{"Subject":"Disk full on srv-01","Symptom":"98 %","Source":"Event"}`, http.StatusCreated},
			{"POST", odata + "changes", `{"Subject":"More disk","Description":"for srv-01"}`, http.StatusCreated},
			{"GET", odata + "employees?$top=1", "", http.StatusOK},
			{"GET", odata + "standarduserteams?$top=1", "", http.StatusOK},
			{"GET", odata + "categorys?$top=1", "", http.StatusOK},
			{"GET", odata + "cis?$top=1", "", http.StatusOK},
			{"POST", odata + "journal__Notess", `{"NotesBody":"still full"}`, http.StatusCreated},
			{"GET", odata + "problems?$top=1", "", http.StatusBadRequest},
			{"POST", odata + "employees", `{"LoginID":"intruder","FirstName":"In","LastName":"Truder"}`, http.StatusBadRequest},
		} {
			if got := ask(c.method, c.path, c.body); got != c.want {
				t.Errorf("%s %s: %d, want %d", c.method, c.path, got, c.want)
			}
		}
		shown := func() string {
			text, err := json.Marshal(s.Run(t, "registration", "show", id))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		if !strings.Contains(shown(), `"revoked_at":null`) {
			t.Errorf("%s", shown())
		}
		for _, leaked := range []string{secret, key, "nothing"} {
			if a := send(t, s, "localhost", http.MethodPost, "/trust/v1/leaks", nil, leaked); a.Status != http.StatusAccepted || len(a.Body) != 0 {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		}
		until(t, "the secret is revoked", func() bool { return strings.Contains(shown(), `"revoked_why":"leaked"`) })
		until(t, "the key is ended", func() bool { return opens() == http.StatusUnauthorized })
		s.Run(t, "registration", "delete", id)
	})
}
