package role

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Grant gives a person (RecId) a role, and with isDefault makes it the one of a sign-in that names none. It is
// harmless twice. An unknown role is fault.Invalid; the name must be as stored.
func (s Store) Grant(ctx context.Context, tx *db.Tx, person, role string, isDefault bool) error {
	r, err := find(ctx, tx, role)
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	if r == nil || r.Name != role {
		return fault.New(fault.Invalid, "role_unknown", "There is no role %s.", role)
	}
	before, err := membership(ctx, tx, person, role)
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	if _, err := tx.Exec(`DELETE FROM role_origin WHERE person = $1 AND role = $2`, person, role); err != nil { // by hand from now on
		return fmt.Errorf("grant role: %w", err)
	}
	if before != "" && (before == heldDefault || !isDefault) {
		return nil
	}
	now := s.now()
	if isDefault {
		if _, err := tx.Exec(`UPDATE role_member SET is_default = 0 WHERE person = $1 AND is_default = 1`, person); err != nil {
			return fmt.Errorf("grant role: %w", err)
		}
	}
	_, err = tx.Exec(`INSERT INTO role_member (person, role, is_default, granted_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (person, role) DO UPDATE SET is_default = excluded.is_default`, person, role, flag(isDefault), now.UnixMicro())
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	after := held
	if isDefault {
		after = heldDefault
	}
	return audit.Write(ctx, tx, now, audit.Entry{Action: "role.grant", Object: "Employee", Target: person, Label: role, Changes: memberChange(role, before, after)})
}

// Revoke takes a role from a person; one that is not held is nothing to do.
func (s Store) Revoke(ctx context.Context, tx *db.Tx, person, role string) error {
	before, err := membership(ctx, tx, person, role)
	if err != nil {
		return fmt.Errorf("revoke role: %w", err)
	}
	if before == "" {
		return nil
	}
	for _, statement := range []string{`DELETE FROM role_member WHERE person = $1 AND role = $2`, `DELETE FROM role_origin WHERE person = $1 AND role = $2`} {
		if _, err := tx.Exec(statement, person, role); err != nil {
			return fmt.Errorf("revoke role: %w", err)
		}
	}
	return audit.Write(ctx, tx, s.now(), audit.Entry{Action: "role.revoke", Object: "Employee", Target: person, Label: role, Changes: memberChange(role, before, "")})
}

// Held returns the roles a person was given and the default among them: the one marked so, or else the first that
// was given. Somebody without roles has none and no default.
func (s Store) Held(ctx context.Context, r db.Reader, person string) (roles []string, def string, err error) {
	rows, err := r.Query(ctx, `SELECT role, is_default, granted_at FROM role_member WHERE person = $1`, person)
	if err != nil {
		return nil, "", fmt.Errorf("read roles of a person: %w", err)
	}
	defer rows.Close()
	type membership struct {
		role             string
		standard, gotten int64
	}
	var all []membership // few: they are put in order here, for a database makes a sorter for that
	for rows.Next() {
		var one membership
		if err := rows.Scan(&one.role, &one.standard, &one.gotten); err != nil {
			return nil, "", fmt.Errorf("read roles of a person: %w", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, "", fmt.Errorf("read roles of a person: %w", err)
	}
	slices.SortFunc(all, func(a, b membership) int {
		return cmp.Or(cmp.Compare(b.standard, a.standard), cmp.Compare(a.gotten, b.gotten), cmp.Compare(a.role, b.role))
	})
	for _, one := range all {
		roles = append(roles, one.role)
	}
	if len(roles) > 0 {
		def = roles[0]
	}
	return roles, def, nil
}

// Holders returns the RecIds of the people who were given a role, in their order, at most limit after the given one.
func (s Store) Holders(ctx context.Context, r db.Reader, role, after string, limit int) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT person FROM role_member WHERE role = $1 AND person > $2 ORDER BY person LIMIT $3`, role, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read holders of role %s: %w", role, err)
	}
	defer rows.Close()
	var people []string
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return nil, fmt.Errorf("read holders of role %s: %w", role, err)
		}
		people = append(people, person)
	}
	return people, rows.Err()
}

// Counts says how many people were given each role; those that nobody was given are not there.
func (s Store) Counts(ctx context.Context, r db.Reader) (map[string]int64, error) {
	rows, err := r.Query(ctx, `SELECT role, count(*) FROM role_member GROUP BY role`)
	if err != nil {
		return nil, fmt.Errorf("count the holders of roles: %w", err)
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, fmt.Errorf("count the holders of roles: %w", err)
		}
		out[name] = n
	}
	return out, rows.Err()
}

// How a membership reads in the audit trail.
const (
	held        = "held"
	heldDefault = "default"
)

// membership returns held, heldDefault or "".
func membership(ctx context.Context, r db.Reader, person, role string) (string, error) {
	rows, err := r.Query(ctx, `SELECT is_default FROM role_member WHERE person = $1 AND role = $2`, person, role)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	found := ""
	for rows.Next() {
		var isDefault int64
		if err := rows.Scan(&isDefault); err != nil {
			return "", err
		}
		if found = held; isDefault == 1 {
			found = heldDefault
		}
	}
	return found, rows.Err()
}

func memberChange(role, before, after string) json.RawMessage {
	value := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	text, err := json.Marshal(map[string][2]any{"Role " + role: {value(before), value(after)}})
	if err != nil {
		panic("role: two strings do not encode: " + err.Error())
	}
	return text
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
