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

	BreakGlass bool `json:"break_glass"` // a break-glass administrator
}

// NewPerson describes a person to create.
type NewPerson struct {
	Login     string
	Role      string // in any case
	FirstName string
	LastName  string
	Email     string
	More      record.Input // further fields of the employee
}

// Created is a new person with the link to set a password.
type Created struct {
	RecID     string `json:"rec_id"`
	Login     string `json:"login"`
	SetupLink string `json:"setup_link"`
}

// CreatePerson makes an employee who holds the role by default, with a setup link, all or nothing. The input is
// subject to the same rules as a write over OData; an unknown role is fault.Invalid, a login that somebody has
// fault.Conflict.
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
	if _, taken, err := h.Records.FindOne(ctx, h.DB, t, "LoginID", n.Login); err != nil || taken {
		if err == nil {
			err = fault.New(fault.Conflict, "login_taken", "There is an employee with the login %s already; `provost user grant %[1]s --role %s` gives them the role.", n.Login, role)
		}
		return Created{}, err
	}
	in := record.Input{{Name: "LoginID", Value: n.Login}}
	for name, value := range map[string]string{"FirstName": n.FirstName, "LastName": n.LastName, "PrimaryEmail": n.Email} {
		if value != "" {
			in = append(in, record.InputField{Name: name, Value: value})
		}
	}
	in = append(in, n.More...)
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

// SetupLink is RenewSetupLink for those who want no more than the link.
func (m *Module) SetupLink(ctx context.Context, h *tenant.Handle, login string) (string, error) {
	created, err := m.RenewSetupLink(ctx, h, login)
	return created.SetupLink, err
}

// SetActive disables an account, or enables it again. A person whose status is Terminated becomes Active by it. The
// last administrator is disabled with force only: fault.Conflict.
func (m *Module) SetActive(ctx context.Context, h *tenant.Handle, login string, on, force bool) error {
	ctx = forced(tenant.With(ctx, h), force)
	err := m.withAccount(ctx, h, login, func(tx *db.Tx, t *record.Type, row record.Row) error {
		in := record.Input{{Name: "Disabled", Value: !on}}
		if on && !active(row.Text("Status"), false) {
			in = append(in, record.InputField{Name: "Status", Value: "Active"})
		}
		_, err := h.Records.UpdateTx(ctx, tx, t, row.RecID, in)
		return err
	})
	if err != nil {
		return fmt.Errorf("change account %s: %w", login, err)
	}
	return nil
}

// DeletePerson removes the employee with this login, and all that belongs to the account. The last administrator is
// removed with force only: fault.Conflict.
func (m *Module) DeletePerson(ctx context.Context, h *tenant.Handle, login string, force bool) error {
	ctx = forced(tenant.With(ctx, h), force)
	err := m.withAccount(ctx, h, login, func(tx *db.Tx, t *record.Type, row record.Row) error {
		return h.Records.DeleteTx(ctx, tx, t, row.RecID)
	})
	if err != nil {
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
		if a.BreakGlass, err = m.BreakGlass(ctx, h.DB, a.RecID); err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
		if err := each(a); err != nil {
			return err
		}
	}
	return nil
}

// Login returns the login of an employee by RecId; empty where there is none.
func (m *Module) Login(ctx context.Context, h *tenant.Handle, person string) (string, error) {
	t, err := employeeType(ctx, h)
	if err != nil {
		return "", err
	}
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "RecId", person)
	if err != nil || !found {
		return "", err
	}
	return row.Text("LoginID"), nil
}

// withAccount does something with the employee who has a login, in a transaction in which nobody else writes.
func (m *Module) withAccount(ctx context.Context, h *tenant.Handle, login string, do func(tx *db.Tx, t *record.Type, row record.Row) error) error {
	return h.DB.Alone(ctx, func(tx *db.Tx) error {
		t, row, err := m.find(ctx, h, tx, login)
		if err != nil {
			return err
		}
		return do(tx, t, row)
	})
}

// withLogin finds the employee with a login.
func (m *Module) withLogin(ctx context.Context, h *tenant.Handle, login string) (*record.Type, record.Row, error) {
	return m.find(ctx, h, h.DB, login)
}

func (m *Module) find(ctx context.Context, h *tenant.Handle, r db.Reader, login string) (*record.Type, record.Row, error) {
	t, err := employeeType(ctx, h)
	if err != nil {
		return nil, record.Row{}, err
	}
	row, found, err := h.Records.FindOne(ctx, r, t, "LoginID", login)
	if err != nil {
		return nil, record.Row{}, fmt.Errorf("find account %s: %w", login, err)
	}
	if !found {
		return nil, record.Row{}, fault.New(fault.NotFound, "person_unknown", "There is no employee with the login %q.", login)
	}
	return t, row, nil
}
