package app

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// RestoreOptions say how to restore.
type RestoreOptions struct {
	AnyKeys  bool // take a backup made under another keys file: its API keys and sealed values are of no use then
	Progress func(part string) func(done, total int64)
	Logger   *slog.Logger
}

// Restore puts a backup into an empty data folder or control database. The tenants keep their ids; their databases lie
// beside the control database, wherever they lay before.
func Restore(ctx context.Context, c config.Config, path string, o RestoreOptions) (*Manifest, error) {
	z, err := zip.OpenReader(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("read the backup: %w", err) // names the file
	}
	if err != nil {
		return nil, fmt.Errorf("read the backup %s (it may be cut short): %w", path, err)
	}
	defer z.Close()
	m, err := readManifest(&z.Reader)
	if err != nil {
		return nil, fmt.Errorf("read the backup %s: %w", path, err)
	}
	restored, hadBlobs := false, exists(c.BlobsFolder())
	// Everything is read and summed up once before anything is written.
	for _, p := range m.parts() {
		if err := verifyPart(&z.Reader, p); err != nil {
			return nil, fmt.Errorf("read the backup %s: %w", path, err)
		}
	}
	if m.Control != nil {
		lock, err := lockForRestore(c)
		if err != nil {
			return nil, err
		}
		defer func() {
			if !restored {
				sweep(c, hadBlobs)
			}
		}()
		err = restoreControl(ctx, c, &z.Reader, m, o)
		lock.release()
		if err != nil {
			return nil, err
		}
	}
	a, err := Open(ctx, c, Options{Create: true, CreateKeys: o.AnyKeys, AnyDemo: true, Logger: o.Logger})
	if err != nil {
		return nil, err
	}
	if err := a.restoreTenants(ctx, &z.Reader, m, o); err != nil {
		return nil, errors.Join(err, a.Close(context.WithoutCancel(ctx)))
	}
	restored = true
	return m, a.Close(context.WithoutCancel(ctx))
}

// sweep removes what a restore that failed left in a data folder, which was empty before, so that it can be tried again.
// Blobs that were there before stay.
func sweep(c config.Config, hadBlobs bool) {
	if !hadBlobs {
		_ = os.RemoveAll(c.BlobsFolder())
	}
	if db.EngineOf(c.ControlDSN()) != db.SQLite {
		return
	}
	for _, name := range []string{"control.db", "control.db-wal", "control.db-shm", "tenants"} {
		_ = os.RemoveAll(filepath.Join(c.Data, name))
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (m *Manifest) parts() []BackupPart {
	var out []BackupPart
	if m.Control != nil {
		out = append(out, *m.Control)
	}
	for _, t := range m.Tenants {
		out = append(out, t.Part)
		if t.Blobs != nil {
			out = append(out, *t.Blobs)
		}
	}
	return out
}

func readManifest(z *zip.Reader) (*Manifest, error) {
	f, err := z.Open(manifestName)
	if err != nil {
		return nil, fault.New(fault.Invalid, "backup_unreadable", "This is not a backup made by provost.").WithCause(err)
	}
	defer f.Close()
	var m Manifest
	if err := json.NewDecoder(io.LimitReader(f, 256<<20)).Decode(&m); err != nil || m.Format != backupFormat {
		return nil, fault.New(fault.Invalid, "backup_unreadable", "This is not a backup made by provost.").WithCause(err)
	}
	if m.Version < 1 || m.Version > backupVersion {
		return nil, fault.New(fault.Invalid, "backup_version", "The backup has format version %d; this program reads 1 to %d.", m.Version, backupVersion)
	}
	return &m, nil
}

func verifyPart(z *zip.Reader, p BackupPart) error {
	f, err := z.Open(p.Name)
	if err != nil {
		return fmt.Errorf("part %s: %w", p.Name, err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return fmt.Errorf("part %s: %w", p.Name, err)
	}
	if n != p.Bytes || hex.EncodeToString(h.Sum(nil)) != p.SHA256 {
		return fault.New(fault.Invalid, "backup_damaged", "The part %s of the backup is damaged.", p.Name)
	}
	return nil
}

// restoreControl loads the control database and points its tenants to databases beside it, sealed with the keys at hand.
func restoreControl(ctx context.Context, c config.Config, z *zip.Reader, m *Manifest, o RestoreOptions) error {
	keys, err := secret.Open(c.KeysFile(), o.AnyKeys)
	if errors.Is(err, secret.ErrNoKeys) {
		return fmt.Errorf("copy the keys file of the server that was backed up to %s first (mode 0600), or add --any-keys and issue new API keys afterwards", c.KeysFile())
	}
	if err != nil {
		return fmt.Errorf("open the keys file: %w", err)
	}
	if keys.Fingerprint() != m.Keys && !o.AnyKeys {
		return fmt.Errorf("the keys file %s (fingerprint %.8s) is not the one of the server that was backed up (%.8s); give that one as --keys FILE, or add --any-keys and issue new API keys afterwards",
			c.KeysFile(), keys.Fingerprint(), m.Keys)
	}
	control, err := db.Open(ctx, c.ControlDSN(), db.Options{Timeline: db.ControlTimeline(), Logger: o.Logger})
	if err != nil {
		return fmt.Errorf("open the control database %s: %w", db.Redact(c.ControlDSN()), err)
	}
	f, err := z.Open(controlName)
	if err != nil {
		return errors.Join(fmt.Errorf("read the backup: %w", err), control.Close())
	}
	defer f.Close()
	err = control.Load(ctx, f, db.LoadOptions{Progress: o.Progress("control database"), Finish: func(tx *db.Tx) error {
		return rePoint(ctx, tx, keys, m)
	}})
	if err != nil {
		err = fmt.Errorf("load the control database: %w", err)
	}
	return errors.Join(err, control.Close())
}

// rePoint makes the restored rows those of this place: each tenant that is in the backup lies beside, each that is not (it
// was deleted or being created meanwhile) is none.
func rePoint(ctx context.Context, tx *db.Tx, keys *secret.Keys, m *Manifest) error {
	if _, err := tx.Exec(`UPDATE setting SET value = $1 WHERE name = $2`, keys.Fingerprint(), fingerprintSetting); err != nil {
		return err
	}
	in := make(map[string]bool)
	for _, t := range m.Tenants {
		in[t.ID] = true
	}
	rows, err := tx.Query(ctx, `SELECT id FROM tenant`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, id := range ids {
		if in[id] {
			_, err = tx.Exec(`UPDATE tenant SET dsn = $1 WHERE id = $2`, tenant.SealBeside(keys, id), id)
		} else if _, err = tx.Exec(`DELETE FROM tenant_host WHERE tenant_id = $1`, id); err == nil {
			_, err = tx.Exec(`UPDATE tenant SET dsn = NULL, status = 'deleted', name = id WHERE id = $1`, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func lockForRestore(c config.Config) (*folderLock, error) {
	if c.Data == "" {
		return &folderLock{}, nil
	}
	lock, err := lockFolder(c.Data)
	if err != nil {
		return nil, err
	}
	if db.EngineOf(c.ControlDSN()) == db.SQLite {
		if _, err := os.Stat(filepath.Join(c.Data, "control.db")); err == nil {
			lock.release()
			return nil, fault.New(fault.Conflict, "not_empty", "The data folder %s holds data already; restore into an empty one.", c.Data)
		}
	}
	return lock, nil
}

// restoreTenants loads the tenants' databases: into their rows where the control database came along, as new tenants otherwise.
func (a *App) restoreTenants(ctx context.Context, z *zip.Reader, m *Manifest, o RestoreOptions) error {
	ctx = principal.With(ctx, &principal.Principal{Kind: principal.System, Login: "system", DisplayName: "Provost"})
	for _, t := range m.Tenants {
		if err := a.restoreTenant(ctx, z, m, t, o); err != nil {
			return fmt.Errorf("restore tenant %s: %w", t.Name, err)
		}
	}
	entry := audit.Entry{Action: "backup.restore", Object: "Backup", Label: m.Created.Format("2006-01-02 15:04:05Z")}
	err := a.Control.Alone(ctx, func(tx *db.Tx) error { return audit.Write(ctx, tx, a.Clock.Now(), entry) })
	if err != nil {
		return fmt.Errorf("note the restore in the audit trail: %w", err)
	}
	return nil
}

func (a *App) restoreTenant(ctx context.Context, z *zip.Reader, m *Manifest, t BackedUpTenant, o RestoreOptions) error {
	f, err := z.Open(t.Part.Name)
	if err != nil {
		return fmt.Errorf("read the backup: %w", err)
	}
	defer f.Close()
	var blobs io.Reader // nil in a backup of version 1
	if t.Blobs != nil {
		b, err := z.Open(t.Blobs.Name)
		if err != nil {
			return fmt.Errorf("read the backup: %w", err)
		}
		defer b.Close()
		blobs = b
	}
	switch {
	case m.Control != nil:
		return a.Tenants.Refill(ctx, t.ID, f, blobs, o.Progress("tenant "+t.Name))
	case m.Keys != a.Keys.Fingerprint() && !o.AnyKeys:
		return fmt.Errorf("the keys file has fingerprint %.8s, the server that was backed up has %.8s; give that one as --keys FILE, or add --any-keys", a.Keys.Fingerprint(), m.Keys)
	default:
		return a.Tenants.Restore(ctx, t.Info, t.StatedURL, f, blobs, o.Progress("tenant "+t.Name))
	}
}
