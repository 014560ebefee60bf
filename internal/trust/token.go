package trust

import (
	"context"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

const (
	tokenType = "at+jwt" // RFC 9068 section 2.1

	minTokenLife, standardTokenLife, maxTokenLife = 5 * time.Minute, time.Hour, 24 * time.Hour
	tokenLeeway                                   = time.Minute // between clocks
)

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
