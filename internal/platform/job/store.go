package job

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// maxError is how many bytes of an error are kept with its job.
const maxError = 2000

// claim takes the jobs that have been due longest. Looking costs one read; only where something is due is there a write.
func (r *Runner) claim(ctx context.Context, now time.Time, kinds []string, most int) ([]*claim, error) {
	args := []any{now.UnixMicro()}
	marks := make([]string, len(kinds))
	for i, kind := range kinds {
		args = append(args, kind)
		marks[i] = "$" + strconv.Itoa(i+2)
	}
	due := ` FROM job WHERE due_at <= $1 AND kind IN (` + strings.Join(marks, ", ") + `) ORDER BY due_at LIMIT ` + strconv.Itoa(most)
	waiting, err := read(ctx, r.db, due, args)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	var taken []*claim
	err = r.db.Write(ctx, nil, func(tx *db.Tx) error {
		taken = nil // a group that failed is run again
		found, err := read(ctx, tx, due, args)
		if err != nil {
			return err
		}
		for _, c := range found {
			if c.attempts >= r.o.MaxAttempts { // its runners died, every one
				if err := tx.Later(`UPDATE job SET due_at = NULL, error = $1 WHERE id = $2`, "every attempt ended without a result", c.id); err != nil {
					return fmt.Errorf("claim jobs: %w", err)
				}
				continue
			}
			c.fence++
			c.attempts++
			err := tx.Later(`UPDATE job SET due_at = $1, fence = $2, attempts = $3, worker = $4 WHERE id = $5`,
				now.Add(r.o.Lease).UnixMicro(), c.fence, c.attempts, r.o.Worker, c.id)
			if err != nil {
				return fmt.Errorf("claim jobs: %w", err)
			}
			taken = append(taken, c)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	return taken, nil
}

func read(ctx context.Context, r db.Reader, due string, args []any) ([]*claim, error) {
	rows, err := r.Query(ctx, `SELECT id, kind, payload, fence, attempts`+due, args...)
	if err != nil {
		return nil, fmt.Errorf("find due jobs: %w", err)
	}
	defer rows.Close()
	var out []*claim
	for rows.Next() {
		c := &claim{}
		if err := rows.Scan(&c.id, &c.kind, &c.payload, &c.fence, &c.attempts); err != nil {
			return nil, fmt.Errorf("find due jobs: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// own runs a statement about a job that counts only while the lease is ours; its last two arguments are id and fence.
func (r *Runner) own(ctx context.Context, c *claim, statement string, args ...any) error {
	var n int64
	err := r.db.Write(ctx, nil, func(tx *db.Tx) (err error) {
		n, err = tx.Exec(statement, append(args, c.id, c.fence)...)
		return err
	})
	if err == nil && n == 0 {
		err = ErrLost
	}
	return err
}

// renew makes the lease last from now on.
func (r *Runner) renew(ctx context.Context, c *claim) error {
	return r.own(ctx, c, `UPDATE job SET due_at = $1 WHERE id = $2 AND fence = $3`, r.o.Clock.Now().Add(r.o.Lease).UnixMicro())
}

// finish removes a job that is done.
func (r *Runner) finish(ctx context.Context, c *claim) error {
	return r.own(ctx, c, `DELETE FROM job WHERE id = $1 AND fence = $2`)
}

// release gives a job back unharmed.
func (r *Runner) release(ctx context.Context, c *claim) error {
	return r.own(ctx, c, `UPDATE job SET due_at = $1, attempts = attempts - 1 WHERE id = $2 AND fence = $3`, r.o.Clock.Now().UnixMicro())
}

// postpone has a job tried again later, or gives it up.
func (r *Runner) postpone(ctx context.Context, c *claim, failure error) error {
	text := strings.ReplaceAll(strings.ToValidUTF8(failure.Error(), "\uFFFD"), "\x00", "\uFFFD")
	if len(text) > maxError {
		text = strings.ToValidUTF8(text[:maxError], "")
	}
	if c.attempts >= r.o.MaxAttempts {
		return r.own(ctx, c, `UPDATE job SET due_at = NULL, error = $1 WHERE id = $2 AND fence = $3`, text)
	}
	due := r.o.Clock.Now().Add(r.o.Backoff(c.attempts))
	return r.own(ctx, c, `UPDATE job SET due_at = $1, error = $2 WHERE id = $3 AND fence = $4`, due.UnixMicro(), text)
}

// writeSchedules stores what is to be done how often. A new schedule is due at once, one that became more frequent
// not later than it would be if it had just run.
func writeSchedules(ctx context.Context, d *db.DB, now time.Time, every map[string]time.Duration) error {
	err := d.Write(ctx, nil, func(tx *db.Tx) error {
		for kind, interval := range every {
			err := tx.Later(`INSERT INTO job_schedule (kind, every, due_at) VALUES ($1, $2, $3) ON CONFLICT (kind) DO UPDATE SET every = excluded.every,
due_at = CASE WHEN job_schedule.due_at > excluded.due_at + excluded.every THEN excluded.due_at + excluded.every ELSE job_schedule.due_at END`,
				kind, interval.Microseconds(), now.UnixMicro())
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write schedules: %w", err)
	}
	return nil
}

// turn is a schedule whose time has come.
type turn struct {
	kind string
	due  int64
}

// enqueueScheduled makes jobs of the schedules that are due. Of several replicas that see one due, one moves it on.
func enqueueScheduled(ctx context.Context, d *db.DB, now time.Time, every map[string]time.Duration) error {
	turns, err := dueSchedules(ctx, d, now)
	if err != nil {
		return fmt.Errorf("read schedules: %w", err)
	}
	for _, t := range turns {
		interval := every[t.kind].Microseconds()
		if interval <= 0 {
			continue // of another version of the program
		}
		missed := (now.UnixMicro() - t.due) / interval
		err := d.Write(ctx, nil, func(tx *db.Tx) error {
			n, err := tx.Exec(`UPDATE job_schedule SET due_at = $1 WHERE kind = $2 AND due_at = $3`, t.due+(missed+1)*interval, t.kind, t.due)
			if err != nil || n == 0 {
				return err
			}
			return Enqueue(ctx, tx, Job{ID: "schedule:" + t.kind, Kind: t.kind, Due: now})
		})
		if err != nil {
			return fmt.Errorf("enqueue scheduled job %s: %w", t.kind, err)
		}
	}
	return nil
}

func dueSchedules(ctx context.Context, r db.Reader, now time.Time) ([]turn, error) {
	rows, err := r.Query(ctx, `SELECT kind, due_at FROM job_schedule WHERE due_at <= $1 ORDER BY due_at`, now.UnixMicro())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []turn
	for rows.Next() {
		var t turn
		if err := rows.Scan(&t.kind, &t.due); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}
