package trust

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// tokenAlgs are the algorithms our own tokens are signed with: nothing else is even parsed.
var tokenAlgs = []jose.SignatureAlgorithm{jose.ES256, jose.EdDSA, jose.RS256}

// verifiedToken is a token of ours whose signature and shape were checked. What may change later is asked each time.
type verifiedToken struct {
	claims claims
	kid    string
	scopes []string // not nil
	apis   []string // nil: all
}

// verifyToken checks a token of our own in the order of spec/trust.md 7, but for address, pace and scope. The directory has to be
// fresh. A token that does not count gives the reason, for the audit trail and never for the caller.
func (p *plane) verifyToken(text string) (*verifiedToken, *client, string) {
	d := digest(sha256.Sum256([]byte(text)))
	v := p.tokens.get(d)
	if v == nil {
		var reason string
		if v, reason = p.checkToken(text); reason != "" {
			return nil, nil, reason
		}
		p.tokens.put(d, v)
	}
	now := p.clock.Now()
	key := p.directory.key(v.kid)
	c := p.directory.client(v.claims.ClientID)
	switch {
	case key == nil || !key.verifies(now.UnixMicro()):
		return nil, nil, "signing key gone"
	case now.Unix() >= v.claims.Expires+int64(tokenLeeway/time.Second):
		return nil, nil, "expired"
	case c == nil:
		return nil, nil, "registration gone"
	case !c.Enabled:
		return nil, c, "registration disabled"
	case c.epoch != v.claims.Epoch:
		return nil, c, "epoch"
	case p.directory.isRevoked(v.claims.ID):
		return nil, c, "revoked"
	}
	if k := c.credentials[v.claims.CredentialID]; k == nil || k.Revoked != nil {
		return nil, c, "credential revoked"
	}
	return v, c, ""
}

// checkToken checks what does not change: form, header, signature, issuer, audience, times.
func (p *plane) checkToken(text string) (*verifiedToken, string) {
	if len(text) > maxAuthorization || strings.Count(text, ".") != 2 {
		return nil, "malformed"
	}
	head, _, _ := strings.Cut(text, ".")
	if reason := checkHeader(head); reason != "" {
		return nil, reason
	}
	if !canonical(text) {
		return nil, "malformed"
	}
	signed, err := jose.ParseSignedCompact(text, tokenAlgs)
	if err != nil {
		return nil, "malformed"
	}
	header := signed.Signatures[0].Protected
	key := p.directory.key(header.KeyID)
	if key == nil {
		return nil, "unknown key"
	}
	if key.alg != header.Algorithm {
		return nil, "algorithm"
	}
	payload, err := signed.Verify(key.public)
	if err != nil {
		return nil, "signature"
	}
	v := &verifiedToken{kid: key.kid}
	if err := json.Unmarshal(payload, &v.claims); err != nil {
		return nil, "claims"
	}
	now := p.clock.Now()
	switch c := v.claims; {
	case c.Issuer != p.issuer():
		return nil, "issuer"
	case c.TenantID != p.tenantID:
		return nil, "tenant"
	case c.ID == "" || c.Expires == 0:
		return nil, "claims"
	case time.Unix(c.Issued, 0).After(now.Add(tokenLeeway)), time.Unix(c.NotBefore, 0).After(now.Add(tokenLeeway)):
		return nil, "not yet valid"
	}
	all := false
	for _, resource := range v.claims.Audience {
		if api, ok := p.apiOf(resource); ok {
			all = all || api == ""
			v.apis = append(v.apis, api)
		}
	}
	if len(v.apis) == 0 {
		return nil, "audience"
	}
	if all {
		v.apis = nil
	}
	v.scopes = append([]string{}, strings.Fields(v.claims.Scope)...)
	return v, ""
}

// checkHeader looks at a token's header before anything parses the token: of the members that could have keys fetched or brought
// along (RFC 7515 section 4.1), or that have to be understood, there may be none.
func checkHeader(encoded string) string {
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "malformed"
	}
	var header map[string]json.RawMessage
	if json.Unmarshal(text, &header) != nil {
		return "malformed"
	}
	for name := range header {
		switch name {
		case "alg", "kid", "typ":
		default:
			return "header " + cut(name, 20)
		}
	}
	var typ string
	if json.Unmarshal(header["typ"], &typ) != nil {
		return "typ"
	}
	if strings.TrimPrefix(strings.ToLower(typ), "application/") != tokenType {
		return "typ"
	}
	return ""
}

// canonical reports whether each part of a token is base64url as RFC 7515 section 2 has it, so that one token has one text.
func canonical(text string) bool {
	for part := range strings.SplitSeq(text, ".") {
		if _, err := base64.RawURLEncoding.Strict().DecodeString(part); err != nil || strings.ContainsAny(part, "\r\n") {
			return false
		}
	}
	return true
}

// claimedIssuer reads who a token says it is from, to pick by whom it is checked. Nothing else of it counts yet.
func claimedIssuer(text string) string {
	_, rest, _ := strings.Cut(text, ".")
	body, _, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return ""
	}
	var c struct {
		Issuer string `json:"iss"`
	}
	if json.Unmarshal(payload, &c) != nil {
		return ""
	}
	return c.Issuer
}

// authenticateToken says who acts with a token: of ours a registration, of a configured issuer the person it is linked to.
func (p *plane) authenticateToken(ctx context.Context, text string, address netip.Addr, requestID string) (*principal.Principal, error) {
	if err := p.refresh(ctx); err != nil {
		return nil, err
	}
	if p.tokens.get(sha256.Sum256([]byte(text))) == nil {
		if iss := claimedIssuer(text); iss != p.issuer() {
			return p.authenticateForeign(ctx, text, address, requestID)
		}
	}
	v, c, reason := p.verifyToken(text)
	if reason != "" && p.missed(ctx) {
		v, c, reason = p.verifyToken(text)
	}
	why := refusal{object: objectToken, address: address, reason: reason}
	if c != nil {
		why.credential = c.ID
	}
	if reason == "" && !c.allows(address) {
		why.reason = "address"
	}
	if why.reason != "" {
		p.refuse(why)
		return nil, refusedToken()
	}
	now := p.clock.Now()
	if err := p.takeCall(ctx, c, now); err != nil {
		return nil, err
	}
	who := principal.Principal{Kind: principal.Registration, TenantID: p.tenantID, Login: c.ClientID, DisplayName: c.Name}
	if c.Role != "" {
		acting, reason, err := p.actingFor(ctx, c, now)
		if err != nil {
			return nil, err
		}
		if reason != "" {
			why.reason, why.credential = reason, c.ID
			p.refuse(why)
			return nil, refusedToken()
		}
		who = acting
	}
	who.CredentialID, who.ClientID, who.Scopes, who.APIs = v.claims.CredentialID, c.ClientID, v.scopes, v.apis
	who.Address, who.RequestID = address, requestID
	return &who, nil
}

// acting is whom a registration acts for, as it was found a moment ago.
type acting struct {
	who        principal.Principal
	reason     string
	at         time.Time
	generation uint64
}

// actingFor finds the person a registration acts for in its role, asked again every two seconds.
func (p *plane) actingFor(ctx context.Context, c *client, now time.Time) (principal.Principal, string, error) {
	s := c.paces
	s.actingMu.Lock()
	defer s.actingMu.Unlock()
	generation := p.generation.Load()
	if a := s.acting; !a.at.IsZero() && a.generation == generation && now.Sub(a.at) >= 0 && now.Sub(a.at) < cacheFresh {
		return a.who, a.reason, nil
	}
	who, reason, err := p.acting(ctx, principal.Registration, "", c.Person, c.Role)
	if err != nil {
		return principal.Principal{}, "", err
	}
	s.acting = acting{who, reason, now, generation}
	return who, reason, nil
}

// refusedToken is the one answer to a token that does not count.
func refusedToken() error {
	return fault.New(fault.Unauthenticated, "token_refused", "Authentication required.")
}

// authenticateForeign says who acts with a token of another issuer: the person it is linked to, in that person's default role.
func (p *plane) authenticateForeign(ctx context.Context, text string, address netip.Addr, requestID string) (*principal.Principal, error) {
	v, reason, err := p.issuers().Verify(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("check a token of another issuer: %w", err)
	}
	why := refusal{object: objectToken, address: address, reason: reason}
	if v != nil {
		why.credential = v.IssuerID
	}
	if reason == "" && v.PersonID == "" {
		why.reason = "no person"
	}
	var who principal.Principal
	if why.reason == "" {
		_, role, err := p.held(ctx, p.db, v.PersonID)
		if err == nil {
			who, why.reason, err = p.acting(ctx, principal.Issuer, v.LinkID, v.PersonID, role)
		}
		if err != nil {
			return nil, err
		}
	}
	if why.reason != "" {
		p.refuse(why)
		return nil, refusedToken()
	}
	who.ClientID, who.Address, who.RequestID = v.ClientID, address, requestID
	return &who, nil
}
