package trust

import (
	"context"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// KeyChange says what to change of a REST API key; what is nil stays as it is.
type KeyChange struct {
	Description *string    `json:"description,omitempty"`
	OnBehalfOf  *string    `json:"on_behalf_of,omitempty"` // LoginID or RecId of the employee
	Role        *string    `json:"role,omitempty"`
	CIDRs       *[]string  `json:"cidrs,omitempty"`
	Expires     *time.Time `json:"expires_at,omitempty"` // zero: never
}

// Key returns a REST API key by its id; fault.NotFound for none.
func (m *Module) Key(ctx context.Context, h *tenant.Handle, keyID string) (Key, error) {
	p := m.plane(h)
	p.flushQuietly(ctx)
	k, err := keyByID(ctx, p.db, keyID)
	if err != nil {
		return Key{}, fmt.Errorf("read API key: %w", err)
	}
	return k, nil
}

// UpdateKey changes what is named. The employee must hold the role, and the group allow it. A key that has expired stays so.
func (m *Module) UpdateKey(ctx context.Context, h *tenant.Handle, keyID string, c KeyChange) (Key, error) {
	p := m.plane(h)
	var before, after Key
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		if before, err = keyByID(ctx, tx, keyID); err != nil {
			return err
		}
		after, err = p.keyChangedBy(ctx, tx, before, c)
		return err
	}, func(tx *db.Tx) error {
		if err := updateKey(tx, after); err != nil {
			return err
		}
		return p.audit(ctx, tx, objectKey, "update", after.ID, after.Description, before, after)
	})
	if err != nil {
		return Key{}, fmt.Errorf("update API key: %w", err)
	}
	p.changed()
	return after, nil
}

// keyChangedBy returns a key as a change leaves it, or refuses.
func (p *plane) keyChangedBy(ctx context.Context, tx *db.Tx, before Key, c KeyChange) (Key, error) {
	now, after := p.moment(), before
	f := fault.New(fault.Invalid, "key_invalid", "The key cannot be changed so.")
	set(&after.Description, c.Description)
	f = checkCaption(f, "description", after.Description, false)
	if c.CIDRs != nil {
		var complaint string
		if after.CIDRs, complaint = readCIDRs(*c.CIDRs); complaint != "" {
			f = f.WithField("cidrs", "%s", complaint)
		}
	}
	if c.Expires != nil {
		switch end := c.Expires.UTC().Truncate(time.Microsecond); {
		case before.Expires != nil && !before.Expires.After(now):
			return Key{}, fault.New(fault.Conflict, "key_expired", "The key has expired: make a new one.")
		case c.Expires.IsZero():
			after.Expires = nil
		case !end.After(now):
			f = f.WithField("expires_at", "The key would have expired already.")
		default:
			after.Expires = &end
		}
	}
	if c.Role != nil {
		role, ok := p.roles().Canonical(*c.Role)
		if after.Role = role; !ok {
			f = f.WithField("role", "There is no role %q.", *c.Role)
		}
	}
	if len(f.Fields) > 0 {
		return Key{}, f
	}
	if c.Role == nil && c.OnBehalfOf == nil {
		return after, nil
	}
	group, err := groupByID(ctx, tx, before.groupID)
	if err != nil {
		return Key{}, err
	}
	if !p.groupAllows(group.Roles, after.Role) {
		return Key{}, f.WithField("role", "The key group %s does not allow the role %s.", group.Name, after.Role)
	}
	named := before.Person
	set(&named, c.OnBehalfOf)
	after.Person, err = p.actingPerson(ctx, tx, named, after.Role, f)
	return after, err
}

// updateKey stores what may change of a key.
func updateKey(tx *db.Tx, k Key) error {
	_, err := tx.Exec(`UPDATE trust_key SET description = $1, person = $2, role = $3, cidrs = $4, expires_at = $5 WHERE id = $6`,
		k.Description, k.Person, k.Role, texts(k.CIDRs), micros(k.Expires), k.ID)
	if err != nil {
		return fmt.Errorf("store API key: %w", err)
	}
	return nil
}
