package federation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso/saml"
)

const (
	maxMetadata  = 5 << 20 // bytes
	metadataTime = 15 * time.Second
)

// ImportMetadata takes over what metadata says: a document, or what stands at an address, which is remembered.
func (m *Module) ImportMetadata(ctx context.Context, h *tenant.Handle, id string, document []byte, address, entityID string) (*Provider, error) {
	if (len(document) == 0) == (address == "") {
		return nil, invalid("document", "either a document or an url is needed")
	}
	if address != "" {
		var err error
		if document, err = m.fetch(ctx, address); err != nil {
			return nil, err
		}
	}
	return m.change(ctx, h, id, func(p *Provider) error {
		if p.Kind != KindSAML {
			return invalid("document", "an OpenID provider has no SAML metadata")
		}
		if entityID == "" {
			entityID = p.EntityID
		}
		if err := m.take(p, document, entityID); err != nil {
			return err
		}
		p.Metadata = Fetched{}
		if address != "" {
			now := m.clock.Now()
			p.MetadataURL, p.Metadata.At = address, &now
		}
		return p.check(grantable(h))
	})
}

// take makes what a document says the provider's own. Certificates are added, and none is taken away.
func (m *Module) take(p *Provider, document []byte, entityID string) error {
	now := m.clock.Now()
	said, err := saml.ImportMetadata(document, entityID, now)
	if err != nil {
		return complaint("document", err)
	}
	p.EntityID, p.SSOURL, p.SLOURL, p.SLOResponseURL = said.EntityID, said.SSOURL, said.SLOURL, said.SLOResponse
	p.Binding = ""
	if said.SSOBinding == saml.BindingPOST {
		p.Binding = "post"
	}
	p.SignRequests = p.SignRequests || said.WantSignedRequests
	for _, c := range said.Certificates {
		if one := certificateOf(c, "metadata", now); !p.trusts(one.Fingerprint) {
			p.Certificates = append(p.Certificates, one)
		}
	}
	if len(p.Certificates) > maxCertificates {
		return invalid("document", fmt.Sprintf("a provider has at most %d certificates", maxCertificates))
	}
	return nil
}

// fetch reads metadata from where it stands: an https address of the internet, or of a network that the administrator of the server allows.
func (m *Module) fetch(ctx context.Context, address string) ([]byte, error) {
	if m.outbound == nil {
		return nil, fault.New(fault.Unavailable, "no_outbound", "This server asks nobody outside.")
	}
	ctx, cancel := context.WithTimeout(ctx, metadataTime)
	defer cancel()
	if complaint := checkAddress(address); complaint != "" {
		return nil, invalid("url", complaint)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, invalid("url", "it is no address")
	}
	r.Header.Set("Accept", "application/samlmetadata+xml, application/xml;q=0.9, */*;q=0.1")
	answer, err := m.outbound.Do(r)
	if err != nil {
		why := unreachable(err)
		return nil, fault.New(fault.Invalid, "metadata_unreachable", "The metadata could not be fetched: %s.", why).WithField("url", "%s", why)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fault.New(fault.Invalid, "metadata_unreachable", "The metadata could not be fetched: the server answers %d.", answer.StatusCode).WithField("url", "the server answers %d", answer.StatusCode)
	}
	document, err := io.ReadAll(io.LimitReader(answer.Body, maxMetadata+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "metadata_unreachable", "The metadata broke off: %s.", unreachable(err))
	}
	if len(document) > maxMetadata {
		return nil, invalid("url", "the metadata is larger than 5 MiB")
	}
	return document, nil
}

// checkMetadataURL refuses an address of metadata that could never be looked at, in words, before it is kept. Names are looked up only then.
func (m *Module) checkMetadataURL(p, before *Provider) error {
	if m.outbound == nil || p.MetadataURL == "" || before != nil && before.MetadataURL == p.MetadataURL {
		return nil
	}
	if err := m.outbound.Check(p.MetadataURL); err != nil {
		return invalid("metadata_url", printable(err.Error()))
	}
	return nil
}

// Refresh looks at the metadata of a provider: new certificates count beside the old ones; those that came from metadata and no longer
// stand there are dropped, unless none would be left. What cannot be read changes nothing but the note that says so.
func (m *Module) Refresh(ctx context.Context, h *tenant.Handle, id string) (*Provider, error) {
	p, err := m.provider(ctx, h.DB, id)
	if err != nil {
		return nil, err
	}
	if p.MetadataURL == "" {
		return nil, fault.New(fault.Conflict, "no_metadata_url", "There is no address of metadata to look at.")
	}
	document, failure := m.fetch(ctx, p.MetadataURL)
	if failure == nil {
		_, err := m.change(ctx, h, id, func(p *Provider) error { return m.renew(p, document) })
		failure = err
	}
	if failure != nil {
		if f := fault.Of(failure); f.Kind == fault.Internal || f.Kind == fault.Unavailable {
			return nil, failure
		}
		_, err := m.change(ctx, h, id, func(p *Provider) error {
			now := m.clock.Now()
			p.Metadata = Fetched{At: &now, Error: fault.Of(failure).Message}
			return nil
		})
		return nil, errors.Join(failure, err)
	}
	return m.Provider(ctx, h, id)
}

// renew takes over the certificates that metadata names now.
func (m *Module) renew(p *Provider, document []byte) error {
	now := m.clock.Now()
	said, err := saml.ImportMetadata(document, p.EntityID, now)
	if err != nil {
		return complaint("document", err)
	}
	named := map[string]bool{}
	counts := false // one of those that are named does already
	var found []Certificate
	for _, c := range said.Certificates {
		one := certificateOf(c, "metadata", now)
		named[one.Fingerprint] = true
		counts = counts || one.counts(now)
		if !p.trusts(one.Fingerprint) {
			found = append(found, one)
		}
	}
	var kept []Certificate
	for _, c := range p.Certificates {
		if c.Source != "metadata" || named[c.Fingerprint] || !counts {
			kept = append(kept, c)
		}
	}
	if kept = append(kept, found...); len(kept) > 0 && len(named) > 0 {
		p.Certificates = kept[:min(len(kept), maxCertificates)]
	}
	p.SSOURL, p.SLOURL, p.SLOResponseURL = said.SSOURL, said.SLOURL, said.SLOResponse
	p.Metadata = Fetched{At: &now}
	return p.usable()
}

// addresses is a tenant as identity providers know it, without its keys.
func addresses(h *tenant.Handle, provider string) saml.ServiceProvider {
	b := base(h)
	sp := saml.ServiceProvider{EntityID: identifier(h), ACSURLs: []string{b + acsPath}, SLOURL: b + sloPath}
	if provider != "" {
		sp.ACSURLs = append(sp.ACSURLs, b+"/sso/"+provider+"/acs")
		sp.SLOURL = b + "/sso/" + provider + "/slo"
	}
	return sp
}

// ours is a tenant as identity providers know it.
func (m *Module) ours(ctx context.Context, h *tenant.Handle, provider string) (saml.ServiceProvider, error) {
	sp := addresses(h, provider)
	var err error
	sp.SigningKeys, sp.EncryptionKeys, err = m.pairs(ctx, h)
	return sp, err
}

// signsRequests reports whether every request to a provider, or to any of them, is signed. A provider that is promised that refuses those
// that are not.
func signsRequests(ctx context.Context, h *tenant.Handle, provider string) (bool, error) {
	all, err := listProviders(ctx, h.DB)
	if err != nil {
		return false, fmt.Errorf("list identity providers: %w", err)
	}
	asked, signed := 0, 0
	for _, p := range all {
		if p.Kind != KindSAML || provider != "" && p.ID != provider {
			continue
		}
		if asked++; p.SignRequests || p.Binding == "post" {
			signed++
		}
	}
	return asked > 0 && asked == signed, nil
}

// export answers with our metadata.
func (m *Module) export(w http.ResponseWriter, r *http.Request, h *tenant.Handle, provider string) error {
	sp, err := m.ours(r.Context(), h, provider)
	if err != nil {
		return err
	}
	if sp.SignsRequests, err = signsRequests(r.Context(), h, provider); err != nil {
		return err
	}
	document, err := saml.ExportMetadata(sp)
	if err != nil {
		return fmt.Errorf("write our metadata: %w", err)
	}
	head := w.Header()
	head.Set("Content-Type", "application/samlmetadata+xml")
	head.Set("Content-Disposition", `attachment; filename="provost-metadata.xml"`)
	head.Set("Cache-Control", "no-cache")
	_, _ = w.Write(document)
	return nil
}
