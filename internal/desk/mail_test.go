package desk_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/smtptest"
)

const letters = `{"objects": [{"object": "Letter#", "fields": [{"name": "Name", "required": true}, {"name": "Email"}],
 "actions": [{"name": "Write", "notify": [{"to": "{Email}", "subject": "About {Name}", "body": "Dear reader,\n{Name} it is."}]}]}]}`

// TestAQuickActionWrites has an action send e-mail: without a server, through one, and to somebody it refuses.
func TestAQuickActionWrites(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		file := filepath.Join(t.TempDir(), "letters.json")
		if err := os.WriteFile(file, []byte(letters), 0o600); err != nil {
			t.Fatal(err)
		}
		s.Run(t, "object", "apply", "-f", file)
		auth := "rest_api_key=" + s.Key(t, "Admin")
		write := func(to string) (letter string) {
			a := s.Ask(t, "POST", sets+"letters", auth, `{"Name":"News","Email":"`+to+`"}`)
			letter, _ = a.JSON()["RecId"].(string)
			if a = s.Ask(t, "POST", sets+"letters('"+letter+"')/Write", auth, ""); a.Status != 200 {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
			return letter
		}
		// became waits until the e-mail of a letter is no longer queued, by asking: nothing tells the outside.
		became := func(letter string) map[string]any {
			for range 20_000 {
				for _, row := range s.Ask(t, "GET", sets+"journal__emails?$filter=ParentLink_RecID eq '"+letter+"'", auth, "").Rows() {
					if row["DeliveryStatus"] != "Queued" {
						return row
					}
				}
			}
			t.Fatal("the e-mail stays queued")
			return nil
		}
		if row := became(write("nobody@corp.example")); row["DeliveryStatus"] != "Failed" || row["DeliveryError"] != "no mail server is set up" {
			t.Errorf("without a server: %v, %v", row["DeliveryStatus"], row["DeliveryError"])
		}
		if code, _, said := s.Try(t, "mail", "test", "a@corp.example"); code != 1 || !strings.Contains(said, "mail set") {
			t.Errorf("%d %s", code, said)
		}
		smtp := smtptest.Start(t, "", "", false)
		s.Run(t, "mail", "set", "--host", smtp.Host, "--port", strconv.Itoa(smtp.Port), "--security", "none", "--from", "Desk <desk@corp.example>")
		if shown := s.Run(t, "mail", "show"); shown["host"] != smtp.Host {
			t.Errorf("%v", shown)
		}
		s.Run(t, "mail", "test", "boss@corp.example")
		if m := <-smtp.Got; m.To[0] != "boss@corp.example" || !strings.Contains(m.Data, "Test message") {
			t.Errorf("%+v", m)
		}
		letter := write("Ann <ann@corp.example>, ben@corp.example")
		m := <-smtp.Got
		if strings.Join(m.To, " ") != "ann@corp.example ben@corp.example" || m.From != "desk@corp.example" || !strings.Contains(m.Data, "Subject: About News") || !strings.Contains(m.Data, "\nNews it is.") {
			t.Errorf("%+v", m)
		}
		row := became(letter)
		if row["DeliveryStatus"] != "Sent" || row["SentDateTime"] == nil || row["ParentLink_Category"] != "Letter" {
			t.Errorf("%v", row)
		}
		if row := became(write("unknown@corp.example")); row["DeliveryStatus"] != "Failed" || !strings.Contains(row["DeliveryError"].(string), "nobody of that name") {
			t.Errorf("%v", row["DeliveryError"])
		}
		outbox := func() (ids []string) {
			for _, one := range s.Ask(t, "GET", "/api/admin/v1/mail/outbox", auth, "").JSON()["items"].([]any) {
				if one := one.(map[string]any); one["state"] == "failed" && one["to"] == "unknown@corp.example" && one["subject"] == "About News" && one["object"] == "Letter" {
					ids = append(ids, one["id"].(string))
				}
			}
			return ids
		}
		failed := outbox()
		if len(failed) != 1 {
			t.Fatalf("the outbox has %v: %s", failed, s.Ask(t, "GET", "/api/admin/v1/mail/outbox", auth, "").Body)
		}
		if a := s.Ask(t, "POST", "/api/admin/v1/mail/outbox/"+failed[0]+"/retry", auth, ""); a.Status != 204 {
			t.Errorf("tried again: %d %s", a.Status, a.Body)
		}
		for range 20_000 { // until it has failed once more
			if len(outbox()) > 0 {
				break
			}
		}
		if a := s.Ask(t, "DELETE", "/api/admin/v1/mail/outbox/"+failed[0], auth, ""); a.Status != 204 || len(outbox()) != 0 {
			t.Errorf("dropped: %d %s", a.Status, a.Body)
		}
		if a := s.Ask(t, "GET", "/api/admin/v1/mail", auth, ""); a.JSON()["failed"] != float64(1) { // the one without a server
			t.Errorf("counted: %s", a.Body)
		}
		if row := became(write("not an address")); row["DeliveryStatus"] != "Failed" || !strings.Contains(row["DeliveryError"].(string), "no e-mail address") {
			t.Errorf("%v", row["DeliveryError"])
		}
		letter = write("")
		if rows := s.Ask(t, "GET", sets+"journal__emails?$filter=ParentLink_RecID eq '"+letter+"'", auth, "").Rows(); len(rows) != 0 {
			t.Errorf("to nobody: %v", rows)
		}
		s.Run(t, "mail", "delete")
	})
}
