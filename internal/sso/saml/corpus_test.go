package saml_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

var update = flag.Bool("update", false, "write the golden files of this package anew")

// each calls test for every attack in every layout.
func each(test func(a samltest.Attack, l samltest.Layout, idp saml.IdentityProvider)) {
	for _, a := range samltest.Corpus() {
		for _, l := range a.Layouts {
			idp := provider().Record()
			idp.AllowIDPInitiated = true // so that this is not what refuses
			if a.Record != nil {
				a.Record(&idp)
			}
			test(a, l, idp)
		}
	}
}

func TestEveryAttackIsRefusedForItsReason(t *testing.T) {
	var golden strings.Builder
	seen := map[string]bool{}
	each(func(a samltest.Attack, l samltest.Layout, idp saml.IdentityProvider) {
		if seen[a.Key(l)] {
			t.Errorf("two attacks are called %q", a.Key(l))
		}
		seen[a.Key(l)] = true
		got, err := signIn(a.Form(target(), l), idp, "")
		if err == nil {
			t.Errorf("%d %s: accepted as %q", a.Case, a.Key(l), got.NameID.Value)
			return
		}
		code := reason(t, err)
		fmt.Fprintf(&golden, "%-28s  %s\n", code, a.Key(l))
		if !*update && code != a.Want(l) {
			t.Errorf("%d %s: %v, want %s", a.Case, a.Key(l), err, a.Want(l))
		}
		if text := err.Error(); strings.ContainsAny(text[:strings.Index(text+" (", " (")], "<>&") {
			t.Errorf("%s: markup in %q", a.Key(l), text)
		}
	})
	write(t, filepath.Join("samltest", "reasons.txt"), golden.String())
}

// write writes a golden file when asked to.
func write(t *testing.T, path, text string) {
	t.Helper()
	if *update && !t.Failed() {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A message of any size costs little before it is refused.
func TestLargeMessagesCostLittle(t *testing.T) {
	each(func(a samltest.Attack, l samltest.Layout, idp saml.IdentityProvider) {
		if a.Case != 23 {
			return
		}
		form := a.Form(target(), l)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := signIn(form, idp, "")
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; err == nil || used > 16<<20 {
			t.Errorf("%s: %v after allocating %d KiB", a.Key(l), err, used>>10)
		}
	})
}

func TestErrorsOfStatusShowTheCodeAndNoMarkup(t *testing.T) {
	for _, a := range samltest.Corpus() {
		if a.Name != "error response" {
			continue
		}
		_, err := signIn(a.Form(target(), samltest.ResponseSigned), provider().Record(), "")
		var refusal *saml.Error
		if !errors.As(err, &refusal) || refusal.Detail != "Requester, NoAuthnContext, AADSTS75011" {
			t.Fatalf("%v, want the codes", err)
		}
		if cause := refusal.Cause.Error(); !strings.Contains(cause, "Trace ID: 1") || strings.Contains(cause, "<") {
			t.Errorf("cause %q, want the message without markup", cause)
		}
	}
}
