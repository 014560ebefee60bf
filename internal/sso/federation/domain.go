package federation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	objectDomain = "sso_domain"
	maxDomains   = 200
	txtPrefix    = "provost-domain-verification="
	lookupTime   = 5 * time.Second
)

const domainColumns = `domain, idp, token, created_at, verified_at`

func scanDomain(s scanner) (Domain, error) {
	var d Domain
	var token string
	var created, verified int64
	if err := s.Scan(&d.Domain, &d.ProviderID, &token, &created, &verified); err != nil {
		return Domain{}, err
	}
	d.TXTName, d.TXTValue, d.CreatedAt = "_provost."+d.Domain, txtPrefix+token, instant(created)
	if verified != 0 {
		at := instant(verified)
		d.VerifiedAt = &at
	}
	return d, nil
}

// Domains returns the e-mail domains of a tenant.
func (m *Module) Domains(ctx context.Context, h *tenant.Handle) ([]Domain, error) {
	rows, err := h.DB.Query(ctx, `SELECT `+domainColumns+` FROM sso_domain ORDER BY domain`)
	if err != nil {
		return nil, fmt.Errorf("list domains: %w", err)
	}
	defer rows.Close()
	out := []Domain{}
	for rows.Next() {
		d, err := scanDomain(rows)
		if err != nil {
			return nil, fmt.Errorf("list domains: %w", err)
		}
		out = append(out, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list domains: %w", err)
	}
	return out, nil
}

func findDomain(ctx context.Context, r db.Reader, name string) (Domain, error) {
	d, err := scanDomain(r.QueryRow(ctx, `SELECT `+domainColumns+` FROM sso_domain WHERE domain = $1`, strings.ToLower(name)))
	if noRows(err) {
		return Domain{}, fault.New(fault.NotFound, "domain_unknown", "There is no such domain.")
	}
	return d, err
}

// AddDomain adds an e-mail domain, which counts once it is verified.
func (m *Module) AddDomain(ctx context.Context, h *tenant.Handle, name string) (*Domain, error) {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.TrimSpace(name), "."))
	if err != nil || !strings.Contains(ascii, ".") || len(ascii) > 253 {
		return nil, invalid("domain", "expected a domain such as example.com")
	}
	token, now := secret.RandomAlnum(32), m.clock.Now()
	err = h.DB.Write(ctx, func(tx *db.Tx) error {
		var n, same int64
		err := tx.QueryRow(ctx, `SELECT count(*), COALESCE(SUM(CASE WHEN domain = $1 THEN 1 ELSE 0 END), 0) FROM sso_domain`, ascii).Scan(&n, &same)
		switch {
		case err != nil:
			return err
		case same > 0:
			return fault.New(fault.Conflict, "domain_taken", "%s is listed already.", ascii)
		case n >= maxDomains:
			return fault.New(fault.Conflict, "too_many_domains", "There are %d domains already.", n)
		}
		return nil
	}, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO sso_domain (domain, idp, token, created_at, verified_at) VALUES ($1, '', $2, $3, 0)`, ascii, token, now.UnixMicro()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "sso_domain.create", Object: objectDomain, Target: ascii, Label: ascii})
	})
	if err != nil {
		return nil, fmt.Errorf("add a domain: %w", err)
	}
	d, err := findDomain(ctx, h.DB, ascii)
	return &d, err
}

// AssignDomain says which provider answers for a domain; an empty one: none.
func (m *Module) AssignDomain(ctx context.Context, h *tenant.Handle, name, provider string) (*Domain, error) {
	before, err := findDomain(ctx, h.DB, name)
	if err == nil && provider != "" {
		_, err = m.provider(ctx, h.DB, provider)
	}
	if err != nil {
		return nil, err
	}
	changes, err := text(map[string][2]string{"identity_provider": {before.ProviderID, provider}})
	if err != nil {
		return nil, err
	}
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE sso_domain SET idp = $1 WHERE domain = $2`, provider, before.Domain); err != nil {
			return err
		}
		return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "sso_domain.update", Object: objectDomain, Target: before.Domain, Label: before.Domain, Changes: []byte(changes)})
	})
	if err != nil {
		return nil, fmt.Errorf("assign a domain: %w", err)
	}
	d, err := findDomain(ctx, h.DB, name)
	return &d, err
}

// VerifyDomain looks for the TXT record that only who runs the domain can have written.
func (m *Module) VerifyDomain(ctx context.Context, h *tenant.Handle, name string) (*Domain, error) {
	d, err := findDomain(ctx, h.DB, name)
	if err != nil {
		return nil, err
	}
	asking, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	records, err := m.resolver.LookupTXT(asking, d.TXTName)
	if err != nil || !slices.Contains(records, d.TXTValue) {
		return nil, fault.New(fault.Conflict, "domain_not_verified", "%s has no TXT record that says %s. New records take up to an hour to be seen.", d.TXTName, d.TXTValue).WithCause(err)
	}
	now := m.clock.Now()
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE sso_domain SET verified_at = $1 WHERE domain = $2`, now.UnixMicro(), d.Domain); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "sso_domain.verify", Object: objectDomain, Target: d.Domain, Label: d.Domain})
	})
	if err != nil {
		return nil, fmt.Errorf("verify a domain: %w", err)
	}
	d, err = findDomain(ctx, h.DB, name)
	return &d, err
}

// RemoveDomain removes a domain.
func (m *Module) RemoveDomain(ctx context.Context, h *tenant.Handle, name string) error {
	d, err := findDomain(ctx, h.DB, name)
	if err != nil {
		return err
	}
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM sso_domain WHERE domain = $1`, d.Domain); err != nil {
			return err
		}
		return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "sso_domain.delete", Object: objectDomain, Target: d.Domain, Label: d.Domain})
	})
	if err != nil {
		return fmt.Errorf("remove a domain: %w", err)
	}
	return nil
}
