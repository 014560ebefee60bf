package role

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// GrantFrom gives a person a role in the name of something that may take it back: the rules of an identity provider, a group. One that
// was given by hand stays so. Otherwise it is Grant.
func (s Store) GrantFrom(ctx context.Context, tx *db.Tx, person, role, origin string, isDefault bool) error {
	before, err := membership(ctx, tx, person, role)
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	origins, err := s.Origins(ctx, tx, person)
	if err != nil {
		return err
	}
	if before != "" && len(origins[role]) == 0 {
		return nil
	}
	if before == "" {
		if err := s.Grant(ctx, tx, person, role, isDefault); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`INSERT INTO role_origin (person, role, origin) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, person, role, origin); err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	return nil
}

// RevokeFrom takes back what an origin has given. The person keeps the role where another origin gives it, too; one that was given by
// hand is left alone.
func (s Store) RevokeFrom(ctx context.Context, tx *db.Tx, person, role, origin string) error {
	n, err := tx.Exec(`DELETE FROM role_origin WHERE person = $1 AND role = $2 AND origin = $3`, person, role, origin)
	if err != nil {
		return fmt.Errorf("revoke role: %w", err)
	}
	origins, err := s.Origins(ctx, tx, person)
	if err != nil || n == 0 || len(origins[role]) > 0 {
		return err
	}
	return s.Revoke(ctx, tx, person, role)
}

// Origins returns where the roles of a person come from, by role; one that is missing was given by hand.
func (s Store) Origins(ctx context.Context, r db.Reader, person string) (map[string][]string, error) {
	rows, err := r.Query(ctx, `SELECT role, origin FROM role_origin WHERE person = $1 ORDER BY role, origin`, person)
	if err != nil {
		return nil, fmt.Errorf("read where roles come from: %w", err)
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var role, origin string
		if err := rows.Scan(&role, &origin); err != nil {
			return nil, fmt.Errorf("read where roles come from: %w", err)
		}
		out[role] = append(out[role], origin)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read where roles come from: %w", err)
	}
	return out, nil
}
