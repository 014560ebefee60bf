package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
)

// Job is work to be done.
type Job struct {
	Kind    string    // which handler does it
	Payload any       // what it needs to know, as JSON. Never a secret
	Due     time.Time // not before
	// ID makes enqueuing the same work again harmless while it is still to be done, and has it tried again where it was
	// given up; empty: a fresh one.
	ID string
}

const insert = `INSERT INTO job (id, kind, payload, due_at, fence, attempts, worker, error, created_at)
VALUES ($1, $2, $3, $4, 0, 0, '', '', $5)
ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, due_at = excluded.due_at, attempts = 0 WHERE job.due_at IS NULL`

// Enqueue stores a job in the caller's transaction: it will be done if and only if that commits.
func Enqueue(ctx context.Context, tx *db.Tx, j Job) error {
	if j.Kind == "" || j.Due.IsZero() {
		return errors.New("enqueue job: it needs a kind and a due time")
	}
	payload, err := json.Marshal(j.Payload)
	if err != nil {
		return fmt.Errorf("enqueue job %s: %w", j.Kind, err)
	}
	if j.ID == "" {
		j.ID = id.RecID()
	}
	if err := tx.Later(insert, j.ID, j.Kind, string(payload), j.Due.UnixMicro(), j.Due.UnixMicro()); err != nil {
		return fmt.Errorf("enqueue job %s: %w", j.Kind, err)
	}
	return nil
}

// Failed is a job that was given up after too many attempts.
type Failed struct {
	ID       string
	Kind     string
	Payload  json.RawMessage
	Attempts int64
	Error    string // of the last attempt
	Created  time.Time
}

// ListFailed returns jobs that were given up, oldest first, at most limit.
func ListFailed(ctx context.Context, r db.Reader, limit int) ([]Failed, error) {
	rows, err := r.Query(ctx, `SELECT id, kind, payload, attempts, error, created_at FROM job WHERE due_at IS NULL ORDER BY created_at, id LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list failed jobs: %w", err)
	}
	defer rows.Close()
	var out []Failed
	for rows.Next() {
		var f Failed
		var payload string
		var created int64
		if err := rows.Scan(&f.ID, &f.Kind, &payload, &f.Attempts, &f.Error, &created); err != nil {
			return nil, fmt.Errorf("list failed jobs: %w", err)
		}
		f.Payload, f.Created = json.RawMessage(payload), time.UnixMicro(created).UTC()
		out = append(out, f)
	}
	return out, rows.Err()
}

// Retry has a job that was given up tried again from now on; fault.NotFound where there is none.
func Retry(ctx context.Context, tx *db.Tx, now time.Time, id string) error {
	n, err := tx.Exec(`UPDATE job SET due_at = $1, attempts = 0 WHERE id = $2 AND due_at IS NULL`, now.UnixMicro(), id)
	if err != nil {
		return fmt.Errorf("retry job: %w", err)
	}
	if n == 0 {
		return fault.New(fault.NotFound, "job_unknown", "There is no job %s that was given up.", id)
	}
	return nil
}

// ErrLost means that the lease ran out and somebody else may be doing the job.
var ErrLost = errors.New("the lease of the job was lost")

// claim is a job in the hands of a runner.
type claim struct {
	id, kind, payload string
	fence, attempts   int64
}

type claimKey struct{}

// Guard refuses with ErrLost when the job in whose handler it is called belongs to somebody else by now. Called in the
// transaction in which the handler writes, it keeps a runner that was asleep from writing late. Outside of a handler
// it refuses nothing.
func Guard(ctx context.Context, tx *db.Tx) error {
	c, ok := ctx.Value(claimKey{}).(*claim)
	if !ok {
		return nil
	}
	var fence int64
	err := tx.QueryRow(ctx, `SELECT fence FROM job WHERE id = $1`, c.id).Scan(&fence)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("check lease of job %s: %w", c.kind, err)
	}
	if err != nil || fence != c.fence {
		return fmt.Errorf("job %s: %w", c.kind, ErrLost)
	}
	return nil
}
