package federation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	maxAttempts = 100 // of a provider that are kept, of those that it has proved and of the others each
	lastShown   = 50  // of those that it has proved; half as many of the others
)

// The outcomes of attempts, besides the codes of refusals.
const (
	signedInOutcome = "signed_in"
	testedOutcome   = "tested"
)

// Attempt is one try to sign in by way of an identity provider.
type Attempt struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome" doc:"signed_in, tested, confirmed (a session), or the code of the refusal" example:"email_conflict"`
	Login   string    `json:"login,omitempty" doc:"Who it was, where that is known"`
	Detail
}

// LastAttempt is what became of the last try with a provider.
type LastAttempt struct {
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome" doc:"signed_in, tested, confirmed (a session), or the code of the refusal"`
}

// Detail is what is kept of an attempt.
type Detail struct {
	Proven    bool     `json:"proven" doc:"The provider has said so: its signature counted. Else anybody may have sent it"`
	Message   string   `json:"message,omitempty" doc:"What was wrong, for administrators"`
	Address   string   `json:"address,omitempty" doc:"Where the browser was"`
	RequestID string   `json:"request_id,omitempty" doc:"The reference that the page showed, and that stands in the log"`
	Flow      string   `json:"flow,omitempty" enum:"sp,idp,oidc" doc:"Who began: we (sp, oidc) or the provider (idp)"`
	Subject   string   `json:"subject,omitempty" doc:"How the provider names them"`
	How       string   `json:"how,omitempty" doc:"known, linked_scim, linked_registered, linked_email, created"`
	Rules     []string `json:"rules,omitempty" doc:"Rules that matched"`
	Granted   []string `json:"granted,omitempty"`
	Revoked   []string `json:"revoked,omitempty"`
	Changed   []string `json:"changed,omitempty" doc:"Fields of the person that were changed"`
	Skipped   []string `json:"skipped,omitempty" doc:"Fields that were left as they are: the record refuses what was said, or the address is somebody else's"`
	Overage   bool     `json:"overage,omitempty" doc:"There are more groups than the provider names: nothing was given or taken"`
	Claims    []Claim  `json:"claims,omitempty" doc:"What the provider said; values of tests alone"`
}

// Claim is one claim of an attempt.
type Claim struct {
	Name   string   `json:"name"`
	Values []string `json:"values,omitempty" doc:"Of tests alone"`
	Count  int      `json:"count"`
}

// tell says how an assertion ended well.
func (d *Detail) tell(out admitted) {
	d.How, d.Rules, d.Granted, d.Revoked, d.Changed, d.Skipped, d.Overage = out.How, out.Rules, out.Granted, out.Revoked, out.Changed, out.Skipped, out.Overage
}

// note keeps an attempt. That it cannot be kept is no reason to refuse anybody.
func (m *Module) note(ctx context.Context, h *tenant.Handle, provider, outcome, person string, d Detail) {
	put, err := m.noted(ctx, provider, outcome, person, d)
	if err == nil {
		err = h.DB.Write(context.WithoutCancel(ctx), nil, put)
	}
	if err != nil {
		m.log.WarnContext(ctx, "an attempt to sign in could not be noted", "error", err)
	}
}

// noted prepares what keeps an attempt in a transaction.
func (m *Module) noted(ctx context.Context, provider, outcome, person string, d Detail) (func(tx *db.Tx) error, error) {
	d.RequestID = web.RequestID(ctx)
	if a := addressOf(ctx); a.IsValid() {
		d.Address = a.String()
	}
	detail, err := text(d)
	if err != nil {
		return nil, err
	}
	attempt, at, proven := id.RecID(), m.clock.Now().UnixMicro(), int64(0)
	if d.Proven {
		proven = 1
	}
	return func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO sso_attempt (id, idp, outcome, person, detail, at, proven) VALUES ($1, $2, $3, $4, $5, $6, $7)`, attempt, provider, outcome, person, detail, at, proven)
		if err != nil || outcome == signedInOutcome { // strangers can be refused as often as they like: of that no more is kept than is shown
			return err
		}
		_, err = tx.Exec(`DELETE FROM sso_attempt WHERE idp = $1 AND proven = $3 AND id < (SELECT id FROM sso_attempt WHERE idp = $1 AND proven = $3 ORDER BY id DESC LIMIT 1 OFFSET $2)`,
			provider, maxAttempts-1, proven)
		return err
	}, nil
}

// Attempts returns the last attempts with a provider, newest first.
func (m *Module) Attempts(ctx context.Context, h *tenant.Handle, provider string) ([]Attempt, error) {
	if _, err := m.provider(ctx, h.DB, provider); err != nil {
		return nil, err
	}
	return attempts(ctx, h, provider)
}

// attempts are those of a provider; with an empty one those that none answers for.
func attempts(ctx context.Context, h *tenant.Handle, provider string) ([]Attempt, error) {
	rows, err := h.DB.Query(ctx, `SELECT id, outcome, person, detail, at FROM (SELECT * FROM sso_attempt WHERE idp = $1 AND proven = 1 ORDER BY id DESC LIMIT $2) AS told
		UNION ALL SELECT id, outcome, person, detail, at FROM (SELECT * FROM sso_attempt WHERE idp = $1 AND proven = 0 ORDER BY id DESC LIMIT $3) AS sent
		ORDER BY id DESC`, provider, lastShown, lastShown/2)
	if err != nil {
		return nil, fmt.Errorf("list attempts: %w", err)
	}
	defer rows.Close()
	out := []Attempt{}
	for rows.Next() {
		var a Attempt
		var person, detail string
		var at int64
		if err := rows.Scan(&a.ID, &a.Outcome, &person, &detail, &at); err != nil {
			return nil, fmt.Errorf("list attempts: %w", err)
		}
		if err := json.Unmarshal([]byte(detail), &a.Detail); err != nil {
			return nil, fmt.Errorf("list attempts: %w", err)
		}
		a.At, a.Login = instant(at), person
		out = append(out, a)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list attempts: %w", err)
	}
	return out, nil
}

// lastAttempts fills in what became of the last try with each of these providers.
func (m *Module) lastAttempts(ctx context.Context, h *tenant.Handle, all []Provider) error {
	rows, err := h.DB.Query(ctx, `SELECT idp, outcome, at FROM sso_attempt WHERE id IN (SELECT MAX(id) FROM sso_attempt GROUP BY idp)`)
	if err != nil {
		return fmt.Errorf("list the last attempts: %w", err)
	}
	defer rows.Close()
	last := map[string]*LastAttempt{}
	for rows.Next() {
		var provider, outcome string
		var at int64
		if err := rows.Scan(&provider, &outcome, &at); err != nil {
			return fmt.Errorf("list the last attempts: %w", err)
		}
		last[provider] = &LastAttempt{At: instant(at), Outcome: outcome}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the last attempts: %w", err)
	}
	for i := range all {
		all[i].LastAttempt = last[all[i].ID]
	}
	return nil
}

// told are claims as an attempt keeps them.
func told(said claims, values bool) []Claim {
	out := make([]Claim, 0, len(said))
	for name, all := range said {
		c := Claim{Name: name, Count: len(all)}
		if values {
			c.Values = all
		}
		out = append(out, c)
	}
	sortClaims(out)
	return out
}
