package password

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// complaints are what a refusal says of its fields.
func complaints(err error) string {
	var all []string
	for _, f := range fault.Of(err).Fields {
		all = append(all, f.Message)
	}
	return strings.Join(all, " ")
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		password string
		says     string
	}{
		"twelve characters are enough":        {"abcdefghijkl", ""},
		"eleven are not":                      {"abcdefghijk", "at least 12"},
		"characters count, not bytes":         {"äöüäöüäöüäö", "at least 12"},
		"composed and decomposed are one":     {"a\u0308bcdefghijk", "at least 12"},
		"256 are possible":                    {strings.Repeat("x", 256), ""},
		"257 are not":                         {strings.Repeat("x", 257), "at most 256"},
		"the login must not be in it":         {"my ADA.byron rocks", "login"},
		"no control characters":               {"abcdefghijkl\x00", "control"},
		"no broken text":                      {"abcdefghijkl\xff", "control"},
		"spaces and any letters are possible": {"пароль из слов", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := Check(c.password, "ada.byron")
			if c.says == "" && err != nil || c.says != "" && (!fault.Is(err, fault.Invalid) || !strings.Contains(complaints(err), c.says)) {
				t.Errorf("got %v", complaints(err))
			}
		})
	}
}

func TestAttemptsFromIPv6CountByNetwork(t *testing.T) {
	j := NewJudge(secret.NewPasswords(secret.PasswordLimits{}), clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	open := func(from string) error {
		return j.OpenLink(t.Context(), "t", "junk", netip.MustParseAddr(from), nil)
	}
	for range attempts {
		if err := open("2001:db8::1"); !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	}
	if err := open("2001:db8::ffff"); !fault.Is(err, fault.RateLimited) {
		t.Errorf("another address of the network: %v", err)
	}
	if err := open("2001:db8:0:1::1"); !fault.Is(err, fault.Invalid) {
		t.Errorf("another network: %v", err)
	}
}
