package people

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// BreakGlassMark says who made somebody a break-glass administrator, and when.
type BreakGlassMark struct {
	At    time.Time `json:"at" doc:"When the mark was set"`
	By    string    `json:"by,omitempty" doc:"RecId of who set it; absent where it was not a person"`
	Login string    `json:"login" doc:"Login of who set it, as it was then; cli:NAME for the command line" example:"admin"`
}

// SetBreakGlass makes the employee with this login a break-glass administrator, or takes the mark away again; it is harmless twice. Only
// somebody who may sign in without anybody else's help can be one: fault.Conflict (break_glass_unfit) says what is missing.
func (m *Module) SetBreakGlass(ctx context.Context, h *tenant.Handle, login string, on bool) error {
	ctx = tenant.With(ctx, h)
	err := m.withAccount(ctx, h, login, func(tx *db.Tx, _ *record.Type, row record.Row) error {
		marked, err := m.BreakGlass(ctx, tx, row.RecID)
		if err != nil || marked == on {
			return err
		}
		if !on {
			if _, err := tx.Exec(`DELETE FROM people_break_glass WHERE person = $1`, row.RecID); err != nil {
				return err
			}
			return m.auditMark(ctx, tx, "break_glass.remove", row, false)
		}
		missing, err := m.missing(ctx, tx, h, row)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			return fault.New(fault.Conflict, "break_glass_unfit", "%s cannot be a break-glass administrator. What is missing: %s.", row.Text("LoginID"), strings.Join(missing, "; "))
		}
		by, name := "", ""
		if p := principal.From(ctx); p != nil {
			by, name = p.PersonID, p.Login
		}
		if _, err := tx.Exec(`INSERT INTO people_break_glass (person, set_by, login, set_at) VALUES ($1, $2, $3, $4)`, row.RecID, by, name, m.clock.Now().UnixMicro()); err != nil {
			return err
		}
		return m.auditMark(ctx, tx, "break_glass.set", row, true)
	})
	if err != nil {
		return fmt.Errorf("mark %s as break-glass administrator: %w", login, err)
	}
	return nil
}

func (m *Module) auditMark(ctx context.Context, tx *db.Tx, action string, row record.Row, on bool) error {
	changes, err := json.Marshal(map[string][2]bool{"BreakGlass": {!on, on}})
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: action, Object: "Employee", Target: row.RecID, Label: row.Text("LoginID"), Changes: changes})
}

// missing lists what somebody would need to get in whatever else is broken.
func (m *Module) missing(ctx context.Context, r db.Reader, h *tenant.Handle, row record.Row) ([]string, error) {
	var out []string
	if !active(row.Text("Status"), row.Bool("Disabled")) {
		out = append(out, "an account that is active")
	}
	if row.Text("IsInternalAuth") == "false" {
		out = append(out, "the right to sign in with a password")
	}
	held, _, err := m.grants.Held(ctx, r, row.RecID)
	if err != nil {
		return nil, err
	}
	if !administers(h.Roles(), held, "") {
		out = append(out, "a role that administers")
	}
	var totp, passkey bool
	if m.signIns != nil {
		if totp, passkey, err = m.signIns.Factors(ctx, r, row.RecID); err != nil {
			return nil, err
		}
	}
	if !totp && !passkey {
		return append(out, "a passkey or an authenticator app"), nil
	}
	hash, err := passwordOf(ctx, r, row.RecID)
	if err == nil && hash == "" && !passkey {
		out = append(out, "a password, or a passkey, which needs none")
	}
	return out, err
}

// administers reports whether one of these roles, but the one without, administers by the book.
func administers(book *role.Book, held []string, without string) bool {
	return slices.ContainsFunc(held, func(name string) bool { return name != without && book.Admin(&principal.Principal{Role: name}) })
}

// BreakGlass reports whether a person is a break-glass administrator.
func (m *Module) BreakGlass(ctx context.Context, r db.Reader, personID string) (bool, error) {
	_, found, err := markOf(ctx, r, personID)
	return found, err
}

// HasBreakGlass reports whether the tenant has a break-glass administrator.
func (m *Module) HasBreakGlass(ctx context.Context, h *tenant.Handle) (bool, error) {
	all, err := marked(ctx, h.DB)
	return len(all) > 0, err
}

// KeepBreakGlass refuses roles by which a break-glass administrator would not administer the tenant any more.
func (m *Module) KeepBreakGlass(ctx context.Context, r db.Reader, h *tenant.Handle, book *role.Book) error {
	all, err := marked(ctx, r)
	if err != nil {
		return err
	}
	for _, person := range all {
		held, _, err := m.grants.Held(ctx, r, person)
		if err != nil {
			return err
		}
		if administers(book, held, "") {
			continue
		}
		t, err := employeeType(ctx, h)
		if err != nil {
			return err
		}
		row, _, err := h.Records.FindOne(ctx, r, t, "RecId", person)
		if err != nil {
			return fmt.Errorf("look for a break-glass administrator: %w", err)
		}
		return keptMark(row.Text("LoginID"), "administers by a role that this takes it from")
	}
	return nil
}

// keptMark is the refusal to take from a break-glass administrator what makes one.
func keptMark(login, but string) error {
	return fault.New(fault.Conflict, "break_glass_kept", "%s is a break-glass administrator and %s. Remove that mark first.", login, but)
}

// keepMarked refuses a draft of a break-glass administrator, now and again when it is written.
func (m *Module) keepMarked(ctx context.Context, r db.Reader, d *record.Draft, but string) error {
	person, login := d.RecID(), d.Was("LoginID")
	look := func(ctx context.Context, r db.Reader) error {
		yes, err := m.BreakGlass(ctx, r, person)
		if err == nil && yes {
			err = keptMark(login, but)
		}
		return err
	}
	d.Still(look)
	return look(ctx, r)
}

// keepSignIn refuses to take a break-glass administrator's way in: the account, its login, or the right to use a password.
func (m *Module) keepSignIn(ctx context.Context, r db.Reader, d *record.Draft, leaves bool) error {
	local := d.After[d.Type.Position("IsInternalAuth")]
	switch {
	case leaves:
		return m.keepMarked(ctx, r, d, "cannot be deactivated")
	case d.Changed("IsInternalAuth") && local.Set && local.Num == 0:
		return m.keepMarked(ctx, r, d, "keeps the right to sign in with a password")
	case d.Changed("LoginID") && d.Text("LoginID") == "":
		return m.keepMarked(ctx, r, d, "keeps a login")
	}
	return nil
}

// keepMarkedRole refuses to take from a break-glass administrator the last role that administers.
func (m *Module) keepMarkedRole(ctx context.Context, r db.Reader, h *tenant.Handle, row record.Row, held []string, name string) error {
	if book := h.Roles(); !administers(book, held, "") || administers(book, held, name) {
		return nil
	}
	yes, err := m.BreakGlass(ctx, r, row.RecID)
	if err == nil && yes {
		err = keptMark(row.Text("LoginID"), "keeps the last role that administers")
	}
	return err
}

// markOf finds a person's mark.
func markOf(ctx context.Context, r db.Reader, person string) (mark BreakGlassMark, found bool, err error) {
	var at int64
	err = r.QueryRow(ctx, `SELECT set_by, login, set_at FROM people_break_glass WHERE person = $1`, person).Scan(&mark.By, &mark.Login, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return mark, false, nil
	}
	if err != nil {
		return mark, false, fmt.Errorf("look for a break-glass administrator: %w", err)
	}
	mark.At = time.UnixMicro(at).UTC()
	return mark, true, nil
}

// marked returns the RecIds of all break-glass administrators.
func marked(ctx context.Context, r db.Reader) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT person FROM people_break_glass ORDER BY person`)
	if err != nil {
		return nil, fmt.Errorf("list break-glass administrators: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return nil, fmt.Errorf("list break-glass administrators: %w", err)
		}
		out = append(out, person)
	}
	return out, rows.Err()
}
