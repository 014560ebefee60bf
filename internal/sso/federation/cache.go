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

// asProgram returns a context in which the program itself acts.
func asProgram(ctx context.Context, h *tenant.Handle) context.Context {
	return principal.With(tenant.With(ctx, h), &principal.Principal{Kind: principal.System, TenantID: h.ID, Login: "provost"})
}
