package trust

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const objectToken = "token"

// inactive is all that is said of a token that does not count (RFC 7662 section 2.2).
type inactive struct {
	Active bool `json:"active"`
}

// activeToken is what is said of one that does.
type activeToken struct {
	Active    bool   `json:"active"`
	TokenType string `json:"token_type"`
	claims
}

// introspect tells a client with the right to it about its own tokens (RFC 7662), and one that may read the administration
// about those of every registration.
func (p *plane) introspect(w http.ResponseWriter, r *http.Request, form url.Values) error {
	in, err := clientOf(r, form)
	if err != nil {
		return err
	}
	ctx := r.Context()
	who, err := p.prove(ctx, in)
	if err != nil {
		return err
	}
	if !slices.Contains(who.client.Scopes, principal.TokenIntrospect) {
		return &oauthError{code: "insufficient_scope", description: "The registration lacks the scope " + principal.TokenIntrospect + ".", status: http.StatusForbidden}
	}
	text := form.Get("token")
	if text == "" {
		return oauthInvalid("invalid_request", "The request has no token.")
	}
	v, _, reason := p.verifyToken(text)
	if reason != "" && p.missed(ctx) {
		v, _, reason = p.verifyToken(text)
	}
	if reason == "" && v.claims.ClientID != who.client.ClientID && !slices.Contains(who.client.Scopes, principal.AdminRead) {
		reason = "another client's"
	}
	if reason != "" {
		writeToken(w, http.StatusOK, inactive{})
		return nil
	}
	writeToken(w, http.StatusOK, activeToken{true, "Bearer", v.claims})
	return nil
}

// revoke ends a token of the client's own (RFC 7009). What is no token of its own, or counts no more, is left as it is, with the
// same answer; 503 where it could not be stored.
func (p *plane) revoke(w http.ResponseWriter, r *http.Request, form url.Values) error {
	in, err := clientOf(r, form)
	if err != nil {
		return err
	}
	ctx := r.Context()
	who, err := p.prove(ctx, in)
	if err != nil {
		return err
	}
	text := form.Get("token")
	if text == "" {
		return oauthInvalid("invalid_request", "The request has no token.")
	}
	if c, ok := parseBare(text); ok && c.kind != tokenCredential {
		return oauthInvalid("unsupported_token_type", "Only access tokens are revoked here; keys and sessions are ended where they were made.")
	}
	v, _, reason := p.verifyToken(text)
	if reason != "" && p.missed(ctx) {
		v, _, reason = p.verifyToken(text)
	}
	if reason == "" && v.claims.ClientID == who.client.ClientID {
		actor := &principal.Principal{Kind: principal.Registration, TenantID: p.tenantID, CredentialID: who.credential.ID, ClientID: who.client.ClientID,
			Login: who.client.ClientID, DisplayName: who.client.Name, Address: web.ClientAddress(ctx).Unmap(), RequestID: web.RequestID(ctx)}
		if err := p.revokeToken(principal.With(ctx, actor), v.claims); err != nil {
			f := fault.New(fault.Unavailable, "revoke_unavailable", "The token could not be revoked now.").WithCause(err)
			f.RetryAfter = revokeRetry
			return f
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.WriteHeader(http.StatusOK)
	return nil
}

// revokeToken stores that a token counts no more; every replica knows within five seconds.
func (p *plane) revokeToken(ctx context.Context, t claims) error {
	err := p.db.Write(ctx, nil, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO trust_revoked_token (jti, revision, client_id, ends_at) VALUES ($1, $2, $3, $4) ON CONFLICT (jti) DO NOTHING`,
			t.ID, revise(tx), t.ClientID, time.Unix(t.Expires, 0).Add(tokenLeeway).UnixMicro())
		if err != nil || n == 0 {
			return err
		}
		return audit.Write(ctx, tx, p.clock.Now(), audit.Entry{Action: objectToken + ".revoke", Object: objectToken, Target: t.ID, Label: t.ClientID})
	})
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	p.changed()
	return nil
}

// revokeRetry is after how long a client is asked to try again.
const revokeRetry = time.Second
