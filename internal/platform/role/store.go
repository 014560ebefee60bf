package role

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// cellVersion counts the changes to roles.
const cellVersion = "role.version"

// Version returns the number of changes made to the tenant's roles so far. A Book with a lower one is out of date.
func Version(ctx context.Context, r db.Reader) (int64, error) {
	var v int64
	err := r.QueryRow(ctx, `SELECT value FROM cell WHERE name = $1`, cellVersion).Scan(&v)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read version of roles: %w", err)
	}
	return v, nil
}

// Load reads and compiles the tenant's roles.
func Load(ctx context.Context, r db.Reader) (*Book, error) {
	version, err := Version(ctx, r) // first: a change in between makes the book look older than it is, never newer
	if err != nil {
		return nil, fmt.Errorf("load roles: %w", err)
	}
	rows, err := r.Query(ctx, `SELECT definition, builtin FROM role_definition ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("load roles: %w", err)
	}
	defer rows.Close()
	var roles []Role
	for rows.Next() {
		var text string
		var builtin int64
		if err := rows.Scan(&text, &builtin); err != nil {
			return nil, fmt.Errorf("load roles: %w", err)
		}
		role, err := decode(text)
		if err != nil {
			return nil, fmt.Errorf("load roles: %w", err)
		}
		role.Builtin = builtin == 1
		roles = append(roles, role)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("load roles: %w", err)
	}
	return NewBook(version, roles), nil
}

// Seed writes the built-in roles that are missing and leaves those that are there as they are. Without a principal
// in the context the program itself is the one who did it.
func Seed(ctx context.Context, tx *db.Tx) error {
	if principal.From(ctx) == nil {
		ctx = principal.With(ctx, &principal.Principal{Kind: principal.System, Login: "provost"})
	}
	var s Store
	for _, r := range Builtin() {
		var one int
		err := tx.QueryRow(ctx, `SELECT 1 FROM role_definition WHERE folded = $1`, strings.ToLower(r.Name)).Scan(&one)
		if err == nil {
			continue
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("seed role %s: %w", r.Name, err)
		}
		if err := s.put(ctx, tx, nil, r); err != nil {
			return fmt.Errorf("seed role %s: %w", r.Name, err)
		}
	}
	return nil
}

// Store writes roles and who holds them; each write is audited in the name of the context's principal.
type Store struct {
	Clock clock.Clock // nil: the system's
}

func (s Store) now() time.Time {
	if s.Clock == nil {
		return clock.System{}.Now()
	}
	return s.Clock.Now()
}

// Save makes a role or changes it. Admin and InternalServices cannot be changed: fault.Conflict, as for a name that
// differs from another's in case alone. A definition that is wrong is fault.Invalid.
func (s Store) Save(ctx context.Context, tx *db.Tx, r Role) error {
	if err := r.check(); err != nil {
		return err
	}
	before, err := find(ctx, tx, r.Name)
	if err != nil {
		return err
	}
	r.Builtin = false
	if before != nil {
		if before.Name != r.Name {
			return fault.New(fault.Conflict, "role_name_taken", "There is a role %s already.", before.Name)
		}
		if err := changeable(before); err != nil {
			return err
		}
		r.Builtin = before.Builtin
		if r.Builtin && !r.Admin && len(r.Rights) == 0 && len(r.Includes) == 0 {
			return fault.New(fault.Conflict, "role_emptied", "The role %s came with the program and cannot be left without rights: whoever holds it could do nothing any more.", r.Name)
		}
	}
	return s.put(ctx, tx, before, r)
}

// changeable refuses for the two roles that the program counts on.
func changeable(r *Role) error {
	if r.Builtin && (r.Name == Admin || r.Name == InternalServices) {
		return fault.New(fault.Conflict, "role_fixed", "The role %s cannot be changed.", r.Name)
	}
	return nil
}

// find returns the role whose name is this one in whatever case; nil, which is no error, for none.
func find(ctx context.Context, r db.Reader, name string) (*Role, error) {
	var text string
	var builtin int64
	err := r.QueryRow(ctx, `SELECT definition, builtin FROM role_definition WHERE folded = $1`, strings.ToLower(name)).Scan(&text, &builtin)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // said above
	}
	if err != nil {
		return nil, fmt.Errorf("read role %s: %w", name, err)
	}
	role, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("read role %s: %w", name, err)
	}
	role.Builtin = builtin == 1
	return &role, nil
}

func (s Store) put(ctx context.Context, tx *db.Tx, before *Role, r Role) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write role %s: %w", r.Name, err)
	}
	action := "role.create"
	if before != nil {
		action = "role.update"
	}
	changes, err := audit.Diff(before, r)
	if err != nil {
		return err
	}
	if changes == nil {
		return nil
	}
	builtin := int64(0)
	if r.Builtin {
		builtin = 1
	}
	now := s.now()
	_, err = tx.Exec(`INSERT INTO role_definition (name, folded, definition, builtin, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, changed_at = excluded.changed_at`,
		r.Name, strings.ToLower(r.Name), string(text), builtin, now.UnixMicro())
	if err != nil {
		return fmt.Errorf("write role %s: %w", r.Name, err)
	}
	tx.AddCell(cellVersion, 1)
	return audit.Write(ctx, tx, now, audit.Entry{Action: action, Object: "role", Target: r.Name, Label: r.Label, Changes: changes})
}

// Remove deletes a role that is not built in and that nobody holds; otherwise fault.Conflict, or fault.NotFound.
func (s Store) Remove(ctx context.Context, tx *db.Tx, name string) error {
	before, err := find(ctx, tx, name)
	if err != nil {
		return err
	}
	switch {
	case before == nil || before.Name != name:
		return fault.New(fault.NotFound, "role_unknown", "There is no role %s.", name)
	case before.Builtin:
		return fault.New(fault.Conflict, "role_builtin", "The role %s came with the program and cannot be removed.", name)
	}
	book, err := Load(ctx, tx)
	if err != nil {
		return err
	}
	if includers := book.Includers(name); includers != nil {
		return fault.New(fault.Conflict, "role_included", "The role %s is included by %s: take it out there first.", name, strings.Join(includers, ", "))
	}
	var holders int64
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM role_member WHERE role = $1`, name).Scan(&holders); err != nil {
		return fmt.Errorf("remove role %s: %w", name, err)
	}
	if holders > 0 {
		return fault.New(fault.Conflict, "role_held", "%s the role %s: take it from them first.", fault.Count(holders, "person holds", "people hold"), name)
	}
	if _, err := tx.Exec(`DELETE FROM role_definition WHERE name = $1`, name); err != nil {
		return fmt.Errorf("remove role %s: %w", name, err)
	}
	tx.AddCell(cellVersion, 1)
	changes, err := audit.Diff(before, nil)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, s.now(), audit.Entry{Action: "role.delete", Object: "role", Target: name, Label: before.Label, Changes: changes})
}
