package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Grant gives the employee with this login a role, in any case, and with isDefault makes it the one of a sign-in that
// names none. It is harmless twice and returns the roles held then, the default one first. An unknown role is
// fault.Invalid.
func (m *Module) Grant(ctx context.Context, h *tenant.Handle, login, role string, isDefault bool) (held []string, err error) {
	ctx = tenant.With(ctx, h)
	name, ok := h.Roles().Canonical(role)
	if !ok {
		return nil, fault.New(fault.Invalid, "role_unknown", "There is no role %q.", role)
	}
	err = m.withAccount(ctx, h, login, func(tx *db.Tx, _ *record.Type, row record.Row) error {
		if err := m.grants.Grant(ctx, tx, row.RecID, name, isDefault); err != nil {
			return err
		}
		held, _, err = m.grants.Held(ctx, tx, row.RecID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("grant %s to %s: %w", name, login, err)
	}
	return held, nil
}

// Revoke takes a role, in any case, from the employee with this login and returns the roles left, the default one
// first. A role that is not held is fault.Invalid, the role of the built-in employee fault.Conflict, and so is the
// last administrator's without force, and the last one by which a break-glass administrator administers.
func (m *Module) Revoke(ctx context.Context, h *tenant.Handle, login, role string, force bool) (held []string, err error) {
	ctx = tenant.With(ctx, h)
	name, ok := h.Roles().Canonical(role)
	if !ok {
		name = role
	}
	err = m.withAccount(ctx, h, login, func(tx *db.Tx, t *record.Type, row record.Row) error {
		if held, _, err = m.grants.Held(ctx, tx, row.RecID); err != nil {
			return err
		}
		switch login := row.Text("LoginID"); {
		case !slices.Contains(held, name):
			return fault.New(fault.Invalid, "role_not_held", "%s does not hold the role %s.", login, name)
		case login == BuiltIn && name == BuiltIn:
			return fault.New(fault.Conflict, "built_in", "The built-in employee %s keeps its role.", BuiltIn)
		case !force && active(row.Text("Status"), row.Bool("Disabled")):
			if err := m.keepAdministrator(ctx, tx, h, t, row.RecID, login, name); err != nil {
				return err
			}
		}
		if err := m.keepMarkedRole(ctx, tx, h, row, held, name); err != nil {
			return err
		}
		if err := m.grants.Revoke(ctx, tx, row.RecID, name); err != nil {
			return err
		}
		held, _, err = m.grants.Held(ctx, tx, row.RecID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("revoke %s from %s: %w", name, login, err)
	}
	return held, nil
}

// keepAdministrator refuses to take all roles (role "") or one from an employee where no active administrator would
// be left besides the built-in employee, as whom nobody signs in.
func (m *Module) keepAdministrator(ctx context.Context, r db.Reader, h *tenant.Handle, t *record.Type, person, login, role string) error {
	book := h.Roles()
	before, without := false, false
	held, _, err := m.grants.Held(ctx, r, person)
	if err != nil {
		return err
	}
	for _, name := range held {
		if book.Admin(&principal.Principal{Role: name}) {
			before = true
			without = without || role != "" && name != role
		}
	}
	if !before || without {
		return nil
	}
	if other, err := m.administrator(ctx, r, h, t, book, person); err != nil || other {
		return err
	}
	return fault.New(fault.Conflict, "last_administrator",
		"%s is the last administrator; make another one first (`provost user grant LOGIN --role Admin`), or add --force.", login)
}

// MayLose refuses to take a role from a person, whoever gave it, where no active administrator would be left, and where it is the last role that
// administers of a break-glass administrator: fault.Conflict.
func (m *Module) MayLose(ctx context.Context, r db.Reader, h *tenant.Handle, personID, role string) error {
	t, row, err := m.employeeAt(ctx, r, h, personID)
	if err != nil || row.RecID == "" {
		return err
	}
	held, _, err := m.grants.Held(ctx, r, personID)
	if err != nil {
		return err
	}
	if err := m.keepMarkedRole(ctx, r, h, row, held, role); err != nil || !active(row.Text("Status"), row.Bool("Disabled")) {
		return err
	}
	return m.keepAdministrator(ctx, r, h, t, personID, row.Text("LoginID"), role)
}

// employeeAt reads an employee; a zero row where there is none.
func (m *Module) employeeAt(ctx context.Context, r db.Reader, h *tenant.Handle, personID string) (*record.Type, record.Row, error) {
	t, err := employeeType(ctx, h)
	if err != nil {
		return nil, record.Row{}, err
	}
	row, _, err := h.Records.FindOne(ctx, r, t, "RecId", personID)
	return t, row, err
}

// otherHolder reports whether an active employee besides this one and the built-in one holds a role.
func (m *Module) otherHolder(ctx context.Context, r db.Reader, h *tenant.Handle, t *record.Type, role, person string) (bool, error) {
	const page = 100
	for after := ""; ; {
		holders, err := m.grants.Holders(ctx, r, role, after, page)
		if err != nil {
			return false, err
		}
		for _, id := range holders {
			if after = id; id == person {
				continue
			}
			other, found, err := h.Records.FindOne(ctx, r, t, "RecId", id)
			if err != nil {
				return false, fmt.Errorf("look for another administrator: %w", err)
			}
			if found && other.Text("LoginID") != BuiltIn && active(other.Text("Status"), other.Bool("Disabled")) {
				return true, nil
			}
		}
		if len(holders) < page {
			return false, nil
		}
	}
}

type forcedKey struct{}

// forced returns a context in which the last administrator may go.
func forced(ctx context.Context, force bool) context.Context {
	return context.WithValue(ctx, forcedKey{}, force)
}

// mayLeave refuses to deactivate or remove the last administrator, whoever asks for it and on whatever surface.
func (m *Module) mayLeave(ctx context.Context, r db.Reader, d *record.Draft) error {
	h := tenant.From(ctx)
	if force, _ := ctx.Value(forcedKey{}).(bool); force || h == nil {
		return nil
	}
	return m.keepAdministrator(ctx, r, h, d.Type, d.RecID(), d.Was("LoginID"), "")
}
