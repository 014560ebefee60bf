package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Pending is a job that is still to be done, or was given up.
type Pending struct {
	ID       string
	Kind     string
	Payload  json.RawMessage
	Attempts int64
	Error    string // of the last attempt; empty where none has failed
	Created  time.Time
	Due      time.Time // zero: given up
}

// List returns the jobs of some kinds, newest first, at most limit.
func List(ctx context.Context, r db.Reader, limit int, kinds ...string) ([]Pending, error) {
	of, args := amongst(kinds, 1)
	rows, err := r.Query(ctx, `SELECT id, kind, payload, attempts, error, created_at, due_at FROM job WHERE `+of+` ORDER BY created_at DESC, id LIMIT `+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	defer rows.Close()
	var out []Pending
	for rows.Next() {
		var p Pending
		var payload string
		var created int64
		var due sql.NullInt64
		if err := rows.Scan(&p.ID, &p.Kind, &payload, &p.Attempts, &p.Error, &created, &due); err != nil {
			return nil, fmt.Errorf("list jobs: %w", err)
		}
		p.Payload, p.Created = json.RawMessage(payload), time.UnixMicro(created).UTC()
		if due.Valid {
			p.Due = time.UnixMicro(due.Int64).UTC()
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// Count counts the jobs of some kinds: those that wait for their first attempt or the next, and those that were given up.
func Count(ctx context.Context, r db.Reader, kinds ...string) (waiting, givenUp int64, err error) {
	of, args := amongst(kinds, 1)
	err = r.QueryRow(ctx, `SELECT count(due_at), count(*) FROM job WHERE `+of, args...).Scan(&waiting, &givenUp)
	if err != nil {
		return 0, 0, fmt.Errorf("count jobs: %w", err)
	}
	return waiting, givenUp - waiting, nil
}

// Hasten has a job of some kinds done now, whether it waits or was given up; one that is being done is done again. It is
// fault.NotFound where there is none.
func Hasten(tx *db.Tx, now time.Time, id string, kinds ...string) error {
	of, args := amongst(kinds, 3)
	n, err := tx.Exec(`UPDATE job SET due_at = $1, attempts = 0, fence = fence + 1 WHERE id = $2 AND `+of, append([]any{now.UnixMicro(), id}, args...)...)
	return one(n, err, "hasten job", id)
}

// Drop removes a job of some kinds undone; fault.NotFound where there is none.
func Drop(tx *db.Tx, id string, kinds ...string) error {
	of, args := amongst(kinds, 2)
	n, err := tx.Exec(`DELETE FROM job WHERE id = $1 AND `+of, append([]any{id}, args...)...)
	return one(n, err, "drop job", id)
}

func one(n int64, err error, what, id string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n == 0 {
		return fault.New(fault.NotFound, "job_unknown", "There is no job %.100q.", id)
	}
	return nil
}

// amongst is the condition that a job is of one of these kinds, with placeholders from $first on.
func amongst(kinds []string, first int) (string, []any) {
	marks, args := make([]string, len(kinds)), make([]any, len(kinds))
	for i, kind := range kinds {
		marks[i], args[i] = "$"+strconv.Itoa(first+i), kind
	}
	return "kind IN (" + strings.Join(marks, ", ") + ")", args
}
