package provision

import (
	"context"
	"fmt"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// originOf is what a group gives roles in the name of.
func originOf(group string) string { return "scim:" + group }

func administering(h *tenant.Handle, name string) bool {
	return h.Roles().Admin(&principal.Principal{Role: name})
}

// give gives people the role of a group. A role that is gone, or that has come to administer since and may not be given, is not.
func (m *Module) give(ctx context.Context, tx *db.Tx, h *tenant.Handle, group string, g groupRole, people []string) error {
	if !h.Roles().Has(g.role) || administering(h, g.role) && !g.mayAdmin {
		return nil
	}
	for _, person := range people {
		special, err := m.people.BreakGlass(ctx, tx, person)
		if err != nil {
			return err
		}
		if special {
			continue
		}
		if err := m.grants.GrantFrom(ctx, tx, person, g.role, originOf(group), true); err != nil {
			return err
		}
	}
	return nil
}

// takeBack takes from people what a group gave them. A break-glass administrator keeps it, as if it had been given by hand; the last
// administrator may not lose it. Without a tenant, which is the program's own doing, nobody asks who is the last.
func (m *Module) takeBack(ctx context.Context, tx *db.Tx, h *tenant.Handle, group, name string, people []string) error {
	for _, person := range people {
		special, err := m.people.BreakGlass(ctx, tx, person)
		if err != nil {
			return err
		}
		take := m.grants.RevokeFrom
		if special {
			take = m.byHand
		}
		if err := take(ctx, tx, person, name, originOf(group)); err != nil {
			return err
		}
	}
	if h == nil || !administering(h, name) || len(people) == 0 {
		return nil
	}
	still, err := m.people.Administered(ctx, tx, h, h.Roles())
	if err == nil && !still {
		err = fault.New(fault.Conflict, "last_administrator", "Nobody would administer the tenant any more; give somebody else a role that administers first.")
	}
	return err
}

// byHand lets a role stay that an origin gave, where it did.
func (m *Module) byHand(ctx context.Context, tx *db.Tx, person, name, origin string) error {
	origins, err := m.grants.Origins(ctx, tx, person)
	if err != nil || !slices.Contains(origins[name], origin) {
		return err
	}
	return m.grants.Grant(ctx, tx, person, name, false)
}

// forgetGroup takes back what a group gave that is removed, and removes what SCIM knew of it.
func (m *Module) forgetGroup(ctx context.Context, tx *db.Tx, group string) error {
	gives, err := roleOf(ctx, tx, group)
	if err != nil {
		return err
	}
	if gives.role != "" {
		people, err := membersOf(ctx, tx, group)
		if err != nil {
			return err
		}
		if err := m.takeBack(ctx, tx, tenant.From(ctx), group, gives.role, people); err != nil {
			return err
		}
	}
	return execAll(tx, group, `DELETE FROM scim_resource WHERE record = $1`, `DELETE FROM scim_member WHERE grp = $1`, `DELETE FROM scim_group_role WHERE grp = $1`)
}

// GroupsWithRoles lists the provisioned groups of a tenant, in the order in which they came to be.
func (m *Module) GroupsWithRoles(ctx context.Context, h *tenant.Handle) ([]GroupWithRole, error) {
	t, ok := h.Records.Type(ctx, "ContactGroup")
	if !ok {
		return nil, fmt.Errorf("the tenant has no object ContactGroup")
	}
	rows, err := h.DB.Query(ctx, `SELECT s.record, s.external_id, COALESCE(r.role, ''), COALESCE(r.may_admin, 0), (SELECT count(*) FROM scim_member WHERE grp = s.record)
		FROM scim_resource s LEFT JOIN scim_group_role r ON r.grp = s.record WHERE s.kind = 'group' ORDER BY s.record`)
	if err != nil {
		return nil, fmt.Errorf("list provisioned groups: %w", err)
	}
	defer rows.Close()
	var all []GroupWithRole
	for rows.Next() {
		var g GroupWithRole
		var may int64
		if err := rows.Scan(&g.ID, &g.ExternalID, &g.Role, &may, &g.Members); err != nil {
			return nil, fmt.Errorf("list provisioned groups: %w", err)
		}
		g.MayGrantAdmin = may == 1
		all = append(all, g)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list provisioned groups: %w", err)
	}
	out := all[:0]
	for _, g := range all {
		row, err := h.Records.Get(ctx, t, g.ID)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list provisioned groups: %w", err)
		}
		g.Name = row.Text("Name")
		out = append(out, g)
	}
	return out, nil
}

// SetGroupRole says which role the members of a group get; "" is none. One that administers needs mayAdmin.
func (m *Module) SetGroupRole(ctx context.Context, h *tenant.Handle, group, name string, mayAdmin bool) (out GroupWithRole, err error) {
	after := groupRole{mayAdmin: mayAdmin && name != ""}
	if name != "" {
		canonical, ok := h.Roles().Canonical(name)
		switch {
		case !ok:
			return out, fault.New(fault.Invalid, "role_unknown", "There is no role %q.", name)
		case administering(h, canonical) && !mayAdmin:
			return out, fault.New(fault.Invalid, "role_administers", "The role %s administers: whoever decides who is in the group would decide who administers. Set may_grant_admin if that is meant.", canonical)
		}
		after.role = canonical
	}
	ctx = tenant.With(ctx, h)
	s := groups{desk{m: m, h: h}}
	err = h.DB.Alone(ctx, func(tx *db.Tx) error {
		row, kept, err := s.find(ctx, tx, group)
		if fault.Is(err, fault.NotFound) {
			err = fault.New(fault.NotFound, "scim_group_unknown", "There is no such group that is provisioned.")
		}
		if err != nil {
			return err
		}
		people, err := membersOf(ctx, tx, row.RecID)
		if err != nil {
			return err
		}
		out = GroupWithRole{ID: row.RecID, Name: row.Text("Name"), ExternalID: kept.external, Members: int64(len(people)), Role: after.role, MayGrantAdmin: after.mayAdmin}
		before, err := roleOf(ctx, tx, row.RecID)
		if err != nil || before == after {
			return err
		}
		if after.role == "" {
			_, err = tx.Exec(`DELETE FROM scim_group_role WHERE grp = $1`, row.RecID)
		} else {
			err = putRole(tx, row.RecID, after)
		}
		if err != nil {
			return err
		}
		if err := m.audited(ctx, tx, row, before, after); err != nil {
			return err
		}
		if after.role != "" {
			if err := m.give(ctx, tx, h, row.RecID, after, people); err != nil {
				return err
			}
		}
		if before.role != "" && before.role != after.role {
			return m.takeBack(ctx, tx, h, row.RecID, before.role, people)
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("set the role of a group: %w", err)
	}
	return out, nil
}
