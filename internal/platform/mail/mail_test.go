package mail_test

import (
	"errors"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
	"github.com/provost-itsm/provost/internal/testkit/smtptest"
)

// each runs a test with the post of a fresh tenant on either engine.
func each(t *testing.T, fn func(t *testing.T, p mail.Post)) {
	t.Helper()
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d, err := db.Open(t.Context(), dsn, db.Options{Timeline: db.TenantTimeline()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		keys, err := secret.Open(filepath.Join(t.TempDir(), "keys.json"), true)
		if err != nil {
			t.Fatal(err)
		}
		fn(t, mail.Post{DB: d, Keys: keys, Clock: clock.System{}, Trust: smtptest.Trust(t)})
	})
}

func TestAMessageArrives(t *testing.T) {
	each(t, func(t *testing.T, p mail.Post) {
		ctx := principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "InternalServices"})
		if err := p.Send(ctx, mail.Message{To: []string{"a@corp.example"}}); !errors.Is(err, mail.ErrNoServer) {
			t.Errorf("without a server: %v", err)
		}
		for _, secure := range []bool{false, true} {
			s := smtptest.Start(t, "desk", "s3cret", secure)
			server := mail.Server{Host: s.Host, Port: s.Port, Security: mail.None, User: "desk", From: "Service Desk <desk@corp.example>"}
			if secure {
				server.Security = mail.StartTLS
			}
			if err := p.SetServer(ctx, server, new("s3cret")); err != nil {
				t.Fatal(err)
			}
			m := mail.Message{ID: "1@host", To: []string{"Anna Ämter <anna@corp.example>", "b@corp.example"}, Bcc: []string{"c@corp.example"},
				Subject: "Your request\r\nBcc: evil@corp.example", Text: "Dear Anna,\n.\nit is done. Grüße\n"}
			if err := p.Send(ctx, m); err != nil {
				t.Fatal(err)
			}
			got := <-s.Got
			if diff := cmp.Diff([]string{"anna@corp.example", "b@corp.example", "c@corp.example"}, got.To); diff != "" || got.From != "desk@corp.example" || got.TLS != secure || got.User != "desk" {
				t.Errorf("%+v\n%s", got, diff)
			}
			head, body, _ := strings.Cut(got.Data, "\n\n")
			for _, want := range []string{"Message-ID: <1@host>", "Subject: Your request Bcc: evil@corp.example", "Auto-Submitted: auto-generated"} {
				if !strings.Contains(head, want) {
					t.Errorf("the header lacks %q:\n%s", want, head)
				}
			}
			if strings.Contains(head, "c@corp.example") || !strings.Contains(body, "it is done") {
				t.Errorf("%s", got.Data)
			}
			if err := p.Send(ctx, mail.Message{To: []string{"unknown@corp.example"}, Subject: "x"}); !fault.Is(err, fault.Invalid) {
				t.Errorf("an unknown recipient: %v", err)
			}
			if err := p.Send(ctx, mail.Message{To: []string{"busy@corp.example"}, Subject: "x"}); err == nil || fault.Is(err, fault.Invalid) {
				t.Errorf("a recipient that may come: %v", err)
			}
			server.Port = s.Port
			if err := p.SetServer(ctx, server, new("wrong")); err != nil {
				t.Fatal(err)
			}
			if err := p.Send(ctx, m); err == nil {
				t.Error("the wrong password does")
			}
		}
	})
}

// TestAServerThatATenantNamesIsConfined keeps a tenant from having the program talk to machines that it alone can reach.
func TestAServerThatATenantNamesIsConfined(t *testing.T) {
	each(t, func(t *testing.T, p mail.Post) {
		ctx := principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "InternalServices"})
		for _, secure := range []bool{false, true} {
			s := smtptest.Start(t, "desk", "s3cret", secure)
			server := mail.Server{Host: s.Host, Port: s.Port, Security: mail.None, User: "desk", From: "desk@corp.example", Confined: true}
			if secure {
				server.Security = mail.StartTLS
			}
			if err := p.SetServer(ctx, server, new("s3cret")); err != nil {
				t.Fatal(err)
			}
			m := mail.Message{To: []string{"anna@corp.example"}, Subject: "x"}
			p.Outbound = nil
			if err := p.Send(ctx, m); !errors.Is(err, outbound.ErrRefused) {
				t.Errorf("a private address: %v", err)
			}
			p.Outbound = outbound.New(outbound.Options{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
			if err := p.Send(ctx, m); err != nil {
				t.Fatal(err)
			}
			if got := <-s.Got; got.TLS != secure || got.User != "desk" {
				t.Errorf("%+v", got)
			}
		}
	})
}

func TestAServerIsOnlyKeptWhenItCanBe(t *testing.T) {
	each(t, func(t *testing.T, p mail.Post) {
		ctx := principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "InternalServices"})
		good := mail.Server{Host: "mail.corp.example", Security: mail.StartTLS, User: "desk", From: "desk@corp.example"}
		for name, c := range map[string]struct {
			change   func(*mail.Server)
			password *string
		}{
			"no host":                    {func(s *mail.Server) { s.Host = "" }, new("x")},
			"a host with a port":         {func(s *mail.Server) { s.Host = "mail.corp.example:25" }, new("x")},
			"a host with a path":         {func(s *mail.Server) { s.Host = "mail/x" }, new("x")},
			"a port beyond":              {func(s *mail.Server) { s.Port = 70000 }, new("x")},
			"another security":           {func(s *mail.Server) { s.Security = "ssl3" }, new("x")},
			"a sender that is none":      {func(s *mail.Server) { s.From = "desk" }, new("x")},
			"a user without a password":  {func(*mail.Server) {}, new("")},
			"a password without a user":  {func(s *mail.Server) { s.User = "" }, new("x")},
			"a password in the open":     {func(s *mail.Server) { s.Security = mail.None }, new("x")},
			"no password and none there": {func(*mail.Server) {}, nil},
		} {
			s := good
			c.change(&s)
			if err := p.SetServer(ctx, s, c.password); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := p.Server(ctx); !errors.Is(err, mail.ErrNoServer) {
			t.Errorf("something was kept: %v", err)
		}
		if err := p.SetServer(ctx, good, new("s3cret")); err != nil {
			t.Fatal(err)
		}
		good.From = "Desk <desk@corp.example>"
		if err := p.SetServer(ctx, good, nil); err != nil {
			t.Errorf("the password that is there: %v", err)
		}
		if s, err := p.Server(ctx); err != nil || s != good {
			t.Errorf("%+v %v", s, err)
		}
		var kept, trail string
		if err := p.DB.QueryRow(ctx, "SELECT server || coalesce(CAST(password AS TEXT), '') FROM mail_server").Scan(&kept); err != nil || strings.Contains(kept, "s3cret") {
			t.Errorf("%s %v", kept, err)
		}
		if err := p.DB.QueryRow(ctx, "SELECT CAST(payload AS TEXT) FROM audit ORDER BY seq DESC LIMIT 1").Scan(&trail); err != nil || strings.Contains(trail, "s3cret") {
			t.Errorf("%s %v", trail, err)
		}
		if err := p.Remove(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Server(ctx); !errors.Is(err, mail.ErrNoServer) {
			t.Errorf("removed: %v", err)
		}
	})
}

func TestAddressesAsPeopleWriteThem(t *testing.T) {
	got, err := mail.Addresses(` a@corp.example; "B, the second" `)
	if err == nil {
		t.Errorf("a name alone: %v", got)
	}
	got, err = mail.Addresses("a@corp.example; Bo <b@corp.example>,A@corp.example,, ")
	if diff := cmp.Diff([]string{"<a@corp.example>", `"Bo" <b@corp.example>`}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
