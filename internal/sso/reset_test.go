package sso

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/testkit/smtptest"
)

// post gives tenant one a mail server and returns it, and what does the jobs that are due.
func (f *fixture) post() (*smtptest.Server, func()) {
	f.t.Helper()
	s := smtptest.Start(f.t, "", "", false)
	ctx := tenant.With(f.ctx, f.one)
	f.must(mail.Post{DB: f.one.DB, Keys: f.one.Keys, Clock: f.clock}.SetServer(ctx, mail.Server{Host: s.Host, Port: s.Port, Security: mail.None, From: "desk@example.com"}, nil))
	r := job.NewRunner(f.one.DB, job.Options{Clock: f.clock, TenantID: f.one.ID})
	f.replicas[0].sso.Jobs(r, f.one)
	return s, func() {
		f.t.Helper()
		for {
			n, err := r.RunDue(f.t.Context())
			f.must(err)
			if n == 0 {
				return
			}
		}
	}
}

var linkIn = regexp.MustCompile(`https://one\.example\.com/set-password#([0-9A-Za-z]{43})`)

// mailed returns the secret of the only link that was sent since.
func (f *fixture) mailed(s *smtptest.Server, to string) string {
	f.t.Helper()
	if len(s.Got) != 1 {
		f.t.Fatalf("%d e-mails", len(s.Got))
	}
	got := <-s.Got
	m := linkIn.FindStringSubmatch(strings.ReplaceAll(got.Data, "=\n", ""))
	if m == nil || len(got.To) != 1 || !strings.Contains(got.To[0], to) {
		f.t.Fatalf("the e-mail to %v: %s", got.To, got.Data)
	}
	return m[1]
}

func TestResetByMail(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		s, run := f.post()
		b := f.browser()
		first := b.want(http.StatusOK, http.MethodPost, "/login/reset", fields("username", "nobody")).Body.String()
		if second := b.want(http.StatusOK, http.MethodPost, "/login/reset", fields("username", "ANN")).Body.String(); first != second {
			t.Errorf("the answers differ:\n%s\n%s", first, second)
		}
		b.want(http.StatusOK, http.MethodPost, "/login/reset", fields("username", "ann")) // twice is once
		b.want(http.StatusForbidden, http.MethodPost, "/login/reset", fields("username", "ann"), "Sec-Fetch-Site", "cross-site")
		live := f.enter("ann")
		run()
		value := f.mailed(s, "ann@example.com")
		if !live.alive() {
			t.Error("asking for a link ends sessions")
		}
		const fresh = "a new and better password"
		f.goes(b.send(http.MethodPost, "/set-password", fields("code", value, "password", fresh, "again", fresh)), "/")
		if !b.alive() || live.alive() {
			t.Error("not signed in, or an old session lives on")
		}
		o := f.browser()
		o.want(http.StatusBadRequest, http.MethodPost, "/set-password", fields("code", value, "password", fresh, "again", fresh))
		if o.sid() != "" {
			t.Error("a used link signs in")
		}
		b.want(http.StatusOK, http.MethodPost, "/login/reset", fields("username", "ann"))
		run()
		value = f.mailed(s, "ann@example.com")
		f.clock.Advance(24 * time.Hour)
		o.want(http.StatusBadRequest, http.MethodPost, "/set-password", fields("code", value, "password", fresh, "again", fresh))
		for range 20 {
			b.send(http.MethodPost, "/login/reset", fields("username", "x"))
		}
		b.want(http.StatusTooManyRequests, http.MethodPost, "/login/reset", fields("username", "x"))
	})
}

func TestAdministration(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		const admin = "/api/admin/v1/"
		s, run := f.post()
		root, ann, sue := f.enter("root"), f.enter("ann"), f.enter("sue")
		ann.want(http.StatusForbidden, http.MethodGet, admin+"browser-sessions", "")
		var page struct{ Items []BrowserSession }
		f.must(json.Unmarshal(root.want(http.StatusOK, http.MethodGet, admin+"browser-sessions?person="+f.ids["ann"], "").Body.Bytes(), &page))
		if len(page.Items) != 1 || page.Items[0].Person != f.ids["ann"] {
			t.Fatalf("sessions are %+v", page)
		}
		root.want(http.StatusNoContent, http.MethodDelete, admin+"browser-sessions/"+page.Items[0].ID, "")
		root.want(http.StatusNotFound, http.MethodDelete, admin+"browser-sessions/"+page.Items[0].ID, "")
		root.want(http.StatusNoContent, http.MethodDelete, admin+"people/"+f.ids["sue"]+"/browser-sessions", "")
		if ann.alive() || sue.alive() || !root.alive() {
			t.Error("the wrong sessions ended")
		}
		root.want(http.StatusNoContent, http.MethodPost, admin+"people/"+f.ids["ann"]+"/invitation", "")
		run()
		f.mailed(s, "ann@example.com")

		f.policy("all")
		f.enrolTOTP("sue")
		if body := root.want(http.StatusOK, http.MethodGet, admin+"people/"+f.ids["sue"]+"/factors", "").Body.String(); !strings.Contains(body, `"totp":true`) || !strings.Contains(body, `"recovery_codes":10`) {
			t.Errorf("factors are %s", body)
		}
		f.clock.Advance(StepUpLife)
		w := root.want(http.StatusForbidden, http.MethodDelete, admin+"people/"+f.ids["sue"]+"/factors", "")
		if !strings.Contains(w.Body.String(), "step_up_required") {
			t.Errorf("refused with %s", w.Body)
		}
		root.want(http.StatusForbidden, http.MethodPut, admin+"people/"+f.ids["sue"]+"/roles/Admin", "{}")
		root.want(http.StatusOK, http.MethodPost, "/api/me/step-up", `{"password":"`+password+`"}`)
		root.want(http.StatusNoContent, http.MethodDelete, admin+"people/"+f.ids["sue"]+"/factors", "")
		f.goes(f.browser().signIn("sue", password), "/login/enrol")
		root.want(http.StatusNotFound, http.MethodDelete, admin+"people/nobody/factors", "")

		seen := map[string]bool{}
		entries, err := audit.List(f.ctx, f.one.DB, audit.Filter{})
		f.must(err)
		for _, e := range entries {
			seen[e.Action] = true
		}
		for _, action := range []string{"session.create", "session.renew", "session.end", "session.end_all", "session.step_up", "factor.add", "factor.reset", "person.invite", "password.link"} {
			if !seen[action] {
				t.Errorf("nothing in the audit trail says %s", action)
			}
		}
	})
}

func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.policy("all")
		f.enrolTOTP("sue")
		b := f.browser()
		b.signIn("ann", password)
		f.must(f.replicas[0].people.DeletePerson(tenant.With(f.ctx, f.one), f.one, "sue", false))
		f.clock.Advance(kept + 24*time.Hour)
		f.must(f.replicas[0].sso.Sweep(f.ctx, f.one))
		for _, table := range []string{"sso_session", "sso_challenge", "sso_totp", "sso_recovery"} {
			var n int64
			f.must(f.one.DB.QueryRow(f.ctx, "SELECT count(*) FROM "+table).Scan(&n))
			if n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
	})
}
