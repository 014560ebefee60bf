package trust

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

const groupColumns = `id, name, description, roles, cidrs, enabled, created_by, created_at`

// scanner is a row, of one or of many.
type scanner interface{ Scan(...any) error }

func scanGroup(s scanner) (g Group, err error) {
	var roles, cidrs string
	var enabled, created int64
	if err = s.Scan(&g.ID, &g.Name, &g.Description, &roles, &cidrs, &enabled, &g.CreatedBy, &created); err != nil {
		return g, err
	}
	g.Enabled, g.Created = enabled != 0, instant(created)
	return g, errors.Join(json.Unmarshal([]byte(roles), &g.Roles), json.Unmarshal([]byte(cidrs), &g.CIDRs))
}

func groupNamed(ctx context.Context, r db.Reader, name string) (Group, bool, error) {
	g, err := scanGroup(r.QueryRow(ctx, `SELECT `+groupColumns+` FROM trust_key_group WHERE name_folded = $1`, foldedName(name)))
	if errors.Is(err, sql.ErrNoRows) {
		return Group{}, false, nil
	}
	return g, err == nil, err
}

func groupByID(ctx context.Context, r db.Reader, id string) (Group, error) {
	g, err := scanGroup(r.QueryRow(ctx, `SELECT `+groupColumns+` FROM trust_key_group WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Group{}, fault.New(fault.NotFound, "group_unknown", "There is no such key group.")
	}
	return g, err
}

func listGroups(ctx context.Context, r db.Reader) ([]Group, error) {
	return list(ctx, r, scanGroup, `SELECT `+groupColumns+` FROM trust_key_group ORDER BY name_folded`)
}

// list reads all rows of a query.
func list[T any](ctx context.Context, r db.Reader, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

func groupUsed(ctx context.Context, r db.Reader, id string) (bool, error) {
	return exists(r.QueryRow(ctx, `SELECT 1 FROM trust_key WHERE group_id = $1 LIMIT 1`, id))
}

func exists(row *sql.Row) (bool, error) {
	var one int64
	err := row.Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func insertGroup(tx *db.Tx, g Group) error {
	_, err := tx.Exec(`INSERT INTO trust_key_group (id, name, name_folded, description, roles, cidrs, enabled, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		g.ID, g.Name, foldedName(g.Name), g.Description, texts(g.Roles), texts(g.CIDRs), flag(g.Enabled), g.CreatedBy, g.Created.UnixMicro())
	return err
}

func updateGroup(tx *db.Tx, g Group) error {
	_, err := tx.Exec(`UPDATE trust_key_group SET name = $1, name_folded = $2, description = $3, roles = $4, cidrs = $5, enabled = $6 WHERE id = $7`,
		g.Name, foldedName(g.Name), g.Description, texts(g.Roles), texts(g.CIDRs), flag(g.Enabled), g.ID)
	return err
}

func deleteGroup(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM trust_key_group WHERE id = $1`, id)
	return err
}

const keyColumns = `k.id, k.group_id, g.name, k.description, k.person, k.role, k.cidrs, k.enabled, k.expires_at, k.hint, k.legacy,
	k.rotated_to, k.created_by, k.created_at, u.last_at, u.last_address, u.uses
	FROM trust_key k JOIN trust_key_group g ON g.id = k.group_id LEFT JOIN trust_key_use u ON u.id = k.id`

func scanKey(s scanner) (k Key, err error) {
	var cidrs string
	var enabled, legacy, created int64
	var expires, last, uses sql.NullInt64
	var rotated, address sql.NullString
	err = s.Scan(&k.ID, &k.groupID, &k.Group, &k.Description, &k.Person, &k.Role, &cidrs, &enabled, &expires, &k.Hint, &legacy,
		&rotated, &k.CreatedBy, &created, &last, &address, &uses)
	if err != nil {
		return k, err
	}
	k.Enabled, k.Legacy, k.Created = enabled != 0, legacy != 0, instant(created)
	k.Expires, k.LastUsed = optional(expires), optional(last)
	k.RotatedTo, k.LastAddress, k.Uses = rotated.String, address.String, uses.Int64
	return k, json.Unmarshal([]byte(cidrs), &k.CIDRs)
}

func keyByID(ctx context.Context, r db.Reader, id string) (Key, error) {
	k, err := scanKey(r.QueryRow(ctx, `SELECT `+keyColumns+` WHERE k.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Key{}, fault.New(fault.NotFound, "key_unknown", "There is no such key.")
	}
	return k, err
}

func listKeys(ctx context.Context, r db.Reader) ([]Key, error) {
	return list(ctx, r, scanKey, `SELECT `+keyColumns+` ORDER BY k.id DESC`)
}

func keyWithMAC(ctx context.Context, r db.Reader, pepper int64, mac []byte) (bool, error) {
	return exists(r.QueryRow(ctx, `SELECT 1 FROM trust_key WHERE pepper = $1 AND mac = $2`, pepper, mac))
}

func insertKey(tx *db.Tx, k Key, pepper int64, mac []byte) error {
	var expires any
	if k.Expires != nil {
		expires = k.Expires.UnixMicro()
	}
	_, err := tx.Exec(`INSERT INTO trust_key (id, group_id, description, person, role, cidrs, enabled, expires_at, pepper, mac, hint, legacy, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		k.ID, k.groupID, k.Description, k.Person, k.Role, texts(k.CIDRs), flag(k.Enabled), expires, pepper, mac, k.Hint, flag(k.Legacy),
		k.CreatedBy, k.Created.UnixMicro())
	return err
}

// updateRotated stores what rotation changes in the old key, and ends what that one had replaced before.
func updateRotated(tx *db.Tx, k Key, now time.Time) error {
	if _, err := tx.Exec(`UPDATE trust_key SET rotated_to = $1, expires_at = $2 WHERE id = $3`, k.RotatedTo, k.Expires.UnixMicro(), k.ID); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE trust_key SET expires_at = $1 WHERE rotated_to = $2 AND expires_at > $1`, now.UnixMicro(), k.ID)
	return err
}

func enableKey(tx *db.Tx, id string, on bool) error {
	_, err := tx.Exec(`UPDATE trust_key SET enabled = $1 WHERE id = $2`, flag(on), id)
	return err
}

func deleteKey(tx *db.Tx, id string) error {
	for _, query := range []string{`DELETE FROM trust_key WHERE id = $1`, `DELETE FROM trust_key_use WHERE id = $1`, `DELETE FROM trust_address WHERE credential = $1`} {
		if _, err := tx.Exec(query, id); err != nil {
			return err
		}
	}
	return nil
}

// keyRow is what Authenticate needs of a key and its group.
type keyRow struct {
	id, person, role      string
	enabled, groupEnabled bool
	expires               time.Time // zero: never
	groupRoles            []string
	from                  [][]netip.Prefix
}

func findKey(ctx context.Context, r db.Reader, pepper int64, mac []byte) (k keyRow, found bool, err error) {
	var cidrs, groupRoles, groupCIDRs string
	var enabled, groupEnabled int64
	var expires sql.NullInt64
	err = r.QueryRow(ctx, `SELECT k.id, k.person, k.role, k.cidrs, k.enabled, k.expires_at, g.roles, g.cidrs, g.enabled
		FROM trust_key k JOIN trust_key_group g ON g.id = k.group_id WHERE k.pepper = $1 AND k.mac = $2`, pepper, mac).
		Scan(&k.id, &k.person, &k.role, &cidrs, &enabled, &expires, &groupRoles, &groupCIDRs, &groupEnabled)
	if errors.Is(err, sql.ErrNoRows) {
		return keyRow{}, false, nil
	}
	if err != nil {
		return keyRow{}, false, err
	}
	k.enabled, k.groupEnabled = enabled != 0, groupEnabled != 0
	if expires.Valid {
		k.expires = instant(expires.Int64)
	}
	if err := json.Unmarshal([]byte(groupRoles), &k.groupRoles); err != nil {
		return keyRow{}, false, fmt.Errorf("roles of the key's group: %w", err)
	}
	for _, text := range []string{groupCIDRs, cidrs} {
		var written []string
		if err := json.Unmarshal([]byte(text), &written); err != nil {
			return keyRow{}, false, fmt.Errorf("networks of key %s: %w", k.id, err)
		}
		var networks []netip.Prefix
		for _, s := range written {
			n, err := parseCIDR(s)
			if err != nil {
				return keyRow{}, false, fmt.Errorf("networks of key %s: %w", k.id, err)
			}
			networks = append(networks, n)
		}
		if networks != nil {
			k.from = append(k.from, networks)
		}
	}
	return k, true, nil
}

// storeUse writes when a credential was last used.
func storeUse(tx *db.Tx, object, id string, at int64, address string, count int64) error {
	if object == objectSession {
		return tx.Later(`UPDATE trust_session SET seen_at = $1 WHERE id = $2 AND seen_at < $1`, at, id)
	}
	if object == objectSecret || object == objectClientKey {
		return tx.Later(`INSERT INTO trust_credential_use (id, last_at, last_address, uses)
		SELECT k.id, CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT)
		FROM (SELECT id FROM trust_credential UNION ALL SELECT id FROM trust_registration WHERE deleted_at IS NULL) k WHERE k.id = $4
		ON CONFLICT (id) DO UPDATE SET uses = trust_credential_use.uses + excluded.uses,
		last_address = CASE WHEN excluded.last_at >= trust_credential_use.last_at THEN excluded.last_address ELSE trust_credential_use.last_address END,
		last_at = CASE WHEN excluded.last_at >= trust_credential_use.last_at THEN excluded.last_at ELSE trust_credential_use.last_at END`,
			at, address, count, id)
	}
	return tx.Later(`INSERT INTO trust_key_use (id, last_at, last_address, uses)
		SELECT k.id, CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM trust_key k WHERE k.id = $4
		ON CONFLICT (id) DO UPDATE SET uses = trust_key_use.uses + excluded.uses,
		last_address = CASE WHEN excluded.last_at >= trust_key_use.last_at THEN excluded.last_address ELSE trust_key_use.last_address END,
		last_at = CASE WHEN excluded.last_at >= trust_key_use.last_at THEN excluded.last_at ELSE trust_key_use.last_at END`,
		at, address, count, id)
}

// sweep removes old sessions and addresses of credentials that are gone.
func sweep(tx *db.Tx, before int64) error {
	if _, err := tx.Exec(`DELETE FROM trust_session WHERE ends_at < $1`, before); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM trust_address WHERE first_at < $1
		AND credential NOT IN (SELECT id FROM trust_key) AND credential NOT IN (SELECT id FROM trust_session)
		AND credential NOT IN (SELECT id FROM trust_credential) AND credential NOT IN (SELECT id FROM trust_registration)`, before)
	return err
}

func texts(list []string) string {
	if list == nil {
		list = []string{}
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic("trust: texts do not encode: " + err.Error())
	}
	return string(b)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// micros is a time as it is stored, null for none.
func micros(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UnixMicro()
}

func optional(n sql.NullInt64) *time.Time {
	if !n.Valid {
		return nil
	}
	t := instant(n.Int64)
	return &t
}

// InRole counts the REST API keys and app registrations that act in a role.
func (*Module) InRole(ctx context.Context, r db.Reader, role string) (keys, registrations int64, err error) {
	err = r.QueryRow(ctx, `SELECT (SELECT count(*) FROM trust_key WHERE role = $1),
		(SELECT count(*) FROM trust_registration WHERE role = $1 AND deleted_at IS NULL)`, role).Scan(&keys, &registrations)
	return keys, registrations, err
}
