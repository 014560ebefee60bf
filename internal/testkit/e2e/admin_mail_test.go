package e2e_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/smtptest"
)

// TestMailIsAdministeredOverTheAPI names a mail server, tests it, and looks after what could not be sent.
func TestMailIsAdministeredOverTheAPI(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--allow-private-outbound", "127.0.0.0/8"}})
		t.Cleanup(func() { erase(t, s) })
		d := readDocument(t, s)
		m := &administrator{client: client{Server: s, host: "localhost"}, document: d, header: "Bearer " + s.Key(t, "Admin")}
		smtp := smtptest.Start(t, "desk", "s3cret-of-desk", false)
		server := func(more string) string {
			return `{"host":"` + smtp.Host + `","port":` + strconv.Itoa(smtp.Port) + `,"security":"none","from":"Desk <desk@corp.example>"` + more + `}`
		}
		quiet := func(what string, a testkit.Answer) testkit.Answer {
			t.Helper()
			if strings.Contains(string(a.Body), "s3cret-of-desk") {
				t.Errorf("%s shows the password: %s", what, a.Body)
			}
			return a
		}

		if a := m.do(t, "GET", "/mail", "", 200, ""); a.JSON()["configured"] != false {
			t.Errorf("before: %s", a.Body)
		}
		m.do(t, "POST", "/mail/test", `{"to":"ann@corp.example"}`, 409, "mail_none")
		for _, bad := range [][2]string{
			{`{"host":"smtp/x","security":"tls","from":"desk@corp.example"}`, "host"},
			{`{"host":"smtp.corp.example:25","security":"tls","from":"desk@corp.example"}`, "host"},
			{`{"host":"smtp.corp.example","security":"tls","from":"<script>alert(1)</script>"}`, "from"},
			{`{"host":"smtp.corp.example","security":"tls","from":"desk@corp.example","user":"desk"}`, "user"},
			{`{"host":"smtp.corp.example","security":"none","from":"desk@corp.example","user":"desk","password":"x"}`, "security"},
		} {
			if a := m.do(t, "PUT", "/mail", bad[0], 400, "mail_invalid"); !strings.Contains(string(a.Body), `"field":"`+bad[1]+`"`) {
				t.Errorf("%s: %s", bad[0], a.Body)
			}
		}
		m.do(t, "PUT", "/mail", `{"host":"smtp.corp.example","port":99999,"security":"tls","from":"desk@corp.example"}`, 400, "request_invalid")
		m.do(t, "PUT", "/mail", `{"host":"smtp.corp.example","security":"ssl","from":"desk@corp.example"}`, 400, "request_invalid")

		a := quiet("naming it", m.do(t, "PUT", "/mail", server(`,"user":"desk","password":"s3cret-of-desk"`), 200, ""))
		if a.JSON()["configured"] != true || a.JSON()["has_password"] != true || a.JSON()["user"] != "desk" {
			t.Errorf("named: %s", a.Body)
		}
		quiet("reading it", m.do(t, "GET", "/mail", "", 200, ""))
		quiet("the trail", m.do(t, "GET", "/audit?action=mail_server.update", "", 200, ""))
		m.do(t, "PUT", "/mail", strings.Replace(server(`,"user":"desk"`), "Desk <", "Service Desk <", 1), 200, "")                // the password stays
		m.do(t, "PUT", "/mail", strings.Replace(server(`,"user":"desk"`), smtp.Host, "localhost", 1), 400, "mail_invalid")        // but goes nowhere else
		m.do(t, "PUT", "/mail", strings.Replace(server(`,"user":"desk"`), strconv.Itoa(smtp.Port), "25", 1), 400, "mail_invalid") // nor to another port
		m.do(t, "PUT", "/mail", strings.Replace(server(`,"user":"desk"`), `"none"`, `"starttls"`, 1), 400, "mail_invalid")        // nor another way
		m.do(t, "PUT", "/mail", server(`,"user":"other"`), 400, "mail_invalid")                                                   // nor for somebody else
		if a := m.do(t, "POST", "/mail/test", `{"to":"ann@corp.example"}`, 200, ""); a.JSON()["sent"] != true {
			t.Errorf("the test: %s", a.Body)
		}
		if got := <-smtp.Got; got.To[0] != "ann@corp.example" || got.User != "desk" || got.From != "desk@corp.example" {
			t.Errorf("%+v", got)
		}
		if a := m.do(t, "POST", "/mail/test", `{"to":"unknown@corp.example"}`, 200, ""); a.JSON()["sent"] != false || !strings.Contains(a.JSON()["error"].(string), "nobody of that name") {
			t.Errorf("the server's words: %s", a.Body)
		}
		m.do(t, "POST", "/mail/test", `{"to":"nobody"}`, 400, "mail_refused")
		m.do(t, "POST", "/mail/test", `{"to":"a@corp.example, b@corp.example"}`, 400, "mail_refused")

		outbox(t, m)
		m.do(t, "DELETE", "/mail", "", 204, "")
		if a := m.do(t, "GET", "/mail", "", 200, ""); a.JSON()["configured"] != false || a.JSON()["has_password"] != false {
			t.Errorf("forgotten: %s", a.Body)
		}
		for name := range d.operations() {
			if _, path, _ := strings.Cut(name, " "); strings.Contains(path, "/mail") && !d.answered[name] {
				t.Errorf("no test calls %s", name)
			}
		}
	})
}

// outbox has e-mails fail, tries one again and drops another.
func outbox(t *testing.T, m *administrator) {
	t.Helper()
	invite := func(login, email string) {
		a := m.do(t, "POST", "/people", `{"login":"`+login+`","role":"SelfService","email":"`+email+`"}`, 201, "")
		id, _ := a.JSON()["id"].(string)
		m.do(t, "POST", "/people/"+id+"/invitation", "", 204, "")
	}
	find := func(to, state string) (id string) {
		until(t, "an e-mail to "+to+" is "+state, func() bool {
			for _, one := range items(m.do(t, "GET", "/mail/outbox", "", 200, "")) {
				if one["to"] == to && one["state"] == state {
					id, _ = one["id"].(string)
					return true
				}
			}
			return false
		})
		return id
	}
	invite("busy", "busy@corp.example") // the server says: not now
	retried := find("busy", "retrying")
	if a := m.do(t, "GET", "/mail", "", 200, ""); a.JSON()["waiting"] != float64(1) || a.JSON()["failed"] != float64(0) {
		t.Errorf("one waits: %s", a.Body)
	}
	m.do(t, "POST", "/mail/outbox/"+retried+"/retry", "", 204, "")
	find("busy", "retrying")
	m.do(t, "DELETE", "/mail/outbox/"+retried, "", 204, "")
	m.do(t, "DELETE", "/mail/outbox/"+retried, "", 404, "mail_unknown")
	m.do(t, "POST", "/mail/outbox/job.schedule:desk.tend/retry", "", 404, "mail_unknown") // no e-mail
	m.do(t, "DELETE", "/mail/outbox/email.0198A6A27D3E7A519D570B1D3C5F7A90", "", 404, "mail_unknown")
	m.do(t, "DELETE", "/mail/outbox/anything", "", 404, "mail_unknown")
	if a := m.do(t, "GET", "/audit?action=mail.drop", "", 200, ""); len(items(a)) != 1 {
		t.Errorf("the trail: %s", a.Body)
	}
}
