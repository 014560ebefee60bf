package cli

import (
	"context"
	"time"

	"github.com/provost-itsm/provost/internal/platform/systemkey"
)

type systemKeyCommands struct {
	Create systemKeyCreate `cmd:"" help:"Make a system key; it is shown this once."`
	List   systemKeyList   `cmd:"" help:"List system keys, without their secrets."`
	Delete systemKeyDelete `cmd:"" help:"Remove a system key for good."`
}

type systemKeyCreate struct {
	Description string        `help:"What the key is for."`
	Expires     time.Duration `help:"End of its life from now on, such as 2160h (default: none)." placeholder:"DURATION"`
}

func (k *systemKeyCreate) run(ctx context.Context, c *call) (any, error) {
	made, value, err := c.SystemKeys().Create(ctx, k.Description, k.Expires)
	if err != nil {
		return nil, err
	}
	return struct {
		ID  string `json:"id"`
		Key string `json:"key"`
	}{made.ID, value}, nil
}

type systemKeyList struct{}

func (*systemKeyList) run(ctx context.Context, c *call) (any, error) {
	keys, err := c.SystemKeys().List(ctx)
	if err != nil {
		return nil, err
	}
	return struct {
		Keys []systemkey.Key `json:"system_keys"`
	}{keys}, nil
}

type systemKeyDelete struct{ keyNamed }

func (k *systemKeyDelete) run(ctx context.Context, c *call) (any, error) {
	if err := c.SystemKeys().Delete(ctx, k.ID); err != nil {
		return nil, err
	}
	return keyState{k.ID, "deleted"}, nil
}
