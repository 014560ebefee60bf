package trust

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

const leakPath = "/trust/v1/leaks"

// reported posts a report and waits until it has been looked at.
func (f *fixture) reported(body, contentType string) *httptest.ResponseRecorder {
	f.t.Helper()
	w := f.post(leakPath, contentType, body)
	f.module.plane(f.one).leaks.running.Wait()
	if w.Code != http.StatusAccepted || w.Body.Len() != 0 {
		f.t.Errorf("%d %q to %.40q", w.Code, w.Body, body)
	}
	return w
}

func TestALeakedSecretIsRevokedAndItsOwnerTold(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm", Contact: "ops@example.com"})
		other := f.register(RegistrationSpec{Type: "csm"})
		foreign, err := f.module.CreateRegistration(f.ctx, f.two, RegistrationSpec{Type: "csm"})
		f.must(err)
		f.reported(foreign.ClientSecret, "text/plain") // of another tenant: nothing here
		f.reported(" \n"+made.ClientSecret+"\r\n", "text/plain")
		f.reported(made.ClientSecret, "") // again
		r := f.registration(made.ClientID)
		c := r.Credentials[0]
		if c.Revoked == nil || c.RevokedWhy != whyLeaked || c.RevokedBy != "trust" || len(f.live(other.ClientID)) != 1 {
			t.Errorf("%+v", c)
		}
		if got := f.trail("client_secret.leaked"); len(got) != 1 {
			t.Errorf("%v", got)
		}
		entries := f.entries()
		if last := entries[len(entries)-1]; last.Action != "client_secret.leaked" || last.Address != home || last.Label != made.ClientID || last.RequestID == "" {
			t.Errorf("%+v", last)
		}
		letters := f.letters()
		if len(letters) != 1 || letters[0].To[0] != "<ops@example.com>" || !strings.Contains(letters[0].Text, made.ClientID) || strings.Contains(letters[0].Text, made.ClientSecret[10:]) {
			t.Errorf("%+v", letters)
		}
		if got, err := f.module.Registration(f.ctx, f.two, foreign.ClientID); err != nil || got.Credentials[0].Revoked != nil {
			t.Errorf("another tenant's secret was revoked: %v", err)
		}
		f.keepsNoSecret(made.ClientSecret)
	})
}

func TestALeakedKeyIsEnded(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
		legacy := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann", Legacy: true})
		f.accepted(f.one, home, k.Secret)
		f.reported(`{"secret":"`+k.Secret+`","url":"https://example.com/gist"}`, "application/json")
		f.reported(strings.ToLower(legacy.Secret), "text/plain")
		for _, k := range []Issued{k, legacy} {
			f.refused(f.one, home, "REST "+k.Secret)
			f.must(f.module.EnableKey(f.ctx, f.one, k.ID, true))
			f.refused(f.one, home, "REST "+k.Secret)
		}
		if got := f.trail("api_key.leaked"); len(got) != 2 {
			t.Errorf("%v", got)
		}
		if _, err := f.module.RotateKey(f.ctx, f.one, k.ID, 0); !fault.Is(err, fault.Conflict) {
			t.Errorf("a leaked key has a successor: %v", err)
		}
	})
}

func TestAReportIsAnsweredTheSameWhateverItIs(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	made := f.register(RegistrationSpec{Type: "csm"})
	want := f.reported(secret.New(secret.KindClient), "text/plain").Result().Header
	for name, body := range map[string]string{
		"nothing": "", "junk": "\x00\xff", "a broken object": `{"secret":`, "another member": `{"Other":1}`, "a number": `{"secret":7}`, "no text": `{"secret":null}`,
		"too much": strings.Repeat("A", maxLeakBody+1), "a secret after too much": strings.Repeat(" ", maxLeakBody) + made.ClientSecret,
		"a wrong checksum": made.ClientSecret[:len(made.ClientSecret)-1] + "!", "a session's kind": secret.New(secret.KindSession), "a list": `["` + made.ClientSecret + `"]`,
		"a secret within text": "my secret is " + made.ClientSecret,
	} {
		got := f.reported(body, "application/json").Result().Header
		for h := range want {
			if got.Get(h) != want.Get(h) && h != "X-Request-Id" {
				t.Errorf("%s: %s is %q", name, h, got.Get(h))
			}
		}
	}
	if len(f.live(made.ClientID)) != 1 {
		t.Error("junk revoked a secret")
	}
	if w := f.post(leakPath, "text/plain", made.ClientSecret); w.Code != http.StatusAccepted {
		t.Errorf("%d", w.Code)
	}
	mux := http.NewServeMux()
	f.module.Routes(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, leakPath+"?secret=x", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost {
		t.Errorf("GET: %d", w.Code)
	}
}

func TestReportsFromOneAddressAreLimited(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	made := f.register(RegistrationSpec{Type: "csm"})
	for range leaksPerAddress {
		f.reported(secret.New(secret.KindClient), "text/plain")
	}
	f.reported(made.ClientSecret, "text/plain")
	if len(f.live(made.ClientID)) != 1 {
		t.Error("a report too many was looked at")
	}
	f.clock.Advance(2 * 60 * 1e9 / leaksPerAddress)
	f.reported(made.ClientSecret, "text/plain")
	if len(f.live(made.ClientID)) != 0 {
		t.Error("a report within the limit was not looked at")
	}
}

func TestReportLeak(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	made := f.register(RegistrationSpec{Type: "csm"})
	for value, want := range map[string]bool{made.ClientSecret: true, secret.New(secret.KindKey): false, "junk": false} {
		if found, err := f.module.ReportLeak(f.ctx, f.one, value); err != nil || found != want {
			t.Errorf("%.6s: %v %v", value, found, err)
		}
	}
	if _, err := f.module.Registration(f.ctx, f.one, made.ClientID); fault.Is(err, fault.NotFound) {
		t.Error("the registration is gone")
	}
}

func FuzzReadLeak(f *testing.F) {
	f.Add([]byte(secret.New(secret.KindClient)))
	f.Add([]byte(`{"secret":"` + secret.New(secret.KindKey) + `"}`))
	f.Add([]byte("0123456789abcdef-0123456789abcdef"))
	f.Add([]byte(`{"secret":1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, ok := readLeak(body)
		if !ok {
			return
		}
		if kind, known := secret.Kind(got); known && (kind == secret.KindClient || kind == secret.KindKey) {
			return
		}
		if again, legacy := secret.NormaliseLegacy(got); !legacy || again != got {
			t.Fatalf("%q is taken for a secret", got)
		}
	})
}
