package saml

import (
	"bytes"
	"crypto/x509"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Metadata is what an identity provider's metadata document says of it (saml-metadata-2.0).
type Metadata struct {
	EntityID           string
	SSOURL             string
	SSOBinding         Binding // POST only if redirect is not offered
	SLOURL             string  // redirect binding; empty: none
	SLOResponse        string  // empty: as SLOURL
	Certificates       []*x509.Certificate
	Refused            []error   // why further certificates in it are not trusted
	ValidUntil         time.Time // the earliest one said; zero: none
	NameIDFormats      []string
	WantSignedRequests bool
}

const maxAddress = 2048 // bytes

// ImportMetadata reads a metadata document. entityID picks the provider if there are several, and has to be the one found if
// given: a record's provider never changes its name. Signatures of metadata are not verified; whoever fetches it has to trust the way.
func ImportMetadata(document []byte, entityID string, now time.Time) (*Metadata, error) {
	g := gate{}
	document = bytes.TrimPrefix(document, byteOrderMark)
	if err := g.require(looksLikeXML(document) && !looksLikeHTML(document), "metadata_not_xml", ""); err != nil {
		return nil, err
	}
	root, err := g.parse(document, metadataLimits)
	if err != nil {
		return nil, err
	}
	entity, err := g.pickEntity(root, entityID)
	if err != nil {
		return nil, err
	}
	m := &Metadata{EntityID: entity.attr("entityID")}
	descriptor := entity.child(nsMetadata, "IDPSSODescriptor")
	for n := descriptor; n != nil; n = n.parent {
		until, err := g.instant(n, "validUntil", false)
		if err != nil {
			return nil, err
		}
		if !until.IsZero() && (m.ValidUntil.IsZero() || until.Before(m.ValidUntil)) {
			m.ValidUntil = until
		}
	}
	if err := first(
		g.require(m.ValidUntil.IsZero() || now.Before(m.ValidUntil), "metadata_expired", stamp(m.ValidUntil)),
		g.require(!strings.ContainsAny(m.EntityID, "{}"), "metadata_placeholder", m.EntityID),
		g.require(len(m.EntityID) <= maxText && !strings.ContainsFunc(m.EntityID, unseen), "metadata_entity_id", m.EntityID),
		g.endpoints(descriptor, m),
		g.metadataCertificates(descriptor, m, now),
	); err != nil {
		return nil, err
	}
	for _, format := range descriptor.all(nsMetadata, "NameIDFormat") {
		m.NameIDFormats = append(m.NameIDFormats, strings.TrimSpace(format.content()))
	}
	want := descriptor.attr("WantAuthnRequestsSigned")
	m.WantSignedRequests = want == "true" || want == "1"
	return m, nil
}

// looksLikeHTML tells whether a document begins as a page does: that of a sign-in, most often, in place of the file behind it.
func looksLikeHTML(document []byte) bool {
	document = bytes.ToLower(bytes.TrimLeft(document[:min(len(document), 512)], " \t\r\n"))
	return bytes.HasPrefix(document, []byte("<!doctype html")) || bytes.HasPrefix(document, []byte("<html"))
}

// pickEntity returns the EntityDescriptor of the identity provider that is meant.
func (g gate) pickEntity(root *node, entityID string) (*node, error) {
	if err := g.require(root.is(nsMetadata, "EntityDescriptor") || root.is(nsMetadata, "EntitiesDescriptor"), "metadata_root", root.local); err != nil {
		return nil, err
	}
	var providers []*node
	var names []string
	_ = root.walk(func(n *node) error {
		above := n.parent == nil || n.parent.is(nsMetadata, "EntitiesDescriptor")
		if n.is(nsMetadata, "EntityDescriptor") && above && len(n.all(nsMetadata, "IDPSSODescriptor")) == 1 && n.attr("entityID") != "" {
			providers = append(providers, n)
			names = append(names, n.attr("entityID"))
		}
		return nil
	})
	if err := g.require(len(providers) > 0, "metadata_no_provider", ""); err != nil {
		return nil, err
	}
	if entityID == "" {
		return providers[0], g.require(len(providers) == 1, "metadata_entity_ambiguous", strings.Join(names, " "))
	}
	providers = slices.DeleteFunc(providers, func(n *node) bool { return n.attr("entityID") != entityID })
	if err := first(
		g.require(len(providers) > 0, "metadata_entity_mismatch", strings.Join(names, " ")),
		g.require(len(providers) < 2, "metadata_entity_ambiguous", entityID),
	); err != nil {
		return nil, err
	}
	return providers[0], nil
}

// endpoints reads where to send people: redirect if there is a choice.
func (g gate) endpoints(descriptor *node, m *Metadata) error {
	for _, binding := range []Binding{BindingPOST, BindingRedirect} {
		for _, service := range descriptor.all(nsMetadata, "SingleSignOnService") {
			if service.attr("Binding") == string(binding) {
				m.SSOURL, m.SSOBinding = service.attr("Location"), binding
				break
			}
		}
	}
	if err := g.require(m.SSOURL != "", "metadata_no_endpoint", ""); err != nil {
		return err
	}
	for _, service := range descriptor.all(nsMetadata, "SingleLogoutService") {
		if service.attr("Binding") == string(BindingRedirect) {
			m.SLOURL, m.SLOResponse = service.attr("Location"), service.attr("ResponseLocation")
			break
		}
	}
	for _, address := range []string{m.SSOURL, m.SLOURL, m.SLOResponse} {
		if address == "" {
			continue
		}
		if err := CheckEndpoint(address); err != nil {
			return err
		}
	}
	return nil
}

// CheckEndpoint tells why an address of an identity provider cannot be one that browsers are sent to, or nil.
func CheckEndpoint(address string) error {
	g := gate{}
	if err := g.require(!strings.ContainsAny(address, "{}"), "metadata_placeholder", address); err != nil {
		return err
	}
	u, err := url.Parse(address)
	fine := err == nil && (u.Scheme == "https" || u.Scheme == "http" && thisMachine(u.Hostname())) && u.Hostname() != "" && u.User == nil && u.Fragment == "" && u.Opaque == "" &&
		len(address) <= maxAddress && !strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\\\"'<>`", r) })
	return g.require(fine, "endpoint_invalid", address)
}

// thisMachine reports whether a host is this machine, where providers of tests run without TLS.
func thisMachine(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "127.0.0.1" || host == "::1"
}

// metadataCertificates collects the certificates for signing, and those for any use. One that cannot be trusted does not stop the rest.
func (g gate) metadataCertificates(descriptor *node, m *Metadata, now time.Time) error {
	for _, key := range descriptor.all(nsMetadata, "KeyDescriptor") {
		if use := key.attr("use"); use != "" && use != "signing" {
			continue
		}
		for _, data := range key.child(nsSignature, "KeyInfo").all(nsSignature, "X509Data") {
			for _, n := range data.all(nsSignature, "X509Certificate") {
				found, err := ImportCertificates([]byte(n.content()), now)
				if err != nil {
					m.Refused = append(m.Refused, err)
					continue
				}
				for _, certificate := range found {
					if !slices.ContainsFunc(m.Certificates, certificate.Equal) {
						m.Certificates = append(m.Certificates, certificate)
					}
				}
			}
		}
	}
	if len(m.Certificates) == 0 && len(m.Refused) > 0 {
		return m.Refused[0]
	}
	return g.require(len(m.Certificates) > 0, "metadata_no_certificate", "")
}
