package cli

import (
	"context"
	"fmt"
)

// migrateCommand opens every tenant once: opening brings a database up to date.
type migrateCommand struct{}

func (*migrateCommand) founds() {}

func (*migrateCommand) run(ctx context.Context, c *call) (any, error) {
	all := c.Tenants.List()
	for i, t := range all {
		_, release, err := c.Tenants.Acquire(ctx, t.ID)
		if err != nil {
			return nil, fmt.Errorf("migrate tenant %s: %w", t.Name, err)
		}
		release()
		c.report(fmt.Sprintf("migrate: %d of %d tenants (%s)", i+1, len(all), t.Name))
	}
	return struct {
		Tenants int `json:"tenants"`
	}{len(all)}, nil
}
