package saml_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

const rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

// logoutXML is the request that the provider sends.
func logoutXML(edits ...string) string {
	return strings.NewReplacer(edits...).Replace(`<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_l1" Version="2.0" IssueInstant="` + samltest.At(now) +
		`" NotOnOrAfter="` + samltest.At(now.Add(5*time.Minute)) + `" Destination="https://a.example/sso/entra/slo"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">` + provider().EntityID +
		`</Issuer><NameID xmlns="urn:oasis:names:tc:SAML:2.0:assertion">ada@a.example</NameID><samlp:SessionIndex>_a1</samlp:SessionIndex></samlp:LogoutRequest>`)
}

func deflated(text string) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return url.QueryEscape(base64.StdEncoding.EncodeToString(b.Bytes()))
}

// signedQuery signs a query as the redirect binding says.
func signedQuery(query, algorithm string, key crypto.Signer) string {
	query += "&SigAlg=" + url.QueryEscape(algorithm)
	digest := sha256.Sum256([]byte(query))
	value, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value))
}

func logout(query string, off saml.Code, at time.Time) (*saml.Logout, error) {
	m, err := saml.ParseLogoutWithout(off, query)
	if err != nil {
		return nil, err
	}
	idp := provider().Record()
	idp.LogoutIssuers = []string{"https://login.microsoftonline.com/6b1f3c1e-0000-4000-8000-000000000001/"}
	return m.Accept(idp, service(), at)
}

func TestLogoutRequests(t *testing.T) {
	key := samltest.NewKeys().Genuine.Key
	query := "SAMLRequest=" + deflated(logoutXML()) + "&RelayState=a%2Fb"
	m, err := saml.ParseLogout(signedQuery(query, rsaSHA256, key))
	if err != nil {
		t.Fatal(err)
	}
	if m.Issuer != provider().EntityID || m.RelayState != "a/b" {
		t.Errorf("%q %q", m.Issuer, m.RelayState)
	}
	got, err := m.Accept(provider().Record(), service(), now)
	want := &saml.Logout{
		ID: "_l1", Issuer: provider().EntityID, Signed: true, NameID: saml.NameID{Value: "ada@a.example"}, SessionIndexes: []string{"_a1"},
		ReplayKey: sha256.Sum256([]byte("_l1")), KeepUntil: now.Add(20 * time.Minute),
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	got, err = logout(query, "", now)
	if want.Signed = false; err != nil || !cmp.Equal(want, got) {
		t.Errorf("unsigned: %v %s", err, cmp.Diff(want, got))
	}
	got, err = logout("SAMLRequest="+deflated(logoutXML("xmlns:samlp", `xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:samlp`)), "", now)
	if err != nil || !cmp.Equal(want, got) {
		t.Errorf("as in Entra's examples: %v %s", err, cmp.Diff(want, got))
	}
	reordered := signedQuery(query, rsaSHA256, key)
	parts := strings.Split(reordered, "&")
	if got, err = logout("x=y&"+strings.Join([]string{parts[3], parts[2], parts[0], parts[1]}, "&"), "", now); err != nil || !got.Signed {
		t.Errorf("in another order, beside what a proxy added: %v", err)
	}
}

// Every logout message that must not count, with the check that refuses it; without that check it gets further.
func TestLogoutAttacks(t *testing.T) {
	genuine, attacker := samltest.NewKeys().Genuine.Key, samltest.NewKeys().Attacker.Key
	query := func(xml string) string { return "SAMLRequest=" + deflated(xml) }
	signed := func(xml string) string { return signedQuery(query(xml), rsaSHA256, genuine) }
	whole := signed(logoutXML())
	parts := strings.Split(whole, "&")
	const opening = "<samlp:SessionIndex>"
	for name, c := range map[string]struct {
		query string
		want  saml.Code
		final bool // there is nothing to go on with
	}{
		"attacker's key":                 {signedQuery(query(logoutXML()), rsaSHA256, attacker), "signature_invalid", true},
		"message changed":                {query(logoutXML("ada@", "bob@")) + "&" + strings.Join(parts[1:], "&"), "signature_invalid", true},
		"RelayState added":               {strings.Join([]string{parts[0], "RelayState=x", parts[1], parts[2]}, "&"), "signature_invalid", true},
		"other encoding of the same":     {strings.Replace(whole, "SigAlg=http%3A", "SigAlg=http:", 1), "signature_invalid", true},
		"SHA-1":                          {signedQuery(query(logoutXML()), "http://www.w3.org/2000/09/xmldsig#rsa-sha1", genuine), "algorithm_forbidden", true},
		"ECDSA that is none":             {signedQuery(query(logoutXML()), "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", genuine), "signature_invalid", true},
		"signature that is no base64":    {parts[0] + "&" + parts[1] + "&Signature=!", "base64_invalid", true},
		"empty signature":                {parts[0] + "&" + parts[1] + "&Signature=", "base64_invalid", true},
		"algorithm without a signature":  {parts[0] + "&" + parts[1], "logout_query", false},
		"signature without an algorithm": {parts[0] + "&" + parts[2], "logout_query", false},
		"message twice":                  {parts[0] + "&" + whole, "logout_query", true},
		"both kinds":                     {whole + "&SAMLResponse=x", "logout_query", false},
		"message under an escaped name":  {strings.Replace(whole, "SAMLRequest", "SAML%52equest", 1), "logout_query", true},
		"no message":                     {"RelayState=x", "logout_query", false},
		"bad escape":                     {"SAMLRequest=%zz", "logout_query", true},
		"too long":                       {whole + "&x=" + strings.Repeat("a", 64<<10), "logout_query", false},
		"another encoding":               {whole + "&SAMLEncoding=urn:x", "logout_query", false},
		"long RelayState":                {whole + "&RelayState=" + strings.Repeat("a", 1025), "relay_state_too_long", false},
		"not base64":                     {"SAMLRequest=!", "logout_encoding", true},
		"not deflated":                   {"SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(logoutXML()))), "logout_encoding", true},
		"DEFLATE bomb":                   {query(strings.Repeat(" ", 32<<20)), "logout_encoding", true},
		"document type":                  {signed("<!DOCTYPE x>" + logoutXML()), "xml_directive", false},
		"comment":                        {signed(logoutXML("@", "<!-- -->@")), "xml_comment", false},
		"a prefix bound twice":           {signed(logoutXML(opening, `<x:a xmlns:x="urn:a"/><x:a xmlns:x="urn:b"/>`+opening)), "namespace_rebound", false},
		"decoy ID":                       {signed(logoutXML(`ID="_l1"`, `ID="_l1" id="_x"`)), "id_attribute", false},
		"LogoutResponse as SAMLRequest":  {signed(logoutXML("LogoutRequest", "LogoutResponse")), "logout_kind", false},
		"other issuer":                   {signed(logoutXML("sts.windows.net", "evil.example")), "issuer_mismatch", false},
		"two issuers":                    {signed(logoutXML(opening, `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">x</Issuer>`+opening)), "issuer_mismatch", false},
		"no destination":                 {signed(logoutXML(` Destination="https://a.example/sso/entra/slo"`, "")), "destination_missing", false},
		"other destination":              {signed(logoutXML("https://a.example/sso/", "https://b.example/sso/")), "destination_mismatch", false},
		"past its end":                   {signed(logoutXML(samltest.At(now.Add(5*time.Minute)), samltest.At(now.Add(-5*time.Minute)))), "expired", false},
		"issued long ago":                {signed(logoutXML(samltest.At(now), samltest.At(now.Add(-14*time.Minute)))), "issued_too_long_ago", false},
		"issued in the future":           {signed(logoutXML(samltest.At(now), samltest.At(now.Add(time.Hour)))), "issued_in_future", false},
		"issued at no known time":        {signed(logoutXML(samltest.At(now), "now")), "time_format", false},
		"no ID":                          {signed(logoutXML(`ID="_l1"`, "")), "id_invalid", false},
		"version 1.1":                    {signed(logoutXML(`"2.0"`, `"1.1"`)), "version", false},
		"two NameID":                     {signed(logoutXML(opening, `<NameID xmlns="urn:oasis:names:tc:SAML:2.0:assertion">x</NameID>`+opening)), "nameid_missing", false},
		"empty NameID":                   {signed(logoutXML("ada@a.example", "")), "nameid_invalid", false},
	} {
		if _, err := logout(c.query, "", now); reason(t, err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if _, err := logout(c.query, c.want, now); !c.final && reason(t, err) == c.want {
			t.Errorf("%s: %v, even without that check", name, err)
		}
	}
	idp := provider().Record()
	m, err := saml.ParseLogout(whole)
	if err != nil {
		t.Fatal(err)
	}
	idp.Certificates = []*x509.Certificate{samltest.Certify(genuine, now.Add(-time.Hour), now.Add(-time.Minute))}
	if _, err := m.Accept(idp, service(), now); reason(t, err) != "certificate_expired" {
		t.Errorf("expired: %v", err)
	}
	idp.Certificates = nil
	if _, err := m.Accept(idp, service(), now); reason(t, err) != "provider_incomplete" {
		t.Errorf("no certificate: %v", err)
	}
	idp.Certificates = []*x509.Certificate{samltest.NewKeys().Weak.Certificate}
	if _, err := m.Accept(idp, service(), now); reason(t, err) != "certificate_weak" {
		t.Errorf("weak: %v", err)
	}
}

// What we send is what a provider that checks as strictly as we do accepts.
func TestOurLogoutMessages(t *testing.T) {
	us := service()
	them := saml.ServiceProvider{EntityID: provider().EntityID, SLOURL: "https://idp.example.com/slo?x=y"}
	peer := saml.IdentityProvider{EntityID: us.EntityID, Certificates: []*x509.Certificate{us.SigningKeys[0].Certificate}}
	idp := provider().Record()
	idp.SLOURL = them.SLOURL
	session := saml.LogoutSession{NameID: saml.NameID{Value: "<ada>&\"\u00e9", Format: "f", NameQualifier: "n", SPNameQualifier: "s"}, SessionIndex: "_a1"}
	request, err := saml.NewLogoutRequest(idp, us, session, "handle", now)
	if err != nil {
		t.Fatal(err)
	}
	got := receive(t, request.URL, them.SLOURL, peer, them)
	if !got.Signed || got.Answer || got.ID != request.ID || got.NameID != session.NameID || !cmp.Equal(got.SessionIndexes, []string{"_a1"}) {
		t.Errorf("request %+v", got)
	}
	for _, done := range []bool{true, false} {
		answer, err := saml.NewLogoutResponse(idp, us, "_l1", "theirs", done, now)
		if err != nil {
			t.Fatal(err)
		}
		got = receive(t, answer.URL, them.SLOURL, peer, them)
		if !got.Signed || !got.Answer || got.InResponseTo != "_l1" || got.Success != done {
			t.Errorf("answer %+v", got)
		}
	}
	us.SigningKeys = []saml.KeyPair{samltest.NewKeys().Curve}
	if _, err := saml.NewLogoutRequest(idp, us, session, "", now); reason(t, err) != "signing_key_missing" {
		t.Error(err)
	}
	idp.SLOURL = ""
	if _, err := saml.NewLogoutResponse(idp, us, "_l1", "", true, now); reason(t, err) != "provider_incomplete" {
		t.Error(err)
	}
}

func receive(t *testing.T, address, base string, peer saml.IdentityProvider, them saml.ServiceProvider) *saml.Logout {
	t.Helper()
	rest, found := strings.CutPrefix(address, base+"&")
	if !found {
		t.Fatalf("%s does not begin with %s", address, base)
	}
	m, err := saml.ParseLogout(rest)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Accept(peer, them, now)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
