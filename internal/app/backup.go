package app

import (
	"archive/zip"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	backupFormat  = "provost-backup"
	backupVersion = 2 // 1 had no blobs
	manifestName  = "manifest.json"
	controlName   = "control.dump"
)

// Manifest is the last entry of a backup: what is in it and what each part's bytes have to add up to.
type Manifest struct {
	Format  string           `json:"format"` // "provost-backup"
	Version int              `json:"version"`
	Created time.Time        `json:"created_at"`
	Keys    string           `json:"keys"`              // fingerprint of the keys file, which is not in the backup
	Control *BackupPart      `json:"control,omitempty"` // nil in the backup of one tenant
	Tenants []BackedUpTenant `json:"tenants"`
}

// BackupPart is one dump in a backup.
type BackupPart struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hex, of the uncompressed dump
}

// BackedUpTenant is a tenant in a backup.
type BackedUpTenant struct {
	tenant.Info
	StatedURL string     `json:"stated_base_url,omitempty"` // where its base URL was given, not made from its host
	Part      BackupPart `json:"part"`

	Blobs  *BackupPart `json:"blobs,omitempty"`      // contents of attachments; nil in a backup of version 1
	Copied blob.Copied `json:"attachments,omitzero"` // how many there are in it, and how many are lost
}

// Backup writes all tenants, or only one, into the file, which appears under its name when it is complete. Each part is one consistent
// snapshot; the server goes on working. An existing file is not replaced.
func (a *App) Backup(ctx context.Context, path, only string, progress func(part string) func(done, total int64)) (_ *Manifest, err error) {
	if _, err := os.Stat(path); err == nil {
		return nil, fault.New(fault.Conflict, "file_exists", "The file %s exists; give another name.", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	m := &Manifest{Format: backupFormat, Version: backupVersion, Created: a.Clock.Now().UTC().Truncate(time.Second), Keys: a.Keys.Fingerprint(), Tenants: []BackedUpTenant{}}
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	if err := a.writeParts(ctx, z, m, only, progress); err != nil {
		return nil, err
	}
	w, err := z.Create(manifestName)
	if err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	if err := errors.Join(z.Close(), f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	if err := placeFile(f.Name(), path); err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	entry := audit.Entry{Action: "backup.create", Object: "Backup", Label: filepath.Base(path)}
	err = a.Control.Alone(ctx, func(tx *db.Tx) error { return audit.Write(ctx, tx, a.Clock.Now(), entry) })
	if err != nil {
		return nil, fmt.Errorf("note the backup in the audit trail: %w", err)
	}
	return m, nil
}

func (a *App) writeParts(ctx context.Context, z *zip.Writer, m *Manifest, only string, progress func(string) func(done, total int64)) error {
	tenants := a.Tenants.List()
	if only != "" {
		one, err := a.Tenants.ByName(only)
		if err != nil {
			return err
		}
		tenants = []tenant.Info{one}
	} else {
		part, err := writePart(z, controlName, func(w io.Writer) error { return a.Control.Dump(ctx, w, progress("control database")) })
		if err != nil {
			return err
		}
		m.Control = &part
	}
	for _, t := range tenants {
		h, release, err := a.Tenants.Acquire(ctx, t.ID)
		if fault.Is(err, fault.NotFound) { // deleted meanwhile
			continue
		}
		if err != nil {
			return fmt.Errorf("back up tenant %s: %w", t.Name, err)
		}
		one, err := a.writeTenant(ctx, z, h, progress)
		release()
		if err != nil {
			return fmt.Errorf("back up tenant %s: %w", t.Name, err)
		}
		one.Info, one.StatedURL = t, t.StatedURL()
		m.Tenants = append(m.Tenants, one)
	}
	return nil
}

// writeTenant writes a tenant's database and then the blobs that it names, of which none is swept meanwhile.
func (a *App) writeTenant(ctx context.Context, z *zip.Writer, h *tenant.Handle, progress func(string) func(done, total int64)) (one BackedUpTenant, err error) {
	letGo, err := h.Blobs.Hold()
	if err != nil {
		return one, err
	}
	defer letGo()
	var names []blob.Hash
	one.Part, err = writePart(z, "tenants/"+h.ID+".dump", func(w io.Writer) (err error) {
		names, err = a.Tenants.Snapshot(ctx, h, w, progress("tenant "+h.Name))
		return err
	})
	if err != nil {
		return one, err
	}
	blobs, err := writePart(z, "tenants/"+h.ID+".blobs", func(w io.Writer) (err error) {
		one.Copied, err = h.Blobs.Export(ctx, w, names, progress("attachments of tenant "+h.Name))
		return err
	})
	one.Blobs = &blobs
	return one, err
}

func writePart(z *zip.Writer, name string, write func(io.Writer) error) (BackupPart, error) {
	w, err := z.Create(name)
	if err != nil {
		return BackupPart{}, fmt.Errorf("write %s: %w", name, err)
	}
	sum := &summed{h: sha256.New(), w: w}
	if err := write(sum); err != nil {
		return BackupPart{}, fmt.Errorf("write %s: %w", name, err)
	}
	return BackupPart{name, sum.n, hex.EncodeToString(sum.h.Sum(nil))}, nil
}

// summed counts and hashes what passes.
type summed struct {
	h hash.Hash
	n int64
	w io.Writer
}

func (s *summed) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	s.h.Write(b[:n])
	s.n += int64(n)
	return n, err
}

// placeFile gives a complete, synced file its name, durably, and never takes the name from another file.
func placeFile(temporary, path string) error {
	if err := os.Link(temporary, path); err == nil {
		if err := os.Remove(temporary); err != nil {
			return err
		}
	} else if errors.Is(err, os.ErrExist) {
		return fault.New(fault.Conflict, "file_exists", "The file %s exists; give another name.", path)
	} else if err := os.Rename(temporary, path); err != nil { // a file system without hard links
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
