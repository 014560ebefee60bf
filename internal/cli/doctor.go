package cli

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/app"
)

type doctorCommand struct {
	Audit bool `help:"Walk the audit chains and prove that nothing was changed or removed."`
}

// diagnosis is what the doctor found; it fails the command where something is not in order.
type diagnosis struct {
	OK     bool          `json:"ok"`
	Checks []app.Finding `json:"checks"`
	bad    int
}

func (d diagnosis) failure() string {
	if d.OK {
		return ""
	}
	for _, f := range d.Checks {
		if !f.OK {
			return fmt.Sprintf("%d of %d checks found something, first %s (tenant %s): %s; restore from a backup or ask for help with this output", d.bad, len(d.Checks), f.Check, f.Tenant, f.Detail)
		}
	}
	return ""
}

func (d *doctorCommand) run(ctx context.Context, c *call) (any, error) {
	found, err := c.Examine(ctx, app.Examination{Only: c.wanted, Audit: d.Audit, Progress: func(what string) func(done, total int64) {
		return c.progress(what, "entries")
	}})
	if err != nil {
		return nil, err
	}
	out := diagnosis{OK: true, Checks: found}
	for _, f := range found {
		if !f.OK {
			out.OK = false
			out.bad++
		}
	}
	return out, nil
}
