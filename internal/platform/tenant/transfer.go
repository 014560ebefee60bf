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
	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
)

const (
	exportFormat  = "provost-tenant"
	exportVersion = 2 // 1 had no blobs
)

// Header is the first line of an export, JSON, followed by the dump of the tenant's database; both in one gzip stream, which
// ends there (RFC 1952 section 2.2). A second one behind it holds the blobs that its records name (blob.Export). The header names the tenant the data was first made for, not its present name or hosts, so that the export of an import is the
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

// Export writes all of a tenant's data to w while it works on: one consistent snapshot, and the blobs it names. Secrets are in it
// only as hashes and sealed values. What it returns counts the blobs, those that could not be copied among them.
func (r *Registry) Export(ctx context.Context, tenantID string, w io.Writer, p Progress) (blob.Copied, error) {
	h, release, err := r.Acquire(ctx, tenantID)
	if err != nil {
		return blob.Copied{}, err
	}
	defer release()
	copied, err := r.export(ctx, h, w, p)
	if err == nil {
		entry := audit.Entry{Action: "tenant.export", Object: "Tenant", Target: h.ID, Label: h.Name}
		err = r.o.Control.Alone(ctx, func(tx *db.Tx) error { return audit.Write(ctx, tx, r.o.Clock.Now(), entry) })
	}
	if err != nil {
		return copied, fmt.Errorf("export tenant %s: %w", h.Name, err)
	}
	return copied, nil
}

func (r *Registry) export(ctx context.Context, h *Handle, w io.Writer, p Progress) (blob.Copied, error) {
	var origin string
	if err := h.DB.QueryRow(ctx, `SELECT value FROM setting WHERE name = $1`, originSetting).Scan(&origin); err != nil {
		return blob.Copied{}, fmt.Errorf("read its origin: %w", err)
	}
	line, err := json.Marshal(Header{exportFormat, exportVersion, json.RawMessage(origin), h.Demo, r.o.Keys.Fingerprint()})
	if err != nil {
		return blob.Copied{}, err
	}
	letGo, err := h.Blobs.Hold()
	if err != nil {
		return blob.Copied{}, err
	}
	defer letGo()
	z := gzip.NewWriter(w)
	if _, err := z.Write(append(line, '\n')); err != nil {
		return blob.Copied{}, err
	}
	names, err := r.Snapshot(ctx, h, z, p)
	if err != nil {
		return blob.Copied{}, err
	}
	if err := z.Close(); err != nil {
		return blob.Copied{}, err
	}
	z.Reset(w)
	copied, err := h.Blobs.Export(ctx, z, names, nil)
	if err != nil {
		return copied, err
	}
	return copied, z.Close()
}

// Snapshot writes the dump of a tenant's database to w and returns the hashes of the blobs that the records in it name, in order.
// The caller holds the tenant's blobs (blob.Store.Hold) until they are copied.
func (r *Registry) Snapshot(ctx context.Context, h *Handle, w io.Writer, p Progress) (names []blob.Hash, err error) {
	err = h.DB.DumpWith(ctx, w, p, func(ctx context.Context, reader db.Reader) (err error) {
		names, err = r.Named(ctx, h, reader)
		return err
	})
	return names, err
}

// Named returns the hashes of all blobs that a tenant's records name, in order.
func (r *Registry) Named(ctx context.Context, h *Handle, reader db.Reader) ([]blob.Hash, error) {
	if r.o.Named == nil {
		return nil, nil
	}
	return r.o.Named(ctx, h.Records, reader, blob.Hash{}, blob.Last)
}

// Import makes a new tenant out of an export. AnyKeys takes an export made under another keys file, whose API keys and sealed values
// are of no use here.
func (r *Registry) Import(ctx context.Context, n New, from io.Reader, anyKeys bool, p Progress) (Info, error) {
	whole := bufio.NewReaderSize(from, 64<<10) // read byte by byte where one gzip stream ends
	z, err := gzip.NewReader(whole)
	if err != nil {
		return Info{}, fault.New(fault.Invalid, "export_unreadable", "This is not an export of a tenant.").WithCause(err)
	}
	z.Multistream(false)
	in := bufio.NewReaderSize(z, 64<<10)
	line, err := in.ReadSlice('\n')
	var head Header
	if err == nil {
		err = json.Unmarshal(bytes.TrimSpace(line), &head)
	}
	if err != nil || head.Format != exportFormat {
		return Info{}, fault.New(fault.Invalid, "export_unreadable", "This is not an export of a tenant.").WithCause(err)
	}
	if head.Version < 1 || head.Version > exportVersion {
		return Info{}, fault.New(fault.Invalid, "export_version", "The export has format version %d; this program reads 1 to %d.", head.Version, exportVersion)
	}
	if head.Keys != r.o.Keys.Fingerprint() && !anyKeys {
		return Info{}, fault.New(fault.Conflict, "keys_differ", "The export was made under another keys file (fingerprint %.8s, here %.8s): its API keys would not work here. Use that keys file, or add --any-keys and issue new API keys.", head.Keys, r.o.Keys.Fingerprint())
	}
	n.Demo, n.action = head.Demo, "tenant.import"
	n.fill = func(ctx context.Context, d *db.DB, s *blob.Store) error {
		if err := load(ctx, d, in, p); err != nil {
			return err
		}
		return importBlobs(ctx, head.Version, s, z, whole)
	}
	return r.Create(ctx, n)
}

// importBlobs reads the second gzip stream of an export, and that nothing follows it.
func importBlobs(ctx context.Context, version int, s *blob.Store, z *gzip.Reader, whole *bufio.Reader) error {
	if version > 1 {
		if err := z.Reset(whole); err != nil {
			return fmt.Errorf("the export ends before its blobs: %w", err)
		}
		z.Multistream(false)
		if err := fillBlobs(ctx, s, z); err != nil {
			return err
		}
	}
	if _, err := whole.ReadByte(); !errors.Is(err, io.EOF) {
		return errors.New("the export was altered: something follows its end")
	}
	return nil
}

// fillBlobs stores the blobs of a stream, nil for none, and reads it to its end, where a compressed one checks its sum.
func fillBlobs(ctx context.Context, s *blob.Store, from io.Reader) error {
	if from == nil {
		return nil
	}
	if _, err := s.Import(ctx, from, nil); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, from); err != nil {
		return fmt.Errorf("import blobs: %w", err)
	}
	return nil
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

// Restore makes a tenant as it was when it was backed up, with its id, from the dump of its database and its blobs, nil for none.
// The base URL is empty where it is made from the host.
func (r *Registry) Restore(ctx context.Context, was Info, baseURL string, from, blobs io.Reader, p Progress) error {
	_, err := r.Create(ctx, New{
		Name: was.Name, Hosts: was.Hosts, BaseURL: baseURL, Demo: was.Demo, id: was.ID, created: was.Created, action: "tenant.restore",
		fill: func(ctx context.Context, d *db.DB, s *blob.Store) error {
			if err := fillBlobs(ctx, s, blobs); err != nil {
				return err
			}
			return load(ctx, d, from, p)
		},
	})
	return err
}

// Refill fills the missing database of a tenant whose row was restored with the control database, and its blobs, nil for none.
func (r *Registry) Refill(ctx context.Context, tenantID string, from, blobs io.Reader, p Progress) error {
	t := r.known.Load().byID[tenantID]
	if t == nil {
		return errUnknown
	}
	if err := fillBlobs(ctx, r.o.Blobs.Of(t.ID), blobs); err != nil {
		return err
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
