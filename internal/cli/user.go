package cli

import (
	"context"

	"github.com/provost-itsm/provost/internal/people"
)

type userCommands struct {
	Create    userCreate    `cmd:"" help:"Make a person who may sign in; prints a link to set a password."`
	List      userList      `cmd:"" help:"List people who have a role."`
	SetupLink userSetupLink `cmd:"" help:"Make a new link to set a password: one use, 24 hours."`
	Enable    userEnable    `cmd:"" help:"Let a person sign in again."`
	Disable   userDisable   `cmd:"" help:"Keep a person out; ends all sessions."`
	Delete    userDelete    `cmd:"" help:"Remove a person."`
}

type userCreate struct {
	Login     string `arg:"" help:"Login of the person."`
	Role      string `required:"" help:"Role, such as Admin, ServiceDeskAnalyst or SelfService."`
	FirstName string `help:"First name."`
	LastName  string `help:"Last name."`
	Email     string `help:"E-mail address."`
}

func (u *userCreate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	name, ok := h.Roles().Canonical(u.Role)
	if !ok {
		return nil, unknownRole(h.Roles(), u.Role)
	}
	created, err := c.People.CreatePerson(ctx, h, people.NewPerson{Login: u.Login, Role: name, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email})
	if err != nil {
		return nil, err
	}
	return created, nil
}

type userList struct{}

func (*userList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	users := []people.Account{}
	err = c.People.Accounts(ctx, h, func(a people.Account) error {
		users = append(users, a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return struct {
		Users []people.Account `json:"users"`
	}{users}, nil
}

// userNamed is a command about one person.
type userNamed struct {
	Login string `arg:"" help:"Login of the person."`
}

type userState struct {
	Login string `json:"login"`
	State string `json:"state"`
}

type userSetupLink struct{ userNamed }

func (u *userSetupLink) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	created, err := c.People.RenewSetupLink(ctx, h, u.Login)
	if err != nil {
		return nil, err
	}
	return created, nil
}

type userEnable struct{ userNamed }

func (u *userEnable) run(ctx context.Context, c *call) (any, error) { return u.set(ctx, c, true) }

type userDisable struct{ userNamed }

func (u *userDisable) run(ctx context.Context, c *call) (any, error) { return u.set(ctx, c, false) }

func (u userNamed) set(ctx context.Context, c *call, on bool) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.People.SetActive(ctx, h, u.Login, on); err != nil {
		return nil, err
	}
	if on {
		return userState{u.Login, "enabled"}, nil
	}
	return userState{u.Login, "disabled"}, nil
}

type userDelete struct{ userNamed }

func (u *userDelete) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.People.DeletePerson(ctx, h, u.Login); err != nil {
		return nil, err
	}
	return userState{u.Login, "deleted"}, nil
}
