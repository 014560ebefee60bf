package tenant

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
)

const (
	exportFormat  = "provost-tenant"
	exportVersion = 1
)

// Header is the first line of an export, JSON, followed by the dump of the tenant's database; both in one gzip stream. It
// names the tenant the data was first made for, not its present name or hosts, so that the export of an import is the
// same bytes.
type Header struct {
	Format  string          `json:"format"` // "provost-tenant"
	Version int             `json:"version"`
	Origin  json.RawMessage `json:"origin"` // id, name and created_at of the tenant the data was made for
	Demo    bool            `json:"demo"`
	Keys    string          `json:"keys"` // fingerprint of the keys file under which its secrets were stored
}

// Progress is told how much of how much is done; total may grow.
type Progress func(done, total int64)

// Export writes all of a tenant's data to w while it works on: one consistent snapshot. Secrets are in it only as hashes and sealed values.
func (r *Registry) Export(ctx context.Context, tenantID string, w io.Writer, p Progress) error {
	h, release, err := r.Acquire(ctx, tenantID)
	if err != nil {
		return err
	}
	defer release()
	var origin string
	if err := h.DB.QueryRow(ctx, `SELECT value FROM setting WHERE name = $1`, originSetting).Scan(&origin); err != nil {
		return fmt.Errorf("export tenant %s: read its origin: %w", h.Name, err)
	}
	line, err := json.Marshal(Header{exportFormat, exportVersion, json.RawMessage(origin), h.Demo, r.o.Keys.Fingerprint()})
	if err != nil {
		return fmt.Errorf("export tenant %s: %w", h.Name, err)
	}
	z := gzip.NewWriter(w)
	if _, err := z.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("export tenant %s: %w", h.Name, err)
	}
	if err := h.DB.Dump(ctx, z, p); err != nil {
		return fmt.Errorf("export tenant %s: %w", h.Name, err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("export tenant %s: %w", h.Name, err)
	}
	entry := audit.Entry{Action: "tenant.export", Object: "Tenant", Target: h.ID, Label: h.Name}
	err = r.o.Control.Alone(ctx, func(tx *db.Tx) error { return audit.Write(ctx, tx, r.o.Clock.Now(), entry) })
	if err != nil {
		return fmt.Errorf("export tenant %s: %w", h.Name, err)
	}
	return nil
}

// Import makes a new tenant out of an export. AnyKeys takes an export made under another keys file, whose API keys and sealed values
// are of no use here.
func (r *Registry) Import(ctx context.Context, n New, from io.Reader, anyKeys bool, p Progress) (Info, error) {
	z, err := gzip.NewReader(from)
	if err != nil {
		return Info{}, fault.New(fault.Invalid, "export_unreadable", "This is not an export of a tenant.").WithCause(err)
	}
	in := bufio.NewReaderSize(z, 64<<10)
	line, err := in.ReadSlice('\n')
	var head Header
	if err == nil {
		err = json.Unmarshal(bytes.TrimSpace(line), &head)
	}
	if err != nil || head.Format != exportFormat {
		return Info{}, fault.New(fault.Invalid, "export_unreadable", "This is not an export of a tenant.").WithCause(err)
	}
	if head.Version != exportVersion {
		return Info{}, fault.New(fault.Invalid, "export_version", "The export has format version %d; this program reads %d.", head.Version, exportVersion)
	}
	if head.Keys != r.o.Keys.Fingerprint() && !anyKeys {
		return Info{}, fault.New(fault.Conflict, "keys_differ", "The export was made under another keys file (fingerprint %.8s, here %.8s): its API keys would not work here. Use that keys file, or add --any-keys and issue new API keys.", head.Keys, r.o.Keys.Fingerprint())
	}
	n.Demo, n.action = head.Demo, "tenant.import"
	n.fill = func(ctx context.Context, d *db.DB) error { return load(ctx, d, in, p) }
	return r.Create(ctx, n)
}

// load fills a tenant's database from a dump and reads to the end, where a compressed stream checks its sum.
func load(ctx context.Context, d *db.DB, in io.Reader, p Progress) error {
	if err := d.Load(ctx, in, db.LoadOptions{Prepare: record.PrepareLoad, Finish: record.FinishLoad, Progress: p}); err != nil {
		return fmt.Errorf("load the data: %w", err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("load the data: %w", err)
	}
	return nil
}

// Restore makes a tenant as it was when it was backed up, with its id, from the dump of its database. The base URL is empty where it
// is made from the host.
func (r *Registry) Restore(ctx context.Context, was Info, baseURL string, from io.Reader, p Progress) error {
	_, err := r.Create(ctx, New{
		Name: was.Name, Hosts: was.Hosts, BaseURL: baseURL, Demo: was.Demo, id: was.ID, created: was.Created, action: "tenant.restore",
		fill: func(ctx context.Context, d *db.DB) error { return load(ctx, d, from, p) },
	})
	return err
}

// Refill fills the missing database of a tenant whose row was restored with the control database.
func (r *Registry) Refill(ctx context.Context, tenantID string, from io.Reader, p Progress) error {
	t := r.known.Load().byID[tenantID]
	if t == nil {
		return errUnknown
	}
	dsn, err := r.provide(ctx, t.ID, "")
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline(), Logger: r.log, Budget: r.o.Budget})
	if err != nil {
		return fmt.Errorf("open its database: %w", err)
	}
	return errors.Join(load(ctx, d, from, p), d.Close())
}
