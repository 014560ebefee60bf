package tenant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
)

// originSetting is where a tenant's database says which tenant it was made for. It also marks the database as taken, and it travels with exports.
const originSetting = "tenant.origin"

// drainTime is how long requests of a tenant that is being deleted have to end.
const drainTime = 30 * time.Second

// abandoned is the age from which a creation that is not finished counts as cut short by a crash, where other replicas may be creating.
const abandoned = time.Hour

// New describes a tenant to create.
type New struct {
	Name    string
	Hosts   []string // the first is the canonical one
	DSN     string   // empty: beside the control database
	BaseURL string   // empty: made from the first host
	Demo    bool

	id      string // kept by a restore
	created time.Time
	fill    func(ctx context.Context, d *db.DB, s *blob.Store) error // puts data in before the tenant is opened for the first time
	action  string
}

// Origin of a tenant's data, as its database holds it.
type originNote struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Created string `json:"created_at"`
}

// Create makes a tenant with its database. A name or host that is taken is fault.Conflict.
func (r *Registry) Create(ctx context.Context, n New) (Info, error) {
	if err := checkName(n.Name); err != nil {
		return Info{}, err
	}
	hosts, err := checkHosts(n.Hosts)
	if err == nil {
		err = r.checkReserved(hosts)
	}
	if err != nil {
		return Info{}, err
	}
	t := row{Info: Info{ID: n.id, Name: n.Name, Status: creating, Hosts: hosts, Demo: n.Demo, Created: n.created, statedBase: strings.TrimRight(n.BaseURL, "/")}}
	if t.ID == "" {
		t.ID = id.GUID()
	}
	if t.Created.IsZero() {
		t.Created = r.o.Clock.Now().UTC().Truncate(time.Second)
	}
	where := n.DSN
	if where == "" {
		where = beside
	} else if db.EngineOf(where) == db.SQLite {
		if where, err = r.provide(ctx, t.ID, where); err != nil {
			return Info{}, err
		}
	}
	t.sealed = sealDSN(r.o.Keys, t.ID, where)

	// The row comes first: it reserves name and hosts, and a crash from here on leaves something to find.
	err = r.o.Control.Write(ctx,
		func(tx *db.Tx) error { return checkFree(tx.Context(), tx, t.ID, t.Name, t.Hosts) },
		func(tx *db.Tx) error { return insertRow(tx, t) })
	if err != nil {
		return Info{}, fmt.Errorf("create tenant: %w", err)
	}
	if err := r.populate(ctx, t, n); err != nil {
		return Info{}, errors.Join(fmt.Errorf("create tenant %s: %w", t.Name, err), r.abandon(context.WithoutCancel(ctx), t))
	}
	action := n.action
	if action == "" {
		action = "tenant.create"
	}
	changes, err := audit.Diff(nil, map[string]any{"Name": t.Name, "Hosts": t.Hosts, "Demo": t.Demo})
	if err != nil {
		return Info{}, err
	}
	if err := r.change(ctx, t.Info, action, Active, changes, creating); err != nil {
		return Info{}, err
	}
	return r.ByName(t.ID)
}

// populate makes the database and what a new tenant starts with.
func (r *Registry) populate(ctx context.Context, t row, n New) error {
	dsn, err := r.provide(ctx, t.ID, n.DSN)
	if err != nil {
		return err
	}
	if n.DSN != "" {
		if err := r.checkVacant(ctx, dsn); err != nil {
			return err
		}
	}
	d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline(), Logger: r.log, Budget: r.o.Budget})
	if err != nil {
		return fmt.Errorf("open its database: %w", err)
	}
	done := false
	defer func() {
		if !done {
			if err := d.Close(); err != nil {
				r.log.Warn("closing a tenant's database failed", "tenant", t.Name, "error", err)
			}
		}
	}()
	var taken int64
	if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM setting WHERE name = $1`, originSetting).Scan(&taken); err != nil {
		return fmt.Errorf("look into its database: %w", err)
	}
	if taken > 0 {
		return fault.New(fault.Conflict, "database_taken", "The database given with --dsn holds a tenant already.")
	}
	if n.fill != nil {
		if err := n.fill(ctx, d, r.o.Blobs.Of(t.ID)); err != nil {
			return err
		}
	}
	h, err := r.build(ctx, t.Info, d) // seeds object types and roles
	if err != nil {
		return err
	}
	note, err := json.Marshal(originNote{t.ID, t.Name, t.Created.Format(time.RFC3339)})
	if err != nil {
		return fmt.Errorf("write its origin: %w", err)
	}
	err = d.Alone(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, originSetting, string(note))
		return err
	})
	if err != nil {
		return fmt.Errorf("write its origin: %w", err)
	}
	done = true
	return h.close()
}

// abandon undoes a creation that failed: the database goes if this server made it.
func (r *Registry) abandon(ctx context.Context, t row) error {
	err := r.o.Control.Alone(ctx, func(tx *db.Tx) error { return bury(tx, t.ID) })
	if err != nil {
		return fmt.Errorf("undo the creation: %w", err)
	}
	return r.erase(ctx, t)
}

// erase drops a buried tenant's database and blobs and notes that they are gone. A database named with --dsn is only dropped where
// it holds a tenant, never because creating one in it was refused.
func (r *Registry) erase(ctx context.Context, t row) error {
	plain, err := r.o.Keys.Open(t.sealed, []byte("tenant.dsn:"+t.ID))
	if err != nil {
		return fmt.Errorf("open the sealed DSN of tenant %s: %w", t.ID, err)
	}
	if string(plain) == beside || t.Status != creating {
		dsn, err := r.dsn(t)
		if err != nil {
			return err
		}
		if err := db.Drop(ctx, dsn); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("drop the database of tenant %s: %w", t.ID, err)
		}
	}
	if err := r.o.Blobs.Of(t.ID).Remove(); err != nil {
		return fmt.Errorf("erase tenant %s: %w", t.ID, err)
	}
	return r.o.Control.Alone(ctx, func(tx *db.Tx) error { return forget(tx, t.ID) })
}

// change moves a tenant to a status, audited, and makes it known here at once.
func (r *Registry) change(ctx context.Context, t Info, action, to string, changes json.RawMessage, from ...string) error {
	moved := false
	err := r.o.Control.Alone(ctx, func(tx *db.Tx) error {
		var err error
		if moved, err = setStatus(tx, t.ID, to, from...); err != nil || !moved {
			return err
		}
		return audit.Write(ctx, tx, r.o.Clock.Now(), audit.Entry{Action: action, Object: "Tenant", Target: t.ID, Label: t.Name, Changes: changes})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	if !moved {
		return fault.New(fault.Conflict, "tenant_status", "The tenant %s is not in a state in which that can be done.", t.Name)
	}
	return r.refresh(ctx)
}

// Suspend stops serving a tenant, here at once and on other replicas within two seconds. Its data stays.
func (r *Registry) Suspend(ctx context.Context, tenantID string) error {
	return r.move(ctx, tenantID, "tenant.suspend", Active, Suspended)
}

// Resume serves a suspended tenant again.
func (r *Registry) Resume(ctx context.Context, tenantID string) error {
	return r.move(ctx, tenantID, "tenant.resume", Suspended, Active)
}

func (r *Registry) move(ctx context.Context, tenantID, action, from, to string) error {
	t := r.known.Load().byID[tenantID]
	if t == nil {
		return errUnknown
	}
	if t.Status == to {
		return nil
	}
	changes, err := audit.Diff(map[string]any{"Status": from}, map[string]any{"Status": to})
	if err != nil {
		return err
	}
	return r.change(ctx, t.Info, action, to, changes, from)
}

// Delete erases a tenant: it is marked first, so that nobody gets in and a crash is repaired at the next start; then requests end; then
// its database is dropped. There is no way back but a backup.
func (r *Registry) Delete(ctx context.Context, tenantID string) error {
	t := r.known.Load().byID[tenantID]
	if t == nil {
		return errUnknown
	}
	changes, err := audit.Diff(map[string]any{"Status": t.Status, "Hosts": t.Hosts}, map[string]any{"Status": deleted, "Hosts": nil})
	if err != nil {
		return err
	}
	err = r.o.Control.Alone(ctx, func(tx *db.Tx) error {
		if err := bury(tx, t.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, r.o.Clock.Now(), audit.Entry{Action: "tenant.delete", Object: "Tenant", Target: t.ID, Label: t.Name, Changes: changes})
	})
	if err != nil {
		return fmt.Errorf("delete tenant %s: %w", t.Name, err)
	}
	if err := r.refresh(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // it is gone for everybody: what is left is cleaning up
	drained, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	if err := r.pool.evict(drained, t.ID); err != nil {
		return fmt.Errorf("delete tenant %s: requests do not end; its database is dropped at the next start: %w", t.Name, err)
	}
	return r.erase(ctx, *t)
}

// repair finishes what a crash cut short: databases of deleted tenants are dropped, creations that never ended undone.
func (r *Registry) repair(ctx context.Context) error {
	rows, err := loadRows(ctx, r.o.Control, 0)
	if err != nil {
		return err
	}
	alone := db.EngineOf(r.o.ControlDSN) == db.SQLite // the data folder is locked: nobody else is creating anything
	for _, t := range rows {
		switch {
		case t.Status == deleted && len(t.sealed) > 0:
			r.log.Info("dropping the database of a deleted tenant", "tenant", t.ID)
			err = r.erase(ctx, t)
		case t.Status == creating && (alone || r.o.Clock.Now().Sub(t.Created) > abandoned):
			r.log.Info("undoing the creation of a tenant that was cut short", "tenant", t.Name)
			err = r.abandon(ctx, t)
		}
		if err != nil {
			r.log.Error("a tenant could not be cleaned up", "tenant", t.ID, "error", err)
		}
	}
	return nil
}
