package trust

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// CreateGroup makes a key group from name, description, roles and networks; it is enabled.
func (m *Module) CreateGroup(ctx context.Context, h *tenant.Handle, g Group) (Group, error) {
	p := m.plane(h)
	if err := p.checkGroup(&g); err != nil {
		return Group{}, err
	}
	g.ID, g.Enabled, g.CreatedBy, g.Created = id.RecID(), true, actor(ctx), p.clock.Now()
	err := p.db.Write(ctx, func(tx *db.Tx) error { return groupFree(ctx, tx, g) }, func(tx *db.Tx) error {
		if err := insertGroup(tx, g); err != nil {
			return err
		}
		return p.audit(ctx, tx, objectGroup, "create", g.ID, g.Name, nil, g)
	})
	if err != nil {
		return Group{}, fmt.Errorf("create key group: %w", err)
	}
	return g, nil
}

// UpdateGroup stores name, description, roles, networks and whether it is enabled, for the group with g's id. Its keys
// follow at once.
func (m *Module) UpdateGroup(ctx context.Context, h *tenant.Handle, g Group) (Group, error) {
	p := m.plane(h)
	if err := p.checkGroup(&g); err != nil {
		return Group{}, err
	}
	var before Group
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		if before, err = groupByID(ctx, tx, g.ID); err != nil {
			return err
		}
		g.CreatedBy, g.Created = before.CreatedBy, before.Created
		return groupFree(ctx, tx, g)
	}, func(tx *db.Tx) error {
		if err := updateGroup(tx, g); err != nil {
			return err
		}
		return p.audit(ctx, tx, objectGroup, "update", g.ID, g.Name, before, g)
	})
	if err != nil {
		return Group{}, fmt.Errorf("update key group: %w", err)
	}
	p.changed()
	return g, nil
}

// DeleteGroup removes a key group that has no keys.
func (m *Module) DeleteGroup(ctx context.Context, h *tenant.Handle, groupID string) error {
	p := m.plane(h)
	var before Group
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		if before, err = groupByID(ctx, tx, groupID); err != nil {
			return err
		}
		used, err := groupUsed(ctx, tx, groupID)
		if err == nil && used {
			err = fault.New(fault.Conflict, "group_used", "The key group %s still has keys.", before.Name)
		}
		return err
	}, func(tx *db.Tx) error {
		if err := deleteGroup(tx, groupID); err != nil {
			return err
		}
		return p.audit(ctx, tx, objectGroup, "delete", groupID, before.Name, before, nil)
	})
	if err != nil {
		return fmt.Errorf("delete key group: %w", err)
	}
	return nil
}

// Groups lists the key groups by name.
func (m *Module) Groups(ctx context.Context, h *tenant.Handle) ([]Group, error) {
	return listGroups(ctx, m.plane(h).db)
}

// checkGroup refuses what cannot be stored and brings the rest into canonical form.
func (p *plane) checkGroup(g *Group) error {
	f := checkCaption(fault.New(fault.Invalid, "group_invalid", "The key group cannot be stored."), "name", g.Name, true)
	f = checkCaption(f, "description", g.Description, false)
	var complaint string
	if g.CIDRs, complaint = readCIDRs(g.CIDRs); complaint != "" {
		f = f.WithField("cidrs", "%s", complaint)
	}
	if len(g.Roles) == 0 {
		f = f.WithField("roles", "A key group allows one role at least.")
	}
	roles := make([]string, 0, len(g.Roles))
	for _, name := range g.Roles {
		canonical, ok := p.roles().Canonical(name)
		switch {
		case name == anyRole:
			canonical = anyRole
		case !ok:
			f = f.WithField("roles", "There is no role %q.", name)
		}
		roles = append(roles, canonical)
	}
	g.Roles = roles
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// groupFree refuses a name that another group has.
func groupFree(ctx context.Context, r db.Reader, g Group) error {
	other, found, err := groupNamed(ctx, r, g.Name)
	if err == nil && found && other.ID != g.ID {
		err = fault.New(fault.Conflict, "group_exists", "There is a key group %s already.", other.Name)
	}
	return err
}

func foldedName(name string) string { return literal.Fold(name) }
