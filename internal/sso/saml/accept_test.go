package saml_test

import (
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

func TestGenuineMessagesAreAccepted(t *testing.T) {
	for _, g := range samltest.Variants() {
		for _, l := range g.Layouts {
			idp := provider().Record()
			if g.Record != nil {
				g.Record(&idp)
			}
			got, err := signIn(g.Form(target(), l), idp, "")
			if err != nil {
				t.Errorf("%s, %s: %v", g.Name, l, err)
				continue
			}
			if got.NameID.Value != "ada@a.example" || len(got.Attributes) < 7 {
				t.Errorf("%s, %s: %+v", g.Name, l, got)
			}
		}
	}
}

// What is read is all that the assertion says, and what the caller has to write.
func TestASignInSaysWhatTheAssertionSays(t *testing.T) {
	target := target()
	m := target.Message()
	m.SessionEnd = samltest.At(now.Add(time.Hour))
	m.Attributes = []samltest.Attribute{{Name: "role", Values: []string{" a ", "", "b&amp;c", "<x>d</x>"}}, {Name: "none"}}
	text := samltest.Signing{Key: target.Provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned)
	response, err := saml.ParseResponse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if response.Issuer != target.Provider.EntityID || response.InResponseTo != target.Request || response.ID != "_r1" || response.Destination != target.ACS {
		t.Errorf("unverified %+v", response)
	}
	got, err := response.Accept(target.Provider.Record(), service(), target.Request, now)
	if err != nil {
		t.Fatal(err)
	}
	want := &saml.SignIn{
		ResponseID: "_r1", AssertionID: "_a1", Issuer: target.Provider.EntityID,
		NameID:       saml.NameID{Value: "ada@a.example", Format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"},
		AuthnInstant: now.Add(-time.Hour), AuthnContext: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", SessionIndex: "_a1", SessionEnd: now.Add(time.Hour),
		Attributes: []saml.Attribute{{Name: "role", Values: []string{" a ", "", "b&c"}}, {Name: "none"}},
		RequestID:  target.Request, ReplayKey: sha256.Sum256([]byte("_a1")), KeepUntil: now.Add(10 * time.Minute),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Clocks may differ by the allowance and no more, at either end.
func TestTheEdgeOfTheAllowance(t *testing.T) {
	target := target()
	text := []byte(target.Genuine(samltest.BothSigned)) // issued now, valid from a second ago, confirmed for 5 minutes
	for _, c := range []struct {
		name string
		at   time.Time
		skew time.Duration
		want saml.Code
	}{
		{"last moment", now.Add(8*time.Minute - time.Second), 0, ""},
		{"past the last moment", now.Add(8 * time.Minute), 0, "confirmation_expired"},
		{"first moment", now.Add(-3 * time.Minute), 0, ""},
		{"before the first moment", now.Add(-3*time.Minute - time.Second), 0, "issued_in_future"},
		{"a larger allowance", now.Add(10*time.Minute - time.Second), 5 * time.Minute, ""},
		{"no allowance above five minutes", now.Add(10 * time.Minute), time.Hour, "confirmation_expired"},
		{"a smaller allowance", now.Add(6 * time.Minute), time.Minute, "confirmation_expired"},
	} {
		idp := target.Provider.Record()
		idp.Skew = c.skew
		response, err := saml.ParseResponse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = response.Accept(idp, service(), target.Request, c.at); reason(t, err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// A response to a pending request counts for this one alone; without one the provider may have started only if the record says so.
func TestPendingRequests(t *testing.T) {
	target := target()
	for _, pending := range []string{"", "_other", strings.ToUpper(target.Request)} {
		response, err := saml.ParseResponse([]byte(target.Genuine(samltest.ResponseSigned)))
		if err != nil {
			t.Fatal(err)
		}
		idp := target.Provider.Record()
		idp.AllowIDPInitiated = true
		if _, err = response.Accept(idp, service(), pending, now); reason(t, err) != "in_response_to_unknown" {
			t.Errorf("pending %q: %v", pending, err)
		}
	}
}

func TestDecryptionNeedsAKeyAndTakesTheSecondOne(t *testing.T) {
	target := target()
	m := target.Message()
	m.Encrypt = &samltest.Encryption{To: samltest.NewKeys().Service.Certificate}
	text := m.Encrypt.Assertion(samltest.Signing{Key: target.Provider.KeyPair}.Message(m.XML(), samltest.AssertionSigned))
	for name, c := range map[string]struct {
		keys []saml.KeyPair
		want saml.Code
	}{
		"none":     {nil, "encryption_key_missing"},
		"another":  {[]saml.KeyPair{samltest.NewKeys().Second}, "decryption_failed"},
		"rollover": {[]saml.KeyPair{samltest.NewKeys().Second, samltest.NewKeys().Service}, ""},
		"no RSA":   {[]saml.KeyPair{samltest.NewKeys().Curve, samltest.NewKeys().Service}, ""},
	} {
		response, err := saml.ParseResponse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		sp := service()
		sp.EncryptionKeys = c.keys
		if _, err = response.Accept(target.Provider.Record(), sp, target.Request, now); reason(t, err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	text := target().Genuine(samltest.AssertionSigned)
	if _, err := saml.ParseResponse([]byte(text + strings.Repeat(" ", 512<<10))); reason(t, err) != "document_too_large" {
		t.Error(err)
	}
	if _, err := saml.ParseResponse(nil); reason(t, err) != "not_xml" {
		t.Error(err)
	}
}

// Names that change when they are written and read again are refused twice over.
func TestRoundTripIsASecondGuard(t *testing.T) {
	for _, a := range samltest.Corpus() {
		if a.Name != "name that begins with a digit behind its prefix" {
			continue
		}
		if _, err := signIn(a.Form(target(), samltest.AssertionSigned), provider().Record(), "xml_name"); reason(t, err) != "xml_round_trip" {
			t.Error(err)
		}
	}
}

func BenchmarkAccept(b *testing.B) {
	target := target()
	idp, sp := target.Provider.Record(), service()
	for _, l := range samltest.Layouts {
		document := []byte(target.Genuine(l))
		b.Run(string(l), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				response, err := saml.ParseResponse(document)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := response.Accept(idp, sp, target.Request, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
