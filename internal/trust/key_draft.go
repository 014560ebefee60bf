package trust

import (
	"context"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// keyDraft is a key on its way into the database, alone or with the registration it is made for.
type keyDraft struct {
	p      *plane
	spec   KeySpec
	key    Key
	value  string
	pepper int64
	mac    []byte

	fallback Group // made where the group is missing, if it has a name
	group    Group
	makes    bool // the group
}

// draftKey checks all of a key that can be checked without the database.
func (p *plane) draftKey(ctx context.Context, s KeySpec) (*keyDraft, error) {
	now := p.clock.Now()
	k := Key{ID: id.RecID(), Group: s.Group, Description: s.Description, Enabled: true, Created: now, CreatedBy: actor(ctx)}
	d := &keyDraft{p: p, spec: s}
	if k.Group == "" {
		k.Group = DefaultGroup
		d.fallback = Group{Name: DefaultGroup, Description: "Keys made without a group", Roles: []string{anyRole}}
	}
	f := fault.New(fault.Invalid, "key_invalid", "The key cannot be made.")
	f = checkCaption(f, "description", s.Description, false)
	var complaint string
	if k.CIDRs, complaint = readCIDRs(s.CIDRs); complaint != "" {
		f = f.WithField("cidrs", "%s", complaint)
	}
	if !s.Expires.IsZero() {
		end := s.Expires.UTC()
		if k.Expires = &end; !end.After(now) {
			f = f.WithField("expires_at", "The key would have expired already.")
		}
	}
	value, canonical, ok := newSecret(s)
	if !ok {
		f = f.WithField("key", "An existing key is 32 hex digits, or one that Provost made.")
	}
	role, ok := p.roles().Canonical(s.Role)
	if k.Role = role; !ok {
		f = f.WithField("role", "There is no role %q.", s.Role)
	}
	if len(f.Fields) > 0 {
		return nil, f
	}
	k.Legacy, k.Hint = len(canonical) == secret.LegacyLength, secret.Hint(canonical)
	d.key, d.value = k, value
	d.pepper, d.mac = p.keys.MAC(canonical)
	return d, nil
}

// check reads what the key depends on and refuses one that could not act.
func (d *keyDraft) check(ctx context.Context, tx *db.Tx) error {
	f := fault.New(fault.Invalid, "key_invalid", "The key cannot be made.")
	if err := d.p.fillPerson(ctx, tx, d.spec.OnBehalfOf, &d.key); err != nil {
		return err
	}
	group, found, err := groupNamed(ctx, tx, d.key.Group)
	if err != nil {
		return err
	}
	if d.makes = !found; d.makes {
		if d.fallback.Name == "" || foldedName(d.fallback.Name) != foldedName(d.key.Group) {
			return f.WithField("group", "There is no key group %q.", d.key.Group)
		}
		group = d.fallback
		group.ID, group.CIDRs, group.Enabled, group.CreatedBy, group.Created = id.RecID(), []string{}, true, d.key.CreatedBy, d.key.Created
	}
	d.group, d.key.Group, d.key.groupID = group, group.Name, group.ID
	if !d.p.groupAllows(group.Roles, d.key.Role) {
		return f.WithField("role", "The key group %s does not allow the role %s.", group.Name, d.key.Role)
	}
	taken, err := keyWithMAC(ctx, tx, d.pepper, d.mac)
	if err == nil && taken {
		err = fault.New(fault.Conflict, "key_exists", "This key exists already.")
	}
	return err
}

// apply stores the key, and the group it makes.
func (d *keyDraft) apply(ctx context.Context, tx *db.Tx) error {
	if d.makes {
		if err := insertGroup(tx, d.group); err != nil {
			return err
		}
		if err := d.p.audit(ctx, tx, objectGroup, "create", d.group.ID, d.group.Name, nil, d.group); err != nil {
			return err
		}
	}
	if err := insertKey(tx, d.key, d.pepper, d.mac); err != nil {
		return err
	}
	var flags []string
	if d.spec.Secret != "" {
		flags = []string{"imported"}
	}
	return d.p.audit(ctx, tx, objectKey, "create", d.key.ID, d.key.Description, nil, d.key, flags...)
}
