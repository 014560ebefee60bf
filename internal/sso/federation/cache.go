package federation

import (
	"context"
	"sync"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso/saml"
)

// pairCache holds the private keys that this process has opened, by id: a key never changes.
type pairCache struct {
	mu sync.Mutex
	of map[string]saml.KeyPair
}

func (c *pairCache) open(h *tenant.Handle, k samlKey) (saml.KeyPair, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if pair, ok := c.of[k.id]; ok {
		return pair, nil
	}
	pair, err := parsePair(h, k)
	if err == nil {
		c.of[k.id] = pair
	}
	return pair, err
}

// providerCache holds the records of identity providers as messages are judged by, by id.
type providerCache struct {
	mu sync.Mutex
	of map[string]*Provider
}

type providersKey struct{ m *Module }

// knownByEntity is providerByEntity for messages: the record is shared and must not be changed. The database is asked each time which
// version counts; a record and its certificates are read and parsed once for each.
func (m *Module) knownByEntity(ctx context.Context, h *tenant.Handle, entityID string) (*Provider, error) {
	if entityID == "" {
		return nil, nil //nolint:nilnil // none, as providerByEntity says it
	}
	var id string
	var version, changed int64
	err := h.DB.QueryRow(ctx, `SELECT id, version, changed_at FROM sso_idp WHERE entity_id = $1`, entityID).Scan(&id, &version, &changed)
	if noRows(err) {
		return nil, nil //nolint:nilnil // likewise
	}
	if err != nil {
		return nil, err
	}
	cache := h.Value(providersKey{m}, func() any { return &providerCache{of: map[string]*Provider{}} }).(*providerCache) //nolint:forcetypeassert // made here alone
	cache.mu.Lock()
	p := cache.of[id]
	cache.mu.Unlock()
	if p != nil && p.Version == version && p.ChangedAt.Equal(instant(changed)) && p.EntityID == entityID {
		return p, nil
	}
	if p, err = providerByEntity(ctx, h.DB, entityID); err != nil || p == nil {
		return p, err
	}
	p.trusted = p.parsed()
	cache.mu.Lock()
	defer cache.mu.Unlock()
	if len(cache.of) >= maxProviders { // there were others, which are gone
		clear(cache.of)
	}
	cache.of[p.ID] = p
	return p, nil
}

// asProgram returns a context in which the program itself acts.
func asProgram(ctx context.Context, h *tenant.Handle) context.Context {
	return principal.With(tenant.With(ctx, h), &principal.Principal{Kind: principal.System, TenantID: h.ID, Login: "provost"})
}
