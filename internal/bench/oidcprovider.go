package bench

import (
	"context"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// oidcProvider is the adapter of node-oidc-provider, configured as docs/benchmarks.md shows: its clients and their secrets are
// known by their number, and a token for the resource urn:bench is a JWT signed with ES256. T2 asks about opaque
// tokens, because this peer does not introspect the others.
const oidcProvider = "oidc-provider"

// peerClient is the client of a number at a peer that gives tokens.
func peerClient(n int) tokenClient {
	return tokenClient{ID: fmt.Sprintf("bench-%04d", n), Secret: fmt.Sprintf("bench-secret-of-the-client-%04d", n)}
}

// oidcProvider returns the peer, with live tokens where a workload needs them.
func (b *bench) oidcProvider(ctx context.Context, w Workload) (*issuer, error) {
	if b.rival == nil {
		address, err := peerAddress(b.Against, b.AllowRemote)
		if err != nil {
			return nil, err
		}
		i := &issuer{
			name: oidcProvider, address: address, host: address, token: "/token", introspect: "/token/introspection", alg: jose.ES256,
			form: "grant_type=client_credentials&resource=urn%3Abench&scope=read", live: "grant_type=client_credentials&scope=read",
		}
		for n := range tokenClients {
			i.clients = append(i.clients, peerClient(n))
		}
		if err := i.prepare("/jwks"); err != nil {
			return nil, err
		}
		b.rival = i
	}
	if w.kind == introspect {
		return b.rival, b.rival.enliven(ctx, b.Connections)
	}
	return b.rival, nil
}
