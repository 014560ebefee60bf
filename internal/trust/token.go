package trust

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

const (
	tokenType = "at+jwt" // RFC 9068 section 2.1

	minTokenLife, standardTokenLife, maxTokenLife = 5 * time.Minute, time.Hour, 24 * time.Hour
	tokenLeeway                                   = time.Minute // between clocks

	maxScopeText = 4 << 10
)

// claims are what an access token says (RFC 9068 section 2.2, with ours of spec/trust.md 7). Times are Unix seconds.
type claims struct {
	Issuer       string   `json:"iss"`
	Subject      string   `json:"sub"`
	ClientID     string   `json:"client_id"`
	Audience     audience `json:"aud"`
	Issued       int64    `json:"iat"`
	NotBefore    int64    `json:"nbf,omitempty"`
	Expires      int64    `json:"exp"`
	ID           string   `json:"jti"`
	TenantID     string   `json:"tid"`
	Scope        string   `json:"scope"`
	Roles        []string `json:"roles"`
	Epoch        int64    `json:"epoch"`
	CredentialID string   `json:"cid"`
}

// audience is one string or a list of them (RFC 7519 section 4.1.3).
type audience []string

func (a audience) MarshalJSON() ([]byte, error) {
	if len(a) == 1 {
		return json.Marshal(a[0])
	}
	return json.Marshal([]string(a))
}

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// granted is a token as it is answered.
type granted struct {
	token   string
	seconds int64
	scope   *string // nil: left out of the answer
}

// apiOf returns which API a resource names: "" for all of the tenant's. A slash at the end does not count.
func (p *plane) apiOf(resource string) (api string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSuffix(resource, "/"), p.issuer()+"/api")
	if !ok || rest == "" {
		return "", ok
	}
	api, ok = strings.CutPrefix(rest, "/")
	return api, ok && slices.ContainsFunc(principal.Scopes(), func(s principal.Scope) bool { return s.API == api })
}

// ask is what a client asks for.
type ask struct {
	scope     string
	resources []string
}

// grant decides which scopes and audiences a token gets (RFC 6749 section 3.3, RFC 8707).
func (p *plane) grant(c *client, a ask) (scopes []string, aud audience, answer *string, err error) {
	if len(a.scope) > maxScopeText || len(a.resources) > 20 {
		return nil, nil, nil, oauthInvalid("invalid_request", "The request asks for too much.")
	}
	apis := map[string]bool{}
	for _, resource := range a.resources {
		api, ok := p.apiOf(resource)
		if !ok {
			return nil, nil, nil, oauthInvalid("invalid_target", "The resource names no API of this tenant.")
		}
		if resource = strings.TrimSuffix(resource, "/"); !slices.Contains(aud, resource) {
			aud = append(aud, resource)
		}
		apis[api] = true
	}
	within := func(s principal.Scope) bool { return len(apis) == 0 || apis[""] || apis[s.API] }
	whole, asked := false, false
	for _, name := range strings.Fields(a.scope) {
		switch name {
		case "openid", "offline_access", "profile": // what libraries for signing people in add by themselves
			continue
		}
		asked = true
		if resource, ok := strings.CutSuffix(name, "/.default"); ok {
			api, ok := p.apiOf(resource)
			if !ok {
				return nil, nil, nil, oauthInvalid("invalid_scope", "The scope names no API of this tenant.")
			}
			whole = true
			if resource = strings.TrimSuffix(resource, "/"); !slices.Contains(aud, resource) {
				aud = append(aud, resource)
			}
			for _, s := range principal.Scopes() {
				if (api == "" || s.API == api) && slices.Contains(c.Scopes, s.Name) && !slices.Contains(scopes, s.Name) {
					scopes = append(scopes, s.Name)
				}
			}
			continue
		}
		s, known := principal.ScopeNamed(name)
		if !known || !slices.Contains(c.Scopes, name) || !within(s) {
			return nil, nil, nil, oauthInvalid("invalid_scope", "The scope is unknown or was not granted to this registration.")
		}
		if !slices.Contains(scopes, name) {
			scopes = append(scopes, name)
		}
	}
	if !asked {
		for _, s := range principal.Scopes() {
			if s.Reads && !s.Explicit && within(s) && slices.Contains(c.Scopes, s.Name) {
				scopes = append(scopes, s.Name)
			}
		}
	}
	if len(aud) == 0 {
		aud = audience{p.issuer() + "/api"}
	}
	if text := strings.Join(scopes, " "); !whole { // some libraries refuse an answer that spells out what they asked for by /.default
		answer = &text
	}
	return scopes, aud, answer, nil
}

// issue makes a token for a client that has proved itself, and counts that.
func (p *plane) issue(ctx context.Context, who proof, a ask, address netip.Addr, requestID string) (granted, error) {
	now := p.clock.Now()
	if err := p.takeToken(ctx, who.client, now); err != nil {
		return granted{}, err
	}
	scopes, aud, answer, err := p.grant(who.client, a)
	if err != nil {
		var said *oauthError
		if errors.As(err, &said) {
			said.client = who.client.ID
		}
		return granted{}, err
	}
	key, err := p.signer(ctx, who.client.TokenAlg)
	if err != nil {
		return granted{}, err
	}
	t := claims{Issuer: p.issuer(), Subject: who.client.ClientID, ClientID: who.client.ClientID, Audience: aud, Issued: now.Unix(),
		Expires: now.Unix() + who.client.TokenSeconds, ID: id.GUID(), TenantID: p.tenantID, Scope: strings.Join(scopes, " "), Roles: []string{},
		Epoch: who.client.epoch, CredentialID: who.credential.ID}
	if who.client.Role != "" {
		t.Roles = []string{who.client.Role}
	}
	payload, err := json.Marshal(t)
	if err != nil {
		return granted{}, fmt.Errorf("issue token: %w", err)
	}
	signed, err := key.signer.Sign(payload)
	if err != nil {
		return granted{}, fmt.Errorf("issue token: %w", err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		return granted{}, fmt.Errorf("issue token: %w", err)
	}
	actor := principal.Principal{Kind: principal.Registration, TenantID: p.tenantID, CredentialID: who.credential.ID, ClientID: who.client.ClientID,
		Login: who.client.ClientID, DisplayName: who.client.Name, Address: address, RequestID: requestID}
	p.used(who.credential.use, now, &actor)
	return granted{token, who.client.TokenSeconds, answer}, nil
}

// asTrust returns a context in which the trust plane itself acts.
func asTrust(ctx context.Context, tenantID string) context.Context {
	return principal.With(ctx, &principal.Principal{Kind: principal.System, TenantID: tenantID, Login: systemLogin})
}

// revokedToken is a token that was revoked before its end.
type revokedToken struct {
	jti  string
	ends int64 // Unix microseconds
}

// revokedTokens returns what was revoked after a revision and would still count.
func revokedTokens(ctx context.Context, r db.Reader, after, now int64) ([]revokedToken, error) {
	return list(ctx, r, func(s scanner) (t revokedToken, err error) {
		return t, s.Scan(&t.jti, &t.ends)
	}, `SELECT jti, ends_at FROM trust_revoked_token WHERE revision > $1 AND ends_at > $2`, after, now)
}
