package people

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// VerifyPassword returns the RecId of the active employee with this login and password. Anything else is one
// fault.Unauthenticated that takes as long; an account tried too often from one address gives fault.RateLimited, and
// a machine busy with other sign-ins fault.Unavailable.
func (m *Module) VerifyPassword(ctx context.Context, h *tenant.Handle, login, password string, from netip.Addr) (string, error) {
	return m.judge.Verify(ctx, h.ID, accounts{m, h}, login, password, from)
}

// accounts are those of a tenant, for whoever judges passwords.
type accounts struct {
	m *Module
	h *tenant.Handle
}

// Account finds who may sign in under a login.
func (a accounts) Account(ctx context.Context, login string) (id, hash string, err error) {
	return a.m.account(ctx, a.h, login)
}

// Admit keeps a break-glass administrator to the addresses that the tenant names.
func (a accounts) Admit(ctx context.Context, id string, from netip.Addr) error {
	if a.m.signIns == nil {
		return nil
	}
	return a.m.signIns.Admit(tenant.With(ctx, a.h), a.h, id, from)
}

// Rehashed keeps a hash made with the costs of today.
func (a accounts) Rehashed(ctx context.Context, id, old, hash string, failure error) {
	if failure == nil {
		failure = a.h.DB.Write(ctx, nil, func(tx *db.Tx) error { return replaceHash(tx, id, old, hash) })
	}
	if failure != nil {
		a.m.log.WarnContext(ctx, "a password could not be hashed anew", "error", failure)
	}
}

// account finds who may sign in under a login, with the hash of the password; an empty hash is nobody.
func (m *Module) account(ctx context.Context, h *tenant.Handle, login string) (personID, hash string, err error) {
	t, err := employeeType(ctx, h)
	if err != nil {
		return "", "", err
	}
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "LoginID", login)
	if err != nil || !found || !active(row.Text("Status"), row.Bool("Disabled")) || row.Text("IsInternalAuth") == "false" {
		return "", "", err
	}
	hash, err = passwordOf(ctx, h.DB, row.RecID)
	return row.RecID, hash, err
}

// HasPassword reports whether a person could sign in with a password.
func (m *Module) HasPassword(ctx context.Context, h *tenant.Handle, personID string) (bool, error) {
	t, err := employeeType(ctx, h)
	if err != nil {
		return false, err
	}
	row, err := h.Records.Get(ctx, t, personID)
	if err != nil || row.Text("IsInternalAuth") == "false" {
		return false, err
	}
	hash, err := passwordOf(ctx, h.DB, personID)
	if err != nil {
		return false, fmt.Errorf("look up a password: %w", err)
	}
	return hash != "", nil
}

// SetPassword gives a person a password, in the name of the context's principal, and ends the person's sessions.
func (m *Module) SetPassword(ctx context.Context, h *tenant.Handle, personID, password string) error {
	ctx = tenant.With(ctx, h)
	t, err := employeeType(ctx, h)
	if err != nil {
		return err
	}
	row, err := h.Records.Get(ctx, t, personID)
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	hash, err := m.judge.Hash(ctx, password, row.Text("LoginID"))
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) error { return m.store(ctx, tx, personID, row.Text("LoginID"), hash) })
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return nil
}

// store writes a new hash, removes the person's open link, ends the sessions, and leaves the audit entry.
func (m *Module) store(ctx context.Context, tx *db.Tx, personID, login, hash string) error {
	now := m.clock.Now()
	if err := savePassword(tx, personID, hash, now.UnixMicro()); err != nil {
		return err
	}
	if err := m.sessions.EndSessions(ctx, tx, personID, "password changed"); err != nil {
		return err
	}
	return audit.Write(ctx, tx, now, audit.Entry{Action: "password.set", Object: "Employee", Target: personID, Label: login})
}
