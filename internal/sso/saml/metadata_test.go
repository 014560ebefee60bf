package saml_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// federation is a document of the shape that Entra ID publishes: WS-Federation roles and a signature beside what is read.
func federation(edits ...string) string {
	der := func(k saml.KeyPair) string { return base64.StdEncoding.EncodeToString(k.Certificate.Raw) }
	text := `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_e" entityID="` + provider().EntityID + `" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">` +
		`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>` +
		`<RoleDescriptor xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706">` +
		`<fed:PassiveRequestorEndpoint><EndpointReference xmlns="http://www.w3.org/2005/08/addressing"><Address>https://idp.example.com/wsfed</Address></EndpointReference></fed:PassiveRequestorEndpoint></RoleDescriptor>` +
		`<IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}` +
		`<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/slo" ResponseLocation="https://idp.example.com/slo/answer"/>` +
		`<NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</NameIDFormat>` +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/post"/>` +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso?a=b"/></IDPSSODescriptor></EntityDescriptor>`
	key := func(use, certificate string) string {
		return `<KeyDescriptor` + use + `><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + certificate + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
	}
	keys := samltest.NewKeys()
	expired := samltest.Certify(keys.Genuine.Key, now.Add(-2*time.Hour), now.Add(-time.Hour))
	text = strings.NewReplacer("{keys}", key(` use="signing"`, der(keys.Genuine))+key("", der(keys.Second))+key(` use="encryption"`, der(keys.Service))+
		key(` use="signing"`, base64.StdEncoding.EncodeToString(expired.Raw))+key(` use="signing"`, der(keys.Genuine))).Replace(text)
	return strings.NewReplacer(edits...).Replace(text)
}

func TestMetadataIsRead(t *testing.T) {
	m, err := saml.ImportMetadata([]byte("\ufeff"+federation()), "", now)
	if err != nil {
		t.Fatal(err)
	}
	keys := samltest.NewKeys()
	if m.EntityID != provider().EntityID || m.SSOURL != "https://idp.example.com/sso?a=b" || m.SSOBinding != saml.BindingRedirect || m.SLOURL != "https://idp.example.com/slo" ||
		m.SLOResponse != "https://idp.example.com/slo/answer" || !m.WantSignedRequests || !m.ValidUntil.IsZero() ||
		!cmp.Equal(m.NameIDFormats, []string{"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"}) {
		t.Errorf("%+v", m)
	}
	if len(m.Certificates) != 2 || !m.Certificates[0].Equal(keys.Genuine.Certificate) || !m.Certificates[1].Equal(keys.Second.Certificate) {
		t.Errorf("%d certificates, want those for signing and for any use, each once", len(m.Certificates))
	}
	if len(m.Refused) != 1 || reason(t, m.Refused[0]) != "certificate_expired" {
		t.Errorf("refused %v", m.Refused)
	}
	post, err := saml.ImportMetadata([]byte(federation("HTTP-Redirect", "SOAP")), provider().EntityID, now)
	if err != nil || post.SSOBinding != saml.BindingPOST || post.SSOURL != "https://idp.example.com/post" || post.SLOURL != "" {
		t.Errorf("without redirect: %+v, %v", post, err)
	}
}

// Shibboleth's own metadata is full of comments, extensions and bindings that nobody here speaks.
func TestMetadataOfShibboleth(t *testing.T) {
	keys := samltest.NewKeys()
	text := `<?xml version="1.0" encoding="UTF-8"?>
<!--
     This is example metadata only. Do *NOT* supply it as is without review.
-->
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:shibmd="urn:mace:shibboleth:metadata:1.0"
    xmlns:xml="http://www.w3.org/XML/1998/namespace" xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" xmlns:req-attr="urn:oasis:names:tc:SAML:protocol:ext:req-attr" entityID="https://idp.example.org/idp/shibboleth">
    <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol urn:mace:shibboleth:1.0">
        <Extensions>
            <shibmd:Scope regexp="false">example.org</shibmd:Scope>
<!--
            <mdui:UIInfo>
                <mdui:DisplayName xml:lang="en">A Name for the IdP at idp.example.org</mdui:DisplayName>
            </mdui:UIInfo>
-->
        </Extensions>
        <!-- First signing certificate is BackChannel, the Second is FrontChannel -->
        <KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
` + base64.StdEncoding.EncodeToString(keys.Genuine.Certificate.Raw) + `
        </ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>
        <ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.example.org:8443/idp/profile/SAML2/SOAP/ArtifactResolution" index="2"/>
        <!--
        <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.org/idp/profile/SAML2/Redirect/SLO"/>
        -->
        <SingleSignOnService Binding="urn:mace:shibboleth:1.0:profiles:AuthnRequest" Location="https://idp.example.org/idp/profile/Shibboleth/SSO"/>
        <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST-SimpleSign" Location="https://idp.example.org/idp/profile/SAML2/POST-SimpleSign/SSO"/>
        <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.org/idp/profile/SAML2/Redirect/SSO"/>
    </IDPSSODescriptor>
</EntityDescriptor>
<!-- end -->
`
	m, err := saml.ImportMetadata([]byte(text), "", now)
	if err != nil {
		t.Fatal(err)
	}
	if m.EntityID != "https://idp.example.org/idp/shibboleth" || m.SSOURL != "https://idp.example.org/idp/profile/SAML2/Redirect/SSO" || m.SLOURL != "" || len(m.Certificates) != 1 {
		t.Errorf("%+v", m)
	}
}

func several(validUntil string, entities ...string) string {
	return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"` + validUntil + `>` + strings.Join(entities, "") + `</md:EntitiesDescriptor>`
}

func TestMetadataOfSeveral(t *testing.T) {
	bare := func(edits ...string) string {
		return strings.TrimPrefix(federation(edits...), `<?xml version="1.0" encoding="utf-8"?>`)
	}
	other := bare("sts.windows.net", "other.example", `ID="_e"`, `ID="_f"`)
	until := ` validUntil="` + samltest.At(now.Add(time.Hour)) + `"`
	m, err := saml.ImportMetadata([]byte(several(until, other, several("", bare()))), provider().EntityID, now)
	if err != nil || m.EntityID != provider().EntityID || !m.ValidUntil.Equal(now.Add(time.Hour)) {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := saml.ImportMetadata([]byte(several("", other, bare())), "", now); reason(t, err) != "metadata_entity_ambiguous" {
		t.Error(err)
	}
	if _, err := saml.ImportMetadata([]byte(several("", bare(), bare())), provider().EntityID, now); reason(t, err) != "metadata_entity_ambiguous" {
		t.Error(err)
	}
	if _, err := saml.ImportMetadata([]byte(several(strings.Replace(until, samltest.At(now.Add(time.Hour)), samltest.At(now), 1), bare())), "", now); reason(t, err) != "metadata_expired" {
		t.Error(err)
	}
}

func TestMetadataThatIsRefused(t *testing.T) {
	const sso = `Location="https://idp.example.com/sso?a=b"`
	location := func(address string) string { return federation(sso, `Location="`+address+`"`) }
	for name, c := range map[string]struct {
		document string
		entity   string
		want     saml.Code
	}{
		"nothing":                      {"", "", "metadata_not_xml"},
		"JSON":                         {`{"issuer":"https://login.example"}`, "", "metadata_not_xml"},
		"a page":                       {"\n<html></html>", "", "metadata_not_xml"},
		"a page with its type":         {"<!DOCTYPE html><html></html>", "", "metadata_not_xml"},
		"another document":             {"<feed></feed>", "", "metadata_root"},
		"a response":                   {target().Genuine(samltest.AssertionSigned), "", "metadata_root"},
		"a service provider":           {federation("IDPSSODescriptor", "SPSSODescriptor"), "", "metadata_no_provider"},
		"no entity ID":                 {federation(`entityID="`+provider().EntityID+`"`, ""), "", "metadata_no_provider"},
		"another provider":             {federation(), "https://sts.windows.net/other/", "metadata_entity_mismatch"},
		"long entity ID":               {federation("sts.windows.net", strings.Repeat("a", 1025)), "", "metadata_entity_id"},
		"entity ID that turns":         {federation("sts.windows.net", "a\u202eb"), "", "metadata_entity_id"},
		"common, with its placeholder": {federation("6b1f3c1e-0000-4000-8000-000000000001", "{tenantid}"), "", "metadata_placeholder"},
		"placeholder in an address":    {location("https://login.example/{tenant}/saml2"), "", "metadata_placeholder"},
		"expired":                      {federation(`ID="_e"`, `ID="_e" validUntil="`+samltest.At(now.Add(-time.Second))+`"`), "", "metadata_expired"},
		"expired role":                 {federation("<IDPSSODescriptor ", `<IDPSSODescriptor validUntil="2020-01-01T00:00:00Z" `), "", "metadata_expired"},
		"validUntil of no known form":  {federation(`ID="_e"`, `ID="_e" validUntil="soon"`), "", "time_format"},
		"no endpoint":                  {federation("SingleSignOnService", "NoService"), "", "metadata_no_endpoint"},
		"script for an address":        {location("javascript:alert(1)"), "", "endpoint_invalid"},
		"data for an address":          {location("data:text/html,x"), "", "endpoint_invalid"},
		"plain http":                   {location("http://idp.example.com/sso"), "", "endpoint_invalid"},
		"plain http, nearly here":      {location("http://localhost.example.com/sso"), "", "endpoint_invalid"},
		"no host":                      {location("https:///sso"), "", "endpoint_invalid"},
		"no scheme":                    {location("//idp.example.com/sso"), "", "endpoint_invalid"},
		"somebody's name":              {location("https://a@idp.example.com/sso"), "", "endpoint_invalid"},
		"a fragment":                   {location("https://idp.example.com/#sso"), "", "endpoint_invalid"},
		"a space":                      {location("https://idp.example.com/a b"), "", "endpoint_invalid"},
		"markup":                       {location("https://idp.example.com/&quot;&gt;&lt;script&gt;"), "", "endpoint_invalid"},
		"long address":                 {location("https://idp.example.com/" + strings.Repeat("a", 2048)), "", "endpoint_invalid"},
		"logout by script":             {federation("https://idp.example.com/slo/answer", "javascript:alert(1)"), "", "endpoint_invalid"},
		"no certificate":               {federation("KeyDescriptor", "NoDescriptor"), "", "metadata_no_certificate"},
		"certificates for encryption":  {federation(` use="signing"`, ` use="encryption"`, "<KeyDescriptor>", `<KeyDescriptor use="encryption">`), "", "metadata_no_certificate"},
		"certificates that are none":   {federation("X509Certificate>MII", "X509Certificate>AII"), "", "certificate_invalid"},
		"entity of a file":             {federation(`?><EntityDescriptor`, `?><!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]><EntityDescriptor`), "", "xml_directive"},
		"a comment":                    {federation("https://idp.example.com/wsfed</Address>", "https://idp<!-- -->.example.com/wsfed</Address>"), "", "xml_comment"},
		"a prefix bound twice":         {federation("<fed:Passive", `<x:a xmlns:x="urn:a"/><x:a xmlns:x="urn:b"/><fed:Passive`), "", "namespace_rebound"},
		"50 MiB":                       {federation() + strings.Repeat(" ", 50<<20), "", "document_too_large"},
		"a million elements":           {federation("<IDPSSODescriptor ", strings.Repeat("<a/>", 1_000_000)+"<IDPSSODescriptor "), "", "xml_too_many_elements"},
	} {
		if _, err := saml.ImportMetadata([]byte(c.document), c.entity, now); reason(t, err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestOurMetadata(t *testing.T) {
	sp := service()
	sp.SigningKeys = append(sp.SigningKeys, samltest.NewKeys().Second)
	sp.EntityID = `https://a.example/?<>"&`
	document, err := saml.ExportMetadata(sp)
	if err != nil {
		t.Fatal(err)
	}
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(document); err != nil {
		t.Fatal(err)
	}
	entity := tree.Root()
	descriptor := entity.SelectElement("SPSSODescriptor")
	if entity.SelectAttrValue("entityID", "") != sp.EntityID || descriptor.SelectAttrValue("WantAssertionsSigned", "") != "true" {
		t.Errorf("%s", document)
	}
	var order []string
	for _, c := range descriptor.ChildElements() {
		order = append(order, strings.TrimSpace(c.Tag+" "+c.SelectAttrValue("use", "")+c.SelectAttrValue("Location", "")))
	}
	want := []string{
		"KeyDescriptor signing", "KeyDescriptor signing", "KeyDescriptor encryption", "SingleLogoutService " + sp.SLOURL,
		"AssertionConsumerService " + sp.ACSURLs[0], "AssertionConsumerService " + sp.ACSURLs[1],
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
	if !bytes.Contains(document, []byte(base64.StdEncoding.EncodeToString(samltest.NewKeys().Second.Certificate.Raw))) {
		t.Error("the second certificate is missing")
	}
	if _, err := saml.ExportMetadata(saml.ServiceProvider{}); reason(t, err) != "provider_incomplete" {
		t.Error(err)
	}
}
