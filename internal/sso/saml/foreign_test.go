package saml_test

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// python runs a script of testdata with the system's Python, which has the module from Debian, and gives it ask as JSON.
func python(t *testing.T, module, script string, ask any) []byte {
	t.Helper()
	const program = "/usr/bin/python3" // not one that comes first in PATH: Debian's modules belong to this one
	if err := exec.Command(program, "-c", "import "+module).Run(); err != nil {
		testkit.Missing(t, "the Python module "+module+" is not installed")
	}
	in, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, filepath.Join("testdata", script))
	cmd.Stdin = bytes.NewReader(in)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, complaints.String())
	}
	return out
}

// files writes what foreign programs read: the provider's key pair, and our metadata.
func files(t *testing.T, sp saml.ServiceProvider) map[string]any {
	t.Helper()
	dir := t.TempDir()
	key, err := x509.MarshalPKCS8PrivateKey(provider().Key)
	if err != nil {
		t.Fatal(err)
	}
	metadata, err := saml.ExportMetadata(sp)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]any{}
	for name, data := range map[string][]byte{
		"key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), "certificate": pemOf("CERTIFICATE", provider().Certificate.Raw), "metadata": metadata,
	} {
		path := filepath.Join(dir, name+map[string]string{"metadata": ".xml"}[name]+map[bool]string{true: ".pem"}[name != "metadata"])
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		names[name] = path
	}
	return names
}

func TestResponsesOfPysaml2(t *testing.T) {
	testkit.Program(t, "xmlsec1")
	target := target()
	type one struct {
		Layout    samltest.Layout `json:"layout"`
		Algorithm string          `json:"algorithm"`
		Digest    string          `json:"digest"`
		want      saml.Code
	}
	cases := []one{
		{Layout: samltest.AssertionSigned},
		{Layout: samltest.ResponseSigned},
		{Layout: samltest.BothSigned},
		{Layout: samltest.BothSigned, Algorithm: samltest.RSASHA512, Digest: samltest.SHA512},
		{Layout: samltest.BothSigned, Algorithm: samltest.RSASHA1, Digest: samltest.SHA1, want: "algorithm_forbidden"},
		{Layout: samltest.AssertionSigned, Digest: samltest.SHA1, want: "digest_forbidden"},
	}
	ask := files(t, service())
	ask["cases"], ask["issuer"], ask["audience"], ask["acs"] = cases, target.Provider.EntityID, target.EntityID, target.ACS
	ask["request"], ask["name_id"] = target.Request, target.NameID
	var documents []string
	if err := json.Unmarshal(python(t, "saml2", "pysaml2_idp.py", ask), &documents); err != nil || len(documents) != len(cases) {
		t.Fatalf("%d documents: %v", len(documents), err)
	}
	for i, c := range cases {
		got, err := foreign([]byte(documents[i]))
		if code := reason(t, err); code != c.want {
			t.Errorf("%+v: %v", c, err)
		} else if err == nil && (got.NameID.Value != target.NameID || len(got.Attributes) != 3 || got.Attributes[2].Values[0] != "Example <&>") {
			t.Errorf("%+v: %+v", c, got)
		}
		if _, err := foreign([]byte(strings.ReplaceAll(documents[i], "ada@", "bob@"))); err == nil {
			t.Errorf("%+v: accepted with another name", c)
		}
	}
}

// foreign accepts a message made now.
func foreign(text []byte) (*saml.SignIn, error) {
	response, err := saml.ParseResponse(text)
	if err != nil {
		return nil, err
	}
	return response.Accept(provider().Record(), service(), target().Request, time.Now())
}
