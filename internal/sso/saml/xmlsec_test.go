package saml_test

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// xmlsec verifies every signature of a document with another implementation, of signatures and of XML, and says why not.
type xmlsec struct{ program, dir string }

func (x xmlsec) verify(t *testing.T, document []byte, certificate *x509.Certificate) error {
	t.Helper()
	trusted, file := filepath.Join(x.dir, "trusted.pem"), filepath.Join(x.dir, "message.xml")
	for path, data := range map[string][]byte{trusted: pemOf("CERTIFICATE", certificate.Raw), file: document} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range bytes.Count(document, []byte("Signature xmlns")) {
		cmd := exec.CommandContext(t.Context(), x.program, "--verify", "--pubkey-cert-pem", trusted, "--enabled-key-data", "key-name,raw-x509-cert",
			"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
			"--node-xpath", fmt.Sprintf("(//*[local-name()='Signature'])[%d]", i+1), file)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("signature %d: %w: %s", i+1, err, out)
		}
	}
	return nil
}

// Whatever we accept, xmlsec1 accepts too: all genuine variants, and whatever small changes leave acceptable.
func TestXmlsecAgreesWithWhatWeAccept(t *testing.T) {
	x := xmlsec{testkit.Program(t, "xmlsec1"), t.TempDir()}
	for _, g := range samltest.Variants() {
		for _, l := range g.Layouts {
			idp := provider().Record()
			if g.Record != nil {
				g.Record(&idp)
			}
			post, err := saml.DecodeForm(g.Form(target(), l))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(post.Document, []byte("EncryptedAssertion")) {
				continue // xmlsec1 would need the keys; the signatures are as those in the clear
			}
			certificate := idp.Certificates[0]
			if strings.Contains(g.Name, "two trusted") && !strings.Contains(g.Name, "other one") {
				certificate = idp.Certificates[1]
			}
			if err := x.verify(t, post.Document, certificate); err != nil {
				t.Errorf("%s, %s: %v", g.Name, l, err)
			}
		}
	}
	attacked := []byte(target().Genuine(samltest.BothSigned))
	if err := x.verify(t, bytes.Replace(attacked, []byte("ada@"), []byte("bob@"), 1), provider().Certificate); err == nil {
		t.Error("xmlsec1 accepts everything: this test shows nothing")
	}
	checked := 0
	random := rand.New(rand.NewPCG(1, 2))
	for checked < 25 {
		document := mutate(random, []byte(target().Genuine(samltest.AssertionSigned)))
		response, err := saml.ParseResponse(document)
		if err != nil {
			continue
		}
		if _, err := response.Accept(provider().Record(), service(), target().Request, now); err != nil {
			continue
		}
		checked++
		if err := x.verify(t, document, provider().Certificate); err != nil {
			t.Errorf("we accept what xmlsec1 does not: %v\n%q", err, document)
		}
	}
}

// mutate changes a document a little: a byte, a piece left out, doubled or moved, or something put in that parsers differ about.
func mutate(random *rand.Rand, document []byte) []byte {
	pieces := []string{" ", "\n", "&#10;", "<a/>", ` x="y"`, `xmlns:q="urn:q"`, "\r", "&lt;", "&#x40;", "\t", "'", `Id="_z"`}
	at := random.IntN(len(document))
	end := min(len(document), at+1+random.IntN(20))
	switch random.IntN(5) {
	case 0:
		document[at] ^= byte(1 << random.IntN(7))
		return document
	case 1:
		return append(document[:at:at], document[end:]...)
	case 2:
		return append(append(document[:end:end], document[at:end]...), document[end:]...)
	default:
		return append(append(document[:at:at], pieces[random.IntN(len(pieces))]...), document[at:]...)
	}
}
