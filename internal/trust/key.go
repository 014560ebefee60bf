package trust

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	// DefaultGroup is the key group of keys made without one. It is made on demand and allows every role.
	DefaultGroup = "Default"
	// BuiltInLogin is the LoginID of the built-in employee on whose behalf keys act where nobody is named.
	BuiltInLogin = "InternalServices"

	objectKey   = "api_key"
	objectGroup = "api_key_group"

	anyRole    = "*" // in a group's roles: every role
	maxCIDRs   = 100
	maxCaption = 200 // characters of a name or description
)

// Group is a key group: in which roles and from where its keys may act.
type Group struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Roles       []string  `json:"roles"` // "*" is every role
	CIDRs       []string  `json:"cidrs"` // empty: from anywhere
	Enabled     bool      `json:"enabled"`
	CreatedBy   string    `json:"created_by"`
	Created     time.Time `json:"created_at"`
}

// Key is a REST API key as lists show it: never its secret.
type Key struct {
	ID          string     `json:"id"`
	Group       string     `json:"group"` // name
	Description string     `json:"description"`
	Person      string     `json:"on_behalf_of"` // RecId of the employee
	Role        string     `json:"role"`
	CIDRs       []string   `json:"cidrs"` // besides those of the group
	Enabled     bool       `json:"enabled"`
	Expires     *time.Time `json:"expires_at"` // nil: never
	Hint        string     `json:"hint"`
	Legacy      bool       `json:"legacy"`
	RotatedTo   string     `json:"rotated_to,omitempty"`
	CreatedBy   string     `json:"created_by"`
	Created     time.Time  `json:"created_at"`
	LastUsed    *time.Time `json:"last_used_at"` // up to ten seconds late
	LastAddress string     `json:"last_address"`
	Uses        int64      `json:"uses"`

	groupID string
}

// KeySpec says what key to make.
type KeySpec struct {
	Group       string // name; empty: DefaultGroup
	Description string
	OnBehalfOf  string // LoginID or RecId of the employee; empty: of the registration that asks, else BuiltInLogin
	Role        string
	CIDRs       []string
	Expires     time.Time // zero: never
	Legacy      bool      // 32 hex digits instead of pvs_k_…
	Secret      string    // an existing key to take over, in either shape; empty: a new one
}

// Issued is a new key with its secret, which is shown this once.
type Issued struct {
	Key
	Secret string `json:"key"`
}

// CreateKey makes a REST API key. The employee must be active and hold the role, and the group must allow it. The
// principal of the context stands in the audit trail.
func (m *Module) CreateKey(ctx context.Context, h *tenant.Handle, s KeySpec) (Issued, error) {
	return m.plane(h).createKey(ctx, s)
}

func (p *plane) createKey(ctx context.Context, s KeySpec) (Issued, error) {
	d, err := p.draftKey(ctx, s)
	if err != nil {
		return Issued{}, err
	}
	err = p.db.Write(ctx, func(tx *db.Tx) error { return d.check(ctx, tx) }, func(tx *db.Tx) error { return d.apply(ctx, tx) })
	if err != nil {
		return Issued{}, fmt.Errorf("create API key: %w", err)
	}
	p.changed()
	return Issued{d.key, d.value}, nil
}

// newSecret makes the key's value, or takes the one given, and returns it with the form that is hashed.
func newSecret(s KeySpec) (value, canonical string, ok bool) {
	switch {
	case s.Secret != "":
		c, ok := parseKey(s.Secret)
		return s.Secret, c.value, ok
	case s.Legacy:
		value = secret.NewLegacy()
	default:
		value = secret.New(secret.KindKey)
	}
	return value, value, true
}

// fillPerson finds the employee a key acts on behalf of, and refuses one who could not act in its role.
func (p *plane) fillPerson(ctx context.Context, r db.Reader, named string, k *Key) (err error) {
	if k.Person, err = p.actingPerson(ctx, r, named, k.Role, fault.New(fault.Invalid, "key_invalid", "The key cannot be made.")); err != nil {
		return err
	}
	return mayActFor(ctx, k.Person)
}

// actingPerson returns the RecId of the employee named by login or RecId; where nobody is named, of the one a registration acts for that
// asks, else of the built-in one. One who could not act in the role is refused.
func (p *plane) actingPerson(ctx context.Context, r db.Reader, named, role string, refusal *fault.Error) (string, error) {
	if named == "" {
		named = BuiltInLogin
		if by := principal.From(ctx); by != nil && by.Kind == principal.Registration && by.PersonID != "" {
			named = by.PersonID
		}
	}
	who, err := p.byLogin(ctx, r, named)
	if recID, isID := id.ParseRecID(named); err == nil && who.ID == "" && isID {
		who, err = p.person(ctx, recID)
	}
	if err != nil {
		return "", err
	}
	if !who.Active {
		return "", refusal.WithField("on_behalf_of", "There is no active employee %q.", named)
	}
	held, _, err := p.held(ctx, r, who.ID)
	if err != nil {
		return "", err
	}
	if !p.roles().Effective(held, role) {
		return "", refusal.WithField("role", "%s does not hold the role %s.", who.Login, role)
	}
	return who.ID, nil
}

// RotateKey makes a key with the settings of another, which goes on for the grace and then expires. What the other one had
// replaced itself ends at once. The successor of a disabled key is disabled; one that has expired has none (fault.Conflict).
func (m *Module) RotateKey(ctx context.Context, h *tenant.Handle, keyID string, grace time.Duration) (Issued, error) {
	return m.plane(h).rotateKey(ctx, keyID, grace)
}

func (p *plane) rotateKey(ctx context.Context, keyID string, grace time.Duration) (Issued, error) {
	if grace < 0 || grace > 90*24*time.Hour {
		return Issued{}, fault.New(fault.Invalid, "grace_invalid", "The old key may go on for up to 90 days.")
	}
	now := p.clock.Now()
	var old, fresh Key
	var value string
	var pepper int64
	var mac []byte
	check := func(tx *db.Tx) error {
		var err error
		if err := tx.Claim("trust.registrations"); err != nil {
			return err
		}
		if old, err = keyByID(ctx, tx, keyID); err != nil {
			return err
		}
		switch {
		case old.RotatedTo != "":
			return fault.New(fault.Conflict, "key_rotated", "This key has been rotated already.")
		case old.Expires != nil && !old.Expires.After(now):
			return fault.New(fault.Conflict, "key_expired", "This key has expired, and a successor would have no end: make a new one.")
		}
		if err := mayActFor(ctx, old.Person); err != nil { // who gets the key can use it
			return err
		}
		of, owned, err := registrationOfKey(ctx, tx, old)
		if err != nil {
			return err
		}
		fresh = old // as enabled as the old one: a new key opens nothing that was closed
		fresh.Enabled = old.Enabled && (!owned || of.Enabled)
		fresh.ID, fresh.Created, fresh.CreatedBy = id.RecID(), now, actor(ctx)
		fresh.LastUsed, fresh.LastAddress, fresh.Uses = nil, "", 0
		value, _, _ = newSecret(KeySpec{Legacy: old.Legacy})
		fresh.Hint = secret.Hint(value)
		pepper, mac = p.keys.MAC(value)
		return nil
	}
	apply := func(tx *db.Tx) error {
		if err := insertKey(tx, fresh, pepper, mac); err != nil {
			return err
		}
		if err := p.audit(ctx, tx, objectKey, "create", fresh.ID, fresh.Description, nil, fresh); err != nil {
			return err
		}
		after := old
		end := now.Add(grace)
		if after.RotatedTo = fresh.ID; old.Expires == nil || old.Expires.After(end) {
			after.Expires = &end
		}
		if err := updateRotated(tx, after, now); err != nil {
			return err
		}
		if err := renameRegistrationKey(tx, old.ID, fresh.ID); err != nil {
			return err
		}
		return p.audit(ctx, tx, objectKey, "rotate", old.ID, old.Description, old, after)
	}
	if err := p.db.Write(ctx, check, apply); err != nil {
		return Issued{}, fmt.Errorf("rotate API key: %w", err)
	}
	p.changed()
	return Issued{fresh, value}, nil
}

// EnableKey switches a key on or off. That of a disabled app registration stays off (fault.Conflict).
func (m *Module) EnableKey(ctx context.Context, h *tenant.Handle, keyID string, on bool) error {
	return m.plane(h).changeKey(ctx, keyID, map[bool]string{true: "enable", false: "disable"}[on], func(tx *db.Tx, k Key) error {
		if !on {
			return nil
		}
		of, owned, err := registrationOfKey(ctx, tx, k)
		if err == nil && owned && !of.Enabled {
			err = fault.New(fault.Conflict, "registration_disabled", "The key belongs to the app registration %s (%s), which is disabled: enable that, and the key follows.", of.Name, of.ClientID)
		}
		return err
	}, func(tx *db.Tx, k *Key) error {
		k.Enabled = on
		return enableKey(tx, k.ID, on)
	})
}

// DeleteKey removes a key for good.
func (m *Module) DeleteKey(ctx context.Context, h *tenant.Handle, keyID string) error {
	return m.plane(h).changeKey(ctx, keyID, "delete", nil, func(tx *db.Tx, k *Key) error {
		return errors.Join(renameRegistrationKey(tx, k.ID, ""), deleteKey(tx, k.ID))
	})
}

// changeKey runs a change of one key, audited in its transaction. The check refuses; nil where there is nothing to refuse.
func (p *plane) changeKey(ctx context.Context, keyID, verb string, check func(*db.Tx, Key) error, change func(*db.Tx, *Key) error) error {
	var before Key
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		if err := tx.Claim("trust.registrations"); err != nil {
			return err
		}
		if before, err = keyByID(ctx, tx, keyID); err != nil || check == nil {
			return err
		}
		return check(tx, before)
	}, func(tx *db.Tx) error {
		after := before
		if err := change(tx, &after); err != nil {
			return err
		}
		if verb == "delete" {
			return p.audit(ctx, tx, objectKey, verb, before.ID, before.Description, before, nil)
		}
		return p.audit(ctx, tx, objectKey, verb, before.ID, before.Description, before, after)
	})
	if err != nil {
		return fmt.Errorf("%s API key: %w", verb, err)
	}
	p.changed()
	return nil
}

// Keys lists all keys, newest first.
func (m *Module) Keys(ctx context.Context, h *tenant.Handle) ([]Key, error) {
	p := m.plane(h)
	if err := p.flushUses(ctx); err != nil {
		p.log.Warn("the uses of credentials could not be recorded", "error", err)
	}
	return listKeys(ctx, p.db)
}

// verifyKey looks a key up and checks all that does not depend on the address.
func (p *plane) verifyKey(ctx context.Context, value string, now time.Time) (*grant, refusal, error) {
	var row keyRow
	found, err := p.keysKnow(value, func(version int64, mac []byte) (found bool, err error) {
		row, found, err = findKey(ctx, p.db, version, mac)
		return found, err
	})
	why := refusal{object: objectKey, credential: row.id}
	if err != nil {
		return nil, why, fmt.Errorf("look up API key: %w", err)
	}
	switch {
	case !found:
		why.reason = "unknown"
	case !row.enabled:
		why.reason = "disabled"
	case !row.groupEnabled:
		why.reason = "group disabled"
	case !row.expires.IsZero() && !now.Before(row.expires):
		why.reason = "expired"
	case !p.groupAllows(row.groupRoles, row.role):
		why.reason = "role outside the group"
	}
	if why.reason != "" {
		return nil, why, nil
	}
	who, reason, err := p.acting(ctx, principal.Key, row.id, row.person, row.role)
	if err != nil || reason != "" {
		why.reason = reason
		return nil, why, err
	}
	return &grant{principal: who, from: row.from, ends: row.expires, use: &use{object: objectKey, id: row.id}}, refusal{}, nil
}

// groupAllows reports whether keys of a group with these roles may act in the role.
func (p *plane) groupAllows(roles []string, in string) bool {
	book := p.roles()
	if slices.Contains(roles, anyRole) {
		return book.Has(in)
	}
	return book.Effective(roles, in)
}

// audit writes an entry with what changed between before and after.
func (p *plane) audit(ctx context.Context, tx *db.Tx, object, verb, target, label string, before, after any, flags ...string) error {
	changes, err := audit.Diff(before, after, "last_used_at", "last_address", "uses", "last_authenticated", "credentials", "created_by_name")
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, p.clock.Now(), audit.Entry{Action: object + "." + verb, Object: object, Target: target, Label: label,
		Changes: changes, Flags: flags})
}

// actor is who the context acts for, as it stands in a created_by column.
func actor(ctx context.Context) string {
	if who := principal.From(ctx); who != nil {
		return who.Login
	}
	return ""
}

// readCIDRs brings networks into canonical form, or says what is wrong with them; a single address is the network of
// itself.
func readCIDRs(in []string) (out []string, complaint string) {
	if len(in) > maxCIDRs {
		return nil, fmt.Sprintf("There may be %d networks at most.", maxCIDRs)
	}
	out = make([]string, 0, len(in))
	for _, s := range in {
		n, err := parseCIDR(strings.TrimSpace(s))
		if err != nil {
			return nil, fmt.Sprintf("%q is not a network such as 10.1.0.0/16 or 2001:db8::/32.", s)
		}
		out = append(out, n.String())
	}
	return out, ""
}

func parseCIDR(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	n, err := netip.ParsePrefix(s)
	if err != nil {
		return n, err
	}
	if a := n.Addr(); a.Is4In6() && n.Bits() >= 96 {
		n = netip.PrefixFrom(a.Unmap(), n.Bits()-96)
	}
	return n.Masked(), nil
}

// checkCaption adds a complaint about a text that people read.
func checkCaption(f *fault.Error, field, s string, required bool) *fault.Error {
	return checkPlain(f, field, s, maxCaption, required)
}
