package federation

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso/saml"
)

// AddCertificate trusts a certificate: DER, PEM, or either in base64.
func (m *Module) AddCertificate(ctx context.Context, h *tenant.Handle, id string, data []byte) (*Provider, error) {
	return m.change(ctx, h, id, func(p *Provider) error {
		if p.Kind != KindSAML {
			return invalid("certificate", "an OpenID provider has none")
		}
		return m.trust(p, data, "upload")
	})
}

// trust adds the certificates in data to those of a provider.
func (m *Module) trust(p *Provider, data []byte, source string) error {
	if der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(data)), "")); err == nil {
		data = der
	}
	now := m.clock.Now()
	all, err := saml.ImportCertificates(data, now)
	if err != nil {
		return complaint("certificate", err)
	}
	for _, c := range all {
		one := certificateOf(c, source, now)
		if !p.trusts(one.Fingerprint) {
			p.Certificates = append(p.Certificates, one)
		}
	}
	if len(p.Certificates) > maxCertificates {
		return invalid("certificate", fmt.Sprintf("a provider has at most %d", maxCertificates))
	}
	return nil
}

func (p *Provider) trusts(fingerprint string) bool {
	for _, c := range p.Certificates {
		if c.Fingerprint == fingerprint {
			return true
		}
	}
	return false
}

// complaint makes what the SAML package refuses a refusal of the administration API.
func complaint(field string, err error) error {
	if refusal := (*saml.Error)(nil); errors.As(err, &refusal) {
		text := refusal.Message
		if refusal.Detail != "" {
			text += " (" + refusal.Detail + ")"
		}
		return fault.New(fault.Invalid, string(refusal.Code), "%s", text).WithField(field, "%s", text)
	}
	return err
}

// counts reports whether what is signed with a certificate counts at a time.
func (c *Certificate) counts(at time.Time) bool {
	return !at.Before(c.NotBefore) && !at.After(c.NotAfter)
}

// RemoveCertificate trusts a certificate no longer. The last one of a provider that is enabled stays, and so does the last one that counts.
func (m *Module) RemoveCertificate(ctx context.Context, h *tenant.Handle, id, fingerprint string) (*Provider, error) {
	return m.change(ctx, h, id, func(p *Provider) error {
		i := slices.IndexFunc(p.Certificates, func(c Certificate) bool { return c.Fingerprint == fingerprint })
		if i < 0 {
			return fault.New(fault.NotFound, "certificate_unknown", "There is no such certificate.")
		}
		now := m.clock.Now()
		gone, left := p.Certificates[i], slices.Delete(slices.Clone(p.Certificates), i, i+1)
		if p.Enabled && (len(left) == 0 || gone.counts(now) && !slices.ContainsFunc(left, func(c Certificate) bool { return c.counts(now) })) {
			return fault.New(fault.Conflict, "last_certificate", "It is the only certificate that counts of a provider that is enabled: nobody could sign in any more.")
		}
		p.Certificates = left
		return nil
	})
}
