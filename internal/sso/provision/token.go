package provision

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	maxTokens   = 2            // that count at once: the one in use and its successor
	maxLabel    = 100          // characters
	longestLife = 5 * 366      // days
	usedAgain   = time.Minute  // how often the use of a token is written down
	objectToken = "scim_token" // in the audit trail
)

// Token is a token with which an identity provider provisions, without its secret.
type Token struct {
	ID        string     `json:"id"`
	Label     string     `json:"label" example:"Entra ID"`
	Hint      string     `json:"hint" doc:"How it begins" example:"pvs_p_3kTz"`
	CreatedBy string     `json:"created_by" doc:"Login of who made it"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"It does not count from then on; absent: it does not expire"`
	Expired   bool       `json:"expired"`
	UsedAt    *time.Time `json:"last_used_at,omitempty" doc:"Up to a minute late"`
	UsedFrom  string     `json:"last_used_from,omitempty" doc:"Address of that use"`
}

// NewToken is a token with its secret, which is shown this once.
type NewToken struct {
	Token
	Secret string `json:"token" doc:"The secret token, in this answer and nowhere else" example:"pvs_p_…"`
}

// Tokens lists the tokens of a tenant, oldest first.
func (m *Module) Tokens(ctx context.Context, h *tenant.Handle) ([]Token, error) {
	return m.tokens(ctx, h.DB)
}

func (m *Module) tokens(ctx context.Context, r db.Reader) ([]Token, error) {
	rows, err := r.Query(ctx, `SELECT id, label, hint, created_by, created_at, expires_at, used_at, used_from FROM scim_token ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("list SCIM tokens: %w", err)
	}
	defer rows.Close()
	now, out := m.clock.Now(), []Token{}
	for rows.Next() {
		var t Token
		var created, expires, used int64
		if err := rows.Scan(&t.ID, &t.Label, &t.Hint, &t.CreatedBy, &created, &expires, &used, &t.UsedFrom); err != nil {
			return nil, fmt.Errorf("list SCIM tokens: %w", err)
		}
		t.CreatedAt, t.ExpiresAt, t.UsedAt = instant(created), optional(expires), optional(used)
		t.Expired = t.ExpiresAt != nil && !now.Before(*t.ExpiresAt)
		out = append(out, t)
	}
	return out, rows.Err()
}

// CreateToken makes a token that lives for so long; 0 is for ever. A third one that counts is fault.Conflict.
func (m *Module) CreateToken(ctx context.Context, h *tenant.Handle, label string, life time.Duration) (NewToken, error) {
	label = strings.TrimSpace(label)
	if err := adminapi.CheckTexts(adminapi.Text{Field: "label", Value: &label, Name: true}); err != nil {
		return NewToken{}, err
	}
	if label == "" || len([]rune(label)) > maxLabel {
		return NewToken{}, fault.New(fault.Invalid, "label_invalid", "The label says in up to %d characters what the token is for.", maxLabel)
	}
	if life < 0 || life > longestLife*24*time.Hour {
		return NewToken{}, fault.New(fault.Invalid, "expires_invalid", "A token lives for up to five years, or does not expire.")
	}
	now := m.clock.Now().UTC().Truncate(time.Microsecond)
	out := NewToken{Token{ID: id.RecID(), Label: label, CreatedAt: now}, secret.New(secret.KindSCIM)}
	out.Hint = secret.Hint(out.Secret)
	if who := principal.From(ctx); who != nil {
		out.CreatedBy = who.Login
	}
	var expires int64
	if life > 0 {
		end := now.Add(life)
		out.ExpiresAt, expires = &end, end.UnixMicro()
	}
	pepper, mac := h.Keys.MAC(out.Secret)
	err := h.DB.Alone(ctx, func(tx *db.Tx) error {
		all, err := m.tokens(ctx, tx)
		if err != nil {
			return err
		}
		count := 0
		for _, t := range all {
			if !t.Expired {
				count++
			}
		}
		if count >= maxTokens {
			return fault.New(fault.Conflict, "tokens_many", "There are %d SCIM tokens already: delete the one that is not in use any more.", count)
		}
		_, err = tx.Exec(`INSERT INTO scim_token (id, label, hint, pepper, mac, created_by, created_at, expires_at, used_at, used_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '')`,
			out.ID, out.Label, out.Hint, pepper, mac, out.CreatedBy, now.UnixMicro(), expires)
		if err != nil {
			return err
		}
		return m.auditToken(ctx, tx, "create", out.Token, nil, out.Token)
	})
	if err != nil {
		return NewToken{}, fmt.Errorf("create SCIM token: %w", err)
	}
	return out, nil
}

// DeleteToken removes a token, which counts no more.
func (m *Module) DeleteToken(ctx context.Context, h *tenant.Handle, tokenID string) error {
	err := h.DB.Alone(ctx, func(tx *db.Tx) error {
		all, err := m.tokens(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range all {
			if strings.EqualFold(t.ID, tokenID) {
				if _, err := tx.Exec(`DELETE FROM scim_token WHERE id = $1`, t.ID); err != nil {
					return err
				}
				return m.auditToken(ctx, tx, "delete", t, t, nil)
			}
		}
		return fault.New(fault.NotFound, "scim_token_unknown", "There is no such SCIM token.")
	})
	if err != nil {
		return fmt.Errorf("delete SCIM token: %w", err)
	}
	return nil
}

// Leaked deletes a token that was found where it should not be, and reports whether the value is one.
func (m *Module) Leaked(ctx context.Context, h *tenant.Handle, value string) (bool, error) {
	t, _, found, err := m.tokenOf(ctx, h, value)
	if err != nil || !found {
		return false, err
	}
	err = h.DB.Alone(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`DELETE FROM scim_token WHERE id = $1`, t.ID)
		if err != nil || n == 0 { // somebody was faster
			return err
		}
		return m.auditToken(ctx, tx, "leaked", t, t, nil)
	})
	if err != nil {
		return false, fmt.Errorf("delete a leaked SCIM token: %w", err)
	}
	return true, nil
}

func (m *Module) auditToken(ctx context.Context, tx *db.Tx, verb string, t Token, before, after any) error {
	changes, err := audit.Diff(before, after, "expired", "last_used_at", "last_used_from")
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: objectToken + "." + verb, Object: objectToken, Target: t.ID, Label: t.Label, Changes: changes})
}

// authenticate says which token a request brings. Nothing else counts here: keys, sessions and tokens of others are refused as what is
// no credential at all.
func (m *Module) authenticate(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error) {
	headers := r.Header["Authorization"]
	if len(headers) == 0 {
		return nil, fault.New(fault.Unauthenticated, "credential_missing", "Authentication required.")
	}
	refused := func(token, reason string) (*principal.Principal, error) {
		m.refusals.Refused(ctx, h, objectToken, token, reason)
		return nil, fault.New(fault.Unauthenticated, "credential_refused", "Authentication required.")
	}
	scheme, value, _ := strings.Cut(headers[0], " ")
	value = strings.TrimSpace(value)
	if kind, ok := secret.Kind(value); len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || !ok || kind != secret.KindSCIM {
		return refused("", "malformed")
	}
	t, used, found, err := m.tokenOf(ctx, h, value)
	if err != nil {
		return nil, fmt.Errorf("look up a SCIM token: %w", err)
	}
	now := m.clock.Now()
	switch {
	case !found:
		return refused("", "unknown")
	case t.ExpiresAt != nil && !now.Before(*t.ExpiresAt):
		return refused(t.ID, "expired")
	}
	from := web.ClientAddress(ctx).Unmap()
	if now.Sub(used) >= usedAgain {
		m.used(ctx, h, t.ID, now, from.String())
	}
	return &principal.Principal{Kind: principal.System, TenantID: h.ID, CredentialID: t.ID, Login: "scim:" + t.Label, DisplayName: t.Label, Address: from,
		RequestID: web.RequestID(ctx)}, nil
}

// tokenOf finds a token by its secret.
func (m *Module) tokenOf(ctx context.Context, h *tenant.Handle, value string) (t Token, used time.Time, found bool, err error) {
	for _, version := range h.Keys.Versions() {
		var expires, at int64
		err := h.DB.QueryRow(ctx, `SELECT id, label, expires_at, used_at FROM scim_token WHERE pepper = $1 AND mac = $2`, version, h.Keys.MACWith(version, value)).
			Scan(&t.ID, &t.Label, &expires, &at)
		if err == nil {
			t.ExpiresAt = optional(expires)
			return t, instant(at), true, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return t, used, false, err
		}
	}
	return t, used, false, nil
}

// used writes down that a token was used. That it cannot be written keeps nobody out.
func (m *Module) used(ctx context.Context, h *tenant.Handle, tokenID string, now time.Time, from string) {
	err := h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE scim_token SET used_at = $1, used_from = $2 WHERE id = $3 AND used_at <= $4`, now.UnixMicro(), from, tokenID, now.Add(-usedAgain).UnixMicro())
		return err
	})
	if err != nil {
		m.log.WarnContext(ctx, "the use of a SCIM token could not be written down", "error", err)
	}
}

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

func optional(micros int64) *time.Time {
	if micros == 0 {
		return nil
	}
	t := instant(micros)
	return &t
}
