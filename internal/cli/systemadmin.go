package cli

import (
	"context"

	"github.com/provost-itsm/provost/internal/platform/sysadmin"
)

type systemAdminCommands struct {
	Create       systemAdminCreate       `cmd:"" help:"Add a system administrator; prints a link to set a password, shown this once."`
	List         systemAdminList         `cmd:"" help:"List system administrators."`
	Delete       systemAdminDelete       `cmd:"" help:"Remove a system administrator, with sessions and second factors."`
	SetupLink    systemAdminSetupLink    `cmd:"" help:"Make a new link to set a password."`
	ResetFactors systemAdminResetFactors `cmd:"" help:"Remove the second factors of somebody who lost them, and end the sessions."`
}

type systemAdminCreate struct {
	Login string `arg:"" help:"What the person signs in with."`
	Name  string `help:"Name of the person."`
	Email string `help:"E-mail address." placeholder:"ADDRESS"`
}

// systemAdminSetup is a system administrator with a link.
type systemAdminSetup struct {
	ID        string `json:"id"`
	Login     string `json:"login"`
	SetupLink string `json:"setup_link"`
}

func (s *systemAdminCreate) run(ctx context.Context, c *call) (any, error) {
	made, link, err := c.Admins.Create(ctx, sysadmin.NewAdmin{Login: s.Login, Name: s.Name, Email: s.Email})
	if err != nil {
		return nil, err
	}
	return systemAdminSetup{made.ID, made.Login, link}, nil
}

type systemAdminList struct{}

func (*systemAdminList) run(ctx context.Context, c *call) (any, error) {
	all, err := c.Admins.List(ctx)
	if err != nil {
		return nil, err
	}
	return struct {
		Admins []sysadmin.Admin `json:"system_admins"`
	}{all}, nil
}

// systemAdminNamed is a command about one system administrator, given as an argument.
type systemAdminNamed struct {
	Login string `arg:"" help:"Login, or id."`
}

// systemAdminState says what became of one.
type systemAdminState struct {
	ID     string `json:"id"`
	Login  string `json:"login"`
	Status string `json:"status"`
}

type systemAdminDelete struct {
	systemAdminNamed
	Force bool `help:"Also the last one who can sign in."`
}

func (s *systemAdminDelete) run(ctx context.Context, c *call) (any, error) {
	a, err := c.Admins.Named(ctx, s.Login)
	if err != nil {
		return nil, err
	}
	if err := c.Admins.Delete(ctx, a.ID, s.Force); err != nil {
		return nil, err
	}
	return systemAdminState{a.ID, a.Login, "deleted"}, nil
}

type systemAdminSetupLink struct{ systemAdminNamed }

func (s *systemAdminSetupLink) run(ctx context.Context, c *call) (any, error) {
	a, err := c.Admins.Named(ctx, s.Login)
	if err != nil {
		return nil, err
	}
	a, link, err := c.Admins.NewLink(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	return systemAdminSetup{a.ID, a.Login, link}, nil
}

type systemAdminResetFactors struct{ systemAdminNamed }

func (s *systemAdminResetFactors) run(ctx context.Context, c *call) (any, error) {
	a, err := c.Admins.Named(ctx, s.Login)
	if err != nil {
		return nil, err
	}
	if err := c.Platform.ResetFactors(ctx, a); err != nil {
		return nil, err
	}
	return systemAdminState{a.ID, a.Login, "second factors removed"}, nil
}
