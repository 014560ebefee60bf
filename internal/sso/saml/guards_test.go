package saml_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// structural are the refusals after which there is nothing to go on with, so that no test can leave them out.
var structural = []saml.Code{"xml_malformed", "encryption_shape", "encryption_unsupported", "decryption_failed"}

// cryptographic are the refusals of the verifier, which a test replaces as a whole.
var cryptographic = []saml.Code{"certificate_unknown", "certificate_expired", "certificate_not_yet_valid", "certificate_weak", "signature_invalid", "digest_mismatch"}

// Each check is left out by itself, and then at least one attack is accepted or gets as far as another check: no check is there
// in vain. What happens to the attacks stands in the golden file.
func TestEveryGuardIsNeeded(t *testing.T) {
	outcomes := map[saml.Code]map[saml.Code]int{} // by the guard that is left out: what its attacks meet then
	each(func(a samltest.Attack, l samltest.Layout, idp saml.IdentityProvider) {
		guard := a.Want(l)
		if slices.Contains(structural, guard) || a.Case == 23 && l != a.Layouts[0] { // without its limit a large message takes long; once is enough
			return
		}
		form := a.Form(target(), l)
		var err error
		if slices.Contains(cryptographic, guard) {
			var post *saml.Post
			if post, err = saml.DecodeForm(form); err == nil {
				var response *saml.Response
				if response, err = saml.ParseResponseUnverified(post.Document); err == nil {
					_, err = response.Accept(idp, service(), target().Request, now)
				}
			}
		} else {
			_, err = signIn(form, idp, guard)
		}
		if outcomes[guard] == nil {
			outcomes[guard] = map[saml.Code]int{}
		}
		outcomes[guard][reason(t, err)]++
	})
	var golden strings.Builder
	for _, guard := range slices.Sorted(maps.Keys(outcomes)) {
		var lines []string
		changed := false
		for _, code := range slices.Sorted(maps.Keys(outcomes[guard])) {
			changed = changed || code != guard
			lines = append(lines, fmt.Sprintf("%s %d", cmpOr(string(code), "ACCEPTED"), outcomes[guard][code]))
		}
		if !changed {
			t.Errorf("without %s every attack is refused as before", guard)
		}
		fmt.Fprintf(&golden, "without %-28s %s\n", guard, strings.Join(lines, ", "))
	}
	path := filepath.Join("testdata", "guards.golden")
	write(t, path, golden.String())
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(golden.String())) {
		t.Errorf("the outcomes differ from %s:\n%s", path, golden.String())
	}
}

func cmpOr(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Every reason that the code gives is in the list, and every one in the list is given somewhere and met by a test.
func TestReasonsAreComplete(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source, tests strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.HasSuffix(f, "_test.go"):
			tests.Write(text)
		case f != "reasons.go":
			source.Write(text)
		}
	}
	corpus, err := os.ReadFile(filepath.Join("samltest", "reasons.txt"))
	if err != nil {
		t.Fatal(err)
	}
	tests.Write(corpus)
	listed := map[saml.Code]bool{}
	for _, r := range saml.Reasons() {
		if listed[r.Code] || r.Message == "" || strings.ContainsAny(r.Message, "<>&") {
			t.Errorf("%s stands there twice, without a sentence or with markup", r.Code)
		}
		listed[r.Code] = true
		if !strings.Contains(source.String(), `"`+string(r.Code)+`"`) {
			t.Errorf("%s is listed, but nothing is refused for it", r.Code)
		}
		if !regexp.MustCompile(`\b` + string(r.Code) + `\b`).MatchString(tests.String()) {
			t.Errorf("%s is met by no test", r.Code)
		}
	}
	given := regexp.MustCompile(`(?:refuse|refuseAlways|because|orMalformed|Code)\("([a-z0-9_]+)"|require\(.*, "([a-z0-9]+_[a-z0-9_]+|version|expired)", `)
	for _, m := range given.FindAllStringSubmatch(source.String(), -1) {
		if code := saml.Code(m[1] + m[2]); !listed[code] {
			t.Errorf("%s is given, but not listed", code)
		}
	}
}

// What is covered by a signature and yet neither a response nor an assertion is refused, should the library ever return it.
func TestWhatIsSignedHasToBeWhatIsRead(t *testing.T) {
	for covered, want := range map[string]saml.Code{
		`<LogoutRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol"/>`: "signed_kind",
		`<Response xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`:     "signed_kind",
		`<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status></p:Response>`: "signed_content",
	} {
		response, err := saml.ParseResponseCovering([]byte(target().Genuine(samltest.ResponseSigned)), covered)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = response.Accept(provider().Record(), service(), target().Request, now); reason(t, err) != want {
			t.Errorf("%s: %v, want %s", covered, err, want)
		}
	}
}

// The original tree may change after verification as it likes: what is read are the bytes that were verified.
func TestOnlyWhatWasVerifiedIsRead(t *testing.T) {
	var forge func(*etree.Element)
	forge = func(el *etree.Element) {
		if el.Tag == "NameID" || el.Tag == "AttributeValue" {
			el.SetText(samltest.Victim)
		}
		for _, c := range el.ChildElements() {
			forge(c)
		}
	}
	for _, l := range samltest.Layouts {
		response, err := saml.ParseResponseAltering([]byte(target().Genuine(l)), forge)
		if err != nil {
			t.Fatal(err)
		}
		got, err := response.Accept(provider().Record(), service(), target().Request, now)
		if err != nil || got.NameID.Value != "ada@a.example" || got.Attributes[2].Values[0] != "Ada Example" {
			t.Errorf("%s: %+v, %v", l, got, err)
		}
	}
}
