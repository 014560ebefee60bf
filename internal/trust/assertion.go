package trust

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/trust/issuer"
)

// assertionAlgs are what clients may sign their assertions with (spec/trust.md 10.1). RSA keys have 2048 bits at least, which is
// checked when they are registered.
var assertionAlgs = []jose.SignatureAlgorithm{jose.ES256, jose.PS256, jose.RS256, jose.EdDSA}

var assertionNames = []string{"iss", "sub", "aud", "iat", "nbf", "exp", "jti"}

const assertionMost = 5 * time.Minute // until an assertion ends, from now on

func assertionAlgNames() []string {
	out := make([]string, len(assertionAlgs))
	for i, a := range assertionAlgs {
		out[i] = string(a)
	}
	return out
}

// assertionClaims are what an assertion says (RFC 7523 section 3).
type assertionClaims struct {
	Issuer    string          `json:"iss"`
	Subject   string          `json:"sub"`
	Audience  json.RawMessage `json:"aud"`
	Issued    *float64        `json:"iat"`
	NotBefore *float64        `json:"nbf"`
	Expires   *float64        `json:"exp"`
	ID        string          `json:"jti"`
}

// proveByKey checks a client assertion: signed with one of the client's own public keys, for this issuer alone, short-lived and
// never seen before on any replica.
func (p *plane) proveByKey(ctx context.Context, in presentedClient, now time.Time) (proof, string, error) {
	signed, said, reason := readAssertion(in.assertion)
	if reason != "" {
		return proof{}, reason, nil
	}
	if said.Issuer == "" || said.Issuer != said.Subject || len(said.Issuer) > maxClientID || in.id != "" && in.id != said.Issuer {
		return proof{}, "assertion names two clients", nil
	}
	c := p.directory.client(said.Issuer)
	if c == nil {
		return proof{}, "unknown client", nil
	}
	credential, reason, err := assertionKey(ctx, c, in.assertion, signed, now)
	if err != nil {
		return proof{}, "", err
	}
	if reason == "" {
		reason = p.checkAssertion(c, said, now)
	}
	switch {
	case reason != "":
		return proof{client: c}, reason, nil
	case !c.Enabled:
		return proof{client: c}, "disabled", nil
	}
	fresh, err := p.useAssertion(ctx, c.ClientID, said)
	if err != nil || !fresh {
		return proof{client: c}, "assertion used before", err
	}
	return proof{c, credential}, "", nil
}

// readAssertion parses an assertion without believing it.
func readAssertion(text string) (signed *jose.JSONWebSignature, said assertionClaims, reason string) {
	if len(text) > maxAuthorization || strings.Count(text, ".") != 2 {
		return nil, said, "assertion malformed"
	}
	head, _, _ := strings.Cut(text, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil || !canonical(text) {
		return nil, said, "assertion malformed"
	}
	var header map[string]json.RawMessage
	if json.Unmarshal(raw, &header) != nil {
		return nil, said, "assertion malformed"
	}
	for _, name := range []string{"crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc"} { // keys are the registered ones alone
		if header[name] != nil {
			return nil, said, "assertion header " + name
		}
	}
	// An access token is none, whoever signed it: explicit types keep one from standing for the other (RFC 8725 section 3.11).
	var typ string
	if header["typ"] != nil && json.Unmarshal(header["typ"], &typ) != nil || strings.TrimPrefix(strings.ToLower(typ), "application/") == tokenType {
		return nil, said, "assertion typ"
	}
	if signed, err = jose.ParseSignedCompact(text, assertionAlgs); err != nil {
		return nil, said, "assertion malformed"
	}
	payload := signed.UnsafePayloadWithoutVerification()
	var members map[string]json.RawMessage
	if json.Unmarshal(payload, &said) != nil || json.Unmarshal(payload, &members) != nil {
		return nil, said, "assertion claims"
	}
	if _, found := literal.Repeated(payload); found {
		return nil, said, "assertion claims"
	}
	for name := range members { // names are compared as they are written, which encoding/json does not
		if lower := strings.ToLower(name); lower != name && slices.Contains(assertionNames, lower) {
			return nil, said, "assertion claims"
		}
	}
	return signed, said, ""
}

// assertionKey finds the client's key that signed an assertion: the one it names, or where it names none each of those that are
// registered. What the client publishes at an address counts by name only.
func assertionKey(ctx context.Context, c *client, text string, signed *jose.JSONWebSignature, now time.Time) (*clientCredential, string, error) {
	header := signed.Signatures[0].Protected
	for _, k := range c.credentials {
		if k.jwk == nil || !k.counts(now) || !fits(k.jwk, header.Algorithm) || header.KeyID != "" && header.KeyID != k.jwk.KeyID {
			continue
		}
		if _, err := signed.Verify(k.jwk); err == nil {
			return k, "", nil
		}
	}
	if c.published == nil || header.KeyID == "" {
		return nil, "assertion key", nil
	}
	switch _, err := c.published.VerifySignature(ctx, text); {
	case err == nil:
		return c.credentials[c.ID], "", nil
	case ctx.Err() != nil:
		return nil, "", fmt.Errorf("fetch the keys of a client: %w", err)
	case errors.Is(err, issuer.ErrNoKeys):
		return nil, "published keys out of reach", nil
	}
	return nil, "assertion key", nil
}

// fits reports whether a key may be used with an algorithm.
func fits(k *jose.JSONWebKey, alg string) bool {
	return k.Algorithm == "" || k.Algorithm == alg
}

// checkAssertion checks what a signed assertion says.
func (p *plane) checkAssertion(c *client, said assertionClaims, now time.Time) string {
	at := float64(now.UnixMilli()) / 1000
	const leeway = float64(tokenLeeway / time.Second)
	switch {
	case said.ID == "" || len(said.ID) > 512:
		return "assertion without jti"
	case said.Expires == nil:
		return "assertion without end"
	case *said.Expires <= at-leeway:
		return "assertion expired"
	case *said.Expires > at+leeway+assertionMost.Seconds():
		return "assertion lives too long"
	case said.NotBefore != nil && *said.NotBefore > at+leeway, said.Issued != nil && *said.Issued > at+leeway:
		return "assertion not yet valid"
	}
	var aud audience
	if json.Unmarshal(said.Audience, &aud) != nil || len(aud) != 1 { // a list of two may have been made for somebody else
		return "assertion audience"
	}
	switch aud[0] {
	case p.issuer():
		return ""
	case p.issuer() + "/connect/token":
		if c.EndpointAudience {
			return ""
		}
	}
	return "assertion audience"
}

// useAssertion notes that an assertion was used, and reports whether that was the first time: one insert, which of any number of
// replicas one makes.
func (p *plane) useAssertion(ctx context.Context, clientID string, said assertionClaims) (bool, error) {
	name := sha256.Sum256([]byte(clientID + "\x00" + said.ID))
	ends := time.UnixMilli(int64(*said.Expires * 1000)).Add(2 * tokenLeeway).UnixMicro()
	var n int64
	err := p.db.Write(ctx, nil, func(tx *db.Tx) (err error) {
		n, err = tx.Exec(`INSERT INTO trust_used_assertion (digest, ends_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, name[:], ends)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("note client assertion: %w", err)
	}
	return n == 1, nil
}
