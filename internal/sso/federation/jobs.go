package federation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// The kinds of jobs.
const (
	jobRefresh = "sso.metadata"
	jobSweep   = "sso.federation_sweep"
)

const (
	refreshEvery = 6 * time.Hour
	sweepEvery   = 24 * time.Hour
)

// Jobs registers what is done for a tenant in the background.
func (m *Module) Jobs(r *job.Runner, h *tenant.Handle) {
	r.Register(jobRefresh, func(ctx context.Context, _ json.RawMessage) error { return m.RefreshAll(ctx, h) })
	r.Schedule(jobRefresh, refreshEvery)
	r.Register(jobSweep, func(ctx context.Context, _ json.RawMessage) error { return m.Sweep(ctx, h) })
	r.Schedule(jobSweep, sweepEvery)
}

// RefreshAll looks at the metadata of all providers that have an address for it. One that cannot be read is noted at the provider, where
// its administrator sees it, and is no reason to leave the others.
func (m *Module) RefreshAll(ctx context.Context, h *tenant.Handle) error {
	all, err := listProviders(ctx, h.DB)
	if err != nil {
		return fmt.Errorf("refresh metadata: %w", err)
	}
	ctx = asProgram(ctx, h)
	var failed error
	for _, p := range all {
		if p.MetadataURL == "" || p.Kind != KindSAML {
			continue
		}
		if _, err := m.Refresh(ctx, h, p.ID); err != nil {
			if f := fault.Of(err); f.Kind == fault.Internal {
				failed = errors.Join(failed, err)
			}
			m.log.WarnContext(ctx, "the metadata of an identity provider could not be read", "identity_provider", p.ID, "error", err)
		}
	}
	return failed
}

// Sweep removes what is over: old attempts and marks, requests, and identities of people who are gone.
func (m *Module) Sweep(ctx context.Context, h *tenant.Handle) error {
	now := m.clock.Now().UnixMicro()
	gone, err := m.gone(ctx, h)
	if err == nil {
		err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
			for _, statement := range []string{`DELETE FROM sso_replay WHERE expires_at < $1`, `DELETE FROM sso_request WHERE expires_at < $1`} {
				if _, err := tx.Exec(statement, now); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(`DELETE FROM sso_attempt WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY idp, proven ORDER BY id DESC) AS place FROM sso_attempt) AS numbered WHERE place > $1)`, maxAttempts); err != nil {
				return err
			}
			for _, person := range gone {
				for _, statement := range []string{`DELETE FROM sso_identity WHERE person = $1`, `DELETE FROM sso_place WHERE person = $1`, `DELETE FROM role_origin WHERE person = $1`} {
					if _, err := tx.Exec(statement, person); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("sweep what is over of single sign-on: %w", err)
	}
	return nil
}

// gone are the people with an identity who are no longer there.
func (m *Module) gone(ctx context.Context, h *tenant.Handle) ([]string, error) {
	rows, err := h.DB.Query(ctx, `SELECT DISTINCT person FROM sso_identity WHERE NOT EXISTS (SELECT 1 FROM rec_employee WHERE rec_id = lower(person))`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return nil, err
		}
		out = append(out, person)
	}
	return out, rows.Err()
}
