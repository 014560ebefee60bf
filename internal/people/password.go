package people

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// What a password may be: length counts, composition does not (NIST SP 800-63B section 3.1.1.2).
const (
	minPassword = 12 // characters
	maxPassword = 256
)

// normalise brings a password into the form that is hashed, so that it is the same whatever keyboard composed it.
func normalise(password string) string { return norm.NFC.String(password) }

// CheckPassword refuses (fault.Invalid) what cannot be the password of the account with this login.
func CheckPassword(password, login string) error {
	password = normalise(password)
	f := fault.New(fault.Invalid, "password_invalid", "The password cannot be used.")
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return f.WithField("password", "A password cannot have control characters.")
	case n < minPassword:
		return f.WithField("password", "A password has at least %d characters.", minPassword)
	case n > maxPassword:
		return f.WithField("password", "A password has at most %d characters.", maxPassword)
	}
	if len(login) >= 3 && strings.Contains(literal.Fold(password), literal.Fold(login)) {
		return f.WithField("password", "A password cannot contain the login.")
	}
	return nil
}

// VerifyPassword returns the RecId of the active employee with this login and password. Anything else is one
// fault.Unauthenticated that takes as long; an account tried too often from one address gives fault.RateLimited, and
// a machine busy with other sign-ins fault.Unavailable.
func (m *Module) VerifyPassword(ctx context.Context, h *tenant.Handle, login, password string, from netip.Addr) (string, error) {
	refused := fault.New(fault.Unauthenticated, "sign_in_refused", "The name or the password is wrong.")
	try := attemptOf(h.ID, literal.Fold(login), from)
	if err := m.limiter.Take(try); err != nil {
		return "", err
	}
	personID, hash, err := m.account(ctx, h, login)
	if err != nil {
		m.limiter.Give(try)
		return "", fmt.Errorf("verify password: %w", err)
	}
	password = normalise(password)
	ok := false
	if hash == "" {
		err = m.passwords.VerifyNone(ctx, password)
	} else {
		ok, err = m.passwords.Verify(ctx, hash, password)
	}
	if err != nil {
		m.limiter.Give(try)
		return "", fmt.Errorf("verify password: %w", err)
	}
	if !ok {
		return "", refused
	}
	m.limiter.Forget(try)
	if secret.NeedsRehash(hash) {
		if err := m.rehash(ctx, h, personID, hash, password); err != nil {
			m.log.Warn("a password could not be hashed anew", "error", err)
		}
	}
	return personID, nil
}

// account finds who may sign in under a login, with the hash of the password; an empty hash is nobody.
func (m *Module) account(ctx context.Context, h *tenant.Handle, login string) (personID, hash string, err error) {
	if !literal.Valid(login) {
		return "", "", nil
	}
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

// rehash replaces a hash made with other costs, unless the password was changed meanwhile.
func (m *Module) rehash(ctx context.Context, h *tenant.Handle, personID, old, password string) error {
	hash, err := m.passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return h.DB.Write(ctx, nil, func(tx *db.Tx) error { return replaceHash(tx, personID, old, hash) })
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
	if err := CheckPassword(password, row.Text("LoginID")); err != nil {
		return err
	}
	hash, err := m.passwords.Hash(ctx, normalise(password))
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
