package tenant

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// versionCell counts changes to the tenants; each changed row carries the count of its change.
const versionCell = "tenants"

// row is a tenant as the control database holds it.
type row struct {
	Info
	sealed  []byte // sealed DSN; empty once the database is gone
	version int64
}

// loadRows reads the tenants changed after version, tombstones included.
func loadRows(ctx context.Context, r db.Reader, after int64) ([]row, error) {
	return queryRows(ctx, r, `t.version > $1`, after)
}

// loadRow reads one tenant, and reports whether there is one of that id.
func loadRow(ctx context.Context, r db.Reader, id string) (row, bool, error) {
	rows, err := queryRows(ctx, r, `t.id = $1`, id)
	if err != nil || len(rows) == 0 {
		return row{}, false, err
	}
	return rows[0], true, nil
}

func queryRows(ctx context.Context, r db.Reader, where string, arg any) ([]row, error) {
	rows, err := r.Query(ctx, `SELECT t.id, t.name, t.status, t.dsn, t.demo, t.base_url, t.created_at, t.version, COALESCE(h.host, '')
		FROM tenant t LEFT JOIN tenant_host h ON h.tenant_id = t.id
		WHERE `+where+` ORDER BY t.id, h.place`, arg)
	if err != nil {
		return nil, fmt.Errorf("read tenants: %w", err)
	}
	defer rows.Close()
	var out []row
	for rows.Next() {
		var (
			t             row
			demo, created int64
			host          string
		)
		if err := rows.Scan(&t.ID, &t.Name, &t.Status, &t.sealed, &demo, &t.statedBase, &created, &t.version, &host); err != nil {
			return nil, fmt.Errorf("read tenants: %w", err)
		}
		t.Demo, t.Created = demo != 0, time.UnixMicro(created).UTC()
		if n := len(out); n > 0 && out[n-1].ID == t.ID {
			out[n-1].Hosts = append(out[n-1].Hosts, host)
			continue
		}
		t.Hosts = []string{}
		if host != "" {
			t.Hosts = append(t.Hosts, host)
		}
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read tenants: %w", err)
	}
	return out, nil
}

func readVersion(ctx context.Context, r db.Reader) (int64, error) {
	var v int64
	err := r.QueryRow(ctx, `SELECT COALESCE(MAX(value), 0) FROM cell WHERE name = $1`, versionCell).Scan(&v)
	if err != nil {
		return 0, fmt.Errorf("read the tenants' version: %w", err)
	}
	return v, nil
}

// checkFree refuses a name or host that another tenant than the one with the id has.
func checkFree(ctx context.Context, tx *db.Tx, id, name string, hosts []string) error {
	var n int64
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM tenant WHERE lower(name) = $1 AND id <> $2`, strings.ToLower(name), id).Scan(&n); err != nil {
		return fmt.Errorf("look up tenant name: %w", err)
	}
	if n > 0 {
		return fault.New(fault.Conflict, "tenant_exists", "There is a tenant called %s already.", name)
	}
	for _, h := range hosts {
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM tenant_host WHERE host = $1 AND tenant_id <> $2`, h, id).Scan(&n); err != nil {
			return fmt.Errorf("look up host: %w", err)
		}
		if n > 0 {
			return fault.New(fault.Conflict, "host_taken", "The host %s belongs to another tenant.", h)
		}
	}
	return nil
}

func insertRow(tx *db.Tx, t row) error {
	demo := int64(0)
	if t.Demo {
		demo = 1
	}
	_, err := tx.Exec(`INSERT INTO tenant (id, name, status, dsn, demo, base_url, created_at, version) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		t.ID, t.Name, t.Status, t.sealed, demo, t.statedBase, t.Created.UnixMicro(), tx.AddCell(versionCell, 1))
	if err != nil {
		return fmt.Errorf("insert tenant: %w", err)
	}
	return insertHosts(tx, t)
}

// updateRow writes name, stated base URL and hosts of a tenant.
func updateRow(tx *db.Tx, t row) error {
	if _, err := tx.Exec(`UPDATE tenant SET name = $1, base_url = $2, version = $3 WHERE id = $4`, t.Name, t.statedBase, tx.AddCell(versionCell, 1), t.ID); err != nil {
		return fmt.Errorf("update tenant: %w", err)
	}
	if _, err := tx.Exec(`DELETE FROM tenant_host WHERE tenant_id = $1`, t.ID); err != nil {
		return fmt.Errorf("update hosts: %w", err)
	}
	return insertHosts(tx, t)
}

func insertHosts(tx *db.Tx, t row) error {
	for i, h := range t.Hosts {
		if _, err := tx.Exec(`INSERT INTO tenant_host (host, tenant_id, place) VALUES ($1,$2,$3)`, h, t.ID, int64(i)); err != nil {
			return fmt.Errorf("insert host: %w", err)
		}
	}
	return nil
}

// setStatus moves a tenant from one of the given statuses and reports whether it was in one.
func setStatus(tx *db.Tx, id, to string, from ...string) (bool, error) {
	version := tx.AddCell(versionCell, 1)
	for _, f := range from {
		n, err := tx.Exec(`UPDATE tenant SET status = $1, version = $2 WHERE id = $3 AND status = $4`, to, version, id, f)
		if err != nil {
			return false, fmt.Errorf("set tenant status: %w", err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

// bury turns a tenant into a tombstone: name and hosts are free again.
func bury(tx *db.Tx, id string) error {
	if _, err := tx.Exec(`DELETE FROM tenant_host WHERE tenant_id = $1`, id); err != nil {
		return fmt.Errorf("free hosts: %w", err)
	}
	if _, err := tx.Exec(`UPDATE tenant SET status = 'deleted', name = id, base_url = '', version = $1 WHERE id = $2`, tx.AddCell(versionCell, 1), id); err != nil {
		return fmt.Errorf("delete tenant: %w", err)
	}
	return nil
}

// forget notes that a deleted tenant's database is gone.
func forget(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE tenant SET dsn = NULL, version = $1 WHERE id = $2 AND status = 'deleted'`, tx.AddCell(versionCell, 1), id)
	if err != nil {
		return fmt.Errorf("forget tenant database: %w", err)
	}
	return nil
}
