package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/sso/federation"
)

// Names were not always different. Nothing is done to one of several that have one name.
func TestAProviderOfSeveralWithOneNameIsNotGuessed(t *testing.T) {
	all := []federation.Provider{{ID: "01A", Settings: federation.Settings{Name: "Entra"}}, {ID: "01B", Settings: federation.Settings{Name: "entra"}},
		{ID: "01C", Settings: federation.Settings{Name: "01b"}}, {ID: "01D", Settings: federation.Settings{Name: "Okta"}}}
	for asked, want := range map[string]string{"okta": "01D", "01a": "01A", "01b": "01B", "01C": "01C"} {
		if p, err := (idpNamed{asked}).pick(all); err != nil || p.ID != want {
			t.Errorf("%s: %s, %v; want %s", asked, p.ID, err, want)
		}
	}
	if _, err := (idpNamed{"ENTRA"}).pick(all); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "01A or 01B") {
		t.Errorf("%v", err)
	}
	if _, err := (idpNamed{"nobody's"}).pick(all); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

// A line is as wide as the terminal, whatever an attempt has to say.
func TestAttemptsFitTheTerminal(t *testing.T) {
	t.Setenv("COLUMNS", "100")
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	result, err := json.Marshal(map[string]any{"attempts": []federation.Attempt{
		{At: at, Outcome: "signed_in", Login: "ann", Detail: federation.Detail{Flow: "sp", RequestID: "r1"}},
		{At: at, Outcome: "email_conflict", Detail: federation.Detail{Flow: "idp", RequestID: "r2", Subject: "ünique\u202e", Message: strings.Repeat("very long ", 100)}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (*idpAttempts)(nil).print(terminal{out: &out}, result); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "2026-03-01 12:00:00Z  signed_in ") || strings.Contains(out.String(), "\u202e") || strings.HasSuffix(lines[1], " ") {
		t.Errorf("%s", out.String())
	}
	if n := len([]rune(lines[2])); n != 100 || !strings.HasSuffix(lines[2], "…") || !strings.Contains(lines[2], "very long") {
		t.Errorf("%d characters: %s", n, lines[2])
	}
}

// What is shown of a certificate is what tells it from others, and when it counts.
func TestCertificatesAreShownByWhatTellsThemApart(t *testing.T) {
	next := time.Now().AddDate(0, 0, 9)
	result, err := json.Marshal(federation.Provider{Kind: federation.KindSAML, Certificates: []federation.Certificate{
		{Fingerprint: "f1", Subject: "CN=old", NotAfter: next, DaysLeft: -1, Source: "metadata", DER: []byte("never shown")},
		{Fingerprint: "f2", Subject: "CN=new", NotBefore: next, NotAfter: next, DaysLeft: 9, Source: "upload", DER: []byte("never shown")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (*idpShow)(nil).print(terminal{out: &out}, result); err != nil {
		t.Fatal(err)
	}
	day := next.UTC().Format(time.DateOnly)
	for _, want := range []string{"  f1\n    CN=old, until " + day + " (expired), metadata\n", "  f2\n    CN=new, from " + day + " until " + day + " (9 days left), upload\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
