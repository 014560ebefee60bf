package trust

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/job"
)

// letters are the e-mails that wait to be sent, oldest first.
func (f *fixture) letters() (out []letter) {
	f.t.Helper()
	rows, err := list(f.ctx, f.one.DB, func(s scanner) (l letter, err error) {
		var payload string
		if err = s.Scan(&payload); err == nil {
			err = json.Unmarshal([]byte(payload), &l)
		}
		return l, err
	}, `SELECT payload FROM job WHERE kind = $1 ORDER BY created_at, id`, jobLetter)
	f.must(err)
	return rows
}

func (f *fixture) notify() {
	f.t.Helper()
	f.must(f.module.NotifyExpiry(f.ctx, f.one))
	f.must(f.module.NotifyExpiry(f.ctx, f.one)) // harmless twice
}

func TestEachNoticeGoesOutOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm", Name: "CSM <b>", Contact: "ops@example.com; desk@example.com"})
		f.register(RegistrationSpec{Type: "csm", NeverExpires: true})
		short := f.register(RegistrationSpec{Type: "csm", Expires: f.clock.Now().Add(10 * day)})
		var flags []string
		for range 180 * 2 {
			f.clock.Advance(12 * time.Hour)
			f.notify()
		}
		for _, e := range f.entries() {
			if e.Action == "client_secret.expiring" {
				flags = append(flags, e.Label[len(e.Label)-22:]+" "+e.Flags[0])
			}
		}
		a, b := short.ClientID[len(short.ClientID)-22:], made.ClientID[len(made.ClientID)-22:]
		if want := []string{a + " days:7", a + " days:1", b + " days:30", b + " days:14", b + " days:7", b + " days:1"}; !slices.Equal(flags, want) {
			t.Errorf("%v, want %v", flags, want)
		}
		letters := f.letters()
		if len(letters) != 4 {
			t.Fatalf("%d e-mails, want those of the registration that has contacts", len(letters))
		}
		first := letters[0]
		if !slices.Equal(first.To, []string{"<ops@example.com>", "<desk@example.com>"}) || first.Subject != "The client secret of CSM <b> expires in 30 days" ||
			!strings.Contains(first.Text, made.ClientID) || !strings.Contains(first.Text, "https://one.example.com") || !strings.Contains(first.Text, "never") || strings.Contains(first.Text, made.ClientSecret) {
			t.Errorf("%+v", first)
		}
		if last := letters[3]; !strings.Contains(last.Subject, "within a day") {
			t.Errorf("%s", last.Subject)
		}
	})
}

func TestWhoIsNotToldOfAnEnd(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		spec := RegistrationSpec{Type: "csm", Expires: f.clock.Now().Add(60 * day)}
		disabled, deleted, revoked, moved, rotated := f.register(spec), f.register(spec), f.register(spec), f.register(spec), f.register(RegistrationSpec{Type: "csm", NeverExpires: true})
		_, err := f.module.EnableRegistration(f.ctx, f.one, disabled.ClientID, false)
		f.must(err)
		f.must(f.module.DeleteRegistration(f.ctx, f.one, deleted.ClientID))
		_, err = f.module.RevokeCredential(f.ctx, f.one, revoked.ClientID, revoked.Registration.Credentials[0].ID, revoked.ClientID)
		f.must(err)
		f.clock.Advance(55 * day)
		later := f.clock.Now().Add(100 * day)
		_, err = f.module.SetExpiry(f.ctx, f.one, moved.ClientID, moved.Registration.Credentials[0].ID, &later)
		f.must(err)
		f.rotate(rotated.ClientID, Rotation{Grace: 3 * day, CredentialSpec: CredentialSpec{Never: true}})
		f.notify()
		if got := f.trail("client_secret.expiring"); len(got) != 0 {
			t.Errorf("%v", got)
		}
		f.clock.Advance(2*day + time.Hour) // the replaced secret is on its last day
		f.notify()
		if got := f.trail("client_secret.expiring"); len(got) != 1 {
			t.Errorf("%v", got)
		}
		f.clock.Advance(72 * day) // the end that was moved comes nearer
		f.notify()
		if got := f.trail("client_secret.expiring"); len(got) != 2 {
			t.Errorf("%v", got)
		}
		soon := f.clock.Now().Add(80 * day) // and is moved again: told again
		_, err = f.module.SetExpiry(f.ctx, f.one, moved.ClientID, moved.Registration.Credentials[0].ID, &soon)
		f.must(err)
		f.clock.Advance(51 * day)
		f.notify()
		if got := f.trail("client_secret.expiring"); len(got) != 3 {
			t.Errorf("%v", got)
		}
	})
}

func TestTheMetricTellsWhenCredentialsExpire(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	made := f.register(RegistrationSpec{Type: "csm", Expires: f.clock.Now().Add(time.Hour)})
	f.register(RegistrationSpec{Type: "csm", NeverExpires: true})
	registry := prometheus.NewRegistry()
	registry.MustRegister(f.module)
	gather := func() string {
		w := httptest.NewRecorder()
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		var lines []string
		for line := range strings.Lines(w.Body.String()) {
			if !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
		return strings.Join(lines, "")
	}
	want := `app_credential_expiry_seconds{client_id="` + made.ClientID + `",credential="` + made.Registration.Credentials[0].ID + `",kind="secret",tenant="one"} 3600` + "\n"
	if got := gather(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	f.clock.Advance(time.Hour)
	if got := gather(); got != "" {
		t.Errorf("%s", got)
	}
}

func TestWhatIsOverIsSwept(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made, gone := f.register(RegistrationSpec{Type: "csm"}), f.register(RegistrationSpec{Type: "csm"})
		used := made.Registration.Credentials[0].ID
		f.useCredential(used, f.clock.Now(), 1)
		f.rotate(made.ClientID, Rotation{CredentialSpec: CredentialSpec{Never: true}})
		spare := f.addSecret(made.ClientID, CredentialSpec{}).Credential.ID
		_, err := f.module.RevokeCredential(f.ctx, f.one, made.ClientID, spare, "")
		f.must(err)
		f.must(f.module.DeleteRegistration(f.ctx, f.one, gone.ClientID))
		f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error {
			for _, query := range []string{
				`INSERT INTO trust_revoked_token (jti, revision, client_id, ends_at) VALUES ('a', 1, 'c', $1)`,
				`INSERT INTO trust_used_assertion (digest, ends_at) VALUES ('aa', $1)`,
				`INSERT INTO trust_signing_key (kid, revision, alg, public, sealed, created_at, active_at, retire_at, gone_at) VALUES ('a', 1, 'ES256', '{}', 'aa', 0, 0, $1, $1)`,
			} {
				if _, err := tx.Exec(query, f.clock.Now().Add(time.Hour).UnixMicro()); err != nil {
					return err
				}
			}
			return nil
		}))
		count := func(table string) (n int) {
			t.Helper()
			f.must(f.one.DB.QueryRow(f.ctx, `SELECT COUNT(*) FROM `+table).Scan(&n))
			return n
		}
		want := func(registrations, credentials, tokens, keys int) {
			t.Helper()
			f.must(f.module.Sweep(f.ctx, f.one))
			if a, b, c, d, e := count("trust_registration"), count("trust_credential"), count("trust_revoked_token"), count("trust_used_assertion"), count("trust_signing_key"); a != registrations || b != credentials || c != tokens || d != tokens || e != keys {
				t.Errorf("%d registrations, %d credentials, %d revoked tokens, %d assertions, %d signing keys", a, b, c, d, e)
			}
		}
		want(2, 3, 1, 1)
		f.clock.Advance(25 * time.Hour)
		want(1, 3, 0, 1)
		f.clock.Advance(31 * day)
		want(1, 3, 0, 0)
		f.clock.Advance(366 * day)
		want(1, 2, 0, 0)
		if r := f.registration(made.ClientID); r.LastAuthenticated == nil || r.Credentials[0].ID != used {
			t.Error("it is forgotten when the registration last authenticated")
		}
	})
}

// A tenant without a mail server loses the e-mail, not the job queue.
func TestALetterWithoutAServerIsDone(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	payload, err := json.Marshal(letter{To: []string{"a@example.com"}, Subject: "x", Text: "y"})
	f.must(err)
	f.must(f.module.post(f.ctx, f.one, payload))
	if f.module.post(f.ctx, f.one, []byte("{")) == nil {
		t.Error("what cannot be read counts as sent")
	}
	runner := job.NewRunner(f.one.DB, job.Options{Clock: f.clock})
	f.module.Jobs(runner, f.one)
	f.register(RegistrationSpec{Type: "csm", Contact: "ops@example.com", Expires: f.clock.Now().Add(8 * day)})
	f.clock.Advance(2 * day)
	f.notify()
	if n, err := runner.RunDue(f.ctx); err != nil || n == 0 || len(f.letters()) != 0 {
		t.Errorf("%d jobs, %v", n, err)
	}
}
