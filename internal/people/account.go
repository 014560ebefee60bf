package people

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Account is a person who may sign in, as the command line lists them.
type Account struct {
	RecID    string   `json:"rec_id"`
	Login    string   `json:"login"`
	Name     string   `json:"name"`
	Email    string   `json:"email"`
	Status   string   `json:"status"`
	Active   bool     `json:"active"`
	Roles    []string `json:"roles"` // the default role first
	Password bool     `json:"password"`
}

// NewPerson describes a person to create.
type NewPerson struct {
	Login     string
	Role      string // in any case
	FirstName string
	LastName  string
	Email     string
}

// Created is a new person with the link to set a password.
type Created struct {
	RecID     string `json:"rec_id"`
	Login     string `json:"login"`
	SetupLink string `json:"setup_link"`
}

// CreatePerson makes an employee who holds the role by default, with a setup link, all or nothing. The input is
// subject to the same rules as a write over OData; an unknown role is fault.Invalid.
func (m *Module) CreatePerson(ctx context.Context, h *tenant.Handle, n NewPerson) (Created, error) {
	ctx = tenant.With(ctx, h)
	t, err := employeeType(ctx, h)
	if err != nil {
		return Created{}, err
	}
	if n.Login == "" {
		return Created{}, fault.New(fault.Invalid, "login_missing", "An account needs a login.")
	}
	role, ok := h.Roles().Canonical(n.Role)
	if !ok {
		return Created{}, fault.New(fault.Invalid, "role_unknown", "There is no role %q.", n.Role)
	}
	in := record.Input{{Name: "LoginID", Value: n.Login}}
	for name, value := range map[string]string{"FirstName": n.FirstName, "LastName": n.LastName, "PrimaryEmail": n.Email} {
		if value != "" {
			in = append(in, record.InputField{Name: name, Value: value})
		}
	}
	var out Created
	err = h.DB.Alone(ctx, func(tx *db.Tx) error {
		row, err := h.Records.CreateTx(ctx, tx, t, in)
		if err != nil {
			return err
		}
		if err := m.grants.Grant(ctx, tx, row.RecID, role, true); err != nil {
			return err
		}
		value, err := m.CreateSetupLink(ctx, tx, h, row.RecID)
		out = Created{RecID: row.RecID, Login: row.Text("LoginID"), SetupLink: SetupURL(h, value)}
		return err
	})
	if err != nil {
		return Created{}, fmt.Errorf("create person: %w", err)
	}
	return out, nil
}

// RenewSetupLink makes a new setup link for the active employee with this login.
func (m *Module) RenewSetupLink(ctx context.Context, h *tenant.Handle, login string) (Created, error) {
	ctx = tenant.With(ctx, h)
	_, row, err := m.withLogin(ctx, h, login)
	if err != nil {
		return Created{}, err
	}
	if !active(row.Text("Status"), row.Bool("Disabled")) || row.Text("IsInternalAuth") == "false" {
		return Created{}, fault.New(fault.Invalid, "person_inactive", "%s may not sign in with a password.", row.Text("LoginID"))
	}
	var value string
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) (err error) {
		value, err = m.CreateSetupLink(ctx, tx, h, row.RecID)
		return err
	})
	if err != nil {
		return Created{}, err
	}
	return Created{RecID: row.RecID, Login: row.Text("LoginID"), SetupLink: SetupURL(h, value)}, nil
}

// SetActive disables an account, or enables it again. A person whose status is Terminated becomes Active by it.
func (m *Module) SetActive(ctx context.Context, h *tenant.Handle, login string, on bool) error {
	ctx = tenant.With(ctx, h)
	t, row, err := m.withLogin(ctx, h, login)
	if err != nil {
		return err
	}
	in := record.Input{{Name: "Disabled", Value: !on}}
	if on && !active(row.Text("Status"), false) {
		in = append(in, record.InputField{Name: "Status", Value: "Active"})
	}
	if _, err := h.Records.Update(ctx, t, row.RecID, in); err != nil {
		return fmt.Errorf("change account %s: %w", login, err)
	}
	return nil
}

// DeletePerson removes the employee with this login, and all that belongs to the account.
func (m *Module) DeletePerson(ctx context.Context, h *tenant.Handle, login string) error {
	ctx = tenant.With(ctx, h)
	t, row, err := m.withLogin(ctx, h, login)
	if err != nil {
		return err
	}
	if err := h.Records.Delete(ctx, t, row.RecID); err != nil {
		return fmt.Errorf("delete account %s: %w", login, err)
	}
	return nil
}

// Accounts calls each with every employee who has a login and a role, in order of creation.
func (m *Module) Accounts(ctx context.Context, h *tenant.Handle, each func(Account) error) error {
	t, err := employeeType(ctx, h)
	if err != nil {
		return err
	}
	var all []Account
	_, err = h.Records.List(ctx, record.Query{Type: t, Order: "ORDER BY rec_id", Limit: 1 << 20}, func(row record.Row) error {
		if login := row.Text("LoginID"); login != "" {
			all = append(all, Account{RecID: row.RecID, Login: login, Name: row.Text("DisplayName"), Email: row.Text("PrimaryEmail"),
				Status: row.Text("Status"), Active: active(row.Text("Status"), row.Bool("Disabled"))})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list accounts: %w", err)
	}
	for _, a := range all {
		if a.Roles, _, err = m.grants.Held(ctx, h.DB, a.RecID); err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
		if len(a.Roles) == 0 {
			continue
		}
		hash, err := passwordOf(ctx, h.DB, a.RecID)
		if err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
		a.Password = hash != ""
		if err := each(a); err != nil {
			return err
		}
	}
	return nil
}

// withLogin finds the employee with a login.
func (m *Module) withLogin(ctx context.Context, h *tenant.Handle, login string) (*record.Type, record.Row, error) {
	t, err := employeeType(ctx, h)
	if err != nil {
		return nil, record.Row{}, err
	}
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "LoginID", login)
	if err != nil {
		return nil, record.Row{}, fmt.Errorf("find account %s: %w", login, err)
	}
	if !found {
		return nil, record.Row{}, fault.New(fault.NotFound, "person_unknown", "There is no employee with the login %q.", login)
	}
	return t, row, nil
}
