package tenant

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// beside is stored, sealed, in place of the DSN of a tenant whose database lies beside the control database, so that a
// data folder can be moved and a control database restored elsewhere.
const beside = "beside"

func sealDSN(k *secret.Keys, id, dsn string) []byte {
	return k.Seal([]byte(dsn), []byte("tenant.dsn:"+id))
}

// SealBeside returns what the control database holds for a tenant whose database lies beside it. Restoring uses it.
func SealBeside(k *secret.Keys, id string) []byte { return sealDSN(k, id, beside) }

// dsn returns where the database of a tenant is.
func (r *Registry) dsn(t row) (string, error) {
	plain, err := r.o.Keys.Open(t.sealed, []byte("tenant.dsn:"+t.ID))
	if err != nil {
		return "", fmt.Errorf("open the sealed DSN of tenant %s (is the keys file the right one?): %w", t.Name, err)
	}
	if string(plain) != beside {
		return string(plain), nil
	}
	if db.EngineOf(r.o.ControlDSN) == db.Postgres {
		return db.Beside(r.o.ControlDSN, databaseName(t.ID))
	}
	return "sqlite:" + filepath.Join(r.o.DataDir, "tenants", t.ID+".db"), nil
}

func databaseName(id string) string { return "provost_" + strings.ReplaceAll(id, "-", "") }

// provide makes the place for a tenant's database: the folder, or the PostgreSQL database beside the control database. A
// database that was named by the caller has to be there.
func (r *Registry) provide(ctx context.Context, id, stated string) (dsn string, err error) {
	switch {
	case stated != "" && db.EngineOf(stated) == db.Postgres:
		return stated, nil
	case stated != "":
		path, err := filepath.Abs(strings.TrimPrefix(stated, "sqlite:"))
		if err != nil {
			return "", fmt.Errorf("place tenant database: %w", err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return "", fmt.Errorf("place tenant database: %w", err)
		}
		return "sqlite:" + path, nil
	case db.EngineOf(r.o.ControlDSN) == db.Postgres:
		return db.Create(ctx, r.o.ControlDSN, databaseName(id))
	default:
		dir := filepath.Join(r.o.DataDir, "tenants")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", fmt.Errorf("place tenant database: %w", err)
		}
		return "sqlite:" + filepath.Join(dir, id+".db"), nil
	}
}

// checkVacant refuses a database named by the caller that is in use for something else. One with the tables of a
// tenant passes: populate sees whether a tenant lives there.
func (r *Registry) checkVacant(ctx context.Context, dsn string) (err error) {
	d, err := db.Open(ctx, dsn, db.Options{Logger: r.log, Budget: r.o.Budget})
	if err != nil {
		return fmt.Errorf("look into its database: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	tables, err := d.Tables(ctx)
	if err != nil {
		return fmt.Errorf("look into its database: %w", err)
	}
	holds := func(name string) bool { return slices.Contains(tables, name) }
	switch {
	case holds("tenant") && holds("tenant_host"):
		return fault.New(fault.Conflict, "database_taken", "The database given with --dsn is a control database; give an empty one.")
	case len(tables) > 0 && !(holds("object_type") && holds("role_member")):
		shown := strings.Join(tables[:min(len(tables), 3)], ", ")
		return fault.New(fault.Conflict, "database_taken", "The database given with --dsn is not empty (it has the tables of something else, such as %s); give an empty one.", shown)
	}
	return nil
}
