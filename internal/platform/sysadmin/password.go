package sysadmin

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/password"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// realm is under which name wrong passwords are counted: no tenant has it.
const realm = "system"

// link gives an account a new link in place of an earlier one, and returns it.
func (s *Store) link(r *row) (string, error) {
	base := s.o.Address()
	if base == "" {
		return "", fault.New(fault.Conflict, "platform_host_missing",
			"System administrators sign in on the platform's host, and this server has none: start it with --platform-host HOST first.")
	}
	value := password.NewLink()
	ends := s.now().Add(password.LinkLife)
	r.linkID, r.LinkEnds = id.RecID(), &ends
	r.pepper, r.mac = s.o.Keys.MAC(value)
	return password.LinkURL(base, value), nil
}

// NewLink makes a new link by which the owner of an account sets a password, once, within 24 hours. Earlier ones stop working; a password
// that was set goes on until a new one is. Somebody who may not sign in is fault.Conflict.
func (s *Store) NewLink(ctx context.Context, adminID string) (Admin, string, error) {
	var r row
	var link string
	err := s.o.Control.Alone(ctx, func(tx *db.Tx) (err error) {
		found := false
		if r, found, err = byID(ctx, tx, adminID); err != nil || !found {
			return cmp.Or(err, unknown(adminID))
		}
		if !r.Active {
			return fault.New(fault.Conflict, "system_admin_inactive", "%s may not sign in.", r.Login)
		}
		if link, err = s.link(&r); err != nil {
			return err
		}
		if err := update(tx, r); err != nil {
			return err
		}
		return s.note(ctx, tx, "password.link", r.Admin, audit.Entry{})
	})
	if err != nil {
		return Admin{}, "", fmt.Errorf("make a link to set a password: %w", err)
	}
	return r.Admin, link, nil
}

// UseLink sets the password of whoever a link was made for, uses the link up, and returns who that is.
func (s *Store) UseLink(ctx context.Context, value, chosen string, from netip.Addr) (string, error) {
	var r row
	err := s.o.Passwords.OpenLink(ctx, realm, value, from, func(ctx context.Context) error {
		for _, version := range s.o.Keys.Versions() {
			var found bool
			var err error
			if r, found, err = byLink(ctx, s.o.Control, version, s.o.Keys.MACWith(version, value), s.o.Clock.Now().UnixMicro()); err != nil {
				return fmt.Errorf("look up setup link: %w", err)
			}
			if found {
				return nil
			}
		}
		return password.ErrLink
	})
	if err != nil {
		return "", err
	}
	hash, err := s.o.Passwords.Hash(ctx, chosen, r.Login)
	if err != nil {
		return "", fmt.Errorf("use setup link: %w", err)
	}
	ctx = principal.With(ctx, &principal.Principal{Kind: principal.SystemSession, CredentialID: r.linkID, PersonID: r.ID, Login: r.Login, DisplayName: r.Name, Address: from})
	if err := s.keep(ctx, r.ID, hash, r.linkID); err != nil {
		return "", fmt.Errorf("use setup link: %w", err)
	}
	return r.ID, nil
}

// keep stores a new hash, takes the open link away, ends the sessions, and leaves the audit entry. Where a link is named it has to be open.
func (s *Store) keep(ctx context.Context, adminID, hash, link string) error {
	return s.o.Control.Alone(ctx, func(tx *db.Tx) error {
		r, found, err := byID(ctx, tx, adminID)
		if err != nil || !found {
			return cmp.Or(err, unknown(adminID))
		}
		if link != "" {
			if open, err := linkOpen(ctx, tx, adminID, link); err != nil || !open {
				return cmp.Or(err, error(password.ErrLink))
			}
		}
		r.unlink()
		r.hash, r.changed = hash, s.now().UnixMicro()
		if err := update(tx, r); err != nil {
			return err
		}
		if err := s.signIns.EndSessions(ctx, tx, adminID, "password changed"); err != nil {
			return err
		}
		return s.note(ctx, tx, "password.set", r.Admin, audit.Entry{})
	})
}

// SetPassword gives an account a password in the name of the context's principal, and ends its sessions.
func (s *Store) SetPassword(ctx context.Context, adminID, chosen string) error {
	a, found, err := s.ByID(ctx, adminID)
	if err != nil || !found {
		return cmp.Or(err, unknown(adminID))
	}
	hash, err := s.o.Passwords.Hash(ctx, chosen, a.Login)
	if err == nil {
		err = s.keep(ctx, adminID, hash, "")
	}
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return nil
}

// VerifyPassword returns the id of the active account with this login and password; refusals are those of password.Judge.
func (s *Store) VerifyPassword(ctx context.Context, login, typed string, from netip.Addr) (string, error) {
	return s.o.Passwords.Verify(ctx, realm, accounts{s}, login, typed, from)
}

// accounts are those of the store, for whoever judges passwords.
type accounts struct{ s *Store }

// Account finds who may sign in under a login.
func (a accounts) Account(ctx context.Context, login string) (adminID, hash string, err error) {
	r, found, err := byLogin(ctx, a.s.o.Control, login)
	if err != nil || !found || !r.Active {
		return "", "", err
	}
	return r.ID, r.hash, nil
}

// Rehashed keeps a hash made with the costs of today.
func (a accounts) Rehashed(ctx context.Context, adminID, old, hash string, failure error) {
	if failure == nil {
		failure = a.s.o.Control.Write(ctx, nil, func(tx *db.Tx) error { return replaceHash(tx, adminID, old, hash) })
	}
	if failure != nil {
		a.s.o.Logger.WarnContext(ctx, "a password could not be hashed anew", "error", failure)
	}
}
