package trust

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

const (
	maxJWK       = 16 << 10 // bytes of a public key, or a set of them
	maxClientKey = 25       // live public keys of a registration
	maxKID       = 128      // characters
	maxRSABits   = 8192
)

// clientKey is a public key a registration proves itself with.
type clientKey struct {
	kid, thumbprint string
	jwk             json.RawMessage // canonical: only what is needed to verify
}

// privateMembers are the members of a JSON Web Key that make it a secret (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1).
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// readClientKeys reads a JSON Web Key or a set of them (RFC 7517), or says what is wrong. The complaint repeats nothing of the
// input but a kid.
func readClientKeys(text []byte) (keys []clientKey, complaint string) {
	if len(text) > maxJWK {
		return nil, fmt.Sprintf("A key, or a set of them, has at most %d KiB.", maxJWK>>10)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	members, ok := jsonObject(text)
	if !ok {
		return nil, `A public key is a JSON Web Key such as {"kty":"EC","crv":"P-256","x":"…","y":"…"}.`
	}
	each := []json.RawMessage{text}
	if _, isSet := members["keys"]; isSet {
		if err := json.Unmarshal(text, &set); err != nil || len(set.Keys) == 0 || len(set.Keys) > maxClientKey {
			return nil, fmt.Sprintf("A set of keys holds between one and %d.", maxClientKey)
		}
		each = set.Keys
	}
	for _, one := range each {
		k, complaint := readClientKey(one)
		if complaint != "" {
			return nil, complaint
		}
		for _, other := range keys {
			if complaint := k.clashes(other); complaint != "" {
				return nil, complaint
			}
		}
		keys = append(keys, k)
	}
	return keys, ""
}

// jsonObject returns the members of a JSON object that is all there is.
func jsonObject(text []byte) (map[string]json.RawMessage, bool) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil || members == nil {
		return nil, false
	}
	return members, true
}

func readClientKey(text []byte) (clientKey, string) {
	const none = "A key is a JSON Web Key of type EC with P-256, RSA of 2048 bits or more, or OKP with Ed25519."
	members, ok := jsonObject(text)
	if !ok {
		return clientKey{}, none
	}
	for name := range members {
		if slices.ContainsFunc(privateMembers, func(private string) bool { return strings.EqualFold(name, private) }) {
			return clientKey{}, "This is a private key. It was not stored, but whoever saw it on the way can use it: throw it away, make a new pair, and give the public key alone."
		}
	}
	var in jose.JSONWebKey
	if err := json.Unmarshal(text, &in); err != nil || !in.IsPublic() || !in.Valid() {
		return clientKey{}, none
	}
	var algs []string
	switch key := in.Key.(type) {
	case *ecdsa.PublicKey:
		if key.Curve != elliptic.P256() {
			return clientKey{}, "A key on a curve has the curve P-256."
		}
		algs = []string{string(jose.ES256)}
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < rsaBits || bits > maxRSABits {
			return clientKey{}, fmt.Sprintf("An RSA key has between %d and %d bits.", rsaBits, maxRSABits)
		}
		if key.E < 3 || key.E%2 == 0 {
			return clientKey{}, "The exponent of an RSA key is odd and not 1."
		}
		algs = []string{string(jose.RS256), string(jose.PS256)}
	case ed25519.PublicKey:
		algs = []string{string(jose.EdDSA)}
	default:
		return clientKey{}, none
	}
	if in.Algorithm != "" && !slices.Contains(algs, in.Algorithm) {
		return clientKey{}, "With such a key alg is " + strings.Join(algs, " or ") + "."
	}
	if in.Use != "" && in.Use != "sig" {
		return clientKey{}, "The key is not for signatures: use says otherwise."
	}
	if text, there := members["key_ops"]; there {
		var ops []string
		if err := json.Unmarshal(text, &ops); err != nil || !slices.Contains(ops, "verify") {
			return clientKey{}, "The key is not for verifying: key_ops says otherwise."
		}
	}
	print, err := (&jose.JSONWebKey{Key: in.Key}).Thumbprint(crypto.SHA256)
	if err != nil {
		return clientKey{}, none
	}
	k := clientKey{kid: in.KeyID, thumbprint: base64.RawURLEncoding.EncodeToString(print)}
	if k.kid == "" {
		k.kid = k.thumbprint
	}
	if len(k.kid) > maxKID || !literal.Plain(k.kid, false) || strings.ContainsRune(k.kid, '\uFFFD') {
		return clientKey{}, fmt.Sprintf("A kid has at most %d bytes and no control characters.", maxKID)
	}
	out, err := json.Marshal(jose.JSONWebKey{Key: in.Key, KeyID: k.kid, Algorithm: in.Algorithm, Use: "sig"})
	if err != nil {
		return clientKey{}, none
	}
	k.jwk = out
	return k, ""
}

// clashes says why two keys cannot be of one registration.
func (k clientKey) clashes(other clientKey) string {
	switch {
	case k.kid == other.kid:
		return fmt.Sprintf("There is a key with the kid %q already.", k.kid)
	case k.thumbprint == other.thumbprint:
		return fmt.Sprintf("The key %q is there already.", other.kid)
	}
	return ""
}

// storedKey is a key of a registration in the form new ones are compared with.
func storedKey(c *Credential) clientKey {
	out := clientKey{kid: c.Hint, jwk: bytes.Clone(c.JWK)}
	var k jose.JSONWebKey
	if err := json.Unmarshal(c.JWK, &k); err == nil {
		if print, err := k.Thumbprint(crypto.SHA256); err == nil {
			out.thumbprint = base64.RawURLEncoding.EncodeToString(print)
		}
	}
	return out
}
