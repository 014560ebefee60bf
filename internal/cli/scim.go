package cli

import (
	"context"
	"time"

	"github.com/provost-itsm/provost/internal/sso/provision"
)

type scimCommands struct {
	Token scimTokenCommands `cmd:"" help:"Tokens of identity providers: create, list, delete."`
}

type scimTokenCommands struct {
	Create scimTokenCreate `cmd:"" help:"Make a token for provisioning; it is shown this once."`
	List   scimTokenList   `cmd:"" help:"List tokens for provisioning, without their secrets."`
	Delete scimTokenDelete `cmd:"" help:"Remove a token for provisioning for good."`
}

type scimTokenCreate struct {
	Label   string        `required:"" help:"What the token is for."`
	Expires time.Duration `help:"End of its life from now on, such as 8760h (default: none)." placeholder:"DURATION"`
}

func (s *scimTokenCreate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	made, err := c.Provision.CreateToken(ctx, h, s.Label, s.Expires)
	if err != nil {
		return nil, err
	}
	return struct {
		ID        string `json:"id"`
		TenantURL string `json:"tenant_url"`
		Token     string `json:"token"`
	}{made.ID, provision.Address(h), made.Secret}, nil
}

type scimTokenList struct{}

func (*scimTokenList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	tokens, err := c.Provision.Tokens(ctx, h)
	if err != nil {
		return nil, err
	}
	return struct {
		Tokens []provision.Token `json:"tokens"`
	}{tokens}, nil
}

type scimTokenDelete struct {
	ID string `arg:"" help:"Id of the token, as scim token list shows it."`
}

func (s *scimTokenDelete) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.Provision.DeleteToken(ctx, h, s.ID); err != nil {
		return nil, err
	}
	return keyState{s.ID, "deleted"}, nil
}
