package cli

import (
	"context"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/trust"
)

type keyShow struct{ keyNamed }

func (k *keyShow) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	found, err := c.Trust.Key(ctx, h, k.ID)
	if err != nil {
		return nil, err
	}
	return shownKey(ctx, c, h, found)
}

// shownKey calls a person by login, as long as there is one.
func shownKey(ctx context.Context, c *call, h *tenant.Handle, k trust.Key) (trust.Key, error) {
	login, err := c.People.Login(ctx, h, k.Person)
	if login != "" {
		k.Person = login
	}
	return k, err
}

type keyUpdate struct {
	keyNamed

	Description *string   `help:"What the key is for."`
	Role        *string   `help:"Role the key acts in; its group must allow it."`
	OnBehalfOf  *string   `name:"on-behalf-of" help:"Employee the key acts for." placeholder:"LOGIN"`
	From        *[]string `help:"Networks the key may be used from, all of them." placeholder:"CIDR"`
	Anywhere    bool      `help:"It may be used from anywhere, as far as its group allows."`
	Expires     *span     `help:"End of its life from now on, such as 90d, or never." placeholder:"DURATION"`
}

func (k *keyUpdate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	change := trust.KeyChange{Description: k.Description, Role: k.Role, OnBehalfOf: k.OnBehalfOf, CIDRs: k.From}
	if k.Anywhere {
		change.CIDRs = &[]string{}
	}
	switch {
	case k.Expires == nil:
	case *k.Expires == spanNever:
		change.Expires = &time.Time{}
	default:
		end := c.Clock.Now().Add(time.Duration(*k.Expires))
		change.Expires = &end
	}
	after, err := c.Trust.UpdateKey(ctx, h, k.ID, change)
	if err != nil {
		return nil, err
	}
	return shownKey(ctx, c, h, after)
}

type keyGroups struct {
	Create keyGroupCreate `cmd:"" help:"Make a key group."`
	List   keyGroupList   `cmd:"" help:"List key groups."`
	Update keyGroupUpdate `cmd:"" help:"Change what is named; the keys of the group follow at once."`
	Delete keyGroupDelete `cmd:"" help:"Remove a key group that has no keys."`
}

type keyGroupCreate struct {
	Name        string   `arg:"" help:"Name of the group."`
	Role        []string `required:"" help:"Roles its keys may act in; * is every role." placeholder:"ROLE"`
	Description string   `help:"What its keys are for."`
	From        []string `help:"Networks its keys may be used from." placeholder:"CIDR"`
}

func (g *keyGroupCreate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	made, err := c.Trust.CreateGroup(ctx, h, trust.Group{Name: g.Name, Roles: g.Role, Description: g.Description, CIDRs: g.From})
	return made, err
}

type keyGroupList struct{}

func (*keyGroupList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	groups, err := c.Trust.Groups(ctx, h)
	if err != nil {
		return nil, err
	}
	return struct {
		Groups []trust.Group `json:"groups"`
	}{groups}, nil
}

// keyGroupNamed is a command about one key group.
type keyGroupNamed struct {
	Name string `arg:"" help:"Name or id of the group."`
}

func (g keyGroupNamed) find(ctx context.Context, c *call, h *tenant.Handle) (trust.Group, error) {
	groups, err := c.Trust.Groups(ctx, h)
	if err != nil {
		return trust.Group{}, err
	}
	for _, group := range groups {
		if group.ID == g.Name || strings.EqualFold(group.Name, g.Name) {
			return group, nil
		}
	}
	return trust.Group{}, fault.New(fault.NotFound, "group_unknown", "There is no key group %s; `provost key group list` shows what there is.", g.Name)
}

type keyGroupUpdate struct {
	keyGroupNamed

	Rename      *string   `help:"New name."`
	Role        *[]string `help:"Roles its keys may act in, all of them; * is every role." placeholder:"ROLE"`
	Description *string   `help:"What its keys are for."`
	From        *[]string `help:"Networks its keys may be used from, all of them." placeholder:"CIDR"`
	Anywhere    bool      `help:"They may be used from anywhere."`
	Enabled     *bool     `negatable:"" help:"Whether its keys count."`
}

func (g *keyGroupUpdate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	group, err := g.find(ctx, c, h)
	if err != nil {
		return nil, err
	}
	for to, from := range map[*string]*string{&group.Name: g.Rename, &group.Description: g.Description} {
		if from != nil {
			*to = *from
		}
	}
	if g.Role != nil {
		group.Roles = *g.Role
	}
	if g.From != nil {
		group.CIDRs = *g.From
	}
	if g.Anywhere {
		group.CIDRs = nil
	}
	if g.Enabled != nil {
		group.Enabled = *g.Enabled
	}
	after, err := c.Trust.UpdateGroup(ctx, h, group)
	return after, err
}

type keyGroupDelete struct{ keyGroupNamed }

func (g *keyGroupDelete) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	group, err := g.find(ctx, c, h)
	if err != nil {
		return nil, err
	}
	if err := c.Trust.DeleteGroup(ctx, h, group.ID); err != nil {
		return nil, err
	}
	return keyState{group.ID, "deleted"}, nil
}
