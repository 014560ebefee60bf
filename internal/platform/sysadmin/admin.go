package sysadmin

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/password"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// Object is what the audit trail calls system administrators.
const Object = "system_admin"

const maxText = 255 // characters of a login, name or address

// Admin is a system administrator as may be shown.
type Admin struct {
	ID        string     `json:"id"` // RecId
	Login     string     `json:"login"`
	Name      string     `json:"name"`
	Email     string     `json:"email"`
	Active    bool       `json:"active"`
	Password  bool       `json:"password"`     // one was set
	LinkEnds  *time.Time `json:"link_ends_at"` // of the open link to set one; nil: none
	CreatedBy string     `json:"created_by"`
	Created   time.Time  `json:"created_at"`
}

// SignIns is what the accounts need of whoever keeps sessions and second factors, each in the caller's transaction.
type SignIns interface {
	// EndSessions ends all sessions of an account.
	EndSessions(ctx context.Context, tx *db.Tx, id, why string) error

	// Forget removes all that is kept of an account that is deleted.
	Forget(ctx context.Context, tx *db.Tx, id string) error
}

// Options are what a Store needs. All but Logger have to be set.
type Options struct {
	Control   *db.DB
	Keys      *secret.Keys
	Passwords *password.Judge
	Address   func() string // URL of the platform's host, without a slash at the end; empty where there is none
	Clock     clock.Clock
	Logger    *slog.Logger
}

// Store keeps the accounts. Safe for concurrent use once SetSignIns was called.
type Store struct {
	o        Options
	signIns  SignIns
	refusals refusals
}

// New returns a store. SetSignIns completes it.
func New(o Options) *Store {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Store{o: o}
}

// SetSignIns names who keeps sessions and second factors. It is called once, before requests come.
func (s *Store) SetSignIns(k SignIns) { s.signIns = k }

// Control is the database in which the accounts, and how they sign in, are kept.
func (s *Store) Control() *db.DB { return s.o.Control }

// Keys are those under which secrets are kept.
func (s *Store) Keys() *secret.Keys { return s.o.Keys }

// Address is the URL of the platform's host; empty where there is none.
func (s *Store) Address() string { return s.o.Address() }

// NewAdmin describes an account to make.
type NewAdmin struct{ Login, Name, Email string }

// Create makes an account in the name of the context's principal, and returns it with the link by which its owner sets a password, which
// nobody gets to see again. A login that somebody has is fault.Conflict, as is a server without a platform host.
func (s *Store) Create(ctx context.Context, n NewAdmin) (Admin, string, error) {
	r := row{Admin: Admin{ID: id.RecID(), Login: strings.TrimSpace(n.Login), Name: strings.TrimSpace(n.Name), Email: strings.TrimSpace(n.Email), Active: true,
		Created: s.now()}}
	if err := r.check(); err != nil {
		return Admin{}, "", err
	}
	if p := principal.From(ctx); p != nil {
		r.CreatedBy = p.Login
	}
	link, err := s.link(&r)
	if err != nil {
		return Admin{}, "", err
	}
	changes, err := audit.Diff(nil, r.facts())
	if err != nil {
		return Admin{}, "", err
	}
	err = s.o.Control.Alone(ctx, func(tx *db.Tx) error {
		if _, taken, err := byLogin(ctx, tx, r.Login); err != nil || taken {
			if err == nil {
				err = fault.New(fault.Conflict, "login_taken", "There is a system administrator with the login %s already.", r.Login).WithField("login", "Somebody has it already.")
			}
			return err
		}
		if err := insert(tx, r); err != nil {
			return err
		}
		return s.note(ctx, tx, "system_admin.create", r.Admin, audit.Entry{Changes: changes})
	})
	if err != nil {
		return Admin{}, "", fmt.Errorf("create system administrator: %w", err)
	}
	return r.Admin, link, nil
}

// check refuses what no account can have.
func (r row) check() error {
	f := fault.New(fault.Invalid, "system_admin_invalid", "The account cannot be like that.")
	switch {
	case r.Login == "":
		return f.WithField("login", "An account needs a login.")
	case !short(r.Login) || strings.ContainsAny(r.Login, " \u00a0"):
		return f.WithField("login", "A login has at most %d characters, without spaces and control characters.", maxText)
	case !short(r.Name):
		return f.WithField("name", "A name has at most %d characters, on one line.", maxText)
	case !short(r.Email):
		return f.WithField("email", "An e-mail address has at most %d characters, on one line.", maxText)
	}
	if r.Email != "" {
		if to, err := mail.Addresses(r.Email); err != nil || len(to) != 1 {
			return f.WithField("email", "This is no e-mail address.")
		}
	}
	return nil
}

func short(s string) bool { return literal.Plain(s, false) && utf8.RuneCountInString(s) <= maxText }

// facts are what the audit trail tells of an account.
func (r row) facts() map[string]any {
	return map[string]any{"Login": r.Login, "Name": r.Name, "Email": r.Email, "Active": r.Active}
}

// note leaves an entry in the audit trail.
func (s *Store) note(ctx context.Context, tx *db.Tx, action string, a Admin, e audit.Entry) error {
	e.Action, e.Object, e.Target, e.Label = action, Object, a.ID, a.Login
	return audit.Write(ctx, tx, s.o.Clock.Now(), e)
}

// now is the time as it is kept.
func (s *Store) now() time.Time { return s.o.Clock.Now().UTC().Truncate(time.Microsecond) }

// List returns the accounts, oldest first.
func (s *Store) List(ctx context.Context) ([]Admin, error) {
	all, err := list(ctx, s.o.Control)
	if err != nil {
		return nil, fmt.Errorf("list system administrators: %w", err)
	}
	out := make([]Admin, 0, len(all))
	for _, r := range all {
		out = append(out, s.shown(r))
	}
	return out, nil
}

// shown leaves out a link that works no more.
func (s *Store) shown(r row) Admin {
	if r.LinkEnds != nil && !s.o.Clock.Now().Before(*r.LinkEnds) {
		r.LinkEnds = nil
	}
	return r.Admin
}

// ByID returns an account by its id, and whether there is one.
func (s *Store) ByID(ctx context.Context, adminID string) (Admin, bool, error) {
	r, found, err := byID(ctx, s.o.Control, adminID)
	return s.shown(r), found, err
}

// ByLogin returns an account by its login, in any case, and whether there is one.
func (s *Store) ByLogin(ctx context.Context, login string) (Admin, bool, error) {
	r, found, err := byLogin(ctx, s.o.Control, login)
	return s.shown(r), found, err
}

// Named returns the account with an id or a login; an unknown one is fault.NotFound.
func (s *Store) Named(ctx context.Context, name string) (Admin, error) {
	a, found, err := s.ByID(ctx, strings.ToUpper(name))
	if err == nil && !found {
		a, found, err = s.ByLogin(ctx, name)
	}
	if err == nil && !found {
		err = unknown(name)
	}
	return a, err
}

func unknown(name string) error {
	return fault.New(fault.NotFound, "system_admin_unknown", "There is no system administrator %.64q.", name)
}

// Changes are what is to be changed of an account; nil stays.
type Changes struct {
	Name, Email *string
	Active      *bool
}

// Change changes an account. One that may no longer sign in loses its sessions. The last that may sign in stays: fault.Conflict.
func (s *Store) Change(ctx context.Context, adminID string, c Changes) (Admin, error) {
	var after row
	err := s.o.Control.Alone(ctx, func(tx *db.Tx) error {
		before, found, err := byID(ctx, tx, adminID)
		if err != nil || !found {
			return cmp.Or(err, unknown(adminID))
		}
		after = before
		if c.Name != nil {
			after.Name = strings.TrimSpace(*c.Name)
		}
		if c.Email != nil {
			after.Email = strings.TrimSpace(*c.Email)
		}
		if c.Active != nil {
			after.Active = *c.Active
		}
		if err := after.check(); err != nil {
			return err
		}
		changes, err := audit.Diff(before.facts(), after.facts())
		if err != nil || changes == nil {
			return err
		}
		if before.Active && !after.Active {
			after.unlink()
			if err := s.notLast(ctx, tx, before); err != nil {
				return err
			}
			if err := s.signIns.EndSessions(ctx, tx, adminID, "deactivated"); err != nil {
				return err
			}
		}
		if err := update(tx, after); err != nil {
			return err
		}
		return s.note(ctx, tx, "system_admin.update", after.Admin, audit.Entry{Changes: changes})
	})
	if err != nil {
		return Admin{}, fmt.Errorf("change system administrator: %w", err)
	}
	return s.shown(after), nil
}

// Delete removes an account with its sessions and second factors. The last that may sign in is removed with force only: fault.Conflict.
func (s *Store) Delete(ctx context.Context, adminID string, force bool) error {
	err := s.o.Control.Alone(ctx, func(tx *db.Tx) error {
		r, found, err := byID(ctx, tx, adminID)
		if err != nil || !found {
			return cmp.Or(err, unknown(adminID))
		}
		if !force {
			if err := s.notLast(ctx, tx, r); err != nil {
				return err
			}
		}
		if err := s.signIns.EndSessions(ctx, tx, adminID, "deleted"); err != nil {
			return err
		}
		if err := s.signIns.Forget(ctx, tx, adminID); err != nil {
			return err
		}
		changes, err := audit.Diff(r.facts(), nil)
		if err != nil {
			return err
		}
		if err := remove(tx, adminID); err != nil {
			return err
		}
		return s.note(ctx, tx, "system_admin.delete", r.Admin, audit.Entry{Changes: changes})
	})
	if err != nil {
		return fmt.Errorf("delete system administrator: %w", err)
	}
	return nil
}

// notLast refuses to take the last account away: the last with which somebody can sign in, or the last there is.
func (s *Store) notLast(ctx context.Context, tx *db.Tx, r row) error {
	others, entering, err := countOthers(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	if r.Active && (others == 0 || r.Password && entering == 0) {
		return fault.New(fault.Conflict, "system_admin_last", "%s is the last system administrator who can sign in. Add another first, who has set a password.", r.Login)
	}
	return nil
}
