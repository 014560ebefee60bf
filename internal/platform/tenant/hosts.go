package tenant

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// maxHosts is how many host names a tenant may have.
const maxHosts = 50

// Reserve says which host name no tenant may be given: the platform's own. Empty: none.
func (r *Registry) Reserve(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reserved = host
}

// checkReserved refuses the platform's own host name.
func (r *Registry) checkReserved(hosts []string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reserved != "" && slices.Contains(hosts, r.reserved) {
		return fault.New(fault.Conflict, "host_taken", "The host %s is the platform's own, which belongs to no tenant.", r.reserved)
	}
	return nil
}

// Rename gives a tenant another name. One that is taken is fault.Conflict.
func (r *Registry) Rename(ctx context.Context, tenantID, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return r.alter(ctx, tenantID, "tenant.rename", func(t *row) error {
		t.Name = name
		return nil
	})
}

// AddHost gives a tenant one more host name under which it is reached. One that is taken is fault.Conflict.
func (r *Registry) AddHost(ctx context.Context, tenantID, host string) error {
	hosts, err := checkHosts([]string{host})
	if err == nil {
		err = r.checkReserved(hosts)
	}
	if err != nil {
		return err
	}
	return r.alter(ctx, tenantID, "tenant.add_host", func(t *row) error {
		switch {
		case slices.Contains(t.Hosts, hosts[0]):
			return fault.New(fault.Conflict, "host_taken", "%s is reached under %s already.", t.Name, hosts[0])
		case len(t.Hosts) >= maxHosts:
			return fault.New(fault.Conflict, "hosts_many", "A tenant has at most %d host names.", maxHosts)
		}
		t.Hosts = append(slices.Clone(t.Hosts), hosts[0])
		return nil
	})
}

// RemoveHost takes a host name from a tenant: who comes there finds nothing. The canonical one stays until another is.
func (r *Registry) RemoveHost(ctx context.Context, tenantID, host string) error {
	host = NormaliseHost(host)
	return r.alter(ctx, tenantID, "tenant.remove_host", func(t *row) error {
		switch i := slices.Index(t.Hosts, host); {
		case i < 0:
			return unknownHost(*t, host)
		case i == 0:
			return fault.New(fault.Conflict, "host_canonical", "%s is the canonical host of %s, which every link names. Make another one canonical first.", host, t.Name)
		default:
			t.Hosts = slices.Delete(slices.Clone(t.Hosts), i, i+1)
		}
		return nil
	})
}

// SetCanonical makes one of a tenant's host names the one that every link names. A base URL that was stated for another goes.
func (r *Registry) SetCanonical(ctx context.Context, tenantID, host string) error {
	host = NormaliseHost(host)
	return r.alter(ctx, tenantID, "tenant.set_canonical_host", func(t *row) error {
		i := slices.Index(t.Hosts, host)
		if i < 0 {
			return unknownHost(*t, host)
		}
		t.Hosts = slices.Insert(slices.Delete(slices.Clone(t.Hosts), i, i+1), 0, host)
		if u, err := url.Parse(t.statedBase); err != nil || NormaliseHost(u.Host) != host {
			t.statedBase = ""
		}
		return nil
	})
}

func unknownHost(t row, host string) error {
	return fault.New(fault.NotFound, "host_unknown", "%s is not reached under %q.", t.Name, host)
}

// alter changes name and hosts of a tenant, audited, and makes that known here at once; nothing changed is harmless.
func (r *Registry) alter(ctx context.Context, tenantID, action string, change func(*row) error) error {
	err := r.o.Control.Alone(ctx, func(tx *db.Tx) error {
		before, found, err := loadRow(ctx, tx, tenantID)
		if err != nil {
			return err
		}
		if !found || before.Status != Active && before.Status != Suspended {
			return errUnknown
		}
		after := before
		if err := change(&after); err != nil {
			return err
		}
		changes, err := diff(before, after)
		if err != nil || changes == nil {
			return err
		}
		if err := checkFree(ctx, tx, after.ID, after.Name, after.Hosts); err != nil {
			return err
		}
		if err := updateRow(tx, after); err != nil {
			return err
		}
		return audit.Write(ctx, tx, r.o.Clock.Now(), audit.Entry{Action: action, Object: "Tenant", Target: after.ID, Label: after.Name, Changes: changes})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	return r.refresh(ctx)
}

func diff(before, after row) (json.RawMessage, error) {
	of := func(t row) map[string]any {
		return map[string]any{"Name": t.Name, "Hosts": t.Hosts, "BaseURL": t.statedBase}
	}
	return audit.Diff(of(before), of(after))
}
