package cli

import (
	"context"

	"github.com/provost-itsm/provost/internal/people"
)

type userCommands struct {
	Create    userCreate    `cmd:"" help:"Make a person who may sign in; prints a link to set a password."`
	List      userList      `cmd:"" help:"List people who have a role, and their roles."`
	Grant     userGrant     `cmd:"" help:"Give a person who is there already a role."`
	Revoke    userRevoke    `cmd:"" help:"Take a role from a person."`
	SetupLink userSetupLink `cmd:"" help:"Make a new link to set a password: one use, 24 hours."`
	Enable    userEnable    `cmd:"" help:"Let a person sign in again."`
	Disable   userDisable   `cmd:"" help:"Keep a person out; ends all sessions."`
	Delete    userDelete    `cmd:"" help:"Remove a person."`

	BreakGlass   userBreakGlass   `cmd:"" help:"Make an administrator one who may always sign in at /login/local, for the day on which nobody else gets in; --off undoes it."`
	ResetFactors userResetFactors `cmd:"" help:"Remove a person's second factors, for somebody who lost them; ends all browser sessions."`
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

type userResetFactors struct{ userNamed }

func (u *userResetFactors) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.SSO.ResetFactors(ctx, h, u.Login); err != nil {
		return nil, err
	}
	return userState{u.Login, "without second factors"}, nil
}

type userBreakGlass struct {
	userNamed
	Off bool `help:"Take the mark away."`
}

func (u *userBreakGlass) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.People.SetBreakGlass(ctx, h, u.Login, !u.Off); err != nil {
		return nil, err
	}
	if u.Off {
		return userState{u.Login, "no break-glass administrator"}, nil
	}
	return userState{u.Login, "break-glass administrator"}, nil
}

type userEnable struct{ userNamed }

func (u *userEnable) run(ctx context.Context, c *call) (any, error) {
	return u.set(ctx, c, true, false)
}

type userDisable struct {
	userNamed
	forced
}

func (u *userDisable) run(ctx context.Context, c *call) (any, error) {
	return u.set(ctx, c, false, u.Force)
}

// forced is a command that spares the last administrator otherwise.
type forced struct {
	Force bool `help:"Even where no administrator is left."`
}

func (u userNamed) set(ctx context.Context, c *call, on, force bool) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.People.SetActive(ctx, h, u.Login, on, force); err != nil {
		return nil, err
	}
	if on {
		return userState{u.Login, "enabled"}, nil
	}
	return userState{u.Login, "disabled"}, nil
}

type userDelete struct {
	userNamed
	forced
}

func (u *userDelete) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.People.DeletePerson(ctx, h, u.Login, u.Force); err != nil {
		return nil, err
	}
	return userState{u.Login, "deleted"}, nil
}

type userGrant struct {
	userNamed
	Role    string `required:"" help:"Role, such as Admin, ServiceDeskAnalyst or SelfService."`
	Default bool   `help:"Make it the role of a sign-in that names none."`
}

// userRoles is a person with the roles they hold, the default one first.
type userRoles struct {
	Login string   `json:"login"`
	Roles []string `json:"roles"`
}

func (u *userGrant) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	name, ok := h.Roles().Canonical(u.Role)
	if !ok {
		return nil, unknownRole(h.Roles(), u.Role)
	}
	held, err := c.People.Grant(ctx, h, u.Login, name, u.Default)
	if err != nil {
		return nil, err
	}
	return userRoles{u.Login, held}, nil
}

type userRevoke struct {
	userNamed
	forced
	Role string `required:"" help:"Role to take."`
}

func (u *userRevoke) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	held, err := c.People.Revoke(ctx, h, u.Login, u.Role, u.Force)
	if err != nil {
		return nil, err
	}
	if held == nil {
		held = []string{}
	}
	return userRoles{u.Login, held}, nil
}
