package issuer

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/outbound"
)

const (
	wellKnown   = "/.well-known/openid-configuration"
	maxDocument = 1 << 20 // bytes
	maxKeys     = 1000    // of a set
	minModulus  = 2048    // bits of an RSA key; go-jose refuses more than 4096
)

// Origin says where an issuer's keys are.
type Origin struct {
	Discovery string // address of the discovery document; empty: KeysURI is known
	Issuer    string // which the discovery document has to name, byte for byte
	KeysURI   string // address of the JWK Set (RFC 7517 section 5)
}

// Key is a public key of an issuer.
type Key struct {
	ID        string // kid
	Algorithm string // alg, the only one it is for; empty: not said
	Issuer    string // in sets that several issuers share: whose key it is, "{tenantid}" in it standing for any directory
	public    any
}

// fetch asks for the keys of an origin.
func fetch(ctx context.Context, c *outbound.Client, o Origin) ([]Key, error) {
	address := o.KeysURI
	if o.Discovery != "" {
		b, err := get(ctx, c, o.Discovery)
		if err != nil {
			return nil, fmt.Errorf("fetch the discovery document: %w", err)
		}
		if address, err = readDiscovery(b, o.Issuer); err != nil {
			return nil, fmt.Errorf("read the discovery document at %s: %w", o.Discovery, err)
		}
	}
	b, err := get(ctx, c, address)
	if err != nil {
		return nil, fmt.Errorf("fetch the keys: %w", err)
	}
	keys, err := readKeys(b)
	if err != nil {
		return nil, fmt.Errorf("read the keys at %s: %w", address, err)
	}
	return keys, nil
}

// get asks for a document. A redirect is an answer like any other that is not 200.
func get(ctx context.Context, c *outbound.Client, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	answer, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", address, answer.StatusCode)
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", address, err)
	}
	if len(b) > maxDocument {
		return nil, fmt.Errorf("the answer of %s has more than %d bytes", address, maxDocument)
	}
	return b, nil
}

// readDiscovery returns the address of the keys from a discovery document (OpenID Connect Discovery 1.0 section 4.3).
func readDiscovery(b []byte, issuer string) (string, error) {
	var document claims
	if err := json.Unmarshal(b, &document); err != nil {
		return "", err
	}
	if named := document.text("issuer"); named != issuer {
		return "", fmt.Errorf("it is of the issuer %.300q, not of %q", named, issuer)
	}
	address := document.text("jwks_uri")
	if address == "" {
		return "", errors.New("it has no jwks_uri")
	}
	return address, nil
}

// readKeys returns the keys of a JWK Set that signatures can be verified with. Others, of whatever kind, are passed over, as RFC 7517
// section 5 asks; a set in which nothing is left is an error.
func readKeys(b []byte) ([]Key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(b, &set); err != nil {
		return nil, err
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("there are %d keys, more than %d", len(set.Keys), maxKeys)
	}
	var keys []Key
	for _, text := range set.Keys {
		if k, ok := readKey(text); ok {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("none of the %d keys verifies signatures", len(set.Keys))
	}
	return keys, nil
}

func readKey(text json.RawMessage) (Key, bool) {
	var jwk jose.JSONWebKey
	var own claims
	if json.Unmarshal(text, &own) != nil || jwk.UnmarshalJSON(text) != nil {
		return Key{}, false
	}
	if jwk.KeyID == "" || jwk.Use != "" && jwk.Use != "sig" || !jwk.IsPublic() || !jwk.Valid() {
		return Key{}, false
	}
	switch public := jwk.Key.(type) {
	case *rsa.PublicKey:
		if public.N.BitLen() < minModulus {
			return Key{}, false
		}
	case *ecdsa.PublicKey:
		if public.Curve != elliptic.P256() { // ES256, the one of its kind that counts, is of this curve (RFC 7518 section 3.4)
			return Key{}, false
		}
	case ed25519.PublicKey:
	default:
		return Key{}, false
	}
	return Key{ID: jwk.KeyID, Algorithm: jwk.Algorithm, Issuer: own.text("issuer"), public: jwk.Key}, true
}
