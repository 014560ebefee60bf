package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/trust"
)

type keyCommands struct {
	Create  keyCreate  `cmd:"" help:"Make a REST API key; it is shown this once."`
	List    keyList    `cmd:"" help:"List keys, without their secrets."`
	Show    keyShow    `cmd:"" help:"Show one key, without its secret."`
	Update  keyUpdate  `cmd:"" help:"Change what is named."`
	Enable  keyEnable  `cmd:"" help:"Switch a key on."`
	Disable keyDisable `cmd:"" help:"Switch a key off."`
	Rotate  keyRotate  `cmd:"" help:"Make a successor; the old key goes on for a while."`
	Delete  keyDelete  `cmd:"" help:"Remove a key for good."`
	Group   keyGroups  `cmd:"" help:"Key groups: create, list, update, delete."`
}

type keyCreate struct {
	Role        string        `default:"InternalServices" help:"Role the key acts in."`
	Group       string        `help:"Key group; made where it is missing (default: Default)."`
	OnBehalfOf  string        `name:"on-behalf-of" help:"Employee the key acts for (default: the built-in one)." placeholder:"LOGIN"`
	Description string        `help:"What the key is for."`
	From        []string      `help:"Networks the key may be used from." placeholder:"CIDR"`
	Expires     time.Duration `help:"End of its life from now on, such as 2160h (default: none)." placeholder:"DURATION"`
	Legacy      bool          `help:"32 hex digits, for tools that check the length."`
}

type createdKey struct {
	ID   string `json:"id"`
	Key  string `json:"key"`
	Role string `json:"role"`
}

func (k *keyCreate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	name, ok := h.Roles().Canonical(k.Role)
	if !ok {
		return nil, unknownRole(h.Roles(), k.Role)
	}
	if k.Expires < 0 {
		return nil, fault.New(fault.Invalid, "expires_invalid", "--expires says how long the key is to live, such as 2160h.")
	}
	spec := trust.KeySpec{Group: k.Group, Description: k.Description, OnBehalfOf: k.OnBehalfOf, Role: name, CIDRs: k.From, Legacy: k.Legacy}
	if k.Expires > 0 {
		spec.Expires = c.Clock.Now().Add(k.Expires)
	}
	if err := ensureGroup(ctx, c, h, k.Group); err != nil {
		return nil, err
	}
	issued, err := c.Trust.CreateKey(ctx, h, spec)
	if err != nil {
		return nil, err
	}
	return createdKey{issued.ID, issued.Secret, issued.Role}, nil
}

// ensureGroup makes a key group, for every role, where there is none of that name.
func ensureGroup(ctx context.Context, c *call, h *tenant.Handle, name string) error {
	if name == "" || strings.EqualFold(name, trust.DefaultGroup) { // that one is made on demand
		return nil
	}
	groups, err := c.Trust.Groups(ctx, h)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if strings.EqualFold(g.Name, name) {
			return nil
		}
	}
	_, err = c.Trust.CreateGroup(ctx, h, trust.Group{Name: name, Roles: []string{"*"}})
	return err
}

// unknownRole names the roles there are.
func unknownRole(b *role.Book, name string) error {
	names := ""
	for i, r := range b.Roles() {
		if i > 0 {
			names += ", "
		}
		names += r.Name
	}
	return fault.New(fault.Invalid, "role_unknown", "There is no role %s; there are %s.", name, names)
}

type keyList struct{}

func (*keyList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	keys, err := c.Trust.Keys(ctx, h)
	if err != nil {
		return nil, err
	}
	for i := range keys { // people are called by their logins here; one who is gone keeps the RecId
		if keys[i], err = shownKey(ctx, c, h, keys[i]); err != nil {
			return nil, err
		}
	}
	if keys == nil {
		keys = []trust.Key{}
	}
	return struct {
		Keys []trust.Key `json:"keys"`
	}{keys}, nil
}

// keyNamed is a command about one key.
type keyNamed struct {
	ID string `arg:"" help:"Id of the key, as key list shows it."`
}

type keyState struct {
	ID    string `json:"id"`
	State string `json:"state"`
}

type keyEnable struct{ keyNamed }

func (k *keyEnable) run(ctx context.Context, c *call) (any, error) { return k.set(ctx, c, true) }

type keyDisable struct{ keyNamed }

func (k *keyDisable) run(ctx context.Context, c *call) (any, error) { return k.set(ctx, c, false) }

func (k keyNamed) set(ctx context.Context, c *call, on bool) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.Trust.EnableKey(ctx, h, k.ID, on); err != nil {
		return nil, err
	}
	if on {
		return keyState{k.ID, "enabled"}, nil
	}
	return keyState{k.ID, "disabled"}, nil
}

type keyDelete struct{ keyNamed }

func (k *keyDelete) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.Trust.DeleteKey(ctx, h, k.ID); err != nil {
		return nil, err
	}
	return keyState{k.ID, "deleted"}, nil
}

type keyRotate struct {
	keyNamed
	Grace time.Duration `default:"24h" help:"How long the old key goes on."`
}

func (k *keyRotate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	issued, err := c.Trust.RotateKey(ctx, h, k.ID, k.Grace)
	if err != nil {
		return nil, fmt.Errorf("rotate the key: %w", err)
	}
	return createdKey{issued.ID, issued.Secret, issued.Role}, nil
}
