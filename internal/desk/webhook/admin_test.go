package webhook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/desk/webhook"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func TestWhatIsWrongIsRefused(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/test.db")
	f.hook(webhook.Spec{Name: "Taken"})
	for field, s := range map[string]webhook.Spec{
		"name":                              {Name: " "},
		"name with a line break":            {Name: "a\nb"},
		"event":                             {Events: []string{"read"}},
		"object":                            {Objects: []string{"Unicorn"}},
		"object of a filter":                {Filter: "Status eq 'Active'"},
		"object of a field":                 {Fields: []string{"Status"}},
		"filter":                            {Objects: []string{"Incident"}, Filter: "Status eq"},
		"filter with an unknown field":      {Objects: []string{"Incident"}, Filter: "Colour eq 'red'"},
		"filter with a wrong value":         {Objects: []string{"Incident"}, Filter: "IncidentNumber eq 'many'"},
		"field":                             {Objects: []string{"Incident"}, Fields: []string{"Colour"}},
		"role":                              {Role: "Nobody"},
		"on_behalf_of":                      {OnBehalfOf: "nobody"},
		"on_behalf_of without the role":     {OnBehalfOf: "InternalServices", Role: "Unheld"},
		"url of plain http to the public":   {URL: "http://8.8.8.8/"},
		"url of a private address":          {URL: "https://10.1.2.3/"},
		"url of a cloud's metadata":         {URL: "http://169.254.169.254/latest/meta-data/"},
		"url with a password":               {URL: "https://u:p@example.com/"},
		"url of loopback that is not given": {URL: "https://[::1]/"},
	} {
		if s.Name == "" {
			s.Name = "x"
		}
		if s.URL == "" {
			s.URL = f.receiver.URL
		}
		_, err := f.hooks.Create(f.ctx, f.one, s)
		want, _, _ := strings.Cut(field, " ")
		if want == "on_behalf_of" && s.Role != "" {
			want = "role"
		}
		if e := fault.Of(err); !fault.Is(err, fault.Invalid) || e.Fields[0].Field != want {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := f.hooks.Create(f.ctx, f.one, webhook.Spec{Name: "TAKEN", URL: f.receiver.URL}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a name that is taken: %v", err)
	}
	for range 49 {
		f.hook(webhook.Spec{Name: fmt.Sprint("hook ", time.Now().UnixNano())})
	}
	if _, err := f.hooks.Create(f.ctx, f.one, webhook.Spec{Name: "one more", URL: f.receiver.URL}); !fault.Is(err, fault.Conflict) {
		t.Errorf("the fifty-first: %v", err)
	}
}

func TestRotationSignsWithBothForAWhile(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		old := f.hook(webhook.Spec{})
		fresh, err := f.hooks.Rotate(f.ctx, f.one, "hook", time.Hour)
		f.must(err)
		if fresh.Secret == old.Secret {
			t.Fatal("the secret is the old one")
		}
		told := func(both bool) {
			t.Helper()
			f.create("Incident", "Subject", "s")
			got := f.send()
			if len(got) != 1 || !got[0].signed(t, fresh.Secret) || got[0].signed(t, old.Secret) != both {
				t.Errorf("signed %q", got[0].signature)
			}
		}
		told(true)
		f.clock.Advance(time.Hour - time.Second)
		told(true)
		f.clock.Advance(time.Second)
		told(false)
		old = fresh
		fresh, err = f.hooks.Rotate(f.ctx, f.one, "hook", 0)
		f.must(err)
		told(false)
		if _, err := f.hooks.Rotate(f.ctx, f.one, "hook", 8*24*time.Hour); !fault.Is(err, fault.Invalid) {
			t.Errorf("an overlap of eight days: %v", err)
		}
		if n, entry := f.audited("webhook.rotate"); n != 2 || strings.Contains(entry, "whsec_") {
			t.Errorf("%d audit entries, %s", n, entry)
		}
	})
}

func TestReplayKeepsIds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.hook(webhook.Spec{})
		f.create("Incident", "Subject", "one")
		first := f.send()
		f.clock.Advance(time.Hour)
		f.create("Incident", "Subject", "two")
		second := f.send()
		replayed := func(id string, since time.Time, want ...[]received) {
			t.Helper()
			f.clock.Advance(time.Second)
			n, err := f.hooks.Replay(f.ctx, f.one, "hook", id, since)
			f.must(err)
			got := f.send()
			ids := map[string]bool{}
			for _, w := range want {
				ids[w[0].id] = true
			}
			for _, r := range got {
				if !ids[r.id] || !r.signed(t, made.Secret) {
					t.Errorf("%s came, want %v", r.id, ids)
				}
			}
			if len(got) != len(want) || n != int64(len(want)) {
				t.Errorf("%d were replayed and %d came, want %d", n, len(got), len(want))
			}
		}
		replayed("", time.Time{}) // none is dead
		replayed(first[0].id, time.Time{}, first)
		replayed("", f.clock.Now().Add(-30*time.Minute), second)
		replayed("", f.clock.Now().Add(-2*time.Hour), first, second)
		if _, err := f.hooks.Replay(f.ctx, f.one, "hook", "msg_unknown", time.Time{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown one: %v", err)
		}
		f.clock.Advance(7*24*time.Hour - 30*time.Minute)
		f.must(f.hooks.Sweep(f.ctx, f.one))
		if f.state() != "delivered" {
			t.Errorf("after a week there are %s", f.state())
		}
		_, err := f.hooks.Disable(f.ctx, f.one, "hook")
		f.must(err)
		if _, err := f.hooks.Replay(f.ctx, f.one, "hook", second[0].id, time.Time{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("of one that is off: %v", err)
		}
	})
}

func TestPing(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.hook(webhook.Spec{Inactive: true})
		d, err := f.hooks.Test(f.ctx, f.one, "hook")
		f.must(err)
		got := f.receiver.take()
		if d.State != "delivered" || d.Status != 200 || kinds(got) != "webhook.ping" || !got[0].signed(t, made.Secret) || got[0].message.Data.Webhook != "hook" {
			t.Errorf("%+v, %s", d, kinds(got))
		}
		f.receiver.status(http.StatusTeapot)
		if d, err = f.hooks.Test(f.ctx, f.one, "hook"); err != nil || d.State != "dead" || d.Status != http.StatusTeapot {
			t.Errorf("%+v %v", d, err)
		}
		f.receiver.take()
		if got := f.after(time.Hour); len(got) != 0 {
			t.Errorf("a ping is tried again: %s", kinds(got))
		}
	})
}

// TestSecretsAreShownOnce: neither lists nor the audit trail nor an export of the tenant hold them, nor the path of the address
// the audit trail.
func TestSecretsAreShownOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.hook(webhook.Spec{})
		fresh, err := f.hooks.Rotate(f.ctx, f.one, "hook", time.Hour)
		f.must(err)
		f.create("Incident", "Subject", "s")
		f.send()
		all, err := f.hooks.List(f.ctx, f.one)
		f.must(err)
		listed, err := json.Marshal(all)
		f.must(err)
		var dump bytes.Buffer
		f.must(f.one.DB.Dump(f.ctx, &dump, nil))
		for name, text := range map[string]string{"the list": string(listed), "the dump": dump.String()} {
			for _, secret := range []string{made.Secret, fresh.Secret} {
				if strings.Contains(text, strings.TrimPrefix(secret, "whsec_")) {
					t.Errorf("%s holds a secret", name)
				}
			}
		}
		if n, entry := f.audited("webhook.create"); n != 1 || strings.Contains(entry, "confidential") || !strings.Contains(entry, "127.0.0.1") {
			t.Errorf("%d audit entries, %s", n, entry)
		}
	})
}

// TestAnImportIsSwitchedOff: a copy of a tenant must not tell receivers of the original what happens to the copy, nor tell them
// again what the original tells.
func TestAnImportIsSwitchedOff(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.hook(webhook.Spec{})
		f.create("Incident", "Subject", "waits at the time of the export")
		var export bytes.Buffer
		_, err := f.registry.Export(f.ctx, f.one.ID, &export, nil)
		f.must(err)
		info, err := f.registry.Import(f.ctx, tenant.New{Name: "copy", Hosts: []string{"copy.example.com"}, BaseURL: "https://copy.example.com"}, &export, false, nil)
		f.must(err)
		copied := f.acquire(f.registry, info.ID)
		incident, _ := copied.Records.Type(f.ctx, "Incident")
		_, err = copied.Records.Create(f.ctx, incident, input("Subject", "of the copy"))
		f.must(err)
		f.must(f.hooks.Send(f.ctx, copied))
		if got := f.receiver.take(); len(got) != 0 {
			t.Errorf("the copy sent %s", kinds(got))
		}
		w, err := f.hooks.Find(f.ctx, copied, "hook")
		if err != nil || w.Active || !strings.Contains(w.Reason, "import") {
			t.Errorf("in the copy: %+v %v", w, err)
		}
		_, err = f.hooks.Enable(f.ctx, copied, "hook")
		f.must(err)
		f.must(f.hooks.Send(f.ctx, copied))
		if got := f.receiver.take(); len(got) != 1 || !got[0].signed(t, made.Secret) || got[0].message.Data.Record["Subject"] != "waits at the time of the export" {
			t.Errorf("enabled, the copy sent %s", kinds(got))
		}
		if got := f.send(); len(got) != 1 {
			t.Errorf("the original sent %s", kinds(got))
		}
	})
}
